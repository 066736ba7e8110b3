//! The rows of the core: one file per object, each row beside the safe function it names.

pub mod autograd;
pub mod core;
pub mod create;
pub mod data;
pub mod device;
pub mod elementwise;
pub mod error;
pub mod handle;
pub mod index;
pub mod interchange;
pub mod join;
pub mod linalg;
pub mod model;
pub mod nn;
pub mod optim;
pub mod order;
pub mod planned;
pub mod reduce;
pub mod registry;
pub mod shape;
pub mod statistics;
pub mod transfer;

use crate::device::DeviceKind;
use ffi_backend::DType;
use ffi_base::{Kind, KindRow, Part, Resolve, Result, Sort};

ffi_base::kinds! { TENSOR_KINDS;
    /// A tensor.
    TensorKind = 2, "tensor", "rt_tensor", true, ffi_torch::Tensor;
}

/// The kinds whose rows are here.
pub const KINDS: &[KindRow] = &[DeviceKind::ROW, TensorKind::ROW];

/// A dtype parameter: `RT_F32` and its like.
pub struct DTypeArgument;

impl Resolve for DTypeArgument {
    type Value = DType;
    const PARTS: &'static [Part] = &[Part { c: "int64_t", sort: Sort::Integer }];

    fn resolve(number: i64) -> Result<DType> {
        DType::parse(number)
    }
}
