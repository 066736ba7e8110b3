//! The op table: index-wise ops, one row each; everything about an op derives from its row.
//!
//! A row reads `name: class(inputs) = expression, d(output, upstream) = [one derivative per input];`. The expression is
//! generic over [`Num`] or [`Float`]; it is read as f64 (the reference), as wrapping integers, as a vector loop (each device
//! brings its own number type) and as kernel text. Derivatives are expressions of the same kind, of inputs, output and the
//! upstream gradient; where a function has a corner, the derivative is the one of the side that the comment names.

use crate::dtype::{DType, DTypeSet, Family};
use crate::value::trace::Traced;
use crate::value::{Float, Logic, Num, Source, Whole};
use std::num::Wrapping;

/// What an op takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Floats of one dtype give that dtype; integers and bools are made f32 before.
    Float,
    /// Numbers of one dtype give that dtype; integers wrap, bools are refused.
    Number,
    /// Integers of one dtype give that dtype, bit by bit. Tensors of bools take the rows of `Logic` instead.
    Integer,
    /// Values of one dtype give bool.
    Compare,
    /// Bools give bool; other dtypes are made bool (`!= 0`) before.
    Logic,
    /// (bool, T, T) gives T.
    Select,
    /// Any dtype gives the destination's.
    Cast,
}

impl Class {
    /// The dtypes of its operands (the last two, for `Select`).
    pub const fn dtypes(self) -> DTypeSet {
        match self {
            Class::Float => DTypeSet::of(&[Family::Float]),
            Class::Number => DTypeSet::of(&[Family::Float, Family::Integer]),
            Class::Integer => DTypeSet::of(&[Family::Integer]),
            Class::Logic => DTypeSet::of(&[Family::Bool]),
            Class::Compare | Class::Select | Class::Cast => {
                DTypeSet::of(&[Family::Float, Family::Integer, Family::Bool])
            }
        }
    }

    /// The dtype of the result, given that of the operands.
    pub const fn result(self, operand: DType, destination: DType) -> DType {
        match self {
            Class::Float | Class::Number | Class::Integer | Class::Select => operand,
            Class::Compare | Class::Logic => DType::Bool,
            Class::Cast => destination,
        }
    }
}

