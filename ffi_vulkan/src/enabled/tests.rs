//! Situations that only the inside can force: batches that end in the middle of things, and what depends on what.

use super::buffer::VulkanBuffer;
use super::device::VulkanDevice;
use super::recorder::Forced;
use ffi_backend::{
    BufferRef, Code, DType, Device, DeviceId, IndexOp, Layout, LinalgOp, MapOp, Op, Program, ReduceOp, Result, Scalar,
    View, program, run,
};

/// A device of one's own; `None`, said aloud, without a driver, unless `FFI_REQUIRE` names vulkan.
fn device(id: u32) -> Option<&'static VulkanDevice> {
    match VulkanDevice::open(0, DeviceId(id)) {
        Ok(device) => Some(device),
        Err(error) => {
            let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan: {error}");
            eprintln!("SKIPPED: no vulkan device: {error}");
            None
        }
    }
}

struct Floats {
    buffer: BufferRef,
    layout: Layout,
}

impl Floats {
    fn new(device: &VulkanDevice, layout: Layout, value: f32) -> Floats {
        let (_, last) = layout.extent().unwrap();
        let buffer = device.alloc(4 * (last as u64 + 1)).unwrap();
        let bytes: Vec<u8> = value.to_ne_bytes().repeat(last as usize + 1);
        device.upload(&bytes, &buffer, 0).unwrap();
        Floats { buffer, layout }
    }
    fn contiguous(device: &VulkanDevice, dims: &[i64], value: f32) -> Floats {
        Floats::new(device, Layout::contiguous(dims).unwrap(), value)
    }
    fn view(&self) -> View<'_> {
        View { buffer: &self.buffer, dtype: DType::F32, layout: &self.layout }
    }
    fn stamp(&self, device: &VulkanDevice) -> u64 {
        VulkanBuffer::of(device, self.buffer.as_ref()).unwrap().last_use()
    }
    fn first(&self, device: &VulkanDevice) -> f32 {
        let mut bytes = [0; 4];
        device.download(&self.buffer, 4 * self.layout.offset() as u64, &mut bytes).unwrap();
        assert_eq!(crate::validation_messages(), 0, "the validation layers, where they listen, have nothing to say");
        f32::from_ne_bytes(bytes)
    }
}

fn add(device: &VulkanDevice, x: &Floats, y: &Floats, to: &Floats) {
    run(device, &Op::Map { program: Program::of(MapOp::add), scalars: &[] }, &[x.view(), y.view()], &to.view())
        .unwrap();
}

fn sum(device: &VulkanDevice, x: &Floats, to: &Floats) {
    run(device, &Op::Reduce { op: ReduceOp::Sum, axes: 1 }, &[x.view()], &to.view()).unwrap();
}

/// A layout that no merging brings to rank 4, so that its dispatches read a table.
fn scattered() -> Layout {
    Layout::from_parts(&[2, 3, 3, 3, 3], &[10_000, 1000, 100, 10, 2], 0).unwrap()
}

#[test]
fn an_op_that_fills_the_tables_is_wholly_in_the_batch_that_it_is_stamped_with() {
    let Some(device) = device(100) else { return };
    device.force(Forced { tables_bytes: Some(512), ..Forced::default() });
    let (x, y) = (Floats::new(device, scattered(), 1.0), Floats::new(device, scattered(), 0.0));
    let before = device.flush().unwrap().0;
    for op in 1..=7 {
        add(device, &x, &y, &y);
        // Two tables fill a batch, so the third op begins the next.
        let batch = before + u64::div_ceil(op, 2);
        assert_eq!(device.submissions(), batch - 1, "op {op}");
        assert_eq!((x.stamp(device), y.stamp(device)), (batch, batch), "op {op}");
    }
    assert_eq!(y.first(device), 7.0);
}

#[test]
fn an_op_with_more_tables_than_a_batch_has_gets_a_batch_that_holds_them() {
    let Some(device) = device(101) else { return };
    device.force(Forced { tables_bytes: Some(256), ..Forced::default() });
    // Two passes: two tables.
    let x = Floats::contiguous(device, &[200_000], 1.0);
    let to = Floats::contiguous(device, &[1], 0.0);
    let before = device.flush().unwrap().0;
    sum(device, &x, &to);
    assert_eq!((device.submissions(), x.stamp(device), to.stamp(device)), (before, before + 1, before + 1));
    assert_eq!(to.first(device), 200_000.0);
}

