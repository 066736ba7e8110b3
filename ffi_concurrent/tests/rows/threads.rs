//! Threads and their own values.

use crate::common::*;
use ffi_base::{Code, last_error};
use std::ffi::CStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

#[test]
fn a_result_is_given_as_often_as_asked_and_negative_ones_too() {
    let thread = spawn(|| -5);
    assert_eq!((join(&thread), join(&thread), call("rt_thread_join", &[thread.0])), (-5, -5, -5));
    assert_eq!(last_error::code(), 0, "a negative result is no failure");
    assert_eq!(call("rt_thread_is_done", &[thread.0]), 1);
}

#[test]
fn a_panic_is_a_code_and_the_process_goes_on() {
    let thread = spawn(|| panic!("on purpose"));
    failed(call("rt_thread_join", &[thread.0]), Code::Panic, "on purpose");
    failed(call("rt_thread_join", &[thread.0]), Code::Panic, "on purpose");
    assert_eq!(join(&spawn(|| 3)), 3);
}

#[test]
fn a_thread_goes_on_without_its_handle() {
    let count = Arc::new(AtomicI64::new(0));
    for detach in ["rt_thread_free", "rt_thread_detach"] {
        let theirs = count.clone();
        let thread = spawn(move || {
            let_it_wait();
            theirs.fetch_add(1, SeqCst)
        });
        assert_eq!(call(detach, &[thread.0]), 0);
        failed(call("rt_thread_join", &[thread.0]), Code::InvalidHandle, "freed");
        std::mem::forget(thread);
    }
    until(|| count.load(SeqCst) == 2);
}

#[test]
fn nobody_waits_for_himself_or_longer_than_asked() {
    let own = Arc::new(AtomicI64::new(0));
    let (theirs, told) = (own.clone(), own.clone());
    let thread = spawn(move || {
        until(|| theirs.load(SeqCst) > 0);
        failed(call("rt_thread_join", &[theirs.load(SeqCst)]), Code::Busy, "its own end");
        told.store(-2, SeqCst);
        until(|| theirs.load(SeqCst) == -1);
        1
    });
    own.store(thread.0, SeqCst);
    until(|| own.load(SeqCst) == -2);
    failed(call("rt_thread_join_timeout", &[thread.0, 0]), Code::WouldBlock, "has not ended");
    takes(MS, || failed(call("rt_thread_join_timeout", &[thread.0, MS]), Code::Timeout, "has not ended"));
    failed(call("rt_thread_join_timeout", &[thread.0, -2]), Code::InvalidArgument, "-2");
    own.store(-1, SeqCst);
    assert_eq!(join(&thread), 1);
}

#[test]
fn names_numbers_and_the_rest() {
    let words = callback(|| call("rt_thread_current_id", &[]));
    let thread = H::new("rt_thread_spawn_named", &[words[0], words[1], address(c"worker".as_ptr()), -1]);
    assert_eq!(join(&thread), call("rt_thread_id", &[thread.0]));
    assert_ne!(join(&thread), call("rt_thread_current_id", &[]));
    // SAFETY: a text lent to this thread just now.
    let name =
        unsafe { CStr::from_ptr(std::ptr::with_exposed_provenance(call("rt_thread_name", &[thread.0]) as usize)) };
    assert_eq!(name, c"worker");
    assert_eq!(call("rt_thread_spawn_named", &[words[0], 0, address(c"a".as_ptr()), 2]), 0, "a NUL inside");
    assert_eq!(last_error::code(), Code::InvalidArgument.number());
    assert_eq!(call("rt_thread_spawn", &[0, 0]), 0);
    assert_eq!(last_error::code(), Code::NullPointer.number());
    assert!(call("rt_thread_available_parallelism", &[]) >= 1 && call("rt_thread_yield", &[]) == 0);
    takes(2 * MS, || assert_eq!(call("rt_thread_sleep", &[2 * MS]), 0));
    failed(call("rt_thread_sleep", &[-1]), Code::InvalidArgument, "-1");
}

#[test]
fn each_thread_has_a_value_of_its_own() {
    let local = Arc::new(H::new("rt_local_new", &[-9]));
    assert_eq!(call("rt_local_set", &[local.0, 1]), 0);
    let threads: Vec<H> = (10..20)
        .map(|value| {
            let local = local.clone();
            spawn(move || {
                let first = call("rt_local_get", &[local.0]);
                ok(call("rt_local_set", &[local.0, value]));
                call("rt_thread_yield", &[]);
                first + call("rt_local_get", &[local.0])
            })
        })
        .collect();
    assert!(threads.iter().zip(10..).all(|(thread, value)| join(thread) == value - 9));
    assert_eq!(call("rt_local_get", &[local.0]), 1);
    // Those that are freed make room.
    for value in 0..1000 {
        let other = H::new("rt_local_new", &[0]);
        assert_eq!(call("rt_local_get", &[other.0]), 0);
        ok(call("rt_local_set", &[other.0, value]));
        assert_eq!(call("rt_local_get", &[other.0]), value);
    }
}
