//! Batches of a dataset's rows: [`DataLoader`] gives one after another, in an order drawn anew for every epoch, while a worker
//! prepares the next.
//!
//! A batch is a function of seed, epoch and number alone. So a worker may go at any time, as it does in a forked child, and another
//! one begin where it was.

use super::Dataset;
use super::progress::{Epoch, Listener, Slot};
use crate::Tensor;
use crate::transfer::host_memory;
use ffi_backend::philox::philox4x32_10;
use ffi_backend::{DType, Result, Thread, error, fail, guard_callback};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// As many batches wait ready.
const AHEAD: usize = 2;

/// A batch of inputs and targets.
pub type Batch = (Tensor, Tensor);

/// What decides on every batch.
#[derive(Clone)]
struct Source {
    dataset: Dataset,
    batch: i64,
    /// Of the order; in the order of the rows without.
    seed: Option<u64>,
    batches: i64,
}

/// Gives batches. Clones are the same one.
#[derive(Clone)]
pub struct DataLoader(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    progress: Slot,
    /// Goes last, after the worker: were the worker the last to hold the dataset, memory that a host lent would be released on its
    /// thread, while the caller waits for it.
    source: Source,
}

struct State {
    epoch: Epoch,
    worker: Option<Worker>,
}

/// A thread that prepares the batches of one epoch in order.
struct Worker {
    /// Both are there until it goes.
    running: Option<(Receiver<Result<Batch>>, Thread<()>)>,
    /// How often the process had forked when it began: in a child of later it does not exist.
    forks: u32,
}

impl Drop for Worker {
    fn drop(&mut self) {
        let Some((batches, thread)) = self.running.take() else { return };
        if self.forks != ffi_backend::forks() {
            // The other end of the channel, and what it may hold, were the thread's.
            std::mem::forget((batches, thread));
            return;
        }
        // Its next send fails, and it ends.
        drop(batches);
        let _ = thread.join();
    }
}

impl DataLoader {
    /// Batches of so many rows. The last one is smaller where they do not come out even, or left out. The rows are shared, not
    /// copied; batches are copies. With a seed every epoch has an order of its own.
    pub fn new(dataset: &Dataset, batch: i64, seed: Option<u64>, drop_last: bool) -> Result<DataLoader> {
        if batch <= 0 {
            fail!(InvalidArgument, "dataloader: {batch} rows a batch");
        }
        let rows = dataset.rows();
        let batches = rows / batch + i64::from(!drop_last && rows % batch != 0);
        let source = Source { dataset: dataset.clone(), batch, seed, batches };
        let state = Mutex::new(State { epoch: Epoch::new(0), worker: None });
        Ok(DataLoader(Arc::new(Inner { source, state, progress: Slot::default() })))
    }

