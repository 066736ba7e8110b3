#!/usr/bin/env bash
# threads.c and the concurrent half of the library under ThreadSanitizer, both instrumented. Usage: examples/tests/c/tsan.sh [FOLDER],
# where to build (target/tsan). The standard library comes without instruments: `--cfg tsan` has waits stand on parking_lot's locks, and
# the last drop of an Arc, which ends in a fence that the sanitizer does not see, and what crossbeam keeps under a standard lock
# (its lists of waiters) are not judged.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
mkdir -p "${1:-$root/target/tsan}"
out=$(cd "${1:-$root/target/tsan}" && pwd)
host=$(rustc -vV | sed -n 's/^host: //p')
if [ "$host" != x86_64-unknown-linux-gnu ]; then
    echo "SKIPPED: no recipe for ThreadSanitizer on $host"
    exit 0
fi

# A package of its own: the one program in which C is linked into Rust, so that there is one runtime of the sanitizer.
mkdir -p "$out/package/src"
cat >"$out/package/Cargo.toml" <<TOML
[package]
name = "tsan_threads"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
ffi_concurrent = { path = "$root/ffi_concurrent" }

[workspace]
TOML
cat >"$out/package/src/main.rs" <<'RUST'
use ffi_concurrent as _;
unsafe extern "C" {
    fn c_main() -> i32;
}
fn main() {
    // SAFETY: main of threads.c, which takes nothing.
    std::process::exit(unsafe { c_main() });
}
RUST
cp "$root/Cargo.lock" "$out/package/Cargo.lock"
cc -std=c99 -Wall -Wextra -pedantic -Werror -g -O1 -fsanitize=thread -Dmain=c_main -I "$root/ffi_core/include" \
    -c "$here/threads.c" -o "$out/threads.o"

printf 'race:%s\n' drop_slow crossbeam_channel::waker crossbeam_channel::flavors::zero >"$out/suppressions"
export TSAN_OPTIONS="halt_on_error=1 exitcode=66 suppressions=$out/suppressions"
export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$out
export RUSTFLAGS="--cfg tsan -Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Clink-arg=$out/threads.o"
cargo build --release --target "$host" --manifest-path "$out/package/Cargo.toml"
"$out/$host/release/tsan_threads"
