//! Along one dimension: running totals, and elements in order.

use super::{TensorKind, give_all};
use ffi_backend::ScanOp;
use ffi_base::{Handle, Out, OutSlice, Result, Status, exports};
use ffi_torch::{Tensor, order};

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: ordering and running totals", "rt_";
    /// The sum of all elements up to each along `dim`. Integers and bools gather in i64, wrapping; f32 in f64, f16 and bf16 in
    /// f32, each result rounded once.
    fn tensor_cumsum(tensor: T, dim: i64) -> T => cumsum;
    /// The product of all elements up to each along `dim`, with the dtypes of rt_tensor_cumsum.
    fn tensor_cumprod(tensor: T, dim: i64) -> T => cumprod;
    /// The positions (i64) along `dim` in the order of their elements, the smallest first, or the largest when `descending`. Equal
    /// elements keep their order; both zeros are equal; NaN counts as the largest, so it is last, or first when `descending`.
    fn tensor_argsort(tensor: T, dim: i64, descending: bool) -> T => order::argsort;
    /// The elements in order along `dim` and the position (i64) that each had, with the order of rt_tensor_argsort: two new
    /// tensors, whose handles are written on success, to two different places.
    fn tensor_sort(tensor: T, dim: i64, descending: bool, values: Out<i64>, indices: Out<i64>) -> Status => sort;
    /// The `k` largest elements along `dim` (the smallest unless `largest`), in order, and the position (i64) of each: two new
    /// tensors, whose handles are written on success, to two different places. Of equal elements those at smaller positions
    /// come first. `k` is at most the dimension's size.
    fn tensor_topk(tensor: T, k: i64, dim: i64, largest: bool, values: Out<i64>, indices: Out<i64>) -> Status => topk;
}

fn cumsum(tensor: &Tensor, dim: i64) -> Result<Tensor> {
    order::scan(ScanOp::Sum, tensor, dim)
}
fn cumprod(tensor: &Tensor, dim: i64) -> Result<Tensor> {
    order::scan(ScanOp::Prod, tensor, dim)
}
fn sort(
    tensor: &Tensor,
    dim: i64,
    descending: bool,
    values: OutSlice<'_, i64>,
    indices: OutSlice<'_, i64>,
) -> Result<()> {
    let (sorted, order) = order::sort(tensor, dim, descending)?;
    give_all([Some(sorted), Some(order)], [values, indices])
}
fn topk(
    tensor: &Tensor,
    k: i64,
    dim: i64,
    largest: bool,
    values: OutSlice<'_, i64>,
    indices: OutSlice<'_, i64>,
) -> Result<()> {
    let (found, order) = order::topk(tensor, k, dim, largest)?;
    give_all([Some(found), Some(order)], [values, indices])
}
