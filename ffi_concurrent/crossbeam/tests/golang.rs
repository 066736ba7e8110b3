//! crossbeam-channel's own `tests/golang.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/golang.rs"));
