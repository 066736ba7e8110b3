//! The rows of command pools and buffers, and of commands that move bytes.
#![forbid(unsafe_code)]

use super::{VkBufferKind, VkCommandBufferKind, VkCommandPoolKind, VkDeviceKind};
#[cfg(feature = "vulkan")]
use crate::objects::{commands, destroy, pool, transfer};
use ffi_base::{Freed, Handle, Status, exports};

type B = Handle<VkBufferKind>;
type C = Handle<VkCommandBufferKind>;

exports! { ROWS, "Vulkan: command buffers (feature vulkan)", "rt_vk_";
    /// A command pool for queues of one family. Buffers of one pool are recorded one command at a time, whichever threads record.
    #[feature = "vulkan"]
    fn command_pool(device: Handle<VkDeviceKind>, family: i64) -> Handle<VkCommandPoolKind> => pool::CommandPool::create;
    /// Frees a pool's handle. The pool lives on while its command buffers do.
    #[feature = "vulkan"]
    fn command_pool_destroy(pool: Freed<VkCommandPoolKind>) -> Status => destroy::<VkCommandPoolKind>;
    /// A command buffer.
    #[feature = "vulkan"]
    fn command_buffer(pool: Handle<VkCommandPoolKind>) -> C => commands::Commands::create;
    /// Frees a command buffer's handle; BUSY while a submission of it is not done.
    #[feature = "vulkan"]
    fn command_buffer_destroy(commands: Freed<VkCommandBufferKind>) -> Status => destroy::<VkCommandBufferKind>;
    /// Forgets what was recorded and begins anew; BUSY while a submission of it is not done. Commands between begin and end hold the
    /// objects that they use; a command that is refused is not recorded, and those before it stay. Commands that depend on one another
    /// need `rt_vk_barrier` between them.
    #[feature = "vulkan"]
    fn command_begin(commands: C) -> Status => commands::Commands::begin;
    /// Ends recording; the buffer may then be submitted, many times, each when the one before is done. What it writes is seen by the
    /// host and by what is submitted later to the same queue, without a barrier.
    #[feature = "vulkan"]
    fn command_end(commands: C) -> Status => commands::Commands::end;
    /// What the parts of `from` did is done, and seen by what the parts of `to` do next: sums of 1 compute, 2 copies and fills, 4
    /// graphics, 8 the host; 0 is all.
    #[feature = "vulkan"]
    fn barrier(commands: C, from: i64, to: i64) -> Status => transfer::barrier;
    /// Copies bytes between buffers, or within one where they do not overlap. A length of -1 means to the end of the source. The
    /// buffers have usage 1 and 2.
    #[feature = "vulkan"]
    fn copy_buffer(commands: C, src: B, src_offset: i64, dst: B, dst_offset: i64, len_bytes: i64) -> Status => transfer::copy_buffer;
    /// Fills bytes of a buffer of usage 2 with one 32-bit word. Offset and length are multiples of 4; -1 means to the end.
    #[feature = "vulkan"]
    fn fill_buffer(commands: C, dst: B, offset: i64, len_bytes: i64, word: i64) -> Status => transfer::fill_buffer;
}
