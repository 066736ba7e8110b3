//! Linear algebra: factors and solutions are put back into what they solve, in f64, and must leave next to nothing over.

use super::devices;
use super::inputs::{tensor_of, tensor_values};
use super::report::Report;
use ffi_backend::{Code, DType, DeviceRef, LinalgOp, Op, Support};
use ffi_torch::{Tensor, linalg};

#[derive(Clone, Copy, Debug)]
enum Lay {
    Contiguous,
    Transposed,
    NegativeStep,
    /// One matrix for the whole batch.
    Stretched,
    /// The batch lies innermost.
    BatchLast,
}
const LAYS: [Lay; 5] = [Lay::Contiguous, Lay::Transposed, Lay::NegativeStep, Lay::Stretched, Lay::BatchLast];
/// Below, at and beyond the blocks of the factorisations.
const SIZES: [usize; 6] = [1, 2, 3, 16, 33, 70];
const BATCH: usize = 3;

/// What is refused on a device, `None` where it is done.
fn refusal(device: DeviceRef, op: LinalgOp, dtype: DType) -> Option<&'static str> {
    match device.supports(&Op::Linalg(op), &[dtype; 2], dtype) {
        Support::No(why) => Some(why),
        _ => None,
    }
}

/// Half a unit of the last place, as far as one rounding goes.
fn epsilon(dtype: DType) -> f64 {
    if dtype == DType::F64 { f64::EPSILON } else { f64::from(f32::EPSILON) }
}

/// Numbers in -1..1, the same for the same salt.
fn noise(count: usize, salt: u64) -> impl Iterator<Item = f64> {
    let mut state = salt.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..count).map(move |_| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    })
}

/// Far from singular, with its large elements on the wrong diagonal, so that rows must be swapped.
fn general(n: usize, salt: u64) -> Vec<f64> {
    let mut a: Vec<f64> = noise(n * n, salt).map(|v| v / (2.0 * (n as f64).sqrt())).collect();
    (0..n).for_each(|i| a[i * n + n - 1 - i] += 2.0);
    a
}

/// Symmetric positive definite.
fn definite(n: usize, salt: u64) -> Vec<f64> {
    let b: Vec<f64> = noise(n * n, salt).collect();
    let mut a = product(&b, &turned(&b, n, n), n, n, n);
    a.iter_mut().for_each(|v| *v /= n as f64);
    (0..n).for_each(|i| a[i * n + i] += 1.0);
    a
}

fn turned(a: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    (0..columns).flat_map(|j| (0..rows).map(move |i| a[i * columns + j])).collect()
}

fn product(a: &[f64], b: &[f64], m: usize, k: usize, n: usize) -> Vec<f64> {
    let mut c = vec![0.0; m * n];
    for i in 0..m {
        for p in 0..k {
            for j in 0..n {
                c[i * n + j] += a[i * k + p] * b[p * n + j];
            }
        }
    }
    c
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, v| if v.is_nan() { f64::NAN } else { most.max(v.abs()) })
}

/// By elimination in f64.
fn determinant(a: &[f64], n: usize) -> f64 {
    let (mut a, mut det) = (a.to_vec(), 1.0);
    for k in 0..n {
        let best = (k..n).max_by(|&i, &j| a[i * n + k].abs().total_cmp(&a[j * n + k].abs())).unwrap();
        if best != k {
            (0..n).for_each(|j| a.swap(k * n + j, best * n + j));
            det = -det;
        }
        det *= a[k * n + k];
        for i in k + 1..n {
            let factor = a[i * n + k] / a[k * n + k];
            (k..n).for_each(|j| a[i * n + j] -= factor * a[k * n + j]);
        }
    }
    det
}

