//! Timestamps of the driver.
#![allow(unsafe_code)]

use super::super::device::Device;
use super::pipeline::owner;
use ash::vk;
use ffi_base::{Result, error};
use std::sync::Arc;

owner!(/// Places that timestamps are written to.
    RawQueries, pool: vk::QueryPool, destroy_query_pool);

impl RawQueries {
    /// How many there are in one command buffer.
    pub const COUNT: u32 = 64;

    pub fn create(device: &Arc<Device>) -> Result<RawQueries> {
        let info =
            vk::QueryPoolCreateInfo::default().query_type(vk::QueryType::TIMESTAMP).query_count(RawQueries::COUNT);
        // SAFETY: the device is alive, the structure lives through the call.
        let pool = unsafe { device.raw.device.create_query_pool(&info, None) }
            .map_err(|result| device.fault("vkCreateQueryPool", result))?;
        Ok(RawQueries { device: device.clone(), pool })
    }

    /// The ticks at a place that a submission has written.
    pub fn read(&self, at: u32) -> Result<u64> {
        let mut ticks = [0u64];
        // SAFETY: all alive; one query into one word. It does not wait: a query that is not written answers NOT_READY.
        let read = unsafe {
            let flags = vk::QueryResultFlags::TYPE_64;
            self.device.raw.device.get_query_pool_results(self.pool, at, &mut ticks, flags)
        };
        match read {
            Ok(()) => Ok(ticks[0]),
            Err(vk::Result::NOT_READY) => Err(error!(Busy, "timestamp {at} is not written yet")),
            Err(result) => Err(self.device.fault("vkGetQueryPoolResults", result)),
        }
    }
}
