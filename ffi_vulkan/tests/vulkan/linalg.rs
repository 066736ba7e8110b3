//! Linear algebra at and around the sizes where one workgroup ends and panels begin, whichever way the operands lie: what comes out is put
//! back into what it solves, by loops in f64. On a device that binds its buffers, and on one that takes addresses alone.

use crate::common::{Tensor, download};
use crate::matrices::Lie::{self, *};
use crate::matrices::{
    DTYPES, check_solved, determinant, devices, epsilon, general, identity, layout, noise, product, tensor,
};
use ffi_backend::{DType, Device, Layout, LinalgOp, Op, run};
use ffi_vulkan::VulkanDevice;

/// Around a workgroup's rows (64) and a panel's columns (32).
const SIZES: [i64; 12] = [1, 2, 3, 31, 32, 33, 64, 65, 96, 127, 130, 300];

/// Each with that of the right side, and of the result.
const WAYS: [[Lie; 3]; 5] = [
    [Straight, Straight, Straight],
    [Turned, Stretched, Backwards],
    [Backwards, Turned, Scattered],
    [Scattered, Backwards, Turned],
    [Stretched, Scattered, Straight],
];

/// The batch of a size, smaller where that is large.
fn batch_of(n: i64) -> [i64; 2] {
    if n <= 65 { [3, 2] } else { [1, 2] }
}

