//! The numbers an op's expression is read over: f64 as reference, wrapping integers, kernel text, traces. Vector loops add their own.

mod integer;
mod real;
mod source;
pub mod trace;

pub use real::{floor_divide, remainder};
pub use source::Source;

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

/// Truth values of an expression.
pub trait Logic:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> + Not<Output = Self>
{
}

/// What every number offers to an expression.
pub trait Num: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> {
    /// What comparisons give.
    type Mask: Logic;
    /// A constant.
    fn of(value: f64) -> Self;
    /// self < other
    fn lt(self, other: Self) -> Self::Mask;
    /// self <= other
    fn le(self, other: Self) -> Self::Mask;
    /// self == other
    fn eq(self, other: Self) -> Self::Mask;
    /// Whether it is NaN; never for integers.
    fn is_nan(self) -> Self::Mask;
    /// Whether it is an infinity; never for integers.
    fn is_infinite(self) -> Self::Mask;
    /// The largest integer that is not larger; integers stay in this and the next three.
    fn floor(self) -> Self;
    /// The smallest integer that is not smaller.
    fn ceil(self) -> Self;
    /// The nearest integer, the even one of two.
    fn round(self) -> Self;
    /// Without its fraction.
    fn trunc(self) -> Self;
    /// self to a power. Integers wrap; a negative exponent gives 0 but for 1 and -1, and the device reports it.
    fn power(self, exponent: Self) -> Self;
    /// What division leaves, with the divisor's sign. Integers by 0 give 0, and the device reports it.
    fn remainder(self, divisor: Self) -> Self;
    /// The quotient rounded down. Integers by 0 give 0, and the device reports it.
    fn floor_divide(self, divisor: Self) -> Self;
    /// Natural logarithm of a float, 0 for integers; for the derivative of a row that both have.
    fn log_or_zero(self) -> Self;
    /// `yes` where the mask is true, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
}

/// What floats offer beyond that.
pub trait Float: Num + Div<Output = Self> {
    /// e to the power self.
    fn exp(self) -> Self;
    /// 2 to the power self.
    fn exp2(self) -> Self;
    /// e to the power self, less 1.
    fn expm1(self) -> Self;
    /// Natural logarithm.
    fn log(self) -> Self;
    /// Logarithm to base 2.
    fn log2(self) -> Self;
    /// Logarithm to base 10.
    fn log10(self) -> Self;
    /// Natural logarithm of 1 + self.
    fn log1p(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Tangent.
    fn tan(self) -> Self;
    /// Inverse sine.
    fn asin(self) -> Self;
    /// Inverse cosine.
    fn acos(self) -> Self;
    /// Inverse tangent.
    fn atan(self) -> Self;
    /// Hyperbolic sine.
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    fn cosh(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;
    /// The standard normal distribution function.
    fn normal_cdf(self) -> Self;
    /// The angle of the point (x, self).
    fn atan2(self, x: Self) -> Self;
}

/// What integers offer beyond [`Num`]. Operators would be those of [`Logic`] in kernel text, so these are methods.
pub trait Whole: Num {
    /// Bits set in both.
    fn and(self, other: Self) -> Self;
    /// Bits set in any.
    fn or(self, other: Self) -> Self;
    /// Bits set in one.
    fn xor(self, other: Self) -> Self;
    /// Bits not set.
    fn invert(self) -> Self;
    /// Towards the high bits; a count that is negative or not below the width moves all out.
    fn shift_left(self, count: Self) -> Self;
    /// Towards the low bits, copying the sign; likewise.
    fn shift_right(self, count: Self) -> Self;
}

impl Logic for bool {}
