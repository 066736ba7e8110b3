//! Rendering: targets, what is drawn to them, and with which vertices.
#![forbid(unsafe_code)]

use super::buffer::Buffer;
use super::commands::Commands;
use super::device::Device;
use super::image::Image;
use super::resource::Resource;
use super::{at, size, small};
use crate::rows::VkImageKind;
use ash::vk;
use ffi_base::{Result, fail, object};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is drawn to, between begin and end.
pub struct Rendering {
    colors: Vec<Arc<Image>>,
    depth: Option<Arc<Image>>,
}

/// The buffers that draws read.
#[derive(Default)]
pub struct Vertices {
    buffers: BTreeMap<u32, (Arc<Buffer>, u64)>,
    indices: Option<(Arc<Buffer>, u64, bool)>,
}

/// Whether a device renders without render passes, which is how it is done here.
pub fn can(device: &Device) -> Result<()> {
    if device.physical().v13.dynamic_rendering == vk::FALSE {
        fail!(Unsupported, "{} has no dynamic rendering, of Vulkan 1.3", device.physical().name());
    }
    Ok(())
}

const COLOR: vk::ImageLayout = vk::ImageLayout::COLOR_ATTACHMENT_OPTIMAL;
const DEPTH: vk::ImageLayout = vk::ImageLayout::DEPTH_STENCIL_ATTACHMENT_OPTIMAL;

/// Begins to draw to images. `clear` has 4 numbers for each colour and one for depth; without, what is there stays.
pub fn begin(commands: &Arc<Commands>, colors: &[i64], depth: Option<&Arc<Image>>, clear: &[f64]) -> Result<()> {
    let mut recording = commands.record("rendering")?;
    recording.outside_rendering("rendering")?;
    recording.needs("rendering", vk::QueueFlags::GRAPHICS)?;
    can(commands.device())?;
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
    let numbers = images.len() * 4 + usize::from(depth.is_some());
    if !clear.is_empty() && clear.len() != numbers {
        fail!(InvalidArgument, "{} numbers to clear with; the targets take {numbers}, or none", clear.len());
    }
    if depth.is_some() && clear.last().is_some_and(|depth| !(0.0..=1.0).contains(depth)) {
        fail!(InvalidArgument, "depth is cleared to {}, which is not in 0..=1", clear[numbers - 1]);
    }
    for image in &images {
        recording.use_image(image, COLOR, true);
    }
    if let Some(depth) = depth {
        recording.use_image(depth, DEPTH, true);
    }
    let load = if clear.is_empty() { vk::AttachmentLoadOp::LOAD } else { vk::AttachmentLoadOp::CLEAR };
    let attachment = |image: &Image, layout, value| {
        vk::RenderingAttachmentInfo::default()
            .image_view(image.view())
            .image_layout(layout)
            .load_op(load)
            .store_op(vk::AttachmentStoreOp::STORE)
            .clear_value(value)
    };
    let color = |(at, image): (usize, &Arc<Image>)| {
        let mut float32 = [0.0; 4];
        for (to, from) in float32.iter_mut().zip(clear.iter().skip(at * 4)) {
            *to = *from as f32;
        }
        attachment(image, COLOR, vk::ClearValue { color: vk::ClearColorValue { float32 } })
    };
    let colors: Vec<_> = images.iter().enumerate().map(color).collect();
    let value = clear.last().map_or(0.0, |depth| *depth as f32);
    let value = vk::ClearValue { depth_stencil: vk::ClearDepthStencilValue { depth: value, stencil: 0 } };
    let deep = depth.map(|image| attachment(image, DEPTH, value));
    let area = vk::Rect2D { offset: vk::Offset2D::default(), extent: vk::Extent2D { width, height } };
    let mut info = vk::RenderingInfo::default().render_area(area).layer_count(1).color_attachments(&colors);
    if let Some(deep) = &deep {
        info = info.depth_attachment(deep);
    }
    let recorder = recording.recorder();
    recorder.begin_rendering(&info);
    let (w, h) = (width as f32, height as f32);
    recorder.viewport(vk::Viewport { x: 0.0, y: 0.0, width: w, height: h, min_depth: 0.0, max_depth: 1.0 });
    recorder.scissor(area);
    recording.state.rendering = Some(Rendering { colors: images, depth: depth.cloned() });
    Ok(())
}

