//! Mutexes and locks for readers and writers: who may do what, and what a thread leaves behind.

use crate::common::*;
use ffi_base::{Code, last_error};
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicI64,
    Ordering::{Acquire, Release},
};

#[test]
fn the_value_goes_out_and_comes_back() {
    let mutex = H::new("rt_mutex_new", &[-7]);
    assert_eq!((call("rt_mutex_lock", &[mutex.0]), last_error::code()), (-7, 0));
    assert_eq!(call("rt_mutex_value", &[mutex.0]), -7);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 5]), 0);
    assert_eq!(call("rt_mutex_try_lock", &[mutex.0]), 5);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 6]), 0);
    assert_eq!(call("rt_mutex_lock_timeout", &[mutex.0, MS]), 6);
    assert_eq!(call("rt_mutex_is_locked", &[mutex.0]), 1);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 6]), 0);
}

#[test]
fn what_would_wait_for_itself_is_refused() {
    let (mutex, lock) = (H::new("rt_mutex_new", &[0]), H::new("rt_rwlock_new", &[0]));
    ok(call("rt_mutex_lock", &[mutex.0]));
    for name in ["rt_mutex_lock", "rt_mutex_try_lock"] {
        failed(call(name, &[mutex.0]), Code::Busy, "holds the mutex already");
    }
    failed(call("rt_mutex_free", &[mutex.0]), Code::Busy, "held by thread");
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 0]), 0);
    failed(call("rt_mutex_unlock", &[mutex.0, 0]), Code::InvalidArgument, "nobody does");
    failed(call("rt_mutex_value", &[mutex.0]), Code::InvalidArgument, "does not hold");

    for take in ["rt_rwlock_read", "rt_rwlock_write"] {
        ok(call(take, &[lock.0]));
        for again in ["rt_rwlock_read", "rt_rwlock_write", "rt_rwlock_try_read", "rt_rwlock_try_write"] {
            failed(call(again, &[lock.0]), Code::Busy, "already");
        }
        failed(call("rt_rwlock_free", &[lock.0]), Code::Busy, "held");
        if take == "rt_rwlock_read" {
            failed(call("rt_rwlock_unlock_write", &[lock.0, 1]), Code::InvalidArgument, "for reading, not for writing");
        }
        assert_eq!(call("rt_rwlock_unlock", &[lock.0]), 0);
        failed(call("rt_rwlock_unlock", &[lock.0]), Code::InvalidArgument, "by nobody");
    }
}

/// More than a thread keeps borrowed between its calls, so that most locks are borrows of their own; given back in three orders.
#[test]
fn a_thread_may_hold_a_hundred_at_once() {
    let locks: Vec<(H, H)> = (0..100).map(|i| (H::new("rt_mutex_new", &[i]), H::new("rt_rwlock_new", &[i]))).collect();
    let orders: [Vec<usize>; 3] =
        [(0..100).collect(), (0..100).rev().collect(), (0..100).map(|i| i * 37 % 100).collect()];
    for (round, order) in orders.iter().enumerate() {
        for (i, (mutex, lock)) in locks.iter().enumerate() {
            assert_eq!(call("rt_mutex_lock", &[mutex.0]), i as i64 + round as i64);
            assert_eq!(call("rt_rwlock_write", &[lock.0]), i as i64 + round as i64);
        }
        for &i in order {
            let (mutex, lock) = &locks[i];
            failed(call("rt_mutex_try_lock", &[mutex.0]), Code::Busy, "already");
            failed(call("rt_mutex_unlock", &[lock.0, 0]), Code::InvalidHandle, "");
            failed(call("rt_mutex_free", &[mutex.0]), Code::Busy, "held by thread");
            assert_eq!(call("rt_mutex_unlock", &[mutex.0, (i + round + 1) as i64]), 0);
            assert_eq!(call("rt_rwlock_unlock_write", &[lock.0, (i + round + 1) as i64]), 0);
        }
        for (mutex, _) in &locks {
            assert_eq!(call("rt_mutex_is_locked", &[mutex.0]), 0);
            failed(call("rt_mutex_unlock", &[mutex.0, 0]), Code::InvalidArgument, "nobody does");
        }
    }
}

