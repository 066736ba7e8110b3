//! The rows whose objects are still to come.
#![forbid(unsafe_code)]

use super::{VkDeviceKind, VkInstanceKind, VkSurfaceKind, VkSwapchainKind, VkWindowKind};
use ffi_base::{Error, Handle, Status, Text, exports};

fn refusal() -> Error {
    #[cfg(feature = "vulkan")]
    return ffi_base::error!(Unsupported, "this object of Vulkan is planned and not part of this version");
    #[cfg(not(feature = "vulkan"))]
    return ffi_base::row::not_configured("vulkan");
}

type Device = Handle<VkDeviceKind>;

exports! { ROWS, "Planned: Vulkan (feature vulkan)", "rt_vk_";
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
