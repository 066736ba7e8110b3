//! exp2, log2, log10, sinh, cosh and softplus without branches, from the parts that `math` makes of exp and log.
//!
//! Polynomials are minimax fits by exchange, made in 50 digits: of (2^r - 1) / r over |r| <= 1/2, of (sinh(r) - r) / r^3 over
//! r^2 <= 1, of log2(1 + f) / f - 1 and log10(1 + f) / f - 7/16 over [sqrt(1/2) - 1, sqrt(2) - 1], of log(1 + v) / v over [0, 1],
//! and of the tail of 2 atanh(s) - 2 s, s = f / (2 + f), which is log(1 + f) as fdlibm computes it (Sun, 1993: e_log.c); its
//! logarithms to other bases take the product with 1 / log(base) in two parts, as FreeBSD's e_log2.c and e_log10.c do.
//! Worst of `tests/accuracy.rs`, in units in the last place of f32 and f64 (there beside the platform's, so whole ones): exp2 1.1
//! and 1, log2 1.3 and 1, log10 1.8 and 2, sinh 1.6 and 2, cosh 1.4 and 2, softplus 2.7 and 2.
#![forbid(unsafe_code)]

macro_rules! functions {
    ($type:ident, exp2 in [$low:literal, $high:literal] $exp2:expr, sinh $sinh:expr, |$v:ident| $log1p:expr) => {
        /// 2 to the power r, |r| up to 1/2.
        #[inline(always)]
        pub fn exp2_near<const FMA: bool>(r: $type) -> $type {
            fma::<FMA>(poly::<FMA, { $exp2.len() }>(r, $exp2), r, 1.0)
        }

        /// 2 to the power x.
        #[inline(always)]
        pub fn exp2<const FMA: bool>(x: $type) -> $type {
            // Beyond these the result is infinite or zero anyway; comparisons are written so that NaN stays.
            let x = if x > $high { $high } else { x };
            let x = if x < $low { $low } else { x };
            let n = (x + ROUNDER) - ROUNDER;
            scale(exp2_near::<FMA>(x - n), n)
        }

        /// Half of e to the power of the size of x.
        #[inline(always)]
        fn half_exp<const FMA: bool>(x: $type) -> $type {
            let (value, n) = exp_parts::<FMA>(x.abs(), 0.0);
            scale(value, n - 1.0)
        }

        /// Hyperbolic sine.
        #[inline(always)]
        pub fn sinh<const FMA: bool>(x: $type) -> $type {
            let z = x * x;
            let small = fma::<FMA>(x * z, poly::<FMA, { $sinh.len() }>(z, $sinh), x);
            let half = half_exp::<FMA>(x);
            let large = (half - 0.25 / half).copysign(x);
            if x.abs() < 1.0 { small } else { large }
        }

        /// Hyperbolic cosine.
        #[inline(always)]
        pub fn cosh<const FMA: bool>(x: $type) -> $type {
            let half = half_exp::<FMA>(x);
            half + 0.25 / half
        }

        /// Natural logarithm of 1 + e^x.
        #[inline(always)]
        pub fn softplus<const FMA: bool>(x: $type) -> $type {
            let $v = super::super::math::$type::exp::<FMA>(-x.abs());
            // NaN is in the logarithm.
            (if x > 0.0 { x } else { 0.0 }) + $log1p
        }
    };
}

/// Single precision.
#[allow(clippy::excessive_precision)]
pub mod f32 {
    use crate::math::f32::{ROUNDER, exp_parts, fma, log_ends, poly, scale, split};

    functions! {
        f32, exp2 in [-151.0, 129.0]
        [1.546985945e-4, 1.3390982e-3, 9.618030413e-3, 5.550356889e-2, 2.402265109e-1, 6.931471881e-1],
        sinh [2.817041426e-6, 1.983614803e-4, 8.333350076e-3, 1.66666665e-1],
        |v| v * poly::<FMA, 10>(v, [-3.243979739e-3, 1.985126557e-2, -5.695918274e-2, 1.060362151e-1, -1.53055745e-1,
            1.967593371e-1, -2.495413276e-1, 3.332996235e-1, -4.999990242e-1, 9.999999953e-1])
    }

    /// Logarithm to base 2.
    #[inline(always)]
    pub fn log2<const FMA: bool>(x: f32) -> f32 {
        let (f, e) = split(x);
        let p = poly::<FMA, 10>(
            f,
            [
                -1.129741586e-1,
                1.878266522e-1,
                -1.906130103e-1,
                2.04296077e-1,
                -2.396365371e-1,
                2.885852628e-1,
                -3.606964264e-1,
                4.808979009e-1,
                -7.21347352e-1,
                4.426950418e-1,
            ],
        );
        log_ends(x, e + fma::<FMA>(f, p, f))
    }

