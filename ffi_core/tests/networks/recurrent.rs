//! Recurrent layers step by step, layer by layer, with states that are given and that are zeros.

use crate::place::{Maybe, Place, T, everywhere, handles, or_none};
use crate::plain::{self, Array, sigmoid};

const STEPS: i64 = 3;
const BATCH: i64 = 2;
const INPUTS: i64 = 4;
const HIDDEN: i64 = 3;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell {
    Rnn,
    Lstm,
    Gru,
}

impl Cell {
    fn name(self) -> &'static str {
        match self {
            Cell::Rnn => "rnn",
            Cell::Lstm => "lstm",
            Cell::Gru => "gru",
        }
    }

    fn gates(self) -> i64 {
        match self {
            Cell::Rnn => 1,
            Cell::Lstm => 4,
            Cell::Gru => 3,
        }
    }

    /// The weights of all layers, two or four a layer.
    fn weights(self, layers: i64, bias: bool) -> Vec<Array> {
        let rows = self.gates() * HIDDEN;
        let of_layer = |layer: i64| {
            let inputs = if layer == 0 { INPUTS } else { HIDDEN };
            let mut own =
                vec![Array::numbers(&[rows, inputs], 7 * layer), Array::numbers(&[rows, HIDDEN], 7 * layer + 1)];
            if bias {
                own.extend([2, 3].map(|salt| Array::numbers(&[rows], 7 * layer + salt)));
            }
            own
        };
        (0..layers).flat_map(of_layer).collect()
    }

    /// One step of one layer for one element of the batch: the new hidden state and the new cells.
    fn step(self, from_input: &[f64], from_hidden: &[f64], hidden: &[f64], kept: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let size = hidden.len();
        let both = |gate: usize, i: usize| from_input[gate * size + i] + from_hidden[gate * size + i];
        let mut next = (vec![0.0; size], vec![0.0; size]);
        for i in 0..size {
            match self {
                Cell::Rnn => next.0[i] = both(0, i).tanh(),
                Cell::Lstm => {
                    next.1[i] = sigmoid(both(1, i)) * kept[i] + sigmoid(both(0, i)) * both(2, i).tanh();
                    next.0[i] = sigmoid(both(3, i)) * next.1[i].tanh();
                }
                Cell::Gru => {
                    let (reset, update) = (sigmoid(both(0, i)), sigmoid(both(1, i)));
                    let new = (from_input[2 * size + i] + reset * from_hidden[2 * size + i]).tanh();
                    next.0[i] = (1.0 - update) * new + update * hidden[i];
                }
            }
        }
        next
    }

    /// All steps of all layers: the last layer's outputs, the states behind.
    fn run(self, x: &Array, weights: &[Array], bias: bool, mut hidden: Array, mut kept: Array) -> [Array; 3] {
        let mut x = x.clone();
        for (layer, own) in weights.chunks(if bias { 4 } else { 2 }).enumerate() {
            let from_input = plain::linear(&x, &own[0], own.get(2));
            let mut outputs = Array::new(&[STEPS, BATCH, HIDDEN], vec![0.0; (STEPS * BATCH * HIDDEN) as usize]);
            let rows = (self.gates() * HIDDEN) as usize;
            let size = HIDDEN as usize;
            for step in 0..STEPS as usize {
                for row in 0..BATCH as usize {
                    let place = (layer * BATCH as usize + row) * size;
                    let own_hidden = Array::new(&[HIDDEN], hidden.data[place..place + size].to_vec());
                    let arriving = plain::linear(&own_hidden, &own[1], own.get(3));
                    let at = step * BATCH as usize + row;
                    let input = &from_input.data[at * rows..(at + 1) * rows];
                    let kept_now = kept.data[place..place + size].to_vec();
                    let (h, c) = self.step(input, &arriving.data, &own_hidden.data, &kept_now);
                    outputs.data[at * size..(at + 1) * size].copy_from_slice(&h);
                    hidden.data[place..place + size].copy_from_slice(&h);
                    kept.data[place..place + size].copy_from_slice(&c);
                }
            }
            x = outputs;
        }
        [x, hidden, kept]
    }
}

/// Compares the output and the states of a row.
fn compare(at: &Place, what: &str, cell: Cell, row: &str, words: &[i64], want: &[Array; 3]) -> Maybe<()> {
    let found: Vec<T> = match cell {
        Cell::Lstm => at.writes::<3>(row, words)?.into(),
        _ => at.writes::<2>(row, words)?.into(),
    };
    found
        .iter()
        .zip(want)
        .zip(["output", "hidden", "cells"])
        .try_for_each(|((got, want), part)| at.same(&format!("{what}: {part}"), got, want))
}

#[test]
fn as_functions_and_as_modules() {
    everywhere("recurrent", |at| {
        let mut modules = Ok(());
        for cell in [Cell::Rnn, Cell::Lstm, Cell::Gru] {
            for (layers, bias, given) in [(1, true, false), (2, true, true), (2, false, true), (3, false, false)] {
                let what = format!("{cell:?}, {layers} layers, biases {bias}, states {given}");
                let x = Array::numbers(&[STEPS, BATCH, INPUTS], 40);
                let dims = [layers, BATCH, HIDDEN];
                let zeros = Array::new(&dims, vec![0.0; dims.iter().product::<i64>() as usize]);
                let [hidden, kept] =
                    if given { [41, 42].map(|salt| Array::numbers(&dims, salt)) } else { [zeros.clone(), zeros] };
                let weights = cell.weights(layers, bias);
                let want = cell.run(&x, &weights, bias, hidden.clone(), kept.clone());

                let a = at.of(&x)?;
                let (h, c) = if given { (Some(at.of(&hidden)?), Some(at.of(&kept)?)) } else { (None, None) };
                let states = [or_none(h.as_ref()), or_none(c.as_ref())];
                let states = &states[..if cell == Cell::Lstm { 2 } else { 1 }];
                let w = weights.iter().map(|weight| at.of(weight)).collect::<Maybe<Vec<T>>>()?;
                let handles = handles(&w);
                let list = [handles.as_ptr() as i64, handles.len() as i64];
                let words = [&[a.0], states, &list].concat();
                compare(at, &what, cell, &format!("rt_tensor_{}", cell.name()), &words, &want)?;

                // The module with the same weights; a device that starts none is told of at the end.
                let sizes = [INPUTS, HIDDEN, layers, i64::from(bias), at.dtype.number(), at.device];
                let module = match at.row(&format!("rt_nn_{}", cell.name()), &sizes) {
                    Ok(module) => module,
                    refused => {
                        modules = refused.map(|_| ());
                        continue;
                    }
                };
                at.take_weights(&module, &w)?;
                let words = [&[module.0, a.0], states].concat();
                compare(at, &what, cell, &format!("rt_nn_{}_forward", cell.name()), &words, &want)?;
                if !given {
                    at.same(&what, &at.row("rt_module_forward", &[module.0, a.0])?, &want[0])?;
                }
            }
        }
        modules
    });
}
