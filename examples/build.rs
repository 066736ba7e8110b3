//! Compiles the C program into the binary that `cargo run` starts.

fn main() {
    let package = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let objects = cc::Build::new()
        .file("c/digits.c")
        .include("../ffi_core/include")
        // The process's own main is Rust's; it calls this one.
        .define("main", "digits_main")
        // So that the data is found from any working directory. Forward slashes, since this is a string in C.
        .define("DIGITS_CSV", format!("\"{}/data/digits.csv\"", package.replace('\\', "/")).as_str())
        .std("c99")
        .warnings(true)
        .extra_warnings(true)
        .warnings_into_errors(true)
        // Cargo would link the library into every target of the package, and before the symbols it needs.
        .cargo_metadata(false)
        .compile_intermediates();
    for object in objects {
        println!("cargo:rustc-link-arg-bin=digits={}", object.display());
    }
    for path in ["build.rs", "c/digits.c", "../ffi_core/include/ffi.h"] {
        println!("cargo:rerun-if-changed={path}");
    }
}
