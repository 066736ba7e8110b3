//! What is known of a physical device: names, limits, features, queue families.
#![forbid(unsafe_code)]

use super::{at, small};
use ash::vk;
use ffi_base::{Result, error, fail};

/// A physical device as its driver describes it.
#[derive(Default)]
pub struct Physical {
    pub raw: vk::PhysicalDevice,
    pub properties: vk::PhysicalDeviceProperties,
    pub driver_name: String,
    pub driver_info: String,
    pub families: Vec<vk::QueueFamilyProperties>,
    pub memory: vk::PhysicalDeviceMemoryProperties,
    /// The longest piece of memory, in bytes.
    pub longest_memory: u64,
    pub subgroup_size: u32,
    pub subgroup_operations: vk::SubgroupFeatureFlags,
    pub extensions: Vec<String>,
    pub features: vk::PhysicalDeviceFeatures,
    pub v11: vk::PhysicalDeviceVulkan11Features<'static>,
    pub v12: vk::PhysicalDeviceVulkan12Features<'static>,
    pub v13: vk::PhysicalDeviceVulkan13Features<'static>,
}

/// More queues of one family are not opened: some drivers keep memory for each.
const MOST_QUEUES: u32 = 4;

/// Limits by the names that the Vulkan specification gives them.
macro_rules! limits {
    ($($name:literal = $field:ident $([$at:literal])?;)*) => {
        fn limit_of(limits: &vk::PhysicalDeviceLimits, name: &str) -> Option<u64> {
            Some(match name { $( $name => u64::from(limits.$field $([$at])?), )* _ => return None })
        }
        /// The names, for a message.
        const LIMITS: &[&str] = &[$($name),*];
    };
}

limits! {
    "maxImageDimension1D" = max_image_dimension1_d;
    "maxImageDimension2D" = max_image_dimension2_d;
    "maxImageDimension3D" = max_image_dimension3_d;
    "maxUniformBufferRange" = max_uniform_buffer_range;
    "maxStorageBufferRange" = max_storage_buffer_range;
    "maxPushConstantsSize" = max_push_constants_size;
    "maxMemoryAllocationCount" = max_memory_allocation_count;
    "maxSamplerAllocationCount" = max_sampler_allocation_count;
    "maxBoundDescriptorSets" = max_bound_descriptor_sets;
    "maxPerStageDescriptorSamplers" = max_per_stage_descriptor_samplers;
    "maxPerStageDescriptorUniformBuffers" = max_per_stage_descriptor_uniform_buffers;
    "maxPerStageDescriptorStorageBuffers" = max_per_stage_descriptor_storage_buffers;
    "maxPerStageDescriptorSampledImages" = max_per_stage_descriptor_sampled_images;
    "maxPerStageDescriptorStorageImages" = max_per_stage_descriptor_storage_images;
    "maxPerStageResources" = max_per_stage_resources;
    "maxVertexInputAttributes" = max_vertex_input_attributes;
    "maxVertexInputBindings" = max_vertex_input_bindings;
    "maxVertexInputBindingStride" = max_vertex_input_binding_stride;
    "maxVertexInputAttributeOffset" = max_vertex_input_attribute_offset;
    "maxComputeSharedMemorySize" = max_compute_shared_memory_size;
    "maxComputeWorkGroupCount[0]" = max_compute_work_group_count[0];
    "maxComputeWorkGroupCount[1]" = max_compute_work_group_count[1];
    "maxComputeWorkGroupCount[2]" = max_compute_work_group_count[2];
    "maxComputeWorkGroupInvocations" = max_compute_work_group_invocations;
    "maxComputeWorkGroupSize[0]" = max_compute_work_group_size[0];
    "maxComputeWorkGroupSize[1]" = max_compute_work_group_size[1];
    "maxComputeWorkGroupSize[2]" = max_compute_work_group_size[2];
    "maxDrawIndexedIndexValue" = max_draw_indexed_index_value;
    "maxViewports" = max_viewports;
    "maxViewportDimensions[0]" = max_viewport_dimensions[0];
    "maxViewportDimensions[1]" = max_viewport_dimensions[1];
    "maxFramebufferWidth" = max_framebuffer_width;
    "maxFramebufferHeight" = max_framebuffer_height;
    "maxColorAttachments" = max_color_attachments;
    "minUniformBufferOffsetAlignment" = min_uniform_buffer_offset_alignment;
    "minStorageBufferOffsetAlignment" = min_storage_buffer_offset_alignment;
    "nonCoherentAtomSize" = non_coherent_atom_size;
    "bufferImageGranularity" = buffer_image_granularity;
}

/// Features by the names that the Vulkan specification gives them.
macro_rules! features {
    ($($name:literal = $place:ident $field:ident $($deeper:ident)?;)*) => {
        fn feature_of(physical: &Physical, name: &str) -> Option<bool> {
            Some(match name { $( $name => physical.$place.$field $(.$deeper)? == vk::TRUE, )* _ => return None })
        }
        const FEATURES: &[&str] = &[$($name),*];
    };
}

