//! The edge that no unwind crosses: runs a body, turns an error or a panic into a failure value and the last error.

use crate::abi::{Call, IntoAbi};
use crate::error::{Code, Error, Result};
use crate::local::LOCAL;
use crate::{last_error, log, row};
use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};

/// How a row treats the last error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A failure sets it; a success leaves it, but clears it where the type of the result has no value that is a failure alone: truth
    /// values and doubles.
    Plain,
    /// Neither touches it: the error getters themselves.
    Quiet,
    /// A failure sets it, a success clears it: the result alone does not tell which it was.
    Ambiguous,
    /// As `Plain`; the call may wait for something outside, so tests give it a time limit.
    Blocking,
    /// Both: as `Ambiguous`, and the call may wait.
    Waiting,
}

impl Mode {
    /// Whether a success clears the last error.
    pub const fn is_ambiguous(self) -> bool {
        matches!(self, Mode::Ambiguous | Mode::Waiting)
    }

    /// Whether the call may wait for something outside.
    pub const fn may_wait(self) -> bool {
        matches!(self, Mode::Blocking | Mode::Waiting)
    }
}

thread_local! {
    /// What the hook heard of the panic that is unwinding.
    static PANIC: Cell<Option<String>> = const { Cell::new(None) };
}

/// Runs the body of the exported function `name`.
#[inline(always)]
pub fn guard<R: IntoAbi>(name: &'static str, mode: Mode, body: impl FnOnce(&Call) -> Result<R::Value>) -> R::Wire {
    install_hook();
    let outcome = guarded(true, || R::finish(body(&Call::new())));
    if log::waiting() {
        tell();
    }
    match outcome {
        Ok(wire) => {
            if row::clears_error(mode, R::RETURNS) {
                last_error::clear();
            }
            wire
        }
        Err(error) => failed::<R>(name, mode, &error),
    }
}

/// The end of an exported call. Where it is the outermost, none of the library's locks is held, and log lines are delivered.
#[cold]
#[inline(never)]
fn tell() {
    if !entered() {
        log::deliver();
    }
}

/// Whether a guard is on this thread's stack.
pub(crate) fn entered() -> bool {
    LOCAL.with(|local| local.depth.get()) > 0
}

#[cold]
#[inline(never)]
fn failed<R: IntoAbi>(name: &str, mode: Mode, error: &Error) -> R::Wire {
    if mode != Mode::Quiet {
        last_error::set(name, error);
    }
    R::failed(error)
}

/// Runs a trampoline that a foreign scheduler or driver calls: a panic becomes an error, nothing unwinds.
pub fn guard_callback<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    install_hook();
    guarded(false, body)
}

/// Runs the body of a thread that a caller asked for: as [`guard_callback`], but what it calls are outermost calls of their own, after
/// which log lines are delivered.
pub fn guard_thread<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    install_hook();
    let outcome = panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| Err(from_panic(false, payload)));
    if log::waiting() {
        tell();
    }
    outcome
}

#[inline(always)]
fn guarded<T>(exported: bool, body: impl FnOnce() -> Result<T>) -> Result<T> {
    // Looked up at both ends, not by one closure around the body: the compiler makes one look-up of these two, and leaves the body in line.
    LOCAL.with(|local| local.depth.set(local.depth.get() + 1));
    // Unwind safety: whatever a panic leaves half done is behind locks that do not poison and holds no broken invariant
    // of memory; the operation that panicked is reported as failed.
    let outcome = panic::catch_unwind(AssertUnwindSafe(body));
    LOCAL.with(|local| local.depth.set(local.depth.get() - 1));
    match outcome {
        Ok(result) => result,
        Err(payload) => Err(from_panic(exported, payload)),
    }
}

#[cold]
fn from_panic(exported: bool, payload: Box<dyn Any + Send>) -> Error {
    let text = if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "unknown payload".to_owned()
    };
    let told = PANIC.try_with(Cell::take).ok().flatten().unwrap_or_else(|| text.clone());
    let line = format!("caught at the edge of the library: {told}");
    log::write_for(log::Level::Error, &line, exported || entered());
    // A payload may panic in its own drop; then it is leaked instead.
    if let Err(second) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
    Error::new(Code::Panic, format!("panic: {text}"))
}

/// Marks the calling thread as the library's own: its panics go to the log callback and are never printed.
pub(crate) fn enter_own_thread() {
    install_hook();
    LOCAL.with(|local| local.depth.set(local.depth.get() + 1));
}

/// Chains one hook in front of the host's: silent on the terminal inside a guard, heard by the log callback.
#[inline(always)]
fn install_hook() {
    // No `Once`: a child forked while another thread is inside one would wait for it for ever.
    static HOOKED: AtomicBool = AtomicBool::new(false);
    if !HOOKED.load(Ordering::Relaxed) && !HOOKED.swap(true, Ordering::Relaxed) {
        chain_hook();
    }
}

#[cold]
fn chain_hook() {
    // From the first call on.
    crate::process::forks();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if entered() {
            // Written to the log after the unwind, with what the payload says.
            let _ = PANIC.try_with(|panic| panic.set(Some(info.to_string())));
        } else {
            before(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{Bool, Count};

    #[test]
    fn a_panic_becomes_the_failure_value_and_the_message() {
        let answer = guard::<Count>("rt_test", Mode::Plain, |_| panic!("at the disco"));
        assert_eq!(answer, Code::Panic.number());
        assert_eq!(last_error::code(), Code::Panic.number());
        assert_eq!(last_error::message(), "rt_test: panic: at the disco");
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_survived() {
        struct Grenade;
        impl Drop for Grenade {
            fn drop(&mut self) {
                panic!("in drop");
            }
        }
        let answer = guard::<Count>("rt_test", Mode::Plain, |_| panic::panic_any(Grenade));
        assert_eq!(answer, Code::Panic.number());
    }

    #[test]
    fn modes_decide_what_happens_to_the_last_error() {
        last_error::clear();
        let refuse = |_: &Call| -> Result<i64> { Err(Error::new(Code::Busy, "no")) };
        guard::<Count>("rt_quiet", Mode::Quiet, refuse);
        assert_eq!(last_error::code(), 0);
        guard::<Count>("rt_plain", Mode::Plain, refuse);
        guard::<Count>("rt_plain", Mode::Plain, |_| Ok(1));
        assert_eq!(last_error::code(), Code::Busy.number());
        guard::<Count>("rt_ambiguous", Mode::Ambiguous, |_| Ok(1));
        assert_eq!(last_error::code(), 0);
        // By its type alone: 0 and NaN are answers too.
        for truth in [false, true] {
            guard::<Bool>("rt_truth", Mode::Plain, |_| Err(Error::new(Code::Busy, "no")));
            guard::<Bool>("rt_truth", Mode::Quiet, |_| Ok(truth));
            assert_eq!(last_error::code(), Code::Busy.number());
            guard::<Bool>("rt_truth", Mode::Plain, |_| Ok(truth));
            assert_eq!(last_error::code(), 0);
        }
        guard::<f64>("rt_double", Mode::Blocking, |_| Err(Error::new(Code::Busy, "no")));
        guard::<f64>("rt_double", Mode::Blocking, |_| Ok(f64::NAN));
        assert_eq!(last_error::code(), 0);
    }
}
