//! Training on every device: steps of optimisers over the parameters of an MLP 784-512-10, batches of its data.
#![allow(missing_docs, clippy::unwrap_used)]

use benches::{devices, finish, uniform};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ffi_torch::Tensor;
use ffi_torch::data::{DataLoader, Dataset};
use ffi_torch::nn::parameter_list::parameter_list;
use ffi_torch::optim::{Optimizer, Rule};

const SHAPES: [&[i64]; 4] = [&[512, 784], &[512], &[10, 512], &[10]];

fn steps(c: &mut Criterion) {
    let sgd = |momentum| Rule::Sgd { momentum, dampening: 0.0, nesterov: false, weight_decay: 0.0 };
    let rules = [
        ("sgd-step", sgd(0.0)),
        ("momentum-step", sgd(0.9)),
        ("adam-step", Rule::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0, decoupled: false }),
    ];
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

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = steps, batches }
criterion_main!(benches);
