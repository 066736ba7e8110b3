//! Starts the C program `c/words.c`.

unsafe extern "C" {
    fn words_main(argc: std::ffi::c_int, argv: *mut *mut std::ffi::c_char) -> std::ffi::c_int;
}

fn main() -> std::process::ExitCode {
    examples::run(words_main)
}
