//! Reductions and running results, against plain loops; doubles the same bits with any number of threads.

use super::common::{GRAINS, Random, SIZES, with_threads};
use crate::function;
use ffi_base::last_error;
use ffi_concurrent::rows::parallel as rows;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Mutex;

/// Associative and not commutative: maps `x -> a x + b` modulo 2^32, one after the other, `a` and `b` in 32 bits each.
extern "C" fn compose(first: i64, second: i64, _: *mut c_void) -> i64 {
    let (a, b) = ((first >> 32) as u32, first as u32);
    let (c, d) = ((second >> 32) as u32, second as u32);
    (i64::from(c.wrapping_mul(a)) << 32) | i64::from(c.wrapping_mul(b).wrapping_add(d))
}
extern "C" fn affine(index: i64, _: *mut c_void) -> i64 {
    ((index % 97 * 2 + 1) << 32) | (index * 31 % 65_521)
}
extern "C" fn add(a: f64, b: f64, _: *mut c_void) -> f64 {
    a + b
}
extern "C" fn larger(a: f64, b: f64, _: *mut c_void) -> f64 {
    a.max(b)
}

const ONE: i64 = 1 << 32;

fn affines(size: usize) -> Vec<i64> {
    (0..size as i64).map(|i| affine(i, null_mut())).collect()
}

#[test]
fn reductions_keep_the_order_of_a_plain_loop() {
    with_threads(|threads| {
        for (size, grain) in SIZES.into_iter().flat_map(|size| GRAINS.map(|grain| (size, grain))) {
            let (numbers, len) = (affines(size), size as i64);
            let expected = numbers.iter().fold(ONE + 5, |a, b| compose(a, *b, null_mut()));
            let (f, combine) = (function!(affine), function!(compose));
            // SAFETY: an array of the stated length, and functions that take what they are given.
            unsafe {
                let reduced = rows::parallel_reduce(0, len, grain, ONE + 5, f, combine, null_mut());
                assert_eq!((reduced, last_error::code()), (expected, 0), "{size} {grain} {threads}");
                let reduced = rows::parallel_reduce_i64(numbers.as_ptr(), len, ONE + 5, grain, combine, null_mut());
                assert_eq!((reduced, last_error::code()), (expected, 0), "{size} {grain} {threads}");
            }
        }
    });
}

#[test]
fn doubles_reduce_to_the_same_bits_with_any_number_of_threads() {
    let mut random = Random::new(7);
    let numbers: Vec<f64> = (0..100_000).map(|_| random.next() as f64 / 1e15 - 9000.0).collect();
    for (size, grain) in SIZES.into_iter().flat_map(|size| GRAINS.map(|grain| (size, grain))) {
        let seen = Mutex::new(Vec::new());
        with_threads(|_| {
            let (data, len) = (numbers.as_ptr(), size as i64);
            // SAFETY: an array of at least the stated length, and functions that take what they are given.
            let (sum, most) = unsafe {
                (
                    rows::parallel_reduce_f64(data, len, 0.25, grain, function!(add), null_mut()),
                    rows::parallel_reduce_f64(data, len, -1e300, grain, function!(larger), null_mut()),
                )
            };
            let plain: f64 = numbers[..size].iter().sum::<f64>() + 0.25;
            let bound = 1e-15 * numbers[..size].iter().map(|n| n.abs()).sum::<f64>().max(1.0) * 20.0;
            assert!((sum - plain).abs() <= bound, "{size} {grain}: {sum} and {plain}");
            assert_eq!(most, numbers[..size].iter().copied().fold(-1e300, f64::max));
            seen.lock().unwrap().push(sum.to_bits());
        });
        let seen = seen.into_inner().unwrap();
        assert!(seen.iter().all(|bits| *bits == seen[0]), "{size} {grain}: {seen:?}");
    }
}

#[test]
fn running_results_are_those_of_a_plain_loop() {
    with_threads(|threads| {
        // Beyond the table, some that end just beside a block.
        for size in SIZES.into_iter().chain([16, 17, 4095, 4096, 4097, 8192, 12_289]) {
            for exclusive in [false, true] {
                running(size, exclusive, threads);
            }
        }
    });
}

fn running(size: usize, exclusive: bool, threads: i64) {
    let (numbers, len) = (affines(size), size as i64);
    let plain = |initial: i64, combine: &dyn Fn(i64, i64) -> i64| {
        let mut total = initial;
        let step = |n: &i64| {
            let before = total;
            total = combine(total, *n);
            if exclusive { before } else { total }
        };
        numbers.iter().map(step).collect::<Vec<i64>>()
    };
    let mut out = vec![0; size];
    // SAFETY: arrays of the stated length, and functions that take what they are given.
    unsafe {
        let exclusive = i64::from(exclusive);
        let done = rows::parallel_prefix_sum_i64(numbers.as_ptr(), len, out.as_mut_ptr(), len, exclusive);
        assert_eq!(done, len);
        assert_eq!(out, plain(0, &i64::wrapping_add), "{size} {threads}");
        let (to, f) = (out.as_mut_ptr(), function!(compose));
        let done = rows::parallel_scan_i64(numbers.as_ptr(), len, to, len, ONE, exclusive, f, null_mut());
        assert_eq!(done, len);
        assert_eq!(out, plain(ONE, &|a, b| compose(a, b, null_mut())), "{size} {threads}");
        // In place, of doubles that are added without rounding.
        let mut doubles: Vec<f64> = numbers.iter().map(|n| (n % 1009) as f64).collect();
        let place = doubles.as_mut_ptr();
        assert_eq!(rows::parallel_prefix_sum_f64(place, len, place, len, exclusive), len);
        let mut total = 0.0;
        for (i, n) in numbers.iter().enumerate() {
            let before = total;
            total += (n % 1009) as f64;
            assert_eq!(doubles[i], if exclusive == 1 { before } else { total }, "{size} {threads}");
        }
        let mut least = vec![0.0; size];
        let to = least.as_mut_ptr();
        let f = function!(larger);
        let done = rows::parallel_scan_f64(doubles.as_ptr(), len, to, len, 3.5, exclusive, f, null_mut());
        assert_eq!(done, len);
        let mut most = 3.5f64;
        for (i, n) in doubles.iter().enumerate() {
            let before = most;
            most = most.max(*n);
            assert_eq!(least[i], if exclusive == 1 { before } else { most }, "{size} {threads}");
        }
    }
}

/// The sum of nothing is 0, but the first sum is the first number, with its sign.
#[test]
fn the_first_sum_keeps_the_sign_of_zero() {
    let mut out = [1.0];
    // SAFETY: arrays of one number.
    assert_eq!(unsafe { rows::parallel_prefix_sum_f64([-0.0].as_ptr(), 1, out.as_mut_ptr(), 1, 0) }, 1);
    assert_eq!(out[0].to_bits(), (-0.0f64).to_bits());
}

#[test]
fn random_running_sums() {
    with_threads(|_| {
        let mut random = Random::new(13);
        for _ in 0..60 {
            let size = random.below(20_000);
            let numbers: Vec<i64> = (0..size).map(|_| random.next() as i64).collect();
            let mut out = numbers.clone();
            let (place, len) = (out.as_mut_ptr(), size as i64);
            // SAFETY: one array of the stated length.
            assert_eq!(unsafe { rows::parallel_prefix_sum_i64(place, len, place, len, 0) }, len);
            let mut total = 0i64;
            for (n, sum) in numbers.iter().zip(&out) {
                total = total.wrapping_add(*n);
                assert_eq!(total, *sum);
            }
        }
    });
}
