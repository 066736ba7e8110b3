//! The rows of images and samplers.
#![forbid(unsafe_code)]

use super::{VkBufferKind, VkCommandBufferKind, VkDeviceKind, VkImageKind, VkSamplerKind};
#[cfg(feature = "vulkan")]
use crate::objects::{destroy, image, texels};
use ffi_base::{Array, Count, Freed, Handle, Status, exports};

type B = Handle<VkBufferKind>;
type C = Handle<VkCommandBufferKind>;
type D = Handle<VkDeviceKind>;
type I = Handle<VkImageKind>;

exports! { ROWS, "Vulkan: images and samplers (feature vulkan)", "rt_vk_";
    /// An image of two dimensions, in texels, with memory of the device's. `format` is Vulkan's number, as 37 for four bytes of red, green, blue, alpha, or
    /// 126 for depth; UNSUPPORTED lists those that are known. `usage` is the sum of Vulkan's bits: 1 source and 2 destination of copies, 4
    /// sampled, 8 stored to, 16 drawn to, 32 depth. The library keeps track of its layout.
    #[feature = "vulkan"]
    fn image_create(device: D, width: i64, height: i64, format: i64, usage: i64) -> I => image::Image::create;
    /// Frees an image's handle; BUSY while a submission that is not done uses it.
    #[feature = "vulkan"]
    fn image_destroy(image: Freed<VkImageKind>) -> Status => destroy::<VkImageKind>;
    /// Texels in a row.
    #[feature = "vulkan"]
    fn image_width(image: I) -> Count => image::width;
    /// How many rows.
    #[feature = "vulkan"]
    fn image_height(image: I) -> Count => image::height;
    /// Its format, Vulkan's number.
    #[feature = "vulkan"]
    fn image_format(image: I) -> Count => image::format_of;
    /// A sampler: between texels linear or the nearest one, beyond the edge repeated or the edge's texel. OUT_OF_MEMORY where as many are
    /// alive as the device has.
    #[feature = "vulkan"]
    fn sampler_create(device: D, linear: bool, repeat: bool) -> Handle<VkSamplerKind> => image::Sampler::create;
    /// Frees a sampler's handle; BUSY while a submission that is not done uses it.
    #[feature = "vulkan"]
    fn sampler_destroy(sampler: Freed<VkSamplerKind>) -> Status => destroy::<VkSamplerKind>;
    /// Copies texels from a buffer of usage 1, row after row without gaps, into an image of usage 2. `region` is x, y, width, height, or of no numbers
    /// for all. What wrote the buffer in the same command buffer needs a barrier before; the image needs none.
    #[feature = "vulkan"]
    fn copy_buffer_to_image(commands: C, src: B, src_offset: i64, dst: I, region & count: Array<i64>) -> Status => texels::to_image;
    /// Copies texels from an image of usage 1 into a buffer of usage 2, as above. What wrote the image needs no barrier.
    #[feature = "vulkan"]
    fn copy_image_to_buffer(commands: C, src: I, region & count: Array<i64>, dst: B, dst_offset: i64) -> Status => texels::from_image;
    /// Brings an image into a layout by hand, which is needed only for an image that is sampled while rendering after it was stored to in
    /// the same command buffer: 1 stored to, 2 drawn to, 3 depth, 5 sampled, 6 source, 7 destination. Waits for what is before.
    #[feature = "vulkan"]
    fn image_layout(commands: C, image: I, layout: i64) -> Status => texels::layout;
}
