//! What a forked child can do: everything on the CPU, whatever other threads of the parent were in the middle of; on a device
//! with a driver, hear why not, and free.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use ffi_backend::{DType, Thread};
use ffi_base::{Code, last_error};
use ffi_concurrent::rows::{channels, locks, threads};
use ffi_core::rows::{core, create, data, device, elementwise as ops, handle, reduce, registry, shape, transfer};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const DEFAULT: i64 = 1;
const F32: i64 = DType::F32.number();
const F64: i64 = DType::F64.number();

/// Longer than a child takes on a loaded machine; one that waits for a thread that it does not have waits for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// One test forks at a time: its own threads are what the others would disturb.
static TURN: Mutex<()> = Mutex::new(());

/// Runs the body in a forked child, which answers with the line where it found something wrong, 0 for none.
#[track_caller]
fn in_child(body: impl FnOnce() -> i32) {
    // SAFETY: the child runs the body, which the library promises to support, and leaves by `_exit` without returning into
    // the test harness, whose other threads it does not have.
    let child = unsafe {
        let child = libc::fork();
        if child == 0 {
            let line = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(1);
            // Exit codes have eight bits.
            libc::_exit(if line == 0 { 0 } else { line % 255 + 1 });
        }
        child
    };
    assert!(child > 0, "fork failed");
    let since = Instant::now();
    let mut status = 0;
    loop {
        // SAFETY: `child` is this process's own, not yet waited for; status is written.
        match unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } {
            0 if since.elapsed() > PATIENCE => {
                // SAFETY: as above.
                unsafe { libc::kill(child, libc::SIGKILL) };
                panic!("the child hangs");
            }
            0 => std::thread::sleep(Duration::from_millis(1)),
            _ => break,
        }
    }
    assert!(libc::WIFEXITED(status), "the child died of signal {}", libc::WTERMSIG(status));
    let code = libc::WEXITSTATUS(status);
    assert_eq!(code, 0, "the child found something wrong at line {} of this file (modulo 255)", code - 1);
}

/// Leaves a child's body with the line when the condition does not hold.
macro_rules! hold {
    ($condition:expr) => {
        if !$condition {
            return line!() as i32;
        }
    };
}

/// Runs the body in a loop on some threads while `test` runs.
fn beside(threads: usize, body: impl Fn() + Sync, test: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    /// Stops the threads also when the test fails.
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    body();
                }
            });
        }
        let _stop = Stop(&stop);
        test();
    });
}

/// A tensor of ones.
fn ones(count: i64) -> i64 {
    // SAFETY: numbers alone.
    unsafe { create::tensor_ones([count].as_ptr(), 1, F32, DEFAULT) }
}

fn free(tensor: i64) {
    // SAFETY: numbers alone.
    unsafe { handle::release(tensor) };
}

/// The sum of 1 + 1 over so many elements, from new tensors to the host; NaN when something failed.
fn twice(count: i64) -> f64 {
    let x = ones(count);
    // SAFETY: numbers, and a pointer to one f64.
    unsafe {
        let y = ops::add::add(x, x);
        let sum = reduce::sum::sum(y);
        let mut value = f64::NAN;
        transfer::tensor_copy_to(sum, (&raw mut value).cast(), 1, F64);
        [x, y, sum].into_iter().for_each(free);
        value
    }
}

fn turn() -> std::sync::MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[test]
fn a_child_has_cpu_tensors_while_the_parents_threads_allocate() {
    let _turn = turn();
    // The same classes of memory in parent and child, from what lies in the object itself to large ones.
    let sizes = || [1, 50, 200, 1000, 5000, 20_000].into_iter();
    let allocate = || sizes().for_each(|count| free(ones(count)));
    beside(4, allocate, || {
        for _ in 0..60 {
            in_child(|| {
                for count in sizes() {
                    hold!(twice(count) == 2.0 * count as f64);
                }
                // SAFETY: numbers alone.
                hold!(unsafe { device::memory_trim(DEFAULT) } >= 0);
                0
            });
        }
    });
}

