//! The lock for many readers or one writer, with a number that readers see and the writer changes.

use crate::deadline::Deadline;
use crate::held::{self, Lock};
use crate::patience;
use crate::shared::{End, EndWithLast, Shared};
use ffi_base::log::{self, Level};
use ffi_base::{Pinned, Result, fail, thread_number};
use parking_lot::RawRwLock;
use parking_lot::lock_api::{RawRwLock as _, RawRwLockTimed as _};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

ffi_base::kinds! { KINDS;
    /// A lock for many readers or one writer.
    RwLockKind = 18, "rwlock", "rt_rwlock", true, Shared<RwLock>, EndWithLast;
}

/// A lock and its number.
pub struct RwLock {
    raw: RawRwLock,
    /// Written by the writer that holds it.
    value: AtomicI64,
    /// The thread that writes, 0 for none.
    writer: AtomicI64,
    abandoned: AtomicBool,
}

impl End for RwLock {
    fn may_end(&self) -> Result<()> {
        if self.raw.is_locked() {
            fail!(Busy, "the lock is held {}: unlock it first", self.by_whom());
        }
        Ok(())
    }
}

/// A free one.
pub fn new(value: i64) -> Result<Shared<RwLock>> {
    Ok(Shared::new(RwLock {
        raw: RawRwLock::INIT,
        value: AtomicI64::new(value),
        writer: AtomicI64::new(0),
        abandoned: AtomicBool::new(false),
    }))
}

impl RwLock {
    fn by_whom(&self) -> String {
        match self.writer.load(Relaxed) {
            0 => "by readers".to_owned(),
            writer => format!("for writing by thread {writer}"),
        }
    }

    /// Only for a thread that reads.
    fn give_back_read(&self) {
        // SAFETY: every caller took one entry for reading out of its thread's list, where `read_by` puts it unless it cannot.
        unsafe { self.raw.unlock_shared() }
    }

    /// Only for the thread that writes.
    fn give_back_write(&self) {
        self.writer.store(0, Relaxed);
        // SAFETY: every caller took the one entry for writing out of its thread's list, where `write_by` puts it unless it cannot.
        unsafe { self.raw.unlock_exclusive() }
    }

    /// Its thread ended while it read.
    pub fn abandon_read(&self) {
        self.give_back_read();
        log::write(Level::Warning, "a thread ended with a lock held for reading; it was given back");
    }

    /// Its thread ended while it wrote.
    pub fn abandon_write(&self) {
        self.abandoned.store(true, Relaxed);
        let writer = self.writer.load(Relaxed);
        self.give_back_write();
        log::write(Level::Warning, &format!("thread {writer} ended with a lock held for writing; it was given back"));
    }
}

/// How this thread holds it: `Some(true)` for writing.
fn mine(lock: &RwLock) -> Result<Option<bool>> {
    held::find(|held| match held {
        Lock::Read(other) if std::ptr::eq::<RwLock>(&***other, lock) => Some(false),
        Lock::Write(other) if std::ptr::eq::<RwLock>(&***other, lock) => Some(true),
        _ => None,
    })
}

fn refuse_twice(lock: &RwLock) -> Result<()> {
    match mine(lock)? {
        None => Ok(()),
        Some(writes) => {
            let how = if writes { "for writing" } else { "for reading" };
            fail!(Busy, "this thread, {}, holds the lock {how} already and could wait for itself", thread_number())
        }
    }
}

fn read_by(lock: &Pinned<RwLockKind>, deadline: Deadline) -> Result<i64> {
    refuse_twice(lock)?;
    let take = |deadline| match deadline {
        Deadline::Now => lock.raw.try_lock_shared(),
        Deadline::At(instant) => lock.raw.try_lock_shared_until(instant),
        Deadline::Never => {
            lock.raw.lock_shared();
            true
        }
    };
    if !patience::lock(deadline, take)? {
        return Err(deadline.over(&format!("the lock is held {}", lock.by_whom())));
    }
    let value = lock.value.load(Relaxed);
    held::add(lock, Lock::Read, || lock.give_back_read())?;
    Ok(value)
}

