//! What no layer takes: each is refused with the right code and a sentence that names it, without asking for memory.

use crate::place::{T, bits, call, turn};
use ffi_base::{Code, last_error};

const F32: i64 = 2;
const I64: i64 = 5;
const HERE: i64 = 1;
const HUGE: i64 = 1 << 40;

fn ones(dims: &[i64], dtype: i64) -> T {
    let handle = call("rt_tensor_ones", &[dims.as_ptr() as i64, dims.len() as i64, dtype, HERE]);
    assert!(handle > 0, "{}", last_error::message());
    T(handle)
}

/// One element, stretched.
fn stretched(dims: &[i64]) -> T {
    let handle = call("rt_tensor_expand", &[ones(&[1], F32).0, dims.as_ptr() as i64, dims.len() as i64]);
    assert!(handle > 0, "{}", last_error::message());
    T(handle)
}

#[track_caller]
fn refused(name: &str, words: &[i64], code: Code, says: &str) {
    let began = std::time::Instant::now();
    let failed = call(name, words);
    // What is refused costs no work.
    assert!(began.elapsed().as_secs() < 2, "{name} {words:?} took {:?}", began.elapsed());
    assert!(failed <= 0, "{name} {words:?} was done");
    let (got, why) = (last_error::code(), last_error::message());
    assert_eq!(got, code.number(), "{name} {words:?}: {why}");
    assert!(why.contains(says), "{name} {words:?}: {why:?} does not say {says:?}");
}

use Code::{DtypeMismatch, InvalidArgument, OutOfMemory, ShapeMismatch};

fn list(numbers: &[i64]) -> [i64; 2] {
    [numbers.as_ptr() as i64, numbers.len() as i64]
}

