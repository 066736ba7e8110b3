//! Threads of the library beside the pool's workers, for work that waits: a worker that waited would be missing in every op. They
//! are kept for a while when they are done, for starting one takes as long as thousands of calls.

use crate::error::Result;
use crate::process::{self, ForkMutex, lock};
use crate::thread::Thread;
use crate::{error, guard, pool};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The most of them at work and idle; more would be an accident.
pub const MOST: usize = 2048;
/// The most that are kept idle.
const KEPT: usize = 64;
/// How long one is kept.
const PATIENCE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

/// What an idle member waits for.
enum Order {
    Work(Job),
    Leave,
}

struct Member {
    order: Mutex<Option<Order>>,
    given: Condvar,
    thread: Mutex<Option<Thread<()>>>,
}

struct Crew {
    /// The fork count of these members: a child has none of its parent's.
    forks: u32,
    /// Grows with each shutdown: a member that finds another number than its own leaves.
    watch: u64,
    idle: Vec<Arc<Member>>,
    count: usize,
}

static CREW: ForkMutex<Crew> = ForkMutex::new(Crew { forks: 0, watch: 0, idle: Vec::new(), count: 0 });

/// Runs `job` on a thread of its own, at once. What it panics with is logged and goes no further.
pub fn start(job: impl FnOnce() + Send + 'static) -> Result<()> {
    let forks = process::forks();
    let (idle, watch) = {
        let mut crew = CREW.lock();
        if crew.forks != forks {
            // A parent's members are not here; what they left behind is memory alone.
            *crew = Crew { forks, watch: crew.watch + 1, idle: Vec::new(), count: 0 };
        }
        let idle = crew.idle.pop();
        if idle.is_none() {
            if crew.count >= MOST {
                return Err(error!(OutOfMemory, "{MOST} threads of the library are at work already"));
            }
            crew.count += 1;
        }
        (idle, crew.watch)
    };
    match idle {
        Some(member) => {
            member.give(Order::Work(Box::new(job)));
            Ok(())
        }
        None => hire(Box::new(job), watch),
    }
}

fn hire(job: Job, watch: u64) -> Result<()> {
    let member =
        Arc::new(Member { order: Mutex::new(Some(Order::Work(job))), given: Condvar::new(), thread: Mutex::new(None) });
    let own = member.clone();
    match Thread::spawn("ffi-crew", move || own.serve(watch)) {
        Ok(handle) => {
            *lock(&member.thread) = Some(handle);
            Ok(())
        }
        Err(failed) => {
            let mut crew = CREW.lock();
            // A shutdown since counts it no more.
            if crew.watch == watch {
                crew.count -= 1;
            }
            drop(crew);
            Err(error!(OutOfMemory, "cannot start another thread: {failed}"))
        }
    }
}

impl Member {
    fn give(&self, order: Order) {
        *lock(&self.order) = Some(order);
        self.given.notify_one();
    }

    /// The life of a member.
    fn serve(self: Arc<Member>, watch: u64) {
        guard::enter_own_thread();
        pool::enter_own_thread();
        while let Some(Order::Work(job)) = self.next() {
            // The panic is in the log by then.
            let _ = guard::guard_callback(|| {
                job();
                Ok(())
            });
            let mut crew = CREW.lock();
            if crew.watch != watch {
                return;
            }
            if crew.idle.len() >= KEPT {
                crew.count -= 1;
                return;
            }
            crew.idle.push(self.clone());
        }
    }

    /// The next order; `None` when there was none for long, and nobody can give one any more.
    fn next(self: &Arc<Member>) -> Option<Order> {
        let mut order = lock(&self.order);
        if order.is_none() {
            (order, _) = self.given.wait_timeout(order, PATIENCE).unwrap_or_else(PoisonError::into_inner);
        }
        if order.is_none() {
            drop(order);
            let mut crew = CREW.lock();
            if let Some(at) = crew.idle.iter().position(|member| Arc::ptr_eq(member, self)) {
                crew.idle.swap_remove(at);
                crew.count -= 1;
                return None;
            }
            drop(crew);
            // No longer among the idle: an order is on its way.
            order = lock(&self.order);
            while order.is_none() {
                order = self.given.wait(order).unwrap_or_else(PoisonError::into_inner);
            }
        }
        order.take()
    }
}

/// Sends the idle ones away and waits for them. Those at work leave when they are done.
pub(crate) fn shutdown() {
    let idle = {
        let mut crew = CREW.lock();
        if crew.forks != process::forks() {
            return;
        }
        crew.watch += 1;
        crew.count = 0;
        std::mem::take(&mut crew.idle)
    };
    for member in idle {
        member.give(Order::Leave);
        let handle = lock(&member.thread).take();
        // A thread that is the last to hold its own handle cannot wait for itself.
        if let Some(handle) = handle.filter(|handle| !handle.is_current()) {
            let _ = handle.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn jobs_run_at_once_however_many_wait_and_threads_come_again() {
        let (sender, receiver) = mpsc::channel();
        let gate = Arc::new((Mutex::new(0), Condvar::new()));
        for _ in 0..2 {
            *lock(&gate.0) = 0;
            for _ in 0..100 {
                let (sender, gate) = (sender.clone(), gate.clone());
                start(move || {
                    // Nobody goes on before all hundred are here.
                    let mut here = lock(&gate.0);
                    *here += 1;
                    gate.1.notify_all();
                    while *here < 100 {
                        here = gate.1.wait(here).unwrap();
                    }
                    sender.send(pool::on_worker()).unwrap();
                })
                .unwrap();
            }
            assert!((0..100).all(|_| receiver.recv_timeout(Duration::from_secs(60)).unwrap()));
        }
        start(|| panic!("in the crew")).unwrap();
        start(move || sender.send(true).unwrap()).unwrap();
        assert!(receiver.recv_timeout(Duration::from_secs(60)).unwrap());
        shutdown();
        start(|| ()).unwrap();
    }
}
