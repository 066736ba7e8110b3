#!/usr/bin/env bash
# Builds loops.c against the release library and runs it: loops.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release --lib -p ffi_core
lib=${CARGO_TARGET_DIR:-target}/release
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cc -O2 -std=c99 -Wall -Wextra -fopenmp -Iffi_core/include benches/rivals/loops.c -o "$out/loops" -L"$lib" -lffi_core -Wl,-rpath,"$(realpath "$lib")"
"$out/loops"
