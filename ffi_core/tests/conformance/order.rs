//! Running totals and orders along every dimension.

use super::devices;
use super::inputs::{LAYS, Lay, rounded, tensor_of, tensor_values};
use super::lines::{lines, supported};
use super::report::Report;
use ffi_backend::{DType, ScanOp};
use ffi_torch::{Tensor, order};
use std::cmp::Ordering;

/// The running totals of a line, in order; halves gather in f32.
fn totals(op: ScanOp, dtype: DType, line: &[f64]) -> Vec<f64> {
    if !dtype.is_float() {
        let mut total = i64::from(op == ScanOp::Prod);
        let mut step = |v: f64| {
            total = if op == ScanOp::Sum { total.wrapping_add(v as i64) } else { total.wrapping_mul(v as i64) };
            total as f64
        };
        return line.iter().map(|&v| step(v)).collect();
    }
    let half = matches!(dtype, DType::F16 | DType::Bf16);
    let mut total = if op == ScanOp::Sum { 0.0 } else { 1.0 };
    let mut step = |v: f64| {
        total = if op == ScanOp::Sum { total + v } else { total * v };
        total = if half { f64::from(total as f32) } else { total };
        rounded(dtype, total)
    };
    line.iter().map(|&v| step(v)).collect()
}

fn axes(x: &Tensor) -> std::ops::Range<usize> {
    0..x.dims().len()
}

fn check_scan(report: &mut Report, x: &Tensor, op: ScanOp, axis: usize, what: &str, exact: bool) {
    let (device, dtype) = (x.device(), x.dtype());
    let what = format!("{} {} {dtype} {what} axis {axis}", device.info().name, op.name());
    let Some(got) = supported(report, device, &what, order::scan(op, x, axis as i64)) else { return };
    let elements = tensor_values(x);
    let mut want = vec![0.0; elements.len()];
    for line in lines(x.dims(), axis) {
        let values: Vec<f64> = line.iter().map(|&at| elements[at]).collect();
        line.iter().zip(totals(op, dtype, &values)).for_each(|(&at, total)| want[at] = total);
    }
    assert_eq!(got.dtype(), if dtype.is_float() { dtype } else { DType::I64 });
    // Long lines are cut, and their parts round apart.
    report.compare(device, &what, got.dtype(), &tensor_values(&got), &want, if exact { 0.0 } else { 1.0 }, 1.0);
}

#[test]
fn running_totals() {
    let mut report = Report::new("running totals");
    for &device in devices::all() {
        for op in ScanOp::ALL {
            for &dtype in DType::ALL {
                for lay in LAYS.into_iter().filter(|lay| *lay != Lay::Rank0) {
                    let (x, _) = lay.make(device, dtype, 21);
                    for axis in axes(&x) {
                        check_scan(&mut report, &x, op, axis, &format!("{lay:?}"), true);
                    }
                }
                let lone = Lay::Rank0.make(device, dtype, 22).0;
                let what = format!("{} {} {dtype} of rank 0", device.info().name, op.name());
                if let Some(got) = supported(&mut report, device, &what, order::scan(op, &lone, -1)) {
                    assert_eq!(got.dims(), lone.dims());
                    report.compare(device, &what, got.dtype(), &tensor_values(&got), &tensor_values(&lone), 0.0, 0.0);
                }
            }
        }
    }
    report.finish();
}

/// Shapes beyond every boundary: one long line, many lines side by side, few outer and many outer dimensions.
#[test]
fn large_running_totals() {
    let mut report = Report::new("large running totals");
    for &device in devices::all() {
        for dtype in [DType::F64, DType::F32, DType::I32] {
            for dims in [vec![300_001], vec![2, 270_000], vec![401, 300], vec![9, 40, 130], vec![3, 700, 21]] {
                let count: i64 = dims.iter().product();
                let numbers: Vec<f64> = (0..count).map(|i| ((i * 7919) % 101) as f64 / 8.0 - 6.0).collect();
                let x = tensor_of(device, dtype, &dims, &numbers);
                for axis in axes(&x) {
                    check_scan(&mut report, &x, ScanOp::Sum, axis, &format!("{dims:?}"), false);
                }
                if dims.len() > 1 {
                    let turned = x.transpose(0, -1).unwrap();
                    check_scan(&mut report, &turned, ScanOp::Sum, 0, &format!("{dims:?} turned"), false);
                }
            }
        }
    }
    report.finish();
}

