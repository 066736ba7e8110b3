//! Half an hour of work on a Vulkan device, of every size and with its failures: as many handles, as much device memory and as much
//! resident memory at the end as near the beginning. Ignored: `FFI_SOAK_MINUTES=30 FFI_REQUIRE=vulkan cargo test -p ffi_core
//! --features vulkan --release --test soak -- --ignored --nocapture`.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(target_os = "linux")]

use ffi_base::Code;
use ffi_core::registry;
use std::time::{Duration, Instant};

/// A row's answer, whatever it is.
fn ask(name: &str, words: &[i64]) -> i64 {
    let row = registry().row(i64::from(registry().find(name.as_bytes()).unwrap())).unwrap();
    assert_eq!(row.arity(), words.len(), "{name}");
    ffi_base::last_error::clear();
    // SAFETY: one word per part; pointers are to arrays on this stack, with their lengths.
    unsafe { (row.call)(words) }
}

/// An answer that must not be an error.
fn call(name: &str, words: &[i64]) -> i64 {
    let result = ask(name, words);
    let message = ffi_base::last_error::message();
    assert!(message.is_empty(), "{name}: {message}");
    result
}

fn list(numbers: &[i64]) -> [i64; 2] {
    [numbers.as_ptr().expose_provenance() as i64, numbers.len() as i64]
}

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    // SAFETY: asks a number of the system.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64;
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * page
}

/// What one round leaves behind.
#[derive(Clone, Copy, Debug)]
struct Sample {
    handles: i64,
    live_bytes: i64,
    pooled_bytes: i64,
    resident_bytes: u64,
}

const F32: i64 = 2;
const F16: i64 = 3;
const I32: i64 = 6;

struct Soak {
    device: i64,
    handles: Vec<i64>,
    random: u64,
}

impl Soak {
    fn kept(&mut self, handle: i64) -> i64 {
        self.handles.push(handle);
        handle
    }

    fn make(&mut self, name: &str, words: &[i64]) -> i64 {
        let made = call(name, words);
        self.kept(made)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % bound
    }

    /// Ops of many families over sizes that come and go. Sums of what is known are checked.
    fn ops(&mut self) {
        let sizes = [1, 17, 300, 4096, 70_000, 262_144];
        let n = sizes[self.below(sizes.len() as u64) as usize];
        let zeros = self.make("rt_tensor_zeros_1d", &[n, F32, self.device]);
        let ones = self.make("rt_tensor_exp", &[zeros]);
        let twos = self.make("rt_tensor_add", &[ones, ones]);
        let sum = self.make("rt_tensor_sum", &[twos]);
        let item = f64::from_bits(call("rt_tensor_item_bits", &[sum]) as u64);
        assert_eq!(item, 2.0 * n as f64, "a sum of {n}");
        let uniform = self.make("rt_tensor_rand_1d", &[n, F32, self.device]);
        let half = self.make("rt_tensor_to_dtype", &[uniform, F16]);
        let back = self.make("rt_tensor_to_dtype", &[half, F32]);
        self.make("rt_tensor_cumsum", &[back, 0]);
        let (rows, columns) = (1 + self.below(64) as i64, 1 + self.below(96) as i64);
        let a = self.make("rt_tensor_randn_2d", &[rows, columns, F32, self.device]);
        let turned = self.make("rt_tensor_transpose", &[a, 0, 1]);
        let b = self.make("rt_tensor_contiguous", &[turned]);
        let c = self.make("rt_tensor_matmul", &[a, b]);
        let c = self.make("rt_tensor_softmax", &[c, 1]);
        let sum = self.make("rt_tensor_sum", &[c]);
        let item = f64::from_bits(call("rt_tensor_item_bits", &[sum]) as u64);
        assert!((item - rows as f64).abs() < 1e-3 * rows as f64, "{rows} rows of 1 are {item}");
    }

    /// What fails leaves nothing behind.
    fn failures(&mut self) {
        let a = self.make("rt_tensor_zeros_1d", &[3, F32, self.device]);
        let b = self.make("rt_tensor_zeros_1d", &[4, F32, self.device]);
        assert_eq!(ask("rt_tensor_add", &[a, b]), 0);
        assert_eq!(ffi_base::last_error::code(), Code::ShapeMismatch as i64);
        assert_eq!(ask("rt_tensor_zeros_1d", &[1 << 50, F32, self.device]), 0);
        assert_eq!(ffi_base::last_error::code(), Code::OutOfMemory as i64);
        let c = self.make("rt_tensor_add", &[a, a]);
        assert_eq!(call("rt_tensor_item_i64", &[self.sum(c)]), 0);
    }

