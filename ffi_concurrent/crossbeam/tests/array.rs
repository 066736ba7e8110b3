//! crossbeam-channel's own `tests/array.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/array.rs"));
