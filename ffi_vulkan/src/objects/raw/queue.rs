//! A queue of the driver with the timeline that says how far it is.
#![allow(unsafe_code)]

use super::super::device::Device;
use ash::vk;
use ffi_base::Result;
use std::sync::Arc;

/// The queue. Its owner keeps submissions to one thread at a time.
pub struct Raw {
    pub device: Arc<Device>,
    pub queue: vk::Queue,
    timeline: vk::Semaphore,
    /// Has the next submission fail, as a driver without memory would.
    #[cfg(test)]
    pub scarce: std::sync::atomic::AtomicBool,
}

/// What orders a submission with others, beside its place in the queue. Semaphores are binary and of the queue's device.
#[derive(Default)]
pub struct Order<'a> {
    /// Waited for before these stages.
    pub wait: &'a [(vk::Semaphore, vk::PipelineStageFlags)],
    /// Signalled when all is done.
    pub signal: &'a [vk::Semaphore],
}

impl Raw {
    pub fn new(device: &Arc<Device>, family: u32, index: u32) -> Result<Raw> {
        let mut kind = vk::SemaphoreTypeCreateInfo::default().semaphore_type(vk::SemaphoreType::TIMELINE);
        let info = vk::SemaphoreCreateInfo::default().push_next(&mut kind);
        // SAFETY: the device is alive and has timeline semaphores, as every one of Vulkan 1.2; here and below the structures
        // live through the calls.
        let timeline = unsafe { device.raw.device.create_semaphore(&info, None) }
            .map_err(|result| device.fault("vkCreateSemaphore", result))?;
        Ok(Raw {
            device: device.clone(),
            queue: device.raw.queue(family, index),
            timeline,
            #[cfg(test)]
            scarce: Default::default(),
        })
    }

    /// The last submission that is done.
    pub fn completed(&self) -> Result<u64> {
        // SAFETY: device and semaphore are alive.
        unsafe { self.device.raw.device.get_semaphore_counter_value(self.timeline) }
            .map_err(|result| self.device.fault("vkGetSemaphoreCounterValue", result))
    }

    /// Whether a submission got done in time.
    pub fn wait(&self, ticket: u64, nanoseconds: u64) -> Result<bool> {
        let (semaphores, values) = ([self.timeline], [ticket]);
        let info = vk::SemaphoreWaitInfo::default().semaphores(&semaphores).values(&values);
        // SAFETY: as above.
        match unsafe { self.device.raw.device.wait_semaphores(&info, nanoseconds) } {
            Ok(()) => Ok(true),
            Err(vk::Result::TIMEOUT) => Ok(false),
            Err(result) => Err(self.device.fault("vkWaitSemaphores", result)),
        }
    }

    /// Submits; the timeline reaches `ticket` when all is done. The caller keeps the queue to one thread, its tickets grow, and
    /// everything that the buffers use stays until then.
    pub fn submit(&self, buffers: &[vk::CommandBuffer], ticket: u64, order: &Order<'_>) -> Result<()> {
        #[cfg(test)]
        if self.scarce.swap(false, std::sync::atomic::Ordering::Relaxed) {
            return Err(self.device.fault("vkQueueSubmit", vk::Result::ERROR_OUT_OF_DEVICE_MEMORY));
        }
        let waits: Vec<_> = order.wait.iter().map(|(semaphore, _)| *semaphore).collect();
        let stages: Vec<_> = order.wait.iter().map(|(_, stage)| *stage).collect();
        let signals: Vec<_> = order.signal.iter().copied().chain([self.timeline]).collect();
        // Values of binary semaphores are not looked at.
        let wait_values = vec![0; waits.len()];
        let mut signal_values = vec![0; signals.len()];
        signal_values[signals.len() - 1] = ticket;
        let mut points = vk::TimelineSemaphoreSubmitInfo::default()
            .wait_semaphore_values(&wait_values)
            .signal_semaphore_values(&signal_values);
        let mut info = vk::SubmitInfo::default().command_buffers(buffers).signal_semaphores(&signals);
        if !waits.is_empty() {
            info = info.wait_semaphores(&waits).wait_dst_stage_mask(&stages);
        }
        let info = info.push_next(&mut points);
        // SAFETY: buffers are executable and not pending, the queue is kept to this thread, both by the caller.
        unsafe { self.device.raw.device.queue_submit(self.queue, &[info], vk::Fence::null()) }
            .map_err(|result| self.device.fault("vkQueueSubmit", result))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if self.device.raw.instance.raw.own_process() {
            // SAFETY: the queue waited for all that signals it before it let go of this.
            unsafe { self.device.raw.device.destroy_semaphore(self.timeline, None) };
        }
    }
}
