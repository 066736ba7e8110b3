//! Devices: which there are, what they are called, and which one is the default.

use crate::device::{self, DeviceArgument, DeviceKind, Opened};
use ffi_backend::DeviceRef;
use ffi_base::{Count, Existing, OutArray, OutSlice, Resolved, Result, Status, Text, TextOut, exports};

exports! { ROWS, "Devices", "rt_";
    /// How many devices can be opened: the CPU, and those whose driver and feature are there.
    fn device_count() -> Count => count;
    /// Opens the device at this place, the CPU at 0. The library owns devices; freeing their handles is a no-op.
    #[mode(Blocking)]
    fn device_at(index: i64) -> Existing<DeviceKind> => device::at;
    /// Opens a device by name: "cpu", "vulkan:0", "cuda:1"; without a number it is the first. NOT_CONFIGURED names the feature
    /// that is off, UNAVAILABLE the drivers that were tried. After DEVICE_LOST it opens the device anew, under a new handle.
    #[mode(Blocking)]
    fn device_find(name & len: Text) -> Existing<DeviceKind> => device::find;
    /// The device's name, by which rt_device_find finds it. Static.
    #[twins(copy)]
    fn device_name(device: Resolved<DeviceArgument>) -> Text => name;
    /// The hardware's name with its driver. Static.
    #[twins(copy)]
    fn device_description(device: Resolved<DeviceArgument>) -> Text => description;
    /// The device's family: "cpu", "cuda", "vulkan", "torch".
    #[twins(copy)]
    fn device_kind(device: Resolved<DeviceArgument>) -> Text => kind;
    /// Bytes of memory the device has.
    fn device_memory_total(device: Resolved<DeviceArgument>) -> Count => memory_total;
    /// Bytes of memory free on the device now, as its driver or operating system sees it.
    fn device_memory_free(device: Resolved<DeviceArgument>) -> Count => memory_free;
    /// Makes a device the calling thread's default; RT_DEVICE_DEFAULT goes back to the process's, which FFI_DEVICE names.
    fn device_set_default(device: i64) -> Status => device::set_default;
    /// The calling thread's default device. If FFI_DEVICE names a device that cannot be opened, this and every other use of
    /// the default fails and names it.
    fn device_default() -> Existing<DeviceKind> => device::default_handle;
    /// Waits until all work recorded on the device so far is done. Failures of that work surface here.
    #[mode(Blocking)]
    fn device_synchronize(device: Resolved<DeviceArgument>) -> Status => synchronize;
    /// Writes up to five numbers about the device's allocator: bytes alive, bytes kept for reuse, the most bytes ever alive,
    /// buffers handed out, and how many of those needed the driver. Returns 5.
    fn memory_stats(device: Resolved<DeviceArgument>, out & capacity: OutArray<i64>) -> Count => memory_stats_of;
    /// Gives memory kept for reuse back to the driver. Returns how many bytes.
    #[mode(Blocking)]
    fn memory_trim(device: Resolved<DeviceArgument>) -> Count => trim;
}

fn count() -> Result<i64> {
    Ok(device::count())
}

/// The texts lent for ever with an opened device.
fn lent<R>(device: DeviceRef, text: impl FnOnce(&Opened) -> R) -> Result<R> {
    let opened = ffi_base::object::borrow::<DeviceKind>(device::handle_of(device)?)?;
    Ok(text(&opened))
}

fn name(device: DeviceRef) -> Result<TextOut> {
    lent(device, |opened| opened.name.into())
}
fn description(device: DeviceRef) -> Result<TextOut> {
    lent(device, |opened| opened.description.into())
}
fn kind(device: DeviceRef) -> Result<TextOut> {
    Ok(device.info().kind.to_owned().into())
}
fn memory_total(device: DeviceRef) -> Result<i64> {
    Ok(device.info().memory_bytes as i64)
}
fn memory_free(device: DeviceRef) -> Result<i64> {
    Ok(device.memory_free() as i64)
}
fn synchronize(device: DeviceRef) -> Result<()> {
    let ticket = device.flush()?;
    device.wait(ticket, None).map(|_| ())
}
fn memory_stats_of(device: DeviceRef, out: OutSlice<'_, i64>) -> Result<i64> {
    let stats = device.memory();
    let numbers = [stats.live_bytes, stats.pooled_bytes, stats.peak_bytes, stats.allocations, stats.driver_calls];
    out.write(&numbers.map(|n| n as i64));
    Ok(numbers.len() as i64)
}
fn trim(device: DeviceRef) -> Result<i64> {
    device.trim().map(|bytes| bytes as i64)
}
