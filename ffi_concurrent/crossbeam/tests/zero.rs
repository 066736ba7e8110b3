//! crossbeam-channel's own `tests/zero.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/zero.rs"));
