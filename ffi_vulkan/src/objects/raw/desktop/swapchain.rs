//! A swapchain of the driver with the semaphores that order its images among the work of queues.
#![allow(unsafe_code)]

use super::surface::failed;
use super::system::quiet;
use crate::objects::desktop::Surface;
use crate::objects::device::Device;
use ash::vk;
use ffi_base::Result;
use std::sync::Arc;

/// The swapchain. Its owner keeps calls to one thread at a time, and waits for its queues before it drops it.
pub struct Raw {
    pub device: Arc<Device>,
    /// Ends after the swapchain.
    _surface: Arc<Surface>,
    loader: ash::khr::swapchain::Device,
    swapchain: vk::SwapchainKHR,
    pub images: Vec<vk::Image>,
    /// Has the next showing fail, as a driver without memory would.
    #[cfg(test)]
    pub scarce: std::sync::atomic::AtomicBool,
}

impl Raw {
    /// A swapchain in the place of another one of the same surface, which is retired by that.
    pub fn create(
        device: &Arc<Device>,
        surface: &Arc<Surface>,
        info: vk::SwapchainCreateInfoKHR<'_>,
        old: Option<&Raw>,
    ) -> Result<Raw> {
        let loader = ash::khr::swapchain::Device::new(&surface.raw.instance.raw.instance, &device.raw.device);
        let old = old.map_or(vk::SwapchainKHR::null(), |old| old.swapchain);
        let info = info.surface(surface.raw.surface).old_swapchain(old);
        // SAFETY: device and surface are alive and of one instance, what is asked is what the surface offers, by the caller; here and
        // below structures live through the calls.
        let swapchain = quiet(|| unsafe { loader.create_swapchain(&info, None) })
            .map_err(|result| failed("vkCreateSwapchainKHR", result))?;
        let mut raw = Raw {
            device: device.clone(),
            _surface: surface.clone(),
            loader,
            swapchain,
            images: Vec::new(),
            #[cfg(test)]
            scarce: Default::default(),
        };
        // SAFETY: just made.
        raw.images = unsafe { raw.loader.get_swapchain_images(swapchain) }
            .map_err(|result| device.fault("vkGetSwapchainImagesKHR", result))?;
        Ok(raw)
    }

    /// The next image, and whether the swapchain fits less than well; `None` when the time passed first.
    pub fn acquire(&self, nanoseconds: u64, signal: &Semaphore) -> Result<Option<(u32, bool)>> {
        // SAFETY: swapchain and semaphore are alive, nothing waits for or signals the semaphore, and calls come from one thread at a
        // time, by the caller.
        match quiet(|| unsafe {
            self.loader.acquire_next_image(self.swapchain, nanoseconds, signal.raw, vk::Fence::null())
        }) {
            Ok(found) => Ok(Some(found)),
            Err(vk::Result::TIMEOUT | vk::Result::NOT_READY) => Ok(None),
            Err(result) => Err(self.fault("vkAcquireNextImageKHR", result)),
        }
    }

    /// Shows an image when the semaphore is signalled; whether the swapchain fits less than well.
    pub fn present(&self, queue: vk::Queue, index: u32, wait: &Semaphore) -> Result<bool> {
        #[cfg(test)]
        if self.scarce.swap(false, std::sync::atomic::Ordering::Relaxed) {
            return Err(self.fault("vkQueuePresentKHR", vk::Result::ERROR_OUT_OF_DEVICE_MEMORY));
        }
        let (swapchains, indices, waits) = ([self.swapchain], [index], [wait.raw]);
        let info =
            vk::PresentInfoKHR::default().swapchains(&swapchains).image_indices(&indices).wait_semaphores(&waits);
        // SAFETY: as above; the image was acquired and the queue is this thread's alone, by the caller.
        quiet(|| unsafe { self.loader.queue_present(queue, &info) })
            .map_err(|result| self.fault("vkQueuePresentKHR", result))
    }

    fn fault(&self, call: &str, result: vk::Result) -> ffi_base::Error {
        if result == vk::Result::ERROR_DEVICE_LOST { self.device.fault(call, result) } else { failed(call, result) }
    }

    /// Waits until a queue, which is this thread's alone, has done and shown everything.
    pub fn wait_idle(&self, queue: vk::Queue) {
        // SAFETY: the queue is of this device, and by the caller nobody else's meanwhile. What failed is told to the next call.
        let _ = quiet(|| unsafe { self.device.raw.device.queue_wait_idle(queue) });
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if self.device.raw.instance.raw.own_process() {
            // SAFETY: the owner waited for what uses its images, and nobody else has them.
            quiet(|| unsafe { self.loader.destroy_swapchain(self.swapchain, None) });
        }
    }
}

/// A binary semaphore.
pub struct Semaphore {
    device: Arc<Device>,
    pub raw: vk::Semaphore,
}

impl Semaphore {
    pub fn create(device: &Arc<Device>) -> Result<Semaphore> {
        // SAFETY: the device is alive.
        let raw = unsafe { device.raw.device.create_semaphore(&vk::SemaphoreCreateInfo::default(), None) }
            .map_err(|result| device.fault("vkCreateSemaphore", result))?;
        Ok(Semaphore { device: device.clone(), raw })
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        if self.device.raw.instance.raw.own_process() {
            // SAFETY: its owner waited for the queues that it ordered.
            unsafe { self.device.raw.device.destroy_semaphore(self.raw, None) };
        }
    }
}
