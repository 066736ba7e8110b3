//! The one rayon pool. Made on first use, remade in a forked child, joined by [`shutdown`].

use crate::error::Result;
use crate::process::{self, ForkMutex};
use crate::{error, guard, log};
use parking_lot::{Condvar, Mutex};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::Arc;

struct Pool {
    threads: ThreadPool,
    /// The fork count it was made under.
    forks: u32,
    running: Arc<Running>,
}

/// Counts the workers that have not left yet.
struct Running {
    count: Mutex<usize>,
    left: Condvar,
}

static POOL: ForkMutex<Option<Arc<Pool>>> = ForkMutex::new(None);

/// The environment variable that sets the number of workers.
pub const THREADS_VARIABLE: &str = "FFI_NUM_THREADS";

fn wanted_threads() -> usize {
    let asked =
        std::env::var(THREADS_VARIABLE).ok().and_then(|text| text.parse().ok()).filter(|n| (1..=1024).contains(n));
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

fn make() -> Result<Arc<Pool>> {
    let count = wanted_threads();
    let running = Arc::new(Running { count: Mutex::new(count), left: Condvar::new() });
    let at_exit = running.clone();
    let threads = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(|i| format!("ffi-worker-{i}"))
        .start_handler(|_| guard::enter_own_thread())
        .exit_handler(move |_| {
            *at_exit.count.lock() -= 1;
            at_exit.left.notify_all();
        })
        // Without a handler rayon aborts the process when a detached job panics.
        .panic_handler(|_| log::write(log::Level::Error, "a job of the worker pool panicked"))
        .build()
        .map_err(|failed| error!(OutOfMemory, "cannot start {count} worker threads: {failed}"))?;
    Ok(Arc::new(Pool { threads, forks: process::forks(), running }))
}

fn current() -> Result<Arc<Pool>> {
    let forks = process::forks();
    let mut slot = POOL.lock();
    match slot.as_ref() {
        Some(pool) if pool.forks == forks => Ok(pool.clone()),
        _ => {
            let new = make()?;
            if let Some(old) = slot.replace(new.clone()) {
                // A parent's pool: its threads do not exist here, so its destructor would wait on nobody. Leak it.
                std::mem::forget(old);
            }
            Ok(new)
        }
    }
}

/// How many workers there are, or would be.
pub fn threads() -> usize {
    POOL.lock().as_ref().map_or_else(wanted_threads, |pool| pool.threads.current_num_threads())
}

/// Runs `body` on the pool, where rayon's parallel iterators and `join` use its workers. On a worker it runs in place.
///
/// A panic inside comes out of this call, to be caught by the guard of the exported function.
pub fn install<R: Send>(body: impl FnOnce() -> R + Send) -> Result<R> {
    if rayon::current_thread_index().is_some() {
        return Ok(body());
    }
    Ok(current()?.threads.install(body))
}

/// Whether this thread is a worker, so that waiting for other workers could wait for ever.
pub fn on_worker() -> bool {
    rayon::current_thread_index().is_some()
}

/// Starts `job` on at most `limit` workers, and at most one less than there are, for the caller works too. Does not wait, and
/// the jobs may run late or never, so a caller that holds locks never depends on a worker that waits for one of them.
pub fn help(limit: usize, job: impl Fn() + Clone + Send + 'static) -> Result<()> {
    let pool = current()?;
    for _ in 0..limit.min(pool.threads.current_num_threads() - 1) {
        let job = job.clone();
        pool.threads.spawn(job);
    }
    Ok(())
}

/// Ends the pool and waits for its workers. The next use makes a new one. A worker cannot wait for itself: BUSY.
pub fn shutdown() -> Result<()> {
    if rayon::current_thread_index().is_some() {
        return Err(error!(Busy, "the worker pool cannot be shut down from one of its own threads"));
    }
    let Some(pool) = POOL.lock().take() else { return Ok(()) };
    if pool.forks != process::forks() {
        std::mem::forget(pool);
        return Ok(());
    }
    let running = pool.running.clone();
    // Others may still be inside `install`; the last of them drops the pool.
    drop(pool);
    let mut count = running.count.lock();
    while *count > 0 {
        running.left.wait(&mut count);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shutdown_joins_and_the_next_use_starts_again() {
        for _ in 0..3 {
            assert_eq!(install(|| rayon::join(|| 1, || 2)).unwrap(), (1, 2));
            shutdown().unwrap();
        }
    }

    #[test]
    fn a_panic_in_a_job_comes_out_of_install() {
        let caught = guard::guard_callback(|| install(|| rayon::join(|| panic!("inside"), || 2).1));
        assert!(caught.unwrap_err().text().contains("inside"));
    }
}
