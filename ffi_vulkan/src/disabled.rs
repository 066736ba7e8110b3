//! What answers when the feature `vulkan` is off: every call names the feature.
#![forbid(unsafe_code)]

use ffi_backend::{Backend, DeviceId, DeviceRef, Result};

struct Disabled;

/// The family of Vulkan devices; in this build each call answers NOT_CONFIGURED.
pub fn backend() -> &'static dyn Backend {
    &Disabled
}

impl Backend for Disabled {
    fn kind(&self) -> &'static str {
        "vulkan"
    }
    fn count(&self) -> Result<u32> {
        Err(ffi_base::row::not_configured("vulkan"))
    }
    fn open(&self, _ordinal: u32, _id: DeviceId) -> Result<DeviceRef> {
        Err(ffi_base::row::not_configured("vulkan"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_names_the_feature() {
        let errors = [backend().count().map(|_| ()), backend().open(0, DeviceId(1)).map(|_| ())];
        for error in errors.map(|outcome| outcome.unwrap_err()) {
            assert_eq!(error.code(), ffi_backend::Code::NotConfigured);
            assert!(error.text().contains("--features vulkan"), "{error}");
        }
    }
}
