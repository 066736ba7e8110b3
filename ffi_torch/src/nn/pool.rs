//! Pooling: the largest or the mean of every window.

use crate::Tensor;
use crate::reduce::reduce;
use crate::windows::{Sliding, pad, windows};
use ffi_backend::{ReduceOp, Result, Scalar, fail};

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
            fail!(InvalidArgument, "pooling: kernel {kernel:?} and stride {stride:?} are above 0");
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

    fn over(&self, what: &str, op: ReduceOp, x: &Tensor, around: Scalar) -> Result<Tensor> {
        if x.dims().len() != 4 {
            fail!(ShapeMismatch, "{what}: shape {:?} is not [batch, channels, height, width]", x.dims());
        }
        let [vertical, horizontal] = self.padding;
        let x = match self.padding {
            [0, 0] => x.clone(),
            _ => pad(x, &[horizontal, horizontal, vertical, vertical], around)?,
        };
        reduce(op, &windows(what, &x, self.sliding)?, Some(&[2, 3]), false)
    }
}

/// The largest element of each window of `[n, channels, height, width]`; padding is never it.
pub fn max_pool2d(x: &Tensor, pool: Pool) -> Result<Tensor> {
    pool.over("max_pool2d", ReduceOp::Max, x, Scalar::Float(f64::NEG_INFINITY))
}

/// The mean of each window; padding counts as zeros.
pub fn avg_pool2d(x: &Tensor, pool: Pool) -> Result<Tensor> {
    pool.over("avg_pool2d", ReduceOp::Mean, x, Scalar::Int(0))
}
