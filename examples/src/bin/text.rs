//! Starts the C program `c/text.c`.

unsafe extern "C" {
    fn text_main(argc: std::ffi::c_int, argv: *mut *mut std::ffi::c_char) -> std::ffi::c_int;
}

fn main() -> std::process::ExitCode {
    examples::run(text_main)
}
