//! Modules: each gives what its functional form gives with its parameters; names, modes, sequences within sequences.

use crate::place::{I64, T, bits, call, everywhere, handles, turn};
use crate::plain::Array;
use ffi_base::{Code, last_error};
use std::ffi::CStr;

fn name_of(module: &T, index: i64) -> String {
    // SAFETY: a text of the library, NUL-terminated.
    let name = unsafe { CStr::from_ptr(call("rt_module_parameter_name", &[module.0, index]) as *const _) };
    name.to_str().unwrap().to_owned()
}

fn names(module: &T) -> Vec<String> {
    (0..call("rt_module_parameter_count", &[module.0])).map(|index| name_of(module, index)).collect()
}

/// A layer, what goes in, the functional form with the numbers behind the input and the parameters, and the parameters' names.
struct Case {
    layer: &'static str,
    words: Vec<i64>,
    input: Array,
    form: &'static str,
    /// The words of the form: a parameter by its number, or a word as it stands.
    more: Vec<Result<i64, i64>>,
    names: &'static [&'static str],
}

#[test]
fn every_layer_is_its_functional_form() {
    everywhere("modules", |at| {
        let (dtype, device) = (at.dtype.number(), at.device);
        let conv = [3i64, 2, 2, 1, 1, 0, 1, 1, 2];
        let pool = [2i64, 3, 1, 2];
        let list = |list: &[i64]| [list.as_ptr() as i64, list.len() as i64];
        let [spec, spec_len] = list(&conv);
        let [options, options_len] = list(&conv[2..]);
        let [window, window_len] = list(&pool);
        let image = Array::numbers(&[2, 4, 6, 5], 1);
        let none: &[&str] = &[];
        let cases = [
            Case {
                layer: "rt_nn_linear",
                words: vec![4, 3, 1, dtype, device],
                input: Array::numbers(&[2, 3, 4], 1),
                form: "rt_tensor_linear",
                more: vec![Err(0), Err(1)],
                names: &["weight", "bias"],
            },
            Case {
                layer: "rt_nn_linear",
                words: vec![4, 3, 0, dtype, device],
                input: Array::numbers(&[2, 4], 1),
                form: "rt_tensor_linear",
                more: vec![Err(0), Ok(0)],
                names: &["weight"],
            },
            Case {
                layer: "rt_nn_conv2d",
                words: vec![4, 6, spec, spec_len, 1, dtype, device],
                input: image.clone(),
                form: "rt_tensor_conv2d",
                more: vec![Err(0), Err(1), Ok(options), Ok(options_len)],
                names: &["weight", "bias"],
            },
            Case {
                layer: "rt_nn_max_pool2d",
                words: vec![window, window_len],
                input: image.clone(),
                form: "rt_tensor_max_pool2d",
                more: vec![Ok(window), Ok(window_len)],
                names: none,
            },
            Case {
                layer: "rt_nn_avg_pool2d",
                words: vec![window, window_len],
                input: image,
                form: "rt_tensor_avg_pool2d",
                more: vec![Ok(window), Ok(window_len)],
                names: none,
            },
        ];
        for case in cases {
            let module = at.row(case.layer, &case.words)?;
            assert_eq!(names(&module), case.names, "{}", case.layer);
            let x = at.of(&case.input)?;
            let parameters = (0..case.names.len() as i64).map(|i| at.row("rt_module_parameter", &[module.0, i]));
            let parameters = parameters.collect::<Result<Vec<T>, _>>()?;
            for parameter in &parameters {
                assert_eq!(call("rt_tensor_requires_grad", &[parameter.0]), 1, "{}", case.layer);
            }
            let held = handles(&parameters);
            let more: Vec<i64> = case.more.iter().map(|word| word.unwrap_or_else(|own| held[own as usize])).collect();
            let want = at.read(&at.row(case.form, &[&[x.0], &more[..]].concat())?)?;
            at.same(case.layer, &at.row("rt_module_forward", &[module.0, x.0])?, &want)?;
        }
        Ok(())
    });
}

