//! Pipelines made in processes of their own: cold, and from what an earlier process left on disk. Drivers keep a cache too; Mesa's
//! can be switched off, and so is told apart from ours.

use super::Floats;
use benches::{devices, finish};
use ffi_backend::{Layout, MapOp, Op, Program, ReduceOp, run};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const CHILD: &str = "VULKAN_BENCH_PIPELINES";

/// Whether this process is one of those that `compare` starts; then it makes pipelines and prints the time that each took.
pub fn is_child() -> bool {
    if std::env::var_os(CHILD).is_none() {
        return false;
    }
    let device = devices().into_iter().find(|device| device.info().kind == "vulkan").unwrap();
    let square = Floats::new(device, &[64, 64]);
    let turned = Floats(square.0.clone(), square.1.permute(&[1, 0]).unwrap());
    let to = Floats::new(device, &[64, 64]);
    let one = Floats(to.0.clone(), Layout::contiguous(&[1, 1]).unwrap());
    let ops = [MapOp::neg, MapOp::exp, MapOp::log, MapOp::sin, MapOp::erf, MapOp::tanh];
    let programs = ops.map(|op| Op::Map { program: Program::of(op), scalars: &[] });
    let mut made = 0;
    let start = Instant::now();
    let mut work = |op: &Op, sources: &[&Floats], to: &Floats| {
        let views: Vec<_> = sources.iter().map(|floats| floats.view()).collect();
        run(device, op, &views, &to.view()).unwrap();
        // Some drivers compile when work first runs.
        finish(device);
        made += 1;
    };
    for op in &programs {
        work(op, &[&square], &to);
        work(op, &[&turned], &to);
    }
    for op in [ReduceOp::Sum, ReduceOp::Max] {
        work(&Op::Reduce { op, axes: 3 }, &[&square], &one);
    }
    work(&Op::Matmul { alpha: 1.0 }, &[&square, &turned], &to);
    println!("MICROSECONDS {}", start.elapsed().as_secs_f64() * 1e6 / f64::from(made));
    device.shut_down().unwrap();
    true
}

fn child(ours: &Path, drivers: Option<&Path>) -> f64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(CHILD, "1").env("FFI_CACHE_DIR", ours);
    match drivers {
        Some(folder) => command.env("MESA_SHADER_CACHE_DIR", folder).env_remove("MESA_SHADER_CACHE_DISABLE"),
        None => command.env("MESA_SHADER_CACHE_DISABLE", "true"),
    };
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.lines().find_map(|line| line.strip_prefix("MICROSECONDS "));
    number.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr))).parse().unwrap()
}

/// One line a combination, the median of three.
pub fn compare() {
    let folder = std::env::temp_dir().join(format!("vulkan-bench-{}", std::process::id()));
    let median = |name: &str, warm: [bool; 2], drivers: bool| {
        let mut times: Vec<f64> = (0..3)
            .map(|_| {
                let _ = std::fs::remove_dir_all(&folder);
                let (ours, theirs) = (folder.join("ours"), folder.join("driver"));
                std::fs::create_dir_all(&theirs).unwrap();
                let run = || child(&ours, drivers.then_some(&*theirs));
                if warm != [false; 2] {
                    run();
                }
                if !warm[0] {
                    let _ = std::fs::remove_dir_all(&ours);
                }
                run()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{name:<60} {:>8.0}", times[1]);
    };
    println!("\nus a pipeline, made and run once, medians of three processes");
    median("cold", [false; 2], false);
    median("from the library's file alone", [true, false], false);
    median("cold, the driver's own cache on", [false; 2], true);
    median("from the driver's own cache (Mesa's) alone", [false, true], true);
    median("from both", [true; 2], true);
    let _ = std::fs::remove_dir_all(&folder);
}
