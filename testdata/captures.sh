#!/usr/bin/env bash
# Records CPU profiles of a Rust, a C++ and a Go program, and prints captures.md: what rpprof shows of them.
#
# Usage: captures.sh RPPROF > captures.md
#
# RPPROF is the program. It needs cargo, a C++20 compiler with gperftools, and Go 1.25 or later (GO and CXX say which). It
# fails if a frame has no name.
set -euo pipefail

rpprof=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GOFLAGS='' GOPROXY=off GOTOOLCHAIN=local GOWORK=off NO_COLOR=1
cd "$work"

# The collector in a program of its own, with debug information. The names it finds itself are not used.
rust() {
    mkdir -p rust/src
    cp "$here/../examples/cpu.rs" rust/src/main.rs
    cp "$here/../Cargo.lock" rust/
    cat > rust/Cargo.toml <<-TOML
	[package]
	name = "sorting"
	version = "0.0.0"
	edition = "2024"
	[dependencies]
	rpprof = { path = "$here/..", default-features = false, features = ["collector-symbols"] }
	[profile.release]
	debug = true
	[workspace]
	TOML
    CARGO_TARGET_DIR=${CAPTURES_TARGET:-$work/target} cargo build --quiet --release --manifest-path rust/Cargo.toml
    "${CAPTURES_TARGET:-$work/target}/release/sorting" rust.pb.gz
}

# The library of C++ is in the program, since systems strip the names of its internal functions.
cpp() {
    "${CXX:-g++}" -std=c++20 -O2 -g -fno-omit-frame-pointer -static-libstdc++ -o catalogue "$here/programs/cpp/catalogue.cc" \
        -Wl,--no-as-needed -lprofiler -ltcmalloc -pthread
    CPUPROFILE=cpp.prof ./catalogue 20000 2
}

go_program() {
    "${GO:-go}" -C "$here/programs/go" build -trimpath -buildvcs=false -o "$work/orders" .
    ./orders -seconds 2 -o .
}

# show TITLE FILE FUNCTION [FLAG]...: FUNCTION is a regular expression.
show() {
    local title=$1 file=$2 function=$3
    shift 3
    run() {
        printf '\n```console\n$ rpprof %s\n' "$1"
        shift
        # Lines that weigh nothing are left out of machine code.
        "$rpprof" "$@" 2> messages | { if [ "$1" = disasm ]; then grep -v '^ *\. *\. '; else cat; fi; } | sed "s:$work/::g;s:$here/::g;s:${HOME:-/nowhere}:~:g;s/ *$//" | sed -n "1,${lines}p" |
            cut -c1-118
        printf '```\n'
    }
    printf '\n## %s\n' "$title"
    local names=(--symbolize force --symbol-cache off)
    "$rpprof" flame --folded "${names[@]}" "$file" > folded 2> messages
    # A frame without a name is its binary in brackets, or its address; the collector's own work and that of threads of
    # which it saw no stack have names in brackets too. That of gperftools is in libunwind, a sample in a hundred runs;
    # systems strip the names of its internal functions.
    if sed 's/ [0-9]*$//' folded | tr ';' '\n' | grep -vx -e '\[profiler\]' -e '\[stack not seen\]' -e '\[libunwind\..*' | grep -E '^\[[^]]*\]$|^0x[0-9a-f]+$|^<unknown>$' >&2; then
        echo "captures.sh: $file has frames without names" >&2
        exit 1
    fi
    printf '\n`flame` draws %d stacks with %d different functions; all frames have names: %s\n' "$(wc -l < folded)" \
        "$(sed 's/ [0-9]*$//' folded | tr ';' '\n' | sort -u | wc -l)" "$(sed 's/^rpprof: //' messages | head -n 1)."
    lines=16 run "top -n 8 $file" top -n 8 "${names[@]}" "$file"
    lines=20 run "list '$function' $file" list "$function" "${names[@]}" "$@" "$file"
    lines=24 run "disasm '$function' $file | grep -v '^ *\. *\. '" disasm "$function" "${names[@]}" "$@" "$file"
}

{ rust && cpp && go_program; } >&2
cat << 'TEXT'
# Captures

CPU profiles of three programs, recorded on the spot: `testdata/captures.sh RPPROF` made this page, and fails if a frame
has no name. Names are those that rpprof finds in the binaries, also where the profile came with some.
TEXT
show 'Rust, by the collector' rust.pb.gz 'sorting::sort'
show 'C++, by gperftools' cpp.prof 'Trie::near' --source-path "$here/programs/cpp"
show 'Go, by runtime/pprof' go_cpu.pb.gz 'walk$' --source-path "$here/programs/go"
