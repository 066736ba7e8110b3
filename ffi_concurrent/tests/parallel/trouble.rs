//! Loops that are ended, cancelled, panic, are nested, wait for one another, or are asked for nonsense.

use super::common::{given, refused, user, watched, with_threads};
use crate::function;
use ffi_base::{Code, last_error, share};
use ffi_concurrent::rows::{locks, parallel as rows, threads};
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Condvar, Mutex};

extern "C" fn nothing(_: i64, _: *mut c_void) -> i64 {
    0
}

/// Answers what the table says for its index.
extern "C" fn answer_at(index: i64, plan: *mut c_void) -> i64 {
    // SAFETY: see below.
    let (at, answer, begun) = unsafe { given::<(i64, i64, AtomicI64)>(plan) };
    begun.fetch_add(1, Relaxed);
    if index == *at { *answer } else { 0 }
}

#[test]
fn a_body_ends_the_loop_with_its_answer() {
    with_threads(|_| {
        for (count, at) in [(1, 0), (50, 49), (1_000_000, 3), (1_000_000, 500_000)] {
            for answer in [1, i64::MAX, -1, -1003, -1007, i64::MIN] {
                let plan = (at, answer, AtomicI64::new(0));
                // SAFETY: the function takes what it is given.
                let done = unsafe { rows::parallel_for_each(0, count, 1, function!(answer_at), user(&plan)) };
                match answer {
                    1.. => assert_eq!(done, answer),
                    -1003 | -1007 => refused(done, Code::from_number(answer).unwrap(), &format!("index {at} ended")),
                    _ => refused(done, Code::InvalidArgument, &format!("with {answer}")),
                }
                assert!(at + 1 == count || plan.2.load(Relaxed) < count, "{count} {at}");
            }
        }
    });
}

/// A library call fails inside, its code is passed on.
extern "C" fn fails_inside(index: i64, _: *mut c_void) -> i64 {
    if index != 900_000 {
        return 0;
    }
    // SAFETY: the row takes a number.
    unsafe { rows::parallel_set_threads(-7) }
}

#[test]
fn the_message_of_a_body_comes_from_its_thread() {
    with_threads(|_| {
        // SAFETY: the function takes nothing.
        let done = unsafe { rows::parallel_for_each(0, 1_000_000, 1, function!(fails_inside), null_mut()) };
        refused(
            done,
            Code::InvalidArgument,
            "index 900000 ended the loop: rt_parallel_set_threads: the number of threads -7",
        );
    });
}

extern "C" fn cancels_map(value: i64, _: *mut c_void) -> i64 {
    if value == 1000 {
        // SAFETY: the row takes nothing.
        assert_eq!(unsafe { rows::parallel_cancel() }, 0);
    }
    value
}
extern "C" fn cancels_combine(a: i64, b: i64, _: *mut c_void) -> i64 {
    cancels_map(b, null_mut());
    a.wrapping_add(b)
}
extern "C" fn cancels_compare(a: i64, b: i64, _: *mut c_void) -> i64 {
    cancels_map(b, null_mut());
    a - b
}

#[test]
fn every_loop_can_be_cancelled_from_inside() {
    with_threads(|_| {
        let numbers: Vec<i64> = (0..100_000).rev().collect();
        let mut out = numbers.clone();
        let (data, place, len) = (numbers.as_ptr(), out.as_mut_ptr(), 100_000);
        let (map, combine, none) = (function!(cancels_map), function!(cancels_combine), null_mut());
        let word = "cancelled by its callback";
        // SAFETY: arrays of the stated length, and functions that take what they are given.
        unsafe {
            refused(rows::parallel_sort_by_i64(place, len, function!(cancels_compare), none), Code::Closed, word);
            assert_eq!(out, numbers, "as it was");
            let place = out.as_mut_ptr();
            refused(rows::parallel_map(0, place, len, 1, map, none), Code::Closed, word);
            refused(rows::parallel_map_i64(data, len, place, len, 1, map, none), Code::Closed, word);
            refused(rows::parallel_reduce(0, len, 0, 0, map, combine, none), Code::Closed, word);
            refused(rows::parallel_reduce_i64(data, len, 0, 0, combine, none), Code::Closed, word);
            refused(rows::parallel_scan_i64(data, len, place, len, 0, 0, combine, none), Code::Closed, word);
            refused(rows::parallel_cancel(), Code::InvalidArgument, "in no callback");
        }
    });
}

