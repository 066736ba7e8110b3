//! Every op, dtype and layout through the door, against references in f64. What `supports` calls Native must run.

use crate::common::{Tensor, close, device, indices, layouts, rounded, scalar, tolerance};
use ffi_backend::program::{COPY, FILL};
use ffi_backend::{Class, DType, Device, Layout, MapOp, Op, Program, ReduceOp, Support, View, run};
use ffi_vulkan::VulkanDevice;

/// Awkward values; made smaller for integers.
fn inputs(dtype: DType, which: usize) -> Vec<f64> {
    let floats =
        [0.5, -1.25, 3.0, 0.0, -0.0, 7.5, f64::NAN, 1e-3, f64::INFINITY, -2.0, f64::NEG_INFINITY, 40.0, 0.1, 3.0];
    let integers = [3.0, -7.0, 0.0, 1.0, 127.0, -128.0, 5.0, 2.0, 2.0, -1.0, 100.0];
    let bytes = [3.0, 250.0, 0.0, 1.0, 127.0, 5.0, 2.0, 2.0, 255.0, 100.0];
    let mut values = match dtype {
        DType::Bool => vec![1.0, 0.0, 0.0, 1.0, 1.0],
        DType::U8 => bytes.to_vec(),
        _ if dtype.is_float() => floats.to_vec(),
        _ => integers.to_vec(),
    };
    let len = values.len();
    values.rotate_left((which * 3) % len);
    values
}

/// The reference of a row, with the dtype's own wrapping or rounding.
fn reference(op: MapOp, dtype: DType, x: &[f64]) -> f64 {
    if dtype.is_float() || dtype == DType::Bool || matches!(op.class(), Class::Compare | Class::Logic | Class::Select) {
        return op.reference(x);
    }
    // Small integers: f64 is exact, wrapping is the cast.
    use ffi_backend::{Element, with_element};
    with_element!(dtype, T => T::from_whole(op.reference(x) as i64).to_real())
}

fn check_map(device: &VulkanDevice, program: &Program, op: MapOp, sources: &[&Tensor], to: &Tensor, scalars: &[f64]) {
    let scalar_dtype = sources.last().map_or(to.dtype, |source| source.dtype);
    let numbers: Vec<_> = scalars.iter().map(|value| scalar(scalar_dtype, *value)).collect();
    let views: Vec<View> = sources.iter().map(|source| source.view()).collect();
    run(device, &Op::Map { program, scalars: &numbers }, &views, &to.view()).unwrap();
    let got = to.read(device);
    for (i, got) in got.iter().enumerate() {
        let mut x: Vec<f64> = sources.iter().map(|source| source.values[i]).collect();
        x.extend(scalars.iter().map(|value| rounded(scalar_dtype, *value)));
        let want = rounded(to.dtype, reference(op, scalar_dtype, &x));
        assert!(
            close(*got, want, tolerance(to.dtype)),
            "{} of {x:?} in {} {:?}: {got} is not {want}",
            program.name,
            to.dtype,
            to.layout
        );
    }
}

