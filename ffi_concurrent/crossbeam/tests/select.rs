//! crossbeam-channel's own `tests/select.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/select.rs"));
