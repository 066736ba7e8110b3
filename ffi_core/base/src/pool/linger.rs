//! Workers that have just done a job look for the next one for a moment before they sleep. To wake one takes tens of microseconds, and
//! much longer on a busy machine: as long as many a loop, and loops come in sequences.

use crate::process::lock;
use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a worker looks, about what a wake-up takes: it loses no more than it may save.
const MOMENT: Duration = Duration::from_micros(50);
/// So many looks between two at the clock.
const LOOKS: u32 = 32;

type Job = Box<dyn FnOnce() + Send>;

thread_local! {
    /// Whether this worker looks, further up its stack.
    static LOOKS_ALREADY: Cell<bool> = const { Cell::new(false) };
}

/// How many look in this process, of every pool: a hint, wrong in a forked child.
static LOOKING: AtomicUsize = AtomicUsize::new(0);

/// Whether some worker looks, as far as one can say.
pub(super) fn anybody() -> bool {
    LOOKING.load(Ordering::Relaxed) > 0
}

#[derive(Default)]
pub(super) struct Lingering {
    /// The workers that look, less the jobs that they will find: who gives a job takes one off, and so does who stops looking.
    free: AtomicUsize,
    /// How many jobs lie in `jobs`, so that looking takes no lock.
    given: AtomicUsize,
    jobs: Mutex<Vec<Job>>,
}

impl Lingering {
    fn take_free(&self) -> bool {
        let less = |free: usize| free.checked_sub(1);
        self.free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Gives the job to a worker that looks, where there is one.
    pub(super) fn give(&self, job: impl FnOnce() + Send + 'static) -> bool {
        let found = self.take_free();
        if found {
            lock(&self.jobs).push(Box::new(job));
            self.given.fetch_add(1, Ordering::Release);
        }
        found
    }

    fn take(&self) -> Option<Job> {
        if self.given.load(Ordering::Acquire) == 0 {
            return None;
        }
        let job = lock(&self.jobs).pop()?;
        self.given.fetch_sub(1, Ordering::Relaxed);
        Some(job)
    }

    /// Looks for jobs, on a worker that has just done one.
    pub(super) fn look(&self) {
        if LOOKS_ALREADY.replace(true) {
            return;
        }
        LOOKING.fetch_add(1, Ordering::Relaxed);
        self.free.fetch_add(1, Ordering::Relaxed);
        let mut until = Instant::now() + MOMENT;
        loop {
            if let Some(job) = (0..LOOKS).find_map(|_| self.take().or_else(nothing)) {
                job();
                self.free.fetch_add(1, Ordering::Relaxed);
                until = Instant::now() + MOMENT;
            } else if self.take_free() {
                // Work of rayon's own, which does not count this worker among the idle ones. It may take long, so nobody's job waits
                // for this worker meanwhile.
                let worked = rayon::yield_now() == Some(rayon::Yield::Executed);
                let now = Instant::now();
                if worked {
                    until = now + MOMENT;
                } else if now >= until {
                    break;
                }
                self.free.fetch_add(1, Ordering::Relaxed);
            }
        }
        LOOKING.fetch_sub(1, Ordering::Relaxed);
        LOOKS_ALREADY.set(false);
    }
}

fn nothing() -> Option<Job> {
    std::hint::spin_loop();
    None
}
