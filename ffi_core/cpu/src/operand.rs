//! Operands of one op as typed memory: sources to read, one destination to write, and rows moved between memory and scratch.
//!
//! `door` has checked that every view lies inside its buffer and that the destination overlaps a source only where both
//! views are equal, and the op's locks are held while these values live. Ranges are checked again here all the same.

use crate::buffer::CpuBuffer;
use crate::plain::{Plain, typed, typed_mut};
use ffi_backend::op::View;
use ffi_backend::{DType, Layout, Result};
use std::marker::PhantomData;

/// A view to read.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    base: *const u8,
    len_bytes: usize,
    /// The element type.
    pub dtype: DType,
    /// Where the elements lie.
    pub layout: &'a Layout,
    /// The same view is the destination: read into scratch before it is written.
    pub in_place: bool,
}

// SAFETY: a view of memory under a read lock (or the op's own write lock); it is only read through this.
unsafe impl Send for Source<'_> {}
// SAFETY: as above.
unsafe impl Sync for Source<'_> {}

/// The view to write.
pub struct Destination<'a> {
    base: *mut u8,
    len_bytes: usize,
    /// The element type.
    pub dtype: DType,
    /// Where the elements lie.
    pub layout: &'a Layout,
    memory: PhantomData<&'a mut [u8]>,
}

// SAFETY: memory under the op's write lock; the unsafe methods leave it to the caller to keep threads apart.
unsafe impl Send for Destination<'_> {}
// SAFETY: as above.
unsafe impl Sync for Destination<'_> {}

/// Runs an expression with `$T` an unsigned integer of this many bytes, for moves that do not look at the numbers.
macro_rules! with_bits {
    ($size:expr, $T:ident => $body:expr) => {
        match $size {
            1 => {
                type $T = u8;
                $body
            }
            2 => {
                type $T = u16;
                $body
            }
            4 => {
                type $T = u32;
                $body
            }
            _ => {
                type $T = u64;
                $body
            }
        }
    };
}

pub(crate) use with_bits;

/// Whether elements `at, at + stride, …` lie inside so much memory; also of numbers that overflow on the way.
#[inline(always)]
fn holds(len_bytes: usize, dtype: DType, at: i64, stride: i64, count: usize) -> bool {
    let reach = i64::try_from(count).ok().and_then(|count| stride.checked_mul(count - 1));
    let Some(last) = reach.and_then(|reach| at.checked_add(reach)) else { return false };
    // Below the count of elements, which a negative number seen without its sign is not.
    let elements = len_bytes as u64 >> dtype.size().trailing_zeros();
    count > 0 && (at as u64) < elements && (last as u64) < elements
}

impl<'a> Source<'a> {
    /// The memory of a view. The caller holds its lock.
    #[inline(always)]
    pub fn new(view: &View<'a>, buffer: &'a CpuBuffer, destination: &View, written: &CpuBuffer) -> Source<'a> {
        // Not by the buffers: two may look at one memory of the host.
        let in_place = buffer.data() == written.data() && view.layout == destination.layout;
        let len_bytes = buffer.len_bytes_usize();
        Source { base: buffer.data(), len_bytes, dtype: view.dtype, layout: view.layout, in_place }
    }

    /// Memory that is under a read lock, or known to nobody else, and is not the destination.
    #[inline(always)]
    pub fn of_buffer(buffer: &'a CpuBuffer, dtype: DType, layout: &'a Layout) -> Source<'a> {
        Source { base: buffer.data(), len_bytes: buffer.len_bytes_usize(), dtype, layout, in_place: false }
    }

    /// Whether elements `at, at + stride, …` lie inside the memory.
    #[inline(always)]
    fn holds(&self, at: i64, stride: i64, count: usize) -> bool {
        holds(self.len_bytes, self.dtype, at, stride, count)
    }

    /// `count` elements that lie end to end from element `at` of the buffer on.
    #[inline(always)]
    pub fn run(&self, at: i64, count: usize) -> &'a [u8] {
        if !self.holds(at, 1, count) {
            return &[];
        }
        let size = self.dtype.size();
        // SAFETY: inside the buffer, whose memory is initialised and read-locked while `'a` lasts; the destination's unsafe
        // methods keep writes away from slices that are alive.
        unsafe { std::slice::from_raw_parts(self.base.add(at as usize * size), count * size) }
    }

    /// Copies elements `at, at + stride, …` of the buffer to `out`, as many as fit.
    #[inline]
    pub fn gather(&self, at: i64, stride: i64, out: &mut [u8]) {
        let count = out.len() / self.dtype.size();
        if !self.holds(at, stride, count) {
            return;
        }
        with_bits!(self.dtype.size(), T => gather::<T>(self.base.cast(), at, stride, typed_mut(out)))
    }
}

