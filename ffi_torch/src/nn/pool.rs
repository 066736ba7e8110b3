//! Pooling: the largest or the mean of every window.

use super::fused::{inst, program};
use crate::Tensor;
use crate::autograd::vertex::{Keep, record_if_tracked};
use crate::autograd::{enabled, recording};
use crate::elementwise::{map, map_in_place, map_scalar, map_scalar_in_place};
use crate::reduce::reduce;
use crate::windows::{Sliding, fold, pad, under, windows};
use ffi_backend::{DType, MOST_STEPS, MapOp, Op, Program, ReduceOp, Result, Scalar, fail};

/// How a pooling slides.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    sliding: Sliding,
    padding: [i64; 2],
}

impl Pool {
    /// From a list of kernel, stride and padding, two each; a stride left out is the kernel's size, padding 0.
    pub fn of(list: &[i64]) -> Result<Pool> {
        let (&[height, ..], true) = (list, list.len() <= 6) else {
            fail!(InvalidArgument, "pooling: {} numbers for kernel, stride and padding, two each", list.len());
        };
        let at = |place: usize, otherwise: i64| list.get(place).copied().unwrap_or(otherwise);
        let kernel = [height, at(1, height)];
        let stride = if list.len() > 2 { [list[2], at(3, list[2])] } else { kernel };
        let padding = [at(4, 0), at(5, at(4, 0))];
        if kernel.iter().chain(&stride).any(|&size| size <= 0) {
            fail!(InvalidArgument, "pooling: kernel {kernel:?} and stride {stride:?} must be above 0");
        }
        // More would give windows of nothing but padding.
        if (0..2).any(|axis| padding[axis] < 0 || padding[axis] > kernel[axis] / 2) {
            fail!(
                InvalidArgument,
                "pooling: padding {padding:?} is more than half of the kernel {kernel:?}, or below 0"
            );
        }
        Ok(Pool { sliding: Sliding { kernel, stride, dilation: [1, 1] }, padding })
    }

    fn over(&self, what: &'static str, op: ReduceOp, x: &Tensor, around: Scalar) -> Result<Tensor> {
        let &[_, _, height, width] = x.dims() else {
            fail!(ShapeMismatch, "{what}: shape {:?} is not [batch, channels, height, width]", x.dims());
        };
        let [vertical, horizontal] = self.padding;
        let x = match self.padding {
            [0, 0] => x.clone(),
            _ => pad(x, &[horizontal, horizontal, vertical, vertical], around)?,
        };
        let places = self.sliding.places(what, [height + 2 * vertical, width + 2 * horizontal])?;
        let [rows, columns] = self.sliding.kernel;
        // A half of a mean would be rounded at every step; a kernel of more elements than it has places is a reduction's work.
        let stepwise = match op {
            ReduceOp::Max => x.dtype.is_float(),
            _ => matches!(x.dtype, DType::F32 | DType::F64),
        };
        if !stepwise || rows * columns > places[0] * places[1] {
            return reduce(op, &windows(what, &x, self.sliding)?, Some(&[2, 3]), false);
        }
        self.stepwise(what, op, &x, places)
    }

    /// One pass over all places for each element of the kernel: they are few, and what stands under each is a plain slice.
    fn stepwise(&self, what: &'static str, op: ReduceOp, x: &Tensor, places: [i64; 2]) -> Result<Tensor> {
        let (sliding, [rows, columns]) = (self.sliding, self.sliding.kernel);
        let share = 1.0 / (rows * columns) as f64;
        let largest = op == ReduceOp::Max;
        let out = recording(false, || {
            let out = under(x, sliding, [0, 0], places)?.copy()?;
            // A view may be stretched beyond any memory, and a kernel with it.
            let steps = i128::from(out.numel()) * i128::from(rows) * i128::from(columns);
            if steps > i128::from(MOST_STEPS) {
                fail!(InvalidArgument, "{what}: {steps} elements under all windows; at most {MOST_STEPS} are walked");
            }
            for at in 1..rows * columns {
                let seen = under(x, sliding, [at / columns, at % columns], places)?;
                map_in_place(if largest { MapOp::maximum } else { MapOp::add }, &out, &seen)?;
            }
            if !largest {
                map_scalar_in_place(MapOp::mul, &out, Scalar::Float(share))?;
            }
            Ok(out)
        })?;
        let dims = x.dims().to_vec();
        let wide = [dims[0], dims[1], rows, columns, places[0], places[1]];
        if !largest {
            return Ok(record_if_tracked(what, &[x], Keep::NOTHING, out, move |step| {
                let parts = || map_scalar(MapOp::mul, step.grad, Scalar::Float(share));
                step.one(|| fold(&parts()?.unsqueeze(2)?.unsqueeze(2)?.expand(&wide)?, &dims, sliding))
            }));
        }
        Ok(record_if_tracked(what, &[x], Keep { output: true, ..Keep::operands(1) }, out, move |step| {
            step.one(|| {
                let (x, y) = (step.operand(0)?.detach(), step.output()?.detach());
                let one = Tensor::full(&[], Scalar::Int(1), y.dtype, y.device)?;
                // Elements that are equally large share the gradient.
                let count = recording(false, || {
                    let count = Tensor::full(y.dims(), Scalar::Int(0), y.dtype, y.device)?;
                    for at in 0..rows * columns {
                        let seen = under(&x, sliding, [at / columns, at % columns], places)?;
                        add_where_equal(&count, &seen, &y, &one)?;
                    }
                    Ok(count)
                })?;
                let share = map(MapOp::div, &[step.grad, &count])?;
                if enabled() {
                    let y = y.unsqueeze(2)?.unsqueeze(2)?;
                    let is_it = map(MapOp::eq, &[&windows(what, &x, sliding)?, &y])?.to_dtype(y.dtype)?;
                    let parts = map(MapOp::mul, &[&is_it, &share.unsqueeze(2)?.unsqueeze(2)?])?;
                    return fold(&parts, &dims, sliding);
                }
                let out = Tensor::full(&dims, Scalar::Int(0), y.dtype, y.device)?;
                for at in 0..rows * columns {
                    let kernel = [at / columns, at % columns];
                    let seen = under(&x, sliding, kernel, places)?;
                    add_where_equal(&under(&out, sliding, kernel, places)?, &seen, &y, &share)?;
                }
                Ok(out)
            })
        }))
    }
}

/// Adds `amount` in place where x equals y.
fn add_where_equal(out: &Tensor, x: &Tensor, y: &Tensor, amount: &Tensor) -> Result<()> {
    const ADDED: &Program = &program(
        "add_where_equal",
        4,
        0,
        &[inst(MapOp::eq, [1, 2, 0]), inst(MapOp::add, [0, 3, 0]), inst(MapOp::select, [4, 5, 0])],
    );
    let amount = amount.expand(out.dims())?;
    let sources = [out, x, y, &amount].map(Tensor::view_of);
    out.run(&Op::Map { program: ADDED, scalars: &[] }, &sources)
}

/// The largest element of each window of `[n, channels, height, width]`; padding is never it.
pub fn max_pool2d(x: &Tensor, pool: Pool) -> Result<Tensor> {
    // The smallest number of every dtype; as a bool it would be true.
    let around = if x.dtype == DType::Bool { Scalar::Int(0) } else { Scalar::Float(f64::NEG_INFINITY) };
    pool.over("max_pool2d", ReduceOp::Max, x, around)
}

/// The mean of each window; padding counts as zeros.
pub fn avg_pool2d(x: &Tensor, pool: Pool) -> Result<Tensor> {
    pool.over("avg_pool2d", ReduceOp::Mean, x, Scalar::Int(0))
}
