//! pow, atan2, remainder and floor_divide of floats against the platform's double functions: every pair of special values, and
//! sweeps over all magnitudes, at every vector level.
#![allow(clippy::unwrap_used)]

mod common;
use common::{Tensor, close, go};
use ffi_backend::{DType, Element, MapOp, Op, Program, with_element};
use ffi_cpu::level::{self, Level};

/// How far a result may lie from the reference, in units in the last place of f32 and of f64. A quotient rounded down in f64 is
/// itself rounded in the reference.
const LIMITS: [(MapOp, f64, f64); 4] = [
    (MapOp::pow, 0.6, 2.0),
    (MapOp::atan2, 2.0, 2.0),
    (MapOp::remainder, 0.5001, 0.5001),
    (MapOp::floor_divide, 0.5001, 1.0),
];

/// Compares one row over pairs, the sign of zero too.
fn check(op: MapOp, dtype: DType, pairs: &[(f64, f64)], limit: f64) {
    let a = Tensor::contiguous(dtype, &[pairs.len() as i64]).filled(|i| pairs[i].0);
    let b = Tensor::contiguous(dtype, &[pairs.len() as i64]).filled(|i| pairs[i].1);
    let to = Tensor::contiguous(dtype, &[pairs.len() as i64]);
    let (x, y) = (a.values(), b.values());
    for level in Level::ALL.into_iter().filter(|level| level::force(*level)) {
        go(&Op::Map { program: Program::of(op), scalars: &[] }, &[&a, &b], &to).unwrap();
        for ((x, y), got) in x.iter().zip(&y).zip(to.values()) {
            let exact = op.reference(&[*x, *y]);
            let want = with_element!(dtype, T => T::from_real(exact).to_real());
            let sign = got != 0.0 || want != 0.0 || got.is_sign_negative() == want.is_sign_negative();
            assert!(
                sign && close(dtype, got, exact, limit),
                "{op:?} {dtype} {level:?} at {x:e}, {y:e}: {got:e}, not {exact:e}"
            );
        }
    }
}

#[test]
fn special_values() {
    for dtype in [DType::F32, DType::F64] {
        let (most, least, normal, digit) = match dtype {
            DType::F32 => (f64::from(f32::MAX), 1e-45, f64::from(f32::MIN_POSITIVE), f64::from(f32::EPSILON)),
            _ => (f64::MAX, 5e-324, f64::MIN_POSITIVE, f64::EPSILON),
        };
        let mut values = vec![f64::NAN];
        for size in [
            0.0,
            least,
            normal,
            1e-20,
            0.1,
            0.5,
            1.0 - digit / 2.0,
            1.0,
            1.0 + digit,
            1.5,
            2.0,
            2.5,
            3.0,
            7.0,
            33.0,
            148.0,
            1023.0,
            16_777_215.0,
            16_777_216.0,
            1e15,
            1e30,
            most,
            f64::INFINITY,
        ] {
            values.extend([size, -size]);
        }
        let pairs: Vec<_> = values.iter().flat_map(|a| values.iter().map(|b| (*a, *b))).collect();
        for (op, single, double) in LIMITS {
            check(op, dtype, &pairs, if dtype == DType::F32 { single } else { double });
        }
    }
}

#[test]
fn sweeps() {
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    for dtype in [DType::F32, DType::F64] {
        let span = if dtype == DType::F32 { 149.0 } else { 1074.0 };
        let mut pairs = Vec::new();
        for _ in 0..40_000 {
            let sign = if random() < 0.5 { -1.0 } else { 1.0 };
            let any = sign * ((2.0 * random() - 1.0) * span).exp2();
            let near = any * ((random() - 0.5) * 60.0).exp2();
            let whole = (random() * 2e4).floor() - 1e4;
            // Of any magnitudes; of near ones; of moderate ones; an exact multiple and its neighbours.
            pairs.extend([
                (any, (2.0 * random() - 1.0) * ((2.0 * random() - 1.0) * span).exp2()),
                (any, near),
                (random() * 40.0 - 20.0, random() * 40.0 - 20.0),
                (whole * 0.37, 0.37),
                (whole * 3.0, 3.0),
            ]);
            // Powers that are finite, also of bases close to 1.
            let base = 1.0 + (random() - 0.4) * (-30.0 * random()).exp2();
            let room = 0.99 * span / base.log2();
            pairs.push((base, if room.abs() < 1e300 { (2.0 * random() - 1.0) * room } else { 2.0 }));
            pairs.push((any.abs(), (2.0 * random() - 1.0) * span / any.abs().log2()));
        }
        for (op, single, double) in LIMITS {
            check(op, dtype, &pairs, if dtype == DType::F32 { single } else { double });
        }
    }
}
