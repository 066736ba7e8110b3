//! Threads: a callback each, whose result is kept for whoever joins.

use crate::deadline::Deadline;
use crate::monitor::Monitor;
use crate::patience::patiently;
use crate::sync::Mutex;
use ffi_base::text::TextOut;
use ffi_base::thread::Thread as System;
use ffi_base::{Code, Error, Result, UserData, callback_type, error, fail, guard_thread, process, thread_number};
use std::ffi::c_void;
use std::sync::Arc;
use std::time::Duration;

ffi_base::kinds! { KINDS;
    /// A thread.
    ThreadKind = 16, "thread", "rt_thread", true, Arc<Thread>;
}

callback_type! { unwinding
    /// A thread's body; its result is what joining gives.
    ThreadFn, "rt_thread_fn", (user_data: *mut c_void) -> i64,
    "typedef int64_t (*rt_thread_fn)(void *user_data);"
}

/// A thread that was started here. Without a handle it goes on alone.
pub struct Thread {
    number: i64,
    name: String,
    /// How many forks there were: a child does not have its parent's threads.
    forks: u32,
    /// What the body came to, once it has.
    end: Arc<Monitor<Option<Result<i64>>>>,
    /// Until the first joiner has waited for the system's thread as well.
    system: Mutex<Option<System<()>>>,
}

/// Starts one.
pub fn spawn(body: Option<ThreadFn>, user_data: UserData) -> Result<Arc<Thread>> {
    spawn_named(body, user_data, "")
}

/// Starts one with a name.
pub fn spawn_named(body: Option<ThreadFn>, user_data: UserData, name: &str) -> Result<Arc<Thread>> {
    let body = body.ok_or_else(|| error!(NullPointer, "body is NULL"))?;
    if name.contains('\0') {
        fail!(InvalidArgument, "a thread's name has no NUL inside: {name:?}");
    }
    let end = Arc::new(Monitor::new(None));
    // The thread takes its number itself, before anybody can ask for it.
    let start = Arc::new(Monitor::new(0));
    let run = {
        let (end, start) = (end.clone(), start.clone());
        move || {
            start.change(|number| *number = thread_number());
            drop(start);
            // The whole of it, since a closure would take the pointer alone, which does not cross threads.
            let user_data = user_data;
            // SAFETY: the caller promises a function of this type that any thread may call with its pointer.
            let outcome = guard_thread(|| Ok(unsafe { body.call(user_data.0) }));
            end.change(|end| *end = Some(outcome));
        }
    };
    let system = System::spawn(name, run).map_err(|failed| error!(OutOfMemory, "cannot start a thread: {failed}"))?;
    let number = start.wait(Deadline::Never, |&mut number| (number != 0).then_some(number)).unwrap_or(0);
    Ok(Arc::new(Thread {
        number,
        name: name.to_owned(),
        forks: process::forks(),
        end,
        system: Mutex::new(Some(system)),
    }))
}

fn join_by(thread: &Thread, deadline: Deadline) -> Result<i64> {
    patiently(deadline, |deadline| end_of(thread, deadline))
}

fn end_of(thread: &Thread, deadline: Deadline) -> Result<i64> {
    let number = thread.number;
    if number == thread_number() {
        fail!(Busy, "thread {number} cannot wait for its own end");
    }
    let has_ended = |end: &mut Option<Result<i64>>| end.clone();
    // What ended before a fork is known in the child too.
    let gone = thread.forks != process::forks();
    let deadline = if gone { Deadline::Now } else { deadline };
    let outcome = thread.end.wait(deadline, has_ended).map_err(|_| match gone {
        true => error!(Unavailable, "thread {number} runs in the process that this one was forked from"),
        false => deadline.over(&format!("thread {number} has not ended")),
    })?;
    if !gone && let Some(system) = thread.system.lock().take() {
        // Its body is over; what is left are destructors of thread-local values.
        let _ = system.join();
    }
    outcome.map_err(|failed| match failed.code() {
        Code::Panic => Error::new(Code::Panic, format!("thread {number}: {}", failed.text())),
        _ => failed,
    })
}

/// Waits for its end and gives its result.
pub fn join(thread: &Arc<Thread>) -> Result<i64> {
    join_by(thread, Deadline::Never)
}
/// Waits that long.
pub fn join_timeout(thread: &Arc<Thread>, timeout_ns: i64) -> Result<i64> {
    join_by(thread, Deadline::after(timeout_ns)?)
}
/// Whether its body has ended.
pub fn is_done(thread: &Arc<Thread>) -> Result<bool> {
    Ok(thread.end.look(|end| end.is_some()))
}
/// Its number.
pub fn id(thread: &Arc<Thread>) -> Result<i64> {
    Ok(thread.number)
}
/// Its name.
pub fn name(thread: &Arc<Thread>) -> Result<TextOut> {
    Ok(thread.name.clone().into())
}

/// The number of the thread that asks.
pub fn current_id() -> Result<i64> {
    Ok(thread_number())
}
/// Lets others go first.
pub fn yield_now() -> Result<()> {
    std::thread::yield_now();
    Ok(())
}
/// Does nothing for so long.
pub fn sleep(nanoseconds: i64) -> Result<()> {
    match u64::try_from(nanoseconds) {
        Ok(nanoseconds) => std::thread::sleep(Duration::from_nanos(nanoseconds)),
        Err(_) => fail!(InvalidArgument, "a sleep of {nanoseconds} nanoseconds"),
    }
    Ok(())
}
/// How many threads run at once.
pub fn available_parallelism() -> Result<i64> {
    Ok(std::thread::available_parallelism().map_or(1, |count| count.get() as i64))
}
