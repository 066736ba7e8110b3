//! Joining, cutting, repeating; views; triangles and diagonals.

use super::devices;
use super::inputs::{LAYS, Lay, rounded, tensor_of, tensor_values};
use super::lines::{coordinates, count, number, supported};
use super::report::Report;
use ffi_backend::{Code, DType};
use ffi_torch::{Tensor, join, matrix};

/// A tensor whose elements are what `source` says of their index, out of another one's.
fn remade(x: &Tensor, dims: &[i64], source: impl Fn(&[i64]) -> Vec<i64>) -> Vec<f64> {
    let elements = tensor_values(x);
    (0..count(dims)).map(|at| elements[number(&source(&coordinates(at, dims)), x.dims())]).collect()
}

#[test]
fn cat_and_stack() {
    let mut report = Report::new("cat and stack");
    for &device in devices::all() {
        for &dtype in DType::ALL {
            for &other in &[dtype, DType::F32, DType::I64] {
                for lay in LAYS.into_iter().filter(|lay| *lay != Lay::Long) {
                    let (a, b) = (lay.make(device, dtype, 61).0, lay.make(device, other, 62).0);
                    let result = dtype.promote(other);
                    let (x, y) = (tensor_values(&a), tensor_values(&b));
                    for axis in 0..=a.dims().len() {
                        let what = format!("{} {dtype} {other} {lay:?} axis {axis}", device.info().name);
                        // Three parts, the middle one different.
                        let pick = |part: i64, at: usize| rounded(result, if part == 1 { y[at] } else { x[at] });
                        if axis < a.dims().len() {
                            let made = join::cat(&[&a, &b, &a], axis as i64);
                            let Some(got) = supported(&mut report, device, &format!("cat {what}"), made) else {
                                continue;
                            };
                            let mut dims = a.dims().to_vec();
                            dims[axis] *= 3;
                            let want: Vec<f64> = (0..count(&dims))
                                .map(|at| {
                                    let mut index = coordinates(at, &dims);
                                    let part = index[axis] / a.dims()[axis];
                                    index[axis] %= a.dims()[axis];
                                    pick(part, number(&index, a.dims()))
                                })
                                .collect();
                            assert_eq!((got.dims(), got.dtype()), (&dims[..], result), "{what}");
                            report.compare(device, &what, result, &tensor_values(&got), &want, 0.0, 0.0);
                        }
                        if lay == Lay::Rank8 {
                            assert!(join::stack(&[&a, &b], axis as i64).is_err());
                            continue;
                        }
                        let made = join::stack(&[&a, &b, &a], axis as i64);
                        let Some(got) = supported(&mut report, device, &format!("stack {what}"), made) else {
                            continue;
                        };
                        let mut dims = a.dims().to_vec();
                        dims.insert(axis, 3);
                        let want: Vec<f64> = (0..count(&dims))
                            .map(|at| {
                                let mut index = coordinates(at, &dims);
                                let part = index.remove(axis);
                                pick(part, number(&index, a.dims()))
                            })
                            .collect();
                        assert_eq!(got.dims(), dims, "{what}");
                        report.compare(device, &what, result, &tensor_values(&got), &want, 0.0, 0.0);
                    }
                }
            }
        }
        let make = |dims: &[i64]| tensor_of(device, DType::F32, dims, &vec![1.0; count(dims)]);
        let refused = join::cat(&[&make(&[2, 3]), &make(&[2, 4])], 0).unwrap_err();
        assert!(
            refused.text().contains("cat: tensor 1 of shape [2, 4] does not fit the first, [2, 3]"),
            "{}",
            refused.text()
        );
        assert!(join::cat(&[&make(&[])], 0).is_err() && join::cat::<&Tensor>(&[], 0).is_err());
        assert_eq!(join::cat(&[&make(&[0, 3]), &make(&[2, 3])], 0).unwrap().dims(), [2, 3]);
    }
    report.finish();
}

