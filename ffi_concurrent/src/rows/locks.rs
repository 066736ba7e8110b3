//! Locks and what else threads wait on for one another.

use crate::atomic::{self, AtomicKind};
use crate::barrier::{self, BarrierKind};
use crate::condvar::{self, CondvarKind};
use crate::mutex::{self, MutexKind};
use crate::once::{self, OnceKind};
use crate::rwlock::{self, RwLockKind};
use crate::semaphore::{self, SemaphoreKind};
use crate::thread::ThreadFn;
use ffi_base::{Bool, Callback, Count, Freed, Handle, Hot, Number, Status, UserData, exports, object};

exports! { MUTEXES, "Mutexes", "rt_";
    /// A mutex with a number in it, for whoever wants one: a handle, a count, the address of what it guards.
    fn mutex_new(value: i64) -> Handle<MutexKind> => mutex::new;
    /// Waits for the mutex, and gives the number in it. BUSY: this thread holds it already. What ends the wait is an unlock, or the end
    /// of the thread that holds it; rt_mutex_lock_timeout has a time limit.
    #[mode(Waiting)]
    #[twins(into)]
    fn mutex_lock(mutex: Hot<MutexKind>) -> Count => mutex::lock;
    /// The same without waiting: WOULD_BLOCK names the thread that holds it.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn mutex_try_lock(mutex: Hot<MutexKind>) -> Count => mutex::try_lock;
    /// The same, for at most `timeout_ns` nanoseconds: TIMEOUT names the thread that holds it. 0 does not wait, -1 waits for ever.
    #[mode(Waiting)]
    #[twins(into)]
    fn mutex_lock_timeout(mutex: Hot<MutexKind>, timeout_ns: i64) -> Count => mutex::lock_timeout;
    /// Stores a number and unlocks. INVALID_ARGUMENT: the calling thread does not hold the mutex; the message says who does.
    fn mutex_unlock(mutex: Number<MutexKind>, value: i64) -> Status => mutex::unlock;
    /// The number in it, for the thread that holds it.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn mutex_value(mutex: Hot<MutexKind>) -> Count => mutex::value;
    /// Whether somebody holds it at this moment.
    fn mutex_is_locked(mutex: Hot<MutexKind>) -> Bool => mutex::is_locked;
    /// Whether the last thread that held it ended without unlocking it, and nobody has unlocked it since: the number is then as that
    /// thread found it, and what the mutex guards may be half done.
    fn mutex_is_abandoned(mutex: Hot<MutexKind>) -> Bool => mutex::is_abandoned;
    /// Frees its handle. The last one of a mutex that is held is refused: BUSY.
    fn mutex_free(mutex: Freed<MutexKind>) -> Status => object::free;
}

exports! { RWLOCKS, "Locks for readers and writers", "rt_";
    /// A lock for many readers or one writer, with a number in it. Readers do not overtake a writer that waits.
    fn rwlock_new(value: i64) -> Handle<RwLockKind> => rwlock::new;
    /// Waits until nobody writes, and gives the number. BUSY: this thread holds the lock already, either way.
    #[mode(Waiting)]
    #[twins(into)]
    fn rwlock_read(lock: Hot<RwLockKind>) -> Count => rwlock::read;
    /// The same without waiting: WOULD_BLOCK.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn rwlock_try_read(lock: Hot<RwLockKind>) -> Count => rwlock::try_read;
    /// The same, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
    #[mode(Waiting)]
    #[twins(into)]
    fn rwlock_read_timeout(lock: Hot<RwLockKind>, timeout_ns: i64) -> Count => rwlock::read_timeout;
    /// Waits until nobody else holds the lock, and gives the number. BUSY: this thread holds it already, either way.
    #[mode(Waiting)]
    #[twins(into)]
    fn rwlock_write(lock: Hot<RwLockKind>) -> Count => rwlock::write;
    /// The same without waiting: WOULD_BLOCK.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn rwlock_try_write(lock: Hot<RwLockKind>) -> Count => rwlock::try_write;
    /// The same, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
    #[mode(Waiting)]
    #[twins(into)]
    fn rwlock_write_timeout(lock: Hot<RwLockKind>, timeout_ns: i64) -> Count => rwlock::write_timeout;
    /// Unlocks, whether this thread reads or writes; the number stays. INVALID_ARGUMENT: it does neither.
    fn rwlock_unlock(lock: Number<RwLockKind>) -> Status => rwlock::unlock;
    /// Stores a number and unlocks, for the thread that writes.
    fn rwlock_unlock_write(lock: Number<RwLockKind>, value: i64) -> Status => rwlock::unlock_write;
    /// Whether the last thread that wrote ended without unlocking it, and no writer has unlocked it since.
    fn rwlock_is_abandoned(lock: Hot<RwLockKind>) -> Bool => rwlock::is_abandoned;
    /// Frees its handle. The last one of a lock that is held is refused: BUSY.
    fn rwlock_free(lock: Freed<RwLockKind>) -> Status => object::free;
}