/// A host in Rust may panic: as `extern "C"` that would end the process.
extern "C-unwind" fn panics(index: i64, _: *mut c_void) -> i64 {
    assert!(index != 703, "at {index}");
    0
}
extern "C-unwind" fn panics_combining(a: i64, b: i64, _: *mut c_void) -> i64 {
    assert!(b != 703, "at {b}");
    a.wrapping_add(b)
}

#[test]
fn a_panic_is_a_code() {
    with_threads(|_| {
        let numbers: Vec<i64> = (0..5000).collect();
        let mut out = numbers.clone();
        let (data, place, len, none) = (numbers.as_ptr(), out.as_mut_ptr(), 5000, null_mut());
        let (body, combine) = (function!(panics), function!(panics_combining));
        // SAFETY: arrays of the stated length, and functions that take what they are given.
        unsafe {
            for answer in [
                rows::parallel_for_each(0, len, 1, body, none),
                rows::parallel_map(0, place, len, 1, body, none),
                rows::parallel_map_i64(data, len, place, len, 1, body, none),
                rows::parallel_reduce_i64(data, len, 0, 0, combine, none),
                rows::parallel_scan_i64(data, len, place, len, 0, 0, combine, none),
                rows::parallel_sort_by_i64(data.cast_mut(), len, combine, none),
                rows::parallel_scope(800, body, none),
            ] {
                refused(answer, Code::Panic, "at 703");
            }
        }
        assert_eq!(numbers, (0..5000).collect::<Vec<i64>>());
    });
}

struct Nested {
    seen: Vec<AtomicI64>,
    threads: Mutex<Vec<std::thread::ThreadId>>,
}

extern "C" fn inner(index: i64, user: *mut c_void) -> i64 {
    // SAFETY: see below.
    let (nested, outer) = unsafe { given::<(&Nested, std::thread::ThreadId)>(user) };
    nested.seen[index as usize].fetch_add(1, Relaxed);
    i64::from(*outer != std::thread::current().id())
}
extern "C" fn outer(index: i64, nested: *mut c_void) -> i64 {
    // SAFETY: see below.
    let nested = unsafe { given::<Nested>(nested) };
    let own = std::thread::current().id();
    nested.threads.lock().unwrap().push(own);
    let user = (nested, own);
    // SAFETY: the function takes what it is given; the others take numbers.
    unsafe {
        assert_eq!(rows::parallel_threads(), 1);
        refused(rows::parallel_set_threads(2), Code::Busy, "inside a callback");
        rows::parallel_for_each(index * 100, 100, 1, function!(inner), super::common::user(&user))
    }
}

#[test]
fn nested_loops_run_on_the_thread_of_their_item() {
    with_threads(|threads| {
        let seen = (0..40 * 100).map(|_| AtomicI64::new(0)).collect();
        let nested = Nested { seen, threads: Mutex::default() };
        // SAFETY: the function takes what it is given.
        assert_eq!(unsafe { rows::parallel_for_each(0, 40, 1, function!(outer), user(&nested)) }, 0);
        assert!(nested.seen.iter().all(|n| n.load(Relaxed) == 1), "{threads}");
    });
}

struct Meeting {
    barrier: Barrier,
    met: AtomicUsize,
}

