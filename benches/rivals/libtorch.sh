#!/usr/bin/env bash
# Builds a program against an unpacked wheel and runs it: libtorch.sh DIR [filter [libtorch|training]]
set -euo pipefail
dir=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
lib="$dir/torch/lib"
extra=$(find "$dir/nvidia" -name 'lib*.so*' -path '*/lib/*' -printf '%h\n' 2>/dev/null | sort -u | paste -sd: || true)
c++ -O2 -std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 -I"$dir/torch/include" -I"$dir/torch/include/torch/csrc/api/include" \
    "$here/${3:-libtorch}.cpp" -o "$out/rival" -L"$lib" -l:libtorch_cpu.so -l:libc10.so -Wl,-rpath,"$lib" -Wl,--allow-shlib-undefined
LD_LIBRARY_PATH="$lib:$extra" "$out/rival" "${2:-}"
