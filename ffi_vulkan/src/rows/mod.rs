//! The `rt_vk_*` rows: direct use of Vulkan through the C ABI. One file an object; `objects` has the functions.
#![forbid(unsafe_code)]

mod bind;
mod buffer;
mod commands;
mod device;
mod image;
mod instance;
mod kinds;
mod pipeline;
mod render;
mod shader;
mod swapchain;
mod sync;
mod window;

pub use kinds::*;

/// Every table of rows.
pub const TABLES: &[&[&[ffi_base::Row]]] = &[
    instance::ROWS,
    device::ROWS,
    sync::ROWS,
    buffer::ROWS,
    image::ROWS,
    shader::ROWS,
    pipeline::ROWS,
    commands::ROWS,
    bind::ROWS,
    render::ROWS,
    window::ROWS,
    swapchain::ROWS,
];
