//! The mutex: one number that one thread at a time has. Says who holds it, and refuses what would wait for itself.

use crate::deadline::Deadline;
use crate::held::{self, Lock};
use crate::patience;
use crate::shared::{End, EndWithLast, Shared};
use ffi_base::log::{self, Level};
use ffi_base::{Pinned, Result, fail, object, thread_number};
use parking_lot::RawMutex;
use parking_lot::lock_api::{RawMutex as _, RawMutexTimed as _};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

ffi_base::kinds! { KINDS;
    /// A mutual exclusion lock.
    MutexKind = 17, "mutex", "rt_mutex", true, Shared<Mutex>, EndWithLast;
}

/// A mutex and its number.
pub struct Mutex {
    raw: RawMutex,
    /// Written by whoever holds it.
    value: AtomicI64,
    /// The thread that holds it, 0 for none. A thread finds its own number here exactly while it holds it.
    owner: AtomicI64,
    abandoned: AtomicBool,
}

impl End for Mutex {
    fn may_end(&self) -> Result<()> {
        if self.raw.is_locked() {
            fail!(Busy, "the mutex is held by thread {}: unlock it first", self.owner.load(Relaxed));
        }
        Ok(())
    }
}

/// A free one.
pub fn new(value: i64) -> Result<Shared<Mutex>> {
    Ok(Shared::new(Mutex {
        raw: RawMutex::INIT,
        value: AtomicI64::new(value),
        owner: AtomicI64::new(0),
        abandoned: AtomicBool::new(false),
    }))
}

impl Mutex {
    #[inline]
    fn take(&self, deadline: Deadline) -> bool {
        match deadline {
            Deadline::Now => self.raw.try_lock(),
            Deadline::At(instant) => self.raw.try_lock_until(instant),
            Deadline::Never => {
                self.raw.lock();
                true
            }
        }
    }

    /// Only for the thread that holds it, which leaves it whole.
    #[inline(always)]
    fn put(&self, value: i64) {
        self.value.store(value, Relaxed);
        self.abandoned.store(false, Relaxed);
    }

    /// Only for the thread that holds it.
    #[inline]
    fn give_back(&self) {
        self.owner.store(0, Relaxed);
        // SAFETY: every caller took the lock's one entry out of its thread's list, where `lock_by` puts it as that thread takes the
        // lock, or found that it cannot be put there; so this thread holds it, and gives it back once.
        unsafe { self.raw.unlock() }
    }

    /// Its thread ended with it: the next may have it.
    pub fn abandon(&self) {
        self.abandoned.store(true, Relaxed);
        let owner = self.owner.load(Relaxed);
        self.give_back();
        log::write(Level::Warning, &format!("thread {owner} ended with a mutex locked; it was given back"));
    }
}

#[inline(always)]
fn lock_by(mutex: &Pinned<MutexKind>, deadline: Deadline) -> Result<i64> {
    let me = thread_number();
    if mutex.owner.load(Relaxed) == me {
        fail!(Busy, "this thread, {me}, holds the mutex already and would wait for itself");
    }
    if !mutex.take(Deadline::Now) && !wait(mutex, deadline)? {
        return Err(deadline.over(&format!("the mutex is held by thread {}", mutex.owner.load(Relaxed))));
    }
    mutex.owner.store(me, Relaxed);
    let value = mutex.value.load(Relaxed);
    held::add(mutex, Lock::Mutex, || mutex.give_back())?;
    Ok(value)
}

#[cold]
fn wait(mutex: &Mutex, deadline: Deadline) -> Result<bool> {
    held::ready()?;
    patience::lock(deadline, |deadline| mutex.take(deadline))
}

/// Waits for it.
#[inline(always)]
pub fn lock(mutex: &Pinned<MutexKind>) -> Result<i64> {
    lock_by(mutex, Deadline::Never)
}
/// Does not wait.
pub fn try_lock(mutex: &Pinned<MutexKind>) -> Result<i64> {
    lock_by(mutex, Deadline::Now)
}
/// Waits that long.
pub fn lock_timeout(mutex: &Pinned<MutexKind>, timeout_ns: i64) -> Result<i64> {
    lock_by(mutex, Deadline::after(timeout_ns)?)
}

/// What this thread holds by this handle, or by another one of the same mutex; out of its list.
#[cold]
fn take_held(handle: i64) -> Result<Pinned<MutexKind>> {
    let held = match held::take(handle, |_| false)? {
        None => {
            let mutex = object::borrow::<MutexKind>(handle).map_err(|error| error.at("mutex"))?;
            let wanted: &Mutex = &mutex;
            let held =
                held::take(0, |lock| matches!(lock, Lock::Mutex(other) if std::ptr::eq::<Mutex>(&***other, wanted)))?;
            if held.is_none() {
                let owner = match mutex.owner.load(Relaxed) {
                    0 => "nobody".to_owned(),
                    owner => format!("thread {owner}"),
                };
                fail!(InvalidArgument, "this thread, {}, does not hold the mutex; {owner} does", thread_number());
            }
            held
        }
        held => held,
    };
    match held {
        Some(Lock::Mutex(mutex)) => Ok(mutex),
        // Handles name their kind, so a mutex' is no other lock's.
        _ => fail!(InvalidHandle, "mutex: {handle} is another lock's"),
    }
}

/// Stores a value and lets the next have it.
#[inline(always)]
pub fn unlock(handle: i64, value: i64) -> Result<()> {
    let end = |mutex: &Mutex| {
        mutex.put(value);
        mutex.give_back();
    };
    let ended = held::end_last(handle, |lock| match lock {
        Lock::Mutex(mutex) => {
            end(mutex);
            true
        }
        _ => false,
    });
    if !ended {
        let mutex: Pinned<MutexKind> = take_held(handle)?;
        end(&mutex);
    }
    Ok(())
}

/// The value, while this thread holds it.
pub fn value(mutex: &Pinned<MutexKind>) -> Result<i64> {
    if mutex.owner.load(Relaxed) != thread_number() {
        fail!(InvalidArgument, "this thread, {}, does not hold the mutex", thread_number());
    }
    Ok(mutex.value.load(Relaxed))
}

/// Whether somebody holds it.
pub fn is_locked(mutex: &Pinned<MutexKind>) -> Result<bool> {
    Ok(mutex.raw.is_locked())
}

/// Whether the last thread that held it ended without unlocking it.
pub fn is_abandoned(mutex: &Pinned<MutexKind>) -> Result<bool> {
    Ok(mutex.abandoned.load(Relaxed))
}

/// Stores a value and has `wait` let go of the mutex and wait; takes it again, however that ends.
pub fn released<R>(handle: i64, value: i64, wait: impl FnOnce(&mut dyn FnMut()) -> R) -> Result<(R, i64)> {
    let mutex = take_held(handle)?;
    mutex.put(value);
    let mut held = true;
    let result = wait(&mut || {
        mutex.give_back();
        held = false;
    });
    if held {
        mutex.give_back();
    }
    // Held again in any case: also where its handle was freed meanwhile, and where no other thread can come for an item that waits.
    if patience::lock(Deadline::Never, |deadline| mutex.take(deadline)).is_err() {
        mutex.raw.lock();
    }
    mutex.owner.store(thread_number(), Relaxed);
    let value = mutex.value.load(Relaxed);
    held::add(&mutex, Lock::Mutex, || mutex.give_back())?;
    Ok((result, value))
}