impl Source<'_> {
    /// Where the buffer starts, and how many elements it has.
    #[inline(always)]
    pub fn memory<T>(&self) -> (*const T, usize) {
        (self.base.cast(), self.len_bytes / size_of::<T>())
    }

    /// Copies a tile of `rows` by `columns` elements whose columns lie end to end in memory, `stride` apart, to rows that
    /// lie end to end in `out`. Each cache line is read once.
    pub fn gather_tile(&self, at: i64, stride: i64, rows: usize, columns: usize, out: &mut [u8]) {
        with_bits!(self.dtype.size(), T => {
            let out = &mut typed_mut::<T>(out)[..rows * columns];
            for column in 0..columns {
                let values = typed::<T>(self.run(at + stride * column as i64, rows));
                for (row, value) in values.iter().enumerate() {
                    out[row * columns + column] = *value;
                }
            }
        });
    }
}

fn gather<T: Plain>(base: *const T, at: i64, stride: i64, out: &mut [T]) {
    // SAFETY: `Source::gather` checked the first and the last element, all others lie between them; memory that two threads
    // write and read at once is excluded by the op's locks.
    let read = |i: usize| unsafe { base.offset((at + stride * i as i64) as isize).read() };
    match stride {
        0 => out.fill(read(0)),
        // SAFETY: checked as above; `out` is scratch, or elements of the destination, which `door` keeps apart from a source
        // that is not in place.
        1 => unsafe { std::ptr::copy_nonoverlapping(base.offset(at as isize), out.as_mut_ptr(), out.len()) },
        _ => out.iter_mut().enumerate().for_each(|(i, out)| *out = read(i)),
    }
}

impl<'a> Destination<'a> {
    /// The memory of a view. The caller holds its write lock and makes one of these.
    #[inline(always)]
    pub fn new(view: &View<'a>, buffer: &'a CpuBuffer) -> Destination<'a> {
        let (base, len_bytes) = (buffer.data(), buffer.len_bytes_usize());
        Destination { base, len_bytes, dtype: view.dtype, layout: view.layout, memory: PhantomData }
    }

    /// A temporary to write.
    ///
    /// # Safety
    /// While this lives nobody else reads or writes the buffer.
    pub unsafe fn of_buffer(buffer: &'a CpuBuffer, dtype: DType, layout: &'a Layout) -> Destination<'a> {
        let (base, len_bytes) = (buffer.data(), buffer.len_bytes_usize());
        Destination { base, len_bytes, dtype, layout, memory: PhantomData }
    }

    #[inline(always)]
    fn holds(&self, at: i64, stride: i64, count: usize) -> bool {
        holds(self.len_bytes, self.dtype, at, stride, count)
    }

    /// `count` elements that lie end to end from element `at` of the buffer on.
    ///
    /// # Safety
    /// While the slice lives nothing else reads or writes these elements: no slice of an equal source, no other thread.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn run(&self, at: i64, count: usize) -> &mut [u8] {
        if !self.holds(at, 1, count) {
            return &mut [];
        }
        let size = self.dtype.size();
        // SAFETY: inside the buffer, whose memory is initialised and write-locked by this op; the caller keeps others away.
        unsafe { std::slice::from_raw_parts_mut(self.base.add(at as usize * size), count * size) }
    }

    /// Copies `values` to elements `at, at + stride, …`.
    ///
    /// # Safety
    /// As for [`run`](Self::run), during the call; `values` lie elsewhere.
    #[inline]
    pub unsafe fn scatter(&self, at: i64, stride: i64, values: &[u8]) {
        let count = values.len() / self.dtype.size();
        if !self.holds(at, stride, count) {
            return;
        }
        if stride == 1 {
            let size = self.dtype.size();
            // SAFETY: `holds` has just checked the range; the caller keeps others away, also `values`.
            unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), self.base.add(at as usize * size), count * size) };
            return;
        }
        with_bits!(self.dtype.size(), T => {
            for (i, value) in typed::<T>(values).iter().enumerate() {
                // SAFETY: first and last element are inside the buffer (just checked), so all are; the caller keeps others away.
                unsafe { self.base.cast::<T>().offset((at + stride * i as i64) as isize).write(*value) };
            }
        })
    }

    /// Where the buffer starts, and how many elements it has.
    #[inline(always)]
    pub fn memory<T>(&self) -> (*mut T, usize) {
        (self.base.cast(), self.len_bytes / size_of::<T>())
    }

    /// The address of the first element of the view, for kernels that take strides.
    pub fn pointer(&self) -> *mut u8 {
        self.base.wrapping_offset((self.layout.offset() * self.dtype.size() as i64) as isize)
    }

    /// Lets `body` fill the elements in row-major order, in place where they lie so and in a temporary otherwise. For ops
    /// whose sources never overlap the destination, which are all but maps.
    pub fn fill(self, body: impl FnOnce(&mut [u8])) -> Result<()> {
        let count = self.layout.numel() as usize;
        if self.layout.is_contiguous() {
            // SAFETY: the only view of this memory: `self` is consumed, `door` refuses sources that overlap it, and the write
            // lock is held.
            body(unsafe { self.run(self.layout.offset(), count) });
            return Ok(());
        }
        let mut words = crate::scratch::filled(0u64, (count * self.dtype.size()).div_ceil(8))?;
        let bytes = &mut crate::plain::bytes_mut(&mut words)[..count * self.dtype.size()];
        body(bytes);
        let rank = self.layout.rank();
        let (dims, strides) = (self.layout.dims(), self.layout.strides());
        let row = dims[rank - 1] as usize;
        for (i, values) in bytes.chunks_exact((row * self.dtype.size()).max(1)).enumerate() {
            let at = self.layout.offset() + offset_of(i as i64, &dims[..rank - 1], &strides[..rank - 1]);
            // SAFETY: as above.
            unsafe { self.scatter(at, strides[rank - 1], values) };
        }
        Ok(())
    }
}

