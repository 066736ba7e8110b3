//! The rows that bind while recording, dispatch, and take the time.
#![forbid(unsafe_code)]

use super::{VkCommandBufferKind, VkDescriptorSetKind, VkPipelineKind};
#[cfg(feature = "vulkan")]
use crate::objects::{bind, timestamps};
use ffi_base::{Bytes, Count, Handle, Status, exports};

type C = Handle<VkCommandBufferKind>;

exports! { ROWS, "Vulkan: dispatches and timestamps (feature vulkan)", "rt_vk_";
    /// Binds a pipeline for the dispatches, or draws, that follow in this command buffer.
    #[feature = "vulkan"]
    fn bind_pipeline(commands: C, pipeline: Handle<VkPipelineKind>) -> Status => bind::bind_pipeline;
    /// Binds a descriptor set at its number for what follows.
    #[feature = "vulkan"]
    fn bind_descriptor_set(commands: C, set: Handle<VkDescriptorSetKind>) -> Status => bind::bind_set;
    /// Gives bytes of push constants for what follows, whole words of 4. All that a pipeline declares must be given before a dispatch or draw.
    #[feature = "vulkan"]
    fn push_constants(commands: C, offset: i64, data & len_bytes: Bytes) -> Status => bind::push_constants;
    /// Records a dispatch of so many work-groups, 1 up to the device's limits. Pipeline, sets and push constants are checked to be complete
    /// before anything is recorded. Images that are bound get the layout they need.
    #[feature = "vulkan"]
    fn dispatch(commands: C, x: i64, y: i64, z: i64) -> Status => bind::dispatch;
    /// Records the time when everything before is done; its number, from 0, at most 64 in a command buffer. UNSUPPORTED where the queue family
    /// has no timestamps.
    #[feature = "vulkan"]
    fn timestamp(commands: C) -> Count => timestamps::stamp;
    /// Nanoseconds from one timestamp to another in the last submission, which must be done: BUSY otherwise.
    #[feature = "vulkan"]
    fn timestamp_elapsed(commands: C, first: i64, second: i64) -> Count => timestamps::elapsed;
}
