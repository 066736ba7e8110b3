//! How the matrices of linear algebra wait in memory, and how they are cut into panels: by shape, and by what the device is.
#![forbid(unsafe_code)]

use super::plan::{GROUP, MOST_TURNS, Operand};
use super::reduce::ceil_div;
use ffi_backend::{Layout, LinalgOp};

/// Rows of a matrix that one workgroup does all of, and columns of its right side.
const WHOLE: [i64; 2] = [64, 256];
/// Columns of a panel and invocations of its workgroup; the first that leaves each few enough turns is taken. A CPU makes an invocation's turns
/// one after the other in any case, and has less to do at a barrier where there are few of them.
const PANELS: [[i64; 2]; 3] = [[32, GROUP], [16, GROUP], [8, GROUP]];
const PANELS_OF_CPU: [[i64; 2]; 3] = [[16, 32], [16, GROUP], [8, GROUP]];
/// Bytes of matrices that wait at a time, but one at least.
pub const MOST_WAITING: i64 = 256 << 20;

/// What is worked on, and how it waits: words for the batch, pivots, then the numbers of each matrix with those of its right side.
#[derive(Clone, Copy)]
pub struct Shape {
    pub n: i64,
    /// Of the right side; of a result that is a matrix.
    pub columns: i64,
    /// Where the right side begins in a row, and from a row to the next; both multiples of four, for products load in fours.
    pub right: i64,
    pub ld: i64,
    pub batch: i64,
    /// Matrices that wait at a time.
    pub part: i64,
    /// Where the first begins, in numbers.
    pub numbers: i64,
    /// In all.
    pub bytes: u64,
}

/// Up to a multiple.
pub fn upto(value: i64, multiple: i64) -> i64 {
    ceil_div(value, multiple) * multiple
}

impl Shape {
    /// `None` if 32 bits do not count it.
    fn new(op: LinalgOp, a: &Layout, b: Option<&Layout>, size: i64, waiting: i64) -> Option<Shape> {
        let last = |layout: &Layout| layout.dims().last().copied().unwrap_or(1);
        let (n, columns) = (last(a), last(b.unwrap_or(a)));
        let batch: i64 = a.dims().iter().rev().skip(2).product();
        let counted = |count: i64| (count < i64::from(i32::MAX)).then_some(count);
        counted(n.max(columns).max(batch))?;
        let right = if matches!(op, LinalgOp::Solve | LinalgOp::Inverse) { upto(n, 4) } else { 0 };
        let ld = upto(right + columns, 4);
        let each = counted(n.checked_mul(ld)?)?;
        let part = (waiting / (each * size).max(1)).clamp(1, batch.max(1));
        // Bindings and fours begin at multiples of 256 bytes.
        let numbers = upto((part * n + batch) * 4, 256) / size;
        let bytes = counted(numbers + part * each)? * size;
        Some(Shape { n, columns, right, ld, batch, part, numbers, bytes: bytes as u64 })
    }

    pub fn of(op: LinalgOp, sources: &[Operand], destination: &Operand, waiting: i64) -> Option<Shape> {
        let [a, ..] = sources else { return None };
        Shape::new(op, a.layout, sources.get(1).map(|b| b.layout), destination.dtype.size() as i64, waiting)
    }
}

/// How a matrix is cut.
#[derive(Clone, Copy)]
pub struct Cut {
    /// Columns of a panel; `None` where one workgroup does all of a matrix.
    pub panel: Option<i64>,
    /// Invocations of a workgroup that does a matrix, or a panel; so many of them side by side along a row.
    pub threads: i64,
    pub lanes: i64,
}

impl Cut {
    pub fn new(shape: &Shape, cpu: bool) -> Cut {
        let little = shape.n * shape.ld <= 512;
        let threads = match (cpu, little) {
            (true, true) => 8,
            (true, false) | (false, true) => 32,
            (false, false) => GROUP,
        };
        let whole = Cut { panel: None, threads, lanes: if threads < GROUP { 8 } else { 16 } };
        if shape.n <= WHOLE[0] && shape.columns <= WHOLE[1] && whole.turns(shape) <= MOST_TURNS {
            return whole;
        }
        let cuts = if cpu { PANELS_OF_CPU } else { PANELS };
        let cuts = cuts.map(|[panel, threads]| Cut { panel: Some(panel), threads, lanes: panel });
        cuts.into_iter().find(|cut| cut.turns(shape) <= MOST_TURNS).unwrap_or(cuts[2])
    }

    /// Turns of an invocation that does a panel, or all of a matrix.
    fn turns(&self, shape: &Shape) -> i64 {
        let Shape { n, columns, ld, .. } = *shape;
        let (end, steps) = match self.panel {
            Some(panel) => (panel, panel),
            None => (ld, n),
        };
        let (rows, across) = (ceil_div(n, self.threads / self.lanes), ceil_div(end, self.lanes));
        // In each column the search, the logarithm of the workgroup, an exchange, and what is right of it in all rows.
        let step = ceil_div(n, self.threads) + 8 + ceil_div(end, self.threads) + rows * (1 + across);
        match self.panel {
            // Then the division by the pivots.
            Some(_) => steps * step + rows * (1 + across),
            // And backwards; in, and out.
            None => steps * (step + ceil_div(columns, self.lanes) * (1 + rows)) + 2 * ceil_div(n * ld, self.threads),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(op: LinalgOp, dims: &[i64]) -> Option<Shape> {
        Shape::new(op, &Layout::scalar().broadcast_to(dims).unwrap(), None, 8, MOST_WAITING)
    }

    #[test]
    fn no_cut_takes_more_than_the_turns_of_a_dispatch() {
        for cpu in [false, true] {
            for n in [0, 1, 4, 16, 40, 64, 65, 300, 1000, 3000, 5000, 20_000, 46_000] {
                let shape = shape(LinalgOp::Det, &[n, n]).unwrap();
                for columns in [0, 1, 64, 256, 257, 5000] {
                    let shape = Shape { columns, right: shape.ld, ld: shape.ld + upto(columns, 4), ..shape };
                    let cut = Cut::new(&shape, cpu);
                    let turns = cut.turns(&shape);
                    assert!(turns <= MOST_TURNS, "{n} by {columns}: {turns}");
                    assert_eq!(cut.threads % cut.lanes, 0);
                    assert!(cut.panel.is_some() || (n <= WHOLE[0] && columns <= WHOLE[1]));
                }
            }
        }
    }

    #[test]
    fn large_batches_go_in_parts_and_what_32_bits_do_not_count_is_refused() {
        let parts = shape(LinalgOp::Inverse, &[1_000_000, 100, 100]).unwrap();
        assert!(parts.part < 20_000 && parts.bytes < 300 << 20);
        assert_eq!(shape(LinalgOp::Det, &[3, 5, 5]).unwrap().part, 3);
        assert!(shape(LinalgOp::Det, &[40_000, 40_000]).is_some());
        assert!(shape(LinalgOp::Inverse, &[40_000, 40_000]).is_none());
        assert!(shape(LinalgOp::Inverse, &[i64::from(i32::MAX), 3, 3]).is_none());
    }
}
