//! Commands that move texels between buffers and images, and the layouts that a caller asks for by name.
#![forbid(unsafe_code)]

use super::buffer::Buffer;
use super::commands::Commands;
use super::image::Image;
use super::resource::Resource;
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::Arc;

/// A part of an image: x, y, width, height, or all of it.
fn part(image: &Image, region: &[i64]) -> Result<(vk::Offset3D, vk::Extent3D)> {
    let (wide, high) = (i64::from(image.shape.width), i64::from(image.shape.height));
    let (x, y, width, height) = match *region {
        [] => (0, 0, wide, high),
        [x, y, width, height] => (x, y, width, height),
        _ => fail!(InvalidArgument, "a region of {} numbers; it has 4, or none for all", region.len()),
    };
    let inside =
        |from: i64, len: i64, most: i64| from >= 0 && len > 0 && from.checked_add(len).is_some_and(|end| end <= most);
    if !inside(x, width, wide) || !inside(y, height, high) {
        fail!(InvalidArgument, "{width} x {height} texels at {x}, {y} are none, or leave an image of {wide} x {high}");
    }
    let offset = vk::Offset3D { x: x as i32, y: y as i32, z: 0 };
    Ok((offset, vk::Extent3D { width: width as u32, height: height as u32, depth: 1 }))
}

/// The region of a copy, with rows that lie close in the buffer.
fn region(
    image: &Image,
    numbers: &[i64],
    buffer: &Buffer,
    offset: i64,
    usage: vk::BufferUsageFlags,
) -> Result<vk::BufferImageCopy> {
    let (image_offset, image_extent) = part(image, numbers)?;
    let texel = u64::from(image.format.bytes);
    let len = u64::from(image_extent.width) * u64::from(image_extent.height) * texel;
    let (at, _) = buffer.range(offset, len as i64, usage)?;
    if at % texel != 0 || at % 4 != 0 {
        fail!(InvalidArgument, "offset {at} is no multiple of 4 and of a texel's {texel} bytes");
    }
    let layers = vk::ImageSubresourceLayers {
        aspect_mask: image.shape.aspect,
        mip_level: 0,
        base_array_layer: 0,
        layer_count: 1,
    };
    Ok(vk::BufferImageCopy {
        buffer_offset: at,
        buffer_row_length: 0,
        buffer_image_height: 0,
        image_subresource: layers,
        image_offset,
        image_extent,
    })
}

/// Whether queues copy such a part, where they copy blocks of so many texels: whole blocks, or up to the image's end.
fn fits_grain(grain: vk::Extent3D, whole: (u32, u32), region: &vk::BufferImageCopy) -> bool {
    let (from, part) = (region.image_offset, region.image_extent);
    [(grain.width, whole.0, from.x as u32, part.width), (grain.height, whole.1, from.y as u32, part.height)]
        .into_iter()
        .all(|(grain, whole, from, len)| match grain {
            // Only whole images.
            0 => from == 0 && len == whole,
            _ => from.is_multiple_of(grain) && (len.is_multiple_of(grain) || from + len == whole),
        })
}

/// Refuses a part of an image that queues of this family do not copy.
fn check_grain(commands: &Commands, image: &Image, region: &vk::BufferImageCopy) -> Result<()> {
    let family = commands.pool().family;
    let grain = commands.device().physical().families[family as usize].min_image_transfer_granularity;
    if !fits_grain(grain, (image.shape.width, image.shape.height), region) {
        let (width, height) = (grain.width, grain.height);
        fail!(
            Unsupported,
            "queues of family {family} copy parts of {width} x {height} texels, 0 being whole images alone"
        );
    }
    Ok(())
}

/// Depth is moved by queues that draw, colours by all.
fn ability(image: &Image) -> vk::QueueFlags {
    if image.format.numeric.is_none() { vk::QueueFlags::GRAPHICS } else { vk::QueueFlags::empty() }
}

