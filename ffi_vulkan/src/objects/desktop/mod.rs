//! Windows, and what shows images in them.
//!
//! The tour: `display` is the process's loop of events, `window` one window and `events` what it hears; `surface` is a window
//! as Vulkan sees it, `swapchain` the object that shows images in one and `chain` one life of it, which ends with a new size.
//! A surface counts its window, a chain its surface, an image its chain: all may be freed in any order.

pub mod chain;
pub mod display;
pub mod events;
pub mod surface;
pub mod swapchain;
#[cfg(all(test, target_os = "linux"))]
mod tests;
pub mod window;

pub use surface::Surface;
pub use swapchain::Swapchain;
pub use window::Window;