#[test]
fn maps_agree_with_the_reference() {
    let Some(device) = device() else { return };
    let (mut ran, mut refused) = (0, Vec::new());
    for &op in MapOp::ALL.iter().filter(|op| op.class() != Class::Cast) {
        for &dtype in DType::ALL.iter().filter(|dtype| op.class().dtypes().has(**dtype)) {
            let result = op.class().result(dtype, dtype);
            let program = Program::of(op);
            let mut types = vec![dtype; op.arity()];
            if op.class() == Class::Select {
                types[0] = DType::Bool;
            }
            match device.supports(&Op::Map { program, scalars: &[] }, &types, result) {
                Support::Native => {}
                Support::Lowered => panic!("{op:?} of {dtype} is a single row"),
                Support::No(why) => {
                    refused.push(format!("{} of {dtype}: {why}", op.name()));
                    continue;
                }
            }
            for dims in [&[7, 5][..], &[3, 2, 4, 3], &[], &[300]] {
                let sources = layouts(dims, false);
                for (at, to) in layouts(dims, true).into_iter().enumerate() {
                    for shift in 0..sources.len().min(3) {
                        let make = |k: usize| {
                            let layout = sources[(at + shift + k) % sources.len()];
                            let mut values = inputs(types[k], k);
                            if op == MapOp::lerp && k == 2 {
                                // A weight between the ends: beyond them terms cancel.
                                values.iter_mut().for_each(|value| *value = value.abs() % 1.0);
                            }
                            Tensor::new(device, types[k], layout, &values)
                        };
                        let operands: Vec<Tensor> = (0..op.arity()).map(make).collect();
                        let to = Tensor::new(device, result, to, &[1.0]);
                        let all: Vec<&Tensor> = operands.iter().collect();
                        check_map(device, program, op, &all, &to, &[]);
                        if op.arity() > 1 {
                            let few = &all[..op.arity() - 1];
                            if few[few.len() - 1].dtype == dtype {
                                check_map(device, Program::with_scalar(op), op, few, &to, &[2.0]);
                                ran += 1;
                            }
                        }
                        ran += 1;
                    }
                }
            }
        }
    }
    assert!(ran > 1000, "{ran}");
    eprintln!("{ran} maps ran; refused: {refused:#?}");
}

#[test]
fn casts_convert_as_the_reference_does() {
    let Some(device) = device() else { return };
    let values =
        [0.0, 1.0, -1.0, 2.5, -2.5, 255.0, 256.0, 300.7, 65504.0, 65520.0, 1e-7, 6e-8, 1e10, -1e10, 1e30, 3.33];
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 16_777_217.0, 16_908_289.0, 2_147_483_647.0, 1e19, 0.1];
    let all: Vec<f64> = values.into_iter().chain(odd).collect();
    let mut refused = Vec::new();
    for &from in DType::ALL {
        for &to in DType::ALL {
            let op = Op::Map { program: COPY, scalars: &[] };
            if let Support::No(why) = device.supports(&op, &[from], to) {
                refused.push(format!("{from} to {to}: {why}"));
                continue;
            }
            for (dims, which) in [(&[24][..], 0), (&[4, 6], 1), (&[4, 6], 2)] {
                let x = Tensor::new(device, from, layouts(dims, false)[which], &all);
                let y = Tensor::new(device, to, layouts(dims, true)[which], &[0.0]);
                run(device, &op, &[x.view()], &y.view()).unwrap();
                for (x, got) in x.values.iter().zip(y.read(device)) {
                    use ffi_backend::{Element, with_element};
                    // Integers wrap among themselves; everything else goes through a double.
                    let want = if from.is_float() || to.is_float() {
                        rounded(to, *x)
                    } else {
                        with_element!(to, T => T::from_whole(*x as i64).to_real())
                    };
                    assert!(close(got, want, 0.0), "{x} of {from} to {to}: {got} is not {want}");
                }
            }
        }
    }
    eprintln!("casts refused: {refused:#?}");
}

#[test]
fn fills_and_copies_of_bits() {
    let Some(device) = device() else { return };
    for &dtype in DType::ALL {
        for to in layouts(&[3, 4, 5], true) {
            let y = Tensor::new(device, dtype, to, &[0.0]);
            run(device, &Op::Map { program: FILL, scalars: &[scalar(dtype, 3.0)] }, &[], &y.view()).unwrap();
            let want = rounded(dtype, 3.0);
            assert!(y.read(device).iter().all(|got| *got == want), "{dtype} {to:?}");
        }
    }
    // An i64 that no double holds, and a NaN's payload.
    let y = Tensor::new(device, DType::I64, Layout::scalar(), &[0.0]);
    let big = ffi_backend::Scalar::Int(i64::MAX - 1);
    run(device, &Op::Map { program: FILL, scalars: &[big] }, &[], &y.view()).unwrap();
    let mut bytes = [0u8; 8];
    device.download(&y.buffer, 0, &mut bytes).unwrap();
    assert_eq!(i64::from_le_bytes(bytes), i64::MAX - 1);
}

