//! Items of a loop that wait for one another by every call that waits, more of them than any pool has threads.

use super::common::{given, user, watched, with_threads};
use crate::function;
use ffi_base::last_error;
use ffi_concurrent::rows::channels::{
    channel_create, channel_free, channel_recv, channel_recv_timeout, channel_select, channel_send,
};
use ffi_concurrent::rows::locks::{
    barrier_free, barrier_new, barrier_wait, condvar_free, condvar_new, condvar_notify_all, condvar_wait, mutex_free,
    mutex_lock, mutex_new, mutex_unlock, semaphore_acquire, semaphore_free, semaphore_new, semaphore_release,
};
use ffi_concurrent::rows::parallel as rows;
use std::ffi::c_void;

const ITEMS: i64 = 60;

struct Objects {
    barrier: i64,
    rendezvous: i64,
    semaphore: i64,
    mutex: i64,
    condvar: i64,
}

/// Every item waits at a barrier for all others.
extern "C" fn at_barrier(_: i64, objects: *mut c_void) -> i64 {
    // SAFETY: see `waits`; so in the functions below.
    let objects = unsafe { given::<Objects>(objects) };
    // SAFETY: the row takes a handle; so in the functions below.
    let answer = unsafe { barrier_wait(objects.barrier) };
    answer.min(0)
}
/// The first half receives what the second half sends, hand to hand.
extern "C" fn hand_to_hand(index: i64, objects: *mut c_void) -> i64 {
    // SAFETY: as above.
    let objects = unsafe { given::<Objects>(objects) };
    // SAFETY: as above.
    unsafe {
        if index < ITEMS / 2 {
            i64::from(!(0..ITEMS).contains(&channel_recv(objects.rendezvous)))
        } else {
            channel_send(objects.rendezvous, index)
        }
    }
}
/// Every item waits for a permit that the next one gives; the last takes none.
extern "C" fn permit_of_the_next(index: i64, objects: *mut c_void) -> i64 {
    // SAFETY: as above.
    let objects = unsafe { given::<Objects>(objects) };
    // SAFETY: as above.
    unsafe {
        let taken = if index + 1 < ITEMS { semaphore_acquire(objects.semaphore) } else { 0 };
        taken + semaphore_release(objects.semaphore, 1)
    }
}
/// The value of a mutex counts the items; all wait until it has counted all of them.
extern "C" fn until_all_are_counted(_: i64, objects: *mut c_void) -> i64 {
    // SAFETY: as above.
    let objects = unsafe { given::<Objects>(objects) };
    // SAFETY: as above.
    unsafe {
        let mut count = mutex_lock(objects.mutex) + 1;
        while count < ITEMS {
            count = condvar_wait(objects.condvar, objects.mutex, count);
        }
        condvar_notify_all(objects.condvar);
        mutex_unlock(objects.mutex, count)
    }
}
/// The first item holds the mutex and waits for the last, the others wait for the mutex.
extern "C" fn behind_a_lock(index: i64, objects: *mut c_void) -> i64 {
    // SAFETY: as above.
    let objects = unsafe { given::<Objects>(objects) };
    // SAFETY: as above.
    unsafe {
        if index + 1 == ITEMS {
            return channel_send(objects.rendezvous, 0);
        }
        let count = mutex_lock(objects.mutex);
        let received = if count == 0 { channel_recv(objects.rendezvous) } else { 0 };
        received + mutex_unlock(objects.mutex, count + 1)
    }
}

#[test]
fn items_that_wait_for_items_all_run() {
    let cases = [at_barrier, hand_to_hand, permit_of_the_next, until_all_are_counted, behind_a_lock];
    with_threads(|threads| {
        for (case, body) in cases.into_iter().enumerate() {
            for grain in [1, ITEMS + 1] {
                watched(move || waits(case, body, grain, threads));
            }
        }
    });
}

fn waits(case: usize, body: extern "C" fn(i64, *mut c_void) -> i64, grain: i64, threads: i64) {
    // SAFETY: the rows take numbers and handles, and the function takes what it is given.
    unsafe {
        let objects = Objects {
            barrier: barrier_new(ITEMS),
            rendezvous: channel_create(0),
            semaphore: semaphore_new(0),
            mutex: mutex_new(0),
            condvar: condvar_new(),
        };
        let done = rows::parallel_for_each(0, ITEMS, grain, function!(body), user(&objects));
        assert_eq!(done, 0, "case {case}, grain {grain}, {threads} threads: {}", last_error::message());
        assert_eq!(barrier_free(objects.barrier), 0);
        assert_eq!(channel_free(objects.rendezvous), 0);
        assert_eq!(semaphore_free(objects.semaphore), 0);
        assert_eq!(condvar_free(objects.condvar), 0);
        assert_eq!(mutex_free(objects.mutex), 0);
    }
}

/// Waits while a sort has no other thread: refused at once, not after a while.
extern "C" fn waits_comparing(a: i64, b: i64, channel: *mut c_void) -> i64 {
    // SAFETY: see below.
    let channel = unsafe { given::<i64>(channel) };
    // SAFETY: the row takes a handle.
    let answer = unsafe { channel_recv_timeout(*channel, -1) };
    assert_eq!(answer, ffi_base::Code::Busy.number(), "{}", last_error::message());
    a - b
}

/// Takes a message and puts it back: nobody has to wait for that.
extern "C" fn takes_comparing(a: i64, b: i64, channels: *mut c_void) -> i64 {
    // SAFETY: see below.
    let channels = unsafe { given::<[i64; 2]>(channels) };
    let (mut received, mut closed) = (0, 0);
    // SAFETY: the row takes handles, no values, and two places.
    let at =
        unsafe { channel_select(channels.as_ptr(), 2, 0, std::ptr::null(), 0, -1, &raw mut received, &raw mut closed) };
    assert_eq!((at, received, closed), (1, 7, 0), "{}", last_error::message());
    // SAFETY: the row takes a handle.
    assert_eq!(unsafe { channel_send(channels[1], received) }, 0);
    a - b
}

#[test]
fn functions_of_sorts_may_select_what_is_ready() {
    watched(|| {
        let mut numbers: Vec<i64> = (0..5000).rev().collect();
        // SAFETY: as below.
        unsafe {
            // More messages than any pool has threads, so that there is always one.
            let channels = [channel_create(0), channel_create(500)];
            (0..500).for_each(|_| assert_eq!(channel_send(channels[1], 7), 0));
            let done =
                rows::parallel_sort_by_i64(numbers.as_mut_ptr(), 5000, function!(takes_comparing), user(&channels));
            assert_eq!(done, 0, "{}", last_error::message());
            channels.into_iter().for_each(|channel| assert_eq!(channel_free(channel), 0));
        }
        assert!(numbers.is_sorted());
    });
}

#[test]
fn functions_of_sorts_are_refused_a_wait() {
    watched(|| {
        let mut numbers: Vec<i64> = (0..5000).rev().collect();
        // SAFETY: an array of the stated length, and a function that takes what it is given.
        unsafe {
            let channel = channel_create(0);
            let done =
                rows::parallel_sort_by_i64(numbers.as_mut_ptr(), 5000, function!(waits_comparing), user(&channel));
            assert_eq!(done, 0, "{}", last_error::message());
            assert_eq!(channel_free(channel), 0);
        }
        assert!(numbers.is_sorted());
    });
}
