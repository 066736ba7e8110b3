//! Ranges longer than one dispatch may be: a driver ends loops that turn too often without a word, and the result is wrong.

use crate::common::{Tensor, close, device, download, rounded, tolerance};
use ffi_backend::program::COPY;
use ffi_backend::{BufferRef, DType, Device, Layout, Op, ReduceOp, ScanOp, View, run};
use ffi_vulkan::VulkanDevice;

fn contiguous(dims: &[i64]) -> Layout {
    Layout::contiguous(dims).unwrap()
}

/// One number, as often as the dims say.
fn stretched(device: &VulkanDevice, dtype: DType, dims: &[i64], value: f64) -> Tensor {
    Tensor {
        layout: Layout::scalar().broadcast_to(dims).unwrap(),
        ..Tensor::new(device, dtype, Layout::scalar(), &[value])
    }
}

fn reduced(device: &VulkanDevice, op: ReduceOp, axes: u8, x: &View, dims: &[i64]) -> Vec<f64> {
    let result = op.result(x.dtype).unwrap();
    let y = Tensor::new(device, result, contiguous(dims), &[9.0]);
    run(device, &Op::Reduce { op, axes }, &[*x], &y.view()).unwrap();
    y.read(device)
}

#[test]
fn columns_of_seventy_thousand() {
    let Some(device) = device() else { return };
    let (rows, columns) = (70_000, 1024);
    for (dtype, value, op, want) in [
        (DType::U8, 3.0, ReduceOp::Sum, 210_000.0),
        (DType::F32, 0.25, ReduceOp::ArgMin, 0.0),
        // The sum leaves a half's range, the mean does not.
        (DType::F16, 0.25, ReduceOp::Mean, 0.25),
        (DType::I64, -7.0, ReduceOp::All, 1.0),
    ] {
        let x = stretched(device, dtype, &[rows, columns], value);
        let got = reduced(device, op, 1, &x.view(), &[1, columns]);
        assert!(got.iter().all(|got| *got == want), "{op:?} of {dtype}: {:?}", &got[..3]);
    }
}

/// Over dimensions that do not merge, each element takes more turns.
#[test]
fn ranges_found_by_a_loop() {
    let Some(device) = device() else { return };
    let scattered = |dims: &[i64]| {
        let strides: Vec<i64> = (0..dims.len() as i64).map(|i| (i + 1) % 2).collect();
        let layout = Layout::from_parts(dims, &strides, 0).unwrap();
        Tensor { layout, ..Tensor::new(device, DType::I32, contiguous(&[64]), &[1.0]) }
    };
    let x = scattered(&[7, 300, 7, 300, 7, 2]);
    assert_eq!(reduced(device, ReduceOp::Sum, 0b11_1111, &x.view(), &[1; 6]), [61_740_000.0]);
    let x = scattered(&[5, 20, 5, 40, 5, 1100]);
    let sums = reduced(device, ReduceOp::Sum, 0b1_1111, &x.view(), &[1, 1, 1, 1, 1, 1100]);
    assert!(sums.iter().all(|sum| *sum == 100_000.0), "{:?}", &sums[..3]);
}

#[test]
fn one_range_of_twenty_million() {
    let Some(device) = device() else { return };
    let count = 20_000_000;
    let mut bytes = vec![5u8; count];
    (bytes[count - 7], bytes[count - 3], bytes[17_000_001]) = (9, 9, 0);
    let buffer: BufferRef = device.alloc(count as u64).unwrap();
    device.upload(&bytes, &buffer, 0).unwrap();
    let layout = contiguous(&[count as i64]);
    let x = View { buffer: &buffer, dtype: DType::U8, layout: &layout };
    let sum = (count - 3) as f64 * 5.0 + 18.0;
    for (op, want) in [
        (ReduceOp::ArgMax, (count - 7) as f64),
        (ReduceOp::ArgMin, 17_000_001.0),
        (ReduceOp::Max, 9.0),
        (ReduceOp::Min, 0.0),
        (ReduceOp::All, 0.0),
        (ReduceOp::Any, 1.0),
        (ReduceOp::Sum, sum),
    ] {
        assert_eq!(reduced(device, op, 1, &x, &[1]), [want], "{op:?}");
    }
    // Halves gather in singles: a half alone would stand still at 2048 times the number.
    let x = stretched(device, DType::F16, &[count as i64], 0.0009765625);
    assert_eq!(reduced(device, ReduceOp::Sum, 1, &x.view(), &[1]), [rounded(DType::F16, 19531.25)]);
    let x = stretched(device, DType::Bf16, &[count as i64], -1.5);
    for (op, want) in [(ReduceOp::Mean, -1.5), (ReduceOp::Min, -1.5), (ReduceOp::ArgMax, 0.0)] {
        assert_eq!(reduced(device, op, 1, &x.view(), &[1]), [want], "{op:?}");
    }
}

