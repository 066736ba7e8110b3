//! Threads, locks and channels through their symbols: what each does, and how each wait ends.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod channels;
mod common;
mod locks;
mod threads;
mod waits;
