#!/usr/bin/env bash
# Installs the library with cargo-c into a folder of its own and builds templates/c against that copy alone: with make and with
# CMake, shared and static, and by CMake once more after the folder has moved. Usage: templates/test.sh [PROFILE]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
profile=${1:-release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
installed=$work/installed
project=$work/project
flags='-O2 -Wall -Wextra -pedantic -Werror'

refuse() {
    echo "templates/test.sh: $*" >&2
    exit 1
}

# linked HOW PROGRAM: the program needs the shared library or does not, runs with nothing in the environment that would help it
# find one, and says what it should.
linked() {
    local needs text
    needs=$(readelf -d "$2" | grep -c 'NEEDED.*libffi_core\.so\.' || true)
    [ "$needs" = "$([ "$1" = shared ] && echo 1 || echo 0)" ] || refuse "$2 is not linked $1"
    text=$(env -u LD_LIBRARY_PATH FFI_DEVICE=cpu "$2")
    [[ $text == "ffi suite "*" on cpu: mean 3.8333" ]] || refuse "$2 said $text"
    echo "$1: $text"
}

by_make() {
    local -x PKG_CONFIG_PATH=$installed/lib/pkgconfig
    make -s -C "$project" clean
    make -s -C "$project" CFLAGS="$flags" "${@:2}"
    linked "$1" "$project/build/app"
}

by_cmake() {
    rm -rf "$work/build"
    cmake -S "$project" -B "$work/build" -DCMAKE_PREFIX_PATH="$installed" -DCMAKE_C_FLAGS="$flags" "${@:2}" >"$work/cmake"
    cmake --build "$work/build" >>"$work/cmake" || { cat "$work/cmake"; refuse 'cmake --build'; }
    linked "$1" "$work/build/app"
}

cargo cinstall --profile "$profile" -p ffi_core --prefix "$installed" --libdir "$installed/lib"
(cd "$installed" && find . ! -type d | sort)

# The file as it is checked in, the symbols of every other build, and what only the linker knows.
cmp ffi_core/include/ffi.h "$installed/include/ffi_core/ffi.h"
nm -D --defined-only "$installed/lib/libffi_core.so" | awk '{ print $3 }' | sort >"$work/found"
sed -nE 's/^[a-z][^(/]*[ *](rt_[a-z0-9_]+)\(.*\);$/\1/p' ffi_core/include/ffi.h | sort >"$work/wanted"
diff "$work/wanted" "$work/found" || refuse 'the installed library has other symbols'
readelf -d "$installed/lib/libffi_core.so" >"$work/dynamic"
grep -q NODELETE "$work/dynamic" || refuse 'the installed library can be unloaded'
grep -q 'SONAME.*libffi_core\.so\.' "$work/dynamic" || refuse 'the installed library has no soname'

cp -r templates/c "$project"
by_make shared
by_make static STATIC=1
by_cmake shared
by_cmake static -DSTATIC=ON
mv "$installed" "$work/elsewhere"
installed=$work/elsewhere
by_cmake shared
by_cmake static -DSTATIC=ON
