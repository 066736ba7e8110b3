//! The rows that draw.
#![forbid(unsafe_code)]

use super::{VkBufferKind, VkCommandBufferKind, VkImageKind};
#[cfg(feature = "vulkan")]
use crate::objects::{draw, render};
use ffi_base::{Array, Handle, Optional, Status, exports};

type B = Handle<VkBufferKind>;
type C = Handle<VkCommandBufferKind>;

exports! { ROWS, "Vulkan: drawing (feature vulkan)", "rt_vk_";
    /// Begins to draw to images of usage 16, by their handles, and depth of usage 32, or 0; all of one size. `clear` has 4 numbers for each colour and one
    /// for depth, or none: what is there then stays. Viewport and scissor become all of it. Between begin and end stand draws, binds and push constants alone.
    #[feature = "vulkan"]
    fn render_begin(commands: C, colors & count: Array<i64>, depth: Optional<VkImageKind>, clear & clear_count: Array<f64>) -> Status => render::begin;
    /// Ends drawing. Images of usage 4 can then be sampled.
    #[feature = "vulkan"]
    fn render_end(commands: C) -> Status => render::end;
    /// Where the picture lies in the targets: x, y, width, height, and perhaps the nearest and farthest depth.
    #[feature = "vulkan"]
    fn viewport(commands: C, numbers & count: Array<f64>) -> Status => draw::viewport;
    /// Which part of the targets is drawn to, in texels.
    #[feature = "vulkan"]
    fn scissor(commands: C, x: i64, y: i64, width: i64, height: i64) -> Status => draw::scissor;
    /// Binds a buffer of usage 128, from an offset on, as the vertex buffer of this number.
    #[feature = "vulkan"]
    fn bind_vertex_buffer(commands: C, index: i64, buffer: B, offset: i64) -> Status => draw::vertex_buffer;
    /// Binds a buffer of usage 64, from an offset on, as indices of 4 bytes where `wide`, of 2 otherwise.
    #[feature = "vulkan"]
    fn bind_index_buffer(commands: C, buffer: B, offset: i64, wide: bool) -> Status => draw::index_buffer;
    /// Draws. Refused unless pipeline, sets, push constants and vertex buffers are complete, fit the targets, and hold all that is read.
    #[feature = "vulkan"]
    fn draw(commands: C, vertices: i64, instances: i64, first_vertex: i64, first_instance: i64) -> Status => draw::draw;
    /// Draws vertices by their indices, to each of which `vertex_offset` is added. The indices lie in their buffer; what they name beyond the
    /// vertex buffers reads as zero or another vertex of them.
    #[feature = "vulkan"]
    fn draw_indexed(commands: C, indices: i64, instances: i64, first_index: i64, vertex_offset: i64, first_instance: i64) -> Status => draw::draw_indexed;
}
