//! The device: checks that it lives, orders the host with the queue, and hands work to the recorder.
#![forbid(unsafe_code)]

use super::buffer::{VulkanBuffer, keep_host_away};
use super::gpu::Gpu;
use super::kernel::refusals;
use super::memory::{Block, Purpose};
use super::plan::Operand;
use super::queue::Timeline;
use super::recorder::Recorder;
use super::support::Refusals;
use super::trace::Traced;
use ffi_backend::{
    Buffer, BufferRef, Code, DType, Device, DeviceId, Error, Info, LinalgOp, MemoryStats, Op, Result, Support, Ticket,
    View, error, fail, share,
};
use parking_lot::{Mutex, MutexGuard};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// An opened Vulkan device. See the crate's documentation for its order and memory.
pub struct VulkanDevice {
    info: Info,
    gpu: &'static Gpu,
    refusals: Refusals,
    timeline: Timeline,
    recorder: Mutex<Recorder>,
    /// Why the driver lost it; every call answers this from then on.
    lost: OnceLock<Error>,
    /// Whether it was given up while its work had no end: then nothing is known to be done, and memory stays.
    hangs: AtomicBool,
    /// The fork count it was opened under: a driver's threads and queues do not follow into a child.
    forks: u32,
    /// Itself, for the buffers that it lends out.
    me: OnceLock<&'static VulkanDevice>,
    /// Whether the host copies straight into memory that it sees and no work uses. Off in tests of the other way.
    direct: bool,
}

