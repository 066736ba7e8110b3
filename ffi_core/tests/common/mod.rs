//! Calling any row with any words, and judging what comes back: shared by the bad-input table and the fuzzer.
#![allow(dead_code, reason = "each test uses some of it")]

pub mod choice;
pub mod live;
pub mod memory;
pub mod verdict;
pub mod watch;

/// Marsaglia's xorshift64*: the same calls from the same seed on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed ^ 0x9E37_79B9_7F4A_7C15)
    }
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
    /// A number of any magnitude.
    pub fn word(&mut self) -> i64 {
        (self.next() as i64) >> self.below(64)
    }
}
