//! One opened device of the driver: its features, limits and queue. What every other file calls through.
#![allow(unsafe_code)]

use super::cache::Owner;
use super::fault;
use super::instance::{instance, show_version};
use super::plan::MOST_VIEWS;
use super::tiles::Traits;
use ash::vk;
use ffi_backend::{Result, fail};
use ffi_base::log::{self, Level};
use std::ffi::CStr;
use std::time::Duration;

/// What kernels may use, and how much there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features {
    pub int64: bool,
    pub float64: bool,
    pub storage_8: bool,
    pub storage_16: bool,
    pub memory_budget: bool,
}

/// The driver's handles of one device. Never destroyed: a device lives until the process ends.
pub struct Gpu {
    pub device: ash::Device,
    pub physical: vk::PhysicalDevice,
    pub queue: vk::Queue,
    pub family: u32,
    pub features: Features,
    /// The hardware's name, with the driver.
    pub description: String,
    /// All device-local memory.
    pub memory_bytes: u64,
    /// The longest buffer.
    pub largest_block_bytes: u64,
    /// Puts storage buffers into command buffers, where the driver can.
    pub push_descriptors: Option<ash::khr::push_descriptor::Device>,
    /// The longest part of a buffer that a kernel may have as one, 0 where it can have none: then it takes addresses.
    pub binding_bytes: u64,
    /// How long a host waits for a batch that gets nowhere; for ever if 0.
    pub patience: Duration,
    /// Whether programs run as one dispatch, which takes many bindings.
    pub fuses: bool,
    /// How it makes matrix products.
    pub products: Traits,
    /// Who understands the pipelines that it compiles.
    pub owner: Owner,
}

