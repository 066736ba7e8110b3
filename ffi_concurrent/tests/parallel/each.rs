//! Bodies and maps.

use super::common::{GRAINS, SIZES, given, user, with_threads};
use crate::function;
use ffi_concurrent::rows::parallel as rows;
use std::ffi::c_void;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

const FIRST: i64 = -5;

extern "C" fn count(index: i64, seen: *mut c_void) -> i64 {
    // SAFETY: a vector of counters, see below.
    let seen = unsafe { given::<Vec<AtomicI64>>(seen) };
    seen[(index - FIRST) as usize].fetch_add(1, Relaxed);
    0
}
extern "C" fn add_i64(index: i64, value: i64, sum: *mut c_void) -> i64 {
    // SAFETY: as below.
    let sum = unsafe { given::<AtomicI64>(sum) };
    sum.fetch_add(index.wrapping_mul(31).wrapping_add(value), Relaxed);
    0
}
extern "C" fn add_f64(index: i64, value: f64, sum: *mut c_void) -> i64 {
    add_i64(index, value as i64, sum)
}
extern "C" fn square(value: i64, _: *mut c_void) -> i64 {
    value.wrapping_mul(value)
}
extern "C" fn half(value: f64, _: *mut c_void) -> f64 {
    value / 2.0
}

#[test]
fn every_index_is_visited_once() {
    with_threads(|threads| {
        for (size, grain) in SIZES.into_iter().flat_map(|size| GRAINS.map(|grain| (size, grain))) {
            let seen: Vec<AtomicI64> = (0..size).map(|_| AtomicI64::new(0)).collect();
            // SAFETY: the function takes what it is given.
            let done = unsafe { rows::parallel_for_each(FIRST, size as i64, grain, function!(count), user(&seen)) };
            assert_eq!(done, 0);
            assert!(seen.iter().all(|n| n.load(Relaxed) == 1), "{size} {grain} {threads}");
        }
    });
}

#[test]
fn every_number_of_an_array_is_visited_once() {
    with_threads(|threads| {
        for (size, grain) in SIZES.into_iter().flat_map(|size| GRAINS.map(|grain| (size, grain))) {
            let numbers: Vec<i64> = (0..size as i64).map(|i| i * 7919 % 1009).collect();
            let doubles: Vec<f64> = numbers.iter().map(|n| *n as f64).collect();
            let expected: i64 = (0..).zip(&numbers).map(|(i, n)| i * 31 + n).sum();
            for ints in [true, false] {
                let sum = AtomicI64::new(0);
                let len = size as i64;
                // SAFETY: arrays of the stated length, and functions that take what they are given.
                let done = unsafe {
                    if ints {
                        let f = function!(add_i64);
                        rows::parallel_for_each_i64(numbers.as_ptr(), len, grain, f, user(&sum))
                    } else {
                        let f = function!(add_f64);
                        rows::parallel_for_each_f64(doubles.as_ptr(), len, grain, f, user(&sum))
                    }
                };
                assert_eq!((done, sum.load(Relaxed)), (0, expected), "{size} {grain} {threads} {ints}");
            }
        }
    });
}

#[test]
fn maps_are_those_of_a_plain_loop_also_in_place() {
    with_threads(|threads| {
        for (size, grain) in SIZES.into_iter().flat_map(|size| GRAINS.map(|grain| (size, grain))) {
            let len = size as i64;
            let squares: Vec<i64> = (FIRST..FIRST + len).map(|i| i * i).collect();
            let mut out = vec![-1; size];
            let none = std::ptr::null_mut();
            // SAFETY: arrays of the stated lengths, and functions that take what they are given.
            unsafe {
                let f = function!(square);
                assert_eq!(rows::parallel_map(FIRST, out.as_mut_ptr(), len, grain, f, none), 0);
                assert_eq!(out, squares, "{size} {grain} {threads}");
                let mut again = vec![-1; size + 1];
                let written = rows::parallel_map_i64(out.as_ptr(), len, again.as_mut_ptr(), len + 1, grain, f, none);
                assert_eq!(written, len);
                let twice: Vec<i64> = squares.iter().map(|n| n.wrapping_mul(*n)).chain([-1]).collect();
                assert_eq!(again, twice, "{size} {grain} {threads}");
                let mut doubles: Vec<f64> = out.iter().map(|n| *n as f64).collect();
                let (place, f) = (doubles.as_mut_ptr(), function!(half));
                assert_eq!(rows::parallel_map_f64(place, len, place, len, grain, f, none), len);
                let halves: Vec<f64> = squares.iter().map(|n| *n as f64 / 2.0).collect();
                assert_eq!(doubles, halves, "{size} {grain} {threads}");
            }
        }
    });
}
