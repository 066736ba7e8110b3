//! Commands that move bytes, and barriers between commands.
#![forbid(unsafe_code)]

use super::buffer::Buffer;
use super::commands::Commands;
use super::raw::record::Scope;
use super::recording::Recording;
use super::{size, small};
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::Arc;

impl Recording<'_> {
    /// Holds a buffer with its memory, which it must have.
    pub fn keep_buffer(&mut self, buffer: &Arc<Buffer>) -> Result<()> {
        self.same_device(&**buffer)?;
        let memory = buffer.memory()?;
        self.keep(memory);
        self.keep(buffer.clone());
        Ok(())
    }
}

/// Copies bytes from one buffer to another, or within one.
pub fn copy_buffer(
    commands: &Arc<Commands>,
    src: &Arc<Buffer>,
    src_offset: i64,
    dst: &Arc<Buffer>,
    dst_offset: i64,
    len_bytes: i64,
) -> Result<()> {
    let mut recording = commands.record("copy")?;
    recording.outside_rendering("copy")?;
    let len = if len_bytes == -1 { -1 } else { size("len_bytes", len_bytes)? as i64 };
    let (from, len) = src.range(src_offset, len, vk::BufferUsageFlags::TRANSFER_SRC).map_err(|e| e.at("src"))?;
    let (to, len) = dst.range(dst_offset, len as i64, vk::BufferUsageFlags::TRANSFER_DST).map_err(|e| e.at("dst"))?;
    if Arc::ptr_eq(src, dst) && from < to + len && to < from + len {
        fail!(InvalidArgument, "bytes {from}..+{len} and {to}..+{len} of one buffer overlap");
    }
    recording.keep_buffer(src)?;
    recording.keep_buffer(dst)?;
    let region = vk::BufferCopy { src_offset: from, dst_offset: to, size: len };
    recording.recorder().copy_buffer(src.handle(), dst.handle(), region);
    Ok(())
}

/// Fills bytes of a buffer with one 32-bit word.
pub fn fill_buffer(commands: &Arc<Commands>, dst: &Arc<Buffer>, offset: i64, len_bytes: i64, word: i64) -> Result<()> {
    let mut recording = commands.record("fill")?;
    recording.outside_rendering("fill")?;
    let (at, len) = dst.range(offset, len_bytes, vk::BufferUsageFlags::TRANSFER_DST)?;
    let word = small("word", word)?;
    if at % 4 != 0 || len % 4 != 0 {
        fail!(InvalidArgument, "bytes {at}..+{len} are not whole words of 4");
    }
    recording.keep_buffer(dst)?;
    recording.recorder().fill_buffer(dst.handle(), at, len, word);
    Ok(())
}

/// One part of a device's work, by the bit that a row takes.
const PARTS: [(i64, vk::PipelineStageFlags, vk::AccessFlags); 4] = [
    (
        1,
        vk::PipelineStageFlags::COMPUTE_SHADER,
        vk::AccessFlags::from_raw(
            vk::AccessFlags::SHADER_READ.as_raw()
                | vk::AccessFlags::SHADER_WRITE.as_raw()
                | vk::AccessFlags::UNIFORM_READ.as_raw(),
        ),
    ),
    (
        2,
        vk::PipelineStageFlags::TRANSFER,
        vk::AccessFlags::from_raw(vk::AccessFlags::TRANSFER_READ.as_raw() | vk::AccessFlags::TRANSFER_WRITE.as_raw()),
    ),
    (
        4,
        vk::PipelineStageFlags::ALL_GRAPHICS,
        vk::AccessFlags::from_raw(vk::AccessFlags::MEMORY_READ.as_raw() | vk::AccessFlags::MEMORY_WRITE.as_raw()),
    ),
    (
        8,
        vk::PipelineStageFlags::HOST,
        vk::AccessFlags::from_raw(vk::AccessFlags::HOST_READ.as_raw() | vk::AccessFlags::HOST_WRITE.as_raw()),
    ),
];

fn scope(what: &str, bits: i64, commands: &Commands) -> Result<Scope> {
    if bits == 0 {
        return Ok(Scope::ALL);
    }
    if !(1..16).contains(&bits) {
        fail!(InvalidArgument, "{what} {bits} is no sum of 1 compute, 2 transfer, 4 graphics, 8 host");
    }
    let family = commands.pool().device().physical().families[commands.pool().family as usize].queue_flags;
    for (bit, needed) in [(1, vk::QueueFlags::COMPUTE), (4, vk::QueueFlags::GRAPHICS)] {
        if bits & bit != 0 && !family.contains(needed) {
            fail!(InvalidArgument, "{what} {bits}: the queue family has no {needed:?}");
        }
    }
    let mut found = Scope { stages: vk::PipelineStageFlags::empty(), access: vk::AccessFlags::empty() };
    for (_, stages, access) in PARTS.iter().filter(|(bit, ..)| bits & bit != 0) {
        found.stages |= *stages;
        found.access |= *access;
    }
    Ok(found)
}

/// What the parts in `from` did is done, and seen by what the parts in `to` do next; 0 is everything.
pub fn barrier(commands: &Arc<Commands>, from: i64, to: i64) -> Result<()> {
    let recording = commands.record("barrier")?;
    recording.outside_rendering("barrier")?;
    let (before, after) = (scope("from", from, commands)?, scope("to", to, commands)?);
    recording.recorder().barrier(before, after);
    Ok(())
}
