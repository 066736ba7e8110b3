//! A logical device of the driver, and the allocator of its memory.
#![allow(unsafe_code)]

use super::super::instance::Instance;
use super::super::lock;
use super::super::physical::Physical;
use crate::driver::fault;
use ash::vk;
use ffi_base::{Result, fail};
use gpu_allocator::vulkan::{Allocator, AllocatorCreateDesc};
use gpu_allocator::{AllocationSizes, AllocatorDebugSettings};
use std::sync::{Arc, Mutex};

/// The driver's device. Ends before its instance, which it counts.
pub struct Raw {
    pub device: ash::Device,
    pub instance: Arc<Instance>,
    /// Whether swapchains can be made on it.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only windows ask"))]
    pub presents: bool,
    /// Taken out before the device ends.
    pub allocator: Mutex<Option<Allocator>>,
    /// What pipelines compiled so far; null where the driver gives none.
    pub cache: vk::PipelineCache,
}

impl Raw {
    /// Opens all queues of every family with every feature that the device has.
    pub fn create(instance: &Arc<Instance>, physical: &Physical) -> Result<Raw> {
        instance.check()?;
        let version = physical.properties.api_version;
        if version < vk::API_VERSION_1_2 {
            let version = crate::driver::instance::show_version(version);
            fail!(Unsupported, "{} is of Vulkan {version}, needed is 1.2", physical.name());
        }
        let priorities = [1.0; 16];
        let queue = |(family, row): (usize, &vk::QueueFamilyProperties)| {
            let count = physical.queues_of(row) as usize;
            vk::DeviceQueueCreateInfo::default()
                .queue_family_index(family as u32)
                .queue_priorities(&priorities[..count])
        };
        let queues: Vec<_> = physical.families.iter().enumerate().map(queue).collect();
        let has = |name: &std::ffi::CStr| physical.extensions.iter().any(|own| own.as_bytes() == name.to_bytes());
        let presents = has(ash::khr::swapchain::NAME) && instance.raw.extensions.contains(&ash::khr::surface::NAME);
        let mut names = Vec::new();
        if presents {
            names.push(ash::khr::swapchain::NAME.as_ptr());
        }
        // A driver that only emulates Vulkan must be told that this is known.
        if has(ash::khr::portability_subset::NAME) {
            names.push(ash::khr::portability_subset::NAME.as_ptr());
        }
        let (mut v11, mut v12, mut v13) = wanted(physical);
        let mut info = vk::DeviceCreateInfo::default()
            .queue_create_infos(&queues)
            .enabled_extension_names(&names)
            .enabled_features(&physical.features)
            .push_next(&mut v11)
            .push_next(&mut v12);
        if version >= vk::API_VERSION_1_3 {
            info = info.push_next(&mut v13);
        }
        // SAFETY: the instance is alive and `physical` one of its own; features and extensions are those found there; the
        // structures live through the call.
        let device = unsafe { instance.raw.instance.create_device(physical.raw, &info, None) }
            .map_err(|result| fault::driver("vkCreateDevice", result))?;
        let desc = AllocatorCreateDesc {
            instance: instance.raw.instance.clone(),
            device: device.clone(),
            physical_device: physical.raw,
            debug_settings: AllocatorDebugSettings::default(),
            buffer_device_address: false,
            allocation_sizes: AllocationSizes::new(32 << 20, 8 << 20),
        };
        match Allocator::new(&desc) {
            Ok(allocator) => {
                // SAFETY: the device is alive.
                let cache = unsafe { device.create_pipeline_cache(&vk::PipelineCacheCreateInfo::default(), None) };
                let cache = cache.unwrap_or_default();
                Ok(Raw { device, instance: instance.clone(), presents, allocator: Mutex::new(Some(allocator)), cache })
            }
            Err(error) => {
                // SAFETY: just made, and nothing was made of it.
                unsafe { device.destroy_device(None) };
                Err(fault::allocator(error))
            }
        }
    }

    /// A queue; family and index are among those that were opened.
    pub fn queue(&self, family: u32, index: u32) -> vk::Queue {
        // SAFETY: the device was made with this queue.
        unsafe { self.device.get_device_queue(family, index) }
    }
}

/// All features that were found, but those that cost something by being on or that nothing here can use.
fn wanted(
    physical: &Physical,
) -> (
    vk::PhysicalDeviceVulkan11Features<'static>,
    vk::PhysicalDeviceVulkan12Features<'static>,
    vk::PhysicalDeviceVulkan13Features<'static>,
) {
    let v11 = vk::PhysicalDeviceVulkan11Features { protected_memory: vk::FALSE, ..physical.v11 };
    let v12 = vk::PhysicalDeviceVulkan12Features {
        buffer_device_address: vk::FALSE,
        buffer_device_address_capture_replay: vk::FALSE,
        buffer_device_address_multi_device: vk::FALSE,
        ..physical.v12
    };
    (v11, v12, physical.v13)
}

impl Drop for Raw {
    fn drop(&mut self) {
        if !self.instance.raw.own_process() {
            // The driver's threads are the parent's.
            std::mem::forget(std::mem::take(&mut self.allocator));
            return;
        }
        drop(lock(&self.allocator).take());
        // SAFETY: all that is made of the device counts it, so nothing is left; queues wait for their work before they go.
        unsafe {
            self.device.destroy_pipeline_cache(self.cache, None);
            self.device.destroy_device(None);
        }
    }
}
