//! Every reduction over every set of axes.

use super::devices;
use super::inputs::{LAYS, rounded, tensor_of, tensor_values, values};
use super::report::Report;
use ffi_backend::{DType, DeviceRef, Op, ReduceOp, Support};
use ffi_torch::{Tensor, reduce};

/// The reference: one range, in order, in f64; integers wrap in i64, where their products leave what f64 holds exactly.
fn reference(op: ReduceOp, dtype: DType, range: &[f64]) -> f64 {
    if op == ReduceOp::Prod && !dtype.is_float() {
        return range.iter().fold(1i64, |product, &v| product.wrapping_mul(v as i64)) as f64;
    }
    let nan = range.iter().position(|v| v.is_nan());
    let best = |better: fn(f64, f64) -> bool| {
        let mut at = 0;
        for (i, &v) in range.iter().enumerate() {
            if better(v, range[at]) {
                at = i;
            }
        }
        nan.unwrap_or(at)
    };
    match op {
        ReduceOp::Sum => range.iter().sum(),
        ReduceOp::Mean => range.iter().sum::<f64>() / range.len() as f64,
        ReduceOp::Prod => range.iter().product(),
        ReduceOp::Max => range[best(|a, b| a > b)],
        ReduceOp::Min => range[best(|a, b| a < b)],
        ReduceOp::ArgMax => best(|a, b| a > b) as f64,
        ReduceOp::ArgMin => best(|a, b| a < b) as f64,
        ReduceOp::Any => f64::from(u8::from(range.iter().any(|&v| v != 0.0))),
        ReduceOp::All => f64::from(u8::from(range.iter().all(|&v| v != 0.0))),
    }
}

/// The ranges that each output gathers, by walking all indices.
fn ranges(x: &Tensor, elements: &[f64], axes: u32) -> Vec<Vec<f64>> {
    let dims = x.dims();
    let kept: Vec<i64> = dims.iter().enumerate().map(|(i, &d)| if axes >> i & 1 != 0 { 1 } else { d }).collect();
    let mut out = vec![Vec::new(); kept.iter().product::<i64>() as usize];
    for (flat, &value) in elements.iter().enumerate() {
        let (mut rest, mut to, mut step) = (flat as i64, 0, 1);
        for i in (0..dims.len()).rev() {
            let index = rest % dims[i];
            rest /= dims[i];
            if axes >> i & 1 == 0 {
                to += index * step;
            }
            step *= kept[i];
        }
        out[to as usize].push(value);
    }
    out
}

fn check(report: &mut Report, device: DeviceRef, op: ReduceOp, x: &Tensor, what: &str, axes: u32) {
    let Some(result) = op.result(x.dtype()) else { return };
    let what = format!("{} {} {} {what} axes {axes:#b}", device.info().name, op.name(), x.dtype());
    let elements = tensor_values(x);
    let ranges = ranges(x, &elements, axes);
    if op.needs_elements() && ranges.iter().any(Vec::is_empty) {
        let dims: Vec<i64> = (0..x.dims().len() as i64).filter(|i| axes >> i & 1 != 0).collect();
        match reduce::reduce(op, x, Some(&dims), true) {
            Ok(_) => report.fail(format!("{what}: an empty range has no answer, yet there was one")),
            Err(refused) => assert_eq!(refused.code(), ffi_base::Code::InvalidArgument, "{what}"),
        }
        return;
    }
    if let Support::No(why) = device.supports(&Op::Reduce { op, axes: axes as u8 }, &[x.dtype()], result) {
        report.refuse(device, &what, why);
        return;
    }
    let dims: Vec<i64> = (0..x.dims().len() as i64).filter(|i| axes >> i & 1 != 0).collect();
    let got = reduce::reduce(op, x, Some(&dims), true).unwrap();
    let want: Vec<f64> = ranges.iter().map(|range| rounded(result, reference(op, x.dtype(), range))).collect();
    // A sum rounds at every level of its tree, relative to the terms and not to what is left of them.
    let term = |v: &f64| if v.is_finite() { v.abs() } else { 0.0 };
    let (rounds, magnitude) = match op {
        ReduceOp::Sum => (2.0, ranges.iter().map(|range| range.iter().map(term).sum()).fold(0.0, f64::max)),
        ReduceOp::Mean => (2.0, elements.iter().map(term).fold(0.0, f64::max)),
        ReduceOp::Prod => (64.0, 0.0),
        _ => (0.0, 0.0),
    };
    report.compare(device, &what, result, &tensor_values(&got), &want, rounds, magnitude);
}

#[test]
fn every_reduction_over_every_axes() {
    let mut report = Report::new("reductions");
    for &device in devices::all() {
        for op in ReduceOp::ALL {
            for &dtype in DType::ALL {
                for lay in LAYS {
                    let (x, _) = lay.make(device, dtype, 11);
                    let rank = x.dims().len() as u32;
                    // All sets for small ranks; for rank 8 a spread of them.
                    let sets: Vec<u32> =
                        (0..1u32 << rank).filter(|set| rank < 8 || set % 37 == 0 || *set == 255).collect();
                    for axes in sets {
                        check(&mut report, device, op, &x, &format!("{lay:?}"), axes);
                    }
                }
            }
        }
    }
    report.finish();
}

/// Shapes that reach the fast paths: long rows, many rows, wide columns, and both at once.
#[test]
fn large_shapes() {
    let mut report = Report::new("large reductions");
    for &device in devices::all() {
        for op in ReduceOp::ALL {
            for dtype in [DType::F32, DType::F64, DType::I32, DType::Bf16] {
                for dims in [vec![3, 50_021], vec![20_011, 5], vec![301, 259], vec![17, 64, 33]] {
                    let count: i64 = dims.iter().product();
                    // Finite values alone: the specials would make every long sum NaN.
                    let numbers: Vec<f64> = values(dtype, count as usize, 13)
                        .into_iter()
                        .map(|v| if v.is_finite() { v.clamp(-30.0, 30.0) } else { 0.25 })
                        .collect();
                    let numbers: Vec<f64> = if op == ReduceOp::Prod {
                        numbers.iter().map(|v| if v.abs() > 0.5 { v.signum() } else { 1.0 }).collect()
                    } else {
                        numbers
                    };
                    let x = tensor_of(device, dtype, &dims, &numbers);
                    for axes in 1..1u32 << dims.len() {
                        check(&mut report, device, op, &x, &format!("{dims:?}"), axes);
                    }
                    let turned = x.transpose(0, -1).unwrap();
                    check(&mut report, device, op, &turned, &format!("{dims:?} turned"), 1);
                }
            }
        }
    }
    report.finish();
}

#[test]
fn an_infinite_or_nan_element_shows() {
    for &device in devices::all() {
        let x = tensor_of(device, DType::F32, &[2, 3], &[1.0, f64::NAN, 2.0, f64::INFINITY, 1.0, 0.0]);
        if matches!(
            device.supports(&Op::Reduce { op: ReduceOp::Max, axes: 2 }, &[DType::F32], DType::F32),
            Support::No(_)
        ) {
            continue;
        }
        let max = tensor_values(&reduce::reduce(ReduceOp::Max, &x, Some(&[1]), false).unwrap());
        assert!(max[0].is_nan() && max[1] == f64::INFINITY, "{}: {max:?}", device.info().name);
    }
}
