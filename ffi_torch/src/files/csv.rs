//! A table of numbers in a CSV file, as features and targets.

use super::{io_error, open};
use crate::Tensor;
use ::csv::{ByteRecord, ErrorKind, ReaderBuilder, Trim};
use ffi_backend::{DType, DeviceRef, Error, Result, error, fail};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

/// A record of more bytes is refused: the reader would ask for any memory it takes, and end the process where there is none.
const LONGEST_RECORD: usize = 16 << 20;

/// Ends in an error after so many bytes since the last record.
struct Bounded {
    file: File,
    since: Rc<Cell<usize>>,
}

impl Read for Bounded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > LONGEST_RECORD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line of more than 16 MiB"));
        }
        let read = self.file.read(out)?;
        self.since.set(self.since.get() + read);
        Ok(read)
    }
}

/// Reads rows of numbers: a tensor of all columns but the target's, of shape `[rows, columns - 1]`, and the target's, `[rows]`.
/// Both are f32. `target` counts from 0, from the end where it is negative; with `header` the first line is names.
pub fn load(path: &str, header: bool, target: i64, device: DeviceRef) -> Result<(Tensor, Tensor)> {
    let (file, _) = open(path)?;
    let since = Rc::new(Cell::new(0));
    let lines = Bounded { file, since: since.clone() };
    let mut reader = ReaderBuilder::new().has_headers(header).trim(Trim::All).from_reader(lines);
    let (mut features, mut targets): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    let (mut columns, mut rows) = (0, 0i64);
    let mut place = None;
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|wrong| refused(path, wrong))? {
        since.set(0);
        let line = record.position().map_or(0, |position| position.line());
        if place.is_none() {
            columns = record.len();
            let at = if target < 0 { target.checked_add(columns as i64) } else { Some(target) };
            place = at.and_then(|at| usize::try_from(at).ok()).filter(|&at| at < columns);
            if place.is_none() || columns < 2 {
                fail!(
                    InvalidArgument,
                    "{path}: {columns} columns, of which number {target} is to be the target; commas separate columns"
                );
            }
        }
        let wanted = features.try_reserve(4 * columns).and_then(|()| targets.try_reserve(4));
        wanted.map_err(|_| error!(OutOfMemory, "{path}: no memory for line {line}"))?;
        for (at, field) in record.iter().enumerate() {
            let number = std::str::from_utf8(field).ok().and_then(|text| text.parse::<f32>().ok());
            let Some(number) = number else {
                let text: String = String::from_utf8_lossy(field).chars().take(32).collect();
                fail!(BadFormat, "{path}: line {line}, column {}: {text:?} is no number", at + 1);
            };
            let to = if place == Some(at) { &mut targets } else { &mut features };
            to.extend_from_slice(&number.to_ne_bytes());
        }
        rows += 1;
    }
    if rows == 0 {
        fail!(BadFormat, "{path}: there are no rows");
    }
    let tensor = |bytes: &[u8], dims: &[i64]| Tensor::from_bytes(bytes, dims, DType::F32, DType::F32, device);
    Ok((tensor(&features, &[rows, columns as i64 - 1])?, tensor(&targets, &[rows])?))
}

fn refused(path: &str, wrong: ::csv::Error) -> Error {
    let line = wrong.position().map_or(0, |position| position.line());
    match wrong.into_kind() {
        ErrorKind::Io(wrong) if wrong.kind() == io::ErrorKind::InvalidData => error!(BadFormat, "{path}: {wrong}"),
        ErrorKind::Io(wrong) => io_error(path, &wrong),
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            error!(BadFormat, "{path}: line {line}: {len} columns, the lines before have {expected_len}")
        }
        _ => error!(BadFormat, "{path}: line {line}: this is no CSV"),
    }
}
