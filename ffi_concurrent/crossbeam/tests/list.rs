//! crossbeam-channel's own `tests/list.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/list.rs"));
