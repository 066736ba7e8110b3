//! pow without branches, as 2^(y log2 |x|) with C's cases put right after it.
//!
//! f32 is computed in f64 throughout. f64 keeps the logarithm and its product with y in pairs of numbers whose sum they are
//! (Dekker, 1971): as 2/ln2 (s + s^3/3) + s^5 Q(s^2), s = f / (2 + f), of which only Q need not be a pair. Polynomials are minimax fits by
//! exchange, made in 50 digits: of log2(1 + f) / f (f32), of Q (f64), and those of 2^r in `exponential`.
//! `tests/pairs.rs` measures both: below 0.6 units in the last place (f32) and at most 2 beside the platform's (f64).
#![forbid(unsafe_code)]
#![allow(clippy::excessive_precision)]

use crate::exponential::f64::exp2_near;
use crate::math::f64::{ROUNDER, fma, log_ends, poly, scale, split, trunc};

/// x to the power y, given |x|^|y| or the inverse of that where C's pow lists no case.
#[inline(always)]
fn cases<const FMA: bool>(x: f64, y: f64, value: f64) -> f64 {
    let whole = trunc::<FMA>(y) == y;
    let half = y * 0.5;
    let odd = whole & (trunc::<FMA>(half) != half);
    let value = if odd { value.copysign(x) } else { value };
    let value = if (x < 0.0) & (x > f64::NEG_INFINITY) & !whole { f64::NAN } else { value };
    let value = if x.is_nan() | y.is_nan() { f64::NAN } else { value };
    if (x == 1.0) | (y == 0.0) { 1.0 } else { value }
}

/// Single precision.
#[inline(always)]
pub fn f32<const FMA: bool>(x: f32, y: f32) -> f32 {
    let (x, y) = (f64::from(x), f64::from(y));
    let size = x.abs();
    let (f, e) = split(size);
    let p = poly::<FMA, 13>(
        f,
        [
            7.73702054881580417e-2,
            -1.42839241869891225e-1,
            1.44748483262382878e-1,
            -1.43156485134732227e-1,
            1.58769803444069036e-1,
            -1.80300599836340095e-1,
            2.06175358793682377e-1,
            -2.40453165533199207e-1,
            2.88537293507425050e-1,
            -3.60673674833989173e-1,
            4.80898361395062956e-1,
            -7.21347520868671931e-1,
            1.44269504086870704,
        ],
    );
    let log = log_ends(size, fma::<FMA>(f, p, e));
    // 0 times an infinity where |x| is 1.
    let t = if size == 1.0 { 0.0 } else { y * log };
    let t = if t > 300.0 { 300.0 } else { t };
    let t = if t < -300.0 { -300.0 } else { t };
    let n = (t + ROUNDER) - ROUNDER;
    let r = t - n;
    let v = poly::<FMA, 7>(
        r,
        [
            1.54698594483930375e-4,
            1.33909820038670056e-3,
            9.61803041312514859e-3,
            5.55035688936689490e-2,
            2.40226510861575833e-1,
            6.93147188073748956e-1,
            1.0,
        ],
    );
    // 2^n is a normal number: the result is rounded once, when it is made f32.
    cases::<FMA>(x, y, v * f64::from_bits((n + ROUNDER).to_bits().wrapping_add(1023) << 52)) as f32
}

/// A product and what its rounding lost.
#[inline(always)]
fn product<const FMA: bool>(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    if FMA {
        return (p, a.mul_add(b, -p));
    }
    // Factors of 26 and 27 bits.
    let cut = |v: f64| f64::from_bits(v.to_bits() & 0xffff_ffff_f800_0000);
    let (high_a, high_b) = (cut(a), cut(b));
    let (low_a, low_b) = (a - high_a, b - high_b);
    (p, ((high_a * high_b - p) + high_a * low_b + low_a * high_b) + low_a * low_b)
}

/// The product of two pairs.
#[inline(always)]
fn times<const FMA: bool>(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let (p, lost) = product::<FMA>(a.0, b.0);
    (p, fma::<FMA>(a.0, b.1, fma::<FMA>(a.1, b.0, lost)))
}

/// The sum of two pairs, the first the larger one.
#[inline(always)]
fn plus(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let sum = a.0 + b.0;
    (sum, ((a.0 - sum) + b.0) + (a.1 + b.1))
}

/// Double precision.
#[inline(always)]
pub fn f64<const FMA: bool>(x: f64, y: f64) -> f64 {
    let size = x.abs();
    let (f, e) = split(size);
    let u = 2.0 + f;
    let inverse = 1.0 / u;
    let s = f * inverse;
    // What is left of f after s (2 + f), of which the sum lost a bit.
    let (back, lost) = product::<FMA>(s, u);
    let s = (s, (((f - back) - lost) - s * (f - (u - 2.0))) * inverse);
    let z = times::<FMA>(s, s);
    let q = poly::<FMA, 7>(
        z.0,
        [
            1.86336767686246134e-1,
            1.91673081303585463e-1,
            2.21967012434342127e-1,
            2.62308044649156486e-1,
            3.20598898688956243e-1,
            4.12198583109812766e-1,
            5.77078016355585761e-1,
        ],
    );
    let cubic = plus((0.9617966939259756, 5.0577616648125907e-17), (z.0 * q, 0.0));
    let linear = times::<FMA>((2.8853900817779268, 4.0710547481862066e-17), s);
    let log = plus((e, 0.0), plus(linear, times::<FMA>(times::<FMA>(z, s), cubic)));
    // y times the logarithm of 0 or infinity is what y times the first part is.
    let high = log_ends(size, log.0);
    let (t, lost) = times::<FMA>((high, log.1), (y, 0.0));
    let (t, lost) = if size == 1.0 { (0.0, 0.0) } else { (t, lost) };
    let lost = if t.abs() < 2000.0 { lost } else { 0.0 };
    let t = if t > 2000.0 { 2000.0 } else { t };
    let t = if t < -2000.0 { -2000.0 } else { t };
    let n = (t + ROUNDER) - ROUNDER;
    let r = (t - n) + lost;
    cases::<FMA>(x, y, scale(exp2_near::<FMA>(r), n))
}
