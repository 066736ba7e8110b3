//! Layers without a state: linear, look-up tables, activations, each as a function and as a module.

use crate::place::{I64, Place, bits, everywhere, or_none};
use crate::plain::{self, Array};

#[test]
fn fully_connected() {
    everywhere("linear", |at| {
        let (weight, bias) = (Array::numbers(&[5, 4], 1), Array::numbers(&[5], 2));
        for dims in [&[4][..], &[3, 4], &[2, 3, 4], &[0, 4], &[2, 1, 1, 4]] {
            for bias in [None, Some(&bias)] {
                let x = Array::numbers(dims, 3);
                let (a, w) = (at.of(&x)?, at.of(&weight)?);
                let b = bias.map(|bias| at.of(bias)).transpose()?;
                let y = at.row("rt_tensor_linear", &[a.0, w.0, or_none(b.as_ref())])?;
                at.same(&format!("linear {dims:?}"), &y, &plain::linear(&x, &weight, bias))?;
            }
        }
        Ok(())
    });
}

#[test]
fn tables_of_rows() {
    everywhere("embedding", |at| {
        let (weight, places) = (Array::numbers(&[5, 3], 1), [4, 0, -1, 2, -5, 4]);
        let w = at.of(&weight)?;
        for dims in [&[6][..], &[2, 3], &[3, 1, 2]] {
            let named = Array::new(dims, places.map(f64::from).to_vec());
            let indices = at.of_dtype(&named, I64)?;
            let want = Array::from(&[dims, &[3]].concat(), |index| {
                let (&feature, place) = index.split_last().unwrap();
                weight.at(&[(named.at(place) as i64).rem_euclid(5), feature])
            });
            at.same("embedding", &at.row("rt_tensor_embedding", &[indices.0, w.0])?, &want)?;
        }
        Ok(())
    });
}

/// An activation's name, the numbers behind the tensor, and what it does to one element.
type Activation = (&'static str, Vec<i64>, fn(f64) -> f64);

fn activations() -> Vec<Activation> {
    vec![
        ("relu", vec![], |x| x.max(0.0)),
        ("gelu", vec![], |x| 0.5 * x * (1.0 + plain::erf(x / 2f64.sqrt()))),
        ("silu", vec![], |x| x * plain::sigmoid(x)),
        ("sigmoid", vec![], plain::sigmoid),
        ("tanh", vec![], f64::tanh),
        ("softplus", vec![], |x| x.exp().ln_1p()),
        ("leaky_relu", vec![bits(0.25)], |x| if x > 0.0 { x } else { 0.25 * x }),
        ("elu", vec![bits(0.5)], |x| if x > 0.0 { x } else { 0.5 * x.exp_m1() }),
    ]
}

/// As a function and as a module.
fn both(at: &Place, name: &str, x: &Array, more: &[i64], want: &Array) -> crate::place::Maybe<()> {
    let a = at.of(x)?;
    let y = at.row(&format!("rt_tensor_{name}"), &[&[a.0], more].concat())?;
    at.same(name, &y, want)?;
    let module = at.row(&format!("rt_nn_{name}"), more)?;
    at.same(&format!("the module {name}"), &at.row("rt_module_forward", &[module.0, a.0])?, want)
}

#[test]
fn functions_of_one_element() {
    everywhere("activations", |at| {
        let x = Array::numbers(&[3, 4], 1).map(|x| 4.0 * x);
        for (name, more, f) in activations() {
            both(at, name, &x, &more, &x.map(f))?;
        }
        Ok(())
    });
}

#[test]
fn functions_of_a_row() {
    everywhere("softmax", |at| {
        let x = Array::numbers(&[2, 3, 4], 1).map(|x| 4.0 * x);
        for dim in -3..3 {
            let axis = (dim + 3) as usize % 3;
            both(at, "softmax", &x, &[dim], &plain::along(&x, axis, plain::softmax))?;
            let logs = |line: &[f64]| plain::softmax(line).into_iter().map(f64::ln).collect();
            both(at, "log_softmax", &x, &[dim], &plain::along(&x, axis, logs))?;
        }
        let flat = Array::new(&[2, 12], x.data.clone());
        both(at, "flatten", &x, &[1, -1], &flat)
    });
}
