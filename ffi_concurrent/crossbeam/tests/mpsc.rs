//! crossbeam-channel's own `tests/mpsc.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/mpsc.rs"));