fn write_by(lock: &Pinned<RwLockKind>, deadline: Deadline) -> Result<i64> {
    refuse_twice(lock)?;
    let take = |deadline| match deadline {
        Deadline::Now => lock.raw.try_lock_exclusive(),
        Deadline::At(instant) => lock.raw.try_lock_exclusive_until(instant),
        Deadline::Never => {
            lock.raw.lock_exclusive();
            true
        }
    };
    if !patience::lock(deadline, take)? {
        return Err(deadline.over(&format!("the lock is held {}", lock.by_whom())));
    }
    lock.writer.store(thread_number(), Relaxed);
    let value = lock.value.load(Relaxed);
    held::add(lock, Lock::Write, || lock.give_back_write())?;
    Ok(value)
}

/// Waits to read.
pub fn read(lock: &Pinned<RwLockKind>) -> Result<i64> {
    read_by(lock, Deadline::Never)
}
/// Reads now or not.
pub fn try_read(lock: &Pinned<RwLockKind>) -> Result<i64> {
    read_by(lock, Deadline::Now)
}
/// Waits that long to read.
pub fn read_timeout(lock: &Pinned<RwLockKind>, timeout_ns: i64) -> Result<i64> {
    read_by(lock, Deadline::after(timeout_ns)?)
}
/// Waits to write.
pub fn write(lock: &Pinned<RwLockKind>) -> Result<i64> {
    write_by(lock, Deadline::Never)
}
/// Writes now or not.
pub fn try_write(lock: &Pinned<RwLockKind>) -> Result<i64> {
    write_by(lock, Deadline::Now)
}
/// Waits that long to write.
pub fn write_timeout(lock: &Pinned<RwLockKind>, timeout_ns: i64) -> Result<i64> {
    write_by(lock, Deadline::after(timeout_ns)?)
}

/// What this thread holds by this handle, which may have been freed since, or by another one of the same lock; out of its list.
fn take_held(handle: i64, only_write: bool) -> Result<Lock> {
    let known = held::find(|held| match held {
        Lock::Read(lock) if lock.handle() == handle => Some(false),
        Lock::Write(lock) if lock.handle() == handle => Some(true),
        _ => None,
    })?;
    if let Some(writes) = known {
        return take_as(handle, writes, only_write, |_| false);
    }
    let lock = ffi_base::pinned::pin::<RwLockKind>(handle).map_err(|error| error.at("lock"))?;
    let Some(writes) = mine(&lock)? else {
        let how = if lock.raw.is_locked() { lock.by_whom() } else { "by nobody".to_owned() };
        fail!(InvalidArgument, "this thread, {}, does not hold the lock; it is held {how}", thread_number())
    };
    take_as(handle, writes, only_write, |held| match held {
        Lock::Read(other) | Lock::Write(other) => std::ptr::eq::<RwLock>(&***other, &**lock),
        Lock::Mutex(_) => false,
    })
}

fn take_as(handle: i64, writes: bool, only_write: bool, same: impl Fn(&Lock) -> bool) -> Result<Lock> {
    if only_write && !writes {
        fail!(InvalidArgument, "this thread, {}, holds the lock for reading, not for writing", thread_number());
    }
    held::take(handle, same)?.ok_or_else(|| ffi_base::error!(Internal, "the lock left the list of its thread"))
}

/// Ends what this thread holds; the value stays as it is.
pub fn unlock(handle: i64) -> Result<()> {
    match take_held(handle, false)? {
        Lock::Read(lock) => lock.give_back_read(),
        Lock::Write(lock) => {
            lock.abandoned.store(false, Relaxed);
            lock.give_back_write();
        }
        Lock::Mutex(_) => {}
    }
    Ok(())
}

/// Stores a value and ends the writing.
pub fn unlock_write(handle: i64, value: i64) -> Result<()> {
    if let Lock::Write(lock) = take_held(handle, true)? {
        lock.value.store(value, Relaxed);
        lock.abandoned.store(false, Relaxed);
        lock.give_back_write();
    }
    Ok(())
}

/// Whether the last thread that wrote ended without unlocking it.
pub fn is_abandoned(lock: &Pinned<RwLockKind>) -> Result<bool> {
    Ok(lock.abandoned.load(Relaxed))
}
