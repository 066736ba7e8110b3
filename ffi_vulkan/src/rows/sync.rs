//! The rows of fences.
#![forbid(unsafe_code)]

use super::{VkDeviceKind, VkFenceKind};
#[cfg(feature = "vulkan")]
use crate::objects::{destroy, fence};
use ffi_base::{Count, Freed, Handle, Status, exports};

type F = Handle<VkFenceKind>;

exports! { ROWS, "Vulkan: fences (feature vulkan)", "rt_vk_";
    /// A fence, not signalled.
    #[feature = "vulkan"]
    fn fence_create(device: Handle<VkDeviceKind>) -> F => fence::Fence::create;
    /// Frees a fence's handle; BUSY while its submission is not done.
    #[feature = "vulkan"]
    fn fence_destroy(fence: Freed<VkFenceKind>) -> Status => destroy::<VkFenceKind>;
    /// Waits for the submission of a fence: 1 when it is done, 0 when so many nanoseconds passed first. 0 only looks, less than 0 waits
    /// for ever. INVALID_ARGUMENT for a fence that was not submitted, which would never be signalled; DEVICE_LOST.
    #[feature = "vulkan"]
    #[mode(Blocking)]
    fn fence_wait(fence: F, timeout_ns: i64) -> Count => fence::wait;
    /// Makes a signalled fence new, to submit with it again; BUSY while its submission is not done.
    #[feature = "vulkan"]
    fn fence_reset(fence: F) -> Status => fence::reset;
}
