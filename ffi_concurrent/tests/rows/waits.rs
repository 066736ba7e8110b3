//! Conditions, barriers, semaphores and once; and that every wait ends when what it waits on is freed, or its time is over.

use crate::common::*;
use ffi_base::Code;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

#[test]
fn a_condition_lets_go_of_the_mutex_and_takes_it_again() {
    let (mutex, condvar) = (Arc::new(H::new("rt_mutex_new", &[0])), Arc::new(H::new("rt_condvar_new", &[])));
    let threads: Vec<H> = (0..3)
        .map(|_| {
            let (mutex, condvar) = (mutex.clone(), condvar.clone());
            spawn(move || {
                let mut value = ok(call("rt_mutex_lock", &[mutex.0]));
                while value < 10 {
                    value = ok(call("rt_condvar_wait", &[condvar.0, mutex.0, value]));
                }
                assert_eq!(call("rt_mutex_value", &[mutex.0]), value);
                call("rt_mutex_unlock", &[mutex.0, value + 1])
            })
        })
        .collect();
    let_it_wait();
    let value = ok(call("rt_mutex_lock", &[mutex.0]));
    assert_eq!((value, call("rt_mutex_unlock", &[mutex.0, 10])), (0, 0));
    assert_eq!((call("rt_condvar_notify_one", &[condvar.0]), call("rt_condvar_notify_all", &[condvar.0])), (1, 2));
    threads.iter().for_each(|thread| assert_eq!(join(thread), 0));
    assert_eq!((call("rt_condvar_notify_one", &[condvar.0]), call("rt_condvar_notify_all", &[condvar.0])), (0, 0));
    assert_eq!(ok(call("rt_mutex_lock", &[mutex.0])), 13);

    takes(MS, || failed(call("rt_condvar_wait_timeout", &[condvar.0, mutex.0, 20, MS]), Code::Timeout, "nobody woke"));
    assert_eq!(call("rt_mutex_value", &[mutex.0]), 20, "held again, with what was stored");
    assert_eq!(call("rt_mutex_unlock", &[mutex.0, 0]), 0);
    failed(call("rt_condvar_wait", &[condvar.0, mutex.0, 0]), Code::InvalidArgument, "does not hold");
}

#[test]
fn a_barrier_has_one_leader_each_time() {
    let barrier = Arc::new(H::new("rt_barrier_new", &[4]));
    let threads: Vec<H> = (0..4)
        .map(|_| {
            let barrier = barrier.clone();
            spawn(move || (0..100).map(|_| ok(call("rt_barrier_wait", &[barrier.0]))).sum())
        })
        .collect();
    assert_eq!(threads.iter().map(join).sum::<i64>(), 100);
    failed(call("rt_barrier_wait_timeout", &[barrier.0, MS]), Code::Timeout, "1 of 4");
    failed(call("rt_barrier_wait_timeout", &[barrier.0, 0]), Code::WouldBlock, "1 of 4");
    // Who gave up is not counted: three are not four.
    let three: Vec<H> = (0..3)
        .map(|_| {
            let barrier = barrier.clone();
            spawn(move || call("rt_barrier_wait", &[barrier.0]))
        })
        .collect();
    let_it_wait();
    assert!(three.iter().all(|thread| call("rt_thread_is_done", &[thread.0]) == 0));
    assert_eq!(ok(call("rt_barrier_wait", &[barrier.0])), 1);
    assert_eq!(three.iter().map(join).sum::<i64>(), 0);
    assert_eq!(call("rt_barrier_new", &[0]), 0);
}

#[test]
fn a_semaphore_gives_no_more_than_it_has() {
    let semaphore = Arc::new(H::new("rt_semaphore_new", &[2]));
    assert_eq!([0, 1].map(|_| call("rt_semaphore_try_acquire", &[semaphore.0])), [0, 0]);
    failed(call("rt_semaphore_try_acquire", &[semaphore.0]), Code::WouldBlock, "no permit");
    takes(MS, || failed(call("rt_semaphore_acquire_timeout", &[semaphore.0, MS]), Code::Timeout, "no permit"));
    let theirs = semaphore.clone();
    let other = spawn(move || call("rt_semaphore_acquire", &[theirs.0]));
    let_it_wait();
    assert_eq!(call("rt_semaphore_release", &[semaphore.0, 3]), 0);
    assert_eq!((join(&other), call("rt_semaphore_available", &[semaphore.0])), (0, 2));
    failed(call("rt_semaphore_release", &[semaphore.0, i64::MAX]), Code::InvalidArgument, "counted");
    failed(call("rt_semaphore_release", &[semaphore.0, 0]), Code::InvalidArgument, "at least 1");
    assert_eq!(call("rt_semaphore_new", &[-1]), 0);
}

#[test]
fn once_is_once_and_a_panic_leaves_it_to_the_next() {
    let once = Arc::new(H::new("rt_once_new", &[]));
    let words = callback(|| panic!("on purpose"));
    failed(call("rt_once_call", &[once.0, words[0], words[1]]), Code::Panic, "on purpose");
    assert_eq!(call("rt_once_is_done", &[once.0]), 0);
    let runs = Arc::new(AtomicI64::new(0));
    let threads: Vec<H> = (0..8)
        .map(|_| {
            let (once, runs) = (once.clone(), runs.clone());
            spawn(move || {
                let inner = once.clone();
                let words = callback(move || {
                    let again = callback(|| 0);
                    failed(call("rt_once_call", &[inner.0, again[0], again[1]]), Code::Busy, "calls itself");
                    let_it_wait();
                    -runs.fetch_add(1, SeqCst) - 5
                });
                call("rt_once_call", &[once.0, words[0], words[1]])
            })
        })
        .collect();
    assert!(threads.iter().all(|thread| join(thread) == -5), "the first body's result for all");
    assert_eq!((runs.load(SeqCst), call("rt_once_is_done", &[once.0])), (1, 1));
}

