//! What this library is: version, build, features, logging, the end.

use crate::tables;
use ffi_base::log::{LogFn, set_listener};
use ffi_base::{Bool, Callback, Count, Result, Status, Text, TextOut, UserData, exports, pool};

/// Grows when rows are added. 0 as major: rows may still change.
const MAJOR: i64 = 0;
const MINOR: i64 = 2;

exports! { ROWS, "Library", "rt_";
    /// The ABI version, `major << 32 | minor`. Within one major nothing is changed or removed; while the major is 0, rows
    /// may still change.
    fn abi_version() -> Count => abi_version_of;
    /// The library's version, such as "0.1.0". Static.
    #[twins(copy)]
    fn version() -> Text => version_of;
    /// How it was built: version, target, profile and features, on one line.
    #[twins(copy)]
    fn build_info() -> Text => build_info_of;
    /// Whether this build has a cargo feature ("vulkan", "window", "cuda", "pytorch", "gc"). Never fails on a name it does not know:
    /// the answer is 0.
    fn has_feature(name & len: Text) -> Bool => has_feature_of;
    /// Calls `callback(level, text, len, user_data)` for what happens inside, from any thread; NULL for silence, which is the
    /// default. Level 1 is an error, 2 a warning, 3 information. A call tells what it has to say before it returns. The callback
    /// may call any rt_* function, must not unwind, and is not called again once this returns with another one in place. BUSY
    /// from inside the callback itself.
    fn log_set_callback(callback: Callback<LogFn>, user_data: UserData) -> Status => set_listener;
    /// Waits for every opened device, gives cached memory back, writes compiled kernels to disk (below `FFI_CACHE_DIR`, or the
    /// user's folder for caches) and joins the worker threads. The library can be used again
    /// afterwards. BUSY from one of its own worker threads.
    #[mode(Blocking)]
    fn shutdown() -> Status => shut_down;
}

fn abi_version_of() -> Result<i64> {
    Ok(MAJOR << 32 | MINOR)
}

fn version_of() -> Result<TextOut> {
    let text = concat!(env!("CARGO_PKG_VERSION"), "\0");
    Ok(std::ffi::CStr::from_bytes_with_nul(text.as_bytes()).unwrap_or_default().into())
}

fn build_info_of() -> Result<TextOut> {
    let features: Vec<&str> = tables::FEATURES.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
    let features = if features.is_empty() {
        "no optional features".to_owned()
    } else {
        format!("features {}", features.join(" "))
    };
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let version = env!("CARGO_PKG_VERSION");
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    Ok(format!("ffi suite {version}, {arch} {os}, {profile}, {features}").into())
}

fn has_feature_of(name: &str) -> Result<bool> {
    Ok(tables::FEATURES.contains(&(name, true)))
}

fn shut_down() -> Result<()> {
    // Every device, then the pool, whatever one of them says; the first failure is the answer.
    let ended: Vec<Result<()>> = crate::device::opened().into_iter().map(|device| device.shut_down()).collect();
    pool::shutdown()?;
    ended.into_iter().find(Result::is_err).unwrap_or(Ok(()))
}
