//! Channels and locks through the shared library, as a C program calls them, beside crossbeam, parking_lot, pthread and std called
//! directly. Rounds of each in turns, so that what else the machine does falls on all alike; then the same under criterion's names.
#![allow(missing_docs, clippy::print_stdout)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossbeam_channel::{Select, bounded, unbounded};
use libloading::{Library, Symbol};
use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

type Nullary = unsafe extern "C" fn() -> i64;
type Unary = unsafe extern "C" fn(i64) -> i64;
type Binary = unsafe extern "C" fn(i64, i64) -> i64;
type Into = unsafe extern "C" fn(i64, *mut i64) -> i64;
type ChooseOne = unsafe extern "C" fn(*const i64, i64, i64, *const i64, i64, i64, *mut i64, *mut i64) -> i64;
type Body = extern "C" fn(*mut std::ffi::c_void) -> i64;
type Spawn = unsafe extern "C" fn(Body, *mut std::ffi::c_void) -> i64;

#[derive(Clone, Copy)]
struct Rt {
    no_op: Nullary,
    release: Unary,
    create: Unary,
    send: Binary,
    recv: Unary,
    recv_into: Into,
    select: ChooseOne,
    mutex_new: Unary,
    lock: Unary,
    unlock: Binary,
    spawn: Spawn,
    join: Unary,
}

fn rt() -> Rt {
    static RT: OnceLock<Rt> = OnceLock::new();
    *RT.get_or_init(|| {
        let path = benches::shared_library();
        // SAFETY: the suite's own library; its initialisers do nothing. It is never unloaded.
        let library: &'static Library = match unsafe { Library::new(&path) } {
            Ok(library) => Box::leak(Box::new(library)),
            Err(failed) => panic!("{}: {failed}", path.display()),
        };
        fn get<T: Copy + 'static>(library: &'static Library, name: &str) -> T {
            // SAFETY: every type above is the C prototype of the symbol it is used for.
            let symbol: Result<Symbol<'static, T>, _> = unsafe { library.get(name.as_bytes()) };
            match symbol {
                Ok(symbol) => *symbol,
                Err(failed) => panic!("{name}: {failed}"),
            }
        }
        Rt {
            no_op: get(library, "rt_abi_version"),
            release: get(library, "rt_release"),
            create: get(library, "rt_channel_create"),
            send: get(library, "rt_channel_send"),
            recv: get(library, "rt_channel_recv"),
            recv_into: get(library, "rt_channel_recv_into"),
            select: get(library, "rt_channel_select"),
            mutex_new: get(library, "rt_mutex_new"),
            lock: get(library, "rt_mutex_lock"),
            unlock: get(library, "rt_mutex_unlock"),
            spawn: get(library, "rt_thread_spawn"),
            join: get(library, "rt_thread_join"),
        }
    })
}

/// So many messages from `senders` threads to as many receivers; the time is that of all of them.
fn ours(capacity: i64, pairs: u64, messages: u64) -> Duration {
    let rt = rt();
    // SAFETY: numbers and live handles alone.
    unsafe {
        let channel = (rt.create)(capacity);
        assert!(channel > 0);
        let each = messages / pairs;
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..pairs {
                scope.spawn(move || (0..each).for_each(|i| assert_eq!((rt.send)(channel, i as i64), 0)));
                scope.spawn(move || (0..each).for_each(|_| assert!((rt.recv)(channel) >= 0)));
            }
        });
        let time = start.elapsed();
        assert_eq!((rt.release)(channel), 0);
        time
    }
}

fn theirs(capacity: i64, pairs: u64, messages: u64) -> Duration {
    let (sender, receiver) = if capacity < 0 { unbounded() } else { bounded(capacity as usize) };
    let each = messages / pairs;
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..pairs {
            let (sender, receiver) = (&sender, &receiver);
            scope.spawn(move || (0..each).for_each(|i| assert!(sender.send(i as i64).is_ok())));
            scope.spawn(move || (0..each).for_each(|_| assert!(receiver.recv().is_ok_and(|i| i >= 0))));
        }
    });
    start.elapsed()
}

