//! Every table of the assembled library. A table that is not named here has no symbols in the static library either.

use crate::rows;
use ffi_base::constant::Constants;
use ffi_base::process::ForkMutex;
use ffi_base::{CallbackRow, CallbackType, KindRow, Registry, Row};
use ffi_concurrent::rows::parallel as loops;
use std::sync::OnceLock;

/// Every table of every crate.
pub const TABLES: &[&[&[&[Row]]]] = &[
    &[
        rows::core::ROWS,
        rows::error::ROWS,
        rows::handle::ROWS,
        rows::registry::ROWS,
        rows::device::ROWS,
        rows::create::ROWS,
        rows::shape::ROWS,
        rows::transfer::ROWS,
        rows::interchange::ROWS,
        rows::elementwise::ROWS,
        rows::reduce::ROWS,
        rows::linalg::ROWS,
        rows::index::ROWS,
        rows::index::in_place::ROWS,
        rows::order::ROWS,
        rows::join::ROWS,
        rows::statistics::ROWS,
        rows::statistics::MATRIX,
        rows::autograd::ROWS,
        rows::nn::ROWS,
        rows::layers::ROWS,
        rows::layers::ACTIVATIONS,
        rows::functional::ROWS,
        rows::recurrent::ROWS,
        rows::recurrent::FORWARD,
        rows::losses::ROWS,
        rows::init::ROWS,
        rows::optim::ROWS,
        rows::optim::in_place::ROWS,
        rows::data::ROWS,
        rows::data::LOADERS,
        rows::model::ROWS,
        ffi_cuda::ROWS,
    ],
    ffi_concurrent::rows::TABLES,
    rows::create::SHAPED,
    rows::elementwise::TABLES,
    rows::elementwise::in_place::TABLES,
    rows::reduce::TABLES,
    rows::planned::TABLES,
    ffi_vulkan::TABLES,
];

/// Every kind of object.
pub const KINDS: &[&[KindRow]] = &[
    rows::KINDS,
    rows::nn::KINDS,
    rows::optim::KINDS,
    rows::data::KINDS,
    rows::planned::KINDS,
    ffi_concurrent::KINDS,
    ffi_cuda::KINDS,
    ffi_vulkan::KINDS,
];

/// Named numbers that are of no enum.
pub const CONSTANTS: &[Constants] = &[crate::device::CONSTANTS, ffi_vulkan::EVENTS, ffi_vulkan::KEYS];

/// Every type of a callback.
pub const CALLBACKS: &[CallbackRow] = &[
    ffi_base::log::LogFn::ROW,
    ffi_concurrent::ThreadFn::ROW,
    loops::EachFn::ROW,
    loops::RangeFn::ROW,
    loops::ItemI64Fn::ROW,
    loops::ItemF64Fn::ROW,
    loops::MapFn::ROW,
    loops::MapF64Fn::ROW,
    loops::CombineI64Fn::ROW,
    loops::CombineF64Fn::ROW,
    loops::CompareI64Fn::ROW,
    loops::CompareF64Fn::ROW,
    crate::ProgressFn::ROW,
    rows::planned::GroupFn::ROW,
    ffi_base::ReleaseFn::ROW,
];

/// The names of cargo features and whether this build has them.
pub const FEATURES: &[(&str, bool)] = &[
    ("cuda", cfg!(feature = "cuda")),
    ("gc", false),
    ("pytorch", false),
    ("vulkan", cfg!(feature = "vulkan")),
    ("window", cfg!(feature = "window")),
];

/// The rows by name.
#[inline]
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    /// Held while the other is set: a child forked in that moment would wait in it for a thread that it does not have.
    static SETTING: ForkMutex<()> = ForkMutex::new(());
    if let Some(registry) = REGISTRY.get() {
        return registry;
    }
    let made = Registry::new(TABLES.iter().copied().flatten().copied().flatten().copied().flatten());
    let _held = SETTING.lock();
    REGISTRY.get_or_init(|| made)
}
