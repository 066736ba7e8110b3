//! The types of crossbeam-channel over `rt_channel_*`, for its own tests: as thin as they let it be. A message crosses as the address
//! of a box; a channel is closed when its last sender or its last receiver goes, which is what crossbeam means by disconnected.
//!
//! Of its test files, `after`, `tick` and `select_macro` are left out, see `build.rs`. [`never`], [`after`] and [`tick`] are here
//! because the others use them.

mod select;
mod slot;

pub use real::{
    ReadyTimeoutError, RecvError, RecvTimeoutError, SelectTimeoutError, SendError, SendTimeoutError, TryReadyError,
    TryRecvError, TrySelectError, TrySendError,
};
pub use select::{Select, SelectedOperation};

use ffi_base::{last_error, Code};
use ffi_concurrent::rows::channels as rt;
use slot::Slot;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Inner<T> {
    handle: i64,
    senders: AtomicUsize,
    receivers: AtomicUsize,
    /// One from [`never`]: those count as one channel.
    never: bool,
    messages: std::marker::PhantomData<T>,
}

// What goes through a channel is sent from one thread to another.
unsafe impl<T: Send> Send for Inner<T> {}
unsafe impl<T: Send> Sync for Inner<T> {}

impl<T> Inner<T> {
    fn new(capacity: i64, never: bool) -> Arc<Inner<T>> {
        let handle = unsafe { rt::channel_create(capacity) };
        assert!(handle > 0, "{}", last_error::message());
        let (senders, receivers) = (AtomicUsize::new(1), AtomicUsize::new(1));
        Arc::new(Inner { handle, senders, receivers, never, messages: std::marker::PhantomData })
    }

    fn close(&self) {
        unsafe { rt::channel_close(self.handle) };
    }

    fn drain(&self) {
        while let Ok(message) = self.received(|out| unsafe { (row("rt_channel_try_recv_into"))(&[self.handle, out]) }) {
            drop(message);
        }
    }

    /// A message from a row that writes it where it is told.
    fn received(&self, call: impl FnOnce(i64) -> i64) -> Result<T, Code> {
        let mut word = 0i64;
        match call((&raw mut word).expose_provenance() as i64) {
            0 => Ok(unsafe { Slot::<T>::take(word) }),
            failed => Err(Code::from_number(failed).expect("a status is 0 or a code")),
        }
    }

    /// Sends by a row; the message comes back when it does not.
    fn sent(&self, message: T, call: impl FnOnce(i64) -> i64) -> Result<(), (Code, T)> {
        let word = Slot::filled(message);
        match call(word) {
            0 => Ok(()),
            failed => Err((Code::from_number(failed).expect("a status is 0 or a code"), unsafe { Slot::take(word) })),
        }
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        self.close();
        // A message whose drop panicked leaves those behind it to nobody.
        if !std::thread::panicking() {
            self.drain();
        }
        assert_eq!(unsafe { rt::channel_free(self.handle) }, 0);
    }
}

/// Twins have no function of their own in Rust.
fn row(name: &'static str) -> unsafe fn(&[i64]) -> i64 {
    let rows = rt::ROWS.iter().copied().flatten();
    rows.copied().find(|row| row.name == name).expect("a row").call
}

/// Above 0, since 0 does not wait and -1 does for ever.
fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// See crossbeam.
pub struct Sender<T>(Arc<Inner<T>>);
/// See crossbeam.
pub struct Receiver<T>(Arc<Inner<T>>);

impl<T> UnwindSafe for Sender<T> {}
impl<T> RefUnwindSafe for Sender<T> {}
impl<T> UnwindSafe for Receiver<T> {}
impl<T> RefUnwindSafe for Receiver<T> {}

fn pair<T>(capacity: i64) -> (Sender<T>, Receiver<T>) {
    let inner = Inner::new(capacity, false);
    (Sender(inner.clone()), Receiver(inner))
}
/// See crossbeam.
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    pair(-1)
}
/// See crossbeam.
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    pair(capacity as i64)
}
/// See crossbeam. Its one sender is nobody's, so it is never closed.
pub fn never<T>() -> Receiver<T> {
    Receiver(Inner::new(0, true))
}
/// See crossbeam.
pub fn after(duration: Duration) -> Receiver<Instant> {
    let (sender, receiver) = bounded(1);
    // As with `never`.
    receiver.0.senders.fetch_add(1, Ordering::Relaxed);
    if duration.is_zero() {
        // There at once, which a thread would not be.
        let _ = sender.send(Instant::now());
        return receiver;
    }
    std::thread::spawn(move || {
        std::thread::sleep(duration);
        let _ = sender.send(Instant::now());
    });
    receiver
}
/// See crossbeam.
pub fn tick(duration: Duration) -> Receiver<Instant> {
    let (sender, receiver) = bounded(1);
    if duration.is_zero() {
        let _ = sender.send(Instant::now());
    }
    std::thread::spawn(move || loop {
        std::thread::sleep(duration);
        if sender.send(Instant::now()).is_err() {
            break;
        }
    });
    receiver
}

