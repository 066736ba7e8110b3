//! Channels, maps and queues.

use crate::channel::{self, ChannelKind, bytes, numbers, select};
use crate::map::{self, MapKind};
use crate::queue::{self, QueueKind};
use ffi_base::{
    Array, Bool, Bytes, BytesMut, Count, Freed, Handle, Hot, Out, OutArray, Status, exports, object, pinned,
};

type C = Hot<ChannelKind>;

exports! { ROWS, "Channels", "rt_";
    /// A channel of numbers. Capacity -1 holds any number of messages, 0 none: a send waits for its receive.
    fn channel_create(capacity: i64) -> Handle<ChannelKind> => numbers::new;
    /// A channel of messages of any length, with the same capacities.
    fn channel_create_bytes(capacity: i64) -> Handle<ChannelKind> => bytes::new;
    /// Sends a number, once there is room for it. CLOSED: the channel is closed, and the message stays the caller's.
    #[mode(Blocking)]
    fn channel_send(channel: C, value: i64) -> Status => numbers::send;
    /// Sends a number if there is room, or somebody who waits for it: else WOULD_BLOCK.
    fn channel_try_send(channel: C, value: i64) -> Status => numbers::try_send;
    /// Waits for room, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
    #[mode(Blocking)]
    fn channel_send_timeout(channel: C, value: i64, timeout_ns: i64) -> Status => numbers::send_timeout;
    /// Receives a number, once there is one. CLOSED: the channel is closed and nothing is left in it. A negative number looks like a
    /// code: the last error, or rt_channel_recv_into, tells them apart.
    #[mode(Waiting)]
    #[twins(into)]
    fn channel_recv(channel: C) -> Count => numbers::recv;
    /// Receives a number if there is one, or somebody who waits to send it: else WOULD_BLOCK.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn channel_try_recv(channel: C) -> Count => numbers::try_recv;
    /// Waits for a number, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
    #[mode(Waiting)]
    #[twins(into)]
    fn channel_recv_timeout(channel: C, timeout_ns: i64) -> Count => numbers::recv_timeout;
    /// Copies a message and sends it, waiting for room as the others do: 0 not at all, -1 for ever.
    #[mode(Blocking)]
    fn channel_send_bytes(channel: C, data & len: Bytes, timeout_ns: i64) -> Status => bytes::send;
    /// Receives a message into a buffer and gives its length. A length above `capacity` means that nothing was received: the message went
    /// back to the front, for whoever asks next with a buffer that is long enough. 0 does not wait, -1 waits for ever.
    #[mode(Blocking)]
    fn channel_recv_bytes(channel: C, buffer & capacity: BytesMut, timeout_ns: i64) -> Count => bytes::recv;
    /// Waits until one of up to 64 channels of numbers can go on, and does that one thing; its place in `channels`. Where bit i of `sends` is
    /// set, channel i would be sent `values[i]` (a bit from `count` on is refused); the others would be received from, into `received`. `closed` gets 0 when that was done, 1 when
    /// that channel is closed and nothing was done. Of several that can go on, any is chosen. TIMEOUT: none in `timeout_ns` nanoseconds; 0 does
    /// not wait, WOULD_BLOCK; -1 waits for ever.
    #[mode(Blocking)]
    fn channel_select(channels & count: Array<i64>, sends: i64, values & values_len: Array<i64>, timeout_ns: i64, received: Out<i64>, closed: Out<i64>) -> Count => select::select;
    /// Waits until one of up to 64 channels of any sort could go on or is closed, and does nothing; its place in `channels`. Another
    /// thread may be faster then.
    #[mode(Blocking)]
    fn channel_ready(channels & count: Array<i64>, sends: i64, timeout_ns: i64) -> Count => select::ready;
    /// Closes a channel: nothing more can be sent, what is inside can be received. Everybody who waits to send, or to receive from an empty
    /// one, gets CLOSED. 1 where this call closed it, 0 where it was closed before.
    fn channel_close(channel: C) -> Bool => channel::close;
    /// Whether it is closed; messages may be left in it.
    fn channel_is_closed(channel: C) -> Bool => channel::is_closed;
    /// How many messages are in it at this moment.
    fn channel_len(channel: C) -> Count => channel::len;
    /// How many messages it holds at most, -1 for any number. Ask the last error whether -1 is a failure.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn channel_capacity(channel: C) -> Count => channel::capacity;
    /// Frees its handle; with the last one the channel is closed and what is inside is dropped.
    fn channel_free(channel: Freed<ChannelKind>) -> Status => object::free;
}

exports! { MAPS, "Shared maps", "rt_";
    /// An empty map of numbers to numbers, which threads use at once without waiting for one another.
    fn map_new() -> Handle<MapKind> => map::new;
    /// Puts a value to a key. Whether the key is new.
    fn map_insert(map: Hot<MapKind>, key: i64, value: i64) -> Bool => map::insert;
    /// The value of a key. NOT_FOUND: it has none.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn map_get(map: Hot<MapKind>, key: i64) -> Count => map::get;
    /// Takes a key out and gives its value. NOT_FOUND: it has none.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn map_remove(map: Hot<MapKind>, key: i64) -> Count => map::remove;
    /// Whether a key is there.
    fn map_contains(map: Hot<MapKind>, key: i64) -> Bool => map::contains;
    /// Adds to a key's value in one step, wrapping, where an absent one counts as 0; gives the sum.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn map_add(map: Hot<MapKind>, key: i64, value: i64) -> Count => map::add;
    /// Puts `value` to a key whose value is `expected`, in one step. Whether it was.
    fn map_replace(map: Hot<MapKind>, key: i64, expected: i64, value: i64) -> Bool => map::replace;
    /// How many keys there are at this moment.
    fn map_len(map: Hot<MapKind>) -> Count => map::len;
    /// Takes all keys out.
    fn map_clear(map: Hot<MapKind>) -> Status => map::clear;
    /// Writes the keys in any order, as many as fit, and gives how many there are. What other threads put in or take out meanwhile
    /// may be seen or not.
    fn map_keys(map: Hot<MapKind>, keys & capacity: OutArray<i64>) -> Count => map::keys;
    /// Frees its handle.
    fn map_free(map: Freed<MapKind>) -> Status => pinned::free;
}

exports! { QUEUES, "Shared queues", "rt_";
    /// An empty queue of numbers, first in, first out, which no thread waits on. Capacity -1 holds any number.
    fn queue_new(capacity: i64) -> Handle<QueueKind> => queue::new;
    /// Puts a number at the end. WOULD_BLOCK: it is full.
    fn queue_push(queue: Hot<QueueKind>, value: i64) -> Status => queue::push;
    /// Takes the number at the front. WOULD_BLOCK: it is empty.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn queue_pop(queue: Hot<QueueKind>) -> Count => queue::pop;
    /// How many numbers are in it at this moment.
    fn queue_len(queue: Hot<QueueKind>) -> Count => queue::len;
    /// How many numbers it holds at most, -1 for any number. Ask the last error whether -1 is a failure.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn queue_capacity(queue: Hot<QueueKind>) -> Count => queue::capacity;
    /// Frees its handle.
    fn queue_free(queue: Freed<QueueKind>) -> Status => pinned::free;
}
