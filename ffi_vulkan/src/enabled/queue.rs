//! The driver's queue: command buffers filled, submitted on a timeline semaphore, and waited for.
#![allow(unsafe_code)]

use super::fault;
use super::gpu::{Gpu, PATIENCE};
use super::memory::Block;
use super::plan::{Binding, MOST_VIEWS};
use ash::vk;
use ffi_backend::{Result, fail};
use std::time::Duration;

/// The most that push constants hold on every driver.
pub const PUSH_BYTES: usize = 128;

/// A command buffer with a pool of its own, which is reset as a whole. Not to be copied: whoever has it records it alone.
pub struct Commands(vk::CommandBuffer, vk::CommandPool);

/// The point that the device has reached; used without the recorder's lock.
#[derive(Clone, Copy)]
pub struct Timeline {
    gpu: &'static Gpu,
    semaphore: vk::Semaphore,
}

impl Timeline {
    /// The last batch that is done.
    pub fn completed(&self) -> Result<u64> {
        // SAFETY: device and semaphore are never destroyed; here and below the structures live through the calls.
        unsafe { self.gpu.device.get_semaphore_counter_value(self.semaphore) }
            .map_err(|result| fault::driver("vkGetSemaphoreCounterValue", result))
    }

    /// Whether a submitted batch got done before the timeout. Without one TIMEOUT once no batch was done for as long as the device
    /// has patience: its work never ends, and nobody waits for ever.
    pub fn wait(&self, ticket: u64, timeout: Option<Duration>) -> Result<bool> {
        let patience = self.gpu.patience;
        if timeout.is_some() || patience.is_zero() {
            return self.wait_once(ticket, timeout);
        }
        let mut done = self.completed()?;
        while !self.wait_once(ticket, Some(patience))? {
            let now = self.completed()?;
            if now == done {
                let seconds = patience.as_secs_f64();
                fail!(Timeout, "batch {} of {ticket} was not done after {seconds} s (see {PATIENCE})", done + 1);
            }
            done = now;
        }
        Ok(true)
    }

    fn wait_once(&self, ticket: u64, timeout: Option<Duration>) -> Result<bool> {
        let nanoseconds = timeout.map_or(u64::MAX, |t| u64::try_from(t.as_nanos()).unwrap_or(u64::MAX));
        let (semaphores, values) = ([self.semaphore], [ticket]);
        let info = vk::SemaphoreWaitInfo::default().semaphores(&semaphores).values(&values);
        // SAFETY: as above.
        match unsafe { self.gpu.device.wait_semaphores(&info, nanoseconds) } {
            Ok(()) => Ok(true),
            Err(vk::Result::TIMEOUT) => Ok(false),
            Err(result) => Err(fault::driver("vkWaitSemaphores", result)),
        }
    }
}

/// Makes, fills and submits command buffers. `&mut self` where the driver wants one thread at a time.
pub struct Queue {
    gpu: &'static Gpu,
    layout: vk::PipelineLayout,
    timeline: Timeline,
    spare: Vec<Commands>,
    /// How many command buffers there are.
    pub made: u64,
}

impl Queue {
    pub fn new(gpu: &'static Gpu, layout: vk::PipelineLayout) -> Result<Queue> {
        let mut kind = vk::SemaphoreTypeCreateInfo::default().semaphore_type(vk::SemaphoreType::TIMELINE);
        let info = vk::SemaphoreCreateInfo::default().push_next(&mut kind);
        // SAFETY: the device is never destroyed and was made with timeline semaphores.
        let semaphore = unsafe { gpu.device.create_semaphore(&info, None) }
            .map_err(|result| fault::driver("vkCreateSemaphore", result))?;
        Ok(Queue { gpu, layout, timeline: Timeline { gpu, semaphore }, spare: Vec::new(), made: 0 })
    }

    pub fn timeline(&self) -> Timeline {
        self.timeline
    }

