//! One tensor in a `.npy` file: a magic word, a version, a header that is a Python dict of three entries, then the elements.

use super::{io_error, replace, swap_elements};
use crate::Tensor;
use ffi_backend::{DType, DeviceRef, Layout, MAX_RANK, Result, error, fail};
use std::io::Write;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What NumPy calls our dtypes, less the byte order. It has no bf16.
const DTYPES: &[(DType, &str)] = &[
    (DType::F64, "f8"),
    (DType::F32, "f4"),
    (DType::F16, "f2"),
    (DType::I64, "i8"),
    (DType::I32, "i4"),
    (DType::U8, "u1"),
    (DType::Bool, "b1"),
];

/// What a header says.
#[derive(Debug, PartialEq)]
struct Header {
    dtype: DType,
    big_endian: bool,
    fortran_order: bool,
    dims: Vec<i64>,
    /// Where the elements begin.
    data: usize,
}

/// The header's text, read from its front.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    fn skip(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\n', '\t']);
    }
    /// Whether this comes next; it is passed then.
    fn has(&mut self, word: &str) -> bool {
        self.skip();
        match self.0.strip_prefix(word) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }
    fn want(&mut self, word: &str) -> Result<()> {
        if self.has(word) {
            return Ok(());
        }
        fail!(BadFormat, "the header has {:?} where {word:?} is wanted", self.0.chars().take(16).collect::<String>())
    }
    fn quoted(&mut self) -> Result<&'a str> {
        self.skip();
        let quote = if self.0.starts_with('"') { "\"" } else { "'" };
        self.want(quote)?;
        let Some((text, rest)) = self.0.split_once(quote) else { fail!(BadFormat, "the header ends inside a text") };
        self.0 = rest;
        Ok(text)
    }
    fn dims(&mut self) -> Result<Vec<i64>> {
        self.want("(")?;
        let mut dims = Vec::new();
        while !self.has(")") {
            self.skip();
            let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
            let (number, rest) = self.0.split_at(end);
            let Ok(dim) = number.parse() else { fail!(BadFormat, "the header's shape has {number:?} for a number") };
            self.0 = rest;
            if dims.len() == MAX_RANK {
                fail!(BadFormat, "the header's shape has more than {MAX_RANK} dimensions");
            }
            dims.push(dim);
            let comma = self.has(",");
            if !comma {
                // A lone number in parentheses is no tuple.
                if dims.len() == 1 {
                    fail!(BadFormat, "the header's shape is no tuple");
                }
                self.want(")")?;
                break;
            }
        }
        Ok(dims)
    }
}

fn header(bytes: &[u8]) -> Result<Header> {
    let cut = || error!(BadFormat, "the file ends inside its header");
    if !bytes.starts_with(MAGIC) {
        fail!(BadFormat, "this is no .npy file");
    }
    let version = bytes.get(6..8).ok_or_else(cut)?;
    let (len, start) = match version {
        [1, 0] => (bytes.get(8..10).ok_or_else(cut)?.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b)), 10),
        [2 | 3, 0] => (bytes.get(8..12).ok_or_else(cut)?.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b)), 12),
        _ => fail!(BadFormat, "version {}.{} of the format is not known", version[0], version[1]),
    };
    let text = bytes.get(start..).and_then(|rest| rest.get(..len)).ok_or_else(cut)?;
    let Ok(text) = std::str::from_utf8(text) else { fail!(BadFormat, "the header is no text") };
    let mut text = Text(text);
    let (mut descr, mut fortran, mut dims) = (None, None, None);
    text.want("{")?;
    while !text.has("}") {
        let key = text.quoted()?;
        text.want(":")?;
        let twice = match key {
            "descr" => {
                descr.replace(text.quoted().map_err(|error| error.at("a dtype other than a plain one"))?).is_some()
            }
            "fortran_order" => {
                let value = text.has("True");
                if !value {
                    text.want("False")?;
                }
                fortran.replace(value).is_some()
            }
            "shape" => dims.replace(text.dims()?).is_some(),
            _ => fail!(BadFormat, "the header has an entry {key:?}"),
        };
        if twice {
            fail!(BadFormat, "the header has {key:?} twice");
        }
        if !text.has(",") {
            text.want("}")?;
            break;
        }
    }
    text.skip();
    let (Some(descr), Some(fortran_order), Some(dims), "") = (descr, fortran, dims, text.0) else {
        fail!(BadFormat, "the header is not a dict of descr, fortran_order and shape alone");
    };
    let (order, name) = descr.split_at_checked(1).unwrap_or((descr, ""));
    let Some((dtype, _)) = DTYPES.iter().find(|(_, theirs)| *theirs == name) else {
        fail!(BadFormat, "elements of type {descr:?} have no dtype here");
    };
    let big_endian = match order {
        "<" => false,
        ">" => true,
        "|" if dtype.size() == 1 => false,
        _ => fail!(BadFormat, "elements of type {descr:?} have no known byte order"),
    };
    Ok(Header { dtype: *dtype, big_endian, fortran_order, dims, data: start + len })
}

