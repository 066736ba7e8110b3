//! The one rayon pool. Made on first use, remade in a forked child and by [`set_threads`], joined by [`shutdown`].

use crate::error::Result;
use crate::process::{self, ForkMutex, lock};
use crate::thread::Thread;
use crate::{crew, error, guard, log, share};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::Cell;
use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

struct Pool {
    threads: ThreadPool,
    /// The fork count it was made under.
    forks: u32,
    running: Arc<Running>,
}

/// Counts the workers that have not left yet. Standard locks: a child's shutdown meets no list of waiters that it inherited.
struct Running {
    count: Mutex<usize>,
    left: Condvar,
}

static POOL: ForkMutex<Option<Arc<Pool>>> = ForkMutex::new(None);

/// The environment variable that sets the number of workers.
pub const THREADS_VARIABLE: &str = "FFI_NUM_THREADS";

/// The most workers that can be asked for.
pub const MOST_THREADS: usize = 1024;

/// What [`set_threads`] asked for, 0 for nothing.
static ASKED: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Whether this is a thread of the library beside the pool's.
    static OWN: Cell<bool> = const { Cell::new(false) };
}

fn wanted_threads() -> usize {
    match ASKED.load(Relaxed) {
        0 => usual_threads(),
        asked => asked,
    }
}

fn usual_threads() -> usize {
    asked_threads(std::env::var_os(THREADS_VARIABLE)).unwrap_or(None).unwrap_or_else(one_per_core)
}

fn one_per_core() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What the variable asks for, `None` where it is not set or empty; else the value that means nothing.
fn asked_threads(text: Option<OsString>) -> std::result::Result<Option<usize>, OsString> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    match text.to_str().and_then(|text| text.trim().parse().ok()) {
        Some(count) if (1..=MOST_THREADS).contains(&count) => Ok(Some(count)),
        _ => Err(text),
    }
}

/// Tells the log callback, once, when the variable means nothing. Called while nothing is held that the callback may want,
/// which where a pool is made is not so: there an op holds its operands.
pub fn announce() {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if log::enabled()
        && !TOLD.load(Relaxed)
        && let Err(text) = asked_threads(std::env::var_os(THREADS_VARIABLE))
        && !TOLD.swap(true, Relaxed)
    {
        log::write(
            log::Level::Warning,
            &format!(
                "{THREADS_VARIABLE}={text:?} is not a number from 1 to {MOST_THREADS}; one worker per core instead"
            ),
        );
    }
}

fn make(count: usize) -> Result<Arc<Pool>> {
    let running = Arc::new(Running { count: Mutex::new(count), left: Condvar::new() });
    let at_exit = running.clone();
    let threads = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(|i| format!("ffi-worker-{i}"))
        .start_handler(|_| guard::enter_own_thread())
        .exit_handler(move |_| {
            *lock(&at_exit.count) -= 1;
            at_exit.left.notify_all();
        })
        // Without a handler rayon aborts the process when a detached job panics.
        .panic_handler(|_| log::write(log::Level::Error, "a job of the worker pool panicked"))
        .spawn_handler(|worker| {
            let name = worker.name().unwrap_or_default().to_owned();
            Thread::spawn(&name, || worker.run()).map(drop)
        })
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
            let new = make(wanted_threads())?;
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

/// From now on the pool has so many workers; with 0 as many as the variable says, else one per core. Those that work for somebody finish
/// that. BUSY inside a loop, whose threads would change under it.
pub fn set_threads(count: usize) -> Result<()> {
    if count > MOST_THREADS {
        return Err(error!(InvalidArgument, "{count} threads are more than {MOST_THREADS}"));
    }
    if on_worker() || share::inside() {
        return Err(error!(Busy, "the number of threads cannot change inside a callback of a parallel loop"));
    }
    let wanted = if count == 0 { usual_threads() } else { count };
    let forks = process::forks();
    let mut slot = POOL.lock();
    let fits = slot.as_ref().is_some_and(|pool| pool.forks == forks && pool.threads.current_num_threads() == wanted);
    let old = if fits { None } else { slot.replace(make(wanted)?) };
    ASKED.store(count, Relaxed);
    drop(slot);
    match old {
        // A parent's, see `current`.
        Some(old) if old.forks != forks => std::mem::forget(old),
        old => drop(old),
    }
    Ok(())
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

/// Whether this thread is the library's own, a worker or one of the [`crew`]: work is then done on it alone.
pub fn on_worker() -> bool {
    OWN.get() || rayon::current_thread_index().is_some()
}

pub(crate) fn enter_own_thread() {
    OWN.set(true);
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

/// Ends the pool and the idle crew, and waits for their threads. The next use makes a new one. A worker cannot wait for itself: BUSY.
pub fn shutdown() -> Result<()> {
    if on_worker() || share::inside() {
        return Err(error!(
            Busy,
            "the worker pool cannot be shut down from one of its own threads or inside a parallel loop"
        ));
    }
    crew::shutdown();
    let Some(pool) = POOL.lock().take() else { return Ok(()) };
    if pool.forks != process::forks() {
        std::mem::forget(pool);
        return Ok(());
    }
    let running = pool.running.clone();
    // Others may still be inside `install`; the last of them drops the pool.
    drop(pool);
    let mut count = lock(&running.count);
    while *count > 0 {
        count = running.left.wait(count).unwrap_or_else(PoisonError::into_inner);
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
    fn the_number_of_threads_can_be_chosen() {
        for count in [1, 3, 2, 2, 0] {
            set_threads(count).unwrap();
            assert_eq!(threads(), if count == 0 { usual_threads() } else { count });
            assert_eq!(install(rayon::current_num_threads).unwrap(), threads());
            assert_eq!(install(|| set_threads(4)).unwrap().unwrap_err().code(), crate::Code::Busy);
        }
        assert_eq!(set_threads(MOST_THREADS + 1).unwrap_err().code(), crate::Code::InvalidArgument);
    }

    #[test]
    fn the_variable_is_a_number_from_1_to_1024() {
        let asked = |text: &str| asked_threads(Some(text.into())).map_err(|text| text.into_string().unwrap());
        assert_eq!(asked_threads(None), Ok(None));
        assert_eq!(asked(""), Ok(None));
        assert_eq!(asked("3"), Ok(Some(3)));
        for nonsense in ["0", "1025", "-1", "many", "2 cores"] {
            assert_eq!(asked(nonsense), Err(nonsense.to_owned()));
        }
    }

    #[test]
    fn a_panic_in_a_job_comes_out_of_install() {
        let caught = guard::guard_callback(|| install(|| rayon::join(|| panic!("inside"), || 2).1));
        assert!(caught.unwrap_err().text().contains("inside"));
    }
}
