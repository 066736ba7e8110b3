//! The one way to a device: checks, then the device; what it lacks is lowered on the same device, or refused.

use crate::check::check;
use crate::device::Device;
use crate::dtype::DType;
use crate::lower::lower;
use crate::op::{Op, Support, View};
use crate::program::MAX_INPUTS;
use ffi_base::{Result, fail};

/// Runs an op on a device.
pub fn run(device: &dyn Device, op: &Op, sources: &[View], destination: &View) -> Result<()> {
    check(device.info().id, op, sources, destination)?;
    if destination.layout.numel() == 0 {
        return Ok(());
    }
    let mut dtypes = [DType::F32; MAX_INPUTS];
    for (dtype, source) in dtypes.iter_mut().zip(sources) {
        *dtype = source.dtype;
    }
    match device.supports(op, &dtypes[..sources.len()], destination.dtype) {
        Support::Native => device.record(op, sources, destination),
        Support::Lowered => lower(device, op, sources, destination),
        Support::No(why) => fail!(Unsupported, "{}: {} on {}: {why}", op.name(), destination.dtype, device.info().name),
    }
}