#[test]
fn a_child_computes_in_parallel_with_workers_of_its_own() {
    let _turn = turn();
    let work = || assert_eq!(twice(300_000), 600_000.0);
    beside(2, work, || {
        for _ in 0..12 {
            in_child(|| {
                hold!(twice(300_000) == 600_000.0);
                // SAFETY: no arguments.
                hold!(unsafe { core::shutdown() } == 0);
                hold!(twice(300_000) == 600_000.0);
                0
            });
        }
    });
}

#[test]
fn a_child_draws_random_numbers_and_finds_devices_while_the_parent_does() {
    let _turn = turn();
    let work = || {
        let dims = [10i64];
        // SAFETY: pointers to slices of the lengths given.
        unsafe {
            let x = create::tensor_randn(dims.as_ptr(), 1, F32, DEFAULT);
            assert!(x > 0 && device::device_find(c"cpu".as_ptr().cast(), 3) > 0);
            free(x);
        }
    };
    beside(2, work, || {
        for _ in 0..100 {
            in_child(|| {
                work();
                0
            });
        }
    });
}

/// Threads begin and end in the parent, which the standard library does under a lock: a child that used its threads would hang
/// in one of some hundred forks.
#[test]
fn a_child_starts_and_ends_workers_while_threads_of_the_parent_start_and_end() {
    let _turn = turn();
    let come_and_go = || {
        let some: Vec<_> = (0..8).map(|_| std::thread::spawn(|| ())).collect();
        some.into_iter().for_each(|thread| thread.join().unwrap());
    };
    // SAFETY: numbers and live handles.
    let loader = || unsafe {
        let rows = create::tensor_arange_i64(0, 8, 1, F32, DEFAULT);
        let dataset = data::dataset_from_tensors(rows, rows);
        let loader = data::dataloader_new(dataset, 2, 1, 7, 0);
        [rows, dataset].into_iter().for_each(free);
        loader
    };
    beside(4, come_and_go, || {
        for _ in 0..500 {
            in_child(|| {
                hold!(twice(300_000) == 600_000.0);
                // The loader's thread is joined.
                let loader = loader();
                hold!((0.0..8.0).contains(&next_of(loader)));
                free(loader);
                // SAFETY: no arguments.
                hold!(unsafe { core::shutdown() } == 0);
                0
            });
        }
    });
}

/// The first look-up by name makes the table of names. In this process nothing else looks one up, so each child is a first time.
#[test]
fn a_child_finds_functions_while_the_parent_looks_one_up_for_the_first_time() {
    let _turn = turn();
    let find = || {
        let name = "rt_tensor_add";
        // SAFETY: a text of this length.
        unsafe { registry::function_find(name.as_ptr().cast(), name.len() as i64) }
    };
    for round in 0..40u32 {
        in_child(|| {
            let others: Vec<_> = (0..2).map(|_| Thread::spawn("another", find).unwrap()).collect();
            // At another moment of theirs each time.
            std::thread::sleep(Duration::from_micros(u64::from(round) * 20));
            in_child(|| {
                hold!(find() >= 0);
                0
            });
            hold!(others.into_iter().all(|other| other.join().is_ok_and(|id| id >= 0)));
            0
        });
    }
}

extern "C" fn answer(place: *mut std::ffi::c_void) -> i64 {
    // SAFETY: a channel's handle that outlives the thread.
    unsafe { i64::from(channels::channel_send(*place.cast::<i64>(), 41) == 0) }
}

