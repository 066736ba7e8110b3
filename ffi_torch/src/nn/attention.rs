//! Attention: every query asks all keys, and gets the values of those that answer.

use super::init::{by_inputs, xavier_bound};
use super::layers::linear;
use super::module::{Layer, named, parameter};
use crate::Tensor;
use crate::elementwise::{map, map_scalar};
use crate::index::masked_fill;
use crate::matmul::matmul;
use crate::nn::init::uniform;
use crate::reduce::rows;
use ffi_backend::{DType, DeviceRef, Layout, MapOp, Result, RowOp, Scalar, fail};

/// `softmax(query @ key^T / sqrt(features)) @ value` over `[…, queries, features]`, `[…, keys, features]` and `[…, keys, values]`;
/// leading dimensions broadcast. A mask of bools is true where a query sees a key; one of numbers is added before the softmax.
/// `causal`: query i sees no key after i.
pub fn scaled_dot_product_attention(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    mask: Option<&Tensor>,
    causal: bool,
) -> Result<Tensor> {
    const WHAT: &str = "scaled_dot_product_attention";
    let (&[.., queries, features], &[.., keys, other], &[.., values, _]) = (query.dims(), key.dims(), value.dims())
    else {
        fail!(ShapeMismatch, "{WHAT}: {:?}, {:?} and {:?} have rank 2 or more", query.dims(), key.dims(), value.dims());
    };
    if features != other || keys != values || features == 0 {
        fail!(ShapeMismatch, "{WHAT}: query {:?}, key {:?}, value {:?}", query.dims(), key.dims(), value.dims());
    }
    // Before the queries are read: their product with the keys may be more than memory where they are not.
    Layout::contiguous(&[queries, keys])?;
    let scaled = map_scalar(MapOp::mul, query, Scalar::Float(1.0 / (features as f64).sqrt()))?;
    let mut scores = matmul(&scaled, &key.transpose(-2, -1)?)?;
    if causal {
        let count = |to: i64| Tensor::arange(Scalar::Int(0), Scalar::Int(to), Scalar::Int(1), DType::I64, query.device);
        let later = map(MapOp::lt, &[&count(queries)?.unsqueeze(1)?, &count(keys)?])?;
        scores = masked_fill(&scores, &later, Scalar::Float(f64::NEG_INFINITY))?;
    }
    scores = match mask {
        Some(mask) if mask.dtype == DType::Bool => {
            let hidden = map(MapOp::logical_not, &[mask])?;
            masked_fill(&scores, &hidden, Scalar::Float(f64::NEG_INFINITY))?
        }
        Some(mask) => {
            let masked = map(MapOp::add, &[&scores, &mask.to_dtype(scores.dtype)?])?;
            if masked.dims() != scores.dims() {
                fail!(ShapeMismatch, "{WHAT}: a mask {:?} for scores {:?}", mask.dims(), scores.dims());
            }
            masked
        }
        None => scores,
    };
    matmul(&rows(RowOp::Softmax, &scores, -1)?, value)
}

/// The weights of [`multi_head_attention`], over so many features.
#[derive(Clone)]
pub struct Projections {
    /// Of queries, keys and values, below one another: `[3 features, features]`.
    pub input_weight: Tensor,
    /// `[3 features]`.
    pub input_bias: Option<Tensor>,
    /// Of what the heads found: `[features, features]`.
    pub output_weight: Tensor,
    /// `[features]`.
    pub output_bias: Option<Tensor>,
}

impl Projections {
    /// From a list in the order of the fields, or of the two weights alone.
    pub fn of(tensors: &[&Tensor]) -> Result<Projections> {
        let (input_weight, input_bias, output_weight, output_bias) = match *tensors {
            [input, output] => (input, None, output, None),
            [input, input_bias, output, output_bias] => (input, Some(input_bias), output, Some(output_bias)),
            _ => fail!(InvalidArgument, "{HEADS}: {} weights; there are 4, or 2 without biases", tensors.len()),
        };
        Ok(Projections {
            input_weight: input_weight.clone(),
            input_bias: input_bias.cloned(),
            output_weight: output_weight.clone(),
            output_bias: output_bias.cloned(),
        })
    }

