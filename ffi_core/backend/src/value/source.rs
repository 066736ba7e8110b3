//! Expressions as kernel text.

use super::{Float, Logic, Num, Whole};
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

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
    fn call(name: &str, args: &[Source]) -> Source {
        let args: Vec<&str> = args.iter().map(|arg| arg.0).collect();
        Source::new(format!("{name}({})", args.join(", ")))
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

/// Calls of functions, most of which the shader prelude has: built-in ones may be too inexact, or know no integers.
macro_rules! calls {
    ($($name:ident($($arg:ident),*) $text:literal;)*) => {$(
        fn $name(self $(, $arg: Source)*) -> Source { Source::call($text, &[self $(, $arg)*]) }
    )*};
}

impl Num for Source {
    type Mask = Source;
    calls! {
        is_nan() "isnan"; is_infinite() "is_infinite"; floor() "round_down"; ceil() "round_up"; round() "round_even";
        trunc() "round_to_zero"; power(exponent) "robust_pow"; remainder(divisor) "robust_remainder";
        floor_divide(divisor) "robust_floor_divide"; log_or_zero() "log";
    }
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
    fn select(mask: Source, yes: Source, no: Source) -> Source {
        Source::new(format!("({} ? {} : {})", mask.0, yes.0, no.0))
    }
}

impl Float for Source {
    calls! {
        exp() "exp"; exp2() "robust_exp2"; expm1() "robust_expm1"; log() "log"; log2() "robust_log2";
        log10() "robust_log10"; log1p() "robust_log1p"; sqrt() "sqrt"; sin() "robust_sin"; cos() "robust_cos";
        tan() "robust_tan"; asin() "robust_asin"; acos() "robust_acos"; atan() "robust_atan"; sinh() "robust_sinh";
        cosh() "robust_cosh"; tanh() "robust_tanh"; erf() "robust_erf"; normal_cdf() "robust_normal_cdf";
        atan2(x) "robust_atan2";
    }
}

macro_rules! bit_operators {
    ($($name:ident $sign:literal;)*) => {$(
        fn $name(self, other: Source) -> Source { Source::new(format!(concat!("({} ", $sign, " {})"), self.0, other.0)) }
    )*};
}

impl Whole for Source {
    bit_operators! { and "&"; or "|"; xor "^"; }
    calls! { shift_left(count) "shift_left"; shift_right(count) "shift_right"; }
    fn invert(self) -> Source {
        Source::new(format!("(~{})", self.0))
    }
}
