//! Steps of training on every device: a forward pass, a backward pass and, where there is an optimiser, its step. The same work as
//! `rivals/training.cpp` does with libtorch.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use benches::networks::{self, ADAM};
use benches::{devices, finish, uniform};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ffi_backend::{DType, DeviceRef, MapOp, ReduceOp, Result, Scalar};
use ffi_torch::data::{DataLoader, Dataset};
use ffi_torch::nn;
use ffi_torch::nn::parameter_list::parameter_list;
use ffi_torch::optim::{Optimizer, Rule};
use ffi_torch::{Tensor, autograd, elementwise, reduce};

/// One kind of step: the first refusal ends it with a line, since a device may lack an op.
fn bench(c: &mut Criterion, device: DeviceRef, name: &str, step: impl Fn() -> Result<()>) {
    if let Err(refused) = step() {
        eprintln!("{}/{name}: {refused}", device.info().name);
        return;
    }
    let mut group = c.benchmark_group(&device.info().name);
    group.bench_function(name, |b| {
        b.iter(|| {
            step().unwrap();
            finish(device);
        })
    });
    group.finish();
}

fn mlp(c: &mut Criterion) {
    for device in devices() {
        let step = networks::classifier(device, networks::mlp(device).unwrap(), &[128, 784]).unwrap();
        bench(c, device, "train-mlp/784-512-10x128", step);
    }
}

fn digits(c: &mut Criterion) {
    for device in devices() {
        let step = networks::classifier(device, networks::digits(device).unwrap(), &[32, 1, 8, 8]).unwrap();
        bench(c, device, "train-digits/32", step);
    }
}

/// The sum of a result, so that every element of it has a gradient.
fn backward_of_sum(result: &Tensor) -> Result<()> {
    autograd::backward(&reduce::reduce(ReduceOp::Sum, result, None, false)?, None, false, false)
}

fn lstm(c: &mut Criterion) {
    for device in devices() {
        let layer =
            nn::recurrent::Recurrent::new(nn::recurrent::Cell::Lstm, [64, 128, 1], true, DType::F32, device).unwrap();
        let x = uniform(device, &[16, 32, 64]);
        bench(c, device, "lstm/16x32x64-128", || backward_of_sum(&layer.run(&x, None, None)?.0));
    }
}

fn attention(c: &mut Criterion) {
    for device in devices() {
        let [query, key, value] = [0.0, 0.1, 0.2].map(|shift| {
            let numbers = uniform(device, &[8, 8, 128, 64]);
            let leaf = elementwise::map_scalar(MapOp::add, &numbers, Scalar::Float(shift)).unwrap();
            leaf.set_requires_grad(true).unwrap();
            leaf
        });
        bench(c, device, "attention/8x8x128x64", || {
            let attended = nn::attention::scaled_dot_product_attention(&query, &key, &value, None, false)?;
            backward_of_sum(&attended)
        });
    }
}

/// The parameters of an MLP 784-512-10.
const SHAPES: [&[i64]; 4] = [&[512, 784], &[512], &[10, 512], &[10]];

fn steps(c: &mut Criterion) {
    let sgd = |momentum| Rule::Sgd { momentum, dampening: 0.0, nesterov: false, weight_decay: 0.0 };
    let rules = [("sgd-step", sgd(0.0)), ("momentum-step", sgd(0.9)), ("adam-step", ADAM)];
    for device in devices() {
        let mut group = c.benchmark_group(&device.info().name);
        for (name, rule) in rules {
            let parameters: Vec<Tensor> = SHAPES.iter().map(|dims| uniform(device, dims)).collect();
            let module = parameter_list(&parameters.iter().collect::<Vec<_>>()).unwrap();
            let optimizer = Optimizer::new(&module, rule, 1e-3).unwrap();
            for parameter in &parameters {
                parameter.set_grad(Some(&uniform(device, parameter.dims()))).unwrap();
            }
            let count: i64 = parameters.iter().map(Tensor::numel).sum();
            group.throughput(Throughput::Elements(count as u64));
            group.bench_function(BenchmarkId::new(name, count), |b| {
                b.iter(|| {
                    optimizer.step().unwrap();
                    finish(device);
                })
            });
        }
        group.finish();
    }
}

fn batches(c: &mut Criterion) {
    for device in devices() {
        let rows = 8192;
        let data = Dataset::new(&uniform(device, &[rows, 784]), &uniform(device, &[rows])).unwrap();
        let mut group = c.benchmark_group(&device.info().name);
        group.throughput(Throughput::Elements(rows as u64));
        // A whole epoch with nothing else to do: the worker's speed, and the thread's start.
        group.bench_function(BenchmarkId::new("epoch-of-batches", format!("{rows}x784/128")), |b| {
            b.iter_batched(
                || DataLoader::new(&data, 128, Some(1), false).unwrap(),
                |loader| {
                    while loader.next().unwrap().is_some() {}
                    finish(device);
                },
                BatchSize::PerIteration,
            )
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = mlp, digits, lstm, attention, steps, batches
}
criterion_main!(benches);
