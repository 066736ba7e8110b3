//! The locks that a thread holds, and its number. What it holds when it ends is given back.

use crate::mutex::MutexKind;
use crate::rwlock::RwLockKind;
use ffi_base::pinned::{Keeper, Pinned, keeper};
use ffi_base::{Error, Result, error};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A lock that this thread holds, and how; the borrow keeps it alive.
pub enum Lock {
    /// A mutex.
    Mutex(Pinned<MutexKind>),
    /// A lock, for reading.
    Read(Pinned<RwLockKind>),
    /// The same, for writing.
    Write(Pinned<RwLockKind>),
}

struct Held {
    handle: i64,
    lock: Lock,
}

struct All {
    locks: RefCell<Vec<Held>>,
    number: i64,
    /// What the locks' borrows stand on; outlives them.
    _keeper: Option<Rc<Keeper>>,
}

impl All {
    fn give_back(&self) {
        for held in self.locks.take() {
            match held.lock {
                Lock::Mutex(mutex) => mutex.abandon(),
                Lock::Read(lock) => lock.abandon_read(),
                Lock::Write(lock) => lock.abandon_write(),
            }
        }
    }
}

impl Drop for All {
    /// The thread ends.
    fn drop(&mut self) {
        self.give_back();
    }
}

thread_local! {
    static HELD: All = All { locks: RefCell::new(Vec::new()), number: number(), _keeper: keeper() };
    static NUMBER: Cell<i64> = const { Cell::new(0) };
}

/// This thread's number: from 1 on, never given twice in a process.
pub fn number() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    NUMBER.with(|number| {
        if number.get() == 0 {
            number.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
        }
        number.get()
    })
}

fn ending() -> Error {
    error!(Unavailable, "this thread is ending, and nobody would give its locks back")
}

/// Gives back what this thread holds, as its end does: a task that had it to itself has ended.
pub fn give_back() {
    let _ = HELD.try_with(All::give_back);
}

/// Looks at what this thread holds, the last first, until one answers.
pub fn find<R>(mut look: impl FnMut(&Lock) -> Option<R>) -> Result<Option<R>> {
    HELD.try_with(|all| all.locks.borrow().iter().rev().find_map(|held| look(&held.lock))).map_err(|_| ending())
}

/// Notes a lock that `take` takes for the thread of the number it gets. Nothing of the list is borrowed meanwhile.
#[inline]
pub fn add<R>(handle: i64, take: impl FnOnce(i64) -> Result<(Lock, R)>) -> Result<R> {
    let added = HELD.try_with(|all| {
        let (lock, result) = take(all.number)?;
        all.locks.borrow_mut().push(Held { handle, lock });
        Ok(result)
    });
    added.map_err(|_| ending())?
}

/// Takes out what this thread holds by this handle, or else what `same` knows again: a lock has a handle for each retain.
pub fn take(handle: i64, same: impl Fn(&Lock) -> bool) -> Result<Option<Lock>> {
    let taken = HELD.try_with(|all| {
        let mut locks = all.locks.borrow_mut();
        let place = locks.iter().rposition(|held| held.handle == handle);
        let place = place.or_else(|| locks.iter().rposition(|held| same(&held.lock)));
        place.map(|place| locks.swap_remove(place).lock)
    });
    taken.map_err(|_| ending())
}
