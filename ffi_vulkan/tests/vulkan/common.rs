//! A device to test with, and tensors of any layout whose values are kept in f64 beside it.
#![allow(dead_code)]

use ffi_backend::{BufferRef, DType, DeviceId, Layout, Scalar, View, with_element};
use ffi_vulkan::VulkanDevice;
use std::sync::OnceLock;

/// The first device, shared by the tests that count nothing; `None`, said aloud, where there is no driver.
pub fn device() -> Option<&'static VulkanDevice> {
    static DEVICE: OnceLock<Option<&'static VulkanDevice>> = OnceLock::new();
    *DEVICE.get_or_init(|| device_of(DeviceId(7)))
}

/// A device of one's own. Without a driver the test is skipped, unless `FFI_REQUIRE` names vulkan.
pub fn device_of(id: DeviceId) -> Option<&'static VulkanDevice> {
    hear_validation();
    match ffi_vulkan::backend().open(0, id) {
        Ok(_) => ffi_vulkan::find(id),
        Err(error) => {
            let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan: {error}");
            eprintln!("SKIPPED: no vulkan device: {error}");
            None
        }
    }
}

/// Prints what the validation layers tell the log, for the process that runs this one with them. At the end, for these tests
/// make no exported calls, whose ends deliver.
pub fn hear_validation() {
    use ffi_base::{CallbackType, UserData, log};
    extern "C" fn at_exit() {
        log::deliver();
        eprintln!("UTTERED {}", ffi_vulkan::validation_messages());
    }
    unsafe extern "C" fn hear(_level: i64, text: *const u8, len: i64, _user: *mut std::ffi::c_void) {
        // SAFETY: the log lends `len` bytes during the call.
        let text = unsafe { std::slice::from_raw_parts(text, len as usize) };
        let text = String::from_utf8_lossy(text);
        eprintln!("HEARD {text}");
        if text.contains(crate::log::ASKING) {
            crate::log::answer();
        }
    }
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: the address is of a function of the listener's type.
        let listener = unsafe { log::LogFn::from_address(hear as *const std::ffi::c_void) };
        log::set_listener(Some(listener), UserData(std::ptr::null_mut())).unwrap();
        // SAFETY: the function takes nothing, and this binary is mapped until the end.
        unsafe { libc::atexit(at_exit) };
    });
}

/// A tensor.
pub struct Tensor {
    pub buffer: BufferRef,
    pub dtype: DType,
    pub layout: Layout,
    /// Values in row-major order of its dims.
    pub values: Vec<f64>,
}

/// The index in its buffer of each element, row-major.
pub fn indices(layout: &Layout) -> Vec<i64> {
    let mut out = vec![layout.offset()];
    for (dim, stride) in layout.dims().iter().zip(layout.strides()) {
        out = out.iter().flat_map(|base| (0..*dim).map(move |i| base + i * stride)).collect();
    }
    out
}

fn bytes_of(dtype: DType, values: &[f64]) -> Vec<u8> {
    use ffi_backend::Element;
    let mut out = Vec::new();
    for value in values {
        with_element!(dtype, T => {
            let element = T::from_real(*value);
            // Little-endian bytes by way of the widest integer.
            let bits: u64 = match dtype {
                DType::F64 => value.to_bits(),
                DType::F32 => u64::from((*value as f32).to_bits()),
                DType::F16 => u64::from(ffi_backend::dtype::types::F16::from_real(*value).to_bits()),
                DType::Bf16 => u64::from(ffi_backend::dtype::types::Bf16::from_real(*value).to_bits()),
                _ => element.to_whole() as u64,
            };
            out.extend_from_slice(&bits.to_le_bytes()[..dtype.size()]);
        });
    }
    out
}

fn values_of(dtype: DType, bytes: &[u8]) -> Vec<f64> {
    let value = |raw: &[u8]| {
        let mut eight = [0u8; 8];
        eight[..raw.len()].copy_from_slice(raw);
        let bits = u64::from_le_bytes(eight);
        match dtype {
            DType::F64 => f64::from_bits(bits),
            DType::F32 => f64::from(f32::from_bits(bits as u32)),
            DType::F16 => ffi_backend::dtype::types::F16::from_bits(bits as u16).to_f64(),
            DType::Bf16 => ffi_backend::dtype::types::Bf16::from_bits(bits as u16).to_f64(),
            DType::I64 => bits as i64 as f64,
            DType::I32 => f64::from(bits as u32 as i32),
            DType::U8 | DType::Bool => bits as f64,
        }
    };
    bytes.chunks_exact(dtype.size()).map(value).collect()
}

