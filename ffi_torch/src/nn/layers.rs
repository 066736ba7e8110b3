//! The layers.

use super::init::by_inputs;
use super::module::{Layer, Module, parameter};
use crate::Tensor;
use crate::elementwise::map;
use crate::matmul::matmul;
use ffi_backend::{DType, DeviceRef, MapOp, Result, fail};

/// `x @ weight^T + bias`; weight is `[outputs, inputs]`.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let product = matmul(x, &weight.transpose(0, 1)?)?;
    match bias {
        Some(bias) => map(MapOp::add, &[&product, bias]),
        None => Ok(product),
    }
}

/// A fully connected layer.
pub struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    /// Weights and bias start between plus and minus one over the root of `inputs`.
    pub fn new(inputs: i64, outputs: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<Linear> {
        if inputs <= 0 || outputs <= 0 {
            fail!(InvalidArgument, "linear: {inputs} inputs and {outputs} outputs");
        }
        let start = |dims: &[i64]| by_inputs(dims, inputs, dtype, device).and_then(parameter);
        Ok(Linear { weight: start(&[outputs, inputs])?, bias: if bias { Some(start(&[outputs])?) } else { None } })
    }
}

impl Layer for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        linear(x, &self.weight, self.bias.as_ref())
    }
    fn parameters(&self) -> Vec<(&'static str, &Tensor)> {
        [Some(("weight", &self.weight)), self.bias.as_ref().map(|bias| ("bias", bias))].into_iter().flatten().collect()
    }
}

/// Modules one after another; named by their number.
pub struct Sequential(Vec<Module>);

impl Sequential {
    /// Of these, in order.
    pub fn new(modules: Vec<Module>) -> Sequential {
        Sequential(modules)
    }
}

impl Layer for Sequential {
    fn name(&self) -> &'static str {
        "sequential"
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        self.0.iter().try_fold(x.clone(), |x, module| module.forward(&x))
    }
    fn children(&self) -> Vec<(String, &Module)> {
        self.0.iter().enumerate().map(|(i, module)| (i.to_string(), module)).collect()
    }
}

/// A row of the op table as a layer.
pub struct Activation(pub MapOp);

impl Layer for Activation {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        map(self.0, &[x])
    }
}
