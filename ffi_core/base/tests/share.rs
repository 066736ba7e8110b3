//! Ranges of work shared among threads: once each, stopped, cancelled, with items that wait for one another.
#![allow(missing_docs, clippy::unwrap_used)]

use ffi_base::share::{Part, Plan, Wake, cancel, inside, run, waiting};
use ffi_base::{Code, error};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

fn plan(count: usize, grain: usize) -> Plan {
    Plan { count, grain, wake: Wake::WhenItPays, may_wait: true }
}

#[test]
fn every_item_runs_once() {
    for count in [0, 1, 2, 63, 64, 65, 1000, 100_000] {
        for grain in [1, 7, 1024, usize::MAX / 2] {
            for wake in [Wake::AtOnce, Wake::WhenItPays, Wake::ByClock] {
                let seen: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
                let body = |part: &Part<'_>| {
                    for i in part {
                        seen[i].fetch_add(1, Ordering::Relaxed);
                    }
                };
                run(Plan { wake, ..plan(count, grain) }, body).unwrap();
                assert!(seen.iter().all(|n| n.load(Ordering::Relaxed) == 1), "{count} {grain}");
            }
        }
    }
}

#[test]
fn a_panic_stops_the_loop_and_comes_out_as_an_error() {
    let begun = AtomicUsize::new(0);
    let failed = run(plan(1_000_000, 1), |part| {
        for i in part {
            begun.fetch_add(1, Ordering::Relaxed);
            assert!(i != 17, "item {i}");
        }
    });
    assert_eq!(failed.unwrap_err().text(), "panic: item 17");
    assert!(begun.load(Ordering::Relaxed) < 1_000_000);
    assert!(!inside());
}

/// Items that each wait for all others, more of them than any machine has workers, in one part and in many.
#[test]
fn items_that_wait_for_each_other_all_run() {
    for (count, grain) in [(2, 1), (300, 1), (300, 1000), (65, 4)] {
        let barrier = Barrier::new(count);
        run(plan(count, grain), |part| {
            for _ in part {
                let _waiting = waiting().unwrap();
                barrier.wait();
            }
        })
        .unwrap();
    }
}

#[test]
fn items_of_loops_inside_loops_may_wait_for_each_other() {
    let barrier = Barrier::new(8 * 8);
    run(plan(8, 1), |outer| {
        for _ in outer {
            run(plan(8, 1), |inner| {
                for _ in inner {
                    let _waiting = waiting().unwrap();
                    barrier.wait();
                }
            })
            .unwrap();
        }
    })
    .unwrap();
}

#[test]
fn a_loop_that_can_spare_no_thread_refuses_to_wait() {
    run(Plan { may_wait: false, ..plan(100, 1) }, |part| {
        for _ in part {
            assert_eq!(waiting().unwrap_err().code(), Code::Busy);
        }
    })
    .unwrap();
    assert!(waiting().is_ok());
}

#[test]
fn a_refused_wait_leaves_every_item_on_its_thread() {
    run(Plan { may_wait: false, ..plan(1, 1) }, |outer| {
        for _ in outer {
            let own = std::thread::current().id();
            run(plan(50, 50), |inner| {
                for _ in inner {
                    assert_eq!(std::thread::current().id(), own);
                    assert_eq!(waiting().unwrap_err().code(), Code::Busy);
                    std::thread::sleep(Duration::from_millis(1));
                }
            })
            .unwrap();
        }
    })
    .unwrap();
}

#[test]
fn a_loop_ends_after_the_bodies_that_wait_before_their_first_item() {
    ffi_base::pool::set_threads(2).unwrap();
    let count = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let (caller, theirs) = (std::thread::current().id(), count.clone());
    // What the body holds outlives the loop in any case: a test must not rely on what it looks for.
    run(Plan { wake: Wake::AtOnce, ..plan(20, 1) }, |part| {
        let count = theirs.clone();
        count[0].fetch_add(1, Ordering::Relaxed);
        if std::thread::current().id() != caller {
            let _waiting = waiting().unwrap();
            std::thread::sleep(Duration::from_millis(50));
        }
        for _ in part {
            std::thread::sleep(Duration::from_millis(1));
        }
        count[1].fetch_add(1, Ordering::Relaxed);
    })
    .unwrap();
    let [begun, ended] = [&count[0], &count[1]].map(|n| n.load(Ordering::Relaxed));
    assert_eq!(begun, ended);
    ffi_base::pool::set_threads(0).unwrap();
}

#[test]
fn a_loop_can_be_cancelled_from_inside_and_from_nowhere_else() {
    assert!(!cancel(error!(Closed, "nobody")));
    let failed = run(plan(1 << 40, 1), |part| {
        for i in part {
            assert!(i < 1000 || cancel(error!(Closed, "enough")));
        }
    });
    assert_eq!(failed.unwrap_err().text(), "enough");
}
