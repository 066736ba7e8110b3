//! The call path in instructions, counted under valgrind: the same number on a busy machine. `--features instructions`.
//! More than a limit fails, which is how CI guards the call path; the limits stand a tenth above what was counted.
#![allow(missing_docs, clippy::unwrap_used)]

use ffi_core::rows::{core, elementwise, handle, shape};
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use std::hint::black_box;

const F32: i64 = 2;
const DEFAULT: i64 = 1;

/// A live tensor, with everything lazy already done.
fn tensor() -> i64 {
    // SAFETY: numbers alone.
    unsafe {
        let tensor = ffi_core::rows::create::ones_nd::_1d(16, F32, DEFAULT);
        assert!(tensor > 0 && shape::tensor_ndim(tensor) == 1);
        shape::tensor_free(elementwise::add::add(tensor, tensor));
        tensor
    }
}

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)]));
    config
}

fn nothing() -> i64 {
    // SAFETY: no argument.
    unsafe { core::abi_version() }
}

#[library_benchmark(config = at_most(16))]
#[bench::no_op(setup = nothing)]
fn no_op(_: i64) -> i64 {
    // SAFETY: no argument.
    unsafe { black_box(core::abi_version()) }
}

#[library_benchmark(config = at_most(92))]
#[bench::one(setup = tensor)]
fn one_handle(tensor: i64) -> i64 {
    // SAFETY: a handle may be anything.
    unsafe { black_box(shape::tensor_ndim(black_box(tensor))) }
}

#[library_benchmark(config = at_most(480))]
#[bench::one(setup = tensor)]
fn retain_and_release(tensor: i64) -> i64 {
    // SAFETY: a handle may be anything.
    unsafe { black_box(handle::release(handle::retain(black_box(tensor)))) }
}

#[library_benchmark(config = at_most(1800))]
#[bench::sixteen(setup = tensor)]
fn add_and_free(tensor: i64) -> i64 {
    // SAFETY: a handle may be anything.
    unsafe { black_box(shape::tensor_free(elementwise::add::add(black_box(tensor), tensor))) }
}

library_benchmark_group!(name = call_path, benchmarks = [no_op, one_handle, retain_and_release, add_and_free]);
main!(library_benchmark_groups = call_path);
