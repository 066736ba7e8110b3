//! Draws, and what they take: viewports, scissors, vertices and indices.
#![forbid(unsafe_code)]

use super::buffer::Buffer;
use super::commands::Commands;
use super::recording::Recording;
use super::resource::Resource;
use super::{at, small};
use ash::vk;
use ffi_base::{Result, fail};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The buffers that draws read.
#[derive(Default)]
pub struct Vertices {
    buffers: BTreeMap<u32, (Arc<Buffer>, u64)>,
    indices: Option<(Arc<Buffer>, u64, bool)>,
}

/// Where in the targets the pictures lie: x, y, width, height, and perhaps the nearest and farthest depth.
pub fn viewport(commands: &Arc<Commands>, numbers: &[f64]) -> Result<()> {
    let recording = commands.record("viewport")?;
    recording.needs("viewport", vk::QueueFlags::GRAPHICS)?;
    // As the driver gets them: what is more than nothing here may be nothing there.
    let single: Vec<f64> = numbers.iter().take(7).map(|n| f64::from(*n as f32)).collect();
    let [x, y, width, height, ref depth @ ..] = *single else {
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
fn prepare<'a>(commands: &'a Arc<Commands>, extent: &Extent) -> Result<Recording<'a>> {
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
        let align = fixed.align(wanted.binding);
        if !offset.is_multiple_of(align) {
            let at = wanted.binding;
            fail!(
                InvalidArgument,
                "vertex buffer {at} is bound from byte {offset} on, which is no multiple of {align}"
            );
        }
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
        let len = buffer.len_bytes;
        fail!(InvalidArgument, "indices {}..+{} read up to {end} of a buffer of {len} bytes", index.0, index.1);
    }
    let mut recording = prepare(commands, &Extent { vertices: None, instances: wide(instance) })?;
    recording.keep_buffer(&buffer)?;
    let kind = if is_wide { vk::IndexType::UINT32 } else { vk::IndexType::UINT16 };
    recording.recorder().index_buffer(buffer.handle(), offset, kind);
    recording.recorder().draw_indexed(index.1, instance.1, index.0, vertex_offset, instance.0);
    Ok(())
}
