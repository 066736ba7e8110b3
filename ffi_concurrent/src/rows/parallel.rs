//! Parallel loops.

use crate::parallel::foreign::{self, Numbers, Results, Source, Target};
use crate::parallel::{self, each, reduce, scope, sort};
use ffi_base::{Callback, Count, OutArray, OutSlice, Result, Status, UserData, callback_type, exports};
use std::ffi::c_void;

callback_type! { unwinding
    /// One index of a parallel loop; 0 goes on, anything else ends the loop.
    EachFn, "rt_each_fn", (index: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_each_fn)(int64_t index, void *user_data);"
}
callback_type! { unwinding
    /// The indices from `first` to below `end` of a parallel loop; 0 goes on, anything else ends the loop.
    RangeFn, "rt_range_fn", (first: i64, end: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_range_fn)(int64_t first, int64_t end, void *user_data);"
}
callback_type! { unwinding
    /// One integer of an array; 0 goes on, anything else ends the loop.
    ItemI64Fn, "rt_item_i64_fn", (index: i64, value: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_item_i64_fn)(int64_t index, int64_t value, void *user_data);"
}
callback_type! { unwinding
    /// One double of an array; 0 goes on, anything else ends the loop.
    ItemF64Fn, "rt_item_f64_fn", (index: i64, value: f64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_item_f64_fn)(int64_t index, double value, void *user_data);"
}
callback_type! { unwinding
    /// One value of a parallel map.
    MapFn, "rt_map_fn", (value: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_map_fn)(int64_t value, void *user_data);"
}
callback_type! { unwinding
    /// One double of a parallel map.
    MapF64Fn, "rt_map_f64_fn", (value: f64, user_data: *mut c_void) -> f64,
    "typedef double (*rt_map_f64_fn)(double value, void *user_data);"
}
callback_type! { unwinding
    /// Two integers in one; associative.
    CombineI64Fn, "rt_combine_i64_fn", (a: i64, b: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_combine_i64_fn)(int64_t a, int64_t b, void *user_data);"
}
callback_type! { unwinding
    /// Two doubles in one; associative.
    CombineF64Fn, "rt_combine_f64_fn", (a: f64, b: f64, user_data: *mut c_void) -> f64,
    "typedef double (*rt_combine_f64_fn)(double a, double b, void *user_data);"
}
callback_type! { unwinding
    /// Positive where `a` belongs behind `b`.
    CompareI64Fn, "rt_compare_i64_fn", (a: i64, b: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_compare_i64_fn)(int64_t a, int64_t b, void *user_data);"
}
callback_type! { unwinding
    /// Positive where `a` belongs behind `b`.
    CompareF64Fn, "rt_compare_f64_fn", (a: f64, b: f64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_compare_f64_fn)(double a, double b, void *user_data);"
}

