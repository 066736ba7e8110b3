//! Prints what the validation layers tell the log, for the process that runs this one with them.

use ffi_base::{CallbackType, UserData, log};

/// Listens, once in a process.
pub fn hear() {
    extern "C" fn at_exit() {
        log::deliver();
        eprintln!("UTTERED {}", ffi_vulkan::validation_messages());
    }
    unsafe extern "C" fn heard(_level: i64, text: *const u8, len: i64, _user: *mut std::ffi::c_void) {
        // SAFETY: the log lends `len` bytes during the call.
        let text = unsafe { std::slice::from_raw_parts(text, len as usize) };
        eprintln!("HEARD {}", String::from_utf8_lossy(text));
    }
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: the address is of a function of the listener's type.
        let listener = unsafe { log::LogFn::from_address(heard as *const std::ffi::c_void) };
        log::set_listener(Some(listener), UserData(std::ptr::null_mut())).unwrap();
        // SAFETY: the function takes nothing, and this binary is mapped until the end.
        unsafe { libc::atexit(at_exit) };
    });
}
