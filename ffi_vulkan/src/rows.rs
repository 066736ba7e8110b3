//! The `rt_vk_*` rows: direct use of Vulkan through the C ABI.
#![forbid(unsafe_code)]

use ffi_base::{Address, Array, Bool, Bytes, Count, Error, Freed, Handle, Status, Text, exports};
use std::convert::Infallible;

ffi_base::kinds! { KINDS;
    /// A Vulkan instance.
    VkInstanceKind = 32, "vk instance", "rt_vk_instance", true, Infallible;
    /// A logical device.
    VkDeviceKind = 33, "vk device", "rt_vk_device", true, Infallible;
    /// A queue.
    VkQueueKind = 34, "vk queue", "rt_vk_queue", true, Infallible;
    /// A buffer.
    VkBufferKind = 35, "vk buffer", "rt_vk_buffer", true, Infallible;
    /// A piece of device memory.
    VkMemoryKind = 36, "vk memory", "rt_vk_memory", true, Infallible;
    /// A shader module.
    VkShaderKind = 37, "vk shader", "rt_vk_shader", true, Infallible;
    /// A compute or graphics pipeline.
    VkPipelineKind = 38, "vk pipeline", "rt_vk_pipeline", true, Infallible;
    /// A command pool.
    VkCommandPoolKind = 39, "vk command pool", "rt_vk_commands_pool", true, Infallible;
    /// A command buffer.
    VkCommandBufferKind = 40, "vk command buffer", "rt_vk_commands", true, Infallible;
    /// A fence.
    VkFenceKind = 41, "vk fence", "rt_vk_fence", true, Infallible;
    /// A window.
    VkWindowKind = 42, "vk window", "rt_vk_window", true, Infallible;
    /// A surface.
    VkSurfaceKind = 43, "vk surface", "rt_vk_surface", true, Infallible;
    /// A swapchain.
    VkSwapchainKind = 44, "vk swapchain", "rt_vk_swapchain", true, Infallible;
}

fn refusal() -> Error {
    #[cfg(feature = "vulkan")]
    return ffi_base::error!(
        Unsupported,
        "direct use of Vulkan is planned and not part of this version; tensors run on device \"vulkan:0\""
    );
    #[cfg(not(feature = "vulkan"))]
    return ffi_base::row::not_configured("vulkan");
}

type Device = Handle<VkDeviceKind>;
type Commands = Handle<VkCommandBufferKind>;

exports! { ROWS, "Vulkan (feature vulkan)", "rt_vk_";
    /// Planned: an instance.
    fn instance_create(name & len: Text, validation: bool) -> Handle<VkInstanceKind> => refuse [refusal];
    /// Planned: frees an instance.
    fn instance_destroy(instance: Freed<VkInstanceKind>) -> Status => refuse [refusal];
    /// Planned: how many physical devices there are.
    fn physical_devices(instance: Handle<VkInstanceKind>) -> Count => refuse [refusal];
    /// Planned: a logical device.
    fn device_create(instance: Handle<VkInstanceKind>, physical: i64) -> Device => refuse [refusal];
    /// Planned: frees a logical device.
    fn device_destroy(device: Freed<VkDeviceKind>) -> Status => refuse [refusal];
    /// Planned: a queue of a family.
    fn queue_get(device: Device, family: i64, index: i64) -> Handle<VkQueueKind> => refuse [refusal];
    /// Planned: a buffer.
    fn buffer_create(device: Device, len_bytes: i64, usage: i64) -> Handle<VkBufferKind> => refuse [refusal];
    /// Planned: frees a buffer.
    fn buffer_destroy(buffer: Freed<VkBufferKind>) -> Status => refuse [refusal];
    /// Planned: memory bound to a buffer.
    fn memory_allocate(buffer: Handle<VkBufferKind>, host_visible: bool) -> Handle<VkMemoryKind> => refuse [refusal];
    /// Planned: frees memory.
    fn memory_free(memory: Freed<VkMemoryKind>) -> Status => refuse [refusal];
    /// Planned: the host address of memory, 0 on failure.
    fn memory_map(memory: Handle<VkMemoryKind>) -> Address => refuse [refusal];
    /// Planned: ends a mapping.
    fn memory_unmap(memory: Handle<VkMemoryKind>) -> Status => refuse [refusal];
    /// Planned: a shader module from SPIR-V.
    fn shader_load(device: Device, code & len_bytes: Bytes) -> Handle<VkShaderKind> => refuse [refusal];
    /// Planned: a compute pipeline.
    fn pipeline_compute(shader: Handle<VkShaderKind>, entry & len: Text, constants & n: Array<i64>) -> Handle<VkPipelineKind> => refuse [refusal];
    /// Planned: a graphics pipeline.
    fn pipeline_graphics(vertex: Handle<VkShaderKind>, fragment: Handle<VkShaderKind>, options & n: Array<i64>) -> Handle<VkPipelineKind> => refuse [refusal];
    /// Planned: a command pool.
    fn command_pool(device: Device, family: i64) -> Handle<VkCommandPoolKind> => refuse [refusal];
    /// Planned: a command buffer.
    fn command_buffer(pool: Handle<VkCommandPoolKind>) -> Commands => refuse [refusal];
    /// Planned: begins recording.
    fn command_begin(commands: Commands) -> Status => refuse [refusal];
    /// Planned: ends recording.
    fn command_end(commands: Commands) -> Status => refuse [refusal];
    /// Planned: records a dispatch of work-groups.
    fn dispatch(commands: Commands, pipeline: Handle<VkPipelineKind>, buffers & n: Array<i64>, x: i64, y: i64, z: i64) -> Status => refuse [refusal];
    /// Planned: submits a command buffer with a fence to wait on.
    fn submit(queue: Handle<VkQueueKind>, commands: Commands) -> Handle<VkFenceKind> => refuse [refusal];
    /// Planned: 1 when done, 0 at the timeout.
    #[mode(Blocking)]
    fn fence_wait(fence: Handle<VkFenceKind>, timeout_ns: i64) -> Bool => refuse [refusal];
    /// Planned: a swapchain for a surface.
    fn swapchain_create(device: Device, surface: Handle<VkSurfaceKind>, width: i64, height: i64) -> Handle<VkSwapchainKind> => refuse [refusal];
    /// Planned: presents the next image.
    #[mode(Blocking)]
    fn present(swapchain: Handle<VkSwapchainKind>) -> Status => refuse [refusal];
    /// Planned: a window.
    fn window_create(title & len: Text, width: i64, height: i64) -> Handle<VkWindowKind> => refuse [refusal];
    /// Planned: a window's surface.
    fn surface_create(instance: Handle<VkInstanceKind>, window: Handle<VkWindowKind>) -> Handle<VkSurfaceKind> => refuse [refusal];
}