/// By value with NaN the largest, both zeros equal, then by position.
fn order_of(line: &[f64], descending: bool) -> Vec<usize> {
    let compare = |a: f64, b: f64| match (a.is_nan(), b.is_nan()) {
        (false, false) => a.partial_cmp(&b).unwrap(),
        (a, b) => a.cmp(&b),
    };
    let turn = |order: Ordering| if descending { order.reverse() } else { order };
    let mut positions: Vec<usize> = (0..line.len()).collect();
    positions.sort_by(|&a, &b| turn(compare(line[a], line[b])));
    positions
}

fn check_order(report: &mut Report, x: &Tensor, axis: usize, kept: Option<i64>, descending: bool, what: &str) {
    let (device, dtype) = (x.device(), x.dtype());
    let what = format!("{} sort {dtype} {what} axis {axis} first {kept:?} {descending}", device.info().name);
    let sorted = match kept {
        None => order::sort(x, axis as i64, descending),
        Some(kept) => order::topk(x, kept, axis as i64, descending),
    };
    let Some((values, positions)) = supported(report, device, &what, sorted) else { return };
    let elements = tensor_values(x);
    let mut dims = x.dims().to_vec();
    dims[axis] = kept.unwrap_or(dims[axis]);
    assert_eq!((values.dims(), positions.dims()), (&dims[..], &dims[..]), "{what}");
    let (got_values, got) = (tensor_values(&values), tensor_values(&positions));
    let (mut want, mut want_values) = (vec![f64::NAN; got.len()], vec![0.0; got.len()]);
    for (from, to) in lines(x.dims(), axis).iter().zip(lines(&dims, axis)) {
        let line: Vec<f64> = from.iter().map(|&at| elements[at]).collect();
        for (&at, position) in to.iter().zip(order_of(&line, descending)) {
            (want[at], want_values[at]) = (position as f64, line[position]);
        }
    }
    report.compare(device, &what, DType::I64, &got, &want, 0.0, 0.0);
    report.compare(device, &what, dtype, &got_values, &want_values, 0.0, 0.0);
}

#[test]
fn orders() {
    let mut report = Report::new("orders");
    for &device in devices::all() {
        for &dtype in DType::ALL {
            for lay in LAYS.into_iter().filter(|lay| *lay != Lay::Rank0) {
                let (x, _) = lay.make(device, dtype, 31);
                for axis in axes(&x) {
                    for descending in [false, true] {
                        let len = x.dims()[axis];
                        let counts = [0, 1, 2, len / 2, len].into_iter().filter(|&kept| kept <= len);
                        for kept in counts.map(Some).chain([None]) {
                            check_order(&mut report, &x, axis, kept, descending, &format!("{lay:?}"));
                        }
                    }
                }
            }
            let lone = Lay::Rank0.make(device, dtype, 32).0;
            if let Some((values, positions)) =
                supported(&mut report, device, "a lone element", order::sort(&lone, 0, true))
            {
                assert_eq!((values.dims(), tensor_values(&positions)), (&[][..], vec![0.0]));
            }
            let refused = order::topk(&lone, 2, 0, true).unwrap_err();
            assert_eq!(refused.code(), ffi_backend::Code::InvalidArgument);
        }
    }
    report.finish();
}

/// One long line is cut and merged; many short ones lie side by side.
#[test]
fn large_orders() {
    let mut report = Report::new("large orders");
    for &device in devices::all() {
        for dtype in [DType::F64, DType::F32, DType::U8] {
            for dims in [vec![200_003], vec![3001, 17], vec![131_073, 2]] {
                let count: i64 = dims.iter().product();
                let numbers: Vec<f64> = (0..count).map(|i| ((i * 48_271) % 65_537) as f64 / 4.0 - 7000.0).collect();
                let x = tensor_of(device, dtype, &dims, &numbers);
                for axis in axes(&x) {
                    let counts = [3, dims[axis] / 3].into_iter().filter(|&kept| kept <= dims[axis]);
                    for kept in counts.map(Some).chain([None]) {
                        check_order(&mut report, &x, axis, kept, kept.is_some(), &format!("{dims:?}"));
                    }
                }
            }
        }
    }
    report.finish();
}
