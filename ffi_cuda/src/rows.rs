//! The `rt_cuda_*` rows.
#![forbid(unsafe_code)]

use crate::driver::refusal;
use ffi_base::{Address, Array, Bytes, BytesMut, Count, Freed, Handle, OutArray, Status, Text, exports};
use std::convert::Infallible;

ffi_base::kinds! { KINDS;
    /// A CUDA stream.
    CudaStreamKind = 24, "cuda stream", "rt_cuda_stream", true, Infallible;
    /// A CUDA event.
    CudaEventKind = 25, "cuda event", "rt_cuda_event", true, Infallible;
    /// A CUDA kernel function.
    CudaFunctionKind = 26, "cuda function", "rt_cuda_function", true, Infallible;
}

type Stream = Handle<CudaStreamKind>;
type Event = Handle<CudaEventKind>;

exports! { ROWS, "CUDA (feature cuda)", "rt_cuda_";
    /// Planned: how many CUDA devices there are.
    fn device_count() -> Count => refuse [refusal];
    /// Planned: the calling thread's device.
    fn device_get() -> Count => refuse [refusal];
    /// Planned: makes a device the calling thread's.
    fn device_set(ordinal: i64) -> Status => refuse [refusal];
    /// Planned: a device's name.
    #[twins(copy)]
    fn device_name(ordinal: i64) -> Text => refuse [refusal];
    /// Planned: free and total bytes.
    fn device_memory(ordinal: i64, out & capacity: OutArray<i64>) -> Count => refuse [refusal];
    /// Planned: device memory; its address, 0 on failure.
    fn malloc(len_bytes: i64) -> Address => refuse [refusal];
    /// Planned: frees device memory.
    fn free(address: i64) -> Status => refuse [refusal];
    /// Planned: host to device.
    #[mode(Blocking)]
    fn memcpy_h2d(destination: i64, source & len_bytes: Bytes) -> Status => refuse [refusal];
    /// Planned: device to host.
    #[mode(Blocking)]
    fn memcpy_d2h(destination & len_bytes: BytesMut, source: i64) -> Status => refuse [refusal];
    /// Planned: device to device.
    #[mode(Blocking)]
    fn memcpy_d2d(destination: i64, source: i64, len_bytes: i64) -> Status => refuse [refusal];
    /// Planned: a stream.
    fn stream_create() -> Stream => refuse [refusal];
    /// Planned: waits for a stream.
    #[mode(Blocking)]
    fn stream_sync(stream: Stream) -> Status => refuse [refusal];
    /// Planned: frees a stream.
    fn stream_destroy(stream: Freed<CudaStreamKind>) -> Status => refuse [refusal];
    /// Planned: an event.
    fn event_create() -> Event => refuse [refusal];
    /// Planned: records an event on a stream.
    fn event_record(event: Event, stream: Stream) -> Status => refuse [refusal];
    /// Planned: waits for an event.
    #[mode(Blocking)]
    fn event_sync(event: Event) -> Status => refuse [refusal];
    /// Planned: milliseconds between two events.
    #[twins(bits)]
    fn event_elapsed(start: Event, end: Event) -> f64 => refuse [refusal];
    /// Planned: launches a kernel function.
    fn launch_kernel(function: Handle<CudaFunctionKind>, grid & grid_len: Array<i64>, block & block_len: Array<i64>, args: Address) -> Status => refuse [refusal];
}
