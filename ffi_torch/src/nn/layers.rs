//! Fully connected layers, sequences, look-up tables, dropout, and functions as layers.

use super::init::by_inputs;
use super::module::{Layer, Module, named, parameter};
use crate::autograd::recording;
use crate::autograd::vertex::{Keep, record_if_tracked};
use crate::elementwise::{map_in_place, map_scalar};
use crate::index::{index_select, masked_fill};
use crate::matmul::matmul;
use crate::reduce::reduce;
use crate::{Tensor, random};
use ffi_backend::{DType, DeviceRef, MapOp, RandomOp, ReduceOp, Result, Scalar, fail};

/// `x @ weight^T + bias` over `[…, inputs]`; weight is `[outputs, inputs]`, bias `[outputs]`.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (&[ref leading @ .., inputs], &[outputs, wanted]) = (x.dims(), weight.dims()) else {
        fail!(ShapeMismatch, "linear: input {:?}, weight {:?} is not [outputs, inputs]", x.dims(), weight.dims());
    };
    if inputs != wanted || bias.is_some_and(|bias| bias.dims() != [outputs]) {
        let bias = bias.map_or(String::new(), |bias| format!(", bias {:?}", bias.dims()));
        fail!(ShapeMismatch, "linear: input {:?}, weight {:?}{bias}", x.dims(), weight.dims());
    }
    let dtype = [Some(weight), bias].into_iter().flatten().fold(x.dtype, |dtype, other| dtype.promote(other.dtype));
    let (x, weight) = (x.to_dtype(dtype)?, weight.to_dtype(dtype)?);
    let bias = bias.map(|bias| bias.to_dtype(dtype)).transpose()?;
    let rows: i64 = leading.iter().product();
    // Every leading dimension is a row of one product, here and on the way back; the bias goes into the product's own memory.
    let out = recording(false, || {
        let out = matmul(&x.reshape(&[rows, inputs])?, &weight.transpose(0, 1)?)?;
        if let Some(bias) = &bias {
            map_in_place(MapOp::add, &out, bias)?;
        }
        out.reshape(&[leading, &[outputs]].concat())
    })?;
    let operands: Vec<&Tensor> = [Some(&x), Some(&weight), bias.as_ref()].into_iter().flatten().collect();
    Ok(record_if_tracked("linear", &operands, Keep::operands(3), out, move |step| {
        let grad = step.grad.reshape(&[rows, outputs])?;
        let by_x = || matmul(&grad, &step.operand(1)?)?.reshape(step.operand(0)?.dims());
        let by_weight = || matmul(&grad.transpose(0, 1)?, &step.operand(0)?.reshape(&[rows, inputs])?);
        let by_bias = || reduce(ReduceOp::Sum, &grad, Some(&[0]), false);
        let rules: [&dyn Fn() -> Result<Tensor>; 3] = [&by_x, &by_weight, &by_bias];
        (0..step.operands()).map(|at| if step.wants(at) { rules[at]().map(Some) } else { Ok(None) }).collect()
    }))
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
            fail!(InvalidArgument, "linear: {inputs} inputs and {outputs} outputs; both must be above 0");
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
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        named([("weight", Some(&self.weight)), ("bias", self.bias.as_ref())])
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
        let run = |x: Tensor, (at, module): (usize, &Module)| {
            module.forward(&x).map_err(|error| error.at(&format!("module {at}")))
        };
        self.0.iter().enumerate().try_fold(x.clone(), run)
    }
    fn children(&self) -> Vec<(String, &Module)> {
        self.0.iter().enumerate().map(|(i, module)| (i.to_string(), module)).collect()
    }
}

/// A function without parameters as a layer; it also learns whether the layer is in training.
pub struct Function<F>(pub &'static str, pub F);

impl<F: Fn(&Tensor, bool) -> Result<Tensor> + Send + Sync + 'static> Layer for Function<F> {
    fn name(&self) -> &'static str {
        self.0
    }
    fn forward(&self, x: &Tensor, training: bool) -> Result<Tensor> {
        self.1(x, training)
    }
}

/// Refuses what is no probability.
pub fn check_probability(what: &str, probability: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&probability) {
        fail!(InvalidArgument, "{what}: probability {probability} does not lie between 0 and 1");
    }
    Ok(())
}

/// In training each element is 0 with this probability, and the others are divided by that of staying; else x itself.
pub fn dropout(x: &Tensor, probability: f64, training: bool) -> Result<Tensor> {
    check_probability("dropout", probability)?;
    if !x.dtype.is_float() {
        fail!(DtypeMismatch, "dropout: not defined for {}", x.dtype);
    }
    if !training || probability == 0.0 {
        return Ok(x.clone());
    }
    let draws = random::draw(RandomOp::Uniform, x.dims(), DType::F32, x.device)?;
    let dropped = map_scalar(MapOp::lt, &draws, Scalar::Float(probability))?;
    let scale = if probability == 1.0 { 0.0 } else { 1.0 / (1.0 - probability) };
    // Filled, not multiplied: what is dropped is 0 also where it was infinite.
    masked_fill(&map_scalar(MapOp::mul, x, Scalar::Float(scale))?, &dropped, Scalar::Int(0))
}

/// The rows of a weight `[count, features]` that indices of any shape name: `[…, features]`.
pub fn embedding(indices: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let &[_, features] = weight.dims() else {
        fail!(ShapeMismatch, "embedding: weight {:?} is not [count, features]", weight.dims());
    };
    let rows = index_select(weight, 0, &indices.reshape(&[-1])?)?;
    rows.reshape(&[indices.dims(), &[features]].concat())
}

/// The layer of [`embedding`].
pub struct Embedding {
    weight: Tensor,
}

impl Embedding {
    /// Rows start normal.
    pub fn new(count: i64, features: i64, dtype: DType, device: DeviceRef) -> Result<Embedding> {
        if count <= 0 || features <= 0 {
            fail!(InvalidArgument, "embedding: {count} rows of {features} features; both must be above 0");
        }
        let weight = random::draw(RandomOp::Normal, &[count, features], dtype, device)?;
        Ok(Embedding { weight: parameter(weight)? })
    }
}

impl Layer for Embedding {
    fn name(&self) -> &'static str {
        "embedding"
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        embedding(x, &self.weight)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        named([("weight", Some(&self.weight))])
    }
}
