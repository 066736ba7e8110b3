//! Matrices of which linear algebra knows the answer to the last bit, or that there is none: permutations, singular ones, empty ones, and
//! those with elements that are no numbers.

use crate::common::{Tensor, rounded};
use crate::matrices::Lie::Straight;
use crate::matrices::{DTYPES, determinant, devices, epsilon, layout, tensor};
use ffi_backend::{Code, Layout, LinalgOp, Op, run};

/// Matrices that exchange rows: nothing is rounded, so all of it is exact.
#[test]
fn permutations_need_every_pivot_and_round_nothing() {
    for &device in devices() {
        for dtype in DTYPES {
            for n in [2i64, 31, 64, 65, 130, 300] {
                // A shift by one, a reversal, and a step that meets every row, where there is one.
                let places: [fn(usize, usize) -> usize; 3] =
                    [|i, n| (i + 1) % n, |i, n| n - 1 - i, |i, n| if n % 7 == 0 { i } else { i * 7 % n }];
                let side = n as usize;
                let value = |m: usize, i: usize, j: usize| f64::from(places[m](i, side) == j);
                let a = tensor(device, dtype, layout(Straight, [3, 1], [n, n]), value);
                let y = tensor(device, dtype, layout(Straight, [3, 1], [n, n]), |_, _, _| 9.0);
                run(device, &Op::Linalg(LinalgOp::Inverse), &[a.view()], &y.view()).unwrap();
                let det = Tensor::new(device, dtype, Layout::contiguous(&[3, 1]).unwrap(), &[9.0]);
                run(device, &Op::Linalg(LinalgOp::Det), &[a.view()], &det.view()).unwrap();
                let (y, det) = (y.read(device), det.read(device));
                for m in 0..3 {
                    for (e, got) in y[m * side * side..][..side * side].iter().enumerate() {
                        let want = f64::from(places[m](e % side, side) == e / side);
                        assert_eq!(*got, want, "{dtype} {n}, number {m}, {} {}", e / side, e % side);
                    }
                    let (want, _) = determinant(&a.values[m * side * side..][..side * side], side);
                    assert_eq!(det[m], want, "{dtype} {n}, number {m}");
                }
            }
        }
    }
}

#[test]
fn a_matrix_without_an_answer_is_told_by_its_place() {
    let of_error = |result: ffi_backend::Result<()>| {
        let error = result.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
        error.text().to_owned()
    };
    for &device in devices() {
        for dtype in DTYPES {
            for n in [2i64, 33, 64, 65, 130] {
                for [first, pivot] in [[0, 0], [3, n / 2], [4, n - 1]] {
                    let bad = |m: usize| m as i64 == first || m == 4;
                    // Multiples of the identity, with a 0 in place of the pivot; a later matrix has one too, further up.
                    let at = |m: usize| if m as i64 == first { pivot as usize } else { 0 };
                    let value = |m: usize, i: usize, j: usize| match i == j {
                        true => f64::from(u8::from(!(bad(m) && i == at(m)))) * (m + 2) as f64,
                        false => 0.0,
                    };
                    let a = tensor(device, dtype, layout(Straight, [5, 1], [n, n]), value);
                    let y = tensor(device, dtype, layout(Straight, [5, 1], [n, n]), |_, _, _| 9.0);
                    let work = |op: LinalgOp, sources: &[&Tensor]| {
                        let sources: Vec<_> = sources.iter().map(|source| source.view()).collect();
                        run(device, &Op::Linalg(op), &sources, &y.view())
                    };
                    let singular = format!("matrix {first} of the batch is singular, pivot {pivot} is 0");
                    assert_eq!(of_error(work(LinalgOp::Inverse, &[&a])), format!("inverse: {singular}"));
                    assert_eq!(of_error(work(LinalgOp::Solve, &[&a, &a])), format!("solve: {singular}"));
                    for upper in [false, true] {
                        let text = of_error(work(LinalgOp::Cholesky { upper }, &[&a]));
                        let order = pivot + 1;
                        assert_eq!(
                            text,
                            format!(
                                "cholesky: matrix {first} of the batch is not positive definite, its leading minor of order {order} is not"
                            )
                        );
                    }
                    let det = Tensor::new(device, dtype, Layout::contiguous(&[5, 1]).unwrap(), &[9.0]);
                    run(device, &Op::Linalg(LinalgOp::Det), &[a.view()], &det.view()).unwrap();
                    for (m, got) in det.read(device).iter().enumerate() {
                        let want = if bad(m) { 0.0 } else { rounded(dtype, ((m + 2) as f64).powi(n as i32)) };
                        let right = *got == want || (got / want - 1.0).abs() <= n as f64 * epsilon(dtype);
                        assert!(right, "{dtype} {n}: determinant {m} is {got}, not {want}");
                    }
                }
                // The device goes on: the same memory, other numbers.
                let a = tensor(device, dtype, layout(Straight, [1, 1], [n, n]), |_, i, j| f64::from(i == j) * 2.0);
                let y = tensor(device, dtype, layout(Straight, [1, 1], [n, n]), |_, _, _| 9.0);
                run(device, &Op::Linalg(LinalgOp::Inverse), &[a.view()], &y.view()).unwrap();
                assert!(y.read(device).iter().zip(&a.values).all(|(y, a)| *y == a / 4.0));
            }
        }
    }
}

