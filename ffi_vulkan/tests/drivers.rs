//! What a process without a driver sees, and what the validation layers say: each in a process of its own.

mod common;

use std::process::{Command, Output};

/// This test binary, or another, again with an environment.
fn again(binary: &std::path::Path, test: &str, environment: &[(&str, &str)]) -> Output {
    Command::new(binary)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn me() -> std::path::PathBuf {
    std::env::current_exe().unwrap()
}

#[test]
fn without_a_driver_the_answer_is_a_sentence() {
    if std::env::var_os("VULKAN_TEST_ABSENT").is_some() {
        for error in [
            ffi_vulkan::backend().count().unwrap_err(),
            ffi_vulkan::backend().open(0, ffi_backend::DeviceId(1)).err().unwrap(),
        ] {
            assert_eq!(error.code(), ffi_backend::Code::Unavailable);
            println!("SENTENCE {error}");
        }
        return;
    }
    let nowhere = "/nonexistent/icd.json";
    let environment = [("VK_DRIVER_FILES", nowhere), ("VK_ICD_FILENAMES", nowhere), ("VULKAN_TEST_ABSENT", "1")];
    let output = again(&me(), "without_a_driver_the_answer_is_a_sentence", &environment);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("SENTENCE vulkan: no ") && text.contains(nowhere), "{text}");
}

#[test]
fn an_absent_device_is_not_found() {
    let Ok(count) = ffi_vulkan::backend().count() else { return };
    let error = ffi_vulkan::backend().open(count, ffi_backend::DeviceId(2)).err().unwrap();
    assert_eq!(error.code(), ffi_backend::Code::NotFound);
}
