//! `ffi.h` is clean in C and C++, and every prototype links against both libraries and runs.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

#[path = "common/library.rs"]
mod library;

use ffi_core::registry;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const STRICT: &[&str] = &["-Wall", "-Wextra", "-pedantic", "-Werror"];

fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("include")
}

fn write(name: &str, text: &str) -> PathBuf {
    let path = library::scratch("header").join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_header_is_clean_in_every_standard() {
    // Included twice: the guard is part of the promise.
    let use_it = "#include \"ffi.h\"\n#include \"ffi.h\"\n\
        int main(void) { rt_device device = RT_DEVICE_DEFAULT; return rt_device_memory_total(device) == RT_ERROR_IO + RT_F64 + RT_KIND_TENSOR; }\n";
    let c = library::c_compiler().map(|cc| (cc, "plain.c", &["-std=c99", "-std=c11"][..]));
    let cpp = library::cpp_compiler().map(|cxx| (cxx, "plain.cpp", &["-std=c++17"][..]));
    for (compiler, file, standards) in c.into_iter().chain(cpp) {
        let source = write(file, use_it);
        for standard in standards {
            let mut command = Command::new(&compiler);
            library::run(command.arg(standard).args(STRICT).arg("-fsyntax-only").arg("-I").arg(include()).arg(&source));
        }
    }
}

/// A program that takes the address of every prototype, so that a name in the header and not in the library cannot link.
fn census(name: &str) -> PathBuf {
    let mut text = String::from(
        "#include \"ffi.h\"\n#include <stdio.h>\n#include <string.h>\n\
         typedef void (*function)(void);\nstatic const function ALL[] = {\n",
    );
    for row in registry().rows() {
        writeln!(text, "    (function){},", row.name).unwrap();
    }
    text.push_str(
        "};\nint main(void) {\n    size_t i, count = sizeof ALL / sizeof ALL[0], set = 0;\n\
         \x20   for (i = 0; i < count; i++) set += ALL[i] != 0;\n\
         \x20   if (rt_abi_version() != ((int64_t)RT_ABI_VERSION_MAJOR << 32 | RT_ABI_VERSION_MINOR)) return 2;\n\
         \x20   if (rt_function_count() != (int64_t)count || set != count) return 3;\n\
         \x20   if (strcmp(rt_error_name(RT_ERROR_TIMEOUT), \"TIMEOUT\") != 0) return 4;\n\
         \x20   printf(\"%lu functions\\n\", (unsigned long)count);\n    return 0;\n}\n",
    );
    write(&format!("{name}.c"), &text)
}

fn links_and_runs(name: &str, library: &Path, needs: &[&str]) {
    let Some(cc) = library::c_compiler() else { return };
    let program = library::scratch("header").join(name);
    let mut command = Command::new(cc);
    command.arg("-std=c99").args(STRICT).arg("-I").arg(include()).arg(census(name)).arg(library).args(needs);
    library::run(command.arg("-o").arg(&program));
    let output = library::run(&mut Command::new(&program));
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.trim(), format!("{} functions", registry().rows().len()));
    println!("{name}: {}", said.trim());
}

#[test]
fn every_prototype_links_and_runs_shared() {
    links_and_runs("census_shared", &library::shared(), &[]);
}

#[test]
fn every_prototype_links_and_runs_from_the_archive() {
    links_and_runs("census_archive", &library::archive(), library::ARCHIVE_NEEDS);
}

/// Every signature that the registry tells at run time is the one in the header.
#[test]
fn the_header_has_every_signature() {
    let header = std::fs::read_to_string(include().join("ffi.h")).unwrap();
    let missing: Vec<String> = registry()
        .rows()
        .iter()
        .map(|row| row.signature())
        .filter(|s| !header.contains(&format!("\n{s};\n")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