pub fn to_image(
    commands: &Arc<Commands>,
    buffer: &Arc<Buffer>,
    offset: i64,
    image: &Arc<Image>,
    numbers: &[i64],
) -> Result<()> {
    let mut recording = commands.record("copy")?;
    recording.outside_rendering("copy")?;
    recording.needs("copy", ability(image))?;
    recording.same_device(&**image)?;
    image.needs(vk::ImageUsageFlags::TRANSFER_DST)?;
    let region = region(image, numbers, buffer, offset, vk::BufferUsageFlags::TRANSFER_SRC)?;
    check_grain(commands, image, &region)?;
    recording.keep_buffer(buffer)?;
    recording.use_image(image, vk::ImageLayout::TRANSFER_DST_OPTIMAL, true);
    recording.recorder().copy_to_image(buffer.handle(), image.handle(), region);
    // So that draws find it ready: layouts do not change while rendering.
    if image.shape.usage.contains(vk::ImageUsageFlags::SAMPLED) {
        recording.use_image(image, vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL, false);
    }
    Ok(())
}

pub fn from_image(
    commands: &Arc<Commands>,
    image: &Arc<Image>,
    numbers: &[i64],
    buffer: &Arc<Buffer>,
    offset: i64,
) -> Result<()> {
    let mut recording = commands.record("copy")?;
    recording.outside_rendering("copy")?;
    recording.needs("copy", ability(image))?;
    recording.same_device(&**image)?;
    image.needs(vk::ImageUsageFlags::TRANSFER_SRC)?;
    let region = region(image, numbers, buffer, offset, vk::BufferUsageFlags::TRANSFER_DST)?;
    check_grain(commands, image, &region)?;
    recording.keep_buffer(buffer)?;
    recording.use_image(image, vk::ImageLayout::TRANSFER_SRC_OPTIMAL, true);
    recording.recorder().copy_from_image(image.handle(), buffer.handle(), region);
    Ok(())
}

/// The layouts that a caller may ask for, with the use that an image needs.
const LAYOUTS: [(i64, vk::ImageLayout, vk::ImageUsageFlags); 6] = [
    (1, vk::ImageLayout::GENERAL, vk::ImageUsageFlags::STORAGE),
    (2, vk::ImageLayout::COLOR_ATTACHMENT_OPTIMAL, vk::ImageUsageFlags::COLOR_ATTACHMENT),
    (3, vk::ImageLayout::DEPTH_STENCIL_ATTACHMENT_OPTIMAL, vk::ImageUsageFlags::DEPTH_STENCIL_ATTACHMENT),
    (5, vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL, vk::ImageUsageFlags::SAMPLED),
    (6, vk::ImageLayout::TRANSFER_SRC_OPTIMAL, vk::ImageUsageFlags::TRANSFER_SRC),
    (7, vk::ImageLayout::TRANSFER_DST_OPTIMAL, vk::ImageUsageFlags::TRANSFER_DST),
];

/// Brings an image into a layout by hand; everything before is done, and everything after sees it.
pub fn layout(commands: &Arc<Commands>, image: &Arc<Image>, number: i64) -> Result<()> {
    let mut recording = commands.record("layout")?;
    recording.outside_rendering("layout")?;
    recording.same_device(&**image)?;
    let Some((_, layout, usage)) = LAYOUTS.iter().find(|(own, ..)| *own == number) else {
        fail!(InvalidArgument, "layout {number} is none of 1, 2, 3, 5, 6, 7");
    };
    image.needs(*usage)?;
    recording.use_image(image, *layout, true);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_that_only_copy_take_whole_blocks() {
        let part = |x: i32, y: i32, width: u32, height: u32| vk::BufferImageCopy {
            image_offset: vk::Offset3D { x, y, z: 0 },
            image_extent: vk::Extent3D { width, height, depth: 1 },
            ..Default::default()
        };
        let grain = |side: u32| vk::Extent3D { width: side, height: side, depth: 1 };
        for (side, region, fits) in [
            (1, part(3, 5, 7, 1), true),
            (8, part(8, 16, 16, 8), true),
            (8, part(8, 16, 12, 14), true),
            (8, part(4, 16, 16, 8), false),
            (8, part(8, 16, 10, 8), false),
            (0, part(0, 0, 20, 30), true),
            (0, part(0, 0, 20, 29), false),
        ] {
            assert_eq!(fits_grain(grain(side), (20, 30), &region), fits, "{side}: {region:?}");
        }
    }
}
