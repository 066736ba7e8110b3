//! Compiles each C program into the binary of its name that cargo runs.

const PROGRAMS: [&str; 5] = ["digits", "text", "words", "vulkan_compute", "vulkan_triangle"];

fn main() {
    let package = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    for program in PROGRAMS {
        let source = format!("c/{program}.c");
        let objects = cc::Build::new()
            .file(&source)
            .include("../ffi_core/include")
            // The process's own main is Rust's; it calls this one.
            .define("main", format!("{program}_main").as_str())
            // So that the data is found from any working directory. Forward slashes, since this is a string in C.
            .define("DIGITS_CSV", format!("\"{}/data/digits.csv\"", package.replace('\\', "/")).as_str())
            .define("SHADERS", format!("\"{}/../shaders/spirv\"", package.replace('\\', "/")).as_str())
            .std("c99")
            .warnings(true)
            .extra_warnings(true)
            .warnings_into_errors(true)
            // Cargo would link the library into every target of the package, and before the symbols it needs.
            .cargo_metadata(false)
            .compile_intermediates();
        for object in objects {
            println!("cargo:rustc-link-arg-bin={program}={}", object.display());
        }
        println!("cargo:rerun-if-changed={source}");
    }
    for path in ["build.rs", "../ffi_core/include/ffi.h"] {
        println!("cargo:rerun-if-changed={path}");
    }
}
