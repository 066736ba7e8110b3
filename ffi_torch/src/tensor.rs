//! The tensor: a view of device memory, and how new ones are made.

use crate::autograd::{refuse_in_place, vertex::Vertex};
use crate::elementwise::check_held;
use ffi_backend::program::FILL;
use ffi_backend::{
    BufferRef, DType, DeviceRef, Element, Layout, Op, Result, Scalar, View, fail, run, run_new, with_element,
};
use std::sync::{Arc, OnceLock};

/// Elements that the host makes at a time.
const PART: i64 = 1 << 20;

/// A view of device memory. Cloning shares the memory; [`Tensor::copy`] does not.
///
/// Any thread may use it. Two in-place operations on one memory from two threads give one order or the other.
#[derive(Clone)]
pub struct Tensor {
    pub(crate) buffer: BufferRef,
    pub(crate) device: DeviceRef,
    pub(crate) dtype: DType,
    pub(crate) layout: Layout,
    /// Its place in the record of gradients, where it has one.
    pub(crate) vertex: OnceLock<Arc<Vertex>>,
}

impl std::fmt::Debug for Tensor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} on {}", self.dtype, self.dims(), self.device.info().name)
    }
}

impl Tensor {
    /// Row-major memory with no defined contents.
    pub fn empty(dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
        Tensor::empty_like_layout(Layout::contiguous(dims)?, dtype, device)
    }

    pub(crate) fn empty_like_layout(layout: Layout, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        let buffer = device.alloc(layout.numel() as u64 * dtype.size() as u64)?;
        Ok(Tensor { buffer, device, dtype, layout, vertex: OnceLock::new() })
    }

    /// The result of an op, in memory of its own. `layout` is row-major from 0 on.
    #[inline]
    pub(crate) fn of_op(device: DeviceRef, op: &Op, sources: &[View], dtype: DType, layout: &Layout) -> Result<Tensor> {
        let buffer = run_new(device, op, sources, dtype, layout)?;
        // Built where it is returned: a layout is long to move about.
        Ok(Tensor { buffer, device, dtype, layout: *layout, vertex: OnceLock::new() })
    }

    /// Every element the same. An integer dtype holds the integer.
    pub fn full(dims: &[i64], value: Scalar, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        check_held("full", dtype, value)?;
        let mut tensor = Tensor::empty(dims, dtype, device)?;
        tensor.fill(value)?;
        Ok(tensor)
    }

    /// `start, start + step, …` below (or, for a negative step, above) `end`.
    pub fn arange(start: Scalar, end: Scalar, step: Scalar, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        if let (Scalar::Int(from), Scalar::Int(to), Scalar::Int(by)) = (start, end, step) {
            if by == 0 {
                fail!(InvalidArgument, "arange: no finite range from {from} to {to} by 0");
            }
            let (span, by_wide) = (i128::from(to) - i128::from(from), i128::from(by));
            // The ceiling of span / by, for either sign of by: the division truncates.
            let count = ((span + by_wide - by_wide.signum()) / by_wide).max(0);
            let count = Layout::contiguous(&[i64::try_from(count).unwrap_or(i64::MAX)])?.numel();
            return Tensor::from_i64s(count, |i| from.wrapping_add(i.wrapping_mul(by)), dtype, device);
        }
        let (from, to, by) = (start.to_f64(), end.to_f64(), step.to_f64());
        let count = ((to - from) / by).ceil();
        if by == 0.0 || !count.is_finite() {
            fail!(InvalidArgument, "arange: no finite range from {from} to {to} by {by}");
        }
        let count = Layout::contiguous(&[count.max(0.0) as i64])?.numel();
        Tensor::from_f64s(count, |i| from + i as f64 * by, dtype, device)
    }

    /// `count` numbers from `start` to `end`, both included. Finite ends give finite numbers.
    pub fn linspace(start: f64, end: f64, count: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        let count = Layout::contiguous(&[count])?.numel();
        let last = (count - 1).max(1) as f64;
        let span = end - start;
        // The ends may lie farther apart than the largest number.
        let step = if span.is_finite() { span / last } else { end / last - start / last };
        // From both ends, so that the last number is exactly `end`.
        let number = |i: i64| match count - 1 - i {
            _ if i == 0 => start,
            0 => end,
            left if i <= left => start + step * i as f64,
            left => end - step * left as f64,
        };
        Tensor::from_f64s(count, number, dtype, device)
    }

    /// Ones on the diagonal, zeros elsewhere.
    pub fn eye(rows: i64, columns: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        let tensor = Tensor::full(&[rows, columns], Scalar::Int(0), dtype, device)?;
        let diagonal = Layout::from_parts(&[rows.min(columns)], &[columns + 1], 0)?;
        Tensor { layout: diagonal, ..tensor.clone() }.fill(Scalar::Int(1))?;
        Ok(tensor)
    }

    fn from_f64s(count: i64, value: impl Fn(i64) -> f64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        with_element!(dtype, T => Tensor::generated(count, |i| T::from_real(value(i)), device))
    }

    fn from_i64s(count: i64, value: impl Fn(i64) -> i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        with_element!(dtype, T => Tensor::generated(count, |i| T::from_whole(value(i)), device))
    }

    /// Numbers made on the host, in parts: the device is asked for all its memory before the host works or fills its own.
    fn generated<T: Element>(count: i64, value: impl Fn(i64) -> T, device: DeviceRef) -> Result<Tensor> {
        let tensor = Tensor::empty(&[count], T::DTYPE, device)?;
        let size = T::DTYPE.size() as u64;
        let mut bytes = crate::transfer::host_memory(count.min(PART) as u64 * size)?;
        let mut at = 0;
        while at < count {
            let end = count.min(at + PART);
            bytes.clear();
            (at..end).for_each(|i| value(i).append_to(&mut bytes));
            device.upload(&bytes, &tensor.buffer, at as u64 * size)?;
            at = end;
        }
        Ok(tensor)
    }

    /// Writes one value everywhere. An integer dtype holds the integer.
    pub fn fill(&mut self, value: Scalar) -> Result<()> {
        refuse_in_place("fill", &[self])?;
        check_held("fill", self.dtype, value)?;
        self.run(&Op::Map { program: FILL, scalars: &[value] }, &[])
    }

    /// The sizes.
    #[inline]
    pub fn dims(&self) -> &[i64] {
        self.layout.dims()
    }
    /// Sizes, strides and offset.
    #[inline]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
    /// The element type.
    #[inline]
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// Where it lives.
    #[inline]
    pub fn device(&self) -> DeviceRef {
        self.device
    }
    /// How many elements.
    #[inline]
    pub fn numel(&self) -> i64 {
        self.layout.numel()
    }

    /// As an operand.
    #[inline]
    pub fn view_of(&self) -> View<'_> {
        View { buffer: &self.buffer, dtype: self.dtype, layout: &self.layout }
    }

    /// Runs an op into this tensor.
    pub(crate) fn run(&self, op: &Op, sources: &[View]) -> Result<()> {
        run(self.device, op, sources, &self.view_of())
    }

    /// The dimension with this index, negative ones from the end.
    pub fn axis(&self, dim: i64) -> Result<usize> {
        let rank = self.layout.rank() as i64;
        if !(-rank..rank).contains(&dim) {
            fail!(InvalidArgument, "dimension {dim} is outside rank {rank}, shape {:?}", self.dims());
        }
        Ok((if dim < 0 { dim + rank } else { dim }) as usize)
    }
}
