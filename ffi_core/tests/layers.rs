//! The rooms keep their order: dependencies point down only. Reads the Cargo manifests, so a new edge fails here.
#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

/// The floor of each package. An edge goes to a lower floor, never sideways or up.
const FLOORS: &[(&str, u32)] = &[
    ("ffi_base", 0),
    ("shaders", 0),
    ("ffi_backend", 1),
    ("ffi_cpu", 2),
    ("ffi_torch", 2),
    ("ffi_cuda", 2),
    ("ffi_vulkan", 2),
    ("ffi_concurrent", 2),
    ("ffi_core", 3),
    ("crossbeam_over_rt", 3),
    ("benches", 4),
    ("examples", 4),
];

/// Packages that may use fewer rooms than their floor allows.
const ONLY: &[(&str, &[&str])] = &[("ffi_concurrent", &["ffi_base"]), ("ffi_cpu", &["ffi_base", "ffi_backend"])];

#[test]
fn dependencies_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let workspace: toml::Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let floors: BTreeMap<&str, u32> = FLOORS.iter().copied().collect();
    let mut edges = 0;
    for member in workspace["workspace"]["members"].as_array().unwrap() {
        let path = root.join(member.as_str().unwrap()).join("Cargo.toml");
        let manifest: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap();
        let floor = *floors.get(name).unwrap_or_else(|| panic!("{name} has no floor: give it one in FLOORS"));
        let mut tables = vec![manifest.get("dependencies"), manifest.get("build-dependencies")];
        if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
            tables.extend(targets.values().map(|target| target.get("dependencies")));
        }
        for (dependency, _) in tables.into_iter().flatten().flat_map(|table| table.as_table().unwrap()) {
            let Some(&below) = floors.get(dependency.as_str()) else { continue };
            assert!(below < floor, "{name} (floor {floor}) may not use {dependency} (floor {below})");
            if let Some((_, allowed)) = ONLY.iter().find(|(package, _)| *package == name) {
                assert!(allowed.contains(&dependency.as_str()), "{name} may use {allowed:?}, not {dependency}");
            }
            edges += 1;
        }
    }
    assert!(edges > 12, "only {edges} edges were seen: the reader is broken");
}