#[test]
fn scratch_that_needs_a_trim_is_taken_before_anything_is_stamped() {
    let Some(device) = device(102) else { return };
    let x = Floats::contiguous(device, &[200_000], 1.0);
    let to = Floats::contiguous(device, &[1], 0.0);
    // Work that is recorded and not submitted when memory is short.
    add(device, &x, &x, &x);
    let before = device.submissions();
    device.force(Forced { refusals: 1, ..Forced::default() });
    sum(device, &x, &to);
    assert_eq!(device.submissions(), before + 1, "the trim submitted the addition");
    assert_eq!((x.stamp(device), to.stamp(device)), (before + 2, before + 2));
    // Its own batch knows what it touched: the next op on it waits behind a barrier.
    let barriers = device.barriers();
    add(device, &to, &to, &to);
    assert_eq!(device.barriers(), barriers + 1);
    assert_eq!(to.first(device), 800_000.0);
}

#[test]
fn staging_that_needs_a_trim_is_taken_before_anything_is_stamped() {
    if device(103).is_none() {
        return;
    }
    let device = VulkanDevice::open_staged(0, DeviceId(104)).unwrap();
    let x = Floats::contiguous(device, &[100], 1.0);
    add(device, &x, &x, &x);
    let before = device.submissions();
    device.force(Forced { refusals: 1, ..Forced::default() });
    device.upload(&[0; 100_000][..400], &x.buffer, 0).unwrap();
    let batch = device.submissions() + 1;
    assert_eq!(x.stamp(device), batch, "the copy waits in the batch after {before}");
    assert_eq!(x.first(device), 0.0);
}

#[test]
fn what_reads_the_result_of_two_passes_waits_for_the_second() {
    let Some(device) = device(105) else { return };
    let x = Floats::contiguous(device, &[200_000], 1.0);
    let (to, other) = (Floats::contiguous(device, &[1], 0.0), Floats::contiguous(device, &[1], 5.0));
    device.flush().unwrap();
    let before = device.barriers();
    sum(device, &x, &to);
    assert_eq!(device.barriers(), before + 1, "between the passes");
    add(device, &other, &other, &other);
    assert_eq!(device.barriers(), before + 1, "independent of both");
    add(device, &to, &other, &other);
    assert_eq!(device.barriers(), before + 2, "reads what the second pass writes");
    assert_eq!(other.first(device), 200_010.0);
}

#[test]
fn a_failed_op_leaves_no_stamp_and_no_block_behind() {
    let Some(device) = device(106) else { return };
    let x = Floats::contiguous(device, &[200_000], 1.0);
    let to = Floats::contiguous(device, &[1], 0.0);
    device.trim().unwrap();
    let (stamps, memory) = ((x.stamp(device), to.stamp(device)), device.memory());
    device.force(Forced { refusals: 2, ..Forced::default() });
    let op = Op::Reduce { op: ReduceOp::Sum, axes: 1 };
    let error = run(device, &op, &[x.view()], &to.view()).unwrap_err();
    assert_eq!(error.code(), ffi_backend::Code::OutOfMemory);
    assert_eq!(stamps, (x.stamp(device), to.stamp(device)));
    assert_eq!(memory.live_bytes, device.memory().live_bytes);
    let fill = Op::Map { program: program::FILL, scalars: &[Scalar::Float(3.0)] };
    run(device, &fill, &[], &to.view()).unwrap();
    assert_eq!(to.first(device), 3.0);
}

#[test]
fn an_index_is_looked_at_in_a_batch_of_its_own_and_a_wrong_one_stamps_nothing_else() {
    let Some(device) = device(107) else { return };
    let (x, y) = (Floats::contiguous(device, &[3], 1.0), Floats::contiguous(device, &[2], 0.0));
    let index = device.alloc(8).unwrap();
    let layout = Layout::contiguous(&[2]).unwrap();
    let view = View { buffer: &index, dtype: DType::I32, layout: &layout };
    let gather = Op::Index { op: IndexOp::Gather, axis: 0 };
    let last_use = || VulkanBuffer::of(device, index.as_ref()).unwrap().last_use();
    for (places, fits) in [([2i32, -3], true), ([0, 3], false)] {
        device.upload(&places.map(i32::to_ne_bytes).concat(), &index, 0).unwrap();
        let (before, stamps) = (device.flush().unwrap().0, (x.stamp(device), y.stamp(device)));
        let outcome = run(device, &gather, &[x.view(), view], &y.view());
        assert_eq!((outcome.is_ok(), device.submissions()), (fits, before + 1));
        if fits {
            assert_eq!((last_use(), x.stamp(device), y.stamp(device)), (before + 2, before + 2, before + 2));
        } else {
            assert_eq!((last_use(), (x.stamp(device), y.stamp(device))), (before + 1, stamps));
        }
        assert_eq!(y.first(device), 1.0);
    }
}