/// Hands the whole table to a macro: `with_elementwise_ops!(my_macro)`. Kernels, exports and tests are made this way.
#[macro_export]
macro_rules! with_elementwise_ops { ($($then:tt)+) => { $($then)+! {
    /// e to the power x.
    exp: float(x) = x.exp(), d(y, g) = [g * y];
    /// Natural logarithm; NaN below 0, minus infinity at 0.
    log: float(x) = x.log(), d(_y, g) = [g / x];
    /// 2 to the power x.
    exp2: float(x) = x.exp2(), d(y, g) = [g * y * N::of(std::f64::consts::LN_2)];
    /// e to the power x, less 1; good near 0.
    expm1: float(x) = x.expm1(), d(y, g) = [g * y + g];
    /// Logarithm to base 2.
    log2: float(x) = x.log2(), d(_y, g) = [g / (x * N::of(std::f64::consts::LN_2))];
    /// Logarithm to base 10.
    log10: float(x) = x.log10(), d(_y, g) = [g / (x * N::of(std::f64::consts::LN_10))];
    /// Natural logarithm of 1 + x; good near 0.
    log1p: float(x) = x.log1p(), d(_y, g) = [g / (N::of(1.0) + x)];
    /// Square root; NaN below 0.
    sqrt: float(x) = x.sqrt(), d(y, g) = [g / (y + y)];
    /// 1 over the square root.
    rsqrt: float(x) = N::of(1.0) / x.sqrt(), d(y, g) = [g * N::of(-0.5) * y / x];
    /// Sine of x in radians, of any size.
    sin: float(x) = x.sin(), d(_y, g) = [g * x.cos()];
    /// Cosine of x in radians, of any size.
    cos: float(x) = x.cos(), d(_y, g) = [-g * x.sin()];
    /// Tangent of x in radians.
    tan: float(x) = x.tan(), d(y, g) = [g * (N::of(1.0) + y * y)];
    /// Inverse sine; NaN outside -1 to 1.
    asin: float(x) = x.asin(), d(_y, g) = [g / (N::of(1.0) - x * x).sqrt()];
    /// Inverse cosine; NaN outside -1 to 1.
    acos: float(x) = x.acos(), d(_y, g) = [-g / (N::of(1.0) - x * x).sqrt()];
    /// Inverse tangent.
    atan: float(x) = x.atan(), d(_y, g) = [g / (N::of(1.0) + x * x)];
    /// Hyperbolic sine.
    sinh: float(x) = x.sinh(), d(_y, g) = [g * x.cosh()];
    /// Hyperbolic cosine.
    cosh: float(x) = x.cosh(), d(_y, g) = [g * x.sinh()];
    /// Hyperbolic tangent.
    tanh: float(x) = x.tanh(), d(y, g) = [g * (N::of(1.0) - y * y)];
    /// The logistic function, 1 / (1 + e^-x).
    sigmoid: float(x) = N::of(1.0) / (N::of(1.0) + (-x).exp()), d(y, g) = [g * y * (N::of(1.0) - y)];
    /// x times its sigmoid (SiLU, swish).
    silu: float(x) = x / (N::of(1.0) + (-x).exp()), d(y, g) = [{ let s = N::of(1.0) / (N::of(1.0) + (-x).exp()); g * (s + y * (N::of(1.0) - s)) }];
    /// The error function, 2 over the square root of pi times the integral of e^(-t^2) from 0 to x.
    erf: float(x) = x.erf(), d(_y, g) = [g * N::of(std::f64::consts::FRAC_2_SQRT_PI) * (-x * x).exp()];
    // Below -40 the distribution is 0 in f64 too: the product must not see an infinity.
    /// x times the standard normal distribution function at x (GELU by erf); 0 at minus infinity.
    gelu: float(x) = N::select(x.lt(N::of(-40.0)), N::of(-40.0), x) * x.normal_cdf(), d(_y, g) = [g * (x.normal_cdf() + x * (N::of(-0.5) * x * x).exp() * N::of(0.398_942_280_401_432_7))];
    /// ln(1 + e^x), without overflow.
    softplus: float(x) = N::select(N::of(0.0).lt(x), x, N::of(0.0)) + N::select(x.lt(N::of(0.0)), x, -x).exp().log1p(), d(_y, g) = [g / (N::of(1.0) + (-x).exp())];
    /// 1 / x.
    reciprocal: float(x) = N::of(1.0) / x, d(y, g) = [-g * y * y];

    /// -x; the smallest integer and unsigned integers wrap.
    neg: number(x) = -x, d(_y, g) = [-g];
    /// Absolute value; the smallest integer stays as it is. Derivative 0 at 0.
    abs: number(x) = N::select(x.le(N::of(0.0)), N::of(0.0) - x, x), d(_y, g) = [N::select(x.lt(N::of(0.0)), -g, N::select(x.eq(N::of(0.0)), N::of(0.0), g))];
    /// -1, 0 or 1 by the sign of x; NaN stays.
    sign: number(x) = N::select(x.lt(N::of(0.0)), -N::of(1.0), N::select(N::of(0.0).lt(x), N::of(1.0), x)), d(_y, g) = [N::of(0.0) * g];
    /// x times x.
    square: number(x) = x * x, d(_y, g) = [g * (x + x)];
    /// max(x, 0); NaN stays. Derivative 0 at 0.
    relu: number(x) = N::select(x.lt(N::of(0.0)), N::of(0.0), x), d(_y, g) = [N::select(N::of(0.0).lt(x), g, N::of(0.0))];

    /// The largest integer not above x.
    floor: number(x) = x.floor(), d(_y, g) = [N::of(0.0) * g];
    /// The smallest integer not below x.
    ceil: number(x) = x.ceil(), d(_y, g) = [N::of(0.0) * g];
    /// The nearest integer, of two the even one.
    round: number(x) = x.round(), d(_y, g) = [N::of(0.0) * g];
    /// x without its fraction.
    trunc: number(x) = x.trunc(), d(_y, g) = [N::of(0.0) * g];

    /// a + b.
    add: number(a, b) = a + b, d(_y, g) = [g, g];
    /// a - b.
    sub: number(a, b) = a - b, d(_y, g) = [g, -g];
    /// a * b.
    mul: number(a, b) = a * b, d(_y, g) = [g * b, g * a];
    /// a / b; integers give f32.
    div: float(a, b) = a / b, d(y, g) = [g / b, -g * y / b];
    /// The larger one; NaN if either is. Equal operands share the derivative.
    maximum: number(a, b) = N::select(b.lt(a) | a.is_nan(), a, b), d(_y, g) = [
        N::select(a.eq(b), g * N::of(0.5), N::select(b.lt(a), g, N::of(0.0))),
        N::select(a.eq(b), g * N::of(0.5), N::select(a.lt(b), g, N::of(0.0)))];
    /// The smaller one; NaN if either is. Equal operands share the derivative.
    minimum: number(a, b) = N::select(a.lt(b) | a.is_nan(), a, b), d(_y, g) = [
        N::select(a.eq(b), g * N::of(0.5), N::select(a.lt(b), g, N::of(0.0))),
        N::select(a.eq(b), g * N::of(0.5), N::select(b.lt(a), g, N::of(0.0)))];
    /// a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1 or -1.
    pow: number(a, b) = a.power(b), d(y, g) = [
        N::select(b.eq(N::of(0.0)), N::of(0.0), g * b * a.power(b - N::of(1.0))),
        N::select(a.eq(N::of(0.0)), N::of(0.0), g * y * a.log_or_zero())];
    /// The angle of the point (b, a) in radians, -pi to pi; integers give f32.
    atan2: float(a, b) = a.atan2(b), d(_y, g) = [g * b / (a * a + b * b), -g * a / (a * a + b * b)];
    /// What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.
    remainder: number(a, b) = a.remainder(b), d(_y, g) = [g, -g * a.floor_divide(b)];
    /// a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.
    floor_divide: number(a, b) = a.floor_divide(b), d(_y, g) = [N::of(0.0) * g, N::of(0.0) * g];

    /// Bits set in both; of bools, whether both are true.
    bitwise_and: integer(a, b) = a.and(b), d(_y, _g) = [];
    /// Bits set in any; of bools, whether any is true.
    bitwise_or: integer(a, b) = a.or(b), d(_y, _g) = [];
    /// Bits set in exactly one; of bools, whether they differ.
    bitwise_xor: integer(a, b) = a.xor(b), d(_y, _g) = [];
    /// Every bit inverted; of bools, not x.
    bitwise_invert: integer(x) = x.invert(), d(_y, _g) = [];
    /// a moved b bits up; a count below 0 or not below the width moves all out.
    bitwise_left_shift: integer(a, b) = a.shift_left(b), d(_y, _g) = [];
    /// a moved b bits down, keeping the sign; a count below 0 or not below the width moves all out.
    bitwise_right_shift: integer(a, b) = a.shift_right(b), d(_y, _g) = [];

    /// Whether x is NaN; integers and bools never are.
    isnan: compare(x) = x.is_nan(), d(_y, _g) = [];
    /// Whether x is an infinity; integers and bools never are.
    isinf: compare(x) = x.is_infinite(), d(_y, _g) = [];
    /// Whether x is neither NaN nor an infinity; integers and bools always are.
    isfinite: compare(x) = !(x.is_nan() | x.is_infinite()), d(_y, _g) = [];
    /// Whether a == b; NaN equals nothing.
    eq: compare(a, b) = a.eq(b), d(_y, _g) = [];
    /// Whether a != b.
    ne: compare(a, b) = !a.eq(b), d(_y, _g) = [];
    /// Whether a < b.
    lt: compare(a, b) = a.lt(b), d(_y, _g) = [];
    /// Whether a <= b.
    le: compare(a, b) = a.le(b), d(_y, _g) = [];
    /// Whether a > b.
    gt: compare(a, b) = b.lt(a), d(_y, _g) = [];
    /// Whether a >= b.
    ge: compare(a, b) = b.le(a), d(_y, _g) = [];

    /// Whether x is false (0).
    logical_not: logic(x) = !x, d(_y, _g) = [];
    /// Whether both are true (not 0).
    logical_and: logic(a, b) = a & b, d(_y, _g) = [];
    /// Whether any is true (not 0).
    logical_or: logic(a, b) = a | b, d(_y, _g) = [];
    /// Whether exactly one is true (not 0).
    logical_xor: logic(a, b) = a ^ b, d(_y, _g) = [];

    /// start + weight (end - start), exact at both ends, and finite between two finite ones however far they lie apart.
    lerp: float(start, end, weight) = N::select(weight.lt(N::of(0.5)),
        start + N::of(2.0) * (weight * (end * N::of(0.5) - start * N::of(0.5))),
        end - N::of(2.0) * ((end * N::of(0.5) - start * N::of(0.5)) * (N::of(1.0) - weight))), d(_y, g) = [
        g * (N::of(1.0) - weight), g * weight, g * (end - start)];
    /// x, but no less than low and no more than high; high where low is above it, NaN if any is. Derivative 1 at both ends.
    clamp: number(x, low, high) = minimum(maximum(x, low), high), d(_y, g) = [
        N::select(x.lt(low) | high.lt(x), N::of(0.0), g),
        N::select(x.lt(low) & low.le(high), g, N::of(0.0)),
        N::select(high.lt(x) | high.lt(low), g, N::of(0.0))];

    /// a where the condition is true, else b.
    select: select(c, a, b) = N::select(c, a, b), d(_y, g) = [N::select(c, g, N::of(0.0)), N::select(c, N::of(0.0), g)];
    /// x converted: floats to integers truncate and saturate, integers among themselves wrap, bool is `!= 0`.
    cast: cast(x) = x, d(_y, g) = [g];
} } }

