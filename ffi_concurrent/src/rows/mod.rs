//! The rows: one file per family, each row beside the safe function it names.

pub mod channels;
pub mod locks;
pub mod parallel;
pub mod threads;

use ffi_base::{Error, Row, error};

/// Every table.
pub const TABLES: &[&[&[Row]]] = &[
    threads::ROWS,
    threads::LOCALS,
    locks::MUTEXES,
    locks::RWLOCKS,
    locks::CONDVARS,
    locks::BARRIERS,
    locks::SEMAPHORES,
    locks::ONCES,
    locks::ATOMICS,
    channels::ROWS,
    channels::MAPS,
    channels::QUEUES,
    parallel::ROWS,
];

fn planned() -> Error {
    error!(Unsupported, "parallel loops are planned and not part of this version")
}