#[test]
fn pieces_and_repetitions() {
    let mut report = Report::new("pieces and repetitions");
    for &device in devices::all() {
        for &dtype in DType::ALL {
            for lay in LAYS.into_iter().filter(|lay| *lay != Lay::Long) {
                let (x, _) = lay.make(device, dtype, 71);
                for axis in 0..x.dims().len() {
                    let (dim, what) = (axis as i64, format!("{} {dtype} {lay:?} {axis}", device.info().name));
                    let len = x.dims()[axis];
                    for (size, cut) in [
                        (1, join::split(&x, 1, dim).unwrap()),
                        (4, join::split(&x, 4, dim).unwrap()),
                        ((len + 3) / 4, join::chunk(&x, 4, dim).unwrap()),
                    ] {
                        let size = size.max(1);
                        assert_eq!(cut.count, ((len + size - 1) / size).max(1), "{what}");
                        for piece in 0..cut.count {
                            let got = cut.piece(&x, piece).unwrap();
                            let want = remade(&x, got.dims(), |index| {
                                let mut index = index.to_vec();
                                index[axis] += piece * size;
                                index
                            });
                            report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
                        }
                    }
                    for shift in [0, 1, -2, 100, i64::MIN] {
                        let Some(got) = supported(&mut report, device, &what, join::roll(&x, shift, dim)) else {
                            continue;
                        };
                        let want = remade(&x, x.dims(), |index| {
                            let mut index = index.to_vec();
                            index[axis] =
                                (i128::from(index[axis]) - i128::from(shift)).rem_euclid(i128::from(len)) as i64;
                            index
                        });
                        report.compare(device, &format!("roll {what}"), dtype, &tensor_values(&got), &want, 0.0, 0.0);
                    }
                }
                let rank = x.dims().len();
                let repeats: Vec<i64> = (0..rank as i64).map(|i| [2, 1, 3][i as usize % 3]).collect();
                let longer = [&[2][..], &repeats].concat();
                for list in if rank < 8 { vec![repeats, longer] } else { vec![repeats] } {
                    let what = format!("{} repeat {dtype} {lay:?} {list:?}", device.info().name);
                    let Some(got) = supported(&mut report, device, &what, join::repeat(&x, &list)) else { continue };
                    let want = remade(&x, got.dims(), |index| {
                        let own = &index[list.len() - rank..];
                        own.iter().zip(x.dims()).map(|(i, dim)| i % dim).collect()
                    });
                    let front = vec![1; list.len() - rank];
                    let dims: Vec<i64> =
                        front.iter().chain(x.dims()).zip(&list).map(|(dim, times)| dim * times).collect();
                    assert_eq!(got.dims(), dims, "{what}");
                    report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
                }
            }
        }
        let x = tensor_of(device, DType::F32, &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(tensor_values(&join::tile(&x, &[2]).unwrap()), [1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 3.0, 4.0]);
        assert!(join::repeat(&x, &[2]).is_err() && join::repeat(&x, &[-1, 2]).is_err());
        assert!(join::repeat(&x, &[1 << 40, 1 << 40]).is_err() && join::split(&x, 0, 0).is_err());
    }
    report.finish();
}

#[test]
fn views() {
    let mut report = Report::new("views");
    for &device in devices::all() {
        for lay in LAYS.into_iter().filter(|lay| *lay != Lay::Long) {
            let dtype = DType::F32;
            let (x, elements) = lay.make(device, dtype, 81);
            let (rank, what) = (x.dims().len(), format!("{} {lay:?}", device.info().name));
            for (first, second) in (0..rank).flat_map(|a| (0..rank).map(move |b| (a, b))) {
                let got = x.movedim(first as i64, second as i64).unwrap();
                let want = remade(&x, got.dims(), |index| {
                    let mut index = index.to_vec();
                    let moved = index.remove(second);
                    index.insert(first, moved);
                    index
                });
                report.compare(device, &format!("movedim {what}"), dtype, &tensor_values(&got), &want, 0.0, 0.0);
                if first <= second {
                    let flat = x.flatten(first as i64, second as i64).unwrap();
                    assert_eq!(flat.dims().len(), rank - (second - first));
                    report.compare(
                        device,
                        &format!("flatten {what}"),
                        dtype,
                        &tensor_values(&flat),
                        &elements,
                        0.0,
                        0.0,
                    );
                }
                if first == second {
                    continue;
                }
                for offset in [0, 1, -1, 3, -3, 100, i64::MIN, i64::MAX] {
                    let got = x.diagonal(offset, first as i64, second as i64).unwrap();
                    let want = remade(&x, got.dims(), |index| {
                        let mut index = index.to_vec();
                        let along = index.pop().unwrap();
                        let (row, column) = (along + (-offset).max(0), along + offset.max(0));
                        index.insert(first.min(second), if first < second { row } else { column });
                        index.insert(first.max(second), if first < second { column } else { row });
                        index
                    });
                    let what = format!("diagonal {offset} {what} {first} {second}");
                    report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
                }
            }
            for set in 0..1u32 << rank.min(3) {
                let dims: Vec<i64> = (0..rank as i64).filter(|axis| set >> axis & 1 != 0).collect();
                let got = x.flip(&dims).unwrap();
                let want = remade(&x, x.dims(), |index| {
                    let flipped = |i: usize| if set >> i & 1 != 0 { x.dims()[i] - 1 - index[i] } else { index[i] };
                    (0..rank).map(flipped).collect()
                });
                report.compare(device, &format!("flip {dims:?} {what}"), dtype, &tensor_values(&got), &want, 0.0, 0.0);
            }
        }
        let x = tensor_of(device, DType::F32, &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(x.view(&[3, -1]).unwrap().dims(), [3, 2]);
        let refused = x.transpose(0, 1).unwrap().view(&[6]).unwrap_err();
        assert!(refused.text().contains("only by a copy"), "{}", refused.text());
        assert_eq!(tensor_values(&x.narrow(1, -2, 2).unwrap()), [2.0, 3.0, 5.0, 6.0]);
        for (start, length) in [(0, 4), (4, 0), (-4, 1), (1, -1), (i64::MIN, 1), (1, i64::MAX)] {
            assert_eq!(x.narrow(1, start, length).unwrap_err().code(), Code::InvalidArgument, "{start} {length}");
        }
        assert!(x.flip(&[0, -2]).is_err() && x.diagonal(0, 1, -1).is_err() && x.flatten(1, 0).is_err());
        assert_eq!(x.select(0, 0).unwrap().select(0, 1).unwrap().flatten(0, -1).unwrap().dims(), [1]);
    }
    report.finish();
}

#[test]
fn triangles_and_products() {
    let mut report = Report::new("triangles and products");
    for &device in devices::all() {
        for &dtype in DType::ALL {
            for lay in LAYS.into_iter().filter(|lay| lay.dims().len() >= 2) {
                let (x, elements) = lay.make(device, dtype, 91);
                let rank = x.dims().len();
                for diagonal in [0, 1, -2, 9, -9, i64::MIN, i64::MAX] {
                    for upper in [true, false] {
                        let what = format!("{} triangle {dtype} {lay:?} {diagonal} {upper}", device.info().name);
                        let made = if upper { matrix::triu(&x, diagonal) } else { matrix::tril(&x, diagonal) };
                        let Some(got) = supported(&mut report, device, &what, made) else { continue };
                        let keeps = |at: usize| {
                            let index = coordinates(at, x.dims());
                            let right = i128::from(index[rank - 1]) - i128::from(index[rank - 2]);
                            if upper { right >= i128::from(diagonal) } else { right <= i128::from(diagonal) }
                        };
                        let want: Vec<f64> =
                            elements.iter().enumerate().map(|(at, &v)| if keeps(at) { v } else { 0.0 }).collect();
                        report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
                    }
                }
            }
            let what = format!("{} {dtype}", device.info().name);
            let (a, b) =
                (tensor_of(device, dtype, &[3], &[1.0, 0.0, 1.0]), tensor_of(device, dtype, &[2], &[1.0, 1.0]));
            let square = tensor_of(device, dtype, &[2, 2], &[1.0, 0.0, 1.0, 1.0]);
            if let Some(got) = supported(&mut report, device, &what, matrix::trace(&square)) {
                report.compare(device, &format!("trace {what}"), got.dtype(), &tensor_values(&got), &[2.0], 0.0, 0.0);
            }
            if dtype == DType::Bool {
                continue;
            }
            if let Some(got) = supported(&mut report, device, &what, matrix::outer(&a, &b)) {
                let want = [1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
                report.compare(device, &format!("outer {what}"), dtype, &tensor_values(&got), &want, 0.0, 0.0);
            }
            if let Some(got) = supported(&mut report, device, &what, matrix::dot(&a, &a)) {
                report.compare(device, &format!("dot {what}"), dtype, &tensor_values(&got), &[2.0], 0.0, 0.0);
                assert!(got.dims().is_empty());
            }
            let batch = square.unsqueeze(0).unwrap();
            if let Some(got) = supported(&mut report, device, &what, matrix::bmm(&batch, &batch)) {
                let want = [1.0, 0.0, 2.0, 1.0];
                report.compare(device, &format!("bmm {what}"), dtype, &tensor_values(&got), &want, 0.0, 0.0);
            }
            for refused in [matrix::dot(&a, &b), matrix::bmm(&batch, &square), matrix::outer(&a, &square)] {
                assert_eq!(refused.unwrap_err().code(), Code::ShapeMismatch);
            }
        }
    }
    report.finish();
}
