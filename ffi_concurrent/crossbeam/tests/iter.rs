//! crossbeam-channel's own `tests/iter.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/iter.rs"));
