//! Everything a device may be asked for: an op and its parameters as one value. Operands come beside it as views.

use crate::dtype::DType;
use crate::layout::Layout;
use crate::program::Program;
use crate::reference::BufferRef;

/// One operand. A destination has no two indices on one element, and overlaps a source only when both views are equal.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The memory.
    pub buffer: &'a BufferRef,
    /// What lies in it.
    pub dtype: DType,
    /// Where.
    pub layout: &'a Layout,
}

/// A number that stands in the op itself. An i64 is never squeezed through a double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// For floats; integers truncate and saturate it.
    Float(f64),
    /// For integers and bools.
    Int(i64),
}

impl Scalar {
    /// As a double.
    pub fn to_f64(self) -> f64 {
        match self {
            Scalar::Float(value) => value,
            Scalar::Int(value) => value as f64,
        }
    }
    /// As an element.
    pub fn to<T: crate::dtype::Element>(self) -> T {
        match self {
            Scalar::Float(value) => T::from_real(value),
            Scalar::Int(value) => T::from_whole(value),
        }
    }
}

/// A reduction's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReduceOp {
    /// Floats gather pairwise in their own width (f16 and bf16 in f32), integers and bools in i64.
    Sum,
    /// As `Sum`, divided by the count before rounding; floats alone.
    Mean,
    /// As `Sum`.
    Prod,
    /// The largest; NaN if any is. Refuses an empty range.
    Max,
    /// The smallest; NaN if any is. Refuses an empty range.
    Min,
    /// The index of the first largest in the reduced range, i64; the first NaN if any is.
    ArgMax,
    /// The index of the first smallest in the reduced range, i64; the first NaN if any is.
    ArgMin,
    /// Whether any is not 0.
    Any,
    /// Whether none is 0.
    All,
}

impl ReduceOp {
    /// Every operator.
    pub const ALL: [ReduceOp; 9] = [
        ReduceOp::Sum,
        ReduceOp::Mean,
        ReduceOp::Prod,
        ReduceOp::Max,
        ReduceOp::Min,
        ReduceOp::ArgMax,
        ReduceOp::ArgMin,
        ReduceOp::Any,
        ReduceOp::All,
    ];
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            ReduceOp::Sum => "sum",
            ReduceOp::Mean => "mean",
            ReduceOp::Prod => "prod",
            ReduceOp::Max => "max",
            ReduceOp::Min => "min",
            ReduceOp::ArgMax => "argmax",
            ReduceOp::ArgMin => "argmin",
            ReduceOp::Any => "any",
            ReduceOp::All => "all",
        }
    }
    /// The dtype of the result, `None` where it is not defined.
    pub const fn result(self, source: DType) -> Option<DType> {
        match self {
            ReduceOp::Sum | ReduceOp::Prod => Some(if source.is_float() { source } else { DType::I64 }),
            ReduceOp::Mean => {
                if source.is_float() {
                    Some(source)
                } else {
                    None
                }
            }
            ReduceOp::Max | ReduceOp::Min => Some(source),
            ReduceOp::ArgMax | ReduceOp::ArgMin => Some(DType::I64),
            ReduceOp::Any | ReduceOp::All => Some(DType::Bool),
        }
    }
    /// Whether an empty range has no answer.
    pub const fn needs_elements(self) -> bool {
        matches!(self, ReduceOp::Max | ReduceOp::Min | ReduceOp::ArgMax | ReduceOp::ArgMin)
    }
}

/// An op over whole rows: the last dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowOp {
    /// e^(x - max) over its sum.
    Softmax,
    /// The logarithm of that, computed without it.
    LogSoftmax,
    /// Distances from the mean in units of the standard deviation: (x - mean) / sqrt(variance + epsilon).
    Normal {
        /// Added to the variance, which is of no sample: divided by the count.
        epsilon: f64,
    },
}

impl RowOp {
    /// Every row op.
    pub const ALL: [RowOp; 3] = [RowOp::Softmax, RowOp::LogSoftmax, RowOp::Normal { epsilon: 1e-5 }];
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            RowOp::Softmax => "softmax",
            RowOp::LogSoftmax => "log_softmax",
            RowOp::Normal { .. } => "normal",
        }
    }
}

/// Linear algebra over the last two dimensions, f32 and f64 alone; the leading ones are batches. A matrix that has no answer is
/// refused with INVALID_ARGUMENT and its place in the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinalgOp {
    /// The triangular factor of a symmetric positive definite matrix: a = l l^T, read from the lower triangle, or a = u^T u, read
    /// from the upper one. The other triangle of the result is 0.
    Cholesky {
        /// Whether the upper factor is wanted.
        upper: bool,
    },
    /// The x of a x = b, by LU with partial pivoting.
    Solve,
    /// The inverse, by the same.
    Inverse,
    /// The determinant, by the same; 0 where the matrix is singular, 1 where it is empty.
    Det,
}

impl LinalgOp {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            LinalgOp::Cholesky { .. } => "cholesky",
            LinalgOp::Solve => "solve",
            LinalgOp::Inverse => "inverse",
            LinalgOp::Det => "det",
        }
    }
}

