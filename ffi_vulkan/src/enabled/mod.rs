//! The device itself, compiled with the feature `vulkan` alone.

mod assemble;
mod axis;
mod backend;
mod batch;
mod buffer;
mod cache;
mod choice;
mod device;
mod elementwise;
pub(crate) mod fault;
mod fused;
mod gpu;
mod index;
mod index_check;
pub(crate) mod instance;
mod kernel;
mod linalg;
mod linalg_check;
mod matmul;
mod memory;
mod order;
mod panels;
mod plan;
mod pool;
mod queue;
mod random;
mod record;
mod recorder;
mod reduce;
mod rows;
mod scan;
mod support;
#[cfg(test)]
mod tests;
mod tiles;
mod trace;

pub use backend::{backend, find};
pub use buffer::VulkanBuffer;
pub use device::VulkanDevice;
pub use instance::validation_messages;
#[doc(hidden)]
pub use trace::Traced;
