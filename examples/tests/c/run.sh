#!/usr/bin/env bash
# The C programs against the built shared library: strict C99, then under AddressSanitizer and Valgrind.
# Usage, from the workspace's root: examples/tests/c/run.sh FOLDER, which holds libffi_core.so.
set -euo pipefail
library=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
programs=(examples/c/hello.c examples/c/digits.c examples/c/text.c examples/c/devices.c examples/c/reference/*.c templates/c/main.c
    examples/tests/c/misuse.c examples/tests/c/threads.c)

# program_of SOURCE: its name, with its folders', for two may be called alike.
program_of() {
    local name=${1%.c}
    echo "${name//\//-}"
}

# arguments_of SOURCE: what it is given here. Little to learn, for an instrumented program is slow.
arguments_of() {
    case $1 in
    */digits.c) echo "examples/data/digits.csv $out/digits.safetensors 1" ;;
    */text.c) echo "LICENSE-APACHE 1 1 4" ;;
    esac
}

# compile SUFFIX FLAG...: every program, as a user would, with warnings as errors.
compile() {
    local suffix=$1 source
    shift
    for source in "${programs[@]}"; do
        cc -std=c99 -Wall -Wextra -pedantic -Werror -g -O1 "$@" -I ffi_core/include "$source" \
            -o "$out/$(program_of "$source")$suffix" -L "$library" -lffi_core -lm -Wl,-rpath,"$library"
    done
}

# run_all SUFFIX COMMAND...: every program under a command.
run_all() {
    local suffix=$1 source program
    shift
    for source in "${programs[@]}"; do
        program=$(program_of "$source")
        echo "--- $program$suffix"
        # shellcheck disable=SC2046
        "$@" "$out/$program$suffix" $(arguments_of "$source")
    done
}

compile ''
run_all '' env

# Only the C side is instrumented; the library's allocations are seen all the same, since its malloc is replaced too. Leaks
# are Valgrind's to judge: LeakSanitizer wants to trace the process, which a container may forbid.
compile .asan -fsanitize=address,undefined -fno-sanitize-recover=all
run_all .asan env ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1

# Valgrind 3.19 does not know AVX-512, and hides it from those who ask the processor.
run_all '' env FFI_CPU_VECTOR=avx2 valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
    --show-leak-kinds=definite
