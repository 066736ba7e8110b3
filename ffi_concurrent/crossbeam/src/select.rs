//! `Select` and `select!` over `rt_channel_select` and `rt_channel_ready`.

use crate::slot::Slot;
use crate::{
    nanoseconds, ReadyTimeoutError, Receiver, RecvError, SelectTimeoutError, SendError, Sender, TryReadyError,
    TrySelectError,
};
use ffi_base::{last_error, Code};
use ffi_concurrent::rows::channels as rt;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

/// Makes and discards a slot of the type that is sent.
type MakeAndDiscard = (fn() -> i64, unsafe fn(i64));

#[derive(Clone, Copy)]
struct Arm {
    handle: i64,
    /// None for one that receives.
    slot: Option<MakeAndDiscard>,
}

/// See crossbeam.
#[derive(Clone, Default)]
pub struct Select<'a> {
    arms: Vec<Option<Arm>>,
    borrows: PhantomData<&'a ()>,
}

/// See crossbeam. What it received is in it already.
pub struct SelectedOperation<'a> {
    index: usize,
    handle: i64,
    /// The message, or the slot for it; none where the channel is closed.
    word: Option<i64>,
    borrows: PhantomData<&'a ()>,
}

impl<'a> Select<'a> {
    pub fn new() -> Select<'a> {
        Select::default()
    }
    pub fn send<T>(&mut self, sender: &'a Sender<T>) -> usize {
        self.add(sender.0.handle, Some((Slot::<T>::empty, Slot::<T>::discard)))
    }
    pub fn recv<T>(&mut self, receiver: &'a Receiver<T>) -> usize {
        self.add(receiver.0.handle, None)
    }
    fn add(&mut self, handle: i64, slot: Option<MakeAndDiscard>) -> usize {
        self.arms.push(Some(Arm { handle, slot }));
        self.arms.len() - 1
    }
    pub fn remove(&mut self, index: usize) {
        assert!(self.arms[index].take().is_some(), "removed twice");
    }

    /// What is left, with its places.
    fn lists(&self) -> (Vec<usize>, Vec<Arm>, Vec<i64>, i64) {
        let (places, arms): (Vec<_>, Vec<_>) =
            self.arms.iter().enumerate().filter_map(|(at, arm)| Some((at, (*arm)?))).unzip();
        let sends = arms.iter().enumerate().map(|(at, arm)| i64::from(arm.slot.is_some()) << at).sum();
        let handles = arms.iter().map(|arm| arm.handle).collect();
        (places, arms, handles, sends)
    }

    fn wait(&self, timeout_ns: i64) -> Option<SelectedOperation<'a>> {
        let (places, arms, handles, sends) = self.lists();
        if arms.is_empty() {
            nothing_to_wait_for(timeout_ns);
            return None;
        }
        let words: Vec<i64> = arms.iter().map(|arm| arm.slot.map_or(0, |(empty, _)| empty())).collect();
        let (mut received, mut closed, count) = (0, 0, arms.len() as i64);
        // SAFETY: pointers to as many elements as stated.
        let chosen = unsafe {
            rt::channel_select(
                handles.as_ptr(),
                count,
                sends,
                words.as_ptr(),
                count,
                timeout_ns,
                &mut received,
                &mut closed,
            )
        };
        for (at, arm) in arms.iter().enumerate() {
            if let Some((_, discard)) = arm.slot.filter(|_| at as i64 != chosen || closed == 1) {
                // SAFETY: it was not sent.
                unsafe { discard(words[at]) };
            }
        }
        if chosen < 0 {
            assert!([Code::Timeout.number(), Code::WouldBlock.number()].contains(&chosen), "{}", last_error::message());
            return None;
        }
        let at = chosen as usize;
        let word = if arms[at].slot.is_some() { words[at] } else { received };
        let word = (closed == 0).then_some(word);
        Some(SelectedOperation { index: places[at], handle: arms[at].handle, word, borrows: PhantomData })
    }

    pub fn select(&mut self) -> SelectedOperation<'a> {
        self.wait(-1).expect("for ever")
    }
    pub fn try_select(&mut self) -> Result<SelectedOperation<'a>, TrySelectError> {
        self.wait(0).ok_or(TrySelectError)
    }
    pub fn select_timeout(&mut self, timeout: Duration) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.wait(nanoseconds(timeout)).ok_or(SelectTimeoutError)
    }
    pub fn select_deadline(&mut self, deadline: Instant) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.select_timeout(deadline.saturating_duration_since(Instant::now()))
    }

    fn look(&self, timeout_ns: i64) -> Option<usize> {
        let (places, _, handles, sends) = self.lists();
        if handles.is_empty() {
            nothing_to_wait_for(timeout_ns);
            return None;
        }
        // SAFETY: a pointer to as many elements as stated.
        let ready = unsafe { rt::channel_ready(handles.as_ptr(), handles.len() as i64, sends, timeout_ns) };
        usize::try_from(ready).ok().map(|at| places[at])
    }

    pub fn ready(&mut self) -> usize {
        self.look(-1).expect("for ever")
    }
    pub fn try_ready(&mut self) -> Result<usize, TryReadyError> {
        self.look(0).ok_or(TryReadyError)
    }
    pub fn ready_timeout(&mut self, timeout: Duration) -> Result<usize, ReadyTimeoutError> {
        self.look(nanoseconds(timeout)).ok_or(ReadyTimeoutError)
    }
    pub fn ready_deadline(&mut self, deadline: Instant) -> Result<usize, ReadyTimeoutError> {
        self.ready_timeout(deadline.saturating_duration_since(Instant::now()))
    }
}