/// The same as on the CPU: a NaN is no pivot where there is another, and spreads; infinite ones divide to 0.
#[test]
fn what_is_no_number_spreads_as_on_the_cpu() {
    let (nan, infinity) = (f64::NAN, f64::INFINITY);
    for &device in devices() {
        let two = Layout::contiguous(&[1, 1, 2, 2]).unwrap();
        for dtype in DTYPES {
            // The determinant, and the inverse or none.
            let cases: [([f64; 4], f64, Option<[f64; 4]>); 6] = [
                ([0.0, 1.0, nan, 1.0], 0.0, None),
                ([nan, 1.0, 1.0, 1.0], nan, Some([nan; 4])),
                ([1.0, nan, 1.0, 1.0], nan, Some([nan; 4])),
                ([nan, 0.0, 0.0, 0.0], nan, Some([nan; 4])),
                ([infinity, 1.0, 1.0, 1.0], infinity, Some([0.0, 0.0, 0.0, 1.0])),
                ([1.0, 2.0, infinity, 3.0], -infinity, Some([0.0, 0.0, 0.5, 0.0])),
            ];
            for (values, det, inverse) in cases {
                let a = Tensor::new(device, dtype, two, &values);
                let y = Tensor::new(device, dtype, Layout::contiguous(&[1, 1]).unwrap(), &[9.0]);
                run(device, &Op::Linalg(LinalgOp::Det), &[a.view()], &y.view()).unwrap();
                let alike = |got: f64, want: f64| got == want || (got.is_nan() && want.is_nan());
                assert!(alike(y.read(device)[0], det), "{dtype} {values:?}: {}", y.read(device)[0]);
                let y = Tensor::new(device, dtype, two, &[9.0]);
                let done = run(device, &Op::Linalg(LinalgOp::Inverse), &[a.view()], &y.view());
                match inverse {
                    None => assert_eq!(done.unwrap_err().code(), Code::InvalidArgument, "{dtype} {values:?}"),
                    Some(want) => {
                        done.unwrap();
                        let got = y.read(device);
                        assert!(
                            got.iter().zip(want).all(|(got, want)| alike(*got, want)),
                            "{dtype} {values:?}: {got:?}"
                        );
                    }
                }
            }
            for bad in [[nan, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, infinity], [-1.0, 0.0, 0.0, 1.0]] {
                let (a, y) = (Tensor::new(device, dtype, two, &bad), Tensor::new(device, dtype, two, &[9.0]));
                let done = run(device, &Op::Linalg(LinalgOp::Cholesky { upper: false }), &[a.view()], &y.view());
                assert_eq!(done.unwrap_err().code(), Code::InvalidArgument, "{dtype} {bad:?}");
            }
        }
    }
}

#[test]
fn empty_matrices_and_empty_batches() {
    for &device in devices() {
        for dtype in DTYPES {
            let empty = |dims: &[i64]| Tensor::new(device, dtype, Layout::contiguous(dims).unwrap(), &[7.0]);
            for (dims, det) in [([2, 3, 0, 0], &[2, 3][..]), ([0, 3, 4, 4], &[0, 3]), ([5, 0, 70, 70], &[5, 0])] {
                let (a, y) = (empty(&dims), empty(&dims));
                for op in [LinalgOp::Inverse, LinalgOp::Cholesky { upper: true }] {
                    run(device, &Op::Linalg(op), &[a.view()], &y.view()).unwrap();
                }
                run(device, &Op::Linalg(LinalgOp::Solve), &[a.view(), a.view()], &y.view()).unwrap();
                let y = empty(det);
                run(device, &Op::Linalg(LinalgOp::Det), &[a.view()], &y.view()).unwrap();
                assert!(y.read(device).iter().all(|det| *det == 1.0));
            }
            // No columns, even of a singular matrix: as on the CPU, nothing is looked at.
            let (a, b) = (Tensor::new(device, dtype, Layout::contiguous(&[3, 3]).unwrap(), &[0.0]), empty(&[3, 0]));
            run(device, &Op::Linalg(LinalgOp::Solve), &[a.view(), b.view()], &b.view()).unwrap();
        }
    }
}
