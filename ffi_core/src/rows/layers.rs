//! The layers: one row makes each.

use super::nn::ModuleKind;
use super::{DTypeArgument, MOST};
use crate::device::DeviceArgument;
use ffi_backend::{DType, DeviceRef, MapOp, RowOp};
use ffi_base::{Array, Handle, Resolved, Result, exports, fail, object};
use ffi_torch::nn::activation::{elu, leaky_relu};
use ffi_torch::nn::attention::MultiHeadAttention;
use ffi_torch::nn::conv::{Conv, Conv2d};
use ffi_torch::nn::layers::{Embedding, Function, Linear, Sequential, check_probability, dropout};
use ffi_torch::nn::norm::{BatchNorm, LayerNorm};
use ffi_torch::nn::pool::{self, Pool};
use ffi_torch::nn::recurrent::{Cell, Recurrent};
use ffi_torch::nn::{Layer, Module};
use ffi_torch::{Tensor, elementwise, reduce};

type M = Handle<ModuleKind>;
type Dtype = Resolved<DTypeArgument>;
type Device = Resolved<DeviceArgument>;

exports! { ROWS, "Modules: layers", "rt_";
    /// A fully connected layer: `input @ weight^T + bias`, the weight of shape `[outputs, inputs]`. Parameters start uniform between
    /// plus and minus one over the root of `inputs`.
    fn nn_linear(inputs: i64, outputs: i64, bias: bool, dtype: Dtype, device: Device) -> M => linear;
    /// Modules one after another. They are shared, not copied. At most 64 of them within one another.
    fn nn_sequential(modules & n: Array<i64>) -> M => sequential;
    /// The module of rt_tensor_conv2d. `spec` holds the kernel's height and width and then the options of that function. The weight
    /// has shape `[channels_out, channels_in / groups, height, width]`; parameters start as those of rt_nn_linear, the inputs being those
    /// of one output.
    fn nn_conv2d(channels_in: i64, channels_out: i64, spec & n: Array<i64>, bias: bool, dtype: Dtype, device: Device) -> M => conv2d;
    /// The module of rt_tensor_max_pool2d.
    fn nn_max_pool2d(spec & n: Array<i64>) -> M => max_pool2d;
    /// The module of rt_tensor_avg_pool2d.
    fn nn_avg_pool2d(spec & n: Array<i64>) -> M => avg_pool2d;
    /// The module of rt_tensor_batch_norm over `[batch, features, …]`: parameters `weight` and `bias`, buffers `running_mean` and
    /// `running_var`. In training the batch's own statistics are used and go into the buffers; in evaluation the buffers are used.
    #[twins(bits)]
    fn nn_batch_norm(features: i64, epsilon: f64, momentum: f64, dtype: Dtype, device: Device) -> M => batch_norm;
    /// The module of rt_tensor_layer_norm over last dimensions of these sizes, with parameters `weight` and `bias`.
    #[twins(bits)]
    fn nn_layer_norm(dims & n: Array<i64>, epsilon: f64, dtype: Dtype, device: Device) -> M => layer_norm;
    /// The module of rt_tensor_dropout: in evaluation it changes nothing.
    #[twins(bits)]
    fn nn_dropout(probability: f64) -> M => dropped;
    /// The module of rt_tensor_embedding: its weight is `[count, features]` and starts normal.
    fn nn_embedding(count: i64, features: i64, dtype: Dtype, device: Device) -> M => embedding;
    /// The module of rt_tensor_flatten: 1 and -1 make a row of each element of a batch.
    fn nn_flatten(start_dim: i64, end_dim: i64) -> M => flatten;
    /// Recurrent layers with tanh over `[steps, batch, inputs]`, from zeros on; rt_nn_rnn_forward takes and gives states. Parameters
    /// `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_ih_l1` and so on start uniform between plus and minus one over the
    /// root of `hidden`.
    fn nn_rnn(inputs: i64, hidden: i64, layers: i64, bias: bool, dtype: Dtype, device: Device) -> M => rnn;
    /// Long short-term memory, as rt_nn_rnn; rt_nn_lstm_forward takes and gives states. Gates lie in the order input, forget,
    /// candidate, output.
    fn nn_lstm(inputs: i64, hidden: i64, layers: i64, bias: bool, dtype: Dtype, device: Device) -> M => lstm;
    /// Gated recurrent layers, as rt_nn_rnn; rt_nn_gru_forward takes and gives states. Gates lie in the order reset, update, new.
    fn nn_gru(inputs: i64, hidden: i64, layers: i64, bias: bool, dtype: Dtype, device: Device) -> M => gru;
    /// Attention by several heads over `[steps, batch, features]`; `heads` divides the features. rt_module_forward lets the input ask
    /// itself, rt_nn_multi_head_attention_forward takes queries, keys, values and a mask. Parameters are `in_proj_weight`, `in_proj_bias`,
    /// `out_proj.weight` and `out_proj.bias`.
    fn nn_multi_head_attention(features: i64, heads: i64, bias: bool, dtype: Dtype, device: Device) -> M => attention;
}