    fn features(&self, heads: i64) -> Result<i64> {
        let &[features, ..] = self.output_weight.dims() else {
            fail!(ShapeMismatch, "{HEADS}: a last weight {:?}", self.output_weight.dims());
        };
        if features == 0 || heads <= 0 || features % heads != 0 {
            fail!(
                InvalidArgument,
                "{HEADS}: {features} features for {heads} heads; both must be above 0, and the heads divide the features"
            );
        }
        // No overflow: a size of a tensor is below 2^59.
        if self.input_weight.dims() != [3 * features, features] || self.output_weight.dims() != [features, features] {
            let (first, last) = (self.input_weight.dims(), self.output_weight.dims());
            fail!(ShapeMismatch, "{HEADS}: weights {first:?} and {last:?}, wanted three times and once a square");
        }
        Ok(features)
    }
}

const HEADS: &str = "multi_head_attention";

/// Attention by several heads, each over its own part of the features, of `[steps, batch, features]`; keys and values have the same
/// steps. A mask broadcasts to `[batch, heads, queries, keys]`.
pub fn multi_head_attention(
    [query, key, value]: [&Tensor; 3],
    mask: Option<&Tensor>,
    weights: &Projections,
    heads: i64,
    causal: bool,
) -> Result<Tensor> {
    let features = weights.features(heads)?;
    let projected = |x: &Tensor, part: i64| -> Result<Tensor> {
        let &[steps, batch, own] = x.dims() else {
            fail!(ShapeMismatch, "{HEADS}: shape {:?} is not [steps, batch, features]", x.dims());
        };
        if own != features || batch != query.dims()[1] {
            fail!(ShapeMismatch, "{HEADS}: {:?} for queries {:?} and {features} features", x.dims(), query.dims());
        }
        let weight = weights.input_weight.narrow(0, part * features, features)?;
        let bias = weights.input_bias.as_ref().map(|bias| bias.narrow(0, part * features, features)).transpose()?;
        let split = linear(x, &weight, bias.as_ref())?.reshape(&[steps, batch, heads, features / heads])?;
        split.permute(&[1, 2, 0, 3])
    };
    let (q, k, v) = (projected(query, 0)?, projected(key, 1)?, projected(value, 2)?);
    let found = scaled_dot_product_attention(&q, &k, &v, mask, causal)?.permute(&[2, 0, 1, 3])?;
    linear(&found.reshape(query.dims())?, &weights.output_weight, weights.output_bias.as_ref())
}

/// The layer of [`multi_head_attention`].
pub struct MultiHeadAttention {
    weights: Projections,
    heads: i64,
}

impl MultiHeadAttention {
    /// The weight that queries, keys and values share starts as Xavier's, the last one as that of a linear layer, biases as zeros.
    pub fn new(features: i64, heads: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<MultiHeadAttention> {
        if features <= 0 || heads <= 0 || features % heads != 0 {
            fail!(
                InvalidArgument,
                "{HEADS}: {features} features for {heads} heads; both must be above 0, and the heads divide the features"
            );
        }
        let Some(rows) = features.checked_mul(3) else {
            fail!(InvalidArgument, "{HEADS}: {features} features are more than memory");
        };
        let dims = [rows, features];
        let bound = xavier_bound(&dims, 1.0)?;
        let zeros = |len: i64| match bias {
            true => Tensor::full(&[len], Scalar::Int(0), dtype, device).and_then(parameter).map(Some),
            false => Ok(None),
        };
        let weights = Projections {
            input_weight: parameter(uniform(&dims, -bound, bound, dtype, device)?)?,
            input_bias: zeros(rows)?,
            output_weight: parameter(by_inputs(&[features, features], features, dtype, device)?)?,
            output_bias: zeros(features)?,
        };
        Ok(MultiHeadAttention { weights, heads })
    }

    /// [`multi_head_attention`] with its own weights.
    pub fn attend(&self, asked: [&Tensor; 3], mask: Option<&Tensor>, causal: bool) -> Result<Tensor> {
        multi_head_attention(asked, mask, &self.weights, self.heads, causal)
    }
}

impl Layer for MultiHeadAttention {
    fn name(&self) -> &'static str {
        HEADS
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        self.attend([x, x, x], None, false)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        named([
            ("in_proj_weight", Some(&self.weights.input_weight)),
            ("in_proj_bias", self.weights.input_bias.as_ref()),
            ("out_proj.weight", Some(&self.weights.output_weight)),
            ("out_proj.bias", self.weights.output_bias.as_ref()),
        ])
    }
}
