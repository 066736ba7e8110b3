//! Reductions over everything or over chosen dimensions, and the ops over rows.

use crate::Tensor;
use crate::view::short;
use ffi_backend::dtype::not_defined_for;
use ffi_backend::{Layout, Op, ReduceOp, Result, RowOp, fail, run};

/// Over these dimensions, over all of them when `None`. With `keepdim` they stay with size 1, else they go.
pub fn reduce(op: ReduceOp, x: &Tensor, dims: Option<&[i64]>, keepdim: bool) -> Result<Tensor> {
    let x = if op == ReduceOp::Mean { x.to_dtype(x.dtype.to_float())? } else { x.clone() };
    let Some(result) = op.result(x.dtype) else { return Err(not_defined_for(op.name(), x.dtype)) };
    let axes = match dims {
        None => ((1u16 << x.layout.rank()) - 1) as u8,
        Some(dims) => {
            let mut axes = 0u8;
            for &dim in short(dims)? {
                let bit = 1 << x.axis(dim)?;
                if axes & bit != 0 {
                    fail!(InvalidArgument, "{}: dimension {dim} is named twice in {dims:?}", op.name());
                }
                axes |= bit;
            }
            axes
        }
    };
    let kept: Vec<i64> =
        x.dims().iter().enumerate().map(|(i, &dim)| if axes >> i & 1 != 0 { 1 } else { dim }).collect();
    let layout = Layout::contiguous(&kept)?;
    let mut out = Tensor::of_op(x.device, &Op::Reduce { op, axes }, &[x.view_of()], result, &layout)?;
    if !keepdim {
        for axis in (0..x.layout.rank()).rev().filter(|axis| axes >> axis & 1 != 0) {
            out.layout = out.layout.drop_axis(axis);
        }
    }
    Ok(out)
}

/// An op over the rows along one dimension. Integers and bools become f32.
pub fn rows(op: RowOp, x: &Tensor, dim: i64) -> Result<Tensor> {
    let x = x.to_dtype(x.dtype.to_float())?;
    let axis = x.axis(dim)?;
    let out = Tensor::empty(x.dims(), x.dtype, x.device)?;
    let (rows, out_rows) = (x.transpose(axis as i64, -1)?, out.transpose(axis as i64, -1)?);
    run(x.device, &Op::Rows(op), &[rows.view_of()], &out_rows.view_of())?;
    Ok(out)
}
