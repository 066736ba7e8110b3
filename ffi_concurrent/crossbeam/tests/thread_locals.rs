//! crossbeam-channel's own `tests/thread_locals.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/thread_locals.rs"));
