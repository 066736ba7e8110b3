//! Whether every index lies in its dimension. An op with a wrong one is refused before it writes anything, so the device looks in
//! a batch of its own, and the host waits for what it finds: indexing waits for all work before it.
#![forbid(unsafe_code)]

use super::buffer::VulkanBuffer;
use super::device::VulkanDevice;
use super::index::Look;
use super::plan::Operand;
use ffi_backend::{DType, IndexOp, Layout, Result, fail};

/// What is left in the block where every index fits.
const NOTHING: [u8; 4] = [0xff; 4];

impl VulkanDevice {
    /// Refuses an index outside its dimension. `buffers` are those of the sources. The caller keeps the host, and so every other
    /// op, from writing the index until its own is recorded; and holds no lock of the recorder, for this submits.
    pub(super) fn check_index(
        &self,
        op: IndexOp,
        axis: u8,
        sources: &[Operand],
        destination: &Operand,
        buffers: &[&VulkanBuffer],
    ) -> Result<()> {
        let gathers = op == IndexOp::Gather;
        let along = if gathers { sources.first() } else { Some(destination) };
        let at = usize::from(gathers);
        let (Some(along), Some(index), Some(buffer)) = (along, sources.get(at), buffers.get(at)) else {
            fail!(Internal, "{}: {} operands", op.name(), sources.len());
        };
        if index.layout.numel() == 0 {
            return Ok(());
        }
        let mut stretched = Layout::scalar();
        let look = Look::new(op, index, along.layout.dims()[axis as usize], &mut stretched)?;
        let mut found = NOTHING;
        self.answer(&mut found, |recorder, block| {
            block.write(0, &NOTHING)?;
            recorder.look(&look, block, |ticket| buffer.stamp(ticket))
        })?;
        if found == NOTHING {
            return Ok(());
        }
        let place = look.lies(i64::from(u32::from_ne_bytes(found)));
        let size = index.dtype.size();
        let mut bytes = [0; 8];
        self.fetch(buffer, place as u64 * size as u64, &mut bytes[..size])?;
        let given = match index.dtype {
            DType::I64 => i64::from_ne_bytes(bytes),
            _ => i64::from(i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
        };
        fail!(InvalidArgument, "{}: index {given} is outside a dimension of size {}", op.name(), look.len)
    }
}
