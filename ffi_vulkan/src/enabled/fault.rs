//! What a driver's result code means to a caller.
#![forbid(unsafe_code)]

use ash::vk;
use ffi_backend::{Code, Error};
use gpu_allocator::AllocationError;

/// The error for a failed call of the driver.
#[cold]
pub fn driver(call: &str, result: vk::Result) -> Error {
    let code = match result {
        vk::Result::ERROR_OUT_OF_HOST_MEMORY | vk::Result::ERROR_OUT_OF_DEVICE_MEMORY => Code::OutOfMemory,
        vk::Result::ERROR_DEVICE_LOST => Code::DeviceLost,
        vk::Result::ERROR_FEATURE_NOT_PRESENT | vk::Result::ERROR_EXTENSION_NOT_PRESENT => Code::Unsupported,
        vk::Result::ERROR_INCOMPATIBLE_DRIVER | vk::Result::ERROR_INITIALIZATION_FAILED => Code::Unavailable,
        _ => Code::Internal,
    };
    Error::new(code, format!("{call} answered {result:?}")).with_native(i64::from(result.as_raw()))
}

/// The error for a failed allocation.
#[cold]
pub fn allocator(error: AllocationError) -> Error {
    match error {
        AllocationError::OutOfMemory => driver("vkAllocateMemory", vk::Result::ERROR_OUT_OF_DEVICE_MEMORY),
        other => Error::new(Code::Internal, format!("the allocator answered: {other}")),
    }
}
