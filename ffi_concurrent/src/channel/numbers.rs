//! Channels of numbers.

use super::pair::Pair;
use super::{Channel, closed, other};
use crate::deadline::Deadline;
use crate::patience::patiently;
use crate::shared::Shared;
use crossbeam_channel::{RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError};
use ffi_base::{Error, Result, share};

/// Capacity -1 is unbounded, 0 a rendezvous.
pub fn new(capacity: i64) -> Result<Shared<Channel>> {
    Ok(Shared::new(Channel::Numbers(Pair::new(capacity)?)))
}

#[inline(always)]
fn pair(channel: &Channel) -> Result<&Pair<i64>> {
    match channel {
        Channel::Numbers(pair) => Ok(pair),
        Channel::Bytes(_) => Err(other("messages of bytes", "send_bytes or rt_channel_recv_bytes")),
    }
}

/// Puts in, once there is room.
#[inline(always)]
pub fn send(channel: &Shared<Channel>, value: i64) -> Result<()> {
    if share::inside() {
        return patiently(Deadline::Never, |deadline| send_by(channel, value, deadline));
    }
    pair(channel)?.sender().send(value).map_err(|_| closed())
}
/// Puts in, if there is room.
#[inline(always)]
pub fn try_send(channel: &Shared<Channel>, value: i64) -> Result<()> {
    try_send_to(channel, value)
}
#[inline]
fn try_send_to(channel: &Channel, value: i64) -> Result<()> {
    pair(channel)?.sender().try_send(value).map_err(|failed| match failed {
        TrySendError::Full(_) => full(Deadline::Now),
        TrySendError::Disconnected(_) => closed(),
    })
}
/// Waits that long for room.
pub fn send_timeout(channel: &Shared<Channel>, value: i64, timeout_ns: i64) -> Result<()> {
    patiently(Deadline::after(timeout_ns)?, |deadline| send_by(channel, value, deadline))
}
fn send_by(channel: &Channel, value: i64, deadline: Deadline) -> Result<()> {
    match deadline {
        Deadline::Now => try_send_to(channel, value),
        Deadline::Never => pair(channel)?.sender().send(value).map_err(|_| closed()),
        Deadline::At(until) => pair(channel)?.sender().send_deadline(value, until).map_err(|failed| match failed {
            SendTimeoutError::Timeout(_) => full(deadline),
            SendTimeoutError::Disconnected(_) => closed(),
        }),
    }
}

/// Takes out, once there is something.
#[inline(always)]
pub fn recv(channel: &Shared<Channel>) -> Result<i64> {
    if share::inside() {
        return patiently(Deadline::Never, |deadline| recv_by(channel, deadline));
    }
    pair(channel)?.receiver().recv().map_err(|_| closed())
}
/// Takes out, if there is something.
#[inline(always)]
pub fn try_recv(channel: &Shared<Channel>) -> Result<i64> {
    try_recv_from(channel)
}
#[inline]
fn try_recv_from(channel: &Channel) -> Result<i64> {
    pair(channel)?.receiver().try_recv().map_err(|failed| match failed {
        TryRecvError::Empty => empty(Deadline::Now),
        TryRecvError::Disconnected => closed(),
    })
}
/// Waits that long for something.
pub fn recv_timeout(channel: &Shared<Channel>, timeout_ns: i64) -> Result<i64> {
    patiently(Deadline::after(timeout_ns)?, |deadline| recv_by(channel, deadline))
}
fn recv_by(channel: &Channel, deadline: Deadline) -> Result<i64> {
    match deadline {
        Deadline::Now => try_recv_from(channel),
        Deadline::Never => pair(channel)?.receiver().recv().map_err(|_| closed()),
        Deadline::At(until) => pair(channel)?.receiver().recv_deadline(until).map_err(|failed| match failed {
            RecvTimeoutError::Timeout => empty(deadline),
            RecvTimeoutError::Disconnected => closed(),
        }),
    }
}

#[cold]
pub(super) fn full(deadline: Deadline) -> Error {
    deadline.over("no room and nobody who receives")
}
#[cold]
pub(super) fn empty(deadline: Deadline) -> Error {
    deadline.over("no message")
}
