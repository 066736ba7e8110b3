//! The validation layers watch all tests of this binary, in a process of its own: core, synchronization, best practices.

use crate::common::{Bench, DST, SRC, ok};
use std::process::{Command, Output};

const LAYER: &str = "VK_LAYER_KHRONOS_validation";
/// Apart by the separator of paths: the layer takes a list with commas for one name that it does not know.
const CHECKS: [&str; 2] =
    ["VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT", "VK_VALIDATION_FEATURE_ENABLE_BEST_PRACTICES_EXT"];

/// Best practices that are not followed, and why.
const EXCUSED: &[(&str, &str)] = &[
    ("specialuse-extension-debugging", "VK_EXT_debug_utils is how messages are heard at all"),
    ("vkCreateCommandPool-command-buffer-reset", "a caller records its buffers anew one at a time, not all of a pool"),
    ("pipeline-stage-flags", "a barrier of the library's own stands for whatever the caller recorded before it"),
    ("SpirvDeprecated_WorkgroupSize", "glslc writes work-groups so that are constants; the module is the caller's"),
];

/// This binary again, watched; `None`, said aloud, where the layers are not installed.
fn watched(arguments: &[&str], fault: &str, more: &[(&str, &str)]) -> Option<Output> {
    if std::env::var_os("VULKAN_TEST_WATCHED").is_some() {
        return None;
    }
    let me = std::env::current_exe().unwrap();
    let output = Command::new(me)
        .args(arguments)
        .arg("--nocapture")
        .envs([
            ("VK_INSTANCE_LAYERS", LAYER),
            ("VK_LAYER_ENABLES", &CHECKS.join(if cfg!(windows) { ";" } else { ":" })),
        ])
        .env("VK_LOADER_DEBUG", "layer")
        .envs([("VULKAN_TEST_WATCHED", "1"), ("VULKAN_TEST_FAULT", fault)])
        .envs(more.iter().copied())
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    if err.contains(&format!("{LAYER} was not found")) || !err.contains(LAYER) {
        eprintln!("SKIPPED: the Khronos validation layers are not installed, or there is no driver");
        return None;
    }
    Some(output)
}

#[test]
fn the_layers_have_nothing_to_say() {
    silent(&["--skip", "validation::"], &[]);
}

#[test]
fn nor_where_render_passes_draw() {
    silent(&["graphics::"], &[("FFI_VULKAN_RENDER_PASSES", "1")]);
}

fn silent(arguments: &[&str], more: &[(&str, &str)]) {
    let Some(output) = watched(arguments, "", more) else { return };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    let said: Vec<&str> =
        out.lines().chain(err.lines()).filter(|l| l.contains("HEARD") || l.contains("VUID")).collect();
    let excused = |line: &&str| EXCUSED.iter().any(|(name, _)| line.contains(name));
    let (excused, said): (Vec<&str>, Vec<&str>) = said.into_iter().partition(excused);
    assert!(said.is_empty(), "{said:#?}");
    println!("{} messages, all excused", excused.len());
    // What was uttered was heard: nothing got lost.
    assert!(err.lines().any(|l| l.ends_with(&format!("UTTERED {}", excused.len()))), "{} heard: {err}", excused.len());
}

/// What the layers must say something of, or their silence above means nothing.
#[test]
fn the_layers_are_awake() {
    let fault = std::env::var("VULKAN_TEST_FAULT").unwrap_or_default();
    if !fault.is_empty() {
        return commit(&fault);
    }
    for (fault, said) in [("race", "SYNC-HAZARD-WRITE"), ("unset", "TransitionUndefinedToReadOnly")] {
        let Some(output) = watched(&["validation::the_layers_are_awake"], fault, &[]) else { return };
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(err.lines().any(|line| line.contains("HEARD") && line.contains(said)), "{fault}: {err}");
    }
}

/// A fault that is the caller's own: two writes without a barrier, an image that is read before anything is in it.
fn commit(fault: &str) {
    let Some(mut bench) = Bench::new() else { return };
    let buffer = bench.buffer(4096, SRC | DST, 0);
    let image = bench.make("image_create", &[bench.device, 8, 8, 37, 2 | 4]);
    ok("command_begin", &[bench.commands]);
    if fault == "race" {
        ok("fill_buffer", &[bench.commands, buffer, 0, -1, 1]);
        ok("fill_buffer", &[bench.commands, buffer, 0, -1, 2]);
    } else {
        ok("image_layout", &[bench.commands, image, 5]);
    }
    bench.run();
}
