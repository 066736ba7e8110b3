//! Layers and their functional forms through the C symbols, against plain loops in f64: every device, dtype and layout. [`plain`]
//! is the reference; it knows nothing of windows, matrix products or broadcasting.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod attention;
#[allow(dead_code, reason = "tolerances of single ops")]
#[path = "../conformance/devices.rs"]
mod devices;
mod images;
mod losses;
mod modules;
mod norms;
mod place;
mod plain;
mod random;
mod recurrent;
mod refusals;
mod rows;
