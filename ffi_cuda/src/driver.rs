//! Looks for the CUDA driver library, once, and says what was tried.

use ffi_base::{Error, error};
use std::sync::OnceLock;

#[cfg(windows)]
const NAMES: &[&str] = &["nvcuda.dll"];
#[cfg(not(windows))]
const NAMES: &[&str] = &["libcuda.so.1", "libcuda.so"];

/// Names another driver file, as the Simple runtime's loader does.
const VARIABLE: &str = "SIMPLE_CUDA_LIB";

/// Why nothing works: no driver, or no device of ours for it yet.
pub fn refusal() -> Error {
    static FOUND: OnceLock<std::result::Result<String, String>> = OnceLock::new();
    match FOUND.get_or_init(find) {
        Ok(name) => error!(
            Unsupported,
            "the driver {name} is there, but the CUDA device is planned and not part of this version"
        ),
        Err(tried) => error!(Unavailable, "no CUDA driver: {tried}"),
    }
}

fn find() -> std::result::Result<String, String> {
    let chosen = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty());
    let names: Vec<String> =
        chosen.map_or_else(|| NAMES.iter().map(|&name| name.to_owned()).collect(), |name| vec![name]);
    let mut tried = Vec::new();
    for name in names {
        // SAFETY: loading runs the library's own initialisers. These names are the CUDA driver's, or the file that the user
        // chose by name; the handle is leaked, so nothing of it is ever unmapped.
        match unsafe { libloading::Library::new(&name) } {
            Ok(library) => {
                std::mem::forget(library);
                return Ok(name);
            }
            Err(failed) => tried.push(format!("{name} ({failed})")),
        }
    }
    Err(format!("tried {}", tried.join(", ")))
}
