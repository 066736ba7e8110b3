//! Recurrent layers over `[steps, batch, features]`: what a step gives is what the next one starts from.

use super::fused::{inst, program, run};
use super::init::by_inputs;
use super::module::{Layer, parameter};
use crate::Tensor;
use crate::elementwise::map;
use crate::join::stack;
use crate::nn::layers::linear;
use ffi_backend::{DType, DeviceRef, MapOp, Program, Result, Scalar, fail};

/// More are nobody's wish.
const MAX_LAYERS: i64 = 1024;

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// tanh of what comes in and what went before.
    Rnn,
    /// Long short-term memory: its gates are input, forget, candidate, output.
    Lstm,
    /// Gated: reset, update, new.
    Gru,
}

impl Cell {
    /// As messages spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Cell::Rnn => "rnn",
            Cell::Lstm => "lstm",
            Cell::Gru => "gru",
        }
    }

    const fn gates(self) -> i64 {
        match self {
            Cell::Rnn => 1,
            Cell::Lstm => 4,
            Cell::Gru => 3,
        }
    }
}

/// The weights of one layer: `[gates * hidden, inputs]`, `[gates * hidden, hidden]`, and two times `[gates * hidden]`.
#[derive(Clone)]
pub struct Weights {
    /// Of what comes in.
    pub input: Tensor,
    /// Of what went before.
    pub hidden: Tensor,
    /// Their biases.
    pub bias: Option<[Tensor; 2]>,
}

impl Weights {
    /// Four tensors a layer with biases, in the order of the fields, or two without.
    pub fn of(tensors: &[&Tensor], bias: bool) -> Result<Vec<Weights>> {
        let each = if bias { 4 } else { 2 };
        if tensors.is_empty() || !tensors.len().is_multiple_of(each) {
            fail!(InvalidArgument, "{} weights; every layer has {each}", tensors.len());
        }
        Ok(tensors
            .chunks_exact(each)
            .map(|own| Weights {
                input: own[0].clone(),
                hidden: own[1].clone(),
                bias: bias.then(|| [own[2].clone(), own[3].clone()]),
            })
            .collect())
    }
}

/// What layers hold between steps, each `[layers, batch, hidden]`. `cell` is that of an LSTM alone.
#[derive(Clone)]
pub struct State {
    /// What a step gave.
    pub hidden: Tensor,
    /// What an LSTM keeps.
    pub cell: Option<Tensor>,
}

