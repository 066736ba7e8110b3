//! Networks that learn on every device as they do on the CPU: layers, losses, gradients and optimisers at once.

use super::devices;
use super::inputs::{tensor_of, tensor_values};
use super::lines::supported;
use super::report::Report;
use ffi_backend::{DType, DeviceRef, MapOp, RandomOp, Result, RowOp};
use ffi_torch::Tensor;
use ffi_torch::autograd::backward;
use ffi_torch::elementwise::map;
use ffi_torch::nn::attention::MultiHeadAttention;
use ffi_torch::nn::conv::{Conv, Conv2d};
use ffi_torch::nn::layers::{Embedding, Function, Linear, Sequential, dropout};
use ffi_torch::nn::loss::{Reduction, cross_entropy, mse};
use ffi_torch::nn::norm::{BatchNorm, LayerNorm};
use ffi_torch::nn::pool::{Pool, avg_pool2d, max_pool2d};
use ffi_torch::nn::recurrent::{Cell, Recurrent};
use ffi_torch::nn::{Layer, Module};
use ffi_torch::optim::{Optimizer, Rule};
use ffi_torch::random::{draw, seed};
use ffi_torch::reduce::rows;

const STEPS: usize = 3;

/// A network with what it learns from.
struct Task {
    network: Module,
    inputs: Tensor,
    targets: Tensor,
    loss: fn(&Tensor, &Tensor, Reduction) -> Result<Tensor>,
}

fn of(layers: Vec<Result<Module>>) -> Result<Module> {
    Module::new(Sequential::new(layers.into_iter().collect::<Result<_>>()?))
}

fn layer<L: Layer>(layer: Result<L>) -> Result<Module> {
    Module::new(layer?)
}

fn function(name: &'static str, body: fn(&Tensor, bool) -> Result<Tensor>) -> Result<Module> {
    Module::new(Function(name, body))
}

fn classes(device: DeviceRef, count: i64, of: i64) -> Tensor {
    tensor_of(device, DType::I64, &[count], &(0..count).map(|i| (i * 3 % of) as f64).collect::<Vec<f64>>())
}

fn images(device: DeviceRef) -> Result<Task> {
    let dtype = DType::F32;
    let conv = |channels, list: &[i64]| layer(Conv2d::new(channels, [3, 3], Conv::of(list)?, true, dtype, device));
    let network = of(vec![
        conv([1, 4], &[1, 1, 1, 1]),
        layer(BatchNorm::new(4, 1e-5, 0.1, dtype, device)),
        function("relu", |x, _| map(MapOp::relu, &[x])),
        function("max_pool2d", |x, _| max_pool2d(x, Pool::of(&[3, 3, 2, 2, 1, 1])?)),
        conv([4, 6], &[2, 2, 1, 1, 1, 1, 2]),
        function("gelu", |x, _| map(MapOp::gelu, &[x])),
        function("avg_pool2d", |x, _| avg_pool2d(x, Pool::of(&[3])?)),
        function("flatten", |x, _| x.reshape(&[x.dims()[0], -1])),
        function("dropout", |x, training| dropout(x, 0.25, training)),
        layer(Linear::new(6, 5, true, dtype, device)),
    ])?;
    let inputs = draw(RandomOp::Uniform, &[7, 1, 12, 12], dtype, device)?;
    Ok(Task { network, inputs, targets: classes(device, 7, 5), loss: cross_entropy })
}

fn text(device: DeviceRef) -> Result<Task> {
    let dtype = DType::F32;
    let network = of(vec![
        layer(Embedding::new(11, 8, dtype, device)),
        layer(MultiHeadAttention::new(8, 2, true, dtype, device)),
        layer(LayerNorm::new(&[8], 1e-5, dtype, device)),
        layer(Recurrent::new(Cell::Lstm, [8, 6, 1], true, dtype, device)),
        function("last", |x, _| x.select(0, -1)),
        layer(Linear::new(6, 5, true, dtype, device)),
    ])?;
    let words: Vec<f64> = (0..24).map(|i| f64::from(i * 5 % 11)).collect();
    let inputs = tensor_of(device, DType::I64, &[6, 4], &words);
    Ok(Task { network, inputs, targets: classes(device, 4, 5), loss: cross_entropy })
}

fn numbers(device: DeviceRef) -> Result<Task> {
    let dtype = DType::F32;
    let network = of(vec![
        layer(Linear::new(9, 16, true, dtype, device)),
        function("tanh", |x, _| map(MapOp::tanh, &[x])),
        layer(Linear::new(16, 3, false, dtype, device)),
        function("softmax", |x, _| rows(RowOp::Softmax, x, -1)),
    ])?;
    let inputs = draw(RandomOp::Normal, &[20, 9], dtype, device)?;
    let targets = draw(RandomOp::Uniform, &[20, 3], dtype, device)?;
    Ok(Task { network, inputs, targets, loss: mse })
}

/// The losses of some steps, then all parameters and buffers.
fn learn(task: fn(DeviceRef) -> Result<Task>, rule: Rule, device: DeviceRef) -> Result<Vec<f64>> {
    seed(11);
    let Task { network, inputs, targets, loss } = task(device)?;
    let optimizer = Optimizer::new(&network, rule, 0.02)?;
    let mut found = Vec::new();
    for _ in 0..STEPS {
        optimizer.zero_grad()?;
        let loss = loss(&network.forward(&inputs)?, &targets, Reduction::Mean)?;
        backward(&loss, None, false, false)?;
        optimizer.clip_grad_norm(5.0, 2.0)?;
        optimizer.step()?;
        found.extend(tensor_values(&loss));
    }
    found.extend(network.state().iter().flat_map(|(_, tensor)| tensor_values(tensor)));
    Ok(found)
}

#[test]
fn networks_learn_alike_on_every_device() {
    let _turn = super::random::turn();
    let mut report = Report::new("training");
    let cpu = devices::all()[0];
    let rules = [
        Rule::Sgd { momentum: 0.9, dampening: 0.0, nesterov: true, weight_decay: 1e-4 },
        // An epsilon that keeps a gradient of nothing but rounding from becoming a step.
        Rule::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weight_decay: 1e-2, decoupled: true },
        Rule::Rmsprop { centered: false, alpha: 0.99, epsilon: 1e-2, momentum: 0.5, weight_decay: 0.0 },
        Rule::Adagrad { rate_decay: 1e-3, epsilon: 1e-2, weight_decay: 0.0 },
    ];
    for (name, task) in [("images", images as fn(DeviceRef) -> Result<Task>), ("text", text), ("numbers", numbers)] {
        for rule in rules {
            let want = learn(task, rule, cpu).unwrap();
            for &device in &devices::all()[1..] {
                let what = format!("{} {name} by {}", device.info().name, rule.name());
                let Some(got) = supported(&mut report, device, &what, learn(task, rule, device)) else { continue };
                assert_eq!(got.len(), want.len());
                let far = got.iter().zip(&want).position(|(got, want)| (got - want).abs() > 2e-4 * (1.0 + want.abs()));
                match far {
                    None => report.pass(),
                    Some(at) => report.fail(format!("{what}: number {at} is {}, not {}", got[at], want[at])),
                }
            }
            assert!(want[..STEPS].iter().all(|loss| loss.is_finite()), "{name}");
            report.pass();
        }
    }
    report.finish();
}
