//! Variances, norms and sums of exponentials over every set of dimensions.

use super::devices;
use super::inputs::{LAYS, rounded, tensor_of, tensor_values};
use super::lines::{coordinates, count, number, supported};
use super::report::Report;
use ffi_backend::{Code, DType, Result};
use ffi_torch::{Tensor, statistics};

/// The ranges that the results gather.
fn ranges(x: &Tensor, dims: &[i64]) -> Vec<Vec<f64>> {
    let kept: Vec<i64> =
        (0..x.dims().len()).map(|i| if dims.contains(&(i as i64)) { 1 } else { x.dims()[i] }).collect();
    let mut ranges = vec![Vec::new(); count(&kept)];
    for (at, value) in tensor_values(x).into_iter().enumerate() {
        let index: Vec<i64> = coordinates(at, x.dims()).iter().zip(&kept).map(|(i, &kept)| i % kept).collect();
        ranges[number(&index, &kept)].push(value);
    }
    ranges
}

fn variance(range: &[f64], correction: f64) -> f64 {
    let mean = range.iter().sum::<f64>() / range.len() as f64;
    range.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (range.len() as f64 - correction).max(0.0)
}

fn norm(range: &[f64], p: f64) -> f64 {
    let magnitudes = range.iter().map(|v| v.abs());
    if p == 0.0 {
        magnitudes.filter(|v| *v != 0.0).count() as f64
    } else if p == f64::INFINITY {
        magnitudes.fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a })
    } else if p == f64::NEG_INFINITY {
        magnitudes.fold(f64::INFINITY, |a, b| if b < a || b.is_nan() { b } else { a })
    } else {
        magnitudes.map(|v| v.powf(p)).sum::<f64>().powf(1.0 / p)
    }
}

fn logsumexp(range: &[f64]) -> f64 {
    range.iter().map(|v| v.exp()).sum::<f64>().ln()
}

