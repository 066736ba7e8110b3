//! The rows: one file per family, each row beside the safe function it names.

pub mod channels;
pub mod locks;
pub mod parallel;
pub mod threads;

use ffi_base::{Error, Row, error};

/// Every table.
pub const TABLES: &[&[&[Row]]] = &[threads::ROWS, locks::ROWS, channels::ROWS, parallel::ROWS];

fn planned() -> Error {
    error!(Unsupported, "threads, locks, channels and parallel loops are planned and not part of this version")
}
