//! The ways that a device with memory of its own takes: copies staged through the queue. And what a lost device answers.

use crate::common::device_of;
use ffi_backend::{BufferRef, Code, Device, DeviceId, Error, Layout, Ticket};

#[test]
fn copies_are_staged_where_the_host_does_not_see_memory() {
    if device_of(DeviceId(20)).is_none() {
        return;
    }
    let device = ffi_vulkan::VulkanDevice::open_staged(0, DeviceId(21)).unwrap();
    let buffer = device.alloc(100_001).unwrap();
    let bytes: Vec<u8> = (0..100_001u32).map(|i| (i * 7 % 251) as u8).collect();
    for _ in 0..3 {
        device.upload(&bytes, &buffer, 0).unwrap();
        device.upload(&[9, 9, 9], &buffer, 501).unwrap();
        let mut back = vec![0u8; 1000];
        device.download(&buffer, 1, &mut back).unwrap();
        let mut want = bytes[1..1001].to_vec();
        want[500..503].fill(9);
        assert_eq!(back, want);
    }
    assert!(device.submissions() >= 3);
}

#[test]
fn a_lost_device_answers_so_and_a_new_one_works() {
    if device_of(DeviceId(22)).is_none() {
        return;
    }
    let device = ffi_vulkan::find(DeviceId(22)).unwrap();
    let buffer = device.alloc(64).unwrap();
    device.pretend_lost(Error::new(Code::DeviceLost, "a test says so"));
    let lost = |outcome: Result<(), Error>| {
        let error = outcome.unwrap_err();
        assert_eq!(error.code(), Code::DeviceLost);
        assert!(error.text().contains("vulkan:0") && error.text().contains("a test says so"), "{error}");
    };
    lost(device.alloc(4).map(|_| ()));
    lost(device.upload(&[1], &buffer, 0));
    lost(device.download(&buffer, 0, &mut [0]));
    lost(device.flush().map(|_| ()));
    lost(device.wait(Ticket(0), None).map(|_| ()));
    lost(device.trim().map(|_| ()));
    let layout = Layout::contiguous(&[4]).unwrap();
    let view = ffi_backend::View { buffer: &buffer, dtype: ffi_backend::DType::F32, layout: &layout };
    let fill =
        ffi_backend::Op::Map { program: ffi_backend::program::FILL, scalars: &[ffi_backend::Scalar::Float(1.0)] };
    lost(ffi_backend::run(device, &fill, &[], &view));
    assert_eq!(BufferRef::strong_count(&buffer), 1);
    drop(buffer);
    assert_eq!(device.memory().live_bytes, 0, "frees still work");
    assert_eq!(device.memory().pooled_bytes, 0, "and give the memory back to the driver");
    let new = device_of(DeviceId(23)).unwrap();
    assert!(new.alloc(64).is_ok());
}

/// What a driver without push descriptors runs: the same maps, casts, moves and reductions over addresses.
#[test]
fn kernels_by_address_agree_with_those_over_storage_buffers() {
    use crate::common::{Tensor, layouts, scalar};
    use ffi_backend::{DType, MapOp, Op, Program, ReduceOp, program, run};
    if device_of(DeviceId(24)).is_none() {
        return;
    }
    let own = ffi_vulkan::VulkanDevice::open_by_address(0, DeviceId(25)).unwrap();
    let numbers = [3.0, 1.0, 0.0, 7.0, 5.0];
    let results = |device: &ffi_vulkan::VulkanDevice, dtype: DType, layout: Layout| {
        let x = Tensor::new(device, dtype, layout, &numbers);
        let of = |to: DType, dims: &[i64], op: &Op, sources: usize| {
            let y = Tensor::new(device, to, Layout::contiguous(dims).unwrap(), &[0.0]);
            run(device, op, &[x.view(), x.view()][..sources], &y.view()).unwrap();
            y.read(device)
        };
        let map = |op| Op::Map { program: Program::of(op), scalars: &[] };
        [
            of(dtype, layout.dims(), &map(MapOp::add), 2),
            of(DType::Bool, layout.dims(), &map(MapOp::le), 2),
            of(DType::I32, layout.dims(), &Op::Map { program: program::COPY, scalars: &[] }, 1),
            of(dtype, layout.dims(), &Op::Map { program: program::FILL, scalars: &[scalar(dtype, 2.0)] }, 0),
            of(dtype, &[1, 1], &Op::Reduce { op: ReduceOp::Max, axes: 3 }, 1),
            of(DType::I64, &[1, 1], &Op::Reduce { op: ReduceOp::ArgMax, axes: 3 }, 1),
        ]
    };
    for dtype in [DType::F32, DType::F16, DType::I64, DType::U8] {
        for layout in layouts(&[130, 37], false) {
            let bound = results(ffi_vulkan::find(DeviceId(24)).unwrap(), dtype, layout);
            assert_eq!(results(own, dtype, layout), bound, "{dtype} {layout:?}");
        }
    }
}
