//! asin, acos, atan and atan2 without branches. Polynomials are minimax fits by exchange, made in 50 digits: of (asin(r) - r) /
//! r^3 over r^2 <= 1/4, and of (atan(r) - r) / r^3 over r^2 <= 1 (f32) and over |r| <= tan(pi/8) (f64, which subtracts pi/4
//! where the argument is larger). The identities are those of Cephes (asin.c, atan.c).
//! Worst of `tests/accuracy.rs`, in units in the last place of f32 and f64: asin 2.0 and 2, acos 1.2 and 1, atan 1.6 and 2;
//! of `tests/pairs.rs`: atan2 below 2.
#![forbid(unsafe_code)]

macro_rules! functions {
    ($type:ident, pi/2 $high:literal + $low:literal, asin $asin:expr) => {
        const PI_2: [$type; 2] = [$high, $low];

        /// For |x| up to 1/2 asin(|x|), beyond it half of acos(|x|), as a sum of a large and a small part.
        #[inline(always)]
        fn half_angle<const FMA: bool>(x: $type) -> ($type, $type, bool) {
            let size = x.abs();
            let large = size > 0.5;
            let z = if large { 0.5 - 0.5 * size } else { size * size };
            // Of a negative number NaN, for a size beyond 1.
            let s = if large { z.sqrt() } else { size };
            (s, s * z * poly::<FMA, { $asin.len() }>(z, $asin), large)
        }

        /// Inverse sine.
        #[inline(always)]
        pub fn asin<const FMA: bool>(x: $type) -> $type {
            let (s, rest, large) = half_angle::<FMA>(x);
            let far = (PI_2[0] - (s + s)) - (rest + rest - PI_2[1]);
            (if large { far } else { s + rest }).copysign(x)
        }

        /// Inverse cosine.
        #[inline(always)]
        pub fn acos<const FMA: bool>(x: $type) -> $type {
            let (s, rest, large) = half_angle::<FMA>(x);
            let twice = 2.0 * (s + rest);
            let far = if x < 0.0 { 2.0 * PI_2[0] - (twice - 2.0 * PI_2[1]) } else { twice };
            let near = PI_2[0] - ((s + rest).copysign(x) - PI_2[1]);
            if large { far } else { near }
        }

        /// Inverse tangent.
        #[inline(always)]
        pub fn atan<const FMA: bool>(x: $type) -> $type {
            let size = x.abs();
            let steep = size > 1.0;
            let angle = slope::<FMA>(if steep { 1.0 } else { size }, if steep { size } else { 1.0 });
            (if steep { PI_2[0] - (angle - PI_2[1]) } else { angle }).copysign(x)
        }

        /// The angle of the point (x, y).
        #[inline(always)]
        pub fn atan2<const FMA: bool>(y: $type, x: $type) -> $type {
            let (up, along) = (y.abs(), x.abs());
            let steep = up > along;
            let (low, high) = (if steep { along } else { up }, if steep { up } else { along });
            // At the origin the slope is 0, between infinities it is 1.
            let both = (low == $type::INFINITY) & (high == $type::INFINITY);
            let (low, high) = (if both { 1.0 } else { low }, if both | (high == 0.0) { 1.0 } else { high });
            let angle = slope::<FMA>(low, high);
            let angle = if steep { PI_2[0] - (angle - PI_2[1]) } else { angle };
            let angle = if x.is_sign_negative() { 2.0 * PI_2[0] - (angle - 2.0 * PI_2[1]) } else { angle };
            angle.copysign(y)
        }
    };
}

/// Single precision.
#[allow(clippy::excessive_precision, clippy::approx_constant)]
pub mod f32 {
    use crate::math::f32::{fma, poly};

    functions! {
        f32, pi/2 1.57079637051 + -4.37113882867e-8,
        asin [4.151374319e-2, 2.460365119e-2, 4.537340893e-2, 7.496200527e-2, 1.666672473e-1]
    }

    /// The angle of the point (high, low), up to pi/4.
    #[inline(always)]
    fn slope<const FMA: bool>(low: f32, high: f32) -> f32 {
        let t = low / high;
        let z = t * t;
        let p = poly::<FMA, 9>(
            z,
            [
                -1.902401894e-3,
                1.141723175e-2,
                -3.214929581e-2,
                5.897486032e-2,
                -8.465882404e-2,
                1.097483563e-1,
                -1.426888344e-1,
                1.999902356e-1,
                -3.33333167e-1,
            ],
        );
        fma::<FMA>(t * z, p, t)
    }
}

/// Double precision.
#[allow(clippy::excessive_precision, clippy::approx_constant)]
pub mod f64 {
    use crate::math::f64::{fma, poly};

    functions! {
        f64, pi/2 1.5707963267948966 + 6.123233995736766e-17,
        asin [3.15882412372974434e-2, -1.92708351613422012e-2, 2.04353396009841327e-2, 4.25270944962033317e-3,
            1.06286013936673171e-2, 1.14273963395007252e-2, 1.39771387000366754e-2, 1.73519385788265330e-2,
            2.23721955343680472e-2, 3.03819434523224024e-2, 4.46428571577146621e-2, 7.49999999999032948e-2,
            1.66666666666666802e-1]
    }

    /// The angle of the point (high, low), up to pi/4.
    #[inline(always)]
    fn slope<const FMA: bool>(low: f64, high: f64) -> f64 {
        // So that their sum is finite; what gets lost of `low` is far below a unit of the result, or the result is subnormal.
        let shrink = if high > 1e300 { 0.25 } else { 1.0 };
        let (low, high) = (low * shrink, high * shrink);
        let turned = low > 0.414_213_562_373_095_05 * high;
        let (up, along) = (if turned { low - high } else { low }, if turned { low + high } else { high });
        let t = up / along;
        let z = t * t;
        let p = poly::<FMA, 11>(
            z,
            [
                -1.80667515592324256e-2,
                3.82194788091009918e-2,
                -5.04582064247776971e-2,
                5.84944382518758345e-2,
                -6.66333536928021337e-2,
                7.69208244812491884e-2,
                -9.09089913926680158e-2,
                1.11111108373998057e-1,
                -1.42857142814348370e-1,
                1.99999999999681795e-1,
                -3.33333333333332609e-1,
            ],
        );
        let angle = fma::<FMA>(t * z, p, if turned { t + 0.5 * PI_2[1] } else { t });
        if turned { 0.5 * PI_2[0] + angle } else { angle }
    }
}
