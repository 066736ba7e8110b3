//! Threads, locks, channels and parallel loops for language runtimes.
//!
//! The rows stand, so that programs link and bindings are complete; their work is planned, and each answers UNSUPPORTED
//! until then.
#![forbid(unsafe_code)]

pub mod rows;

pub use rows::parallel::{EachFn, MapFn};
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
