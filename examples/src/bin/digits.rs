//! Starts the C program `c/digits.c`.

unsafe extern "C" {
    fn digits_main(argc: std::ffi::c_int, argv: *mut *mut std::ffi::c_char) -> std::ffi::c_int;
}

fn main() -> std::process::ExitCode {
    examples::run(digits_main)
}
