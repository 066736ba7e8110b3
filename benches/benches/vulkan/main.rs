//! The Vulkan device beside the same shaders and chains in raw Vulkan, taken in turns in one process, so that what else the machine
//! does falls on both alike: `cargo bench --features vulkan --bench vulkan`. Beside it the time that a plain copy between buffers
//! takes for as many bytes, the CPU device, and pipelines made cold and from disk.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod pipelines;
mod raw;

use benches::networks::{self, ADAM};
use benches::{devices, finish, in_turns, uniform};
use ffi_backend::{BufferRef, DType, DeviceRef, Layout, MapOp, Op, Program, ReduceOp, RowOp, Scalar, View, run};
use ffi_torch::matmul::matmul;
use ffi_torch::nn::conv::{Conv, conv2d};
use ffi_torch::nn::parameter_list::parameter_list;
use ffi_torch::nn::{Module, norm};
use ffi_torch::optim::Optimizer;
use ffi_torch::windows::{Sliding, pad, windows};
use ffi_torch::{Tensor, autograd, elementwise, reduce};
use ffi_vulkan::{Traced, VulkanDevice};
use raw::{Plain, Raw};
use std::cell::RefCell;

struct Bench {
    device: DeviceRef,
    vulkan: &'static VulkanDevice,
    cpu: DeviceRef,
    raw: RefCell<Raw>,
    plain: [Plain; 2],
}

/// Numbers in memory of a device, to run ops into again and again.
struct Floats(BufferRef, Layout);

impl Floats {
    fn new(device: DeviceRef, dims: &[i64]) -> Floats {
        let layout = Layout::contiguous(dims).unwrap();
        let numbers: Vec<u8> =
            (0..layout.numel()).flat_map(|i| ((i * 7919 % 1009) as f32 / 1009.0).to_ne_bytes()).collect();
        let buffer = device.alloc(numbers.len() as u64).unwrap();
        device.upload(&numbers, &buffer, 0).unwrap();
        Floats(buffer, layout)
    }

    fn view(&self) -> View<'_> {
        View { buffer: &self.0, dtype: DType::F32, layout: &self.1 }
    }
}

/// Weights for the last dimension.
fn ones(x: &Tensor) -> ffi_backend::Result<Tensor> {
    Tensor::full(&x.dims()[x.dims().len() - 1..], ffi_backend::Scalar::Int(1), DType::F32, x.device())
}

/// The longest copy.
const MOST_BYTES: u64 = 24 << 20;

impl Bench {
    fn floats(&self, dims: &[i64]) -> Floats {
        Floats::new(self.device, dims)
    }

    fn work(&self, op: &Op, sources: &[&Floats], to: &Floats) {
        let views: Vec<View> = sources.iter().map(|floats| floats.view()).collect();
        run(self.device, op, &views, &to.view()).unwrap();
    }

    fn map(&self, op: MapOp, sources: &[&Floats], to: &Floats) {
        self.work(&Op::Map { program: Program::of(op), scalars: &[] }, sources, to);
    }

    /// One line: so many calls on the device and in raw Vulkan, in turns, and a copy that moves as many bytes. Times of one call.
    fn compare(&self, name: &str, calls: usize, rounds: usize, bytes: u64, work: impl Fn()) {
        let all = || (0..calls).for_each(|_| work());
        // Pipelines are made, and memory is touched.
        all();
        finish(self.device);
        let list = self.vulkan.traced(all);
        finish(self.device);
        let mut raw = self.raw.borrow_mut();
        raw.repeat(&list);
        let raw = RefCell::new(&mut *raw);
        let seconds = in_turns(
            rounds,
            &mut [
                &mut || {
                    all();
                    finish(self.device);
                },
                &mut || raw.borrow_mut().repeat(&list),
                &mut || raw.borrow().copy(&self.plain[0], &self.plain[1], (bytes / 2).max(4)),
            ],
        );
        let [ours, theirs, copy] = [0, 1, 2].map(|i| seconds[i] * 1e6 / calls as f64);
        let beside = if bytes > 0 { format!("{copy:>10.1} {:>7.2}", ours / copy) } else { String::new() };
        println!("{name:<24} {ours:>10.2} {theirs:>10.2} {:>7.2} {beside}", ours / theirs);
    }

    fn chains(&self) {
        let x = self.floats(&[16]);
        for calls in [1, 10, 100, 1000] {
            self.compare(&format!("chain of {calls}"), calls, 3000 / calls.max(10), 0, || {
                self.map(MapOp::neg, &[&x], &x);
            });
        }
    }

