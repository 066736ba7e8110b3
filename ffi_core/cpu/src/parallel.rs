//! Work in chunks, shared with the pool's workers by `ffi_base::share`: the caller, which holds locks, works too and waits only for
//! chunks that a worker has begun.

use ffi_base::pool;
use ffi_base::share::{self, Part, Plan, Wake};
use std::marker::PhantomData;

/// Elements of cheap work that make a chunk; smaller ops stay on the caller's thread.
pub const CHUNK: usize = 32 << 10;

/// Runs `body` for every chunk number below `chunks`, on several threads where there are any.
pub fn run(chunks: usize, body: impl Fn(usize) + Sync) {
    if chunks <= 1 || pool::on_worker() || share::inside() {
        (0..chunks).for_each(body);
        return;
    }
    // Chunks are cut so that each is worth a thread.
    let plan = Plan { count: chunks, grain: 1, wake: Wake::AtOnce, may_wait: false };
    let outcome = share::run(plan, |part: &Part<'_>| {
        for chunk in part {
            body(chunk);
        }
    });
    if let Err(failed) = outcome {
        // Goes on as the panic that it was, to the guard of the exported function.
        panic!("{}", failed.text().trim_start_matches("panic: "));
    }
}

/// Fills `out` in chunks of `len` elements; `body` gets the chunk's number and its part.
pub fn fill<T: Send>(out: &mut [T], len: usize, body: impl Fn(usize, &mut [T]) + Sync) {
    let len = len.max(1);
    let total = out.len();
    let base = Shared(out.as_mut_ptr());
    run(total.div_ceil(len), |chunk| {
        let base = &base;
        let at = chunk * len;
        // SAFETY: chunk numbers are below the count and handed out once each, so the parts are disjoint and inside `out`,
        // which is borrowed exclusively until `run` returns.
        body(chunk, unsafe { std::slice::from_raw_parts_mut(base.0.add(at), len.min(total - at)) });
    });
}

/// Some columns of a matrix that lies row by row, to write.
pub struct Columns<'a, T> {
    base: *mut T,
    rows: usize,
    row_len: usize,
    from: usize,
    count: usize,
    memory: PhantomData<&'a mut [T]>,
}

impl<'a, T> Columns<'a, T> {
    /// All of them. What does not fill a row is left out.
    pub fn all(matrix: &'a mut [T], row_len: usize) -> Columns<'a, T> {
        let rows = matrix.len() / row_len.max(1);
        Columns { base: matrix.as_mut_ptr(), rows, row_len, from: 0, count: row_len, memory: PhantomData }
    }

    /// These columns of one row; nothing beyond the last row.
    #[inline(always)]
    pub fn row(&mut self, row: usize) -> &mut [T] {
        if row >= self.rows {
            return &mut [];
        }
        // SAFETY: `row < rows` and `from + count <= row_len`, so the part lies inside the matrix of `rows * row_len` elements,
        // which is borrowed exclusively for `'a`; no other `Columns` over it shares a column, and `self` is borrowed
        // exclusively while the part lives.
        unsafe { std::slice::from_raw_parts_mut(self.base.add(row * self.row_len + self.from), self.count) }
    }
}

/// Fills a matrix of rows of `row_len` elements in strips of at most `width` columns; `body` gets the number of its first
/// column and its strip.
pub fn columns<T: Send>(matrix: &mut [T], row_len: usize, width: usize, body: impl Fn(usize, Columns<T>) + Sync) {
    let (rows, width) = (matrix.len() / row_len.max(1), width.max(1));
    let base = Shared(matrix.as_mut_ptr());
    run(row_len.div_ceil(width), |strip| {
        let base = &base;
        let from = strip * width;
        // Strip numbers are handed out once each, so the columns of two strips are disjoint, as `Columns::row` wants them.
        let count = width.min(row_len - from);
        body(from, Columns { base: base.0, rows, row_len, from, count, memory: PhantomData });
    });
}

/// How many threads may share an op: inside an item of a parallel loop this one alone.
pub fn workers() -> usize {
    if pool::on_worker() || share::inside() { 1 } else { pool::threads() }
}

struct Shared<T>(*mut T);
// SAFETY: only `fill` and `columns` use it, to give each thread its own part.
unsafe impl<T: Send> Sync for Shared<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chunk_runs_once() {
        for count in [0, 1, 2, 7, 1000] {
            let mut seen = vec![0u8; count];
            for _ in 0..20 {
                fill(&mut seen, 1, |_, part| part[0] += 1);
            }
            assert!(seen.iter().all(|n| *n == 20), "{count}");
        }
    }

    #[test]
    fn every_column_is_written_once() {
        for (rows, row_len, width) in [(1, 1, 1), (3, 7, 2), (5, 64, 64), (4, 65, 16), (0, 3, 2)] {
            let mut seen = vec![0u8; rows * row_len];
            columns(&mut seen, row_len, width, |_, mut strip| {
                (0..rows + 1).for_each(|row| strip.row(row).iter_mut().for_each(|n| *n += 1));
            });
            assert!(seen.iter().all(|n| *n == 1), "{rows} {row_len} {width}");
        }
    }
}
