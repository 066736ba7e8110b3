//! Every checked-in module is what its source gives, and valid. `BLESS=1` rewrites; without `glslc` nothing can be said.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail this way, and says aloud what it skips")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn have(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        eprintln!("SKIPPED: {tool} is not installed, so the checked-in SPIR-V was not compared with its sources");
    }
    found
}

#[test]
fn modules_are_what_their_sources_give() {
    if !have("glslc") {
        return;
    }
    let bless = std::env::var_os("BLESS").is_some();
    // Another version of the compiler gives other bytes for the same source: only the one that made them can judge.
    let version = Command::new("glslc").arg("--version").output().unwrap().stdout;
    let made_by = folder("spirv").join("glslc-version.txt");
    if bless {
        std::fs::write(&made_by, &version).unwrap();
    } else if std::fs::read(&made_by).unwrap() != version {
        let made_by = std::fs::read_to_string(&made_by).unwrap();
        eprintln!("SKIPPED: the SPIR-V was made by another glslc than the one here:\n{made_by}");
        return;
    }
    let built = tempfile();
    let mut stale = Vec::new();
    for module in shaders::MODULES.iter().chain(shaders::PROGRAMS) {
        // Programs are made of the functions of this one, which an optimiser would take apart.
        let optimize = if module.source == "fused.comp" { "-O0" } else { "-O" };
        let output = Command::new("glslc")
            .args(["--target-env=vulkan1.2", optimize, "-Werror"])
            .args(module.defines.iter().map(|define| format!("-D{define}")))
            .arg(folder("glsl").join(module.source))
            .arg("-o")
            .arg(&built)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}: {}", module.name, String::from_utf8_lossy(&output.stderr));
        let fresh = std::fs::read(&built).unwrap();
        if fresh == module.spirv {
            continue;
        }
        if bless {
            std::fs::write(folder("spirv").join(module.name).with_extension("spv"), fresh).unwrap();
        } else {
            stale.push(module.name);
        }
    }
    let _ = std::fs::remove_file(built);
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; BLESS=1 cargo test -p shaders rewrites them (with the glslc that made them)"
    );
}

fn tempfile() -> PathBuf {
    std::env::temp_dir().join(format!("shaders-{}.spv", std::process::id()))
}

#[test]
fn modules_are_valid() {
    if !have("spirv-val") {
        return;
    }
    for module in shaders::MODULES.iter().chain(shaders::PROGRAMS) {
        let path = folder("spirv").join(module.name).with_extension("spv");
        let output = Command::new("spirv-val").args(["--target-env", "vulkan1.2"]).arg(path).output().unwrap();
        assert!(output.status.success(), "{}: {}", module.name, String::from_utf8_lossy(&output.stderr));
    }
}
