//! What is done once, by whoever comes first; the others wait and get the same result.

use crate::deadline::Deadline;
use crate::monitor::Monitor;
use crate::patience::patiently;
use crate::shared::{End, EndWithLast, Shared};
use crate::thread::ThreadFn;
use ffi_base::{Result, UserData, error, fail, guard_callback, thread_number};

ffi_base::kinds! { KINDS;
    /// Something that is done once.
    OnceKind = 23, "once", "rt_once", true, Shared<Once>, EndWithLast;
}

#[derive(Clone, Copy)]
enum State {
    New,
    /// By the thread of this number.
    Running(i64),
    Done(i64),
}

/// See the file.
pub struct Once(Monitor<State>);

impl End for Once {
    fn end(&self) {
        self.0.close();
    }
}

/// Not done yet.
pub fn new() -> Result<Shared<Once>> {
    Ok(Shared::new(Once(Monitor::new(State::New))))
}

/// Runs the body if nobody has; gives its result.
pub fn call(once: &Shared<Once>, body: Option<ThreadFn>, user_data: UserData) -> Result<i64> {
    let body = body.ok_or_else(|| error!(NullPointer, "body is NULL"))?;
    let me = thread_number();
    let claim = |state: &mut State| match *state {
        State::New => {
            *state = State::Running(me);
            Some(Ok(None))
        }
        State::Done(result) => Some(Ok(Some(result))),
        State::Running(by) if by == me => Some(Err(())),
        State::Running(_) => None,
    };
    let claimed = patiently(Deadline::Never, |deadline| {
        once.0.wait(deadline, claim).map_err(|ended| deadline.ended(ended, "its body is running", "once"))
    })?;
    match claimed {
        Ok(Some(result)) => Ok(result),
        Err(()) => fail!(Busy, "the body that this thread, {me}, runs calls itself, and would wait for its own end"),
        Ok(None) => {
            // SAFETY: the caller promises a function of this type, with the pointer that it gave.
            let outcome = guard_callback(|| Ok(unsafe { body.call(user_data.0) }));
            let state = outcome.as_ref().map_or(State::New, |&result| State::Done(result));
            once.0.change(|now| *now = state);
            outcome
        }
    }
}

/// Whether it is done.
pub fn is_done(once: &Shared<Once>) -> Result<bool> {
    Ok(once.0.look(|state| matches!(state, State::Done(_))))
}
