//! Graphics pipelines: what is fixed beside the shaders, as a list of numbers that a row takes.
#![forbid(unsafe_code)]

use super::device::Device;
use super::format::{self, Format};
use super::image::Image;
use super::layout::{Description, Layout};
use super::pipeline::{Constants, Pipeline, stage_name};
use super::raw::instance::image_features;
use super::raw::pipeline::{RawPipeline, Stage};
use super::resource::Uses;
use super::shader::Shader;
use super::spirv::{Entry, Lane};
use super::{at, small};
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::Arc;

/// The parts of a graphics pipeline that are not shaders.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    pub colors: Vec<vk::Format>,
    pub depth: vk::Format,
    pub topology: vk::PrimitiveTopology,
    pub cull: vk::CullModeFlags,
    pub front: vk::FrontFace,
    pub fill: vk::PolygonMode,
    pub blend: vk::PipelineColorBlendAttachmentState,
    /// `None` draws without looking at depth.
    pub depth_compare: Option<vk::CompareOp>,
    pub depth_write: bool,
    pub vertex_buffers: Vec<vk::VertexInputBindingDescription>,
    pub attributes: Vec<vk::VertexInputAttributeDescription>,
    constants: Vec<(i64, i64)>,
}

/// How colours meet what is there.
fn blend(mode: i64) -> Result<vk::PipelineColorBlendAttachmentState> {
    use vk::BlendFactor as F;
    let all = vk::PipelineColorBlendAttachmentState::default().color_write_mask(vk::ColorComponentFlags::RGBA);
    let (src, dst) = match mode {
        0 => return Ok(all),
        1 => (F::SRC_ALPHA, F::ONE_MINUS_SRC_ALPHA),
        2 => (F::ONE, F::ONE),
        3 => (F::ONE, F::ONE_MINUS_SRC_ALPHA),
        _ => {
            fail!(InvalidArgument, "blending {mode} is none of 0 off, 1 by alpha, 2 sum, 3 by alpha, multiplied before")
        }
    };
    Ok(all
        .blend_enable(true)
        .src_color_blend_factor(src)
        .dst_color_blend_factor(dst)
        .src_alpha_blend_factor(F::ONE)
        .dst_alpha_blend_factor(if mode == 2 { F::ONE } else { F::ONE_MINUS_SRC_ALPHA }))
}

/// How many numbers an option takes.
fn arity(option: i64) -> Option<usize> {
    Some(match option {
        1..=6 | 10 => 1,
        7 | 8 | 11 => 2,
        9 => 4,
        _ => return None,
    })
}

impl Fixed {
    /// From options, each a number followed by what it takes.
    fn read(device: &Device, options: &[i64]) -> Result<Fixed> {
        let mut fixed = Fixed { topology: vk::PrimitiveTopology::TRIANGLE_LIST, blend: blend(0)?, ..Fixed::default() };
        let mut left = options;
        while let Some((option, rest)) = left.split_first() {
            let Some(words) = arity(*option) else { fail!(InvalidArgument, "option {option} is none of 1 to 11") };
            let Some((values, rest)) = rest.split_at_checked(words) else {
                fail!(InvalidArgument, "option {option} takes {words} numbers, {} are left", rest.len());
            };
            left = rest;
            fixed.option(device, *option, values)?;
        }
        Ok(fixed)
    }

    fn option(&mut self, device: &Device, option: i64, v: &[i64]) -> Result<()> {
        let choice = |what: &str, most: i64| match v[0] {
            n if (0..=most).contains(&n) => Ok(n as i32),
            n => fail!(InvalidArgument, "{what} {n} is not in 0..={most}"),
        };
        match option {
            1 => {
                if self.colors.len() == device.limits().max_color_attachments as usize {
                    fail!(Unsupported, "the device draws to {} colours at once", self.colors.len());
                }
                self.colors.push(target(v[0], true)?);
            }
            2 => self.depth = target(v[0], false)?,
            3 => self.topology = vk::PrimitiveTopology::from_raw(choice("topology", 5)?),
            4 => self.cull = vk::CullModeFlags::from_raw(choice("culling", 3)? as u32),
            5 => self.front = vk::FrontFace::from_raw(choice("front face", 1)?),
            6 => self.blend = blend(v[0])?,
            7 => {
                self.depth_compare = Some(vk::CompareOp::from_raw(choice("comparison", 7)?));
                self.depth_write = v[1] != 0;
            }
            8 => self.vertex_buffer(device, v)?,
            9 => self.attribute(device, v)?,
            10 => {
                self.fill = vk::PolygonMode::from_raw(choice("fill", 2)?);
                if self.fill != vk::PolygonMode::FILL && device.physical().features.fill_mode_non_solid == vk::FALSE {
                    fail!(Unsupported, "the device fills polygons only");
                }
            }
            _ => self.constants.push((v[0], v[1])),
        }
        Ok(())
    }

