//! A surface of the driver: a window as Vulkan shows images in it.
#![allow(unsafe_code)]

use super::system::quiet;
use crate::driver::fault;
use crate::objects::desktop::display::ask;
use crate::objects::instance::Instance;
use ash::vk;
use ffi_base::{Error, Result, error, fail};
use raw_window_handle::{HasDisplayHandle, HasWindowHandle};
use std::sync::Arc;

/// The surface. Its owner keeps the window alive longer.
pub struct Raw {
    pub instance: Arc<Instance>,
    loader: ash::khr::surface::Instance,
    pub surface: vk::SurfaceKHR,
}

/// What a device can show on a surface at this moment.
pub struct Abilities {
    pub now: vk::SurfaceCapabilitiesKHR,
    pub formats: Vec<vk::SurfaceFormatKHR>,
    pub modes: Vec<vk::PresentModeKHR>,
}

impl Raw {
    /// A surface of a window, which outlives it.
    pub fn create(instance: &Arc<Instance>, window: &winit::window::Window) -> Result<Raw> {
        instance.check()?;
        let no_handle = |why: raw_window_handle::HandleError| error!(Unavailable, "the window has no handle: {why}");
        let display = window.display_handle().map_err(no_handle)?.as_raw();
        let handle = window.window_handle().map_err(no_handle)?.as_raw();
        let needed = ash_window::enumerate_required_extensions(display)
            .map_err(|_| error!(Unsupported, "Vulkan shows nothing on this desktop: {display:?}"))?;
        for name in needed {
            // SAFETY: names that end in NUL and live as long as the program.
            let name = unsafe { std::ffi::CStr::from_ptr(*name) };
            if !instance.raw.extensions.contains(&name) {
                fail!(Unsupported, "the driver has no {}", name.to_string_lossy());
            }
        }
        let vulkan = &instance.raw;
        // SAFETY: instance, display and window are alive, the extensions are on, and the owner keeps all three longer.
        let made =
            ask(|| unsafe { ash_window::create_surface(&vulkan.entry, &vulkan.instance, display, handle, None) })?;
        let surface = made.map_err(|result| fault::driver("making a surface", result))?;
        let loader = ash::khr::surface::Instance::new(&vulkan.entry, &vulkan.instance);
        Ok(Raw { instance: instance.clone(), loader, surface })
    }

    /// Whether queues of a family present to it.
    pub fn supports(&self, physical: vk::PhysicalDevice, family: u32) -> Result<bool> {
        // SAFETY: the instance and the surface are alive, the physical device is the instance's and has the family, here and below.
        quiet(|| unsafe { self.loader.get_physical_device_surface_support(physical, family, self.surface) })
            .map_err(|result| failed("vkGetPhysicalDeviceSurfaceSupportKHR", result))
    }

    pub fn abilities(&self, physical: vk::PhysicalDevice) -> Result<Abilities> {
        // SAFETY: as above.
        quiet(|| unsafe {
            let now = self
                .loader
                .get_physical_device_surface_capabilities(physical, self.surface)
                .map_err(|result| failed("vkGetPhysicalDeviceSurfaceCapabilitiesKHR", result))?;
            let formats = self
                .loader
                .get_physical_device_surface_formats(physical, self.surface)
                .map_err(|result| failed("vkGetPhysicalDeviceSurfaceFormatsKHR", result))?;
            let modes = self
                .loader
                .get_physical_device_surface_present_modes(physical, self.surface)
                .map_err(|result| failed("vkGetPhysicalDeviceSurfacePresentModesKHR", result))?;
            Ok(Abilities { now, formats, modes })
        })
    }
}

/// What failing to show something means to a caller.
pub fn failed(call: &str, result: vk::Result) -> Error {
    let native = i64::from(result.as_raw());
    match result {
        vk::Result::ERROR_OUT_OF_DATE_KHR => {
            error!(OutOfDate, "the swapchain no longer fits its window; call rt_vk_swapchain_recreate")
                .with_native(native)
        }
        vk::Result::ERROR_SURFACE_LOST_KHR => {
            error!(Closed, "the surface is lost, with its window or the display").with_native(native)
        }
        vk::Result::ERROR_NATIVE_WINDOW_IN_USE_KHR => {
            error!(Busy, "something else shows images in this window").with_native(native)
        }
        _ => fault::driver(call, result),
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if self.instance.raw.own_process() {
            // SAFETY: its swapchains count it, so none is left.
            quiet(|| unsafe { self.loader.destroy_surface(self.surface, None) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffi_base::Code;

    #[test]
    fn what_drivers_answer_tells_a_program_what_to_do() {
        for (result, code, words) in [
            (vk::Result::ERROR_OUT_OF_DATE_KHR, Code::OutOfDate, "rt_vk_swapchain_recreate"),
            (vk::Result::ERROR_SURFACE_LOST_KHR, Code::Closed, "lost"),
            (vk::Result::ERROR_NATIVE_WINDOW_IN_USE_KHR, Code::Busy, "this window"),
            (vk::Result::ERROR_OUT_OF_DEVICE_MEMORY, Code::OutOfMemory, "vkQueuePresentKHR"),
        ] {
            let error = failed("vkQueuePresentKHR", result);
            assert_eq!((error.code(), error.native()), (code, i64::from(result.as_raw())));
            assert!(error.text().contains(words), "{error}");
        }
    }
}
