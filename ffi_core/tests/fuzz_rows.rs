//! Random rows with random arguments, from a seed: what one bad argument at a time does not reach.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod common;

use common::choice::any;
use common::live::{Live, call};
use common::memory::Memory;
use common::verdict::{Answer, judge};
use common::{Random, watch};
use ffi_core::registry;

/// Results up to this many elements join the tensors that later calls get; three of them broadcast stay small.
const LARGEST_KEPT: i64 = 64;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

fn random_calls(calls: u64, seed: u64) {
    let before = call("rt_handle_live", &[0]);
    let (mut random, mut live, mut memory) = (Random::new(seed), Live::new(), Memory::new());
    let (mut failed, mut succeeded) = (0u64, 0u64);
    let rows = registry().rows();
    let mut reached = vec![0u32; rows.len()];
    for done in 0..calls {
        if done % 1000 == 999 {
            // Fresh objects: chains of results drift towards the empty and the NaN.
            live.free();
            live = Live::new();
        }
        let id = random.below(rows.len());
        let row = rows[id];
        let case: Vec<_> = row.params.iter().map(|param| any(&mut random, row, param, &live)).collect();
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
    let reached = reached.iter().filter(|count| **count > 0).count();
    println!(
        "fuzz: {} rows, {calls} calls: {failed} refused, {succeeded} done; {reached} rows did their work at least once",
        rows.len()
    );
}

fn keep_or_free(random: &mut Random, live: &mut Live, handle: i64, keep: bool) {
    let is_tensor = keep && call("rt_handle_kind", &[handle]) == 2;
    if is_tensor && random.below(4) == 0 && call("rt_tensor_numel", &[handle]) <= LARGEST_KEPT {
        live.replace_tensor(random, handle);
    } else {
        assert_eq!(call("rt_release", &[handle]), 0);
    }
}

/// `FFI_FUZZ_CALLS` and `FFI_FUZZ_SEED` choose how many and which.
#[test]
fn random_calls_break_no_rule() {
    let (calls, seed) = (number("FFI_FUZZ_CALLS", 20_000), number("FFI_FUZZ_SEED", 1));
    watch::run(move || random_calls(calls, seed));
}
