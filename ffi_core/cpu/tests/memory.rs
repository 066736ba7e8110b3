//! The allocator: reuse, statistics, the bound of the pool, what it refuses. One test, for the counters are the process's.
#![allow(clippy::unwrap_used)]

mod common;
use common::device;
use ffi_backend::{BufferRef, Code, Device, DeviceId};

#[test]
fn blocks_are_reused_counted_and_given_back() {
    let device: &dyn Device = device();
    let start = device.memory();
    let alloc = |len: u64| -> BufferRef { device.alloc(len).unwrap() };

    let first = alloc(100_000);
    assert_eq!((first.len_bytes(), device.memory().live_bytes - start.live_bytes), (100_000, 100_000));
    drop(first);
    let pooled = device.memory();
    assert!(pooled.live_bytes == start.live_bytes && pooled.pooled_bytes >= 100_000);
    // A little smaller is the same class: no driver call.
    let second = alloc(99_000);
    let after = device.memory();
    assert_eq!((after.driver_calls, after.allocations), (pooled.driver_calls, pooled.allocations + 1));
    drop(second);
    assert!(device.trim().unwrap() >= 100_000);
    assert_eq!(device.memory().pooled_bytes, 0);

    // Small ones never touch the pool, and are counted all the same.
    let small: Vec<_> = (0..1000u64).map(|i| alloc(i % 257)).collect();
    assert_eq!(device.memory().live_bytes - start.live_bytes, (0..1000u64).map(|i| i % 257).sum::<u64>());
    drop(small);
    assert_eq!(device.memory().live_bytes, start.live_bytes);
    assert!(device.memory().peak_bytes >= start.live_bytes + 100_000);

    // The next one lies where the last one did, also when it has another length; both are counted, and an empty one's end is no beginning.
    let (small, second) = (alloc(16), alloc(16));
    let place = |buffer: &BufferRef| device.expose(buffer).unwrap();
    let (first, other, counted) = (place(&small), place(&second), device.memory());
    let shared = small.clone();
    drop(small);
    let third = alloc(100);
    assert!(![first, other].contains(&place(&third)), "the first is still shared");
    drop(third);
    drop(shared);
    let again = alloc(0);
    assert_eq!((place(&again), again.len_bytes()), (first, 0));
    assert_eq!(device.memory().live_bytes, counted.live_bytes - 16);
    assert_eq!(device.memory().allocations, counted.allocations + 2);
    drop((again, second));
    assert_eq!(device.memory().allocations, counted.allocations + 2);
    assert_eq!(device.memory().live_bytes, start.live_bytes);

    // The pool keeps what was once alive, and no more than that beyond its floor.
    let many: Vec<_> = (0..100).map(|_| alloc(1 << 20)).collect();
    drop(many);
    let large = alloc(40 << 20);
    drop(large);
    let now = device.memory();
    assert!(now.pooled_bytes <= now.peak_bytes.max(64 << 20), "{now:?}");

    // A pool full of one size makes room for another, which is then reused.
    device.trim().unwrap();
    let many: Vec<_> = (0..200).map(|_| alloc(1 << 20)).collect();
    drop(many);
    drop(alloc(8 << 20));
    let full = device.memory();
    drop(alloc(8 << 20));
    assert_eq!(device.memory().driver_calls, full.driver_calls, "{full:?}");

    let error = device.alloc(u64::MAX).unwrap_err();
    assert_eq!(error.code(), Code::OutOfMemory);
    assert!(error.text().contains(&u64::MAX.to_string()));
    assert!(device.memory_free() > 0 && device.info().memory_bytes >= device.memory_free());

    let buffer = alloc(300);
    device.upload(&[7; 200], &buffer, 100).unwrap();
    let mut back = [0u8; 300];
    device.download(&buffer, 0, &mut back).unwrap();
    assert!(back[100..].iter().all(|byte| *byte == 7));
    assert_eq!(device.upload(&[7; 201], &buffer, 100).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(device.download(&buffer, u64::MAX, &mut [0]).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(ffi_cpu::backend().count().unwrap(), 1);
    assert!(ffi_cpu::backend().open(1, DeviceId(9)).is_err());
    drop(buffer);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for i in 0..2000u64 {
                    let _both = (device.alloc(i * 10).unwrap(), device.alloc(i % 300).unwrap());
                }
            });
        }
    });
    assert_eq!(device.memory().live_bytes, start.live_bytes);
    let first = device.flush().unwrap();
    assert!(device.flush().unwrap() > first && device.wait(first, None).unwrap());
}
