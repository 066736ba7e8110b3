//! Gathering, scattering and adding by an index, along every dimension; masks.

use super::devices;
use super::inputs::{LAYS, Lay, rounded, tensor_of, tensor_values, values};
use super::lines::{coordinates, count, number, supported};
use super::report::Report;
use ffi_backend::{Code, DType, DeviceRef, IndexOp, Scalar};
use ffi_torch::{Tensor, index};

/// How an index lies in memory.
#[derive(Clone, Copy, Debug)]
enum IndexLay {
    Contiguous,
    Backward,
    /// One index for each slice, stretched over it.
    Stretched,
}

/// An index of these dims for a dimension of `len`: positions from either end, each several times.
fn index_of(device: DeviceRef, dtype: DType, dims: &[i64], axis: usize, len: i64, lay: IndexLay) -> Tensor {
    let position = |i: usize| ((i as i64 * 7 + i as i64 / 3) % (2 * len.max(1)) - len) as f64;
    match lay {
        IndexLay::Contiguous => tensor_of(device, dtype, dims, &(0..count(dims)).map(position).collect::<Vec<f64>>()),
        IndexLay::Backward => {
            let all: Vec<i64> = (0..dims.len() as i64).collect();
            index_of(device, dtype, dims, axis, len, IndexLay::Contiguous).flip(&all).unwrap()
        }
        IndexLay::Stretched => {
            let narrow: Vec<i64> = (0..dims.len()).map(|i| if i == axis { dims[i] } else { 1 }).collect();
            index_of(device, dtype, &narrow, axis, len, IndexLay::Contiguous).expand(dims).unwrap()
        }
    }
}

/// The number of the element of `x` that an index's element number `at` names.
fn named(at: usize, place: f64, index_dims: &[i64], x_dims: &[i64], axis: usize) -> usize {
    let mut to = coordinates(at, index_dims);
    to[axis] = place as i64 + if place < 0.0 { x_dims[axis] } else { 0 };
    number(&to, x_dims)
}

fn check_gather(report: &mut Report, x: &Tensor, at: &Tensor, axis: usize, what: &str) {
    let (device, dtype) = (x.device(), x.dtype());
    let what = format!("{} gather {dtype} {what} axis {axis} by {at:?}", device.info().name);
    let Some(got) = supported(report, device, &what, index::gather(x, axis as i64, at)) else { return };
    let elements = tensor_values(x);
    let places = tensor_values(at);
    let from = |(i, &place): (usize, &f64)| elements[named(i, place, at.dims(), x.dims(), axis)];
    let want: Vec<f64> = places.iter().enumerate().map(from).collect();
    report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
}

fn check_scatter(report: &mut Report, op: IndexOp, x: &Tensor, at: &Tensor, source: &Tensor, axis: usize, what: &str) {
    let (device, dtype) = (x.device(), x.dtype());
    let what = format!("{} {} {dtype} {what} axis {axis} by {at:?}", device.info().name, op.name());
    let before = tensor_values(x);
    let done = index::scatter_in_place(op, x, axis as i64, at, source);
    if op == IndexOp::ScatterAdd && dtype == DType::Bool {
        assert_eq!(done.unwrap_err().code(), Code::DtypeMismatch, "{what}");
        return;
    }
    let Some(()) = supported(report, device, &what, done) else { return };
    let (mut want, mut magnitude) = (before, 0.0f64);
    for (i, (place, value)) in tensor_values(at).into_iter().zip(tensor_values(source)).enumerate() {
        let to = &mut want[named(i, place, at.dims(), x.dims(), axis)];
        *to = if op == IndexOp::ScatterAdd { *to + value } else { value };
        magnitude = if to.is_finite() { magnitude.max(to.abs()) } else { magnitude };
    }
    want.iter_mut().for_each(|v| *v = rounded(dtype, *v));
    let rounds = if op == IndexOp::ScatterAdd && dtype.is_float() { 2.0 } else { 0.0 };
    report.compare(device, &what, dtype, &tensor_values(x), &want, rounds, magnitude);
}

