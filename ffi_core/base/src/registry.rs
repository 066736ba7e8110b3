//! Rows by name: for callers that find functions at run time.

use crate::abi::{Array, Call, FromAbi, Text};
use crate::error::Result;
use crate::row::{Part, Row};
use crate::{error, fail};
use std::ffi::c_char;

/// All rows of the assembled library.
pub struct Registry {
    rows: Vec<&'static Row>,
    /// What a call needs of each row, side by side.
    entries: Vec<Entry>,
    /// Ids plus one by the hash of their names, 0 where there is none; a power of two, at most a quarter full, so that a probe
    /// ends at once.
    slots: Vec<u16>,
}

struct Entry {
    name: &'static [u8],
    arity: usize,
    call: unsafe fn(&[i64]) -> i64,
}

/// The arity of the rows that call by name: no call has as many arguments, so they are refused without a test of their own.
const NOT_BY_NAME: usize = usize::MAX;

impl Registry {
    /// Sorted by name. The position of a row is its id within this process.
    pub fn new(rows: impl Iterator<Item = &'static Row>) -> Registry {
        let mut rows: Vec<&'static Row> = rows.collect();
        rows.sort_by_key(|row| row.name);
        // More rows than ids would be a table of its own kind of trouble; what does not fit is not found by name.
        rows.truncate(usize::from(u16::MAX) - 1);
        let entry = |row: &&'static Row| Entry {
            name: row.name.as_bytes(),
            arity: if row.name.starts_with("rt_call") { NOT_BY_NAME } else { row.arity() },
            call: row.call,
        };
        let entries: Vec<Entry> = rows.iter().map(entry).collect();
        let mut slots = vec![0u16; (rows.len() * 4).next_power_of_two()];
        let mask = slots.len() - 1;
        for (id, entry) in entries.iter().enumerate() {
            let mut at = hash(entry.name) as usize & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = id as u16 + 1;
        }
        Registry { rows, entries, slots }
    }

    /// Every row, by name.
    pub fn rows(&self) -> &[&'static Row] {
        &self.rows
    }

    /// The id of a name.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Result<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash(name) as usize & mask;
        while let Some(id) = self.slots[at].checked_sub(1) {
            if same(self.entries[usize::from(id)].name, name) {
                return Ok(u32::from(id));
            }
            at = (at + 1) & mask;
        }
        Err(error!(NotFound, "no function is named {:?}", String::from_utf8_lossy(name)))
    }

    /// The row with this id.
    pub fn row(&self, id: i64) -> Result<&'static Row> {
        let row = usize::try_from(id).ok().and_then(|id| self.rows.get(id));
        row.copied().ok_or_else(|| error!(NotFound, "function {id} is outside 0..{}", self.rows.len()))
    }

    /// Calls the row with this id. `Ok` means the call was made; its own failure is its return value and the last error.
    #[inline]
    pub fn call(&self, id: i64, words: PromisedWords<'_>) -> Result<i64> {
        let Some(entry) = usize::try_from(id).ok().and_then(|id| self.entries.get(id)) else {
            return self.row(id).map(|_| 0);
        };
        if words.0.len() != entry.arity {
            let name = String::from_utf8_lossy(entry.name);
            if entry.arity == NOT_BY_NAME {
                fail!(InvalidArgument, "{name} cannot be called by name: its arguments could name itself without end");
            }
            fail!(InvalidArgument, "{name} takes {} arguments, got {}", entry.arity, words.0.len());
        }
        // SAFETY: the arity fits, and whoever made the words vouched for the pointers among them.
        Ok(unsafe { (entry.call)(words.0) })
    }
}

/// A text as words of eight bytes. The last one reaches back over bytes already seen, so that no length needs a loop over
/// single bytes; a text below eight bytes is one word.
#[inline(always)]
fn words(text: &[u8]) -> (&[[u8; 8]], u64) {
    let (whole, _) = text.as_chunks::<8>();
    let last = match text.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    (whole, last)
}

/// Of a name: its words multiplied by 2^64 over the golden ratio (Fibonacci hashing).
#[inline(always)]
fn hash(name: &[u8]) -> u64 {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |state: u64, word: u64| (state.rotate_left(23) ^ word).wrapping_mul(GOLDEN);
    let (whole, last) = words(name);
    let state = whole.iter().fold(name.len() as u64, |state, word| mix(state, u64::from_le_bytes(*word)));
    let state = mix(state, last);
    state ^ state >> 32
}

/// Whether two names are the same, without a call of memcmp.
#[inline(always)]
fn same(a: &[u8], b: &[u8]) -> bool {
    let (x, y) = (words(a), words(b));
    a.len() == b.len()
        && x.1 == y.1
        && x.0.iter().zip(y.0).all(|(x, y)| u64::from_le_bytes(*x) == u64::from_le_bytes(*y))
}

/// The arguments of a call by name: those that stand for pointers are valid for their stated lengths.
#[derive(Clone, Copy)]
pub struct PromisedWords<'c>(&'c [i64]);

impl<'c> PromisedWords<'c> {
    /// Words of Rust's own.
    ///
    /// # Safety
    /// Those that stand for pointers are valid for their stated lengths while the call lasts.
    pub unsafe fn new(words: &'c [i64]) -> Self {
        PromisedWords(words)
    }
}

/// `const int64_t* + int64_t`: the arguments of a call by name.
pub struct Words;

impl FromAbi for Words {
    type Wire = (*const i64, i64);
    type Held<'c> = PromisedWords<'c>;
    type Value<'h> = PromisedWords<'h>;
    const PARTS: &'static [Part] = <Array<i64> as FromAbi>::PARTS;

    #[inline]
    unsafe fn check<'c>(call: &'c Call, wire: Self::Wire) -> Result<PromisedWords<'c>> {
        // SAFETY: the array is valid by the caller's promise about this row, which extends to the pointers among the words.
        Ok(PromisedWords(unsafe { Array::<i64>::check(call, wire) }?))
    }
    #[inline(always)]
    fn lend<'h>(held: &'h PromisedWords<'_>) -> PromisedWords<'h> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        <Array<i64> as FromAbi>::from_words(words)
    }
}

/// A function's name: text whose bytes are only compared, so they need no UTF-8 check.
pub struct Name;

impl FromAbi for Name {
    type Wire = (*const c_char, i64);
    type Held<'c> = &'c [u8];
    type Value<'h> = &'h [u8];
    const PARTS: &'static [Part] = <Text as FromAbi>::PARTS;

    #[inline]
    unsafe fn check<'c>(call: &'c Call, wire: Self::Wire) -> Result<&'c [u8]> {
        // SAFETY: the same promise about the same text.
        unsafe { Text::bytes(call, wire) }
    }
    #[inline(always)]
    fn lend<'h>(held: &'h &[u8]) -> &'h [u8] {
        held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        <Text as FromAbi>::from_words(words)
    }
}
