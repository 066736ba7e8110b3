//! Which capabilities of SPIR-V a device has: a row each, with the feature that brings it.
#![forbid(unsafe_code)]

use crate::objects::physical::Physical;
use ash::vk;
use ffi_base::{Result, fail};
use rspirv::spirv::Capability;

/// The capability and how it is known; `always` are those that every device of Vulkan 1.2 has.
macro_rules! capabilities {
    (always $($always:ident)*; $($name:ident = $place:ident $field:ident;)*) => {
        fn has(physical: &Physical, capability: Capability) -> Option<bool> {
            Some(match capability {
                $( Capability::$always => true, )*
                $( Capability::$name => physical.$place.$field == vk::TRUE, )*
                _ => return None,
            })
        }
    };
}

capabilities! {
    always Matrix Shader Sampled1D Image1D SampledBuffer ImageBuffer ImageQuery DerivativeControl InputAttachment
        DeviceGroup GroupNonUniform;
    StorageImageExtendedFormats = features shader_storage_image_extended_formats;
    Geometry = features geometry_shader;
    Tessellation = features tessellation_shader;
    Float64 = features shader_float64;
    Int64 = features shader_int64;
    Int16 = features shader_int16;
    Int64Atomics = v12 shader_buffer_int64_atomics;
    Float16 = v12 shader_float16;
    Int8 = v12 shader_int8;
    StorageBuffer16BitAccess = v11 storage_buffer16_bit_access;
    UniformAndStorageBuffer16BitAccess = v11 uniform_and_storage_buffer16_bit_access;
    StoragePushConstant16 = v11 storage_push_constant16;
    StorageInputOutput16 = v11 storage_input_output16;
    StorageBuffer8BitAccess = v12 storage_buffer8_bit_access;
    UniformAndStorageBuffer8BitAccess = v12 uniform_and_storage_buffer8_bit_access;
    StoragePushConstant8 = v12 storage_push_constant8;
    VariablePointersStorageBuffer = v11 variable_pointers_storage_buffer;
    VariablePointers = v11 variable_pointers;
    DrawParameters = v11 shader_draw_parameters;
    MultiView = v11 multiview;
    ImageGatherExtended = features shader_image_gather_extended;
    StorageImageMultisample = features shader_storage_image_multisample;
    StorageImageReadWithoutFormat = features shader_storage_image_read_without_format;
    StorageImageWriteWithoutFormat = features shader_storage_image_write_without_format;
    UniformBufferArrayDynamicIndexing = features shader_uniform_buffer_array_dynamic_indexing;
    SampledImageArrayDynamicIndexing = features shader_sampled_image_array_dynamic_indexing;
    StorageBufferArrayDynamicIndexing = features shader_storage_buffer_array_dynamic_indexing;
    StorageImageArrayDynamicIndexing = features shader_storage_image_array_dynamic_indexing;
    ClipDistance = features shader_clip_distance;
    CullDistance = features shader_cull_distance;
    SampleRateShading = features sample_rate_shading;
    ImageCubeArray = features image_cube_array;
    SampledCubeArray = features image_cube_array;
    MinLod = features shader_resource_min_lod;
    MultiViewport = features multi_viewport;
    VulkanMemoryModel = v12 vulkan_memory_model;
    VulkanMemoryModelDeviceScope = v12 vulkan_memory_model_device_scope;
    ShaderNonUniform = v12 descriptor_indexing;
    ShaderLayer = v12 shader_output_layer;
    ShaderViewportIndex = v12 shader_output_viewport_index;
    DotProduct = v13 shader_integer_dot_product;
    DotProductInput4x8Bit = v13 shader_integer_dot_product;
    DotProductInput4x8BitPacked = v13 shader_integer_dot_product;
    DotProductInputAll = v13 shader_integer_dot_product;
    DemoteToHelperInvocation = v13 shader_demote_to_helper_invocation;
}

/// Operations across a subgroup, by the bit that a device reports.
fn subgroup(capability: Capability) -> Option<vk::SubgroupFeatureFlags> {
    use vk::SubgroupFeatureFlags as Has;
    Some(match capability {
        Capability::GroupNonUniformVote => Has::VOTE,
        Capability::GroupNonUniformArithmetic => Has::ARITHMETIC,
        Capability::GroupNonUniformBallot => Has::BALLOT,
        Capability::GroupNonUniformShuffle => Has::SHUFFLE,
        Capability::GroupNonUniformShuffleRelative => Has::SHUFFLE_RELATIVE,
        Capability::GroupNonUniformClustered => Has::CLUSTERED,
        Capability::GroupNonUniformQuad => Has::QUAD,
        _ => return None,
    })
}

/// Whether a device can run a module of this version with these capabilities.
pub fn check(version: (u8, u8), capabilities: &[Capability], physical: &Physical) -> Result<()> {
    let newest = if physical.properties.api_version >= vk::API_VERSION_1_3 { (1, 6) } else { (1, 5) };
    if version > newest || version < (1, 0) {
        let name = physical.name();
        fail!(Unsupported, "the module is of SPIR-V {}.{}; {name} reads up to 1.{}", version.0, version.1, newest.1);
    }
    for capability in capabilities {
        let yes = match subgroup(*capability) {
            Some(bit) => Some(physical.subgroup_operations.contains(bit)),
            None => has(physical, *capability),
        };
        match yes {
            Some(true) => {}
            Some(false) => fail!(Unsupported, "the module needs {capability:?}, which {} has not", physical.name()),
            None => fail!(Unsupported, "the module needs {capability:?}, which is not used here"),
        }
    }
    Ok(())
}
