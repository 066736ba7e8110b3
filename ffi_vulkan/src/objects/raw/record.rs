//! Command pools of the driver, and every command that is recorded into their buffers.
#![allow(unsafe_code)]

use super::super::device::Device;
use super::super::image::Image;
use super::super::physical::WORKS;
use super::query::RawQueries;
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
    /// What queues of its family do.
    queue: vk::QueueFlags,
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

const WRITES: vk::AccessFlags = vk::AccessFlags::from_raw(
    vk::AccessFlags::MEMORY_WRITE.as_raw()
        | vk::AccessFlags::SHADER_WRITE.as_raw()
        | vk::AccessFlags::TRANSFER_WRITE.as_raw()
        | vk::AccessFlags::COLOR_ATTACHMENT_WRITE.as_raw()
        | vk::AccessFlags::DEPTH_STENCIL_ATTACHMENT_WRITE.as_raw()
        | vk::AccessFlags::HOST_WRITE.as_raw(),
);

/// What commands on queues of such a family may touch: a barrier there names nothing else.
fn possible(queue: vk::QueueFlags) -> vk::AccessFlags {
    use vk::AccessFlags as A;
    let draws = A::COLOR_ATTACHMENT_READ
        | A::COLOR_ATTACHMENT_WRITE
        | A::DEPTH_STENCIL_ATTACHMENT_READ
        | A::DEPTH_STENCIL_ATTACHMENT_WRITE;
    let mut all = A::TRANSFER_READ | A::TRANSFER_WRITE | A::MEMORY_READ | A::MEMORY_WRITE;
    if queue.intersects(WORKS) {
        all |= A::SHADER_READ | A::SHADER_WRITE;
    }
    if queue.contains(vk::QueueFlags::GRAPHICS) {
        all |= draws;
    }
    all
}

/// What a change from one layout to another waits for and what waits for it, on queues of such a family. What other queues did
/// and will do is ordered by the submissions.
fn change(
    before: vk::ImageLayout,
    after: vk::ImageLayout,
    queue: vk::QueueFlags,
) -> (vk::AccessFlags, vk::AccessFlags) {
    let possible = possible(queue);
    (accesses(before) & WRITES & possible, accesses(after) & possible)
}

/// What an image is used for in a layout.
fn accesses(layout: vk::ImageLayout) -> vk::AccessFlags {
    use vk::AccessFlags as A;
    match layout {
        vk::ImageLayout::UNDEFINED | vk::ImageLayout::PRESENT_SRC_KHR => A::empty(),
        vk::ImageLayout::GENERAL => A::SHADER_READ | A::SHADER_WRITE,
        vk::ImageLayout::COLOR_ATTACHMENT_OPTIMAL => A::COLOR_ATTACHMENT_READ | A::COLOR_ATTACHMENT_WRITE,
        vk::ImageLayout::DEPTH_STENCIL_ATTACHMENT_OPTIMAL => {
            A::DEPTH_STENCIL_ATTACHMENT_READ | A::DEPTH_STENCIL_ATTACHMENT_WRITE
        }
        vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL => A::SHADER_READ,
        vk::ImageLayout::TRANSFER_SRC_OPTIMAL => A::TRANSFER_READ,
        vk::ImageLayout::TRANSFER_DST_OPTIMAL => A::TRANSFER_WRITE,
        _ => A::MEMORY_READ | A::MEMORY_WRITE,
    }
}

