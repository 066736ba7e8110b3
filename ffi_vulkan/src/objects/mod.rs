//! Vulkan itself, made safe: every object counts its parent, knows what still uses it, and refuses what is out of order.
//!
//! The tour: `instance` and `physical` say what there is, `device` opens one and `queue` its queues; `memory` and `buffer` hold
//! bytes, `image` texels in a `format`; `pool` and `commands` record, `recording` is the part in between, `transfer`, `texels`,
//! `bind`, `render`, `draw` and `timestamps` the commands; `shader` reads modules by `spirv`, `layout` says what they bind and
//! `descriptor` binds it, `pipeline` and `graphics` compile; `fence` waits; `resource` counts what submissions use, `places` where
//! they leave images; `desktop` has windows and what shows images in them. What calls the driver lies in `raw`, and only there is
//! `unsafe`; everything above checks before it calls down.
//!
//! Ownership: an object lives while a handle, a child, a recorded command buffer or a submission needs it, whatever is freed in
//! which order. No object refers to what counts it: a queue counts what its submissions use, a device knows its queues weakly.

pub mod bind;
pub mod buffer;
pub mod commands;
pub mod descriptor;
#[cfg(feature = "window")]
pub mod desktop;
pub mod device;
pub mod draw;
pub mod fence;
mod format;
pub mod graphics;
pub mod image;
pub mod instance;
mod layout;
pub mod memory;
mod physical;
pub mod pipeline;
mod places;
pub mod pool;
pub mod queue;
pub mod raw;
mod recording;
pub mod render;
pub mod resource;
pub mod shader;
mod spirv;
#[cfg(test)]
mod tests;
pub mod texels;
pub mod timestamps;
pub mod transfer;

use ffi_base::{Result, error};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use buffer::Buffer;
pub use commands::Commands;
pub use descriptor::DescriptorSet;
#[cfg(feature = "window")]
pub use desktop::{Surface, Swapchain, Window, surface, swapchain, window};
pub use device::Device;
pub use fence::Fence;
pub use image::{Image, Sampler};
pub use instance::Instance;
pub use memory::Memory;
pub use pipeline::Pipeline;
pub use pool::CommandPool;
pub use queue::Queue;
pub use resource::destroy;
pub use shader::Shader;

/// Locks; nothing that these locks guard is left half changed by a panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An index from outside: NOT_FOUND says how many there are.
pub(crate) fn at(what: &str, index: i64, len: usize) -> Result<usize> {
    let found = usize::try_from(index).ok().filter(|index| *index < len);
    found.ok_or_else(|| error!(NotFound, "{what} {index} of {len}"))
}

/// A size or offset from outside.
pub(crate) fn size(what: &str, bytes: i64) -> Result<u64> {
    u64::try_from(bytes).map_err(|_| error!(InvalidArgument, "{what} is {bytes}, less than nothing"))
}

/// A small number from outside.
pub(crate) fn small(what: &str, number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| error!(InvalidArgument, "{what} is {number}, which is not in 0..2^32"))
}
