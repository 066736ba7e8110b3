//! Rows of inputs and targets, from tensors or files.

use crate::Tensor;
use crate::files::{csv, npy};
use crate::index::index_select;
use ffi_backend::{DeviceRef, Result, fail};

/// Two tensors of as many rows: row i of the targets belongs to row i of the inputs. Clones share them.
#[derive(Clone, Debug)]
pub struct Dataset {
    inputs: Tensor,
    targets: Tensor,
}

impl Dataset {
    /// Of tensors that agree in their first dimension. They are shared, not copied; no gradient flows into them.
    pub fn new(inputs: &Tensor, targets: &Tensor) -> Result<Dataset> {
        let (Some(&rows), Some(&others)) = (inputs.dims().first(), targets.dims().first()) else {
            fail!(ShapeMismatch, "dataset: a tensor of rank 0 has no rows");
        };
        if rows != others {
            fail!(ShapeMismatch, "dataset: {rows} rows of inputs, {others} of targets");
        }
        if inputs.device.info().id != targets.device.info().id {
            let (here, there) = (&inputs.device.info().name, &targets.device.info().name);
            fail!(DeviceMismatch, "dataset: inputs on {here}, targets on {there}");
        }
        Ok(Dataset { inputs: inputs.detach(), targets: targets.detach() })
    }

    /// Of a CSV file, see [`csv::load`].
    pub fn from_csv(path: &str, header: bool, target: i64, device: DeviceRef) -> Result<Dataset> {
        let (inputs, targets) = csv::load(path, header, target, device)?;
        Dataset::new(&inputs, &targets)
    }

    /// Of two `.npy` files, see [`npy::load`].
    pub fn from_npy(inputs: &str, targets: &str, device: DeviceRef) -> Result<Dataset> {
        Dataset::new(&npy::load(inputs, device)?, &npy::load(targets, device)?)
    }

    /// How many rows.
    pub fn rows(&self) -> i64 {
        self.inputs.dims()[0]
    }

    /// All inputs.
    pub fn inputs(&self) -> &Tensor {
        &self.inputs
    }

    /// All targets.
    pub fn targets(&self) -> &Tensor {
        &self.targets
    }

    /// The rows from `start` on, `len` of them, as views.
    pub fn narrow(&self, start: i64, len: i64) -> Result<Dataset> {
        Ok(Dataset { inputs: self.inputs.narrow(0, start, len)?, targets: self.targets.narrow(0, start, len)? })
    }

    /// The rows with these numbers, in their order, as copies.
    pub fn select(&self, rows: &Tensor) -> Result<Dataset> {
        Ok(Dataset { inputs: index_select(&self.inputs, 0, rows)?, targets: index_select(&self.targets, 0, rows)? })
    }
}