/// More elements than a float counts: where each lies is found by way of floats.
#[test]
fn seventeen_million_turned_about() {
    let Some(device) = device() else { return };
    let (rows, columns) = (4099usize, 4111usize);
    let bytes: Vec<u8> = (0..rows * columns).map(|i| (i % 251) as u8 ^ (i / 251 % 253) as u8).collect();
    let buffers = [(); 2].map(|()| device.alloc(bytes.len() as u64).unwrap());
    device.upload(&bytes, &buffers[0], 0).unwrap();
    let (to, of_bytes) = (contiguous(&[columns as i64, rows as i64]), DType::U8);
    let from = contiguous(&[rows as i64, columns as i64]).permute(&[1, 0]).unwrap();
    let [x, y] = [(0, &from), (1, &to)].map(|(i, layout)| View { buffer: &buffers[i], dtype: of_bytes, layout });
    run(device, &Op::Map { program: COPY, scalars: &[] }, &[x], &y).unwrap();
    let mut turned = vec![0; bytes.len()];
    device.download(&buffers[1], 0, &mut turned).unwrap();
    let wrong = (0..bytes.len()).find(|at| turned[*at] != bytes[at % rows * columns + at / rows]);
    assert_eq!(wrong, None);
}

#[test]
fn products_of_a_hundred_thousand() {
    let Some(device) = device() else { return };
    let k = 100_001;
    let numbers: Vec<f64> = (0..97).map(|i| f64::from(i % 7) * 0.125).collect();
    for dtype in [DType::F32, DType::F64, DType::F16, DType::I32] {
        let values = if dtype == DType::I32 { &numbers.iter().map(|v| v * 8.0).collect() } else { &numbers };
        let small: Vec<f64> =
            if dtype == DType::F16 { values.iter().map(|v| v / 64.0).collect() } else { values.clone() };
        let a = Tensor::new(device, dtype, contiguous(&[2, k]), values);
        let b = Tensor::new(device, dtype, contiguous(&[3, k]).permute(&[1, 0]).unwrap(), &small);
        let c = Tensor::new(device, dtype, contiguous(&[2, 3]), &[9.0]);
        let alpha = if dtype == DType::I32 { 1.0 } else { 0.5 };
        run(device, &Op::Matmul { alpha }, &[a.view(), b.view()], &c.view()).unwrap();
        let k = k as usize;
        for (at, got) in download(device, &c.buffer, dtype).iter().enumerate() {
            let (row, column) = (at / 3, at % 3);
            let terms = (0..k).map(|i| a.values[row * k + i] * b.values[i * 3 + column]);
            let want = alpha * terms.sum::<f64>();
            assert!(close(*got, want, tolerance(dtype) * 8.0), "{dtype} at {at}: {got} is not {want}");
        }
    }
}

/// One long line and several, backwards and apart, into every other element: what lies between stays.
#[test]
fn running_totals_of_long_lines() {
    let Some(device) = device() else { return };
    let numbers = [1.0, -2.0, 3.0, 0.0, 5.0];
    for (lines, len) in [(1, 100_003), (3, 40_001), (1100, 70)] {
        for dtype in [DType::F32, DType::F64, DType::I32, DType::F16, DType::Bool] {
            let backwards = contiguous(&[len, lines]).slice(0, len - 1, len, -1).unwrap();
            let x =
                Tensor::new(device, dtype, backwards, if dtype == DType::Bool { &[1.0, 0.0, 1.0] } else { &numbers });
            let result = if dtype.is_float() { dtype } else { DType::I64 };
            let apart = contiguous(&[len, lines, 2]).slice(2, 1, 1, 1).unwrap();
            let apart = Layout::from_parts(&[len, lines], &apart.strides()[..2], apart.offset()).unwrap();
            let y = Tensor::new(device, result, apart, &[7.0]);
            run(device, &Op::Scan { op: ScanOp::Sum, axis: 0 }, &[x.view()], &y.view()).unwrap();
            let mut totals = vec![0.0; lines as usize];
            for (at, got) in y.read(device).iter().enumerate() {
                let total = &mut totals[at % lines as usize];
                *total += x.values[at];
                assert_eq!(*got, rounded(result, *total), "{dtype} {lines} of {len} at {at}");
            }
            assert!(download(device, &y.buffer, result).iter().step_by(2).all(|v| *v == 7.0), "{dtype}");
        }
    }
}
