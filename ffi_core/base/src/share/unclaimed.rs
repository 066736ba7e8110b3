//! The items of a job that nobody has claimed: one range while one thread works, then a block for each thread. In loops over the same
//! memory a thread so meets what its core's cache still holds from the loop before; whoever is done with its block takes of the others'.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Parts are a fraction of what is left of a block, so that all threads end together.
const PARTS_EACH: usize = 4;

struct Block {
    /// The first item that nobody claimed.
    next: AtomicUsize,
    end: usize,
}

impl Block {
    fn left(&self) -> usize {
        self.end.saturating_sub(self.next.load(Relaxed))
    }

    /// The next items, as many as `len` makes of the number left.
    fn claim(&self, len: impl Fn(usize) -> usize) -> Option<Range<usize>> {
        let mut at = self.next.load(Relaxed);
        while at < self.end {
            let end = at + len(self.end - at).min(self.end - at);
            match self.next.compare_exchange_weak(at, end, Relaxed, Relaxed) {
                Ok(_) => return Some(at..end),
                Err(now) => at = now,
            }
        }
        None
    }

    /// Claims all, and says how many.
    fn take(&self) -> usize {
        self.claim(|left| left).map_or(0, |items| items.len())
    }
}

/// On a cache line of its own, for it is mostly one thread's.
#[repr(align(64))]
struct Apart(Block);

pub(super) struct Unclaimed {
    first: Block,
    /// The fewest items of a part but the last.
    grain: usize,
    blocks: OnceLock<Box<[Apart]>>,
}

impl Unclaimed {
    pub(super) fn new(count: usize, grain: usize) -> Unclaimed {
        Unclaimed { first: Block { next: AtomicUsize::new(0), end: count }, grain, blocks: OnceLock::new() }
    }

    /// The block of this number and then the others.
    fn from(&self, home: usize) -> impl Iterator<Item = &Block> {
        let blocks = self.blocks.get().map_or(&[][..], |blocks| blocks);
        let home = home.checked_rem(blocks.len()).unwrap_or(0);
        blocks[home..].iter().chain(&blocks[..home]).map(|apart| &apart.0).chain([&self.first])
    }

    /// Whether there are any, looked for from this block on.
    pub(super) fn any(&self, home: usize) -> bool {
        self.from(home).any(|block| block.left() > 0)
    }

    /// How many, while one thread works.
    pub(super) fn left(&self) -> usize {
        self.first.left()
    }

    /// From now on a block for each of so many threads, each but the last of whole grains.
    pub(super) fn divide(&self, threads: usize) {
        let at = self.first.end - self.first.take();
        let each = (self.first.end - at).div_ceil(threads).next_multiple_of(self.grain);
        let block = |i: usize| {
            let start = self.first.end.min(at + i * each);
            Apart(Block { next: AtomicUsize::new(start), end: self.first.end.min(start + each) })
        };
        let _ = self.blocks.set((0..threads).map(block).collect());
    }

    /// The next items, at most so many, while one thread works.
    pub(super) fn claim_at_most(&self, len: usize) -> Option<Range<usize>> {
        self.first.claim(|_| len)
    }

    /// The next items for the thread whose block is this one, all of a block at once where nothing of them will be done.
    pub(super) fn claim(&self, home: usize, stopped: bool) -> Option<Range<usize>> {
        // In whole grains, so that what is left of a block is a part too.
        let len = |left: usize| if stopped { left } else { (left / PARTS_EACH / self.grain).max(1) * self.grain };
        self.from(home).find_map(|block| block.claim(len))
    }

    /// Claims all, and says how many.
    pub(super) fn take_all(&self) -> usize {
        self.from(0).map(Block::take).sum()
    }
}
