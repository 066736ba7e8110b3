//! sin and cos without branches, for arguments up to a limit; beyond it `kernels` asks the platform, one by one.
//!
//! The nearest multiple n of pi/2 is subtracted, pi/2 being cut into parts whose products with n are exact, and a polynomial
//! takes what is left, at most pi/4. The polynomials are Chebyshev fits in r^2 of (sin(r)/r - 1)/r^2 and (cos(r) - 1 +
//! r^2/2)/r^4, made in 50 digits: off by at most 2.9e-11 and 2.4e-12 for f32, which is computed in f64 throughout, and by
//! 2.1e-17 and 1.3e-18 for f64. `tests/accuracy.rs` measures the whole.
#![forbid(unsafe_code)]
#![allow(clippy::excessive_precision)]

/// a * b + c, in one rounding where the CPU has it.
#[inline(always)]
fn fma<const FMA: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
fn poly<const FMA: bool, const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let mut sum = coefficients[0];
    for &c in &coefficients[1..] {
        sum = fma::<FMA>(sum, x, c);
    }
    sum
}

/// 1.5 * 2^52: a sum with it has no room for a fraction, and its low bits are the integer.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Of the quadrant: whether it wants the other function, and the sign.
#[inline(always)]
fn place(quadrant: u64, even: f64, odd: f64) -> f64 {
    let value = if quadrant & 1 != 0 { odd } else { even };
    f64::from_bits(value.to_bits() ^ ((quadrant & 2) << 62))
}

/// Single precision.
pub mod f32 {
    use super::{ROUNDER, fma, place, poly};

    /// Up to here n has at most 20 bits.
    pub const LIMIT: f32 = 1e6;
    /// pi/2: 33 bits, then the rest.
    const PI_2: [f64; 2] = [1.5707963267341256, 6.077100506506192e-11];

    /// The sine; of x + pi/2 where `quarter` is 1.
    #[inline(always)]
    pub fn sin<const FMA: bool>(value: f32, quarter: u64) -> f32 {
        let x = f64::from(value);
        let sum = fma::<FMA>(x, std::f64::consts::FRAC_2_PI, ROUNDER);
        let n = sum - ROUNDER;
        let r = fma::<FMA>(n, -PI_2[1], fma::<FMA>(n, -PI_2[0], x));
        let z = r * r;
        let sin = poly::<FMA, 4>(
            z,
            [2.7249620080075330e-6, -1.9840084374227035e-4, 8.3333318703413485e-3, -1.6666666663844050e-1],
        );
        let sin = fma::<FMA>(sin * z, r, r);
        let cos = poly::<FMA, 4>(
            z,
            [-2.7300704038086652e-7, 2.4800598408350120e-5, -1.3888887668370663e-3, 4.1666666664311823e-2],
        );
        let cos = fma::<FMA>(cos * z, z, fma::<FMA>(z, -0.5, 1.0));
        let result = place(sum.to_bits().wrapping_add(quarter), sin, cos) as f32;
        // Zero keeps its sign.
        if (value == 0.0) & (quarter == 0) { value } else { result }
    }
}

/// Double precision.
pub mod f64 {
    use super::{ROUNDER, fma, place, poly};

    /// Up to here n has at most 15 bits.
    pub const LIMIT: f64 = 32768.0;
    /// pi/2: 38 bits, the next 38, and the rest.
    const PI_2: [f64; 3] = [1.5707963267923333, 2.5633441515839558e-12, 1.0562999066987428e-23];

    /// The sine; of x + pi/2 where `quarter` is 1.
    #[inline(always)]
    pub fn sin<const FMA: bool>(x: f64, quarter: u64) -> f64 {
        let sum = fma::<FMA>(x, std::f64::consts::FRAC_2_PI, ROUNDER);
        let n = sum - ROUNDER;
        // The products with the first two parts and the first difference are exact; what the second loses is kept.
        let (first, middle) = (x - n * PI_2[0], n * PI_2[1]);
        let near = first - middle;
        let rest = n * PI_2[2] - ((first - near) - middle);
        let r = near - rest;
        let lost = (near - r) - rest;
        let z = r * r;
        let sin = poly::<FMA, 6>(
            z,
            [
                1.5917988979397433e-10,
                -2.5051129896450186e-8,
                2.7557316093198405e-6,
                -1.9841269836740532e-4,
                8.3333333333309366e-3,
                -1.6666666666666665e-1,
            ],
        );
        let sin = r + fma::<FMA>(sin * z, r, fma::<FMA>(-0.5 * z, lost, lost));
        let cos = poly::<FMA, 6>(
            z,
            [
                -1.1382544645349250e-11,
                2.0876145049413179e-9,
                -2.7557317265878080e-7,
                2.4801587298754401e-5,
                -1.3888888888887389e-3,
                4.1666666666666665e-2,
            ],
        );
        let half = 0.5 * z;
        let most = 1.0 - half;
        let cos = most + (((1.0 - most) - half) + fma::<FMA>(cos * z, z, -r * lost));
        let result = place(sum.to_bits().wrapping_add(quarter), sin, cos);
        if (x == 0.0) & (quarter == 0) { x } else { result }
    }
}
