//! Rows by name: for callers that find functions at run time.

use crate::error::Result;
use crate::hash::BuildQuick;
use crate::row::Row;
use crate::{error, fail};
use std::collections::HashMap;

/// All rows of the assembled library.
pub struct Registry {
    rows: Vec<&'static Row>,
    arities: Vec<u32>,
    by_name: HashMap<&'static [u8], u32, BuildQuick>,
}

impl Registry {
    /// Collects tables, sorted by name. The position of a row is its id within this process.
    pub fn new(tables: &[&'static [&'static [Row]]]) -> Registry {
        let mut rows: Vec<&'static Row> = tables.iter().copied().flatten().copied().flatten().collect();
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
    ///
    /// # Safety
    /// Words that stand for pointers are valid for their stated lengths.
    #[inline]
    pub unsafe fn call(&self, id: i64, words: &[i64]) -> Result<i64> {
        let row = self.row(id)?;
        let arity = self.arities[id as usize];
        if words.len() != arity as usize {
            fail!(InvalidArgument, "{} takes {arity} arguments, got {}", row.name, words.len());
        }
        // SAFETY: the arity fits, and the caller vouches for the pointers.
        Ok(unsafe { (row.call)(words) })
    }
}
