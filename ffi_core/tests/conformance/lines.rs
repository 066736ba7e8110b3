//! Plain walks over indices, for the references; and what a device refuses.

use super::report::Report;
use ffi_backend::{Code, DeviceRef, Result};

/// The index with this row-major number.
pub fn coordinates(mut number: usize, dims: &[i64]) -> Vec<i64> {
    let mut index = vec![0; dims.len()];
    for (to, &dim) in index.iter_mut().zip(dims).rev() {
        *to = number as i64 % dim;
        number /= dim as usize;
    }
    index
}

/// The row-major number of an index.
pub fn number(index: &[i64], dims: &[i64]) -> usize {
    index.iter().zip(dims).fold(0, |number, (i, dim)| number * dim + i) as usize
}

/// How many elements.
pub fn count(dims: &[i64]) -> usize {
    dims.iter().product::<i64>() as usize
}

/// The numbers of the elements of each line along a dimension, the lines in row-major order.
pub fn lines(dims: &[i64], axis: usize) -> Vec<Vec<usize>> {
    let (outer, inner, len) = (count(&dims[..axis]), count(&dims[axis + 1..]), dims[axis] as usize);
    let line = |start: usize| (0..len).map(|i| start + i * inner).collect();
    (0..outer).flat_map(|o| (0..inner).map(move |i| o * len * inner + i)).map(line).collect()
}

/// The result, unless the device refuses an op that it is made of.
pub fn supported<T>(report: &mut Report, device: DeviceRef, what: &str, result: Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) if error.code() == Code::Unsupported => {
            report.refuse(device, what, "made of an op that the device has no kernel for");
            None
        }
        Err(error) => {
            report.fail(format!("{what}: {}", error.text()));
            None
        }
    }
}
