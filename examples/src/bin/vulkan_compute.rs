//! Starts the C program `c/vulkan_compute.c`.

unsafe extern "C" {
    fn vulkan_compute_main(argc: std::ffi::c_int, argv: *mut *mut std::ffi::c_char) -> std::ffi::c_int;
}

fn main() -> std::process::ExitCode {
    examples::run(vulkan_compute_main)
}
