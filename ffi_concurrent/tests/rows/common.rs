//! Objects that free themselves, threads that a test waits for, and failures by code and words.

use ffi_base::{Code, Row, last_error};
use std::ffi::c_void;
use std::time::{Duration, Instant};

/// Calls a row by its name, twins too.
pub fn call(name: &str, words: &[i64]) -> i64 {
    let rows = ffi_concurrent::rows::TABLES.iter().copied().flatten().copied().flatten();
    let row: Row = rows.copied().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(row.arity(), words.len(), "{name}");
    // SAFETY: the tests pass numbers, live handles, and addresses of memory of the stated lengths that outlives the call.
    unsafe { (row.call)(words) }
}

/// The address of a local as a word.
pub fn address<T>(place: *const T) -> i64 {
    place.expose_provenance() as i64
}

/// A handle that is freed with it.
pub struct H(pub i64);
impl H {
    #[track_caller]
    pub fn new(name: &str, words: &[i64]) -> H {
        let handle = call(name, words);
        assert!(handle > 0, "{}", last_error::message());
        H(handle)
    }
    pub fn free(self) {}
}
impl Drop for H {
    fn drop(&mut self) {
        let freed = ffi_base::object::free(self.0);
        assert!(freed.is_ok() || std::thread::panicking(), "{freed:?}");
    }
}

#[track_caller]
pub fn ok(result: i64) -> i64 {
    assert!(result >= 0, "{result}: {}", last_error::message());
    result
}

#[track_caller]
pub fn failed(result: i64, code: Code, words: &str) {
    assert_eq!((result, last_error::code()), (code.number(), code.number()), "{}", last_error::message());
    assert!(last_error::message().contains(words), "{:?} does not say {words:?}", last_error::message());
}

extern "C-unwind" fn run(body: *mut c_void) -> i64 {
    // SAFETY: `spawn` passes a boxed closure, once.
    let body = unsafe { Box::from_raw(body.cast::<Box<dyn FnOnce() -> i64>>()) };
    body()
}

/// A thread of ours for a closure.
pub fn spawn(body: impl FnOnce() -> i64 + Send + 'static) -> H {
    let boxed: Box<Box<dyn FnOnce() -> i64>> = Box::new(Box::new(body));
    H::new("rt_thread_spawn", &[address(run as *const c_void), address(Box::into_raw(boxed))])
}

/// The words of a callback that runs a closure once.
pub fn callback(body: impl FnOnce() -> i64 + 'static) -> [i64; 2] {
    let boxed: Box<Box<dyn FnOnce() -> i64>> = Box::new(Box::new(body));
    [address(run as *const c_void), address(Box::into_raw(boxed))]
}

/// Its result; the test fails when it takes longer than any of these may.
#[track_caller]
pub fn join(thread: &H) -> i64 {
    let mut result = 0i64;
    let status = call("rt_thread_join_timeout_into", &[thread.0, 60_000_000_000, address(&raw mut result)]);
    assert_eq!(status, 0, "{}", last_error::message());
    result
}

/// Long enough that a thread which is going to wait does.
pub fn let_it_wait() {
    std::thread::sleep(Duration::from_millis(20));
}

/// Waits for what another thread does soon.
#[track_caller]
pub fn until(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not come");
        std::thread::yield_now();
    }
}

/// A millisecond.
pub const MS: i64 = 1_000_000;

/// Runs the body and checks that it took at least so long, and not for ever.
#[track_caller]
pub fn takes(at_least_ns: i64, body: impl FnOnce()) {
    let start = Instant::now();
    body();
    let time = start.elapsed();
    assert!(time >= Duration::from_nanos(at_least_ns as u64), "only {time:?}");
    assert!(time < Duration::from_secs(30), "{time:?}");
}
