//! loom explores every interleaving of a wait with what ends it:
//! `RUSTFLAGS="--cfg loom" cargo test -p ffi_concurrent --test loom_waits --release`.
#![cfg(loom)]
#![allow(missing_docs, clippy::unwrap_used)]

use ffi_concurrent::Deadline::{Never, Now};
use ffi_concurrent::condvar::Condvar;
use ffi_concurrent::monitor::{Ended, Monitor};
use loom::sync::Mutex;
use loom::thread;
use std::sync::Arc;

/// Takes a permit as a semaphore does.
fn take(permits: &mut i64) -> Option<()> {
    (*permits > 0).then(|| *permits -= 1)
}

#[test]
fn a_close_ends_a_wait() {
    loom::model(|| {
        let monitor = Arc::new(Monitor::new(0));
        let waiter = {
            let monitor = monitor.clone();
            thread::spawn(move || monitor.wait(Never, take))
        };
        monitor.close();
        assert_eq!(waiter.join().unwrap(), Err(Ended::Closed));
    });
}

#[test]
fn a_permit_or_the_close_ends_a_wait_and_no_permit_is_lost() {
    loom::model(|| {
        let monitor = Arc::new(Monitor::new(0));
        let waiters = [0, 1].map(|_| {
            let monitor = monitor.clone();
            thread::spawn(move || monitor.wait(Never, take))
        });
        monitor.change(|permits| *permits += 1);
        monitor.close();
        let mut outcomes = waiters.map(|waiter| waiter.join().unwrap());
        outcomes.sort_by_key(Result::is_err);
        assert_eq!(outcomes, [Ok(()), Err(Ended::Closed)]);
        assert_eq!(monitor.look(|permits| *permits), 0);
    });
}

#[test]
fn a_full_round_lets_all_through() {
    loom::model(|| {
        // Two of a barrier's parties: the count, and how many rounds were full.
        let monitor = Arc::new(Monitor::new((0, 0)));
        let arrive = |monitor: &Monitor<(i64, i64)>| {
            let last = monitor.change(|(arrived, rounds)| {
                *arrived += 1;
                *rounds += *arrived / 2;
                *arrived == 2
            });
            last || monitor.wait(Never, |(_, rounds)| (*rounds == 1).then_some(())).is_ok()
        };
        let other = {
            let monitor = monitor.clone();
            thread::spawn(move || arrive(&monitor))
        };
        assert!(arrive(&monitor) && other.join().unwrap());
    });
}

#[test]
fn a_wake_between_the_unlock_and_the_wait_is_not_missed() {
    loom::model(|| {
        let (condvar, flag) = (Arc::new(Condvar::default()), Arc::new(Mutex::new(false)));
        let waiter = {
            let (condvar, flag) = (condvar.clone(), flag.clone());
            thread::spawn(move || {
                let mut held = flag.lock().unwrap();
                while !*held {
                    condvar.wait(Never, || drop(held)).unwrap();
                    held = flag.lock().unwrap();
                }
            })
        };
        *flag.lock().unwrap() = true;
        condvar.wake_one();
        waiter.join().unwrap();
    });
}

#[test]
fn one_wake_and_the_end_reach_two_that_wait() {
    loom::model(|| {
        let condvar = Arc::new(Condvar::default());
        let waiters = [0, 1].map(|_| {
            let condvar = condvar.clone();
            thread::spawn(move || condvar.wait(Never, || {}))
        });
        let woken = usize::from(condvar.wake_one());
        ffi_concurrent::End::end(&*condvar);
        let outcomes = waiters.map(|waiter| waiter.join().unwrap());
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), woken);
    });
}

#[test]
fn a_wake_is_not_spent_on_one_whose_time_is_over() {
    loom::model(|| {
        let condvar = Arc::new(Condvar::default());
        let waiter = {
            let condvar = condvar.clone();
            thread::spawn(move || condvar.wait(Now, || {}))
        };
        let woken = condvar.wake_one();
        assert_eq!(waiter.join().unwrap(), if woken { Ok(()) } else { Err(Ended::TimedOut) });
    });
}
