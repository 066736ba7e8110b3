//! Every row with every bad argument in turn, the others plausible: a documented failure or a valid result, never worse.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod common;

use common::choice::{Choice, all, plausible};
use common::live::{Live, call};
use common::memory::{Memory, no_op};
use common::verdict::{Answer, judge};
use common::watch;
use ffi_base::{CallbackRow, Mode, Row, Sort};
use ffi_core::{registry, tables};

/// The all-plausible call, then each parameter's choices one at a time.
fn cases(row: &Row, live: &Live) -> Vec<Vec<Choice>> {
    let base: Vec<Choice> = row.params.iter().map(|param| plausible(param, live)).collect();
    let mut cases = vec![base.clone()];
    for (at, param) in row.params.iter().enumerate() {
        for choice in all(row, param, live) {
            let mut case = base.clone();
            case[at] = choice;
            cases.push(case);
        }
    }
    cases
}

fn every_row() {
    let before = call("rt_handle_live", &[0]);
    let (mut live, mut memory) = (Live::new(), Memory::new());
    let (mut failed, mut succeeded, mut broken) = (0, 0, Vec::new());
    for row in registry().rows().iter().copied() {
        for case in cases(row, &live) {
            watch::next_call(row.name, &case);
            match judge(row, &case, &live, &mut memory) {
                Ok(Answer::Failed(_)) => failed += 1,
                Ok(Answer::Succeeded(handle)) => {
                    succeeded += 1;
                    if let Some(handle) = handle {
                        assert_eq!(call("rt_release", &[handle]), 0, "{}", row.name);
                    }
                }
                Err(rule) => broken.push(format!("{} {case:?}: {rule}", row.name)),
            }
        }
    }
    call("rt_device_set_default", &[1]);
    // A library is silent again once nobody listens.
    call("rt_log_set_callback", &[0, 0]);
    let objects = live.len();
    live.free();
    let shown = broken.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(broken.is_empty(), "{} calls broke a rule; the first of them:\n{shown}", broken.len());
    assert_eq!(call("rt_handle_live", &[0]), before, "handles leaked");
    let rows = registry().rows().len();
    println!(
        "bad input: {rows} rows, {} calls: {failed} refused, {succeeded} done; {objects} live objects",
        failed + succeeded
    );
}

#[test]
fn every_row_withstands_every_bad_argument() {
    watch::run(every_row);
}

/// By type, so that nobody has to remember it; the calls above see that each row does.
#[test]
fn a_success_whose_value_may_be_a_failure_clears_the_error() {
    for row in registry().rows().iter().filter(|row| row.mode != Mode::Quiet) {
        let ambiguous =
            matches!(row.returns.sort, Sort::Bool | Sort::Float) || row.returns.failure == "the bits of NaN";
        assert_eq!(row.clears_error(), ambiguous || row.mode.is_ambiguous(), "{}", row.name);
    }
}

#[test]
fn every_callback_type_has_a_function_that_does_nothing() {
    for CallbackRow { name, .. } in tables::CALLBACKS {
        assert!(no_op(name).is_some(), "add a function of type {name} to tests/common/memory.rs");
    }
}
