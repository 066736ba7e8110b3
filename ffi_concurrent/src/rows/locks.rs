//! Locks.

use super::planned;
use crate::{MutexKind, RwLockKind};
use ffi_base::{Count, Handle, Status, exports};

exports! { ROWS, "Planned: concurrency", "rt_";
    /// Planned: a mutex with a value in it.
    fn mutex_new(value: i64) -> Handle<MutexKind> => refuse [planned];
    /// Planned: locks and gives the value.
    #[mode(Blocking)]
    fn mutex_lock(mutex: Handle<MutexKind>) -> Count => refuse [planned];
    /// Planned: stores the value and unlocks.
    fn mutex_unlock(mutex: Handle<MutexKind>, value: i64) -> Status => refuse [planned];
    /// Planned: a lock for many readers or one writer, with a value in it.
    fn rwlock_new(value: i64) -> Handle<RwLockKind> => refuse [planned];
}