#[test]
fn a_table_module_gives_its_rows() {
    everywhere("embedding", |at| {
        let module = at.row("rt_nn_embedding", &[7, 3, at.dtype.number(), at.device])?;
        assert_eq!(names(&module), ["weight"]);
        let weight = at.read(&at.row("rt_module_parameter", &[module.0, 0])?)?;
        let named = at.of_dtype(&Array::new(&[2], vec![6.0, 1.0]), I64)?;
        let want = Array::from(&[2, 3], |index| weight.at(&[[6, 1][index[0] as usize], index[1]]));
        at.same("rows", &at.row("rt_module_forward", &[module.0, named.0])?, &want)
    });
}

#[test]
fn a_sequence_is_one_after_another() {
    everywhere("sequential", |at| {
        let (dtype, device) = (at.dtype.number(), at.device);
        let of = |modules: &[T]| {
            let list = handles(modules);
            at.row("rt_nn_sequential", &[list.as_ptr() as i64, list.len() as i64])
        };
        let linear = |inputs: i64, outputs: i64| at.row("rt_nn_linear", &[inputs, outputs, 1, dtype, device]);
        let inner = of(&[linear(4, 5)?, at.row("rt_nn_tanh", &[])?, at.row("rt_nn_dropout", &[bits(0.5)])?])?;
        // A module twice: its parameters are found at both places.
        let last = linear(5, 5)?;
        let again = T(call("rt_retain", &[last.0]));
        let whole = of(&[inner, last, again])?;
        assert_eq!(names(&whole), ["0.0.weight", "0.0.bias", "1.weight", "1.bias", "2.weight", "2.bias"]);
        assert_eq!(call("rt_module_is_training", &[whole.0]), 1);
        at.does("rt_module_train", &[whole.0, 0])?;
        assert_eq!(call("rt_module_is_training", &[whole.0]), 0);

        let weights = (0..6).map(|i| at.row("rt_module_parameter", &[whole.0, i])).collect::<Result<Vec<T>, _>>()?;
        let x = at.of(&Array::numbers(&[3, 4], 1))?;
        let step = |x: &T, at_weight: usize| {
            at.row("rt_tensor_linear", &[x.0, weights[at_weight].0, weights[at_weight + 1].0])
        };
        let hidden = at.row("rt_tensor_tanh", &[step(&x, 0)?.0])?;
        let want = step(&step(&hidden, 2)?, 4)?;
        let got = at.row("rt_module_forward", &[whole.0, x.0])?;
        at.same("the whole", &got, &at.read(&want)?)?;

        // Gradients gather in the parameters, of one that is used twice from both places, and are forgotten.
        let loss = at.row("rt_tensor_sum", &[got.0])?;
        at.does("rt_tensor_backward", &[loss.0])?;
        let twice = at.read(&at.row("rt_tensor_grad", &[weights[3].0])?)?;
        assert!(twice.data.iter().any(|&g| g != 3.0), "the last bias alone has a gradient of 3");
        at.does("rt_module_zero_grad", &[whole.0])?;
        for weight in &weights {
            assert_eq!((call("rt_tensor_grad", &[weight.0]), last_error::code()), (0, Code::NotFound.number()));
        }
        let empty = of(&[])?;
        at.same("nothing", &at.row("rt_module_forward", &[empty.0, x.0])?, &Array::numbers(&[3, 4], 1))
    });
}

#[test]
fn sequences_within_sequences_have_an_end() {
    let _turn = turn();
    let around = |module: T| {
        let inner = [module.0];
        let outer = call("rt_nn_sequential", &[inner.as_ptr() as i64, 1]);
        (outer > 0).then(|| T(outer))
    };
    let mut module = T(call("rt_nn_relu", &[]));
    let mut depth = 1;
    while let Some(outer) = around(T(call("rt_retain", &[module.0]))) {
        (module, depth) = (outer, depth + 1);
        assert!(depth <= 64, "no end");
    }
    assert_eq!((depth, last_error::code()), (64, Code::InvalidArgument.number()));
    assert!(last_error::message().contains("64"), "{}", last_error::message());
    // A few handles for more layers than there is time for.
    let mut module = T(call("rt_nn_relu", &[]));
    for _ in 0..60 {
        let pair = [module.0, module.0];
        let outer = call("rt_nn_sequential", &[pair.as_ptr() as i64, 2]);
        if outer == 0 {
            assert!(last_error::message().contains("modules"), "{}", last_error::message());
            return;
        }
        module = T(outer);
    }
    panic!("2^60 modules");
}