    fn vertex_buffer(&mut self, device: &Device, v: &[i64]) -> Result<()> {
        let limits = device.limits();
        let stride = small("stride", v[0])?;
        if stride > limits.max_vertex_input_binding_stride
            || self.vertex_buffers.len() == limits.max_vertex_input_bindings as usize
        {
            let (most, count) = (limits.max_vertex_input_binding_stride, limits.max_vertex_input_bindings);
            fail!(Unsupported, "a stride of {stride}; the device has {count} vertex buffers of strides up to {most}");
        }
        let rate = if v[1] != 0 { vk::VertexInputRate::INSTANCE } else { vk::VertexInputRate::VERTEX };
        let binding = self.vertex_buffers.len() as u32;
        self.vertex_buffers.push(vk::VertexInputBindingDescription { binding, stride, input_rate: rate });
        Ok(())
    }

    fn attribute(&mut self, device: &Device, v: &[i64]) -> Result<()> {
        let limits = device.limits();
        let location = at("location", v[0], limits.max_vertex_input_attributes as usize)? as u32;
        let binding = at("vertex buffer", v[1], self.vertex_buffers.len())? as u32;
        let format = format::find(v[2])?;
        if format.numeric.is_none() {
            fail!(InvalidArgument, "a vertex has no {:?}", format.raw);
        }
        if !super::raw::instance::is_vertex_format(device, format.raw) {
            fail!(Unsupported, "the device reads no vertices of {:?}", format.raw);
        }
        let offset = small("offset", v[3])?;
        if offset > limits.max_vertex_input_attribute_offset {
            fail!(Unsupported, "offset {offset}; the device takes {}", limits.max_vertex_input_attribute_offset);
        }
        let (align, stride) = (format.align(), self.vertex_buffers[binding as usize].stride);
        if !u64::from(offset).is_multiple_of(align) || !u64::from(stride).is_multiple_of(align) {
            let raw = format.raw;
            fail!(
                InvalidArgument,
                "offset {offset} and stride {stride} of {raw:?} are no multiples of its {align} bytes"
            );
        }
        if self.attributes.iter().any(|own| own.location == location) {
            fail!(InvalidArgument, "location {location} is given twice");
        }
        self.attributes.push(vk::VertexInputAttributeDescription { location, binding, format: format.raw, offset });
        Ok(())
    }

    /// Bytes that an attribute reads past the start of its vertex.
    pub fn reach(&self, binding: u32) -> u64 {
        let own = self.attributes.iter().filter(|a| a.binding == binding);
        own.map(|a| u64::from(a.offset) + u64::from(format_of(a.format).bytes)).max().unwrap_or(0)
    }

    /// What the start of a vertex buffer is a multiple of.
    pub fn align(&self, binding: u32) -> u64 {
        let own = self.attributes.iter().filter(|a| a.binding == binding);
        own.map(|a| format_of(a.format).align()).max().unwrap_or(1)
    }

    /// Whether the device draws to these formats, and blends where that is wanted.
    fn check_targets(&self, device: &Device) -> Result<()> {
        use vk::FormatFeatureFlags as F;
        let blends = self.blend.blend_enable == vk::TRUE;
        let colors = self.colors.iter().map(|format| (*format, F::COLOR_ATTACHMENT));
        let depth = Some((self.depth, F::DEPTH_STENCIL_ATTACHMENT)).filter(|(raw, _)| *raw != vk::Format::UNDEFINED);
        for (raw, needed) in colors.chain(depth) {
            let found = image_features(device, raw);
            if !found.contains(needed) {
                fail!(Unsupported, "{} does not draw to {raw:?}", device.physical().name());
            }
            if blends && needed == F::COLOR_ATTACHMENT && !found.contains(F::COLOR_ATTACHMENT_BLEND) {
                fail!(Unsupported, "{} does not blend in {raw:?}", device.physical().name());
            }
        }
        Ok(())
    }

