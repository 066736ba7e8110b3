//! Command pools of the driver, and every command that is recorded into their buffers.
#![allow(unsafe_code)]

use super::super::device::Device;
use ash::vk;
use ffi_base::Result;
use std::sync::Arc;

/// A command pool of the driver. Its owner keeps it to one thread at a time.
pub struct RawPool {
    pub device: Arc<Device>,
    pool: vk::CommandPool,
}

impl RawPool {
    pub fn create(device: &Arc<Device>, family: u32) -> Result<RawPool> {
        let info = vk::CommandPoolCreateInfo::default()
            .queue_family_index(family)
            .flags(vk::CommandPoolCreateFlags::RESET_COMMAND_BUFFER);
        // SAFETY: the device is alive and has the family; here and below structures live through the calls.
        let pool = unsafe { device.raw.device.create_command_pool(&info, None) }
            .map_err(|result| device.fault("vkCreateCommandPool", result))?;
        Ok(RawPool { device: device.clone(), pool })
    }

    pub fn allocate(&self) -> Result<vk::CommandBuffer> {
        let info = vk::CommandBufferAllocateInfo::default().command_pool(self.pool).command_buffer_count(1);
        // SAFETY: the pool is alive and this thread's alone, here and below.
        let made = unsafe { self.device.raw.device.allocate_command_buffers(&info) }
            .map_err(|result| self.device.fault("vkAllocateCommandBuffers", result))?;
        Ok(made[0])
    }

    /// Frees a buffer of this pool that no submission uses.
    pub fn free(&self, commands: vk::CommandBuffer) {
        if self.device.raw.instance.raw.own_process() {
            // SAFETY: as above, and the caller drops the last reference to it.
            unsafe { self.device.raw.device.free_command_buffers(self.pool, &[commands]) };
        }
    }
}

impl Drop for RawPool {
    fn drop(&mut self) {
        if self.device.raw.instance.raw.own_process() {
            // SAFETY: its buffers count it, so none is left.
            unsafe { self.device.raw.device.destroy_command_pool(self.pool, None) };
        }
    }
}

/// One command buffer with the device that records it. Whoever has one keeps buffer and pool to this thread, checked that the
/// command fits its arguments, and holds these until no submission uses them: the ground of every call below.
pub struct Recorder<'a> {
    device: &'a Device,
    commands: vk::CommandBuffer,
}

/// Stages and the kinds of access that go with them.
#[derive(Clone, Copy)]
pub struct Scope {
    pub stages: vk::PipelineStageFlags,
    pub access: vk::AccessFlags,
}

impl Scope {
    /// Everything on the device.
    pub const ALL: Scope = Scope {
        stages: vk::PipelineStageFlags::ALL_COMMANDS,
        access: vk::AccessFlags::from_raw(
            vk::AccessFlags::MEMORY_READ.as_raw() | vk::AccessFlags::MEMORY_WRITE.as_raw(),
        ),
    };
}

impl<'a> Recorder<'a> {
    pub fn new(device: &'a Device, commands: vk::CommandBuffer) -> Recorder<'a> {
        Recorder { device, commands }
    }

    pub fn begin(&self) -> Result<()> {
        let info = vk::CommandBufferBeginInfo::default();
        // SAFETY: not pending and not recording, by the caller; the pool lets buffers be reset.
        unsafe { self.device.raw.device.begin_command_buffer(self.commands, &info) }
            .map_err(|result| self.device.fault("vkBeginCommandBuffer", result))
    }

    pub fn end(&self) -> Result<()> {
        // SAFETY: recording, by the caller, here and below.
        unsafe { self.device.raw.device.end_command_buffer(self.commands) }
            .map_err(|result| self.device.fault("vkEndCommandBuffer", result))
    }

    /// Everything before is done and seen by everything after, the host included.
    pub fn full_barrier(&self) {
        let host = vk::AccessFlags::HOST_READ | vk::AccessFlags::HOST_WRITE;
        let to = Scope { stages: Scope::ALL.stages | vk::PipelineStageFlags::HOST, access: Scope::ALL.access | host };
        self.barrier(Scope::ALL, to);
    }

    /// What `from` did is done and seen before what `to` does.
    pub fn barrier(&self, from: Scope, to: Scope) {
        let writes = vk::AccessFlags::MEMORY_WRITE
            | vk::AccessFlags::SHADER_WRITE
            | vk::AccessFlags::TRANSFER_WRITE
            | vk::AccessFlags::COLOR_ATTACHMENT_WRITE
            | vk::AccessFlags::DEPTH_STENCIL_ATTACHMENT_WRITE
            | vk::AccessFlags::HOST_WRITE;
        let made = vk::MemoryBarrier::default().src_access_mask(from.access & writes).dst_access_mask(to.access);
        let none = vk::DependencyFlags::empty();
        // SAFETY: the ground above; the barrier names no object.
        unsafe {
            self.device.raw.device.cmd_pipeline_barrier(self.commands, from.stages, to.stages, none, &[made], &[], &[])
        };
    }

    pub fn copy_buffer(&self, src: vk::Buffer, dst: vk::Buffer, region: vk::BufferCopy) {
        // SAFETY: the ground above.
        unsafe { self.device.raw.device.cmd_copy_buffer(self.commands, src, dst, &[region]) };
    }

    pub fn fill_buffer(&self, dst: vk::Buffer, offset: u64, len: u64, word: u32) {
        // SAFETY: the ground above.
        unsafe { self.device.raw.device.cmd_fill_buffer(self.commands, dst, offset, len, word) };
    }
}
