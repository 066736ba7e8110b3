//! Layers and networks: a [`Module`] holds named parameters and turns tensors into tensors. Each layer also has its functional
//! form, a plain function over tensors, which the layer calls.
//!
//! The tour: [`module`] what every layer is; [`layers`] those with parameters of their own and those without; [`init`] how
//! parameters start; [`parameter_list`] tensors of one's own as a module.

pub mod init;
pub mod layers;
pub mod module;
pub mod parameter_list;

pub use module::{Layer, Module};