/// No channels: nothing comes before the time is over.
fn nothing_to_wait_for(timeout_ns: i64) {
    match u64::try_from(timeout_ns) {
        Ok(timeout_ns) => std::thread::sleep(Duration::from_nanos(timeout_ns)),
        Err(_) => loop {
            std::thread::park();
        },
    }
}

impl SelectedOperation<'_> {
    pub fn index(&self) -> usize {
        self.index
    }
    pub fn send<T>(self, sender: &Sender<T>, message: T) -> Result<(), SendError<T>> {
        assert_eq!(sender.0.handle, self.handle, "passed a sender that wasn't selected");
        match self.word {
            Some(word) => {
                // SAFETY: the slot that this arm made for messages of this channel.
                unsafe { Slot::fill(word, message) };
                Ok(())
            }
            None => Err(SendError(message)),
        }
    }
    pub fn recv<T>(self, receiver: &Receiver<T>) -> Result<T, RecvError> {
        assert_eq!(receiver.0.handle, self.handle, "passed a receiver that wasn't selected");
        // SAFETY: what was received from this channel.
        self.word.map(|word| unsafe { Slot::take(word) }).ok_or(RecvError)
    }
}

/// See crossbeam. Arms are `recv`, `send`, and a `default` at the end.
#[macro_export]
macro_rules! select {
    ($($arms:tt)*) => { $crate::crossbeam_channel_internal!($($arms)*) };
}

/// The same: crossbeam's own name for what is inside.
#[macro_export]
macro_rules! crossbeam_channel_internal {
    // Each arm in turn: its channel is looked at once, and stays to be used when it is chosen.
    (@arms $select:ident ($($done:tt)*) recv($r:expr $(,)?) -> $p:pat => $body:expr, $($rest:tt)*) => {
        $crate::crossbeam_channel_internal!(@recv $select ($($done)*) ($r) ($p) ($body) $($rest)*)
    };
    (@arms $select:ident ($($done:tt)*) recv($r:expr $(,)?) -> $p:pat => $body:expr) => {
        $crate::crossbeam_channel_internal!(@recv $select ($($done)*) ($r) ($p) ($body))
    };
    (@arms $select:ident ($($done:tt)*) recv($r:expr $(,)?) -> $p:pat => $body:block $($rest:tt)*) => {
        $crate::crossbeam_channel_internal!(@recv $select ($($done)*) ($r) ($p) ($body) $($rest)*)
    };
    (@arms $select:ident ($($done:tt)*) send($s:expr, $m:expr $(,)?) -> $p:pat => $body:expr, $($rest:tt)*) => {
        $crate::crossbeam_channel_internal!(@send $select ($($done)*) ($s) ($m) ($p) ($body) $($rest)*)
    };
    (@arms $select:ident ($($done:tt)*) send($s:expr, $m:expr $(,)?) -> $p:pat => $body:expr) => {
        $crate::crossbeam_channel_internal!(@send $select ($($done)*) ($s) ($m) ($p) ($body))
    };
    (@arms $select:ident ($($done:tt)*) send($s:expr, $m:expr $(,)?) -> $p:pat => $body:block $($rest:tt)*) => {
        $crate::crossbeam_channel_internal!(@send $select ($($done)*) ($s) ($m) ($p) ($body) $($rest)*)
    };
    (@arms $select:ident ($($done:tt)*) default => $body:expr $(,)?) => {
        match $select.try_select() {
            Ok(chosen) => $crate::crossbeam_channel_internal!(@chosen chosen $($done)*),
            Err(_) => $body,
        }
    };
    (@arms $select:ident ($($done:tt)*) default($t:expr) => $body:expr $(,)?) => {
        match $select.select_timeout($t) {
            Ok(chosen) => $crate::crossbeam_channel_internal!(@chosen chosen $($done)*),
            Err(_) => $body,
        }
    };
    (@arms $select:ident ($($done:tt)*)) => {{
        let chosen = $select.select();
        $crate::crossbeam_channel_internal!(@chosen chosen $($done)*)
    }};
    (@recv $select:ident ($($done:tt)*) ($r:expr) ($p:pat) ($body:expr) $($rest:tt)*) => {
        match $r {
            ref receiver => {
                let receiver: &$crate::Receiver<_> = receiver;
                let index = $select.recv(receiver);
                $crate::crossbeam_channel_internal!(@arms $select ($($done)* [index (recv(receiver)) ($p) ($body)]) $($rest)*)
            }
        }
    };
    (@send $select:ident ($($done:tt)*) ($s:expr) ($m:expr) ($p:pat) ($body:expr) $($rest:tt)*) => {
        match $s {
            ref sender => {
                let sender: &$crate::Sender<_> = sender;
                let index = $select.send(sender);
                $crate::crossbeam_channel_internal!(@arms $select ($($done)* [index (send(sender, $m)) ($p) ($body)]) $($rest)*)
            }
        }
    };
    (@chosen $chosen:ident $([$index:ident ($method:ident($($argument:expr),*)) ($p:pat) ($body:expr)])*) => {
        match $chosen.index() {
            $( index if index == $index => {
                let $p = $chosen.$method($($argument),*);
                $body
            } )*
            _ => unreachable!(),
        }
    };
    ($($arms:tt)*) => {{
        #[allow(unused_mut)]
        let mut select = $crate::Select::new();
        $crate::crossbeam_channel_internal!(@arms select () $($arms)*)
    }};
}
