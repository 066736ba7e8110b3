//! Loops whose body gets ranges and loops itself.

use super::common::{GRAINS, SIZES, given, refused, user, watched, with_threads};
use crate::function;
use ffi_base::Code;
use ffi_concurrent::rows::channels::{channel_create, channel_free, channel_recv, channel_send};
use ffi_concurrent::rows::parallel as rows;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::thread::ThreadId;

const FIRST: i64 = -5;

/// What a loop visited: a counter for every index, and its ranges with their threads.
#[derive(Default)]
struct Seen {
    counters: Vec<AtomicI64>,
    ranges: Mutex<Vec<(i64, i64, ThreadId)>>,
}

impl Seen {
    fn of(size: usize) -> Seen {
        Seen { counters: (0..size).map(|_| AtomicI64::new(0)).collect(), ..Seen::default() }
    }
}

extern "C" fn count(first: i64, end: i64, seen: *mut c_void) -> i64 {
    // SAFETY: see below.
    let seen = unsafe { given::<Seen>(seen) };
    seen.ranges.lock().unwrap().push((first, end, std::thread::current().id()));
    (first..end).for_each(|index| _ = seen.counters[(index - FIRST) as usize].fetch_add(1, Relaxed));
    0
}

#[test]
fn every_index_is_visited_once_and_no_range_but_the_last_is_shorter_than_the_grain() {
    with_threads(|threads| {
        for (size, grain) in SIZES.into_iter().flat_map(|size| GRAINS.map(|grain| (size, grain))) {
            let (seen, end) = (Seen::of(size), FIRST + size as i64);
            // SAFETY: the function takes what it is given; so below.
            let done = unsafe { rows::parallel_for_ranges(FIRST, size as i64, grain, function!(count), user(&seen)) };
            assert_eq!(done, 0);
            assert!(seen.counters.iter().all(|n| n.load(Relaxed) == 1), "{size} {grain} {threads}");
            for (from, to, _) in seen.ranges.into_inner().unwrap() {
                assert!(from < to && (to - from >= grain || to == end), "{from} {to} of {size} {grain} {threads}");
            }
        }
    });
}

extern "C" fn loop_inside(first: i64, end: i64, _: *mut c_void) -> i64 {
    for _ in first..end {
        let seen = Seen::of(1000);
        // SAFETY: as above.
        assert_eq!(unsafe { rows::parallel_for_ranges(FIRST, 1000, 1, function!(count), user(&seen)) }, 0);
        let whole = (FIRST, FIRST + 1000, std::thread::current().id());
        assert_eq!(seen.ranges.into_inner().unwrap(), [whole]);
    }
    0
}

#[test]
fn a_nested_loop_is_one_range_on_the_thread_of_its_item() {
    with_threads(|_| {
        // SAFETY: as above.
        assert_eq!(unsafe { rows::parallel_for_ranges(0, 40, 1, function!(loop_inside), null_mut()) }, 0);
    });
}

/// Answers what the plan says in the range of its index.
extern "C-unwind" fn answer_at(first: i64, end: i64, plan: *mut c_void) -> i64 {
    // SAFETY: as above.
    let (at, answer, begun) = unsafe { given::<(i64, Answer, AtomicI64)>(plan) };
    begun.fetch_add(end - first, Relaxed);
    match answer {
        _ if !(first..end).contains(at) => 0,
        Answer::Number(number) => *number,
        // SAFETY: the row takes nothing.
        Answer::Cancel => unsafe { rows::parallel_cancel() },
        Answer::Panic => panic!("in the range"),
    }
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Number(i64),
    Cancel,
    Panic,
}

#[test]
fn a_range_ends_the_loop() {
    let answers = [
        (Answer::Number(1), Ok(1)),
        (Answer::Number(i64::MAX), Ok(i64::MAX)),
        (Answer::Number(-1003), Err((Code::InvalidHandle, "the range from "))),
        (Answer::Number(-1), Err((Code::InvalidArgument, "ended the loop with -1"))),
        (Answer::Cancel, Err((Code::Closed, "cancelled by its callback"))),
        (Answer::Panic, Err((Code::Panic, "in the range"))),
    ];
    with_threads(|_| {
        for (count, at) in [(1, 0), (50, 49), (1_000_000, 3)] {
            for (answer, expected) in answers {
                let plan = (at, answer, AtomicI64::new(0));
                // SAFETY: as above.
                let done = unsafe { rows::parallel_for_ranges(0, count, 1, function!(answer_at), user(&plan)) };
                match expected {
                    Ok(number) => assert_eq!(done, number),
                    Err((code, words)) => refused(done, code, words),
                }
                assert!(at + 1 == count || plan.2.load(Relaxed) < count, "{count} {at} {:?}", plan.1);
            }
        }
    });
}

/// The range of the first index waits for that of the last.
extern "C" fn hand_over(first: i64, end: i64, rendezvous: *mut c_void) -> i64 {
    // SAFETY: as above.
    let rendezvous = unsafe { given::<i64>(rendezvous) };
    // SAFETY: the rows take a handle and a number.
    unsafe {
        match (first, end) {
            (0, 60) => 0,
            (0, _) => channel_recv(*rendezvous),
            (_, 60) => channel_send(*rendezvous, 0),
            _ => 0,
        }
    }
}

#[test]
fn ranges_that_wait_for_ranges_all_run() {
    with_threads(|_| {
        for grain in [1, 7, 60] {
            watched(move || {
                // SAFETY: the rows take numbers and handles, and the function takes what it is given.
                unsafe {
                    let rendezvous = channel_create(0);
                    assert_eq!(rows::parallel_for_ranges(0, 60, grain, function!(hand_over), user(&rendezvous)), 0);
                    assert_eq!(channel_free(rendezvous), 0);
                }
            });
        }
    });
}

#[test]
fn nonsense_is_refused_with_a_sentence() {
    let (f, none, null) = (function!(count), null_mut(), std::ptr::null());
    // SAFETY: no body is called.
    unsafe {
        refused(rows::parallel_for_ranges(0, -1, 1, f, none), Code::InvalidArgument, "count -1");
        refused(rows::parallel_for_ranges(i64::MAX, 2, 1, f, none), Code::InvalidArgument, "does not fit an int64_t");
        refused(rows::parallel_for_ranges(0, 1, -1, f, none), Code::InvalidArgument, "grain -1");
        refused(rows::parallel_for_ranges(0, 1, 1, null, none), Code::NullPointer, "function is NULL");
    }
}
