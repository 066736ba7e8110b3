//! A range of work shared with the pool's workers. The caller works too, and waits only for what somebody else has begun: it may
//! hold locks, and a worker may be waiting for one of them inside a job of its own. Nobody who waits takes up other work.
//!
//! Cheap loops wake nobody: the caller begins alone and calls for help when the clock says that it pays. An item that is about to
//! wait for another thread says so with [`waiting`]: what it has claimed and not begun goes back, and another thread comes in its
//! place, so that items which wait for one another all run, however few workers there are.

use crate::error::{Error, Result};
use crate::local::LOCAL;
use crate::process::lock;
use crate::{crew, error, guard, pool};
use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// What to share.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Items are numbered from 0 to below this.
    pub count: usize,
    /// The fewest items that a thread takes at once.
    pub grain: usize,
    /// When others are woken.
    pub wake: Wake,
    /// An item may wait for another thread, see [`waiting`].
    pub may_wait: bool,
}

/// When the workers are woken for a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// When it begins.
    AtOnce,
    /// When the clock says that it pays; at once for few parts, which are taken for large ones.
    WhenItPays,
    /// When the clock says that it pays.
    ByClock,
}

/// Up to so many parts are few: the clock would tell after the first, which may be half of all the work.
const FEW: usize = 64;
/// How long the caller works alone before it calls for help, about what a wake-up costs it.
const ALONE: Duration = Duration::from_micros(5);
/// How much must be left for that to pay.
const WORTH: Duration = Duration::from_micros(10);
/// Parts are a fraction of what is left: so many for each thread, so that all end together.
const PARTS_EACH: usize = 4;

type Body<'a> = dyn Fn(&Part<'_>) + Sync + 'a;

/// Items that one thread claimed: `for item in part`, which ends when all are done or the loop was stopped.
pub struct Part<'a> {
    start: usize,
    /// Behind the last that began.
    at: Cell<usize>,
    end: Cell<usize>,
    stop: &'a AtomicBool,
}

/// The items of a part that did not begin yet.
pub struct Items<'p> {
    part: &'p Part<'p>,
    /// As in the part, which it is written to and never read from: the time of a loop whose items take less than a store and the load
    /// behind it would be that of these two.
    at: usize,
    stop: &'p AtomicBool,
}

impl<'p> IntoIterator for &'p Part<'_> {
    type Item = usize;
    type IntoIter = Items<'p>;
    #[inline(always)]
    fn into_iter(self) -> Items<'p> {
        Items { part: self, at: self.at.get(), stop: self.stop }
    }
}

impl Iterator for Items<'_> {
    type Item = usize;
    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let at = self.at;
        if at >= self.part.end.get() || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.at = at + 1;
        self.part.at.set(at + 1);
        Some(at)
    }
}

impl Part<'_> {
    /// Whether no item begins any more.
    #[inline(always)]
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// All items that have not begun, to be done by one call, which then begins them all: none goes back while it waits. `None` where the
    /// loop was stopped.
    pub fn whole(&self) -> Option<Range<usize>> {
        let items = self.at.get()..self.end.get();
        self.at.set(items.end);
        (!self.stopped()).then_some(items)
    }

    /// No item begins any more.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Job {
    /// Alive while an item is not done.
    body: *const Body<'static>,
    plan: Plan,
    /// The first item that nobody claimed.
    next: AtomicUsize,
    done: AtomicUsize,
    stop: AtomicBool,
    /// How many threads shall be at work. One until help is called.
    wanted: AtomicUsize,
    /// Whether something came back, so that claiming looks.
    returned: AtomicBool,
    runners: Mutex<Runners>,
    /// Looked at only where `stop` is set.
    failed: Mutex<Option<Error>>,
    /// Whom to wake at the end; known before anybody else is called.
    caller: OnceLock<Thread>,
}

struct Runners {
    /// Claimed and given back.
    returned: Vec<Range<usize>>,
    /// Threads at work that do not wait. While work is unclaimed there is at least one.
    active: isize,
}

