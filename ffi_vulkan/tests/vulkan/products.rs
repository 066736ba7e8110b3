//! Matrix products at and around the edges of every kernel's tiles, whichever way the operands lie, against loops in f64: in lanes and, on
//! a device that takes addresses alone, through shared memory.

use crate::common::{Tensor, close, device_of, rounded, tolerance};
use ffi_backend::{DType, DeviceId, Element, Layout, Op, run, with_element};
use ffi_vulkan::VulkanDevice;
use std::sync::OnceLock;

/// Both kinds of devices, shared by the tests of products.
pub fn devices() -> &'static [&'static VulkanDevice] {
    static DEVICES: OnceLock<Vec<&'static VulkanDevice>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        let Some(device) = device_of(DeviceId(26)) else { return Vec::new() };
        vec![device, VulkanDevice::open_by_address(0, DeviceId(27)).unwrap()]
    })
}

/// How a batch of matrices lies in memory.
#[derive(Clone, Copy, Debug)]
enum Lie {
    Straight,
    Turned,
    /// Rows that begin at multiples of four elements, and others.
    Padded(i64),
    /// From the last row on, and every other column, from the second on.
    Backwards,
    /// One matrix for the whole batch.
    Shared,
}
use Lie::*;

fn layout(lie: Lie, batch: i64, rows: i64, columns: i64) -> Layout {
    let straight = |dims: &[i64]| Layout::contiguous(dims).unwrap();
    match lie {
        Straight => straight(&[batch, rows, columns]),
        Turned => straight(&[batch, columns, rows]).permute(&[0, 2, 1]).unwrap(),
        Padded(by) => straight(&[batch, rows, columns + by]).slice(2, 0, columns, 1).unwrap(),
        Backwards if rows * columns > 0 => {
            let wide = straight(&[batch, rows, columns * 2 + 1]);
            wide.slice(1, rows - 1, rows, -1).unwrap().slice(2, 1, columns, 2).unwrap()
        }
        Shared => straight(&[1, rows, columns]).broadcast_to(&[batch, rows, columns]).unwrap(),
        Backwards => straight(&[batch, rows, columns]),
    }
}

const WAYS: [[Lie; 3]; 7] = [
    [Straight, Straight, Straight],
    [Straight, Turned, Straight],
    [Turned, Straight, Padded(4)],
    [Turned, Turned, Turned],
    [Padded(4), Padded(4), Padded(3)],
    [Padded(1), Backwards, Straight],
    [Backwards, Shared, Backwards],
];

fn check(device: &VulkanDevice, dtype: DType, batch: i64, [m, k, n]: [i64; 3], lies: [Lie; 3]) {
    let alpha = if dtype.is_float() { 0.5 } else { 1.0 };
    let layouts = [layout(lies[0], batch, m, k), layout(lies[1], batch, k, n), layout(lies[2], batch, m, n)];
    let what = format!("{dtype} {batch} of {m} by {k} by {n}, {lies:?}");
    check_op(device, dtype, (&Op::Matmul { alpha }, alpha), batch, [m, k, n], layouts, &what);
}

/// A product, and its factor, of operands of any layouts; of a, b and c.
pub fn check_op(
    device: &VulkanDevice,
    dtype: DType,
    (op, alpha): (&Op, f64),
    batch: i64,
    [m, k, n]: [i64; 3],
    layouts: [Layout; 3],
    what: &str,
) {
    let whole = |salt: i64| (0..1009).map(move |i| ((i * 31 + salt * 17) % 23 - 11) as f64);
    let scale = if dtype.is_float() { 0.125 } else { 1.0 };
    let numbers = |salt| whole(salt).map(|v| v * scale).collect::<Vec<f64>>();
    let a = Tensor::new(device, dtype, layouts[0], &numbers(1));
    let b = Tensor::new(device, dtype, layouts[1], &numbers(2));
    let c = Tensor::new(device, dtype, layouts[2], &[9.0]);
    run(device, op, &[a.view(), b.view()], &c.view()).unwrap();
    let [m, k, n] = [m as usize, k as usize, n as usize];
    let mut sums = vec![0.0; batch as usize * m * n];
    for (line, sums) in sums.chunks_exact_mut(n).enumerate() {
        for i in 0..k {
            let factor = a.values[line * k + i];
            for (sum, value) in sums.iter_mut().zip(&b.values[(line / m * k + i) * n..]) {
                *sum += factor * value;
            }
        }
    }
    for (at, (got, sum)) in c.read(device).iter().zip(&sums).enumerate() {
        let want = match dtype.is_float() {
            true => rounded(dtype, alpha * sum),
            false => with_element!(dtype, T => T::from_whole(*sum as i64).to_real()),
        };
        assert!(close(*got, want, tolerance(dtype)), "{what}, at {at}: {got} is not {want}");
    }
}