/// Many are held while one waits; its handle is freed meanwhile, and the thread has it again all the same.
#[test]
fn a_wait_takes_a_freed_mutex_again() {
    let condvar = Arc::new(H::new("rt_condvar_new", &[]));
    let mutex = call("rt_mutex_new", &[1]);
    let others = condvar.clone();
    let waiter = spawn(move || {
        let many: Vec<H> = (0..40).map(|i| H::new("rt_mutex_new", &[i])).collect();
        many.iter().for_each(|one| assert!(call("rt_mutex_lock", &[one.0]) >= 0));
        ok(call("rt_mutex_lock", &[mutex]));
        assert_eq!(call("rt_condvar_wait", &[others.0, mutex, 7]), 7);
        assert_eq!(call("rt_mutex_unlock", &[mutex, 8]), 0);
        many.iter().for_each(|one| assert_eq!(call("rt_mutex_unlock", &[one.0, 0]), 0));
        5
    });
    let_it_wait();
    ok(call("rt_mutex_free", &[mutex]));
    while call("rt_condvar_notify_one", &[condvar.0]) == 0 {
        std::thread::yield_now();
    }
    assert_eq!(join(&waiter), 5);
}

/// A destructor of a thread-local value that runs after the library let go of the thread: it gets an answer, and no wait that the
/// thread which joins it would never end.
#[test]
fn a_thread_that_is_ending_waits_for_no_lock() {
    struct Late(i64, Arc<AtomicI64>);
    impl Drop for Late {
        fn drop(&mut self) {
            self.1.store(call("rt_mutex_lock", &[self.0]), Release);
            assert_eq!(last_error::code(), Code::Unavailable.number());
        }
    }
    thread_local! {
        static LATE: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) };
    }
    for held in [true, false] {
        let (mutex, answer) = (H::new("rt_mutex_new", &[0]), Arc::new(AtomicI64::new(1)));
        if held {
            ok(call("rt_mutex_lock", &[mutex.0]));
        }
        let late = Late(mutex.0, answer.clone());
        let thread = std::thread::spawn(move || {
            // Before the library keeps anything for this thread, so that it is dropped after that.
            LATE.with(|kept| *kept.borrow_mut() = Some(late));
            let own = H::new("rt_mutex_new", &[0]);
            ok(call("rt_mutex_lock", &[own.0]));
            assert_eq!(call("rt_mutex_unlock", &[own.0, 0]), 0);
        });
        thread.join().unwrap();
        assert_eq!(answer.load(Acquire), Code::Unavailable.number());
        assert_eq!(call("rt_mutex_is_locked", &[mutex.0]), i64::from(held));
        if held {
            assert_eq!(call("rt_mutex_unlock", &[mutex.0, 0]), 0);
        }
    }
}

#[test]
fn another_thread_is_told_who_holds_it() {
    let mutex = Arc::new(H::new("rt_mutex_new", &[1]));
    ok(call("rt_mutex_lock", &[mutex.0]));
    let me = format!("thread {}", call("rt_thread_current_id", &[]));
    let (theirs, tried) = (mutex.clone(), Arc::new(AtomicBool::new(false)));
    let tell = tried.clone();
    let other = spawn(move || {
        failed(call("rt_mutex_try_lock", &[theirs.0]), Code::WouldBlock, &me);
        takes(MS, || failed(call("rt_mutex_lock_timeout", &[theirs.0, MS]), Code::Timeout, &me));
        failed(call("rt_mutex_unlock", &[theirs.0, 0]), Code::InvalidArgument, &me);
        tell.store(true, Release);
        call("rt_mutex_lock", &[theirs.0]) + 10 * (1 + call("rt_mutex_unlock", &[theirs.0, 0]))
    });
    until(|| tried.load(Acquire));
    let_it_wait();
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 2]), 0);
    assert_eq!(join(&other), 12);
}

#[test]
fn readers_share_and_writers_do_not() {
    let lock = Arc::new(H::new("rt_rwlock_new", &[4]));
    assert_eq!(call("rt_rwlock_read", &[lock.0]), 4);
    let (theirs, tried) = (lock.clone(), Arc::new(AtomicBool::new(false)));
    let tell = tried.clone();
    let other = spawn(move || {
        assert_eq!(call("rt_rwlock_read", &[theirs.0]), 4);
        assert_eq!(call("rt_rwlock_unlock", &[theirs.0]), 0);
        failed(call("rt_rwlock_try_write", &[theirs.0]), Code::WouldBlock, "by readers");
        failed(call("rt_rwlock_write_timeout", &[theirs.0, MS]), Code::Timeout, "by readers");
        tell.store(true, Release);
        assert_eq!(call("rt_rwlock_write", &[theirs.0]), 4);
        call("rt_rwlock_unlock_write", &[theirs.0, 8])
    });
    until(|| tried.load(Acquire));
    let_it_wait();
    assert_eq!(call("rt_rwlock_unlock", &[lock.0]), 0);
    assert_eq!((join(&other), call("rt_rwlock_read_timeout", &[lock.0, MS])), (0, 8));
    assert_eq!(call("rt_rwlock_unlock", &[lock.0]), 0);
}

