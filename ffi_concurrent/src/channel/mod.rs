//! Channels: numbers or bytes from any thread to any thread, in order, over crossbeam's.
//!
//! * `pair` is a channel that can be closed while it is used;
//! * `numbers` sends and receives `int64_t`s, `bytes` messages of any length;
//! * `select` waits for the first of several.

pub mod bytes;
pub mod numbers;
mod pair;
pub mod select;

use crate::shared::{End, EndWithLast, Shared};
use bytes::Bytes;
use ffi_base::{Error, Result, error};
use pair::Pair;

ffi_base::kinds! { KINDS;
    /// A channel.
    ChannelKind = 19, "channel", "rt_channel", true, Shared<Channel>, EndWithLast;
}

/// What one carries is chosen when it is made.
pub enum Channel {
    /// `int64_t`s.
    Numbers(Pair<i64>),
    /// Messages of any length.
    Bytes(Bytes),
}

impl End for Channel {
    fn end(&self) {
        match self {
            Channel::Numbers(pair) => pair.end(),
            Channel::Bytes(bytes) => bytes.end(),
        }
    }
}

#[cold]
fn closed() -> Error {
    error!(Closed, "the channel is closed")
}

#[cold]
fn other(carries: &str, does: &str) -> Error {
    error!(InvalidArgument, "the channel carries {carries}: rt_channel_{does} is for it")
}

/// No more messages go in; those inside stay. Whether this call closed it.
pub fn close(channel: &Shared<Channel>) -> Result<bool> {
    Ok(match &**channel {
        Channel::Numbers(pair) => pair.close(),
        Channel::Bytes(bytes) => bytes.pair.close(),
    })
}
/// Whether it was closed.
pub fn is_closed(channel: &Shared<Channel>) -> Result<bool> {
    Ok(match &**channel {
        Channel::Numbers(pair) => pair.is_closed(),
        Channel::Bytes(bytes) => bytes.pair.is_closed(),
    })
}
/// How many messages are inside.
pub fn len(channel: &Shared<Channel>) -> Result<i64> {
    Ok(match &**channel {
        Channel::Numbers(pair) => pair.receiver().len(),
        Channel::Bytes(bytes) => bytes.len(),
    } as i64)
}
/// How many it may hold, -1 for any number.
pub fn capacity(channel: &Shared<Channel>) -> Result<i64> {
    let capacity = match &**channel {
        Channel::Numbers(pair) => pair.receiver().capacity(),
        Channel::Bytes(bytes) => bytes.pair.receiver().capacity(),
    };
    Ok(capacity.map_or(-1, |capacity| capacity as i64))
}
