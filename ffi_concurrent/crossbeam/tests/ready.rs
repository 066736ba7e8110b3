//! crossbeam-channel's own `tests/ready.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/ready.rs"));
