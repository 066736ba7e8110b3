//! What products ask of their operands. Pure.

use crate::check_lines::walkable;
use crate::dtype::{DType, not_defined_for};
use crate::layout::Layout;
use crate::op::{Op, View};
use ffi_base::{Result, fail};

/// Dimensions that may count as one.
const MOST: u8 = 3;

/// `counts`: how many dimensions are the rows, how many are summed over, and how many are the columns.
pub(crate) fn product(op: &Op, counts: [u8; 3], sources: &[View], dtype: DType, destination: &Layout) -> Result<()> {
    let name = op.name();
    let [a, b] = sources else { fail!(InvalidArgument, "{name}: takes two operands") };
    if a.dtype != b.dtype || a.dtype != dtype {
        fail!(DtypeMismatch, "{name}: {} by {} into {}", a.dtype, b.dtype, dtype);
    }
    if a.dtype == DType::Bool {
        return Err(not_defined_for(name, a.dtype));
    }
    if counts.iter().any(|count| !(1..=MOST).contains(count)) {
        fail!(InvalidArgument, "{name}: {counts:?} dimensions of rows, sums and columns; 1 to {MOST} count as one");
    }
    let [rows, inner, columns] = counts.map(usize::from);
    let (x, y, z) = (a.layout.dims(), b.layout.dims(), destination.dims());
    let batch = z.len().checked_sub(rows + columns);
    let Some(batch) = batch.filter(|batch| {
        x.len() == batch + rows + inner
            && y.len() == batch + inner + columns
            && x[..*batch] == y[..*batch]
            && x[..*batch] == z[..*batch]
    }) else {
        fail!(ShapeMismatch, "{name}: batch dimensions differ, lhs {x:?}, rhs {y:?}, result {z:?}");
    };
    if x[batch + rows..] != y[batch..batch + inner] {
        fail!(ShapeMismatch, "{name}: inner dimensions differ, lhs {x:?}, rhs {y:?}");
    }
    if z[batch..batch + rows] != x[batch..batch + rows] || z[batch + rows..] != y[batch + inner..] {
        fail!(ShapeMismatch, "{name}: lhs {x:?} by rhs {y:?} does not give {z:?}");
    }
    walkable(op, a)?;
    walkable(op, b)
}
