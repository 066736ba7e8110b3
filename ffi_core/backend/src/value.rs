//! The numbers an op's expression is read over: f64 as reference, wrapping integers, kernel text. Vector loops add their own.

use std::num::Wrapping;
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
    /// `yes` where the mask is true, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
}

/// What floats offer beyond that.
pub trait Float: Num + Div<Output = Self> {
    /// e to the power self.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn log(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
}

impl Logic for bool {}

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
    fn select(mask: bool, yes: f64, no: f64) -> f64 {
        if mask { yes } else { no }
    }
}

/// The reference: the platform's own functions, correct to about one unit in the last place.
impl Float for f64 {
    fn exp(self) -> f64 {
        f64::exp(self)
    }
    fn log(self) -> f64 {
        f64::ln(self)
    }
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    fn tanh(self) -> f64 {
        f64::tanh(self)
    }
}

macro_rules! wrapping {
    ($($type:ty)*) => {$(
        impl Num for Wrapping<$type> {
            type Mask = bool;
            #[inline(always)]
            fn of(value: f64) -> Self { Wrapping(value as $type) }
            #[inline(always)]
            fn lt(self, other: Self) -> bool { self.0 < other.0 }
            #[inline(always)]
            fn le(self, other: Self) -> bool { self.0 <= other.0 }
            #[inline(always)]
            fn eq(self, other: Self) -> bool { self.0 == other.0 }
            #[inline(always)]
            fn is_nan(self) -> bool { false }
            #[inline(always)]
            fn select(mask: bool, yes: Self, no: Self) -> Self { if mask { yes } else { no } }
        }
    )*};
}
wrapping! { i64 i32 u8 }

/// Kernel text: an expression of GLSL or C over the type `T`. Texts are leaked, for they are made once per op, by the
/// generator of shader sources, never while computing.
#[derive(Clone, Copy, Debug)]
pub struct Source(pub &'static str);

impl Source {
    /// A variable.
    pub fn variable(name: &str) -> Source {
        Source::new(name.to_owned())
    }
    fn new(text: String) -> Source {
        Source(text.leak())
    }
}

macro_rules! source_operators {
    ($($trait:ident $method:ident $sign:literal;)*) => {$(
        impl $trait for Source {
            type Output = Source;
            fn $method(self, other: Source) -> Source { Source::new(format!(concat!("({} ", $sign, " {})"), self.0, other.0)) }
        }
    )*};
}
source_operators! { Add add "+"; Sub sub "-"; Mul mul "*"; Div div "/"; BitAnd bitand "&&"; BitOr bitor "||"; BitXor bitxor "!="; }

impl Neg for Source {
    type Output = Source;
    fn neg(self) -> Source {
        Source::new(format!("(-{})", self.0))
    }
}
impl Not for Source {
    type Output = Source;
    fn not(self) -> Source {
        Source::new(format!("(!{})", self.0))
    }
}
impl Logic for Source {}

impl Num for Source {
    type Mask = Source;
    fn of(value: f64) -> Source {
        Source::new(format!("T({value:?})"))
    }
    fn lt(self, other: Source) -> Source {
        Source::new(format!("({} < {})", self.0, other.0))
    }
    fn le(self, other: Source) -> Source {
        Source::new(format!("({} <= {})", self.0, other.0))
    }
    fn eq(self, other: Source) -> Source {
        Source::new(format!("({} == {})", self.0, other.0))
    }
    fn is_nan(self) -> Source {
        Source::new(format!("isnan({})", self.0))
    }
    fn select(mask: Source, yes: Source, no: Source) -> Source {
        Source::new(format!("({} ? {} : {})", mask.0, yes.0, no.0))
    }
}

macro_rules! source_functions {
    ($($name:ident $text:literal;)*) => { impl Float for Source { $( fn $name(self) -> Source { Source::new(format!(concat!($text, "({})"), self.0)) } )* } };
}
// `robust_tanh` is a function of the shader prelude: the built-in one overflows for large arguments on some drivers.
source_functions! { exp "exp"; log "log"; sqrt "sqrt"; tanh "robust_tanh"; }
