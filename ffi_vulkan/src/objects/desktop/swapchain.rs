//! A swapchain: shows images in a window, one after another, and is made anew for another size under the same handle.
#![forbid(unsafe_code)]

use super::chain::Chain;
use super::surface::Surface;
use crate::objects::device::Device;
use crate::objects::image::Image;
use crate::objects::queue::Queue;
use crate::objects::raw::image::Shape;
use crate::objects::resource::{Held, Resource};
use crate::objects::{at, lock, small};
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::{Arc, Mutex, PoisonError};

/// A swapchain.
pub struct Swapchain {
    device: Arc<Device>,
    surface: Arc<Surface>,
    /// Whether queues of each family present to the surface.
    able: Vec<bool>,
    vsync: bool,
    now: Mutex<Now>,
}

/// What it shows at present.
#[derive(Clone)]
struct Now {
    chain: Arc<Chain>,
    images: Arc<[Arc<Image>]>,
    /// What the window had told of its size before. Not every driver tells when that changes.
    window: (u32, u32),
}

impl Now {
    fn new(device: &Arc<Device>, chain: Arc<Chain>, window: (u32, u32)) -> Result<Now> {
        let vk::Extent2D { width, height } = chain.extent;
        let (format, usage) = (chain.format, chain.usage);
        let shape = Shape { width, height, format, usage, aspect: vk::ImageAspectFlags::COLOR };
        let image = |raw: &vk::Image| Image::foreign(device, *raw, shape, chain.clone());
        let images = chain.raw.images.iter().map(image).collect::<Result<_>>()?;
        Ok(Now { chain, images, window })
    }
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
    let able = |family| surface.raw.supports(device.physical().raw, family);
    let able = families.map(able).collect::<Result<Vec<bool>>>()?;
    if !able.contains(&true) {
        fail!(Unsupported, "no queue of {} presents to this surface", device.physical().name());
    }
    let _alone = lock(&surface.alone);
    let before = surface.taken();
    if let Some(before) = &before {
        if !before.is_left() {
            fail!(
                Busy,
                "a swapchain shows images in the surface; free it, or make it anew with rt_vk_swapchain_recreate"
            );
        }
        if !Arc::ptr_eq(&before.raw.device, device) {
            fail!(
                Busy,
                "images of a swapchain that was freed, of another device, are held by handles or command buffers; free those first"
            );
        }
    }
    let window = surface.window.size();
    // Held by command buffers that were recorded with its images, or by handles of these: the new one takes its place.
    let now = Now::new(device, Chain::create(device, surface, size, vsync, before.as_ref())?, window)?;
    Ok(Arc::new(Swapchain { device: device.clone(), surface: surface.clone(), able, vsync, now: Mutex::new(now) }))
}

impl Drop for Swapchain {
    fn drop(&mut self) {
        // Without the lock, which in a forked child another thread of the parent may have held.
        self.now.get_mut().unwrap_or_else(PoisonError::into_inner).chain.leave();
    }
}

impl Swapchain {
    fn now(&self) -> Now {
        lock(&self.now).clone()
    }

    /// Has the next image not be shown for want of memory.
    #[cfg(test)]
    pub fn fail_to_show(&self) {
        self.now().chain.raw.scarce.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    fn check_queue(&self, queue: &Queue) -> Result<()> {
        self.device.check()?;
        self.device.same(queue.device(), "queue")?;
        if !self.able[queue.family as usize] {
            fail!(Unsupported, "queues of family {} do not present to this surface", queue.family);
        }
        Ok(())
    }
}

impl Held for S {
    fn may_go(&self) -> Result<()> {
        self.now().images.iter().try_for_each(|image| image.check_idle("freed with its swapchain"))
    }
}

// The rows of a swapchain.

/// Makes it anew for the window as it is; the images before are good for nothing but being freed.
pub fn recreate(swapchain: &S, width: i64, height: i64) -> Result<()> {
    swapchain.device.check()?;
    let size = wanted(width, height)?;
    let window = swapchain.surface.window.size();
    let mut now = lock(&swapchain.now);
    let alone = lock(&swapchain.surface.alone);
    let made = Chain::create(&swapchain.device, &swapchain.surface, size, swapchain.vsync, Some(&now.chain))?;
    let before = std::mem::replace(&mut *now, Now::new(&swapchain.device, made, window)?);
    drop(alone);
    drop(now);
    // Waits for what it shows, without the lock.
    drop(before);
    Ok(())
}

pub fn image(swapchain: &S, index: i64) -> Result<Arc<Image>> {
    let images = swapchain.now().images;
    Ok(images[at("image", index, images.len())?].clone())
}

pub fn acquire(swapchain: &S, queue: &Arc<Queue>, timeout_ns: i64) -> Result<i64> {
    swapchain.check_queue(queue)?;
    let now = swapchain.now();
    let Some(index) = now.chain.acquire(queue, timeout_ns)? else {
        fail!(Timeout, "no image became free in {timeout_ns} nanoseconds");
    };
    let _held = lock(&swapchain.device.layouts);
    now.images[index as usize].forget();
    Ok(i64::from(index))
}

pub fn present(queue: &Arc<Queue>, swapchain: &S, index: i64) -> Result<i64> {
    swapchain.check_queue(queue)?;
    let now = swapchain.now();
    let at = at("image", index, now.images.len())?;
    let fits_less = now.chain.present(queue, at as u32, &now.images[at])?;
    Ok(i64::from(fits_less || now.window != swapchain.surface.window.size()))
}

pub fn width(swapchain: &S) -> Result<i64> {
    Ok(i64::from(swapchain.now().chain.extent.width))
}
pub fn height(swapchain: &S) -> Result<i64> {
    Ok(i64::from(swapchain.now().chain.extent.height))
}
pub fn format(swapchain: &S) -> Result<i64> {
    Ok(i64::from(swapchain.now().chain.format.as_raw()))
}
pub fn image_count(swapchain: &S) -> Result<i64> {
    Ok(swapchain.now().images.len() as i64)
}
