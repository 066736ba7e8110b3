//! A quick hash for short trusted strings and numbers: multiply and rotate, eight bytes at a time (Fibonacci hashing).

use std::hash::{BuildHasherDefault, Hasher};

/// For maps whose keys do not come from an adversary.
pub type BuildQuick = BuildHasherDefault<Quick>;

/// See the module.
#[derive(Default)]
pub struct Quick(u64);

/// 2^64 divided by the golden ratio, made odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Quick {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(GOLDEN);
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.add(u64::from_le_bytes(word.try_into().unwrap_or_default()));
        }
        let mut tail = [0; 8];
        let rest = words.remainder();
        tail[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(tail) ^ (bytes.len() as u64) << 56);
    }
    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
