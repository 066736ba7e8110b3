//! The same gradients on every other device, in f32, beside those of the CPU in f64, which differences have checked.

use crate::{devices, of, values};
use ffi_backend::{Code, DType, DeviceRef, Result};
use ffi_torch::Tensor;
use ffi_torch::autograd::gradients;
use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

thread_local! {
    /// Where this thread's tensors are made, and in which dtype.
    static HERE: Cell<Option<(DeviceRef, DType)>> = const { Cell::new(None) };
}

/// Gradients that were compared, and those of ops that a device refuses, or that hold a tensor of the CPU.
pub static COMPARED: AtomicUsize = AtomicUsize::new(0);
pub static REFUSED: AtomicUsize = AtomicUsize::new(0);
pub static APART: AtomicUsize = AtomicUsize::new(0);

pub fn cpu() -> DeviceRef {
    static CPU: OnceLock<DeviceRef> = OnceLock::new();
    *CPU.get_or_init(|| devices::all().iter().copied().find(|device| device.info().kind == "cpu").unwrap())
}

/// Where tensors are made, and in which dtype.
pub fn here() -> (DeviceRef, DType) {
    HERE.get().unwrap_or_else(|| (cpu(), DType::F64))
}

/// Compares the gradients by each leaf.
pub fn compare(what: &str, leaves: &[Tensor], loss: &dyn Fn(&[Tensor]) -> Result<Tensor>, wanted: &[Vec<f64>]) {
    if HERE.get().is_some() {
        return;
    }
    let numbers: Vec<(Vec<f64>, Vec<i64>)> = leaves.iter().map(|leaf| (values(leaf), leaf.dims().to_vec())).collect();
    for &device in devices::all().iter().filter(|device| device.info().kind != "cpu") {
        HERE.set(Some((device, DType::F32)));
        let found = (|| -> Result<Vec<Option<Vec<f64>>>> {
            let own: Vec<Tensor> = numbers.iter().map(|(numbers, dims)| of(numbers, dims)).collect();
            own.iter().try_for_each(|leaf| leaf.set_requires_grad(true))?;
            let by = own.iter().collect::<Vec<_>>();
            let found = gradients(&loss(&own)?, &by, None, false, false)?;
            Ok(found.iter().map(|found| found.as_ref().map(values)).collect())
        })();
        HERE.set(None);
        let name = &device.info().name;
        match found {
            Err(error) if error.code() == Code::Unsupported => drop(REFUSED.fetch_add(1, Relaxed)),
            Err(error) if error.code() == Code::DeviceMismatch => drop(APART.fetch_add(1, Relaxed)),
            Err(error) => panic!("{what} on {name}: {}", error.text()),
            Ok(found) => {
                for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                    for (i, want) in wanted.iter().enumerate() {
                        let got = found.as_ref().map_or(0.0, |found| found[i]);
                        let near = (got - want).abs() <= 5e-3 * want.abs().max(1.0);
                        assert!(near, "{what} on {name}: by element {i} of operand {at}: {got}, on the CPU {want}");
                    }
                }
                COMPARED.fetch_add(1, Relaxed);
            }
        }
    }
}

/// Says how many there were so far: tests of this binary run beside one another.
pub fn tell() {
    let [compared, refused, apart] = [&COMPARED, &REFUSED, &APART].map(|count| count.load(Relaxed));
    println!(
        "on other devices: {compared} gradients as on the CPU, {refused} of ops that are refused, {apart} that hold tensors of the CPU"
    );
}