#[derive(Clone, Copy, PartialEq)]
enum Runner {
    Caller,
    Worker,
    /// In the place of one that waits; leaves when that one is back.
    Spare,
}

// SAFETY: `body` is shared between threads only as `&(dyn Fn + Sync)`, all else is made for threads.
unsafe impl Send for Job {}
// SAFETY: as above.
unsafe impl Sync for Job {}

/// A part at work on this thread; the parents are parts inside whose items this one runs.
pub(crate) struct Frame {
    job: *const Arc<Job>,
    part: *const Part<'static>,
    parent: *const Frame,
}

/// The part that this thread is at.
#[inline(always)]
fn frame() -> *const Frame {
    LOCAL.with(|local| local.frame.get())
}

fn set_frame(frame: *const Frame) {
    LOCAL.with(|local| local.frame.set(frame));
}

/// Whether this thread is inside an item: work is then done on it alone.
#[inline(always)]
pub fn inside() -> bool {
    !frame().is_null()
}

/// Which part this thread is at, a number that no other part has meanwhile; 0 outside of loops.
pub fn place() -> usize {
    frame().addr()
}

/// Runs `body` until every item is handed out, on several threads where that pays. The error is that of the first item that
/// panicked, or the one given to [`cancel`].
pub fn run(plan: Plan, body: impl Fn(&Part<'_>) + Sync) -> Result<()> {
    if plan.count == 0 {
        return Ok(());
    }
    let body: &Body<'_> = &body;
    // SAFETY: only the lifetime is changed, and `Job::run_part` says why the closure is alive when it is called.
    let body: *const Body<'static> = unsafe { std::mem::transmute(std::ptr::from_ref(body)) };
    let job = Arc::new(Job {
        body,
        plan,
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        wanted: AtomicUsize::new(1),
        returned: AtomicBool::new(false),
        runners: Mutex::new(Runners { returned: Vec::new(), active: 1 }),
        failed: Mutex::new(None),
        caller: OnceLock::new(),
    });
    // Also when this thread unwinds, nobody may be left with the closure.
    let finish = Finish(&job);
    job.lead();
    drop(finish);
    if !job.stop.load(Ordering::Relaxed) {
        return Ok(());
    }
    let failed = lock(&job.failed).take();
    failed.map_or(Ok(()), Err)
}

struct Finish<'a>(&'a Job);
impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

impl Job {
    /// The caller's part of the work.
    fn lead(self: &Arc<Job>) {
        let Plan { count, grain, wake, .. } = self.plan;
        let few = wake == Wake::WhenItPays && count.div_ceil(grain) <= FEW;
        if count <= grain || inside() || pool::on_worker() {
            self.claim_at_most(count).into_iter().for_each(|part| self.run_part(part, Runner::Caller));
        } else if wake == Wake::AtOnce || few || self.pays() {
            self.call_help();
        }
        self.work(Runner::Caller);
    }

    /// Works alone until the clock says whether help pays; the rest is left unclaimed when it does.
    fn pays(self: &Arc<Job>) -> bool {
        let start = Instant::now();
        let mut piece = self.plan.grain;
        loop {
            let Some(part) = self.claim_at_most(piece) else { return false };
            let end = part.end;
            self.run_part(part, Runner::Caller);
            let (spent, left) = (start.elapsed(), self.plan.count - end);
            let each = spent.as_secs_f64() / end as f64;
            if spent >= ALONE && each * left as f64 >= WORTH.as_secs_f64() {
                return true;
            }
            // As many as fit into the time alone. Growing slowly, for the first items are slower than the others.
            let fitting = (ALONE.as_secs_f64() / each.max(1e-12)) as usize;
            piece = fitting.min(16 * end).max(self.plan.grain);
        }
    }

