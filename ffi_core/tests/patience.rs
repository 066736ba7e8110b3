//! What the log callback hears where a variable means nothing to the Vulkan device, in a process of its own.
#![cfg(feature = "vulkan")]
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use ffi_core::rows::{core, device};
use std::ffi::c_void;
use std::process::Command;

const CHILD: &str = "FFI_TEST_PATIENCE";

extern "C" fn hear(level: i64, text: *const u8, len: i64, _: *mut c_void) {
    // SAFETY: the log lends `len` bytes during the call.
    let text = unsafe { std::slice::from_raw_parts(text, len as usize) };
    println!("HEARD {level} {}", String::from_utf8_lossy(text));
}

/// Opens the device, where there is one.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    // SAFETY: a function of the row's type, and a text that ends in NUL.
    let found = unsafe {
        assert_eq!(core::log_set_callback(hear as *const c_void, std::ptr::null_mut()), 0);
        device::device_find(c"vulkan:0".as_ptr().cast(), -1)
    };
    println!("OPENED {}", found > 0);
}

/// What a process hears with this value; `None` without a device.
fn heard(value: &str) -> Option<Vec<String>> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command
        .args(["child", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .env("FFI_WAIT_SECONDS", value)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{value}: {out}{}", String::from_utf8_lossy(&output.stderr));
    if !out.contains("OPENED true") {
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan: {out}");
        eprintln!("SKIPPED: no vulkan device");
        return None;
    }
    let lines = out.lines().filter_map(|line| line.split_once("HEARD ")).map(|(_, text)| text.to_owned());
    Some(lines.filter(|line| line.contains("FFI_WAIT_SECONDS")).collect())
}

#[test]
fn a_wait_that_is_no_number_is_told_and_the_usual_one_taken() {
    // 2 is a warning.
    for nonsense in ["abc", "-1", "1.5", "5 s"] {
        let Some(heard) = heard(nonsense) else { return };
        assert_eq!(heard, [format!("2 FFI_WAIT_SECONDS={nonsense:?} is no number of seconds: waiting 600")]);
    }
    for sense in ["", "0", " 7 "] {
        assert_eq!(heard(sense).unwrap(), [""; 0]);
    }
}