/// A batch of matrices of these values in a layout.
fn make(device: DeviceRef, dtype: DType, lay: Lay, [rows, columns]: [usize; 2], each: &[Vec<f64>]) -> Tensor {
    let (r, c, batch) = (rows as i64, columns as i64, each.len());
    match lay {
        Lay::Contiguous => tensor_of(device, dtype, &[batch as i64, r, c], &each.concat()),
        Lay::Transposed => {
            let values: Vec<f64> = each.iter().flat_map(|a| turned(a, rows, columns)).collect();
            tensor_of(device, dtype, &[batch as i64, c, r], &values).transpose(1, 2).unwrap()
        }
        Lay::NegativeStep => {
            let values: Vec<f64> = each.concat().iter().rev().flat_map(|&v| [7.0, v]).collect();
            let base = tensor_of(device, dtype, &[batch as i64, r, 2 * c], &values);
            let flipped = base.slice(0, -1, i64::MIN, -1).unwrap().slice(1, -1, i64::MIN, -1).unwrap();
            flipped.slice(2, -1, i64::MIN, -2).unwrap()
        }
        Lay::Stretched => tensor_of(device, dtype, &[1, r, c], &each[0]).expand(&[batch as i64, r, c]).unwrap(),
        Lay::BatchLast => {
            let count = rows * columns;
            let values: Vec<f64> = (0..count).flat_map(|i| each.iter().map(move |a| a[i])).collect();
            tensor_of(device, dtype, &[r, c, batch as i64], &values).permute(&[2, 0, 1]).unwrap()
        }
    }
}

/// Every device, dtype, layout and size, with the matrices that `values` makes.
fn each_case(
    report: &mut Report,
    op: LinalgOp,
    values: fn(usize, u64) -> Vec<f64>,
    mut body: impl FnMut(&mut Report, String, &Tensor, usize),
) {
    for &device in devices::all() {
        for dtype in [DType::F32, DType::F64] {
            if let Some(why) = refusal(device, op, dtype) {
                report.refuse(device, op.name(), why);
                continue;
            }
            for lay in LAYS {
                for n in SIZES {
                    let each: Vec<Vec<f64>> = (0..BATCH).map(|i| values(n, (n * 8 + i) as u64)).collect();
                    let a = make(device, dtype, lay, [n, n], &each);
                    let what = format!("{op:?} {dtype} {lay:?} {n} on {}", device.info().name);
                    body(report, what, &a, n);
                }
            }
        }
    }
}

/// The largest of `left` may be this far from nothing: so many roundings of numbers so large.
fn must_vanish(report: &mut Report, what: &str, left: f64, dtype: DType, n: usize, magnitude: f64) {
    // Factoring and solving round each number about n times; observed are a few in all.
    let bound = 4.0 * n as f64 * epsilon(dtype) * magnitude;
    if left.is_nan() || left > bound {
        return report.fail(format!("{what}: {left:e} is left over, {bound:e} may be"));
    }
    report.pass();
}

#[test]
fn cholesky_factors_multiply_to_the_matrix() {
    let mut report = Report::new("cholesky");
    for upper in [false, true] {
        // The other triangle may hold anything.
        let half: fn(usize, u64) -> Vec<f64> = if upper {
            |n, salt| spoiled(n, definite(n, salt), |i, j| i > j)
        } else {
            |n, salt| spoiled(n, definite(n, salt), |i, j| i < j)
        };
        each_case(&mut report, LinalgOp::Cholesky { upper }, half, |report, what, a, n| {
            let factor = linalg::cholesky(a, upper).unwrap();
            assert_eq!(factor.dims(), a.dims());
            let (a, f) = (tensor_values(a), tensor_values(&factor));
            for (a, f) in a.chunks(n * n).zip(f.chunks(n * n)) {
                let lower = if upper { turned(f, n, n) } else { f.to_vec() };
                assert!((0..n).all(|i| lower[i * n + i + 1..(i + 1) * n].iter().all(|v| *v == 0.0)), "{what}");
                let again = product(&lower, &turned(&lower, n, n), n, n, n);
                // Where the half that is not read holds NaN, only the other one is compared.
                let left: Vec<f64> =
                    again.iter().zip(a).filter(|(_, a)| !a.is_nan()).map(|(again, a)| again - a).collect();
                must_vanish(report, &what, largest(&left), factor.dtype(), n, 3.0);
            }
        });
    }
    report.finish();
}