#[test]
fn in_place_maps_read_before_they_write() {
    let Some(device) = device() else { return };
    for layout in layouts(&[40, 9], true) {
        let x = Tensor::new(device, DType::F32, layout, &[1.0, 2.0, 3.0]);
        for _ in 0..5 {
            run(device, &Op::Map { program: Program::of(MapOp::add), scalars: &[] }, &[x.view(), x.view()], &x.view())
                .unwrap();
        }
        for (was, got) in x.values.iter().zip(x.read(device)) {
            assert_eq!(got, was * 32.0);
        }
    }
}

fn reduced(op: ReduceOp, dtype: DType, values: &[f64]) -> f64 {
    let better = |a: f64, b: f64| if op == ReduceOp::Max || op == ReduceOp::ArgMax { a > b } else { a < b };
    let mut best = 0;
    for (i, v) in values.iter().enumerate().skip(1) {
        if !values[best].is_nan() && (v.is_nan() || better(*v, values[best])) {
            best = i;
        }
    }
    match op {
        ReduceOp::Sum => values.iter().sum(),
        ReduceOp::Mean => values.iter().sum::<f64>() / values.len() as f64,
        ReduceOp::Prod if dtype.is_float() => values.iter().product(),
        ReduceOp::Prod => values.iter().fold(1i64, |p, v| p.wrapping_mul(*v as i64)) as f64,
        ReduceOp::Max | ReduceOp::Min => values[best],
        ReduceOp::ArgMax | ReduceOp::ArgMin => best as f64,
        ReduceOp::Any => f64::from(u8::from(values.iter().any(|v| *v != 0.0))),
        ReduceOp::All => f64::from(u8::from(values.iter().all(|v| *v != 0.0))),
    }
}

fn check_reduce(device: &VulkanDevice, op: ReduceOp, axes: u8, x: &Tensor, to: Layout) {
    let Some(result) = op.result(x.dtype) else { return };
    let dims = x.layout.dims();
    let y = Tensor::new(device, result, to, &[0.0]);
    let what = Op::Reduce { op, axes };
    if let Support::No(why) = device.supports(&what, &[x.dtype], result) {
        panic!("{} of {}: {why}", op.name(), x.dtype);
    }
    run(device, &what, &[x.view()], &y.view()).unwrap();
    // Each element belongs to the output whose reduced coordinates are 0.
    let rank = dims.len();
    let kept: Vec<i64> = (0..rank).map(|i| if axes >> i & 1 != 0 { 1 } else { dims[i] }).collect();
    let into = indices(&Layout::contiguous(&kept).unwrap().broadcast_to(dims).unwrap());
    let mut groups = vec![Vec::new(); y.values.len()];
    for (value, into) in x.values.iter().zip(into) {
        groups[into as usize].push(*value);
    }
    for (got, group) in y.read(device).iter().zip(groups) {
        let want = rounded(result, reduced(op, x.dtype, &group));
        let scale = group.iter().filter(|v| v.is_finite()).map(|v| v.abs()).sum::<f64>().max(1.0);
        let exact = !matches!(op, ReduceOp::Sum | ReduceOp::Mean | ReduceOp::Prod);
        let slack = if exact || !x.dtype.is_float() {
            0.0
        } else {
            tolerance(x.dtype).max(1e-14) * scale / want.abs().max(1.0)
        };
        assert!(
            close(*got, want, slack),
            "{} of {} {:?} axes {axes:#b}: {got} is not {want}",
            op.name(),
            x.dtype,
            x.layout
        );
    }
}

#[test]
fn reductions_agree_with_the_reference() {
    let Some(device) = device() else { return };
    for op in ReduceOp::ALL {
        for &dtype in DType::ALL {
            let values = match dtype {
                DType::Bool => vec![1.0, 0.0, 1.0],
                _ if dtype.is_float() => vec![0.5, -1.25, 1.0, 2.0, -0.75, 1.5, 0.25],
                _ => vec![1.0, 2.0, 1.0, 3.0, 1.0],
            };
            for (dims, axes) in [
                (&[][..], 0),
                (&[70][..], 1),
                (&[5, 6, 7], 0b010),
                (&[5, 6, 7], 0b101),
                (&[5, 6, 7], 0b111),
                (&[5, 6, 7], 0),
                (&[3, 600], 0b10),
                (&[600, 3], 0b01),
            ] {
                if op == ReduceOp::Prod && dims.len() == 2 && dtype.is_float() {
                    continue; // underflows; the others cover it
                }
                let kept: Vec<i64> = (0..dims.len()).map(|i| if axes >> i & 1 != 0 { 1 } else { dims[i] }).collect();
                for (i, from) in layouts(dims, false).into_iter().enumerate() {
                    let x = Tensor::new(device, dtype, from, &values);
                    let to = layouts(&kept, true);
                    check_reduce(device, op, axes, &x, to[i % to.len()]);
                }
            }
        }
    }
}