impl VulkanDevice {
    /// Opens a device; it stays open until the process ends.
    pub fn open(ordinal: u32, id: DeviceId) -> Result<&'static VulkanDevice> {
        VulkanDevice::open_with(ordinal, id, true, false, None)
    }

    /// As `open`, but the host never copies straight into device memory; for tests on machines where it could.
    #[doc(hidden)]
    pub fn open_staged(ordinal: u32, id: DeviceId) -> Result<&'static VulkanDevice> {
        VulkanDevice::open_with(ordinal, id, false, false, None)
    }

    /// As `open`, but its kernels take addresses alone, as on drivers that cannot push descriptors; for tests on those that can.
    #[doc(hidden)]
    pub fn open_by_address(ordinal: u32, id: DeviceId) -> Result<&'static VulkanDevice> {
        VulkanDevice::open_with(ordinal, id, true, true, None)
    }

    /// Makes the device answer as if its driver had lost it; for tests.
    #[doc(hidden)]
    pub fn pretend_lost(&self, error: Error) {
        self.lose(error);
    }

    /// Has the driver utter a message while this device is locked, as a validation layer would; for tests.
    #[doc(hidden)]
    pub fn utter(&self, text: &std::ffi::CStr) -> Result<()> {
        let _recorder = self.alive()?;
        super::instance::utter(text)
    }

    /// As `open`, but with less patience.
    #[cfg(test)]
    pub(super) fn open_hasty(ordinal: u32, id: DeviceId, patience: Duration) -> Result<&'static VulkanDevice> {
        VulkanDevice::open_with(ordinal, id, true, false, Some(patience))
    }

    fn open_with(
        ordinal: u32,
        id: DeviceId,
        direct: bool,
        by_address: bool,
        patience: Option<Duration>,
    ) -> Result<&'static VulkanDevice> {
        let mut gpu = Gpu::open(ordinal, by_address)?;
        gpu.patience = patience.unwrap_or(gpu.patience);
        let gpu: &'static Gpu = Box::leak(Box::new(gpu));
        let recorder = Recorder::new(gpu)?;
        let info = Info {
            id,
            name: format!("vulkan:{ordinal}"),
            kind: "vulkan",
            description: gpu.description.clone(),
            memory_bytes: gpu.memory_bytes,
        };
        let device: &'static VulkanDevice = Box::leak(Box::new(VulkanDevice {
            info,
            gpu,
            refusals: Refusals { why: refusals(&gpu.features), fuses: gpu.fuses },
            timeline: recorder.timeline(),
            recorder: Mutex::new(recorder),
            lost: OnceLock::new(),
            hangs: AtomicBool::new(false),
            forks: ffi_base::process::forks(),
            me: OnceLock::new(),
            direct,
        }));
        let _ = device.me.set(device);
        Ok(device)
    }

    /// How many batches went to the driver so far. A chain of ops is one.
    pub fn submissions(&self) -> u64 {
        self.recorder.lock().submitted()
    }

    /// How many command buffers and pipelines were made so far; for tests of what a steady state needs.
    #[doc(hidden)]
    pub fn made(&self) -> [u64; 2] {
        self.recorder.lock().made()
    }

    /// Begins or ends a trace; the one that was under way.
    pub(super) fn set_trace(&self, trace: Option<Vec<Traced>>) -> Option<Vec<Traced>> {
        std::mem::replace(&mut self.recorder.lock().trace, trace)
    }

    pub(super) fn gpu(&self) -> &'static Gpu {
        self.gpu
    }

    /// Forces rare situations.
    #[cfg(test)]
    pub(super) fn force(&self, forced: super::recorder::Forced) {
        self.recorder.lock().forced = forced;
    }

    /// Has all work from now on wait for what never comes.
    #[cfg(test)]
    pub(super) fn hang(&self) -> Result<()> {
        self.recorder.lock().hang()
    }

    /// How many barriers were recorded so far.
    #[cfg(test)]
    pub(super) fn barriers(&self) -> u64 {
        self.recorder.lock().barriers()
    }

    /// The recorder, while the device answers.
    fn alive(&self) -> Result<MutexGuard<'_, Recorder>> {
        self.health()?;
        Ok(self.recorder.lock())
    }

    /// Whether this process was forked from the one that opened it. Then its locks may never be free again, and its driver does
    /// not answer.
    fn forked(&self) -> bool {
        ffi_base::process::forks() != self.forks
    }

    /// Remembers that the driver lost the device.
    fn noted<T>(&self, outcome: Result<T>) -> Result<T> {
        match &outcome {
            Err(error) if error.code() == Code::DeviceLost => self.lose(error.clone()),
            Err(error) if error.code() == Code::Timeout => {
                self.hangs.store(true, Ordering::Release);
                self.lose(Error::new(Code::DeviceLost, format!("given up: {}", error.text())));
            }
            _ => {}
        }
        outcome
    }

    pub(super) fn lose(&self, error: Error) {
        let _ = self.lost.set(error.at(&self.info.name));
    }

    /// Takes a dropped buffer's block back. Frees work on a lost device too.
    pub(super) fn give(&self, block: Block, len_bytes: u64, stamp: u64) {
        if self.forked() {
            std::mem::forget(block);
            return;
        }
        let mut recorder = self.recorder.lock();
        recorder.stats.live_bytes -= len_bytes;
        recorder.give(block, Purpose::Device, stamp);
        if self.lost.get().is_some() && !self.hangs.load(Ordering::Acquire) {
            // Nothing will use it again, and the device that is opened in its place may need the room.
            if recorder.abandon().is_err() {
                self.hangs.store(true, Ordering::Release);
            }
        }
    }

    /// Whether the host may copy straight from or to a block: it sees it, and no work uses it.
    fn idle(&self, block: &Block, stamp: u64) -> Result<bool> {
        Ok(self.direct && block.direct && stamp <= self.timeline.completed()?)
    }

    fn range(&self, what: &str, buffer: &VulkanBuffer, at: u64, len: usize) -> Result<()> {
        if at.checked_add(len as u64).is_none_or(|end| end > buffer.len_bytes()) {
            fail!(InvalidArgument, "{what}: bytes {at}..+{len} leave a buffer of {} bytes", buffer.len_bytes());
        }
        Ok(())
    }

    fn upload_now(&self, src: &[u8], dst: &VulkanBuffer, at: u64) -> Result<()> {
        let _host = dst.host_writes();
        let block = dst.block()?;
        if self.idle(block, dst.last_use())? {
            return block.write(at, src);
        }
        let mut recorder = self.alive()?;
        let staging = recorder.take_host(src.len() as u64, Purpose::Upload)?;
        let copied = staging
            .write(0, src)
            .and_then(|()| recorder.copy((&staging, 0), (block, at), src.len() as u64, |ticket| dst.stamp(ticket)));
        // After a failure it may be that a batch has it, and that is the next one at the latest.
        let stamp = *copied.as_ref().unwrap_or(&(recorder.submitted() + 1));
        recorder.give(staging, Purpose::Upload, stamp);
        copied.map(|_| ())
    }

    /// Bytes of a buffer that the host's guards are held of.
    pub(super) fn fetch(&self, src: &VulkanBuffer, at: u64, dst: &mut [u8]) -> Result<()> {
        let block = src.block()?;
        if self.direct && block.direct {
            let stamp = src.last_use();
            if !self.idle(block, stamp)? {
                let submitted = self.alive()?.flush()?;
                self.timeline.wait(stamp.min(submitted), None)?;
            }
            return block.read(at, dst);
        }
        let len_bytes = dst.len() as u64;
        self.answer(dst, |recorder, to| {
            recorder.copy((block, at), (to, 0), len_bytes, |ticket| src.stamp(ticket)).map(|_| ())
        })
    }

    /// Reads what recorded work leaves in a block for the host, once it is done.
    pub(super) fn answer(
        &self,
        dst: &mut [u8],
        record: impl FnOnce(&mut Recorder, &Block) -> Result<()>,
    ) -> Result<()> {
        let (block, ticket) = {
            let mut recorder = self.alive()?;
            let block = recorder.take_host(dst.len() as u64, Purpose::Download)?;
            match record(&mut recorder, &block).and_then(|()| recorder.flush()) {
                Ok(ticket) => (block, ticket),
                Err(error) => {
                    // It may be that a batch has it, and that is the next one at the latest.
                    let late = recorder.submitted() + 1;
                    recorder.give(block, Purpose::Download, late);
                    return Err(error);
                }
            }
        };
        let read = self.timeline.wait(ticket, None).and_then(|_| block.read(0, dst));
        self.recorder.lock().give(block, Purpose::Download, ticket);
        read
    }
}

