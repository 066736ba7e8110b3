//! Machines without Vulkan, each in a process of its own: no loader, no driver, a folder that is not there, a driver without devices.
//! The library loads, the CPU computes, and the error names what was tried.
#![cfg(all(feature = "vulkan", target_os = "linux"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[path = "common/library.rs"]
mod library;

use ffi_backend::DType;
use ffi_base::{Code, last_error};
use ffi_core::rows::{create, device, handle, reduce, transfer};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

const CHILD: &str = "FFI_TEST_ABSENT";

/// What a program on such a machine sees; the last line it prints is the error's.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    // SAFETY: texts and arrays of the lengths given; handles that were just made.
    unsafe {
        assert_eq!(device::device_count(), 1);
        let cpu = device::device_at(0);
        let x = create::tensor_ones([100i64].as_ptr(), 1, DType::F32.number(), cpu);
        let sum = reduce::sum::sum(x);
        assert_eq!(transfer::tensor_item(sum), 100.0, "the CPU works");
        handle::release(sum);
        handle::release(x);
        for _ in 0..2 {
            last_error::clear();
            assert_eq!(device::device_find(c"vulkan:0".as_ptr().cast(), 8), 0);
            assert_eq!(last_error::code(), Code::Unavailable.number());
        }
    }
    println!("SENTENCE {}", last_error::message());
}

/// The sentence of a process in this environment.
fn sentence(environment: &[(&str, OsString)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES"] {
        command.env_remove(name);
    }
    let output = command
        .args(["child", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .envs(environment.iter().cloned())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{environment:?}: {out}{}", String::from_utf8_lossy(&output.stderr));
    let found = out.lines().find_map(|line| line.split_once("SENTENCE ")).map(|(_, text)| text.to_owned());
    found.unwrap_or_else(|| panic!("{environment:?}: {out}"))
}

/// Both variables that loaders of different ages read.
fn drivers(path: &Path) -> [(&'static str, OsString); 2] {
    ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"].map(|name| (name, path.into()))
}

/// Whether there is a loader here at all; without it only its absence can be shown.
fn have_loader() -> bool {
    // SAFETY: the system's own loader, whose initialisers are made to be run.
    let found = unsafe { !libc::dlopen(c"libvulkan.so.1".as_ptr(), libc::RTLD_NOW).is_null() };
    if !found {
        eprintln!("SKIPPED: no libvulkan.so.1");
    }
    found
}

#[test]
fn no_loader() {
    let folder = library::scratch("no-loader");
    // What is found first is no library.
    for name in ["libvulkan.so.1", "libvulkan.so"] {
        std::fs::write(folder.join(name), "nothing").unwrap();
    }
    let text = sentence(&[("LD_LIBRARY_PATH", folder.into())]);
    assert!(text.contains("vulkan: no loader, tried libvulkan.so.1: "), "{text}");
}

#[test]
fn no_driver() {
    if !have_loader() {
        return;
    }
    let file = library::scratch("no-driver").join("none.json");
    std::fs::write(&file, r#"{"file_format_version": "1.0.0", "ICD": {"library_path": "/nonexistent/driver.so", "api_version": "1.3.0"}}"#).unwrap();
    let text = sentence(&drivers(&file));
    assert!(text.contains("vulkan: no driver: ") && text.contains(file.to_str().unwrap()), "{text}");
}

#[test]
fn a_folder_of_drivers_that_does_not_exist() {
    if !have_loader() {
        return;
    }
    let folder = Path::new("/nonexistent/icd.d");
    let text = sentence(&drivers(folder));
    assert!(text.contains("vulkan: no ") && text.contains("VK_DRIVER_FILES=/nonexistent/icd.d"), "{text}");
}

#[test]
fn a_driver_without_devices() {
    let Some(cc) = library::c_compiler() else { return };
    if !have_loader() {
        return;
    }
    let folder = library::scratch("no-devices");
    let driver = folder.join("driver.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/no_devices.c");
    let mut command = Command::new(cc);
    library::run(
        command
            .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"])
            .arg(source)
            .arg("-o")
            .arg(&driver),
    );
    let file = folder.join("driver.json");
    let path = driver.to_str().unwrap();
    std::fs::write(
        &file,
        format!(r#"{{"file_format_version": "1.0.0", "ICD": {{"library_path": "{path}", "api_version": "1.3.0"}}}}"#),
    )
    .unwrap();
    let text = sentence(&drivers(&file));
    // Some loaders answer for it: ERROR_INITIALIZATION_FAILED.
    assert!(text.contains("no device") && text.contains(", tried ") && text.contains(file.to_str().unwrap()), "{text}");
}