#[test]
fn what_a_thread_holds_when_it_ends_is_given_back_and_told() {
    let mutex = Arc::new(H::new("rt_mutex_new", &[1]));
    let lock = Arc::new(H::new("rt_rwlock_new", &[2]));
    for take in ["rt_rwlock_read", "rt_rwlock_write"] {
        let (m, l) = (mutex.clone(), lock.clone());
        let thread = spawn(move || call("rt_mutex_lock", &[m.0]) + call(take, &[l.0]));
        assert_eq!(join(&thread), 3);
        // It is over with the thread, which joining waits for.
        assert_eq!(call("rt_mutex_is_abandoned", &[mutex.0]), 1);
        assert_eq!(call("rt_mutex_lock", &[mutex.0]), 1, "as that thread found it");
        assert_eq!(call("rt_mutex_is_abandoned", &[mutex.0]), 1);
        assert_eq!(call("rt_mutex_unlock", &[mutex.0, 1]), 0);
        assert_eq!(call("rt_mutex_is_abandoned", &[mutex.0]), 0);
        assert_eq!(call("rt_rwlock_is_abandoned", &[lock.0]), i64::from(take == "rt_rwlock_write"));
        assert_eq!(call("rt_rwlock_write", &[lock.0]), 2);
        assert_eq!(call("rt_rwlock_unlock_write", &[lock.0, 2]), 0);
        assert_eq!(call("rt_rwlock_is_abandoned", &[lock.0]), 0);
    }
    // A wait for a condition stores a number and unlocks as well.
    let m = mutex.clone();
    assert_eq!(join(&spawn(move || call("rt_mutex_lock", &[m.0]))), 1);
    let condvar = H::new("rt_condvar_new", &[]);
    assert_eq!(call("rt_mutex_lock", &[mutex.0]), 1);
    failed(call("rt_condvar_wait_timeout", &[condvar.0, mutex.0, 1, MS]), Code::Timeout, "condition");
    assert_eq!(call("rt_mutex_is_abandoned", &[mutex.0]), 0);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 1]), 0);
    // One that waits for it gets it.
    let m = mutex.clone();
    let holder = spawn(move || {
        ok(call("rt_mutex_lock", &[m.0]));
        let_it_wait();
        0
    });
    until(|| call("rt_mutex_is_locked", &[mutex.0]) == 1);
    assert_eq!(call("rt_mutex_lock", &[mutex.0]), 1);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 0]), 0);
    join(&holder);
}

#[test]
fn a_second_handle_is_the_same_lock() {
    let mutex = H::new("rt_mutex_new", &[1]);
    let second = ffi_base::object::table().retain(mutex.0).unwrap();
    ok(call("rt_mutex_lock", &[mutex.0]));
    failed(call("rt_mutex_lock", &[second]), Code::Busy, "already");
    assert_eq!(call("rt_mutex_unlock", &[second, 3]), 0);
    assert_eq!(call("rt_mutex_lock", &[second]), 3);
    // Not the last one: the lock goes on, and is unlocked by what is left.
    assert_eq!(call("rt_mutex_free", &[second]), 0);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 4]), 0);
    assert_eq!(call("rt_mutex_lock", &[mutex.0]), 4);
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 0]), 0);

    let lock = H::new("rt_rwlock_new", &[1]);
    let second = ffi_base::object::table().retain(lock.0).unwrap();
    ok(call("rt_rwlock_write", &[second]));
    assert_eq!(call("rt_rwlock_unlock_write", &[lock.0, 9]), 0);
    assert_eq!(call("rt_rwlock_read", &[second]), 9);
    assert_eq!(call("rt_rwlock_free", &[second]), 0);
    assert_eq!(call("rt_rwlock_unlock", &[lock.0]), 0);
}

