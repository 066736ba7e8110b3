//! Threads, locks, channels and parallel loops for language runtimes.
//!
//! The rows stand, so that programs link and bindings are complete; their work is planned, and each answers UNSUPPORTED
//! until then.
#![forbid(unsafe_code)]

use ffi_base::{Callback, Count, Error, Freed, Handle, Status, UserData, callback_type, error, exports};
use std::convert::Infallible;
use std::ffi::c_void;

ffi_base::kinds! { KINDS;
    /// A thread.
    ThreadKind = 16, "thread", "rt_thread", true, Infallible;
    /// A mutual exclusion lock.
    MutexKind = 17, "mutex", "rt_mutex", true, Infallible;
    /// A lock for many readers or one writer.
    RwLockKind = 18, "rwlock", "rt_rwlock", true, Infallible;
    /// A channel.
    ChannelKind = 19, "channel", "rt_channel", true, Infallible;
}

callback_type! {
    /// A thread's body; its result is what joining gives.
    ThreadFn, "rt_thread_fn", (user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_thread_fn)(void *user_data);"
}
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

fn planned() -> Error {
    error!(Unsupported, "threads, locks, channels and parallel loops are planned and not part of this version")
}

exports! { ROWS, "Planned: concurrency", "rt_";
    /// Planned: starts a thread.
    fn thread_spawn(body: Callback<ThreadFn>, user_data: UserData) -> Handle<ThreadKind> => refuse [planned];
    /// Planned: waits for a thread and gives its result.
    #[mode(Blocking)]
    fn thread_join(thread: Handle<ThreadKind>) -> Count => refuse [planned];
    /// Planned: a mutex with a value in it.
    fn mutex_new(value: i64) -> Handle<MutexKind> => refuse [planned];
    /// Planned: locks and gives the value.
    #[mode(Blocking)]
    fn mutex_lock(mutex: Handle<MutexKind>) -> Count => refuse [planned];
    /// Planned: stores the value and unlocks.
    fn mutex_unlock(mutex: Handle<MutexKind>, value: i64) -> Status => refuse [planned];
    /// Planned: a lock for many readers or one writer, with a value in it.
    fn rwlock_new(value: i64) -> Handle<RwLockKind> => refuse [planned];
    /// Planned: a channel; capacity -1 is unbounded, 0 a rendezvous.
    fn channel_create(capacity: i64) -> Handle<ChannelKind> => refuse [planned];
    /// Planned: sends one value.
    #[mode(Blocking)]
    fn channel_send(channel: Handle<ChannelKind>, value: i64) -> Status => refuse [planned];
    /// Planned: receives one value.
    #[mode(Blocking)]
    fn channel_recv(channel: Handle<ChannelKind>) -> Count => refuse [planned];
    /// Planned: frees a channel and wakes everyone who waits on it.
    fn channel_free(channel: Freed<ChannelKind>) -> Status => refuse [planned];
    /// Planned: values `f(first + i)` for `count` indices.
    #[mode(Blocking)]
    fn parallel_map(first: i64, out & count: ffi_base::OutArray<i64>, body: Callback<MapFn>, user_data: UserData) -> Status => refuse [planned];
    /// Planned: a body for every index of a range.
    #[mode(Blocking)]
    fn parallel_for_each(first: i64, count: i64, grain: i64, body: Callback<EachFn>, user_data: UserData) -> Status => refuse [planned];
}
