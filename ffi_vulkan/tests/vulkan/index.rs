//! What the conformance table does not see of indexing: what a wrong index leaves alone, lines longer than one dispatch, the order
//! of additions bit by bit, and views that the kernels cannot count.

use crate::common::{Tensor, device, device_of, download};
use ffi_backend::{Code, DType, DeviceId, Error, IndexOp, Layout, Op, Program, Scalar, run};
use ffi_vulkan::VulkanDevice;

fn contiguous(dims: &[i64]) -> Layout {
    Layout::contiguous(dims).unwrap()
}

fn apply(device: &VulkanDevice, op: IndexOp, axis: u8, a: &Tensor, b: &Tensor, y: &Tensor) -> Result<(), Error> {
    run(device, &Op::Index { op, axis }, &[a.view(), b.view()], &y.view())
}

/// Every wrong index, in every kind of view, on a device that the host sees the memory of and on one that it does not.
#[test]
fn a_wrong_index_is_named_and_leaves_the_destination_alone() {
    let Some(device) = device() else { return };
    assert!(device_of(DeviceId(40)).is_some());
    let staged = VulkanDevice::open_staged(0, DeviceId(41)).unwrap();
    for device in [device, staged] {
        for dtype in [DType::I32, DType::I64] {
            for wrong in [3.0, -4.0, f64::from(i32::MAX), f64::from(i32::MIN), 4_294_967_296.0, -4_294_967_297.0] {
                if dtype == DType::I32 && f64::from(wrong as i32) != wrong {
                    continue;
                }
                wrong_index(device, dtype, wrong);
            }
        }
    }
}

