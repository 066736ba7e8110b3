//! Descriptor sets, each with a pool of its own, and what is written into them.
#![allow(unsafe_code)]

use super::super::device::Device;
use super::super::layout::Slot;
use super::pipeline::{RawSetLayout, owner};
use ash::vk;
use ffi_base::Result;
use std::sync::Arc;

owner!(/// A pool, which frees its sets.
    RawPool, pool: vk::DescriptorPool, destroy_descriptor_pool);

/// A set. Its owner writes it while no submission uses it.
pub struct RawSet {
    pool: RawPool,
    pub set: vk::DescriptorSet,
}

impl RawSet {
    pub fn create(device: &Arc<Device>, slots: &[Slot], layout: &RawSetLayout) -> Result<RawSet> {
        let size = |slot: &Slot| vk::DescriptorPoolSize { ty: slot.kind, descriptor_count: slot.count };
        let mut sizes: Vec<_> = slots.iter().map(size).collect();
        if sizes.is_empty() {
            // A pool of nothing is refused; a set of nothing is not.
            sizes.push(vk::DescriptorPoolSize { ty: vk::DescriptorType::STORAGE_BUFFER, descriptor_count: 1 });
        }
        let info = vk::DescriptorPoolCreateInfo::default().max_sets(1).pool_sizes(&sizes);
        // SAFETY: the device is alive; here and below structures live through the calls.
        let pool = unsafe { device.raw.device.create_descriptor_pool(&info, None) }
            .map_err(|result| device.fault("vkCreateDescriptorPool", result))?;
        let pool = RawPool { device: device.clone(), pool };
        let layouts = [layout.layout];
        let info = vk::DescriptorSetAllocateInfo::default().descriptor_pool(pool.pool).set_layouts(&layouts);
        // SAFETY: the pool is this thread's alone and has room for the set; the layout is alive.
        let sets = unsafe { device.raw.device.allocate_descriptor_sets(&info) }
            .map_err(|result| device.fault("vkAllocateDescriptorSets", result))?;
        Ok(RawSet { pool, set: sets[0] })
    }

    pub fn device(&self) -> &Arc<Device> {
        &self.pool.device
    }

    fn write(&self, write: vk::WriteDescriptorSet<'_>) {
        // SAFETY: set and what is written are alive and of one device; kind and element fit the layout, and no submission uses the
        // set, all by the owner's checks and under its lock.
        unsafe { self.device().raw.device.update_descriptor_sets(&[write.dst_set(self.set)], &[]) };
    }

    pub fn write_buffer(&self, slot: &Slot, element: u32, info: vk::DescriptorBufferInfo) {
        let infos = [info];
        let write = vk::WriteDescriptorSet::default().dst_binding(slot.binding).dst_array_element(element);
        self.write(write.descriptor_type(slot.kind).buffer_info(&infos));
    }

    pub fn write_image(&self, slot: &Slot, element: u32, info: vk::DescriptorImageInfo) {
        let infos = [info];
        let write = vk::WriteDescriptorSet::default().dst_binding(slot.binding).dst_array_element(element);
        self.write(write.descriptor_type(slot.kind).image_info(&infos));
    }
}
