//! The rows of logical devices and their queues.
#![forbid(unsafe_code)]

use super::{VkCommandBufferKind, VkDeviceKind, VkFenceKind, VkInstanceKind, VkQueueKind};
#[cfg(feature = "vulkan")]
use crate::objects::{destroy, device, queue};
use ffi_base::{Array, Count, Freed, Handle, Optional, Status, exports};

type D = Handle<VkDeviceKind>;
type Q = Handle<VkQueueKind>;

exports! { ROWS, "Vulkan: devices and queues (feature vulkan)", "rt_vk_";
    /// Opens a physical device, by its index, with every feature it has. Accesses of shaders outside a buffer are harmless where the
    /// device has `robustBufferAccess`, as all do. UNSUPPORTED below Vulkan 1.2. It draws by dynamic rendering where the driver has it;
    /// the environment variable `FFI_VULKAN_RENDER_PASSES` has it use render passes there too.
    #[feature = "vulkan"]
    fn device_create(instance: Handle<VkInstanceKind>, physical: i64) -> D => device::Device::create;
    /// Frees a device's handle. The device lives on while objects made of it do, so the order of freeing is free. After DEVICE_LOST
    /// everything on the device answers so, but frees work, and a new device may be created.
    #[feature = "vulkan"]
    fn device_destroy(device: Freed<VkDeviceKind>) -> Status => destroy::<VkDeviceKind>;
    /// Waits until all that was submitted to the device is done: 1, or 0 when so many nanoseconds passed first. 0 only looks, less
    /// than 0 waits for ever.
    #[feature = "vulkan"]
    #[mode(Blocking)]
    fn device_wait(device: D, timeout_ns: i64) -> Count => device::wait;
    /// A queue of a family. The same queue may be had many times; each handle is freed once.
    #[feature = "vulkan"]
    fn queue_get(device: D, family: i64, index: i64) -> Q => device::Device::queue;
    /// Frees a queue's handle; the last one waits for what was submitted through it.
    #[feature = "vulkan"]
    #[mode(Blocking)]
    fn queue_destroy(queue: Freed<VkQueueKind>) -> Status => destroy::<VkQueueKind>;
    /// The family that a queue is of.
    #[feature = "vulkan"]
    fn queue_family(queue: Q) -> Count => queue::family;
    /// Submits a command buffer that was ended. The fence, 0 for none, is signalled when it is done; it must be new or reset. Until
    /// then the command buffer and all that it uses are held, and freeing, mapping or changing them answers BUSY; `rt_release` of
    /// them is deferred. Work of one queue runs in the order of submission and sees what was written before; work of different queues
    /// is ordered by waiting for a fence.
    #[feature = "vulkan"]
    fn submit(queue: Q, commands: Handle<VkCommandBufferKind>, fence: Optional<VkFenceKind>) -> Status => queue::submit;
    /// Submits several command buffers at once, in this order; one fence for all, or 0.
    #[feature = "vulkan"]
    fn submit_all(queue: Q, commands & count: Array<i64>, fence: Optional<VkFenceKind>) -> Status => queue::submit_all;
    /// Waits until all that was submitted to the queue so far is done: 1, or 0 when so many nanoseconds passed first. 0 only looks,
    /// less than 0 waits for ever.
    #[feature = "vulkan"]
    #[mode(Blocking)]
    fn queue_wait(queue: Q, timeout_ns: i64) -> Count => queue::wait;
}
