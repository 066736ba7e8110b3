//! Products beside a direct call of the gemm crate, taken in turns, so that what else the machine does falls on both alike:
//! `cargo bench --bench ratios`. Criterion measures one after the other, which a shared machine can tell apart by 10 %.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use benches::{devices, gemm_f32, uniform};
use std::time::Instant;

/// How long a call takes, in milliseconds.
fn timed<R>(call: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    std::hint::black_box(call());
    start.elapsed().as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    // As criterion does it: cargo bench says `--bench`, and `-- --test` asks for one round of each.
    let once = std::env::args().any(|arg| arg == "--test");
    let cpu = devices()[0];
    println!("f32 n by n by n, medians in ms, rounds taken in turns");
    println!("{:>6} {:>10} {:>10} {:>7}", "n", "cpu", "gemm", "ratio");
    for (n, rounds) in [(64usize, 4000), (256, 2000), (512, 1000), (1024, 300), (2048, 40)] {
        let (a, b) = (uniform(cpu, &[n as i64; 2]), uniform(cpu, &[n as i64; 2]));
        let (x, y, mut out) = (vec![0.5; n * n], vec![0.25; n * n], vec![0.0; n * n]);
        let mut pairs = Vec::new();
        for _ in 0..if once { 1 } else { rounds } {
            let ours = timed(|| ffi_torch::matmul::matmul(&a, &b).unwrap());
            pairs.push((ours, timed(|| gemm_f32(n, &x, &y, &mut out))));
        }
        let (ours, direct): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let (ours, direct) = (median(ours), median(direct));
        println!("{n:>6} {ours:>10.4} {direct:>10.4} {:>7.3}", ours / direct);
    }
}
