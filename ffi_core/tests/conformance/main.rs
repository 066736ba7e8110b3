//! Every op × dtype × device × layout against the f64 reference. The suite iterates the op tables, the dtype rows and the
//! device list, and asks each device what it supports: a new row is tested without touching anything here.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod devices;
mod index;
mod inputs;
mod join;
mod linalg;
mod lines;
mod map;
mod matmul;
mod order;
mod random;
mod reduce;
mod report;
mod rows;
mod statistics;
mod training;
