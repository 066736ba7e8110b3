//! Every row of the op table, in every dtype it takes and over every kind of layout, against its reference in doubles.
#![allow(clippy::unwrap_used)]

mod common;
use common::{Tensor, close, device, fit, go, layouts, source_layouts, ulp};
use ffi_backend::op::Scalar;
use ffi_backend::program::{COPY, FILL, MAX_REGISTERS};
use ffi_backend::{Class, DType, Element, Inst, Layout, MapOp, Op, Program, with_element};
use ffi_cpu::level::{self, Level};
use std::borrow::Cow;
use std::sync::Mutex;

/// Tests that change the vector level take turns.
static LEVEL: Mutex<()> = Mutex::new(());

/// Values that fit the dtype, corners among them.
fn value(dtype: DType, i: usize, salt: usize) -> f64 {
    let n = (i * 7 + salt * 5 + i / 11) % 41;
    if dtype == DType::Bool {
        return f64::from(u8::from(n.is_multiple_of(3)));
    }
    if !dtype.is_float() {
        return if dtype == DType::U8 { n as f64 } else { n as f64 - 20.0 };
    }
    match n {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => f64::NEG_INFINITY,
        3 => -0.0,
        4 => 0.0,
        5 => 1000.0,
        6 => -1000.0,
        7 => 1e-5,
        8 => 2.5,
        9 => -0.5,
        10 => 1e-40,
        _ => (n as f64 - 24.0) * 0.37,
    }
}

/// How far a result may lie from the reference: functions 2 units (4 in double), a sum of two of them a little more; what is
/// correctly rounded by IEEE 754 half of one. A row that is not listed is composed of several functions: as sigmoid.
fn tolerance(op: MapOp, dtype: DType) -> f64 {
    let function = match op {
        MapOp::exp | MapOp::log | MapOp::tanh => 2.0,
        MapOp::rsqrt => 1.5,
        MapOp::sqrt | MapOp::reciprocal | MapOp::div => 0.5001,
        // Of integers it is exact whatever stands here.
        MapOp::pow => 1.0,
        _ if op.class() == Class::Float => 4.0,
        _ => 0.5001,
    };
    // A half has room for the errors of f32 below its own rounding.
    match dtype {
        DType::F64 => 2.0 * function,
        DType::F32 => function,
        _ => 0.51,
    }
}

fn wrap(dtype: DType, value: f64) -> f64 {
    if dtype.is_float() || dtype == DType::Bool {
        value
    } else {
        with_element!(dtype, T => T::from_whole(value as i64).to_real())
    }
}

fn operand_dtypes(op: MapOp, dtype: DType) -> Vec<DType> {
    let mut dtypes = vec![dtype; op.arity()];
    if op.class() == Class::Select {
        dtypes[0] = DType::Bool;
    }
    dtypes
}

