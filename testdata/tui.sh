#!/usr/bin/env bash
# Prints tui.md: what the browser shows of the profiles of this folder, typed into by tmux.
#
# Usage: tui.sh RPPROF > tui.md, or tui.sh RPPROF readme for the one that README.md has.
#
# Without colours, which text does not have either, boxes have edges.
set -euo pipefail

rpprof=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
# A server of its own for each: one that is ending takes no new session.
socket=rpprof-captures-$$
trap 'tmux -L "$socket" kill-server 2> /dev/null || true' EXIT
export TZ=UTC
columns=100 rows=28

# capture TITLE ARGUMENTS WAIT [KEY]...: types keys when WAIT is seen, and prints the screen when it is still.
capture() {
    local title=$1 arguments=$2 wait=$3 before='' screen=''
    shift 3
    socket=${socket}x
    tmux -L "$socket" -f /dev/null new-session -d -x "$columns" -y "$rows" "$rpprof tui --color never --no-config $arguments"
    until tmux -L "$socket" capture-pane -p | grep -q -- "$wait"; do sleep 0.05; done
    for key in "$@"; do
        tmux -L "$socket" send-keys "$key"
        sleep 0.1
    done
    until screen=$(tmux -L "$socket" capture-pane -p) && [ "$screen" = "$before" ] && ! grep -q '^computing' <<< "$screen"; do
        before=$screen
        sleep 0.4
    done
    printf '\n## %s\n\n`rpprof tui %s`' "$title" "$arguments"
    [ $# -eq 0 ] || printf ', keys: `%s`' "$*"
    printf '\n\n```text\n%s\n```\n' "$(sed 's/ *$//' <<< "$screen")"
    tmux -L "$socket" kill-server
}

if [ "${2-}" = readme ]; then
    columns=80 rows=24
    capture 'The flame graph' go_cpu.pb.gz flat 2 H
    exit
fi
printf '# The browser in the terminal\n\nPrinted by `testdata/tui.sh`, from the program itself in tmux.\n'
capture 'A CPU profile' go_cpu.pb.gz flat
capture 'Its flame graph, with the heaviest path chosen' go_cpu.pb.gz flat 2 H
capture 'Its call tree, from the leaves' go_cpu.pb.gz flat 3 v H
capture 'Callers and callees' go_cpu.pb.gz flat j j Enter
capture 'The same as icicles' go_cpu.pb.gz flat j j Enter V
capture 'A heap profile, its labels as a histogram' go_allocs.pb.gz flat 7 j j
capture 'The same, of allocations from 4 to 16 kB alone' go_allocs.pb.gz flat 7 j j j j j j j j j Space j Enter 1
capture 'Labels of requests' go_cpu.pb.gz flat 7 j
capture 'Samples over time' slices_cpu.pb.gz flat 8 l l l l l l l l l l Space l l l l l l l l
capture 'The same as a heat map' slices_cpu.pb.gz flat 8 V
capture 'Two profiles compared' '--base runs/old_1.pb.gz runs/new_1.pb.gz' flat o
capture 'The flame graph of both' '--base runs/old_1.pb.gz runs/new_1.pb.gz' flat 2
capture 'Both beside each other' '--base runs/old_1.pb.gz runs/new_1.pb.gz' flat 2 D
capture 'The help' go_cpu.pb.gz flat '?'
