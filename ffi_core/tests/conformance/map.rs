//! Every row of the op table: over views, with a number, fused, and in place.

use super::devices;
use super::inputs::{LAYS, Lay, fit, pairs, rounded, specials, tensor_of, tensor_values};
use super::report::Report;
use ffi_backend::layout::broadcast_dims;
use ffi_backend::program::COPY;
use ffi_backend::{Class, DType, DeviceRef, Inst, MapOp, Op, Program, Scalar, Support, View, run};
use ffi_torch::Tensor;
use std::borrow::Cow;

/// The dtype of each operand of a row over `dtype`.
fn operand_dtypes(op: MapOp, dtype: DType) -> Vec<DType> {
    let mut dtypes = vec![dtype; op.arity()];
    if op.class() == Class::Select {
        dtypes[0] = DType::Bool;
    }
    dtypes
}

/// Runs a program over tensors that may need stretching; the result's elements, or the device's reason.
fn apply(
    device: DeviceRef,
    program: &Program,
    scalars: &[Scalar],
    operands: &[&Tensor],
    result: DType,
) -> Result<Vec<f64>, &'static str> {
    let mut dims = operands.first().map_or(vec![4, 6], |x| x.dims().to_vec());
    for operand in operands {
        let (wide, rank) = broadcast_dims(&dims, operand.dims()).unwrap();
        dims = wide[..rank].to_vec();
    }
    let op = Op::Map { program, scalars };
    let dtypes: Vec<DType> = operands.iter().map(|x| x.dtype()).collect();
    if let Support::No(why) = device.supports(&op, &dtypes, result) {
        return Err(why);
    }
    let out = Tensor::empty(&dims, result, device).unwrap();
    let wide: Vec<Tensor> = operands.iter().map(|x| x.expand(&dims).unwrap()).collect();
    let views: Vec<View> = wide.iter().map(Tensor::view_of).collect();
    run(device, &op, &views, &out.view_of()).unwrap();
    Ok(tensor_values(&out))
}

/// The size of what a row adds up, where that may cancel.
fn magnitude(op: MapOp, device: DeviceRef) -> f64 {
    if op == MapOp::lerp { 80.0 } else { devices::slack(device) }
}

/// Stretched elements, row-major.
fn stretched(x: &Tensor, dims: &[i64]) -> Vec<f64> {
    tensor_values(&x.expand(dims).unwrap())
}

#[test]
fn rows_over_views() {
    let mut report = Report::new("map over views");
    for &device in devices::all() {
        for &op in MapOp::ALL.iter().filter(|op| op.class() != Class::Cast) {
            for &dtype in DType::ALL.iter().filter(|&&dtype| op.class().dtypes().has(dtype)) {
                let result = op.class().result(dtype, dtype);
                let layouts: Vec<Vec<Lay>> = match op.arity() {
                    1 => LAYS.iter().map(|&lay| vec![lay]).collect(),
                    2 => pairs().into_iter().map(|(a, b)| vec![a, b]).collect(),
                    _ => pairs().into_iter().map(|(a, b)| vec![a, b, a]).collect(),
                };
                for lays in layouts {
                    let what = format!("{} {} {dtype} {lays:?}", device.info().name, op.name());
                    let operands: Vec<Tensor> = operand_dtypes(op, dtype)
                        .into_iter()
                        .zip(&lays)
                        .enumerate()
                        .map(|(slot, (dtype, lay))| {
                            lay.make_with(device, dtype, slot as u64 + 1, |value| fit(op, dtype, slot, value)).0
                        })
                        .collect();
                    let borrowed: Vec<&Tensor> = operands.iter().collect();
                    match apply(device, Program::of(op), &[], &borrowed, result) {
                        Err(why) => report.refuse(device, &what, why),
                        Ok(got) => {
                            let dims = operands.iter().fold(vec![], |dims: Vec<i64>, x| {
                                let (wide, rank) = broadcast_dims(&dims, x.dims()).unwrap();
                                wide[..rank].to_vec()
                            });
                            let inputs: Vec<Vec<f64>> = operands.iter().map(|x| stretched(x, &dims)).collect();
                            let want: Vec<f64> = (0..got.len())
                                .map(|i| {
                                    rounded(result, op.reference(&inputs.iter().map(|x| x[i]).collect::<Vec<f64>>()))
                                })
                                .collect();
                            report.compare(device, &what, result, &got, &want, 1.0, magnitude(op, device));
                        }
                    }
                }
            }
        }
    }
    report.finish();
}

