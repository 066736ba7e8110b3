//! The functions against the platform's double functions, over sweeps of their whole ranges.
#![allow(clippy::unwrap_used)]

mod common;
use common::{Tensor, go, ulp};
use ffi_backend::{DType, MapOp, Op, Program};
use ffi_cpu::level::{self, Level};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI};

/// Values of every magnitude, dense where functions bend.
fn points(dtype: DType, count: usize) -> Vec<f64> {
    let (low, high) = if dtype == DType::F32 { (-110.0, 95.0) } else { (-760.0, 715.0) };
    let least = if dtype == DType::F32 { -149.0 } else { -1074.0 };
    let most = if dtype == DType::F32 { 127.9 } else { 1023.9 };
    (0..count)
        .map(|i| {
            let t = (i / 6) as f64 / (count / 6) as f64;
            match i % 6 {
                0 => low + (high - low) * t,
                1 => 2f64.powf(least + (most - least) * t),
                2 => -(2f64.powf(-40.0 + 47.0 * t)),
                3 => 0.25 + 3.0 * t,
                // Near multiples of a quarter turn, and beyond all tables.
                4 => (i / 6) as f64 * FRAC_PI_2,
                _ => -1.5 + 3.0 * t,
            }
        })
        .collect()
}

/// How far each function may lie from the reference, in units in the last place of f32 and of f64.
const LIMITS: [(MapOp, f64, f64); 23] = [
    (MapOp::exp, 2.0, 2.0),
    (MapOp::log, 2.0, 2.0),
    (MapOp::tanh, 2.0, 4.0),
    (MapOp::expm1, 2.0, 2.0),
    (MapOp::log1p, 2.0, 2.0),
    (MapOp::sin, 1.0, 1.5),
    (MapOp::cos, 1.0, 1.5),
    (MapOp::floor, 0.0, 0.0),
    (MapOp::ceil, 0.0, 0.0),
    (MapOp::round, 0.0, 0.0),
    (MapOp::trunc, 0.0, 0.0),
    (MapOp::tan, 2.5, 2.5),
    (MapOp::asin, 2.0, 2.0),
    (MapOp::acos, 2.0, 2.0),
    (MapOp::atan, 2.0, 2.0),
    (MapOp::sinh, 2.0, 2.0),
    (MapOp::cosh, 2.0, 2.0),
    (MapOp::erf, 2.0, 2.0),
    (MapOp::exp2, 2.0, 2.0),
    (MapOp::log2, 2.0, 2.0),
    (MapOp::log10, 2.0, 2.0),
    (MapOp::softplus, 3.0, 3.0),
    (MapOp::gelu, 4.0, 6.0),
];

