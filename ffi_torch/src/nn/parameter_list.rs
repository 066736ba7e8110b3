//! Tensors of one's own as a module: for optimisers and files, which take modules.

use super::layers::Sequential;
use super::{Layer, Module};
use crate::Tensor;
use ffi_backend::{Result, fail};
use std::ops::Deref;

/// One tensor, and nothing to do with it.
struct Parameter(Tensor);

impl Layer for Parameter {
    fn name(&self) -> &'static str {
        "parameter"
    }
    fn forward(&self, _: &Tensor, _: bool) -> Result<Tensor> {
        fail!(Unsupported, "a list of parameters computes nothing")
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        vec![("value".to_owned(), &self.0)]
    }
}

/// A module that holds these tensors, named `0.value`, `1.value`, …. They are shared, and want gradients from now on.
pub fn parameter_list<T: Deref<Target = Tensor>>(tensors: &[T]) -> Result<Module> {
    if let Some(at) = tensors.iter().position(|tensor| !tensor.is_leaf()) {
        fail!(InvalidArgument, "parameter_list: an op recorded tensor {at}, so that it is no parameter; detach it");
    }
    // All are looked at before the first is changed.
    for (at, tensor) in tensors.iter().enumerate() {
        if !tensor.dtype.is_float() {
            fail!(DtypeMismatch, "parameter_list: tensor {at} is {}; parameters are floats", tensor.dtype);
        }
        if !tensor.layout.is_injective() {
            fail!(InvalidArgument, "parameter_list: tensor {at} stands for one element several times; copy it first");
        }
    }
    tensors.iter().try_for_each(|tensor| tensor.set_requires_grad(true))?;
    // Cloned after the want is there: a clone shares it then, and gathers the same gradient.
    let single = |tensor: &T| Module::new(Parameter((**tensor).clone()));
    Module::new(Sequential::new(tensors.iter().map(single).collect::<Result<_>>()?))
}