fn wrong_index(device: &VulkanDevice, dtype: DType, wrong: f64) {
    // Backwards with a step; one column stretched over two; turned, in the middle of its buffer.
    let backwards = contiguous(&[500, 4]).slice(1, 3, 2, -2).unwrap().slice(0, 499, 500, -1).unwrap();
    let stretched = contiguous(&[500, 1]).broadcast_to(&[500, 2]).unwrap();
    let turned = contiguous(&[2, 510]).slice(1, 7, 500, 1).unwrap().permute(&[1, 0]).unwrap();
    for layout in [contiguous(&[500, 2]), backwards, stretched, turned] {
        let mut places = [2.0, -3.0, 0.0].repeat(500);
        let at = layout.offset() + 300 * layout.strides()[0] + layout.strides()[1];
        places[at as usize] = wrong;
        let index = Tensor::new(device, dtype, layout, &places);
        let x = Tensor::new(device, DType::F32, contiguous(&[3, 2]), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let ones = Tensor::new(device, DType::F32, contiguous(&[500, 2]), &[1.0]);
        let out = Tensor::new(device, DType::F32, contiguous(&[500, 2]), &[7.0]);
        for outcome in [
            apply(device, IndexOp::Gather, 0, &x, &index, &out),
            apply(device, IndexOp::Scatter, 0, &index, &ones, &x),
            apply(device, IndexOp::ScatterAdd, 0, &index, &ones, &x),
        ] {
            let error = outcome.unwrap_err();
            assert_eq!(error.code(), Code::InvalidArgument);
            let says = format!("index {wrong} is outside a dimension of size 3");
            assert!(error.text().contains(&says), "{dtype} {layout:?}: {}", error.text());
        }
        assert_eq!(x.read(device), x.values, "{dtype} {layout:?}");
        assert_eq!(out.read(device), out.values, "{dtype} {layout:?}");
    }
}

/// Additions of numbers that round: only the row-major order gives these bits. Halves round once.
#[test]
fn long_lines_add_up_in_order_and_the_last_value_stays() {
    let Some(device) = device() else { return };
    let count = 100_003i64;
    let places: Vec<f64> =
        (0..count).map(|i| f64::from((i * 7919 % 5) as i32) - if i % 2 == 0 { 5.0 } else { 0.0 }).collect();
    let numbers: Vec<f64> =
        (0..count).map(|i| f64::from((i % 89) as i32) * 0.3 + if i % 31 == 0 { 1e4 } else { 0.0 }).collect();
    let index = Tensor::new(device, DType::I64, contiguous(&[count]), &places);
    let place = |i: usize| (places[i] as i64).rem_euclid(5) as usize;
    for dtype in [DType::F32, DType::F16, DType::Bf16, DType::I32] {
        // Every other one of a longer buffer, so that what lies between must stay.
        let between = contiguous(&[count, 2]).slice(1, 1, 1, 1).unwrap();
        let between = Layout::from_parts(&[count], &between.strides()[..1], between.offset()).unwrap();
        let values = Tensor::new(device, dtype, between, &numbers);
        let y = Tensor::new(device, dtype, Layout::from_parts(&[5], &[-2], 9).unwrap(), &[3.0]);
        apply(device, IndexOp::ScatterAdd, 0, &index, &values, &y).unwrap();
        let mut sums = [3.0f64; 5];
        for (i, value) in values.values.iter().enumerate() {
            let sum = sums[place(i)] + value;
            sums[place(i)] = if dtype == DType::I32 { sum } else { f64::from(sum as f32) };
        }
        let want: Vec<f64> = sums.iter().map(|sum| crate::common::rounded(dtype, *sum)).collect();
        assert_eq!(y.read(device), want, "{dtype}");
        apply(device, IndexOp::Scatter, 0, &index, &values, &y).unwrap();
        let mut last = [0.0; 5];
        values.values.iter().enumerate().for_each(|(i, value)| last[place(i)] = *value);
        assert_eq!(y.read(device), last, "{dtype}");
        let all = download(device, &y.buffer, dtype);
        assert!(all.iter().step_by(2).all(|v| *v == 3.0), "{dtype}: what lies between the elements");
    }
}

#[test]
fn an_index_that_earlier_work_writes_is_looked_at_afterwards() {
    let Some(device) = device() else { return };
    let index = Tensor::new(device, DType::I32, contiguous(&[4]), &[0.0, 1.0, 2.0, 0.0]);
    let x = Tensor::new(device, DType::F64, contiguous(&[3]), &[1.5, 2.5, f64::NAN]);
    let y = Tensor::new(device, DType::F64, contiguous(&[4]), &[0.0]);
    let add = Program::with_scalar(ffi_backend::MapOp::add);
    let shift = |by: i64| {
        run(device, &Op::Map { program: add, scalars: &[Scalar::Int(by)] }, &[index.view()], &index.view()).unwrap();
    };
    shift(1);
    let error = apply(device, IndexOp::Gather, 0, &x, &index, &y).unwrap_err();
    assert!(error.text().contains("index 3 is outside a dimension of size 3"), "{error}");
    shift(-2);
    apply(device, IndexOp::Gather, 0, &x, &index, &y).unwrap();
    // Later work on the index does not reach back.
    shift(100);
    let got = y.read(device);
    assert!(got[0].is_nan() && got[3].is_nan() && got[1..3] == [1.5, 2.5], "{got:?}");
}

#[test]
fn nothing_named_is_nothing_done() {
    let Some(device) = device() else { return };
    for dtype in [DType::F16, DType::F32] {
        let y = Tensor::new(device, dtype, contiguous(&[3, 2]), &[4.0]);
        let index = Tensor::new(device, DType::I64, contiguous(&[0, 2]), &[]);
        let values = Tensor::new(device, dtype, contiguous(&[0, 2]), &[]);
        for op in [IndexOp::Scatter, IndexOp::ScatterAdd] {
            apply(device, op, 0, &index, &values, &y).unwrap();
        }
        let empty = Tensor::new(device, dtype, contiguous(&[0, 2]), &[]);
        apply(device, IndexOp::Gather, 0, &y, &index, &empty).unwrap();
        assert_eq!(y.read(device), [4.0; 6]);
    }
}

#[test]
fn views_that_32_bits_do_not_count_are_refused() {
    let Some(device) = device() else { return };
    let stretched = |dtype, dims: &[i64]| Tensor {
        layout: Layout::scalar().broadcast_to(dims).unwrap(),
        ..Tensor::new(device, dtype, Layout::scalar(), &[0.0])
    };
    let y = Tensor::new(device, DType::F32, contiguous(&[4]), &[1.0]);
    let refused = |outcome: Result<(), Error>| {
        let error = outcome.unwrap_err();
        assert_eq!(error.code(), Code::Unsupported, "{error}");
        assert!(error.text().contains("2^31"), "{error}");
    };
    let (index, values) = (stretched(DType::I64, &[1 << 33]), stretched(DType::F32, &[1 << 33]));
    refused(apply(device, IndexOp::Scatter, 0, &index, &values, &y));
    let (x, index) = (stretched(DType::F32, &[1 << 33]), stretched(DType::I32, &[4]));
    refused(apply(device, IndexOp::Gather, 0, &x, &index, &y));
    assert_eq!(y.read(device), [1.0; 4]);
}