fn spoiled(n: usize, mut a: Vec<f64>, unread: fn(usize, usize) -> bool) -> Vec<f64> {
    for i in 0..n {
        (0..n).filter(|&j| unread(i, j)).for_each(|j| a[i * n + j] = f64::NAN);
    }
    a
}

#[test]
fn solutions_and_inverses_leave_nothing_over() {
    let mut report = Report::new("solve and inverse");
    each_case(&mut report, LinalgOp::Solve, general, |report, what, a, n| {
        let dtype = a.dtype();
        for (lay, columns) in LAYS.into_iter().zip([1, 2, 5, 17, 64]) {
            let each: Vec<Vec<f64>> = (0..BATCH as u64).map(|i| noise(n * columns, i + 99).collect()).collect();
            let b = make(a.device(), a.dtype(), lay, [n, columns], &each);
            let x = linalg::solve(a, &b).unwrap();
            assert_eq!(x.dims(), b.dims());
            let (a, b, x) = (tensor_values(a), tensor_values(&b), tensor_values(&x));
            for ((a, b), x) in a.chunks(n * n).zip(b.chunks(n * columns)).zip(x.chunks(n * columns)) {
                let left: Vec<f64> = product(a, x, n, n, columns).iter().zip(b).map(|(ax, b)| ax - b).collect();
                must_vanish(report, &format!("{what}, {columns} {lay:?}"), largest(&left), dtype, n, 4.0);
            }
        }
    });
    each_case(&mut report, LinalgOp::Inverse, general, |report, what, a, n| {
        let inverse = linalg::inverse(a).unwrap();
        assert_eq!(inverse.dims(), a.dims());
        let dtype = a.dtype();
        for (a, x) in tensor_values(a).chunks(n * n).zip(tensor_values(&inverse).chunks(n * n)) {
            let mut left = product(a, x, n, n, n);
            (0..n).for_each(|i| left[i * n + i] -= 1.0);
            must_vanish(report, &what, largest(&left), dtype, n, 4.0);
        }
    });
    report.finish();
}

#[test]
fn determinants_are_those_of_elimination_in_f64() {
    let mut report = Report::new("det");
    each_case(&mut report, LinalgOp::Det, general, |report, what, a, n| {
        let (det, a_dtype) = (linalg::det(a).unwrap(), a.dtype());
        assert_eq!(det.dims(), [BATCH as i64]);
        for (a, det) in tensor_values(a).chunks(n * n).zip(tensor_values(&det)) {
            let exact = determinant(a, n);
            must_vanish(report, &what, (det - exact).abs(), a_dtype, n, 2.0 * exact.abs());
        }
    });
    report.finish();
}

#[test]
fn shapes_are_those_of_the_array_api() {
    for &device in devices::all() {
        let make = |dims: &[i64]| {
            let n = dims[dims.len() - 1] as usize;
            let batch = dims[..dims.len() - 2].iter().product::<i64>();
            tensor_of(device, DType::F64, dims, &(0..batch).flat_map(|_| general(n, 1)).collect::<Vec<f64>>())
        };
        if let Some(why) = refusal(device, LinalgOp::Solve, DType::F64) {
            let there = linalg::det(&tensor_of(device, DType::F32, &[1, 1], &[1.0])).unwrap_err();
            assert!(there.code() == Code::Unsupported && there.text().contains(why), "{there}");
            continue;
        }
        let right =
            |dims: &[i64]| tensor_of(device, DType::F64, dims, &vec![1.0; dims.iter().product::<i64>() as usize]);
        let solved: [(&[i64], &[i64], &[i64]); 6] = [
            (&[3, 3], &[3], &[3]),
            (&[4, 3, 3], &[3], &[4, 3]),
            (&[4, 3, 3], &[3, 2], &[4, 3, 2]),
            (&[3, 3], &[5, 3, 2], &[5, 3, 2]),
            (&[7, 1, 3, 3], &[4, 3, 2], &[7, 4, 3, 2]),
            (&[3, 3], &[3, 0], &[3, 0]),
        ];
        for (a, b, want) in solved {
            assert_eq!(linalg::solve(&make(a), &right(b)).unwrap().dims(), want, "{a:?} {b:?}");
        }
        let empty = |dims: &[i64]| Tensor::empty(dims, DType::F32, device).unwrap();
        assert_eq!(tensor_values(&linalg::det(&empty(&[2, 0, 0])).unwrap()), [1.0, 1.0]);
        assert_eq!(linalg::det(&empty(&[0, 3, 3])).unwrap().dims(), [0]);
        assert_eq!(linalg::inverse(&empty(&[2, 0, 0])).unwrap().dims(), [2, 0, 0]);
        assert_eq!(linalg::cholesky(&empty(&[0, 4, 4]), false).unwrap().dims(), [0, 4, 4]);
        assert_eq!(linalg::solve(&empty(&[0, 0]), &empty(&[0])).unwrap().dims(), [0]);
    }
}