macro_rules! define_ops {
    ($( #[doc = $doc:literal] $name:ident: $class:ident($($x:ident),*) = $e:expr, d($y:ident, $g:ident) = [$($d:expr),*]; )*) => {
        /// A row of the table, by its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(non_camel_case_types)]
        #[repr(u16)]
        pub enum MapOp { $( #[doc = $doc] $name ),* }

        impl MapOp {
            /// Every row.
            pub const ALL: &'static [MapOp] = &[ $( MapOp::$name ),* ];
            /// Its name.
            pub const fn name(self) -> &'static str { match self { $( MapOp::$name => stringify!($name) ),* } }
            /// Its docs.
            pub const fn doc(self) -> &'static str { match self { $( MapOp::$name => $doc ),* } }
            /// What it takes and gives.
            pub const fn class(self) -> Class { match self { $( MapOp::$name => define_ops!(@class $class) ),* } }
            /// How many operands.
            pub const fn arity(self) -> usize { match self { $( MapOp::$name => [$( stringify!($x) ),*].len() ),* } }
            /// Whether it has a derivative.
            pub const fn differentiable(self) -> bool { match self { $( MapOp::$name => !<[&str]>::is_empty(&[$( stringify!($d) ),*]) ),* } }
            /// The value, in f64; truth values are 0 and 1.
            pub fn reference(self, x: &[f64]) -> f64 { match self { $( MapOp::$name => define_ops!(@reference $class $name, x, $($x),*) ),* } }
            /// The derivatives by each differentiable operand, in f64, given operands, output and upstream gradient.
            pub fn derivative(self, x: &[f64], y: f64, g: f64) -> Vec<f64> { match self { $( MapOp::$name => define_ops!(@derivative $class $name, x, y, g, $($x),*) ),* } }
            /// The derivatives over traced operands: those of the row by their numbers, then its output and the upstream gradient.
            pub(crate) fn traced_derivative(self) -> Vec<Traced> { match self { $( MapOp::$name => define_ops!(@traced $class $name, $($x),*) ),* } }
            /// The expression as kernel text over `T`, its operands named as in the row.
            pub fn source(self) -> (&'static [&'static str], &'static str) { match self { $(
                MapOp::$name => (&[$( stringify!($x) ),*], eval::$name($( Source::variable(stringify!($x)) ),*).0)
            ),* } }
        }

        /// The expressions.
        pub mod eval { use super::*; $( define_ops!(@eval $class $doc $name ($($x),*) $e); )* }
        /// The derivatives.
        pub mod grad { use super::*; $( define_ops!(@grad $class $doc $name ($($x),*) $y $g [$($d),*]); )* }
    };
    (@class float) => { Class::Float };
    (@class number) => { Class::Number };
    (@class integer) => { Class::Integer };
    (@class compare) => { Class::Compare };
    (@class logic) => { Class::Logic };
    (@class select) => { Class::Select };
    (@class cast) => { Class::Cast };
    (@eval float $doc:literal $name:ident ($($x:ident),*) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<N: Float>($($x: N),*) -> N { $e } };
    (@eval number $doc:literal $name:ident ($($x:ident),*) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<N: Num>($($x: N),*) -> N { $e } };
    (@eval integer $doc:literal $name:ident ($($x:ident),*) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<N: Whole>($($x: N),*) -> N { $e } };
    (@eval compare $doc:literal $name:ident ($($x:ident),*) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<N: Num>($($x: N),*) -> N::Mask { $e } };
    (@eval logic $doc:literal $name:ident ($($x:ident),*) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<L: Logic>($($x: L),*) -> L { $e } };
    (@eval select $doc:literal $name:ident ($c:ident, $a:ident, $b:ident) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<N: Num>($c: N::Mask, $a: N, $b: N) -> N { $e } };
    (@eval cast $doc:literal $name:ident ($x:ident) $e:expr) => { #[doc = $doc] #[inline(always)] pub fn $name<V>($x: V) -> V { $e } };
    (@grad float $doc:literal $name:ident ($($x:ident),*) $y:ident $g:ident [$($d:expr),*]) => { define_ops!(@grad_fn Float $doc $name ($($x: N),*) $y $g [$($d),*]); };
    (@grad number $doc:literal $name:ident ($($x:ident),*) $y:ident $g:ident [$($d:expr),*]) => { define_ops!(@grad_fn Num $doc $name ($($x: N),*) $y $g [$($d),*]); };
    (@grad select $doc:literal $name:ident ($c:ident, $a:ident, $b:ident) $y:ident $g:ident [$($d:expr),*]) => { define_ops!(@grad_fn Num $doc $name ($c: N::Mask, $a: N, $b: N) $y $g [$($d),*]); };
    (@grad cast $doc:literal $name:ident ($($x:ident),*) $y:ident $g:ident [$($d:expr),*]) => { define_ops!(@grad_fn Num $doc $name ($($x: N),*) $y $g [$($d),*]); };
    (@grad $class:ident $($rest:tt)*) => {};
    (@grad_fn $bound:ident $doc:literal $name:ident ($($x:ident: $t:ty),*) $y:ident $g:ident [$($d:expr),*]) => {
        #[doc = concat!("The derivatives of `", stringify!($name), "` by its operands.")]
        #[inline(always)]
        #[allow(unused_variables)]
        pub fn $name<N: $bound>($($x: $t,)* $y: N, $g: N) -> [N; [$(stringify!($d)),*].len()] { [$($d),*] }
    };
    (@reference compare $name:ident, $v:ident, $($x:ident),*) => {{ let mut at = $v.iter().copied(); $( let $x: f64 = at.next().unwrap_or(f64::NAN); )* f64::from(u8::from(eval::$name($($x),*))) }};
    (@reference integer $name:ident, $v:ident, $($x:ident),*) => {{ let mut at = $v.iter().map(|v| Wrapping(*v as i64)); $( let $x = at.next().unwrap_or_default(); )* eval::$name($($x),*).0 as f64 }};
    (@reference logic $name:ident, $v:ident, $($x:ident),*) => {{ let mut at = $v.iter().map(|v| *v != 0.0); $( let $x: bool = at.next().unwrap_or(false); )* f64::from(u8::from(eval::$name($($x),*))) }};
    (@reference select $name:ident, $v:ident, $c:ident, $a:ident, $b:ident) => { eval::$name($v[0] != 0.0, $v[1], $v[2]) };
    (@reference $class:ident $name:ident, $v:ident, $($x:ident),*) => {{ let mut at = $v.iter().copied(); $( let $x: f64 = at.next().unwrap_or(f64::NAN); )* eval::$name($($x),*) }};
    (@traced compare $($rest:tt)*) => { Vec::new() };
    (@traced logic $($rest:tt)*) => { Vec::new() };
    (@traced integer $($rest:tt)*) => { Vec::new() };
    (@traced $class:ident $name:ident, $($x:ident),*) => {{ let mut next = (0..).map(Traced::operand); $( let $x = define_ops!(@next next); )* let (y, g) = (define_ops!(@next next), define_ops!(@next next)); grad::$name($($x,)* y, g).to_vec() }};
    (@next $numbers:ident) => { $numbers.next().unwrap_or(Traced(0)) };
    (@derivative select $name:ident, $v:ident, $y:ident, $g:ident, $c:ident, $a:ident, $b:ident) => { grad::$name($v[0] != 0.0, $v[1], $v[2], $y, $g).to_vec() };
    (@derivative compare $($rest:tt)*) => { Vec::new() };
    (@derivative logic $($rest:tt)*) => { Vec::new() };
    (@derivative integer $($rest:tt)*) => { Vec::new() };
    (@derivative $class:ident $name:ident, $v:ident, $y:ident, $g:ident, $($x:ident),*) => {{ let mut at = $v.iter().copied(); $( let $x: f64 = at.next().unwrap_or(f64::NAN); )* grad::$name($($x,)* $y, $g).to_vec() }};
}
with_elementwise_ops!(define_ops);

impl MapOp {
    /// The row with this name.
    pub fn find(name: &str) -> Option<MapOp> {
        MapOp::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// The fault that integers may meet in it. A device that runs it over integers must report the fault, or refuse.
    pub const fn fault(self) -> Option<&'static str> {
        match self {
            MapOp::remainder | MapOp::floor_divide => Some("division by zero, integer divisor"),
            MapOp::pow => Some("negative exponent of an integer that is neither 1 nor -1"),
            _ => None,
        }
    }

    /// The row that does for bools what this one does for the bits of integers.
    pub const fn of_bools(self) -> Option<MapOp> {
        match self {
            MapOp::bitwise_and => Some(MapOp::logical_and),
            MapOp::bitwise_or => Some(MapOp::logical_or),
            MapOp::bitwise_xor => Some(MapOp::logical_xor),
            MapOp::bitwise_invert => Some(MapOp::logical_not),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points away from every op's corners; positive, so that `log` and `sqrt` have a neighbourhood too.
    const POINTS: [f64; 4] = [0.3, 0.9, 1.7, 2.6];

    #[test]
    fn derivatives_agree_with_central_differences() {
        let mut checked = 0;
        for &op in MapOp::ALL.iter().filter(|op| op.differentiable()) {
            let first = if op.class() == Class::Select { 1 } else { 0 };
            for (i, &p) in POINTS.iter().enumerate() {
                for signs in [1.0, -1.0] {
                    let mut x = vec![p, POINTS[(i + 1) % 4], POINTS[(i + 2) % 4]];
                    x.truncate(op.arity());
                    use MapOp::{acos, asin, log, log1p, log2, log10, pow, rsqrt, sqrt};
                    if signs < 0.0 && !matches!(op, log | log1p | log2 | log10 | sqrt | rsqrt | pow) {
                        x.iter_mut().skip(first).for_each(|v| *v = -*v);
                    }
                    if matches!(op, asin | acos) {
                        x[0] *= 0.3;
                    }
                    let derivative = op.derivative(&x, op.reference(&x), 1.5);
                    assert_eq!(derivative.len(), op.arity() - first, "{op:?}");
                    for (j, got) in derivative.iter().enumerate() {
                        let h = 1e-6;
                        let at = |d: f64| {
                            let mut x = x.clone();
                            x[j + first] += d;
                            op.reference(&x)
                        };
                        let want = 1.5 * (at(h) - at(-h)) / (2.0 * h);
                        assert!(
                            (got - want).abs() < 1e-7 * want.abs().max(1.0),
                            "{op:?} at {x:?}: {got} is not {want}"
                        );
                        checked += 1;
                    }
                }
            }
        }
        assert!(checked > 150, "{checked}");
    }

    #[test]
    fn nan_and_ties_are_as_documented() {
        let nan = f64::NAN;
        for op in [MapOp::maximum, MapOp::minimum] {
            assert!(op.reference(&[nan, 1.0]).is_nan() && op.reference(&[1.0, nan]).is_nan());
            assert_eq!(op.derivative(&[1.0, 1.0], 1.0, 1.0), [0.5, 0.5]);
        }
        assert!(MapOp::relu.reference(&[nan]).is_nan() && MapOp::sign.reference(&[nan]).is_nan());
        assert_eq!((MapOp::ne.reference(&[nan, nan]), MapOp::eq.reference(&[nan, nan])), (1.0, 0.0));
    }

    #[test]
    fn rounding_and_division_of_floats_are_as_documented() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        let at = |op: MapOp, x: &[f64]| op.reference(x).to_bits();
        for (x, want) in [(0.5, 0.0), (1.5, 2.0), (2.5, 2.0), (-0.5, -0.0), (-1.5, -2.0)] {
            assert_eq!(at(MapOp::round, &[x]), f64::to_bits(want), "{x}");
        }
        // Quotient and remainder, with the divisor's sign and that of zero.
        for (a, b, whole, left) in [
            (7.5, 2.0, 3.0, 1.5),
            (-7.5, 2.0, -4.0, 0.5),
            (7.5, -2.0, -4.0, -0.5),
            (-1.0, inf, -1.0, inf),
            (1.0, inf, 0.0, 1.0),
            (-0.0, 3.0, -0.0, 0.0),
            (6.0, -3.0, -2.0, -0.0),
            (1.0, 0.1, 9.0, 1.0 - 9.0 * 0.1 - 5.551115123125783e-17),
        ] {
            let got = (at(MapOp::floor_divide, &[a, b]), MapOp::remainder.reference(&[a, b]));
            assert_eq!(got.0, f64::to_bits(whole), "{a} // {b}");
            assert!((got.1 - left).abs() < 1e-15 || got.1 == left, "{a} % {b} is {}, not {left}", got.1);
        }
        assert_eq!(MapOp::floor_divide.reference(&[1.0, 0.0]), inf);
        assert!(
            MapOp::remainder.reference(&[1.0, 0.0]).is_nan() && MapOp::floor_divide.reference(&[inf, 2.0]).is_nan()
        );
        let clamp = |x: f64, low: f64, high: f64| MapOp::clamp.reference(&[x, low, high]);
        assert_eq!((clamp(5.0, 1.0, 3.0), clamp(0.0, 1.0, 3.0), clamp(2.0, 9.0, 3.0)), (3.0, 1.0, 3.0));
        assert!(clamp(nan, 1.0, 3.0).is_nan());
        let lerp = |a: f64, b: f64, w: f64| MapOp::lerp.reference(&[a, b, w]);
        assert_eq!((lerp(0.1, 1e17, 0.0), lerp(0.1, 1e17, 1.0), lerp(1.0, 3.0, 0.25)), (0.1, 1e17, 1.5));
        let end = f64::MAX;
        let far = [0.0, 0.25, 0.5, 0.75, 1.0].map(|weight| lerp(-end, end, weight));
        assert_eq!(far, [-end, -end / 2.0, 0.0, end / 2.0, end]);
        assert_eq!((lerp(-1.0, 0.0, end), lerp(end, end, -end)), (end, end));
    }

    #[test]
    fn text_is_an_expression() {
        assert_eq!(MapOp::sigmoid.source(), (&["x"][..], "(T(1.0) / (T(1.0) + exp((-x))))"));
        assert_eq!(MapOp::find("maximum"), Some(MapOp::maximum));
        assert_eq!(MapOp::bitwise_and.source().1, "(a & b)");
        assert_eq!(MapOp::atan2.source().1, "robust_atan2(a, b)");
    }
}
