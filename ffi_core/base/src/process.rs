//! Notices a fork: threads and devices do not survive into the child, so both must be asked for anew.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

static FORKS: AtomicU32 = AtomicU32::new(0);

/// How many forks lie between the process that loaded the library and this one. Watching begins with the first call.
pub fn forks() -> u32 {
    static WATCH: Once = Once::new();
    WATCH.call_once(watch);
    FORKS.load(Ordering::Relaxed)
}

#[cfg(unix)]
fn watch() {
    extern "C" fn in_child() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    // SAFETY: the handler does nothing but an atomic add, which is allowed between fork and exec; the library is linked
    // `-z nodelete`, so the handler's code outlives every fork.
    unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
}

#[cfg(not(unix))]
fn watch() {}
