//! Channels beyond what crossbeam's own tests look at: closing, bytes, select by numbers; maps and queues.

use crate::common::*;
use ffi_base::{Code, last_error};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

#[test]
fn what_is_inside_survives_a_close() {
    for capacity in [-1, 4] {
        let channel = H::new("rt_channel_create", &[capacity]);
        assert_eq!([-1016, 2].map(|value| call("rt_channel_send", &[channel.0, value])), [0, 0]);
        assert_eq!((call("rt_channel_close", &[channel.0]), call("rt_channel_close", &[channel.0])), (1, 0));
        assert_eq!((call("rt_channel_is_closed", &[channel.0]), call("rt_channel_len", &[channel.0])), (1, 2));
        failed(call("rt_channel_send", &[channel.0, 3]), Code::Closed, "closed");
        failed(call("rt_channel_try_send", &[channel.0, 3]), Code::Closed, "closed");
        assert_eq!((call("rt_channel_recv", &[channel.0]), last_error::code()), (-1016, 0), "a number like a code");
        assert_eq!(call("rt_channel_try_recv", &[channel.0]), 2);
        failed(call("rt_channel_recv", &[channel.0]), Code::Closed, "closed");
        failed(call("rt_channel_recv_timeout", &[channel.0, MS]), Code::Closed, "closed");
    }
}

#[test]
fn capacities_and_waits() {
    let one = H::new("rt_channel_create", &[1]);
    assert_eq!(call("rt_channel_try_send", &[one.0, 1]), 0);
    failed(call("rt_channel_try_send", &[one.0, 2]), Code::WouldBlock, "no room");
    takes(MS, || failed(call("rt_channel_send_timeout", &[one.0, 2, MS]), Code::Timeout, "no room"));
    assert_eq!(call("rt_channel_recv", &[one.0]), 1);
    failed(call("rt_channel_try_recv", &[one.0]), Code::WouldBlock, "no message");
    takes(MS, || failed(call("rt_channel_recv_timeout", &[one.0, MS]), Code::Timeout, "no message"));
    for (capacity, told) in [(0, 0), (7, 7), (-1, -1)] {
        let channel = H::new("rt_channel_create", &[capacity]);
        assert_eq!((call("rt_channel_capacity", &[channel.0]), last_error::code()), (told, 0));
    }
    for capacity in [-2, (1 << 24) + 1, i64::MAX, i64::MIN] {
        assert_eq!(call("rt_channel_create", &[capacity]), 0);
        assert!(last_error::message().contains(&capacity.to_string()), "{}", last_error::message());
    }
}

fn send_bytes(channel: i64, data: &[u8]) -> i64 {
    call("rt_channel_send_bytes", &[channel, address(data.as_ptr()), data.len() as i64, -1])
}

fn recv_bytes(channel: i64, room: usize, timeout_ns: i64) -> Result<Vec<u8>, i64> {
    let mut buffer = vec![0xA5u8; room];
    let len = call("rt_channel_recv_bytes", &[channel, address(buffer.as_mut_ptr()), room as i64, timeout_ns]);
    if len < 0 || len > room as i64 {
        assert!(buffer.iter().all(|byte| *byte == 0xA5), "nothing is written then");
        return Err(len);
    }
    buffer.truncate(len as usize);
    Ok(buffer)
}

