//! Images and samplers. The library keeps track of an image's layout, so that nobody writes transitions by hand.
#![forbid(unsafe_code)]

use super::device::Device;
use super::format::{self, Format};
use super::queue::Queue;
use super::raw::image::{RawImage, RawSampler, RawView, Shape};
use super::raw::instance::image_features;
use super::raw::memory::Block;
use super::resource::{Resource, Uses};
use super::{lock, small};
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

/// An image of two dimensions, one level and one layer.
pub struct Image {
    pub shape: Shape,
    pub format: &'static Format,
    device: Arc<Device>,
    // In the order in which they end. An image that is only copied has no view.
    view: Option<RawView>,
    image: vk::Image,
    _own: Option<RawImage>,
    _block: Option<Block>,
    owner: Option<Arc<dyn Owner>>,
    place: Mutex<Place>,
    uses: Uses,
}

/// What lends its images out for a while.
pub trait Owner: Send + Sync {
    /// Why an image of its cannot be used now.
    fn lends(&self, image: vk::Image) -> Result<()>;
}

/// What the last submission that uses an image leaves it in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub layout: vk::ImageLayout,
    /// The address of the queue that it was submitted to, 0 for none.
    pub queue: usize,
}

/// Stands for more queues than one, until none uses the image.
const SEVERAL: usize = usize::MAX;

impl Resource for Image {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        &self.device
    }
    fn what(&self) -> &'static str {
        "image"
    }
}

/// What images are for, by Vulkan's own bits.
const USAGES: vk::ImageUsageFlags = vk::ImageUsageFlags::from_raw(0x3F);

/// The uses that look at an image through a view.
const VIEWED: vk::ImageUsageFlags = vk::ImageUsageFlags::from_raw(0x3C);

const NEW: Place = Place { layout: vk::ImageLayout::UNDEFINED, queue: 0 };

impl Image {
    pub fn create(device: &Arc<Device>, width: i64, height: i64, format: i64, usage: i64) -> Result<Arc<Image>> {
        device.check()?;
        let (width, height) = (small("width", width)?, small("height", height)?);
        if width == 0 || height == 0 {
            fail!(InvalidArgument, "an image of {width} x {height}");
        }
        let format = format::find(format)?;
        let usage = vk::ImageUsageFlags::from_raw(small("usage", usage)?);
        if usage.is_empty() || !USAGES.contains(usage) {
            fail!(InvalidArgument, "usage {:#x} is no sum of Vulkan's bits 1, 2, 4, 8, 16, 32", usage.as_raw());
        }
        let shape = Shape { width, height, format: format.raw, usage, aspect: format.aspect() };
        let raw = RawImage::create(device, &shape)?;
        let block = raw.allocate()?;
        let image = raw.image;
        let viewed = !(usage & VIEWED).is_empty();
        let view = if viewed { Some(RawView::create(device, image, &shape)?) } else { None };
        Ok(Arc::new(Image {
            shape,
            format,
            device: device.clone(),
            view,
            image,
            _own: Some(raw),
            _block: Some(block),
            owner: None,
            place: Mutex::new(NEW),
            uses: Uses::default(),
        }))
    }

    #[allow(dead_code, reason = "swapchains need it")]
    /// An image that another object owns, as those of a swapchain: held as long as this one.
    #[cfg(feature = "window")]
    pub fn foreign(device: &Arc<Device>, image: vk::Image, shape: Shape, owner: Arc<dyn Owner>) -> Result<Arc<Image>> {
        let format = format::find(i64::from(shape.format.as_raw()))?;
        let view = Some(RawView::create(device, image, &shape)?);
        Ok(Arc::new(Image {
            shape,
            format,
            device: device.clone(),
            view,
            image,
            _own: None,
            _block: None,
            owner: Some(owner),
            place: Mutex::new(NEW),
            uses: Uses::default(),
        }))
    }

    /// Whether submissions may use it now.
    pub fn usable(&self) -> Result<()> {
        self.owner.as_ref().map_or(Ok(()), |owner| owner.lends(self.image))
    }

    pub fn handle(&self) -> vk::Image {
        self.image
    }

    /// For what is sampled, stored to or drawn to.
    pub fn view(&self) -> vk::ImageView {
        self.view.as_ref().map_or(vk::ImageView::null(), |view| view.view)
    }

    /// Where the last submission leaves it. Under the device's lock of layouts.
    pub fn place(&self) -> Place {
        *lock(&self.place)
    }

    pub fn moved(&self, layout: vk::ImageLayout, queue: &Queue) {
        let mut place = lock(&self.place);
        place.layout = layout;
        let own = std::ptr::from_ref(queue).addr();
        place.queue = if [0, own].contains(&place.queue) { own } else { SEVERAL };
    }

    /// No submission uses it. Under the device's lock of layouts.
    pub fn unused(&self) {
        lock(&self.place).queue = 0;
    }

    #[allow(dead_code, reason = "swapchains need it")]
    /// Its content is gone, as that of a swapchain's image when it is acquired anew.
    #[cfg(feature = "window")]
    pub fn forget(&self) {
        *lock(&self.place) = NEW;
    }

    /// Whether a sampler may be linear between its texels.
    pub fn blends_texels(&self) -> bool {
        image_features(&self.device, self.shape.format).contains(vk::FormatFeatureFlags::SAMPLED_IMAGE_FILTER_LINEAR)
    }

    pub fn needs(&self, usage: vk::ImageUsageFlags) -> Result<()> {
        if !self.shape.usage.contains(usage) {
            fail!(InvalidArgument, "the image was made for {:?}, which lacks {usage:?}", self.shape.usage);
        }
        Ok(())
    }
}

/// How a shader reads between texels.
pub struct Sampler {
    pub raw: RawSampler,
    pub linear: bool,
    _place: SamplerPlace,
    uses: Uses,
}

/// One of the samplers that a device can have.
struct SamplerPlace(Arc<Device>);

impl SamplerPlace {
    fn take(device: &Arc<Device>) -> Result<SamplerPlace> {
        let most = device.limits().max_sampler_allocation_count;
        // Counted first, so that threads do not take the last one twice; given back where it was one too many.
        let place = SamplerPlace(device.clone());
        if device.samplers.fetch_add(1, Ordering::Relaxed) >= most {
            fail!(OutOfMemory, "{most} samplers are alive, as many as the device has; free one");
        }
        Ok(place)
    }
}

impl Drop for SamplerPlace {
    fn drop(&mut self) {
        self.0.samplers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Resource for Sampler {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        &self.raw.device
    }
    fn what(&self) -> &'static str {
        "sampler"
    }
}

impl Sampler {
    pub fn create(device: &Arc<Device>, linear: bool, repeat: bool) -> Result<Arc<Sampler>> {
        device.check()?;
        let filter = if linear { vk::Filter::LINEAR } else { vk::Filter::NEAREST };
        let address = if repeat { vk::SamplerAddressMode::REPEAT } else { vk::SamplerAddressMode::CLAMP_TO_EDGE };
        let place = SamplerPlace::take(device)?;
        let raw = RawSampler::create(device, filter, address)?;
        Ok(Arc::new(Sampler { raw, linear, _place: place, uses: Uses::default() }))
    }
}

// The rows of an image.

pub fn width(image: &Arc<Image>) -> Result<i64> {
    Ok(i64::from(image.shape.width))
}
pub fn height(image: &Arc<Image>) -> Result<i64> {
    Ok(i64::from(image.shape.height))
}
pub fn format_of(image: &Arc<Image>) -> Result<i64> {
    Ok(i64::from(image.shape.format.as_raw()))
}
