//! The device: ops run at once on the caller's thread, under the locks of their buffers.
#![forbid(unsafe_code)]

use crate::buffer::{self, CpuBuffer, Fresh, LentBuffer, Locks, MOST};
use crate::operand::{Destination, Source};
use crate::{elementwise, host, index, linalg, matmul, memory, order, random, reduce, rows, scan};
use ffi_backend::op::View;
use ffi_backend::program::MAX_INPUTS;
use ffi_backend::{
    Backend, Buffer, BufferRef, DType, Device, DeviceId, DeviceRef, Info, Layout, MemoryStats, Offer, Op, Result,
    Support, Ticket, fail, shared,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

struct Cpu;

/// The CPU: one device, always there.
pub fn backend() -> &'static dyn Backend {
    // Settled at the first look, so that a wish for vectors that cannot be met is told early.
    crate::level::Level::current();
    &Cpu
}

impl Backend for Cpu {
    fn kind(&self) -> &'static str {
        "cpu"
    }
    fn count(&self) -> Result<u32> {
        Ok(1)
    }
    fn open(&self, ordinal: u32, id: DeviceId) -> Result<DeviceRef> {
        if ordinal != 0 {
            fail!(NotFound, "there is one cpu, not a cpu:{ordinal}");
        }
        let info = Info {
            id,
            name: "cpu".to_owned(),
            kind: "cpu",
            description: host::description(),
            memory_bytes: host::memory_bytes(),
        };
        Ok(Box::leak(Box::new(CpuDevice { info, tickets: AtomicU64::new(0) })))
    }
}

struct CpuDevice {
    info: Info,
    tickets: AtomicU64,
}

impl CpuDevice {
    fn run(op: &Op, sources: &[Source], to: Destination) -> Result<()> {
        match (op, sources) {
            (Op::Map { program, scalars }, _) => elementwise::map(program, scalars, sources, &to),
            (Op::Reduce { op, axes }, [x]) => reduce::reduce(*op, *axes, x, to),
            (Op::Rows(op), [x]) => rows::rows(*op, x, to),
            (Op::Matmul { alpha }, [a, b]) => matmul::matmul(*alpha, a, b, to),
            (Op::Linalg(op), _) => linalg::linalg(*op, sources, to),
            (Op::Random { op, seed, offset }, _) => random::random(*op, *seed, *offset, to),
            (Op::Scan { op, axis }, [x]) => scan::scan(*op, *axis, x, to),
            (Op::Index { op, axis }, [a, b]) => index::index(*op, *axis, a, b, to),
            (Op::Order { axis, descending }, [x]) => order::order(*axis, *descending, x, to),
            _ => fail!(InvalidArgument, "{}: {} operands", op.name(), sources.len()),
        }
    }
}

fn check_range(what: &str, at: u64, len: usize, buffer: &CpuBuffer) -> Result<usize> {
    if at.checked_add(len as u64).is_none_or(|end| end > buffer.len_bytes()) {
        fail!(InvalidArgument, "{what}: {len} bytes from {at} on leave a buffer of {} bytes", buffer.len_bytes());
    }
    Ok(at as usize)
}

/// The caller's own memory in a copy: never the buffer's, which is under a lock here.
fn check_apart(what: &str, host: &[u8], buffer: &CpuBuffer) -> Result<()> {
    if buffer.meets(host.as_ptr(), host.len()) {
        fail!(InvalidArgument, "{what}: the {} bytes of the caller lie in the tensor's own memory", host.len());
    }
    Ok(())
}

/// What `door` checks for views of one buffer, for buffers that look at one memory of the host: in place, or apart.
#[inline]
fn check_memory(op: &Op, source: &View, from: &CpuBuffer, destination: &View, written: &CpuBuffer) -> Result<()> {
    if std::ptr::eq(from, written) || !from.meets(written.data(), written.len_bytes_usize()) {
        return Ok(());
    }
    check_shared(op, source, from, destination, written)
}

#[cold]
fn check_shared(op: &Op, source: &View, from: &CpuBuffer, destination: &View, written: &CpuBuffer) -> Result<()> {
    let index_wise = matches!(op, Op::Map { .. }) && from.data() == written.data();
    if index_wise && source.layout == destination.layout && source.dtype.size() == destination.dtype.size() {
        return Ok(());
    }
    fail!(InvalidArgument, "{}: source and destination are different views of one memory of the host", op.name())
}

impl Device for CpuDevice {
    fn info(&self) -> &Info {
        &self.info
    }

    fn supports(&self, op: &Op, _: &[DType], destination: DType) -> Support {
        match op {
            Op::Matmul { alpha } if !destination.is_float() && *alpha != 1.0 => {
                Support::No("integer products take no factor but 1")
            }
            Op::Contract { .. } => Support::Lowered,
            _ => Support::Native,
        }
    }

