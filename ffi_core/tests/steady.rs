//! Thousands of steps of training through the C ABI: as many handles as at first, no more memory, and nothing new of a driver.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(target_os = "linux")]

use ffi_core::registry;
use std::sync::{Mutex, PoisonError};

/// Calls a row whose pointers, if any, are to memory of the caller that is as long as it says.
fn call(name: &str, words: &[i64]) -> i64 {
    let row = registry().row(i64::from(registry().find(name.as_bytes()).unwrap())).unwrap();
    assert_eq!(row.arity(), words.len(), "{name}");
    // SAFETY: one word per part; pointers are to arrays on this stack, with their lengths.
    let result = unsafe { (row.call)(words) };
    let message = ffi_base::last_error::message();
    assert!(message.is_empty(), "{message}");
    result
}

fn list(handles: &[i64]) -> [i64; 2] {
    [handles.as_ptr().expose_provenance() as i64, handles.len() as i64]
}

/// Resident bytes of this process.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    // SAFETY: asks a number of the system.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64;
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * page
}

/// What a device's allocator says: bytes alive, bytes kept, the most ever alive, buffers handed out, calls of the driver.
fn memory(device: i64) -> [i64; 5] {
    let mut stats = [0i64; 5];
    let [pointer, len] = [stats.as_mut_ptr().expose_provenance() as i64, stats.len() as i64];
    call("rt_memory_stats", &[device, pointer, len]);
    stats
}

const F32: i64 = 2;

/// One test at a time: they count the handles of the process.
static ALONE: Mutex<()> = Mutex::new(());

/// What there was after some steps.
struct Seen {
    handles: i64,
    resident: u64,
    memory: [i64; 5],
}

/// Trains a small network on a device; what there is after `early` steps and after all, and the last loss.
fn train(device: i64, steps: i64, early: i64) -> (Seen, Seen, f64) {
    call("rt_random_seed", &[1]);
    let bits = |number: f64| number.to_bits() as i64;
    let [first, relu, second] = [
        call("rt_nn_linear", &[4, 16, 1, F32, device]),
        call("rt_nn_relu", &[]),
        call("rt_nn_linear", &[16, 1, 1, F32, device]),
    ];
    let [pointer, len] = list(&[first, relu, second]);
    let network = call("rt_nn_sequential", &[pointer, len]);
    let inputs = call("rt_tensor_randn_2d", &[320, 4, F32, device]);
    let targets = call("rt_tensor_sum_dims", &{
        let [dims, n] = list(&[1]);
        [inputs, dims, n, 1]
    });
    let dataset = call("rt_dataset_from_tensors", &[inputs, targets]);
    let loader = call("rt_dataloader_new", &[dataset, 32, 1, 7, 0]);
    let optimizer = call("rt_optim_adam_bits", &[network, bits(0.001), bits(0.9), bits(0.999), bits(1e-8)]);
    call("rt_optim_schedule_cosine_bits", &[optimizer, steps, 0]);
    let (mut step, mut last) = (0, f64::NAN);
    let mut at_first = None;
    let seen = || Seen { handles: call("rt_handle_live", &[0]), resident: resident(), memory: memory(device) };
    while step < steps {
        let mut batch = [0i64; 2];
        let [x, y] = [0, 1].map(|i| (&raw mut batch[i]).expose_provenance() as i64);
        if call("rt_dataloader_next", &[loader, x, y]) == 0 {
            call("rt_dataloader_reset", &[loader]);
            continue;
        }
        let [x, y] = batch;
        call("rt_optim_zero_grad", &[optimizer]);
        let output = call("rt_module_forward", &[network, x]);
        let away = call("rt_tensor_sub", &[output, y]);
        let squared = call("rt_tensor_square", &[away]);
        let loss = call("rt_tensor_mean", &[squared]);
        call("rt_tensor_backward", &[loss]);
        call("rt_optim_clip_grad_norm_bits_", &[optimizer, bits(1.0), bits(2.0)]);
        call("rt_optim_step", &[optimizer]);
        call("rt_optim_schedule_advance", &[optimizer]);
        last = f64::from_bits(call("rt_tensor_item_bits", &[loss]) as u64);
        for handle in [x, y, output, away, squared, loss] {
            call("rt_tensor_free", &[handle]);
        }
        step += 1;
        if step == early {
            at_first = Some(seen());
        }
    }
    let now = seen();
    for handle in [optimizer, loader, dataset, targets, inputs, network, second, relu, first] {
        call("rt_release", &[handle]);
    }
    assert_eq!(call("rt_handle_live", &[0]), 0);
    (at_first.unwrap(), now, last)
}

/// Two batches more or less are ready in advance, and the one that the worker is at.
const AHEAD: i64 = 3 * 32 * 5 * 4 + 4096;

#[test]
fn ten_thousand_steps_grow_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (early, now, last) = train(1, 10_000, 100);
    println!("loss {last:.2e}; resident after 100: {} bytes, at the end: {}", early.resident, now.resident);
    assert!(last < 1e-3, "it learned: {last}");
    assert_eq!(now.handles, early.handles);
    assert!(
        now.memory[0] <= early.memory[0] + AHEAD,
        "in use after 100 steps {:?}, now {:?}",
        early.memory,
        now.memory
    );
    // 9,900 steps of anything forgotten, 64 bytes of it, would be more; arenas of threads come and go below that.
    assert!(
        now.resident <= early.resident + (512 << 10),
        "{} bytes resident after 100 steps, now {}",
        early.resident,
        now.resident
    );
}

/// Memory, staging, tables, command buffers and pipelines: what the first steps made does for all that follow.
#[cfg(feature = "vulkan")]
#[test]
fn a_thousand_steps_on_vulkan_ask_the_driver_for_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let name = "vulkan:0";
    let device = {
        let row = registry().row(i64::from(registry().find(b"rt_device_find").unwrap())).unwrap();
        // SAFETY: a text of this length.
        unsafe { (row.call)(&[name.as_ptr().expose_provenance() as i64, name.len() as i64]) }
    };
    if device == 0 {
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "vulkan"), "{}", ffi_base::last_error::message());
        eprintln!("SKIPPED: no vulkan device: {}", ffi_base::last_error::message());
        ffi_base::last_error::clear();
        return;
    }
    let id = ffi_base::object::borrow::<ffi_core::device::DeviceKind>(device).unwrap().device.info().id;
    let vulkan = ffi_vulkan::find(id).unwrap();
    // The worker that makes batches runs ahead by as many as it happens to: after this round no step needs more than was made.
    train(device, 300, 100);
    let made = vulkan.made();
    let (early, now, last) = train(device, 1000, 1);
    println!("loss {last:.2e}; made {made:?}, memory {:?} and {:?}", early.memory, now.memory);
    assert!(last < 0.2, "it learned: {last}");
    assert_eq!(now.handles, early.handles);
    assert!(now.memory[3] > early.memory[3] + 10_000, "buffers were handed out: {:?}", now.memory);
    // A host that is ahead or behind in another way needs a block more or less; one for each step would be a thousand.
    let asked = now.memory[4] - early.memory[4];
    assert!(asked <= 8, "{asked} calls of the driver for memory in 999 steps");
    let [commands, pipelines] = vulkan.made();
    assert_eq!(pipelines, made[1], "pipelines");
    assert!(commands <= made[0] + 4, "{} command buffers, then {commands}", made[0]);
}