    fn bandwidth(&self) {
        let n = 1 << 20;
        let [x, y, z] = [0; 3].map(|_| self.floats(&[n]));
        let bytes = 4 * n as u64;
        let rounds = 60;
        self.compare("neg 2^20", 1, rounds, 2 * bytes, || self.map(MapOp::neg, &[&x], &z));
        self.compare("add 2^20", 1, rounds, 3 * bytes, || self.map(MapOp::add, &[&x, &y], &z));
        self.compare("exp 2^20", 1, rounds, 2 * bytes, || self.map(MapOp::exp, &[&x], &z));
        let square = |f: &Floats| Floats(f.0.clone(), Layout::contiguous(&[1024, 1024]).unwrap());
        let turned = |f: &Floats| Floats(f.0.clone(), square(f).1.permute(&[1, 0]).unwrap());
        let (row, column) = (self.floats(&[1, 1024]), self.floats(&[1024, 1]));
        let wide = Floats(row.0.clone(), row.1.broadcast_to(&[1024, 1024]).unwrap());
        self.compare("add a row, 1024^2", 1, rounds, 2 * bytes, || {
            self.map(MapOp::add, &[&square(&x), &wide], &square(&z))
        });
        self.compare("turn 1024^2", 1, rounds, 2 * bytes, || self.map(MapOp::neg, &[&turned(&x)], &square(&z)));
        let one = self.floats(&[1]);
        let sum = |axes| Op::Reduce { op: ReduceOp::Sum, axes };
        self.compare("sum 2^20", 1, rounds, bytes, || self.work(&sum(1), &[&x], &one));
        self.compare("sum rows, 1024^2", 1, rounds, bytes, || self.work(&sum(2), &[&square(&x)], &column));
        self.compare("sum columns, 1024^2", 1, rounds, bytes, || self.work(&sum(1), &[&square(&x)], &row));
        for op in RowOp::ALL {
            self.compare(&format!("{} 1024^2", op.name()), 1, rounds / 2, 2 * bytes, || {
                self.work(&Op::Rows(op), &[&square(&x)], &square(&z));
            });
        }
        let x = uniform(self.device, &[1024, 1024]);
        let (weight, bias) = (ones(&x).unwrap(), ones(&x).unwrap());
        self.compare("layer_norm 1024^2", 1, rounds / 2, 2 * bytes, || {
            norm::layer_norm(&x, &[1024], Some(&weight), Some(&bias), 1e-5).unwrap();
        });
    }

    /// Steps of training beside the CPU, and what they come down to.
    fn training(&self) {
        println!(
            "\n{:<34} {:>10} {:>10} {:>7} {:>10} {:>8} {:>8}",
            "training", "us a step", "cpu", "ratio", "dispatches", "barriers", "batches"
        );
        type Network = fn(DeviceRef) -> ffi_backend::Result<Module>;
        let networks: [(&str, Network, &[i64]); 2] = [
            ("train-mlp/784-512-10x128", networks::mlp, &[128, 784]),
            ("train-digits/32", networks::digits, &[32, 1, 8, 8]),
        ];
        for (name, network, dims) in networks {
            let of = |device| {
                let step = networks::classifier(device, network(device).unwrap(), dims).unwrap();
                move || step().unwrap()
            };
            let (ours, cpu) = (of(self.device), of(self.cpu));
            self.step(name, 12, &ours, &cpu);
        }
        let optimizer = |device: DeviceRef| {
            let shapes: [&[i64]; 4] = [&[512, 784], &[512], &[10, 512], &[10]];
            let parameters: Vec<Tensor> = shapes.iter().map(|dims| uniform(device, dims)).collect();
            let adam =
                Optimizer::new(&parameter_list(&parameters.iter().collect::<Vec<_>>()).unwrap(), ADAM, 1e-3).unwrap();
            parameters.iter().for_each(|own| own.set_grad(Some(&uniform(device, own.dims()))).unwrap());
            move || adam.step().unwrap()
        };
        self.step("adam-step/407050", 20, &optimizer(self.device), &optimizer(self.cpu));
        type Layer = fn(&Tensor) -> ffi_backend::Result<Tensor>;
        let layers: [(&str, Layer); 4] = [
            ("softmax/1024x1024", |x| reduce::rows(RowOp::Softmax, x, -1)),
            ("layer_norm/1024x1024", |x| norm::layer_norm(x, &[1024], Some(&ones(x)?), Some(&ones(x)?), 1e-5)),
            ("layer_norm-and-gradient/256x1024", |x| {
                let x = x.narrow(0, 0, 256)?.detach();
                x.set_requires_grad(true)?;
                let y = norm::layer_norm(&x, &[1024], Some(&ones(&x)?), Some(&ones(&x)?), 1e-5)?;
                autograd::backward(&reduce::reduce(ReduceOp::Sum, &y, None, false)?, None, false, false)?;
                Ok(y)
            }),
            ("gelu-and-gradient/1048576", |x| {
                let x = x.detach();
                x.set_requires_grad(true)?;
                let y = elementwise::map(MapOp::gelu, &[&x])?;
                autograd::backward(&reduce::reduce(ReduceOp::Sum, &y, None, false)?, None, false, false)?;
                Ok(y)
            }),
        ];
        for (name, layer) in layers {
            let of = |device| {
                let x = uniform(device, &[1024, 1024]);
                move || drop(layer(&x).unwrap())
            };
            self.step(name, 12, &of(self.device), &of(self.cpu));
        }
    }

