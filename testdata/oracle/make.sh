#!/bin/sh
# Makes the .txt files of this folder again: what the reference, `go tool pprof`, prints for each
# case of `cases`. Nothing is downloaded.
#
#     testdata/oracle/make.sh
#     GO=/path/to/go testdata/oracle/make.sh
set -euf
cd "$(dirname "$0")"
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
find . -name '*.txt' -exec rm {} +
grep -v '^#' cases | while read -r name files flags; do
    [ -n "$name" ] || continue
    paths=$(echo "$files" | sed 's/^/..\//; s/,/ ..\//g')
    for run in 1 2 3 4 5 6; do
        # shellcheck disable=SC2086 # Flags and paths have no spaces, and are lists.
        "$pprof" -symbolize=none $flags $paths >"$scratch/out" 2>"$scratch/errors" </dev/null || {
            cat "$scratch/errors" >&2
            echo "make.sh: $name failed" >&2
            exit 1
        }
        if [ "$run" -eq 1 ]; then
            cp "$scratch/out" "$name.txt"
        elif ! cmp -s "$scratch/out" "$name.txt"; then
            echo "make.sh: $name is not the same each time; ask for something else" >&2
            exit 1
        fi
    done
done
"$go" version
