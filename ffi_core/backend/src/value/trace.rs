//! Expressions as instructions: evaluating one over [`Traced`] writes down which rows of the op table it takes.

use super::{Float, Logic, Num};
use crate::elementwise::MapOp;
use std::cell::RefCell;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

/// What a traced value is. Arguments are places in the trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// The operand with this number.
    Operand(u8),
    /// A number.
    Constant(f64),
    /// A row over values traced before.
    Row(MapOp, [u16; 3]),
}

thread_local! {
    /// What the expression under way consists of. Traces are short and made once per row.
    static NODES: RefCell<Vec<Node>> = const { RefCell::new(Vec::new()) };
}

/// A value of the expression under way, number or truth: its place in the trace.
#[derive(Clone, Copy, Debug)]
pub struct Traced(pub u16);

/// Evaluates an expression over operands by their numbers: its nodes, and the place of each result.
pub fn trace(expression: impl FnOnce() -> Vec<Traced>) -> (Vec<Node>, Vec<u16>) {
    NODES.take();
    let roots = expression();
    (NODES.take(), roots.iter().map(|root| root.0).collect())
}

impl Traced {
    /// An operand.
    pub fn operand(number: usize) -> Traced {
        Traced::of_node(Node::Operand(number as u8))
    }

    /// Equal nodes are one, so that what an expression says twice is computed once.
    fn of_node(node: Node) -> Traced {
        NODES.with_borrow_mut(|nodes| {
            let at = nodes.iter().position(|other| *other == node).unwrap_or_else(|| {
                nodes.push(node);
                nodes.len() - 1
            });
            Traced(at as u16)
        })
    }

    fn row(op: MapOp, args: &[Traced]) -> Traced {
        let mut places = [0; 3];
        for (place, arg) in places.iter_mut().zip(args) {
            *place = arg.0;
        }
        Traced::of_node(Node::Row(op, places))
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $row:ident;)*) => {$(
        impl $trait for Traced {
            type Output = Traced;
            fn $method(self, other: Traced) -> Traced { Traced::row(MapOp::$row, &[self, other]) }
        }
    )*};
}
operators! { Add add add; Sub sub sub; Mul mul mul; Div div div; BitAnd bitand logical_and; BitOr bitor logical_or; BitXor bitxor logical_xor; }

impl Neg for Traced {
    type Output = Traced;
    fn neg(self) -> Traced {
        Traced::row(MapOp::neg, &[self])
    }
}
impl Not for Traced {
    type Output = Traced;
    fn not(self) -> Traced {
        Traced::row(MapOp::logical_not, &[self])
    }
}
impl Logic for Traced {}

macro_rules! rows {
    ($($name:ident($($arg:ident),*) $row:ident;)*) => {$(
        fn $name(self $(, $arg: Traced)*) -> Traced { Traced::row(MapOp::$row, &[self $(, $arg)*]) }
    )*};
}

impl Num for Traced {
    type Mask = Traced;
    rows! {
        is_nan() isnan; is_infinite() isinf; floor() floor; ceil() ceil; round() round; trunc() trunc;
        lt(other) lt; le(other) le; eq(other) eq;
        power(exponent) pow; remainder(divisor) remainder; floor_divide(divisor) floor_divide; log_or_zero() log;
    }
    fn of(value: f64) -> Traced {
        Traced::of_node(Node::Constant(value))
    }
    fn select(mask: Traced, yes: Traced, no: Traced) -> Traced {
        Traced::row(MapOp::select, &[mask, yes, no])
    }
}

impl Float for Traced {
    rows! {
        exp() exp; exp2() exp2; expm1() expm1; log() log; log2() log2; log10() log10; log1p() log1p; sqrt() sqrt;
        sin() sin; cos() cos; tan() tan; asin() asin; acos() acos; atan() atan; sinh() sinh; cosh() cosh; tanh() tanh;
        erf() erf; atan2(x) atan2;
    }
    fn normal_cdf(self) -> Traced {
        Traced::of(0.5) + Traced::of(0.5) * (self * Traced::of(std::f64::consts::FRAC_1_SQRT_2)).erf()
    }
}
