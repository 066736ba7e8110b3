//! Threads, locks, channels and parallel loops for language runtimes.
//!
//! [`parallel`] are the loops; the other rows stand, so that programs link and bindings are complete, and answer UNSUPPORTED until
//! their work is done. `unsafe` lives in `parallel::foreign`.
#![deny(unsafe_code)]

#[allow(unsafe_code)] // in `foreign` alone; the others forbid it
pub mod parallel;
pub mod rows;

pub use rows::threads::ThreadFn;

use std::convert::Infallible;

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
