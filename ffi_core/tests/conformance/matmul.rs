//! The matrix product: dtypes, transposes, steps, batches, vectors, sizes across every blocking boundary.

use super::devices;
use super::inputs::{rounded, tensor_of, tensor_values};
use super::report::Report;
use ffi_backend::{DType, Op, Support};
use ffi_torch::{Tensor, matmul};

fn numbers(count: i64, salt: i64) -> Vec<f64> {
    (0..count).map(|i| ((i * 31 + salt * 17) % 23 - 11) as f64 / 4.0).collect()
}

fn whole(dtype: DType, values: Vec<f64>) -> Vec<f64> {
    if dtype.is_float() { values } else { values.into_iter().map(|v| (v * 4.0).abs().round()).collect() }
}

fn reference(a: &[f64], b: &[f64], (batch, m, k, n): (usize, usize, usize, usize)) -> Vec<f64> {
    let mut out = vec![0.0; batch * m * n];
    for s in 0..batch {
        for i in 0..m {
            for l in 0..k {
                for j in 0..n {
                    out[(s * m + i) * n + j] += a[(s * m + i) * k + l] * b[(s * k + l) * n + j];
                }
            }
        }
    }
    out
}

#[test]
fn every_dtype_and_layout() {
    let mut report = Report::new("matmul");
    let sizes = [
        (1, 2, 3, 4),
        (1, 1, 1, 1),
        (1, 17, 33, 5),
        (3, 8, 8, 8),
        (1, 1, 64, 10),
        (1, 65, 64, 10),
        (1, 130, 70, 66),
        (2, 4, 0, 3),
        (1, 0, 4, 3),
    ];
    for &device in devices::all() {
        for &dtype in DType::ALL.iter().filter(|&&dtype| dtype != DType::Bool) {
            for (batch, m, k, n) in sizes {
                for (turn_a, turn_b, step) in
                    [(false, false, 1), (true, false, 1), (false, true, 1), (true, true, 1), (false, false, -2)]
                {
                    let what =
                        format!("{} matmul {dtype} {batch}x{m}x{k}x{n} {turn_a} {turn_b} {step}", device.info().name);
                    if let Support::No(why) = device.supports(&Op::Matmul { alpha: 1.0 }, &[dtype, dtype], dtype) {
                        report.refuse(device, &what, why);
                        continue;
                    }
                    let make = |rows: i64, columns: i64, turned: bool, salt: i64| -> Tensor {
                        let (r, c) = if turned { (columns, rows) } else { (rows, columns) };
                        let wide = if step == 1 { c } else { c * 2 };
                        let x =
                            tensor_of(device, dtype, &[batch, r, wide], &whole(dtype, numbers(batch * r * wide, salt)));
                        let x = if step == 1 { x } else { x.slice(2, -1, i64::MIN, step).unwrap() };
                        if turned { x.transpose(1, 2).unwrap() } else { x }
                    };
                    let (a, b) = (make(m, k, turn_a, 1), make(k, n, turn_b, 2));
                    let got = matmul::matmul(&a, &b).unwrap();
                    assert_eq!(got.dims(), [batch, m, n]);
                    let sizes = (batch as usize, m as usize, k as usize, n as usize);
                    let exact = reference(&tensor_values(&a), &tensor_values(&b), sizes);
                    let want: Vec<f64> = exact.iter().map(|&v| rounded(dtype, v)).collect();
                    // k products of at most 2.75 squared, which may cancel.
                    report.compare(device, &what, dtype, &tensor_values(&got), &want, 2.0, 7.6 * k as f64);
                }
            }
        }
    }
    report.finish();
}

#[test]
fn vectors_and_broadcast_batches_have_numpys_shapes() {
    for &device in devices::all() {
        let make = |dims: &[i64]| tensor_of(device, DType::F32, dims, &numbers(dims.iter().product(), 3));
        let shapes: [(&[i64], &[i64], &[i64]); 7] = [
            (&[3], &[3], &[]),
            (&[2, 3], &[3], &[2]),
            (&[3], &[3, 2], &[2]),
            (&[4, 2, 3], &[3, 5], &[4, 2, 5]),
            (&[2, 3], &[4, 3, 5], &[4, 2, 5]),
            (&[7, 1, 2, 3], &[4, 3, 5], &[7, 4, 2, 5]),
            (&[3], &[4, 3, 5], &[4, 5]),
        ];
        for (a, b, want) in shapes {
            assert_eq!(
                matmul::matmul(&make(a), &make(b)).unwrap().dims(),
                want,
                "{} {a:?} by {b:?}",
                device.info().name
            );
        }
        assert!(
            matmul::matmul(&make(&[2, 3]), &make(&[2, 3]))
                .unwrap_err()
                .text()
                .contains("inner dimensions differ, lhs [2, 3], rhs [2, 3]")
        );
    }
}
