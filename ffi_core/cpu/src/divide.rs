//! remainder and floor_divide of floats without branches, for quotients up to a limit; beyond it `kernels` asks the platform,
//! one by one.
//!
//! A quotient rounded to its type is never below an integer that the true one reaches, and below the limit it is above one that
//! the true one does not reach only by that much: one step down mends it, as the sign of what is left tells. What is left is
//! exact where the product is, that is with a fused multiply-add, or of f32 in f64.
#![forbid(unsafe_code)]

macro_rules! functions {
    ($type:ident, |$n:ident, $b:ident, $a:ident| $left:expr) => {
        /// The quotient before it is mended, rounded down after, and what is left.
        #[inline(always)]
        fn divided(a: $type, b: $type, fused: bool) -> ($type, $type, $type) {
            let quotient = a / b;
            let down = if fused { quotient.floor() } else { crate::math::$type::floor::<false>(quotient) };
            let ($n, $b, $a) = (down, b, a);
            // 0 times an infinity is none of a.
            let left = if down == 0.0 { a } else { $left(fused) };
            let over = ((left < 0.0) & (b > 0.0)) | ((left > 0.0) & (b < 0.0));
            (quotient, if over { down - 1.0 } else { down }, if over { left + b } else { left })
        }

        /// What is left, with the sign of b.
        #[inline(always)]
        fn left(a: $type, b: $type, fused: bool) -> $type {
            let left = divided(a, b, fused).2;
            if left == 0.0 { left.copysign(b) } else { left }
        }

        /// The quotient rounded down.
        #[inline(always)]
        fn whole(a: $type, b: $type, fused: bool) -> $type {
            let (quotient, down, left) = divided(a, b, fused);
            let down = if down == 0.0 { down.copysign(quotient) } else { down };
            let down = if left.is_nan() { left } else { down };
            if b == 0.0 { quotient } else { down }
        }
    };
}

/// Double precision, and f32 where nothing fuses.
pub mod f64 {
    use ffi_backend::value;

    functions! { f64, |n, b, a| |fused: bool| if fused { (-n).mul_add(b, a) } else { a - n * b } }

    /// Whether a pair is for the platform.
    #[inline(always)]
    pub fn is_far<const FMA: bool>(a: f64, b: f64) -> bool {
        const LIMIT: f64 = (1u64 << 51) as f64;
        !FMA | (((a / b).abs() >= LIMIT) & (a.abs() < f64::INFINITY) & (b != 0.0))
    }

    /// What a / b leaves, with the sign of b.
    #[inline(always)]
    pub fn remainder<const FMA: bool>(a: f64, b: f64) -> f64 {
        if FMA { left(a, b, true) } else { value::remainder(a, b) }
    }

    /// a / b rounded down.
    #[inline(always)]
    pub fn floor_divide<const FMA: bool>(a: f64, b: f64) -> f64 {
        if FMA { whole(a, b, true) } else { value::floor_divide(a, b) }
    }

    /// The same of numbers of 24 bits whose quotient is below 2^28: products are exact.
    #[inline(always)]
    pub fn remainder_of_f32(a: f32, b: f32) -> f32 {
        left(f64::from(a), f64::from(b), false) as f32
    }

    /// Likewise.
    #[inline(always)]
    pub fn floor_divide_of_f32(a: f32, b: f32) -> f32 {
        whole(f64::from(a), f64::from(b), false) as f32
    }
}

/// Single precision.
pub mod f32 {
    use super::f64;

    functions! { f32, |n, b, a| |_| (-n).mul_add(b, a) }

    /// Whether a pair is for the platform.
    #[inline(always)]
    pub fn is_far<const FMA: bool>(a: f32, b: f32) -> bool {
        const LIMIT: f32 = (1u64 << 22) as f32;
        ((a / b).abs() >= LIMIT) & (a.abs() < f32::INFINITY) & (b != 0.0)
    }

    /// What a / b leaves, with the sign of b.
    #[inline(always)]
    pub fn remainder<const FMA: bool>(a: f32, b: f32) -> f32 {
        if FMA { left(a, b, true) } else { f64::remainder_of_f32(a, b) }
    }

    /// a / b rounded down.
    #[inline(always)]
    pub fn floor_divide<const FMA: bool>(a: f32, b: f32) -> f32 {
        if FMA { whole(a, b, true) } else { f64::floor_divide_of_f32(a, b) }
    }
}
