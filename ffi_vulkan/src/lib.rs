//! The Vulkan compute device: tensors on any driver of Vulkan 1.2 or newer, lavapipe included.
//!
//! Nothing touches the driver before the first call. The device is asynchronous and in order: ops are appended to a command
//! buffer and submitted on a timeline semaphore; memory is stream-ordered, see `enabled/memory.rs`. Kernels are the modules
//! of the package `shaders`; they reach memory by device address, so that no descriptor limits a
//! tensor's size, or, for elementwise ops and where the driver can push them, as storage buffers, a part of a tensor that is too long at a time.
//!
//! The tour, below `enabled/`: `instance` loads the driver and `gpu` opens a device of it; `memory` and `pool` hold blocks,
//! `buffer` is one lent out; `queue` and `recorder` order the work, `batch` and `record` put one op into it; `kernel` makes
//! pipelines, `cache` keeps them on disk; `elementwise`, `fused`, `reduce`, `rows`, `matmul`, `linalg`, `scan`, `order`, `random` and `index` say how each family of ops is dispatched, `plan` in what words; `assemble` makes the module of a program;
//! `index_check` asks whether indices fit before they are followed, `linalg_check` afterwards whether matrices had an answer; `choice` and `support` which kernel runs an op, or why none does; `device` joins them. `unsafe`
//! lives in `instance`, `gpu`, `memory`, `queue` and `kernel`.
//!
//! Beside the device, Vulkan itself: `rows` has the `rt_vk_*` functions, a file an object, and `objects` what they do; its tour is
//! in `objects/mod.rs`. There `unsafe` lives below `objects/raw` alone.
#![deny(unsafe_code)]

/// The feature gate stands here alone: with the feature off, another file answers.
#[cfg_attr(feature = "vulkan", path = "enabled/mod.rs")]
#[cfg_attr(not(feature = "vulkan"), path = "disabled.rs")]
mod driver;
mod input;
#[cfg(feature = "vulkan")]
mod objects;
mod rows;

pub use driver::*;
pub use input::{EVENTS, KEYS};
pub use rows::{KINDS, TABLES};
