//! Matrices to test linear algebra with, in memory of every kind, and loops in f64 that judge what comes out.

use crate::common::{Tensor, device_of};
use ffi_backend::{DType, DeviceId, Layout};
use ffi_vulkan::VulkanDevice;
use std::sync::OnceLock;

/// Both kinds of devices, shared by the tests here.
pub fn devices() -> &'static [&'static VulkanDevice] {
    static DEVICES: OnceLock<Vec<&'static VulkanDevice>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        let Some(device) = device_of(DeviceId(46)) else { return Vec::new() };
        vec![device, VulkanDevice::open_by_address(0, DeviceId(47)).unwrap()]
    })
}

pub const DTYPES: [DType; 2] = [DType::F32, DType::F64];

/// How a batch of matrices lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    Straight,
    Turned,
    /// From the last element on, two apart.
    Backwards,
    /// The batch lies innermost, in two dimensions that do not merge.
    Scattered,
    /// One matrix for all: of sources alone.
    Stretched,
}
use Lie::*;

pub fn layout(lie: Lie, batch: [i64; 2], [rows, columns]: [i64; 2]) -> Layout {
    let [outer, inner] = batch;
    let straight = |dims: &[i64]| Layout::contiguous(dims).unwrap();
    match lie {
        Straight => straight(&[outer, inner, rows, columns]),
        Turned => straight(&[outer, inner, columns, rows]).permute(&[0, 1, 3, 2]).unwrap(),
        Backwards => {
            let mut all = straight(&[outer, inner, rows, 2 * columns]);
            for (axis, size) in [(0, outer), (1, inner), (2, rows)] {
                all = all.slice(axis, size - 1, size, -1).unwrap();
            }
            all.slice(3, 2 * columns - 1, columns, -2).unwrap()
        }
        Scattered => straight(&[inner, rows, columns, outer]).permute(&[3, 0, 1, 2]).unwrap(),
        Stretched => straight(&[1, 1, rows, columns]).broadcast_to(&[outer, inner, rows, columns]).unwrap(),
    }
}

/// Numbers in -1..1, the same for the same salt.
pub fn noise(count: i64, salt: i64) -> Vec<f64> {
    let mut state = (salt as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(next).collect()
}

/// A tensor of the values that `value` gives for matrix, row and column, in some layout; -77 lies between.
pub fn tensor(
    device: &VulkanDevice,
    dtype: DType,
    layout: Layout,
    value: impl Fn(usize, usize, usize) -> f64,
) -> Tensor {
    let (dims, strides) = (layout.dims().to_vec(), layout.strides().to_vec());
    let mut all = vec![-77.0; layout.extent().map_or(0, |(_, high)| high as usize + 1)];
    let [outer, inner, rows, columns] = [0, 1, 2, 3].map(|axis| dims[axis]);
    for (m, i, j) in (0..outer * inner).flat_map(|m| (0..rows).flat_map(move |i| (0..columns).map(move |j| (m, i, j))))
    {
        let place =
            [m / inner, m % inner, i, j].iter().zip(&strides).map(|(index, stride)| index * stride).sum::<i64>();
        // What stands for many is that of the first.
        let m = if strides[0] == 0 && outer > 1 || strides[1] == 0 && inner > 1 { 0 } else { m };
        all[(layout.offset() + place) as usize] = value(m as usize, i as usize, j as usize);
    }
    Tensor::new(device, dtype, layout, &all)
}

pub fn epsilon(dtype: DType) -> f64 {
    if dtype == DType::F64 { f64::EPSILON } else { f64::from(f32::EPSILON) }
}

/// The largest sum of sizes along a row.
pub fn norm(a: &[f64], columns: usize) -> f64 {
    a.chunks(columns).map(|row| row.iter().map(|v| v.abs()).sum()).fold(0.0, f64::max)
}

/// Sum over k of `a[i][k] b[k][j]`.
pub fn product(a: &[f64], b: &[f64], [m, k, n]: [usize; 3]) -> Vec<f64> {
    let mut c = vec![0.0; m * n];
    for (c, a) in c.chunks_mut(n).zip(a.chunks(k)) {
        for (a, b) in a.iter().zip(b.chunks(n)) {
            c.iter_mut().zip(b).for_each(|(c, b)| *c += a * b);
        }
    }
    c
}

/// That a x is b, but for what rounding may do: some epsilons and a few for each row, relative to the norms.
pub fn check_solved(what: &str, dtype: DType, n: usize, a: &[f64], x: &[f64], b: &[f64]) {
    let columns = x.len() / n;
    let left: Vec<f64> = product(a, x, [n, n, columns]).iter().zip(b).map(|(ax, b)| ax - b).collect();
    let bound = (2.0 + n as f64 / 8.0) * epsilon(dtype) * (norm(a, n) * norm(x, columns) + norm(b, columns));
    let most = norm(&left, columns);
    assert!(most <= bound, "{what}: {most:e} is left over, {bound:e} may be");
}

pub fn identity(n: usize) -> Vec<f64> {
    (0..n * n).map(|e| f64::from(e / n == e % n)).collect()
}

/// Neither diagonal nor dominant: rows are exchanged at nearly every step.
pub fn general(n: i64, batch: i64) -> impl Fn(usize, usize, usize) -> f64 {
    let all = noise(n * n * batch, n);
    move |m, i, j| all[(m * n as usize + i) * n as usize + j] + if i + j + 1 == n as usize { 1.5 } else { 0.0 }
}

/// By elimination in f64, with the product of the norms of the rows, which bounds what rounding does.
pub fn determinant(a: &[f64], n: usize) -> (f64, f64) {
    let (mut a, mut det, mut size) = (a.to_vec(), 1.0, 1.0);
    for k in 0..n {
        let best = (k..n).max_by(|&i, &j| a[i * n + k].abs().total_cmp(&a[j * n + k].abs())).unwrap();
        if best != k {
            (0..n).for_each(|j| a.swap(k * n + j, best * n + j));
            det = -det;
        }
        det *= a[k * n + k];
        size *= a[k * n + k].abs();
        for i in k + 1..n {
            let factor = a[i * n + k] / a[k * n + k];
            (k..n).for_each(|j| a[i * n + j] -= factor * a[k * n + j]);
        }
    }
    (det, size)
}
