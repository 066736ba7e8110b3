//! exp, expm1, log, log1p, tanh and rounding to integers without branches. Coefficients: single precision and the double tanh
//! from Cephes (Moshier, 1984-1992: expf.c, logf.c, tanhf.c, tanh.c), double exp and log from fdlibm (Sun, 1993: e_exp.c,
//! e_log.c). Those of expm1 are Chebyshev fits of (e^r - 1 - r) / r^2 over |r| <= 0.347, made in 50 digits: they are off
//! by at most 1.5e-9 (f32) and 1.5e-18 (f64). `tests/accuracy.rs` measures all of them.
//!
//! Both sides of what would be a branch are computed and one is selected. Rounding to an integer adds 1.5 * 2^(mantissa bits):
//! the sum has no room for a fraction, and its low bits are the integer, ready to be shifted into an exponent.
#![forbid(unsafe_code)]

macro_rules! functions {
    ($type:ident, $bits:ident, fraction $fraction:literal, bias $bias:literal, half $half:literal,
        ln2 $ln2_high:literal + $ln2_low:literal, exp in [$exp_low:literal, $exp_high:literal],
        |$r:ident| $exp:expr, expm1 from $expm1_low:literal $expm1:expr, |$f:ident, $e:ident| $log:expr, |$s:ident| $tanh:expr) => {
        #[allow(clippy::excessive_precision)]
        pub mod $type {
            /// a * b + c, in one rounding where the CPU has it.
            #[inline(always)]
            pub fn fma<const FMA: bool>(a: $type, b: $type, c: $type) -> $type {
                if FMA { a.mul_add(b, c) } else { a * b + c }
            }

            /// The polynomial with these coefficients, highest power first.
            #[inline(always)]
            pub fn poly<const FMA: bool, const N: usize>(x: $type, coefficients: [$type; N]) -> $type {
                let mut sum = coefficients[0];
                for &c in &coefficients[1..] {
                    sum = fma::<FMA>(sum, x, c);
                }
                sum
            }

            /// 1.5 * 2^(mantissa bits).
            pub const ROUNDER: $type = (3u64 << ($fraction - 1)) as $type;
            const LN2_HIGH: $type = $ln2_high;
            const LN2_LOW: $type = $ln2_low;

            /// 2 to the power of the integer in the low bits of a sum with `ROUNDER`.
            #[inline(always)]
            fn power_of_two(sum: $type) -> $type {
                $type::from_bits(sum.to_bits().wrapping_add($bias) << $fraction)
            }

            /// value times 2^n, n a whole number. In two halves, for 2^n itself may lie outside the normal range while the
            /// product does not.
            #[inline(always)]
            pub fn scale(value: $type, n: $type) -> $type {
                let first = n * 0.5 + ROUNDER;
                let rest = n - (first - ROUNDER);
                value * power_of_two(first) * power_of_two(rest + ROUNDER)
            }

            /// v and n of e^(x - less) = v 2^n, v about 1; `less` is small beside ln 2, often what the rounding of x lost.
            #[inline(always)]
            pub fn exp_parts<const FMA: bool>(x: $type, less: $type) -> ($type, $type) {
                // Beyond these half the result is infinite or zero anyway; comparisons are written so that NaN stays.
                const HIGH: $type = $exp_high + 1.0;
                let x = if x > HIGH { HIGH } else { x };
                let x = if x < $exp_low { $exp_low } else { x };
                let n = fma::<FMA>(x, std::$type::consts::LOG2_E, ROUNDER) - ROUNDER;
                let $r = (fma::<FMA>(n, -LN2_HIGH, x), fma::<FMA>(n, LN2_LOW, less));
                ($exp, n)
            }

            /// e to the power x.
            #[inline(always)]
            pub fn exp<const FMA: bool>(x: $type) -> $type {
                let (value, n) = exp_parts::<FMA>(x, 0.0);
                scale(value, n)
            }

            /// e to the power x, less 1.
            #[inline(always)]
            pub fn expm1<const FMA: bool>(x: $type) -> $type {
                let inside = if x > $exp_high { $exp_high } else { x };
                let inside = if inside < $expm1_low { $expm1_low } else { inside };
                let n = fma::<FMA>(inside, std::$type::consts::LOG2_E, ROUNDER) - ROUNDER;
                let (high, low) = (fma::<FMA>(n, -LN2_HIGH, inside), n * LN2_LOW);
                let r = high - low;
                // What the difference lost goes into the small term.
                let lost = (high - r) - low;
                let value = r + fma::<FMA>(poly::<FMA, { $expm1.len() }>(r, $expm1), r * r, lost);
                // 2^n (value + 1) - 1, at half its size, for 2^n alone may be too large.
                let half = power_of_two(n - 1.0 + ROUNDER);
                let scaled = half * value + (half - 0.5);
                let value = if n == 0.0 { value } else { scaled + scaled };
                // Zero keeps its sign.
                if x == 0.0 { x } else { value }
            }

            /// Natural logarithm of 1 + x.
            #[inline(always)]
            pub fn log1p<const FMA: bool>(x: $type) -> $type {
                let u = 1.0 + x;
                // What the sum lost, to first order.
                let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
                let value = log::<FMA>(u);
                let value = if (u > 0.0) & (u < $type::INFINITY) { value + lost / u } else { value };
                if x == 0.0 { x } else { value }
            }

            /// The nearest integer, of two the even one.
            #[inline(always)]
            pub fn round<const FMA: bool>(x: $type) -> $type {
                // CPUs that fuse have an instruction for it; elsewhere it would be a call into the C library.
                if FMA {
                    return x.round_ties_even();
                }
                // From this value on there are no fractions, and in a sum with it no room for one.
                const WHOLE: $type = (1u64 << $fraction) as $type;
                let size = x.abs();
                let rounded = ((size + WHOLE) - WHOLE).copysign(x);
                if size < WHOLE { rounded } else { x }
            }

            /// The largest integer not above x.
            #[inline(always)]
            pub fn floor<const FMA: bool>(x: $type) -> $type {
                if FMA {
                    return x.floor();
                }
                let near = round::<FMA>(x);
                near - if near > x { 1.0 } else { 0.0 }
            }

            /// The smallest integer not below x.
            #[inline(always)]
            pub fn ceil<const FMA: bool>(x: $type) -> $type {
                if FMA {
                    return x.ceil();
                }
                let near = round::<FMA>(x);
                // -0.7 gives -0.
                (near + if near < x { 1.0 } else { 0.0 }).copysign(x)
            }

            /// x without its fraction.
            #[inline(always)]
            pub fn trunc<const FMA: bool>(x: $type) -> $type {
                if FMA {
                    return x.trunc();
                }
                floor::<FMA>(x.abs()).copysign(x)
            }

            /// f and e of x = (1 + f) 2^e, 1 + f in [sqrt(1/2), sqrt(2)], for finite x above 0.
            #[inline(always)]
            pub fn split(x: $type) -> ($type, $type) {
                const SCALE: $type = (1u64 << $fraction) as $type;
                let tiny = x < $type::MIN_POSITIVE;
                let scaled = if tiny { x * SCALE } else { x };
                // Moving the zero of the exponent to sqrt(1/2) leaves a mantissa in [sqrt(1/2), sqrt(2)). The bias goes back
                // on, so that the exponent field stays positive and turns into a number without an integer conversion.
                let shifted = scaled.to_bits().wrapping_sub($half);
                let field = shifted.wrapping_add($bias << $fraction) >> $fraction;
                let e = $type::from_bits(field | SCALE.to_bits())
                    - (SCALE + if tiny { ($bias + $fraction) as $type } else { $bias as $type });
                ($type::from_bits((shifted & ((1 << $fraction) - 1)).wrapping_add($half)) - 1.0, e)
            }

            /// The logarithm of x where that is not `value`: of zero, of infinity, of NaN and below zero.
            #[inline(always)]
            pub fn log_ends(x: $type, value: $type) -> $type {
                let value = if x == 0.0 { $type::NEG_INFINITY } else { value };
                let value = if x < 0.0 { $type::NAN } else { value };
                // Infinity and NaN are their own logarithms.
                if x < $type::INFINITY { value } else { x }
            }

            /// Natural logarithm.
            #[inline(always)]
            pub fn log<const FMA: bool>(x: $type) -> $type {
                let ($f, $e) = split(x);
                log_ends(x, $log)
            }

            /// Hyperbolic tangent.
            #[inline(always)]
            pub fn tanh<const FMA: bool>(x: $type) -> $type {
                let z = x.abs();
                let $s = x * x;
                let small = $tanh;
                let small = fma::<FMA>(small * $s, x, x);
                let large = 1.0 - 2.0 / (exp::<FMA>(z + z) + 1.0);
                // The sign of zero is lost in both.
                (if z < 0.625 { small } else { large }).copysign(x)
            }
        }
    };
}

