//! The one way to a device: checks, then the device; what it lacks is lowered on the same device, or refused.

use crate::check::{check, check_new};
use crate::device::{Buffer, Device};
use crate::dtype::DType;
use crate::layout::Layout;
use crate::lower::lower;
use crate::op::{Op, Support, View};
use crate::program::MAX_INPUTS;
use ffi_base::{Result, fail};
use std::sync::Arc;

/// Runs an op on a device.
pub fn run(device: &dyn Device, op: &Op, sources: &[View], destination: &View) -> Result<()> {
    check(device.info().id, op, sources, destination)?;
    if destination.layout.numel() == 0 {
        return Ok(());
    }
    if is_native(device, op, sources, destination.dtype)? {
        device.record(op, sources, destination)
    } else {
        lower(device, op, sources, destination)
    }
}

/// Runs an op into new memory, which `layout`, row-major from 0 on, describes.
pub fn run_new(
    device: &dyn Device,
    op: &Op,
    sources: &[View],
    dtype: DType,
    layout: &Layout,
) -> Result<Arc<dyn Buffer>> {
    check_new(device.info().id, op, sources, dtype, layout)?;
    if layout.numel() > 0 && is_native(device, op, sources, dtype)? {
        return device.record_new(op, sources, dtype, layout);
    }
    let buffer = device.alloc(layout.numel() as u64 * dtype.size() as u64)?;
    if layout.numel() > 0 {
        lower(device, op, sources, &View { buffer: &buffer, dtype, layout })?;
    }
    Ok(buffer)
}

/// Whether the device has a kernel; false where simpler ops do it.
fn is_native(device: &dyn Device, op: &Op, sources: &[View], destination: DType) -> Result<bool> {
    let mut dtypes = [DType::F32; MAX_INPUTS];
    for (dtype, source) in dtypes.iter_mut().zip(sources) {
        *dtype = source.dtype;
    }
    match device.supports(op, &dtypes[..sources.len()], destination) {
        Support::Native => Ok(true),
        Support::Lowered => Ok(false),
        Support::No(why) => fail!(Unsupported, "{}: {destination} on {}: {why}", op.name(), device.info().name),
    }
}
