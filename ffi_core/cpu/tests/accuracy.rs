//! exp, log and tanh against the platform's double functions, over sweeps of their whole ranges.
#![allow(clippy::unwrap_used)]

mod common;
use common::{Tensor, go, ulp};
use ffi_backend::{DType, MapOp, Op, Program};
use ffi_cpu::level::{self, Level};

/// Values of every magnitude, dense where functions bend.
fn points(dtype: DType, count: usize) -> Vec<f64> {
    let (low, high) = if dtype == DType::F32 { (-110.0, 95.0) } else { (-760.0, 715.0) };
    let least = if dtype == DType::F32 { -149.0 } else { -1074.0 };
    let most = if dtype == DType::F32 { 127.9 } else { 1023.9 };
    (0..count)
        .map(|i| {
            let t = (i / 4) as f64 / (count / 4) as f64;
            match i % 4 {
                0 => low + (high - low) * t,
                1 => 2f64.powf(least + (most - least) * t),
                2 => -(2f64.powf(-40.0 + 47.0 * t)),
                _ => 0.25 + 3.0 * t,
            }
        })
        .collect()
}

#[test]
fn within_two_units_in_f32_and_four_in_f64() {
    for (dtype, count, limit) in [(DType::F32, 1_200_000, 2.0), (DType::F64, 400_000, 4.0)] {
        let values = points(dtype, count);
        let x = Tensor::contiguous(dtype, &[count as i64]).filled(|i| values[i]);
        let rounded = x.values();
        let y = Tensor::contiguous(dtype, &[count as i64]);
        for level in Level::ALL.into_iter().filter(|level| level::force(*level)) {
            for op in [MapOp::exp, MapOp::log, MapOp::tanh] {
                go(&Op::Map { program: Program::of(op), scalars: &[] }, &[&x], &y).unwrap();
                let (mut worst, mut at) = (0.0, 0.0);
                for (x, got) in rounded.iter().zip(y.values()) {
                    let want = op.reference(&[*x]);
                    let most = if dtype == DType::F32 { f64::from(f32::MAX) } else { f64::MAX };
                    if want.is_nan() || want.is_infinite() || want.abs() > most {
                        assert!(got.is_nan() == want.is_nan(), "{op:?} {x}: {got}, not {want}");
                        assert!(want.is_nan() || got == want.signum() * f64::INFINITY, "{op:?} {x}: {got}, not {want}");
                        continue;
                    }
                    let error = (got - want).abs() / ulp(dtype, want);
                    if error > worst || error.is_nan() {
                        (worst, at) = (error, *x);
                    }
                }
                eprintln!("{op:?} {dtype} {level:?}: {worst:.3} ulp at {at:e}");
                assert!(worst <= limit, "{op:?} {dtype} {level:?}: {worst} ulp at {at:e}");
            }
        }
    }
}

#[test]
fn special_values() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let x = [0.0, -0.0, inf, -inf, nan, -1.0, 1.0];
    let wants = [
        (MapOp::exp, [1.0, 1.0, inf, 0.0, nan, (-1f64).exp(), 1f64.exp()]),
        (MapOp::log, [-inf, -inf, inf, nan, nan, nan, 0.0]),
        (MapOp::tanh, [0.0, -0.0, 1.0, -1.0, nan, (-1f64).tanh(), 1f64.tanh()]),
    ];
    for dtype in [DType::F32, DType::F64] {
        let source = Tensor::contiguous(dtype, &[7]).filled(|i| x[i]);
        let to = Tensor::contiguous(dtype, &[7]);
        for (op, want) in wants {
            go(&Op::Map { program: Program::of(op), scalars: &[] }, &[&source], &to).unwrap();
            for ((x, got), want) in x.iter().zip(to.values()).zip(want) {
                let same = got == want && got.is_sign_negative() == want.is_sign_negative();
                let near = (got - want).abs() <= 2.0 * ulp(dtype, want) && want != 0.0;
                assert!(same || near || (got.is_nan() && want.is_nan()), "{op:?} {dtype} {x}: {got}, not {want}");
            }
        }
    }
}
