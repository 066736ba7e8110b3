//! Programs of several instructions: one dispatch each, and what their instructions give one after the other, in f64 with each
//! dtype's rounding; every row of the op table in one, every layout, up to eight operands, and parts of what no binding holds.

use crate::common::{Tensor, close, device, device_of, layouts, rounded, tolerance};
use ffi_backend::program::MAX_INPUTS;
use ffi_backend::{Class, DType, Device, DeviceId, Inst, Layout, MapOp, Op, Program, Scalar, Support, View, run};
use ffi_vulkan::{Traced, VulkanDevice};
use std::borrow::Cow;

const FLOATS: [DType; 4] = [DType::F32, DType::F64, DType::F16, DType::Bf16];

const fn inst(op: MapOp, args: [u8; 3]) -> Inst {
    Inst { op, args, to: None }
}

fn program(inputs: u8, scalars: u8, code: &[Inst]) -> Program {
    Program { name: "test", inputs, scalars, code: Cow::Owned(code.to_vec()) }
}

/// What a program gives of one element of each operand.
fn reference(program: &Program, types: &[DType], inputs: &[f64], scalars: &[f64]) -> f64 {
    let mut registers: Vec<f64> = inputs.to_vec();
    registers.extend(scalars.iter().zip(&types[inputs.len()..]).map(|(value, dtype)| rounded(*dtype, *value)));
    for inst in program.code.iter() {
        let x: Vec<f64> = inst.args[..inst.op.arity()].iter().map(|arg| registers[usize::from(*arg)]).collect();
        let value = if inst.op == MapOp::cast { x[0] } else { inst.op.reference(&x) };
        registers.push(rounded(types[registers.len()], value));
    }
    registers.pop().unwrap()
}

/// Runs a program and compares every element; whether it ran as one dispatch or several. On a device that nobody else traces.
fn check(device: &VulkanDevice, program: &Program, sources: &[Tensor], to: &Tensor, scalars: &[f64], off: f64) -> bool {
    let dtypes: Vec<DType> = sources.iter().map(|source| source.dtype).collect();
    let types = program.types(dtypes.iter().copied(), to.dtype).unwrap();
    let numbers: Vec<Scalar> = scalars.iter().map(|value| Scalar::Float(*value)).collect();
    let op = Op::Map { program, scalars: &numbers };
    let support = device.supports(&op, &dtypes, to.dtype);
    if let Support::No(_) = support {
        return false;
    }
    let views: Vec<View> = sources.iter().map(|source| source.view()).collect();
    let trace = device.traced(|| run(device, &op, &views, &to.view()).unwrap());
    if support == Support::Native {
        assert!(trace.len() <= 2, "a dispatch, and a barrier before it: {trace:?}");
    }
    for (i, got) in to.read(device).into_iter().enumerate() {
        let inputs: Vec<f64> = sources.iter().map(|source| source.values[i]).collect();
        let want = reference(program, &types, &inputs, scalars);
        assert!(
            close(got, want, off * tolerance(to.dtype)),
            "{:?} of {inputs:?} and {scalars:?} in {} {:?}: {got} is not {want}",
            program.code,
            to.dtype,
            to.layout
        );
    }
    support == Support::Native
}