    fn alloc(&self, len_bytes: u64) -> Result<BufferRef> {
        Ok(shared(CpuBuffer::new(self.info.id, len_bytes)?.shareable()))
    }

    fn memory(&self) -> MemoryStats {
        memory::stats()
    }

    fn memory_free(&self) -> u64 {
        host::memory_free()
    }

    fn trim(&self) -> Result<u64> {
        Ok(memory::trim())
    }

    fn upload(&self, src: &[u8], dst: &BufferRef, at: u64) -> Result<()> {
        let dst = CpuBuffer::of(dst)?;
        let at = check_range("upload", at, src.len(), dst)?;
        check_apart("upload", src, dst)?;
        buffer::write(dst, |bytes| bytes[at..at + src.len()].copy_from_slice(src));
        Ok(())
    }

    fn download(&self, src: &BufferRef, at: u64, dst: &mut [u8]) -> Result<()> {
        let src = CpuBuffer::of(src)?;
        let at = check_range("download", at, dst.len(), src)?;
        check_apart("download", dst, src)?;
        buffer::read(src, |bytes| dst.copy_from_slice(&bytes[at..at + dst.len()]));
        Ok(())
    }

    fn adopt(&self, memory: Offer) -> Result<BufferRef> {
        Ok(LentBuffer::adopt(self.info.id, memory))
    }

    fn expose(&self, buffer: &BufferRef) -> Result<*mut u8> {
        Ok(CpuBuffer::of(buffer)?.data())
    }

    fn record(&self, op: &Op, sources: &[View], destination: &View) -> Result<()> {
        let written = CpuBuffer::of(destination.buffer)?;
        // The small counts apart: an op over a few elements takes no longer than preparing eight operands.
        match sources {
            [a] => {
                let x = CpuBuffer::of(a.buffer)?;
                check_memory(op, a, x, destination, written)?;
                let _locks = Locks::take([written, x]);
                let to = Destination::new(destination, written);
                CpuDevice::run(op, &[Source::new(a, x, destination, written)], to)
            }
            [a, b] => {
                let (x, y) = (CpuBuffer::of(a.buffer)?, CpuBuffer::of(b.buffer)?);
                check_memory(op, a, x, destination, written)?;
                check_memory(op, b, y, destination, written)?;
                let _locks = Locks::take([written, x, y]);
                let to = Destination::new(destination, written);
                let sources = [Source::new(a, x, destination, written), Source::new(b, y, destination, written)];
                CpuDevice::run(op, &sources, to)
            }
            _ => {
                // Filled up with the destination, which is locked once however often it stands there.
                let mut buffers = [written; MOST];
                for (buffer, view) in buffers[1..].iter_mut().zip(sources) {
                    *buffer = CpuBuffer::of(view.buffer)?;
                    check_memory(op, view, buffer, destination, written)?;
                }
                let _locks = Locks::take(buffers);
                let mut list = [Source::of_buffer(written, destination.dtype, destination.layout); MAX_INPUTS];
                for ((source, view), buffer) in list.iter_mut().zip(sources).zip(&buffers[1..]) {
                    *source = Source::new(view, buffer, destination, written);
                }
                let list = &list[..sources.len().min(MAX_INPUTS)];
                CpuDevice::run(op, list, Destination::new(destination, written))
            }
        }
    }

    fn record_new(&self, op: &Op, sources: &[View], dtype: DType, layout: &Layout) -> Result<BufferRef> {
        let mut made = Fresh::new(self.info.id, layout.numel() as u64 * dtype.size() as u64)?;
        match sources {
            [a] => {
                let x = CpuBuffer::of(a.buffer)?;
                let _locks = Locks::read([x]);
                let sources = [Source::of_buffer(x, a.dtype, a.layout)];
                CpuDevice::run(op, &sources, made.destination(dtype, layout))?;
            }
            [a, b] => {
                let (x, y) = (CpuBuffer::of(a.buffer)?, CpuBuffer::of(b.buffer)?);
                let _locks = Locks::read([x, y]);
                let sources = [Source::of_buffer(x, a.dtype, a.layout), Source::of_buffer(y, b.dtype, b.layout)];
                CpuDevice::run(op, &sources, made.destination(dtype, layout))?;
            }
            _ => {
                let made: BufferRef = made.share();
                self.record(op, sources, &View { buffer: &made, dtype, layout })?;
                return Ok(made);
            }
        }
        Ok(made.share())
    }

    fn flush(&self) -> Result<Ticket> {
        Ok(Ticket(self.tickets.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn wait(&self, _: Ticket, _: Option<Duration>) -> Result<bool> {
        Ok(true)
    }
}