#[test]
fn work_without_an_end_is_given_up_and_the_device_with_it() {
    if device(108).is_none() {
        return;
    }
    let patience = std::time::Duration::from_millis(200);
    let device = VulkanDevice::open_hasty(0, DeviceId(109), patience).unwrap();
    let (x, y) = (Floats::contiguous(device, &[100], 1.0), Floats::contiguous(device, &[100], 1.0));
    add(device, &x, &x, &y);
    assert_eq!(y.first(device), 2.0, "work that ends is waited for");
    device.hang().unwrap();
    add(device, &x, &x, &y);
    let ticket = device.flush().unwrap();
    let brief = std::time::Duration::from_millis(1);
    assert!(!device.wait(ticket, Some(brief)).unwrap(), "who asks for a time gets an answer, and no more");
    let live = device.memory().live_bytes;
    let error = device.download(&y.buffer, 0, &mut [0; 4]).unwrap_err();
    assert_eq!(error.code(), Code::Timeout, "{error}");
    assert!(error.text().contains("0.2 s"), "{error}");
    // From now on it is lost: nothing waits a second time, and frees work, though the driver still has the memory.
    let start = std::time::Instant::now();
    let lost = |outcome: Result<()>| {
        let error = outcome.unwrap_err();
        assert!(error.code() == Code::DeviceLost && error.text().contains("given up"), "{error}");
    };
    lost(device.download(&y.buffer, 0, &mut [0; 4]));
    lost(device.upload(&[0; 4], &y.buffer, 0));
    lost(device.alloc(4).map(|_| ()));
    lost(device.wait(ticket, None).map(|_| ()));
    lost(device.trim().map(|_| ()));
    lost(device.shut_down());
    drop((x, y));
    assert!(device.memory().live_bytes < live && device.memory().pooled_bytes > 0);
    assert!(start.elapsed() < patience, "{:?}", start.elapsed());
    let new = VulkanDevice::open(0, DeviceId(110)).unwrap();
    let (x, y) = (Floats::contiguous(new, &[100], 1.0), Floats::contiguous(new, &[100], 1.0));
    add(new, &x, &x, &y);
    assert_eq!(y.first(new), 2.0);
}

/// What the driver still works on stays, also where the device was given up for another reason than its hanging.
#[test]
fn frees_on_a_lost_device_that_hangs_wait_once_and_leave_its_memory() {
    if device(111).is_none() {
        return;
    }
    let patience = std::time::Duration::from_secs(2);
    let device = VulkanDevice::open_hasty(0, DeviceId(112), patience).unwrap();
    let (x, y) = (Floats::contiguous(device, &[100], 1.0), Floats::contiguous(device, &[100], 1.0));
    device.hang().unwrap();
    add(device, &x, &x, &y);
    device.flush().unwrap();
    device.lose(ffi_backend::Error::new(Code::DeviceLost, "a submit failed"));
    let start = std::time::Instant::now();
    let pooled = device.memory().pooled_bytes;
    drop(x);
    let first = start.elapsed();
    drop(y);
    assert!(first >= patience && start.elapsed() - first < patience, "{first:?}, {:?}", start.elapsed());
    assert!(device.memory().pooled_bytes > pooled, "what hangs may use it");
}

/// A batch that is more than what may wait at a time: each part of it, with its faults, is where it belongs.
#[test]
fn large_batches_of_matrices_go_in_parts() {
    let Some(device) = device(114) else { return };
    for n in [2i64, 70] {
        // Room for two matrices of four numbers a row with a right side beside them, and a bit.
        let each = 4 * n * (n + 3) / 4 * 4 * 2;
        device.force(Forced { waiting: Some(5 * each / 2), ..Forced::default() });
        for bad in [None, Some(5)] {
            let dims = [7, n, n];
            let (x, y) = (Floats::contiguous(device, &dims, 0.0), Floats::contiguous(device, &dims, 9.0));
            let on_diagonal = |e: usize| e / n as usize % n as usize == e % n as usize;
            let which = |e: usize| e / (n * n) as usize;
            let value = |e: usize| if on_diagonal(e) && bad != Some(which(e)) { (which(e) + 1) as f32 } else { 0.0 };
            let bytes: Vec<u8> = (0..7 * (n * n) as usize).flat_map(|e| value(e).to_ne_bytes()).collect();
            device.upload(&bytes, &x.buffer, 0).unwrap();
            let done = run(device, &Op::Linalg(LinalgOp::Inverse), &[x.view()], &y.view());
            if bad.is_some() {
                assert_eq!(done.unwrap_err().text(), "inverse: matrix 5 of the batch is singular, pivot 0 is 0");
                continue;
            }
            done.unwrap();
            let mut bytes = vec![0; bytes.len()];
            device.download(&y.buffer, 0, &mut bytes).unwrap();
            for (e, got) in bytes.chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).enumerate() {
                let want = if on_diagonal(e) { 1.0 / (which(e) + 1) as f32 } else { 0.0 };
                assert!((got - want).abs() <= 1e-6, "{n}: {got} is not {want} at {e}");
            }
        }
    }
}
