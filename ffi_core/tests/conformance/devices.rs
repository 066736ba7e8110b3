//! The devices to test: all that can be opened. `FFI_REQUIRE=cuda,vulkan` makes a missing one a failure instead of a skip.

use ffi_backend::{DType, DeviceRef};
use ffi_core::device::{self, DeviceKind};
use std::sync::OnceLock;

pub fn all() -> &'static [DeviceRef] {
    static DEVICES: OnceLock<Vec<DeviceRef>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        #[cfg(feature = "vulkan")]
        count_validation();
        let devices: Vec<DeviceRef> = (0..device::count())
            .map(|i| ffi_base::object::borrow::<DeviceKind>(device::at(i).unwrap()).unwrap().device)
            .collect();
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        for kind in required.split(',').filter(|kind| !kind.is_empty()) {
            let found = devices.iter().any(|device| device.info().kind == kind);
            assert!(found, "FFI_REQUIRE wants {kind}, but: {:?}", device::find(kind));
        }
        for kind in ["cuda", "vulkan"] {
            if !devices.iter().any(|device| device.info().kind == kind) {
                eprintln!("SKIPPED: no {kind} device to test ({})", device::find(kind).unwrap_err());
            }
        }
        devices
    })
}

/// Says at the end of the process how many messages the validation layers uttered, and before that which: CI runs the suites below
/// them, and none is acceptable.
#[cfg(feature = "vulkan")]
fn count_validation() {
    use ffi_base::{CallbackType, UserData, log};
    extern "C" fn at_exit() {
        log::deliver();
        eprintln!("UTTERED {}", ffi_vulkan::validation_messages());
    }
    unsafe extern "C" fn hear(_level: i64, text: *const u8, len: i64, _user: *mut std::ffi::c_void) {
        // SAFETY: the log lends `len` bytes during the call.
        let text = unsafe { std::slice::from_raw_parts(text, len as usize) };
        eprintln!("HEARD {}", String::from_utf8_lossy(text));
    }
    // SAFETY: the address is of a function of the listener's type.
    let listener = unsafe { log::LogFn::from_address(hear as *const std::ffi::c_void) };
    log::set_listener(Some(listener), UserData(std::ptr::null_mut())).unwrap();
    // SAFETY: the function takes nothing, and this binary is mapped until the end.
    unsafe { libc::atexit(at_exit) };
}

/// An absolute part of the tolerance for ops of one rounding: the Vulkan specification lets log near 1 be off by 2^-21.
pub fn slack(device: DeviceRef) -> f64 {
    if device.info().kind == "cpu" { 0.0 } else { 1.0 / 16.0 }
}

/// How far a float result may lie from the reference, relative to it: units in the last place of the dtype. The CPU's vector
/// functions are within 4; the Vulkan specification allows drivers far more for exp, log and division.
pub fn tolerance(device: DeviceRef, dtype: DType) -> f64 {
    let ulp = match dtype {
        DType::F64 => f64::EPSILON,
        DType::F32 => f64::from(f32::EPSILON),
        DType::F16 => 1.0 / 1024.0,
        DType::Bf16 => 1.0 / 128.0,
        _ => 0.0,
    };
    ulp * if device.info().kind == "cpu" { 4.0 } else { 64.0 }
}
