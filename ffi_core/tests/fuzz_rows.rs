//! Random rows with random arguments, from a seed: what one bad argument at a time does not reach.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod common;

use common::choice::{any, likely};
use common::live::{Live, call};
use common::memory::Memory;
use common::verdict::{Answer, judge};
use common::{Random, watch};
use ffi_base::Row;
use ffi_core::registry;
use std::sync::{Mutex, PoisonError};

/// Results up to this many elements join the tensors that later calls get; three of them broadcast stay small.
const LARGEST_KEPT: i64 = 64;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// Objects are made anew after so many calls.
const FRESH: u64 = 500;

/// What of Vulkan stays in the place of what was there, where a call made it: nothing whose size a call chose.
const KEPT: &[&str] = &["vk command buffer", "vk fence", "vk sampler", "vk descriptor set", "vk pipeline", "vk shader"];

/// Calls these rows; those that never did their work.
fn random_calls(rows: &[&'static Row], make: fn() -> Live, calls: u64, seed: u64) -> Vec<&'static str> {
    let before = call("rt_handle_live", &[0]);
    let (mut random, mut live, mut memory) = (Random::new(seed), make(), Memory::new());
    let (mut failed, mut succeeded) = (0u64, 0u64);
    let mut reached = vec![0u32; rows.len()];
    for done in 0..calls {
        if done % FRESH == FRESH - 1 {
            // Fresh objects: chains of results drift towards the empty and the NaN.
            watch::rest();
            live.free();
            live = make();
        }
        let id = random.below(rows.len());
        let row = rows[id];
        let choose = if row.name.starts_with("rt_vk_") && random.below(2) == 0 { likely } else { any };
        let case: Vec<_> = row.params.iter().map(|param| choose(&mut random, row, param, &live)).collect();
        watch::next_call(row.name, &case);
        let answer = judge(row, &case, &live, &mut memory)
            .unwrap_or_else(|rule| panic!("{} {case:?}: {rule}; call {done} of FFI_FUZZ_SEED={seed}", row.name));
        match answer {
            Answer::Failed(_) => failed += 1,
            Answer::Succeeded(handle) => {
                succeeded += 1;
                reached[id] += 1;
                // What lies in memory of the tests must not be there when they use that memory again.
                let keep = row.name != "rt_tensor_from_external";
                handle.into_iter().for_each(|handle| keep_or_free(&mut random, &mut live, handle, keep));
            }
        }
    }
    call("rt_device_set_default", &[1]);
    call("rt_log_set_callback", &[0, 0]);
    live.free();
    assert_eq!(call("rt_handle_live", &[0]), before, "handles leaked");
    let idle: Vec<_> = rows.iter().zip(reached).filter(|(_, count)| *count == 0).map(|(row, _)| row.name).collect();
    println!(
        "fuzz: {} rows, {calls} calls: {failed} refused, {succeeded} done; {} rows did their work at least once",
        rows.len(),
        rows.len() - idle.len()
    );
    idle
}

fn keep_or_free(random: &mut Random, live: &mut Live, handle: i64, keep: bool) {
    let is_tensor = keep && call("rt_handle_kind", &[handle]) == 2;
    if is_tensor && random.below(4) == 0 && call("rt_tensor_numel", &[handle]) <= LARGEST_KEPT {
        live.replace_tensor(random, handle);
    } else if !live.replace(random, handle, KEPT) {
        assert_eq!(call("rt_release", &[handle]), 0);
    }
}

/// Handles are counted for the whole process, so one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// `FFI_FUZZ_CALLS` and `FFI_FUZZ_SEED` choose how many and which.
#[test]
fn random_calls_break_no_rule() {
    let (calls, seed) = (number("FFI_FUZZ_CALLS", 20_000), number("FFI_FUZZ_SEED", 1));
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    watch::run(move || drop(random_calls(registry().rows(), Live::new, calls, seed)));
}

/// Rows of Vulkan that random calls do not bring to do their work: a cache has a checksum.
#[cfg(feature = "vulkan")]
const BEYOND: &[&str] = &["rt_vk_pipeline_cache_load"];

#[cfg(feature = "vulkan")]
fn is_of_windows(name: &str) -> bool {
    ["rt_vk_window_", "rt_vk_surface_", "rt_vk_swapchain_", "rt_vk_present"].iter().any(|of| name.starts_with(of))
}

/// Those of windows among them where there is a display.
#[cfg(feature = "vulkan")]
fn rows_of_vulkan() -> Vec<&'static Row> {
    let shows = cfg!(feature = "window") && std::env::var_os("DISPLAY").is_some();
    let wanted = |row: &&Row| row.name.starts_with("rt_vk_") && (shows || !is_of_windows(row.name));
    registry().rows().iter().copied().filter(wanted).collect()
}

/// Three threads call them on the same objects.
#[cfg(feature = "vulkan")]
#[test]
fn threads_that_call_vulkan_at_random_break_no_rule() {
    let (calls, seed) = (number("FFI_FUZZ_VULKAN_CALLS", 20_000), number("FFI_FUZZ_SEED", 1));
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    watch::run(move || {
        let (rows, before) = (rows_of_vulkan(), call("rt_handle_live", &[0]));
        let mut done = 0;
        for round in 0..calls.div_ceil(3 * FRESH) {
            watch::rest();
            let mut live = Live::of_vulkan();
            let shared = &live;
            done += std::thread::scope(|scope| {
                let one = |thread: u64| {
                    let (mut random, rows) = (Random::new(seed + round * 3 + thread), &rows);
                    scope.spawn(move || (0..FRESH).filter(|_| random_call(&mut random, rows, shared)).count())
                };
                let all: Vec<_> = (0..3).map(one).collect();
                all.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
            });
            live.free();
        }
        assert_eq!(call("rt_handle_live", &[0]), before, "handles leaked");
        println!("fuzz: three threads, {calls} calls: {done} done");
        eprintln!("UTTERED {}", ffi_vulkan::validation_messages());
    });
}

/// One call, whose result is freed; whether it did its work.
#[cfg(feature = "vulkan")]
fn random_call(random: &mut Random, rows: &[&'static Row], live: &Live) -> bool {
    let row = rows[random.below(rows.len())];
    let choose = if random.below(2) == 0 { likely } else { any };
    let case: Vec<_> = row.params.iter().map(|param| choose(random, row, param, live)).collect();
    watch::next_call(row.name, &case);
    match judge(row, &case, live, &mut Memory::new()) {
        Ok(Answer::Succeeded(handle)) => {
            handle.into_iter().for_each(|handle| assert_eq!(call("rt_release", &[handle]), 0));
            true
        }
        Ok(Answer::Failed(_)) => false,
        Err(rule) => panic!("{} {case:?}: {rule}", row.name),
    }
}

/// The same among the rows of Vulkan alone, whose objects stand in an order that calls among all rows seldom find.
/// `FFI_FUZZ_VULKAN_CALLS` and `FFI_FUZZ_SEED` choose how many and which.
#[cfg(feature = "vulkan")]
#[test]
fn random_calls_of_vulkan_break_no_rule() {
    let (calls, seed) = (number("FFI_FUZZ_VULKAN_CALLS", 20_000), number("FFI_FUZZ_SEED", 1));
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    watch::run(move || {
        let rows = rows_of_vulkan();
        let mut first = Live::of_vulkan();
        let has_driver = first.len() > 0;
        first.free();
        let idle = random_calls(&rows, Live::of_vulkan, calls, seed);
        // Windows want a user.
        let idle: Vec<_> = idle.into_iter().filter(|name| !BEYOND.contains(name) && !is_of_windows(name)).collect();
        eprintln!("UTTERED {}", ffi_vulkan::validation_messages());
        // Few calls leave some to chance.
        let left = if calls < 200_000 { 6 } else { 0 };
        assert!(!has_driver || calls < 20_000 || idle.len() <= left, "{idle:?} never did their work");
    });
}
