//! What layers are made of: every functional form over every layout, twice where it is smooth.

use crate::ops::{index_of, over};
use crate::{check, numbers, of};
use ffi_backend::{DType, Scalar};
use ffi_torch::nn::activation::{elu, leaky_relu};
use ffi_torch::nn::attention::{MultiHeadAttention, scaled_dot_product_attention};
use ffi_torch::nn::conv::{Conv, conv2d};
use ffi_torch::nn::loss::{self, Reduction};
use ffi_torch::nn::norm::{BatchRule, batch_norm, layer_norm};
use ffi_torch::nn::pool::{Pool, avg_pool2d, max_pool2d};
use ffi_torch::nn::recurrent::{Cell, Weights, recurrent};
use ffi_torch::nn::{Module, layers};
use ffi_torch::windows::{Sliding, pad, windows};
use ffi_torch::{Tensor, join};

/// A leaf of these sizes, unlike others with another salt.
fn leaf(dims: &[i64], salt: usize) -> Tensor {
    of(&numbers(dims.iter().product::<i64>() as usize, salt, true), dims)
}

#[test]
fn activations() {
    over("leaky_relu", &[2, 3], &|x| leaky_relu(x[0], 0.2));
    over("elu", &[2, 3], &|x| elu(x[0], 1.3));
    // Far out: what is not taken must not be infinite in the gradient.
    check("elu far out", &[of(&[-3.0, 800.0], &[2])], &|x| elu(x[0], 1.0), false);
}

#[test]
fn windows_and_borders() {
    over("pad", &[2, 3], &|x| pad(x[0], &[1, 2, 0, 1], Scalar::Float(0.5)));
    let dims = &[2, 2, 4, 5];
    for (kernel, stride, dilation) in
        [([2, 3], [1, 1], [1, 1]), ([2, 2], [2, 3], [1, 1]), ([2, 2], [1, 2], [3, 2]), ([4, 3], [1, 2], [1, 1])]
    {
        let sliding = Sliding { kernel, stride, dilation };
        over(&format!("{sliding:?}"), dims, &|x| windows("windows", x[0], sliding));
    }
    for spec in [&[2][..], &[3, 2, 1, 2], &[3, 3, 2, 2, 1, 1]] {
        over(&format!("avg_pool2d {spec:?}"), dims, &|x| avg_pool2d(x[0], Pool::of(spec)?));
        // Stretched or folded numbers are equally large several times over, where a difference has no slope to compare.
        let apart = leaf(&[1, 1, 4, 5], 3);
        check(&format!("max_pool2d {spec:?}"), &[apart], &|x| max_pool2d(x[0], Pool::of(spec)?), true);
    }
}

#[test]
fn convolutions() {
    for (x, weight, list) in [
        ([2, 2, 4, 3], [3, 2, 2, 2], &[][..]),
        ([1, 2, 4, 4], [2, 2, 3, 2], &[2, 1, 1, 2]),
        ([2, 2, 4, 4], [2, 1, 2, 2], &[1, 1, 1, 1, 2, 2, 2]),
        // Groups of several channels, in and out; and a kernel that leaves few places.
        ([1, 4, 4, 5], [6, 2, 2, 3], &[1, 1, 1, 0, 1, 1, 2]),
        ([1, 2, 3, 4], [2, 2, 3, 3], &[]),
    ] {
        for bias in [false, true] {
            let mut leaves = vec![leaf(&x, 1), leaf(&weight, 2)];
            leaves.extend(bias.then(|| leaf(&weight[..1], 3)));
            let f = |t: &[&Tensor]| conv2d(t[0], t[1], t.get(2).copied(), Conv::of(list)?);
            check(&format!("conv2d {x:?} {weight:?} {list:?}"), &leaves, &f, true);
        }
    }
    let weight = leaf(&[2, 2, 2, 1], 2);
    over("conv2d", &[1, 2, 3, 2], &|x| conv2d(x[0], &weight, None, Conv::of(&[])?));
}

#[test]
fn normalisations() {
    let training = BatchRule { training: true, momentum: 0.1, epsilon: 1e-3 };
    for dims in [&[4, 2][..], &[2, 2, 2, 2]] {
        let leaves = [leaf(dims, 1), leaf(&[2], 2), leaf(&[2], 3)];
        check("batch_norm", &leaves, &|x| batch_norm(x[0], None, Some(x[1]), Some(x[2]), training), true);
    }
    let leaves = [leaf(&[2, 2, 3], 1), leaf(&[2, 3], 2), leaf(&[2, 3], 3)];
    check("layer_norm", &leaves, &|x| layer_norm(x[0], &[2, 3], Some(x[1]), Some(x[2]), 1e-3), true);
    over("layer_norm", &[2, 3], &|x| layer_norm(x[0], &[3], None, None, 1e-3));
}