#[test]
fn every_index_op() {
    let mut report = Report::new("indexing");
    for &device in devices::all() {
        for &dtype in DType::ALL {
            for lay in LAYS.into_iter().filter(|lay| !matches!(lay, Lay::Rank0 | Lay::Long)) {
                for axis in 0..lay.dims().len() {
                    for index_lay in [IndexLay::Contiguous, IndexLay::Backward, IndexLay::Stretched] {
                        for index_dtype in [DType::I64, DType::I32] {
                            let (x, _) = lay.make(device, dtype, 41);
                            let mut dims = x.dims().to_vec();
                            let len = dims[axis];
                            dims[axis] = if len == 0 { 0 } else { len + 1 };
                            let at = index_of(device, index_dtype, &dims, axis, len, index_lay);
                            let what = format!("{lay:?} {index_lay:?} {index_dtype}");
                            check_gather(&mut report, &x, &at, axis, &what);
                            if lay == Lay::Broadcast {
                                continue;
                            }
                            let numbers = values(dtype, count(&dims), 42);
                            let source = tensor_of(device, dtype, &dims, &numbers);
                            for op in [IndexOp::Scatter, IndexOp::ScatterAdd] {
                                check_scatter(&mut report, op, &x, &at, &source, axis, &what);
                            }
                        }
                    }
                }
            }
        }
    }
    report.finish();
}

/// Shapes that are shared among threads by outer dimensions, by columns, and not at all; an index that reaches less far than
/// what it indexes; values that lie apart.
#[test]
fn large_and_partial() {
    let mut report = Report::new("large indexing");
    for &device in devices::all() {
        for dtype in [DType::F32, DType::F64, DType::I32, DType::F16, DType::U8] {
            for (dims, index_dims, axis) in [
                (vec![301, 211], vec![290, 200], 0),
                (vec![301, 211], vec![301, 400], 1),
                (vec![40, 30, 51], vec![40, 31, 51], 1),
                (vec![40, 30, 51], vec![37, 31, 2], 1),
                (vec![500, 3], vec![20_000, 3], 0),
                (vec![70_000], vec![50_000], 0),
                (vec![2000, 1], vec![40_000, 1], 0),
            ] {
                for lay in [IndexLay::Contiguous, IndexLay::Stretched] {
                    let numbers =
                        |dims: &[i64]| -> Vec<f64> { (0..count(dims)).map(|i| ((i * 31) % 97) as f64 / 8.0).collect() };
                    let x = tensor_of(device, dtype, &dims, &numbers(&dims));
                    let at = index_of(device, DType::I64, &index_dims, axis, dims[axis], lay);
                    let what = format!("{dims:?} {lay:?}");
                    check_gather(&mut report, &x, &at, axis, &what);
                    let wide: Vec<i64> = index_dims.iter().map(|dim| dim * 2).collect();
                    let mut source = tensor_of(device, dtype, &wide, &numbers(&wide));
                    for dim in 0..wide.len() as i64 {
                        source = source.slice(dim, 0, i64::MAX, 2).unwrap();
                    }
                    for op in [IndexOp::Scatter, IndexOp::ScatterAdd] {
                        check_scatter(&mut report, op, &x, &at, &source, axis, &what);
                    }
                }
            }
        }
    }
    report.finish();
}

