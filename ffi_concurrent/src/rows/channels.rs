//! Channels.

use super::planned;
use crate::ChannelKind;
use ffi_base::{Count, Freed, Handle, Status, exports};

exports! { ROWS, "Planned: concurrency", "rt_";
    /// Planned: a channel; capacity -1 is unbounded, 0 a rendezvous.
    fn channel_create(capacity: i64) -> Handle<ChannelKind> => refuse [planned];
    /// Planned: sends one value.
    #[mode(Blocking)]
    fn channel_send(channel: Handle<ChannelKind>, value: i64) -> Status => refuse [planned];
    /// Planned: receives one value.
    #[mode(Blocking)]
    fn channel_recv(channel: Handle<ChannelKind>) -> Count => refuse [planned];
    /// Planned: frees a channel and wakes everyone who waits on it.
    fn channel_free(channel: Freed<ChannelKind>) -> Status => refuse [planned];
}
