//! Layers and networks: a [`Module`] holds named parameters and turns tensors into tensors. Each layer also has its functional
//! form, a plain function over tensors, which the layer calls.
//!
//! The tour: [`module`] what every layer is; [`layers`] the simple ones; [`activation`], [`conv`], [`pool`], [`norm`],
//! [`recurrent`] and [`attention`] the others; [`loss`] what training makes small; [`init`] how parameters start; `fused` several
//! rows of the op table in one pass; [`parameter_list`] tensors of one's own as a module.

pub mod activation;
pub mod attention;
pub mod conv;
pub(crate) mod fused;
pub mod init;
pub mod layers;
pub mod loss;
pub mod module;
pub mod norm;
pub mod parameter_list;
pub mod pool;
pub mod recurrent;

pub use module::{Layer, Module};
