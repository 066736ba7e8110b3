//! Runs calls on a thread of their own and fails, naming the call, when one does not come back.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any call that only looks at its arguments takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(10);

static CURRENT: Mutex<Option<(String, Instant)>> = Mutex::new(None);

/// Says which call comes next. `FFI_TRACE=1` prints it, to find the one that ended the process.
pub fn next_call(name: &str, choices: &dyn Debug) {
    let text = format!("{name} {choices:?}");
    if std::env::var_os("FFI_TRACE").is_some() {
        eprintln!("{text}");
    }
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some((text, Instant::now()));
}

/// No call is under way: objects are made, or another test begins.
pub fn rest() {
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Runs the body; whatever files it makes land in a folder of the tests.
pub fn run(body: impl FnOnce() + Send + 'static) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("calls");
    std::fs::create_dir_all(&folder).unwrap();
    std::env::set_current_dir(folder).unwrap();
    rest();
    let worker = thread::spawn(body);
    while !worker.is_finished() {
        if let Some((call, since)) = &*CURRENT.lock().unwrap_or_else(PoisonError::into_inner) {
            assert!(since.elapsed() < PATIENCE, "no answer after {PATIENCE:?}: {call}");
        }
        thread::sleep(Duration::from_millis(5));
    }
    if let Err(payload) = worker.join() {
        std::panic::resume_unwind(payload);
    }
}
