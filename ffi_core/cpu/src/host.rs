//! What the machine says about itself: memory and the CPU's name.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Physical memory.
pub fn memory_bytes() -> u64 {
    // 0 until asked. Not a `OnceLock`, in which a forked child could wait for a thread that it does not have.
    static BYTES: AtomicU64 = AtomicU64::new(0);
    match BYTES.load(Relaxed) {
        0 => {
            BYTES.store(physical(), Relaxed);
            BYTES.load(Relaxed)
        }
        known => known,
    }
}

#[cfg(unix)]
fn physical() -> u64 {
    // SAFETY: sysconf reads no memory of ours.
    let (pages, page) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    if pages > 0 && page > 0 { pages as u64 * page as u64 } else { u64::MAX >> 1 }
}

#[cfg(not(unix))]
fn physical() -> u64 {
    u64::MAX >> 1
}

/// Memory that programs could still get, all of it where the system does not say.
pub fn memory_free() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.map_or_else(memory_bytes, |kib| kib * 1024)
}

/// The CPU's name with the vector level in use.
pub fn description() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(": ").nth(1));
    format!("{}, {}", model.unwrap_or(std::env::consts::ARCH), crate::level::Level::current().name())
}
