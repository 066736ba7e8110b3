//! The numbers of the vector loops: floats whose functions are branch-free polynomials, so that a loop over them vectorises.
#![forbid(unsafe_code)]

use crate::math;
use crate::plain::Plain;
use ffi_backend::value::{Float, Num};
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
            fn select(mask: bool, yes: Self, no: Self) -> Self { if mask { yes } else { no } }
        }
        impl<const FMA: bool> Float for Real<$type, FMA> {
            #[inline(always)]
            fn exp(self) -> Self { Real(math::$type::exp::<FMA>(self.0)) }
            #[inline(always)]
            fn log(self) -> Self { Real(math::$type::log::<FMA>(self.0)) }
            #[inline(always)]
            fn sqrt(self) -> Self { Real(self.0.sqrt()) }
            #[inline(always)]
            fn tanh(self) -> Self { Real(math::$type::tanh::<FMA>(self.0)) }
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
