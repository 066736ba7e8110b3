//! What a program without a driver hears: each in a process of its own.

use crate::common::{call, text};
use ffi_base::{Code, last_error};
use std::process::Command;

#[test]
fn without_a_driver_the_answer_is_a_sentence_with_what_was_tried() {
    if std::env::var_os("VULKAN_TEST_ABSENT").is_some() {
        let [name, len] = text("absent");
        assert_eq!(call("instance_create", &[name, len, 0]), 0);
        assert_eq!(last_error::code(), Code::Unavailable.number());
        println!("SENTENCE {}", last_error::message());
        return;
    }
    let me = std::env::current_exe().unwrap();
    for nowhere in ["/nonexistent/icd.json", env!("CARGO_MANIFEST_DIR")] {
        let output = Command::new(&me)
            .args(["without_a_driver", "--nocapture"])
            .envs([("VK_DRIVER_FILES", nowhere), ("VK_ICD_FILENAMES", nowhere), ("VULKAN_TEST_ABSENT", "1")])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("SENTENCE rt_vk_instance_create: ") && text.contains(nowhere), "{text}");
    }
}

#[test]
fn a_layer_that_is_not_installed_is_named() {
    if std::env::var_os("VULKAN_TEST_BARE").is_some() {
        let [name, len] = text("bare");
        assert_eq!(call("instance_create", &[name, len, 1]), 0);
        println!("SENTENCE {}", last_error::message());
        return;
    }
    let me = std::env::current_exe().unwrap();
    let output = Command::new(me)
        .args(["a_layer_that_is_not", "--nocapture"])
        .envs([("VK_LAYER_PATH", "/nonexistent"), ("VULKAN_TEST_BARE", "1")])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    // Where there is not even a loader, that is what it says.
    assert!(text.contains("no layer VK_LAYER_KHRONOS_validation") || text.contains("no loader"), "{text}");
}
