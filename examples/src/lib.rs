//! What starts the C programs of this package, which cargo can then build and run like any other.

use ffi_core as _; // the rt_* symbols that the C programs call
use std::ffi::{CString, c_char, c_int};
use std::process::ExitCode;

/// The `main` of a C program, under the name that build.rs gives it.
pub type Main = unsafe extern "C" fn(argc: c_int, argv: *mut *mut c_char) -> c_int;

/// Calls it with the process's own arguments.
pub fn run(main: Main) -> ExitCode {
    // An argument with a NUL inside cannot come from an operating system.
    let arguments = std::env::args_os().filter_map(|argument| CString::new(argument.into_encoded_bytes()).ok());
    let mut argv: Vec<*mut c_char> = arguments.map(CString::into_raw).collect();
    let argc = argv.len() as c_int;
    argv.push(std::ptr::null_mut());
    // SAFETY: as C promises to main: argc NUL-terminated texts, then NULL. They are never freed, so they outlive the call.
    let code = unsafe { main(argc, argv.as_mut_ptr()) };
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