impl<'a> Recorder<'a> {
    pub fn new(device: &'a Device, commands: vk::CommandBuffer, queue: vk::QueueFlags) -> Recorder<'a> {
        Recorder { device, commands, queue }
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
        let made = vk::MemoryBarrier::default().src_access_mask(from.access & WRITES).dst_access_mask(to.access);
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

    /// Changes an image's layout; everything before is done, and everything after sees what it wrote.
    pub fn change_layout(&self, image: &Image, before: vk::ImageLayout, after: vk::ImageLayout) {
        let range = vk::ImageSubresourceRange::default().aspect_mask(image.shape.aspect).level_count(1).layer_count(1);
        let (made, seen) = change(before, after, self.queue);
        let change = vk::ImageMemoryBarrier::default()
            .old_layout(before)
            .new_layout(after)
            .src_access_mask(made)
            .dst_access_mask(seen)
            .src_queue_family_index(vk::QUEUE_FAMILY_IGNORED)
            .dst_queue_family_index(vk::QUEUE_FAMILY_IGNORED)
            .image(image.handle())
            .subresource_range(range);
        let (all, none) = (vk::PipelineStageFlags::ALL_COMMANDS, vk::DependencyFlags::empty());
        // SAFETY: the ground above; `before` is the layout that the image is in here, by the tracking of layouts.
        unsafe { self.device.raw.device.cmd_pipeline_barrier(self.commands, all, all, none, &[], &[], &[change]) };
    }

    pub fn copy_to_image(&self, src: vk::Buffer, dst: vk::Image, region: vk::BufferImageCopy) {
        let layout = vk::ImageLayout::TRANSFER_DST_OPTIMAL;
        // SAFETY: the ground above.
        unsafe { self.device.raw.device.cmd_copy_buffer_to_image(self.commands, src, dst, layout, &[region]) };
    }

    pub fn copy_from_image(&self, src: vk::Image, dst: vk::Buffer, region: vk::BufferImageCopy) {
        let layout = vk::ImageLayout::TRANSFER_SRC_OPTIMAL;
        // SAFETY: the ground above.
        unsafe { self.device.raw.device.cmd_copy_image_to_buffer(self.commands, src, layout, dst, &[region]) };
    }

    pub fn bind_pipeline(&self, point: vk::PipelineBindPoint, pipeline: vk::Pipeline) {
        // SAFETY: the ground above, here and below.
        unsafe { self.device.raw.device.cmd_bind_pipeline(self.commands, point, pipeline) };
    }

    pub fn bind_set(&self, point: vk::PipelineBindPoint, layout: vk::PipelineLayout, at: u32, set: vk::DescriptorSet) {
        // SAFETY: as above; the set was made for a layout that equals this one.
        unsafe { self.device.raw.device.cmd_bind_descriptor_sets(self.commands, point, layout, at, &[set], &[]) };
    }

    pub fn push(&self, layout: vk::PipelineLayout, stages: vk::ShaderStageFlags, data: &[u8]) {
        // SAFETY: as above; the bytes are the layout's range.
        unsafe { self.device.raw.device.cmd_push_constants(self.commands, layout, stages, 0, data) };
    }

    pub fn dispatch(&self, groups: [u32; 3]) {
        // SAFETY: as above; pipeline, sets and constants are bound and complete. What the shader does outside its buffers the
        // device's robust access makes harmless.
        unsafe { self.device.raw.device.cmd_dispatch(self.commands, groups[0], groups[1], groups[2]) };
    }

    pub fn begin_rendering(&self, info: &vk::RenderingInfo<'_>) {
        // SAFETY: as above; the device has dynamic rendering, and the attachments are in their layouts.
        unsafe { self.device.raw.device.cmd_begin_rendering(self.commands, info) };
    }

    pub fn end_rendering(&self) {
        // SAFETY: as above; rendering began in this buffer.
        unsafe { self.device.raw.device.cmd_end_rendering(self.commands) };
    }

    pub fn begin_pass(&self, info: &vk::RenderPassBeginInfo<'_>) {
        let inline = vk::SubpassContents::INLINE;
        // SAFETY: as above; the attachments are in their layouts.
        unsafe { self.device.raw.device.cmd_begin_render_pass(self.commands, info, inline) };
    }

    pub fn end_pass(&self) {
        // SAFETY: as above; a pass began in this buffer.
        unsafe { self.device.raw.device.cmd_end_render_pass(self.commands) };
    }

    pub fn viewport(&self, viewport: vk::Viewport) {
        // SAFETY: as above.
        unsafe { self.device.raw.device.cmd_set_viewport(self.commands, 0, &[viewport]) };
    }

    pub fn scissor(&self, scissor: vk::Rect2D) {
        // SAFETY: as above.
        unsafe { self.device.raw.device.cmd_set_scissor(self.commands, 0, &[scissor]) };
    }

    pub fn vertex_buffer(&self, at: u32, buffer: vk::Buffer, offset: u64) {
        // SAFETY: as above.
        unsafe { self.device.raw.device.cmd_bind_vertex_buffers(self.commands, at, &[buffer], &[offset]) };
    }

    pub fn index_buffer(&self, buffer: vk::Buffer, offset: u64, kind: vk::IndexType) {
        // SAFETY: as above.
        unsafe { self.device.raw.device.cmd_bind_index_buffer(self.commands, buffer, offset, kind) };
    }

    pub fn draw(&self, vertices: u32, instances: u32, first_vertex: u32, first_instance: u32) {
        // SAFETY: as for a dispatch; vertices and instances lie in their buffers.
        unsafe { self.device.raw.device.cmd_draw(self.commands, vertices, instances, first_vertex, first_instance) };
    }

    pub fn draw_indexed(&self, indices: u32, instances: u32, first: u32, vertex_offset: i32, first_instance: u32) {
        // SAFETY: as for a draw; the indices lie in their buffer, and robust access bears what they say.
        unsafe {
            let vulkan = &self.device.raw.device;
            vulkan.cmd_draw_indexed(self.commands, indices, instances, first, vertex_offset, first_instance)
        };
    }

    pub fn forget_stamps(&self, queries: &RawQueries) {
        // SAFETY: as above; outside rendering, and no submission uses the queries.
        unsafe { self.device.raw.device.cmd_reset_query_pool(self.commands, queries.pool, 0, RawQueries::COUNT) };
    }

    pub fn stamp(&self, queries: &RawQueries, at: u32) {
        let stage = vk::PipelineStageFlags::BOTTOM_OF_PIPE;
        // SAFETY: as above; the query was reset in this buffer and is written once.
        unsafe { self.device.raw.device.cmd_write_timestamp(self.commands, stage, queries.pool, at) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vk::{AccessFlags as A, ImageLayout as L, QueueFlags as Q};

    /// The table of the specification, by which queues have the stages of an access.
    #[test]
    fn barriers_name_only_what_their_queue_can_do() {
        let (draws, works, copies) = (Q::GRAPHICS | Q::COMPUTE, Q::COMPUTE | Q::TRANSFER, Q::TRANSFER);
        let depth = A::DEPTH_STENCIL_ATTACHMENT_READ | A::DEPTH_STENCIL_ATTACHMENT_WRITE;
        for (before, after, queue, made, seen) in [
            (L::TRANSFER_DST_OPTIMAL, L::SHADER_READ_ONLY_OPTIMAL, draws, A::TRANSFER_WRITE, A::SHADER_READ),
            (L::TRANSFER_DST_OPTIMAL, L::SHADER_READ_ONLY_OPTIMAL, works, A::TRANSFER_WRITE, A::SHADER_READ),
            (L::TRANSFER_DST_OPTIMAL, L::SHADER_READ_ONLY_OPTIMAL, copies, A::TRANSFER_WRITE, A::empty()),
            (L::GENERAL, L::TRANSFER_SRC_OPTIMAL, works, A::SHADER_WRITE, A::TRANSFER_READ),
            (L::GENERAL, L::TRANSFER_SRC_OPTIMAL, copies, A::empty(), A::TRANSFER_READ),
            (
                L::COLOR_ATTACHMENT_OPTIMAL,
                L::GENERAL,
                draws,
                A::COLOR_ATTACHMENT_WRITE,
                A::SHADER_READ | A::SHADER_WRITE,
            ),
            (L::COLOR_ATTACHMENT_OPTIMAL, L::GENERAL, works, A::empty(), A::SHADER_READ | A::SHADER_WRITE),
            (L::UNDEFINED, L::DEPTH_STENCIL_ATTACHMENT_OPTIMAL, draws, A::empty(), depth),
            (L::UNDEFINED, L::DEPTH_STENCIL_ATTACHMENT_OPTIMAL, copies, A::empty(), A::empty()),
        ] {
            assert_eq!(change(before, after, queue), (made, seen), "{before:?} to {after:?} on {queue:?}");
        }
    }
}