exports! { CONDVARS, "Condition variables", "rt_";
    /// A condition variable.
    fn condvar_new() -> Handle<CondvarKind> => condvar::new;
    /// Stores a number in the mutex, which this thread holds, unlocks it, waits to be woken, locks it again, and gives the number
    /// that is in it then. However this ends, the mutex is held again; rt_mutex_value reads the number after a failure. CLOSED: the condition
    /// was freed. Nobody is woken without a cause, but what was waited for may have changed again: look, in a loop.
    #[mode(Waiting)]
    #[twins(into)]
    fn condvar_wait(condvar: Handle<CondvarKind>, mutex: Number<MutexKind>, value: i64) -> Count => condvar::wait;
    /// The same, for at most `timeout_ns` nanoseconds and the time that it takes to lock again: TIMEOUT. -1 waits for ever.
    #[mode(Waiting)]
    #[twins(into)]
    fn condvar_wait_timeout(condvar: Handle<CondvarKind>, mutex: Number<MutexKind>, value: i64, timeout_ns: i64) -> Count => condvar::wait_timeout;
    /// Wakes the thread that has waited longest. Whether there was one.
    fn condvar_notify_one(condvar: Handle<CondvarKind>) -> Bool => condvar::notify_one;
    /// Wakes all that wait, and says how many.
    fn condvar_notify_all(condvar: Handle<CondvarKind>) -> Count => condvar::notify_all;
    /// Frees its handle; with the last one all that wait get CLOSED.
    fn condvar_free(condvar: Freed<CondvarKind>) -> Status => object::free;
}

exports! { BARRIERS, "Barriers", "rt_";
    /// A barrier for so many threads, used again and again.
    fn barrier_new(parties: i64) -> Handle<BarrierKind> => barrier::new;
    /// Waits until as many threads have come; 1 for one of them, which came last, and 0 for the others. CLOSED: the barrier was freed.
    #[mode(Blocking)]
    fn barrier_wait(barrier: Handle<BarrierKind>) -> Count => barrier::wait;
    /// The same, for at most `timeout_ns` nanoseconds: TIMEOUT, and this thread no longer counts as one that came. -1 waits for ever.
    #[mode(Blocking)]
    fn barrier_wait_timeout(barrier: Handle<BarrierKind>, timeout_ns: i64) -> Count => barrier::wait_timeout;
    /// Frees its handle; with the last one all that wait get CLOSED.
    fn barrier_free(barrier: Freed<BarrierKind>) -> Status => object::free;
}

exports! { SEMAPHORES, "Semaphores", "rt_";
    /// A semaphore with so many permits.
    fn semaphore_new(permits: i64) -> Handle<SemaphoreKind> => semaphore::new;
    /// Waits for a permit and takes it. CLOSED: the semaphore was freed.
    #[mode(Blocking)]
    fn semaphore_acquire(semaphore: Hot<SemaphoreKind>) -> Status => semaphore::acquire;
    /// Takes a permit, or answers WOULD_BLOCK.
    fn semaphore_try_acquire(semaphore: Hot<SemaphoreKind>) -> Status => semaphore::try_acquire;
    /// Waits at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
    #[mode(Blocking)]
    fn semaphore_acquire_timeout(semaphore: Hot<SemaphoreKind>, timeout_ns: i64) -> Status => semaphore::acquire_timeout;
    /// Gives so many permits, which this thread need not have taken.
    fn semaphore_release(semaphore: Hot<SemaphoreKind>, permits: i64) -> Status => semaphore::release;
    /// How many permits are free at this moment.
    fn semaphore_available(semaphore: Hot<SemaphoreKind>) -> Count => semaphore::available;
    /// Frees its handle; with the last one all that wait get CLOSED.
    fn semaphore_free(semaphore: Freed<SemaphoreKind>) -> Status => object::free;
}

exports! { ONCES, "Once", "rt_";
    /// Something to be done once.
    fn once_new() -> Handle<OnceKind> => once::new;
    /// Runs `body(user_data)` on the first thread that comes; the others wait. All get its result, now and later. BUSY: the body
    /// calls this itself. PANIC: a panic left the body, and the next that comes runs it again. CLOSED: the object was freed meanwhile.
    #[mode(Waiting)]
    #[twins(into)]
    fn once_call(once: Handle<OnceKind>, body: Callback<ThreadFn>, user_data: UserData) -> Count => once::call;
    /// Whether it is done.
    fn once_is_done(once: Handle<OnceKind>) -> Bool => once::is_done;
    /// Frees its handle; with the last one all that wait get CLOSED.
    fn once_free(once: Freed<OnceKind>) -> Status => object::free;
}

exports! { ATOMICS, "Atomic numbers", "rt_";
    /// A number that threads change without a lock. Every operation is sequentially consistent.
    fn atomic_new(value: i64) -> Handle<AtomicKind> => atomic::new;
    /// The number.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_load(atomic: Hot<AtomicKind>) -> Count => atomic::load;
    /// Stores a number.
    fn atomic_store(atomic: Hot<AtomicKind>, value: i64) -> Status => atomic::store;
    /// Stores a number; gives the one before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_swap(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::swap;
    /// Adds, wrapping; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_add(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::add;
    /// Subtracts, wrapping; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_sub(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::sub;
    /// Keeps the bits that both have; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_and(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::and;
    /// Keeps the bits that either has; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_or(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::or;
    /// Keeps the bits that one of them has; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_xor(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::xor;
    /// Keeps the smaller; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_min(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::min;
    /// Keeps the larger; gives the number before.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_max(atomic: Hot<AtomicKind>, value: i64) -> Count => atomic::max;
    /// Stores `value` if the number is `expected`; gives the number before, which is `expected` exactly when it was stored.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn atomic_compare_exchange(atomic: Hot<AtomicKind>, expected: i64, value: i64) -> Count => atomic::compare_exchange;
    /// Frees its handle.
    fn atomic_free(atomic: Freed<AtomicKind>) -> Status => object::free;
}