#[test]
fn bytes_are_copied_and_never_lost_for_want_of_room() {
    let channel = H::new("rt_channel_create_bytes", &[-1]);
    let mut data = b"a message".to_vec();
    assert_eq!(send_bytes(channel.0, &data), 0);
    data.fill(0);
    assert_eq!((send_bytes(channel.0, b""), send_bytes(channel.0, b"last")), (0, 0));
    assert_eq!(call("rt_channel_close", &[channel.0]), 1);
    assert_eq!((recv_bytes(channel.0, 0, 0), recv_bytes(channel.0, 8, -1)), (Err(9), Err(9)));
    assert_eq!(call("rt_channel_len", &[channel.0]), 3);
    assert_eq!(recv_bytes(channel.0, 9, 0).unwrap(), b"a message");
    assert_eq!(recv_bytes(channel.0, 0, 0).unwrap(), b"");
    assert_eq!(recv_bytes(channel.0, 100, -1).unwrap(), b"last");
    assert_eq!(recv_bytes(channel.0, 100, -1), Err(Code::Closed.number()));
    assert_eq!(send_bytes(channel.0, b"x"), Code::Closed.number());

    let numbers = H::new("rt_channel_create", &[-1]);
    assert_eq!(send_bytes(numbers.0, b"x"), Code::InvalidArgument.number());
    assert!(last_error::message().contains("carries numbers"), "{}", last_error::message());
    failed(call("rt_channel_send", &[channel.0, 1]), Code::InvalidArgument, "carries messages of bytes");
}

#[test]
fn what_did_not_fit_wakes_another_receiver() {
    let channel = Arc::new(H::new("rt_channel_create_bytes", &[0]));
    let theirs = channel.clone();
    let small = spawn(move || recv_bytes(theirs.0, 2, -1).unwrap_err());
    let_it_wait();
    let theirs = channel.clone();
    let large = spawn(move || recv_bytes(theirs.0, 64, -1).unwrap().len() as i64);
    let_it_wait();
    assert_eq!(send_bytes(channel.0, b"too long for two"), 0);
    if call("rt_thread_join_timeout", &[small.0, 1000 * MS]) < 0 {
        // The one with room was first, so the other still waits.
        assert_eq!(send_bytes(channel.0, b"another"), 0);
        assert_eq!(join(&small), 7);
        assert_eq!(recv_bytes(channel.0, 64, 0).unwrap(), b"another");
    }
    assert_eq!(join(&large), 16);
}

fn select(channels: &[i64], sends: i64, values: &[i64], timeout_ns: i64) -> (i64, i64, i64) {
    let (mut received, mut closed) = (i64::MIN, i64::MIN);
    let words = [
        address(channels.as_ptr()),
        channels.len() as i64,
        sends,
        address(values.as_ptr()),
        values.len() as i64,
        timeout_ns,
        address(&raw mut received),
        address(&raw mut closed),
    ];
    (call("rt_channel_select", &words), received, closed)
}

#[test]
fn select_does_one_thing_and_says_which() {
    let channels: Vec<H> = (0..64).map(|_| H::new("rt_channel_create", &[1])).collect();
    let handles: Vec<i64> = channels.iter().map(|channel| channel.0).collect();
    const NOTHING: i64 = i64::MIN;
    assert_eq!(select(&handles, 0, &[], 0), (Code::WouldBlock.number(), NOTHING, NOTHING));
    takes(MS, || assert_eq!(select(&handles, 0, &[], MS).0, Code::Timeout.number()));
    assert_eq!(call("rt_channel_send", &[handles[63], -5]), 0);
    assert_eq!(select(&handles, 0, &[], -1), (63, -5, 0));
    // The last one would be sent to, the first is full.
    let values: Vec<i64> = (100..164).collect();
    assert_eq!(call("rt_channel_send", &[handles[0], 1]), 0);
    assert_eq!(select(&handles[..1], 1, &values[..1], 0).0, Code::WouldBlock.number());
    assert_eq!(select(&[handles[0], handles[5]], 0b11, &values, -1), (1, NOTHING, 0));
    assert_eq!(call("rt_channel_recv", &[handles[5]]), 101);
    assert_eq!(call("rt_channel_close", &[handles[7]]), 1);
    assert_eq!(select(&handles[6..9], 0, &[], -1), (1, NOTHING, 1));
    assert_eq!(select(&handles[6..8], 0b10, &values, -1), (1, NOTHING, 1), "a send to a closed one");
    assert_eq!(select(&handles[..2], 0b10, &[1], 0).0, Code::InvalidArgument.number());
    assert_eq!(select(&[], 0, &[], 0).0, Code::InvalidArgument.number());
    assert_eq!(select(&[handles.clone(), handles.clone()].concat(), 0, &[], 0).0, Code::InvalidArgument.number());
    assert_eq!(select(&[handles[0], 12345], 0, &[], 0).0, Code::InvalidHandle.number());
    assert!(last_error::message().contains("channels[1]"), "{}", last_error::message());
}