    /// One line of the table of training.
    fn step(&self, name: &str, rounds: usize, ours: &dyn Fn(), cpu: &dyn Fn()) {
        let all = || {
            ours();
            finish(self.device);
        };
        // Pipelines are made, and moments.
        all();
        all();
        let before = self.vulkan.submissions();
        let list = self.vulkan.traced(all);
        let batches = self.vulkan.submissions() - before;
        let barriers = list.iter().filter(|traced| matches!(traced, Traced::Barrier)).count();
        let seconds = in_turns(rounds, &mut [&mut || all(), &mut || cpu()]);
        let [own, cpu] = [seconds[0] * 1e6, seconds[1] * 1e6];
        let (id, count) = (format!("{}/{name}", self.device.info().name), list.len() - barriers);
        println!("{id:<34} {own:>10.0} {cpu:>10.0} {:>7.1} {count:>10} {barriers:>8} {batches:>8}", own / cpu);
    }

    fn products(&self) {
        println!(
            "\n{:<24} {:>10} {:>10} {:>7} {:>10} {:>9} {:>8} {:>8}",
            "product", "us", "raw", "ratio", "cpu", "times cpu", "GFLOP/s", "cpu"
        );
        let straight = [[64; 3], [256; 3], [512; 3], [1024; 3], [128, 784, 512], [1, 1024, 1024], [1024, 1024, 1]];
        for [m, k, n] in straight {
            self.product(&format!("{m} by {k} by {n}"), [m, k, n], &[], [false; 2]);
        }
        self.product("512, b transposed", [512; 3], &[], [false, true]);
        self.product("512, a transposed", [512; 3], &[], [true, false]);
        self.product("1 by 1024 by 1024, b tr.", [1, 1024, 1024], &[], [false, true]);
        self.product("511 by 511 by 511", [511; 3], &[], [false; 2]);
        self.product("64 of 64 by 64 by 64", [64; 3], &[64], [false; 2]);
    }

    /// One line: a product on the device, in raw Vulkan and on the CPU, in turns.
    fn product(&self, name: &str, [m, k, n]: [i64; 3], batch: &[i64], turned: [bool; 2]) {
        let of = |device| {
            let make = |rows, columns, turned: bool| {
                let dims: Vec<i64> = batch.iter().copied().chain([rows, columns]).collect();
                let Floats(buffer, layout) = Floats::new(device, &dims);
                let rank = dims.len();
                let mut order: Vec<usize> = (0..rank).collect();
                order.swap(rank - 2, rank - 1);
                Floats(buffer, if turned { layout.permute(&order).unwrap() } else { layout })
            };
            let a = if turned[0] { make(k, m, true) } else { make(m, k, false) };
            let b = if turned[1] { make(n, k, true) } else { make(k, n, false) };
            let c = make(m, n, false);
            move || run(device, &Op::Matmul { alpha: 1.0 }, &[a.view(), b.view()], &c.view()).unwrap()
        };
        let (ours, cpu) = (of(self.device), of(self.cpu));
        ours();
        finish(self.device);
        let list = self.vulkan.traced(&ours);
        finish(self.device);
        let mut raw = self.raw.borrow_mut();
        let mut ours = || {
            ours();
            finish(self.device);
        };
        let products = m * k * n * batch.iter().product::<i64>();
        let rounds = ((1 << 32) / products).clamp(7, 200) as usize;
        let seconds = in_turns(rounds, &mut [&mut ours, &mut || raw.repeat(&list), &mut || cpu()]);
        let [ours, raw, cpu] = [0, 1, 2].map(|i| seconds[i] * 1e6);
        let speed = |us: f64| (2 * products) as f64 / us / 1e3;
        println!(
            "{name:<24} {ours:>10.1} {raw:>10.1} {:>7.2} {cpu:>10.1} {:>9.1} {:>8.2} {:>8.1}",
            ours / raw,
            ours / cpu,
            speed(ours),
            speed(cpu)
        );
    }