/// As the waiting calls of this crate do: they say so before they wait.
extern "C" fn meet(_: i64, meeting: *mut c_void) -> i64 {
    // SAFETY: see below.
    let meeting = unsafe { given::<Meeting>(meeting) };
    let _waiting = share::waiting().unwrap();
    meeting.barrier.wait();
    meeting.met.fetch_add(1, Relaxed);
    0
}
/// As a library that knows nothing of this one.
extern "C" fn meet_silently(_: i64, meeting: *mut c_void) -> i64 {
    // SAFETY: see below.
    let meeting = unsafe { given::<Meeting>(meeting) };
    meeting.barrier.wait();
    meeting.met.fetch_add(1, Relaxed);
    0
}

#[test]
fn more_items_than_threads_meet_at_a_barrier() {
    with_threads(|_| {
        for (count, grain) in [(1, 1), (2, 1), (9, 3), (100, 1000), (400, 1)] {
            watched(move || {
                let meeting = Meeting { barrier: Barrier::new(count), met: AtomicUsize::new(0) };
                // SAFETY: the function takes what it is given.
                let done = unsafe { rows::parallel_for_each(0, count as i64, grain, function!(meet), user(&meeting)) };
                assert_eq!((done, meeting.met.into_inner()), (0, count), "{}", last_error::message());
            });
        }
    });
}

#[test]
fn tasks_of_a_scope_meet_in_any_way() {
    with_threads(|_| {
        for count in [0, 1, 2, 9, 500] {
            watched(move || {
                let meeting = Meeting { barrier: Barrier::new(count), met: AtomicUsize::new(0) };
                // SAFETY: the function takes what it is given.
                let done = unsafe { rows::parallel_scope(count as i64, function!(meet_silently), user(&meeting)) };
                assert_eq!((done, meeting.met.into_inner()), (0, count), "{}", last_error::message());
            });
        }
    });
    let plan = (3i64, -1003i64, AtomicI64::new(0));
    // SAFETY: the function takes what it is given.
    let done = unsafe { rows::parallel_scope(5, function!(answer_at), user(&plan)) };
    refused(done, Code::InvalidHandle, "index 3 ended");
    assert_eq!(plan.2.into_inner(), 5, "all begin");
}

/// Locks and does not unlock, stores a value of its thread.
extern "C" fn leaves_behind(task: i64, objects: *mut c_void) -> i64 {
    // SAFETY: see below.
    let (mutexes, local) = unsafe { given::<(Vec<i64>, i64)>(objects) };
    // SAFETY: the rows take handles and numbers.
    unsafe {
        if task == 0 {
            return 0;
        }
        let found = threads::local_get(*local);
        threads::local_set(*local, 5);
        found + locks::mutex_lock(mutexes[task as usize])
    }
}

#[test]
fn a_task_of_a_scope_leaves_nothing_to_the_next_on_its_thread() {
    // SAFETY: the rows take handles and numbers, and the function takes what it is given.
    unsafe {
        let objects = ((0..9).map(|_| locks::mutex_new(0)).collect::<Vec<i64>>(), threads::local_new(0));
        for round in 0..3 {
            let done = rows::parallel_scope(9, function!(leaves_behind), user(&objects));
            assert_eq!(done, 0, "round {round}: {}", last_error::message());
            assert!(objects.0[1..].iter().all(|mutex| locks::mutex_is_abandoned(*mutex) == 1));
        }
        assert!(objects.0.iter().all(|mutex| locks::mutex_free(*mutex) == 0));
        assert_eq!(threads::local_free(objects.1), 0);
    }
}

extern "C" fn scope_inside(_: i64, _: *mut c_void) -> i64 {
    let meeting = Meeting { barrier: Barrier::new(8), met: AtomicUsize::new(0) };
    // SAFETY: the function takes what it is given.
    unsafe { rows::parallel_scope(8, function!(meet_silently), user(&meeting)) }
}