/// One thread that sends to and receives from one of four channels by select.
fn select_ours(rounds: u64) -> Duration {
    let rt = rt();
    // SAFETY: numbers, live handles, and pointers to locals of the stated lengths.
    unsafe {
        let channels: Vec<i64> = (0..4).map(|_| (rt.create)(-1)).collect();
        let (mut value, mut closed) = (0, 0);
        let start = Instant::now();
        for i in 0..rounds {
            (rt.send)(channels[i as usize % 4], i as i64);
            let at = (rt.select)(channels.as_ptr(), 4, 0, std::ptr::null(), 0, -1, &mut value, &mut closed);
            assert!(at >= 0 && closed == 0);
        }
        let time = start.elapsed();
        channels.iter().for_each(|&channel| assert_eq!((rt.release)(channel), 0));
        time
    }
}

fn select_theirs(rounds: u64) -> Duration {
    let channels: Vec<_> = (0..4).map(|_| unbounded::<i64>()).collect();
    let start = Instant::now();
    for i in 0..rounds {
        assert!(channels[i as usize % 4].0.send(i as i64).is_ok());
        let mut select = Select::new();
        channels.iter().for_each(|(_, receiver)| {
            select.recv(receiver);
        });
        let chosen = select.select();
        let at = chosen.index();
        assert!(chosen.recv(&channels[at].1).is_ok());
    }
    start.elapsed()
}

fn one_thread_ours(rounds: u64) -> Duration {
    let rt = rt();
    // SAFETY: numbers, a live handle, and a pointer to a local.
    unsafe {
        let (channel, mut value) = ((rt.create)(16), 0);
        let start = Instant::now();
        for i in 0..rounds {
            (rt.send)(channel, i as i64);
            assert_eq!((rt.recv_into)(channel, &mut value), 0);
        }
        let time = start.elapsed();
        assert_eq!((rt.release)(channel), 0);
        time
    }
}

fn one_thread_theirs(rounds: u64) -> Duration {
    let (sender, receiver) = bounded(16);
    let start = Instant::now();
    for i in 0..rounds {
        assert!(black_box(&sender).send(i as i64).is_ok());
        assert!(black_box(&receiver).recv().is_ok());
    }
    start.elapsed()
}

fn lock_ours(threads: u64, rounds: u64) -> Duration {
    let rt = rt();
    // SAFETY: numbers and live handles alone.
    unsafe {
        let mutex = (rt.mutex_new)(0);
        let start = Instant::now();
        let work = || {
            for _ in 0..rounds / threads {
                let value = (rt.lock)(mutex);
                assert_eq!((rt.unlock)(mutex, value + 1), 0);
            }
        };
        if threads == 1 {
            work();
        } else {
            std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        }
        let time = start.elapsed();
        assert_eq!((rt.lock)(mutex), (rounds / threads * threads) as i64);
        (rt.unlock)(mutex, 0);
        assert_eq!((rt.release)(mutex), 0);
        time
    }
}

fn lock_parking_lot(threads: u64, rounds: u64) -> Duration {
    let mutex = parking_lot::Mutex::new(0u64);
    let start = Instant::now();
    let work = || (0..rounds / threads).for_each(|_| *black_box(&mutex).lock() += 1);
    if threads == 1 {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    }
    start.elapsed()
}

struct Pthread(std::cell::UnsafeCell<libc::pthread_mutex_t>, std::cell::UnsafeCell<u64>);
// SAFETY: the number is touched under the lock alone.
unsafe impl Sync for Pthread {}

fn lock_pthread(threads: u64, rounds: u64) -> Duration {
    let mutex = Pthread(std::cell::UnsafeCell::new(libc::PTHREAD_MUTEX_INITIALIZER), std::cell::UnsafeCell::new(0));
    let start = Instant::now();
    let work = || {
        let mutex = black_box(&mutex);
        for _ in 0..rounds / threads {
            // SAFETY: a mutex that stays where it is, and a number under it.
            unsafe {
                libc::pthread_mutex_lock(mutex.0.get());
                *mutex.1.get() += 1;
                libc::pthread_mutex_unlock(mutex.0.get());
            }
        }
    };
    if threads == 1 {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    }
    start.elapsed()
}

extern "C" fn nothing(_: *mut std::ffi::c_void) -> i64 {
    7
}

