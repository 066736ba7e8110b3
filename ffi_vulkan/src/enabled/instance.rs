//! The loader and the instance, once in a process and not before the first call.
#![allow(unsafe_code)]

use super::fault;
use ash::vk;
use ffi_backend::{Error, Result, error, fail};
use ffi_base::log;
use std::ffi::{CStr, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The loaded driver. Never destroyed: devices live until the process ends.
pub struct Instance {
    pub instance: ash::Instance,
    pub physical: Vec<vk::PhysicalDevice>,
    /// Keeps the loader's library open.
    entry: ash::Entry,
    /// Whether validation messages are heard.
    debug: bool,
}

static MESSAGES: AtomicU64 = AtomicU64::new(0);

/// How many warnings and errors the validation layers uttered. They go to the log as well.
pub fn validation_messages() -> u64 {
    MESSAGES.load(Ordering::Relaxed)
}

/// The instance; the first call makes it, and a failure is kept too. A child forked after that gets none: a driver's threads do
/// not follow it, and it may have been forked in the middle of the first call.
pub fn instance() -> Result<&'static Instance> {
    static INSTANCE: OnceLock<Result<Instance>> = OnceLock::new();
    same_process()?;
    INSTANCE.get_or_init(create).as_ref().map_err(Error::clone)
}

/// Refuses a child that was forked after the first look at a driver.
pub fn same_process() -> Result<()> {
    /// One more than the fork count of the first call, 0 before it.
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let now = ffi_base::process::forks() + 1;
    if let Err(before) = ASKED.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed)
        && before != now
    {
        fail!(Unavailable, "vulkan: the driver was loaded before this process was forked");
    }
    Ok(())
}

/// What a person can look at when no driver is found.
pub fn tried() -> String {
    let mut out = String::new();
    for name in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES"] {
        if let Some(value) = std::env::var_os(name) {
            out += &format!("{name}={}, ", value.to_string_lossy());
        }
    }
    if out.is_empty() {
        "the loader's default folders, vulkan/icd.d".to_owned()
    } else {
        out.trim_end_matches(", ").to_owned()
    }
}

/// The loader and its version, which is 1.2 or newer.
pub fn load() -> Result<(ash::Entry, u32)> {
    // SAFETY: loading runs the initialisers of the system's own Vulkan loader, which are made to be run.
    let entry = unsafe { ash::Entry::load() }
        .map_err(|error| error!(Unavailable, "vulkan: no loader, tried {}: {error}", loader_name()))?;
    // SAFETY: the entry points belong to the loader just loaded; here and below the structures live through the calls.
    let version = unsafe { entry.try_enumerate_instance_version() }
        .map_err(|result| fault::driver("vkEnumerateInstanceVersion", result))?
        .unwrap_or(vk::API_VERSION_1_0);
    if version < vk::API_VERSION_1_2 {
        fail!(
            Unavailable,
            "vulkan: the loader {} is of Vulkan {}, needed is 1.2",
            loader_name(),
            show_version(version)
        );
    }
    Ok((entry, version))
}

fn create() -> Result<Instance> {
    let (entry, _) = load()?;
    let application = vk::ApplicationInfo::default().engine_name(c"ffi_vulkan").api_version(vk::API_VERSION_1_2);
    // SAFETY: as above.
    let extensions = unsafe { entry.enumerate_instance_extension_properties(None) }.unwrap_or_default();
    let debug = extensions.iter().any(|e| e.extension_name_as_c_str() == Ok(ash::ext::debug_utils::NAME));
    let names: Vec<_> = if debug { vec![ash::ext::debug_utils::NAME.as_ptr()] } else { Vec::new() };
    let info = vk::InstanceCreateInfo::default().application_info(&application).enabled_extension_names(&names);
    // SAFETY: as above; the extension was listed.
    let instance = unsafe { entry.create_instance(&info, None) }.map_err(|result| {
        error!(Unavailable, "vulkan: no driver: vkCreateInstance answered {result:?}, tried {}", tried())
            .with_native(i64::from(result.as_raw()))
    })?;
    if debug {
        listen(&entry, &instance);
    }
    // SAFETY: the instance is alive and never destroyed.
    let physical = unsafe { instance.enumerate_physical_devices() }
        .map_err(|result| error!(Unavailable, "vulkan: no device: {result:?}, tried {}", tried()))?;
    if physical.is_empty() {
        fail!(Unavailable, "vulkan: the drivers offer no device, tried {}", tried());
    }
    Ok(Instance { instance, physical, entry, debug })
}

