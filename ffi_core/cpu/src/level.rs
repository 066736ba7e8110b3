//! Which vector instructions the loops may use, found once at run time, and the call into code compiled for them.

use ffi_base::log;
use std::sync::atomic::{AtomicU8, Ordering};

/// A set of vector instructions. Each is also a set of loops compiled for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What every CPU of this architecture has: SSE2 on x86-64.
    Baseline = 1,
    /// AVX2 with FMA.
    Avx2 = 2,
    /// AVX-512 F, DQ, BW and VL with FMA.
    Avx512 = 3,
}

/// The environment variable that lowers the level.
pub const VECTOR_VARIABLE: &str = "FFI_CPU_VECTOR";

/// 0 until it is known.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// Every level.
    pub const ALL: [Level; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

    /// Its name, as in `FFI_CPU_VECTOR`.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Baseline if cfg!(target_arch = "x86_64") => "sse2",
            Level::Baseline => "baseline",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }

    /// Whether this CPU has it.
    #[cfg(target_arch = "x86_64")]
    pub fn available(self) -> bool {
        use std::arch::is_x86_feature_detected as has;
        match self {
            Level::Baseline => true,
            Level::Avx2 => has!("avx2") && has!("fma"),
            Level::Avx512 => {
                Level::Avx2.available() && has!("avx512f") && has!("avx512dq") && has!("avx512bw") && has!("avx512vl")
            }
        }
    }

    /// Whether this CPU has it.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn available(self) -> bool {
        self == Level::Baseline
    }

    /// The level in use.
    #[inline(always)]
    pub fn current() -> Level {
        match CURRENT.load(Ordering::Relaxed) {
            3 => Level::Avx512,
            2 => Level::Avx2,
            1 => Level::Baseline,
            _ => detect(),
        }
    }
}

#[cold]
fn detect() -> Level {
    let best = Level::ALL.into_iter().filter(|level| level.available()).max().unwrap_or(Level::Baseline);
    let asked = std::env::var(VECTOR_VARIABLE).ok();
    let level = asked.map_or(best, |asked| match Level::ALL.into_iter().find(|level| level.name() == asked) {
        Some(level) if level.available() => level,
        _ => {
            log::write(log::Level::Warning, &format!("{VECTOR_VARIABLE}={asked} is not available, {} is", best.name()));
            best
        }
    });
    CURRENT.store(level as u8, Ordering::Relaxed);
    level
}

/// For tests: uses this level from now on, where the CPU has it.
#[doc(hidden)]
pub fn force(level: Level) -> bool {
    if level.available() {
        CURRENT.store(level as u8, Ordering::Relaxed);
    }
    level.available()
}

/// A loop, compiled once per level. `FMA` says whether a fused multiply-add is one instruction.
pub trait Task {
    /// What it gives.
    type Output;
    /// The loop. Mark it `#[inline(always)]`, or it is compiled for the baseline.
    fn run<const FMA: bool>(self) -> Self::Output;
}

/// Runs a loop in the best form this CPU has.
#[inline(always)]
pub fn run<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    match Level::current() {
        // SAFETY: `detect` and `force` store a level only after `available` found all its features on this CPU.
        Level::Avx512 => return unsafe { avx512(task) },
        // SAFETY: as above.
        Level::Avx2 => return unsafe { avx2(task) },
        Level::Baseline => {}
    }
    task.run::<false>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn avx512<T: Task>(task: T) -> T::Output {
    task.run::<true>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<T: Task>(task: T) -> T::Output {
    task.run::<true>()
}