exports! { ROWS, "Parallel loops", "rt_";
    /// How many threads a loop uses here: the workers of the one pool, which tensors on the CPU use too. Inside a callback of a loop
    /// it is 1: loops and ops that a callback calls are done on its thread.
    fn parallel_threads() -> Count => parallel::threads;
    /// Makes the pool one of so many threads, 1 to 1024; 0 is what FFI_NUM_THREADS says, else one per core. Loops that are running
    /// finish on the threads they have. BUSY inside a callback of a loop.
    fn parallel_set_threads(count: i64) -> Status => parallel::set_threads;
    /// Inside a callback of a loop: no index that has not begun begins, and the loop fails with CLOSED. What its function
    /// returns still counts where that ends the loop.
    fn parallel_cancel() -> Status => parallel::cancel;

    /// Calls `body` for `count` indices from `first` on, in any order, on this thread and the pool's; returns when all are done. There are
    /// fewer than 2^48, and `first + count` is an int64_t too.
    ///
    /// `grain` is the fewest indices that a thread takes at once, 0 is 1; a range of one grain runs on this thread alone. Up to 64
    /// grains the workers are woken at once; else this thread begins and wakes them when some microseconds show that it pays.
    ///
    /// Returns 0 when every index ran. A body that returns something else ends the loop: no other index begins, and this function
    /// returns that number if it is positive; a code of the library (negative) becomes its own failure with the message of the body's
    /// thread, any other negative number INVALID_ARGUMENT. Of several the lowest index counts.
    ///
    /// A body may wait for another body of the loop with calls of this library: another thread then runs what has not begun,
    /// up to 2048 threads; a wait beyond is OUT_OF_MEMORY, and bodies that wait for that one go on when what they wait on is freed. A body
    /// that waits in any other way (a spin lock, a barrier of the system) for one that has not begun waits for ever:
    /// rt_parallel_scope runs its tasks at the same time. So does a body that waits for the caller itself: hold no lock that a body
    /// takes.
    #[mode(Blocking)]
    fn parallel_for_each(first: i64, count: i64, grain: i64, body: Callback<EachFn>, user_data: UserData) -> Count => for_each;
    /// Calls `body` for ranges that together are the `count` indices from `first` on: `body` loops from its `first` to below its `end`
    /// itself, so the loop is compiled in the caller's program. For bodies of a few nanoseconds, where a call for every index would take
    /// longer than the work.
    ///
    /// How long a range is depends on the time, the threads and `grain`, the fewest indices of a range but the last; one inside a callback
    /// of another loop is whole. A range that has begun is the body's to finish: what ends the loop elsewhere, and rt_parallel_cancel,
    /// keep other ranges from beginning. Else as rt_parallel_for_each: results, of several that of the lowest range, and waits.
    #[mode(Blocking)]
    fn parallel_for_ranges(first: i64, count: i64, grain: i64, body: Callback<RangeFn>, user_data: UserData) -> Count => for_ranges;
    /// Calls `body` with the index and the value of every integer; else as rt_parallel_for_each.
    #[mode(Blocking)]
    fn parallel_for_each_i64(data & len: Numbers<i64>, grain: i64, body: Callback<ItemI64Fn>, user_data: UserData) -> Count => for_each_i64;
    /// Calls `body` with the index and the value of every double; else as rt_parallel_for_each.
    #[mode(Blocking)]
    fn parallel_for_each_f64(data & len: Numbers<f64>, grain: i64, body: Callback<ItemF64Fn>, user_data: UserData) -> Count => for_each_f64;
    /// Runs `count` tasks, up to 1024, all at the same time, each on a thread of its own, so that they may wait for one another in any
    /// way. Task 0 runs on this thread. Returns when all have ended, what rt_parallel_for_each would; OUT_OF_MEMORY, before any task
    /// begins, where the threads cannot be had.
    #[mode(Blocking)]
    fn parallel_scope(count: i64, body: Callback<EachFn>, user_data: UserData) -> Count => scope_of;

    /// Writes `f(first + i)` to every `out[i]`. The grain is that of rt_parallel_for_each. After a failure some are written.
    #[mode(Blocking)]
    fn parallel_map(first: i64, out & count: Results<i64>, grain: i64, f: Callback<MapFn>, user_data: UserData) -> Status => map;
    /// Writes `f(data[i])` to `out[i]` and returns how many. `out` may be `data`; overlaps of another kind are refused. The grain is
    /// that of rt_parallel_for_each. After a failure some are written.
    #[mode(Blocking)]
    fn parallel_map_i64(data & len: Numbers<i64>, out & capacity: Results<i64>, grain: i64, f: Callback<MapFn>, user_data: UserData) -> Count => map_i64;
    /// The map of doubles, as rt_parallel_map_i64.
    #[mode(Blocking)]
    fn parallel_map_f64(data & len: Numbers<f64>, out & capacity: Results<f64>, grain: i64, f: Callback<MapF64Fn>, user_data: UserData) -> Count => map_f64;

    /// `combine(… combine(initial, map(first)) …, map(first + count - 1))`, grouped in blocks that depend on `count` and `grain` alone:
    /// any number of threads gives the same result, also where `combine` is not commutative. It must be associative for that result to
    /// be the one of a plain loop. `grain` is the fewest indices of a block, 0 is 16 of more than 64 indices and else 1.
    ///
    /// Its functions, as those of the other reductions, of scans and of sorts, cannot wait for another thread by a call of this
    /// library (BUSY): they may lock what is free in a moment.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn parallel_reduce(first: i64, count: i64, grain: i64, initial: i64, map: Callback<MapFn>, combine: Callback<CombineI64Fn>, user_data: UserData) -> Count => reduce_range;
    /// The reduction of an array, as rt_parallel_reduce. With no number it is `initial`.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn parallel_reduce_i64(data & len: Numbers<i64>, initial: i64, grain: i64, combine: Callback<CombineI64Fn>, user_data: UserData) -> Count => reduce_i64;
    /// The reduction of doubles, as rt_parallel_reduce_i64: the same bits with any number of threads.
    #[mode(Ambiguous)]
    #[twins(bits, into)]
    fn parallel_reduce_f64(data & len: Numbers<f64>, initial: f64, grain: i64, combine: Callback<CombineF64Fn>, user_data: UserData) -> f64 => reduce_f64;

    /// Running sums modulo 2^64: `out[i]` is the sum of `data[0]` to `data[i]`, without `data[i]` where `exclusive`. Returns how many. `out` may
    /// be `data`; overlaps of another kind are refused.
    fn parallel_prefix_sum_i64(data & len: Numbers<i64>, out & capacity: Results<i64>, exclusive: bool) -> Count => prefix_sum_i64;
    /// Running sums of doubles, as rt_parallel_prefix_sum_i64. Added up in blocks of a length that depends on `len` alone: the same bits
    /// with any number of threads, and of more than 4096 numbers other roundings than a plain loop's.
    fn parallel_prefix_sum_f64(data & len: Numbers<f64>, out & capacity: Results<f64>, exclusive: bool) -> Count => prefix_sum_f64;
    /// Running results of `combine`, which is associative: `out[i]` is `combine(… combine(initial, data[0]) …, data[i])`, without
    /// `data[i]` where `exclusive`. Grouped in blocks that depend on `len` alone; the arrays as in rt_parallel_prefix_sum_i64.
    #[mode(Blocking)]
    fn parallel_scan_i64(data & len: Numbers<i64>, out & capacity: Results<i64>, initial: i64, exclusive: bool, combine: Callback<CombineI64Fn>, user_data: UserData) -> Count => scan_i64;
    /// Running results over doubles, as rt_parallel_scan_i64.
    #[mode(Blocking)]
    #[twins(bits)]
    fn parallel_scan_f64(data & len: Numbers<f64>, out & capacity: Results<f64>, initial: f64, exclusive: bool, combine: Callback<CombineF64Fn>, user_data: UserData) -> Count => scan_f64;

    /// Sorts integers in place, ascending. Takes as much memory again where several threads work.
    fn parallel_sort_i64(data & len: OutArray<i64>) -> Status => sort_i64;
    /// Sorts doubles in place, ascending by value; -0 comes before 0, and NaN of either sign last. Takes as much memory again where
    /// several threads work.
    fn parallel_sort_f64(data & len: OutArray<f64>) -> Status => sort_f64;
    /// Sorts integers by a function that returns a positive number where its first argument belongs behind its second. Stable: equal ones
    /// keep their order. Written when it is done: after a failure the array is as it was. Takes twice as much memory again.
    ///
    /// A function that contradicts itself gives some order of the same numbers, or INVALID_ARGUMENT.
    #[mode(Blocking)]
    fn parallel_sort_by_i64(data & len: Results<i64>, compare: Callback<CompareI64Fn>, user_data: UserData) -> Status => sort_by_i64;
    /// Sorts doubles by a function, as rt_parallel_sort_by_i64.
    #[mode(Blocking)]
    fn parallel_sort_by_f64(data & len: Results<f64>, compare: Callback<CompareF64Fn>, user_data: UserData) -> Status => sort_by_f64;
}