#[test]
fn bits_of_channels_that_are_not_there_are_refused() {
    let channels: Vec<H> = (0..64).map(|_| H::new("rt_channel_create", &[1])).collect();
    let handles: Vec<i64> = channels.iter().map(|channel| channel.0).collect();
    let values = [0; 64];
    for (count, sends, bit) in [(1, 0b10, 1), (3, 0b1000, 3), (3, -1, 63), (63, i64::MIN, 63)] {
        let channels = &handles[..count];
        for answer in [
            select(channels, sends, &values, 0).0,
            call("rt_channel_ready", &[address(channels.as_ptr()), count as i64, sends, 0]),
        ] {
            assert_eq!(answer, Code::InvalidArgument.number());
            let message = last_error::message();
            assert!(
                message.contains(&format!("bit {bit} of sends is set, but there are {count} channels")),
                "{message}"
            );
        }
    }
    // All there are.
    assert!((0..64).contains(&select(&handles, -1, &values, 0).0));
    assert!((0..3).contains(&select(&handles[..3], 0b111, &values, 0).0));
}

#[test]
fn select_ends_when_a_channel_is_freed() {
    let (kept, freed) = (Arc::new(H::new("rt_channel_create", &[0])), H::new("rt_channel_create", &[0]));
    let handles = [kept.0, freed.0];
    let threads: Vec<H> = [0b00, 0b11]
        .map(|sends| {
            spawn(move || {
                let (at, _, closed) = select(&handles, sends, &[1, 2], -1);
                at * 10 + closed
            })
        })
        .into();
    // One sends what the other receives, unless both look away; then both wait again.
    let first = threads.iter().map(join).collect::<Vec<_>>();
    assert!(first == [0, 0] || first == [10, 10], "{first:?}");
    let waits = spawn(move || {
        let (at, _, closed) = select(&handles, 0, &[], -1);
        at * 10 + closed
    });
    let ready = spawn(move || call("rt_channel_ready", &[address(handles.as_ptr()), 2, 0b11, -1]));
    assert!((0..=1).contains(&join(&ready)), "somebody waits to receive from both");
    let_it_wait();
    freed.free();
    assert_eq!(join(&waits), 11);
}

#[test]
fn ready_looks_and_takes_nothing() {
    let (bytes, numbers) = (H::new("rt_channel_create_bytes", &[1]), H::new("rt_channel_create", &[1]));
    let handles = [bytes.0, numbers.0];
    let ready =
        |sends: i64, timeout_ns: i64| call("rt_channel_ready", &[address(handles.as_ptr()), 2, sends, timeout_ns]);
    failed(ready(0, 0), Code::WouldBlock, "none of 2");
    failed(ready(0, MS), Code::Timeout, "none of 2");
    assert_eq!(send_bytes(bytes.0, b"abc"), 0);
    assert_eq!((ready(0, -1), ready(0, -1), ready(0b11, -1)), (0, 0, 1));
    assert_eq!(recv_bytes(bytes.0, 1, 0), Err(3));
    assert_eq!(ready(0, 0), 0, "what came back is there");
    assert_eq!(select(&handles, 0, &[], 0).0, Code::InvalidArgument.number());
    assert_eq!(recv_bytes(bytes.0, 3, 0).unwrap(), b"abc");
    assert_eq!(call("rt_channel_close", &[numbers.0]), 1);
    assert_eq!(ready(0, -1), 1);
}

