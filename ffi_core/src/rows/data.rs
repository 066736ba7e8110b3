//! Data: tables from files, and batches of them.

use super::TensorKind;
use crate::device::DeviceArgument;
use ffi_backend::DeviceRef;
use ffi_base::{Count, Freed, Handle, Out, OutSlice, Resolved, Result, Status, Text, exports, object};
use ffi_torch::Tensor;
use ffi_torch::data::DataLoader;
use ffi_torch::files::{csv, npy};

ffi_base::kinds! { KINDS;
    /// What gives batches of rows.
    DataLoaderKind = 5, "dataloader", "rt_dataloader", true, DataLoader;
}

type T = Handle<TensorKind>;
type L = Handle<DataLoaderKind>;

exports! { ROWS, "Data", "rt_";
    /// Gives batches of `batch` rows of two tensors, which agree in their first dimension and are shared, not copied. With `shuffle` every
    /// epoch has an order of its own, drawn from `seed` and the number of the epoch alone. The last batch is smaller where the rows do
    /// not come out even, or with `drop_last` left out. A thread of the loader prepares two batches ahead.
    fn dataloader_new(inputs: T, targets: T, batch: i64, shuffle: bool, seed: i64, drop_last: bool) -> L => new;
    /// Frees a loader's handle; with the last one its thread ends.
    fn dataloader_free(loader: Freed<DataLoaderKind>) -> Status => object::free;
    /// How many batches an epoch has.
    fn dataloader_len(loader: L) -> Count => len;
    /// Writes the handles of the next batch, two new tensors that are yours to free, and returns 1. At the end of the epoch it writes 0
    /// twice and returns 0, again and again until rt_dataloader_reset.
    #[mode(Blocking)]
    fn dataloader_next(loader: L, inputs: Out<i64>, targets: Out<i64>) -> Count => next;
    /// Begins the next epoch, also before this one is at its end.
    fn dataloader_reset(loader: L) -> Status => reset;
    /// Reads rows of numbers from a CSV file: `features` becomes a tensor of all columns but one, `[rows, columns - 1]`, `targets` that one,
    /// `[rows]`, both f32. `target` is the column's number from 0 on, negative from the end; with `header` the first line is names. Returns
    /// how many rows. BAD_FORMAT names file, line and column.
    #[mode(Blocking)]
    fn csv_load(path & len: Text, header: bool, target: i64, device: Resolved<DeviceArgument>, features: Out<i64>, targets: Out<i64>) -> Count => load_csv;
    /// Reads a tensor from a `.npy` file of NumPy: every dtype of ours but bf16, in C or Fortran order, of any byte order.
    #[mode(Blocking)]
    fn npy_load(path & len: Text, device: Resolved<DeviceArgument>) -> T => npy::load;
    /// Writes a tensor to a `.npy` file, whole or not at all. UNSUPPORTED for bf16, which NumPy does not have.
    #[mode(Blocking)]
    fn npy_save(tensor: T, path & len: Text) -> Status => npy::save;
}

fn new(x: &Tensor, y: &Tensor, batch: i64, shuffle: bool, seed: i64, drop_last: bool) -> Result<DataLoader> {
    DataLoader::new(x, y, batch, shuffle.then_some(seed as u64), drop_last)
}
fn len(loader: &DataLoader) -> Result<i64> {
    Ok(loader.batches())
}
fn next(loader: &DataLoader, inputs: OutSlice<'_, i64>, targets: OutSlice<'_, i64>) -> Result<i64> {
    match loader.next()? {
        Some(batch) => {
            hand_out(batch, inputs, targets)?;
            Ok(1)
        }
        None => {
            inputs.write(&[0]);
            targets.write(&[0]);
            Ok(0)
        }
    }
}
fn reset(loader: &DataLoader) -> Result<()> {
    loader.reset();
    Ok(())
}
fn load_csv(
    path: &str,
    header: bool,
    target: i64,
    device: DeviceRef,
    features: OutSlice<'_, i64>,
    targets: OutSlice<'_, i64>,
) -> Result<i64> {
    let table = csv::load(path, header, target, device)?;
    let rows = table.1.numel();
    hand_out(table, features, targets)?;
    Ok(rows)
}

/// Two tensors to the caller: both or none.
fn hand_out((first, second): (Tensor, Tensor), a: OutSlice<'_, i64>, b: OutSlice<'_, i64>) -> Result<()> {
    let first = object::give::<TensorKind>(first)?;
    match object::give::<TensorKind>(second) {
        Ok(second) => {
            a.write(&[first]);
            b.write(&[second]);
            Ok(())
        }
        Err(error) => {
            object::free(first)?;
            Err(error)
        }
    }
}