#[test]
fn layers_of_impossible_sizes() {
    let _turn = turn();
    let refused = |name, words: &[i64], code, says| refused(name, words, code, says);
    for size in [0, -1, i64::MIN] {
        refused("rt_nn_linear", &[size, 2, 1, F32, HERE], InvalidArgument, "linear");
        refused("rt_nn_linear", &[2, size, 1, F32, HERE], InvalidArgument, "linear");
        refused("rt_nn_embedding", &[size, 2, F32, HERE], InvalidArgument, "embedding");
        refused("rt_nn_batch_norm", &[size, bits(0.1), bits(0.1), F32, HERE], InvalidArgument, "normalisation");
        refused("rt_nn_multi_head_attention", &[4, size, 1, F32, HERE], InvalidArgument, "heads");
        refused("rt_nn_multi_head_attention", &[size, 1, 1, F32, HERE], InvalidArgument, "features");
        let [at, n] = list(&[size]);
        refused("rt_nn_layer_norm", &[at, n, bits(0.1), F32, HERE], InvalidArgument, "normalisation");
        refused("rt_nn_max_pool2d", &[at, n], InvalidArgument, "above 0");
        for cell in ["rt_nn_rnn", "rt_nn_lstm", "rt_nn_gru"] {
            refused(cell, &[size, 2, 1, 1, F32, HERE], InvalidArgument, "inputs");
            refused(cell, &[2, size, 1, 1, F32, HERE], InvalidArgument, "hidden");
            refused(cell, &[2, 2, size, 1, F32, HERE], InvalidArgument, "layers");
        }
        for spec in
            [&[size, 3][..], &[3, size], &[3, 3, size], &[3, 3, 1, 1, 0, 0, size], &[3, 3, 1, 1, 0, 0, 1, 1, size]]
        {
            let [at, n] = list(spec);
            refused("rt_nn_conv2d", &[2, 2, at, n, 1, F32, HERE], InvalidArgument, "conv2d");
        }
        let [at, n] = list(&[3, 3]);
        refused("rt_nn_conv2d", &[size, 2, at, n, 1, F32, HERE], InvalidArgument, "channels");
        refused("rt_nn_conv2d", &[2, size, at, n, 1, F32, HERE], InvalidArgument, "channels");
    }
    for size in [HUGE, i64::MAX] {
        // More than memory, or more than numbers go.
        for (name, words) in [
            ("rt_nn_linear", vec![size, size, 1, F32, HERE]),
            ("rt_nn_embedding", vec![size, size, F32, HERE]),
            ("rt_nn_multi_head_attention", vec![size, 1, 1, F32, HERE]),
            ("rt_nn_rnn", vec![size, size, 1, 1, F32, HERE]),
            ("rt_nn_lstm", vec![size, size, 1, 1, F32, HERE]),
        ] {
            refused(name, &words, InvalidArgument, "memory");
        }
        let [at, n] = list(&[size, size]);
        refused("rt_nn_conv2d", &[1, 1, at, n, 1, F32, HERE], InvalidArgument, "memory");
        refused("rt_nn_layer_norm", &[at, n, bits(0.1), F32, HERE], InvalidArgument, "memory");
        let [at, n] = list(&[1, 1, 1, 1, 0, 0, 1, 1, size]);
        refused("rt_nn_conv2d", &[2, 2, at, n, 1, F32, HERE], InvalidArgument, "groups");
    }
    // That many numbers could be: but not here.
    refused("rt_nn_linear", &[1 << 48, 1, 0, F32, HERE], OutOfMemory, "");
    refused("rt_nn_batch_norm", &[1 << 48, bits(0.1), bits(0.1), F32, HERE], OutOfMemory, "");
    refused("rt_nn_gru", &[2, 2, HUGE, 1, F32, HERE], InvalidArgument, "layers");
    let [at, n] = list(&[3, 3]);
    refused("rt_nn_conv2d", &[3, 4, at, 1, 1, F32, HERE], InvalidArgument, "kernel");
    refused("rt_nn_conv2d", &[3, 4, at, 0, 1, F32, HERE], InvalidArgument, "kernel");
    let [at, n] = [list(&[3, 3, 1, 1, 0, 0, 1, 1, 2]), [at, n]][0];
    refused("rt_nn_conv2d", &[3, 4, at, n, 1, F32, HERE], InvalidArgument, "2 groups");
    for dtype in [I64, 8] {
        refused("rt_nn_linear", &[2, 2, 1, dtype, HERE], DtypeMismatch, "");
        refused("rt_nn_batch_norm", &[2, bits(0.1), bits(0.1), dtype, HERE], DtypeMismatch, "float");
        refused("rt_nn_embedding", &[2, 2, dtype, HERE], DtypeMismatch, "");
        refused("rt_nn_lstm", &[2, 2, 1, 1, dtype, HERE], DtypeMismatch, "");
    }
    for number in [-0.5, 1.5, f64::NAN, f64::INFINITY] {
        refused("rt_nn_dropout", &[bits(number)], InvalidArgument, "probability");
        refused("rt_nn_batch_norm", &[2, bits(0.1), bits(number), F32, HERE], InvalidArgument, "momentum");
    }
    for number in [-0.5, f64::NAN, f64::INFINITY] {
        refused("rt_nn_batch_norm", &[2, bits(number), bits(0.1), F32, HERE], InvalidArgument, "epsilon");
    }
}