    /// Logarithm to base 10.
    #[inline(always)]
    pub fn log10<const FMA: bool>(x: f32) -> f32 {
        let (f, e) = split(x);
        let p = poly::<FMA, 10>(
            f,
            [
                -3.400861048e-2,
                5.654145628e-2,
                -5.738023365e-2,
                6.149924719e-2,
                -7.213778573e-2,
                8.687282042e-2,
                -1.085804437e-1,
                1.44764693e-1,
                -2.171471902e-1,
                -3.205517808e-3,
            ],
        );
        // log10(2) in two parts; a product with the first is exact.
        let low = fma::<FMA>(f, p, e * 4.6050389812e-6);
        log_ends(x, fma::<FMA>(e, 0.301025390625, fma::<FMA>(f, 0.4375, low)))
    }
}

/// Double precision.
#[allow(clippy::excessive_precision)]
pub mod f64 {
    use crate::math::f64::{ROUNDER, exp_parts, fma, log_ends, poly, scale, split};

    /// The part of log((1 + s) / (1 - s)) - 2 s that s is to be multiplied with, up to 0.172; z is s^2.
    #[inline(always)]
    fn tail<const FMA: bool>(z: f64) -> f64 {
        z * poly::<FMA, 7>(
            z,
            [
                1.46182354379954005e-1,
                1.53315738938799241e-1,
                1.81828936850781623e-1,
                2.22222110702750496e-1,
                2.85714286263853946e-1,
                3.99999999998985602e-1,
                6.66666666666666972e-1,
            ],
        )
    }

    functions! {
        f64, exp2 in [-1076.0, 1025.0]
        [4.45669187124146826e-10, 7.07262163284269278e-9, 1.01780516287725993e-7, 1.32154424091523798e-6,
            1.52527338534909544e-5, 1.54035304420300627e-4, 1.33335581463958228e-3, 9.61812910760671291e-3,
            5.55041086648216603e-2, 2.40226506959100985e-1, std::f64::consts::LN_2],
        sinh [2.84810430264528067e-15, 7.64648852609812538e-13, 1.60590505001911466e-10, 2.50521083474652161e-8,
            2.75573192242112052e-6, 1.98412698412696150e-4, 8.33333333333333353e-3, 1.66666666666666667e-1],
        |v| {
            // Up to s = 1/3.
            let s = v / (2.0 + v);
            let z = s * s;
            let r = z * poly::<FMA, 10>(z, [1.66726669884696616e-1, 8.53485493016325301e-2, 1.20594365472330193e-1,
                1.33071658002552374e-1, 1.53860629196531082e-1, 1.81817686064980906e-1, 2.22222232254595921e-1,
                2.85714285606339299e-1, 4.00000000000488357e-1, 6.66666666666666224e-1]);
            v - s * (v - r)
        }
    }

    /// log(x) / log(base): log(base) as an inverse in two parts, the first of 21 bits, and log(2) / log(base) in two, the
    /// first of 42.
    #[inline(always)]
    fn log_to<const FMA: bool>(x: f64, inverse: [f64; 2], two: [f64; 2]) -> f64 {
        let (f, e) = split(x);
        let s = f / (2.0 + f);
        let half = 0.5 * f * f;
        let sum = f - half;
        // 32 bits: its product with the first part is exact.
        let high = f64::from_bits(sum.to_bits() & 0xffff_ffff_0000_0000);
        let low = (f - high) - half + s * (half + tail::<FMA>(s * s));
        let (whole, near) = (e * two[0], high * inverse[0]);
        let value = whole + near;
        let lost = (whole - value) + near;
        let small = fma::<FMA>(low + high, inverse[1], fma::<FMA>(low, inverse[0], e * two[1])) + lost;
        log_ends(x, value + small)
    }

    /// Logarithm to base 2.
    #[inline(always)]
    pub fn log2<const FMA: bool>(x: f64) -> f64 {
        log_to::<FMA>(x, [1.4426946640014648, 3.768874985636099e-7], [1.0, 0.0])
    }

    /// Logarithm to base 10.
    #[inline(always)]
    pub fn log10<const FMA: bool>(x: f64) -> f64 {
        log_to::<FMA>(x, [0.4342944622039795, 1.9699272335463627e-8], [0.30102999566395283, 2.8363394551044964e-14])
    }
}
