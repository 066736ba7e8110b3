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
use ffi_backend::{DType, DeviceRef, MapOp, Result, RowOp, Scalar, fail};

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

/// Attention by several heads, each over its own part of the features.
pub struct MultiHeadAttention {
    input_weight: Tensor,
    input_bias: Option<Tensor>,
    output_weight: Tensor,
    output_bias: Option<Tensor>,
    heads: i64,
}

impl MultiHeadAttention {
    /// The weight that queries, keys and values share starts as Xavier's, the last one as that of a linear layer, biases as zeros.
    pub fn new(features: i64, heads: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<MultiHeadAttention> {
        if features <= 0 || heads <= 0 || features % heads != 0 {
            fail!(InvalidArgument, "multi_head_attention: {features} features for {heads} heads");
        }
        let Some(rows) = features.checked_mul(3) else {
            fail!(InvalidArgument, "multi_head_attention: {features} features are more than memory");
        };
        let dims = [rows, features];
        let bound = xavier_bound(&dims, 1.0)?;
        let zeros = |len: i64| match bias {
            true => Tensor::full(&[len], Scalar::Int(0), dtype, device).and_then(parameter).map(Some),
            false => Ok(None),
        };
        Ok(MultiHeadAttention {
            input_weight: parameter(uniform(&dims, -bound, bound, dtype, device)?)?,
            input_bias: zeros(rows)?,
            output_weight: parameter(by_inputs(&[features, features], features, dtype, device)?)?,
            output_bias: zeros(features)?,
            heads,
        })
    }

    /// Over `[steps, batch, features]`, the steps of keys and values being the same; a mask broadcasts to
    /// `[batch, heads, queries, keys]`.
    pub fn attend(
        &self,
        query: &Tensor,
        key: &Tensor,
        value: &Tensor,
        mask: Option<&Tensor>,
        causal: bool,
    ) -> Result<Tensor> {
        let features = self.output_weight.dims()[0];
        let projected = |x: &Tensor, part: i64| -> Result<Tensor> {
            let &[steps, batch, own] = x.dims() else {
                fail!(ShapeMismatch, "shape {:?} is not [steps, batch, features]", x.dims());
            };
            if own != features {
                fail!(ShapeMismatch, "{own} features in {:?}, wanted {features}", x.dims());
            }
            let weight = self.input_weight.narrow(0, part * features, features)?;
            let bias = self.input_bias.as_ref().map(|bias| bias.narrow(0, part * features, features)).transpose()?;
            let heads =
                linear(x, &weight, bias.as_ref())?.reshape(&[steps, batch, self.heads, features / self.heads])?;
            heads.permute(&[1, 2, 0, 3])
        };
        let (q, k, v) = (projected(query, 0)?, projected(key, 1)?, projected(value, 2)?);
        let found = scaled_dot_product_attention(&q, &k, &v, mask, causal)?.permute(&[2, 0, 1, 3])?;
        let together = found.reshape(&[query.dims()[0], query.dims()[1], features])?;
        linear(&together, &self.output_weight, self.output_bias.as_ref())
    }
}

impl Layer for MultiHeadAttention {
    fn name(&self) -> &'static str {
        "multi_head_attention"
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        self.attend(x, x, x, None, false)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        named([
            ("in_proj_weight", Some(&self.input_weight)),
            ("in_proj_bias", self.input_bias.as_ref()),
            ("out_proj.weight", Some(&self.output_weight)),
            ("out_proj.bias", self.output_bias.as_ref()),
        ])
    }
}