    /// What a convolution with a kernel of 3 by 3 and padding is made of, beside the CPU.
    fn convolutions(&self) {
        println!(
            "\n{:<24} {:>10} {:>10} {:>10} {:>10} {:>10}",
            "convolution", "columns", "product", "forward", "and back", "cpu"
        );
        for [n, inputs, outputs, side] in [[32, 1, 16, 8], [32, 16, 32, 4], [8, 64, 64, 28]] {
            let conv = Conv { stride: [1; 2], padding: [1; 2], dilation: [1; 2], groups: 1 };
            let make = |device: DeviceRef| {
                let x = uniform(device, &[n, inputs, side, side]);
                let weight = uniform(device, &[outputs, inputs, 3, 3]);
                (x, weight)
            };
            let back = |(x, weight): &(Tensor, Tensor), device: DeviceRef| {
                x.set_requires_grad(true).unwrap();
                weight.set_requires_grad(true).unwrap();
                let out = conv2d(x, weight, None, conv).unwrap();
                autograd::backward(&reduce::reduce(ReduceOp::Sum, &out, None, false).unwrap(), None, false, false)
                    .unwrap();
                finish(device);
            };
            let (ours, cpu) = (make(self.device), make(self.cpu));
            let (x, weight) = make(self.device);
            let padded = pad(&x, &[1; 4], Scalar::Int(0)).unwrap();
            let sliding = Sliding { kernel: [3; 2], stride: [1; 2], dilation: [1; 2] };
            let rows = [inputs * 9, n * side * side];
            let columns = || {
                let windows = windows("bench", &padded, sliding).unwrap();
                windows.permute(&[1, 2, 3, 0, 4, 5]).unwrap().reshape(&rows).unwrap()
            };
            let (made, flat) = (columns(), weight.reshape(&[outputs, inputs * 9]).unwrap());
            let seconds = in_turns(
                9,
                &mut [
                    &mut || {
                        columns();
                        finish(self.device);
                    },
                    &mut || {
                        matmul(&flat, &made).unwrap();
                        finish(self.device);
                    },
                    &mut || {
                        conv2d(&x, &weight, None, conv).unwrap();
                        finish(self.device);
                    },
                    &mut || back(&ours, self.device),
                    &mut || back(&cpu, self.cpu),
                ],
            );
            let name = format!("{n}x{inputs}x{side}x{side} to {outputs}");
            let us: String = seconds.iter().map(|seconds| format!(" {:>10.1}", seconds * 1e6)).collect();
            println!("{name:<24}{us}");
        }
    }
}

fn main() {
    if pipelines::is_child() {
        return;
    }
    let all = devices();
    let Some(&device) = all.iter().find(|device| device.info().kind == "vulkan") else {
        return eprintln!("no vulkan device: {:?}", ffi_base::last_error::message());
    };
    let vulkan = ffi_vulkan::find(device.info().id).unwrap();
    let raw = Raw::new(vulkan);
    let plain = [raw.plain(MOST_BYTES), raw.plain(MOST_BYTES)];
    let bench = Bench { device, vulkan, cpu: all[0], raw: RefCell::new(raw), plain };
    println!("{}; f32; medians in us of rounds taken in turns", device.info().description);
    println!("{:<24} {:>10} {:>10} {:>7} {:>10} {:>7}", "", "us a call", "raw", "ratio", "copy", "to copy");
    let wanted = |name: &str| {
        let names: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
        names.is_empty() || names.iter().any(|own| name.contains(own.as_str()))
    };
    if wanted("chains") {
        bench.chains();
    }
    if wanted("bandwidth") {
        bench.bandwidth();
    }
    if wanted("products") {
        bench.products();
    }
    if wanted("convolutions") {
        bench.convolutions();
    }
    if wanted("training") {
        bench.training();
    }
    if wanted("pipelines") {
        pipelines::compare();
    }
}
