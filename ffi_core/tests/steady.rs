//! Ten thousand steps of training through the C ABI: as many handles as at first, and no more memory.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(target_os = "linux")]

use ffi_core::registry;

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

/// Bytes of tensors that are alive on the CPU.
fn in_use() -> i64 {
    let mut stats = [0i64; 4];
    let [pointer, len] = [stats.as_mut_ptr().expose_provenance() as i64, stats.len() as i64];
    call("rt_memory_stats", &[1, pointer, len]);
    stats[0]
}

const F32: i64 = 2;

#[test]
fn ten_thousand_steps_grow_nothing() {
    call("rt_random_seed", &[1]);
    let bits = |number: f64| number.to_bits() as i64;
    let [first, relu, second] =
        [call("rt_nn_linear", &[4, 16, 1, F32, 1]), call("rt_nn_relu", &[]), call("rt_nn_linear", &[16, 1, 1, F32, 1])];
    let [pointer, len] = list(&[first, relu, second]);
    let network = call("rt_nn_sequential", &[pointer, len]);
    let inputs = call("rt_tensor_randn_2d", &[320, 4, F32, 1]);
    let targets = call("rt_tensor_sum_dims", &{
        let [dims, n] = list(&[1]);
        [inputs, dims, n, 1]
    });
    let dataset = call("rt_dataset_from_tensors", &[inputs, targets]);
    let loader = call("rt_dataloader_new", &[dataset, 32, 1, 7, 0]);
    let optimizer = call("rt_optim_adam_bits", &[network, bits(0.001), bits(0.9), bits(0.999), bits(1e-8)]);
    call("rt_optim_schedule_cosine_bits", &[optimizer, 10_000, 0]);
    let (mut steps, mut last) = (0, f64::NAN);
    let mut at_first = None;
    while steps < 10_000 {
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
        steps += 1;
        if steps == 100 {
            at_first = Some((call("rt_handle_live", &[0]), in_use(), resident()));
        }
    }
    let (handles, bytes, memory) = at_first.unwrap();
    let now = resident();
    println!("{steps} steps, loss {last:.2e}; resident after 100: {memory} bytes, at the end: {now}");
    assert!(last < 1e-3, "it learned: {last}");
    assert_eq!(call("rt_handle_live", &[0]), handles);
    // Two batches more or less are ready in advance, and the one that the worker is at.
    let ahead = 3 * 32 * 5 * 4 + 4096;
    assert!(in_use() <= bytes + ahead, "{bytes} bytes in use after 100 steps, now {}", in_use());
    // 9,900 steps of anything forgotten, 64 bytes of it, would be more; arenas of threads come and go below that.
    assert!(now <= memory + (512 << 10), "{memory} bytes resident after 100 steps, now {now}");
    for handle in [optimizer, loader, dataset, targets, inputs, network, second, relu, first] {
        call("rt_release", &[handle]);
    }
    assert_eq!(call("rt_handle_live", &[0]), 0);
}