/// Layers one above another over `[steps, batch, inputs]`: the last one's `[steps, batch, hidden]`, and the state at the end. A
/// state left out is zeros.
pub fn recurrent(
    cell: Cell,
    x: &Tensor,
    hidden: Option<&Tensor>,
    kept: Option<&Tensor>,
    layers: &[Weights],
) -> Result<(Tensor, State)> {
    let what = cell.name();
    let (&[steps, batch, _], Some(first)) = (x.dims(), layers.first()) else {
        fail!(ShapeMismatch, "{what}: input {:?} is not [steps, batch, features]", x.dims());
    };
    let &[_, size] = first.hidden.dims() else {
        fail!(ShapeMismatch, "{what}: weights of hidden features {:?}", first.hidden.dims());
    };
    // Steps cost time also where they hold nothing, and a tensor without elements can have any number of them.
    if steps == 0 || batch == 0 || size == 0 {
        fail!(ShapeMismatch, "{what}: nothing to do for input {:?} and {size} hidden features", x.dims());
    }
    if kept.is_some() && cell != Cell::Lstm {
        fail!(InvalidArgument, "{what}: it keeps no cells");
    }
    let dims = [layers.len() as i64, batch, size];
    for state in [hidden, kept].into_iter().flatten() {
        if state.dims() != dims {
            fail!(ShapeMismatch, "{what}: a state {:?}, wanted {dims:?}", state.dims());
        }
    }
    let zeros = Tensor::full(&dims[1..], Scalar::Int(0), x.dtype.promote(first.input.dtype).to_float(), x.device)?;
    let start = |state: Option<&Tensor>, layer: usize| match state {
        Some(state) => state.select(0, layer as i64)?.to_dtype(zeros.dtype),
        None => Ok(zeros.clone()),
    };
    let mut x = x.to_dtype(zeros.dtype)?;
    let (mut hiddens, mut cells) = (Vec::new(), Vec::new());
    for (at, weights) in layers.iter().enumerate() {
        check_weights(what, weights, at, [cell.gates(), size, x.dims()[2]])?;
        if weights.input.dtype != zeros.dtype || weights.hidden.dtype != zeros.dtype {
            fail!(DtypeMismatch, "{what}: weights of layer {at} are not {}", zeros.dtype);
        }
        // What comes in is known of all steps: one product.
        let bias = |which: usize| weights.bias.as_ref().map(|bias| &bias[which]);
        let projected = linear(&x, &weights.input, bias(0))?;
        let (mut h, mut c) = (start(hidden, at)?, start(kept, at)?);
        let mut outputs = Vec::new();
        for step in 0..steps {
            let (new, arriving) = (projected.select(0, step)?, linear(&h, &weights.hidden, bias(1))?);
            h = match cell {
                Cell::Rnn => map(MapOp::tanh, &[&map(MapOp::add, &[&new, &arriving])?])?,
                Cell::Lstm => {
                    let gates = gates::<4>(&map(MapOp::add, &[&new, &arriving])?, size)?;
                    c = run(KEPT, &[&gates[0], &gates[1], &gates[2], &c], &[])?;
                    run(SHOWN, &[&gates[3], &c], &[])?
                }
                Cell::Gru => {
                    let (new, old) = (gates::<3>(&new, size)?, gates::<3>(&arriving, size)?);
                    run(GATED, &[&new[0], &old[0], &new[1], &old[1], &new[2], &old[2], &h], &[])?
                }
            };
            outputs.push(h.clone());
        }
        x = stack(&outputs.iter().collect::<Vec<_>>(), 0)?;
        hiddens.push(h);
        cells.push(c);
    }
    let all = |tensors: &[Tensor]| stack(&tensors.iter().collect::<Vec<_>>(), 0);
    let cell = if cell == Cell::Lstm { Some(all(&cells)?) } else { None };
    Ok((x, State { hidden: all(&hiddens)?, cell }))
}

/// Inputs: input, forget and candidate gates, cells before.
const KEPT: &Program = &program(
    "lstm_cell",
    4,
    0,
    &[
        inst(MapOp::sigmoid, [0, 0, 0]),
        inst(MapOp::sigmoid, [1, 0, 0]),
        inst(MapOp::tanh, [2, 0, 0]),
        inst(MapOp::mul, [5, 3, 0]),
        inst(MapOp::mul, [4, 6, 0]),
        inst(MapOp::add, [7, 8, 0]),
    ],
);
/// Inputs: the output gate, the cells.
const SHOWN: &Program = &program(
    "lstm_hidden",
    2,
    0,
    &[inst(MapOp::sigmoid, [0, 0, 0]), inst(MapOp::tanh, [1, 0, 0]), inst(MapOp::mul, [2, 3, 0])],
);
/// Inputs: reset, update and new, each of what comes in and of what went before, and the hidden state.
const GATED: &Program = &program(
    "gru_hidden",
    7,
    0,
    &[
        inst(MapOp::add, [0, 1, 0]),
        inst(MapOp::sigmoid, [7, 0, 0]),
        inst(MapOp::add, [2, 3, 0]),
        inst(MapOp::sigmoid, [9, 0, 0]),
        inst(MapOp::mul, [8, 5, 0]),
        inst(MapOp::add, [4, 11, 0]),
        inst(MapOp::tanh, [12, 0, 0]),
        inst(MapOp::sub, [6, 13, 0]),
        inst(MapOp::mul, [10, 14, 0]),
        inst(MapOp::add, [13, 15, 0]),
    ],
);