#[test]
fn images_that_do_not_fit() {
    let _turn = turn();
    let (x, weight) = (ones(&[2, 4, 5, 5], F32), ones(&[6, 4, 3, 3], F32));
    let conv = |x: &T, weight: &T, bias: i64, options: &[i64], code, says| {
        let [at, n] = list(options);
        refused("rt_tensor_conv2d", &[x.0, weight.0, bias, at, n], code, says);
    };
    conv(&x, &ones(&[6, 3, 3, 3], F32), 0, &[], ShapeMismatch, "[6, 3, 3, 3]");
    conv(&x, &weight, 0, &[1, 1, 0, 0, 1, 1, 2], ShapeMismatch, "2 groups");
    conv(&x, &weight, 0, &[1, 1, 0, 0, 1, 1, 0], InvalidArgument, "groups 0");
    conv(&x, &weight, 0, &[0], InvalidArgument, "stride");
    conv(&x, &weight, 0, &[1, 1, -1], InvalidArgument, "padding");
    conv(&x, &weight, 0, &[1, 1, 0, 0, 0], InvalidArgument, "dilation");
    conv(&x, &weight, 0, &[1, 1, 0, 0, 3], ShapeMismatch, "kernel of 3");
    conv(&x, &weight, 0, &[1, 1, 0, 0, i64::MAX], ShapeMismatch, "kernel of 3");
    conv(&x, &weight, 0, &[1; 8], InvalidArgument, "8 numbers");
    conv(&x, &weight, ones(&[5], F32).0, &[], ShapeMismatch, "bias");
    conv(&ones(&[4, 5, 5], F32), &weight, 0, &[], ShapeMismatch, "rank 4");
    conv(&ones(&[2, 4, 2, 5], F32), &weight, 0, &[], ShapeMismatch, "kernel of 3");
    conv(&x, &ones(&[6, 4, 0, 3], F32), 0, &[], InvalidArgument, "kernel 0");
    // Borders and images that no memory holds, also where there is no element.
    conv(&x, &weight, 0, &[1, 1, i64::MAX], InvalidArgument, "pad");
    conv(&x, &weight, 0, &[1, 1, HUGE], InvalidArgument, "memory");
    conv(&x, &weight, 0, &[1, 1, 1 << 22, 1 << 22], OutOfMemory, "");
    let wide = stretched(&[2, 4, 1 << 26, 1 << 26]);
    conv(&wide, &weight, 0, &[], OutOfMemory, "");
    // One window, of more elements than anybody walks.
    let wider = stretched(&[1, 1, 1 << 22, 1 << 22]);
    conv(&wider, &wider, 0, &[], InvalidArgument, "walked");
    conv(&stretched(&[1, 4, 1 << 17, 1 << 17]), &weight, 0, &[], OutOfMemory, "");
    let none = ones(&[0, 4, 1 << 28, 1 << 28], F32);
    conv(&none, &weight, 0, &[], InvalidArgument, "memory");

    let pool = |x: &T, spec: &[i64], code, says| {
        for name in ["rt_tensor_max_pool2d", "rt_tensor_avg_pool2d"] {
            refused(name, &[&[x.0], &list(spec)[..]].concat(), code, says);
        }
    };
    pool(&x, &[], InvalidArgument, "numbers");
    pool(&x, &[2; 7], InvalidArgument, "7 numbers");
    pool(&x, &[2, 2, 0], InvalidArgument, "stride");
    pool(&x, &[2, 2, 1, 1, 2], InvalidArgument, "padding");
    pool(&x, &[2, 2, 1, 1, -1], InvalidArgument, "padding");
    pool(&x, &[6], ShapeMismatch, "kernel of 6");
    pool(&x, &[i64::MAX], ShapeMismatch, "kernel");
    pool(&ones(&[5, 5], F32), &[2], ShapeMismatch, "[5, 5]");
    pool(&wide, &[2], OutOfMemory, "");
    pool(&wide, &[1 << 25], InvalidArgument, "walked");
    // Few places, each over more elements than anyone would wait for.
    pool(&stretched(&[1, 1, 1 << 22, 1 << 22]), &[2048], InvalidArgument, "walked");
    refused("rt_tensor_pad", &[&[x.0], &list(&[1])[..], &[0]].concat(), InvalidArgument, "pairs");
    refused("rt_tensor_pad", &[&[x.0], &list(&[1, -1])[..], &[0]].concat(), InvalidArgument, "behind");
    refused("rt_tensor_pad", &[&[x.0], &list(&[i64::MAX, i64::MAX])[..], &[0]].concat(), InvalidArgument, "pad");
}