#[test]
fn a_thousand_locks_and_threads_add_up() {
    let mutexes: Arc<Vec<H>> = Arc::new((0..40).map(|_| H::new("rt_mutex_new", &[0])).collect());
    let threads: Vec<H> = (0..8)
        .map(|seed| {
            let mutexes = mutexes.clone();
            spawn(move || {
                for i in 0..2000 {
                    let mutex = mutexes[(i * 7 + seed) % 40].0;
                    let value = ok(call("rt_mutex_lock", &[mutex]));
                    assert_eq!(call("rt_mutex_unlock", &[mutex, value + 1]), 0);
                }
                0
            })
        })
        .collect();
    threads.iter().for_each(|thread| assert_eq!(join(thread), 0));
    let sum: i64 =
        mutexes.iter().map(|mutex| (call("rt_mutex_lock", &[mutex.0]), call("rt_mutex_unlock", &[mutex.0, 0])).0).sum();
    assert_eq!(sum, 16_000);
}

#[test]
fn atomics_do_what_rust_s_do() {
    let atomic = H::new("rt_atomic_new", &[12]);
    let cases: [(&str, i64, i64, i64); 9] = [
        ("store", -3, 0, -3),
        ("swap", 12, -3, 12),
        ("add", i64::MAX, 12, i64::MIN + 11),
        ("sub", i64::MAX, i64::MIN + 11, 12),
        ("and", 10, 12, 8),
        ("or", 3, 8, 11),
        ("xor", -1, 11, -12),
        ("min", -20, -12, -20),
        ("max", 5, -20, 5),
    ];
    for (name, operand, before, after) in cases {
        assert_eq!(call(&format!("rt_atomic_{name}"), &[atomic.0, operand]), before, "{name}");
        assert_eq!(call("rt_atomic_load", &[atomic.0]), after, "{name}");
    }
    assert_eq!(call("rt_atomic_compare_exchange", &[atomic.0, 4, 9]), 5);
    assert_eq!(call("rt_atomic_compare_exchange", &[atomic.0, 5, 9]), 5);
    assert_eq!(call("rt_atomic_load", &[atomic.0]), 9);
}

#[test]
fn a_lock_is_not_unlocked_as_one_of_another_kind() {
    let (mutex, lock, condvar) =
        (H::new("rt_mutex_new", &[0]), H::new("rt_rwlock_new", &[0]), H::new("rt_condvar_new", &[]));
    for take in ["rt_rwlock_read", "rt_rwlock_write"] {
        ok(call(take, &[lock.0]));
        ok(call("rt_mutex_lock", &[mutex.0]));
        failed(call("rt_mutex_unlock", &[lock.0, 0]), Code::InvalidHandle, "rwlock");
        failed(call("rt_condvar_wait_timeout", &[condvar.0, lock.0, 0, MS]), Code::InvalidHandle, "rwlock");
        failed(call("rt_rwlock_unlock", &[mutex.0]), Code::InvalidHandle, "mutex");
        failed(call("rt_rwlock_unlock_write", &[mutex.0, 0]), Code::InvalidHandle, "mutex");
        let given = (call("rt_rwlock_unlock", &[lock.0]), call("rt_mutex_unlock", &[mutex.0, 0]));
        assert_eq!(given, (0, 0), "held until then");
    }
}

/// More locks than a thread keeps borrows: some are held by a borrow of their own.
#[test]
fn what_is_held_is_given_back_by_a_handle_that_was_freed_since() {
    for (kind, take, give) in [("mutex", "lock", &[0i64] as &[i64]), ("rwlock", "read", &[]), ("rwlock", "write", &[])]
    {
        let row = |name: &str| format!("rt_{kind}_{name}");
        let locks: Vec<(i64, H)> = (0..40)
            .map(|_| {
                let lock = H::new(&row("new"), &[0]);
                ok(call(&row(take), &[lock.0]));
                let second = ffi_base::object::table().retain(lock.0).unwrap();
                (second, lock)
            })
            .collect();
        for (second, lock) in locks {
            let first = lock.0;
            lock.free();
            let words: Vec<i64> = [first].iter().chain(give).copied().collect();
            assert_eq!(call(&row("unlock"), &words), 0, "{kind}: {}", last_error::message());
            failed(call(&row("unlock"), &words), Code::InvalidHandle, "freed");
            assert_eq!(call(&row("free"), &[second]), 0);
        }
    }
}
