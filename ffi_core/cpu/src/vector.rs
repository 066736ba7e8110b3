//! The numbers of the vector loops: floats whose functions are branch-free polynomials, so that a loop over them vectorises.
#![forbid(unsafe_code)]

use crate::plain::Plain;
use crate::{divide, exponential, inverse, math, normal, periodic, power};
use ffi_backend::value::{self, Float, Num};
use std::num::Wrapping;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A float of a vector loop. Where `FMA` is set the loop is compiled for a CPU that fuses multiply and add; elsewhere a fused
/// one would be a call into the C library.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Real<T, const FMA: bool>(pub T);

/// A number as a loop computes with it, and as it lies in memory.
pub trait Lane: Num<Mask = bool> {
    /// In memory.
    type Memory: Plain;
    /// From memory.
    fn load(memory: Self::Memory) -> Self;
    /// To memory.
    fn store(self) -> Self::Memory;
}

/// A float whose vector functions of some rows are right up to a limit: those rows, one by one, beyond it.
pub trait Limited: Float + Lane {
    /// Whether sin, cos and tan of it lie beyond.
    fn is_far(self) -> bool;
    /// Its sine there.
    fn sin_far(self) -> Self;
    /// Its cosine.
    fn cos_far(self) -> Self;
    /// Its tangent.
    fn tan_far(self) -> Self;
    /// Whether remainder and floor_divide lie beyond.
    fn is_far_from(self, divisor: Self) -> bool;
    /// The remainder there.
    fn remainder_far(self, divisor: Self) -> Self;
    /// The quotient.
    fn floor_divide_far(self, divisor: Self) -> Self;
    /// ln(1 + e^x), which a row composes of functions that go further.
    fn softplus(self) -> Self;
    /// x times the normal distribution function at x, good where that alone is subnormal.
    fn gelu(self) -> Self;
}

