//! A swapchain: shows images in a window, one after another, and is made anew for another size under the same handle.
#![forbid(unsafe_code)]

use super::chain::Chain;
use super::surface::Surface;
use crate::objects::device::Device;
use crate::objects::queue::Queue;
use crate::objects::resource::Held;
use crate::objects::{at, lock, small};
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::{Arc, Mutex};

/// A swapchain.
pub struct Swapchain {
    device: Arc<Device>,
    surface: Arc<Surface>,
    vsync: bool,
    chain: Mutex<Arc<Chain>>,
}

type S = Arc<Swapchain>;

fn wanted(width: i64, height: i64) -> Result<vk::Extent2D> {
    Ok(vk::Extent2D { width: small("width", width)?, height: small("height", height)? })
}

pub fn create(device: &Arc<Device>, surface: &Arc<Surface>, width: i64, height: i64, vsync: bool) -> Result<S> {
    device.check()?;
    if !Arc::ptr_eq(&device.raw.instance, &surface.raw.instance) {
        fail!(DeviceMismatch, "the surface is of another instance than the device");
    }
    if !device.raw.presents {
        fail!(Unsupported, "{} has no VK_KHR_swapchain, so it shows nothing in windows", device.physical().name());
    }
    let size = wanted(width, height)?;
    let families = 0..device.physical().families.len() as u32;
    let physical = device.physical().raw;
    let mut able = families.map(|family| surface.raw.supports(physical, family));
    if !able.any(|able| matches!(able, Ok(true))) {
        fail!(Unsupported, "no queue of {} presents to this surface", device.physical().name());
    }
    if surface.taken().is_some() {
        fail!(Busy, "a swapchain shows images in the surface; free it and its images, or make it anew");
    }
    let chain = Chain::create(device, surface, size, vsync, None)?;
    Ok(Arc::new(Swapchain { device: device.clone(), surface: surface.clone(), vsync, chain: Mutex::new(chain) }))
}

impl Swapchain {
    fn chain(&self) -> Arc<Chain> {
        lock(&self.chain).clone()
    }

    fn check_queue(&self, queue: &Queue) -> Result<()> {
        self.device.check()?;
        self.device.same(queue.device(), "queue")?;
        if !self.surface.raw.supports(self.device.physical().raw, queue.family)? {
            fail!(Unsupported, "queues of family {} do not present to this surface", queue.family);
        }
        Ok(())
    }
}

impl Held for S {
    fn may_go(&self) -> Result<()> {
        Ok(())
    }
}

// The rows of a swapchain.

/// Makes it anew for the window as it is; the images before are good for nothing but being freed.
pub fn recreate(swapchain: &S, width: i64, height: i64) -> Result<()> {
    swapchain.device.check()?;
    let size = wanted(width, height)?;
    let mut chain = lock(&swapchain.chain);
    let made = Chain::create(&swapchain.device, &swapchain.surface, size, swapchain.vsync, Some(&chain))?;
    let before = std::mem::replace(&mut *chain, made);
    drop(chain);
    // Waits for what it shows, without the lock.
    drop(before);
    Ok(())
}

pub fn acquire(swapchain: &S, queue: &Arc<Queue>, timeout_ns: i64) -> Result<i64> {
    swapchain.check_queue(queue)?;
    match swapchain.chain().acquire(queue, timeout_ns)? {
        Some(index) => Ok(i64::from(index)),
        None => fail!(Timeout, "no image became free in {timeout_ns} nanoseconds"),
    }
}

pub fn present(queue: &Arc<Queue>, swapchain: &S, index: i64) -> Result<i64> {
    swapchain.check_queue(queue)?;
    let chain = swapchain.chain();
    let index = at("image", index, chain.raw.images.len())?;
    chain.present(queue, index as u32).map(i64::from)
}

pub fn width(swapchain: &S) -> Result<i64> {
    Ok(i64::from(swapchain.chain().extent.width))
}
pub fn height(swapchain: &S) -> Result<i64> {
    Ok(i64::from(swapchain.chain().extent.height))
}
pub fn format(swapchain: &S) -> Result<i64> {
    Ok(i64::from(swapchain.chain().format.as_raw()))
}
pub fn image_count(swapchain: &S) -> Result<i64> {
    Ok(swapchain.chain().raw.images.len() as i64)
}
