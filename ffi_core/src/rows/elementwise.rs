//! Index-wise ops: every row of the op table exported, with its forms for a number as second operand, and in place.

use super::TensorKind;
use ffi_backend::{MapOp, Scalar};
use ffi_base::{Handle, Result, Row, Status, exports};
use ffi_torch::{Tensor, elementwise};

type T = Handle<TensorKind>;

/// One module per row of the table. The classes `select` and `cast` have functions of their own: rt_tensor_where, and
/// rt_tensor_to_dtype; so has clamp, between numbers. A fraction has no bits, so rows of integers take an integer as number.
macro_rules! export_ops {
    ($( #[doc = $doc:literal] $name:ident: $class:ident($($x:ident),*) = $e:expr, d($y:ident, $g:ident) = [$($d:expr),*]; )*) => {
        $( export_ops!(@row $class $doc $name ($($x),*)); )*
        /// The tables of all ops.
        pub const TABLES: &[&[&[Row]]] = &[ $( $name::ROWS ),* ];
    };
    (@row select $doc:literal $name:ident $x:tt) => {
        #[doc = $doc]
        pub mod $name {
            use super::*;
            exports! { ROWS, "Tensors: elementwise", "rt_";
                /// `a` where the condition is true (not 0), else `b`. Broadcasts; a and b promote.
                fn tensor_where(condition: T, a: T, b: T) -> T => elementwise::select;
            }
        }
    };
    (@row cast $doc:literal $name:ident $x:tt) => {
        #[doc = $doc]
        pub mod $name { pub(super) const ROWS: &[&[ffi_base::Row]] = &[]; }
    };
    (@row float $doc:literal lerp $x:tt) => {
        #[doc = $doc]
        pub mod lerp {
            use super::*;
            exports! { ROWS, "Tensors: elementwise", "rt_tensor_";
                #[doc = $doc]
                ///
                /// Broadcasts and promotes; integers and bools become f32.
                fn lerp(start: T, end: T, weight: T) -> T => apply;
                /// rt_tensor_lerp with one weight.
                #[twins(bits)]
                fn lerp_scalar(start: T, end: T, weight: f64) -> T => elementwise::lerp;
            }
            fn apply(start: &Tensor, end: &Tensor, weight: &Tensor) -> Result<Tensor> {
                elementwise::map(MapOp::lerp, &[start, end, weight])
            }
        }
    };
    (@row number $doc:literal clamp $x:tt) => {
        #[doc = $doc]
        pub mod clamp {
            use super::*;
            exports! { ROWS, "Tensors: elementwise", "rt_tensor_";
                /// Every element, but no less than `low` and no more than `high`; `high` where `low` is above it. NaN stays, and
                /// bounds that are NaN give NaN. Integers and bools become f32; rt_tensor_clamp_i64 keeps them.
                #[twins(bits)]
                fn clamp(tensor: T, low: f64, high: f64) -> T => apply_f64;
                /// As rt_tensor_clamp between integers, exact beyond 2^53.
                fn clamp_i64(tensor: T, low: i64, high: i64) -> T => apply_i64;
            }
            fn apply_f64(x: &Tensor, low: f64, high: f64) -> Result<Tensor> { elementwise::clamp(x, Scalar::Float(low), Scalar::Float(high)) }
            fn apply_i64(x: &Tensor, low: i64, high: i64) -> Result<Tensor> { elementwise::clamp(x, Scalar::Int(low), Scalar::Int(high)) }
        }
    };
    (@row integer $doc:literal $name:ident ($a:ident, $b:ident)) => {
        #[doc = $doc]
        pub mod $name {
            use super::*;
            exports! { PLAIN, "Tensors: elementwise", "rt_tensor_";
                #[doc = $doc]
                ///
                /// Integers and bools. Broadcasts and promotes.
                fn $name(a: T, b: T) -> T => apply;
            }
            exports! { WITH_NUMBER, "Tensors: elementwise", concat!("rt_tensor_", stringify!($name));
                #[doc = $doc]
                ///
                /// b is an integer; bools become i64.
                fn _scalar_i64(a: T, b: i64) -> T => apply_i64;
            }
            /// The rows of this op.
            pub const ROWS: &[&[Row]] = &[PLAIN[0], WITH_NUMBER[0]];
            fn apply(a: &Tensor, b: &Tensor) -> Result<Tensor> { elementwise::map(MapOp::$name, &[a, b]) }
            fn apply_i64(a: &Tensor, b: i64) -> Result<Tensor> { elementwise::map_scalar(MapOp::$name, a, Scalar::Int(b)) }
        }
    };
    (@row $class:ident $doc:literal $name:ident ($x:ident)) => {
        #[doc = $doc]
        pub mod $name {
            use super::*;
            exports! { ROWS, "Tensors: elementwise", "rt_tensor_";
                #[doc = $doc]
                fn $name(tensor: T) -> T => apply;
            }
            fn apply(x: &Tensor) -> Result<Tensor> { elementwise::map(MapOp::$name, &[x]) }
        }
    };
    (@row $class:ident $doc:literal $name:ident ($a:ident, $b:ident)) => {
        #[doc = $doc]
        pub mod $name {
            use super::*;
            exports! { PLAIN, "Tensors: elementwise", "rt_tensor_";
                #[doc = $doc]
                ///
                /// Broadcasts and promotes.
                fn $name(a: T, b: T) -> T => apply;
            }
            exports! { WITH_NUMBER, "Tensors: elementwise", concat!("rt_tensor_", stringify!($name));
                #[doc = $doc]
                ///
                /// b is a number; with a fraction, integers and bools become f32.
                #[twins(bits)]
                fn _scalar(a: T, b: f64) -> T => apply_f64;
                #[doc = $doc]
                ///
                /// b is an integer, exact beyond 2^53.
                fn _scalar_i64(a: T, b: i64) -> T => apply_i64;
            }
            /// The rows of this op.
            pub const ROWS: &[&[Row]] = &[PLAIN[0], WITH_NUMBER[0], WITH_NUMBER[1]];
            fn apply(a: &Tensor, b: &Tensor) -> Result<Tensor> { elementwise::map(MapOp::$name, &[a, b]) }
            fn apply_f64(a: &Tensor, b: f64) -> Result<Tensor> { elementwise::map_scalar(MapOp::$name, a, Scalar::Float(b)) }
            fn apply_i64(a: &Tensor, b: i64) -> Result<Tensor> { elementwise::map_scalar(MapOp::$name, a, Scalar::Int(b)) }
        }
    };
}
ffi_backend::with_elementwise_ops!(export_ops);

/// The in-place forms: their names are the op's and, as everywhere, end in `_`, the twins' too.
macro_rules! in_place {
    ($( $op:ident $with_scalar:ident $with_integer:ident; )*) => { /// The in-place forms, one module an op.
    pub mod in_place {
        use super::*;
        $(
            #[doc = concat!("`rt_tensor_", stringify!($op), "_`.")]
            pub mod $op {
                use super::*;
                exports! { ROWS, "Tensors: in place", "rt_tensor_", end "_";
                    /// The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view
                    /// of the same memory.
                    fn $op(a: T, b: T) -> Status => apply;
                    /// The op with a number into a's own memory.
                    #[twins(bits)]
                    fn $with_scalar(a: T, b: f64) -> Status => apply_scalar;
                    /// The op with an integer into a's own memory, exact beyond 2^53.
                    fn $with_integer(a: T, b: i64) -> Status => apply_integer;
                }
                fn apply(a: &Tensor, b: &Tensor) -> Result<()> { elementwise::map_in_place(MapOp::$op, a, b) }
                fn apply_scalar(a: &Tensor, b: f64) -> Result<()> { elementwise::map_scalar_in_place(MapOp::$op, a, number_for(a, b)) }
                fn apply_integer(a: &Tensor, b: i64) -> Result<()> { elementwise::map_scalar_in_place(MapOp::$op, a, Scalar::Int(b)) }
            }
        )*
        /// Their tables.
        pub const TABLES: &[&[&[Row]]] = &[ $( $op::ROWS ),* ];
    } };
}
in_place! {
    add add_scalar add_scalar_i64;
    sub sub_scalar sub_scalar_i64;
    mul mul_scalar mul_scalar_i64;
    div div_scalar div_scalar_i64;
}

exports! { ROWS, "Tensors: in place", "rt_", end "_";
    /// Overwrites every element with a value; integers truncate and saturate it.
    #[twins(bits)]
    fn tensor_fill(tensor: T, value: f64) -> Status => fill;
    /// Overwrites every element with an integer, exact beyond 2^53, refused as in rt_tensor_full_i64.
    fn tensor_fill_i64(tensor: T, value: i64) -> Status => fill_i64;
    /// Overwrites every element with those of `source`, which broadcasts, converts, and may live on another device.
    #[mode(Blocking)]
    fn tensor_copy(tensor: T, source: T) -> Status => Tensor::assign;
}

/// A whole number is an integer to an integer tensor.
fn number_for(tensor: &Tensor, value: f64) -> Scalar {
    let whole = value.trunc() == value && value.abs() < 9_007_199_254_740_992.0;
    if whole && !tensor.dtype().is_float() { Scalar::Int(value as i64) } else { Scalar::Float(value) }
}
fn fill(tensor: &Tensor, value: f64) -> Result<()> {
    tensor.clone().fill(Scalar::Float(value))
}
fn fill_i64(tensor: &Tensor, value: i64) -> Result<()> {
    tensor.clone().fill(Scalar::Int(value))
}
