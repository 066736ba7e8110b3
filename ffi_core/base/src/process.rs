//! Notices a fork: threads and devices do not survive into the child, so both must be asked for anew. And [`ForkMutex`], the
//! lock for state that does survive. The locks of tensors' memory are none: there are too many to wait for, and an op may hold one for
//! long. What another thread was working on at the fork stays locked in the child.

use std::any::Any;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static FORKS: AtomicU32 = AtomicU32::new(0);
/// Every [`ForkMutex`] that was ever used.
static USED: Mutex<Vec<&'static dyn Hold>> = Mutex::new(Vec::new());

thread_local! {
    /// What this thread holds while it forks.
    static HELD: Cell<Vec<Box<dyn Any>>> = const { Cell::new(Vec::new()) };
}

/// How many forks lie between the process that loaded the library and this one. Watching begins with the first call.
pub fn forks() -> u32 {
    // No `Once`: a child forked while another thread is inside one would wait for that thread for ever.
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if !WATCHED.load(Ordering::Acquire) {
        // Told only when it is so: whoever passes here is watched, also when another thread forks in this very moment. Two
        // threads may both get this far, and the handlers then run twice, which they bear.
        watch();
        WATCHED.store(true, Ordering::Release);
    }
    FORKS.load(Ordering::Relaxed)
}

#[cfg(unix)]
fn watch() {
    extern "C" fn before() {
        let holds = |all: &Cell<Vec<Box<dyn Any>>>| {
            let held = all.take();
            let any = !held.is_empty();
            all.set(held);
            any
        };
        if HELD.try_with(holds).unwrap_or(false) {
            return;
        }
        let used = lock(&USED);
        let mut held: Vec<Box<dyn Any>> = used.iter().map(|mutex| mutex.hold()).collect();
        held.push(Box::new(used));
        let _ = HELD.try_with(|all| all.set(held));
    }
    extern "C" fn in_parent() {
        drop(HELD.try_with(Cell::take));
    }
    extern "C" fn in_child() {
        FORKS.fetch_add(1, Ordering::Relaxed);
        drop(HELD.try_with(Cell::take));
    }
    // SAFETY: the handlers run on the forking thread and touch an atomic, locks that it takes itself, and the heap, which the
    // system's fork keeps usable on both sides; the library is linked `-z nodelete`, so their code outlives every fork.
    unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
}

#[cfg(not(unix))]
fn watch() {}

/// Locks one of the standard library's, which keep no list of waiters in common that a forked child could find locked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A static lock that a forked child never finds taken by a thread that it does not have: a fork waits for it, and both sides
/// get it back free. Over the standard lock, which keeps no list of waiters that a child would inherit.
///
/// Held for moments; never while another one is taken, and never while a driver or a callback runs, which may fork itself.
#[derive(Debug)]
pub struct ForkMutex<T: 'static> {
    known: AtomicBool,
    value: Mutex<T>,
}

/// Takes a lock of any type for the time of a fork.
trait Hold: Sync {
    fn hold(&'static self) -> Box<dyn Any>;
}

impl<T: Send> Hold for ForkMutex<T> {
    fn hold(&'static self) -> Box<dyn Any> {
        Box::new(lock(&self.value))
    }
}

impl<T: Send> ForkMutex<T> {
    /// A free one.
    pub const fn new(value: T) -> ForkMutex<T> {
        ForkMutex { known: AtomicBool::new(false), value: Mutex::new(value) }
    }

    /// Waits for it. A panic under it does not poison.
    #[inline]
    pub fn lock(&'static self) -> MutexGuard<'static, T> {
        if !self.known.load(Ordering::Acquire) {
            self.make_known();
        }
        lock(&self.value)
    }

    #[cold]
    fn make_known(&'static self) {
        forks();
        let mut used = lock(&USED);
        // Looked at once more: another thread may have been first.
        if !self.known.swap(true, Ordering::Release) {
            used.push(self);
        }
    }
}
