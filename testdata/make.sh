#!/usr/bin/env bash
# Makes the profiles in this folder again. README.md tells what they are.
#
# Usage: make.sh [go|cpp|rust]...     (without arguments: all)
#
#   GO, CXX   the Go command and the C++ compiler (go, g++)
#   PREFIX    where the programs are run from (/opt); a profile keeps that path
#
# go    needs Go 1.25 or later
# cpp   needs Go as well, a C++20 compiler, gperftools with its headers, and
#       llvm-symbolizer or addr2line
# rust  needs cargo and crates.io, or the crates in cargo's cache
set -euo pipefail

GO=${GO:-go}
CXX=${CXX:-g++}
PREFIX=${PREFIX:-/opt}
LIMIT=61440 # bytes a file may have

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
installed=()
work=$(mktemp -d)
trap 'rm -rf "$work" ${installed[@]+"${installed[@]}"}' EXIT
out=$work/out
mkdir -p "$out/legacy"

die() {
    echo "make.sh: $*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null; }

needs_go() {
    has "$GO" || die "Go is missing; GO says where it is"
    # No setting of the user's is to change what is built.
    export GOFLAGS='' GOPROXY=off GOTOOLCHAIN=local GOWORK=off
    local minor
    minor=$("$GO" env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
    ((${minor:-0} >= 25)) || die "Go 1.25 or later is needed"
}

needs_cpp() {
    needs_go
    has "$CXX" || die "a C++ compiler is missing; CXX says where it is"
    has llvm-symbolizer || has addr2line || die "llvm-symbolizer or addr2line is missing"
    echo '#include <gperftools/heap-profiler.h>
          int main() { return IsHeapProfilerRunning(); }' |
        "$CXX" -x c++ - -o "$work/probe" -lprofiler -ltcmalloc ||
        die "gperftools is missing (Debian: google-perftools, libgoogle-perftools-dev)"
}

needs_rust() {
    has cargo || die "cargo is missing"
    has rustc || die "rustc is missing"
}

# install_program FILE: puts a program where no path tells who built it, and
# sets `program` to that place.
install_program() {
    local dir
    dir=$PREFIX/$(basename "$1")
    [[ ! -e $dir ]] || die "$dir is in the way"
    mkdir -p "$dir" || die "$dir cannot be made; PREFIX says where else"
    installed+=("$dir")
    program=$dir/$(basename "$1")
    cp "$1" "$program"
}

make_go() {
    "$GO" -C "$here/programs/go" build -trimpath -buildvcs=false -o "$work/orders" .
    install_program "$work/orders"
    "$program" -seconds 4 -o "$out"
    make_runs
}

# Runs of two builds of the same program in turn, so that what else goes on
# slows both down alike. In the new one searches normalize each note.
make_runs() {
    local run build overlay source=$here/programs/go/service.go
    mkdir "$out/runs"
    sed 's/strings.Contains(o.Note, wanted)/strings.Contains(normalize(o.Note), wanted)/' "$source" >"$work/new.go"
    cp "$source" "$work/old.go"
    for run in 1 2 3; do
        for build in old new; do
            overlay=$work/$build.json
            printf '{"Replace": {"%s": "%s"}}\n' "$source" "$work/$build.go" >"$overlay"
            "$GO" -C "$here/programs/go" build -overlay="$overlay" -trimpath -buildvcs=false -o "$program" .
            mkdir "$work/$build$run"
            "$program" -seconds 1.5 -o "$work/$build$run"
            cp "$work/$build$run/go_cpu.pb.gz" "$out/runs/${build}_$run.pb.gz"
        done
    done
}

make_cpp() {
    local source=$here/programs/cpp
    "$CXX" -std=c++20 -O2 -g -Wall -Wextra -fno-omit-frame-pointer \
        -ffile-prefix-map="$source=/src/catalogue" -o "$work/catalogue" \
        "$source/catalogue.cc" -Wl,--no-as-needed -lprofiler -ltcmalloc -pthread
    install_program "$work/catalogue"

    # Two runs: the heap profiler would slow the other one down.
    CPUPROFILE=$out/legacy/cpp_cpu.prof "$program" 20000 2.5
    HEAPPROFILE=$work/cpp_heap "$program" 20000 0
    cp "$work/cpp_heap.0001.heap" "$out/legacy/"

    build_pprof
    convert full "$out/legacy/cpp_cpu.prof" "$out/cpp_cpu.pb.gz"
    convert templates "$out/legacy/cpp_heap.0001.heap" "$out/cpp_heap.pb.gz"
}

# convert NAMES PROFILE FILE: NAMES tells how much of a C++ name is kept.
convert() {
    PPROF_BINARY_PATH='' "$work/pprof/pprof" -symbolize="demangle=$1" \
        -proto -output="$3" "$program" "$2"
}

build_pprof() {
    local vendor dir=$work/pprof
    vendor=$("$GO" env GOROOT)/src/cmd/vendor/github.com
    mkdir "$dir"
    cp "$here/programs/pprof/main.go" "$dir"
    cp -r "$vendor/google/pprof" "$dir/driver"
    cp -r "$vendor/ianlancetaylor/demangle" "$dir/demangle"
    chmod -R u+w "$dir"
    printf 'module %s\ngo 1.25\n' github.com/google/pprof >"$dir/driver/go.mod"
    printf 'module %s\ngo 1.25\n' github.com/ianlancetaylor/demangle >"$dir/demangle/go.mod"
    cat >"$dir/go.mod" <<'END'
module example.com/pprof
go 1.25
require (
	github.com/google/pprof v0.0.0
	github.com/ianlancetaylor/demangle v0.0.0
)
replace github.com/google/pprof => ./driver
replace github.com/ianlancetaylor/demangle => ./demangle
END
    "$GO" -C "$dir" build -mod=mod -buildvcs=false -o pprof .
}

make_rust() {
    local source=$here/programs/rust sep=$'\x1f' commit
    commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
    # The later of two flags that fit wins. The last one is for toolchains
    # that have the standard library's source.
    CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
    CARGO_ENCODED_RUSTFLAGS+="$sep--remap-path-prefix=$source=/src/inventory"
    CARGO_ENCODED_RUSTFLAGS+="$sep--remap-path-prefix=$(rustc --print sysroot)/lib/rustlib/src/rust=/rustc/$commit"
    export CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR=$work/target
    (cd "$source" && cargo build --release --locked)
    install_program "$work/target/release/inventory"
    "$program" "$out/rust_cpu.pb.gz" 3
}

# Nothing is kept of a run that shows where it was made or is too large.
check() {
    local file size path
    while IFS= read -r -d '' file; do
        size=$(wc -c <"$file")
        ((size <= LIMIT)) || die "${file##*/} has $size bytes, more than $LIMIT"
        for path in "$here" "$work" "${HOME:-/}"; do
            [[ $path != / ]] || continue
            if { gzip -dcf "$file" || true; } | grep -aqF "$path"; then
                die "${file##*/} has the path $path"
            fi
        done
    done < <(find "$out" -type f -print0)
}

parts=("$@")
((${#parts[@]})) || parts=(go cpp rust)
for part in "${parts[@]}"; do
    case $part in
    go | cpp | rust) "needs_$part" ;;
    *) die "$part is none of go, cpp and rust" ;;
    esac
done
for part in "${parts[@]}"; do
    "make_$part"
done
check
cp -r "$out/." "$here/"
echo "made:" && (cd "$out" && find . -type f -exec ls -l {} +)