/// Every combination of special values as operands.
#[test]
fn rows_at_special_values() {
    let mut report = Report::new("map at special values");
    for &device in devices::all() {
        let rows = MapOp::ALL.iter().filter(|op| matches!(op.class(), Class::Float | Class::Number | Class::Compare));
        // Between ends of any size a lerp cancels to nothing; it has a test of its own.
        for &op in rows.filter(|op| **op != MapOp::lerp) {
            for dtype in [DType::F64, DType::F32, DType::F16, DType::Bf16] {
                let what = format!("{} {} {dtype}", device.info().name, op.name());
                let values = specials(dtype, device.info().kind == "cpu");
                let count = values.len().pow(op.arity() as u32);
                let operands: Vec<Tensor> = (0..op.arity())
                    .map(|slot| {
                        let pick = |i: usize| values[i / values.len().pow(slot as u32) % values.len()];
                        tensor_of(device, dtype, &[count as i64], &(0..count).map(pick).collect::<Vec<f64>>())
                    })
                    .collect();
                let result = op.class().result(dtype, dtype);
                match apply(device, Program::of(op), &[], &operands.iter().collect::<Vec<_>>(), result) {
                    Err(why) => report.refuse(device, &what, why),
                    Ok(got) => {
                        let inputs: Vec<Vec<f64>> = operands.iter().map(tensor_values).collect();
                        let want: Vec<f64> = (0..count)
                            .map(|i| rounded(result, op.reference(&inputs.iter().map(|x| x[i]).collect::<Vec<f64>>())))
                            .collect();
                        report.compare(device, &what, result, &got, &want, 1.0, devices::slack(device));
                        // The sign of zero, where the CPU's result is one.
                        let differs = |(got, want): (&f64, &f64)| {
                            *got == 0.0 && *want == 0.0 && got.is_sign_negative() != want.is_sign_negative()
                        };
                        let exact = matches!(
                            op,
                            MapOp::floor
                                | MapOp::ceil
                                | MapOp::round
                                | MapOp::trunc
                                | MapOp::sin
                                | MapOp::expm1
                                | MapOp::log1p
                                | MapOp::remainder
                                | MapOp::floor_divide
                                | MapOp::atan2
                        );
                        if let Some(i) = got.iter().zip(&want).position(differs)
                            && device.info().kind == "cpu"
                            && exact
                        {
                            let x: Vec<f64> = inputs.iter().map(|x| x[i]).collect();
                            report.fail(format!("{what}: the sign of zero at {x:?}"));
                        }
                    }
                }
            }
        }
    }
    report.finish();
}

