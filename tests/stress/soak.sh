#!/bin/sh
# Repeats all stress workloads for so many minutes, and prints what became of them: sh tests/stress/soak.sh 30
set -eu
cd "$(dirname "$0")/../.."
export RPPROF_STRESS_SOAK=1
exec nice cargo test --release --no-default-features --features collector-symbols --test stress -- --soak "${1:-30}"
