//! Blocks kept for reuse, by size class, each stamped with the last batch that uses it.
#![forbid(unsafe_code)]

use super::memory::Block;
use std::collections::BTreeMap;

/// The smallest class; also more than any driver's alignment of storage.
const SMALLEST: u64 = 256;

/// The class of a length: eight classes to an octave, so at most an eighth is wasted.
pub fn class(len_bytes: u64) -> u64 {
    let len = len_bytes.max(SMALLEST);
    let step = (1 << (63 - len.leading_zeros())) / 8;
    len.checked_next_multiple_of(step).unwrap_or(len)
}

/// Free blocks of one purpose.
#[derive(Default)]
pub struct Pool {
    free: BTreeMap<u64, Vec<(Block, u64)>>,
    pub bytes: u64,
}

impl Pool {
    /// A block of the class, and the stamp until which the host must leave it alone. Idle ones come first.
    pub fn take(&mut self, class: u64, completed: u64) -> Option<(Block, u64)> {
        let blocks = self.free.get_mut(&class)?;
        let at = blocks.iter().rposition(|(_, stamp)| *stamp <= completed).or(blocks.len().checked_sub(1))?;
        let found = blocks.swap_remove(at);
        self.bytes -= found.0.len_bytes;
        Some(found)
    }

    /// An idle block of the class.
    pub fn take_idle(&mut self, class: u64, completed: u64) -> Option<Block> {
        let blocks = self.free.get_mut(&class)?;
        let at = blocks.iter().rposition(|(_, stamp)| *stamp <= completed)?;
        let (block, _) = blocks.swap_remove(at);
        self.bytes -= block.len_bytes;
        Some(block)
    }

    /// Keeps a block.
    pub fn give(&mut self, block: Block, stamp: u64) {
        self.bytes += block.len_bytes;
        self.free.entry(block.len_bytes).or_default().push((block, stamp));
    }

    /// Gives up all blocks, for the driver's free.
    pub fn drain(&mut self) -> impl Iterator<Item = Block> + use<> {
        self.bytes = 0;
        std::mem::take(&mut self.free).into_values().flatten().map(|(block, _)| block)
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn classes_hold_what_is_asked_and_waste_an_eighth_at_most() {
        assert_eq!((class(0), class(256), class(257), class(1 << 20)), (256, 256, 288, 1 << 20));
        for shift in 8..63 {
            for len in [(1u64 << shift) - 1, 1 << shift, (1 << shift) + 1, (1 << shift) / 3 * 4] {
                let class = class(len);
                assert!(class >= len && class - len <= class / 8 + 256, "{len} in {class}");
            }
        }
        assert_eq!(class(u64::MAX), u64::MAX);
    }
}