macro_rules! reals {
    ($($type:ident)*) => {$(
        impl<const FMA: bool> Add for Real<$type, FMA> {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self { Real(self.0 + other.0) }
        }
        impl<const FMA: bool> Sub for Real<$type, FMA> {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self { Real(self.0 - other.0) }
        }
        impl<const FMA: bool> Mul for Real<$type, FMA> {
            type Output = Self;
            #[inline(always)]
            fn mul(self, other: Self) -> Self { Real(self.0 * other.0) }
        }
        impl<const FMA: bool> Div for Real<$type, FMA> {
            type Output = Self;
            #[inline(always)]
            fn div(self, other: Self) -> Self { Real(self.0 / other.0) }
        }
        impl<const FMA: bool> Neg for Real<$type, FMA> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self { Real(-self.0) }
        }
        impl<const FMA: bool> Num for Real<$type, FMA> {
            type Mask = bool;
            #[inline(always)]
            fn of(value: f64) -> Self { Real(value as $type) }
            #[inline(always)]
            fn lt(self, other: Self) -> bool { self.0 < other.0 }
            #[inline(always)]
            fn le(self, other: Self) -> bool { self.0 <= other.0 }
            #[inline(always)]
            fn eq(self, other: Self) -> bool { self.0 == other.0 }
            #[inline(always)]
            fn is_nan(self) -> bool { self.0.is_nan() }
            #[inline(always)]
            fn is_infinite(self) -> bool { self.0.is_infinite() }
            #[inline(always)]
            fn floor(self) -> Self { Real(math::$type::floor::<FMA>(self.0)) }
            #[inline(always)]
            fn ceil(self) -> Self { Real(math::$type::ceil::<FMA>(self.0)) }
            #[inline(always)]
            fn round(self) -> Self { Real(math::$type::round::<FMA>(self.0)) }
            #[inline(always)]
            fn trunc(self) -> Self { Real(math::$type::trunc::<FMA>(self.0)) }
            #[inline(always)]
            fn power(self, exponent: Self) -> Self { Real(power::$type::<FMA>(self.0, exponent.0)) }
            #[inline(always)]
            fn remainder(self, divisor: Self) -> Self { Real(divide::$type::remainder::<FMA>(self.0, divisor.0)) }
            #[inline(always)]
            fn floor_divide(self, divisor: Self) -> Self { Real(divide::$type::floor_divide::<FMA>(self.0, divisor.0)) }
            #[inline(always)]
            fn log_or_zero(self) -> Self { self.log() }
            #[inline(always)]
            fn select(mask: bool, yes: Self, no: Self) -> Self { if mask { yes } else { no } }
        }
        impl<const FMA: bool> Float for Real<$type, FMA> {
            #[inline(always)]
            fn exp(self) -> Self { Real(math::$type::exp::<FMA>(self.0)) }
            #[inline(always)]
            fn log(self) -> Self { Real(math::$type::log::<FMA>(self.0)) }
            #[inline(always)]
            fn expm1(self) -> Self { Real(math::$type::expm1::<FMA>(self.0)) }
            #[inline(always)]
            fn log1p(self) -> Self { Real(math::$type::log1p::<FMA>(self.0)) }
            #[inline(always)]
            fn sin(self) -> Self { Real(periodic::$type::sin::<FMA>(self.0, 0)) }
            #[inline(always)]
            fn cos(self) -> Self { Real(periodic::$type::sin::<FMA>(self.0, 1)) }
            #[inline(always)]
            fn sqrt(self) -> Self { Real(self.0.sqrt()) }
            #[inline(always)]
            fn tanh(self) -> Self { Real(math::$type::tanh::<FMA>(self.0)) }
            #[inline(always)]
            fn exp2(self) -> Self { Real(exponential::$type::exp2::<FMA>(self.0)) }
            #[inline(always)]
            fn log2(self) -> Self { Real(exponential::$type::log2::<FMA>(self.0)) }
            #[inline(always)]
            fn log10(self) -> Self { Real(exponential::$type::log10::<FMA>(self.0)) }
            #[inline(always)]
            fn tan(self) -> Self { Real(periodic::$type::tan::<FMA>(self.0)) }
            #[inline(always)]
            fn asin(self) -> Self { Real(inverse::$type::asin::<FMA>(self.0)) }
            #[inline(always)]
            fn acos(self) -> Self { Real(inverse::$type::acos::<FMA>(self.0)) }
            #[inline(always)]
            fn atan(self) -> Self { Real(inverse::$type::atan::<FMA>(self.0)) }
            #[inline(always)]
            fn sinh(self) -> Self { Real(exponential::$type::sinh::<FMA>(self.0)) }
            #[inline(always)]
            fn cosh(self) -> Self { Real(exponential::$type::cosh::<FMA>(self.0)) }
            #[inline(always)]
            fn erf(self) -> Self { Real(normal::$type::erf::<FMA>(self.0)) }
            #[inline(always)]
            fn normal_cdf(self) -> Self { Real((self.0 as f64).normal_cdf() as $type) }
            #[inline(always)]
            fn atan2(self, x: Self) -> Self { Real(inverse::$type::atan2::<FMA>(self.0, x.0)) }
        }
        impl<const FMA: bool> Limited for Real<$type, FMA> {
            #[inline(always)]
            fn is_far(self) -> bool { periodic::$type::is_far::<FMA>(self.0) }
            #[inline(always)]
            fn sin_far(self) -> Self { Real(periodic::$type::far(self.0, |x| periodic::$type::sin::<false>(x, 0), f64::sin)) }
            #[inline(always)]
            fn cos_far(self) -> Self { Real(periodic::$type::far(self.0, |x| periodic::$type::sin::<false>(x, 1), f64::cos)) }
            #[inline(always)]
            fn tan_far(self) -> Self { Real(periodic::$type::far(self.0, periodic::$type::tan::<false>, f64::tan)) }
            #[inline(always)]
            fn is_far_from(self, divisor: Self) -> bool { divide::$type::is_far::<FMA>(self.0, divisor.0) }
            #[inline(always)]
            fn remainder_far(self, divisor: Self) -> Self { Real(value::remainder(self.0 as f64, divisor.0 as f64) as $type) }
            #[inline(always)]
            fn floor_divide_far(self, divisor: Self) -> Self { Real(value::floor_divide(self.0 as f64, divisor.0 as f64) as $type) }
            #[inline(always)]
            fn softplus(self) -> Self { Real(exponential::$type::softplus::<FMA>(self.0)) }
            #[inline(always)]
            fn gelu(self) -> Self { Real(normal::$type::gelu::<FMA>(self.0)) }
        }
        impl<const FMA: bool> Lane for Real<$type, FMA> {
            type Memory = $type;
            #[inline(always)]
            fn load(memory: $type) -> Self { Real(memory) }
            #[inline(always)]
            fn store(self) -> $type { self.0 }
        }
    )*};
}
reals! { f32 f64 }

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl Lane for Wrapping<$type> {
            type Memory = $type;
            #[inline(always)]
            fn load(memory: $type) -> Self { Wrapping(memory) }
            #[inline(always)]
            fn store(self) -> $type { self.0 }
        }
    )*};
}
integers! { i64 i32 u8 }
