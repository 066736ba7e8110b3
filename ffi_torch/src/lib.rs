//! PyTorch-style tensors over any [`Device`](ffi_backend::Device): safe Rust, no exported symbol, no device of its own.
//!
//! A [`Tensor`] is a view of a device buffer: dtype, layout, and shares of the memory. The tour: [`tensor`] the type and its
//! creation; [`transfer`] host memory, devices and dtypes; [`interchange`] memory shared with others; [`view`] shapes without
//! copies; [`elementwise`], [`reduce`], [`matmul`] and [`linalg`] work, which decide shapes and dtypes and leave the computing
//! to the device, as do [`index`], [`order`], [`statistics`] and [`matrix`]; [`join`] puts tensors together and cuts them;
//! [`windows`] pads and slides; [`random`] is the generator. [`autograd`] records what they do and computes gradients, [`nn`] has layers
//! and networks, [`optim`] changes their parameters, [`data`] gives batches, [`files`] reads and writes.
//! Shapes broadcast and dtypes promote as the Python array API standard defines them; see
//! [`DType::promote`](ffi_backend::DType::promote) for what that standard leaves open.
#![forbid(unsafe_code)]

pub mod autograd;
pub mod data;
pub mod elementwise;
pub mod files;
pub mod index;
pub mod interchange;
pub mod join;
pub mod linalg;
pub mod matmul;
pub mod matrix;
pub mod nn;
pub mod optim;
pub mod order;
pub mod random;
pub mod reduce;
pub mod statistics;
pub mod tensor;
pub mod transfer;
pub mod view;
pub mod windows;

pub use tensor::Tensor;
