//! An instance of the driver, with the messages of its validation layers, and what it says of its physical devices.
#![allow(unsafe_code)]

use super::super::physical::Physical;
use crate::driver::fault;
use crate::driver::instance::{load, messenger, same_process, tried};
use ash::vk;
use ffi_base::{Result, error, fail};
use std::ffi::{CStr, CString};

/// The layer of the Khronos group that checks every call.
const VALIDATION: &CStr = c"VK_LAYER_KHRONOS_validation";

/// What windows need, as far as the loader has it. Asking for it costs nothing.
const SURFACES: &[&CStr] = &[
    ash::khr::surface::NAME,
    ash::khr::xlib_surface::NAME,
    ash::khr::xcb_surface::NAME,
    ash::khr::wayland_surface::NAME,
    ash::khr::win32_surface::NAME,
    ash::ext::metal_surface::NAME,
    ash::ext::headless_surface::NAME,
];

/// The driver's instance.
pub struct Raw {
    /// Keeps the loader open.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "surfaces are made by it"))]
    pub entry: ash::Entry,
    pub instance: ash::Instance,
    /// The extensions it was made with.
    pub extensions: Vec<&'static CStr>,
    messages: Option<(ash::ext::debug_utils::Instance, vk::DebugUtilsMessengerEXT)>,
    forks: u32,
}

impl Raw {
    pub fn create(name: &str, validation: bool) -> Result<Raw> {
        same_process()?;
        let name = CString::new(name).map_err(|_| error!(InvalidArgument, "the name holds a NUL"))?;
        let (entry, version) = load()?;
        // SAFETY: here and below the loader is loaded, the instance alive, and every structure with its chain lives through the
        // call.
        let layers = unsafe { entry.enumerate_instance_layer_properties() }.unwrap_or_default();
        let mut wanted = Vec::new();
        if validation {
            if !layers.iter().any(|layer| layer.layer_name_as_c_str() == Ok(VALIDATION)) {
                fail!(Unavailable, "no layer {}; the loader has {} others", VALIDATION.to_string_lossy(), layers.len());
            }
            wanted.push(VALIDATION.as_ptr());
        }
        // SAFETY: as above.
        let found = unsafe { entry.enumerate_instance_extension_properties(None) }.unwrap_or_default();
        let has = |name: &CStr| found.iter().any(|e| e.extension_name_as_c_str() == Ok(name));
        // A layer of Mesa's asks for the compositor when it sees Wayland's extension, and prints that there is none.
        let wayland = std::env::var_os("WAYLAND_DISPLAY").is_some();
        let wanted_here = |name: &&CStr| has(name) && (wayland || *name != ash::khr::wayland_surface::NAME);
        let mut extensions: Vec<&'static CStr> = SURFACES.iter().copied().filter(wanted_here).collect();
        // A layer may offer what the loader does not.
        let heard = validation || has(ash::ext::debug_utils::NAME);
        if heard {
            extensions.push(ash::ext::debug_utils::NAME);
        }
        // What is new since 1.3 is not used; drivers of 1.2 refuse no higher number.
        let application = vk::ApplicationInfo::default()
            .application_name(&name)
            .engine_name(c"ffi_vulkan")
            .api_version(version.min(vk::API_VERSION_1_3));
        let names: Vec<_> = extensions.iter().map(|name| name.as_ptr()).collect();
        let mut early = messenger();
        let mut info = vk::InstanceCreateInfo::default()
            .application_info(&application)
            .enabled_layer_names(&wanted)
            .enabled_extension_names(&names);
        if heard {
            info = info.push_next(&mut early);
        }
        // SAFETY: as above; layers and extensions were listed.
        let instance = unsafe { entry.create_instance(&info, None) }.map_err(|result| {
            error!(Unavailable, "no driver: vkCreateInstance answered {result:?}, tried {}", tried())
                .with_native(i64::from(result.as_raw()))
        })?;
        let messages = heard.then(|| ash::ext::debug_utils::Instance::new(&entry, &instance)).and_then(|loader| {
            // SAFETY: as above; the messenger ends before the instance, in `drop`.
            let made = unsafe { loader.create_debug_utils_messenger(&messenger(), None) }.ok()?;
            Some((loader, made))
        });
        Ok(Raw { entry, instance, extensions, messages, forks: ffi_base::process::forks() })
    }

    /// Whether this is still the process that made it.
    pub fn own_process(&self) -> bool {
        self.forks == ffi_base::process::forks()
    }

