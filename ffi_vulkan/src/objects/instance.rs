//! An instance: the driver, loaded for one program, and the physical devices that it sees.
#![forbid(unsafe_code)]

use super::physical::Physical;
use super::{at, raw};
use ffi_base::{Result, TextOut, fail};
use std::sync::Arc;

/// The driver as one program has it.
pub struct Instance {
    pub raw: raw::instance::Raw,
    pub physical: Vec<Physical>,
}

impl Instance {
    pub fn create(name: &str, validation: bool) -> Result<Arc<Instance>> {
        let raw = raw::instance::Raw::create(name, validation)?;
        let physical = raw.physical_devices()?;
        Ok(Arc::new(Instance { raw, physical }))
    }

    /// Refuses in a process that was forked from the one which made it.
    pub fn check(&self) -> Result<()> {
        if !self.raw.own_process() {
            fail!(Unavailable, "the driver was loaded before this process was forked");
        }
        Ok(())
    }

    pub fn physical(&self, index: i64) -> Result<&Physical> {
        Ok(&self.physical[at("physical device", index, self.physical.len())?])
    }
}

type I = Arc<Instance>;

// What the rows ask of a physical device by its index.

pub fn count(instance: &I) -> Result<i64> {
    Ok(instance.physical.len() as i64)
}
pub fn name(instance: &I, physical: i64) -> Result<TextOut> {
    Ok(instance.physical(physical)?.name().into())
}
pub fn device_type(instance: &I, physical: i64) -> Result<i64> {
    Ok(i64::from(instance.physical(physical)?.properties.device_type.as_raw()))
}
pub fn driver_name(instance: &I, physical: i64) -> Result<TextOut> {
    let found = instance.physical(physical)?;
    Ok(format!("{} {}", found.driver_name, found.driver_info).trim().to_owned().into())
}
pub fn driver_uuid(instance: &I, physical: i64) -> Result<TextOut> {
    let uuid = instance.physical(physical)?.properties.pipeline_cache_uuid;
    Ok(uuid.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
}
pub fn api_version(instance: &I, physical: i64) -> Result<TextOut> {
    Ok(crate::driver::instance::show_version(instance.physical(physical)?.properties.api_version).into())
}
pub fn vendor_id(instance: &I, physical: i64) -> Result<i64> {
    Ok(i64::from(instance.physical(physical)?.properties.vendor_id))
}
pub fn device_id(instance: &I, physical: i64) -> Result<i64> {
    Ok(i64::from(instance.physical(physical)?.properties.device_id))
}
pub fn memory_bytes(instance: &I, physical: i64) -> Result<i64> {
    Ok(i64::try_from(instance.physical(physical)?.memory_bytes()).unwrap_or(i64::MAX))
}
pub fn limit(instance: &I, physical: i64, name: &str) -> Result<i64> {
    instance.physical(physical)?.limit(name)
}
pub fn timestamp_period(instance: &I, physical: i64) -> Result<f64> {
    Ok(f64::from(instance.physical(physical)?.properties.limits.timestamp_period))
}
pub fn has_feature(instance: &I, physical: i64, name: &str) -> Result<bool> {
    instance.physical(physical)?.feature(name)
}
pub fn has_extension(instance: &I, physical: i64, name: &str) -> Result<bool> {
    Ok(instance.physical(physical)?.extensions.iter().any(|own| own == name))
}
pub fn family_count(instance: &I, physical: i64) -> Result<i64> {
    Ok(instance.physical(physical)?.families.len() as i64)
}
pub fn family_flags(instance: &I, physical: i64, family: i64) -> Result<i64> {
    Ok(i64::from(instance.physical(physical)?.family(family)?.queue_flags.as_raw()))
}
pub fn family_queues(instance: &I, physical: i64, family: i64) -> Result<i64> {
    let found = instance.physical(physical)?;
    Ok(i64::from(found.queues_of(found.family(family)?)))
}
pub fn family_timestamp_bits(instance: &I, physical: i64, family: i64) -> Result<i64> {
    Ok(i64::from(instance.physical(physical)?.family(family)?.timestamp_valid_bits))
}
pub fn family_find(instance: &I, physical: i64, flags: i64) -> Result<i64> {
    instance.physical(physical)?.family_with(flags)
}
