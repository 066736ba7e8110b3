//! The log callback is called with no lock held, from the end of the outermost exported call. One test, for the process has
//! one listener.
#![allow(clippy::unwrap_used, reason = "tests fail this way")]

use ffi_base::log::{Level, LogFn, deliver, set_listener, write};
use ffi_base::{CallbackType, Code, Error, Mode, Result, Status, UserData, guard, guard_callback, last_error, pool};
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// Stands for any lock of the library.
static INNER: Mutex<()> = Mutex::new(());

/// Notes the line, and that the lock was free. Then makes a call of its own, which fails.
unsafe extern "C" fn hear(_: i64, text: *const u8, len: i64, _: *mut c_void) {
    // SAFETY: the log lends `len` bytes during the call.
    let text = String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(text, len as usize) });
    // Other tests of this process have panics to tell.
    if !text.contains("a line of the test") {
        return;
    }
    let free = if INNER.try_lock().is_ok() { "free" } else { "taken" };
    HEARD.lock().unwrap().push(format!("{text} ({free})"));
    call(|| Err(Error::new(Code::Busy, "inside the callback")));
}

fn call(body: impl FnOnce() -> Result<()>) -> i64 {
    guard::<Status>("rt_test", Mode::Plain, |_| body())
}

fn heard() -> Vec<String> {
    std::mem::take(&mut HEARD.lock().unwrap())
}

#[test]
fn lines_are_delivered_where_no_lock_is_held() {
    // SAFETY: the address is of a function of the listener's type.
    let listener = unsafe { LogFn::from_address(hear as *const c_void) };
    set_listener(Some(listener), UserData(std::ptr::null_mut())).unwrap();

    // Below a lock, two calls deep: at the end of the outer one. The caller's error is not the callback's.
    call(|| Err(Error::new(Code::Io, "before")));
    let failed = call(|| {
        let _lock = INNER.lock().unwrap();
        call(|| {
            write(Level::Warning, "first a line of the test");
            Ok(())
        });
        guard_callback(|| {
            write(Level::Warning, "second a line of the test");
            Ok(())
        })
        .unwrap();
        assert_eq!(heard(), [""; 0], "nothing yet");
        Err(Error::new(Code::Timeout, "the outer one"))
    });
    assert_eq!(heard(), ["first a line of the test (free)", "second a line of the test (free)"]);
    assert_eq!((failed, last_error::code()), (Code::Timeout.number(), Code::Timeout.number()));
    // A success does not change the error either.
    call(|| {
        write(Level::Info, "third a line of the test");
        Ok(())
    });
    assert_eq!((heard().len(), last_error::code()), (1, Code::Timeout.number()));

    // A panic below a lock.
    call(|| {
        let _lock = INNER.lock().unwrap_or_else(PoisonError::into_inner);
        panic!("a line of the test")
    });
    let panicked = heard();
    INNER.clear_poison();
    assert_eq!(panicked.len(), 1, "{panicked:?}");

    // On a thread without a call of ours, and on a worker: the next call on any thread.
    std::thread::spawn(|| write(Level::Error, "fourth a line of the test")).join().unwrap();
    pool::install(|| write(Level::Error, "fifth a line of the test")).unwrap();
    let _lock = INNER.lock().unwrap();
    write(Level::Error, "sixth a line of the test");
    drop(_lock);
    assert_eq!(heard(), [""; 0], "nobody called yet");
    call(|| Ok(()));
    assert_eq!(heard().len(), 3);

    // Too many are dropped, and memory stays bounded.
    (0..5000).for_each(|_| write(Level::Error, "a line of the test"));
    deliver();
    let many = heard().len();
    assert!((1000..=2000).contains(&many), "{many}");

    // Another thread's line is its own to deliver.
    let (told, wait) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        call(|| {
            write(Level::Error, "seventh a line of the test");
            told.send(()).unwrap();
            gone.recv().unwrap();
            Ok(())
        })
    });
    wait.recv().unwrap();
    call(|| Ok(()));
    assert_eq!(heard(), [""; 0], "not ours");
    go.send(()).unwrap();
    other.join().unwrap();
    assert_eq!(heard(), ["seventh a line of the test (free)"]);
    set_listener(None, UserData(std::ptr::null_mut())).unwrap();
}