#[test]
fn reductions_see_nan_and_the_first_of_equals() {
    let Some(device) = device() else { return };
    for op in [ReduceOp::Max, ReduceOp::Min, ReduceOp::ArgMax, ReduceOp::ArgMin] {
        for dims in [&[2, 1000][..], &[1000, 2]] {
            let axes = if dims[0] == 2 { 0b10 } else { 0b01 };
            let kept: Vec<i64> = dims.iter().map(|dim| if *dim == 2 { 2 } else { 1 }).collect();
            let mut values: Vec<f64> = (0..2000).map(|i| f64::from(i % 37)).collect();
            let layout = Layout::contiguous(dims).unwrap();
            check_reduce(
                device,
                op,
                axes,
                &Tensor::new(device, DType::F32, layout, &values),
                Layout::contiguous(&kept).unwrap(),
            );
            values[1501] = f64::NAN;
            values[1503] = f64::NAN;
            values[10] = f64::INFINITY;
            check_reduce(
                device,
                op,
                axes,
                &Tensor::new(device, DType::F32, layout, &values),
                Layout::contiguous(&kept).unwrap(),
            );
        }
    }
}

/// Dims and strides are pushed or in a table, by rank; a permutation that merges no two dimensions keeps the rank.
#[test]
fn copies_of_every_rank() {
    let Some(device) = device() else { return };
    let own = VulkanDevice::open_by_address(0, ffi_backend::DeviceId(28)).unwrap();
    let values: Vec<f64> = (0..251).map(f64::from).collect();
    let dims = [3, 2, 5, 2, 3, 4, 2, 2];
    for device in [device, own] {
        for dtype in [DType::U8, DType::F16, DType::F32, DType::I64] {
            for rank in 1..=dims.len() {
                let order: Vec<usize> = (0..rank).rev().collect();
                let turned = Layout::contiguous(&dims[..rank]).unwrap().permute(&order).unwrap();
                let backwards = turned.slice(0, turned.dims()[0] - 1, turned.dims()[0], -1).unwrap();
                for layout in [turned, backwards] {
                    let x = Tensor::new(device, dtype, layout, &values);
                    let y = Tensor::new(device, dtype, Layout::contiguous(layout.dims()).unwrap(), &[9.0]);
                    run(device, &Op::Map { program: COPY, scalars: &[] }, &[x.view()], &y.view()).unwrap();
                    assert_eq!(y.read(device), x.values, "{dtype} of rank {rank}");
                }
            }
        }
    }
}

#[test]
fn long_reductions_take_two_passes() {
    let Some(device) = device() else { return };
    let values: Vec<f64> = (0..1013).map(|i| f64::from(i % 11) - 4.5).collect();
    for op in ReduceOp::ALL {
        for dtype in [DType::F32, DType::I32, DType::Bool, DType::I64] {
            if op == ReduceOp::Prod {
                continue;
            }
            let x = Tensor::new(device, dtype, Layout::contiguous(&[3, 70_000]).unwrap(), &values);
            for to in layouts(&[3, 1], true) {
                check_reduce(device, op, 0b10, &x, to);
            }
            let x = Tensor::new(
                device,
                dtype,
                Layout::contiguous(&[100, 7, 101]).unwrap().permute(&[1, 0, 2]).unwrap(),
                &values,
            );
            for to in layouts(&[1, 1, 1], true) {
                check_reduce(device, op, 0b111, &x, to);
            }
        }
    }
}

