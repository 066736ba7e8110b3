//! Channels of messages of any length: copied in, and out into the receiver's buffer. One that does not fit there goes back to the
//! front, where the next receiver finds it.

use super::numbers::{empty, full};
use super::pair::Pair;
use super::{Channel, closed, other};
use crate::deadline::Deadline;
use crate::patience::{self, patiently};
use crate::shared::Shared;
use crossbeam_channel::{Receiver, Select, SendTimeoutError, Sender, TryRecvError, TrySendError, unbounded};
use ffi_base::{OutSlice, Result, error, share};

type Message = Box<[u8]>;

/// See the file.
pub struct Bytes {
    pub(super) pair: Pair<Message>,
    /// What did not fit a buffer. Taken before anything else.
    back: (Sender<Message>, Receiver<Message>),
}

impl Bytes {
    pub(super) fn len(&self) -> usize {
        self.back.1.len() + self.pair.receiver().len()
    }

    pub(super) fn returned(&self) -> &Receiver<Message> {
        &self.back.1
    }

    pub(super) fn end(&self) {
        self.pair.end();
        while self.back.1.try_recv().is_ok() {}
    }

    fn try_take(&self) -> std::result::Result<Message, TryRecvError> {
        self.back.1.try_recv().or_else(|_| self.pair.receiver().try_recv())
    }

    fn take(&self, deadline: Deadline) -> Result<Message> {
        loop {
            match self.try_take() {
                Ok(message) => return Ok(message),
                Err(TryRecvError::Disconnected) => return Err(closed()),
                Err(TryRecvError::Empty) if deadline == Deadline::Now => return Err(empty(deadline)),
                Err(TryRecvError::Empty) => {}
            }
            let mut select = Select::new_biased();
            select.recv(&self.back.1);
            let pair = select.recv(self.pair.receiver());
            let chosen = match deadline {
                Deadline::At(until) => match select.select_deadline(until) {
                    Ok(chosen) => chosen,
                    Err(_) => return Err(empty(deadline)),
                },
                _ => select.select(),
            };
            let from_pair = chosen.index() == pair;
            let taken = chosen.recv(if from_pair { self.pair.receiver() } else { &self.back.1 });
            if let Ok(message) = taken {
                return Ok(message);
            }
            // Closed: the next look tells whether something came back meanwhile.
        }
    }
}

/// As [`super::numbers::new`].
pub fn new(capacity: i64) -> Result<Shared<Channel>> {
    Ok(Shared::new(Channel::Bytes(Bytes { pair: Pair::new(capacity)?, back: unbounded() })))
}

fn bytes(channel: &Channel) -> Result<&Bytes> {
    match channel {
        Channel::Bytes(bytes) => Ok(bytes),
        Channel::Numbers(_) => Err(other("numbers", "send or rt_channel_recv")),
    }
}

/// Copies a message and puts it in, waiting that long for room.
pub fn send(channel: &Shared<Channel>, data: &[u8], timeout_ns: i64) -> Result<()> {
    let (bytes, deadline) = (bytes(channel)?, Deadline::after(timeout_ns)?);
    let mut message = Vec::new();
    let room = message.try_reserve_exact(data.len());
    room.map_err(|_| error!(OutOfMemory, "no memory for a message of {} bytes", data.len()))?;
    message.extend_from_slice(data);
    let (sender, mut message) = (bytes.pair.sender(), message.into_boxed_slice());
    let mut _waiting = None;
    if deadline != Deadline::Now && share::inside() {
        message = match sender.try_send(message) {
            Err(TrySendError::Full(message)) => message,
            outcome => return outcome.map_err(|_| closed()),
        };
        _waiting = patience::waiting(deadline)?;
    }
    let sent = match deadline {
        Deadline::Now => sender.try_send(message).map_err(|failed| failed.is_disconnected()),
        Deadline::Never => sender.send(message).map_err(|_| true),
        Deadline::At(until) => {
            sender.send_deadline(message, until).map_err(|failed| matches!(failed, SendTimeoutError::Disconnected(_)))
        }
    };
    sent.map_err(|disconnected| if disconnected { closed() } else { full(deadline) })
}

/// Takes a message out into a buffer, waiting that long for one. Its length; above the buffer's, nothing was taken.
pub fn recv(channel: &Shared<Channel>, mut buffer: OutSlice<'_, u8>, timeout_ns: i64) -> Result<i64> {
    let (bytes, deadline) = (bytes(channel)?, Deadline::after(timeout_ns)?);
    let message = patiently(deadline, |deadline| bytes.take(deadline))?;
    let len = message.len();
    if len > buffer.capacity() {
        // Unbounded, and its receiver is beside it: it takes everything.
        let _ = bytes.back.0.send(message);
    } else {
        buffer.as_bytes_mut()[..len].copy_from_slice(&message);
    }
    Ok(len as i64)
}
