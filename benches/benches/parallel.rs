//! Parallel loops through their symbols beside rayon called directly, and beside OpenMP and std::sort with `--features openmp`:
//! `cargo bench --features benches/openmp --bench parallel`. The ratios hold where times do not.
//!
//! Contenders take turns in processes of their own, and each makes its loops one after the other, as a program does: OpenMP's threads spin for
//! milliseconds after a loop, which helps its next one and, in one process, takes a core from the others.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use ffi_concurrent::rows::parallel as rows;
use rayon::prelude::*;
use std::ffi::c_void;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

extern "C" fn body(index: i64, out: *mut c_void) -> i64 {
    // SAFETY: room for every index, one thread each.
    unsafe { *out.cast::<f64>().add(index as usize) = index as f64 * 0.5 };
    0
}
extern "C" fn square(value: i64, _: *mut c_void) -> i64 {
    value.wrapping_mul(value)
}
extern "C" fn add(a: i64, b: i64, _: *mut c_void) -> i64 {
    a.wrapping_add(b)
}

#[cfg(feature = "openmp")]
unsafe extern "C" {
    fn rival_for_each(count: i64, grain: i64, body: extern "C" fn(i64, *mut c_void) -> i64, user: *mut c_void);
    fn rival_map(
        data: *const i64,
        out: *mut i64,
        count: i64,
        f: extern "C" fn(i64, *mut c_void) -> i64,
        user: *mut c_void,
    );
    fn rival_reduce(
        data: *const i64,
        count: i64,
        f: extern "C" fn(i64, i64, *mut c_void) -> i64,
        user: *mut c_void,
    ) -> i64;
    fn rival_prefix_sum(data: *const i64, out: *mut i64, count: i64);
    fn rival_sort(data: *mut i64, count: i64);
}

struct User(*mut c_void);
// SAFETY: the functions above write to one place for each index.
unsafe impl Sync for User {}

/// A call of the rows or of the rivals.
macro_rules! call {
    ($call:expr) => {
        // SAFETY: arrays of the stated lengths, and functions of the right types that take what they are given.
        unsafe { $call }
    };
}

/// Set for a process of one contender: the line's name and the contender's place in it.
const ALONE: &str = "PARALLEL_BENCH_ALONE";
/// Processes of each contender.
const TURNS: usize = 7;
/// How long a process calls before it takes times, and how long it takes them; at least five.
const WARM: Duration = Duration::from_millis(50);
const TAKES: Duration = Duration::from_millis(300);

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Prints medians, and the first's ratio to each other one: of the processes that ran side by side, not of the medians.
fn show(name: &str, batch: usize, calls: &mut [(&str, &mut dyn FnMut())]) {
    if benches::once() {
        return calls.iter_mut().for_each(|(_, call)| call());
    }
    if let Ok(chosen) = std::env::var(ALONE) {
        if let Some((_, call)) = (0..calls.len()).find(|at| chosen == format!("{name} {at}")).map(|at| &mut calls[at]) {
            println!("{}", alone(batch, call));
            std::process::exit(0);
        }
        return;
    }
    if std::env::args().nth(1).is_some_and(|only| !only.starts_with('-') && !name.contains(&only)) {
        return;
    }
    let mut times = vec![Vec::new(); calls.len()];
    for _ in 0..TURNS {
        for (at, times) in times.iter_mut().enumerate() {
            let own = std::env::current_exe().unwrap();
            let out = Command::new(own).arg("--bench").env(ALONE, format!("{name} {at}")).output().unwrap().stdout;
            times.push(String::from_utf8(out).unwrap().lines().last().unwrap().parse::<f64>().unwrap());
        }
    }
    print!("{name:<24}");
    for (at, (who, _)) in calls.iter().enumerate() {
        let ratio = median(times[0].iter().zip(&times[at]).map(|(ours, theirs)| ours / theirs).collect());
        let time = median(times[at].clone());
        if at == 0 { print!(" {who} {time:.2} us") } else { print!(" | {who} {time:.2} us, ratio {ratio:.2}") }
    }
    println!();
}

