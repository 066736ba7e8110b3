//! Data: rows from tensors and files, batches of them, and how far a loader is.

use super::{TensorKind, check_apart, give_all};
use crate::device::DeviceArgument;
use crate::progress::{ProgressFn, listener};
use ffi_base::{
    Callback, Count, Freed, Handle, Out, OutSlice, Resolved, Result, Status, Text, UserData, exports, object,
};
use ffi_torch::Tensor;
use ffi_torch::data::{DataLoader, Dataset};
use ffi_torch::files::npy;

ffi_base::kinds! { KINDS;
    /// Rows of inputs and targets.
    DatasetKind = 9, "dataset", "rt_dataset", true, Dataset;
    /// What gives batches of rows.
    DataLoaderKind = 5, "dataloader", "rt_dataloader", true, DataLoader;
}

type T = Handle<TensorKind>;
type D = Handle<DatasetKind>;
type L = Handle<DataLoaderKind>;

exports! { ROWS, "Datasets", "rt_";
    /// A dataset of two tensors that agree in their first dimension: row i of `targets` belongs to row i of `inputs`. They are shared,
    /// not copied.
    fn dataset_from_tensors(inputs: T, targets: T) -> D => Dataset::new;
    /// A dataset of a CSV file of numbers: all columns but one are the inputs, `[rows, columns - 1]`, that one the targets, `[rows]`, both
    /// f32. `target` is the column's number from 0 on, negative from the end; with `header` the first line is names. BAD_FORMAT names
    /// file, line and column.
    #[mode(Blocking)]
    fn dataset_from_csv(path & len: Text, header: bool, target: i64, device: Resolved<DeviceArgument>) -> D => Dataset::from_csv;
    /// A dataset of two `.npy` files, as rt_npy_load reads them.
    #[mode(Blocking)]
    fn dataset_from_npy(inputs & inputs_len: Text, targets & targets_len: Text, device: Resolved<DeviceArgument>) -> D => Dataset::from_npy;
    /// Frees a dataset's handle.
    fn dataset_free(dataset: Freed<DatasetKind>) -> Status => object::free;
    /// How many rows it has.
    fn dataset_len(dataset: D) -> Count => rows;
    /// All its inputs, shared.
    fn dataset_inputs(dataset: D) -> T => inputs;
    /// All its targets, shared.
    fn dataset_targets(dataset: D) -> T => targets;
    /// The `len` rows from `start` on, shared.
    fn dataset_narrow(dataset: D, start: i64, len: i64) -> D => Dataset::narrow;
    /// The rows whose numbers an integer tensor of rank 1 holds, in its order, copied.
    fn dataset_select(dataset: D, rows: T) -> D => Dataset::select;
    /// Reads a tensor from a `.npy` file of NumPy: every dtype of ours but bf16, in C or Fortran order, of any byte order.
    #[mode(Blocking)]
    fn npy_load(path & len: Text, device: Resolved<DeviceArgument>) -> T => npy::load;
    /// Writes a tensor to a `.npy` file, whole or not at all. UNSUPPORTED for bf16, which NumPy does not have.
    #[mode(Blocking)]
    fn npy_save(tensor: T, path & len: Text) -> Status => npy::save;
}

exports! { LOADERS, "Data loaders", "rt_";
    /// Gives batches of `batch` rows. With `shuffle` every epoch has an order of its own, drawn from `seed` and the number of the epoch
    /// alone. The last batch is smaller where the rows do not come out even, or with `drop_last` left out. A thread of the loader
    /// prepares two batches ahead; what is written into the dataset's tensors meanwhile is in some batches and not in others.
    fn dataloader_new(dataset: D, batch: i64, shuffle: bool, seed: i64, drop_last: bool) -> L => new;
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
    /// Calls back for each batch that is done: from rt_dataloader_next, on the thread that asks for the next batch or learns of the end.
    /// `epoch` counts from 0, `batch` of its `batches` are done; `loss` is what rt_dataloader_report_loss told last in this epoch, NaN
    /// before; the rate counts from the epoch's first batch on. The callback may call any function, but must not unwind. NULL: nobody.
    /// Returns when no thread is inside the one before; from inside one that would be never: BUSY.
    #[mode(Blocking)]
    fn dataloader_set_progress(loader: L, callback: Callback<ProgressFn>, user_data: UserData) -> Status => set_progress;
    /// Tells the loss that the progress callback gets. Reading it from a tensor waits for the device: not every batch needs to.
    #[twins(bits)]
    fn dataloader_report_loss(loader: L, loss: f64) -> Status => report_loss;
}

fn rows(dataset: &Dataset) -> Result<i64> {
    Ok(dataset.rows())
}
fn inputs(dataset: &Dataset) -> Result<Tensor> {
    Ok(dataset.inputs().clone())
}
fn targets(dataset: &Dataset) -> Result<Tensor> {
    Ok(dataset.targets().clone())
}
fn new(dataset: &Dataset, batch: i64, shuffle: bool, seed: i64, drop_last: bool) -> Result<DataLoader> {
    DataLoader::new(dataset, batch, shuffle.then_some(seed as u64), drop_last)
}
fn len(loader: &DataLoader) -> Result<i64> {
    Ok(loader.batches())
}
fn next(loader: &DataLoader, inputs: OutSlice<'_, i64>, targets: OutSlice<'_, i64>) -> Result<i64> {
    check_apart(&[inputs, targets])?;
    match loader.next()? {
        Some((rows, wanted)) => {
            give_all([Some(rows), Some(wanted)], [inputs, targets])?;
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
fn set_progress(loader: &DataLoader, callback: Option<ProgressFn>, user_data: UserData) -> Result<()> {
    loader.set_progress(callback.map(|function| listener(function, user_data)))
}
fn report_loss(loader: &DataLoader, loss: f64) -> Result<()> {
    loader.report_loss(loss);
    Ok(())
}
