//! Linear algebra: the crate `faer` factors one matrix on one thread, a batch is shared between threads.
//!
//! A matrix is copied into columns, factored there and copied out; its own layout may be any. What `faer` needs besides comes
//! from a fallible allocation.
#![forbid(unsafe_code)]

use crate::operand::{Destination, Source, offset_of};
use crate::parallel;
use crate::plain::{Plain, bytes_mut, typed_mut};
use crate::scratch::filled;
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::llt::factor as llt;
use faer::linalg::lu::partial_pivoting as lu;
use faer::perm::PermRef;
use faer::traits::ComplexField;
use faer::{MatMut, MatRef, Par, Spec};
use ffi_backend::{DType, Element, LinalgOp, Result, error, fail};
use parking_lot::Mutex;

/// Multiply-adds that one task does at least.
const WORK: usize = 1 << 18;
/// The side of a square of elements that is turned within the first cache.
const TILE: usize = 16;

/// The element types this family computes in.
trait Real: Plain + ComplexField + Element {}
impl Real for f32 {}
impl Real for f64 {}

/// One op over all matrices of its operands.
pub fn linalg(op: LinalgOp, sources: &[Source], to: Destination) -> Result<()> {
    match to.dtype {
        DType::F32 => batches::<f32>(op, sources, to),
        DType::F64 => batches::<f64>(op, sources, to),
        other => fail!(DtypeMismatch, "{} is not defined for {other}", op.name()),
    }
}

fn batches<T: Real>(op: LinalgOp, sources: &[Source], to: Destination) -> Result<()> {
    let Some(a) = sources.first() else { fail!(InvalidArgument, "{}: no operand", op.name()) };
    let dims = a.layout.dims();
    let n = dims[dims.len() - 1] as usize;
    let columns = match (op, sources) {
        (LinalgOp::Det, _) => 1,
        (_, [_, b]) => b.layout.dims()[dims.len() - 1] as usize,
        _ => n,
    };
    let rows = if op == LinalgOp::Det { 1 } else { n };
    let each = (WORK / (n * n * (n + columns)).max(1)).max(1);
    // The first that has no answer is named, whichever thread finds its own first.
    let fault = Mutex::new(None);
    to.fill(|bytes| {
        parallel::fill(typed_mut::<T>(bytes), each * rows * columns, |task, part| {
            for (i, out) in part.chunks_exact_mut(rows * columns).enumerate() {
                let batch = task * each + i;
                if let Err(error) = one(op, sources, batch, n, columns, out) {
                    let mut first = fault.lock();
                    if first.as_ref().is_none_or(|(other, _)| batch < *other) {
                        *first = Some((batch, error));
                    }
                    return;
                }
            }
        });
    })?;
    match fault.into_inner() {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

/// One matrix, or one system; `out` is row-major.
fn one<T: Real>(op: LinalgOp, sources: &[Source], batch: usize, n: usize, columns: usize, out: &mut [T]) -> Result<()> {
    let Some(a) = sources.first() else { return Ok(()) };
    if n == 0 {
        // Only a determinant has an element then: the product of no pivots.
        out.fill(T::from_whole(1));
        return Ok(());
    }
    let mut factor = filled(T::default(), n * n)?;
    match op {
        LinalgOp::Cholesky { upper } => {
            load(a, batch, n, n, upper, &mut factor);
            if let Some(at) = cholesky(&mut factor, n)? {
                fail!(
                    InvalidArgument,
                    "{}: matrix {batch} of the batch is not positive definite, its leading minor of order {at} is not",
                    op.name()
                );
            }
            for (column, values) in factor.chunks_exact_mut(n).enumerate() {
                values[..column].fill(T::default());
            }
            // A factor read by rows is the transposed one, which is the upper factor of the turned matrix.
            if upper {
                out.copy_from_slice(&factor)
            } else {
                turn(&factor, n, n, out)
            }
            Ok(())
        }
        LinalgOp::Det => {
            load(a, batch, n, n, false, &mut factor);
            let (mut forward, mut inverse) = (filled(0usize, n)?, filled(0usize, n)?);
            let (odd, _) = factored(&mut factor, n, &mut forward, &mut inverse)?;
            let mut product = if odd { -1.0 } else { 1.0 };
            for i in 0..n {
                let pivot = factor[i * n + i].to_real();
                product *= pivot;
                // What follows a pivot of 0 was divided by it.
                if pivot == 0.0 {
                    break;
                }
            }
            out[0] = T::from_real(product);
            Ok(())
        }
        LinalgOp::Solve | LinalgOp::Inverse => {
            load(a, batch, n, n, false, &mut factor);
            let (mut forward, mut inverse) = (filled(0usize, n)?, filled(0usize, n)?);
            let mut x = filled(T::default(), n * columns)?;
            match sources {
                [_, b] => load(b, batch, n, columns, false, &mut x),
                _ => (0..n).for_each(|i| x[i * n + i] = T::from_whole(1)),
            }
            let (_, order) = factored(&mut factor, n, &mut forward, &mut inverse)?;
            if let Some(at) = (0..n).find(|&i| factor[i * n + i] == T::default()) {
                fail!(InvalidArgument, "{}: matrix {batch} of the batch is singular, pivot {at} is 0", op.name());
            }
            let mut memory = memory(lu::solve::solve_in_place_scratch::<usize, T>(n, columns, Par::Seq))?;
            let lower_upper = MatRef::from_column_major_slice(&factor, n, n);
            let right = MatMut::from_column_major_slice_mut(&mut x, n, columns);
            lu::solve::solve_in_place(lower_upper, lower_upper, order, right, Par::Seq, MemStack::new(&mut memory));
            turn(&x, n, columns, out);
            Ok(())
        }
    }
}

/// Makes the lower factor of a positive definite matrix in place; otherwise says which leading minor is not positive.
fn cholesky<T: Real>(a: &mut [T], n: usize) -> Result<Option<usize>> {
    let mut memory = memory(llt::cholesky_in_place_scratch::<T>(n, Par::Seq, Spec::default()))?;
    let columns = MatMut::from_column_major_slice_mut(a, n, n);
    let done = llt::cholesky_in_place(
        columns,
        llt::LltRegularization::default(),
        Par::Seq,
        MemStack::new(&mut memory),
        Spec::default(),
    );
    Ok(match done {
        Err(llt::LltError::NonPositivePivot { index }) => Some(index + 1),
        // A NaN passes for positive there.
        Ok(_) => (0..n).find(|&i| a[i * n + i].to_real().is_nan()).map(|at| at + 1),
    })
}

/// Factors in place; says whether the rows were swapped an odd number of times, and the order that was found.
fn factored<'p, T: Real>(
    a: &mut [T],
    n: usize,
    forward: &'p mut [usize],
    inverse: &'p mut [usize],
) -> Result<(bool, PermRef<'p, usize>)> {
    let mut memory = memory(lu::factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, Spec::default()))?;
    let columns = MatMut::from_column_major_slice_mut(a, n, n);
    let (info, order) =
        lu::factor::lu_in_place(columns, forward, inverse, Par::Seq, MemStack::new(&mut memory), Spec::default());
    Ok((info.transposition_count % 2 == 1, order))
}