#[test]
fn maps_hold_what_all_threads_put_in() {
    let map = Arc::new(H::new("rt_map_new", &[]));
    let threads: Vec<H> = (0..4)
        .map(|own| {
            let map = map.clone();
            spawn(move || {
                for key in 0..1000 {
                    ok(call("rt_map_add", &[map.0, key, own + 1]));
                    assert_eq!(call("rt_map_insert", &[map.0, -1 - own * 1000 - key, key]), 1);
                }
                0
            })
        })
        .collect();
    threads.iter().for_each(|thread| assert_eq!(join(thread), 0));
    assert_eq!(call("rt_map_len", &[map.0]), 5000);
    assert!((0..1000).all(|key| call("rt_map_get", &[map.0, key]) == 10));
    let mut keys = vec![i64::MAX; 5001];
    assert_eq!(call("rt_map_keys", &[map.0, address(keys.as_mut_ptr()), 5001]), 5000);
    keys.sort_unstable();
    assert!(keys[..5000].iter().copied().eq(-4000..1000) && keys[5000] == i64::MAX);
    assert_eq!(call("rt_map_keys", &[map.0, 0, 0]), 5000);

    assert_eq!((call("rt_map_replace", &[map.0, 3, 9, 1]), call("rt_map_replace", &[map.0, 3, 10, 1])), (0, 1));
    assert_eq!(call("rt_map_replace", &[map.0, 99_999, 0, 1]), 0);
    assert_eq!((call("rt_map_insert", &[map.0, 3, -4]), call("rt_map_contains", &[map.0, 3])), (0, 1));
    assert_eq!((call("rt_map_remove", &[map.0, 3]), last_error::code()), (-4, 0));
    failed(call("rt_map_remove", &[map.0, 3]), Code::NotFound, "no key 3");
    failed(call("rt_map_get", &[map.0, 3]), Code::NotFound, "no key 3");
    assert_eq!((call("rt_map_clear", &[map.0]), call("rt_map_len", &[map.0])), (0, 0));
}

#[test]
fn queues_are_first_in_first_out() {
    for (capacity, told) in [(3, 3), (-1, -1)] {
        let queue = H::new("rt_queue_new", &[capacity]);
        assert_eq!((call("rt_queue_capacity", &[queue.0]), last_error::code()), (told, 0));
        failed(call("rt_queue_pop", &[queue.0]), Code::WouldBlock, "empty");
        assert_eq!([-1, 2, 3].map(|value| call("rt_queue_push", &[queue.0, value])), [0, 0, 0]);
        if capacity == 3 {
            failed(call("rt_queue_push", &[queue.0, 4]), Code::WouldBlock, "full, 3 values");
        }
        assert_eq!(call("rt_queue_len", &[queue.0]), 3);
        assert_eq!([0, 1, 2].map(|_| call("rt_queue_pop", &[queue.0])), [-1, 2, 3]);
    }
    for capacity in [0, -2, i64::MAX] {
        assert_eq!(call("rt_queue_new", &[capacity]), 0);
    }
}

/// What a thread does when its other thread-local values are gone.
struct AtTheEnd(i64, Arc<AtomicI64>);
impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.1.store(call("rt_map_clear", &[self.0]), SeqCst);
    }
}
thread_local! {
    static AT_THE_END: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
}

#[test]
fn a_thread_that_ends_may_be_the_last_to_let_go_of_a_map() {
    let (other, told) = (H::new("rt_map_new", &[]), Arc::new(AtomicI64::new(0)));
    for _ in 0..50 {
        let map = H::new("rt_map_new", &[]);
        let (handle, other) = (map.0, other.0);
        let threads: Vec<H> = (0..4)
            .map(|_| {
                let told = told.clone();
                spawn(move || {
                    // Begun before the map's own, so gone after them.
                    AT_THE_END.with(|end| *end.borrow_mut() = Some(AtTheEnd(other, told)));
                    ok(call("rt_map_add", &[other, 1, 1]));
                    // Until it is freed: growing, and with values that change while they are moved.
                    (0..).take_while(|i| call("rt_map_add", &[handle, i % 1000 + i / 1000 * 100, 1]) > 0).count() as i64
                })
            })
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(3));
        map.free();
        assert!(threads.iter().all(|thread| join(thread) >= 0));
        assert_eq!(told.swap(0, SeqCst), Code::Unavailable.number());
    }
}