/// Every size in every way on every device, the large ones in one way each; `turn` tells cases of one size apart.
fn each_case(mut check: impl FnMut(&'static VulkanDevice, DType, usize, i64, [Lie; 3])) {
    for &device in devices() {
        for dtype in DTYPES {
            for (at, n) in SIZES.into_iter().enumerate() {
                for (way, lies) in WAYS.into_iter().enumerate() {
                    if n <= 65 || way == at % WAYS.len() {
                        check(device, dtype, at + way, n, lies);
                    }
                }
            }
        }
    }
}

#[test]
fn solutions_and_inverses_of_every_size() {
    each_case(|device, dtype, turn, n, lies| {
        let batch = batch_of(n);
        let columns = [1, 5, 64, 2, 257][turn % 5];
        let what = format!("{dtype} {n} by {columns}, {lies:?}");
        let a = tensor(device, dtype, layout(lies[0], batch, [n, n]), general(n, 6));
        let b = noise(6 * n * columns, 99 + n);
        let width = columns as usize;
        let value = |m: usize, i: usize, j: usize| b[(m * n as usize + i) * width + j];
        let b = tensor(device, dtype, layout(lies[1], batch, [n, columns]), value);
        let x = tensor(device, dtype, layout(lies[2], batch, [n, columns]), |_, _, _| 9.0);
        run(device, &Op::Linalg(LinalgOp::Solve), &[a.view(), b.view()], &x.view()).unwrap();
        let y = tensor(device, dtype, layout(lies[2], batch, [n, n]), |_, _, _| 9.0);
        run(device, &Op::Linalg(LinalgOp::Inverse), &[a.view()], &y.view()).unwrap();
        let (x, y, n) = (x.read(device), y.read(device), n as usize);
        for (m, a) in a.values.chunks(n * n).enumerate() {
            let part = m * n * width..(m + 1) * n * width;
            check_solved(&what, dtype, n, a, &x[part.clone()], &b.values[part]);
            check_solved(&format!("inverse {what}"), dtype, n, a, &y[m * n * n..][..n * n], &identity(n));
        }
    });
}

#[test]
fn factors_of_every_size() {
    each_case(|device, dtype, turn, n, lies| {
        let (batch, upper, side) = (batch_of(n), turn % 2 == 0, n as usize);
        let halves: Vec<Vec<f64>> = (0..batch[0] * batch[1])
            .map(|m| {
                let half = noise(n * n, n * 8 + m);
                let turned: Vec<f64> = (0..side * side).map(|e| half[e % side * side + e / side]).collect();
                product(&half, &turned, [side; 3])
            })
            .collect();
        // What is not looked at is no number.
        let value = |m: usize, i: usize, j: usize| match (i > j) == upper && i != j {
            true => f64::NAN,
            false => halves[m][i * side + j] / n as f64 + f64::from(i == j) / 8.0,
        };
        let a = tensor(device, dtype, layout(lies[0], batch, [n, n]), value);
        let y = tensor(device, dtype, layout(lies[2], batch, [n, n]), |_, _, _| 9.0);
        run(device, &Op::Linalg(LinalgOp::Cholesky { upper }), &[a.view()], &y.view()).unwrap();
        let what = format!("{dtype} {n} upper {upper}, {lies:?}");
        for (a, f) in a.values.chunks(side * side).zip(y.read(device).chunks(side * side)) {
            let turn = |e: usize| f[e % side * side + e / side];
            let turned: Vec<f64> = (0..side * side).map(turn).collect();
            let (left, right) = if upper { (&turned[..], f) } else { (f, &turned[..]) };
            let again = product(left, right, [side; 3]);
            for e in 0..side * side {
                let (i, j) = (e / side, e % side);
                if i != j && (i > j) == upper {
                    assert_eq!(f[e], 0.0, "{what}: {i} {j}");
                    continue;
                }
                // By Cauchy and Schwarz no sum has larger terms than these.
                let size = (again[i * side + i] * again[j * side + j]).sqrt();
                let bound = 2.0 * (n as f64 + 1.0) * epsilon(dtype) * size;
                assert!((again[e] - a[e]).abs() <= bound, "{what}: {} is not {} at {i} {j}", again[e], a[e]);
            }
        }
    });
}

#[test]
fn determinants_of_every_size() {
    each_case(|device, dtype, _, n, lies| {
        let (batch, side, value) = (batch_of(n), n as usize, general(n, 6));
        // The first is 1 or -1, and none leaves the range.
        let first: Vec<f64> = (0..side * side).map(|e| value(0, e / side, e % side)).collect();
        let scale = determinant(&first, side).1.powf(1.0 / n as f64);
        let a = tensor(device, dtype, layout(lies[0], batch, [n, n]), |m, i, j| value(m, i, j) / scale);
        let to = layout(lies[2], batch, [1, 1]);
        let to = Layout::from_parts(&batch, &to.strides()[..2], to.offset()).unwrap();
        let y = Tensor::new(device, dtype, to, &[9.0]);
        run(device, &Op::Linalg(LinalgOp::Det), &[a.view()], &y.view()).unwrap();
        for (a, got) in a.values.chunks(side * side).zip(y.read(device)) {
            let (want, size) = determinant(a, side);
            // Random ones of this kind have a condition of a few n.
            let bound = 40.0 * n as f64 * n as f64 * epsilon(dtype) * size;
            assert!((got - want).abs() <= bound, "{dtype} {n} {lies:?}: {got:e} is not {want:e}");
        }
    });
}

/// A product that leaves the range of the elements before it comes back, and ones that end outside of it.
#[test]
fn determinants_stay_in_range_until_their_end() {
    for &device in devices() {
        for n in [40i64, 120] {
            for (dtype, large) in [(DType::F32, 1e30), (DType::F64, 1e250)] {
                for (all, want) in
                    [([large, 1.0 / large], 1.0), ([large, large], f64::INFINITY), ([1.0 / large; 2], 0.0)]
                {
                    // The large ones first.
                    let value = |_, i, j| if i == j { all[usize::from(i >= n as usize / 2)] } else { 0.0 };
                    let a = tensor(device, dtype, layout(Straight, [1, 1], [n, n]), value);
                    let y = Tensor::new(device, dtype, Layout::contiguous(&[1, 1]).unwrap(), &[9.0]);
                    run(device, &Op::Linalg(LinalgOp::Det), &[a.view()], &y.view()).unwrap();
                    let got = y.read(device)[0];
                    let close = (got - want).abs() <= 4.0 * n as f64 * epsilon(dtype);
                    assert!(got == want || close, "{dtype} {n} {all:?}: {got:e} is not {want:e}");
                }
            }
        }
    }
}

/// What lies between the elements of a destination stays, and many columns of a small matrix go in panels.
#[test]
fn destinations_with_gaps_and_wide_right_sides() {
    for &device in devices() {
        for (n, columns) in [(3, 5000), (40, 3), (100, 3)] {
            let a = tensor(device, DType::F32, layout(Straight, [1, 1], [n, n]), general(n, 1));
            let b = noise(n * columns, 5);
            let value = |_, i: usize, j: usize| b[i * columns as usize + j];
            let b = tensor(device, DType::F32, layout(Straight, [1, 1], [n, columns]), value);
            let x = tensor(device, DType::F32, layout(Backwards, [1, 1], [n, columns]), |_, _, _| 9.0);
            run(device, &Op::Linalg(LinalgOp::Solve), &[a.view(), b.view()], &x.view()).unwrap();
            check_solved(&format!("{n} by {columns}"), DType::F32, n as usize, &a.values, &x.read(device), &b.values);
            let all = download(device, &x.buffer, DType::F32);
            assert!(all.iter().step_by(2).all(|gap| *gap == -77.0), "{n} by {columns}");
        }
        device.flush().unwrap();
    }
}
