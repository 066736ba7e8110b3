//! Named tensors in a safetensors file, through the crate of that name: files of whole models, and of an optimiser's state.

use super::{io_error, read, replace, swap_elements};
use crate::Tensor;
use crate::autograd::recording;
use crate::nn::Module;
use ::safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors, View, serialize_to_file};
use ffi_backend::{DType, DeviceRef, MAX_RANK, Result, error, fail};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Whatever a file holds, a message about it is not much longer than this; a real model's problems are all named.
const LONGEST_MESSAGE: usize = 1 << 16;
/// A header of more bytes, some 200,000 tensors, is refused.
const LONGEST_HEADER: u64 = 16 << 20;
/// Names from a file are shown up to here.
const LONGEST_NAME: usize = 200;

const DTYPES: &[(DType, Dtype)] = &[
    (DType::F64, Dtype::F64),
    (DType::F32, Dtype::F32),
    (DType::F16, Dtype::F16),
    (DType::Bf16, Dtype::BF16),
    (DType::I64, Dtype::I64),
    (DType::I32, Dtype::I32),
    (DType::U8, Dtype::U8),
    (DType::Bool, Dtype::BOOL),
];

fn of_file(dtype: Dtype) -> Option<DType> {
    DTYPES.iter().find(|(_, theirs)| *theirs == dtype).map(|(ours, _)| *ours)
}

/// A tensor's elements on their way into a file.
struct Written {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for Written {
    fn dtype(&self) -> Dtype {
        self.dtype
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// Writes tensors by name, and what they are of.
pub fn write(path: &str, tensors: &[(String, Tensor)], of: &str) -> Result<()> {
    let of_host = |(name, tensor): &(String, Tensor)| -> Result<(String, Written)> {
        let mut bytes = tensor.to_bytes().map_err(|error| error.at(name))?;
        if cfg!(target_endian = "big") {
            swap_elements(&mut bytes, tensor.dtype);
        }
        let Some((_, dtype)) = DTYPES.iter().find(|(ours, _)| *ours == tensor.dtype) else {
            fail!(Unsupported, "{name}: the file format has no {}", tensor.dtype);
        };
        Ok((
            name.clone(),
            Written { dtype: *dtype, shape: tensor.dims().iter().map(|&dim| dim as usize).collect(), bytes },
        ))
    };
    let written = tensors.iter().map(of_host).collect::<Result<Vec<_>>>()?;
    // One entry alone: a map of several would be written in a different order each time.
    let about = HashMap::from([("format".to_owned(), of.to_owned())]);
    replace(path, |partial| {
        serialize_to_file(written, Some(about), partial).map_err(|wrong| match wrong {
            SafeTensorError::IoError(wrong) => io_error(path, &wrong),
            wrong => error!(BadFormat, "{path}: {wrong}"),
        })
    })
}

/// A file's contents, checked as a file; not yet that it holds what is wanted.
pub struct Contents<'a> {
    path: &'a str,
    header: Metadata,
    data: &'a [u8],
}

/// A tensor that a file must hold.
pub struct Wanted<'a> {
    /// Its name.
    pub name: String,
    /// Its dtype.
    pub dtype: DType,
    /// Its shape.
    pub dims: &'a [i64],
}

impl<'a> Contents<'a> {
    /// Of the bytes of this file.
    pub fn parse(path: &'a str, bytes: &'a [u8]) -> Result<Contents<'a>> {
        // Before it is parsed: what its names take in memory is not asked for carefully.
        let header_len = bytes.first_chunk().map_or(0, |len| u64::from_le_bytes(*len));
        if header_len > LONGEST_HEADER {
            fail!(BadFormat, "{path}: a header of {header_len} bytes; at most {LONGEST_HEADER} are read");
        }
        let (header_len, header) = SafeTensors::read_metadata(bytes)
            .map_err(|wrong| error!(BadFormat, "{path}: this is no safetensors file, or not all of one: {wrong}"))?;
        // Behind eight bytes for the header's length.
        Ok(Contents { path, header, data: &bytes[8 + header_len..] })
    }

