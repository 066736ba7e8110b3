//! crossbeam-channel's own `tests/never.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/never.rs"));
