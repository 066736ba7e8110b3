//! The rows of parallel loops beside plain loops: every size, grain and number of threads; then what goes wrong.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;
mod each;
mod ranges;
mod reduce;
mod sort;
mod trouble;
mod waits;
