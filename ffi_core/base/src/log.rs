//! The log callback: silent by default, replaced at run time, and never called while the library holds a lock.
//!
//! Whoever writes a line may stand anywhere, below a device's lock or on a driver's thread. So lines wait in a queue, and the
//! end of an exported call delivers them: its own before it returns, and with them those that no call on any stack is for.

use crate::callback::UserData;
use crate::error::Result;
use crate::process::{self, ForkMutex};
use crate::{callback_type, fail, guard, last_error, pool, text};
use std::cell::Cell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, PoisonError};

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

#[derive(Clone)]
struct Listener {
    function: LogFn,
    user: UserData,
    /// The fork count it was last seen under.
    forks: u32,
}

/// A line that waits.
struct Line {
    level: Level,
    text: String,
    /// The thread whose exported call it belongs to, 0 when none does.
    thread: usize,
}

/// More are dropped: nobody makes exported calls any more, or a driver utters a line for each of its own.
const MOST_WAITING: usize = 1024;

static LISTENER: ForkMutex<Option<Arc<Listener>>> = ForkMutex::new(None);
/// Whether there is one, so that a silent library pays one load.
static LISTENING: AtomicBool = AtomicBool::new(false);
/// Notified each time a callback returns.
static RETURNED: Condvar = Condvar::new();
static LINES: ForkMutex<Vec<Line>> = ForkMutex::new(Vec::new());
/// Whether there are any. Written under their lock.
static WAITING: AtomicBool = AtomicBool::new(false);

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether anyone listens: check before building a long line.
pub fn enabled() -> bool {
    LISTENING.load(Ordering::Relaxed)
}

/// Whether lines wait: all that an exported call pays for them.
#[inline(always)]
pub(crate) fn waiting() -> bool {
    WAITING.load(Ordering::Relaxed)
}

fn inside() -> bool {
    INSIDE.try_with(Cell::get).unwrap_or(true)
}

/// A number that no other living thread has, not 0.
fn this_thread() -> usize {
    INSIDE.try_with(|inside| std::ptr::from_ref(inside).addr()).unwrap_or(0)
}

/// Tells the listener: at the end of the exported call that is on this thread's stack; otherwise at the end of the next one
/// on any thread. Takes no lock but the queue's. A line logged from inside the callback itself is dropped.
pub fn write(level: Level, text: &str) {
    write_for(level, text, guard::entered());
}

/// As [`write`]; `in_call` says whether an exported call of this thread will deliver it.
pub(crate) fn write_for(level: Level, text: &str, in_call: bool) {
    if !enabled() || inside() {
        return;
    }
    // A worker's stack never ends in an exported call; the call that it works for delivers.
    let thread = if in_call && !pool::on_worker() { this_thread() } else { 0 };
    let mut lines = LINES.lock();
    if lines.len() < MOST_WAITING {
        lines.push(Line { level, text: text.to_owned(), thread });
        WAITING.store(true, Ordering::Relaxed);
    }
}

/// Calls back with this thread's lines and with those of no thread. The end of an exported call does so by itself; others call
/// it where they hold no lock.
#[cold]
#[inline(never)]
pub fn deliver() {
    if !waiting() || inside() {
        return;
    }
    let me = this_thread();
    let mut lines = LINES.lock();
    let all = std::mem::take(&mut *lines);
    let (mine, others): (Vec<Line>, Vec<Line>) =
        all.into_iter().partition(|line| line.thread == 0 || line.thread == me);
    WAITING.store(!others.is_empty(), Ordering::Relaxed);
    *lines = others;
    drop(lines);
    // What the callback's own calls fail with is not what the call at hand failed with.
    let error = last_error::take();
    text::keeping_lent(|| mine.iter().for_each(tell));
    last_error::put(error);
}

fn tell(line: &Line) {
    let Some(listener) = listener(&mut LISTENER.lock()) else { return };
    let _ = INSIDE.try_with(|inside| inside.set(true));
    let Listener { function, user, .. } = *listener;
    // SAFETY: pointer and length are those of `text`, valid during the call; the function was registered as this type.
    unsafe { function.call(line.level as i64, line.text.as_ptr(), line.text.len() as i64, user.0) };
    let _ = INSIDE.try_with(|inside| inside.set(false));
    // The count goes down under the lock, or a waiter could miss it between its look and its sleep.
    let guard = LISTENER.lock();
    drop(listener);
    RETURNED.notify_all();
    drop(guard);
}

/// The listener, counted by its Arc for as long as a thread is inside. A forked child counts anew: threads of the parent
/// never return there.
fn listener(slot: &mut Option<Arc<Listener>>) -> Option<Arc<Listener>> {
    let forks = process::forks();
    if let Some(stale) = slot.as_ref().filter(|listener| listener.forks != forks) {
        *slot = Some(Arc::new(Listener { forks, ..(**stale).clone() }));
    }
    slot.clone()
}

/// Replaces the listener, who hears first what waits. Returns when no thread is inside the old one; from inside a callback
/// that would be for ever: BUSY.
pub fn set_listener(function: Option<LogFn>, user: UserData) -> Result<()> {
    if inside() {
        fail!(Busy, "the log callback cannot be replaced from inside itself");
    }
    deliver();
    let forks = process::forks();
    let new = function.map(|function| Arc::new(Listener { function, user, forks }));
    let mut slot = LISTENER.lock();
    LISTENING.store(new.is_some(), Ordering::Relaxed);
    let old = listener(&mut slot);
    *slot = new;
    if let Some(old) = old {
        while Arc::strong_count(&old) > 1 {
            slot = RETURNED.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
    Ok(())
}