/// The median of calls in sequence, in microseconds each.
fn alone(batch: usize, call: &mut dyn FnMut()) -> f64 {
    let begun = Instant::now();
    while begun.elapsed() < WARM {
        call();
    }
    let (begun, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || begun.elapsed() < TAKES {
        let start = Instant::now();
        (0..batch).for_each(|_| call());
        times.push(start.elapsed().as_secs_f64() / batch as f64 * 1e6);
    }
    median(times)
}

fn for_each(count: i64, grain: i64) {
    let mut out = vec![0.0f64; count as usize];
    let user = User(out.as_mut_ptr().cast());
    let (address, each) = (body as *const c_void, &user);
    let mut ours = || assert_eq!(call!(rows::parallel_for_each(0, count, grain, address, each.0)), 0);
    let mut rayon = || {
        (0..count as usize).into_par_iter().with_min_len(grain as usize).for_each(|i| {
            let each: &User = each;
            black_box(body as extern "C" fn(i64, *mut c_void) -> i64)(i as i64, each.0);
        });
    };
    #[cfg(feature = "openmp")]
    let scheduled = |grain: i64| move || call!(rival_for_each(count, grain, body, each.0));
    #[cfg(feature = "openmp")]
    let (mut fixed, mut fixed_grain, mut dynamic) = (scheduled(0), scheduled(-grain), scheduled(grain));
    let batch = if count < 10_000 { 50 } else { 1 };
    let name = format!("for_each/{count}/grain {grain}");
    show(
        &name,
        batch,
        &mut [
            ("ours", &mut ours),
            ("rayon", &mut rayon),
            #[cfg(feature = "openmp")]
            ("openmp static", &mut fixed),
            #[cfg(feature = "openmp")]
            ("openmp static, grain", &mut fixed_grain),
            #[cfg(feature = "openmp")]
            ("openmp dynamic", &mut dynamic),
        ],
    );
}

fn arrays(count: usize) {
    let data: Vec<i64> = (0..count as i64).collect();
    let (mut a, mut b) = (vec![0i64; count], vec![0i64; count]);
    let (len, none) = (count as i64, std::ptr::null_mut());
    let batch = if count < 10_000 { 50 } else { 1 };
    let (map, combine) = (square as *const c_void, add as *const c_void);
    #[cfg(feature = "openmp")]
    let mut c = vec![0i64; count];
    show(
        &format!("map/{count}"),
        batch,
        &mut [
            ("ours", &mut || {
                assert_eq!(call!(rows::parallel_map_i64(data.as_ptr(), len, a.as_mut_ptr(), len, 0, map, none)), len)
            }),
            ("rayon", &mut || {
                let f = black_box(square as extern "C" fn(i64, *mut c_void) -> i64);
                b.par_iter_mut().zip(&data).for_each(|(out, value)| *out = f(*value, std::ptr::null_mut()));
            }),
            #[cfg(feature = "openmp")]
            ("openmp", &mut || call!(rival_map(data.as_ptr(), c.as_mut_ptr(), len, square, none))),
        ],
    );
    show(
        &format!("reduce/{count}"),
        batch,
        &mut [
            ("ours", &mut || {
                _ = black_box(call!(rows::parallel_reduce_i64(data.as_ptr(), len, 0, 0, combine, none)));
            }),
            ("rayon", &mut || {
                let f = black_box(add as extern "C" fn(i64, i64, *mut c_void) -> i64);
                black_box(data.par_iter().copied().reduce(|| 0, |a, b| f(a, b, std::ptr::null_mut())));
            }),
            #[cfg(feature = "openmp")]
            ("openmp", &mut || _ = black_box(call!(rival_reduce(data.as_ptr(), len, add, none)))),
        ],
    );
    show(
        &format!("prefix_sum/{count}"),
        batch,
        &mut [
            ("ours", &mut || {
                assert_eq!(call!(rows::parallel_prefix_sum_i64(data.as_ptr(), len, a.as_mut_ptr(), len, 0)), len)
            }),
            ("rayon", &mut || prefix_sum(&data, &mut b)),
            #[cfg(feature = "openmp")]
            ("openmp", &mut || call!(rival_prefix_sum(data.as_ptr(), c.as_mut_ptr(), len))),
        ],
    );
}

/// In two passes over pieces, as it is written with rayon, which has none of its own.
fn prefix_sum(data: &[i64], out: &mut [i64]) {
    let piece = data.len().div_ceil(8 * rayon::current_num_threads()).max(1);
    let mut totals: Vec<i64> = data.par_chunks(piece).map(|piece| piece.iter().sum()).collect();
    let mut before = 0;
    totals.iter_mut().for_each(|total| before += std::mem::replace(total, before));
    out.par_chunks_mut(piece).zip(data.par_chunks(piece)).zip(&totals).for_each(|((out, data), before)| {
        let mut total = *before;
        out.iter_mut().zip(data).for_each(|(out, value)| {
            total += value;
            *out = total;
        });
    });
}

fn sort(count: usize) {
    let mut state = 1u64;
    let numbers: Vec<i64> = (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as i64
        })
        .collect();
    // Every call sorts the same numbers; the copy is timed alone and taken off by nobody: it is the same for all.
    let mut room = numbers.clone();
    let place = std::cell::RefCell::new(&mut room);
    show(
        &format!("sort/{count}"),
        1,
        &mut [
            ("ours", &mut || {
                place.borrow_mut().copy_from_slice(&numbers);
                assert_eq!(call!(rows::parallel_sort_i64(place.borrow_mut().as_mut_ptr(), count as i64)), 0);
            }),
            ("rayon unstable", &mut || {
                place.borrow_mut().copy_from_slice(&numbers);
                place.borrow_mut().par_sort_unstable();
            }),
            ("std, one thread", &mut || {
                place.borrow_mut().copy_from_slice(&numbers);
                place.borrow_mut().sort_unstable();
            }),
            #[cfg(feature = "openmp")]
            ("std::sort", &mut || {
                place.borrow_mut().copy_from_slice(&numbers);
                call!(rival_sort(place.borrow_mut().as_mut_ptr(), count as i64));
            }),
        ],
    );
}

fn main() {
    println!("{} threads; medians, and the ratio of our time to theirs", call!(rows::parallel_threads()));
    for (count, grain) in [(1000, 1), (1000, 1024), (1_000_000, 1), (1_000_000, 1024)] {
        for_each(count, grain);
    }
    arrays(1000);
    arrays(1_000_000);
    sort(100_000);
    sort(10_000_000);
}
