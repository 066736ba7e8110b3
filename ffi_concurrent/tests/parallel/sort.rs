//! Sorting against the standard library's, with orders of every kind and functions that contradict themselves.

use super::common::{Random, SIZES, given, user, with_threads};
use crate::function;
use ffi_base::{Code, last_error};
use ffi_concurrent::rows::parallel as rows;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Mutex;

/// As many numbers of each order that sorts know.
fn orders(size: usize) -> Vec<(&'static str, Vec<i64>)> {
    let mut random = Random::new(size as u64);
    let n = size as i64;
    vec![
        ("random", (0..n).map(|_| random.next() as i64).collect()),
        ("few", (0..n).map(|_| random.next() as i64 % 3).collect()),
        ("sorted", (0..n).collect()),
        ("reversed", (0..n).map(|i| n - i).collect()),
        ("equal", vec![4; size]),
        ("ends", (0..n).map(|i| if i % 2 == 0 { i64::MIN + i } else { i64::MAX - i }).collect()),
        ("saw", (0..n).map(|i| i % 17 * 1000 + i / 17).collect()),
        ("rotated", (0..n).map(|i| (i + n / 3) % n.max(1)).collect()),
    ]
}

/// Sizes beyond the table at which blocks begin, and one with uneven blocks.
fn sizes() -> impl Iterator<Item = usize> {
    SIZES.into_iter().chain([16_383, 16_384, 70_001])
}
/// The same for sorts by a function, which calls made without the optimiser are slow enough for.
fn small_sizes() -> impl Iterator<Item = usize> {
    SIZES.into_iter().filter(|size| *size < 10_000).chain([2047, 2048, 2049, 40_003])
}

#[test]
fn integers_are_sorted() {
    with_threads(|threads| {
        for (size, (name, numbers)) in sizes().flat_map(|size| orders(size).into_iter().map(move |order| (size, order)))
        {
            let (mut ours, mut theirs) = (numbers.clone(), numbers);
            // SAFETY: an array of the stated length.
            assert_eq!(unsafe { rows::parallel_sort_i64(ours.as_mut_ptr(), size as i64) }, 0);
            theirs.sort_unstable();
            assert!(ours == theirs, "{name} {size} {threads}");
        }
    });
}

#[test]
fn doubles_are_sorted_with_nan_last() {
    let special =
        [0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, -5e-324, f64::MAX, f64::MIN];
    let payloads = [0x7ff0_0000_0000_0001u64, 0xfff0_0000_0000_0001, u64::MAX].map(f64::from_bits);
    with_threads(|threads| {
        for size in sizes() {
            let mut random = Random::new(3 + size as u64);
            let numbers: Vec<f64> = (0..size)
                .map(|_| match random.below(4) {
                    0 => special[random.below(special.len())],
                    1 => payloads[random.below(payloads.len())],
                    2 => f64::from_bits(random.next()),
                    _ => random.below(1000) as f64 - 500.0,
                })
                .collect();
            let (mut ours, mut theirs) = (numbers.clone(), numbers);
            // SAFETY: an array of the stated length.
            assert_eq!(unsafe { rows::parallel_sort_f64(ours.as_mut_ptr(), size as i64) }, 0);
            theirs.sort_by(|a, b| {
                a.is_nan()
                    .cmp(&b.is_nan())
                    .then(a.is_nan().cmp(&b.is_nan()))
                    .then_with(|| if a.is_nan() { std::cmp::Ordering::Equal } else { a.total_cmp(b) })
            });
            let bits = |all: &[f64]| all.iter().filter(|n| !n.is_nan()).map(|n| n.to_bits()).collect::<Vec<_>>();
            assert!(bits(&ours) == bits(&theirs), "{size} {threads}");
            let first = ours.iter().position(|n| n.is_nan()).unwrap_or(size);
            assert!(ours[first..].iter().all(|n| n.is_nan()), "{size} {threads}");
            // Not a bit of a NaN is lost.
            let nans = |all: &[f64]| {
                let mut nans: Vec<u64> = all.iter().filter(|n| n.is_nan()).map(|n| n.to_bits()).collect();
                nans.sort_unstable();
                nans
            };
            assert_eq!(nans(&ours), nans(&theirs));
        }
    });
}

/// Orders places in a table of keys.
extern "C" fn by_key(a: i64, b: i64, keys: *mut c_void) -> i64 {
    // SAFETY: a vector of keys, see below.
    let keys = unsafe { given::<Vec<i64>>(keys) };
    i64::from(keys[a as usize] > keys[b as usize]) - i64::from(keys[a as usize] < keys[b as usize])
}
extern "C" fn descending(a: f64, b: f64, _: *mut c_void) -> i64 {
    i64::from(a < b)
}

#[test]
fn a_function_sorts_and_equal_ones_keep_their_order() {
    with_threads(|threads| {
        for (size, (name, keys)) in
            small_sizes().flat_map(|size| orders(size).into_iter().map(move |order| (size, order)))
        {
            let mut ours: Vec<i64> = (0..size as i64).collect();
            let mut theirs = ours.clone();
            // SAFETY: an array of the stated length, and a function that takes what it is given.
            let done =
                unsafe { rows::parallel_sort_by_i64(ours.as_mut_ptr(), size as i64, function!(by_key), user(&keys)) };
            assert_eq!(done, 0, "{}", last_error::message());
            theirs.sort_by_key(|i| keys[*i as usize]);
            assert!(ours == theirs, "{name} {size} {threads}");
            let mut doubles: Vec<f64> = keys.iter().map(|n| *n as f64).collect();
            let mut expected = doubles.clone();
            // SAFETY: as above.
            let done = unsafe {
                rows::parallel_sort_by_f64(doubles.as_mut_ptr(), size as i64, function!(descending), null_mut())
            };
            assert_eq!(done, 0);
            expected.sort_by(|a, b| b.total_cmp(a));
            assert!(doubles == expected, "{name} {size} {threads}");
        }
    });
}

extern "C" fn at_random(_: i64, _: i64, random: *mut c_void) -> i64 {
    // SAFETY: a generator, see below.
    unsafe { given::<Mutex<Random>>(random) }.lock().unwrap().below(3) as i64 - 1
}
extern "C" fn always(_: i64, _: i64, _: *mut c_void) -> i64 {
    1
}
/// Rock, paper, scissors.
extern "C" fn in_circles(a: i64, b: i64, _: *mut c_void) -> i64 {
    i64::from((a - b).rem_euclid(3) == 1)
}
extern "C" fn never(_: i64, _: i64, _: *mut c_void) -> i64 {
    i64::MIN
}

#[test]
fn functions_that_contradict_themselves_leave_the_same_numbers() {
    with_threads(|_| {
        for (size, f) in small_sizes().flat_map(|size| [at_random, always, in_circles, never].map(|f| (size, f))) {
            let mut random = Random::new(5);
            let numbers: Vec<i64> = (0..size).map(|_| random.next() as i64 % 100).collect();
            let mut ours = numbers.clone();
            let state = Mutex::new(random);
            // SAFETY: an array of the stated length, and functions that take what they are given.
            let done =
                unsafe { rows::parallel_sort_by_i64(ours.as_mut_ptr(), size as i64, function!(f), user(&state)) };
            if done == 0 {
                let (mut a, mut b) = (ours, numbers);
                a.sort_unstable();
                b.sort_unstable();
                assert!(a == b, "{size}");
            } else {
                assert_eq!(done, Code::InvalidArgument.number(), "{}", last_error::message());
                assert!(last_error::message().contains("contradicts itself"), "{}", last_error::message());
                assert!(ours == numbers, "as it was");
            }
        }
    });
}
