//! The rows that show images in a window: surfaces, swapchains, presenting.
#![forbid(unsafe_code)]

use super::{VkDeviceKind, VkImageKind, VkInstanceKind, VkQueueKind, VkSurfaceKind, VkSwapchainKind, VkWindowKind};
#[cfg(feature = "window")]
use crate::objects::{destroy, surface, swapchain};
use ffi_base::{Bool, Count, Freed, Handle, Status, exports};

type Q = Handle<VkQueueKind>;
type S = Handle<VkSwapchainKind>;

exports! { ROWS, "Vulkan: showing images (feature window)", "rt_vk_";
    /// A window as Vulkan shows images in it; on the thread that made the window. UNSUPPORTED names the extension that the driver lacks.
    #[feature = "window"]
    fn surface_create(instance: Handle<VkInstanceKind>, window: Handle<VkWindowKind>) -> Handle<VkSurfaceKind> => surface::Surface::create;
    /// Frees a surface's handle, on any thread. The surface lives on while a swapchain of it does.
    #[feature = "window"]
    fn surface_destroy(surface: Freed<VkSurfaceKind>) -> Status => destroy::<VkSurfaceKind>;
    /// Whether queues of a family of a physical device present to the surface.
    #[feature = "window"]
    fn surface_supports(surface: Handle<VkSurfaceKind>, physical: i64, family: i64) -> Bool => surface::supports;
    /// A swapchain: images that are shown in the window in turn. The size counts where the desktop leaves it to programs; otherwise
    /// it is the window's. With `vsync` images wait for the screen, without they come as fast as the driver lets them. BUSY when the
    /// surface has a swapchain that is not freed; WOULD_BLOCK while the window has no area, as when minimised: poll until it is told a size.
    #[feature = "window"]
    fn swapchain_create(device: Handle<VkDeviceKind>, surface: Handle<VkSurfaceKind>, width: i64, height: i64, vsync: bool) -> S => swapchain::create;
    /// Frees a swapchain's handle; BUSY while a submission that is not done uses one of its images. Handles of its images and command
    /// buffers recorded with them may stay, and do not keep the surface from another swapchain; submitting these is INVALID_ARGUMENT.
    #[feature = "window"]
    #[mode(Blocking)]
    fn swapchain_destroy(swapchain: Freed<VkSwapchainKind>) -> Status => destroy::<VkSwapchainKind>;
    /// Makes the swapchain anew under the same handle, for the window as it is now: after OUT_OF_DATE, and when presenting answered 1.
    /// Its images are others then: free the handles of those before and ask for them again; what was
    /// recorded with them is to be recorded anew. WOULD_BLOCK while the window has no area: skip drawing, poll, try again.
    #[feature = "window"]
    #[mode(Blocking)]
    fn swapchain_recreate(swapchain: S, width: i64, height: i64) -> Status => swapchain::recreate;
    /// The width of its images.
    #[feature = "window"]
    fn swapchain_width(swapchain: S) -> Count => swapchain::width;
    /// The height of its images.
    #[feature = "window"]
    fn swapchain_height(swapchain: S) -> Count => swapchain::height;
    /// The format of its images, by Vulkan's number: 44 is B8G8R8A8_UNORM, 37 is R8G8B8A8_UNORM; no other is used.
    #[feature = "window"]
    fn swapchain_format(swapchain: S) -> Count => swapchain::format;
    /// How many images it has.
    #[feature = "window"]
    fn swapchain_image_count(swapchain: S) -> Count => swapchain::image_count;
    /// One of its images, by its index under that count: a new handle, to draw into as into any other image, or copy to or from where the
    /// surface allows. It can be recorded at any time, and submitted while it is acquired.
    #[feature = "window"]
    fn swapchain_image(swapchain: S, index: i64) -> Handle<VkImageKind> => swapchain::image;
    /// Takes the next image to draw into, and answers its index. The queue, of a family that presents, waits by itself until the
    /// image is free: submit to it what draws; what the image held before is gone. TIMEOUT when no image became free in so many nanoseconds; 0 only looks, less than 0
    /// waits for ever. OUT_OF_DATE: call rt_vk_swapchain_recreate and acquire again. BUSY when too many are acquired. CLOSED when the
    /// surface is lost.
    #[feature = "window"]
    #[mode(Blocking)]
    fn swapchain_acquire(swapchain: S, queue: Q, timeout_ns: i64) -> Count => swapchain::acquire;
    /// Shows an acquired image as soon as all that was submitted to the queue is done: 0, or 1 when a swapchain made anew would fit
    /// better, as after a poll that heard of another size. OUT_OF_DATE when the image is not shown because the window changed: call rt_vk_swapchain_recreate and draw again.
    #[feature = "window"]
    #[mode(Blocking)]
    fn present(queue: Q, swapchain: S, index: i64) -> Count => swapchain::present;
}