impl Device for VulkanDevice {
    fn info(&self) -> &Info {
        &self.info
    }

    fn health(&self) -> Result<()> {
        if self.forked() {
            fail!(Unavailable, "{} was opened before this process was forked", self.info.name);
        }
        self.lost.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    fn supports(&self, op: &Op, sources: &[DType], destination: DType) -> Support {
        self.refusals.supports(op, sources, destination)
    }

    fn alloc(&self, len_bytes: u64) -> Result<BufferRef> {
        let Some(device) = self.me.get() else { fail!(Internal, "{}: not opened yet", self.info.name) };
        let mut recorder = self.alive()?;
        let taken = recorder.take(len_bytes).map_err(|error| error.at(&self.info.name));
        let (block, stamp) = self.noted(taken)?;
        recorder.stats.allocations += 1;
        recorder.stats.live_bytes += len_bytes;
        recorder.stats.peak_bytes = recorder.stats.peak_bytes.max(recorder.stats.live_bytes);
        Ok(share(VulkanBuffer::new(device, block, len_bytes, stamp)))
    }

    fn memory(&self) -> MemoryStats {
        if self.forked() {
            return MemoryStats::default();
        }
        let recorder = self.recorder.lock();
        MemoryStats { pooled_bytes: recorder.pooled_bytes(), ..recorder.stats }
    }

    fn memory_free(&self) -> u64 {
        if self.health().is_err() {
            return 0;
        }
        let stats = self.memory();
        let ours = stats.live_bytes + stats.pooled_bytes;
        self.gpu.memory_free().unwrap_or_else(|| self.info.memory_bytes.saturating_sub(ours))
    }

    fn trim(&self) -> Result<u64> {
        let trimmed = self.alive()?.trim();
        self.noted(trimmed)
    }

    fn shut_down(&self) -> Result<()> {
        let mut recorder = self.alive()?;
        recorder.keep_pipelines(true);
        let trimmed = recorder.trim();
        drop(recorder);
        self.noted(trimmed).map(|_| ())
    }

    fn upload(&self, src: &[u8], dst: &BufferRef, at: u64) -> Result<()> {
        self.health()?;
        let dst = VulkanBuffer::of(self, dst.as_ref())?;
        self.range("upload", dst, at, src.len())?;
        if src.is_empty() {
            return Ok(());
        }
        self.noted(self.upload_now(src, dst, at))
    }

    fn download(&self, src: &BufferRef, at: u64, dst: &mut [u8]) -> Result<()> {
        self.health()?;
        let src = VulkanBuffer::of(self, src.as_ref())?;
        self.range("download", src, at, dst.len())?;
        if dst.is_empty() {
            return Ok(());
        }
        let _host = src.host_reads();
        self.noted(self.fetch(src, at, dst))?;
        // The host has waited, so a moment more is no loss.
        if let Some(mut recorder) = self.recorder.try_lock() {
            recorder.keep_pipelines(false);
        }
        Ok(())
    }

    fn record(&self, op: &Op, sources: &[View], destination: &View) -> Result<()> {
        self.health()?;
        let _host = keep_host_away(self, sources, destination)?;
        let to = VulkanBuffer::of(self, destination.buffer.as_ref())?;
        let to_operand = Operand::new(destination, to.block()?);
        let mut operands = [to_operand; ffi_backend::program::MAX_INPUTS];
        if sources.len() > operands.len() {
            return Err(error!(InvalidArgument, "{}: {} operands", op.name(), sources.len()));
        }
        let mut buffers = [to; ffi_backend::program::MAX_INPUTS];
        for ((operand, used), view) in operands.iter_mut().zip(&mut buffers).zip(sources) {
            *used = VulkanBuffer::of(self, view.buffer.as_ref())?;
            *operand = Operand::new(view, used.block()?);
        }
        if let Op::Index { op, axis } = op {
            self.noted(self.check_index(*op, *axis, &operands[..sources.len()], &to_operand, &buffers))?;
        }
        // The unused ones are the destination once more.
        let stamp = |ticket| buffers.iter().chain([&to]).for_each(|buffer| buffer.stamp(ticket));
        if let Op::Linalg(op) = op
            && *op != LinalgOp::Det
        {
            return self.noted(self.linalg(*op, &operands[..sources.len()], &to_operand, stamp));
        }
        let mut recorder = self.alive()?;
        self.noted(recorder.record(op, &operands[..sources.len()], &to_operand, None, stamp))
    }

    fn flush(&self) -> Result<Ticket> {
        let flushed = self.alive()?.flush();
        self.noted(flushed).map(Ticket)
    }

    fn wait(&self, until: Ticket, timeout: Option<Duration>) -> Result<bool> {
        let submitted = {
            let mut recorder = self.alive()?;
            if until.0 > recorder.submitted() { self.noted(recorder.flush())? } else { until.0 }
        };
        if until.0 > submitted {
            fail!(InvalidArgument, "{}: ticket {} was never given out", self.info.name, until.0);
        }
        self.noted(self.timeline.wait(until.0, timeout))
    }
}