functions! {
    f32, u32, fraction 23, bias 127, half 0x3f35_04f3,
    ln2 0.693359375 + -2.12194440e-4, exp in [-104.5, 89.0],
    |r| {
        let r = r.0 - r.1;
        let p = poly::<FMA, 6>(r, [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]);
        fma::<FMA>(p * r, r, r) + 1.0
    },
    expm1 from -20.0 [1.9891103e-4, 1.3933751e-3, 8.333311e-3, 4.1666464e-2, 1.6666666682e-1, 5.0000000136e-1],
    |f, e| {
        let p = poly::<FMA, 9>(f, [7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
            -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1]);
        let z = f * f;
        let y = fma::<FMA>(e, LN2_LOW, p * f * z);
        let y = fma::<FMA>(z, -0.5, y);
        fma::<FMA>(e, LN2_HIGH, f + y)
    },
    |s| poly::<FMA, 5>(s, [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1])
}

functions! {
    f64, u64, fraction 52, bias 1023, half 0x3fe6_a09e_667f_3bcd,
    ln2 6.93147180369123816490e-1 + 1.90821492927058770002e-10, exp in [-746.0, 710.0],
    |r| {
        let (high, low) = r;
        let x = high - low;
        let t = x * x;
        let c = x - t * poly::<FMA, 5>(t, [4.13813679705723846039e-8, -1.65339022054652515390e-6, 6.61375632143793436117e-5,
            -2.77777777770155933842e-3, 1.66666666666666019037e-1]);
        1.0 - ((low - (x * c) / (2.0 - c)) - high)
    },
    expm1 from -45.0 [2.091477283224809e-9, 2.5105337244665210e-8, 2.7557273436570486e-7, 2.7557255110978889e-6,
        2.4801587325710758e-5, 1.9841269875048905e-4, 1.3888888888883702e-3, 8.3333333333260698e-3, 4.1666666666666670e-2,
        1.6666666666666671e-1, 0.5],
    |f, e| {
        let s = f / (2.0 + f);
        let z = s * s;
        let r = z * poly::<FMA, 7>(z, [1.479819860511658591e-1, 1.531383769920937332e-1, 1.818357216161805012e-1,
            2.222219843214978396e-1, 2.857142874366239149e-1, 3.999999999940941908e-1, 6.666666666666735130e-1]);
        let half = 0.5 * f * f;
        e * LN2_HIGH - ((half - fma::<FMA>(s, half + r, e * LN2_LOW)) - f)
    },
    |s| poly::<FMA, 3>(s, [-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3])
        / poly::<FMA, 4>(s, [1.0, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3])
}