#[test]
fn sizes_around_the_edges_of_tiles() {
    let sizes = [
        [1, 1, 1],
        [1, 2, 1],
        [2, 3, 4],
        [5, 0, 4],
        [1, 0, 3],
        [31, 132, 33],
        [32, 128, 32],
        [33, 129, 36],
        [64, 64, 64],
        [65, 63, 66],
        [129, 17, 132],
        [8, 256, 128],
        [7, 513, 96],
        [9, 130, 128],
        [132, 300, 3],
        [1, 1024, 260],
        [1, 515, 514],
        [260, 1024, 1],
        [514, 515, 1],
    ];
    for &device in devices() {
        for size in sizes {
            for lies in WAYS {
                check(device, DType::F32, 1, size, lies);
            }
        }
        for lies in WAYS {
            check(device, DType::F32, 3, [33, 60, 68], lies);
            check(device, DType::F32, 40, [1, 64, 64], lies);
            check(device, DType::F32, 1, [256, 8, 256], lies);
        }
    }
}

#[test]
fn every_dtype_in_fours_and_element_by_element() {
    for &device in devices() {
        for dtype in [DType::F64, DType::F16, DType::Bf16, DType::I64, DType::I32, DType::U8] {
            for lies in [WAYS[0], WAYS[3], WAYS[6]] {
                for size in [[36, 132, 64], [1, 516, 516]] {
                    check(device, dtype, 1, size, lies);
                }
            }
        }
    }
}

#[test]
fn sums_longer_than_a_dispatch() {
    for &device in devices() {
        for size in [[3, 66_000, 8], [1, 33_001, 5], [4, 15_001, 33]] {
            check(device, DType::F32, 1, size, WAYS[0]);
            check(device, DType::F32, 1, size, WAYS[3]);
        }
    }
}

/// Matrices without an inner dimension, far apart in memory: their batch's steps lead nowhere.
#[test]
fn sums_of_nothing_read_nothing() {
    for &device in devices() {
        let empty = |dims: &[i64], axis: usize| Layout::contiguous(dims).unwrap().slice(axis, 0, 0, 1).unwrap();
        let (a, b) = (empty(&[1 << 14, 6, 1 << 14], 2), empty(&[1 << 14, 1 << 14, 5], 1));
        let small = |layout| Tensor { layout, ..Tensor::new(device, DType::F32, Layout::scalar(), &[1.0]) };
        let c = Tensor::new(device, DType::F32, Layout::contiguous(&[1 << 14, 6, 5]).unwrap(), &[9.0]);
        run(device, &Op::Matmul { alpha: 1.0 }, &[small(a).view(), small(b).view()], &c.view()).unwrap();
        assert!(c.read(device).iter().all(|got| *got == 0.0));
    }
}

/// What is no part of a sum is not multiplied by nothing either: that would not be a number where it is infinite.
#[test]
fn infinities_stay_in_their_row() {
    for &device in devices() {
        for [m, k, n] in [[3, 5, 6], [40, 67, 66], [40, 68, 68], [5, 1023, 1], [1, 1023, 36]] {
            let mut numbers = vec![1.0; (m * k) as usize];
            numbers[k as usize - 1] = f64::INFINITY;
            let a = Tensor::new(device, DType::F32, Layout::contiguous(&[m, k]).unwrap(), &numbers);
            let b = Tensor::new(device, DType::F32, Layout::contiguous(&[k, n]).unwrap(), &[1.0]);
            let c = Tensor::new(device, DType::F32, Layout::contiguous(&[m, n]).unwrap(), &[9.0]);
            run(device, &Op::Matmul { alpha: 1.0 }, &[a.view(), b.view()], &c.view()).unwrap();
            for (at, got) in c.read(device).iter().enumerate() {
                let want = if at < n as usize { f64::INFINITY } else { k as f64 };
                assert_eq!(*got, want, "{m} by {k} by {n} at {at}");
            }
        }
    }
}
