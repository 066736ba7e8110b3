//! The rows of the core: one file per object, each row beside the safe function it names.

pub mod autograd;
pub mod core;
pub mod create;
pub mod data;
pub mod device;
pub mod elementwise;
pub mod error;
pub mod functional;
pub mod handle;
pub mod index;
pub mod init;
pub mod interchange;
pub mod join;
pub mod layers;
pub mod linalg;
pub mod losses;
pub mod model;
pub mod nn;
pub mod optim;
pub mod order;
pub mod planned;
pub mod recurrent;
pub mod reduce;
pub mod registry;
pub mod shape;
pub mod statistics;
pub mod transfer;

use crate::device::DeviceKind;
use ffi_backend::DType;
use ffi_base::handle::Ref;
use ffi_base::{Kind, KindRow, OutSlice, Part, Resolve, Result, Sort, fail, object};
use ffi_torch::Tensor;

ffi_base::kinds! { TENSOR_KINDS;
    /// A tensor.
    TensorKind = 2, "tensor", "rt_tensor", true, Tensor;
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

/// The most tensors that are put together at once.
const MOST: usize = 1 << 20;

/// The tensors of a list of handles; a refusal names the place in the list.
fn borrow_all(handles: &[i64]) -> Result<Vec<Ref<'static, Tensor>>> {
    let mut tensors = Vec::new();
    let count = handles.len();
    // A slot counts its borrows in 26 bits, and one handle may fill the whole list.
    if count > MOST {
        fail!(InvalidArgument, "{count} tensors at once, at most {MOST}");
    }
    tensors
        .try_reserve_exact(count)
        .map_err(|_| ffi_base::error!(OutOfMemory, "no room for a list of {count} tensors"))?;
    for (at, &handle) in handles.iter().enumerate() {
        tensors.push(object::borrow::<TensorKind>(handle).map_err(|error| error.at(&format!("tensors[{at}]")))?);
    }
    Ok(tensors)
}

/// Refuses one place for two handles: the first would be lost.
fn check_apart(places: &[OutSlice<'_, i64>]) -> Result<()> {
    let twice = (1..places.len()).any(|at| places[..at].iter().any(|other| places[at].is_at(other)));
    if twice {
        fail!(InvalidArgument, "two results cannot be written to one address");
    }
    Ok(())
}

/// New handles to all of these, each written to its place (0 for none), or none at all.
fn give_all<const N: usize>(tensors: [Option<Tensor>; N], places: [OutSlice<'_, i64>; N]) -> Result<()> {
    check_apart(&places)?;
    let mut handles = [0; N];
    for (at, tensor) in tensors.into_iter().enumerate() {
        let Some(tensor) = tensor else { continue };
        match object::give::<TensorKind>(tensor) {
            Ok(handle) => handles[at] = handle,
            Err(error) => {
                handles.into_iter().try_for_each(object::free)?;
                return Err(error);
            }
        }
    }
    places.iter().zip(handles).for_each(|(place, handle)| place.write(&[handle]));
    Ok(())
}