#[test]
fn reductions_of_nothing() {
    let Some(device) = device() else { return };
    for (op, want) in [
        (ReduceOp::Sum, 0.0),
        (ReduceOp::Prod, 1.0),
        (ReduceOp::Mean, f64::NAN),
        (ReduceOp::Any, 0.0),
        (ReduceOp::All, 1.0),
    ] {
        let x = Tensor::new(device, DType::F32, Layout::contiguous(&[4, 0]).unwrap(), &[]);
        let result = op.result(DType::F32).unwrap();
        let y = Tensor::new(device, result, Layout::contiguous(&[4, 1]).unwrap(), &[9.0]);
        run(device, &Op::Reduce { op, axes: 0b10 }, &[x.view()], &y.view()).unwrap();
        assert!(y.read(device).iter().all(|got| close(*got, want, 0.0)), "{op:?}");
    }
}

#[test]
fn products_agree_with_the_reference() {
    let Some(device) = device() else { return };
    let values: Vec<f64> = (0..257).map(|i| f64::from(i * 7 % 11) - 5.0).collect();
    let small: Vec<f64> = values.iter().map(|v| v * 0.125).collect();
    for &dtype in DType::ALL.iter().filter(|dtype| **dtype != DType::Bool) {
        for [m, k, n] in [[1, 1, 1], [3, 5, 2], [64, 16, 64], [65, 17, 63], [130, 33, 70], [5, 0, 4]] {
            for batch in [&[][..], &[3], &[2, 1, 2]] {
                let dims = |r: i64, c: i64| batch.iter().copied().chain([r, c]).collect::<Vec<i64>>();
                let (la, lb, lc) =
                    (layouts(&dims(m, k), false), layouts(&dims(k, n), false), layouts(&dims(m, n), true));
                for i in 0..3 {
                    if (m > 60 || dtype != DType::F32) && i > 1 && !batch.is_empty() {
                        continue;
                    }
                    let input = if dtype.is_float() { &small } else { &values };
                    let a = Tensor::new(device, dtype, la[i % la.len()], input);
                    let b = Tensor::new(device, dtype, lb[(i + 1) % lb.len()], input);
                    let c = Tensor::new(device, dtype, lc[(i + 2) % lc.len()], &[9.0]);
                    let alpha = if dtype.is_float() { 0.5 } else { 1.0 };
                    run(device, &Op::Matmul { alpha }, &[a.view(), b.view()], &c.view()).unwrap();
                    check_product(device, alpha, &a, &b, &c, [m, k, n]);
                }
            }
        }
    }
}

fn check_product(device: &VulkanDevice, alpha: f64, a: &Tensor, b: &Tensor, c: &Tensor, [m, k, n]: [i64; 3]) {
    use ffi_backend::{Element, with_element};
    let [m, k, n] = [m as usize, k as usize, n as usize];
    for (at, got) in c.read(device).iter().enumerate() {
        let (batch, row, column) = (at / (m * n), at / n % m, at % n);
        let sum: f64 =
            (0..k).map(|i| a.values[batch * m * k + row * k + i] * b.values[batch * k * n + i * n + column]).sum();
        let want = if c.dtype.is_float() {
            rounded(c.dtype, alpha * sum)
        } else {
            with_element!(c.dtype, T => T::from_whole(sum as i64).to_real())
        };
        assert!(close(*got, want, tolerance(c.dtype) * 2.0), "{} {m}x{k}x{n} at {at}: {got} is not {want}", c.dtype);
    }
}

#[test]
fn refusals_say_why() {
    let Some(device) = device() else { return };
    let y = Tensor::new(device, DType::I64, Layout::contiguous(&[2, 2]).unwrap(), &[1.0]);
    let z = Tensor::new(device, DType::I64, Layout::contiguous(&[2, 2]).unwrap(), &[1.0]);
    let error = run(device, &Op::Matmul { alpha: 0.5 }, &[y.view(), y.view()], &z.view()).unwrap_err();
    assert_eq!(error.code(), ffi_backend::Code::Unsupported);
    assert!(error.text().contains("vulkan:0") && error.text().contains("no kernel for a factor"), "{error}");
}