fn loader_name() -> &'static str {
    if cfg!(windows) {
        "vulkan-1.dll"
    } else if cfg!(target_vendor = "apple") {
        "libvulkan.dylib"
    } else {
        "libvulkan.so.1"
    }
}

pub fn show_version(version: u32) -> String {
    format!("{}.{}.{}", vk::api_version_major(version), vk::api_version_minor(version), vk::api_version_patch(version))
}

/// Has the driver utter a warning, as a validation layer would in the middle of a call; for tests.
pub fn utter(text: &CStr) -> Result<()> {
    let Instance { instance, entry, debug, .. } = self::instance()?;
    if !debug {
        fail!(Unsupported, "vulkan: no VK_EXT_debug_utils");
    }
    let loader = ash::ext::debug_utils::Instance::new(entry, instance);
    let data = vk::DebugUtilsMessengerCallbackDataEXT::default().message(text);
    // SAFETY: the instance has the extension, and the structure lives through the call.
    unsafe {
        loader.submit_debug_utils_message(
            vk::DebugUtilsMessageSeverityFlagsEXT::WARNING,
            vk::DebugUtilsMessageTypeFlagsEXT::VALIDATION,
            &data,
        );
    }
    Ok(())
}

/// Validation messages to the log. Failing is fine: the layers then print by themselves.
fn listen(entry: &ash::Entry, instance: &ash::Instance) {
    let loader = ash::ext::debug_utils::Instance::new(entry, instance);
    // SAFETY: the instance has the extension; the messenger lives as long as the instance, to the end of the process.
    let _ = unsafe { loader.create_debug_utils_messenger(&messenger(), None) };
}

/// A messenger that tells the log warnings and errors.
pub fn messenger() -> vk::DebugUtilsMessengerCreateInfoEXT<'static> {
    use vk::DebugUtilsMessageSeverityFlagsEXT as Severity;
    vk::DebugUtilsMessengerCreateInfoEXT::default()
        .message_severity(Severity::ERROR | Severity::WARNING)
        .message_type(vk::DebugUtilsMessageTypeFlagsEXT::VALIDATION | vk::DebugUtilsMessageTypeFlagsEXT::PERFORMANCE)
        .pfn_user_callback(Some(on_message))
}

unsafe extern "system" fn on_message(
    severity: vk::DebugUtilsMessageSeverityFlagsEXT,
    _types: vk::DebugUtilsMessageTypeFlagsEXT,
    data: *const vk::DebugUtilsMessengerCallbackDataEXT<'_>,
    _user: *mut c_void,
) -> vk::Bool32 {
    MESSAGES.fetch_add(1, Ordering::Relaxed);
    let text = ffi_base::guard::guard_callback(|| {
        // SAFETY: the layers pass a structure that is valid during the call.
        Ok(match unsafe { data.as_ref() } {
            Some(data) if !data.p_message.is_null() => {
                // SAFETY: `p_message` is not NULL and NUL-terminated, as the extension promises, during the call.
                format!("vulkan: {}", unsafe { CStr::from_ptr(data.p_message) }.to_string_lossy())
            }
            _ => "vulkan: a message without text".to_owned(),
        })
    });
    let grave = severity.contains(vk::DebugUtilsMessageSeverityFlagsEXT::ERROR);
    // The thread that called the driver holds our locks now, and it may be another one. The log delivers when it no longer does.
    if let Ok(text) = text {
        log::write(if grave { log::Level::Error } else { log::Level::Warning }, &text);
    }
    vk::FALSE
}
