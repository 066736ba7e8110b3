//! How parameters start, and dropout: bounds, means and variances, and the same again from the same seed.

use crate::place::{Maybe, Place, T, bits, call, everywhere};
use crate::plain::{Array, moments};
use ffi_backend::DType;

fn seed(seed: i64) {
    assert_eq!(call("rt_random_seed", &[seed]), 0);
}

/// A tensor of f32 or f64, where statistics are not those of the rounding.
fn wide(at: &Place) -> bool {
    matches!(at.dtype, DType::F32 | DType::F64) && !at.turned
}

fn zeros(at: &Place, dims: &[i64]) -> Maybe<T> {
    at.of(&Array::new(dims, vec![0.0; dims.iter().product::<i64>() as usize]))
}

/// What a distribution promises: mean, variance, the largest magnitude around the mean.
struct Promise {
    mean: f64,
    var: f64,
    bound: f64,
}

fn uniform(low: f64, high: f64) -> Promise {
    Promise { mean: (low + high) / 2.0, var: (high - low).powi(2) / 12.0, bound: (high - low) / 2.0 }
}

fn normal(mean: f64, std: f64) -> Promise {
    Promise { mean, var: std * std, bound: f64::INFINITY }
}

#[test]
fn initialisers() {
    // Of `[outputs, inputs, height, width]` 40 * 6 inputs and 80 * 6 outputs meet.
    const DIMS: [i64; 4] = [80, 40, 2, 3];
    let (fan_in, fan_out) = (240.0, 480.0f64);
    let xavier = (6.0 / (fan_in + fan_out)).sqrt();
    let kaiming = (6.0 / (1.25 * fan_in)).sqrt();
    everywhere("initialisers", |at| {
        for (name, numbers, promise) in [
            ("uniform", vec![-0.5, 2.0], uniform(-0.5, 2.0)),
            ("normal", vec![3.0, 0.5], normal(3.0, 0.5)),
            ("xavier_uniform", vec![2.0], uniform(-2.0 * xavier, 2.0 * xavier)),
            ("xavier_normal", vec![2.0], normal(0.0, 2.0 * xavier / 3f64.sqrt())),
            ("kaiming_uniform", vec![0.5], uniform(-kaiming, kaiming)),
            ("kaiming_normal", vec![0.5], normal(0.0, kaiming / 3f64.sqrt())),
            ("zeros", vec![], uniform(0.0, 0.0)),
            ("ones", vec![], uniform(1.0, 1.0)),
            ("constant", vec![0.25], uniform(0.25, 0.25)),
        ] {
            let x = zeros(at, &DIMS)?;
            // A parameter wants gradients, and may be overwritten all the same.
            assert_eq!(call("rt_tensor_set_requires_grad", &[x.0, 1]), 0);
            let words = [&[x.0], &numbers.iter().map(|&number| bits(number)).collect::<Vec<_>>()[..]].concat();
            let drawn = |start: i64| {
                seed(start);
                at.does(&format!("rt_init_{name}_"), &words)?;
                at.read(&x)
            };
            let (first, again, other) = (drawn(5)?, drawn(5)?, drawn(6)?);
            assert_eq!(first, again, "{name}: another start from the same seed");
            assert!(first != other || promise.var == 0.0, "{name}: the same start from another seed");
            if !wide(at) {
                continue;
            }
            let count = first.data.len() as f64;
            let [mean, var] = moments(&first.data);
            // Five standard deviations of each: of a mean, and of a variance, whose own is at most that of normal numbers.
            let std = promise.var.sqrt();
            assert!((mean - promise.mean).abs() <= 5.0 * std / count.sqrt(), "{name}: mean {mean}");
            let off = 5.0 * promise.var * (2.0 / count).sqrt();
            assert!((var - promise.var).abs() <= off, "{name}: variance {var}, wanted {}", promise.var);
            let farthest = first.data.iter().map(|x| (x - promise.mean).abs()).fold(0.0, f64::max);
            assert!(farthest <= promise.bound * (1.0 + 1e-6), "{name}: {farthest} from the mean");
            // As close to the bound as so many draws come.
            assert!(promise.bound.is_infinite() || farthest >= promise.bound * 0.999, "{name}: {farthest} at most");
        }
        Ok(())
    });
}

#[test]
fn layers_start_between_the_bounds_that_their_rows_name() {
    everywhere("layers", |at| {
        let (dtype, device) = (at.dtype.number(), at.device);
        let kernel = [3i64, 2];
        for (row, words, bound) in [
            ("rt_nn_linear", vec![16, 500, 1, dtype, device], 0.25),
            ("rt_nn_conv2d", vec![6, 500, kernel.as_ptr() as i64, 2, 1, dtype, device], 1.0 / 6.0),
            ("rt_nn_rnn", vec![3, 64, 2, 1, dtype, device], 0.125),
            ("rt_nn_lstm", vec![3, 64, 1, 1, dtype, device], 0.125),
            ("rt_nn_gru", vec![3, 64, 1, 0, dtype, device], 0.125),
        ] {
            let module = at.row(row, &words)?;
            for i in 0..call("rt_module_parameter_count", &[module.0]) {
                let values = at.read(&at.row("rt_module_parameter", &[module.0, i])?)?;
                let farthest = values.data.iter().map(|x| x.abs()).fold(0.0, f64::max);
                let count = values.data.len() as f64;
                // f16 and bf16 round the ends outwards.
                let far = bound * (1.0 + at.tolerance());
                assert!(
                    farthest <= far && farthest >= bound * (1.0 - 20.0 / count) * (1.0 - at.tolerance()),
                    "{row} {i}"
                );
            }
        }
        Ok(())
    });
}

#[test]
fn dropout_keeps_the_mean_and_is_the_same_again() {
    const COUNT: i64 = 20_000;
    everywhere("dropout", |at| {
        let x = Array::new(&[COUNT / 100, 100], vec![1.0; COUNT as usize]);
        let a = at.of(&x)?;
        for probability in [0.25, 0.5, 0.875] {
            let drop = |start: i64, training: i64| {
                seed(start);
                at.read(&at.row("rt_tensor_dropout", &[a.0, bits(probability), training])?)
            };
            let (first, again, other, off) = (drop(1, 1)?, drop(1, 1)?, drop(2, 1)?, drop(1, 0)?);
            assert_eq!(first, again);
            assert_ne!(first, other);
            assert_eq!(off, x);
            let scale = 1.0 / (1.0 - probability);
            let near = |y: f64| y == 0.0 || (y - scale).abs() <= at.tolerance() * scale;
            assert!(first.data.iter().all(|&y| near(y)), "0 or {scale}");
            let kept = first.data.iter().filter(|&&y| y != 0.0).count() as f64 / COUNT as f64;
            let std = (probability * (1.0 - probability) / COUNT as f64).sqrt();
            assert!((kept - (1.0 - probability)).abs() <= 5.0 * std, "{kept} are kept of {probability}");
        }
        let all = at.row("rt_tensor_dropout", &[a.0, bits(1.0), 1])?;
        assert!(at.read(&all)?.data.iter().all(|&y| y == 0.0));
        let module = at.row("rt_nn_dropout", &[bits(0.5)])?;
        let forward = || at.read(&at.row("rt_module_forward", &[module.0, a.0])?);
        assert_ne!(forward()?, x);
        at.does("rt_module_train", &[module.0, 0])?;
        assert_eq!(forward()?, x);
        Ok(())
    });
}
