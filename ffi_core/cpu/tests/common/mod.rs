//! Tensors for the tests: memory of the device with a layout, filled and read as doubles.
#![allow(dead_code, clippy::unwrap_used)]

use ffi_backend::op::View;
use ffi_backend::{BufferRef, DType, DeviceId, DeviceRef, Element, Layout, MapOp, Op, Result, run, with_element};
use std::sync::OnceLock;

pub fn device() -> DeviceRef {
    static DEVICE: OnceLock<DeviceRef> = OnceLock::new();
    *DEVICE.get_or_init(|| ffi_cpu::backend().open(0, DeviceId(7)).unwrap())
}

#[derive(Clone)]
pub struct Tensor {
    pub buffer: BufferRef,
    pub dtype: DType,
    pub layout: Layout,
}

/// Every element's place in the buffer, in row-major order.
pub fn places(layout: &Layout) -> Vec<i64> {
    let mut out = vec![layout.offset()];
    for (dim, stride) in layout.dims().iter().zip(layout.strides()) {
        out = out.iter().flat_map(|base| (0..*dim).map(move |i| base + i * stride)).collect();
    }
    out
}

impl Tensor {
    pub fn new(dtype: DType, layout: Layout) -> Tensor {
        let end = layout.extent().map_or(0, |(_, high)| high + 1);
        let buffer = device().alloc(end as u64 * dtype.size() as u64).unwrap();
        Tensor { buffer, dtype, layout }
    }

    pub fn contiguous(dtype: DType, dims: &[i64]) -> Tensor {
        Tensor::new(dtype, Layout::contiguous(dims).unwrap())
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.buffer.len_bytes() as usize];
        device().download(&self.buffer, 0, &mut bytes).unwrap();
        bytes
    }

    /// Element number i gets `f(i)`; where several indices share an element, the last wins.
    pub fn filled(self, f: impl Fn(usize) -> f64) -> Tensor {
        let size = self.dtype.size();
        let mut bytes = self.bytes();
        for (i, at) in places(&self.layout).into_iter().enumerate() {
            with_element!(self.dtype, T => {
                let value = T::from_real(f(i));
                let mut raw = Vec::new();
                ffi_backend::Element::append_to(value, &mut raw);
                bytes[at as usize * size..][..size].copy_from_slice(&raw);
            });
        }
        device().upload(&bytes, &self.buffer, 0).unwrap();
        self
    }

    pub fn values(&self) -> Vec<f64> {
        let bytes = self.bytes();
        with_element!(self.dtype, T => places(&self.layout).into_iter().map(|at| {
            let raw = &bytes[at as usize * size_of::<T>()..][..size_of::<T>()];
            // SAFETY: as many bytes as the element has; the device wrote a value of that type.
            unsafe { raw.as_ptr().cast::<T>().read_unaligned() }.to_real()
        }).collect())
    }

    pub fn view(&self) -> View<'_> {
        View { buffer: &self.buffer, dtype: self.dtype, layout: &self.layout }
    }
}

pub fn go(op: &Op, sources: &[&Tensor], destination: &Tensor) -> Result<()> {
    let views: Vec<View> = sources.iter().map(|tensor| tensor.view()).collect();
    run(device(), op, &views, &destination.view())
}

/// Layouts of the same dims: end to end, transposed, with gaps, walked backwards, and stretched.
pub fn layouts(dims: &[i64]) -> Vec<(&'static str, Layout)> {
    let rank = dims.len();
    let contiguous = Layout::contiguous(dims).unwrap();
    let mut all = vec![("contiguous", contiguous)];
    if rank >= 2 {
        let order: Vec<usize> = (0..rank).rev().collect();
        let reversed: Vec<i64> = dims.iter().rev().copied().collect();
        all.push(("transposed", Layout::contiguous(&reversed).unwrap().permute(&order).unwrap()));
    }
    if rank >= 1 {
        let mut twice = dims.to_vec();
        twice[rank - 1] = dims[rank - 1] * 2 + 1;
        let wide = Layout::contiguous(&twice).unwrap();
        all.push(("gaps", wide.slice(rank - 1, 1.min(twice[rank - 1] - 1), dims[rank - 1], 2).unwrap()));
        let mut backwards = contiguous;
        for (axis, &dim) in dims.iter().enumerate() {
            if dim > 0 {
                backwards = backwards.slice(axis, dim - 1, dim, -1).unwrap();
            }
        }
        all.push(("backwards", backwards));
    }
    all
}

/// Those, and some that only a source may have.
pub fn source_layouts(dims: &[i64]) -> Vec<(&'static str, Layout)> {
    let mut all = layouts(dims);
    let rank = dims.len();
    if rank >= 1 {
        all.push(("row stretched", Layout::contiguous(&dims[rank - 1..]).unwrap().broadcast_to(dims).unwrap()));
        let mut column = dims.to_vec();
        column[rank - 1] = 1;
        all.push(("column stretched", Layout::contiguous(&column).unwrap().broadcast_to(dims).unwrap()));
        all.push(("one stretched", Layout::scalar().broadcast_to(dims).unwrap()));
    }
    all
}

/// Half the distance between neighbours of a float dtype near a value.
pub fn ulp(dtype: DType, value: f64) -> f64 {
    let (digits, least) = match dtype {
        DType::F64 => (53, -1074),
        DType::F32 => (24, -149),
        DType::F16 => (11, -24),
        DType::Bf16 => (8, -133),
        _ => return 0.0,
    };
    let exponent = if value == 0.0 { least } else { value.abs().log2().floor() as i32 };
    // Not powi, which divides by an infinity for the least.
    f64::from((exponent - digits + 1).max(least)).exp2()
}

/// Equal within `ulps`, or both NaN, or the same infinity; a result that rounds beyond the range is infinite.
pub fn close(dtype: DType, got: f64, want: f64, ulps: f64) -> bool {
    let rounded = with_element!(dtype, T => T::from_real(want).to_real());
    if got.is_nan() || rounded.is_nan() {
        return got.is_nan() && want.is_nan();
    }
    if got == rounded || got == want {
        return true;
    }
    if !dtype.is_float() {
        return false;
    }
    let most = match dtype {
        DType::F64 => f64::MAX,
        DType::F32 => f64::from(f32::MAX),
        DType::F16 => 65504.0,
        _ => 3.3895313892515355e38,
    };
    if got.is_infinite() || rounded.is_infinite() {
        return got.signum() == want.signum() && want.abs() > most * 0.999;
    }
    (got - want).abs() <= ulps * ulp(dtype, want)
}

/// A value that an operand of a row may have: no divisor 0 of integers, no exponent whose power leaves a double, and weights
/// between the ends.
pub fn fit(op: MapOp, dtype: DType, slot: usize, value: f64) -> f64 {
    match (op, slot) {
        (MapOp::lerp, 2) => value.abs() % 1.0,
        (MapOp::pow, 1) if !dtype.is_float() => value.abs() % 6.0,
        _ if slot == 1 && !dtype.is_float() && op.fault().is_some() && value == 0.0 => 3.0,
        _ => value,
    }
}