    fn sum(&mut self, tensor: i64) -> i64 {
        let sum = call("rt_tensor_sum", &[tensor]);
        let whole = self.make("rt_tensor_to_dtype", &[sum, I32]);
        self.kept(sum);
        whole
    }

    fn free(&mut self) {
        for handle in self.handles.drain(..) {
            call("rt_release", &[handle]);
        }
    }

    fn sample(&self) -> Sample {
        let mut stats = [0i64; 4];
        let [pointer, len] = [stats.as_mut_ptr().expose_provenance() as i64, stats.len() as i64];
        call("rt_memory_stats", &[self.device, pointer, len]);
        Sample {
            handles: call("rt_handle_live", &[0]),
            live_bytes: stats[0],
            pooled_bytes: stats[1],
            resident_bytes: resident(),
        }
    }
}

#[test]
#[ignore = "half an hour"]
fn half_an_hour_of_work_grows_nothing() {
    let name = b"vulkan:0";
    let device = ask("rt_device_find", &[name.as_ptr().expose_provenance() as i64, name.len() as i64]);
    if device == 0 {
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        assert!(!required.contains("vulkan"), "{}", ffi_base::last_error::message());
        return eprintln!("SKIPPED: {}", ffi_base::last_error::message());
    }
    let minutes: f64 = std::env::var("FFI_SOAK_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(30.0);
    let length = Duration::from_secs_f64(minutes * 60.0);
    call("rt_random_seed", &[1]);
    let bits = |number: f64| number.to_bits() as i64;
    let layers = [
        call("rt_nn_linear", &[16, 32, 1, F32, device]),
        call("rt_nn_relu", &[]),
        call("rt_nn_linear", &[32, 1, 1, F32, device]),
    ];
    let [pointer, len] = list(&layers);
    let network = call("rt_nn_sequential", &[pointer, len]);
    let x = call("rt_tensor_randn_2d", &[64, 16, F32, device]);
    let [dims, n] = list(&[1]);
    let y = call("rt_tensor_sum_dims", &[x, dims, n, 1]);
    let optimizer = call("rt_optim_adam_bits", &[network, bits(0.001), bits(0.9), bits(0.999), bits(1e-8)]);
    let mut soak = Soak { device, handles: Vec::new(), random: 7 };
    let (mut rounds, mut samples, mut last) = (0u64, Vec::<Sample>::new(), f64::NAN);
    let start = Instant::now();
    while start.elapsed() < length {
        for _ in 0..5 {
            call("rt_optim_zero_grad", &[optimizer]);
            let output = soak.make("rt_module_forward", &[network, x]);
            let away = soak.make("rt_tensor_sub", &[output, y]);
            let squared = soak.make("rt_tensor_square", &[away]);
            let loss = soak.make("rt_tensor_mean", &[squared]);
            call("rt_tensor_backward", &[loss]);
            call("rt_optim_step", &[optimizer]);
            last = f64::from_bits(call("rt_tensor_item_bits", &[loss]) as u64);
            soak.free();
        }
        soak.ops();
        soak.free();
        if rounds % 16 == 0 {
            soak.failures();
            soak.free();
        }
        if rounds % 64 == 63 {
            call("rt_memory_trim", &[device]);
        }
        rounds += 1;
        let due = length.mul_f64(samples.len() as f64 / 60.0);
        if rounds % 64 == 32 && start.elapsed() >= due {
            samples.push(soak.sample());
            println!("{:>6.0} s, {rounds} rounds {:?}", start.elapsed().as_secs_f64(), samples[samples.len() - 1]);
        }
    }
    println!("{rounds} rounds, loss {last:.2e}");
    // The first sixth is for warming up: pipelines, pools, the allocator's arenas.
    let steady = &samples[samples.len() / 6..];
    let [first, end] = [steady.first().unwrap(), steady.last().unwrap()];
    assert!(steady.len() >= 2 && last < 1.0, "{samples:?}");
    for sample in steady {
        assert_eq!((sample.handles, sample.live_bytes), (first.handles, first.live_bytes), "{sample:?}");
        assert!(sample.pooled_bytes < 256 << 20, "{sample:?}");
    }
    assert!(end.resident_bytes <= first.resident_bytes + (16 << 20), "{first:?} {end:?}");
    for handle in [optimizer, y, x, network].into_iter().chain(layers) {
        call("rt_release", &[handle]);
    }
    assert_eq!(call("rt_handle_live", &[0]), 0);
}
