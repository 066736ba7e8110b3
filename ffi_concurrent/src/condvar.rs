//! The condition variable: threads that wait for a change of what a mutex guards, woken in the order they came.

use crate::deadline::Deadline;
use crate::monitor::{Ended, Monitor};
use crate::mutex;
use crate::patience;
use crate::shared::{End, EndWithLast, Shared};
use crate::sync::Mutex;
use ffi_base::Result;
use std::collections::VecDeque;
use std::sync::Arc;

ffi_base::kinds! { KINDS;
    /// A condition variable.
    CondvarKind = 20, "condvar", "rt_condvar", true, Shared<Condvar>, EndWithLast;
}

/// Whether it was woken.
type Waiter = Arc<Monitor<bool>>;

struct Line {
    waiting: VecDeque<Waiter>,
    closed: bool,
}

/// See the file.
pub struct Condvar(Mutex<Line>);

impl Default for Condvar {
    fn default() -> Condvar {
        Condvar(Mutex::new(Line { waiting: VecDeque::new(), closed: false }))
    }
}

impl End for Condvar {
    fn end(&self) {
        let mut line = self.0.lock();
        line.closed = true;
        let waiting = std::mem::take(&mut line.waiting);
        drop(line);
        waiting.iter().for_each(|waiter| waiter.close());
    }
}

impl Condvar {
    /// Gets in line, lets `release` let others go on, and waits. A wake between the two is not missed.
    pub fn wait(&self, deadline: Deadline, release: impl FnOnce()) -> std::result::Result<(), Ended> {
        let me = Arc::new(Monitor::new(false));
        {
            let mut line = self.0.lock();
            if line.closed {
                return Err(Ended::Closed);
            }
            line.waiting.push_back(me.clone());
        }
        release();
        me.wait(deadline, |woken| woken.then_some(())).or_else(|ended| {
            self.0.lock().waiting.retain(|waiter| !Arc::ptr_eq(waiter, &me));
            // Woken in between: that wake was this thread's, and nobody else gets it.
            me.look(|woken| if *woken { Ok(()) } else { Err(ended) })
        })
    }

    /// Wakes the one that waits longest.
    pub fn wake_one(&self) -> bool {
        // Told under the line's lock: one whose time is over looks for its wake once it is out of the line.
        let mut line = self.0.lock();
        let first = line.waiting.pop_front();
        if let Some(waiter) = &first {
            waiter.change(|woken| *woken = true);
        }
        first.is_some()
    }

    /// Wakes all.
    pub fn wake_all(&self) -> usize {
        let mut line = self.0.lock();
        let waiting = std::mem::take(&mut line.waiting);
        waiting.iter().for_each(|waiter| waiter.change(|woken| *woken = true));
        waiting.len()
    }
}

/// A new one.
pub fn new() -> Result<Shared<Condvar>> {
    Ok(Shared::new(Condvar::default()))
}

fn wait_by(condvar: &Condvar, mutex: i64, value: i64, deadline: Deadline) -> Result<i64> {
    let _waiting = patience::waiting(deadline)?;
    let (outcome, value) = mutex::released(mutex, value, |release| condvar.wait(deadline, release))?;
    match outcome {
        Ok(()) => Ok(value),
        Err(ended) => Err(deadline.ended(ended, "nobody woke the condition", "condition")),
    }
}

/// Waits to be woken.
pub fn wait(condvar: &Shared<Condvar>, mutex: i64, value: i64) -> Result<i64> {
    wait_by(condvar, mutex, value, Deadline::Never)
}
/// Waits that long.
pub fn wait_timeout(condvar: &Shared<Condvar>, mutex: i64, value: i64, timeout_ns: i64) -> Result<i64> {
    wait_by(condvar, mutex, value, Deadline::after(timeout_ns)?)
}
/// Wakes one.
pub fn notify_one(condvar: &Shared<Condvar>) -> Result<bool> {
    Ok(condvar.wake_one())
}
/// Wakes all.
pub fn notify_all(condvar: &Shared<Condvar>) -> Result<i64> {
    Ok(condvar.wake_all() as i64)
}
