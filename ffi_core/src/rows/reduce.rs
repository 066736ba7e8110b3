//! Reductions, ops over rows, and the matrix product.

use super::TensorKind;
use ffi_backend::{ReduceOp, RowOp};
use ffi_base::{Array, Handle, Result, Row, exports};
use ffi_torch::{Tensor, matmul, reduce};

type T = Handle<TensorKind>;

/// One line per reduction: its operator, its two rows, its docs.
macro_rules! reductions {
    ($( $op:ident, $all:ident, $dims:ident, $doc:literal; )*) => {
        $(
            #[doc = $doc]
            pub mod $all {
                use super::*;
                exports! { ROWS, "Tensors: reductions", "rt_tensor_";
                    #[doc = $doc]
                    ///
                    /// Over all elements; the result has rank 0.
                    fn $all(tensor: T) -> T => over_all;
                    #[doc = $doc]
                    ///
                    /// Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go.
                    fn $dims(tensor: T, dims & n: Array<i64>, keepdim: bool) -> T => over_dims;
                }
                fn over_all(x: &Tensor) -> Result<Tensor> { reduce::reduce(ReduceOp::$op, x, None, false) }
                fn over_dims(x: &Tensor, dims: &[i64], keepdim: bool) -> Result<Tensor> { reduce::reduce(ReduceOp::$op, x, Some(dims), keepdim) }
            }
        )*
        /// The tables of the reductions.
        pub const TABLES: &[&[&[Row]]] = &[ $( $all::ROWS ),* ];
    };
}
reductions! {
    Sum, sum, sum_dims, "The sum. Integers and bools gather in i64, wrapping; f16 and bf16 in f32, rounded once.";
    Mean, mean, mean_dims, "The mean; NaN of nothing. Integers and bools become f32.";
    Prod, prod, prod_dims, "The product, with the sum's dtypes.";
    Max, max, max_dims, "The largest element; NaN if any is. An empty range is refused.";
    Min, min, min_dims, "The smallest element; NaN if any is. An empty range is refused.";
    ArgMax, argmax, argmax_dims, "The index (i64) of the first largest element within the reduced range, counted row-major; of the first NaN if there is one. An empty range is refused.";
    ArgMin, argmin, argmin_dims, "The index (i64) of the first smallest element within the reduced range, counted row-major; of the first NaN if there is one. An empty range is refused.";
    Any, any, any_dims, "Whether any element is true (not 0); false of nothing.";
    All, all, all_dims, "Whether every element is true (not 0); true of nothing.";
}

exports! { ROWS, "Tensors: reductions", "rt_";
    /// e to each element over the sum of those along one dimension, computed from the largest, so that nothing overflows.
    /// Integers and bools become f32.
    fn tensor_softmax(tensor: T, dim: i64) -> T => softmax;
    /// The logarithm of rt_tensor_softmax, computed without it.
    fn tensor_log_softmax(tensor: T, dim: i64) -> T => log_softmax;
    /// The matrix product. A vector counts as a row on the left and as a column on the right, and its dimension goes from the
    /// result; leading dimensions are batches and broadcast. dtypes promote; integers wrap, bools are refused.
    fn tensor_matmul(a: T, b: T) -> T => matmul::matmul;
}

fn softmax(x: &Tensor, dim: i64) -> Result<Tensor> {
    reduce::rows(RowOp::Softmax, x, dim)
}
fn log_softmax(x: &Tensor, dim: i64) -> Result<Tensor> {
    reduce::rows(RowOp::LogSoftmax, x, dim)
}