    /// What the file is of, where it says so.
    pub fn of(&self) -> Option<&str> {
        self.header.metadata().as_ref().and_then(|about| about.get("format")).map(String::as_str)
    }

    /// Whether the file has a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.header.info(name).is_some()
    }

    /// Refuses the file unless it holds exactly these. The message names all that is missing, too much, or of another shape or dtype.
    pub fn check(&self, wanted: &[Wanted]) -> Result<()> {
        let mut problems: Vec<String> = Vec::new();
        for Wanted { name, dtype, dims } in wanted {
            let Some(found) = self.header.info(name) else {
                problems.push(format!("{name} is missing"));
                continue;
            };
            if !found.shape.iter().map(|&dim| dim as i64).eq(dims.iter().copied()) {
                let shape = &found.shape[..found.shape.len().min(MAX_RANK + 1)];
                problems.push(format!("{name} has shape {shape:?}, not {dims:?}"));
            }
            if of_file(found.dtype) != Some(*dtype) {
                problems.push(format!("{name} is {}, not {dtype}", found.dtype));
            }
        }
        let known: HashSet<&str> = wanted.iter().map(|wanted| wanted.name.as_str()).collect();
        let mut extra = self.header.offset_keys();
        extra.retain(|name| !known.contains(name.as_str()));
        extra.sort_unstable();
        let shown = |name: &String| name.chars().take(LONGEST_NAME).collect::<String>();
        problems.extend(extra.iter().map(|name| format!("{:?} is not known", shown(name))));
        let Some((first, rest)) = problems.split_first() else { return Ok(()) };
        let mut text = first.clone();
        for (said, problem) in rest.iter().enumerate() {
            if text.len() > LONGEST_MESSAGE {
                text.push_str(&format!("; and {} more", rest.len() - said));
                break;
            }
            text.push_str("; ");
            text.push_str(problem);
        }
        fail!(BadFormat, "{}: {text}", self.path)
    }

    /// A tensor of the file, on a device. [`Self::check`] comes first.
    pub fn tensor(&self, name: &str, device: DeviceRef) -> Result<Tensor> {
        let found = self.header.info(name).and_then(|found| Some((found, of_file(found.dtype)?)));
        let Some((found, dtype)) = found else {
            fail!(BadFormat, "{}: {name} is missing or of no dtype known here", self.path);
        };
        let dims: Vec<i64> = found.shape.iter().map(|&dim| i64::try_from(dim).unwrap_or(i64::MAX)).collect();
        let bytes = &self.data[found.data_offsets.0..found.data_offsets.1];
        if cfg!(target_endian = "big") {
            let mut bytes = bytes.to_vec();
            swap_elements(&mut bytes, dtype);
            return Tensor::from_bytes(&bytes, &dims, dtype, dtype, device);
        }
        Tensor::from_bytes(bytes, &dims, dtype, dtype, device)
    }
}

const MODEL: &str = "pt";

/// Writes all parameters and buffers of a module.
pub fn save_model(module: &Module, path: &str) -> Result<()> {
    write(path, &module.state(), MODEL)
}

/// Reads all parameters and buffers of a module. Nothing changes unless the file holds exactly these.
pub fn load_model(module: &Module, path: &str) -> Result<()> {
    let bytes = read(path)?;
    let contents = Contents::parse(path, &bytes)?;
    let state = module.state();
    fn wanted((name, own): &(String, Tensor)) -> Wanted<'_> {
        Wanted { name: name.clone(), dtype: own.dtype, dims: own.dims() }
    }
    contents.check(&state.iter().map(wanted).collect::<Vec<_>>())?;
    // All in the memory of their devices before the first is overwritten.
    let values = state.iter().map(|(name, own)| contents.tensor(name, own.device)).collect::<Result<Vec<_>>>()?;
    recording(false, || state.iter().zip(&values).try_for_each(|((_, own), values)| own.assign(values)))
}
