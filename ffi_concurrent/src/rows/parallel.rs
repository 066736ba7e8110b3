//! Parallel loops.

use super::planned;
use ffi_base::{Callback, Status, UserData, callback_type, exports};
use std::ffi::c_void;

callback_type! {
    /// One index of a parallel loop; 0 goes on, anything else cancels.
    EachFn, "rt_each_fn", (index: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_each_fn)(int64_t index, void *user_data);"
}
callback_type! {
    /// One value of a parallel map.
    MapFn, "rt_map_fn", (value: i64, user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_map_fn)(int64_t value, void *user_data);"
}

exports! { ROWS, "Planned: concurrency", "rt_";
    /// Planned: values `f(first + i)` for `count` indices.
    #[mode(Blocking)]
    fn parallel_map(first: i64, out & count: ffi_base::OutArray<i64>, body: Callback<MapFn>, user_data: UserData) -> Status => refuse [planned];
    /// Planned: a body for every index of a range.
    #[mode(Blocking)]
    fn parallel_for_each(first: i64, count: i64, grain: i64, body: Callback<EachFn>, user_data: UserData) -> Status => refuse [planned];
}
