//! How far an epoch is, and whom to tell: a listener is called with no lock held, and replaced when nobody is inside it.

use ffi_backend::{Result, fail, forks};
use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How far an epoch is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Which epoch, from 0 on.
    pub epoch: i64,
    /// How many of its batches are done.
    pub batch: i64,
    /// How many it has.
    pub batches: i64,
    /// What was reported last in this epoch, NaN before.
    pub loss: f64,
    /// Rows of the batches that are done, by the time since the epoch's first batch was asked for.
    pub rows_per_second: f64,
}

/// Who hears of it.
pub type Listener = Arc<dyn Fn(&Progress) + Send + Sync>;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Who hears, if anyone does, and how many threads are inside.
#[derive(Default)]
pub(super) struct Slot {
    state: Mutex<State>,
    /// Notified each time a thread leaves.
    left: Condvar,
}

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    inside: u32,
    /// When `inside` was counted: threads of before a fork never leave in the child.
    forks: u32,
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.forks != forks() {
            (state.forks, state.inside) = (forks(), 0);
        }
        state
    }

    /// Replaces the listener. Returns when no thread is inside the old one; from inside one that would be for ever: BUSY.
    pub fn set(&self, listener: Option<Listener>) -> Result<()> {
        if INSIDE.get() {
            fail!(Busy, "a progress callback cannot be replaced from inside one");
        }
        let mut state = self.state();
        let _old = std::mem::replace(&mut state.listener, listener);
        while state.inside > 0 {
            state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Tells the listener, if there is one. The caller holds no lock.
    pub fn tell(&self, progress: &Progress) {
        let mut state = self.state();
        let Some(listener) = state.listener.clone() else { return };
        state.inside += 1;
        drop(state);
        /// Also when the listener unwinds.
        struct Leave<'a>(&'a Slot, bool);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                INSIDE.set(self.1);
                let mut state = self.0.state();
                state.inside = state.inside.saturating_sub(1);
                self.0.left.notify_all();
            }
        }
        let _leave = Leave(self, INSIDE.replace(true));
        listener(progress);
    }
}

/// What happened in an epoch so far.
pub(super) struct Epoch {
    pub number: u64,
    /// How many batches were given out, and how many of them were told.
    pub given: i64,
    pub told: i64,
    pub loss: f64,
    began: Option<Instant>,
}

impl Epoch {
    pub fn new(number: u64) -> Epoch {
        Epoch { number, given: 0, told: 0, loss: f64::NAN, began: None }
    }

    /// Starts the clock, once.
    pub fn begin(&mut self) {
        self.began.get_or_insert_with(Instant::now);
    }

    /// What is to be told now: whoever asks for a batch is done with those before.
    pub fn news(&mut self, batch_rows: i64, rows: i64, batches: i64) -> Option<Progress> {
        if self.told == self.given {
            return None;
        }
        self.told = self.given;
        let seconds = self.began.map_or(0.0, |began| began.elapsed().as_secs_f64());
        let rows = self.given.saturating_mul(batch_rows).min(rows);
        let rows_per_second = rows as f64 / seconds.max(1e-9);
        Some(Progress { epoch: self.number as i64, batch: self.given, batches, loss: self.loss, rows_per_second })
    }
}
