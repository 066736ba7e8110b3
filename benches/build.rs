//! Compiles the rivals that are not Rust into the bench of parallel loops, where its feature asks for them.

fn main() {
    println!("cargo:rerun-if-changed=rivals/parallel.cpp");
    if std::env::var_os("CARGO_FEATURE_OPENMP").is_none() {
        return;
    }
    let mut build = cc::Build::new();
    build.cpp(true).file("rivals/parallel.cpp").std("c++17").opt_level(3).flag("-fopenmp").cargo_metadata(false);
    for object in build.compile_intermediates() {
        // There is no key for one bench; the others leave it out.
        println!("cargo:rustc-link-arg-benches={}", object.display());
    }
    for library in ["-lgomp", "-lstdc++"] {
        println!("cargo:rustc-link-arg-benches={library}");
    }
}
