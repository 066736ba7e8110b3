//! Matrix products: the crate `gemm` for f32 and f64, f32 temporaries for halves, wrapping loops for integers.

use crate::buffer::Fresh;
use crate::operand::{Destination, Source, offset_of};
use crate::parallel;
use crate::plain::{Plain, bytes_mut, typed_mut};
use crate::{convert, rows};
use ffi_backend::{DType, DeviceId, Layout, Result};
use gemm::Parallelism;
use std::num::Wrapping;

/// Multiply-adds below which a product stays on the caller's thread.
const SERIAL: usize = 1 << 20;
/// The least side of a tile of the result that one task makes.
const TILE: usize = 128;

/// One matrix of a batch: a pointer's offset in elements, and its strides.
#[derive(Clone, Copy)]
struct Matrix {
    row: isize,
    column: isize,
}

fn matrix(layout: &Layout) -> Matrix {
    let (strides, rank) = (layout.strides(), layout.rank());
    Matrix { row: strides[rank - 2] as isize, column: strides[rank - 1] as isize }
}

/// c = alpha a b.
pub fn matmul(alpha: f64, a: &Source, b: &Source, c: Destination) -> Result<()> {
    match c.dtype {
        DType::F64 => {
            float::<f64>(alpha, a, b, &c);
            Ok(())
        }
        DType::F32 => {
            float::<f32>(alpha as f32, a, b, &c);
            Ok(())
        }
        DType::F16 | DType::Bf16 => widened(alpha as f32, a, b, c),
        DType::I64 => integer::<i64>(a, b, c),
        DType::I32 => integer::<i32>(a, b, c),
        DType::U8 => integer::<u8>(a, b, c),
        DType::Bool => Ok(()),
    }
}

trait Zero: Plain {
    const ZERO: Self;
}
macro_rules! zeros {
    ($($type:ty, $zero:expr;)*) => { $( impl Zero for $type { const ZERO: $type = $zero; } )* };
}
zeros! { f64, 0.0; f32, 0.0; }

/// The sizes of one product and the batch it repeats over.
struct Shape {
    m: usize,
    k: usize,
    n: usize,
    batch: usize,
}

fn shape(a: &Layout, b: &Layout) -> Shape {
    let (x, y) = (a.dims(), b.dims());
    let rank = x.len();
    let batch = x[..rank - 2].iter().product::<i64>() as usize;
    Shape { m: x[rank - 2] as usize, k: x[rank - 1] as usize, n: y[rank - 1] as usize, batch }
}

/// How many tiles cut a side so that each is at least `TILE` long and the pieces keep the kernels busy.
fn cuts(side: usize, wanted: usize) -> usize {
    (side / TILE).clamp(1, wanted)
}

fn float<T: Zero>(alpha: T, a: &Source, b: &Source, c: &Destination) {
    let Shape { m, k, n, batch } = shape(a.layout, b.layout);
    let (ma, mb, mc) = (matrix(a.layout), matrix(b.layout), matrix(c.layout));
    let rank = a.layout.rank() - 2;
    let (pa, pb) = (Shared(a.pointer().cast_mut().cast::<T>()), Shared(b.pointer().cast_mut().cast::<T>()));
    let pc = Shared(c.pointer().cast::<T>());
    // Tiles cut the longer side: what is shared between tiles is packed once in each. `a` is packed as a whole and `b` only
    // piece by piece, so of two equal sides the columns are cut.
    let wanted = if batch * m * n * k.max(1) < SERIAL { 1 } else { crate::parallel::workers().div_ceil(batch) };
    let (down, across) = if m > n { (cuts(m, wanted), 1) } else { (1, cuts(n, wanted)) };
    let (high, wide) = (m.div_ceil(down).next_multiple_of(16), n.div_ceil(across).next_multiple_of(16));
    let (down, across) = (m.div_ceil(high), n.div_ceil(wide));
    let batch_offset =
        |layout: &Layout, i: usize| offset_of(i as i64, &layout.dims()[..rank], &layout.strides()[..rank]) as isize;
    let tile = |task: usize| {
        let (i, tile) = (task / (down * across), task % (down * across));
        let (top, left) = (tile / across * high, tile % across * wide);
        let (m, n) = (high.min(m - top), wide.min(n - left));
        let (pa, pb, pc) = (&pa, &pb, &pc);
        let pa = pa.0.wrapping_offset(batch_offset(a.layout, i) + top as isize * ma.row);
        let pb = pb.0.wrapping_offset(batch_offset(b.layout, i) + left as isize * mb.column);
        let pc = pc.0.wrapping_offset(batch_offset(c.layout, i) + top as isize * mc.row + left as isize * mc.column);
        // SAFETY: the views lie inside their buffers, which `door` has checked, and a tile inside its view; sources are
        // read-locked, the destination is write-locked and overlaps none of them; its layout has no two indices on one
        // element and each tile is one task's. `read_dst` is false, so `c` is only written. `T` is a type gemm knows.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                pc,
                mc.column,
                mc.row,
                false,
                pa,
                ma.column,
                ma.row,
                pb,
                mb.column,
                mb.row,
                T::ZERO,
                alpha,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    };
    parallel::run(batch * down * across, tile);
}

struct Shared<T>(*mut T);
// SAFETY: only `float` uses it, whose tasks read the sources and write tiles that are apart.
unsafe impl<T: Send> Sync for Shared<T> {}

