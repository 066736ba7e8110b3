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

/// Memory runs out for real, in a process with little of it: a code, and what is freed can be had again.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_runs_out_is_a_code() {
    use crate::common::{Bench, SRC, last_code, make, ok};
    const EACH: i64 = 256 << 20;
    if std::env::var_os("VULKAN_TEST_SCARCE").is_none() {
        let me = std::env::current_exe().unwrap();
        let output = Command::new(me)
            .args(["memory_that_runs_out", "--nocapture"])
            .env("VULKAN_TEST_SCARCE", "1")
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}{err}");
        assert!(err.contains("SKIPPED") || out.contains("RAN OUT"), "{out}{err}");
        return;
    }
    let Some(bench) = Bench::new() else { return };
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = status.split_whitespace().next().unwrap().parse().unwrap();
    let most = pages * 4096 + (2 << 30);
    let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
    // SAFETY: the structure lives through the call; only this process, which ends with the test, is held to it.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
    let mut held = Vec::new();
    let code = loop {
        let buffer = make("buffer_create", &[bench.device, EACH, SRC]);
        let memory = call("memory_allocate", &[buffer, 0]);
        held.extend([buffer, memory]);
        if memory == 0 {
            break last_code();
        }
        // A device with memory of its own does not run out by this limit.
        if held.len() > 64 {
            println!("RAN OUT not: the device has memory of its own");
            break Code::OutOfMemory.number();
        }
    };
    assert_eq!(code, Code::OutOfMemory.number(), "{}", last_error::message());
    println!("RAN OUT after {} MiB: {}", held.len() / 2 * 256, last_error::message());
    held.iter().filter(|handle| **handle > 0).for_each(|handle| ffi_base::object::free(*handle).unwrap());
    let buffer = make("buffer_create", &[bench.device, EACH, SRC]);
    let memory = make("memory_allocate", &[buffer, 0]);
    ok("buffer_destroy", &[buffer]);
    ok("memory_free", &[memory]);
}
