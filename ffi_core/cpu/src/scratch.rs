//! Memory for registers, kept per thread.
#![forbid(unsafe_code)]

use crate::host;
use crate::plain::bytes_mut;
use ffi_backend::{Result, fail};
use std::cell::Cell;

/// A vector of `len` times `value`. Its length follows a shape from outside, so running out is an error and not an abort: a
/// stretched view can have more elements than any memory.
pub fn filled<T: Clone>(value: T, len: usize) -> Result<Vec<T>> {
    let mut all = Vec::new();
    let fits = (len as u64).saturating_mul(size_of::<T>() as u64) <= host::memory_bytes();
    if !fits || all.try_reserve_exact(len).is_err() {
        fail!(OutOfMemory, "no room for a temporary of {len} times {} bytes", size_of::<T>());
    }
    all.resize(len, value);
    Ok(all)
}

thread_local! {
    static WORDS: Cell<Vec<u64>> = const { Cell::new(Vec::new()) };
}

/// Lends `count` registers of `len_bytes` (a multiple of 8) each; at most `MAX` of them. Their contents are old.
pub fn with_registers<const MAX: usize, R>(
    count: usize,
    len_bytes: usize,
    body: impl FnOnce([&mut [u8]; MAX]) -> R,
) -> R {
    // Nested use finds the cell empty and makes its own.
    let mut words = WORDS.try_with(Cell::take).unwrap_or_default();
    let needed = count * len_bytes / 8;
    if words.len() < needed {
        words.resize(needed, 0);
    }
    let mut rest = words.chunks_exact_mut((len_bytes / 8).max(1)).take(count);
    let result = body(std::array::from_fn(|_| rest.next().map_or(&mut [][..], |part| bytes_mut(part))));
    let _ = WORDS.try_with(|cell| cell.set(words));
    result
}