#[test]
fn rows_and_steps_that_do_not_fit() {
    let _turn = turn();
    let (x, weight) = (ones(&[2, 3], F32), ones(&[4, 3], F32));
    refused("rt_tensor_linear", &[x.0, ones(&[4, 2], F32).0, 0], ShapeMismatch, "[4, 2]");
    refused("rt_tensor_linear", &[x.0, ones(&[3], F32).0, 0], ShapeMismatch, "[outputs, inputs]");
    refused("rt_tensor_linear", &[x.0, weight.0, ones(&[3], F32).0], ShapeMismatch, "bias [3]");
    refused("rt_tensor_linear", &[x.0, weight.0, ones(&[1], F32).0], ShapeMismatch, "bias [1]");
    refused("rt_tensor_embedding", &[x.0, weight.0], DtypeMismatch, "");
    refused("rt_tensor_embedding", &[ones(&[2], I64).0, ones(&[4], F32).0], ShapeMismatch, "[4]");
    let far = call("rt_tensor_full_i64", &[list(&[2])[0], 0, 4, I64, HERE]);
    let far = T(far);
    let found = call("rt_tensor_embedding", &[far.0, weight.0]);
    if found > 0 {
        // A fault of the data: reported where the numbers are read.
        let (found, mut out) = (T(found), [0f64; 3]);
        assert!(call("rt_tensor_copy_to", &[found.0, out.as_mut_ptr() as i64, 3, 1]) < 0);
    }
    assert_eq!(last_error::code(), InvalidArgument.number(), "{}", last_error::message());
    let norm = |x: &T, dims: &[i64], weight: i64, code, says| {
        let [at, n] = list(dims);
        refused("rt_tensor_layer_norm", &[x.0, at, n, weight, 0, bits(0.1)], code, says);
    };
    norm(&x, &[], 0, ShapeMismatch, "end in");
    norm(&x, &[2], 0, ShapeMismatch, "end in [2]");
    norm(&x, &[1, 2, 3], 0, ShapeMismatch, "end in");
    norm(&x, &[3], ones(&[2], F32).0, ShapeMismatch, "features");
    norm(&ones(&[2, 3], I64), &[3], 0, DtypeMismatch, "i64");
    let batch = |x: &T, kept: [i64; 2], training: i64, code, says| {
        let words = [x.0, kept[0], kept[1], 0, 0, training, bits(0.1), bits(0.1)];
        refused("rt_tensor_batch_norm", &words, code, says);
    };
    let (three, two) = (ones(&[3], F32), ones(&[2], F32));
    batch(&x, [0, 0], 0, InvalidArgument, "evaluation");
    batch(&x, [three.0, 0], 1, InvalidArgument, "without a variance");
    batch(&x, [two.0, two.0], 1, ShapeMismatch, "3 channels");
    batch(&three, [0, 0], 1, ShapeMismatch, "[3]");
    batch(&ones(&[1, 3], F32), [0, 0], 1, InvalidArgument, "more than one value");
    batch(&ones(&[2, 3], I64), [0, 0], 1, DtypeMismatch, "i64");

    let (input, hidden) = (ones(&[4, 3], F32), ones(&[4, 4], F32));
    let steps = ones(&[5, 2, 3], F32);
    let rnn = |x: &T, state: i64, tensors: &[i64], code, says| {
        let mut out = [-7i64; 2];
        let first = out.as_mut_ptr();
        let [at, n] = list(tensors);
        let words = [x.0, state, at, n, first as i64, first.wrapping_add(1) as i64];
        refused("rt_tensor_rnn", &words, code, says);
        assert_eq!(out, [-7; 2], "written on failure");
    };
    rnn(&steps, 0, &[], InvalidArgument, "weights");
    rnn(&steps, 0, &[input.0], InvalidArgument, "weights");
    rnn(&steps, 0, &[input.0, 7], Code::InvalidHandle, "tensors[1]");
    rnn(&steps, 0, &[hidden.0, hidden.0], ShapeMismatch, "weights");
    rnn(&x, 0, &[input.0, hidden.0], ShapeMismatch, "steps");
    rnn(&steps, ones(&[1, 2, 3], F32).0, &[input.0, hidden.0], ShapeMismatch, "state");
    rnn(&ones(&[0, 2, 3], F32), 0, &[input.0, hidden.0], ShapeMismatch, "nothing to do");
    rnn(&ones(&[HUGE, 0, 3], F32), 0, &[input.0, hidden.0], ShapeMismatch, "nothing to do");
    let (flat, dot) = (ones(&[0, 3], F32), ones(&[0, 0], F32));
    rnn(&stretched(&[HUGE, 2, 3]), 0, &[flat.0, dot.0], ShapeMismatch, "nothing to do");
    rnn(&stretched(&[HUGE, 2, 3]), 0, &[input.0, hidden.0], InvalidArgument, "walked");

    let asked = ones(&[2, 3, 4], F32);
    let attend = |q: &T, k: &T, v: &T, mask: i64, code, says| {
        refused("rt_tensor_scaled_dot_product_attention", &[q.0, k.0, v.0, mask, 0], code, says);
    };
    attend(&three, &asked, &asked, 0, ShapeMismatch, "rank 2");
    attend(&asked, &ones(&[2, 3, 5], F32), &asked, 0, ShapeMismatch, "[2, 3, 5]");
    attend(&asked, &asked, &ones(&[2, 2, 4], F32), 0, ShapeMismatch, "[2, 2, 4]");
    attend(&asked, &asked, &asked, ones(&[5, 2, 3, 3], F32).0, ShapeMismatch, "mask");
    attend(&asked, &asked, &asked, ones(&[4, 4], 8).0, ShapeMismatch, "");
    let wide = stretched(&[1 << 30, 4]);
    attend(&wide, &wide, &wide, 0, InvalidArgument, "memory");
    let heads = |weights: &[i64], heads: i64, code, says| {
        let [at, n] = list(weights);
        refused("rt_tensor_multi_head_attention", &[asked.0, asked.0, asked.0, 0, at, n, heads, 0], code, says);
    };
    let (first, last) = (ones(&[12, 4], F32), ones(&[4, 4], F32));
    heads(&[first.0], 2, InvalidArgument, "weights");
    heads(&[first.0, last.0], 3, InvalidArgument, "3 heads");
    heads(&[first.0, last.0], 0, InvalidArgument, "0 heads");
    heads(&[last.0, last.0], 2, ShapeMismatch, "weights");
    heads(&[first.0, two.0], 2, ShapeMismatch, "weights");
}