impl<T> Sender<T> {
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let sent = self.0.sent(message, |word| unsafe { rt::channel_send(self.0.handle, word) });
        sent.map_err(|(_, message)| SendError(message))
    }
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let sent = self.0.sent(message, |word| unsafe { rt::channel_try_send(self.0.handle, word) });
        sent.map_err(|(code, message)| match code {
            Code::WouldBlock => TrySendError::Full(message),
            _ => TrySendError::Disconnected(message),
        })
    }
    pub fn send_timeout(&self, message: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        let call = |word| unsafe { rt::channel_send_timeout(self.0.handle, word, nanoseconds(timeout)) };
        self.0.sent(message, call).map_err(|(code, message)| match code {
            Code::WouldBlock | Code::Timeout => SendTimeoutError::Timeout(message),
            _ => SendTimeoutError::Disconnected(message),
        })
    }
    pub fn send_deadline(&self, message: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_timeout(message, deadline.saturating_duration_since(Instant::now()))
    }
}

impl<T> Receiver<T> {
    pub fn recv(&self) -> Result<T, RecvError> {
        let call = |out| unsafe { row("rt_channel_recv_into")(&[self.0.handle, out]) };
        self.0.received(call).map_err(|_| RecvError)
    }
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let call = |out| unsafe { row("rt_channel_try_recv_into")(&[self.0.handle, out]) };
        self.0.received(call).map_err(|code| match code {
            Code::WouldBlock => TryRecvError::Empty,
            _ => TryRecvError::Disconnected,
        })
    }
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        let call = |out| unsafe { row("rt_channel_recv_timeout_into")(&[self.0.handle, nanoseconds(timeout), out]) };
        self.0.received(call).map_err(|code| match code {
            Code::WouldBlock | Code::Timeout => RecvTimeoutError::Timeout,
            _ => RecvTimeoutError::Disconnected,
        })
    }
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_timeout(deadline.saturating_duration_since(Instant::now()))
    }
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        std::iter::from_fn(|| self.recv().ok())
    }
    pub fn try_iter(&self) -> impl Iterator<Item = T> + '_ {
        std::iter::from_fn(|| self.try_recv().ok())
    }
}

/// What both ends have.
macro_rules! ends {
    ($( $End:ident $count:ident $last:expr; )*) => {$(
        impl<T> $End<T> {
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }
            pub fn is_full(&self) -> bool {
                self.capacity().is_some_and(|capacity| self.len() >= capacity)
            }
            pub fn len(&self) -> usize {
                unsafe { rt::channel_len(self.0.handle) as usize }
            }
            pub fn capacity(&self) -> Option<usize> {
                usize::try_from(unsafe { rt::channel_capacity(self.0.handle) }).ok()
            }
            pub fn same_channel(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0) || self.0.never && other.0.never
            }
        }
        impl<T> Clone for $End<T> {
            fn clone(&self) -> Self {
                self.0.$count.fetch_add(1, Ordering::Relaxed);
                $End(self.0.clone())
            }
        }
        impl<T> Drop for $End<T> {
            fn drop(&mut self) {
                if self.0.$count.fetch_sub(1, Ordering::AcqRel) == 1 {
                    let last: fn(&Inner<T>) = $last;
                    last(&self.0);
                }
            }
        }
        impl<T> fmt::Debug for $End<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(concat!(stringify!($End), " { .. }"))
            }
        }
    )*};
}
ends! {
    Sender senders |inner| inner.close();
    Receiver receivers |inner| {
        inner.close();
        inner.drain();
    };
}

/// See crossbeam.
pub struct IntoIter<T>(Receiver<T>);
impl<T> Iterator for IntoIter<T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}
impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;
    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}
/// See crossbeam.
pub struct Iter<'a, T>(&'a Receiver<T>);
impl<T> Iterator for Iter<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}
impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        Iter(self)
    }
}