/// A divisor 0 or a negative exponent among integers is refused or reported, never computed.
#[test]
fn integer_faults() {
    let mut report = Report::new("faults of integers");
    for &device in devices::all() {
        for &op in MapOp::ALL.iter().filter(|op| op.fault().is_some()) {
            for dtype in [DType::I64, DType::I32, DType::U8] {
                if (op, dtype) == (MapOp::pow, DType::U8) {
                    continue;
                }
                let what = format!("{} {} {dtype}", device.info().name, op.name());
                let bad = if op == MapOp::pow { -1.0 } else { 0.0 };
                let a = tensor_of(device, dtype, &[3], &[5.0, 6.0, 7.0]);
                let b = tensor_of(device, dtype, &[3], &[1.0, bad, 1.0]);
                let map = Op::Map { program: Program::of(op), scalars: &[] };
                let out = Tensor::empty(&[3], dtype, device).unwrap();
                if let Support::No(why) = device.supports(&map, &[dtype, dtype], dtype) {
                    report.refuse(device, &what, why);
                    continue;
                }
                let error = run(device, &map, &[a.view_of(), b.view_of()], &out.view_of()).unwrap_err();
                let text = error.to_string();
                if error.code() != ffi_backend::Code::InvalidArgument || !text.contains(op.fault().unwrap()) {
                    report.fail(format!("{what}: {text}"));
                }
                report.compare(device, &what, dtype, &tensor_values(&a), &[5.0, 6.0, 7.0], 0.0, 0.0);
            }
        }
    }
    report.finish();
}

#[test]
fn rows_with_a_number() {
    let mut report = Report::new("map with a number");
    for &device in devices::all() {
        for &op in MapOp::ALL.iter().filter(|op| op.arity() == 2) {
            for &dtype in DType::ALL.iter().filter(|&&dtype| op.class().dtypes().has(dtype)) {
                let scalar = if dtype.is_float() { Scalar::Float(1.5) } else { Scalar::Int(1) };
                let result = op.class().result(dtype, dtype);
                for lay in LAYS {
                    let what = format!("{} {}_scalar {dtype} {lay:?}", device.info().name, op.name());
                    let (x, elements) = lay.make(device, dtype, 3);
                    match apply(device, Program::with_scalar(op), &[scalar], &[&x], result) {
                        Err(why) => report.refuse(device, &what, why),
                        Ok(got) => {
                            let want: Vec<f64> = elements
                                .iter()
                                .map(|&x| rounded(result, op.reference(&[x, scalar.to_f64()])))
                                .collect();
                            report.compare(device, &what, result, &got, &want, 1.0, devices::slack(device));
                        }
                    }
                }
            }
        }
    }
    report.finish();
}

/// where(condition, 2, 3), and a product with a number in a program whose last input is the condition.
#[test]
fn numbers_have_the_dtype_of_their_use() {
    const CHOOSE: &[Inst] = &[Inst { op: MapOp::select, args: [0, 1, 2], to: None }];
    const SCALE: &[Inst] =
        &[Inst { op: MapOp::mul, args: [0, 2, 0], to: None }, Inst { op: MapOp::select, args: [1, 3, 0], to: None }];
    let choose = Program { name: "choose", inputs: 1, scalars: 2, code: Cow::Borrowed(CHOOSE) };
    let scale = Program { name: "scale", inputs: 2, scalars: 1, code: Cow::Borrowed(SCALE) };
    let mut report = Report::new("numbers by their use");
    for &device in devices::all() {
        for &dtype in DType::ALL.iter().filter(|&&dtype| dtype != DType::Bool) {
            let (condition, c) = Lay::Contiguous.make(device, DType::Bool, 1);
            let (x, elements) = Lay::Contiguous.make(device, dtype, 2);
            let (two, three) = (Scalar::Int(2), Scalar::Int(3));
            let what = format!("{} {dtype}", device.info().name);
            match apply(device, &choose, &[two, three], &[&condition], dtype) {
                Err(why) => report.refuse(device, &what, why),
                Ok(got) => {
                    let want: Vec<f64> = c.iter().map(|&c| if c != 0.0 { 2.0 } else { 3.0 }).collect();
                    report.compare(device, &what, dtype, &got, &want, 0.0, 0.0);
                }
            }
            match apply(device, &scale, &[three], &[&x, &condition], dtype) {
                Err(why) => report.refuse(device, &what, why),
                Ok(got) => {
                    let want = elements.iter().zip(&c).map(|(&x, &c)| if c != 0.0 { x * 3.0 } else { x });
                    let want: Vec<f64> = want.map(|exact| rounded(dtype, exact)).collect();
                    report.compare(device, &what, dtype, &got, &want, 1.0, 0.0);
                }
            }
        }
    }
    report.finish();
}

