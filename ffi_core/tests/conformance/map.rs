//! Every row of the op table: over views, with a number, fused, and in place.

use super::devices;
use super::inputs::{LAYS, Lay, pairs, rounded, tensor_values};
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
                        .map(|(salt, (dtype, lay))| lay.make(device, dtype, salt as u64 + 1).0)
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
                            report.compare(device, &what, result, &got, &want, 1.0, devices::slack(device));
                        }
                    }
                }
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
