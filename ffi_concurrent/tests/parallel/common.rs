//! What the tests share: the table of sizes, functions of the host, a watchdog.

use ffi_base::last_error;
use ffi_concurrent::rows::parallel as rows;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

pub const SIZES: [usize; 6] = [0, 1, 2, 31, 1000, 100_000];
pub const GRAINS: [i64; 5] = [0, 1, 7, 1024, i64::MAX];
pub const THREADS: [i64; 4] = [1, 2, 3, 8];

/// Runs the body with every number of threads. One test at a time, for the number is the process's.
pub fn with_threads(body: impl Fn(i64)) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    for threads in THREADS {
        // SAFETY: the rows take numbers.
        unsafe {
            assert_eq!(rows::parallel_set_threads(threads), 0);
            assert_eq!(rows::parallel_threads(), threads);
        }
        body(threads);
    }
    // SAFETY: as above.
    assert_eq!(unsafe { rows::parallel_set_threads(0) }, 0);
}

/// Fails when the body has not come back after a minute: a hang must not look like a slow machine.
pub fn watched<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> R {
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::spawn(move || sender.send(body()));
    match receiver.recv_timeout(Duration::from_secs(60)) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("no answer after a minute: a deadlock"),
        Err(mpsc::RecvTimeoutError::Disconnected) => std::panic::resume_unwind(thread.join().unwrap_err()),
    }
}

pub fn user<T>(value: &T) -> *mut c_void {
    std::ptr::from_ref(value).cast_mut().cast()
}

/// What a callback was given.
///
/// # Safety
/// The pointer is from [`user`] of a `T` that lives.
pub unsafe fn given<'a, T>(user: *mut c_void) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { &*user.cast::<T>() }
}

/// Random numbers, the same on every machine.
pub struct Random(u64);
impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed ^ 0x9E37_79B9_7F4A_7C15)
    }
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// A call that fails with this code and a message that says this.
#[track_caller]
pub fn refused(answer: i64, code: ffi_base::Code, words: &str) {
    assert_eq!(answer, code.number(), "{}", last_error::message());
    assert!(last_error::message().contains(words), "{:?} does not say {words:?}", last_error::message());
}

/// The address of a function, as the row's word.
#[macro_export]
macro_rules! function {
    ($f:expr) => {
        $f as *const std::ffi::c_void
    };
}
