//! softmax, its logarithm and normal rows: every length about the widths that kernels work in, every layout, and rows that hold infinities or NaN.

use crate::common::{Tensor, close, device, device_of, layouts, rounded, tolerance};
use ffi_backend::{DType, Device, DeviceId, Layout, Op, RowOp, Support, run};
use ffi_vulkan::VulkanDevice;

fn reference(op: RowOp, row: &[f64]) -> Vec<f64> {
    if let RowOp::Normal { epsilon } = op {
        // In blocks, as below.
        let sum = |of: &dyn Fn(&f64) -> f64| row.chunks(128).map(|part| part.iter().map(of).sum::<f64>()).sum::<f64>();
        let mean = sum(&|x| *x) / row.len() as f64;
        let variance = sum(&|x| (x - mean) * (x - mean)) / row.len() as f64;
        return row.iter().map(|x| (x - mean) / (variance + epsilon).sqrt()).collect();
    }
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, |a, b| if b > a || b.is_nan() { b } else { a });
    // In blocks: one after the other, thousands of doubles lose more than the device does.
    let power = |x: &f64| (x - largest).exp();
    let sum: f64 = row.chunks(128).map(|part| part.iter().map(power).sum::<f64>()).sum();
    let of = |x: &f64| if op == RowOp::Softmax { (x - largest).exp() / sum } else { x - largest - sum.ln() };
    row.iter().map(of).collect()
}

/// Runs both ops of `x` into `to`, whose dims end in the row.
fn check(device: &VulkanDevice, x: &Tensor, to: &Layout) {
    let len = *x.layout.dims().last().unwrap() as usize;
    for op in RowOp::ALL {
        // Squares leave the range where the formula in f64 does not.
        if op.name() == "normal" && x.values.iter().any(|x| x.is_finite() && x.abs() > 1e18) {
            continue;
        }
        let y = Tensor::new(device, x.dtype, *to, &[9.0]);
        run(device, &Op::Rows(op), &[x.view()], &y.view()).unwrap();
        let want = x.values.chunks(len.max(1)).flat_map(|row| reference(op, row));
        for (i, (got, want)) in y.read(device).into_iter().zip(want).enumerate() {
            let want = rounded(x.dtype, want);
            // Of long rows softmax is small: it must be right by itself, not beside 1.
            let scale = if op == RowOp::Softmax { 1e-9f64.max(want.abs()) } else { 1.0 };
            let (got, want) = (got / scale, want / scale);
            let subnormal = x.dtype == DType::F16 && want * scale < 1e-4;
            assert!(
                close(got, want, 4.0 * tolerance(x.dtype)) || (subnormal && (got - want).abs() * scale < 1.2e-7),
                "{op:?} of {} {:?} at {i}: {got} is not {want} of {scale}",
                x.dtype,
                x.layout
            );
        }
    }
}

#[test]
fn rows_of_every_length_and_layout() {
    let Some(device) = device() else { return };
    let values: Vec<f64> = (0..997).map(|i| f64::from(i * 131 % 997) * 0.02 - 10.0).collect();
    let dtypes = [DType::F64, DType::F32, DType::F16, DType::Bf16];
    for dtype in dtypes {
        let native = device.supports(&Op::Rows(RowOp::Softmax), &[dtype], dtype);
        assert_eq!(native, Support::Native, "{dtype}");
        for len in [0, 1, 2, 7, 31, 32, 33, 63, 64, 65, 255, 256, 257, 511, 2047, 2048, 2049] {
            let sources = layouts(&[9, len], false);
            for (i, to) in layouts(&[9, len], true).iter().enumerate() {
                check(device, &Tensor::new(device, dtype, sources[(i + len as usize) % sources.len()], &values), to);
            }
        }
    }
    // Many rows, along memory and across it; and rows that three dimensions are walked for.
    for (dims, axis) in [(vec![1500, 40], 1), (vec![40, 1500], 0), (vec![90, 1300], 0), (vec![4, 3, 50, 5, 2], 2)] {
        let layout = Layout::contiguous(&dims).unwrap();
        let mut order: Vec<usize> = (0..dims.len()).collect();
        order.swap(axis, dims.len() - 1);
        let turned = layout.permute(&order).unwrap();
        check(device, &Tensor::new(device, DType::F32, turned, &values), &turned);
        check(device, &Tensor::new(device, DType::F32, turned, &values), &Layout::contiguous(turned.dims()).unwrap());
    }
}

#[test]
fn few_long_rows_are_cut_into_parts() {
    let Some(device) = device() else { return };
    let values: Vec<f64> = (0..9973).map(|i| f64::from(i * 131 % 9973) * 0.002 - 10.0).collect();
    for dtype in [DType::F32, DType::F64, DType::Bf16] {
        for dims in [[1, 32_768], [3, 70_001], [1, 200_000]] {
            for layout in layouts(&dims, true) {
                check(device, &Tensor::new(device, dtype, layout, &values), &layout);
            }
        }
    }
}

#[test]
fn kernels_that_take_addresses_do_the_same() {
    if device().is_none() {
        return;
    }
    let device = VulkanDevice::open_by_address(0, DeviceId(23)).unwrap();
    let values: Vec<f64> = (0..997).map(|i| f64::from(i * 131 % 997) * 0.02 - 10.0).collect();
    for dtype in [DType::F64, DType::F32, DType::F16] {
        for dims in [[9, 33], [2, 300], [2, 40_000]] {
            for layout in layouts(&dims, true) {
                check(device, &Tensor::new(device, dtype, layout, &values), &layout);
            }
        }
    }
}

#[test]
fn infinities_and_nan_do_to_a_row_what_they_do_to_the_formula() {
    let Some(device) = device() else { return };
    const LOW: f64 = f64::NEG_INFINITY;
    let rows: [&[f64]; 8] = [
        &[LOW],
        &[LOW, LOW, LOW],
        &[LOW, 1.0, LOW, 2.0],
        &[1.0, f64::INFINITY],
        &[f64::INFINITY, LOW, f64::INFINITY],
        &[f64::NAN, 1.0, 2.0],
        &[3.0, LOW, f64::NAN],
        &[-3e38, 3e38, 0.0],
    ];
    for dtype in [DType::F32, DType::F64, DType::Bf16, DType::F16] {
        for row in rows.iter().filter(|row| dtype != DType::F16 || row[0] != -3e38) {
            // The odd ones at the row's start, then far behind ordinary ones: other invocations find them.
            for len in [row.len(), 300, 40_000] {
                let mut values = vec![0.5; len];
                values[len - row.len()..].copy_from_slice(row);
                let layout = Layout::contiguous(&[1, len as i64]).unwrap();
                check(device, &Tensor::new(device, dtype, layout, &values), &layout);
                values.reverse();
                check(device, &Tensor::new(device, dtype, layout, &values), &layout);
            }
        }
    }
}

#[test]
fn a_softmax_is_one_dispatch_and_two_where_rows_are_long() {
    let Some(device) = device_of(DeviceId(24)) else { return };
    for (dims, count) in [([64, 1000], 1), ([1000, 10], 1), ([2, 100_000], 3)] {
        let [x, y] =
            [1.0, 0.0].map(|value| Tensor::new(device, DType::F32, Layout::contiguous(&dims).unwrap(), &[value]));
        let trace = device.traced(|| run(device, &Op::Rows(RowOp::Softmax), &[x.view()], &y.view()).unwrap());
        assert_eq!(trace.len(), count, "{dims:?}: dispatches and barriers");
    }
}