/// Ends it. Images that shaders may sample are ready for that.
pub fn end(commands: &Arc<Commands>) -> Result<()> {
    let mut recording = commands.record("the end of rendering")?;
    let Some(rendering) = recording.state.rendering.take() else {
        fail!(InvalidArgument, "the end of rendering without its begin");
    };
    recording.recorder().end_rendering();
    for image in rendering.colors.iter().chain(&rendering.depth) {
        if image.shape.usage.contains(vk::ImageUsageFlags::SAMPLED) {
            recording.use_image(image, vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL, false);
        }
    }
    Ok(())
}

/// Where in the targets the pictures lie: x, y, width, height, and perhaps the nearest and farthest depth.
pub fn viewport(commands: &Arc<Commands>, numbers: &[f64]) -> Result<()> {
    let recording = commands.record("viewport")?;
    recording.needs("viewport", vk::QueueFlags::GRAPHICS)?;
    let [x, y, width, height, ref depth @ ..] = *numbers else {
        fail!(InvalidArgument, "{} numbers; a viewport has 4, or 6 with its depths", numbers.len());
    };
    let (near, far) = match *depth {
        [] => (0.0, 1.0),
        [near, far] => (near, far),
        _ => fail!(InvalidArgument, "{} numbers; a viewport has 4, or 6 with its depths", numbers.len()),
    };
    let most = commands.device().limits().max_viewport_dimensions;
    let bounds = commands.device().limits().viewport_bounds_range;
    let inside = |from: f64, len: f64| from >= f64::from(bounds[0]) && from + len <= f64::from(bounds[1]);
    let fits = width > 0.0 && width <= f64::from(most[0]) && height > 0.0 && height <= f64::from(most[1]);
    if !fits || !inside(x, width) || !inside(y, height) {
        fail!(
            InvalidArgument,
            "a viewport of {width} x {height} at {x}, {y}; the device has {most:?} within {bounds:?}"
        );
    }
    if ![near, far].iter().all(|depth| (0.0..=1.0).contains(depth)) {
        fail!(InvalidArgument, "depths {near} and {far} are not in 0..=1");
    }
    let [x, y, width, height, min_depth, max_depth] = [x, y, width, height, near, far].map(|n| n as f32);
    recording.recorder().viewport(vk::Viewport { x, y, width, height, min_depth, max_depth });
    Ok(())
}

/// Which part of the targets is drawn to.
pub fn scissor(commands: &Arc<Commands>, x: i64, y: i64, width: i64, height: i64) -> Result<()> {
    let recording = commands.record("scissor")?;
    recording.needs("scissor", vk::QueueFlags::GRAPHICS)?;
    let part = |from: i64, len: i64| {
        let end = from.checked_add(len)?;
        (from >= 0 && len >= 0 && end <= i64::from(i32::MAX)).then_some((from as i32, len as u32))
    };
    let (Some((x, width)), Some((y, height))) = (part(x, width), part(y, height)) else {
        fail!(InvalidArgument, "a scissor of {width} x {height} at {x}, {y}");
    };
    let rect = vk::Rect2D { offset: vk::Offset2D { x, y }, extent: vk::Extent2D { width, height } };
    recording.recorder().scissor(rect);
    Ok(())
}

pub fn vertex_buffer(commands: &Arc<Commands>, index: i64, buffer: &Arc<Buffer>, offset: i64) -> Result<()> {
    let mut recording = commands.record("bind")?;
    let index = at("vertex buffer", index, commands.device().limits().max_vertex_input_bindings as usize)? as u32;
    let (offset, _) = buffer.range(offset, -1, vk::BufferUsageFlags::VERTEX_BUFFER)?;
    recording.keep_buffer(buffer)?;
    recording.state.vertices.buffers.insert(index, (buffer.clone(), offset));
    Ok(())
}

pub fn index_buffer(commands: &Arc<Commands>, buffer: &Arc<Buffer>, offset: i64, wide: bool) -> Result<()> {
    let mut recording = commands.record("bind")?;
    let (offset, _) = buffer.range(offset, -1, vk::BufferUsageFlags::INDEX_BUFFER)?;
    let bytes = if wide { 4 } else { 2 };
    if offset % bytes != 0 {
        fail!(InvalidArgument, "offset {offset} is no multiple of an index's {bytes} bytes");
    }
    recording.keep_buffer(buffer)?;
    recording.state.vertices.indices = Some((buffer.clone(), offset, wide));
    Ok(())
}

/// Vertices and instances of a draw, each a first one and how many; vertices are not known where indices name them.
struct Extent {
    vertices: Option<(u64, u64)>,
    instances: (u64, u64),
}