#[test]
fn tables_and_dropping() {
    let rows = index_of(&[2.0, 0.0, 2.0, -1.0], &[2, 2]);
    over("embedding", &[3, 2], &|x| layers::embedding(&rows, x[0]));
    let dropped = |x: &[&Tensor]| {
        ffi_torch::random::seed(7);
        layers::dropout(x[0], 0.4, true)
    };
    check("dropout", &[leaf(&[4, 3], 1)], &dropped, true);
}

#[test]
fn recurrences() {
    for (cell, gates) in [(Cell::Rnn, 1), (Cell::Lstm, 4), (Cell::Gru, 3)] {
        for bias in [false, true] {
            let mut leaves = vec![leaf(&[3, 2, 2], 1), leaf(&[2, 2, 2], 2), leaf(&[2, 2, 2], 3)];
            for inputs in [2, 2] {
                leaves.extend([leaf(&[gates * 2, inputs], leaves.len()), leaf(&[gates * 2, 2], leaves.len() + 1)]);
                if bias {
                    leaves.extend([leaf(&[gates * 2], leaves.len()), leaf(&[gates * 2], leaves.len() + 1)]);
                }
            }
            let f = |x: &[&Tensor]| {
                let kept = (cell == Cell::Lstm).then_some(x[2]);
                let (y, state) = recurrent(cell, x[0], Some(x[1]), kept, &Weights::of(&x[3..], bias)?)?;
                let parts = [Some(y), Some(state.hidden), state.cell].into_iter().flatten();
                let parts = parts.map(|part| part.reshape(&[-1])).collect::<Result<Vec<_>, _>>()?;
                join::cat(&parts.iter().collect::<Vec<_>>(), 0)
            };
            check(&format!("{cell:?}, biases {bias}"), &leaves, &f, !bias);
        }
    }
}

#[test]
fn attention() {
    let leaves = [leaf(&[2, 3, 2], 1), leaf(&[2, 4, 2], 2), leaf(&[2, 4, 3], 3)];
    let mask =
        of(&[1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0], &[3, 4]).to_dtype(DType::Bool).unwrap();
    check("attention", &leaves, &|x| scaled_dot_product_attention(x[0], x[1], x[2], None, false), true);
    check("causal", &leaves, &|x| scaled_dot_product_attention(x[0], x[1], x[2], None, true), true);
    check("masked", &leaves, &|x| scaled_dot_product_attention(x[0], x[1], x[2], Some(&mask), false), true);
    let [q, k, v] = leaves;
    let added = |x: &[&Tensor]| scaled_dot_product_attention(x[0], x[1], x[2], Some(x[3]), false);
    check("a mask of numbers", &[q, k, v, leaf(&[3, 4], 4)], &added, true);
    let module =
        Module::new(MultiHeadAttention::new(4, 2, true, DType::F64, crate::elsewhere::cpu()).unwrap()).unwrap();
    check("several heads", &[leaf(&[3, 2, 4], 1)], &|x| module.forward(x[0]), true);
}

#[test]
fn losses() {
    for how in Reduction::ALL.iter().copied() {
        let pair = [leaf(&[2, 3], 1), leaf(&[2, 3], 2)];
        check("mse", &pair, &|x| loss::mse(x[0], x[1], how), true);
        check("l1", &pair, &|x| loss::l1(x[0], x[1], how), true);
        check("huber", &pair, &|x| loss::huber(x[0], x[1], 0.6, how), true);
        let probabilities = [of(&numbers(6, 1, false), &[2, 3]), of(&numbers(6, 2, false), &[2, 3])];
        check("bce", &probabilities, &|x| loss::binary_cross_entropy(x[0], x[1], how), true);
        check("bce_with_logits", &pair, &|x| loss::binary_cross_entropy_with_logits(x[0], x[1], how), true);
        let classes = index_of(&[2.0, 0.0], &[2]);
        over("cross_entropy", &[2, 3], &|x| loss::cross_entropy(x[0], &classes, how));
        over("nll", &[2, 3], &|x| loss::nll(x[0], &classes, how));
        let deep = index_of(&[2.0, 0.0, 1.0, 1.0], &[2, 2]);
        over("cross_entropy of places", &[2, 3, 2], &|x| loss::cross_entropy(x[0], &deep, how));
        let one = index_of(&[1.0], &[]);
        over("cross_entropy of one", &[3], &|x| loss::cross_entropy(x[0], &one, how));
    }
}