    fn call_help(self: &Arc<Job>) {
        let threads = pool::threads();
        self.wanted.store(threads, Ordering::Relaxed);
        let left = self.plan.count.saturating_sub(self.next.load(Ordering::Relaxed));
        let parts = left.div_ceil(self.plan.grain);
        if threads > 1 && parts > 1 {
            self.caller.get_or_init(std::thread::current);
            let helper = self.clone();
            // Without helpers the caller does it all, so a pool that cannot start is no failure here.
            let _ = pool::help(parts - 1, move || {
                lock(&helper.runners).active += 1;
                helper.work(Runner::Worker);
            });
        }
    }

    /// The next unclaimed items, at most so many.
    fn claim_at_most(&self, len: usize) -> Option<Range<usize>> {
        let count = self.plan.count;
        let mut at = self.next.load(Ordering::Relaxed);
        while at < count {
            let end = if self.stop.load(Ordering::Relaxed) { count } else { count.min(at.saturating_add(len)) };
            match self.next.compare_exchange_weak(at, end, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(at..end),
                Err(now) => at = now,
            }
        }
        None
    }

    fn claim(&self) -> Option<Range<usize>> {
        if self.returned.load(Ordering::Relaxed)
            && let Some(part) = lock(&self.runners).returned.pop()
        {
            return Some(part);
        }
        let left = self.plan.count.saturating_sub(self.next.load(Ordering::Relaxed));
        let each = PARTS_EACH * self.wanted.load(Ordering::Relaxed);
        self.claim_at_most((left / each).max(self.plan.grain))
    }

    /// Claims and runs parts until none is left. The thread is counted as active, and no longer when this returns.
    fn work(self: &Arc<Job>, runner: Runner) {
        loop {
            if let Some(part) = self.claim() {
                self.run_part(part, runner);
            }
            let wanted = self.wanted.load(Ordering::Relaxed) as isize;
            let claimed = self.next.load(Ordering::Relaxed) >= self.plan.count;
            if claimed && self.caller.get().is_none() {
                return;
            }
            // Looked at only where it can matter, for the lock is shared.
            if runner == Runner::Spare || claimed {
                let mut runners = lock(&self.runners);
                let idle = !self.unclaimed(&runners);
                if idle || (runner == Runner::Spare && runners.active > wanted) {
                    runners.active -= 1;
                    return;
                }
            }
        }
    }

    fn unclaimed(&self, runners: &Runners) -> bool {
        !runners.returned.is_empty() || self.next.load(Ordering::Relaxed) < self.plan.count
    }

    fn run_part(self: &Arc<Job>, claimed: Range<usize>, runner: Runner) {
        let part =
            Part { start: claimed.start, at: Cell::new(claimed.start), end: Cell::new(claimed.end), stop: &self.stop };
        let parent = frame();
        let frame = Frame { job: self, part: std::ptr::from_ref(&part).cast(), parent };
        set_frame(&frame);
        let outcome = guard::guard_callback(|| {
            // SAFETY: these items are claimed and not done until the addition below, and `run` does not return before all
            // are done, so the closure is alive.
            unsafe { (*self.body)(&part) };
            Ok(())
        });
        set_frame(parent);
        if let Err(error) = outcome {
            self.fail(error);
        }
        let len = part.end.get() - claimed.start;
        let all = self.done.fetch_add(len, Ordering::AcqRel) + len == self.plan.count;
        if all
            && runner != Runner::Caller
            && let Some(caller) = self.caller.get()
        {
            caller.unpark();
        }
    }

