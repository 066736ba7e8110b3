//! Threads that a forked child can start, end and join, whatever the threads of its parent were doing.
//!
//! The standard library keeps the stacks of its threads in a list behind a lock of its own, taken when a thread starts and when it
//! ends. A child that was forked in such a moment of another thread finds the lock taken for ever, and hangs in the first thread that it
//! starts or joins. So on Unix these are the system's own threads: its fork puts what it knows about threads right in the child.

use crate::process::forks;
use std::any::Any;
use std::io;
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

/// How a thread ended: its result, or what it panicked with.
pub type Outcome<T> = Result<T, Box<dyn Any + Send>>;

/// A running thread. Dropping it lets the thread go its own way.
#[derive(Debug)]
pub struct Thread<T> {
    native: ManuallyDrop<native::Thread>,
    /// The fork count it began under: in a child it does not exist, and its name in the system may be another's.
    forks: u32,
    outcome: Arc<Mutex<Option<Outcome<T>>>>,
}

impl<T: Send + 'static> Thread<T> {
    /// Starts `body` on a thread of this name, of which the system keeps the first 15 bytes on Linux, with a stack of 8 MiB.
    /// A panic ends the thread alone, and is told by [`Thread::join`].
    pub fn spawn(name: &str, body: impl FnOnce() -> T + Send + 'static) -> io::Result<Thread<T>> {
        let outcome = Arc::new(Mutex::new(None));
        let told = outcome.clone();
        let run = move || {
            let ended = panic::catch_unwind(AssertUnwindSafe(body));
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        };
        let native = native::spawn(name, Box::new(run))?;
        Ok(Thread { native: ManuallyDrop::new(native), forks: forks(), outcome })
    }

    /// Waits for the end. A thread must not join itself. In a process forked since, of a thread that had not ended by then: an error.
    pub fn join(mut self) -> Outcome<T> {
        if self.forks == forks() {
            // SAFETY: taken once: `drop` does not look at it in a process that has forked more often.
            let native = unsafe { ManuallyDrop::take(&mut self.native) };
            self.forks = u32::MAX;
            native.join();
        }
        let ended = self.outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        ended.unwrap_or_else(|| Err(Box::new("the thread is not in this process")))
    }

    /// Whether the body has run to its end.
    pub fn is_done(&self) -> bool {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl<T> Thread<T> {
    /// Whether it is the one that asks.
    pub fn is_current(&self) -> bool {
        self.forks == forks() && self.native.is_current()
    }
}

impl<T> Drop for Thread<T> {
    fn drop(&mut self) {
        if self.forks == forks() {
            // SAFETY: `join` takes it only together with the count.
            unsafe { ManuallyDrop::drop(&mut self.native) };
        }
    }
}

/// What a thread runs; it does not panic.
type Run = Box<dyn FnOnce() + Send>;

#[cfg(unix)]
mod native {
    use super::Run;
    use std::ffi::{CString, c_void};
    use std::io;
    use std::mem::MaybeUninit;

    /// What a C program's threads have on Linux. Only what is used takes memory.
    const STACK_BYTES: usize = 8 << 20;

    /// Joined or detached exactly once: by `join`, or by being dropped.
    #[derive(Debug)]
    pub(super) struct Thread(libc::pthread_t);

    // SAFETY: a thread may be joined or detached by any other.
    unsafe impl Send for Thread {}
    // SAFETY: nothing is done through a shared reference.
    unsafe impl Sync for Thread {}

    struct Start {
        name: Option<CString>,
        run: Run,
    }

    extern "C" fn start(start: *mut c_void) -> *mut c_void {
        // SAFETY: `spawn` leaked this very box for this thread alone.
        let Start { name, run } = *unsafe { Box::from_raw(start.cast::<Start>()) };
        if let Some(name) = &name {
            set_name(name);
        }
        run();
        std::ptr::null_mut()
    }

    pub(super) fn spawn(name: &str, run: Run) -> io::Result<Thread> {
        // Linux takes 15 bytes and refuses more.
        let cut = (0..=name.len().min(15)).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        let start_of = Box::into_raw(Box::new(Start {
            name: CString::new(&name[..cut]).ok().filter(|name| !name.is_empty()),
            run,
        }));
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
        // SAFETY: the attributes are made, used and destroyed here; the thread owns the box when its creation answers 0, which also
        // says that its name was written.
        unsafe {
            let mut failed = libc::pthread_attr_init(attributes.as_mut_ptr());
            if failed == 0 {
                libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), STACK_BYTES);
                failed = libc::pthread_create(thread.as_mut_ptr(), attributes.as_ptr(), start, start_of.cast());
                libc::pthread_attr_destroy(attributes.as_mut_ptr());
            }
            if failed != 0 {
                drop(Box::from_raw(start_of));
                return Err(io::Error::from_raw_os_error(failed));
            }
            Ok(Thread(thread.assume_init()))
        }
    }

    impl Thread {
        pub(super) fn is_current(&self) -> bool {
            // SAFETY: neither joined nor detached, so its name is its own.
            unsafe { libc::pthread_equal(self.0, libc::pthread_self()) != 0 }
        }

        pub(super) fn join(self) {
            let thread = std::mem::ManuallyDrop::new(self);
            // SAFETY: neither joined nor detached before, since `self` is gone by either.
            unsafe { libc::pthread_join(thread.0, std::ptr::null_mut()) };
        }
    }

    impl Drop for Thread {
        fn drop(&mut self) {
            // SAFETY: as in `join`.
            unsafe { libc::pthread_detach(self.0) };
        }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn set_name(name: &CString) {
        // SAFETY: this thread, and a text that ends in NUL.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), name.as_ptr()) };
    }

    #[cfg(target_vendor = "apple")]
    fn set_name(name: &CString) {
        // SAFETY: a text that ends in NUL; the name is this thread's.
        unsafe { libc::pthread_setname_np(name.as_ptr()) };
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn set_name(_name: &CString) {}
}

#[cfg(not(unix))]
mod native {
    use super::Run;
    use std::io;
    use std::thread::{Builder, JoinHandle};

    #[derive(Debug)]
    pub(super) struct Thread(JoinHandle<()>);

    pub(super) fn spawn(name: &str, run: Run) -> io::Result<Thread> {
        // A NUL in a name is a panic there.
        let builder = Builder::new().stack_size(8 << 20);
        let builder = if name.contains('\0') { builder } else { builder.name(name.to_owned()) };
        builder.spawn(run).map(Thread)
    }

    impl Thread {
        pub(super) fn is_current(&self) -> bool {
            self.0.thread().id() == std::thread::current().id()
        }

        pub(super) fn join(self) {
            let _ = self.0.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_has_a_result_or_a_panic() {
        assert_eq!(Thread::spawn("seven", || 7).unwrap().join().unwrap(), 7);
        let quiet = || {
            crate::guard::enter_own_thread();
            panic!("inside")
        };
        let panicked: Outcome<()> = Thread::spawn("bad\0name", quiet).unwrap().join();
        assert_eq!(*panicked.unwrap_err().downcast::<&str>().unwrap(), "inside");
    }

    #[test]
    fn a_name_is_cut_between_characters() {
        for (name, short) in [("short", "short"), ("fifteen bytes éa", "fifteen bytes "), ("", "")] {
            let named = Thread::spawn(name, || {
                #[cfg(target_os = "linux")]
                return std::fs::read_to_string("/proc/thread-self/comm").unwrap().trim_end_matches('\n').to_owned();
                #[cfg(not(target_os = "linux"))]
                String::new()
            });
            let told = named.unwrap().join().unwrap();
            // A thread without a name has that of its parent.
            assert!(!cfg!(target_os = "linux") || short.is_empty() || told == short, "{told}");
        }
    }

    #[test]
    fn many_are_let_go_and_all_run() {
        let sent = {
            let (send, receive) = std::sync::mpsc::channel();
            for i in 0..100 {
                let send = send.clone();
                drop(Thread::spawn("one of many", move || send.send(i).unwrap()).unwrap());
            }
            drop(send);
            receive
        };
        let mut all: Vec<i32> = sent.into_iter().collect();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
    }
}