impl<'a> Source<'a> {
    /// The memory from the first to the last element that the view touches, and the place of the first.
    pub fn window(&self) -> (i64, &'a [u8]) {
        match self.layout.extent() {
            Some((low, high)) => (low, self.run(low, (high - low + 1) as usize)),
            None => (0, &[]),
        }
    }
}

impl Destination<'_> {
    /// Lends `body` the memory from the first to the last element that the view touches, and the place of the first. For ops
    /// whose sources never overlap the destination, which are all but maps.
    pub fn window<R>(self, body: impl FnOnce(i64, &mut [u8]) -> R) -> R {
        match self.layout.extent() {
            // SAFETY: the only view of this memory: `self` is consumed, `door` refuses sources whose extent meets this one, and
            // the write lock is held.
            Some((low, high)) => body(low, unsafe { self.run(low, (high - low + 1) as usize) }),
            None => body(0, &mut []),
        }
    }
}

impl Source<'_> {
    /// The address of the first element of the view, for kernels that take strides.
    pub fn pointer(&self) -> *const u8 {
        self.base.wrapping_offset((self.layout.offset() * self.dtype.size() as i64) as isize)
    }
}

/// How far the element with this row-major number lies from the first.
#[inline]
pub fn offset_of(mut number: i64, dims: &[i64], strides: &[i64]) -> i64 {
    let mut offset = 0;
    for (dim, stride) in dims.iter().zip(strides).rev() {
        offset += number % dim * stride;
        number /= dim;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_inside_or_not_whatever_the_numbers() {
        let inside = |at, stride, count| holds(80, DType::F64, at, stride, count);
        assert!(inside(0, 1, 10) && inside(9, -1, 10) && inside(3, 0, usize::MAX >> 1) && inside(9, i64::MIN, 1));
        for (at, stride, count) in [(0, 1, 11), (9, -1, 11), (-1, 1, 1), (10, 1, 1), (0, 1, 0), (0, 5, 3), (9, -5, 3)] {
            assert!(!inside(at, stride, count), "{at} {stride} {count}");
        }
        // Products and sums that wrap to a place inside.
        for (at, stride, count) in
            [(0, 1 << 62, 5), (4, i64::MIN, 3), (i64::MAX, i64::MAX, 3), (1, -1, usize::MAX), (5, 1 << 61, 9)]
        {
            assert!(!inside(at, stride, count), "{at} {stride} {count}");
        }
    }
}
