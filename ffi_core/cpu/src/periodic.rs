//! sin, cos and tan without branches, for arguments up to a limit; beyond it `kernels` asks for them one by one.
//!
//! The nearest multiple n of pi/2 is subtracted, pi/2 being cut into parts whose products with n are exact or fused, and a
//! polynomial takes what is left, at most pi/4. Two of f32 where the CPU fuses are minimax fits by exchange in r^2 of (sin(r)/r -
//! 1)/r^2 and (cos(r) - 1 + r^2/2)/r^4, the others Chebyshev fits of the same, all made in 50 digits: off by at most 4e-9 and
//! 1.5e-10, in f64 for f32 by 2.9e-11 and 2.4e-12, and by 2.1e-17 and 1.3e-18 for f64. The tangent is their quotient.
//! Worst of `tests/accuracy.rs`, in units in the last place of f32 and f64: sin and cos 0.9 and 1, tan 2.2 and 2.
#![forbid(unsafe_code)]
#![allow(clippy::excessive_precision)]

use crate::math::f64::{ROUNDER, fma, poly};

/// The functions from the parts of an argument. Of the quadrant one bit says whether the other function is wanted, one the sign.
macro_rules! placed {
    ($type:ident, $bits:ident) => {
        /// The sine; of x + pi/2 where `quarter` is 1.
        #[inline(always)]
        pub fn sin<const FMA: bool>(x: $type, quarter: $bits) -> $type {
            let (quadrant, sin, cos) = parts::<FMA>(x);
            let quadrant = quadrant.wrapping_add(quarter);
            let value = if quadrant & 1 != 0 { cos } else { sin };
            let value = $type::from_bits(value.to_bits() ^ ((quadrant & 2) << ($bits::BITS - 2)));
            // Zero keeps its sign.
            if (x == 0.0) & (quarter == 0) { x } else { value }
        }

        /// The tangent.
        #[inline(always)]
        pub fn tan<const FMA: bool>(x: $type) -> $type {
            let (quadrant, sin, cos) = parts::<FMA>(x);
            let odd = quadrant & 1 != 0;
            let value = (if odd { -cos } else { sin }) / if odd { sin } else { cos };
            if x == 0.0 { x } else { value }
        }
    };
}

/// Single precision.
pub mod f32 {
    use super::{ROUNDER, fma as fma64, poly as poly64};
    use crate::math::f32::{ROUNDER as ROUNDER32, poly};

    placed! { f32, u32 }

    /// Whether an argument lies beyond the limit: where n has more than 16 bits (fused) or 20.
    #[inline(always)]
    pub fn is_far<const FMA: bool>(x: f32) -> bool {
        x.abs() > if FMA { 1e5 } else { WIDE }
    }

    /// One of those.
    pub fn far(x: f32, near: fn(f32) -> f32, platform: fn(f64) -> f64) -> f32 {
        if x.abs() > WIDE { platform(f64::from(x)) as f32 } else { near(x) }
    }

    /// The quadrant, and sine and cosine of what is left.
    #[inline(always)]
    fn parts<const FMA: bool>(x: f32) -> (u32, f32, f32) {
        if FMA { fused(x) } else { wide(x) }
    }

    /// For x up to 1e5. pi/2 in three parts of 24 bits: the first difference is exact; what the second product and difference
    /// lose is kept.
    #[inline(always)]
    fn fused(x: f32) -> (u32, f32, f32) {
        const PI_2: [f32; 3] = [1.57079637051, -4.37113882867e-8, -1.71512451001e-15];
        let sum = x.mul_add(std::f32::consts::FRAC_2_PI, ROUNDER32);
        let n = sum - ROUNDER32;
        let first = n.mul_add(-PI_2[0], x);
        let middle = n * PI_2[1];
        let r = first - middle;
        let lost = ((first - r) - middle) - n.mul_add(PI_2[2], n.mul_add(PI_2[1], -middle));
        let z = r * r;
        let sin = poly::<true, 3>(z, [-1.951959462e-4, 8.332200646e-3, -1.666665545e-1]);
        let sin = r + (sin * z).mul_add(r, lost);
        let cos = poly::<true, 3>(z, [2.446023957e-5, -1.388758715e-3, 4.166665222e-2]);
        let most = z.mul_add(-0.5, 1.0);
        // What `most` lost, and the rest.
        let cos = most + (cos * z).mul_add(z, r.mul_add(-lost, z.mul_add(-0.5, 1.0 - most)));
        (sum.to_bits(), sin, cos)
    }

    /// Up to here n has at most 20 bits.
    const WIDE: f32 = 1e6;

    /// For x up to that, in double precision. pi/2: 33 bits, then the rest.
    #[inline(always)]
    fn wide(x: f32) -> (u32, f32, f32) {
        const PI_2: [f64; 2] = [1.5707963267341256, 6.077100506506192e-11];
        let x = f64::from(x);
        let sum = fma64::<false>(x, std::f64::consts::FRAC_2_PI, ROUNDER);
        let n = sum - ROUNDER;
        let r = fma64::<false>(n, -PI_2[1], fma64::<false>(n, -PI_2[0], x));
        let z = r * r;
        let sin = poly64::<false, 4>(
            z,
            [2.7249620080075330e-6, -1.9840084374227035e-4, 8.3333318703413485e-3, -1.6666666663844050e-1],
        );
        let cos = poly64::<false, 4>(
            z,
            [-2.7300704038086652e-7, 2.4800598408350120e-5, -1.3888887668370663e-3, 4.1666666664311823e-2],
        );
        let (sin, cos) = (sin * z * r + r, cos * z * z + (1.0 - 0.5 * z));
        (sum.to_bits() as u32, sin as f32, cos as f32)
    }
}

/// Double precision.
pub mod f64 {
    use super::{ROUNDER, fma, poly};

    placed! { f64, u64 }

    /// Whether an argument lies beyond the limit, where n has more than 15 bits.
    #[inline(always)]
    pub fn is_far<const FMA: bool>(x: f64) -> bool {
        x.abs() > 32768.0
    }

    /// One of those.
    pub fn far(x: f64, _near: fn(f64) -> f64, platform: fn(f64) -> f64) -> f64 {
        platform(x)
    }

    /// pi/2: 38 bits, the next 38, and the rest.
    const PI_2: [f64; 3] = [1.5707963267923333, 2.5633441515839558e-12, 1.0562999066987428e-23];

    /// The quadrant, and sine and cosine of what is left.
    #[inline(always)]
    fn parts<const FMA: bool>(x: f64) -> (u64, f64, f64) {
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
        (sum.to_bits(), sin, cos)
    }
}
