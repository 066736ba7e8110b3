//! The rows whose objects are still to come.
#![forbid(unsafe_code)]

use super::{VkCommandBufferKind, VkDeviceKind, VkPipelineKind, VkShaderKind};
use ffi_base::{Array, Bytes, Error, Handle, Status, Text, exports};

fn refusal() -> Error {
    #[cfg(feature = "vulkan")]
    return ffi_base::error!(Unsupported, "this object of Vulkan is planned and not part of this version");
    #[cfg(not(feature = "vulkan"))]
    return ffi_base::row::not_configured("vulkan");
}

type Device = Handle<VkDeviceKind>;
type Commands = Handle<VkCommandBufferKind>;

exports! { ROWS, "Planned: Vulkan (feature vulkan)", "rt_vk_";
    /// Planned: a shader module from SPIR-V.
    fn shader_load(device: Device, code & len_bytes: Bytes) -> Handle<VkShaderKind> => refuse [refusal];
    /// Planned: a compute pipeline.
    fn pipeline_compute(shader: Handle<VkShaderKind>, entry & len: Text, constants & n: Array<i64>) -> Handle<VkPipelineKind> => refuse [refusal];
    /// Planned: a graphics pipeline.
    fn pipeline_graphics(vertex: Handle<VkShaderKind>, fragment: Handle<VkShaderKind>, options & n: Array<i64>) -> Handle<VkPipelineKind> => refuse [refusal];
    /// Planned: records a dispatch of work-groups.
    fn dispatch(commands: Commands, x: i64, y: i64, z: i64) -> Status => refuse [refusal];
}