#[test]
fn what_has_no_answer_is_refused_by_its_place() {
    for &device in devices::all() {
        if refusal(device, LinalgOp::Solve, DType::F64).is_some() {
            continue;
        }
        for dtype in [DType::F32, DType::F64] {
            let with = |bad: &[f64]| {
                let good = [2.0, 0.0, 0.0, 3.0];
                tensor_of(device, dtype, &[4, 2, 2], &[&good[..], &good, bad, bad].concat())
            };
            let singular = with(&[1.0, 2.0, 2.0, 4.0]);
            let said = |result: ffi_backend::Result<Tensor>| {
                let error = result.unwrap_err();
                assert_eq!(error.code(), Code::InvalidArgument);
                error.text().to_owned()
            };
            let b = tensor_of(device, dtype, &[2], &[1.0, 1.0]);
            assert_eq!(said(linalg::solve(&singular, &b)), "solve: matrix 2 of the batch is singular, pivot 1 is 0");
            assert_eq!(said(linalg::inverse(&singular)), "inverse: matrix 2 of the batch is singular, pivot 1 is 0");
            assert_eq!(tensor_values(&linalg::det(&singular).unwrap()), [6.0, 6.0, 0.0, 0.0]);
            let zero = with(&[0.0; 4]);
            assert_eq!(tensor_values(&linalg::det(&zero).unwrap()), [6.0, 6.0, 0.0, 0.0]);
            for bad in [[1.0, 2.0, 2.0, 1.0], [1.0, 0.0, 0.0, f64::NAN], [1.0, 1.0, 1.0, 1.0]] {
                let text = said(linalg::cholesky(&with(&bad), false));
                assert!(text.starts_with("cholesky: matrix 2 of the batch is not positive definite"), "{text}");
                assert!(text.contains("order 2"), "{text}");
            }
        }
        let wrong = [(DType::F64, &[2i64, 3][..]), (DType::F64, &[4]), (DType::F64, &[])];
        for (dtype, dims) in wrong {
            let a = tensor_of(device, dtype, dims, &vec![1.0; dims.iter().product::<i64>() as usize]);
            let all = [linalg::cholesky(&a, false), linalg::inverse(&a), linalg::det(&a), linalg::solve(&a, &a)];
            for error in all.map(Result::unwrap_err) {
                assert!(error.code() == Code::ShapeMismatch && error.text().contains(&format!("{dims:?}")), "{error}");
            }
        }
        for dtype in DType::ALL.iter().copied().filter(|dtype| !matches!(dtype, DType::F32 | DType::F64)) {
            let a = tensor_of(device, dtype, &[1, 1], &[1.0]);
            let all = [linalg::cholesky(&a, true), linalg::inverse(&a), linalg::det(&a), linalg::solve(&a, &a)];
            for error in all.map(Result::unwrap_err) {
                assert!(error.text().contains(&format!("is not defined for {dtype}")), "{error}");
            }
        }
        let (narrow, wide) =
            (tensor_of(device, DType::F32, &[1, 1], &[2.0]), tensor_of(device, DType::F64, &[1], &[1.0]));
        let x = linalg::solve(&narrow, &wide).unwrap();
        assert_eq!((x.dtype(), tensor_values(&x)), (DType::F64, vec![0.5]));
    }
}
