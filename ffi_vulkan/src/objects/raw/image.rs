//! Images with their views, and samplers, as the driver has them.
#![allow(unsafe_code)]

use super::super::device::Device;
use super::instance::image_features;
use super::memory::Block;
use super::pipeline::owner;
use ash::vk;
use ffi_base::{Result, fail};
use gpu_allocator::MemoryLocation;
use std::sync::Arc;

owner!(/// A way to look at a whole image.
    RawView, view: vk::ImageView, destroy_image_view);
owner!(/// An image, which needs memory.
    RawImage, image: vk::Image, destroy_image);
owner!(/// How a shader reads between texels.
    RawSampler, sampler: vk::Sampler, destroy_sampler);

/// What an image is made for.
#[derive(Clone, Copy)]
pub struct Shape {
    pub width: u32,
    pub height: u32,
    pub format: vk::Format,
    pub usage: vk::ImageUsageFlags,
    pub aspect: vk::ImageAspectFlags,
}

/// What a format must be able to do for these uses.
fn features(usage: vk::ImageUsageFlags) -> vk::FormatFeatureFlags {
    use vk::{FormatFeatureFlags as F, ImageUsageFlags as U};
    let pairs = [
        (U::TRANSFER_SRC, F::TRANSFER_SRC),
        (U::TRANSFER_DST, F::TRANSFER_DST),
        (U::SAMPLED, F::SAMPLED_IMAGE),
        (U::STORAGE, F::STORAGE_IMAGE),
        (U::COLOR_ATTACHMENT, F::COLOR_ATTACHMENT),
        (U::DEPTH_STENCIL_ATTACHMENT, F::DEPTH_STENCIL_ATTACHMENT),
    ];
    pairs.iter().filter(|(own, _)| usage.contains(*own)).fold(F::empty(), |all, (_, needed)| all | *needed)
}

impl RawImage {
    pub fn create(device: &Arc<Device>, shape: &Shape) -> Result<RawImage> {
        let instance = &device.raw.instance.raw.instance;
        let (kind, tiling) = (vk::ImageType::TYPE_2D, vk::ImageTiling::OPTIMAL);
        let none = vk::ImageCreateFlags::empty();
        if !image_features(device, shape.format).contains(features(shape.usage)) {
            let name = device.physical().name();
            fail!(Unsupported, "{name} has no images of {:?} for {:?}", shape.format, shape.usage);
        }
        // SAFETY: instance and physical device are alive; here and below structures live through the calls.
        let most = unsafe {
            let physical = device.physical().raw;
            instance.get_physical_device_image_format_properties(
                physical,
                shape.format,
                kind,
                tiling,
                shape.usage,
                none,
            )
        };
        let Ok(most) = most else {
            let name = device.physical().name();
            fail!(Unsupported, "{name} has no images of {:?} for {:?}", shape.format, shape.usage);
        };
        if shape.width > most.max_extent.width || shape.height > most.max_extent.height {
            let most = most.max_extent;
            let (width, height) = (shape.width, shape.height);
            fail!(Unsupported, "an image of {width} x {height}; the device has {} x {}", most.width, most.height);
        }
        let families: Vec<u32> = (0..device.physical().families.len() as u32).collect();
        let mut info = vk::ImageCreateInfo::default()
            .image_type(kind)
            .format(shape.format)
            .extent(vk::Extent3D { width: shape.width, height: shape.height, depth: 1 })
            .mip_levels(1)
            .array_layers(1)
            .samples(vk::SampleCountFlags::TYPE_1)
            .tiling(tiling)
            .usage(shape.usage)
            .initial_layout(vk::ImageLayout::UNDEFINED);
        if families.len() > 1 {
            info = info.sharing_mode(vk::SharingMode::CONCURRENT).queue_family_indices(&families);
        }
        // SAFETY: the device is alive, and has such images.
        let image = unsafe { device.raw.device.create_image(&info, None) }
            .map_err(|result| device.fault("vkCreateImage", result))?;
        Ok(RawImage { device: device.clone(), image })
    }

    /// Memory of its own, bound.
    pub fn allocate(&self) -> Result<Block> {
        // SAFETY: device and image are alive.
        let requirements = unsafe { self.device.raw.device.get_image_memory_requirements(self.image) };
        let block = Block::allocate(&self.device, requirements, MemoryLocation::GpuOnly, false)?;
        let (memory, offset) = block.place()?;
        // SAFETY: all alive; the block was made for this image and is bound to nothing else.
        unsafe { self.device.raw.device.bind_image_memory(self.image, memory, offset) }
            .map_err(|result| self.device.fault("vkBindImageMemory", result))?;
        Ok(block)
    }
}

impl RawView {
    /// The image stays at least as long as the view.
    pub fn create(device: &Arc<Device>, image: vk::Image, shape: &Shape) -> Result<RawView> {
        let range = vk::ImageSubresourceRange::default().aspect_mask(shape.aspect).level_count(1).layer_count(1);
        let info = vk::ImageViewCreateInfo::default()
            .image(image)
            .view_type(vk::ImageViewType::TYPE_2D)
            .format(shape.format)
            .subresource_range(range);
        // SAFETY: device and image are alive, and the image has memory.
        let view = unsafe { device.raw.device.create_image_view(&info, None) }
            .map_err(|result| device.fault("vkCreateImageView", result))?;
        Ok(RawView { device: device.clone(), view })
    }
}

impl RawSampler {
    pub fn create(device: &Arc<Device>, filter: vk::Filter, address: vk::SamplerAddressMode) -> Result<RawSampler> {
        let info = vk::SamplerCreateInfo::default()
            .mag_filter(filter)
            .min_filter(filter)
            .address_mode_u(address)
            .address_mode_v(address)
            .address_mode_w(address);
        // SAFETY: the device is alive.
        let sampler = unsafe { device.raw.device.create_sampler(&info, None) }
            .map_err(|result| device.fault("vkCreateSampler", result))?;
        Ok(RawSampler { device: device.clone(), sampler })
    }
}