impl Gpu {
    /// Opens the device with this number. `by_address`: its kernels have no storage buffers, as where the driver cannot push them.
    pub fn open(ordinal: u32, by_address: bool) -> Result<Gpu> {
        let instance = instance()?;
        let Some(&physical) = instance.physical.get(ordinal as usize) else {
            fail!(NotFound, "vulkan:{ordinal}: there are {} devices", instance.physical.len());
        };
        let vulkan = &instance.instance;
        // SAFETY: here and below `physical` was enumerated from this instance, which is never destroyed, and every structure
        // with its chain lives through the call.
        let version = unsafe { vulkan.get_physical_device_properties(physical) }.api_version;
        if version < vk::API_VERSION_1_2 {
            fail!(Unsupported, "vulkan:{ordinal}: the driver is of Vulkan {}, needed is 1.2", show_version(version));
        }
        let mut limits = vk::PhysicalDeviceMaintenance3Properties::default();
        let mut driver = vk::PhysicalDeviceDriverProperties::default();
        let mut uuids = vk::PhysicalDeviceIDProperties::default();
        let mut subgroup = vk::PhysicalDeviceSubgroupProperties::default();
        let mut properties = vk::PhysicalDeviceProperties2::default()
            .push_next(&mut limits)
            .push_next(&mut subgroup)
            .push_next(&mut driver)
            .push_next(&mut uuids);
        // SAFETY: as above.
        unsafe { vulkan.get_physical_device_properties2(physical, &mut properties) };
        let core = properties.properties;
        let owner = Owner {
            vendor: core.vendor_id,
            device: core.device_id,
            driver_version: core.driver_version,
            driver: uuids.driver_uuid,
            pipelines: core.pipeline_cache_uuid,
        };
        let name = text(core.device_name_as_c_str());
        let description =
            format!("{name}, {} {}", text(driver.driver_name_as_c_str()), text(driver.driver_info_as_c_str()));

        let mut v11 = vk::PhysicalDeviceVulkan11Features::default();
        let mut v12 = vk::PhysicalDeviceVulkan12Features::default();
        let mut found = vk::PhysicalDeviceFeatures2::default().push_next(&mut v11).push_next(&mut v12);
        // SAFETY: as above.
        unsafe { vulkan.get_physical_device_features2(physical, &mut found) };
        let able = found.features;
        let yes = |flag: vk::Bool32| flag == vk::TRUE;
        for (has, what) in
            [(v12.timeline_semaphore, "timeline semaphores"), (v12.buffer_device_address, "buffer device addresses")]
        {
            if !yes(has) {
                fail!(Unsupported, "vulkan:{ordinal}: {name} has no {what}");
            }
        }
        // SAFETY: as above.
        let extensions = unsafe { vulkan.enumerate_device_extension_properties(physical) }
            .map_err(|result| fault::driver("vkEnumerateDeviceExtensionProperties", result))?;
        let has = |name: &CStr| extensions.iter().any(|e| e.extension_name_as_c_str() == Ok(name));
        let features = Features {
            int64: yes(able.shader_int64),
            float64: yes(able.shader_float64),
            storage_8: yes(v12.storage_buffer8_bit_access),
            storage_16: yes(v11.storage_buffer16_bit_access),
            memory_budget: has(ash::ext::memory_budget::NAME),
        };
        // SAFETY: as above.
        let families = unsafe { vulkan.get_physical_device_queue_family_properties(physical) };
        let Some(family) = families.iter().position(|f| f.queue_flags.contains(vk::QueueFlags::COMPUTE)) else {
            fail!(Unsupported, "vulkan:{ordinal}: {name} has no queue that computes");
        };
        let family = family as u32;

        let wanted =
            vk::PhysicalDeviceFeatures::default().shader_int64(features.int64).shader_float64(features.float64);
        let mut v11 = vk::PhysicalDeviceVulkan11Features::default().storage_buffer16_bit_access(features.storage_16);
        let mut v12 = vk::PhysicalDeviceVulkan12Features::default()
            .timeline_semaphore(true)
            .buffer_device_address(true)
            .storage_buffer8_bit_access(features.storage_8);
        let queues = [vk::DeviceQueueCreateInfo::default().queue_family_index(family).queue_priorities(&[1.0])];
        let mut names = Vec::new();
        if features.memory_budget {
            names.push(ash::ext::memory_budget::NAME.as_ptr());
        }
        let pushes = has(ash::khr::push_descriptor::NAME) && !by_address;
        if pushes {
            names.push(ash::khr::push_descriptor::NAME.as_ptr());
        }
        // A driver that only emulates Vulkan (MoltenVK) must be told that this is known.
        if has(ash::khr::portability_subset::NAME) {
            names.push(ash::khr::portability_subset::NAME.as_ptr());
        }
        let info = vk::DeviceCreateInfo::default()
            .queue_create_infos(&queues)
            .enabled_extension_names(&names)
            .enabled_features(&wanted)
            .push_next(&mut v11)
            .push_next(&mut v12);
        // SAFETY: every feature and extension asked for was found above.
        let device = unsafe { vulkan.create_device(physical, &info, None) }
            .map_err(|result| fault::driver("vkCreateDevice", result).at(&format!("vulkan:{ordinal}")))?;
        let push_descriptors = pushes.then(|| ash::khr::push_descriptor::Device::new(vulkan, &device));
        let binding_bytes = if pushes { u64::from(core.limits.max_storage_buffer_range) } else { 0 };
        let fuses = pushes
            && core.limits.max_per_stage_descriptor_storage_buffers as usize >= MOST_VIEWS
            && core.limits.max_descriptor_set_storage_buffers as usize >= MOST_VIEWS;
        // SAFETY: the family was asked for with one queue.
        let queue = unsafe { device.get_device_queue(family, 0) };
        // SAFETY: as above.
        let memory = unsafe { vulkan.get_physical_device_memory_properties(physical) };
        let memory_bytes = memory
            .memory_heaps_as_slice()
            .iter()
            .filter(|heap| heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL))
            .map(|heap| heap.size)
            .sum();
        let shuffles = subgroup.supported_operations.contains(vk::SubgroupFeatureFlags::SHUFFLE)
            && subgroup.supported_stages.contains(vk::ShaderStageFlags::COMPUTE);
        // Of the kernel in lanes, sixteen numbers of eight bytes for each pair of lanes.
        let handed_bytes = subgroup.subgroup_size.saturating_pow(2).saturating_mul(4 * 32);
        let products = Traits {
            // Beyond sixteen lanes a tile would have more numbers than a CPU's nearest memory holds.
            lanes: match (core.device_type, subgroup.subgroup_size) {
                (vk::PhysicalDeviceType::CPU, lanes @ (4 | 8 | 16))
                    if shuffles && handed_bytes <= core.limits.max_compute_shared_memory_size =>
                {
                    lanes
                }
                _ => 0,
            },
            // More of it in a workgroup would leave no room for a second one beside it.
            shared_bytes: core.limits.max_compute_shared_memory_size.min(32 << 10),
            enough: if core.device_type == vk::PhysicalDeviceType::DISCRETE_GPU { 128 } else { 16 },
        };
        let largest_block_bytes = limits.max_memory_allocation_size;
        Ok(Gpu {
            device,
            physical,
            queue,
            family,
            features,
            description,
            memory_bytes,
            largest_block_bytes,
            push_descriptors,
            binding_bytes,
            patience: patience(),
            fuses,
            products,
            owner,
        })
    }

    /// What the driver would still give, where it can say so.
    pub fn memory_free(&self) -> Option<u64> {
        if !self.features.memory_budget {
            return None;
        }
        let instance = instance().ok()?;
        let mut budget = vk::PhysicalDeviceMemoryBudgetPropertiesEXT::default();
        let mut properties = vk::PhysicalDeviceMemoryProperties2::default().push_next(&mut budget);
        // SAFETY: `physical` belongs to the one instance, and the device has the extension that the chained structure is of.
        unsafe { instance.instance.get_physical_device_memory_properties2(self.physical, &mut properties) };
        let heaps = properties.memory_properties;
        let local = |i: &usize| heaps.memory_heaps[*i].flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL);
        let free = |i: usize| budget.heap_budget[i].saturating_sub(budget.heap_usage[i]);
        Some((0..heaps.memory_heap_count as usize).filter(local).map(free).sum())
    }
}

/// The environment variable that says so in seconds; 0 waits for ever.
pub const PATIENCE: &str = "FFI_WAIT_SECONDS";

/// Ten minutes where nobody says otherwise: a batch holds up to 128 ops, which a slow device may take minutes for.
fn patience() -> Duration {
    const USUAL: u32 = 600;
    let said = std::env::var(PATIENCE).unwrap_or_default();
    let seconds = said.trim().parse().unwrap_or_else(|_| {
        if !said.is_empty() {
            log::write(Level::Warning, &format!("{PATIENCE}={said:?} is no number of seconds: waiting {USUAL}"));
        }
        USUAL
    });
    Duration::from_secs(u64::from(seconds))
}

fn text(name: std::result::Result<&CStr, std::ffi::FromBytesUntilNulError>) -> String {
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
