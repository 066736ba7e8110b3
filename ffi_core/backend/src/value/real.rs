//! f64 as the reference: the platform's own functions, correct to about one unit in the last place.

use super::{Float, Num};

impl Num for f64 {
    type Mask = bool;
    fn of(value: f64) -> f64 {
        value
    }
    fn lt(self, other: f64) -> bool {
        self < other
    }
    fn le(self, other: f64) -> bool {
        self <= other
    }
    fn eq(self, other: f64) -> bool {
        self == other
    }
    fn is_nan(self) -> bool {
        f64::is_nan(self)
    }
    fn is_infinite(self) -> bool {
        f64::is_infinite(self)
    }
    fn floor(self) -> f64 {
        f64::floor(self)
    }
    fn ceil(self) -> f64 {
        f64::ceil(self)
    }
    fn round(self) -> f64 {
        f64::round_ties_even(self)
    }
    fn trunc(self) -> f64 {
        f64::trunc(self)
    }
    fn power(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }
    fn remainder(self, divisor: f64) -> f64 {
        remainder(self, divisor)
    }
    fn floor_divide(self, divisor: f64) -> f64 {
        floor_divide(self, divisor)
    }
    fn log_or_zero(self) -> f64 {
        f64::ln(self)
    }
    fn select(mask: bool, yes: f64, no: f64) -> f64 {
        if mask { yes } else { no }
    }
}

/// What division leaves, with the divisor's sign, as Python and the array API define it: exact but for the last addition.
/// NaN by 0 and of infinities; a finite number by an infinity of the other sign gives that infinity.
#[inline]
pub fn remainder(a: f64, b: f64) -> f64 {
    let left = a % b;
    if left == 0.0 {
        0f64.copysign(b)
    } else if (left < 0.0) != (b < 0.0) {
        left + b
    } else {
        left
    }
}

/// The quotient rounded down, as Python defines it: the integer that goes with the remainder. By 0 it is that of division.
#[inline]
pub fn floor_divide(a: f64, b: f64) -> f64 {
    if b == 0.0 {
        return a / b;
    }
    let left = a % b;
    let mut whole = (a - left) / b;
    if left != 0.0 && (left < 0.0) != (b < 0.0) {
        whole -= 1.0;
    }
    if whole == 0.0 {
        return 0f64.copysign(a / b);
    }
    // `whole` is an integer but for the roundings of its difference and quotient.
    f64::round_ties_even(whole)
}

impl Float for f64 {
    fn exp(self) -> f64 {
        f64::exp(self)
    }
    fn exp2(self) -> f64 {
        f64::exp2(self)
    }
    fn expm1(self) -> f64 {
        f64::exp_m1(self)
    }
    fn log(self) -> f64 {
        f64::ln(self)
    }
    fn log2(self) -> f64 {
        f64::log2(self)
    }
    fn log10(self) -> f64 {
        f64::log10(self)
    }
    fn log1p(self) -> f64 {
        f64::ln_1p(self)
    }
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    fn sin(self) -> f64 {
        f64::sin(self)
    }
    fn cos(self) -> f64 {
        f64::cos(self)
    }
    fn tan(self) -> f64 {
        f64::tan(self)
    }
    fn asin(self) -> f64 {
        f64::asin(self)
    }
    fn acos(self) -> f64 {
        f64::acos(self)
    }
    fn atan(self) -> f64 {
        f64::atan(self)
    }
    fn sinh(self) -> f64 {
        f64::sinh(self)
    }
    fn cosh(self) -> f64 {
        f64::cosh(self)
    }
    fn tanh(self) -> f64 {
        f64::tanh(self)
    }
    fn erf(self) -> f64 {
        libm::erf(self)
    }
    fn normal_cdf(self) -> f64 {
        // In the tail the rounding of the argument counts x^2 times: its first-order effect is taken back.
        const LOW: f64 = -4.833646656726457e-17;
        let x = -self * std::f64::consts::FRAC_1_SQRT_2;
        let lost = f64::mul_add(-self, std::f64::consts::FRAC_1_SQRT_2, -x) - self * LOW;
        let slope = std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp();
        0.5 * (libm::erfc(x) - if slope > 0.0 { slope * lost } else { 0.0 })
    }
    fn atan2(self, x: f64) -> f64 {
        f64::atan2(self, x)
    }
}
