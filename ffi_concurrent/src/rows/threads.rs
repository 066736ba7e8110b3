//! Threads.

use super::planned;
use crate::ThreadKind;
use ffi_base::{Callback, Count, Handle, UserData, callback_type, exports};
use std::ffi::c_void;

callback_type! {
    /// A thread's body; its result is what joining gives.
    ThreadFn, "rt_thread_fn", (user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_thread_fn)(void *user_data);"
}

exports! { ROWS, "Planned: concurrency", "rt_";
    /// Planned: starts a thread.
    fn thread_spawn(body: Callback<ThreadFn>, user_data: UserData) -> Handle<ThreadKind> => refuse [planned];
    /// Planned: waits for a thread and gives its result.
    #[mode(Blocking)]
    fn thread_join(thread: Handle<ThreadKind>) -> Count => refuse [planned];
}