#[test]
fn functions_are_within_their_limits() {
    let mut bad = Vec::new();
    for (dtype, count) in [(DType::F32, 1_200_000), (DType::F64, 480_000)] {
        let values = points(dtype, count);
        let x = Tensor::contiguous(dtype, &[count as i64]).filled(|i| values[i]);
        let rounded = x.values();
        let y = Tensor::contiguous(dtype, &[count as i64]);
        for level in Level::ALL.into_iter().filter(|level| level::force(*level)) {
            for (op, single, double) in LIMITS {
                let limit = if dtype == DType::F32 { single } else { double };
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
                    // The reference is a product of x with a number that may be subnormal.
                    let vague = if op == MapOp::gelu { x.abs() * 5e-324 } else { 0.0 };
                    let error = (got - want).abs() / (ulp(dtype, want) + vague);
                    if error > worst || error.is_nan() {
                        (worst, at) = (error, *x);
                    }
                }
                eprintln!("{op:?} {dtype} {level:?}: {worst:.3} ulp at {at:e}");
                if worst > limit {
                    bad.push(format!("{op:?} {dtype} {level:?}: {worst} ulp at {at:e}"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn special_values() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let x = [0.0, -0.0, inf, -inf, nan, -1.0, 1.0];
    let wants = [
        (MapOp::exp, [1.0, 1.0, inf, 0.0, nan, (-1f64).exp(), 1f64.exp()]),
        (MapOp::log, [-inf, -inf, inf, nan, nan, nan, 0.0]),
        (MapOp::tanh, [0.0, -0.0, 1.0, -1.0, nan, (-1f64).tanh(), 1f64.tanh()]),
        (MapOp::expm1, [0.0, -0.0, inf, -1.0, nan, (-1f64).exp_m1(), 1f64.exp_m1()]),
        (MapOp::log1p, [0.0, -0.0, inf, nan, nan, -inf, 2f64.ln()]),
        (MapOp::sin, [0.0, -0.0, nan, nan, nan, (-1f64).sin(), 1f64.sin()]),
        (MapOp::cos, [1.0, 1.0, nan, nan, nan, 1f64.cos(), 1f64.cos()]),
        (MapOp::ceil, [0.0, -0.0, inf, -inf, nan, -1.0, 1.0]),
        (MapOp::floor, [0.0, -0.0, inf, -inf, nan, -1.0, 1.0]),
        (MapOp::round, [0.0, -0.0, inf, -inf, nan, -1.0, 1.0]),
        (MapOp::trunc, [0.0, -0.0, inf, -inf, nan, -1.0, 1.0]),
        (MapOp::exp2, [1.0, 1.0, inf, 0.0, nan, 0.5, 2.0]),
        (MapOp::log2, [-inf, -inf, inf, nan, nan, nan, 0.0]),
        (MapOp::log10, [-inf, -inf, inf, nan, nan, nan, 0.0]),
        (MapOp::tan, [0.0, -0.0, nan, nan, nan, (-1f64).tan(), 1f64.tan()]),
        (MapOp::asin, [0.0, -0.0, nan, nan, nan, -FRAC_PI_2, FRAC_PI_2]),
        (MapOp::acos, [FRAC_PI_2, FRAC_PI_2, nan, nan, nan, PI, 0.0]),
        (MapOp::atan, [0.0, -0.0, FRAC_PI_2, -FRAC_PI_2, nan, -FRAC_PI_4, FRAC_PI_4]),
        (MapOp::sinh, [0.0, -0.0, inf, -inf, nan, (-1f64).sinh(), 1f64.sinh()]),
        (MapOp::cosh, [1.0, 1.0, inf, inf, nan, 1f64.cosh(), 1f64.cosh()]),
        (MapOp::erf, [0.0, -0.0, 1.0, -1.0, nan, -0.842_700_792_949_714_9, 0.842_700_792_949_714_9]),
        (MapOp::gelu, [0.0, -0.0, inf, -0.0, nan, -0.158_655_253_931_457_05, 0.841_344_746_068_542_9]),
        (MapOp::softplus, [LN_2, LN_2, inf, 0.0, nan, 0.313_261_687_518_222_86, 1.313_261_687_518_222_8]),
    ];
    for (dtype, level) in [DType::F32, DType::F64].into_iter().flat_map(|dtype| Level::ALL.map(|level| (dtype, level)))
    {
        if !level::force(level) {
            continue;
        }
        let source = Tensor::contiguous(dtype, &[7]).filled(|i| x[i]);
        let to = Tensor::contiguous(dtype, &[7]);
        for (op, want) in wants {
            go(&Op::Map { program: Program::of(op), scalars: &[] }, &[&source], &to).unwrap();
            for ((x, got), want) in x.iter().zip(to.values()).zip(want) {
                let same = got == want && got.is_sign_negative() == want.is_sign_negative();
                let near = (got - want).abs() <= 3.0 * ulp(dtype, want) && want != 0.0;
                assert!(same || near || (got.is_nan() && want.is_nan()), "{op:?} {dtype} {x}: {got}, not {want}");
            }
        }
    }
}