    /// A command buffer in the recording state.
    pub fn begin(&mut self) -> Result<Commands> {
        let device = &self.gpu.device;
        let commands = match self.spare.pop() {
            Some(commands) => commands,
            None => {
                let info = vk::CommandPoolCreateInfo::default()
                    .queue_family_index(self.gpu.family)
                    .flags(vk::CommandPoolCreateFlags::TRANSIENT);
                // SAFETY: the device is never destroyed and was made with this queue family.
                let pool = unsafe { device.create_command_pool(&info, None) }
                    .map_err(|result| fault::driver("vkCreateCommandPool", result))?;
                let info = vk::CommandBufferAllocateInfo::default().command_pool(pool).command_buffer_count(1);
                // SAFETY: the pool was just made.
                match unsafe { device.allocate_command_buffers(&info) } {
                    Ok(made) => {
                        self.made += 1;
                        Commands(made[0], pool)
                    }
                    Err(result) => {
                        // SAFETY: as above; nothing is of it.
                        unsafe { device.destroy_command_pool(pool, None) };
                        return Err(fault::driver("vkAllocateCommandBuffers", result));
                    }
                }
            }
        };
        // SAFETY: its one command buffer is new, or spare: its batch is done, so it is not pending; `&mut self` keeps others away.
        unsafe { device.reset_command_pool(commands.1, vk::CommandPoolResetFlags::empty()) }
            .map_err(|result| fault::driver("vkResetCommandPool", result))?;
        let info = vk::CommandBufferBeginInfo::default().flags(vk::CommandBufferUsageFlags::ONE_TIME_SUBMIT);
        // SAFETY: its pool was just reset.
        match unsafe { device.begin_command_buffer(commands.0, &info) } {
            Ok(()) => Ok(commands),
            Err(result) => Err(fault::driver("vkBeginCommandBuffer", result)),
        }
    }

    /// Appends a dispatch. The addresses in `push` are of blocks that stay until the batch is done.
    pub fn dispatch(
        &mut self,
        commands: &Commands,
        pipeline: vk::Pipeline,
        push: &[u32],
        (parts, uniform): (&[Option<Binding>; MOST_VIEWS], Option<Binding>),
        groups: [u32; 2],
    ) {
        let mut bytes = [0u8; PUSH_BYTES];
        for (to, word) in bytes.chunks_exact_mut(4).zip(push) {
            to.copy_from_slice(&word.to_ne_bytes());
        }
        let len = (push.len() * 4).min(PUSH_BYTES);
        let device = &self.gpu.device;
        if let (Some(pusher), Some(first)) = (&self.gpu.push_descriptors, parts[0]) {
            let info =
                |b: Binding| [vk::DescriptorBufferInfo { buffer: b.buffer, offset: b.offset, range: b.len_bytes }];
            let infos = parts.map(|part| info(part.unwrap_or(first)));
            let table = info(uniform.unwrap_or(first));
            let mut writes = [vk::WriteDescriptorSet::default(); MOST_VIEWS + 1];
            let mut count = parts.iter().flatten().count();
            for (i, (write, info)) in writes.iter_mut().zip(&infos).enumerate().take(count) {
                *write =
                    write.dst_binding(i as u32).descriptor_type(vk::DescriptorType::STORAGE_BUFFER).buffer_info(info);
            }
            if uniform.is_some() {
                writes[count] = writes[count]
                    .dst_binding(MOST_VIEWS as u32)
                    .descriptor_type(vk::DescriptorType::UNIFORM_BUFFER)
                    .buffer_info(&table);
                count += 1;
            }
            // SAFETY: as below; the layout has a set for these, since the device has the extension, and they are parts of blocks.
            unsafe {
                pusher.cmd_push_descriptor_set(
                    commands.0,
                    vk::PipelineBindPoint::COMPUTE,
                    self.layout,
                    0,
                    &writes[..count],
                )
            };
        }
        // SAFETY: `commands` came from `begin` and is recording; pipeline and layout are of this device, never destroyed, and
        // made for each other; the bytes are within the layout's range. What kernels touch lies inside its blocks: `run`
        // checked every view against its buffer, kernels look at each index that they follow, and the pool keeps blocks until
        // their stamp is reached.
        unsafe {
            device.cmd_bind_pipeline(commands.0, vk::PipelineBindPoint::COMPUTE, pipeline);
            device.cmd_push_constants(commands.0, self.layout, vk::ShaderStageFlags::COMPUTE, 0, &bytes[..len]);
            device.cmd_dispatch(commands.0, groups[0], groups[1], 1);
        }
    }

    /// Appends a copy between blocks, in bounds by the caller's check.
    pub fn copy(&mut self, commands: &Commands, src: (&Block, u64), dst: (&Block, u64), len_bytes: u64) {
        let region = vk::BufferCopy { src_offset: src.1, dst_offset: dst.1, size: len_bytes };
        // SAFETY: `commands` is recording, both buffers are alive and have the transfer usages; they are different blocks.
        unsafe { self.gpu.device.cmd_copy_buffer(commands.0, src.0.buffer, dst.0.buffer, &[region]) };
    }