/// A thread, a channel, a semaphore and a mutex, made and used; 42 when all did their work.
fn threads_at_work() -> i64 {
    // SAFETY: numbers, live handles, and a pointer to a local that outlives the thread.
    unsafe {
        let (mut channel, semaphore, mutex) =
            (channels::channel_create(0), locks::semaphore_new(1), locks::mutex_new(1));
        let body = (answer as *const std::ffi::c_void).cast();
        let thread = threads::thread_spawn(body, (&raw mut channel).cast());
        let mut sum =
            locks::semaphore_acquire(semaphore) + channels::channel_recv(channel) + threads::thread_join(thread);
        sum += locks::mutex_lock(mutex) - 1 + locks::mutex_unlock(mutex, 0);
        [channel, semaphore, mutex, thread].into_iter().for_each(free);
        sum
    }
}

/// Until the thread of this name sleeps. On its way there it works on the channel, which a fork at that moment would leave locked.
fn until_asleep(name: &str) {
    if !cfg!(target_os = "linux") {
        return std::thread::sleep(Duration::from_secs(1));
    }
    let asleep = || {
        let threads = std::fs::read_dir("/proc/self/task").unwrap();
        // "12 (sender) S 1 …"; a thread that has ended meanwhile has no file any more.
        let states = threads.filter_map(|thread| std::fs::read_to_string(thread.unwrap().path().join("stat")).ok());
        states.into_iter().any(|state| state.contains(&format!("({name}) S ")))
    };
    let since = Instant::now();
    while !asleep() {
        assert!(since.elapsed() < PATIENCE, "{name} never sleeps");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_child_has_threads_locks_and_channels_while_the_parents_threads_use_theirs() {
    let _turn = turn();
    // SAFETY: numbers alone.
    let (held, channel) = unsafe { (locks::mutex_new(0), channels::channel_create(0)) };
    // A thread that waits to send until the end of this test, and one at a time that holds the mutex.
    let mut place = channel;
    let body = (answer as *const std::ffi::c_void).cast();
    // SAFETY: as above, and a text of this length.
    let waits = unsafe { threads::thread_spawn_named(body, (&raw mut place).cast(), c"sender".as_ptr().cast(), 6) };
    until_asleep("sender");
    let work = || {
        assert_eq!(threads_at_work(), 42);
        // SAFETY: a live handle.
        unsafe {
            if locks::mutex_try_lock(held) >= 0 {
                assert_eq!(locks::mutex_unlock(held, 0), 0);
            }
        }
    };
    beside(2, work, || {
        for _ in 0..100 {
            in_child(|| {
                hold!(threads_at_work() == 42);
                // SAFETY: live handles.
                unsafe {
                    hold!(threads::thread_join(waits) == Code::Unavailable.number());
                    hold!(last_error::message().contains("forked"));
                    // Another thread may have held it.
                    let locked = locks::mutex_lock_timeout(held, 1000);
                    hold!(locked == 0 || locked == Code::Timeout.number());
                    hold!(channels::channel_close(channel) == 1);
                    hold!(handle::release(channel) == 0);
                }
                0
            });
        }
    });
    // SAFETY: live handles.
    unsafe { assert_eq!((channels::channel_recv(channel), threads::thread_join(waits)), (41, 1)) };
    [held, channel, waits].into_iter().for_each(free);
}

#[cfg(feature = "vulkan")]
#[test]
fn a_child_of_a_process_that_uses_vulkan_hears_why_not_and_frees() {
    let _turn = turn();
    // SAFETY: a text of this length.
    let gpu = unsafe { device::device_find(c"vulkan".as_ptr().cast(), 6) };
    if gpu == 0 {
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "vulkan"), "{}", last_error::message());
        eprintln!("SKIPPED: no vulkan device: {}", last_error::message());
        return;
    }
    // SAFETY: a pointer to one number.
    let make = || unsafe { create::tensor_ones([1000i64].as_ptr(), 1, F32, gpu) };
    let unavailable = || {
        let (code, message) = (last_error::code(), last_error::message());
        last_error::clear();
        code == Code::Unavailable.number() && message.contains("fork")
    };
    let work = || {
        let x = make();
        // SAFETY: numbers alone.
        let y = unsafe { ops::add::add(x, x) };
        assert!(y > 0, "{}", last_error::message());
        [x, y].into_iter().for_each(free);
    };
    let x = make();
    let mut values = [0f32; 1000];
    beside(2, work, || {
        for _ in 0..20 {
            // SAFETY: numbers, and pointers to slices of the lengths given.
            in_child(|| unsafe {
                hold!(ops::add::add(x, x) == 0 && unavailable());
                let mut values = [0f32; 1000];
                hold!(transfer::tensor_copy_to(x, values.as_mut_ptr().cast(), 1000, F32) < 0 && unavailable());
                hold!(make() == 0 && unavailable());
                hold!(device::device_synchronize(gpu) < 0 && unavailable());
                hold!(device::memory_trim(gpu) < 0 && unavailable());
                hold!(device::device_find(c"vulkan".as_ptr().cast(), 6) == 0 && unavailable());
                // These have an answer.
                hold!(device::memory_stats(gpu, [0i64; 5].as_mut_ptr(), 5) == 5);
                hold!(device::device_memory_free(gpu) == 0);
                hold!(device::device_count() >= 1);
                hold!(handle::release(x) == 0);
                // The CPU goes on, and so does the end.
                hold!(twice(1000) == 2000.0);
                hold!(core::shutdown() == 0);
                0
            });
        }
    });
    // The parent's is as it was.
    // SAFETY: as many elements as it says.
    let copied = unsafe { transfer::tensor_copy_to(x, values.as_mut_ptr().cast(), 1000, F32) };
    assert_eq!(copied, 1000);
    assert!(values.iter().all(|value| *value == 1.0));
    free(x);
}

