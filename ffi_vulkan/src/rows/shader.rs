//! The rows of shader modules and what they say of themselves.
#![forbid(unsafe_code)]

use super::{VkDeviceKind, VkShaderKind};
#[cfg(feature = "vulkan")]
use crate::objects::{destroy, shader};
use ffi_base::{Bytes, Count, Freed, Handle, Status, Text, exports};

type S = Handle<VkShaderKind>;

exports! { ROWS, "Vulkan: shader modules (feature vulkan)", "rt_vk_";
    /// A shader module from SPIR-V, little-endian words. It is read before the driver sees it: BAD_FORMAT for what is no SPIR-V,
    /// UNSUPPORTED with the capability that the device has not. That a module which reads is valid beyond that is the caller's promise,
    /// as `spirv-val` checks it.
    #[feature = "vulkan"]
    fn shader_load(device: Handle<VkDeviceKind>, code & len_bytes: Bytes) -> S => shader::Shader::load;
    /// Frees a module's handle. Pipelines made of it do not need it.
    #[feature = "vulkan"]
    fn shader_destroy(shader: Freed<VkShaderKind>) -> Status => destroy::<VkShaderKind>;
    /// How many entry points the module has.
    #[feature = "vulkan"]
    fn shader_entry_count(shader: S) -> Count => shader::entry_count;
    /// The name of an entry point.
    #[feature = "vulkan"]
    #[twins(copy)]
    fn shader_entry_name(shader: S, entry: i64) -> Text => shader::entry_name;
    /// The stage of an entry point: 1 vertex, 16 fragment, 32 compute, by Vulkan's bits.
    #[feature = "vulkan"]
    fn shader_entry_stage(shader: S, entry: i64) -> Count => shader::entry_stage;
    /// Invocations of a compute shader's work-group along an axis, 0 to 2, with the constants that the module comes with.
    #[feature = "vulkan"]
    fn shader_workgroup_size(shader: S, entry: i64, axis: i64) -> Count => shader::workgroup_size;
    /// Bytes of push constants of an entry point, 0 where it has none.
    #[feature = "vulkan"]
    fn shader_push_constant_size(shader: S, entry: i64) -> Count => shader::push_constant_size;
    /// How many bindings an entry point uses. The rows below take an index under it, in the order of sets and bindings.
    #[feature = "vulkan"]
    fn shader_binding_count(shader: S, entry: i64) -> Count => shader::binding_count;
    /// The set that a binding is in.
    #[feature = "vulkan"]
    fn shader_binding_set(shader: S, entry: i64, index: i64) -> Count => shader::binding_set;
    /// The number that a binding has in its set.
    #[feature = "vulkan"]
    fn shader_binding_number(shader: S, entry: i64, index: i64) -> Count => shader::binding_number;
    /// What it takes: 0 a sampler, 1 an image with its sampler, 2 an image to sample, 3 an image to store in, 6 a uniform buffer, 7 a
    /// storage buffer, by Vulkan's numbers; UNSUPPORTED for what is not bound here.
    #[feature = "vulkan"]
    fn shader_binding_kind(shader: S, entry: i64, index: i64) -> Count => shader::binding_kind;
    /// How many of the kind, 1 where it is no array, 0 for an array without length.
    #[feature = "vulkan"]
    fn shader_binding_length(shader: S, entry: i64, index: i64) -> Count => shader::binding_length;
    /// How many specialization constants the module has.
    #[feature = "vulkan"]
    fn shader_constant_count(shader: S) -> Count => shader::constant_count;
    /// The id of a specialization constant, in ascending order.
    #[feature = "vulkan"]
    fn shader_constant_id(shader: S, index: i64) -> Count => shader::constant_id;
    /// Its bytes: 1, 2, 4 or 8.
    #[feature = "vulkan"]
    fn shader_constant_size(shader: S, index: i64) -> Count => shader::constant_size;
}
