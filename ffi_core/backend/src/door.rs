//! The one way to a device: checks, then the device; what it lacks is lowered on the same device, or refused.

use crate::check::{check, check_new};
use crate::device::Device;
use crate::dtype::DType;
use crate::layout::Layout;
use crate::lower::lower;
use crate::op::{Op, Support, View};
use crate::program::MAX_INPUTS;
use crate::reference::BufferRef;
use ffi_base::{Result, fail};
use std::ops::Deref;
use std::sync::atomic::Ordering::Relaxed;

/// Runs an op on a device.
pub fn run(device: &dyn Device, op: &Op, sources: &[View], destination: &View) -> Result<()> {
    let dtypes = Dtypes::of(sources);
    check(device.info().id, op, sources, &dtypes, destination)?;
    if destination.layout.numel() == 0 {
        return Ok(());
    }
    let native = is_native(device, op, &dtypes, destination.dtype)?;
    // Also where it fails half-way.
    destination.buffer.header().version.fetch_add(1, Relaxed);
    if native { device.record(op, sources, destination) } else { lower(device, op, sources, destination) }
}

/// Runs an op into new memory, which `layout`, row-major from 0 on, describes.
pub fn run_new(device: &dyn Device, op: &Op, sources: &[View], dtype: DType, layout: &Layout) -> Result<BufferRef> {
    let dtypes = Dtypes::of(sources);
    check_new(device.info().id, op, sources, &dtypes, dtype, layout)?;
    if layout.numel() > 0 && is_native(device, op, &dtypes, dtype)? {
        return device.record_new(op, sources, dtype, layout);
    }
    let buffer = device.alloc(layout.numel() as u64 * dtype.size() as u64)?;
    if layout.numel() > 0 {
        lower(device, op, sources, &View { buffer: &buffer, dtype, layout })?;
    }
    Ok(buffer)
}

/// The dtypes of an op's operands, gathered once for everyone who asks.
struct Dtypes([DType; MAX_INPUTS], usize);

impl Dtypes {
    #[inline(always)]
    fn of(sources: &[View]) -> Dtypes {
        let mut dtypes = [DType::F32; MAX_INPUTS];
        for (dtype, source) in dtypes.iter_mut().zip(sources) {
            *dtype = source.dtype;
        }
        // More operands than fit are refused before anyone looks at their dtypes.
        Dtypes(dtypes, sources.len().min(MAX_INPUTS))
    }
}

impl Deref for Dtypes {
    type Target = [DType];
    #[inline(always)]
    fn deref(&self) -> &[DType] {
        &self.0[..self.1]
    }
}

/// Whether the device has a kernel; false where simpler ops do it.
#[inline]
fn is_native(device: &dyn Device, op: &Op, sources: &[DType], destination: DType) -> Result<bool> {
    match device.supports(op, sources, destination) {
        Support::Native => Ok(true),
        Support::Lowered => Ok(false),
        Support::No(why) => fail!(Unsupported, "{}: {destination} on {}: {why}", op.name(), device.info().name),
    }
}
