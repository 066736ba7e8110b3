//! erf and gelu without branches. t times the lower tail of the normal distribution at -t is e^(-t^2/2) h(q), q = (t - c) / (t + c):
//! a variable after Cody and others that gathers all t in (-1, 1). What the rounding of t^2 loses goes into the exponential. Minimax
//! fits by exchange, made in 50 digits: of h over t in [1, 14.6], c = 4 (f32) and [1, 38.8], c = 6 (f64), of (normal distribution
//! function - 1/2) / x over |x| <= 1, of erf(x) / x - 1 over |x| <= 1.25 (f32) and 1 (f64), and of erf(2.5 + y) - 1 up to 3.92 (f32).
//! Worst of `tests/accuracy.rs`, in units in the last place of f32 and f64: erf 1.9 and 2, gelu 3.5 and 4.
#![forbid(unsafe_code)]

macro_rules! functions {
    ($type:ident, mask $mask:literal, center $center:expr, tail to $most:literal, about $about:literal $h:expr) => {
        /// t times the normal distribution function at -t, for t from 1 on.
        #[inline(always)]
        fn tail<const FMA: bool>(t: $type) -> $type {
            // Beyond it there is nothing but 0; NaN stays.
            let t = if t > $most { $most } else { t };
            let (square, lost) = if FMA {
                let square = t * t;
                (square, t.mul_add(t, -square))
            } else {
                // The square of half the bits is exact.
                let high = $type::from_bits(t.to_bits() & $mask);
                (high * high, (t - high) * (t + high))
            };
            let (power, n) = exp_parts::<FMA>(-0.5 * square, 0.5 * lost);
            scale(power * poly::<FMA, { $h.len() }>((t - $about) / (t + $about), $h), n)
        }

        /// x times the normal distribution function at x; at minus infinity 0.
        #[inline(always)]
        pub fn gelu<const FMA: bool>(x: $type) -> $type {
            let size = x.abs();
            let tail = tail::<FMA>(size);
            let far = if x < 0.0 { -tail } else { x - tail };
            let near = fma::<FMA>(x, poly::<FMA, { $center.len() }>(x * x, $center), 0.5) * x;
            if size < 1.0 { near } else { far }
        }
    };
}

/// Single precision.
#[allow(clippy::excessive_precision)]
pub mod f32 {
    use crate::math::f32::{exp_parts, fma, poly, scale};

    functions! {
        f32, mask 0xffff_f000,
        center [-7.664681848e-6, 1.135126627e-4, -1.186353068e-3, 9.973331727e-3, -6.649036097e-2, 3.989422801e-1],
        tail to 14.6, about 4.0 [7.91152687e-4, -9.541336891e-4, -5.483479419e-3, 2.643485319e-2, -6.306586279e-2,
            1.003072064e-1, -1.103794808e-1, 7.369425715e-2, 3.776425642e-1]
    }

    /// The error function.
    #[inline(always)]
    pub fn erf<const FMA: bool>(x: f32) -> f32 {
        let (z, size) = (x * x, x.abs());
        let p = poly::<FMA, 8>(
            z,
            [
                -7.572993626e-6,
                1.039389353e-4,
                -8.339573727e-4,
                5.209016723e-3,
                -2.686024776e-2,
                1.128367503e-1,
                -3.761263005e-1,
                1.28379166e-1,
            ],
        );
        let small = fma::<FMA>(x, p, x);
        // From 3.92 on it rounds to 1.
        let y = if size > 3.92 { 3.92 } else { size } - 2.5;
        let p = poly::<FMA, 14>(
            y,
            [
                1.763190119e-6,
                -1.063236209e-5,
                1.080127804e-5,
                6.960649154e-5,
                -2.558357194e-4,
                2.716950673e-4,
                5.452525599e-4,
                -2.805112034e-3,
                6.116617589e-3,
                -8.62049384e-3,
                8.350174569e-3,
                -5.445910657e-3,
                2.178280809e-3,
                -4.069485508e-4,
            ],
        );
        // NaN takes the other way.
        if size > 1.25 { (1.0 + p).copysign(x) } else { small }
    }
}

/// Double precision.
#[allow(clippy::excessive_precision)]
pub mod f64 {
    use crate::math::f64::{exp_parts, fma, poly, scale};

    functions! {
        f64, mask 0xffff_ffff_f800_0000,
        center [4.07512918119343969e-12, -1.10647295051877826e-10, 2.27042228763168642e-9, -4.12241175528478390e-8,
            6.65967995106490779e-7, -9.44465579624827561e-6, 1.15434687517402582e-4, -1.18732821546816431e-3,
            9.97355701003503218e-3, -6.64903800669054268e-2, 3.98942280401432678e-1],
        tail to 39.0, about 6.0 [-1.306346808157429e-8, -8.41174199013756129e-9, 1.48872839125710403e-7,
            -7.07399418615313611e-8, -1.10699801822370782e-6, 2.50580174487740640e-6, 3.93242241429015567e-6,
            -3.18412813539452461e-5, 5.83052695591962264e-5, 1.07116021079913446e-4, -1.04936779811246960e-3,
            3.94910758391851625e-3, -1.04777474093886837e-2, 2.20933000935928441e-2, -3.87541581994577338e-2,
            5.76470068878814196e-2, -7.29646699669067295e-2, 7.75326530196140401e-2, -6.60200688880417910e-2,
            3.81713711512481940e-2, 3.88675885946681098e-1]
    }

    /// The error function.
    #[inline(always)]
    pub fn erf<const FMA: bool>(x: f64) -> f64 {
        let z = x * x;
        let p = poly::<FMA, 12>(
            z,
            [
                -7.80118402516329812e-10,
                1.3722972456034484e-8,
                -1.62091747149181876e-7,
                1.64475174753806068e-6,
                -1.49247446427757111e-5,
                1.20552953191891368e-4,
                -8.54832598964482073e-4,
                5.22397760742221034e-3,
                -2.68661706432760454e-2,
                1.1283791670945252e-1,
                -3.76126389031835466e-1,
                1.28379167095512567e-1,
            ],
        );
        let size = x.abs();
        let t = size * std::f64::consts::SQRT_2;
        let large = (1.0 - 2.0 * tail::<FMA>(t) / t).copysign(x);
        // NaN takes this way.
        if size > 1.0 { large } else { fma::<FMA>(x, p, x) }
    }
}
