//! Random numbers: the same on every device, and distributed as they say.

use super::devices;
use super::inputs::tensor_values;
use super::report::Report;
use ffi_backend::philox::{integer, normal_pair, philox4x32_10, uniform, uniform_of, uniform_wide};
use ffi_backend::{DType, Op, RandomOp, Support};
use ffi_torch::Tensor;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tests that draw from the process's one sequence take turns.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

const SEED: u64 = 0x1234_5678_9abc_def0;

/// Element i of a draw, by the documented counters.
fn reference(op: RandomOp, dtype: DType, offset: u64, i: u64) -> f64 {
    let narrow = philox4x32_10(SEED, u128::from(offset + i / 4));
    let wide = philox4x32_10(SEED, u128::from(offset + i / 2));
    let (lane, pair) = ((i % 4) as usize, (i % 2) as usize * 2);
    match (op, dtype) {
        (RandomOp::Uniform, DType::F64) => uniform_wide(wide[pair], wide[pair + 1]),
        (RandomOp::Uniform, _) => uniform_of(dtype, narrow[lane]),
        (RandomOp::Normal, DType::F64) => {
            let (cos, sin) = normal_pair(uniform_wide(wide[0], wide[1]), uniform_wide(wide[2], wide[3]));
            if i.is_multiple_of(2) { cos } else { sin }
        }
        (RandomOp::Normal, _) => {
            let first = lane / 2 * 2;
            let (cos, sin) = normal_pair(uniform(narrow[first]), uniform(narrow[first + 1]));
            if i.is_multiple_of(2) { cos } else { sin }
        }
        (RandomOp::Integers { low, high }, _) => integer(wide[pair], wide[pair + 1], low, high) as f64,
    }
}

#[test]
fn every_draw_follows_the_counters() {
    let mut report = Report::new("random");
    for &device in devices::all() {
        for op in [RandomOp::Uniform, RandomOp::Normal, RandomOp::Integers { low: -5, high: 90 }] {
            for &dtype in DType::ALL {
                let fits = dtype.is_float() != matches!(op, RandomOp::Integers { .. });
                // Bounds that the dtype holds.
                let op = match (op, dtype) {
                    (RandomOp::Integers { .. }, DType::U8) => RandomOp::Integers { low: 5, high: 256 },
                    (RandomOp::Integers { .. }, DType::Bool) => RandomOp::Integers { low: 0, high: 2 },
                    _ => op,
                };
                for count in [1i64, 7, 100_001] {
                    let what = format!("{} {} {dtype} x{count}", device.info().name, op.name());
                    let draw = Op::Random { op, seed: SEED, offset: 9 };
                    if !fits {
                        continue;
                    }
                    if let Support::No(why) = device.supports(&draw, &[], dtype) {
                        report.refuse(device, &what, why);
                        continue;
                    }
                    let out = Tensor::empty(&[count], dtype, device).unwrap();
                    ffi_backend::run(device, &draw, &[], &out.view_of()).unwrap();
                    let want: Vec<f64> =
                        (0..count as u64).map(|i| super::inputs::rounded(dtype, reference(op, dtype, 9, i))).collect();
                    // The same bits everywhere, but for what goes through a logarithm.
                    let rounds = if op == RandomOp::Normal { 0.5 } else { 0.0 };
                    report.compare(device, &what, dtype, &tensor_values(&out), &want, rounds, 0.0);
                }
            }
        }
    }
    report.finish();
}

/// Rounded from 24 bits, one in 4096 (f16) or 512 (bf16) would be 1.
#[test]
fn uniforms_are_below_one() {
    for &device in devices::all() {
        for dtype in [DType::F16, DType::Bf16, DType::F32, DType::F64] {
            let draw = Op::Random { op: RandomOp::Uniform, seed: SEED, offset: 0 };
            if device.supports(&draw, &[], dtype) != Support::Native {
                continue;
            }
            let out = Tensor::empty(&[100_000], dtype, device).unwrap();
            ffi_backend::run(device, &draw, &[], &out.view_of()).unwrap();
            let largest = tensor_values(&out).into_iter().fold(0.0, f64::max);
            assert!((0.99..1.0).contains(&largest), "{dtype} {largest}");
        }
    }
}

#[test]
fn integers_outside_the_dtype_are_refused() {
    let _turn = turn();
    let cpu = devices::all()[0];
    for (dtype, low, high) in [(DType::U8, 0, 257), (DType::U8, -1, 5), (DType::I32, 0, 1 << 40), (DType::Bool, 0, 3)] {
        let error = ffi_torch::random::draw(RandomOp::Integers { low, high }, &[3], dtype, cpu).unwrap_err();
        assert_eq!(error.code(), ffi_backend::Code::InvalidArgument);
        assert!(error.to_string().contains(&format!("[{low}, {high}) do not fit {dtype}")), "{error}");
    }
    ffi_torch::random::draw(RandomOp::Integers { low: 0, high: 256 }, &[3], DType::U8, cpu).unwrap();
    ffi_torch::random::draw(RandomOp::Integers { low: i64::MIN, high: i64::MAX }, &[3], DType::I64, cpu).unwrap();
}

#[test]
fn moments_are_right() {
    let _turn = turn();
    let cpu = devices::all()[0];
    let n = 400_000;
    ffi_torch::random::seed(42);
    let draw = |op, dtype| tensor_values(&ffi_torch::random::draw(op, &[n], dtype, cpu).unwrap());
    let moments = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / n as f64;
        (mean, x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64)
    };
    // Five standard errors of mean and variance.
    let (mean, variance) = moments(&draw(RandomOp::Uniform, DType::F32));
    assert!((mean - 0.5).abs() < 0.0023 && (variance - 1.0 / 12.0).abs() < 0.0006, "{mean} {variance}");
    let (mean, variance) = moments(&draw(RandomOp::Normal, DType::F64));
    assert!(mean.abs() < 0.008 && (variance - 1.0).abs() < 0.0112, "{mean} {variance}");
    let again = {
        ffi_torch::random::seed(42);
        draw(RandomOp::Uniform, DType::F32)
    };
    ffi_torch::random::seed(42);
    assert_eq!(again, draw(RandomOp::Uniform, DType::F32));
}
