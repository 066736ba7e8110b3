//! crossbeam-channel's own `tests/same_channel.rs`, unmodified.
include!(concat!(env!("OUT_DIR"), "/same_channel.rs"));
