//! Memory shared with the host program: tensors over memory of others, and the addresses of our own.

use crate::Tensor;
use ffi_backend::{DType, DeviceRef, Layout, Offer, Result, fail};

impl Tensor {
    /// A tensor over memory on offer, without a copy. The layout counts elements from the start of that memory, which must be
    /// aligned to an element and hold them all. On failure nothing is taken.
    pub fn over(memory: Offer, layout: Layout, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        let size = dtype.size() as u64;
        if !(memory.address().addr() as u64).is_multiple_of(size) {
            fail!(InvalidArgument, "the memory at {:#x} is not aligned to {size} bytes, as {dtype} is", {
                memory.address().addr()
            });
        }
        let end = match layout.extent() {
            Some((low, high)) if low >= 0 => (high as u64 + 1).checked_mul(size),
            None if layout.numel() == 0 => Some(0),
            _ => None,
        };
        if end.is_none_or(|end| end > memory.len_bytes()) {
            fail!(InvalidArgument, "{layout:?} of {dtype} leaves the {} bytes of the memory", memory.len_bytes());
        }
        // Last: from here on the memory is taken.
        let buffer = device.adopt(memory)?;
        Ok(Tensor { buffer, device, dtype, layout, vertex: Default::default() })
    }

    /// Where the first element lies for the host, valid while any tensor shares the memory. Only devices whose memory the host
    /// can reach have an answer. Whoever writes there keeps apart from ops that run at the same time.
    pub fn address(&self) -> Result<*mut u8> {
        let start = self.device.expose(&self.buffer)?;
        // An empty tensor may begin anywhere, also outside.
        Ok(start.wrapping_offset((self.layout.offset() * self.dtype.size() as i64) as isize))
    }
}