/// A buffer of `count` elements filled with some values, repeated.
pub fn buffer(device: &VulkanDevice, dtype: DType, count: i64, values: &[f64]) -> (BufferRef, Vec<f64>) {
    use ffi_backend::Device;
    let all: Vec<f64> = values.iter().copied().cycle().take(count as usize).collect();
    let bytes = bytes_of(dtype, &all);
    let buffer = device.alloc(bytes.len() as u64).unwrap();
    device.upload(&bytes, &buffer, 0).unwrap();
    (buffer, values_of(dtype, &bytes))
}

impl Tensor {
    /// With values in a buffer just long enough for the layout.
    pub fn new(device: &VulkanDevice, dtype: DType, layout: Layout, values: &[f64]) -> Tensor {
        let count = layout.extent().map_or(0, |(_, high)| high + 1);
        let (buffer, all) = buffer(device, dtype, count, values);
        let values =
            if layout.numel() == 0 { Vec::new() } else { indices(&layout).iter().map(|i| all[*i as usize]).collect() };
        Tensor { buffer, dtype, layout, values }
    }

    pub fn view(&self) -> View<'_> {
        View { buffer: &self.buffer, dtype: self.dtype, layout: &self.layout }
    }

    /// What the device holds now, row-major.
    pub fn read(&self, device: &VulkanDevice) -> Vec<f64> {
        let all = download(device, &self.buffer, self.dtype);
        if self.layout.numel() == 0 {
            return Vec::new();
        }
        indices(&self.layout).iter().map(|i| all[*i as usize]).collect()
    }
}

/// All of a buffer.
pub fn download(device: &VulkanDevice, buffer: &BufferRef, dtype: DType) -> Vec<f64> {
    use ffi_backend::Device;
    let mut bytes = vec![0xAAu8; buffer.len_bytes() as usize];
    device.download(buffer, 0, &mut bytes).unwrap();
    values_of(dtype, &bytes)
}

/// Layouts of every kind over some dims: contiguous, transposed, backwards, stepped with an offset, and (for sources) broadcast.
pub fn layouts(dims: &[i64], destination: bool) -> Vec<Layout> {
    let rank = dims.len();
    let contiguous = Layout::contiguous(dims).unwrap();
    let mut all = vec![contiguous];
    if rank == 0 {
        all.push(Layout::from_parts(&[], &[], 5).unwrap());
        return all;
    }
    // Transposed: the strides of the reversed dims.
    let reversed: Vec<i64> = dims.iter().rev().copied().collect();
    let order: Vec<usize> = (0..rank).rev().collect();
    all.push(Layout::contiguous(&reversed).unwrap().permute(&order).unwrap());
    // Every other element of the last dimension, backwards.
    let mut wide = dims.to_vec();
    wide[rank - 1] *= 2;
    let last = dims[rank - 1];
    if last > 0 {
        all.push(Layout::contiguous(&wide).unwrap().slice(rank - 1, 2 * last - 1, last, -2).unwrap());
        let mut tall = dims.to_vec();
        tall[0] += 3;
        if rank > 1 {
            all.push(Layout::contiguous(&tall).unwrap().slice(0, dims[0] + 1, dims[0], -1).unwrap());
        }
    }
    if !destination {
        let mut narrow = dims.to_vec();
        narrow[0] = 1;
        all.push(Layout::contiguous(&narrow).unwrap().broadcast_to(dims).unwrap());
        all.push(Layout::scalar().broadcast_to(dims).unwrap());
    }
    all
}

/// Whether two values agree to a relative and absolute tolerance; NaN equals NaN.
pub fn close(got: f64, want: f64, tolerance: f64) -> bool {
    got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= tolerance * want.abs().max(1.0)
}

/// A dtype's rounding of a reference value.
pub fn rounded(dtype: DType, value: f64) -> f64 {
    use ffi_backend::Element;
    with_element!(dtype, T => T::from_real(value).to_real())
}

/// What a dtype's own arithmetic may be off by.
pub fn tolerance(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => 2e-3,
        DType::Bf16 => 1.6e-2,
        DType::F32 => 2e-6,
        DType::F64 => 1e-14,
        _ => 0.0,
    }
}

/// A scalar as the dtype's family wants it.
pub fn scalar(dtype: DType, value: f64) -> Scalar {
    if dtype.is_float() { Scalar::Float(value) } else { Scalar::Int(value as i64) }
}