features! {
    "shaderFloat64" = features shader_float64;
    "shaderInt64" = features shader_int64;
    "shaderInt16" = features shader_int16;
    "shaderFloat16" = v12 shader_float16;
    "shaderInt8" = v12 shader_int8;
    "storageBuffer16BitAccess" = v11 storage_buffer16_bit_access;
    "storageBuffer8BitAccess" = v12 storage_buffer8_bit_access;
    "shaderBufferInt64Atomics" = v12 shader_buffer_int64_atomics;
    "bufferDeviceAddress" = v12 buffer_device_address;
    "timelineSemaphore" = v12 timeline_semaphore;
    "geometryShader" = features geometry_shader;
    "tessellationShader" = features tessellation_shader;
    "samplerAnisotropy" = features sampler_anisotropy;
    "fillModeNonSolid" = features fill_mode_non_solid;
    "wideLines" = features wide_lines;
    "independentBlend" = features independent_blend;
    "fullDrawIndexUint32" = features full_draw_index_uint32;
    "shaderStorageImageWriteWithoutFormat" = features shader_storage_image_write_without_format;
    "shaderStorageImageReadWithoutFormat" = features shader_storage_image_read_without_format;
    "robustBufferAccess" = features robust_buffer_access;
    "dynamicRendering" = v13 dynamic_rendering;
}

/// What queues of a family do: those that draw or compute can also copy, and need not say so.
pub fn able(family: &vk::QueueFamilyProperties) -> vk::QueueFlags {
    let own = family.queue_flags;
    if own.intersects(WORKS) { own | vk::QueueFlags::TRANSFER } else { own }
}

/// What runs on a device's cores.
pub const WORKS: vk::QueueFlags =
    vk::QueueFlags::from_raw(vk::QueueFlags::GRAPHICS.as_raw() | vk::QueueFlags::COMPUTE.as_raw());

impl Physical {
    pub fn name(&self) -> String {
        self.properties.device_name_as_c_str().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// All memory of the device's own.
    pub fn memory_bytes(&self) -> u64 {
        let local = |heap: &&vk::MemoryHeap| heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL);
        self.memory.memory_heaps_as_slice().iter().filter(local).map(|heap| heap.size).sum()
    }

    pub fn limit(&self, name: &str) -> Result<i64> {
        let found = match name {
            "maxMemoryAllocationSize" => Some(self.longest_memory),
            "subgroupSize" => Some(u64::from(self.subgroup_size)),
            _ => limit_of(&self.properties.limits, name),
        };
        let known =
            || error!(NotFound, "no limit is named {name:?}; {} are known, as {:?}", LIMITS.len() + 2, LIMITS[0]);
        Ok(i64::try_from(found.ok_or_else(known)?).unwrap_or(i64::MAX))
    }

    pub fn feature(&self, name: &str) -> Result<bool> {
        let known =
            || error!(NotFound, "no feature is named {name:?}; {} are known, as {:?}", FEATURES.len(), FEATURES[0]);
        feature_of(self, name).ok_or_else(known)
    }

    pub fn family(&self, family: i64) -> Result<&vk::QueueFamilyProperties> {
        Ok(&self.families[at("queue family", family, self.families.len())?])
    }

    /// How many queues of a family a device opens.
    pub fn queues_of(&self, family: &vk::QueueFamilyProperties) -> u32 {
        family.queue_count.min(MOST_QUEUES)
    }

    /// The first family with all of these abilities.
    pub fn family_with(&self, flags: i64) -> Result<i64> {
        let wanted = vk::QueueFlags::from_raw(small("flags", flags)?);
        match self.families.iter().position(|family| able(family).contains(wanted)) {
            Some(found) => Ok(found as i64),
            None => fail!(NotFound, "no queue family of {:?} has {wanted:?}", self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_others_are_refused() {
        let physical = Physical::default();
        assert!(LIMITS.iter().all(|name| physical.limit(name).is_ok()));
        assert!(FEATURES.iter().all(|name| physical.feature(name).is_ok()));
        assert!(physical.limit("maxPatience").unwrap_err().text().contains("maxPatience"));
        assert!(physical.feature("telepathy").is_err());
        assert!(physical.family_with(1).unwrap_err().text().contains("GRAPHICS"));
    }

    #[test]
    fn what_draws_or_computes_also_copies_and_what_only_decodes_does_not() {
        use vk::QueueFlags as Q;
        let flags = [Q::SPARSE_BINDING, Q::VIDEO_DECODE_KHR, Q::COMPUTE, Q::TRANSFER];
        let family = |queue_flags| vk::QueueFamilyProperties { queue_flags, ..Default::default() };
        let physical = Physical { families: flags.map(family).to_vec(), ..Physical::default() };
        assert_eq!(physical.family_with(4).unwrap(), 2);
        let copies = physical.families.iter().map(|family| able(family).contains(Q::TRANSFER));
        assert_eq!(copies.collect::<Vec<_>>(), [false, false, true, true]);
    }
}