fn for_each(first: i64, count: i64, grain: i64, body: Option<EachFn>, user: UserData) -> Result<i64> {
    each::for_each(first, count, grain, foreign::body(body, user)?)
}
fn for_ranges(first: i64, count: i64, grain: i64, body: Option<RangeFn>, user: UserData) -> Result<i64> {
    each::for_ranges(first, count, grain, foreign::range(body, user)?)
}
fn for_each_i64(data: Source<'_, i64>, grain: i64, body: Option<ItemI64Fn>, user: UserData) -> Result<i64> {
    each::for_each_of(data, grain, foreign::item_i64(body, user)?)
}
fn for_each_f64(data: Source<'_, f64>, grain: i64, body: Option<ItemF64Fn>, user: UserData) -> Result<i64> {
    each::for_each_of(data, grain, foreign::item_f64(body, user)?)
}
fn scope_of(count: i64, body: Option<EachFn>, user: UserData) -> Result<i64> {
    scope::scope(count, foreign::body(body, user)?)
}
fn map(first: i64, out: Target<'_, i64>, grain: i64, f: Option<MapFn>, user: UserData) -> Result<()> {
    each::map(first, out, grain, foreign::map_i64(f, user)?)
}
fn map_i64(data: Source<'_, i64>, out: Target<'_, i64>, grain: i64, f: Option<MapFn>, user: UserData) -> Result<i64> {
    each::map_of(data, out, grain, foreign::map_i64(f, user)?)
}
fn map_f64(
    data: Source<'_, f64>,
    out: Target<'_, f64>,
    grain: i64,
    f: Option<MapF64Fn>,
    user: UserData,
) -> Result<i64> {
    each::map_of(data, out, grain, foreign::map_f64(f, user)?)
}
fn reduce_range(
    first: i64,
    count: i64,
    grain: i64,
    initial: i64,
    map: Option<MapFn>,
    combine: Option<CombineI64Fn>,
    user: UserData,
) -> Result<i64> {
    reduce::reduce_range(
        first,
        count,
        grain,
        initial,
        foreign::map_i64(map, user)?,
        foreign::combine_i64(combine, user)?,
    )
}
fn reduce_i64(
    data: Source<'_, i64>,
    initial: i64,
    grain: i64,
    combine: Option<CombineI64Fn>,
    user: UserData,
) -> Result<i64> {
    reduce::reduce_of(data, initial, grain, foreign::combine_i64(combine, user)?)
}
fn reduce_f64(
    data: Source<'_, f64>,
    initial: f64,
    grain: i64,
    combine: Option<CombineF64Fn>,
    user: UserData,
) -> Result<f64> {
    reduce::reduce_of(data, initial, grain, foreign::combine_f64(combine, user)?)
}
fn prefix_sum_i64(data: Source<'_, i64>, out: Target<'_, i64>, exclusive: bool) -> Result<i64> {
    reduce::prefix_sum(data, out, exclusive)
}
fn prefix_sum_f64(data: Source<'_, f64>, out: Target<'_, f64>, exclusive: bool) -> Result<i64> {
    reduce::prefix_sum(data, out, exclusive)
}
fn scan_i64(
    data: Source<'_, i64>,
    out: Target<'_, i64>,
    initial: i64,
    exclusive: bool,
    combine: Option<CombineI64Fn>,
    user: UserData,
) -> Result<i64> {
    reduce::scan(data, out, initial, exclusive, foreign::combine_i64(combine, user)?)
}
fn scan_f64(
    data: Source<'_, f64>,
    out: Target<'_, f64>,
    initial: f64,
    exclusive: bool,
    combine: Option<CombineF64Fn>,
    user: UserData,
) -> Result<i64> {
    reduce::scan(data, out, initial, exclusive, foreign::combine_f64(combine, user)?)
}
fn sort_i64(mut data: OutSlice<'_, i64>) -> Result<()> {
    sort::sort_i64(foreign::exclusive(&mut data))
}
fn sort_f64(mut data: OutSlice<'_, f64>) -> Result<()> {
    sort::sort_f64(foreign::exclusive(&mut data))
}
fn sort_by_i64(data: Target<'_, i64>, compare: Option<CompareI64Fn>, user: UserData) -> Result<()> {
    sort::sort_by(data.source(), data, foreign::compare_i64(compare, user)?)
}
fn sort_by_f64(data: Target<'_, f64>, compare: Option<CompareF64Fn>, user: UserData) -> Result<()> {
    sort::sort_by(data.source(), data, foreign::compare_f64(compare, user)?)
}
