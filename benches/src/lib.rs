//! What the benches share: the devices, the shared library as a C program sees it, and tensors to work on.

pub mod networks;

use ffi_backend::{DType, DeviceRef};
use ffi_core::device::{self, DeviceKind};
use ffi_torch::Tensor;
use std::path::PathBuf;
use std::time::Instant;

/// Every device that can be opened.
pub fn devices() -> Vec<DeviceRef> {
    let opened = (0..device::count()).filter_map(|i| device::at(i).ok());
    opened
        .filter_map(|handle| ffi_base::object::borrow::<DeviceKind>(handle).ok())
        .map(|opened| opened.device)
        .collect()
}

/// Waits for a device, so that a bench measures work and not its submission.
pub fn finish(device: DeviceRef) {
    let done = device.flush().and_then(|ticket| device.wait(ticket, None));
    assert!(done.is_ok(), "the device failed: {done:?}");
}

/// A tensor of uniform numbers, made on the CPU so that every device can hold it.
pub fn uniform(device: DeviceRef, dims: &[i64]) -> Tensor {
    let numbers: Vec<u8> =
        (0..dims.iter().product::<i64>()).flat_map(|i| ((i * 7919 % 1009) as f32 / 1009.0).to_ne_bytes()).collect();
    match Tensor::from_bytes(&numbers, dims, DType::F32, DType::F32, device) {
        Ok(tensor) => tensor,
        Err(failed) => panic!("no bench tensor: {failed}"),
    }
}

/// A direct call of the gemm crate, on all workers where that is worth it: n by n row-major matrices.
pub fn gemm_f32(n: usize, a: &[f32], b: &[f32], out: &mut [f32]) {
    assert!(a.len() >= n * n && b.len() >= n * n && out.len() >= n * n);
    let threads = if n >= 128 { gemm::Parallelism::Rayon(0) } else { gemm::Parallelism::None };
    let (row, one) = (n as isize, 1);
    // SAFETY: three row-major n by n matrices, their lengths checked above, the output apart from the inputs.
    unsafe {
        gemm::gemm(
            n,
            n,
            n,
            out.as_mut_ptr(),
            one,
            row,
            false,
            a.as_ptr(),
            one,
            row,
            b.as_ptr(),
            one,
            row,
            0.0,
            1.0,
            false,
            false,
            false,
            threads,
        )
    }
}

/// Whether each thing is to run once and nothing to be measured: `cargo test --benches` and `cargo bench -- --test`, as criterion has it.
pub fn once() -> bool {
    let given = |wanted: &str| std::env::args().any(|arg| arg == wanted);
    given("--test") || !given("--bench")
}

/// Medians in seconds of calls taken in turns, so that what else the machine does falls on all alike.
pub fn in_turns(rounds: usize, calls: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let rounds = if once() { 1 } else { rounds };
    let mut times = vec![Vec::with_capacity(rounds); calls.len()];
    for _ in 0..rounds {
        for (call, times) in calls.iter_mut().zip(&mut times) {
            let start = Instant::now();
            call();
            times.push(start.elapsed().as_secs_f64());
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

/// The shared library that this build made, beside the bench itself.
pub fn shared_library() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let name = format!("{}ffi_core{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    own.parent().map(|folder| folder.join(name)).unwrap_or_default()
}