/// The first element of the loader's next batch; minus one at the end.
fn next_of(loader: i64) -> f64 {
    let (mut batch, mut value) = ([0i64; 2], f64::NAN);
    let [x, y] = [0, 1].map(|i| (&raw mut batch[i]));
    // SAFETY: handles, and pointers to one number each.
    unsafe {
        match data::dataloader_next(loader, x, y) {
            1 => {
                let first = shape::tensor_select(batch[0], 0, 0);
                transfer::tensor_copy_to(first, (&raw mut value).cast(), 1, F64);
                [first, batch[0], batch[1]].into_iter().for_each(free);
                value
            }
            0 => -1.0,
            _ => f64::NAN,
        }
    }
}

#[test]
fn a_child_goes_on_with_its_parents_loader() {
    let _turn = turn();
    // SAFETY: numbers and live handles.
    let (loader, same) = unsafe {
        let rows = create::tensor_arange_i64(0, 200, 1, F32, DEFAULT);
        let dataset = data::dataset_from_tensors(rows, rows);
        let loaders = (data::dataloader_new(dataset, 2, 1, 7, 0), data::dataloader_new(dataset, 2, 1, 7, 0));
        [rows, dataset].into_iter().for_each(free);
        loaders
    };
    let all: Vec<f64> = (0..101).map(|_| next_of(same)).collect();
    assert!(all[..100].iter().all(|row| *row >= 0.0) && all[100] == -1.0);
    (0..10).for_each(|at| assert_eq!(next_of(loader), all[at]));
    // With the parent's worker waiting to hand over a batch, or making one, and with none at all.
    for _ in 0..20 {
        in_child(|| {
            for want in &all[10..] {
                hold!(next_of(loader) == *want);
            }
            // SAFETY: live handles.
            unsafe {
                hold!(data::dataloader_set_progress(loader, std::ptr::null(), std::ptr::null_mut()) == 0);
                hold!(data::dataloader_reset(same) == 0 && next_of(same) >= 0.0);
                hold!(data::dataloader_free(loader) == 0 && data::dataloader_free(same) == 0);
            }
            0
        });
    }
    all[10..].iter().for_each(|want| assert_eq!(next_of(loader), *want));
    [loader, same].into_iter().for_each(free);
}
