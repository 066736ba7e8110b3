//! Tensor work on every device: elementwise, reductions, rows, products, transfer; beside the roofline and the gemm crate.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use benches::{devices, finish, gemm_f32, uniform};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ffi_backend::{DType, DeviceRef, MapOp, ReduceOp, RowOp};
use ffi_torch::{Tensor, elementwise, matmul, reduce};
use std::hint::black_box;

/// One op on one device: the first refusal ends it with a line, since a device may lack the op.
fn bench(
    c: &mut Criterion,
    device: DeviceRef,
    op: &str,
    size: impl std::fmt::Display,
    bytes: u64,
    run: impl Fn() -> ffi_backend::Result<Tensor>,
) {
    if let Err(refused) = run() {
        eprintln!("{}/{op}/{size}: {refused}", device.info().name);
        return;
    }
    let mut group = c.benchmark_group(&device.info().name);
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function(BenchmarkId::new(op, size), |b| {
        b.iter(|| {
            let out = run();
            finish(device);
            black_box(out.unwrap())
        })
    });
    group.finish();
}

const SIZES: [i64; 5] = [1, 1 << 10, 1 << 16, 1 << 20, 1 << 24];

fn elementwise_ops(c: &mut Criterion) {
    for device in devices() {
        for n in SIZES {
            let (x, y) = (uniform(device, &[n]), uniform(device, &[n]));
            let bytes = n as u64 * 4;
            // The roofline of an elementwise op: the same traffic, no arithmetic.
            bench(c, device, "copy", n, 2 * bytes, || x.copy());
            bench(c, device, "add", n, 3 * bytes, || elementwise::map(MapOp::add, &[&x, &y]));
            for op in [MapOp::exp, MapOp::log, MapOp::tanh, MapOp::sigmoid, MapOp::relu, MapOp::sqrt] {
                bench(c, device, op.name(), n, 2 * bytes, || elementwise::map(op, &[&x]));
            }
        }
        let m = uniform(device, &[1024, 4096]);
        let row = uniform(device, &[4096]);
        let bytes = 1024 * 4096 * 4;
        bench(c, device, "add-row", "1024x4096", 2 * bytes, || elementwise::map(MapOp::add, &[&m, &row]));
        bench(c, device, "transpose-copy", "1024x4096", 2 * bytes, || m.transpose(0, 1)?.copy());
        bench(c, device, "to-f16", "1024x4096", bytes * 3 / 2, || m.to_dtype(DType::F16));
    }
}

fn reductions(c: &mut Criterion) {
    for device in devices() {
        for n in SIZES {
            let x = uniform(device, &[n]);
            for op in [ReduceOp::Sum, ReduceOp::Max, ReduceOp::ArgMax] {
                bench(c, device, op.name(), n, n as u64 * 4, || reduce::reduce(op, &x, None, false));
            }
        }
        let m = uniform(device, &[1024, 4096]);
        let bytes = 1024 * 4096 * 4;
        bench(c, device, "sum-rows", "1024x4096", bytes, || reduce::reduce(ReduceOp::Sum, &m, Some(&[1]), false));
        bench(c, device, "sum-columns", "1024x4096", bytes, || reduce::reduce(ReduceOp::Sum, &m, Some(&[0]), false));
        for op in RowOp::ALL {
            bench(c, device, op.name(), "1024x4096", 2 * bytes, || reduce::rows(op, &m, -1));
        }
    }
}

fn products(c: &mut Criterion) {
    for n in [64usize, 256, 512, 1024] {
        let flops = Throughput::Elements(2 * (n * n * n) as u64);
        for device in devices() {
            let mut group = c.benchmark_group(&device.info().name);
            group.throughput(flops.clone());
            let (a, b) = (uniform(device, &[n as i64; 2]), uniform(device, &[n as i64; 2]));
            group.bench_function(BenchmarkId::new("matmul", n), |bench| {
                bench.iter(|| {
                    let out = matmul::matmul(&a, &b);
                    finish(device);
                    black_box(out.unwrap())
                })
            });
        }
        let (a, b) = (vec![0.5f32; n * n], vec![0.25f32; n * n]);
        let mut out = vec![0f32; n * n];
        let mut group = c.benchmark_group("gemm-crate");
        group.throughput(flops);
        group.bench_function(BenchmarkId::new("matmul", n), |bench| {
            bench.iter(|| {
                gemm_f32(n, &a, &b, &mut out);
                black_box(&mut out);
            })
        });
        group.finish();
    }
}

fn transfer(c: &mut Criterion) {
    for device in devices() {
        for n in [1i64 << 10, 1 << 20] {
            let x = uniform(device, &[n]);
            let host = x.to_bytes().unwrap();
            let mut back = vec![0u8; host.len()];
            let mut group = c.benchmark_group(&device.info().name);
            group.throughput(Throughput::Bytes(host.len() as u64));
            group.bench_function(BenchmarkId::new("upload", n), |b| {
                b.iter(|| {
                    let out = Tensor::from_bytes(&host, &[n], DType::F32, DType::F32, device);
                    finish(device);
                    black_box(out.unwrap())
                })
            });
            group.bench_function(BenchmarkId::new("download", n), |b| b.iter(|| x.read_bytes(&mut back).unwrap()));
            group.finish();
        }
    }
}

fn config() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1))
}
criterion_group! { name = benches; config = config(); targets = elementwise_ops, reductions, products, transfer }
criterion_main!(benches);