    /// Every physical device with what is known of it, in the driver's order.
    pub fn physical_devices(&self) -> Result<Vec<Physical>> {
        // SAFETY: as in `create`.
        let all = unsafe { self.instance.enumerate_physical_devices() }.map_err(|result| {
            error!(Unavailable, "no device: {result:?}, tried {}", tried()).with_native(i64::from(result.as_raw()))
        })?;
        if all.is_empty() {
            fail!(Unavailable, "the drivers offer no device, tried {}", tried());
        }
        all.into_iter().map(|raw| self.describe(raw)).collect()
    }

    fn describe(&self, raw: vk::PhysicalDevice) -> Result<Physical> {
        let vulkan = &self.instance;
        // SAFETY: here and below: `raw` was enumerated from this instance; structures with their chains live through the calls.
        let properties = unsafe { vulkan.get_physical_device_properties(raw) };
        let mut found = Physical { raw, properties, ..Physical::default() };
        // SAFETY: as above.
        found.families = unsafe { vulkan.get_physical_device_queue_family_properties(raw) };
        // SAFETY: as above.
        found.memory = unsafe { vulkan.get_physical_device_memory_properties(raw) };
        // SAFETY: as above.
        let extensions = unsafe { vulkan.enumerate_device_extension_properties(raw) }
            .map_err(|result| fault::driver("vkEnumerateDeviceExtensionProperties", result))?;
        let text = |e: &vk::ExtensionProperties| {
            e.extension_name_as_c_str().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        };
        found.extensions = extensions.iter().map(text).collect();
        if properties.api_version < vk::API_VERSION_1_2 {
            return Ok(found);
        }
        let mut driver = vk::PhysicalDeviceDriverProperties::default();
        let mut longest = vk::PhysicalDeviceMaintenance3Properties::default();
        let mut subgroup = vk::PhysicalDeviceSubgroupProperties::default();
        let mut all = vk::PhysicalDeviceProperties2::default()
            .push_next(&mut driver)
            .push_next(&mut longest)
            .push_next(&mut subgroup);
        // SAFETY: as above.
        unsafe { vulkan.get_physical_device_properties2(raw, &mut all) };
        let text = |name: std::result::Result<&CStr, _>| name.map(|n| n.to_string_lossy().into_owned());
        found.driver_name = text(driver.driver_name_as_c_str()).unwrap_or_default();
        found.driver_info = text(driver.driver_info_as_c_str()).unwrap_or_default();
        found.longest_memory = longest.max_memory_allocation_size;
        found.subgroup_size = subgroup.subgroup_size;
        found.subgroup_operations = subgroup.supported_operations;
        let (mut v11, mut v12) = Default::default();
        let mut v13 = vk::PhysicalDeviceVulkan13Features::default();
        let mut features = vk::PhysicalDeviceFeatures2::default().push_next(&mut v11).push_next(&mut v12);
        if properties.api_version >= vk::API_VERSION_1_3 {
            features = features.push_next(&mut v13);
        }
        // SAFETY: as above; the structure of 1.3 is asked of a driver of 1.3 alone.
        unsafe { vulkan.get_physical_device_features2(raw, &mut features) };
        found.features = features.features;
        let end = std::ptr::null_mut();
        found.v11 = vk::PhysicalDeviceVulkan11Features { p_next: end, ..v11 };
        found.v12 = vk::PhysicalDeviceVulkan12Features { p_next: end, ..v12 };
        found.v13 = vk::PhysicalDeviceVulkan13Features { p_next: end, ..v13 };
        Ok(found)
    }
}

/// What images of a format can do.
pub fn image_features(device: &super::super::device::Device, format: vk::Format) -> vk::FormatFeatureFlags {
    let instance = &device.raw.instance.raw.instance;
    // SAFETY: instance and physical device are alive.
    let found = unsafe { instance.get_physical_device_format_properties(device.physical().raw, format) };
    found.optimal_tiling_features
}

/// Whether vertices may have a format.
pub fn is_vertex_format(device: &super::super::device::Device, format: vk::Format) -> bool {
    let instance = &device.raw.instance.raw.instance;
    // SAFETY: instance and physical device are alive.
    let found = unsafe { instance.get_physical_device_format_properties(device.physical().raw, format) };
    found.buffer_features.contains(vk::FormatFeatureFlags::VERTEX_BUFFER)
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A forked child has the memory, not the driver's threads: it lets go of nothing.
        if !self.own_process() {
            return;
        }
        // SAFETY: devices count their instance, so none is left; the messenger goes before its instance.
        unsafe {
            if let Some((loader, messenger)) = self.messages.take() {
                loader.destroy_debug_utils_messenger(messenger, None);
            }
            self.instance.destroy_instance(None);
        }
    }
}
