//! Products beside a direct call of the gemm crate, taken in turns: `cargo bench --bench ratios`. Criterion measures one after
//! the other, which a shared machine can tell apart by 10 %.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use benches::{devices, gemm_f32, in_turns, uniform};
use ffi_torch::matmul::matmul;
use std::hint::black_box;

fn main() {
    let cpu = devices()[0];
    println!("f32 n by n by n, medians in ms, rounds taken in turns");
    println!("{:>6} {:>10} {:>10} {:>7}", "n", "cpu", "gemm", "ratio");
    for (n, rounds) in [(64usize, 4000), (256, 2000), (512, 1000), (1024, 300), (2048, 40)] {
        let (a, b) = (uniform(cpu, &[n as i64; 2]), uniform(cpu, &[n as i64; 2]));
        let (x, y, mut out) = (vec![0.5; n * n], vec![0.25; n * n], vec![0.0; n * n]);
        let mut ours = || drop(black_box(matmul(&a, &b).unwrap()));
        let medians = in_turns(rounds, &mut [&mut ours, &mut || gemm_f32(n, &x, &y, &mut out)]);
        println!("{n:>6} {:>10.4} {:>10.4} {:>7.3}", medians[0] * 1e3, medians[1] * 1e3, medians[0] / medians[1]);
    }
}
