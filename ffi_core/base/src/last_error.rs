//! The calling thread's last error: set by a failed call, kept until the next failure or `rt_error_clear`.

use crate::error::Error;
use crate::local::LOCAL;
use std::cell::RefCell;

/// A thread's record, but for its code: that says whether there is one, and so a call that succeeds clears that alone.
#[derive(Default)]
struct Why {
    native: i64,
    message: String,
}

/// A thread's record, put aside.
#[derive(Default)]
pub(crate) struct Last {
    code: i64,
    why: Why,
}

thread_local! {
    static LAST: RefCell<Why> = const { RefCell::new(Why { native: 0, message: String::new() }) };
}

/// Reads or changes the record. A thread that is already tearing down its locals keeps no reasons: it reads the default.
fn with<R: Default>(body: impl FnOnce(&mut Why) -> R) -> R {
    LAST.try_with(|last| last.try_borrow_mut().map(|mut last| body(&mut last)).unwrap_or_default()).unwrap_or_default()
}

/// Records a failure of the exported function `function`.
#[cold]
pub fn set(function: &str, error: &Error) {
    // Also on a thread that is ending, which has no sentence any more.
    LOCAL.with(|local| local.failed.set(error.code().number()));
    with(|last| {
        last.native = error.native();
        last.message.clear();
        last.message.push_str(function);
        last.message.push_str(": ");
        // A NUL inside would cut the text short for a C reader.
        last.message.extend(said_once(function, error.text()).chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }));
    });
}

/// An error's sentence without the op that it starts with, where the function's own name says that already:
/// "matmul: inner dimensions differ" of rt_tensor_matmul, "add: ..." of rt_tensor_add_scalar and rt_tensor_add_.
fn said_once<'t>(function: &str, text: &'t str) -> &'t str {
    let Some((op, rest)) = text.split_once(": ") else { return text };
    // rt_<object>_<what it does>: a parameter may be called as the object is, so that word does not count.
    let Some(does) =
        function.split('_').nth(2).and_then(|verb| function.find(&format!("_{verb}")).map(|at| &function[at + 1..]))
    else {
        return text;
    };
    let op = op.trim_end_matches('_');
    match does.strip_prefix(op) {
        Some(end) if !op.is_empty() && (end.is_empty() || end.starts_with('_')) => rest,
        _ => text,
    }
}

/// Forgets it.
#[inline(always)]
pub fn clear() {
    LOCAL.with(|local| local.failed.set(0));
}

/// Puts the record aside, for calls whose failures are nobody's here.
pub(crate) fn take() -> Last {
    Last { code: LOCAL.with(|local| local.failed.take()), why: with(std::mem::take) }
}

/// Puts it back.
pub(crate) fn put(record: Last) {
    LOCAL.with(|local| local.failed.set(record.code));
    with(|last| *last = record.why);
}

/// The code, 0 when nothing failed.
pub fn code() -> i64 {
    LOCAL.with(|local| local.failed.get())
}

/// What `read` finds, where something failed.
fn why<R: Default>(read: impl FnOnce(&mut Why) -> R) -> R {
    if code() == 0 { R::default() } else { with(read) }
}

/// The driver's own number, 0 when there is none.
pub fn native() -> i64 {
    why(|last| last.native)
}

/// The sentence, with the function's name first; empty when nothing failed.
pub fn message() -> String {
    why(|last| last.message.clone())
}

#[cfg(test)]
mod tests {
    use super::said_once;

    #[test]
    fn an_op_is_named_once() {
        for (function, text, said) in [
            ("rt_tensor_matmul", "matmul: inner dimensions differ", "inner dimensions differ"),
            ("rt_tensor_add_scalar_bits", "add: no", "no"),
            ("rt_tensor_add_", "add_: no", "no"),
            ("rt_tensor_sum_dims", "sum: dimension 3: no", "dimension 3: no"),
            ("rt_tensor_log_softmax", "log_softmax: no", "no"),
            // Another op, a parameter, a word that only begins alike.
            ("rt_tensor_where", "select: no", "select: no"),
            ("rt_tensor_free", "tensor: 5 is not a live tensor", "tensor: 5 is not a live tensor"),
            ("rt_tensor_add", "a: 5 is not a live tensor", "a: 5 is not a live tensor"),
            ("rt_tensor_minimum", "min: no", "min: no"),
            ("rt_call", "no function: x", "no function: x"),
            ("rt_version", "", ""),
        ] {
            assert_eq!(said_once(function, text), said, "{function}");
        }
    }
}