#[test]
fn scopes_inside_loops_run_at_the_same_time_too() {
    with_threads(|_| {
        watched(|| {
            // SAFETY: the function takes nothing.
            assert_eq!(unsafe { rows::parallel_for_each(0, 10, 1, function!(scope_inside), null_mut()) }, 0);
        });
    });
}

extern "C" fn waits_comparing(a: i64, b: i64, _: *mut c_void) -> i64 {
    if share::waiting().is_err() { a - b } else { b - a }
}

#[test]
fn functions_of_sorts_cannot_wait() {
    let mut numbers: Vec<i64> = (0..10_000).rev().collect();
    // SAFETY: an array of the stated length, and a function that takes what it is given.
    let done =
        unsafe { rows::parallel_sort_by_i64(numbers.as_mut_ptr(), 10_000, function!(waits_comparing), null_mut()) };
    assert_eq!(done, 0);
    assert!(numbers.is_sorted());
}

/// More items wait for one another than there may be threads: refused with a sentence, and none hangs.
extern "C" fn waits_for_many(_: i64, gate: *mut c_void) -> i64 {
    // SAFETY: see below.
    let (refused, opened) = unsafe { given::<(Mutex<u32>, Condvar)>(gate) };
    match share::waiting() {
        Err(error) => {
            assert_eq!(error.code(), Code::OutOfMemory);
            *refused.lock().unwrap() += 1;
            opened.notify_all();
        }
        Ok(_waiting) => drop(opened.wait_while(refused.lock().unwrap(), |refused| *refused == 0).unwrap()),
    }
    0
}

/// In a process of its own: other tests beside it would be refused threads too.
#[test]
fn too_many_items_that_wait_are_refused() {
    if std::env::var_os("PARALLEL_TEST_ALONE").is_none() {
        let me = std::env::current_exe().unwrap();
        let alone = ["trouble::too_many_items_that_wait_are_refused", "--exact"];
        let output = std::process::Command::new(me).args(alone).env("PARALLEL_TEST_ALONE", "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        return;
    }
    watched(|| {
        let gate = (Mutex::new(0), Condvar::new());
        let count = ffi_base::crew::MOST as i64 + 100;
        // SAFETY: the function takes what it is given.
        assert_eq!(unsafe { rows::parallel_for_each(0, count, 1, function!(waits_for_many), user(&gate)) }, 0);
        assert!(gate.0.into_inner().unwrap() > 0);
    });
}

#[test]
fn nonsense_is_refused_with_a_sentence() {
    let (f, none) = (function!(nothing), null_mut());
    let mut room = [0i64; 4];
    let place = room.as_mut_ptr();
    let null = std::ptr::null();
    // SAFETY: arrays of the stated lengths, and functions that take what they are given.
    unsafe {
        refused(rows::parallel_for_each(0, -1, 1, f, none), Code::InvalidArgument, "count -1");
        refused(rows::parallel_for_each(0, 1 << 48, 1, f, none), Code::InvalidArgument, "2^48 and more");
        refused(rows::parallel_for_each(i64::MAX, 2, 1, f, none), Code::InvalidArgument, "does not fit an int64_t");
        refused(rows::parallel_for_each(0, 1, -1, f, none), Code::InvalidArgument, "grain -1");
        refused(rows::parallel_for_each(0, 1, 1, null, none), Code::NullPointer, "function is NULL");
        refused(rows::parallel_scope(1025, f, none), Code::InvalidArgument, "0 to 1024");
        refused(rows::parallel_set_threads(1025), Code::InvalidArgument, "1025 threads");
        let (first, shifted) = (place.cast_const(), place.add(1));
        refused(rows::parallel_map_i64(first, 3, shifted, 3, 1, f, none), Code::InvalidArgument, "overlap");
        refused(rows::parallel_map_i64(first, 4, place, 3, 1, f, none), Code::InvalidArgument, "room for 3");
        refused(rows::parallel_prefix_sum_i64(first, 3, shifted, 3, 0), Code::InvalidArgument, "overlap");
    }
}
