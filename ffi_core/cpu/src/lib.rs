use ffi_backend::*;
struct Cpu;
pub fn backend() -> &'static dyn Backend {
    &Cpu
}
impl Backend for Cpu {
    fn kind(&self) -> &'static str {
        "cpu"
    }
    fn count(&self) -> Result<u32> {
        Ok(1)
    }
    fn open(&self, _: u32, _: DeviceId) -> Result<DeviceRef> {
        fail!(Unsupported, "stub")
    }
}
