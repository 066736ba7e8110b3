//! Rendering: what is drawn to, by dynamic rendering where the driver has it, by render passes else.
#![forbid(unsafe_code)]

use super::commands::Commands;
use super::device::Device;
use super::image::Image;
use super::raw::pass::{COLOR, DEPTH, Pass, RawPass};
use super::recording::Recording;
use super::resource::Resource;
use super::spirv::Numeric;
use crate::rows::VkImageKind;
use ash::vk;
use ffi_base::{Result, fail, object};
use std::sync::Arc;

/// What is drawn to, between begin and end.
pub struct Rendering {
    pub colors: Vec<Arc<Image>>,
    pub depth: Option<Arc<Image>>,
}

/// Begins to draw to images. `clear` has 4 numbers for each colour and one for depth; without, what is there stays.
pub fn begin(commands: &Arc<Commands>, colors: &[i64], depth: Option<&Arc<Image>>, clear: &[f64]) -> Result<()> {
    let mut recording = commands.record("rendering")?;
    recording.outside_rendering("rendering")?;
    recording.needs("rendering", vk::QueueFlags::GRAPHICS)?;
    let most = commands.device().limits().max_color_attachments as usize;
    if colors.len() > most {
        fail!(Unsupported, "{} colours; the device draws to {most} at once", colors.len());
    }
    let mut images: Vec<Arc<Image>> = Vec::new();
    for (at, handle) in colors.iter().enumerate() {
        let found = object::borrow::<VkImageKind>(*handle).map_err(|e| e.at(&format!("colors[{at}]")))?;
        found.needs(vk::ImageUsageFlags::COLOR_ATTACHMENT).map_err(|e| e.at(&format!("colors[{at}]")))?;
        if images.iter().any(|own| Arc::ptr_eq(own, &found)) {
            fail!(InvalidArgument, "colors[{at}] is there twice");
        }
        images.push(Arc::clone(&found));
    }
    if let Some(depth) = depth {
        depth.needs(vk::ImageUsageFlags::DEPTH_STENCIL_ATTACHMENT).map_err(|e| e.at("depth"))?;
    }
    let all: Vec<&Arc<Image>> = images.iter().chain(depth).collect();
    let Some(first) = all.first() else { fail!(InvalidArgument, "rendering to no image") };
    let (width, height) = (first.shape.width, first.shape.height);
    for image in &all {
        recording.same_device(&***image)?;
        if (image.shape.width, image.shape.height) != (width, height) {
            let other = (image.shape.width, image.shape.height);
            fail!(InvalidArgument, "targets of {width} x {height} and of {} x {}", other.0, other.1);
        }
    }
    fits(commands.device().limits(), width, height)?;
    let numbers = images.len() * 4 + usize::from(depth.is_some());
    if !clear.is_empty() && clear.len() != numbers {
        fail!(InvalidArgument, "{} numbers to clear with; the targets take {numbers}, or none", clear.len());
    }
    if depth.is_some() && clear.last().is_some_and(|depth| !(0.0..=1.0).contains(depth)) {
        fail!(InvalidArgument, "depth is cleared to {}, which is not in 0..=1", clear[numbers - 1]);
    }
    let load = if clear.is_empty() { vk::AttachmentLoadOp::LOAD } else { vk::AttachmentLoadOp::CLEAR };
    let extent = vk::Extent2D { width, height };
    let pass = match commands.device().renders_without_passes() {
        true => None,
        false => Some(pass(commands.device(), &images, depth, load, extent)?),
    };
    for image in &images {
        recording.use_image(image, COLOR, true);
    }
    if let Some(depth) = depth {
        recording.use_image(depth, DEPTH, true);
    }
    let area = vk::Rect2D { offset: vk::Offset2D::default(), extent };
    let values = clear_values(&images, depth.is_some(), clear);
    match pass {
        Some(pass) => {
            let values = if clear.is_empty() { &[][..] } else { &values };
            recording.recorder().begin_pass(&pass.begin_info().render_area(area).clear_values(values));
            recording.keep(pass);
        }
        None => begin_dynamic(&recording, &images, depth, load, &values, area),
    }
    let recorder = recording.recorder();
    let (w, h) = (width as f32, height as f32);
    recorder.viewport(vk::Viewport { x: 0.0, y: 0.0, width: w, height: h, min_depth: 0.0, max_depth: 1.0 });
    recorder.scissor(area);
    recording.state.rendering = Some(Rendering { colors: images, depth: depth.cloned() });
    Ok(())
}