fn threads_ours(rounds: u64) -> Duration {
    let rt = rt();
    let start = Instant::now();
    for _ in 0..rounds {
        // SAFETY: a function of the right type, and live handles.
        unsafe {
            let thread = (rt.spawn)(nothing, std::ptr::null_mut());
            assert_eq!((rt.join)(thread), 7);
            assert_eq!((rt.release)(thread), 0);
        }
    }
    start.elapsed()
}

fn threads_std(rounds: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        assert!(std::thread::spawn(|| 7).join().is_ok_and(|result| result == 7));
    }
    start.elapsed()
}

/// A bench, its rivals, and how often a round does it.
type Line = (&'static str, u64, Vec<(&'static str, fn(u64) -> Duration)>);

fn lines() -> Vec<Line> {
    vec![
        ("channel/send-recv-one-thread", 100_000, vec![("rt", one_thread_ours), ("crossbeam", one_thread_theirs)]),
        (
            "channel/spsc-bounded-1024",
            500_000,
            vec![("rt", |n| ours(1024, 1, n)), ("crossbeam", |n| theirs(1024, 1, n))],
        ),
        ("channel/spsc-unbounded", 500_000, vec![("rt", |n| ours(-1, 1, n)), ("crossbeam", |n| theirs(-1, 1, n))]),
        (
            "channel/mpmc-2x2-bounded-1024",
            500_000,
            vec![("rt", |n| ours(1024, 2, n)), ("crossbeam", |n| theirs(1024, 2, n))],
        ),
        ("channel/mpmc-2x2-unbounded", 500_000, vec![("rt", |n| ours(-1, 2, n)), ("crossbeam", |n| theirs(-1, 2, n))]),
        ("channel/rendezvous", 5_000, vec![("rt", |n| ours(0, 1, n)), ("crossbeam", |n| theirs(0, 1, n))]),
        ("channel/select-4", 100_000, vec![("rt", select_ours), ("crossbeam", select_theirs)]),
        (
            "mutex/lock-unlock",
            200_000,
            vec![
                ("rt", |n| lock_ours(1, n)),
                ("parking_lot", |n| lock_parking_lot(1, n)),
                ("pthread", |n| lock_pthread(1, n)),
            ],
        ),
        (
            "mutex/lock-unlock-two-threads",
            200_000,
            vec![
                ("rt", |n| lock_ours(2, n)),
                ("parking_lot", |n| lock_parking_lot(2, n)),
                ("pthread", |n| lock_pthread(2, n)),
            ],
        ),
        ("thread/spawn-join", 200, vec![("rt", threads_ours), ("std", threads_std)]),
    ]
}

/// The table of the docs: medians of rounds in turns, and the median of what ours took more in the same round.
fn in_turns() {
    let test = benches::once();
    let rounds = if test { 1 } else { 31 };
    for (name, count, rivals) in lines() {
        let count = if test { count.min(1000) } else { count };
        let mut times = vec![Vec::new(); rivals.len()];
        for _ in 0..rounds {
            for ((_, body), times) in rivals.iter().zip(&mut times) {
                times.push(body(count).as_secs_f64() * 1e9 / count as f64);
            }
        }
        let median = |mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        let more: Vec<f64> = times[0].iter().zip(&times[1]).map(|(ours, theirs)| ours - theirs).collect();
        let shown: Vec<String> =
            rivals.iter().zip(times).map(|((who, _), times)| format!("{who} {:.1}", median(times))).collect();
        println!("{name}: {} ns each; rt takes {:.1} more than {}", shown.join(", "), median(more), rivals[1].0);
    }
}

fn concurrency(c: &mut Criterion) {
    // SAFETY: no parameters; live handles.
    c.bench_function("call/no-op/0", |b| b.iter(|| unsafe { (rt().no_op)() }));
    in_turns();
    for (name, count, rivals) in lines() {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(1)).sample_size(10);
        for (who, body) in rivals {
            let whole = count.min(10_000);
            group.bench_function(who, |b| {
                b.iter_custom(|iterations| {
                    (0..iterations.div_ceil(whole))
                        .map(|_| body(whole))
                        .sum::<Duration>()
                        .mul_f64(iterations as f64 / (iterations.div_ceil(whole) * whole) as f64)
                })
            });
        }
        group.finish();
    }
}

fn config() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1))
}
criterion_group! { name = benches; config = config(); targets = concurrency }
criterion_main!(benches);
