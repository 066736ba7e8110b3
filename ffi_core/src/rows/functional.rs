//! What layers do, as functions over tensors that the caller brings.

use super::{TensorKind, borrow_all};
use ffi_backend::Scalar;
use ffi_base::{Array, Handle, Optional, Result, exports, fail};
use ffi_torch::nn::activation::{elu, leaky_relu};
use ffi_torch::nn::attention::{Projections, multi_head_attention, scaled_dot_product_attention};
use ffi_torch::nn::conv::{self, Conv};
use ffi_torch::nn::layers::{dropout, embedding, linear};
use ffi_torch::nn::norm::{self, BatchRule, Running};
use ffi_torch::nn::pool::{self, Pool};
use ffi_torch::{Tensor, windows};

type T = Handle<TensorKind>;
type Maybe = Optional<TensorKind>;

exports! { ROWS, "Tensors: networks", "rt_";
    /// The elements where they are above 0, else times `slope`. Integers and bools become f32.
    #[twins(bits)]
    fn tensor_leaky_relu(tensor: T, slope: f64) -> T => leaky_relu;
    /// The elements where they are above 0, else `alpha (e^x - 1)` (Clevert, 2015). Integers and bools become f32.
    #[twins(bits)]
    fn tensor_elu(tensor: T, alpha: f64) -> T => elu;
    /// With `value` around it. `padding` holds how many before and how many behind, a pair for each dimension from the last on.
    #[twins(bits)]
    fn tensor_pad(tensor: T, padding & n: Array<i64>, value: f64) -> T => pad;
    /// `tensor @ weight^T + bias` over `[…, inputs]`: weight `[outputs, inputs]`, bias `[outputs]` or 0; `[…, outputs]`.
    fn tensor_linear(tensor: T, weight: T, bias: Maybe) -> T => linear;
    /// A two-dimensional convolution of `[batch, channels, height, width]` with a weight `[outputs, channels / groups, height, width]`
    /// and, if not 0, a bias `[outputs]`. `options` are stride, padding and dilation, two numbers each, down and across, and groups; what the
    /// list leaves out is 1, 0, 1 and 1, and one number of a pair stands for both.
    fn tensor_conv2d(tensor: T, weight: T, bias: Maybe, options & n: Array<i64>) -> T => conv2d;
    /// The largest element of each window of `[batch, channels, height, width]`. `spec` are kernel, stride and padding, two numbers each,
    /// down and across; a stride left out is the kernel's size, a padding 0, and one number of a pair stands for both. Padding is at most
    /// half the kernel and never the largest. Elements that are equally large share the gradient.
    fn tensor_max_pool2d(tensor: T, spec & n: Array<i64>) -> T => max_pool2d;
    /// The mean of each window, as rt_tensor_max_pool2d; padding counts as zeros.
    fn tensor_avg_pool2d(tensor: T, spec & n: Array<i64>) -> T => avg_pool2d;
    /// Each channel (dimension 1) less its mean, over the root of its variance plus `epsilon`, times the weight plus the bias. In
    /// training these are the batch's own over all other dimensions (Ioffe and Szegedy, 2015), at least two numbers a channel, and go with the share `momentum` into the running ones (the
    /// variance as of a sample); else they are the running ones. All tensors but the first have one number a channel.
    #[twins(bits)]
    fn tensor_batch_norm(tensor: T, running_mean: Maybe, running_var: Maybe, weight: Maybe, bias: Maybe, training: bool, momentum: f64, epsilon: f64) -> T => batch_norm;
    /// Each element of the leading dimensions less its mean, over the root of its variance plus `epsilon`, both over the last
    /// dimensions, whose sizes are the `n` in `dims`; times the weight plus the bias, which have those sizes (Ba, 2016).
    #[twins(bits)]
    fn tensor_layer_norm(tensor: T, dims & n: Array<i64>, weight: Maybe, bias: Maybe, epsilon: f64) -> T => layer_norm;
    /// In training, each element is 0 with this probability, from the generator of rt_random_seed, and the others are divided by that of
    /// staying (Srivastava, 2014). Else the tensor itself.
    #[twins(bits)]
    fn tensor_dropout(tensor: T, probability: f64, training: bool) -> T => dropout;
    /// The rows of a weight `[count, features]` that an i64 or i32 tensor of any shape names: its shape, and the features behind.
    /// Negative indices count from the end; one outside is INVALID_ARGUMENT.
    fn tensor_embedding(indices: T, weight: T) -> T => embedding;
    /// `softmax(query @ key^T / sqrt(features)) @ value` (Vaswani, 2017) over `[…, queries, features]`, `[…, keys, features]` and `[…, keys, values]`. A
    /// mask broadcasts to `[…, queries, keys]`: of bools it is true where a query sees a key, of numbers it is added before the softmax.
    /// With `causal`, query i sees no key after i. A query that sees nothing gives NaN.
    fn tensor_scaled_dot_product_attention(query: T, key: T, value: T, mask: Maybe, causal: bool) -> T => scaled_dot_product_attention;
    /// rt_tensor_scaled_dot_product_attention by several heads over `[steps, batch, features]`: queries, keys and values go through one
    /// weight each, every head sees its own part of the features, and a last weight joins what they found. `tensors` are the
    /// parameters of rt_nn_multi_head_attention in their order, four, or the two weights alone. The mask broadcasts to
    /// `[batch, heads, queries, keys]`.
    fn tensor_multi_head_attention(query: T, key: T, value: T, mask: Maybe, tensors & n: Array<i64>, heads: i64, causal: bool) -> T => several_heads;
}

fn pad(x: &Tensor, padding: &[i64], value: f64) -> Result<Tensor> {
    windows::pad(x, padding, Scalar::Float(value))
}
fn several_heads(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    mask: Option<&Tensor>,
    tensors: &[i64],
    heads: i64,
    causal: bool,
) -> Result<Tensor> {
    let tensors = borrow_all(tensors)?;
    let weights = Projections::of(&tensors.iter().map(|tensor| &**tensor).collect::<Vec<_>>())?;
    multi_head_attention([query, key, value], mask, &weights, heads, causal)
}
fn conv2d(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, options: &[i64]) -> Result<Tensor> {
    conv::conv2d(x, weight, bias, Conv::of(options)?)
}
fn max_pool2d(x: &Tensor, spec: &[i64]) -> Result<Tensor> {
    pool::max_pool2d(x, Pool::of(spec)?)
}
fn avg_pool2d(x: &Tensor, spec: &[i64]) -> Result<Tensor> {
    pool::avg_pool2d(x, Pool::of(spec)?)
}
#[allow(clippy::too_many_arguments, reason = "as many as the row has")]
fn batch_norm(
    x: &Tensor,
    mean: Option<&Tensor>,
    var: Option<&Tensor>,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    training: bool,
    momentum: f64,
    epsilon: f64,
) -> Result<Tensor> {
    let running = match (mean, var) {
        (Some(mean), Some(var)) => Some(Running { mean, var }),
        (None, None) => None,
        _ => fail!(InvalidArgument, "batch_norm: a running mean without a variance, or the other way round"),
    };
    norm::batch_norm(x, running, weight, bias, BatchRule { training, momentum, epsilon })
}
fn layer_norm(
    x: &Tensor,
    dims: &[i64],
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    epsilon: f64,
) -> Result<Tensor> {
    norm::layer_norm(x, dims, weight, bias, epsilon)
}