/// Images may be larger than what is drawn to.
fn fits(limits: &vk::PhysicalDeviceLimits, width: u32, height: u32) -> Result<()> {
    let most = [
        limits.max_framebuffer_width.min(limits.max_viewport_dimensions[0]),
        limits.max_framebuffer_height.min(limits.max_viewport_dimensions[1]),
    ];
    if width > most[0] || height > most[1] {
        fail!(Unsupported, "targets of {width} x {height}; the device draws to {} x {}", most[0], most[1]);
    }
    Ok(())
}

/// What targets are cleared to: the colours, then depth.
fn clear_values(images: &[Arc<Image>], has_depth: bool, numbers: &[f64]) -> Vec<vk::ClearValue> {
    let color = |(at, image): (usize, &Arc<Image>)| {
        let mut four = [0.0; 4];
        for (to, from) in four.iter_mut().zip(numbers.iter().skip(at * 4)) {
            *to = *from;
        }
        // Whole numbers where texels are whole.
        let color = match image.format.numeric {
            Some(Numeric::Unsigned) => vk::ClearColorValue { uint32: four.map(|n| n as u32) },
            Some(Numeric::Signed) => vk::ClearColorValue { int32: four.map(|n| n as i32) },
            _ => vk::ClearColorValue { float32: four.map(|n| n as f32) },
        };
        vk::ClearValue { color }
    };
    let depth = numbers.last().map_or(0.0, |depth| *depth as f32);
    let depth = vk::ClearValue { depth_stencil: vk::ClearDepthStencilValue { depth, stencil: 0 } };
    images.iter().enumerate().map(color).chain(has_depth.then_some(depth)).collect()
}

fn begin_dynamic(
    recording: &Recording<'_>,
    images: &[Arc<Image>],
    depth: Option<&Arc<Image>>,
    load: vk::AttachmentLoadOp,
    values: &[vk::ClearValue],
    area: vk::Rect2D,
) {
    let attachment = |image: &Image, layout, value| {
        vk::RenderingAttachmentInfo::default()
            .image_view(image.view())
            .image_layout(layout)
            .load_op(load)
            .store_op(vk::AttachmentStoreOp::STORE)
            .clear_value(value)
    };
    let colors: Vec<_> = images.iter().zip(values).map(|(image, value)| attachment(image, COLOR, *value)).collect();
    let deep = depth.map(|image| attachment(image, DEPTH, values[images.len()]));
    let mut info = vk::RenderingInfo::default().render_area(area).layer_count(1).color_attachments(&colors);
    if let Some(deep) = &deep {
        info = info.depth_attachment(deep);
    }
    recording.recorder().begin_rendering(&info);
}

fn pass(
    device: &Arc<Device>,
    images: &[Arc<Image>],
    depth: Option<&Arc<Image>>,
    load: vk::AttachmentLoadOp,
    extent: vk::Extent2D,
) -> Result<Arc<Pass>> {
    let formats: Vec<_> = images.iter().map(|image| image.shape.format).collect();
    let views: Vec<_> = images.iter().chain(depth).map(|image| image.view()).collect();
    let depth = depth.map_or(vk::Format::UNDEFINED, |image| image.shape.format);
    Pass::create(RawPass::create(device, &formats, depth, load)?, &views, extent)
}

/// Ends it. Images that shaders may sample are ready for that.
pub fn end(commands: &Arc<Commands>) -> Result<()> {
    let mut recording = commands.record("the end of rendering")?;
    let Some(rendering) = recording.state.rendering.take() else {
        fail!(InvalidArgument, "the end of rendering without its begin");
    };
    if commands.device().renders_without_passes() {
        recording.recorder().end_rendering();
    } else {
        recording.recorder().end_pass();
    }
    for image in rendering.colors.iter().chain(&rendering.depth) {
        if image.shape.usage.contains(vk::ImageUsageFlags::SAMPLED) {
            recording.use_image(image, vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL, false);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_no_larger_than_the_device_draws() {
        let limits = vk::PhysicalDeviceLimits {
            max_framebuffer_width: 4096,
            max_framebuffer_height: 2048,
            max_viewport_dimensions: [2048, 4096],
            ..Default::default()
        };
        for (width, height, good) in [(2048, 2048, true), (2049, 1, false), (1, 2049, false)] {
            assert_eq!(fits(&limits, width, height).is_ok(), good, "{width} x {height}");
        }
    }
}