#[test]
fn losses_and_starts_that_do_not_fit() {
    let _turn = turn();
    let (x, other) = (ones(&[2, 3], F32), ones(&[3], F32));
    for loss in ["mse_loss", "l1_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"] {
        refused(&format!("rt_tensor_{loss}"), &[x.0, other.0, 0], ShapeMismatch, loss);
        for reduction in [-1, 3, i64::MAX] {
            refused(&format!("rt_tensor_{loss}"), &[x.0, x.0, reduction], InvalidArgument, "reduction");
        }
    }
    for delta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused("rt_tensor_huber_loss", &[x.0, x.0, bits(delta), 0], InvalidArgument, "delta");
    }
    let classes = ones(&[2], I64);
    for loss in ["cross_entropy", "nll_loss"] {
        let name = format!("rt_tensor_{loss}");
        refused(&name, &[x.0, ones(&[3], I64).0, 1], ShapeMismatch, loss);
        refused(&name, &[x.0, ones(&[2], F32).0, 1], DtypeMismatch, "");
        refused(&name, &[T(call("rt_tensor_sum", &[x.0])).0, classes.0, 1], ShapeMismatch, "[]");
    }
    for (name, words) in [
        ("uniform", vec![bits(1.0), bits(0.0)]),
        ("uniform", vec![bits(f64::NAN), bits(0.0)]),
        ("uniform", vec![bits(0.0), bits(f64::INFINITY)]),
        ("normal", vec![bits(0.0), bits(-1.0)]),
        ("normal", vec![bits(f64::INFINITY), bits(1.0)]),
        ("xavier_uniform", vec![bits(-1.0)]),
        ("xavier_normal", vec![bits(f64::NAN)]),
        ("kaiming_normal", vec![bits(f64::NAN)]),
    ] {
        refused(&format!("rt_init_{name}_"), &[&[x.0], &words[..]].concat(), InvalidArgument, "");
    }
    for name in ["xavier_uniform", "kaiming_uniform", "xavier_normal", "kaiming_normal"] {
        refused(&format!("rt_init_{name}_"), &[other.0, bits(1.0)], ShapeMismatch, "rank is 2");
    }
    refused("rt_init_uniform_", &[classes.0, bits(0.0), bits(1.0)], DtypeMismatch, "");
    refused("rt_init_normal_", &[classes.0, bits(0.0), bits(1.0)], DtypeMismatch, "");
}
