//! One call with its choices, and everything that must hold of the answer.

use super::choice::{Choice, listed};
use super::live::{Live, call, callback_name};
use super::memory::{Memory, known};
use ffi_base::{Code, Error, Mode, Row, Sort, last_error};
use std::ffi::{CStr, c_char};

/// What a call that broke no rule came to.
pub enum Answer {
    Failed(Code),
    /// With the handle it returned, now the caller's.
    Succeeded(Option<i64>),
}

/// Calls the row and checks the answer; the error says which rule it broke.
pub fn judge(row: &'static Row, choices: &[Choice], live: &Live, memory: &mut Memory) -> Result<Answer, String> {
    let (mut words, mut lent) = (Vec::with_capacity(8), Vec::new());
    for (slot, (param, &choice)) in row.params.iter().zip(choices).enumerate() {
        let sort = param.parts[0].sort;
        let pair = match choice {
            Choice::Live(at) | Choice::Stale(at) => {
                let handle = call("rt_retain", &[live.handle(at)]);
                match choice {
                    Choice::Stale(_) => drop(call("rt_release", &[handle])),
                    _ => lent.push(handle),
                }
                (handle, 0)
            }
            Choice::Handles(count) => {
                let all = listed(param).map_or(Vec::new(), |kind| live.of_kind(kind));
                memory.handles(slot, all.into_iter().take(count).map(|at| live.handle(at)))
            }
            Choice::Known => known(param.names[0]).unwrap(),
            _ => memory.words(slot, choice, is_output(sort).is_some(), callback_name(sort)),
        };
        words.extend([pair.0, pair.1].into_iter().take(param.parts.len()));
    }
    assert_eq!(words.len(), row.arity());
    last_error::set("before", &Error::new(Code::Busy, "untouched"));
    // SAFETY: one word per part; every pointer is null or to memory of its stated length, alive during the call; a length
    // that promises more is negative or larger than any memory, which is refused unread.
    let result = unsafe { (row.call)(&words) };
    let (code, message) = (last_error::code(), last_error::message());
    let answer = answer(row, result, code, &message);
    let outputs = outputs(row, choices, memory, matches!(answer, Ok(Answer::Failed(_))));
    if matches!(answer, Ok(Answer::Succeeded(_))) {
        free_written(row, choices, memory);
    }
    for handle in lent {
        // Refused where the call itself freed it.
        call("rt_release", &[handle]);
    }
    outputs.and(answer)
}

fn answer(row: &Row, result: i64, code: i64, message: &str) -> Result<Answer, String> {
    if row.mode == Mode::Quiet {
        let left = if row.name == "rt_error_clear" { message.is_empty() } else { message == "before: untouched" };
        return if left { Ok(Answer::Succeeded(None)) } else { Err(format!("an error getter set {code} {message:?}")) };
    }
    let unchanged = message == "before: untouched";
    let ambiguous = row.clears_error();
    if unchanged || message.is_empty() {
        if unchanged == ambiguous {
            return Err(format!("success and mode {:?}, but the last error is {message:?}", row.mode));
        }
        return success(row, result).map(Answer::Succeeded);
    }
    let Some(known) = Code::from_number(code) else { return Err(format!("{code} is no code: {message:?}")) };
    if matches!(known, Code::Panic | Code::Internal) {
        return Err(format!("a fault of the library: {message:?}"));
    }
    let told = [row.name, row.twin_of].iter().filter(|name| !name.is_empty()).find_map(|name| {
        message.strip_prefix(*name).and_then(|rest| rest.strip_prefix(": ")).filter(|rest| !rest.trim().is_empty())
    });
    if told.is_none() {
        return Err(format!("the message does not start with the function's name and go on: {message:?}"));
    }
    if !is_failure(row, result, code) {
        return Err(format!("failed with {message:?}, but returned {result}"));
    }
    Ok(Answer::Failed(known))
}

fn is_failure(row: &Row, result: i64, code: i64) -> bool {
    match (row.returns.sort, row.returns.failure) {
        (_, "a negative code") => result == code,
        (Sort::Float, _) | (_, "the bits of NaN") => f64::from_bits(result as u64).is_nan(),
        (Sort::TextOut, _) => text(result).is_some_and(|text| text.is_empty()),
        _ => result == 0,
    }
}

fn success(row: &Row, result: i64) -> Result<Option<i64>, String> {
    match row.returns.sort {
        Sort::Handle(kind, _) => {
            let number = call("rt_handle_kind", &[result]);
            let known = ffi_core::tables::KINDS.iter().copied().flatten().find(|row| i64::from(row.number) == number);
            let fits = known.is_some_and(|row| kind == "object" || row.name == kind);
            let small = (1..1 << 60).contains(&result);
            if fits && small { Ok(Some(result)) } else { Err(format!("{result} is not a live {kind}")) }
        }
        // An export that nobody takes would keep its memory: it goes back where it came from.
        Sort::Address if row.name.contains("_to_dlpack") => {
            let back = call(&row.name.replace("_to_", "_from_"), &[result]);
            if back > 0 { Ok(Some(back)) } else { Err(format!("{result:#x} cannot be imported again")) }
        }
        Sort::Bool if !(0..=1).contains(&result) => Err(format!("{result} is not 0 or 1")),
        Sort::TextOut if text(result).is_none() => Err("the text is NULL or not UTF-8".to_owned()),
        _ if row.returns.failure == "a negative code" && !row.mode.is_ambiguous() && result < 0 => {
            Err(format!("{result} looks like a failure, but the last error was not set"))
        }
        _ => Ok(None),
    }
}

fn text(word: i64) -> Option<String> {
    let pointer: *const c_char = std::ptr::with_exposed_provenance(word as usize);
    if pointer.is_null() {
        return None;
    }
    // SAFETY: a text that the library lent to this thread just now.
    unsafe { CStr::from_ptr(pointer) }.to_str().ok().map(str::to_owned)
}

/// Frees the tensors whose handles a call wrote to its outputs.
fn free_written(row: &Row, choices: &[Choice], memory: &Memory) {
    for (slot, (param, &choice)) in row.params.iter().zip(choices).enumerate() {
        if is_output(param.parts[0].sort) == Some(8) {
            let tensors = memory.output(slot, choice).iter().map(|&word| word as i64);
            for handle in tensors.filter(|&handle| handle > 0 && call("rt_handle_kind", &[handle]) == 2) {
                call("rt_release", &[handle]);
            }
        }
    }
}

fn is_output(sort: Sort) -> Option<usize> {
    match sort {
        Sort::Output(size) | Sort::OutputOne(size) => Some(size),
        _ => None,
    }
}

fn outputs(row: &Row, choices: &[Choice], memory: &Memory, failed: bool) -> Result<(), String> {
    for (slot, (param, &choice)) in row.params.iter().zip(choices).enumerate() {
        let Some(size) = is_output(param.parts[0].sort) else { continue };
        let (touched, beyond) = memory.written(slot, choice, size);
        if beyond {
            return Err(format!("wrote outside of {}", param.names[0]));
        }
        if touched && failed {
            return Err(format!("wrote to {} and failed", param.names[0]));
        }
    }
    Ok(())
}