/// Pieces of `size` along the last dimension.
fn gates<const N: usize>(x: &Tensor, size: i64) -> Result<[Tensor; N]> {
    let pieces = (0..N as i64).map(|gate| x.narrow(-1, gate * size, size)).collect::<Result<Vec<Tensor>>>()?;
    match pieces.try_into() {
        Ok(pieces) => Ok(pieces),
        Err(pieces) => fail!(Internal, "{} gates of {N}", pieces.len()),
    }
}

fn check_weights(what: &str, weights: &Weights, layer: usize, [gates, size, inputs]: [i64; 3]) -> Result<()> {
    // No overflow: both are sizes of tensors, of which the larger is below 2^59.
    let rows = gates.saturating_mul(size);
    let (input, hidden) = (weights.input.dims(), weights.hidden.dims());
    if input != [rows, inputs] || hidden != [rows, size] {
        fail!(
            ShapeMismatch,
            "{what}: weights {input:?} and {hidden:?} of layer {layer} for {inputs} inputs, {size} hidden"
        );
    }
    if let Some(bias) = weights.bias.iter().flatten().find(|bias| bias.dims() != [rows]) {
        fail!(ShapeMismatch, "{what}: a bias {:?} of layer {layer}, wanted [{rows}]", bias.dims());
    }
    Ok(())
}

/// The layers of [`recurrent`].
pub struct Recurrent {
    cell: Cell,
    layers: Vec<Weights>,
}

impl Recurrent {
    /// All parameters start between plus and minus one over the root of `hidden`.
    pub fn new(
        cell: Cell,
        [inputs, hidden, layers]: [i64; 3],
        bias: bool,
        dtype: DType,
        device: DeviceRef,
    ) -> Result<Recurrent> {
        let what = cell.name();
        if inputs <= 0 || hidden <= 0 {
            fail!(InvalidArgument, "{what}: {inputs} inputs and {hidden} hidden features; both must be above 0");
        }
        if !(1..=MAX_LAYERS).contains(&layers) {
            fail!(InvalidArgument, "{what}: {layers} layers; there are 1 to {MAX_LAYERS}");
        }
        let Some(rows) = hidden.checked_mul(cell.gates()) else {
            fail!(InvalidArgument, "{what}: {hidden} hidden features are more than memory");
        };
        let start = |dims: &[i64]| by_inputs(dims, hidden, dtype, device).and_then(parameter);
        let layer = |at: i64| -> Result<Weights> {
            Ok(Weights {
                input: start(&[rows, if at == 0 { inputs } else { hidden }])?,
                hidden: start(&[rows, hidden])?,
                bias: if bias { Some([start(&[rows])?, start(&[rows])?]) } else { None },
            })
        };
        Ok(Recurrent { cell, layers: (0..layers).map(layer).collect::<Result<_>>()? })
    }

    /// Which cell it has.
    pub fn cell(&self) -> Cell {
        self.cell
    }

    /// Its result and the state at the end, from a state or zeros.
    pub fn run(&self, x: &Tensor, hidden: Option<&Tensor>, kept: Option<&Tensor>) -> Result<(Tensor, State)> {
        recurrent(self.cell, x, hidden, kept, &self.layers)
    }
}

impl Layer for Recurrent {
    fn name(&self) -> &'static str {
        self.cell.name()
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        Ok(self.run(x, None, None)?.0)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        let mut all = Vec::new();
        for (at, weights) in self.layers.iter().enumerate() {
            all.push((format!("weight_ih_l{at}"), &weights.input));
            all.push((format!("weight_hh_l{at}"), &weights.hidden));
            if let Some([input, hidden]) = &weights.bias {
                all.push((format!("bias_ih_l{at}"), input));
                all.push((format!("bias_hh_l{at}"), hidden));
            }
        }
        all
    }
}