    /// Everything before is done and seen by everything after.
    pub fn barrier(&mut self, commands: &Commands) {
        let stages = vk::PipelineStageFlags::COMPUTE_SHADER | vk::PipelineStageFlags::TRANSFER;
        let reads = vk::AccessFlags::SHADER_READ | vk::AccessFlags::TRANSFER_READ;
        let writes = vk::AccessFlags::SHADER_WRITE | vk::AccessFlags::TRANSFER_WRITE;
        self.barrier_to(commands, stages, writes, stages, reads | writes);
    }

    fn barrier_to(
        &mut self,
        commands: &Commands,
        from: vk::PipelineStageFlags,
        made: vk::AccessFlags,
        to: vk::PipelineStageFlags,
        seen: vk::AccessFlags,
    ) {
        let barrier = [vk::MemoryBarrier::default().src_access_mask(made).dst_access_mask(seen)];
        // SAFETY: `commands` is recording; a global barrier names no object.
        unsafe {
            self.gpu.device.cmd_pipeline_barrier(commands.0, from, to, vk::DependencyFlags::empty(), &barrier, &[], &[])
        };
    }

    /// Ends and submits; the semaphore reaches `ticket` when all is done. Orders the batch after all earlier ones.
    pub fn submit(&mut self, commands: &Commands, ticket: u64) -> Result<()> {
        let stages = vk::PipelineStageFlags::COMPUTE_SHADER | vk::PipelineStageFlags::TRANSFER;
        let writes = vk::AccessFlags::SHADER_WRITE | vk::AccessFlags::TRANSFER_WRITE;
        // The next batch's kernels and the host both see what this one wrote.
        let later = vk::AccessFlags::HOST_READ | vk::AccessFlags::SHADER_READ | vk::AccessFlags::SHADER_WRITE;
        let later = later | vk::AccessFlags::TRANSFER_READ | vk::AccessFlags::TRANSFER_WRITE;
        self.barrier_to(commands, stages, writes, stages | vk::PipelineStageFlags::HOST, later);
        // SAFETY: `commands` is recording.
        unsafe { self.gpu.device.end_command_buffer(commands.0) }
            .map_err(|result| fault::driver("vkEndCommandBuffer", result))?;
        let (buffers, semaphores, values) = ([commands.0], [self.timeline.semaphore], [ticket]);
        let mut point = vk::TimelineSemaphoreSubmitInfo::default().signal_semaphore_values(&values);
        let info =
            vk::SubmitInfo::default().command_buffers(&buffers).signal_semaphores(&semaphores).push_next(&mut point);
        // SAFETY: the buffer is executable; `&mut self` keeps the queue to one thread; tickets only grow.
        unsafe { self.gpu.device.queue_submit(self.gpu.queue, &[info], vk::Fence::null()) }
            .map_err(|result| fault::driver("vkQueueSubmit", result))
    }

    /// Work that waits for what never comes, and so does all after it.
    #[cfg(test)]
    pub fn hang(&mut self) -> Result<()> {
        let mut kind = vk::SemaphoreTypeCreateInfo::default().semaphore_type(vk::SemaphoreType::TIMELINE);
        let info = vk::SemaphoreCreateInfo::default().push_next(&mut kind);
        // SAFETY: as in `new`.
        let never = unsafe { self.gpu.device.create_semaphore(&info, None) }
            .map_err(|result| fault::driver("vkCreateSemaphore", result))?;
        let (semaphores, values, stages) = ([never], [1], [vk::PipelineStageFlags::ALL_COMMANDS]);
        let mut point = vk::TimelineSemaphoreSubmitInfo::default().wait_semaphore_values(&values);
        let info =
            vk::SubmitInfo::default().wait_semaphores(&semaphores).wait_dst_stage_mask(&stages).push_next(&mut point);
        // SAFETY: `&mut self` keeps the queue to one thread; the semaphore is never destroyed.
        unsafe { self.gpu.device.queue_submit(self.gpu.queue, &[info], vk::Fence::null()) }
            .map_err(|result| fault::driver("vkQueueSubmit", result))
    }

    /// Takes back a command buffer whose batch is done.
    pub fn recycle(&mut self, commands: Commands) {
        self.spare.push(commands);
    }
}