/// An index outside its dimension is refused with its value, and nothing is written.
#[test]
fn an_index_outside_is_refused_before_anything_is_written() {
    for &device in devices::all() {
        let cases = [3.0, -4.0, 1e9, i32::MIN as f64].map(|wrong| (wrong, [DType::I64, DType::I32].as_slice()));
        let wide = [i64::MIN as f64, -4_294_967_296.0, 4_294_967_297.0, 1e18].map(|wrong| (wrong, &[DType::I64][..]));
        for (wrong, dtypes) in cases.into_iter().chain(wide) {
            for &dtype in dtypes {
                let mut places = vec![0.0; 40_000];
                places[39_999] = wrong;
                let at = tensor_of(device, dtype, &[20_000, 2], &places);
                let x = tensor_of(device, DType::F32, &[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
                let source = tensor_of(device, DType::F32, &[20_000, 2], &[9.0; 40_000]);
                if let Err(error) = index::gather(&x, 0, &at.slice(0, 0, 3, 1).unwrap())
                    && error.code() == Code::Unsupported
                {
                    continue;
                }
                let refused = [
                    index::gather(&x, 0, &at).map(drop),
                    index::scatter_in_place(IndexOp::Scatter, &x, 0, &at, &source),
                    index::scatter_in_place(IndexOp::ScatterAdd, &x, 0, &at, &source),
                ];
                for refused in refused {
                    let error = refused.unwrap_err();
                    assert_eq!(error.code(), Code::InvalidArgument);
                    let says = format!("index {} is outside a dimension of size 3", wrong as i64);
                    assert!(error.text().contains(&says), "{}", error.text());
                }
                assert_eq!(tensor_values(&x), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
            }
        }
        let (x, at) = (tensor_of(device, DType::F32, &[0, 2], &[]), tensor_of(device, DType::I64, &[1, 2], &[0.0; 2]));
        let source = tensor_of(device, DType::F32, &[1, 2], &[1.0; 2]);
        for refused in
            [index::gather(&x, 0, &at).map(drop), index::scatter_in_place(IndexOp::Scatter, &x, 0, &at, &source)]
        {
            assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
        }
    }
}

/// What is built on gathering and scattering.
#[test]
fn forms_of_indexing() {
    let mut report = Report::new("forms of indexing");
    for &device in devices::all() {
        let name = &device.info().name;
        let x = tensor_of(device, DType::F32, &[3, 4], &(0..12).map(f64::from).collect::<Vec<f64>>());
        let at = tensor_of(device, DType::I32, &[3], &[2.0, 0.0, -1.0]);
        if let Some(got) = supported(&mut report, device, name, index::index_select(&x, 1, &at)) {
            assert_eq!(got.dims(), [3, 3]);
            let want = [2.0, 0.0, 3.0, 6.0, 4.0, 7.0, 10.0, 8.0, 11.0];
            report.compare(device, "index_select", DType::F32, &tensor_values(&got), &want, 0.0, 0.0);
        }
        let source = tensor_of(device, DType::I64, &[3, 3], &[1.0; 9]);
        let sum = x.copy().unwrap();
        let added = index::index_add_in_place(&sum, 1, &at, &source);
        if supported(&mut report, device, name, added).is_some() {
            let want = [1.0, 1.0, 3.0, 4.0, 5.0, 5.0, 7.0, 8.0, 9.0, 9.0, 11.0, 12.0];
            report.compare(device, "index_add", DType::F32, &tensor_values(&sum), &want, 0.0, 0.0);
        }
        let each = tensor_of(device, DType::I64, &[3, 1], &[3.0, 0.0, -2.0]);
        if let Some(got) = supported(&mut report, device, name, index::take_along_dim(&x, 1, &each)) {
            report.compare(device, "take_along_dim", DType::F32, &tensor_values(&got), &[3.0, 4.0, 10.0], 0.0, 0.0);
        }
        let across = tensor_of(device, DType::I64, &[1, 4], &[2.0, 1.0, 0.0, 2.0]);
        if let Some(got) = supported(&mut report, device, name, index::take_along_dim(&x, 0, &across)) {
            report.compare(
                device,
                "take_along_dim",
                DType::F32,
                &tensor_values(&got),
                &[8.0, 5.0, 2.0, 11.0],
                0.0,
                0.0,
            );
        }
        // Its own memory as index and as source.
        let own = tensor_of(device, DType::I64, &[4], &[3.0, 2.0, 1.0, 0.0]);
        let done = index::scatter_in_place(IndexOp::Scatter, &own, 0, &own, &own);
        if supported(&mut report, device, name, done).is_some() {
            report.compare(device, "scatter_", DType::I64, &tensor_values(&own), &[0.0, 1.0, 2.0, 3.0], 0.0, 0.0);
        }
        let wrong = index::scatter_in_place(IndexOp::Scatter, &own, 0, &own, &x.select(0, 0).unwrap());
        assert_eq!(wrong.unwrap_err().code(), Code::DtypeMismatch);
    }
    report.finish();
}

#[test]
fn masks() {
    let mut report = Report::new("masks");
    for &device in devices::all() {
        for &dtype in DType::ALL {
            for lay in LAYS {
                let (x, elements) = lay.make(device, dtype, 51);
                let (mask, truths) = lay.make(device, if lay == Lay::Long { DType::F32 } else { DType::Bool }, 52);
                let what = format!("{} {dtype} {lay:?}", device.info().name);
                let chosen: Vec<usize> = (0..truths.len()).filter(|&i| truths[i] != 0.0).collect();
                let value = if dtype.is_float() { Scalar::Float(2.5) } else { Scalar::Int(1) };
                let filled = |i: usize| if truths[i] != 0.0 { value.to_f64() } else { elements[i] };
                let want: Vec<f64> = (0..truths.len()).map(filled).collect();
                let made = index::masked_fill(&x, &mask, value);
                if let Some(got) = supported(&mut report, device, &format!("masked_fill {what}"), made) {
                    report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
                }
                if let Some(got) =
                    supported(&mut report, device, &format!("masked_select {what}"), index::masked_select(&x, &mask))
                {
                    let want: Vec<f64> = chosen.iter().map(|&i| elements[i]).collect();
                    report.compare(device, &what, dtype, &tensor_values(&got), &want, 0.0, 0.0);
                }
                if let Some(got) = supported(&mut report, device, &format!("nonzero {what}"), index::nonzero(&mask)) {
                    assert_eq!(got.dims(), [chosen.len() as i64, x.dims().len() as i64]);
                    let want: Vec<f64> =
                        chosen.iter().flat_map(|&i| coordinates(i, x.dims())).map(|c| c as f64).collect();
                    report.compare(device, &what, DType::I64, &tensor_values(&got), &want, 0.0, 0.0);
                }
                let own = x.copy().unwrap();
                let done = index::masked_fill_in_place(&own, &mask, value);
                if supported(&mut report, device, &format!("masked_fill_ {what}"), done).is_some() {
                    report.compare(device, &what, dtype, &tensor_values(&own), &want, 0.0, 0.0);
                }
            }
        }
    }
    report.finish();
}

/// Additions from several threads all arrive, also those of halves, which add up elsewhere before they are written.
#[test]
fn additions_from_several_threads_all_arrive() {
    for &device in devices::all() {
        for dtype in [DType::F16, DType::F32] {
            let x = tensor_of(device, dtype, &[3], &[0.0; 3]);
            let at = tensor_of(device, DType::I64, &[4], &[0.0, 2.0, 2.0, -1.0]);
            let ones = tensor_of(device, dtype, &[4], &[1.0; 4]);
            if let Err(error) = index::scatter_in_place(IndexOp::ScatterAdd, &x.copy().unwrap(), 0, &at, &ones) {
                assert_eq!(error.code(), Code::Unsupported);
                continue;
            }
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            index::scatter_in_place(IndexOp::ScatterAdd, &x, 0, &at, &ones).unwrap();
                        }
                    });
                }
            });
            assert_eq!(tensor_values(&x), [200.0, 0.0, 600.0], "{dtype}");
        }
    }
}
