//! The log callback: silent by default, replaced at run time, never called under a lock.

use crate::callback::UserData;
use crate::error::Result;
use crate::{callback_type, fail};
use parking_lot::{Condvar, Mutex};
use std::cell::Cell;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

callback_type! {
    /// Hears what happened inside. `text` has `len` bytes, is not NUL-terminated and is valid during the call alone.
    LogFn, "rt_log_fn", (level: i64, text: *const u8, len: i64, user_data: *mut c_void),
    "typedef void (*rt_log_fn)(int64_t level, const char *text, int64_t len, void *user_data);"
}

/// How grave a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i64)]
pub enum Level {
    /// A fault of the library or a driver.
    Error = 1,
    /// Something works, but not as it should.
    Warning = 2,
    /// Worth knowing once.
    Info = 3,
}

struct Listener {
    function: LogFn,
    user: UserData,
}

static LISTENER: Mutex<Option<Arc<Listener>>> = Mutex::new(None);
/// Whether there is one, so that a silent library pays one load.
static LISTENING: AtomicBool = AtomicBool::new(false);
/// Notified each time a callback returns.
static RETURNED: Condvar = Condvar::new();

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether anyone listens: check before building a long line.
pub fn enabled() -> bool {
    LISTENING.load(Ordering::Relaxed)
}

/// Tells the listener. A line logged from inside the callback itself is dropped.
pub fn write(level: Level, text: &str) {
    if !enabled() || INSIDE.try_with(Cell::get).unwrap_or(true) {
        return;
    }
    let Some(listener) = LISTENER.lock().clone() else { return };
    let _ = INSIDE.try_with(|inside| inside.set(true));
    // SAFETY: the pointer and length are those of `text`, valid during the call; the function was registered as this type.
    unsafe { listener.function.call(level as i64, text.as_ptr(), text.len() as i64, listener.user.0) };
    let _ = INSIDE.try_with(|inside| inside.set(false));
    // The count goes down under the lock, or a waiter could miss it between its look and its sleep.
    let guard = LISTENER.lock();
    drop(listener);
    RETURNED.notify_all();
    drop(guard);
}

/// Replaces the listener. Returns when no thread is inside the old one; from inside a callback that would be for ever: BUSY.
pub fn set_listener(function: Option<LogFn>, user: UserData) -> Result<()> {
    if INSIDE.try_with(Cell::get).unwrap_or(true) {
        fail!(Busy, "the log callback cannot be replaced from inside itself");
    }
    let new = function.map(|function| Arc::new(Listener { function, user }));
    let mut slot = LISTENER.lock();
    LISTENING.store(new.is_some(), Ordering::Relaxed);
    let old = std::mem::replace(&mut *slot, new);
    if let Some(old) = old {
        while Arc::strong_count(&old) > 1 {
            RETURNED.wait(&mut slot);
        }
    }
    Ok(())
}
