//! Parallel loops on the one pool: what the rows of `rows/parallel.rs` do, as safe functions over closures.
//!
//! * `each`: a body for every index or element, and maps;
//! * `reduce`: folds and running totals, over blocks that depend on the length alone, so that any number of threads gives the same
//!   bits;
//! * `sort`: numbers, and whatever a function of the host compares;
//! * `scope`: tasks that all run at the same time;
//! * `foreign`: arrays and functions of the host, the file with `unsafe`.

pub mod each;
pub mod foreign;
pub mod reduce;
pub mod scope;
pub mod sort;

use ffi_base::share::{self, Plan, Wake};
use ffi_base::{Result, error, fail, pool};

/// A loop of so many indices would not end in days.
const TOO_MANY: i64 = 1 << 48;

/// How a loop over indices is shared.
fn plan(count: usize, grain: i64) -> Result<Plan> {
    let grain = usize::try_from(grain).map_err(|_| error!(InvalidArgument, "the grain {grain} is negative"))?;
    Ok(Plan { count, grain: grain.max(1), wake: Wake::WhenItPays, may_wait: true })
}

/// The number of indices from `first` on.
fn indices(first: i64, count: i64) -> Result<usize> {
    if !(0..TOO_MANY).contains(&count) {
        fail!(InvalidArgument, "count {count} is negative or 2^48 and more");
    }
    if first.checked_add(count).is_none() {
        fail!(InvalidArgument, "{first} + {count} does not fit an int64_t");
    }
    Ok(count as usize)
}

/// How many threads a loop may use here: one inside a loop.
pub fn threads() -> Result<i64> {
    Ok(if pool::on_worker() || share::inside() { 1 } else { pool::threads() as i64 })
}

/// See [`pool::set_threads`].
pub fn set_threads(count: i64) -> Result<()> {
    match usize::try_from(count) {
        Ok(count) => pool::set_threads(count),
        Err(_) => fail!(InvalidArgument, "the number of threads {count} is negative"),
    }
}

/// Stops the loop that the calling callback belongs to.
pub fn cancel() -> Result<()> {
    if share::cancel(error!(Closed, "the loop was cancelled by its callback")) {
        return Ok(());
    }
    Err(error!(InvalidArgument, "this thread is in no callback of a parallel loop"))
}
