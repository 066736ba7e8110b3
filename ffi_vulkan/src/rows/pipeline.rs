//! The rows of pipelines and descriptor sets.
#![forbid(unsafe_code)]

use super::{
    VkBufferKind, VkDescriptorSetKind, VkDeviceKind, VkImageKind, VkPipelineKind, VkSamplerKind, VkShaderKind,
};
#[cfg(feature = "vulkan")]
use crate::objects::{descriptor, destroy, pipeline};
use ffi_base::{Array, Bytes, BytesMut, Count, Freed, Handle, Optional, Status, Text, exports};

type P = Handle<VkPipelineKind>;
type Set = Handle<VkDescriptorSetKind>;
type Shader = Handle<VkShaderKind>;

exports! { ROWS, "Vulkan: pipelines and descriptor sets (feature vulkan)", "rt_vk_";
    /// A compute pipeline of a module's entry point; an empty name takes the only one. `constants` are pairs of a specialization
    /// constant's id and its value, floats as their bits; those not named keep the module's values. UNSUPPORTED where work-group, the
    /// memory that it shares, or bindings are beyond the device's limits. Compiles, so it may take long.
    #[feature = "vulkan"]
    fn pipeline_compute(shader: Shader, entry & len: Text, constants & count: Array<i64>) -> P => pipeline::Pipeline::compute;
    /// A graphics pipeline of a vertex and a fragment shader, each the only one of its stage in its module. `options` are numbers, each
    /// followed by what it takes; formats are Vulkan's numbers. 1 format: draws to a colour, once for each. 2 format: has depth. 3 topology: 0 points, 1
    /// lines, 2 line strip, 3 triangles (the default), 4 triangle strip, 5 fan. 4 culling: 0 none, 1 front, 2 back. 5 front face: 0
    /// counter-clockwise, 1 clockwise. 6 blending: 0 off, 1 by alpha, 2 sum, 3 by alpha that is multiplied in. 7 comparison, write:
    /// compares depth, 0 never, 1 less, 2 equal, 3 less or equal, 4 greater, 5 not equal, 6 greater or equal, 7 always. 8 stride,
    /// by_instance: a vertex buffer, numbered from 0. 9 location, vertex buffer, format, offset: an attribute. 10 fill: 0 polygons, 1 lines,
    /// 2 points. 11 id, value: a specialization constant of either shader. Viewport and scissor are set while recording.
    #[feature = "vulkan"]
    fn pipeline_graphics(vertex: Shader, fragment: Shader, options & count: Array<i64>) -> P => pipeline::Pipeline::draws;
    /// Frees a pipeline's handle; BUSY while a submission that is not done uses it.
    #[feature = "vulkan"]
    fn pipeline_destroy(pipeline: Freed<VkPipelineKind>) -> Status => destroy::<VkPipelineKind>;
    /// Copies out what the device compiled so far, to be given to another process; the length it needs, and nothing is written to a
    /// buffer that is shorter.
    #[feature = "vulkan"]
    fn pipeline_cache_read(device: Handle<VkDeviceKind>, out & capacity: BytesMut) -> Count => pipeline::cache_read;
    /// Takes what another process compiled, so that the same pipelines are made quickly. BAD_FORMAT for bytes that are cut, damaged or of another device or
    /// driver version. The driver trusts the rest, so the bytes are to come from where nobody else writes.
    #[feature = "vulkan"]
    fn pipeline_cache_load(device: Handle<VkDeviceKind>, data & len_bytes: Bytes) -> Status => pipeline::cache_load;
    /// A descriptor set for a pipeline's set of this number. It fits every pipeline that binds the same.
    #[feature = "vulkan"]
    fn descriptor_set_create(pipeline: P, set: i64) -> Set => descriptor::DescriptorSet::create;
    /// Frees a set's handle; BUSY while a submission that is not done uses it.
    #[feature = "vulkan"]
    fn descriptor_set_destroy(set: Freed<VkDescriptorSetKind>) -> Status => destroy::<VkDescriptorSetKind>;
    /// Binds bytes of a buffer to an element of a binding, 0 where it is no array; a length of -1 means to the end. The set holds the
    /// buffer. BUSY while a submission that is not done uses the set; what was recorded with the set must be recorded again.
    #[feature = "vulkan"]
    fn bind_buffer(set: Set, binding: i64, element: i64, buffer: Handle<VkBufferKind>, offset: i64, len_bytes: i64) -> Status => descriptor::bind_buffer;
    /// Binds an image, a sampler or both to an element of a binding, as its kind wants; 0 for the one that it does not take.
    /// UNSUPPORTED for a linear sampler with an image whose format has none; where shader and not binding joins the two, a dispatch or
    /// draw answers so. An image to store in has the format that the module declares, where it declares one. Otherwise as
    /// `rt_vk_bind_buffer`.
    #[feature = "vulkan"]
    fn bind_image(set: Set, binding: i64, element: i64, image: Optional<VkImageKind>, sampler: Optional<VkSamplerKind>) -> Status => descriptor::bind_image;
}