fn check(op: MapOp, dtype: DType, sources: &[(&'static str, Layout)], to: &(&'static str, Layout), tally: &mut usize) {
    let result = op.class().result(dtype, dtype);
    let tensors: Vec<Tensor> = operand_dtypes(op, dtype)
        .into_iter()
        .zip(sources)
        .enumerate()
        .map(|(slot, (dtype, (_, layout)))| {
            Tensor::new(dtype, *layout).filled(|i| fit(op, dtype, slot, value(dtype, i, slot)))
        })
        .collect();
    let destination = Tensor::new(result, to.1);
    let op_value = Op::Map { program: Program::of(op), scalars: &[] };
    go(&op_value, &tensors.iter().collect::<Vec<_>>(), &destination).unwrap();
    let inputs: Vec<Vec<f64>> = tensors.iter().map(Tensor::values).collect();
    for (i, got) in destination.values().into_iter().enumerate() {
        let x: Vec<f64> = inputs.iter().map(|values| values[i]).collect();
        let want = wrap(result, op.reference(&x));
        // What lies between two ends may cancel them.
        let between = op == MapOp::lerp && (got - want).abs() <= 2.0 * ulp(result, x[0].abs().max(x[1].abs()));
        assert!(
            between || close(result, got, want, tolerance(op, dtype)),
            "{op:?} {dtype} at {x:?}: {got}, not {want}; element {i} of {:?}, sources {:?}, into {}, {:?}",
            to.1.dims(),
            sources.iter().map(|source| source.0).collect::<Vec<_>>(),
            to.0,
            Level::current()
        );
        *tally += 1;
    }
}

#[test]
fn every_row_and_dtype_and_layout_at_every_vector_level() {
    let _turn = LEVEL.lock().unwrap();
    let before = Level::current();
    let shapes: [&[i64]; 7] = [&[], &[0, 3], &[37], &[5, 70], &[2, 3, 300], &[3, 1, 2, 2, 1, 2, 2, 3], &[70, 40]];
    let mut tally = 0;
    for level in Level::ALL.into_iter().filter(|level| level::force(*level)) {
        assert_eq!(Level::current(), level);
        for &op in MapOp::ALL {
            for &dtype in DType::ALL.iter().filter(|dtype| op.class().dtypes().has(**dtype)) {
                for dims in shapes {
                    let kinds = source_layouts(dims);
                    let destinations = layouts(dims);
                    for first in 0..kinds.len() {
                        // The other operands and the destination take turns among the layouts.
                        let sources: Vec<_> =
                            (0..op.arity()).map(|slot| kinds[(first + slot * 2) % kinds.len()]).collect();
                        check(op, dtype, &sources, &destinations[first % destinations.len()], &mut tally);
                        check(op, dtype, &sources, &destinations[0], &mut tally);
                    }
                }
            }
        }
    }
    level::force(before);
    assert!(tally > 1_000_000, "{tally}");
}

#[test]
fn faults_of_integers_are_named_and_leave_the_destination() {
    let one = |op| Inst { op, args: [0, 1, 0], to: None };
    for dtype in [DType::I64, DType::I32, DType::U8] {
        for op in [MapOp::remainder, MapOp::floor_divide, MapOp::pow]
            .into_iter()
            .filter(|op| (*op, dtype) != (MapOp::pow, DType::U8))
        {
            let bad = if op == MapOp::pow { -1.0 } else { 0.0 };
            for dims in [&[5][..], &[70_001], &[30, 50]] {
                for (name, layout) in layouts(dims) {
                    let count: i64 = dims.iter().product();
                    let a = Tensor::contiguous(dtype, dims).filled(|i| (i % 50 + 2) as f64);
                    let b = Tensor::new(dtype, layout).filled(|i| if i as i64 == count - 2 { bad } else { 1.0 });
                    let before = a.values();
                    let map = Op::Map { program: Program::of(op), scalars: &[] };
                    let error = go(&map, &[&a, &b], &a).unwrap_err();
                    assert!(error.to_string().starts_with(op.name()), "{name} {error}");
                    assert_eq!(error.code(), ffi_backend::Code::InvalidArgument);
                    assert_eq!(a.values(), before, "{op:?} {dtype} {dims:?} {name}");
                    let number = [Scalar::Int(bad as i64)];
                    let map = Op::Map { program: Program::with_scalar(op), scalars: &number };
                    assert!(go(&map, &[&a], &a).unwrap_err().to_string().contains(op.fault().unwrap()));
                    // In the middle of a program, over what an instruction before it made.
                    let code = vec![
                        Inst { op: MapOp::sub, args: [0, 0, 0], to: None },
                        Inst { args: [0, 2, 0], ..one(op) },
                        Inst { args: [3, 1, 0], ..one(MapOp::add) },
                    ];
                    let fused = Program { name: "fused", inputs: 2, scalars: 0, code: Cow::Owned(code) };
                    let outcome = go(&Op::Map { program: &fused, scalars: &[] }, &[&a, &b], &a);
                    assert_eq!(outcome.is_err(), op != MapOp::pow, "{op:?}");
                }
            }
        }
    }
    // What is no fault: one and its negative to any power, the smallest integer by -1.
    let a = Tensor::contiguous(DType::I32, &[3]).filled(|i| [1.0, -1.0, -1.0][i]);
    let b = Tensor::contiguous(DType::I32, &[3]).filled(|i| [-5.0, -3.0, -2.0][i]);
    go(&Op::Map { program: Program::of(MapOp::pow), scalars: &[] }, &[&a, &b], &a).unwrap();
    assert_eq!(a.values(), [1.0, -1.0, 1.0]);
    let a = Tensor::contiguous(DType::I64, &[1]).filled(|_| i64::MIN as f64);
    let by = [Scalar::Int(-1)];
    go(&Op::Map { program: Program::with_scalar(MapOp::floor_divide), scalars: &by }, &[&a], &a).unwrap();
    assert_eq!(a.values(), [i64::MIN as f64]);
}

#[test]
fn large_operands_use_several_threads() {
    let mut tally = 0;
    for dims in [&[100_003][..], &[401, 333]] {
        for op in [MapOp::add, MapOp::exp, MapOp::select, MapOp::lt] {
            for dtype in [DType::F32, DType::F64, DType::Bf16, DType::I32, DType::U8] {
                if op.class().dtypes().has(dtype) {
                    let kinds = source_layouts(dims);
                    for first in 0..kinds.len() {
                        let sources: Vec<_> = (0..op.arity()).map(|slot| kinds[(first + slot) % kinds.len()]).collect();
                        check(op, dtype, &sources, &layouts(dims)[first % layouts(dims).len()], &mut tally);
                    }
                }
            }
        }
    }
    assert!(tally > 1_000_000);
}

#[test]
fn casts_go_between_all_dtypes() {
    let corners = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        255.0,
        256.0,
        300.7,
        -129.0,
        65504.0,
        65520.0,
        1e10,
        -1e10,
        1e20,
        -1e20,
        3e38,
        1e300,
        1e-8,
        1e-40,
        5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        4294967297.0,
        9007199254740993.0,
        1.0 + 1.0 / 2048.0 + 1e-12,
        257.00001,
        16777217.0,
        36310271995674624.0,
    ];
    for count in [corners.len(), 100_000] {
        for &from in DType::ALL {
            for &to in DType::ALL {
                let source = Tensor::contiguous(from, &[count as i64]).filled(|i| corners[i % corners.len()]);
                for (_, layout) in layouts(&[count as i64]) {
                    let destination = Tensor::new(to, layout);
                    go(&Op::Map { program: COPY, scalars: &[] }, &[&source], &destination).unwrap();
                    for (x, got) in source.values().into_iter().zip(destination.values()).take(10_000) {
                        // Floats and what becomes a float go through a double, integers among themselves wrap.
                        let want = with_element!(to, T => if from.is_float() || to.is_float() { T::from_real(x) }
                            else { T::from_whole(with_element!(from, S => S::from_real(x).to_whole())) }.to_real());
                        assert!(
                            got == want || (got.is_nan() && want.is_nan()),
                            "{from} {x} to {to}: {got}, not {want}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn scalars_and_fills() {
    for &dtype in DType::ALL {
        for dims in [&[][..], &[3], &[100_000], &[30, 50]] {
            for (name, layout) in layouts(dims) {
                let to = Tensor::new(dtype, layout);
                go(&Op::Map { program: FILL, scalars: &[Scalar::Float(2.6)] }, &[], &to).unwrap();
                let want = with_element!(dtype, T => T::from_real(2.6).to_real());
                assert!(to.values().iter().all(|got| *got == want), "fill {dtype} {dims:?} {name}");
                go(&Op::Map { program: FILL, scalars: &[Scalar::Int(i64::MAX)] }, &[], &to).unwrap();
                let want = with_element!(dtype, T => T::from_whole(i64::MAX).to_real());
                assert!(to.values().iter().all(|got| *got == want), "fill {dtype} {dims:?} {name}");
            }
        }
        if dtype == DType::Bool {
            continue;
        }
        let x = Tensor::contiguous(dtype, &[1000]).filled(|i| value(dtype, i, 1));
        let to = Tensor::contiguous(dtype, &[1000]);
        go(&Op::Map { program: Program::with_scalar(MapOp::mul), scalars: &[Scalar::Int(3)] }, &[&x], &to).unwrap();
        for (x, got) in x.values().into_iter().zip(to.values()) {
            assert!(close(dtype, got, wrap(dtype, x * 3.0), 0.5001), "{dtype} {x} times 3: {got}");
        }
    }
}

#[test]
fn in_place_and_fused() {
    let inst = |op, args: [u8; 3], to| Inst { op, args, to };
    // where(a > b, cast(exp(a * 0.1) to f16 and back), b - s) + a
    let program = Program {
        name: "test",
        inputs: 2,
        scalars: 2,
        code: Cow::Owned(vec![
            inst(MapOp::gt, [0, 1, 0], None),
            inst(MapOp::mul, [0, 2, 0], None),
            inst(MapOp::exp, [5, 0, 0], None),
            inst(MapOp::cast, [6, 0, 0], Some(DType::F16)),
            inst(MapOp::cast, [7, 0, 0], Some(DType::F32)),
            inst(MapOp::sub, [1, 3, 0], None),
            inst(MapOp::select, [4, 8, 9], None),
            inst(MapOp::add, [10, 0, 0], None),
        ]),
    };
    let scalars = [Scalar::Float(0.1), Scalar::Int(2)];
    for dims in [&[][..], &[10], &[60_000], &[70, 90], &[5, 6, 7]] {
        for (name, layout) in layouts(dims) {
            let a = Tensor::new(DType::F32, layout).filled(|i| (i % 100) as f64 * 0.25 - 11.0);
            let b = Tensor::contiguous(DType::F32, dims).filled(|i| (i % 7) as f64);
            let (x, y) = (a.values(), b.values());
            // The destination is the first source.
            go(&Op::Map { program: &program, scalars: &scalars }, &[&a, &b], &a).unwrap();
            for ((x, y), got) in x.iter().zip(&y).zip(a.values()) {
                let power = f64::from((*x as f32 * 0.1f32).exp());
                let want = if x > y { half_round(power) } else { y - 2.0 } + x;
                assert!(
                    (got - want).abs() <= 2e-3 * want.abs().max(1.0),
                    "{name} {dims:?} at {x}, {y}: {got}, not {want}"
                );
            }
            let before = a.values();
            go(&Op::Map { program: Program::of(MapOp::add), scalars: &[] }, &[&a, &a], &a).unwrap();
            assert!(before.iter().zip(a.values()).all(|(x, y)| 2.0 * x == y), "{name} {dims:?}");
            go(&Op::Map { program: COPY, scalars: &[] }, &[&a], &a).unwrap();
            assert!(before.iter().zip(a.values()).all(|(x, y)| 2.0 * x == y), "{name} {dims:?}");
            // The same memory as integers.
            let numbers = a.values();
            let integers = Tensor { dtype: DType::I32, ..a.clone() };
            go(&Op::Map { program: COPY, scalars: &[] }, &[&a], &integers).unwrap();
            assert!(numbers.iter().zip(integers.values()).all(|(x, y)| x.trunc() == y), "{name} {dims:?}");
        }
    }
    assert!(program.registers() <= MAX_REGISTERS);
}

fn half_round(value: f64) -> f64 {
    with_element!(DType::F16, T => T::from_real(value).to_real())
}

#[test]
fn two_threads_in_place_never_tear() {
    for count in [16i64, 100_000] {
        let a = Tensor::contiguous(DType::I64, &[count]).filled(|_| 0.0);
        let one = Tensor::contiguous(DType::I64, &[count]).filled(|_| 1.0);
        let rounds = 200;
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        go(&Op::Map { program: Program::of(MapOp::add), scalars: &[] }, &[&a, &one], &a).unwrap();
                    }
                });
            }
        });
        assert!(a.values().iter().all(|v| *v == 2.0 * f64::from(rounds)));
    }
    assert_eq!(device().info().name, "cpu");
}

