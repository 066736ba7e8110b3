//! Every op of the tables on the CPU beside the time that its bytes take to copy, taken in turns: `cargo bench --bench roofline`.
//! What lies above 1.2 is marked.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use benches::{devices, in_turns, uniform};
use ffi_backend::{Class, DType, DeviceRef, MapOp, ReduceOp, RowOp};
use ffi_torch::{Tensor, elementwise, reduce};
use rayon::prelude::*;
use std::hint::black_box;

/// How many bytes a call reads and writes, and the call.
type Work = (String, u64, Box<dyn Fn() -> Tensor>);

/// The dtype to measure a row in: f32 where it is defined for that.
fn dtype_of(op: MapOp) -> DType {
    let dtypes = op.class().dtypes();
    [DType::F32, DType::I32, DType::Bool].into_iter().find(|&dtype| dtypes.has(dtype)).unwrap()
}

fn works(cpu: DeviceRef, n: i64) -> Vec<Work> {
    let x = uniform(cpu, &[n]);
    let one = Tensor::full(&[n], ffi_backend::Scalar::Int(1), DType::I32, cpu).unwrap();
    let mut works: Vec<Work> = Vec::new();
    for &op in MapOp::ALL.iter().filter(|op| !matches!(op.class(), Class::Select | Class::Cast)) {
        let dtype = dtype_of(op);
        // Ones for what divides integers.
        let x = if dtype == DType::I32 { one.clone() } else { x.to_dtype(dtype).unwrap() };
        let bytes = (op.arity() * dtype.size() + op.class().result(dtype, dtype).size()) as u64;
        let operands = vec![x; op.arity()];
        let run = move || elementwise::map(op, &operands.iter().collect::<Vec<_>>());
        // What takes three operands has a function of its own.
        if run().is_ok() {
            works.push((op.name().to_owned(), bytes * n as u64, Box::new(move || run().unwrap())));
        }
    }
    for (name, to) in [("to f64", DType::F64), ("to f16", DType::F16), ("to bf16", DType::Bf16), ("to i32", DType::I32)]
    {
        let x = x.clone();
        works.push((name.to_owned(), (4 + to.size() as u64) * n as u64, Box::new(move || x.to_dtype(to).unwrap())));
    }
    let square = x.reshape(&[n / 1024, 1024]).unwrap();
    for op in ReduceOp::ALL {
        let (x, rows, columns) = (x.clone(), square.clone(), square.clone());
        let bytes = 4 * n as u64;
        works.push((op.name().to_owned(), bytes, Box::new(move || reduce::reduce(op, &x, None, false).unwrap())));
        let rows = move || reduce::reduce(op, &rows, Some(&[1]), false).unwrap();
        works.push((format!("{} of rows", op.name()), bytes, Box::new(rows)));
        let columns = move || reduce::reduce(op, &columns, Some(&[0]), false).unwrap();
        works.push((format!("{} of columns", op.name()), bytes, Box::new(columns)));
    }
    for op in RowOp::ALL {
        let rows = square.clone();
        works.push((op.name().to_owned(), 8 * n as u64, Box::new(move || reduce::rows(op, &rows, -1).unwrap())));
    }
    let turned = square.transpose(0, 1).unwrap();
    works.push(("copy of a transpose".to_owned(), 8 * n as u64, Box::new(move || turned.copy().unwrap())));
    works
}

fn main() {
    let cpu = devices()[0];
    println!(
        "CPU, f32 where the op takes it; the roofline is the op's bytes at the speed of a parallel copy in the same rounds"
    );
    println!("{:<22} {:>10} {:>12} {:>12} {:>7}", "op", "elements", "time in us", "roofline", "ratio");
    for (n, rounds) in [(1i64 << 20, 60), (1 << 24, 9)] {
        let (from, mut to) = (vec![1u8; 4 * n as usize], vec![0u8; 4 * n as usize]);
        let part = (4 * n as usize).div_ceil(rayon::current_num_threads());
        for (name, bytes, work) in works(cpu, n) {
            let mut copy = || {
                to.par_chunks_mut(part).zip(from.par_chunks(part)).for_each(|(to, from)| to.copy_from_slice(from));
                black_box(&mut to);
            };
            let medians = in_turns(rounds, &mut [&mut || drop(black_box(work())), &mut copy]);
            let roofline = medians[1] * bytes as f64 / (8 * n) as f64;
            let ratio = medians[0] / roofline;
            let mark = if ratio > 1.2 { " *" } else { "" };
            println!("{name:<22} {n:>10} {:>12.1} {:>12.1} {ratio:>7.2}{mark}", medians[0] * 1e6, roofline * 1e6);
        }
    }
}
