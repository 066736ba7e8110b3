//! Networks that are trained in several benches, and what a step of training them is.

use crate::uniform;
use ffi_backend::{DType, DeviceRef, MapOp, Result};
use ffi_torch::nn::loss::{Reduction, cross_entropy};
use ffi_torch::nn::{self, Module, layers};
use ffi_torch::optim::{Optimizer, Rule};
use ffi_torch::{Tensor, autograd, elementwise};

/// Adam with the numbers that everybody uses.
pub const ADAM: Rule = Rule::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0, decoupled: false };

/// Classes 0 to below `count`, over and over.
fn classes(device: DeviceRef, rows: i32, count: i32) -> Result<Tensor> {
    let numbers: Vec<u8> = (0..rows).flat_map(|row| (row % count).to_ne_bytes()).collect();
    Tensor::from_bytes(&numbers, &[i64::from(rows)], DType::I32, DType::I32, device)
}

fn linear(inputs: i64, outputs: i64, device: DeviceRef) -> Result<Module> {
    Module::new(layers::Linear::new(inputs, outputs, true, DType::F32, device)?)
}

fn function(name: &'static str, run: impl Fn(&Tensor) -> Result<Tensor> + Send + Sync + 'static) -> Result<Module> {
    Module::new(layers::Function(name, move |x: &Tensor, _| run(x)))
}

fn relu() -> Result<Module> {
    function("relu", |x| elementwise::map(MapOp::relu, &[x]))
}

fn sequence(layers: Vec<Result<Module>>) -> Result<Module> {
    Module::new(layers::Sequential::new(layers.into_iter().collect::<Result<_>>()?))
}

/// An MLP 784-512-10.
pub fn mlp(device: DeviceRef) -> Result<Module> {
    sequence(vec![linear(784, 512, device), relu(), linear(512, 10, device)])
}

/// The network of `examples/c/digits.c`.
pub fn digits(device: DeviceRef) -> Result<Module> {
    let conv = |channels| {
        let slide = nn::conv::Conv::of(&[1, 1, 1, 1])?;
        Module::new(nn::conv::Conv2d::new(channels, [3, 3], slide, true, DType::F32, device)?)
    };
    let norm = |features| Module::new(nn::norm::BatchNorm::new(features, 1e-5, 0.1, DType::F32, device)?);
    let pool = || function("max_pool2d", |x| nn::pool::max_pool2d(x, nn::pool::Pool::of(&[2, 2])?));
    sequence(vec![
        conv([1, 16]),
        norm(16),
        relu(),
        pool(),
        conv([16, 32]),
        norm(32),
        relu(),
        pool(),
        function("flatten", |x| x.flatten(1, -1)),
        linear(128, 64, device),
        relu(),
        linear(64, 10, device),
    ])
}

/// A step of Adam for a network that tells ten classes apart, over one batch of these dims.
pub fn classifier(device: DeviceRef, net: Module, dims: &[i64]) -> Result<impl Fn() -> Result<()> + use<>> {
    let (x, targets) = (uniform(device, dims), classes(device, dims[0] as i32, 10)?);
    let adam = Optimizer::new(&net, ADAM, 1e-3)?;
    Ok(move || {
        let loss = cross_entropy(&net.forward(&x)?, &targets, Reduction::Mean)?;
        adam.zero_grad()?;
        autograd::backward(&loss, None, false, false)?;
        adam.step()
    })
}
