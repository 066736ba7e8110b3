//! What calls the desktop, and the driver about it.

pub mod surface;
pub mod swapchain;
pub mod system;
