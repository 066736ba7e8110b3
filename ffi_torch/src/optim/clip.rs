//! Bounds for gradients. A gradient is replaced and never overwritten: its memory may be another parameter's gradient too.

use super::Optimizer;
use crate::Tensor;
use crate::autograd::recording;
use crate::elementwise::{clamp, map_scalar};
use crate::join::stack;
use crate::statistics::norm;
use ffi_backend::{MapOp, Result, Scalar, fail};

impl Optimizer {
    fn gradients(&self) -> impl Iterator<Item = (&Tensor, Tensor)> {
        self.0.parameters.iter().filter_map(|(_, parameter)| Some((parameter, parameter.grad()?)))
    }

    /// Scales all gradients so that their norm, as if they were one vector, is at most `most`; gives the norm before, 0 where
    /// there are no gradients. Waits for the device to read it.
    pub fn clip_grad_norm(&self, most: f64, p: f64) -> Result<f64> {
        if most.is_nan() || most < 0.0 {
            fail!(InvalidArgument, "clip_grad_norm: the largest norm is {most}; it is 0 or more");
        }
        recording(false, || {
            // Of each one by itself, then of these norms. Halves in f32, since their norm may be more than they hold.
            let mut norms: Vec<Tensor> = Vec::new();
            for (_, gradient) in self.gradients() {
                let own = norm(&gradient.to_dtype(super::computed_in(gradient.dtype))?, p, None, false)?;
                let own = norms.first().map_or(Ok(own.clone()), |first| own.to_device(first.device))?;
                norms.push(own);
            }
            if norms.is_empty() {
                return Ok(0.0);
            }
            let total = norm(&stack(&norms.iter().collect::<Vec<_>>(), 0)?, p, None, false)?.item()?.to_f64();
            // The addend is PyTorch's: no division by 0.
            let scale = most / (total + 1e-6);
            if scale < 1.0 || scale.is_nan() {
                for (parameter, gradient) in self.gradients() {
                    parameter.set_grad(Some(&map_scalar(MapOp::mul, &gradient, Scalar::Float(scale))?))?;
                }
            }
            Ok(total)
        })
    }

    /// Cuts every element of all gradients to between minus and plus `most`.
    pub fn clip_grad_value(&self, most: f64) -> Result<()> {
        if most.is_nan() || most < 0.0 {
            fail!(InvalidArgument, "clip_grad_value: the largest value is {most}; it is 0 or more");
        }
        let (low, high) = (Scalar::Float(-most), Scalar::Float(most));
        recording(false, || {
            self.gradients()
                .try_for_each(|(parameter, gradient)| parameter.set_grad(Some(&clamp(&gradient, low, high)?)))
        })
    }
}
