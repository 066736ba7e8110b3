//! The rows: one file per family, each row beside the safe function it names.

pub mod channels;
pub mod locks;
pub mod parallel;
pub mod threads;

use ffi_base::Row;

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