    /// Whether it draws to these images.
    pub fn fits(&self, colors: &[Arc<Image>], depth: Option<&Arc<Image>>) -> Result<()> {
        let given: Vec<_> = colors.iter().map(|image| image.shape.format).collect();
        let given_depth = depth.map_or(vk::Format::UNDEFINED, |image| image.shape.format);
        if given != self.colors || given_depth != self.depth {
            let (own, own_depth) = (&self.colors, self.depth);
            fail!(
                InvalidArgument,
                "the pipeline draws to {own:?} with depth {own_depth:?}, the targets are {given:?} with {given_depth:?}"
            );
        }
        Ok(())
    }

    fn check(&self, vertex: &Entry, fragment: &Entry) -> Result<()> {
        if self.colors.is_empty() && self.depth == vk::Format::UNDEFINED {
            fail!(InvalidArgument, "the pipeline draws to nothing: give option 1 or 2, a format");
        }
        if self.depth_compare.is_some() && self.depth == vk::Format::UNDEFINED {
            fail!(InvalidArgument, "depth is compared, but option 2 gives it no format");
        }
        for lane in &vertex.inputs {
            let given = self.attributes.iter().find(|a| a.location == lane.location);
            let Some(given) = given else {
                fail!(InvalidArgument, "no attribute for location {} of the vertex shader", lane.location)
            };
            agree("attribute", given.location, format_of(given.format), lane)?;
        }
        for lane in &fragment.inputs {
            let from = vertex.outputs.iter().find(|own| own.location == lane.location);
            if from.is_none_or(|from| from.numeric != lane.numeric) {
                fail!(
                    InvalidArgument,
                    "the vertex shader does not give what location {} of the fragment shader takes",
                    lane.location
                );
            }
        }
        for (location, color) in self.colors.iter().enumerate() {
            match fragment.outputs.iter().find(|lane| lane.location as usize == location) {
                Some(lane) => agree("colour", location as u32, format_of(*color), lane)?,
                None => fail!(InvalidArgument, "the fragment shader gives no colour {location}"),
            }
        }
        Ok(())
    }
}

fn format_of(raw: vk::Format) -> &'static Format {
    // Only formats that were found get here.
    format::find(i64::from(raw.as_raw())).unwrap_or(&format::NONE)
}

fn agree(what: &str, location: u32, format: &Format, lane: &Lane) -> Result<()> {
    if format.numeric != Some(lane.numeric) {
        let shader = lane.numeric;
        fail!(InvalidArgument, "{what} {location} is {:?}, where the shader has {shader:?}", format.raw);
    }
    Ok(())
}

fn target(number: i64, color: bool) -> Result<vk::Format> {
    let format = format::find(number)?;
    if format.numeric.is_some() != color {
        fail!(InvalidArgument, "{:?} is {} colour format", format.raw, if color { "no" } else { "a" });
    }
    Ok(format.raw)
}

impl Pipeline {
    /// A graphics pipeline of two shaders.
    pub fn draws(vertex: &Arc<Shader>, fragment: &Arc<Shader>, options: &[i64]) -> Result<Arc<Pipeline>> {
        let device = vertex.device();
        device.check()?;
        device.same(fragment.device(), "fragment shader")?;
        let fixed = Fixed::read(device, options)?;
        let first = vertex.reflection.entry("", vk::ShaderStageFlags::VERTEX).map_err(|e| e.at("vertex"))?;
        let last = fragment.reflection.entry("", vk::ShaderStageFlags::FRAGMENT).map_err(|e| e.at("fragment"))?;
        fixed.check_targets(device)?;
        fixed.check(first, last)?;
        for (id, _) in &fixed.constants {
            let known = vertex.reflection.constants.iter().chain(&fragment.reflection.constants);
            if !known.into_iter().any(|c| i64::from(c.id) == *id) {
                fail!(NotFound, "neither shader has a specialization constant {id}");
            }
        }
        let layout = Layout::create(device, Description::new(&[first, last])?)?;
        let names = [stage_name(first)?, stage_name(last)?];
        let constants = [
            Constants::new(&vertex.reflection.constants, &fixed.constants, false)?,
            Constants::new(&fragment.reflection.constants, &fixed.constants, false)?,
        ];
        let both = [(vertex, first), (fragment, last)];
        let stages: Vec<_> = (0..2)
            .map(|at| Stage {
                module: &both[at].0.raw,
                name: &names[at],
                flags: both[at].1.stage,
                entries: &constants[at].entries,
                data: &constants[at].data,
            })
            .collect();
        let raw = RawPipeline::graphics(device, &stages, &layout.raw, &fixed)?;
        let joins = first.joins.iter().chain(&last.joins).copied().collect();
        Ok(Arc::new(Pipeline { raw, layout, joins, graphics: Some(fixed), uses: Uses::default() }))
    }
}