    /// The first failure is kept.
    fn fail(&self, error: Error) {
        lock(&self.failed).get_or_insert(error);
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits until every item is done.
    fn finish(&self) {
        // Items that nobody took never run when the caller unwinds.
        if self.next.load(Ordering::Relaxed) < self.plan.count {
            let left = self.next.swap(self.plan.count, Ordering::Relaxed);
            self.done.fetch_add(self.plan.count.saturating_sub(left), Ordering::Release);
        }
        let mut turns = 0u32;
        while self.done.load(Ordering::Acquire) < self.plan.count {
            turns += 1;
            if turns < 4096 {
                std::hint::spin_loop();
                continue;
            }
            // What is missing may wait for an item around this loop.
            let _waiting = waiting();
            while self.done.load(Ordering::Acquire) < self.plan.count {
                // The last item unparks; one that was done in between has left its token.
                std::thread::park();
            }
        }
    }

    /// Takes the thread at this part out of the count, what it has not begun goes back, and another comes where needed.
    fn leave(self: &Arc<Job>, part: &Part<'_>) -> Result<()> {
        let wanted = self.wanted.load(Ordering::Relaxed) as isize;
        {
            let mut runners = lock(&self.runners);
            // The first item is this thread's also where the body waits before it asked for one: the loop ends with the last
            // item, and must not end before this body does.
            let rest = part.at.get().max(part.start + 1)..part.end.get();
            if !rest.is_empty() {
                part.end.set(rest.start);
                runners.returned.push(rest);
                self.returned.store(true, Ordering::Relaxed);
            }
            runners.active -= 1;
            if !self.unclaimed(&runners) || runners.active >= wanted {
                return Ok(());
            }
            runners.active += 1;
        }
        // Before others have been called only the caller comes here.
        self.caller.get_or_init(std::thread::current);
        let spare = self.clone();
        let Err(failed) = crew::start(move || spare.work(Runner::Spare)) else { return Ok(()) };
        let mut runners = lock(&self.runners);
        runners.active -= 1;
        if runners.active > 0 {
            return Ok(()); // somebody else goes on with the rest
        }
        runners.active += 1;
        Err(failed.at("items of one loop wait for others that have no thread"))
    }
}

/// Lasts while a thread waits.
#[must_use = "the wait ends when this is dropped"]
#[derive(Debug)]
pub struct Waiting {
    from: *const Frame,
    until: *const Frame,
}

/// To be called by whatever is about to wait for another thread, and to be kept until the wait is over. Free outside of items.
///
/// The error is BUSY where the loop around cannot do without this thread, and OUT_OF_MEMORY where no more threads can be had: the wait
/// might then last for ever.
#[inline]
pub fn waiting() -> Result<Waiting> {
    let from = frame();
    if from.is_null() {
        return Ok(Waiting { from, until: from });
    }
    leave_all(from)
}

#[cold]
fn leave_all(from: *const Frame) -> Result<Waiting> {
    // Asked of all before anything goes to another thread.
    let mut at = from;
    // SAFETY: a frame lies on this thread's stack, below, as long as it is reachable from `frame()`: `run_part` puts the parent
    // back before its frame goes. So do the part and the job that it points to.
    while let Some(frame) = unsafe { at.as_ref() } {
        // SAFETY: as above.
        if !unsafe { &*frame.job }.plan.may_wait {
            return Err(error!(
                Busy,
                "inside this callback a thread cannot wait for another: the loop has no other thread for its work"
            ));
        }
        at = frame.parent;
    }
    let mut left = Waiting { from, until: from };
    // SAFETY: as above.
    while let Some(frame) = unsafe { left.until.as_ref() } {
        // SAFETY: as above.
        let (job, part) = unsafe { (&*frame.job, &*frame.part) };
        job.leave(part)?; // those left before come back when `left` is dropped
        left.until = frame.parent;
    }
    Ok(left)
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut at = self.from;
        while at != self.until {
            // SAFETY: as in `leave_all`; the wait is inside the items of these frames, and cannot go to another thread.
            let frame = unsafe { &*at };
            // SAFETY: as above.
            let job = unsafe { &*frame.job };
            lock(&job.runners).active += 1;
            at = frame.parent;
        }
    }
}

/// Stops the innermost loop that this thread is inside of; [`run`] answers `error`. Says whether there was one.
pub fn cancel(error: Error) -> bool {
    // SAFETY: as in `leave_all`.
    let Some(frame) = (unsafe { frame().as_ref() }) else { return false };
    // SAFETY: as in `leave_all`.
    unsafe { &*frame.job }.fail(error);
    true
}