/// The module that was made for a program, as the Khronos validator sees it.
fn assert_valid(device: &VulkanDevice, program: &Program, sources: &[Tensor], to: &Tensor) {
    let views: Vec<View> = sources.iter().map(|source| source.view()).collect();
    let op = Op::Map { program, scalars: &[] };
    let trace = device.traced(|| run(device, &op, &views, &to.view()).unwrap());
    let words = trace.into_iter().find_map(|traced| match traced {
        Traced::Dispatch { program, .. } => program,
        Traced::Barrier => None,
    });
    let bytes: Vec<u8> = words.unwrap().iter().flat_map(|word| word.to_le_bytes()).collect();
    let path = std::env::temp_dir().join(format!("program-{}.spv", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    match std::process::Command::new("spirv-val").args(["--target-env", "vulkan1.2"]).arg(&path).output() {
        Ok(output) => assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("SKIPPED: spirv-val is not installed, so modules made for programs were not looked at"),
    }
    let _ = std::fs::remove_file(path);
}

#[test]
fn every_row_of_the_table_in_a_program() {
    let Some(device) = device_of(DeviceId(34)) else { return };
    let values = [0.5, -1.25, 3.0, 0.0, -0.0, 7.5, f64::NAN, 1e-3, f64::INFINITY, -2.0, f64::NEG_INFINITY, 0.1];
    let (mut native, layout) = (0, Layout::contiguous(&[12]).unwrap());
    for dtype in FLOATS {
        for &op in MapOp::ALL.iter().filter(|op| **op != MapOp::cast && op.class() != Class::Integer) {
            let arity = op.arity() as u8;
            let mut code = vec![inst(op, [0, 1, 2])];
            let mut types = vec![dtype; op.arity()];
            match op.class() {
                // The truth as a number, and a choice by it.
                Class::Compare => code.extend([
                    Inst { op: MapOp::cast, args: [arity, 0, 0], to: Some(dtype) },
                    inst(MapOp::select, [arity, 0, arity + 1]),
                ]),
                Class::Logic => {
                    types.fill(DType::Bool);
                    code.push(inst(MapOp::logical_not, [arity, 0, 0]));
                }
                Class::Select => {
                    types[0] = DType::Bool;
                    code.push(inst(MapOp::neg, [arity, 0, 0]));
                }
                _ => code.push(inst(MapOp::neg, [arity, 0, 0])),
            }
            let result = if op.class() == Class::Logic { DType::Bool } else { dtype };
            let sources: Vec<Tensor> = types
                .iter()
                .enumerate()
                .map(|(k, of)| {
                    let mut values = values.to_vec();
                    values.rotate_left(5 * k);
                    if op == MapOp::lerp && k == 2 {
                        // A weight between the ends: beyond them terms cancel.
                        values.iter_mut().for_each(|value| *value = value.abs() % 1.0);
                    }
                    Tensor::new(device, *of, layout, &values)
                })
                .collect();
            let to = Tensor::new(device, result, layout, &[9.0]);
            let program = program(arity, 0, &code);
            if check(device, &program, &sources, &to, &[], 1.0) {
                native += 1;
                assert_valid(device, &program, &sources, &to);
            }
        }
    }
    assert!(native > 150, "{native} ran as one dispatch");
}

/// lr and the two shares of Adam's step, its first two passes in one: every kind of operand, with a truth in between.
fn adam() -> Program {
    program(
        3,
        3,
        &[
            inst(MapOp::mul, [1, 3, 0]),      // 6: beta m
            inst(MapOp::mul, [2, 4, 0]),      // 7: (1 - beta) g
            inst(MapOp::add, [6, 7, 0]),      // 8
            inst(MapOp::square, [2, 0, 0]),   // 9
            inst(MapOp::sqrt, [9, 0, 0]),     // 10
            inst(MapOp::add, [10, 5, 0]),     // 11
            inst(MapOp::div, [8, 11, 0]),     // 12
            inst(MapOp::lt, [0, 12, 0]),      // 13
            inst(MapOp::select, [13, 0, 12]), // 14
            inst(MapOp::sub, [0, 14, 0]),
        ],
    )
}

#[test]
fn programs_over_every_layout() {
    let Some(device) = device_of(DeviceId(35)) else { return };
    let values: Vec<f64> = (0..331).map(|i| f64::from(i * 71 % 331) * 0.01 - 1.6).collect();
    for dtype in FLOATS {
        for dims in [&[][..], &[1], &[300], &[7, 5], &[3, 2, 4], &[3, 2, 4, 3], &[2, 3, 2, 3, 2, 2]] {
            let from = layouts(dims, false);
            for (i, to) in layouts(dims, true).into_iter().enumerate() {
                let of = |k: usize| Tensor::new(device, dtype, from[(i + k) % from.len()], &values[k * 9..]);
                let to = Tensor::new(device, dtype, to, &[9.0]);
                assert!(check(device, &adam(), &[of(0), of(1), of(2)], &to, &[0.9, 0.1, 0.3], 4.0), "{dtype}");
            }
        }
    }
}

#[test]
fn eight_operands_and_a_program_as_long_as_they_come() {
    let Some(device) = device_of(DeviceId(36)) else { return };
    for dtype in FLOATS {
        let (inputs, scalars) = (MAX_INPUTS as u8, 4);
        // Sums and products in turn, so that a register in the wrong place shows.
        let first = inputs + scalars;
        let code: Vec<Inst> = (0..24 - first)
            .map(|k| {
                let last = if k == 0 { 0 } else { first + k - 1 };
                inst([MapOp::add, MapOp::mul, MapOp::sub][usize::from(k) % 3], [last, (k + 1) % first, 0])
            })
            .collect();
        let of = |k: usize| {
            let values: Vec<f64> = (0..50).map(|i| f64::from(i % 7) * 0.25 + k as f64 * 0.125).collect();
            let layout = layouts(&[5, 4], false)[k % 5];
            Tensor::new(device, dtype, layout, &values)
        };
        let sources: Vec<Tensor> = (0..MAX_INPUTS).map(of).collect();
        let to = Tensor::new(device, dtype, Layout::contiguous(&[5, 4]).unwrap(), &[9.0]);
        assert!(check(device, &program(inputs, scalars, &code), &sources, &to, &[0.5, -0.25, 2.0, 0.125], 64.0));
    }
}

#[test]
fn a_program_may_change_what_it_reads() {
    let Some(device) = device_of(DeviceId(30)) else { return };
    let layout = Layout::contiguous(&[1 << 19]).unwrap();
    let values: Vec<f64> = (0..1009).map(|i| f64::from(i) * 1e-3).collect();
    let [x, y] = [0, 1].map(|k| Tensor::new(device, DType::F32, layout, &values[k..]));
    let steps = program(2, 1, &[inst(MapOp::mul, [1, 2, 0]), inst(MapOp::sub, [0, 3, 0])]);
    let op = Op::Map { program: &steps, scalars: &[Scalar::Float(0.5)] };
    for _ in 0..3 {
        run(device, &op, &[x.view(), y.view()], &x.view()).unwrap();
    }
    for ((got, x), y) in x.read(device).iter().zip(&x.values).zip(&y.values) {
        assert!(close(*got, x - 1.5 * y, 1e-6), "{got} of {x} and {y}");
    }
}

#[test]
fn halves_and_singles_in_one_program_and_what_no_kernel_has_one_by_one() {
    let Some(device) = device_of(DeviceId(37)) else { return };
    let values: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.37 - 3.0).collect();
    let layout = Layout::contiguous(&[40]).unwrap();
    let of = |dtype| Tensor::new(device, dtype, layout, &values);
    let cast = |arg, to| Inst { op: MapOp::cast, args: [arg, 0, 0], to: Some(to) };
    for half in [DType::F16, DType::Bf16] {
        let code = [cast(0, DType::F32), inst(MapOp::exp, [2, 0, 0]), inst(MapOp::add, [3, 1, 0]), cast(4, half)];
        assert!(check(device, &program(2, 0, &code), &[of(half), of(DType::F32)], &of(half), &[], 2.0));
    }
    for other in [DType::I32, DType::F64] {
        let code = [cast(0, DType::F32), inst(MapOp::square, [1, 0, 0])];
        assert!(!check(device, &program(1, 0, &code), &[of(other)], &of(DType::F32), &[], 2.0), "lowered");
    }
    let code = [inst(MapOp::add, [0, 0, 0]), inst(MapOp::mul, [1, 0, 0])];
    assert!(!check(device, &program(1, 0, &code), &[of(DType::I32)], &of(DType::I32), &[], 0.0), "lowered");
}

#[test]
fn without_pushed_bindings_programs_run_one_instruction_at_a_time() {
    if device().is_none() {
        return;
    }
    let device = VulkanDevice::open_by_address(0, DeviceId(31)).unwrap();
    let values: Vec<f64> = (0..30).map(|i| f64::from(i) * 0.1 - 1.0).collect();
    let of = |k: usize| Tensor::new(device, DType::F32, Layout::contiguous(&[9]).unwrap(), &values[k..]);
    assert!(!check(device, &adam(), &[of(0), of(1), of(2)], &of(3), &[0.9, 0.1, 0.3], 4.0));
}

#[test]
fn what_a_binding_does_not_hold_is_cut() {
    let Some(device) = device_of(DeviceId(32)) else { return };
    // More bytes than lavapipe binds (128 MiB), of one operand alone; elsewhere it may be a single dispatch.
    let (rows, columns) = (3i64, 12 << 20);
    let stretched = Tensor::new(device, DType::F32, Layout::contiguous(&[rows, 1]).unwrap(), &[1.0, 2.0, 3.0]);
    let wide = stretched.layout.broadcast_to(&[rows, columns]).unwrap();
    let to = device.alloc(4 * (rows * columns) as u64).unwrap();
    let layout = Layout::contiguous(&[rows, columns]).unwrap();
    let code = program(1, 1, &[inst(MapOp::mul, [0, 1, 0]), inst(MapOp::add, [2, 0, 0])]);
    let op = Op::Map { program: &code, scalars: &[Scalar::Float(10.0)] };
    let x = View { buffer: &stretched.buffer, dtype: DType::F32, layout: &wide };
    run(device, &op, &[x], &View { buffer: &to, dtype: DType::F32, layout: &layout }).unwrap();
    for row in 0..rows {
        for column in [0, 1, columns / 2 - 1, columns / 2, columns - 1] {
            let mut bytes = [0; 4];
            device.download(&to, 4 * (row * columns + column) as u64, &mut bytes).unwrap();
            assert_eq!(f32::from_ne_bytes(bytes), 11.0 * (row + 1) as f32, "row {row}, column {column}");
        }
    }
}