/// A distribution. Philox4x32-10, see [`philox`](crate::philox).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RandomOp {
    /// Uniform in [0, 1).
    Uniform,
    /// Standard normal.
    Normal,
    /// Integers in [low, high).
    Integers {
        /// The smallest.
        low: i64,
        /// One more than the largest.
        high: i64,
    },
}

impl RandomOp {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            RandomOp::Uniform => "rand",
            RandomOp::Normal => "randn",
            RandomOp::Integers { .. } => "randint",
        }
    }
}

/// A running total's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanOp {
    /// f64 and f32 gather in f64, f16 and bf16 in f32, each result rounded once; integers and bools in i64, wrapping.
    Sum,
    /// As `Sum`.
    Prod,
}

impl ScanOp {
    /// Every operator.
    pub const ALL: [ScanOp; 2] = [ScanOp::Sum, ScanOp::Prod];
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            ScanOp::Sum => "cumsum",
            ScanOp::Prod => "cumprod",
        }
    }
}

/// What is done with the elements that an index names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexOp {
    /// [x, index -> y] y takes them from x.
    Gather,
    /// [index, values -> y] They are overwritten; of several values for one place the last in row-major order stays.
    Scatter,
    /// [index, values -> y] Values are added to them, in row-major order of the index, so that every run rounds alike.
    ScatterAdd,
}

impl IndexOp {
    /// Every op.
    pub const ALL: [IndexOp; 3] = [IndexOp::Gather, IndexOp::Scatter, IndexOp::ScatterAdd];
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            IndexOp::Gather => "gather",
            IndexOp::Scatter => "scatter",
            IndexOp::ScatterAdd => "scatter_add",
        }
    }
}

/// One op. Sources and destinations in brackets. Shapes arrive broadcast and dtypes promoted: a device computes, it does
/// not decide. A new family is a variant here, its check and its lowering; the device trait does not change.
#[derive(Debug, Clone, Copy)]
pub enum Op<'a> {
    /// [n -> 1] A program at every index: unary, binary, where, cast, copy, fill, fused.
    Map {
        /// The code.
        program: &'a Program,
        /// Its scalars.
        scalars: &'a [Scalar],
    },
    /// [x -> y] Over the dimensions whose bit is set in `axes`; y keeps them with size 1.
    Reduce {
        /// The operator.
        op: ReduceOp,
        /// Bit i is dimension i.
        axes: u8,
    },
    /// [x -> y] Over the last dimension; floats alone.
    Rows(RowOp),
    /// [a, b -> c] c = alpha a b. Batch dimensions lead and are equal; transposes are strides. Integers wrap.
    Matmul {
        /// The factor.
        alpha: f64,
    },
    /// [a, b -> c] The product where rows, columns and the dimension summed over are one to three dimensions each, which count as
    /// one in row-major order: a is [batch, rows, inner], b [batch, inner, columns], c [batch, rows, columns]. Over a view of all windows
    /// it is a convolution that copies none of them.
    Contract {
        /// Dimensions of the rows.
        rows: u8,
        /// Dimensions summed over.
        inner: u8,
        /// Dimensions of the columns.
        columns: u8,
    },
    /// [a -> y], and [a, b -> x] for `Solve`. Batch dimensions lead and are equal; `Det` leaves them alone.
    Linalg(LinalgOp),
    /// [-> y] Contiguous destinations alone.
    Random {
        /// The distribution.
        op: RandomOp,
        /// The key.
        seed: u64,
        /// The first counter.
        offset: u64,
    },
    /// [x -> y] A running total along one dimension.
    Scan {
        /// The operator.
        op: ScanOp,
        /// The dimension.
        axis: u8,
    },
    /// Elements whose position along one dimension an index tensor (i64 or i32) names; negative ones count from the end. One
    /// outside the dimension is INVALID_ARGUMENT, and nothing is written then. See [`IndexOp`] for the operands; all have the
    /// same dims but for `axis`, along which the index decides.
    Index {
        /// What is done.
        op: IndexOp,
        /// The dimension.
        axis: u8,
    },
    /// [x -> positions] The positions (i64) along one dimension in the order of their elements: stable, NaN counting as the
    /// largest. Where y is shorter along the dimension, the first ones alone.
    Order {
        /// The dimension.
        axis: u8,
        /// The largest first.
        descending: bool,
    },
}

impl Op<'_> {
    /// Its name, for messages.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Map { program, .. } => program.name,
            Op::Reduce { op, .. } => op.name(),
            Op::Rows(op) => op.name(),
            Op::Matmul { .. } => "matmul",
            Op::Contract { .. } => "contract",
            Op::Linalg(op) => op.name(),
            Op::Random { op, .. } => op.name(),
            Op::Scan { op, .. } => op.name(),
            Op::Index { op, .. } => op.name(),
            Op::Order { .. } => "sort",
        }
    }
}

/// What would happen to an op on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// One kernel.
    Native,
    /// Simpler ops on the same device.
    Lowered,
    /// Refused, with the reason: "no 64-bit floats on this device".
    No(&'static str),
}
