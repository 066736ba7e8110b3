//! Shader modules, layouts, pipelines and their cache, as the driver has them.
#![allow(unsafe_code)]

use super::super::device::Device;
use super::super::layout::Description;
use super::pass::RawPass;
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::Arc;

/// Declares an owner of one thing of the driver's, which ends with it.
macro_rules! owner {
    ($(#[doc = $doc:literal])* $name:ident, $field:ident: $type:ty, $destroy:ident) => {
        $(#[doc = $doc])*
        pub struct $name {
            pub device: Arc<Device>,
            pub $field: $type,
        }

        impl Drop for $name {
            fn drop(&mut self) {
                if self.device.raw.instance.raw.own_process() {
                    // SAFETY: the device is alive; nothing else refers to the thing: objects, recorded command buffers and
                    // submissions count what they use.
                    unsafe { self.device.raw.device.$destroy(self.$field, None) };
                }
            }
        }
    };
}
pub(super) use owner;

owner!(/// A shader module.
    RawModule, module: vk::ShaderModule, destroy_shader_module);
owner!(/// A pipeline.
    RawPipeline, pipeline: vk::Pipeline, destroy_pipeline);
owner!(/// The layout of one descriptor set.
    RawSetLayout, layout: vk::DescriptorSetLayout, destroy_descriptor_set_layout);
owner!(/// The layout of a pipeline.
    RawLayout, layout: vk::PipelineLayout, destroy_pipeline_layout);

impl RawModule {
    /// The module has been read and its capabilities found on the device; that it is valid else is the caller's promise.
    pub fn create(device: &Arc<Device>, code: &[u8]) -> Result<RawModule> {
        let words: Vec<u32> = code.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect();
        let info = vk::ShaderModuleCreateInfo::default().code(&words);
        // SAFETY: the device is alive; here and below structures live through the calls.
        let module = unsafe { device.raw.device.create_shader_module(&info, None) }
            .map_err(|result| device.fault("vkCreateShaderModule", result))?;
        Ok(RawModule { device: device.clone(), module })
    }
}

/// Layouts for a description: one for each set, and the pipeline's.
pub fn layouts(device: &Arc<Device>, description: &Description) -> Result<(Vec<RawSetLayout>, RawLayout)> {
    let vulkan = &device.raw.device;
    let mut sets = Vec::new();
    for slots in &description.sets {
        let slot = |slot: &super::super::layout::Slot| {
            vk::DescriptorSetLayoutBinding::default()
                .binding(slot.binding)
                .descriptor_type(slot.kind)
                .descriptor_count(slot.count)
                .stage_flags(slot.stages)
        };
        let bindings: Vec<_> = slots.iter().map(slot).collect();
        let info = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
        // SAFETY: as above.
        let layout = unsafe { vulkan.create_descriptor_set_layout(&info, None) }
            .map_err(|result| device.fault("vkCreateDescriptorSetLayout", result))?;
        sets.push(RawSetLayout { device: device.clone(), layout });
    }
    let handles: Vec<_> = sets.iter().map(|set| set.layout).collect();
    let push =
        [vk::PushConstantRange { stage_flags: description.push_stages, offset: 0, size: description.push_bytes }];
    let ranges = if description.push_bytes > 0 { &push[..] } else { &[] };
    let info = vk::PipelineLayoutCreateInfo::default().set_layouts(&handles).push_constant_ranges(ranges);
    // SAFETY: as above.
    let layout = unsafe { vulkan.create_pipeline_layout(&info, None) }
        .map_err(|result| device.fault("vkCreatePipelineLayout", result))?;
    Ok((sets, RawLayout { device: device.clone(), layout }))
}

/// One stage with its specialization constants, as bytes that `entries` lie in.
pub struct Stage<'a> {
    pub module: &'a RawModule,
    pub name: &'a std::ffi::CStr,
    pub flags: vk::ShaderStageFlags,
    pub entries: &'a [vk::SpecializationMapEntry],
    pub data: &'a [u8],
}

impl Stage<'_> {
    fn specialization(&self) -> vk::SpecializationInfo<'_> {
        vk::SpecializationInfo::default().map_entries(self.entries).data(self.data)
    }

    fn info<'s>(&'s self, constants: &'s vk::SpecializationInfo<'s>) -> vk::PipelineShaderStageCreateInfo<'s> {
        vk::PipelineShaderStageCreateInfo::default()
            .stage(self.flags)
            .module(self.module.module)
            .name(self.name)
            .specialization_info(constants)
    }
}

impl RawPipeline {
    pub fn compute(device: &Arc<Device>, stage: &Stage<'_>, layout: &RawLayout) -> Result<RawPipeline> {
        let constants = stage.specialization();
        let info = vk::ComputePipelineCreateInfo::default().stage(stage.info(&constants)).layout(layout.layout);
        let cache = device.raw.cache;
        let _shared = device.compiles();
        // SAFETY: the device, its module, layout and cache are alive; the layout was made from what the module declares.
        let made = unsafe { device.raw.device.create_compute_pipelines(cache, &[info], None) };
        RawPipeline::made(device, "vkCreateComputePipelines", made)
    }