/// Two threads that wait by a row, for ever; both get CLOSED when the object is freed.
fn all_wake(object: H, name: &'static str, more: &'static [i64]) {
    let handle = object.0;
    let threads: Vec<H> = (0..2)
        .map(|_| {
            spawn(move || {
                let words: Vec<i64> = [handle].iter().chain(more).copied().collect();
                let result = call(name, &words);
                assert!(result < 0, "{name} gave {result}");
                result
            })
        })
        .collect();
    let_it_wait();
    assert!(threads.iter().all(|thread| call("rt_thread_is_done", &[thread.0]) == 0), "{name} does not wait");
    object.free();
    for thread in &threads {
        assert_eq!(join(thread), Code::Closed.number(), "{name}");
    }
}

#[test]
fn a_free_ends_every_wait() {
    all_wake(H::new("rt_barrier_new", &[3]), "rt_barrier_wait", &[]);
    all_wake(H::new("rt_barrier_new", &[3]), "rt_barrier_wait_timeout", &[-1]);
    all_wake(H::new("rt_semaphore_new", &[0]), "rt_semaphore_acquire", &[]);
    all_wake(H::new("rt_semaphore_new", &[0]), "rt_semaphore_acquire_timeout", &[3_600_000_000_000]);
    for capacity in [-1, 0, 1] {
        all_wake(H::new("rt_channel_create", &[capacity]), "rt_channel_recv", &[]);
        all_wake(H::new("rt_channel_create_bytes", &[capacity]), "rt_channel_recv_bytes", &[0, 0, -1]);
    }
    all_wake(H::new("rt_channel_create", &[0]), "rt_channel_send", &[1]);
    all_wake(H::new("rt_channel_create", &[0]), "rt_channel_send_timeout", &[1, 3_600_000_000_000]);
    let full = H::new("rt_channel_create", &[1]);
    assert_eq!(call("rt_channel_send", &[full.0, 1]), 0);
    all_wake(full, "rt_channel_send", &[1]);
}

#[test]
fn a_free_ends_the_wait_for_a_condition_and_for_once() {
    let (mutex, condvar) = (Arc::new(H::new("rt_mutex_new", &[0])), H::new("rt_condvar_new", &[]));
    let handle = condvar.0;
    let threads: Vec<H> = (0..2)
        .map(|_| {
            let mutex = mutex.clone();
            spawn(move || {
                ok(call("rt_mutex_lock", &[mutex.0]));
                let result = call("rt_condvar_wait", &[handle, mutex.0, 3]);
                assert_eq!(call("rt_mutex_unlock", &[mutex.0, 4]), 0, "held again");
                result
            })
        })
        .collect();
    let_it_wait();
    condvar.free();
    threads.iter().for_each(|thread| assert_eq!(join(thread), Code::Closed.number()));

    let once = H::new("rt_once_new", &[]);
    let handle = once.0;
    let runs = spawn(move || {
        let words = callback(|| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            1
        });
        call("rt_once_call", &[handle, words[0], words[1]])
    });
    let_it_wait();
    let waits = spawn(move || {
        let words = callback(|| 2);
        call("rt_once_call", &[handle, words[0], words[1]])
    });
    let_it_wait();
    once.free();
    assert_eq!((join(&waits), join(&runs)), (Code::Closed.number(), 1));
}

/// However a wait for a condition ends, the mutex is held: also where its handle was freed meanwhile, which nothing refuses, and the
/// thread holds more mutexes than it keeps borrows.
#[test]
fn a_mutex_freed_during_a_wait_for_a_condition_is_held_after_it() {
    let condvar = H::new("rt_condvar_new", &[]);
    let mutexes: Vec<i64> =
        (0..40).map(|_| H::new("rt_mutex_new", &[0])).map(|mutex| std::mem::ManuallyDrop::new(mutex).0).collect();
    mutexes.iter().for_each(|&mutex| assert_eq!(call("rt_mutex_lock", &[mutex]), 0));
    for mutex in mutexes {
        let theirs = condvar.0;
        let frees = spawn(move || {
            until(|| call("rt_mutex_free", &[mutex]) == 0);
            call("rt_condvar_notify_one", &[theirs])
        });
        assert_eq!(call("rt_condvar_wait", &[condvar.0, mutex, 7]), 7, "{}", ffi_base::last_error::message());
        assert_eq!((join(&frees), call("rt_mutex_unlock", &[mutex, 0])), (1, 0));
    }
}

#[test]
fn a_second_handle_keeps_the_waits() {
    let semaphore = H::new("rt_semaphore_new", &[0]);
    let second = ffi_base::object::table().retain(semaphore.0).unwrap();
    let waits = spawn(move || call("rt_semaphore_acquire", &[second]));
    let_it_wait();
    semaphore.free();
    let_it_wait();
    assert_eq!(call("rt_thread_is_done", &[waits.0]), 0);
    assert_eq!(call("rt_semaphore_release", &[second, 1]), 0);
    assert_eq!(join(&waits), 0);
    assert_eq!(call("rt_semaphore_free", &[second]), 0);
}
