//! Normalisation in both modes, with what a batch leaves in the running statistics.

use crate::place::{Maybe, Place, T, bits, everywhere, or_none};
use crate::plain::{Array, moments};

const EPSILON: f64 = 1.0 / 64.0;
const MOMENTUM: f64 = 0.25;

/// All numbers of a channel.
fn channel(x: &Array, channel: i64) -> Vec<f64> {
    let mut found = Vec::new();
    let _ = Array::from(&x.dims, |index| {
        if index[1] == channel {
            found.push(x.at(index));
        }
        0.0
    });
    found
}

fn normal(x: f64, [mean, var]: [f64; 2], weight: f64, bias: f64) -> f64 {
    (x - mean) / (var + EPSILON).sqrt() * weight + bias
}

/// In evaluation: by statistics that are given.
fn by(x: &Array, mean: &Array, var: &Array, weight: &Array, bias: &Array) -> Array {
    Array::from(&x.dims, |index| {
        let c = [index[1]];
        normal(x.at(index), [mean.at(&c), var.at(&c)], weight.at(&c), bias.at(&c))
    })
}

/// The batch's own statistics, and what running ones become by them.
fn of_batch(x: &Array, mean: &Array, var: &Array) -> [Array; 4] {
    let channels = [x.dims[1]];
    let own = |which: usize| Array::from(&channels, |c| moments(&channel(x, c[0]))[which]);
    let count = channel(x, 0).len() as f64;
    let mixed = |before: &Array, new: Array, scale: f64| {
        Array::from(&channels, |c| before.at(c) * (1.0 - MOMENTUM) + new.at(c) * scale * MOMENTUM)
    };
    [own(0), own(1), mixed(mean, own(0), 1.0), mixed(var, own(1), count / (count - 1.0))]
}

const SHAPES: [&[i64]; 4] = [&[5, 3], &[2, 3, 4], &[3, 3, 2, 4], &[2, 3, 2, 1, 3]];

#[test]
fn batches() {
    everywhere("batch_norm", |at| {
        for dims in SHAPES {
            let x = Array::numbers(dims, 1);
            let [mean, weight, bias] = [2, 3, 4].map(|salt| Array::numbers(&[3], salt));
            let var = Array::numbers(&[3], 5).map(|x| x * x + 0.5);
            let (a, w, b) = (at.of(&x)?, at.of(&weight)?, at.of(&bias)?);
            let (m, v) = (at.of(&mean)?, at.of(&var)?);
            let forward = |kept: [&T; 2], weight: Option<&T>, bias: Option<&T>, training: i64| {
                let more = [training, bits(MOMENTUM), bits(EPSILON)];
                let words = [a.0, kept[0].0, kept[1].0, or_none(weight), or_none(bias)];
                at.row("rt_tensor_batch_norm", &[&words[..], &more].concat())
            };
            let y = forward([&m, &v], Some(&w), Some(&b), 0)?;
            at.same("evaluation", &y, &by(&x, &mean, &var, &weight, &bias))?;
            // Evaluation leaves them as they were, also for the next.
            let [own_mean, own_var, next_mean, next_var] = of_batch(&x, &mean, &var);
            let y = forward([&m, &v], Some(&w), Some(&b), 1)?;
            at.same("training", &y, &by(&x, &own_mean, &own_var, &weight, &bias))?;
            at.same("the running mean", &m, &next_mean)?;
            at.same("the running variance", &v, &next_var)?;
            let (ones, zeros) = (mean.map(|_| 1.0), mean.map(|_| 0.0));
            let y = forward([&m, &v], None, None, 0)?;
            at.same("no weight", &y, &by(&x, &next_mean, &next_var, &ones, &zeros))?;
            let none = [a.0, 0, 0, w.0, b.0, 1, bits(MOMENTUM), bits(EPSILON)];
            let y = at.row("rt_tensor_batch_norm", &none)?;
            at.same("no running statistics", &y, &by(&x, &own_mean, &own_var, &weight, &bias))?;
        }
        Ok(())
    });
}

fn named(at: &Place, module: &T, row: &str, name: &str) -> Maybe<T> {
    at.row(row, &[module.0, name.as_ptr() as i64, name.len() as i64])
}

#[test]
fn the_module_of_batches_learns_in_training_alone() {
    everywhere("batch_norm", |at| {
        let module = at.row("rt_nn_batch_norm", &[3, bits(EPSILON), bits(MOMENTUM), at.dtype.number(), at.device])?;
        let (zeros, ones) = (Array::new(&[3], vec![0.0; 3]), Array::new(&[3], vec![1.0; 3]));
        let x = Array::numbers(&[4, 3, 2], 1);
        let [own_mean, own_var, next_mean, next_var] = of_batch(&x, &zeros, &ones);
        let a = at.of(&x)?;
        let forward = || at.row("rt_module_forward", &[module.0, a.0]);
        at.same("training", &forward()?, &by(&x, &own_mean, &own_var, &ones, &zeros))?;
        at.does("rt_module_train", &[module.0, 0])?;
        for _ in 0..2 {
            at.same("evaluation", &forward()?, &by(&x, &next_mean, &next_var, &ones, &zeros))?;
        }
        at.same("running_mean", &named(at, &module, "rt_module_buffer_named", "running_mean")?, &next_mean)?;
        at.same("running_var", &named(at, &module, "rt_module_buffer_named", "running_var")?, &next_var)?;
        at.same("weight", &named(at, &module, "rt_module_parameter_named", "weight")?, &ones)?;
        at.same("bias", &named(at, &module, "rt_module_parameter_named", "bias")?, &zeros)
    });
}

#[test]
fn features() {
    everywhere("layer_norm", |at| {
        for (dims, over) in [(&[3, 4][..], &[4][..]), (&[2, 3, 4], &[3, 4]), (&[2, 3, 4], &[2, 3, 4]), (&[5], &[5])] {
            let x = Array::numbers(dims, 1);
            let (weight, bias) = (Array::numbers(over, 2), Array::numbers(over, 3));
            let lead = dims.len() - over.len();
            let inner = over.iter().product::<i64>() as usize;
            let want = |weight: &Array, bias: &Array| {
                Array::from(dims, |index| {
                    let row = index[..lead].iter().zip(dims).fold(0, |row, (&i, &size)| row * size + i) as usize;
                    let own = &x.data[row * inner..(row + 1) * inner];
                    normal(x.at(index), moments(own), weight.at(&index[lead..]), bias.at(&index[lead..]))
                })
            };
            let (a, w, b) = (at.of(&x)?, at.of(&weight)?, at.of(&bias)?);
            let (list, count) = (over.as_ptr() as i64, over.len() as i64);
            let y = at.row("rt_tensor_layer_norm", &[a.0, list, count, w.0, b.0, bits(EPSILON)])?;
            at.same(&format!("layer_norm {dims:?} over {over:?}"), &y, &want(&weight, &bias))?;
            let (ones, zeros) = (weight.map(|_| 1.0), weight.map(|_| 0.0));
            let y = at.row("rt_tensor_layer_norm", &[a.0, list, count, 0, b.0, bits(EPSILON)])?;
            at.same("a bias alone", &y, &want(&ones, &bias))?;
            let module = at.row("rt_nn_layer_norm", &[list, count, bits(EPSILON), at.dtype.number(), at.device])?;
            at.same("the module", &at.row("rt_module_forward", &[module.0, a.0])?, &want(&ones, &zeros))?;
        }
        Ok(())
    });
}
