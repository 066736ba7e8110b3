//! The rows of buffers and memory.
#![forbid(unsafe_code)]

use super::{VkBufferKind, VkDeviceKind, VkMemoryKind};
#[cfg(feature = "vulkan")]
use crate::objects::{buffer, destroy, memory};
use ffi_base::{Address, Bytes, BytesMut, Count, Freed, Handle, Status, exports};

type B = Handle<VkBufferKind>;
type M = Handle<VkMemoryKind>;

exports! { ROWS, "Vulkan: buffers and memory (feature vulkan)", "rt_vk_";
    /// A buffer of so many bytes, still without memory. `usage` is the sum of Vulkan's bits: 1 source and 2 destination of copies, 16
    /// uniforms, 32 storage, 64 indices, 128 vertices, 256 arguments of indirect commands.
    #[feature = "vulkan"]
    fn buffer_create(device: Handle<VkDeviceKind>, len_bytes: i64, usage: i64) -> B => buffer::Buffer::create;
    /// Frees a buffer's handle; BUSY while a submission that is not done uses it. A command buffer that was recorded with it holds it
    /// until recorded anew.
    #[feature = "vulkan"]
    fn buffer_destroy(buffer: Freed<VkBufferKind>) -> Status => destroy::<VkBufferKind>;
    /// Its length in bytes.
    #[feature = "vulkan"]
    fn buffer_size(buffer: B) -> Count => buffer::len_bytes;
    /// Copies bytes into a buffer whose memory the host sees. BUSY while a submission that is not done uses it.
    #[feature = "vulkan"]
    fn buffer_write(buffer: B, offset: i64, data & len_bytes: Bytes) -> Status => buffer::write;
    /// Copies bytes out of a buffer whose memory the host sees. BUSY while a submission that is not done uses it.
    #[feature = "vulkan"]
    fn buffer_read(buffer: B, offset: i64, out & len_bytes: BytesMut) -> Status => buffer::read;
    /// Allocates memory for a buffer and binds it, once. `place` is 0 for the device's own, which the host does not see, 1 for
    /// memory that the host writes, 2 for memory that the host reads. OUT_OF_MEMORY.
    #[feature = "vulkan"]
    fn memory_allocate(buffer: B, place: i64) -> M => memory::Memory::allocate;
    /// Frees memory's handle; BUSY while it is mapped or a submission that is not done uses it. The bytes go back when its buffer is
    /// gone too.
    #[feature = "vulkan"]
    fn memory_free(memory: Freed<VkMemoryKind>) -> Status => memory::free;
    /// Its length in bytes, which is at least the buffer's.
    #[feature = "vulkan"]
    fn memory_size(memory: M) -> Count => memory::Memory::len_bytes;
    /// The host's address of memory, valid until it is unmapped, 0 on failure. BUSY when it is mapped already, or while a submission
    /// that is not done uses it. Reading and writing there while a later submission runs is the caller's to order. No flush is needed.
    #[feature = "vulkan"]
    fn memory_map(memory: M) -> Address => memory::map;
    /// Ends a mapping; its address is not to be used any more.
    #[feature = "vulkan"]
    fn memory_unmap(memory: M) -> Status => memory::Memory::unmap;
}
