#!/bin/sh
# Makes the .txt files of this folder again: what the reference, `go tool pprof`, prints for each
# case of `cases`, and what its shell answers to each session of `shell/cases`. Nothing is downloaded.
#
#     testdata/oracle/make.sh
#     GO=/path/to/go testdata/oracle/make.sh
set -euf
cd "$(dirname "$0")/.."
go=${GO:-go}

# The reference must not look for binaries or settings of this machine. Go's build cache stays
# where it is, or each run would compile pprof anew.
GOCACHE=$("$go" env GOCACHE)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GOCACHE HOME="$scratch" PPROF_TMPDIR="$scratch" PPROF_BINARY_PATH=/nonexistent TZ=UTC

# Asking for the tool makes it, if it was never used.
"$go" tool pprof -help >/dev/null 2>&1 || true
pprof=$("$go" tool -n pprof)

# Some orders are left to chance there, so each case is asked some times.
keep() { # NAME: keeps the output if it is the same as before
    if [ "$run" -eq 1 ]; then
        cp "$scratch/out" "oracle/$1.txt"
    elif ! cmp -s "$scratch/out" "oracle/$1.txt"; then
        echo "make.sh: $1 is not the same each time; ask for something else" >&2
        exit 1
    fi
}

find oracle -name '*.txt' -exec rm {} +
grep -v '^#' oracle/cases | while read -r name files flags; do
    [ -n "$name" ] || continue
    for run in 1 2 3 4 5 6; do
        # shellcheck disable=SC2046,SC2086 # Flags and paths have no spaces, and are lists.
        "$pprof" -symbolize=none $flags $(echo "$files" | tr , ' ') >"$scratch/out" 2>"$scratch/errors" </dev/null || {
            cat "$scratch/errors" >&2
            echo "make.sh: $name failed" >&2
            exit 1
        }
        keep "$name"
    done
done

# What the shell says, and what reports say, in the order in which they come.
grep -v '^#' oracle/shell/cases | while read -r name file flags; do
    [ -n "$name" ] || continue
    for run in 1 2 3 4 5 6; do
        # shellcheck disable=SC2086 # Flags have no spaces, and are a list.
        "$pprof" -symbolize=none $flags "$file" <"oracle/shell/$name.in" >"$scratch/out" 2>&1
        keep "shell/$name"
    done
done
"$go" version