#[test]
fn turned_copies_move_every_element_to_its_place() {
    let mut checked = 0;
    for (rows, columns) in [(15, 17), (16, 16), (17, 31), (64, 64), (65, 63), (130, 100), (1000, 70)] {
        for outer in [1i64, 3] {
            for dtype in [DType::U8, DType::Bf16, DType::I32, DType::F64] {
                let m = Layout::contiguous(&[outer, columns, rows]).unwrap();
                // Turned, turned with what was the outer dimension innermost but one, and turned backwards.
                let backwards = m.slice(1, columns - 1, columns, -1).unwrap();
                for source in [m.permute(&[0, 2, 1]), m.permute(&[2, 0, 1]), backwards.permute(&[0, 2, 1])] {
                    let x = Tensor::new(dtype, m).filled(|i| (i % 251) as f64);
                    let x = Tensor { layout: source.unwrap(), ..x };
                    let strided = Layout::contiguous(&[x.layout.dims(), &[2]].concat()).unwrap();
                    for to in
                        [Layout::contiguous(x.layout.dims()).unwrap(), strided.slice(3, 1, 1, 1).unwrap().drop_axis(3)]
                    {
                        let y = Tensor::new(dtype, to);
                        go(&Op::Map { program: COPY, scalars: &[] }, &[&x], &y).unwrap();
                        assert!(x.values() == y.values(), "{dtype} {:?} to {to:?}", x.layout);
                        checked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(checked, 7 * 2 * 4 * 3 * 2);
}
