//! Every C program of the examples, the templates and the docs compiles without a warning, runs, and prints what it says.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]
#![cfg(unix)]

#[path = "common/library.rs"]
mod library;

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Compiles it against the shared library of this build; `None` without a compiler.
fn compiled(source: &Path) -> Option<PathBuf> {
    let (cc, shared) = (library::c_compiler()?, library::shared());
    // With its folder's name, for two programs may be called alike.
    let folder = source.parent().and_then(Path::file_name).unwrap();
    let program = library::scratch("c_examples").join(folder).with_extension(source.file_stem().unwrap());
    let mut command = Command::new(cc);
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-I"]).arg(root().join("ffi_core/include"));
    library::run(command.arg(source).arg(shared).arg("-o").arg(&program));
    Some(program)
}

/// What it prints, on the CPU, whatever the surroundings say.
fn said(program: &Path, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(program);
    // Where programs may leave files behind.
    command.current_dir(library::scratch("c_examples"));
    command.env("FFI_DEVICE", "cpu").envs(variables.iter().copied());
    String::from_utf8(library::run(&mut command).stdout).unwrap()
}

#[test]
fn the_programs_of_the_reference_print_what_they_say() {
    let folder = std::fs::read_dir(root().join("examples/c/reference")).unwrap();
    for source in folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "c")) {
        let Some(program) = compiled(&source) else { return };
        let text = std::fs::read_to_string(&source).unwrap();
        let (_, promised) = text.split_once("/* Prints:\n").unwrap();
        let promised = promised.trim_end().strip_suffix("*/").unwrap();
        assert_eq!(said(&program, &[]), promised, "{}", source.display());
    }
}

/// Programs in the docs: a block of C with a `main`, and behind it the block that says what it prints.
#[test]
fn the_programs_of_the_docs_print_what_they_say() {
    for name in ["tutorial", "concurrency"] {
        let page = std::fs::read_to_string(root().join("docs").join(name).with_extension("md")).unwrap();
        let blocks: Vec<&str> = page.split("```").skip(1).step_by(2).collect();
        let programs: Vec<usize> = (0..blocks.len()).filter(|&i| blocks[i].contains("int main(")).collect();
        assert!(!programs.is_empty());
        for i in programs {
            let source = library::scratch("c_examples").join(format!("{name}_{i}.c"));
            std::fs::write(&source, blocks[i].strip_prefix("c\n").unwrap()).unwrap();
            let Some(program) = compiled(&source) else { return };
            assert_eq!(said(&program, &[]), blocks[i + 1].strip_prefix("text\n").unwrap(), "{}", source.display());
        }
    }
}

#[test]
fn the_template_runs() {
    let Some(program) = compiled(&root().join("templates/c/main.c")) else { return };
    assert!(said(&program, &[]).ends_with("on cpu: mean 3.8333\n"));
}

#[test]
fn the_table_of_devices_keeps_to_its_width_and_tells_the_truth() {
    let Some(program) = compiled(&root().join("examples/c/devices.c")) else { return };
    for width in [40, 60, 80, 200] {
        let text = said(&program, &[("COLUMNS", &width.to_string())]);
        // The first line is a text of the library's own.
        let longest = text.lines().skip(1).map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= width, "{longest} columns of {width}:\n{text}");
        assert!(!text.contains('\u{1b}'), "no colours where there is no terminal");
        // f64 f32 f16 bf16 i64 i32 u8 bool
        for (op, answers) in [("add", "+++++++."), ("exp", "++++++++"), ("eq", "++++++++")] {
            let mut words = text.split_whitespace();
            let found = words.by_ref().any(|word| word == op).then(|| words.next());
            assert_eq!(found, Some(Some(answers)), "{op}:\n{text}");
        }
        assert!(
            !text.lines().any(|line| line.starts_with("  ") && line.contains('!') && line.contains("++")),
            "{text}"
        );
    }
}