/// Checks and records what draws have in common.
fn prepare<'a>(commands: &'a Arc<Commands>, extent: &Extent) -> Result<super::recording::Recording<'a>> {
    let mut recording = commands.record("draw")?;
    let state = &*recording.state;
    let Some(rendering) = &state.rendering else {
        fail!(InvalidArgument, "draw outside of rendering: call rt_vk_render_begin first");
    };
    let Some(fixed) = state.graphics.pipeline.as_ref().and_then(|pipeline| pipeline.graphics.as_ref()) else {
        fail!(InvalidArgument, "no graphics pipeline is bound; call rt_vk_bind_pipeline first");
    };
    fixed.fits(&rendering.colors, rendering.depth.as_ref())?;
    let mut bound = Vec::new();
    for wanted in &fixed.vertex_buffers {
        let Some((buffer, offset)) = state.vertices.buffers.get(&wanted.binding) else {
            fail!(InvalidArgument, "no vertex buffer {} is bound", wanted.binding);
        };
        let by_instance = wanted.input_rate == vk::VertexInputRate::INSTANCE;
        let read = if by_instance { Some(extent.instances) } else { extent.vertices };
        if let Some((first, count)) = read.filter(|(_, count)| *count > 0) {
            let last = (first + count - 1).saturating_mul(u64::from(wanted.stride));
            let end = offset.saturating_add(last).saturating_add(fixed.reach(wanted.binding));
            if end > buffer.len_bytes {
                let (at, len) = (wanted.binding, buffer.len_bytes);
                fail!(InvalidArgument, "vertex buffer {at} has {len} bytes; {first}..+{count} reads up to {end}");
            }
        }
        bound.push((wanted.binding, buffer.handle(), *offset));
    }
    recording.prepare(vk::PipelineBindPoint::GRAPHICS)?;
    for (at, buffer, offset) in bound {
        recording.recorder().vertex_buffer(at, buffer, offset);
    }
    Ok(recording)
}

fn pair(what: &str, first: i64, count: i64) -> Result<(u32, u32)> {
    let (first, count) =
        (small(&format!("the first of {what}"), first)?, small(&format!("the count of {what}"), count)?);
    if first.checked_add(count).is_none() {
        fail!(InvalidArgument, "{what} {first}..+{count} do not end below 2^32");
    }
    Ok((first, count))
}

fn wide(pair: (u32, u32)) -> (u64, u64) {
    (u64::from(pair.0), u64::from(pair.1))
}

pub fn draw(
    commands: &Arc<Commands>,
    vertices: i64,
    instances: i64,
    first_vertex: i64,
    first_instance: i64,
) -> Result<()> {
    let vertex = pair("vertices", first_vertex, vertices)?;
    let instance = pair("instances", first_instance, instances)?;
    let extent = Extent { vertices: Some(wide(vertex)), instances: wide(instance) };
    prepare(commands, &extent)?.recorder().draw(vertex.1, instance.1, vertex.0, instance.0);
    Ok(())
}

pub fn draw_indexed(
    commands: &Arc<Commands>,
    indices: i64,
    instances: i64,
    first_index: i64,
    vertex_offset: i64,
    first_instance: i64,
) -> Result<()> {
    let index = pair("indices", first_index, indices)?;
    let instance = pair("instances", first_instance, instances)?;
    let Ok(vertex_offset) = i32::try_from(vertex_offset) else {
        fail!(InvalidArgument, "vertex offset {vertex_offset} is not a number of 32 bits");
    };
    let bound = commands.state().vertices.indices.clone();
    let Some((buffer, offset, is_wide)) = bound else {
        fail!(InvalidArgument, "no index buffer is bound; call rt_vk_bind_index_buffer first");
    };
    let bytes = if is_wide { 4 } else { 2 };
    let end = offset + (u64::from(index.0) + u64::from(index.1)) * bytes;
    if end > buffer.len_bytes {
        let len = size("length", buffer.len_bytes as i64)?;
        fail!(InvalidArgument, "indices {}..+{} read up to {end} of a buffer of {len} bytes", index.0, index.1);
    }
    let mut recording = prepare(commands, &Extent { vertices: None, instances: wide(instance) })?;
    recording.keep_buffer(&buffer)?;
    let kind = if is_wide { vk::IndexType::UINT32 } else { vk::IndexType::UINT16 };
    recording.recorder().index_buffer(buffer.handle(), offset, kind);
    recording.recorder().draw_indexed(index.1, instance.1, index.0, vertex_offset, instance.0);
    Ok(())
}
