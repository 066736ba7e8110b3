//! Named tensors in a safetensors file, through the crate of that name.

use super::{io_error, replace, swap_elements};
use crate::Tensor;
use crate::autograd::recording;
use crate::nn::Module;
use ::safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, View, serialize_to_file};
use ffi_backend::{DType, Result, error, fail};
use std::borrow::Cow;
use std::collections::HashMap;

/// As many problems as a message names.
const MOST_PROBLEMS: usize = 8;

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
pub struct Contents {
    path: String,
    bytes: Vec<u8>,
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

impl Contents {
    /// Reads a file.
    pub fn read(path: &str) -> Result<Contents> {
        let contents = Contents { path: path.to_owned(), bytes: super::read(path)? };
        contents.parsed()?;
        Ok(contents)
    }

    fn parsed(&self) -> Result<SafeTensors<'_>> {
        SafeTensors::deserialize(&self.bytes).map_err(|wrong| {
            error!(BadFormat, "{}: this is no safetensors file, or not all of one: {wrong}", self.path)
        })
    }

    /// What the file is of, where it says so.
    pub fn of(&self) -> Result<Option<String>> {
        let (_, header) =
            SafeTensors::read_metadata(&self.bytes).map_err(|wrong| error!(BadFormat, "{}: {wrong}", self.path))?;
        Ok(header.metadata().as_ref().and_then(|about| about.get("format").cloned()))
    }

    /// The names that the file holds.
    pub fn names(&self) -> Result<Vec<String>> {
        Ok(self.parsed()?.names().into_iter().map(str::to_owned).collect())
    }

    /// Refuses the file unless it holds exactly these. The message names what is missing, too much and of another shape or dtype.
    pub fn check(&self, wanted: &[Wanted]) -> Result<()> {
        let file = self.parsed()?;
        let mut problems: Vec<String> = Vec::new();
        for Wanted { name, dtype, dims } in wanted {
            let Ok(found) = file.tensor(name) else {
                problems.push(format!("{name} is missing"));
                continue;
            };
            if !found.shape().iter().map(|&dim| dim as i64).eq(dims.iter().copied()) {
                problems.push(format!("{name} has shape {:?}, not {dims:?}", found.shape()));
            }
            if of_file(found.dtype()) != Some(*dtype) {
                problems.push(format!("{name} is {:?}, not {dtype}", found.dtype()));
            }
        }
        let known: std::collections::HashSet<&str> = wanted.iter().map(|wanted| wanted.name.as_str()).collect();
        let mut extra: Vec<&str> = file.names().into_iter().filter(|name| !known.contains(name)).collect();
        extra.sort_unstable();
        problems.extend(extra.into_iter().map(|name| format!("{name:?} is not known")));
        if problems.is_empty() {
            return Ok(());
        }
        let more = problems.len().saturating_sub(MOST_PROBLEMS);
        let mut text = problems[..problems.len() - more].join("; ");
        if more > 0 {
            text.push_str(&format!("; and {more} more"));
        }
        fail!(BadFormat, "{}: {text}", self.path)
    }

    /// A tensor of the file, on a device.
    pub fn tensor(&self, name: &str, device: ffi_backend::DeviceRef) -> Result<Tensor> {
        let file = self.parsed()?;
        let bad = |what: &dyn std::fmt::Display| error!(BadFormat, "{}: {name}: {what}", self.path);
        let found = file.tensor(name).map_err(|wrong| bad(&wrong))?;
        let Some(dtype) = of_file(found.dtype()) else {
            return Err(bad(&format_args!("{:?} is no dtype of ours", found.dtype())));
        };
        let dims: Vec<i64> = found.shape().iter().map(|&dim| i64::try_from(dim).unwrap_or(i64::MAX)).collect();
        if cfg!(target_endian = "big") {
            let mut bytes = found.data().to_vec();
            swap_elements(&mut bytes, dtype);
            return Tensor::from_bytes(&bytes, &dims, dtype, dtype, device);
        }
        Tensor::from_bytes(found.data(), &dims, dtype, dtype, device)
    }
}

const MODEL: &str = "pt";

/// Writes all parameters and buffers of a module.
pub fn save_model(module: &Module, path: &str) -> Result<()> {
    write(path, &module.state(), MODEL)
}

/// Reads all parameters and buffers of a module. Nothing changes unless the file holds exactly these.
pub fn load_model(module: &Module, path: &str) -> Result<()> {
    let state = module.state();
    let contents = Contents::read(path)?;
    let wanted = |(name, own): &'_ (String, Tensor)| (name.clone(), own.dtype, own.dims().to_vec());
    let all: Vec<_> = state.iter().map(wanted).collect();
    let all: Vec<Wanted> =
        all.iter().map(|(name, dtype, dims)| Wanted { name: name.clone(), dtype: *dtype, dims }).collect();
    contents.check(&all)?;
    // All in the memory of their devices before the first is overwritten.
    let values = state.iter().map(|(name, own)| contents.tensor(name, own.device)).collect::<Result<Vec<_>>>()?;
    recording(false, || state.iter().zip(&values).try_for_each(|((_, own), values)| own.assign(values)))
}
