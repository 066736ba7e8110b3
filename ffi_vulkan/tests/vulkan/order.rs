//! How work and memory are ordered: batches, tickets, the pool, uploads between ops.

use crate::common::{Tensor, device_of, download};
use ffi_backend::{Code, DType, Device, DeviceId, Layout, MapOp, Op, Program, Scalar, Ticket, run};
use std::time::Duration;

#[test]
fn order() {
    // One test with a device of its own, for it counts.
    let Some(device) = device_of(DeviceId(8)) else { return };
    a_chain_is_one_submission(device);
    batches_grow(device);
    uploads_keep_their_place(device);
    memory_is_reused_without_waiting(device);
    limits_are_errors(device);
}

type Vulkan = ffi_vulkan::VulkanDevice;

fn add(device: &Vulkan, x: &Tensor, value: f64) {
    let op = Op::Map { program: Program::with_scalar(MapOp::add), scalars: &[Scalar::Float(value)] };
    run(device, &op, &[x.view()], &x.view()).unwrap();
}

fn a_chain_is_one_submission(device: &Vulkan) {
    let x = Tensor::new(device, DType::F32, Layout::contiguous(&[1000]).unwrap(), &[1.0]);
    device.flush().unwrap();
    let before = device.submissions();
    for _ in 0..7 {
        add(device, &x, 1.0);
    }
    assert_eq!(device.submissions(), before, "recording submits nothing");
    assert!(x.read(device).iter().all(|v| *v == 8.0));
    assert_eq!(device.submissions(), before + 1);
    assert_eq!(device.flush().unwrap(), Ticket(before + 1), "nothing new to submit");
}

fn batches_grow(device: &Vulkan) {
    let x = Tensor::new(device, DType::F32, Layout::contiguous(&[8]).unwrap(), &[0.0]);
    device.flush().unwrap();
    let before = device.submissions();
    let mut ends = Vec::new();
    for i in 1..=400 {
        let now = device.submissions();
        add(device, &x, 1.0);
        if device.submissions() != now {
            ends.push(i);
        }
    }
    assert_eq!(ends, [8, 24, 56, 120, 248, 376], "8, 16, 32, 64, then 128 at a time");
    let ticket = device.flush().unwrap();
    assert_eq!(ticket, Ticket(before + 7));
    assert!(device.wait(ticket, None).unwrap());
    assert!(device.wait(ticket, Some(Duration::ZERO)).unwrap());
    assert!(x.read(device).iter().all(|v| *v == 400.0));
    assert_eq!(device.wait(Ticket(ticket.0 + 1000), None).unwrap_err().code(), Code::InvalidArgument);

    // Long work is not waited for by a short wait.
    let a = Tensor::new(device, DType::F32, Layout::contiguous(&[512, 512]).unwrap(), &[1.0]);
    let b = Tensor::new(device, DType::F32, Layout::contiguous(&[512, 512]).unwrap(), &[1.0]);
    for _ in 0..4 {
        run(device, &Op::Matmul { alpha: 1.0 }, &[a.view(), a.view()], &b.view()).unwrap();
    }
    let ticket = device.flush().unwrap();
    assert!(!device.wait(ticket, Some(Duration::ZERO)).unwrap(), "products of 512 take longer than nothing");
    assert!(device.wait(ticket, Some(Duration::from_secs(60))).unwrap());
}

fn uploads_keep_their_place(device: &Vulkan) {
    let x = Tensor::new(device, DType::F32, Layout::contiguous(&[4096]).unwrap(), &[1.0]);
    let sum = Tensor::new(device, DType::F32, Layout::contiguous(&[4096]).unwrap(), &[0.0]);
    let plus = |x: &Tensor| {
        let op = Op::Map { program: Program::of(MapOp::add), scalars: &[] };
        run(device, &op, &[sum.view(), x.view()], &sum.view()).unwrap();
    };
    for i in 0..50 {
        let value = (i as f32).to_le_bytes();
        let bytes: Vec<u8> = value.iter().copied().cycle().take(4096 * 4).collect();
        device.upload(&bytes, &x.buffer, 0).unwrap();
        plus(&x);
    }
    assert!(sum.read(device).iter().all(|v| *v == 1225.0), "each op saw the upload before it");
    // A part, at an odd place.
    device.upload(&[0, 0, 128, 63], &sum.buffer, 4 * 77).unwrap();
    let all = sum.read(device);
    assert_eq!((all[76], all[77], all[78]), (1225.0, 1.0, 1225.0));
}

fn memory_is_reused_without_waiting(device: &Vulkan) {
    device.trim().unwrap();
    let layout = Layout::contiguous(&[100_000]).unwrap();
    let result = Tensor::new(device, DType::F32, layout, &[0.0]);
    let before = device.memory();
    for i in 0..100 {
        let x = Tensor::new(device, DType::F32, layout, &[f64::from(i)]);
        let y = device.alloc(400_000).unwrap();
        let y = Tensor { buffer: y, dtype: DType::F32, layout, values: Vec::new() };
        let op = |op, a: &Tensor, b: &Tensor, to: &Tensor| {
            run(device, &Op::Map { program: Program::of(op), scalars: &[] }, &[a.view(), b.view()], &to.view())
                .unwrap();
        };
        op(MapOp::add, &x, &x, &y);
        op(MapOp::add, &result, &y, &result);
    }
    assert!(download(device, &result.buffer, DType::F32).iter().all(|v| *v == 9900.0));
    let after = device.memory();
    assert_eq!(after.allocations - before.allocations, 200);
    // Two blocks for the tensors; staging and tables as far as the host runs ahead of a slow device. Without reuse: over 200.
    assert!(after.driver_calls - before.driver_calls < 150, "{before:?} {after:?}");
    assert_eq!(after.live_bytes, before.live_bytes);
    assert!(after.pooled_bytes > 0 && after.peak_bytes >= before.live_bytes + 800_000);
    assert!(device.trim().unwrap() > 0);
    assert_eq!(device.memory().pooled_bytes, 0);
    assert!(device.memory_free() > 0 && device.memory_free() <= device.info().memory_bytes);
}

fn limits_are_errors(device: &Vulkan) {
    for len in [1 << 40, 1 << 62, u64::MAX] {
        assert_eq!(device.alloc(len).unwrap_err().code(), Code::OutOfMemory, "{len}");
    }
    let buffer = device.alloc(16).unwrap();
    assert_eq!(device.upload(&[0; 17], &buffer, 0).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(device.upload(&[0; 1], &buffer, u64::MAX).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(device.download(&buffer, 16, &mut [0]).unwrap_err().code(), Code::InvalidArgument);
    assert!(device.upload(&[], &buffer, 16).is_ok());
    // More than one binding of this driver holds (128 MiB): device addresses have no such limit.
    let long = Layout::contiguous(&[40 << 20]).unwrap();
    let x = device.alloc(160 << 20).unwrap();
    let x = Tensor { buffer: x, dtype: DType::F32, layout: long, values: Vec::new() };
    run(device, &Op::Map { program: ffi_backend::program::FILL, scalars: &[Scalar::Float(2.0)] }, &[], &x.view())
        .unwrap();
    add(device, &x, 1.0);
    let mut last = [0u8; 4];
    device.download(&x.buffer, (160 << 20) - 4, &mut last).unwrap();
    assert_eq!(f32::from_le_bytes(last), 3.0);
}
