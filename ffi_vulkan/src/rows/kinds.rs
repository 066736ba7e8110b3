//! The kinds of Vulkan objects. Every build has them; without their features they have no value.
#![forbid(unsafe_code)]

#[cfg(not(feature = "window"))]
use std::convert::Infallible;
#[cfg(feature = "vulkan")]
use std::sync::Arc;

/// What handles of a kind stand for.
macro_rules! object {
    ($feature:literal: $($name:ident)*) => {$(
        #[cfg(feature = $feature)]
        type $name = Arc<crate::objects::$name>;
        #[cfg(not(feature = $feature))]
        type $name = Infallible;
    )*};
}
object! { "vulkan": Instance Device Queue Buffer Memory CommandPool Commands Fence Shader Pipeline DescriptorSet Image Sampler }
object! { "window": Window Surface Swapchain }

ffi_base::kinds! { KINDS;
    /// A Vulkan instance.
    VkInstanceKind = 32, "vk instance", "rt_vk_instance", true, Instance;
    /// A logical device.
    VkDeviceKind = 33, "vk device", "rt_vk_device", true, Device;
    /// A queue.
    VkQueueKind = 34, "vk queue", "rt_vk_queue", true, Queue;
    /// A buffer.
    VkBufferKind = 35, "vk buffer", "rt_vk_buffer", true, Buffer;
    /// A piece of device memory.
    VkMemoryKind = 36, "vk memory", "rt_vk_memory", true, Memory;
    /// A shader module.
    VkShaderKind = 37, "vk shader", "rt_vk_shader", true, Shader;
    /// A compute or graphics pipeline.
    VkPipelineKind = 38, "vk pipeline", "rt_vk_pipeline", true, Pipeline;
    /// A command pool.
    VkCommandPoolKind = 39, "vk command pool", "rt_vk_commands_pool", true, CommandPool;
    /// A command buffer.
    VkCommandBufferKind = 40, "vk command buffer", "rt_vk_commands", true, Commands;
    /// A fence.
    VkFenceKind = 41, "vk fence", "rt_vk_fence", true, Fence;
    /// A window.
    VkWindowKind = 42, "vk window", "rt_vk_window", true, Window;
    /// A surface.
    VkSurfaceKind = 43, "vk surface", "rt_vk_surface", true, Surface;
    /// A swapchain.
    VkSwapchainKind = 44, "vk swapchain", "rt_vk_swapchain", true, Swapchain;
    /// A descriptor set.
    VkDescriptorSetKind = 45, "vk descriptor set", "rt_vk_descriptor_set", true, DescriptorSet;
    /// An image.
    VkImageKind = 46, "vk image", "rt_vk_image", true, Image;
    /// A sampler.
    VkSamplerKind = 47, "vk sampler", "rt_vk_sampler", true, Sampler;
}
