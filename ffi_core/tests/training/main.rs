//! Training from end to end: optimisers against their formulas, batches, files of data and models.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod data;
#[path = "../conformance/devices.rs"]
#[allow(dead_code, reason = "the tolerances are of conformance")]
mod devices;
mod files;
mod golden;
mod loops;
mod npy;
mod optimizers;

use ffi_backend::{Backend, DType, DeviceRef, MapOp, ReduceOp};
use ffi_torch::Tensor;
use ffi_torch::elementwise::map;
use ffi_torch::nn::layers::{Function, Linear, Sequential};
use ffi_torch::nn::{Module, parameter_list::parameter_list};
use ffi_torch::reduce::reduce;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

pub fn cpu() -> DeviceRef {
    static CPU: OnceLock<DeviceRef> = OnceLock::new();
    *CPU.get_or_init(|| {
        let backend: &dyn Backend = ffi_cpu::backend();
        backend.open(0, ffi_backend::DeviceId(1)).unwrap()
    })
}

/// Tests that seed the process's generator, or count what is alive in it, take turns.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn of(values: &[f64], dims: &[i64], dtype: DType) -> Tensor {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
    Tensor::from_bytes(&bytes, dims, DType::F64, dtype, cpu()).unwrap()
}

pub fn values(x: &Tensor) -> Vec<f64> {
    x.to_vec::<f64>().unwrap()
}

/// A parameter of these values, and the module that holds it.
pub fn parameter(start: &[f64], dtype: DType) -> (Tensor, Module) {
    let tensor = of(start, &[start.len() as i64], dtype);
    let module = parameter_list(&[&tensor]).unwrap();
    (tensor, module)
}

/// Two layers, as PyTorch's `Sequential(Linear(4, 8), ReLU(), Linear(8, 1))`, with the seed's parameters.
pub fn network(seed: u64) -> Module {
    ffi_torch::random::seed(seed);
    let linear = |inputs, outputs| Module::new(Linear::new(inputs, outputs, true, DType::F32, cpu()).unwrap()).unwrap();
    let relu = Module::new(Function("relu", |x: &Tensor, _| map(MapOp::relu, &[x]))).unwrap();
    Module::new(Sequential::new(vec![linear(4, 8), relu, linear(8, 1)])).unwrap()
}

/// The mean squared distance of the module's results from the targets.
pub fn loss(module: &Module, inputs: &Tensor, targets: &Tensor) -> Tensor {
    let distance = map(MapOp::sub, &[&module.forward(inputs).unwrap(), targets]).unwrap();
    reduce(ReduceOp::Mean, &map(MapOp::square, &[&distance]).unwrap(), None, false).unwrap()
}

/// The path of a file that only this test has.
pub fn file(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("training");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name).to_str().unwrap().to_owned()
}
