//! Rows by name: for callers that find functions at run time.

use crate::abi::{Array, Call, FromAbi, Text};
use crate::error::Result;
use crate::hash::BuildQuick;
use crate::row::{Part, Row};
use crate::{error, fail};
use std::collections::HashMap;
use std::ffi::c_char;

/// All rows of the assembled library.
pub struct Registry {
    rows: Vec<&'static Row>,
    arities: Vec<u32>,
    by_name: HashMap<&'static [u8], u32, BuildQuick>,
}

impl Registry {
    /// Sorted by name. The position of a row is its id within this process.
    pub fn new(rows: impl Iterator<Item = &'static Row>) -> Registry {
        let mut rows: Vec<&'static Row> = rows.collect();
        rows.sort_by_key(|row| row.name);
        let by_name = rows.iter().enumerate().map(|(id, row)| (row.name.as_bytes(), id as u32)).collect();
        let arities = rows.iter().map(|row| row.arity() as u32).collect();
        Registry { rows, arities, by_name }
    }

    /// Every row, by name.
    pub fn rows(&self) -> &[&'static Row] {
        &self.rows
    }

    /// The id of a name.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Result<u32> {
        match self.by_name.get(name) {
            Some(id) => Ok(*id),
            None => Err(error!(NotFound, "no function is named {:?}", String::from_utf8_lossy(name))),
        }
    }

    /// The row with this id.
    pub fn row(&self, id: i64) -> Result<&'static Row> {
        let row = usize::try_from(id).ok().and_then(|id| self.rows.get(id));
        row.copied().ok_or_else(|| error!(NotFound, "function {id} is outside 0..{}", self.rows.len()))
    }

    /// Calls the row with this id. `Ok` means the call was made; its own failure is its return value and the last error.
    #[inline]
    pub fn call(&self, id: i64, words: PromisedWords<'_>) -> Result<i64> {
        let row = self.row(id)?;
        let arity = self.arities[id as usize];
        if words.0.len() != arity as usize {
            fail!(InvalidArgument, "{} takes {arity} arguments, got {}", row.name, words.0.len());
        }
        // SAFETY: the arity fits, and whoever made the words vouched for the pointers among them.
        Ok(unsafe { (row.call)(words.0) })
    }
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
