//! A state that threads change and wait on, until it is closed: what barriers, semaphores, conditions and ends of threads are made of.

use crate::deadline::Deadline;
use crate::sync::{Condition, Mutex};

/// Why a wait ended without what it waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The object was closed, or freed.
    Closed,
    /// The time is over.
    TimedOut,
}

struct Watched<S> {
    state: S,
    closed: bool,
}

/// See the file. No callback runs under its lock.
pub struct Monitor<S> {
    watched: Mutex<Watched<S>>,
    changed: Condition,
}

impl<S> Monitor<S> {
    /// An open one.
    pub fn new(state: S) -> Monitor<S> {
        Monitor { watched: Mutex::new(Watched { state, closed: false }), changed: Condition::new() }
    }

    /// Waits until `attempt` succeeds, which it may do also on a closed one: what is there is given out.
    pub fn wait<R>(&self, deadline: Deadline, mut attempt: impl FnMut(&mut S) -> Option<R>) -> Result<R, Ended> {
        let mut watched = self.watched.lock();
        let mut in_time = deadline != Deadline::Now;
        loop {
            if let Some(result) = attempt(&mut watched.state) {
                return Ok(result);
            }
            if watched.closed {
                return Err(Ended::Closed);
            }
            if !in_time {
                return Err(Ended::TimedOut);
            }
            (watched, in_time) = self.changed.wait(watched, deadline.instant());
        }
    }

    /// Changes the state and wakes who waits.
    pub fn change<R>(&self, body: impl FnOnce(&mut S) -> R) -> R {
        let mut watched = self.watched.lock();
        let result = body(&mut watched.state);
        drop(watched);
        self.changed.tell_all();
        result
    }

    /// Looks at the state, or changes what nobody waits for.
    pub fn look<R>(&self, body: impl FnOnce(&mut S) -> R) -> R {
        body(&mut self.watched.lock().state)
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.watched.lock().closed
    }

    /// Ends every wait, now and later.
    pub fn close(&self) {
        self.watched.lock().closed = true;
        self.changed.tell_all();
    }
}
