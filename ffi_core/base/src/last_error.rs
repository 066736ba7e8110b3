//! The calling thread's last error: set by a failed call, kept until the next failure or `rt_error_clear`.

use crate::error::Error;
use std::cell::RefCell;

/// A thread's record, put aside.
#[derive(Default)]
pub(crate) struct Last {
    code: i64,
    native: i64,
    message: String,
}

thread_local! {
    static LAST: RefCell<Last> = const { RefCell::new(Last { code: 0, native: 0, message: String::new() }) };
}

/// Reads or changes the record. A thread that is already tearing down its locals keeps no errors: it reads the default.
fn with<R: Default>(body: impl FnOnce(&mut Last) -> R) -> R {
    LAST.try_with(|last| last.try_borrow_mut().map(|mut last| body(&mut last)).unwrap_or_default()).unwrap_or_default()
}

/// Records a failure of the exported function `function`.
#[cold]
pub fn set(function: &str, error: &Error) {
    with(|last| {
        last.code = error.code().number();
        last.native = error.native();
        last.message.clear();
        last.message.push_str(function);
        last.message.push_str(": ");
        // A NUL inside would cut the text short for a C reader.
        last.message.extend(error.text().chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }));
    });
}

/// Forgets it.
pub fn clear() {
    with(|last| {
        last.code = 0;
        last.native = 0;
        last.message.clear();
    });
}

/// Puts the record aside, for calls whose failures are nobody's here.
pub(crate) fn take() -> Last {
    with(std::mem::take)
}

/// Puts it back.
pub(crate) fn put(record: Last) {
    with(|last| *last = record);
}

/// The code, 0 when nothing failed.
pub fn code() -> i64 {
    with(|last| last.code)
}

/// The driver's own number, 0 when there is none.
pub fn native() -> i64 {
    with(|last| last.native)
}

/// The sentence, with the function's name first; empty when nothing failed.
pub fn message() -> String {
    with(|last| last.message.clone())
}