/// Halves by way of f32, rounded once. `gemm` has an f16 of its own, but rounds its partial sums to f16: in steps along k, and
/// for a vector at every element.
fn widened(alpha: f32, a: &Source, b: &Source, c: Destination) -> Result<()> {
    let dtype = c.dtype;
    let dims = c.layout.dims().to_vec();
    let (wide_a, wide_b) = (rows::to_f32(a)?, rows::to_f32(b)?);
    let mut wide_c = Fresh::new(DeviceId(0), 4 * c.layout.numel() as u64)?;
    let layout = Layout::contiguous(&dims)?;
    let (layout_a, layout_b) = (Layout::contiguous(a.layout.dims())?, Layout::contiguous(b.layout.dims())?);
    let source_a = Source::of_buffer(&wide_a, DType::F32, &layout_a);
    let source_b = Source::of_buffer(&wide_b, DType::F32, &layout_b);
    float::<f32>(alpha, &source_a, &source_b, &wide_c.destination(DType::F32, &layout));
    let result = Source::of_buffer(wide_c.buffer(), DType::F32, &layout);
    c.fill(|bytes| {
        parallel::fill(typed_mut::<u16>(bytes), parallel::CHUNK, |chunk, part| {
            let values = result.run((chunk * parallel::CHUNK) as i64, part.len());
            convert::narrow(dtype, values, bytes_mut(part));
        });
    })
}

/// Integers wrap. Rows of the result gather multiples of rows of `b`, a block of columns at a time.
fn integer<T: Plain>(a: &Source, b: &Source, c: Destination) -> Result<()>
where
    Wrapping<T>: std::ops::Mul<Output = Wrapping<T>> + std::ops::Add<Output = Wrapping<T>>,
{
    let Shape { m, k, n, batch } = shape(a.layout, b.layout);
    let rank = a.layout.rank() - 2;
    let (ma, mb) = (matrix(a.layout), matrix(b.layout));
    const COLUMNS: usize = 256;
    const ROWS: usize = 64;
    const DEPTH: usize = 64;
    // Row bands of all batches lie end to end only where bands are whole matrices' rows, so a task is one row band.
    c.fill(|bytes| {
        let out = typed_mut::<T>(bytes);
        let body = |i: usize, band: usize, out: &mut [T]| {
            let at_a = a.layout.offset() + offset_of(i as i64, &a.layout.dims()[..rank], &a.layout.strides()[..rank]);
            let at_b = b.layout.offset() + offset_of(i as i64, &b.layout.dims()[..rank], &b.layout.strides()[..rank]);
            out.fill(T::default());
            let (mut strip, mut row) = (Vec::new(), Vec::new());
            strip.resize(DEPTH * COLUMNS, T::default());
            row.resize(DEPTH, T::default());
            for left in (0..n).step_by(COLUMNS) {
                let width = COLUMNS.min(n - left);
                for deep in (0..k).step_by(DEPTH) {
                    let depth = DEPTH.min(k - deep);
                    for (p, strip) in strip.chunks_exact_mut(COLUMNS).enumerate().take(depth) {
                        let at = at_b + (deep + p) as i64 * mb.row as i64 + left as i64 * mb.column as i64;
                        b.gather(at, mb.column as i64, bytes_mut(&mut strip[..width]));
                    }
                    for (r, out) in out.chunks_exact_mut(n).enumerate() {
                        let at = at_a + (band * ROWS + r) as i64 * ma.row as i64 + deep as i64 * ma.column as i64;
                        a.gather(at, ma.column as i64, bytes_mut(&mut row[..depth]));
                        // Rows past the depth meet factors that are zero.
                        row[depth..].fill(T::default());
                        let out = &mut out[left..left + width];
                        crate::level::run(MultiplyAdd { out, factors: &row, rows: &strip, width: COLUMNS });
                    }
                }
            }
        };
        let chunk = if batch == 1 { ROWS * n } else { m * n };
        let serial = batch * m * n * k < SERIAL / 8;
        let task = |t: usize, part: &mut [T]| {
            if batch == 1 {
                body(0, t, part);
            } else {
                part.chunks_mut(ROWS * n).enumerate().for_each(|(band, part)| body(t, band, part));
            }
        };
        if serial {
            out.chunks_mut(chunk).enumerate().for_each(|(t, part)| task(t, part));
        } else {
            parallel::fill(out, chunk, task);
        }
    })
}

/// Adds a block of multiples of rows, four at a time, so that the result is not loaded and stored for each.
struct MultiplyAdd<'a, T> {
    out: &'a mut [T],
    factors: &'a [T],
    rows: &'a [T],
    width: usize,
}

impl<T: Plain> crate::level::Task for MultiplyAdd<'_, T>
where
    Wrapping<T>: std::ops::Mul<Output = Wrapping<T>> + std::ops::Add<Output = Wrapping<T>>,
{
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let (factors, _) = self.factors.as_chunks::<4>();
        for (f, rows) in factors.iter().zip(self.rows.chunks_exact(4 * self.width)) {
            let f = f.map(Wrapping);
            let (a, rest) = rows.split_at(self.width);
            let (b, rest) = rest.split_at(self.width);
            let (c, d) = rest.split_at(self.width);
            for ((((out, a), b), c), d) in self.out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                let near = Wrapping(*out) + f[0] * Wrapping(*a) + f[1] * Wrapping(*b);
                *out = (near + f[2] * Wrapping(*c) + f[3] * Wrapping(*d)).0;
            }
        }
    }
}
