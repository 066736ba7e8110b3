//! Recurrent layers with their states, and attention with its parts: forms of several results or several inputs.

use super::nn::ModuleKind;
use super::{TensorKind, borrow_all, give_all};
use ffi_base::{Array, Handle, Optional, Out, OutSlice, Result, Status, error, exports, fail};
use ffi_torch::Tensor;
use ffi_torch::nn::Module;
use ffi_torch::nn::attention::MultiHeadAttention;
use ffi_torch::nn::recurrent::{Cell, Recurrent, State, Weights, recurrent};

type T = Handle<TensorKind>;
type M = Handle<ModuleKind>;
type Maybe = Optional<TensorKind>;

exports! { ROWS, "Tensors: networks", "rt_";
    /// Recurrent layers over `[steps, batch, inputs]`: `h = tanh(W x + b + V h + c)`. `tensors` are the weights of all layers in the order of
    /// rt_nn_rnn's parameters, four a layer, or two where there are no biases. `hidden` is the state before, `[layers, batch, hidden]`, 0 for
    /// zeros. Writes two new tensors on success, to different places: `[steps, batch, hidden]` of the last layer, and the state behind.
    /// All tensors are floats of one dtype, which integers in the first become; there is at least one step, row and hidden feature.
    fn tensor_rnn(tensor: T, hidden: Maybe, tensors & n: Array<i64>, output: Out<i64>, hidden_out: Out<i64>) -> Status => rnn;
    /// As rt_tensor_rnn for gated layers (Cho, 2014), whose weights have the gates reset, update, new below one another: `h = (1 - u) n + u h`,
    /// where `r` and `u` are sigmoids of `W x + b + V h + c` and `n = tanh(W x + b + r (V h + c))`.
    fn tensor_gru(tensor: T, hidden: Maybe, tensors & n: Array<i64>, output: Out<i64>, hidden_out: Out<i64>) -> Status => gru;
    /// As rt_tensor_rnn for long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, 2000), whose weights
    /// have the gates input, forget, candidate, output below one another, and which has a second state, its cells: `c = f c + i g` and
    /// `h = o tanh(c)`, where `i`, `f` and `o` are sigmoids of `W x + b + V h + c` and `g` its tanh.
    fn tensor_lstm(tensor: T, hidden: Maybe, cell: Maybe, tensors & n: Array<i64>, output: Out<i64>, hidden_out: Out<i64>, cell_out: Out<i64>) -> Status => lstm;
}

exports! { FORWARD, "Modules: layers", "rt_";
    /// rt_module_forward of what rt_nn_rnn made, with the states of rt_tensor_rnn.
    fn nn_rnn_forward(module: M, tensor: T, hidden: Maybe, output: Out<i64>, hidden_out: Out<i64>) -> Status => rnn_forward;
    /// rt_module_forward of what rt_nn_gru made, with the states of rt_tensor_rnn.
    fn nn_gru_forward(module: M, tensor: T, hidden: Maybe, output: Out<i64>, hidden_out: Out<i64>) -> Status => gru_forward;
    /// rt_module_forward of what rt_nn_lstm made, with the states of rt_tensor_lstm.
    fn nn_lstm_forward(module: M, tensor: T, hidden: Maybe, cell: Maybe, output: Out<i64>, hidden_out: Out<i64>, cell_out: Out<i64>) -> Status => lstm_forward;
    /// What rt_nn_multi_head_attention made, over queries, keys and values `[steps, batch, features]`, the mask broadcast to
    /// `[batch, heads, queries, keys]`; see rt_tensor_scaled_dot_product_attention.
    fn nn_multi_head_attention_forward(module: M, query: T, key: T, value: T, mask: Maybe, causal: bool) -> T => attend;
}

/// All weights of all layers. A third tensor of rank 1 is a bias.
fn weights(handles: &[i64]) -> Result<Vec<Weights>> {
    let tensors = borrow_all(handles)?;
    let tensors: Vec<&Tensor> = tensors.iter().map(|tensor| &**tensor).collect();
    let bias = tensors.get(2).is_some_and(|third| third.dims().len() == 1);
    Weights::of(&tensors, bias)
}

fn give((output, state): (Tensor, State), to: OutSlice<'_, i64>, hidden: OutSlice<'_, i64>) -> Result<()> {
    give_all([Some(output), Some(state.hidden)], [to, hidden])
}
fn rnn(
    x: &Tensor,
    hidden: Option<&Tensor>,
    tensors: &[i64],
    output: OutSlice<'_, i64>,
    hidden_out: OutSlice<'_, i64>,
) -> Result<()> {
    give(recurrent(Cell::Rnn, x, hidden, None, &weights(tensors)?)?, output, hidden_out)
}
fn gru(
    x: &Tensor,
    hidden: Option<&Tensor>,
    tensors: &[i64],
    output: OutSlice<'_, i64>,
    hidden_out: OutSlice<'_, i64>,
) -> Result<()> {
    give(recurrent(Cell::Gru, x, hidden, None, &weights(tensors)?)?, output, hidden_out)
}
fn lstm(
    x: &Tensor,
    hidden: Option<&Tensor>,
    cell: Option<&Tensor>,
    tensors: &[i64],
    output: OutSlice<'_, i64>,
    hidden_out: OutSlice<'_, i64>,
    cell_out: OutSlice<'_, i64>,
) -> Result<()> {
    let (y, state) = recurrent(Cell::Lstm, x, hidden, cell, &weights(tensors)?)?;
    give_all([Some(y), Some(state.hidden), state.cell], [output, hidden_out, cell_out])
}

fn layer(module: &Module, cell: Cell) -> Result<&Recurrent> {
    match module.as_layer::<Recurrent>() {
        Some(layer) if layer.cell() == cell => Ok(layer),
        _ => fail!(InvalidArgument, "the module is {}, not {}", module.name(), cell.name()),
    }
}
fn rnn_forward(
    module: &Module,
    x: &Tensor,
    hidden: Option<&Tensor>,
    output: OutSlice<'_, i64>,
    hidden_out: OutSlice<'_, i64>,
) -> Result<()> {
    give(layer(module, Cell::Rnn)?.run(x, hidden, None)?, output, hidden_out)
}
fn gru_forward(
    module: &Module,
    x: &Tensor,
    hidden: Option<&Tensor>,
    output: OutSlice<'_, i64>,
    hidden_out: OutSlice<'_, i64>,
) -> Result<()> {
    give(layer(module, Cell::Gru)?.run(x, hidden, None)?, output, hidden_out)
}
fn lstm_forward(
    module: &Module,
    x: &Tensor,
    hidden: Option<&Tensor>,
    cell: Option<&Tensor>,
    output: OutSlice<'_, i64>,
    hidden_out: OutSlice<'_, i64>,
    cell_out: OutSlice<'_, i64>,
) -> Result<()> {
    let (y, state) = layer(module, Cell::Lstm)?.run(x, hidden, cell)?;
    give_all([Some(y), Some(state.hidden), state.cell], [output, hidden_out, cell_out])
}
fn attend(
    module: &Module,
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    mask: Option<&Tensor>,
    causal: bool,
) -> Result<Tensor> {
    let layer = module.as_layer::<MultiHeadAttention>();
    let layer =
        layer.ok_or_else(|| error!(InvalidArgument, "the module is {}, not multi_head_attention", module.name()))?;
    layer.attend([query, key, value], mask, causal)
}