    /// How many batches an epoch has.
    pub fn batches(&self) -> i64 {
        self.0.source.batches
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch, `None` at the end of the epoch. After a failure the same batch is tried again. Whoever asks is done with
    /// the batch before, and progress is told first.
    #[allow(clippy::should_implement_trait, reason = "an iterator would have to be mutable")]
    pub fn next(&self) -> Result<Option<Batch>> {
        let Source { dataset, batch, batches, .. } = &self.0.source;
        let news = self.state().epoch.news(*batch, dataset.rows(), *batches);
        if let Some(news) = news {
            self.0.progress.tell(&news);
        }
        let state = &mut *self.state();
        if state.epoch.given == *batches {
            state.worker = None;
            return Ok(None);
        }
        state.epoch.begin();
        if state.worker.as_ref().is_none_or(|worker| worker.forks != ffi_backend::forks()) {
            state.worker = None;
            state.worker = Some(Worker::start(&self.0.source, state.epoch.number, state.epoch.given)?);
        }
        let running = state.worker.as_ref().and_then(|worker| worker.running.as_ref());
        let batch = running.and_then(|(batches, _)| batches.recv().ok());
        let batch =
            batch.unwrap_or_else(|| Err(error!(Internal, "dataloader: the thread that prepares batches ended")));
        match batch {
            Ok(_) => state.epoch.given += 1,
            Err(_) => state.worker = None,
        }
        batch.map(Some)
    }

    /// Begins the next epoch.
    pub fn reset(&self) {
        let mut state = self.state();
        state.worker = None;
        state.epoch = Epoch::new(state.epoch.number.wrapping_add(1));
    }

    /// The loss that progress tells from now on in this epoch.
    pub fn report_loss(&self, loss: f64) {
        self.state().epoch.loss = loss;
    }

    /// Who hears of each batch that is done: on the thread that asks for the next one, with no lock held. Returns when no thread is
    /// inside the one before; BUSY from inside one.
    pub fn set_progress(&self, listener: Option<Listener>) -> Result<()> {
        self.0.progress.set(listener)
    }
}

impl Worker {
    fn start(source: &Source, epoch: u64, first: i64) -> Result<Worker> {
        let forks = ffi_backend::forks();
        let (send, batches) = sync_channel(AHEAD);
        let source = source.clone();
        let work = move || {
            // Nobody listens any more once a send fails.
            let order = match source.seed.map(|seed| shuffled(source.dataset.rows(), seed, epoch)).transpose() {
                Ok(order) => order,
                Err(error) => return drop(send.send(Err(error))),
            };
            for number in first..source.batches {
                let batch = guard_callback(|| source.batch(number, order.as_deref()));
                let failed = batch.is_err();
                if send.send(batch).is_err() || failed {
                    return;
                }
            }
        };
        let thread = Thread::spawn("rt-dataloader", work)
            .map_err(|wrong| error!(OutOfMemory, "dataloader: no thread for it: {wrong}"))?;
        Ok(Worker { running: Some((batches, thread)), forks })
    }
}

impl Source {
    /// The batch with this number; `order` names the rows.
    fn batch(&self, number: i64, order: Option<&[i64]>) -> Result<Batch> {
        let (start, rows) = (number * self.batch, self.dataset.rows());
        let len = self.batch.min(rows - start);
        let Some(order) = order else {
            let part = self.dataset.narrow(start, len)?;
            return Ok((part.inputs().copy()?, part.targets().copy()?));
        };
        let chosen = &order[start as usize..(start + len) as usize];
        // A device may lack 64-bit integers.
        let dtype = if rows <= i64::from(i32::MAX) { DType::I32 } else { DType::I64 };
        let mut bytes = host_memory(len as u64 * dtype.size() as u64)?;
        match dtype {
            DType::I32 => chosen.iter().for_each(|&row| bytes.extend_from_slice(&(row as i32).to_ne_bytes())),
            _ => chosen.iter().for_each(|row| bytes.extend_from_slice(&row.to_ne_bytes())),
        }
        let chosen = Tensor::from_bytes(&bytes, &[len], dtype, dtype, self.dataset.inputs().device)?;
        let part = self.dataset.select(&chosen)?;
        Ok((part.inputs().clone(), part.targets().clone()))
    }
}

/// The numbers from 0 to below `count`, shuffled as Fisher and Yates do. Draw i of an epoch is the counter i of Philox with the
/// epoch in the counter's upper half, so that no two epochs share a draw.
fn shuffled(count: i64, seed: u64, epoch: u64) -> Result<Vec<i64>> {
    let mut order = Vec::new();
    let none = |_| error!(OutOfMemory, "dataloader: no memory for the order of {count} rows");
    order.try_reserve_exact(count as usize).map_err(none)?;
    order.extend(0..count);
    for at in (1..count as usize).rev() {
        let lanes = philox4x32_10(seed, u128::from(epoch) << 64 | at as u128);
        let bits = u64::from(lanes[1]) << 32 | u64::from(lanes[0]);
        // The upper half of a product: one of at + 1 numbers.
        let other = (u128::from(bits) * (at as u128 + 1)) >> 64;
        order.swap(at, other as usize);
    }
    Ok(order)
}
