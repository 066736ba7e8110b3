//! Whether every matrix has an answer. Kernels find that out on the way, so the host waits for what they leave: factors, solutions
//! and inverses wait for all work before them. Where one has none the destination is in pieces, as on the CPU. A determinant always is, and waits for nothing.
#![forbid(unsafe_code)]

use super::device::VulkanDevice;
use super::plan::Operand;
use ffi_backend::{LinalgOp, Op, Result, fail};

/// What is left in the block where every matrix has an answer.
const NOTHING: [u8; 8] = [0xff; 8];

impl VulkanDevice {
    /// Runs an op that may find matrices without an answer, and refuses those. `stamp` as for `Recorder::record`. The caller keeps
    /// the host from the operands, and holds no lock of the recorder, for this submits.
    pub(super) fn linalg(
        &self,
        op: LinalgOp,
        sources: &[Operand],
        destination: &Operand,
        stamp: impl FnOnce(u64),
    ) -> Result<()> {
        let mut found = NOTHING;
        self.answer(&mut found, |recorder, block| {
            block.write(0, &NOTHING)?;
            recorder.record(&Op::Linalg(op), sources, destination, Some(block), stamp)
        })?;
        if found == NOTHING {
            return Ok(());
        }
        let [batch, at] = [0, 4].map(|i| u32::from_ne_bytes([found[i], found[i + 1], found[i + 2], found[i + 3]]));
        let name = op.name();
        match op {
            LinalgOp::Cholesky { .. } => {
                let order = at + 1;
                fail!(
                    InvalidArgument,
                    "{name}: matrix {batch} of the batch is not positive definite, its leading minor of order {order} is not"
                )
            }
            _ => fail!(InvalidArgument, "{name}: matrix {batch} of the batch is singular, pivot {at} is 0"),
        }
    }
}