#[test]
fn conversions_between_all_dtypes() {
    let mut report = Report::new("cast");
    for &device in devices::all() {
        for &from in DType::ALL {
            for &to in DType::ALL {
                for lay in LAYS {
                    let what = format!("{} {from} to {to} {lay:?}", device.info().name);
                    let (x, elements) = lay.make(device, from, 5);
                    match apply(device, COPY, &[], &[&x], to) {
                        Err(why) => report.refuse(device, &what, why),
                        Ok(got) => {
                            let want: Vec<f64> = elements.iter().map(|&v| converted(from, to, v)).collect();
                            // A conversion is exact or rounds once: no tolerance.
                            report.compare(device, &what, to, &got, &want, 0.0, 0.0);
                        }
                    }
                }
            }
        }
    }
    report.finish();
}

fn converted(from: DType, to: DType, value: f64) -> f64 {
    use ffi_backend::{Element, with_element};
    with_element!(to, T => if from.is_float() { T::from_real(value).to_real() } else { T::from_whole(value as i64).to_real() })
}

/// A program of several rows gives what its rows give one after another, natively or lowered.
#[test]
fn fused_programs() {
    const CODE: &[Inst] = &[
        Inst { op: MapOp::mul, args: [0, 2, 0], to: None },
        Inst { op: MapOp::lt, args: [3, 1, 0], to: None },
        Inst { op: MapOp::exp, args: [0, 0, 0], to: None },
        Inst { op: MapOp::select, args: [4, 5, 3], to: None },
        Inst { op: MapOp::add, args: [6, 1, 0], to: None },
    ];
    let program = Program { name: "fused", inputs: 2, scalars: 1, code: Cow::Borrowed(CODE) };
    let mut report = Report::new("fused programs");
    for &device in devices::all() {
        for dtype in [DType::F64, DType::F32, DType::F16, DType::Bf16] {
            for lay in LAYS {
                let what = format!("{} fused {dtype} {lay:?}", device.info().name);
                let ((a, x), (b, y)) = (lay.make(device, dtype, 1), lay.make(device, dtype, 2));
                match apply(device, &program, &[Scalar::Float(0.5)], &[&a, &b], dtype) {
                    Err(why) => report.refuse(device, &what, why),
                    Ok(got) => {
                        let want: Vec<f64> = x
                            .iter()
                            .zip(&y)
                            .map(|(&x, &y)| {
                                let half = x * 0.5;
                                (if half < y { x.exp() } else { half }) + y
                            })
                            .map(|exact| rounded(dtype, exact))
                            .collect();
                        // The last addition may cancel terms up to e^4 and 80.
                        report.compare(device, &what, dtype, &got, &want, 4.0, 80.0);
                    }
                }
            }
        }
    }
    report.finish();
}

#[test]
fn in_place_reads_before_it_writes() {
    let mut report = Report::new("in place");
    for &device in devices::all() {
        for dtype in [DType::F32, DType::F64, DType::I64, DType::U8] {
            for lay in [Lay::Contiguous, Lay::Transposed, Lay::NegativeStep, Lay::Rank0, Lay::Rank8, Lay::Long] {
                let what = format!("{} x = x * x {dtype} {lay:?}", device.info().name);
                let (x, elements) = lay.make(device, dtype, 7);
                let op = Op::Map { program: Program::of(MapOp::mul), scalars: &[] };
                if let Support::No(why) = device.supports(&op, &[dtype, dtype], dtype) {
                    report.refuse(device, &what, why);
                    continue;
                }
                run(device, &op, &[x.view_of(), x.view_of()], &x.view_of()).unwrap();
                let want: Vec<f64> = elements.iter().map(|v| rounded(dtype, v * v)).collect();
                report.compare(device, &what, dtype, &tensor_values(&x), &want, 1.0, 0.0);
            }
        }
    }
    report.finish();
}