type Statistic = (&'static str, fn(&Tensor, &[i64], bool) -> Result<Tensor>, fn(&[f64]) -> f64);

const STATISTICS: [Statistic; 11] = [
    ("var", |x, dims, keep| statistics::var(x, Some(dims), 1.0, keep), |range| variance(range, 1.0)),
    ("var of all", |x, dims, keep| statistics::var(x, Some(dims), 0.0, keep), |range| variance(range, 0.0)),
    ("std", |x, dims, keep| statistics::std(x, Some(dims), 1.0, keep), |range| variance(range, 1.0).sqrt()),
    ("norm 0", |x, dims, keep| statistics::norm(x, 0.0, Some(dims), keep), |range| norm(range, 0.0)),
    ("norm 1", |x, dims, keep| statistics::norm(x, 1.0, Some(dims), keep), |range| norm(range, 1.0)),
    ("norm 2", |x, dims, keep| statistics::norm(x, 2.0, Some(dims), keep), |range| norm(range, 2.0)),
    ("norm 3", |x, dims, keep| statistics::norm(x, 3.0, Some(dims), keep), |range| norm(range, 3.0)),
    ("norm 0.5", |x, dims, keep| statistics::norm(x, 0.5, Some(dims), keep), |range| norm(range, 0.5)),
    (
        "norm inf",
        |x, dims, keep| statistics::norm(x, f64::INFINITY, Some(dims), keep),
        |range| norm(range, f64::INFINITY),
    ),
    (
        "norm -inf",
        |x, dims, keep| statistics::norm(x, f64::NEG_INFINITY, Some(dims), keep),
        |range| norm(range, f64::NEG_INFINITY),
    ),
    ("logsumexp", |x, dims, keep| statistics::logsumexp(x, dims, keep), logsumexp),
];

#[test]
fn every_statistic() {
    let mut report = Report::new("statistics");
    for &device in devices::all() {
        for (name, make, reference) in STATISTICS {
            for &dtype in DType::ALL {
                for lay in LAYS {
                    let (x, _) = lay.make(device, dtype, 95);
                    let rank = x.dims().len() as u32;
                    for set in (0..1u32 << rank).filter(|set| rank < 8 || set % 85 == 0 || *set == 255) {
                        let dims: Vec<i64> = (0..i64::from(rank)).filter(|i| set >> i & 1 != 0).collect();
                        let what = format!("{} {name} {dtype} {lay:?} {dims:?}", device.info().name);
                        let ranges = ranges(&x, &dims);
                        let made = make(&x, &dims, false);
                        if ranges.iter().any(Vec::is_empty) && (name.ends_with("inf") || name == "logsumexp") {
                            let code = made.unwrap_err().code();
                            assert!(code == Code::InvalidArgument || device.info().kind != "cpu", "{what}");
                            continue;
                        }
                        let Some(got) = supported(&mut report, device, &what, made) else { continue };
                        let result = dtype.to_float();
                        assert_eq!((got.dtype(), got.dims().len()), (result, rank as usize - dims.len()), "{what}");
                        let want: Vec<f64> = ranges.iter().map(|range| rounded(result, reference(range))).collect();
                        // Powers carry the error of a logarithm; sums add up terms; a variance of equal elements is the
                        // rounding of their mean, squared, and its root that rounding.
                        let rounds = if device.info().kind == "cpu" { 8.0 } else { 16.0 };
                        let magnitude = match name {
                            "std" => 10.0,
                            "var" | "var of all" | "logsumexp" => 1.0,
                            _ => 0.0,
                        };
                        report.compare(device, &what, result, &tensor_values(&got), &want, rounds, magnitude);
                    }
                }
                if let Some(kept) = supported(
                    &mut report,
                    device,
                    name,
                    make(&tensor_of(device, dtype, &[2, 3], &[1.0; 6]), &[1], true),
                ) {
                    assert_eq!(kept.dims(), [2, 1]);
                }
            }
        }
    }
    report.finish();
}

/// A variance of 1 about a mean that leaves f32 no digits for it in one pass.
#[test]
fn a_mean_far_from_0_costs_no_digits() {
    for &device in devices::all() {
        let numbers: Vec<f64> = (0..1001).map(|i| 1e6 + [0.25, -1.0, 1.5, 0.0][i % 4]).collect();
        let x = tensor_of(device, DType::F32, &[1001], &numbers);
        let Ok(var) = statistics::var(&x, None, 1.0, false) else { continue };
        let (got, want) = (tensor_values(&var)[0], variance(&numbers, 1.0));
        assert!((got - want).abs() < 1e-6 * want, "{}: {got} is not {want}", device.info().name);
    }
}

#[test]
fn equal_numbers_have_no_variance_below_0() {
    for &device in devices::all() {
        for (count, number) in [(50021, 0.3), (12973, 0.7), (26931, 0.1)] {
            let x = tensor_of(device, DType::F32, &[count], &vec![number; count as usize]);
            let Ok(var) = statistics::var(&x, None, 1.0, false) else { continue };
            let var = tensor_values(&var)[0];
            assert!((0.0..1e-12).contains(&var), "{count} times {number}: {var}");
        }
    }
}

/// Their powers leave the range of the dtype in both directions; the norms do not.
#[test]
fn norms_of_far_numbers_stay_in_range() {
    for &device in devices::all() {
        for (scale, dtype) in [(1e38, DType::F32), (1e-38, DType::F32), (1e300, DType::F64), (1e-300, DType::F64)] {
            for (p, of_3_4) in
                [(2.0, 5.0), (3.0, 91f64.cbrt()), (0.5, 13.928_203_230_275_509), (200.0, 4.0), (1e-320, f64::INFINITY)]
            {
                // The 0 adds nothing to any of them.
                let x = tensor_of(device, dtype, &[3], &[3.0, -4.0, 0.0].map(|v| v * scale * 0.5));
                let Ok(norm) = statistics::norm(&x, p, None, false) else { continue };
                let (got, want) = (tensor_values(&norm)[0], of_3_4 * scale * 0.5);
                let want = if dtype == DType::F32 { f64::from(want as f32) } else { want };
                let near = if dtype == DType::F32 { 1e-6 } else { 1e-14 };
                assert!(
                    got == want || (got / want - 1.0).abs() < near,
                    "{}: p {p} of {dtype} about {scale:e}: {got:e}, not {want:e}",
                    device.info().name
                );
            }
            let lone = tensor_of(device, dtype, &[1], &[scale]);
            let Ok(norm) = statistics::norm(&lone, 1e-320, None, false) else { continue };
            assert_eq!(tensor_values(&norm), tensor_values(&lone), "{}", device.info().name);
        }
    }
}

#[test]
fn edges_of_statistics() {
    for &device in devices::all().iter().filter(|device| device.info().kind == "cpu") {
        let one = |values: &[f64]| tensor_of(device, DType::F32, &[values.len() as i64], values);
        let sum = |values: &[f64]| tensor_values(&statistics::logsumexp(&one(values), &[0], false).unwrap())[0];
        assert_eq!(sum(&[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::NAN, 1.0]).is_nan() && (sum(&[1000.0, 1000.0]) - 1_000.693_147).abs() < 1e-4);
        assert!(tensor_values(&statistics::var(&one(&[3.0]), None, 1.0, false).unwrap())[0].is_nan());
        assert_eq!(tensor_values(&statistics::norm(&one(&[]), 2.0, None, false).unwrap()), [0.0]);
        // Beyond the range of a half on the way, not at the end.
        let half = tensor_of(device, DType::F16, &[2], &[30_000.0, 40_000.0]);
        assert_eq!(tensor_values(&statistics::norm(&half, 2.0, None, false).unwrap()), [49_984.0]);
        for p in [-1.0, f64::NAN] {
            assert_eq!(statistics::norm(&half, p, None, false).unwrap_err().code(), Code::InvalidArgument);
        }
    }
}
