//! The locks that a thread holds. What it holds when it ends is given back.

use crate::mutex::MutexKind;
use crate::rwlock::RwLockKind;
use ffi_base::pinned::{Pinned, beside, beside_with};
use ffi_base::{Error, Kind, Result, error};
use std::cell::RefCell;
use std::mem::ManuallyDrop;

/// A lock that this thread holds, and how; the borrow keeps it alive.
pub enum Lock {
    /// A mutex.
    Mutex(Pinned<MutexKind>),
    /// A lock, for reading.
    Read(Pinned<RwLockKind>),
    /// The same, for writing.
    Write(Pinned<RwLockKind>),
}

impl Lock {
    #[inline(always)]
    fn handle(&self) -> i64 {
        match self {
            Lock::Mutex(lock) => lock.handle(),
            Lock::Read(lock) | Lock::Write(lock) => lock.handle(),
        }
    }
}

#[derive(Default)]
struct All {
    /// Not dropped by themselves: what has no destructor is written where it belongs, without a copy on the stack that waits for the
    /// stores before it.
    locks: RefCell<Vec<ManuallyDrop<Lock>>>,
}

impl All {
    fn give_back(&self) {
        for lock in self.locks.take() {
            match ManuallyDrop::into_inner(lock) {
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

fn ending() -> Error {
    error!(Unavailable, "this thread is ending, and nobody would give its locks back")
}

/// Gives back what this thread holds, as its end does: a task that had it to itself has ended.
pub fn give_back() {
    let _ = beside(All::give_back);
}

/// Looks at what this thread holds, the last first, until one answers.
pub fn find<R>(mut look: impl FnMut(&Lock) -> Option<R>) -> Result<Option<R>> {
    beside(|all: &All| all.locks.borrow().iter().rev().find_map(|lock| look(lock))).ok_or_else(ending)
}

#[cold]
fn not_noted(lock: ManuallyDrop<Lock>) -> Error {
    drop(ManuallyDrop::into_inner(lock));
    ending()
}

/// Notes a lock that this thread has just taken; where it can note none, as it is ending, `give_back` ends that.
#[inline(always)]
pub fn add<K: Kind>(lock: &Pinned<K>, how: impl FnOnce(Pinned<K>) -> Lock, give_back: impl FnOnce()) -> Result<()> {
    // Without closures but the innermost: the compiler would make calls of them.
    let added = match lock.again() {
        Ok(lock) => {
            match beside_with(ManuallyDrop::new(how(lock)), |all: &All, lock| all.locks.borrow_mut().push(lock)) {
                Ok(()) => Ok(()),
                Err(lock) => Err(not_noted(lock)),
            }
        }
        Err(error) => Err(error),
    };
    if added.is_err() {
        give_back();
    }
    added
}

/// Whether this thread can note a lock, before it waits for one.
#[cold]
pub fn ready() -> Result<()> {
    beside(|_: &All| ()).ok_or_else(ending)
}

/// Ends what this thread took last, if that was by this handle and `give_back` says it did: most locks are given back in the order
/// opposite to their taking. It gets the lock where it lies: copies of a few words that were just written are what such a call would
/// mostly wait for.
#[inline(always)]
pub fn end_last(handle: i64, give_back: impl FnOnce(&Lock) -> bool) -> bool {
    let ended = beside(|all: &All| {
        let mut locks = all.locks.borrow_mut();
        let ends = locks.last().is_some_and(|lock| lock.handle() == handle && give_back(lock));
        if ends {
            locks.pop().map(ManuallyDrop::into_inner);
        }
        ends
    });
    ended == Some(true)
}

/// Takes out what this thread holds by this handle, or else what `same` knows again: a lock has a handle for each retain.
pub fn take(handle: i64, same: impl Fn(&Lock) -> bool) -> Result<Option<Lock>> {
    let taken = beside(|all: &All| {
        let mut locks = all.locks.borrow_mut();
        let place = locks.iter().rposition(|lock| lock.handle() == handle);
        let place = place.or_else(|| locks.iter().rposition(|lock| same(lock)));
        place.map(|place| ManuallyDrop::into_inner(locks.swap_remove(place)))
    });
    taken.ok_or_else(ending)
}
