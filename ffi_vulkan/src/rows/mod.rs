//! The `rt_vk_*` rows: direct use of Vulkan through the C ABI. One file an object; `objects` has the functions.
#![forbid(unsafe_code)]

mod buffer;
mod commands;
mod device;
mod instance;
mod kinds;
mod planned;
mod swapchain;
mod sync;
mod window;

pub use kinds::*;

/// Every table of rows.
pub const TABLES: &[&[&[ffi_base::Row]]] = &[
    instance::ROWS,
    device::ROWS,
    buffer::ROWS,
    commands::ROWS,
    sync::ROWS,
    window::ROWS,
    swapchain::ROWS,
    planned::ROWS,
];