exports! { ACTIVATIONS, "Modules: activations", "rt_";
    /// The module of rt_tensor_relu.
    fn nn_relu() -> M => relu;
    /// The module of rt_tensor_sigmoid.
    fn nn_sigmoid() -> M => sigmoid;
    /// The module of rt_tensor_tanh.
    fn nn_tanh() -> M => tanh;
    /// The module of rt_tensor_gelu.
    fn nn_gelu() -> M => gelu;
    /// The module of rt_tensor_silu.
    fn nn_silu() -> M => silu;
    /// The module of rt_tensor_softplus.
    fn nn_softplus() -> M => softplus;
    /// The module of rt_tensor_leaky_relu.
    #[twins(bits)]
    fn nn_leaky_relu(slope: f64) -> M => leaky;
    /// The module of rt_tensor_elu.
    #[twins(bits)]
    fn nn_elu(alpha: f64) -> M => exponential;
    /// The module of rt_tensor_softmax.
    fn nn_softmax(dim: i64) -> M => softmax;
    /// The module of rt_tensor_log_softmax.
    fn nn_log_softmax(dim: i64) -> M => log_softmax;
}

fn module<L: Layer>(layer: Result<L>) -> Result<Module> {
    Module::new(layer?)
}
fn function(name: &'static str, f: impl Fn(&Tensor, bool) -> Result<Tensor> + Send + Sync + 'static) -> Result<Module> {
    Module::new(Function(name, f))
}
fn row(op: MapOp) -> Result<Module> {
    function(op.name(), move |x, _| elementwise::map(op, &[x]))
}

fn linear(inputs: i64, outputs: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(Linear::new(inputs, outputs, bias, dtype, device))
}
fn sequential(modules: &[i64]) -> Result<Module> {
    // More would be refused in any case, but only after a list of that length was made.
    if modules.len() > MOST {
        fail!(InvalidArgument, "sequential: {} modules, at most {MOST}", modules.len());
    }
    let modules = modules.iter().enumerate().map(|(place, &handle)| {
        let module = object::borrow::<ModuleKind>(handle).map_err(|error| error.at(&format!("modules[{place}]")))?;
        Ok((*module).clone())
    });
    Module::new(Sequential::new(modules.collect::<Result<_>>()?))
}
fn conv2d(inputs: i64, outputs: i64, spec: &[i64], bias: bool, dtype: DType, device: DeviceRef) -> Result<Module> {
    let &[height, width, ref options @ ..] = spec else {
        fail!(InvalidArgument, "conv2d: {} numbers; the kernel's height and width come first", spec.len());
    };
    module(Conv2d::new([inputs, outputs], [height, width], Conv::of(options)?, bias, dtype, device))
}
fn max_pool2d(spec: &[i64]) -> Result<Module> {
    let pool = Pool::of(spec)?;
    function("max_pool2d", move |x, _| pool::max_pool2d(x, pool))
}
fn avg_pool2d(spec: &[i64]) -> Result<Module> {
    let pool = Pool::of(spec)?;
    function("avg_pool2d", move |x, _| pool::avg_pool2d(x, pool))
}
fn batch_norm(features: i64, epsilon: f64, momentum: f64, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(BatchNorm::new(features, epsilon, momentum, dtype, device))
}
fn layer_norm(dims: &[i64], epsilon: f64, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(LayerNorm::new(dims, epsilon, dtype, device))
}
fn dropped(probability: f64) -> Result<Module> {
    check_probability("dropout", probability)?;
    function("dropout", move |x, training| dropout(x, probability, training))
}
fn embedding(count: i64, features: i64, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(Embedding::new(count, features, dtype, device))
}
fn flatten(start: i64, end: i64) -> Result<Module> {
    function("flatten", move |x, _| x.flatten(start, end))
}
fn rnn(inputs: i64, hidden: i64, layers: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(Recurrent::new(Cell::Rnn, [inputs, hidden, layers], bias, dtype, device))
}
fn lstm(inputs: i64, hidden: i64, layers: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(Recurrent::new(Cell::Lstm, [inputs, hidden, layers], bias, dtype, device))
}
fn gru(inputs: i64, hidden: i64, layers: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(Recurrent::new(Cell::Gru, [inputs, hidden, layers], bias, dtype, device))
}
fn attention(features: i64, heads: i64, bias: bool, dtype: DType, device: DeviceRef) -> Result<Module> {
    module(MultiHeadAttention::new(features, heads, bias, dtype, device))
}

fn relu() -> Result<Module> {
    row(MapOp::relu)
}
fn sigmoid() -> Result<Module> {
    row(MapOp::sigmoid)
}
fn tanh() -> Result<Module> {
    row(MapOp::tanh)
}
fn gelu() -> Result<Module> {
    row(MapOp::gelu)
}
fn silu() -> Result<Module> {
    row(MapOp::silu)
}
fn softplus() -> Result<Module> {
    row(MapOp::softplus)
}
fn leaky(slope: f64) -> Result<Module> {
    function("leaky_relu", move |x, _| leaky_relu(x, slope))
}
fn exponential(alpha: f64) -> Result<Module> {
    function("elu", move |x, _| elu(x, alpha))
}
fn softmax(dim: i64) -> Result<Module> {
    function("softmax", move |x, _| reduce::rows(RowOp::Softmax, x, dim))
}
fn log_softmax(dim: i64) -> Result<Module> {
    function("log_softmax", move |x, _| reduce::rows(RowOp::LogSoftmax, x, dim))
}
