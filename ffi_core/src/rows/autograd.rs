//! Gradients: what wants them, and how they are computed.

use super::TensorKind;
use ffi_base::{Bool, Handle, Optional, Result, Status, error, exports};
use ffi_torch::{Tensor, autograd};

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: gradients", "rt_";
    /// Whether gradients are wanted for a tensor: ops over it are recorded from now on, and rt_tensor_backward of what comes from it
    /// adds to its gradient. Floats alone. Wants are the tensor's own: views and handles made from it before stay as they were. What
    /// an op recorded wants gradients in any case.
    fn tensor_set_requires_grad(tensor: T, wanted: bool) -> Status => Tensor::set_requires_grad;
    /// Whether gradients are computed for it, because it wants them or something that it came from does.
    fn tensor_requires_grad(tensor: T) -> Bool => requires_grad;
    /// Whether no op recorded it: where gradients end and gather.
    fn tensor_is_leaf(tensor: T) -> Bool => is_leaf;
    /// Adds to every leaf that the tensor, of one element, came from the gradient of this one by that leaf. The record is used up.
    /// A tensor that an op wrote in place after its values were needed is refused instead of giving a wrong gradient.
    fn tensor_backward(tensor: T) -> Status => backward;
    /// As rt_tensor_backward. `gradient` is that of the tensor itself, of its shape and dtype, 0 for 1 where it has one element.
    /// `retain_graph` keeps the record for another call; `create_graph` keeps it too and also records this call, so that the
    /// gradients can be differentiated: each then leads back to its tensor, and both live until rt_tensor_zero_grad parts them.
    fn tensor_backward_with(tensor: T, gradient: Optional<TensorKind>, retain_graph: bool, create_graph: bool) -> Status => backward_with;
    /// The gradient of `tensor` by `by`, as a new tensor; no tensor's own gradient changes. NOT_FOUND where the one does not come
    /// from the other. The other parameters are those of rt_tensor_backward_with.
    fn tensor_gradient(tensor: T, by: T, gradient: Optional<TensorKind>, retain_graph: bool, create_graph: bool) -> T => gradient_by;
    /// The gradient gathered so far, as a new handle; NOT_FOUND when there is none. Later gradients do not change it.
    fn tensor_grad(tensor: T) -> T => grad;
    /// Sets the gradient, of the tensor's shape, dtype and device, without its record; 0 forgets it.
    fn tensor_set_grad(tensor: T, gradient: Optional<TensorKind>) -> Status => Tensor::set_grad;
    /// Forgets the gradient.
    fn tensor_zero_grad(tensor: T) -> Status => zero_grad;
    /// Keeps the gradient of a tensor that an op made; those of leaves are kept anyhow.
    fn tensor_retain_grad(tensor: T) -> Status => Tensor::retain_grad;
    /// The same memory without a record: gradients end here.
    fn tensor_detach(tensor: T) -> T => detach;
    /// Stops recording on this thread until rt_no_grad_end; calls nest.
    fn no_grad_begin() -> Status => autograd::no_grad_begin;
    /// Ends one rt_no_grad_begin of this thread.
    fn no_grad_end() -> Status => autograd::no_grad_end;
    /// Whether this thread records.
    fn grad_enabled() -> Bool => enabled;
}

fn requires_grad(x: &Tensor) -> Result<bool> {
    Ok(x.requires_grad())
}
fn is_leaf(x: &Tensor) -> Result<bool> {
    Ok(x.is_leaf())
}
fn backward(x: &Tensor) -> Result<()> {
    autograd::backward(x, None, false, false)
}
fn backward_with(x: &Tensor, gradient: Option<&Tensor>, retain_graph: bool, create_graph: bool) -> Result<()> {
    autograd::backward(x, gradient, retain_graph, create_graph)
}
fn gradient_by(x: &Tensor, by: &Tensor, gradient: Option<&Tensor>, retain: bool, create: bool) -> Result<Tensor> {
    let found = autograd::gradients(x, &[by], gradient, retain, create)?.into_iter().flatten().next();
    found.ok_or_else(|| error!(NotFound, "gradient: the one tensor does not come from the other"))
}
fn grad(x: &Tensor) -> Result<Tensor> {
    x.grad().ok_or_else(|| error!(NotFound, "grad: no gradient has been gathered for this tensor"))
}
fn zero_grad(x: &Tensor) -> Result<()> {
    x.set_grad(None)
}
fn detach(x: &Tensor) -> Result<Tensor> {
    Ok(x.detach())
}
fn enabled() -> Result<bool> {
    Ok(autograd::enabled())
}
