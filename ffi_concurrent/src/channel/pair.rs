//! Both ends of a crossbeam channel, which can be closed while others use it. Crossbeam closes a channel when its last sender is
//! dropped, and everybody who waits in it wakes; here that sender's count is given back while the sender goes on being used.

use crate::sync::Mutex;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use ffi_base::Result;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};

/// See the file.
pub struct Pair<T> {
    /// The only one there is: nobody clones it. Its count is given back by `close` or by the drop, whichever comes first.
    sender: ManuallyDrop<Sender<T>>,
    receiver: Receiver<T>,
    /// True once the count was given back.
    gone: Mutex<bool>,
    /// The same, to be read without the lock.
    closed: AtomicBool,
    is_rendezvous: bool,
}

impl<T> Pair<T> {
    /// Capacity -1 is unbounded, 0 a rendezvous.
    pub fn new(capacity: i64) -> Result<Pair<T>> {
        let (sender, receiver) = match capacity {
            -1 => unbounded(),
            _ => bounded(crate::capacity::check::<T>(capacity, 0)?),
        };
        let sender = ManuallyDrop::new(sender);
        Ok(Pair {
            sender,
            receiver,
            gone: Mutex::new(false),
            closed: AtomicBool::new(false),
            is_rendezvous: capacity == 0,
        })
    }

    /// Where messages go in; on a closed channel they come back.
    #[inline(always)]
    pub fn sender(&self) -> &Sender<T> {
        &self.sender
    }

    /// Where they come out; on a closed channel those that are inside, then none.
    #[inline(always)]
    pub fn receiver(&self) -> &Receiver<T> {
        &self.receiver
    }

    /// Whether it has no room: a message goes on when both sides are there.
    #[inline(always)]
    pub fn is_rendezvous(&self) -> bool {
        self.is_rendezvous
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Closes it, once. What was sent before is inside, what is sent after comes back: both are crossbeam's own order, since
    /// its mark of a disconnected channel is a bit of the word that each message moves.
    pub fn close(&self) -> bool {
        let mut gone = self.gone.lock();
        if *gone {
            return false;
        }
        *gone = true;
        // SAFETY: in crossbeam-channel 0.5.17, the only version that Cargo.toml allows, a `Sender` of these flavors is a
        // pointer to a counter that holds the channel (`counter.rs`), without a destructor of its fields. Its drop takes one from the
        // count of senders, marks the channel as disconnected when that was the last, and frees the counter only when the count
        // of receivers is 0 as well. `receiver` is here until `self` is dropped, so the counter and the channel stay, and so the
        // pointer in `sender` stays good for sending, which reads neither count. Nobody clones the sender, which would count
        // from 0 up. The copy is dropped once, and `Drop` below leaves the other one alone.
        drop(unsafe { std::ptr::read(&*self.sender) });
        self.closed.store(true, Ordering::Release);
        true
    }

    /// Closes it and drops what is inside: its last handle was freed.
    pub fn end(&self) {
        self.close();
        while self.receiver.try_recv().is_ok() {}
    }
}

impl<T> Drop for Pair<T> {
    fn drop(&mut self) {
        if !*self.gone.lock() {
            // SAFETY: the first and only drop: `close` was never called, and nothing uses the sender after this.
            unsafe { ManuallyDrop::drop(&mut self.sender) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::{RecvError, SendError, TrySendError};
    use std::sync::Arc;

    /// Few enough for Miri, which takes this file as its proof.
    const ROUNDS: i64 = if cfg!(miri) { 5 } else { 300 };

    #[test]
    fn what_was_sent_before_a_close_comes_out_and_the_rest_comes_back() {
        for capacity in [-1, 3] {
            let pair = Pair::new(capacity).unwrap();
            let (one, two) = (Arc::new(1), Arc::new(2));
            pair.sender().send(one.clone()).unwrap();
            pair.sender().send(two.clone()).unwrap();
            assert!(pair.close() && !pair.close() && pair.is_closed());
            assert_eq!(pair.sender().send(one.clone()), Err(SendError(one.clone())));
            assert_eq!(pair.sender().try_send(one.clone()), Err(TrySendError::Disconnected(one.clone())));
            assert_eq!((pair.receiver().recv(), pair.receiver().len()), (Ok(one.clone()), 1));
            let left = pair.receiver().clone();
            drop(pair);
            assert_eq!((left.recv(), left.recv()), (Ok(two.clone()), Err(RecvError)));
            drop(left);
            assert_eq!((Arc::strong_count(&one), Arc::strong_count(&two)), (1, 1));
        }
    }

    #[test]
    fn an_open_one_drops_what_is_inside() {
        for capacity in [-1, 0, 1] {
            let (pair, message) = (Pair::new(capacity).unwrap(), Arc::new(1));
            assert_eq!(pair.sender().try_send(message.clone()).is_ok(), capacity != 0);
            drop(pair);
            assert_eq!(Arc::strong_count(&message), 1);
        }
    }

    #[test]
    fn a_close_wakes_all_and_no_message_is_lost_or_doubled() {
        for capacity in [-1, 0, 1, 4] {
            for round in 0..ROUNDS {
                let pair = Arc::new(Pair::new(capacity).unwrap());
                let senders: Vec<_> = (0..2i64)
                    .map(|own| {
                        let pair = pair.clone();
                        std::thread::spawn(move || {
                            (0..)
                                .map(|i| Box::new(own << 32 | i))
                                .take_while(|message| pair.sender().send(message.clone()).is_ok())
                                .count()
                        })
                    })
                    .collect();
                let receivers: Vec<_> = (0..2)
                    .map(|_| {
                        let pair = pair.clone();
                        std::thread::spawn(move || {
                            let mut last = [-1i64; 2];
                            std::iter::from_fn(|| pair.receiver().recv().ok())
                                .inspect(|message| {
                                    let from = &mut last[(**message >> 32) as usize];
                                    assert!(*from < **message & 0xffff_ffff, "first in, first out");
                                    *from = **message & 0xffff_ffff;
                                })
                                .count()
                        })
                    })
                    .collect();
                for _ in 0..round {
                    std::hint::spin_loop();
                }
                pair.close();
                let sent: usize = senders.into_iter().map(|thread| thread.join().unwrap()).sum();
                let received: usize = receivers.into_iter().map(|thread| thread.join().unwrap()).sum();
                assert_eq!(sent, received, "capacity {capacity}, round {round}");
            }
        }
    }
}
