//! Tasks that all run at the same time, each on a thread of its own, so that they may wait for one another.
#![forbid(unsafe_code)]

use super::each;
use crate::deadline::Deadline;
use crate::monitor::Monitor;
use crate::{held, local};
use ffi_base::{Error, Result, crew, error, fail, guard, share};
use std::sync::Arc;

/// The most tasks of a scope.
pub const MOST: i64 = 1024;

/// What the threads of a scope share.
#[derive(Default)]
struct State {
    /// Whether the tasks begin, once that is known.
    begin: Option<bool>,
    /// Threads that have not left.
    running: i64,
    /// What ended badly: the task's number, and the number that it answered or its panic.
    ended: Option<(i64, Result<i64>)>,
}

impl State {
    fn note(&mut self, task: i64, outcome: Result<i64>) {
        if !matches!(outcome, Ok(0)) && self.ended.as_ref().is_none_or(|(other, _)| task < *other) {
            self.ended = Some((task, outcome));
        }
    }
}

/// One task, its panic an error.
fn run_task(task: i64, body: &(dyn Fn(i64) -> i64 + Sync)) -> Result<i64> {
    guard::guard_callback(|| match body(task) {
        0 => Ok(0),
        answer => each::ended(task, answer),
    })
}

/// Calls `body` for every number below `count`, all at the same time. 0, or the answer of the first task that was not 0. Every task
/// ends before this returns; none begins where a thread cannot be had.
pub fn scope(count: i64, body: impl Fn(i64) -> i64 + Copy + Send + Sync + 'static) -> Result<i64> {
    if !(0..=MOST).contains(&count) {
        fail!(InvalidArgument, "{count} tasks at the same time, 0 to {MOST} are possible");
    }
    if count == 0 {
        return Ok(0);
    }
    let shared = Arc::new(Monitor::new(State::default()));
    let hired = (1..count).try_for_each(|task| {
        let own = shared.clone();
        shared.look(|state| state.running += 1);
        crew::start(move || attend(&own, task, &body)).inspect_err(|_| shared.look(|state| state.running -= 1))
    });
    shared.change(|state| state.begin = Some(hired.is_ok()));
    if hired.is_ok() {
        // Inside a part, as in any loop: ops are done on this thread alone.
        let plan = share::Plan { count: 1, grain: 1, wake: share::Wake::ByClock, may_wait: true };
        let outcome = share::run(plan, |part| {
            for _ in part {
                let outcome = run_task(0, &body);
                shared.look(|state| state.note(0, outcome));
            }
        });
        outcome.unwrap_or_else(|error| shared.look(|state| state.note(0, Err(error))));
    }
    // The tasks may wait for items of a loop around this one.
    let waiting = share::waiting();
    let all_left = |state: &mut State| (state.running == 0).then(|| state.ended.take());
    let ended = shared.wait(Deadline::Never, all_left).ok().flatten();
    drop(waiting);
    hired.map_err(|failed| not_all(count, failed))?;
    ended.map_or(Ok(0), |(_, outcome)| outcome)
}

/// What a thread of the crew does for a scope.
fn attend(shared: &Monitor<State>, task: i64, body: &(dyn Fn(i64) -> i64 + Sync)) {
    let begin = shared.wait(Deadline::Never, |state| state.begin) == Ok(true);
    clear_thread();
    let outcome = if begin { run_task(task, body) } else { Ok(0) };
    clear_thread();
    shared.change(|state| {
        state.note(task, outcome);
        state.running -= 1;
    });
}

/// A thread of the crew had other tasks before, and will have others: none finds anything of another.
fn clear_thread() {
    held::give_back();
    local::forget();
}

fn not_all(count: i64, failed: Error) -> Error {
    error!(OutOfMemory, "{count} tasks cannot run at the same time: {}", failed.text())
}