fn memory(request: StackReq) -> Result<MemBuffer> {
    let len = request.size_bytes();
    MemBuffer::try_new(request).map_err(|_| error!(OutOfMemory, "no room for a temporary of {len} bytes"))
}

/// Copies one matrix of a batch to columns that lie end to end, or its rows so when it is to be turned.
fn load<T: Plain>(source: &Source, batch: usize, rows: usize, columns: usize, turned: bool, out: &mut [T]) {
    let (dims, strides) = (source.layout.dims(), source.layout.strides());
    let lead = dims.len() - 2;
    let at = source.layout.offset() + offset_of(batch as i64, &dims[..lead], &strides[..lead]);
    let (down, across) = (strides[lead], strides[lead + 1]);
    let (long, short) = if turned { (down, across) } else { (across, down) };
    let (count, len) = if turned { (rows, columns) } else { (columns, rows) };
    if long == 1 && count > 1 {
        // Along memory, a band at a time, so that what is written stays near.
        for (band, out) in out.chunks_mut(TILE * len).enumerate() {
            source.gather_tile(at + (band * TILE) as i64, short, out.len() / len, len, bytes_mut(out));
        }
        return;
    }
    for (i, out) in out.chunks_exact_mut(len).enumerate() {
        source.gather(at + long * i as i64, short, bytes_mut(out));
    }
}

/// Columns that lie end to end to rows that do.
fn turn<T: Plain>(from: &[T], rows: usize, columns: usize, out: &mut [T]) {
    for top in (0..rows).step_by(TILE) {
        for left in (0..columns).step_by(TILE) {
            for row in top..(top + TILE).min(rows) {
                for column in left..(left + TILE).min(columns) {
                    out[row * columns + column] = from[column * rows + row];
                }
            }
        }
    }
}