/// Reads a tensor.
pub fn load(path: &str, device: DeviceRef) -> Result<Tensor> {
    let mut bytes = super::read(path)?;
    parse(&mut bytes, device).map_err(|error| error.at(path))
}

fn parse(bytes: &mut [u8], device: DeviceRef) -> Result<Tensor> {
    let Header { dtype, big_endian, fortran_order, mut dims, data } = header(bytes)?;
    let Ok(layout) = Layout::contiguous(&dims) else { fail!(BadFormat, "no tensor has the shape {dims:?}") };
    let (found, wanted) = (bytes.len() - data, layout.numel() as u128 * dtype.size() as u128);
    if found as u128 != wanted {
        fail!(BadFormat, "{dims:?} of {dtype} are {wanted} bytes, the file holds {found}");
    }
    let elements = &mut bytes[data..];
    if big_endian != cfg!(target_endian = "big") {
        swap_elements(elements, dtype);
    }
    if !fortran_order {
        return Tensor::from_bytes(elements, &dims, dtype, dtype, device);
    }
    // The first index runs fastest: row-major with the dimensions the other way round.
    dims.reverse();
    let turned = Tensor::from_bytes(elements, &dims, dtype, dtype, device)?;
    let back: Vec<i64> = (0..dims.len() as i64).rev().collect();
    turned.permute(&back)?.contiguous()
}

/// Writes a tensor.
pub fn save(tensor: &Tensor, path: &str) -> Result<()> {
    let Some((_, name)) = DTYPES.iter().find(|(ours, _)| *ours == tensor.dtype) else {
        fail!(Unsupported, ".npy files have no {}; convert the tensor first", tensor.dtype);
    };
    let mut bytes = tensor.to_bytes()?;
    if cfg!(target_endian = "big") {
        swap_elements(&mut bytes, tensor.dtype);
    }
    let order = if tensor.dtype.size() == 1 { '|' } else { '<' };
    let dims: String = tensor.dims().iter().map(|dim| format!("{dim}, ")).collect();
    let dims = if tensor.dims().len() == 1 { dims.trim_end() } else { dims.trim_end_matches(", ") };
    let mut text = format!("{{'descr': '{order}{name}', 'fortran_order': False, 'shape': ({dims}), }}");
    // The elements begin at a multiple of 64 bytes; version 1 has two bytes for the length, and rank 8 is far from that.
    let padding = 63 - (10 + text.len()) % 64;
    text.extend(std::iter::repeat_n(' ', padding));
    text.push('\n');
    replace(path, |partial| {
        let failed = |error: std::io::Error| io_error(path, &error);
        let mut file = std::fs::File::create(partial).map_err(failed)?;
        let head = [MAGIC, &[1, 0], &(text.len() as u16).to_le_bytes(), text.as_bytes()].concat();
        file.write_all(&head).and_then(|()| file.write_all(&bytes)).map_err(failed)
    })
}