    pub fn graphics(
        device: &Arc<Device>,
        stages: &[Stage<'_>],
        layout: &RawLayout,
        fixed: &super::super::graphics::Fixed,
    ) -> Result<RawPipeline> {
        let constants: Vec<_> = stages.iter().map(Stage::specialization).collect();
        let stages: Vec<_> = stages.iter().zip(&constants).map(|(stage, constants)| stage.info(constants)).collect();
        let vertex = vk::PipelineVertexInputStateCreateInfo::default()
            .vertex_binding_descriptions(&fixed.vertex_buffers)
            .vertex_attribute_descriptions(&fixed.attributes);
        let assembly = vk::PipelineInputAssemblyStateCreateInfo::default().topology(fixed.topology);
        // The numbers are set while recording.
        let viewport = vk::PipelineViewportStateCreateInfo::default().viewport_count(1).scissor_count(1);
        let raster = vk::PipelineRasterizationStateCreateInfo::default()
            .polygon_mode(fixed.fill)
            .cull_mode(fixed.cull)
            .front_face(fixed.front)
            .line_width(1.0);
        let samples =
            vk::PipelineMultisampleStateCreateInfo::default().rasterization_samples(vk::SampleCountFlags::TYPE_1);
        let depth = vk::PipelineDepthStencilStateCreateInfo::default()
            .depth_test_enable(fixed.depth_compare.is_some())
            .depth_write_enable(fixed.depth_write)
            .depth_compare_op(fixed.depth_compare.unwrap_or_default());
        let attachments = vec![fixed.blend; fixed.colors.len()];
        let blend = vk::PipelineColorBlendStateCreateInfo::default().attachments(&attachments);
        let dynamic = [vk::DynamicState::VIEWPORT, vk::DynamicState::SCISSOR];
        let dynamic = vk::PipelineDynamicStateCreateInfo::default().dynamic_states(&dynamic);
        let mut targets = vk::PipelineRenderingCreateInfo::default()
            .color_attachment_formats(&fixed.colors)
            .depth_attachment_format(fixed.depth);
        // Pipelines do not keep the pass that they are made with.
        let pass = match device.renders_without_passes() {
            true => None,
            false => Some(RawPass::create(device, &fixed.colors, fixed.depth, vk::AttachmentLoadOp::CLEAR)?),
        };
        let mut info = vk::GraphicsPipelineCreateInfo::default()
            .stages(&stages)
            .vertex_input_state(&vertex)
            .input_assembly_state(&assembly)
            .viewport_state(&viewport)
            .rasterization_state(&raster)
            .multisample_state(&samples)
            .depth_stencil_state(&depth)
            .color_blend_state(&blend)
            .dynamic_state(&dynamic)
            .layout(layout.layout);
        info = match &pass {
            Some(pass) => info.render_pass(pass.pass),
            None => info.push_next(&mut targets),
        };
        let cache = device.raw.cache;
        let _shared = device.compiles();
        // SAFETY: as in `compute`; formats, locations and numbers were checked against the device and the modules, and the device
        // has dynamic rendering where there is no pass.
        let made = unsafe { device.raw.device.create_graphics_pipelines(cache, &[info], None) };
        RawPipeline::made(device, "vkCreateGraphicsPipelines", made)
    }

    fn made(
        device: &Arc<Device>,
        call: &str,
        made: std::result::Result<Vec<vk::Pipeline>, (Vec<vk::Pipeline>, vk::Result)>,
    ) -> Result<RawPipeline> {
        match made {
            Ok(all) => Ok(RawPipeline { device: device.clone(), pipeline: all[0] }),
            Err((_, result)) => Err(device.fault(call, result)),
        }
    }
}

/// What the pipeline cache holds.
pub fn cache_data(device: &Device) -> Result<Vec<u8>> {
    check_cache(device)?;
    let _shared = device.compiles();
    // SAFETY: device and cache are alive; the driver locks its cache, but for merging, which waits.
    unsafe { device.raw.device.get_pipeline_cache_data(device.raw.cache) }
        .map_err(|result| device.fault("vkGetPipelineCacheData", result))
}

fn check_cache(device: &Device) -> Result<()> {
    if device.raw.cache == vk::PipelineCache::null() {
        fail!(Unsupported, "{} gave no pipeline cache", device.physical().name());
    }
    Ok(())
}

/// Adds what an earlier cache of this very driver held; the caller compared checksum and driver.
pub fn cache_add(device: &Device, data: &[u8]) -> Result<()> {
    check_cache(device)?;
    // Compiling with a cache is the driver's to order, merging into one is not.
    let _alone = device.merges();
    let info = vk::PipelineCacheCreateInfo::default().initial_data(data);
    let vulkan = &device.raw.device;
    // SAFETY: as above, here and below; the other cache is this function's own.
    let other = unsafe { vulkan.create_pipeline_cache(&info, None) }
        .map_err(|result| device.fault("vkCreatePipelineCache", result))?;
    // SAFETY: as above.
    let merged = unsafe { vulkan.merge_pipeline_caches(device.raw.cache, &[other]) };
    // SAFETY: as above.
    unsafe { vulkan.destroy_pipeline_cache(other, None) };
    merged.map_err(|result| device.fault("vkMergePipelineCaches", result))
}
