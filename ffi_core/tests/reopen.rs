//! A lost device through the C symbols: it refuses everything but frees, and opening it again gives another one.
#![cfg(feature = "vulkan")]
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use ffi_backend::{DType, Error};
use ffi_base::{Code, last_error, object};
use ffi_core::device::DeviceKind;
use ffi_core::rows::{core, create, device, elementwise as ops, handle, shape, transfer};

const F32: i64 = DType::F32.number();

fn find() -> i64 {
    // SAFETY: a text of this length.
    unsafe { device::device_find(c"vulkan:0".as_ptr().cast(), 8) }
}

#[test]
fn a_lost_device_is_opened_again_under_a_new_handle() {
    let old = find();
    if old == 0 {
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "vulkan"), "{}", last_error::message());
        eprintln!("SKIPPED: no vulkan device: {}", last_error::message());
        return;
    }
    assert_eq!(find(), old);
    // SAFETY: numbers, and pointers to slices of the lengths given; in the whole test.
    unsafe {
        assert_eq!(device::device_set_default(old), 0);
        let x = create::tensor_ones([100i64].as_ptr(), 1, F32, 1);
        assert_eq!(shape::tensor_device(x), old);
        let id = object::borrow::<DeviceKind>(old).unwrap().device.info().id;
        ffi_vulkan::find(id).unwrap().pretend_lost(Error::new(Code::DeviceLost, "a test says so"));

        let lost = || {
            let code = last_error::code();
            last_error::clear();
            code == Code::DeviceLost.number()
        };
        assert!(ops::add::add(x, x) == 0 && lost());
        assert!(
            create::tensor_ones([100i64].as_ptr(), 1, F32, 1) == 0 && lost(),
            "the thread's default is still the lost one"
        );
        assert!(device::device_synchronize(old) < 0 && lost());

        let new = find();
        assert!(new > 0 && new != old, "{}", last_error::message());
        assert_eq!(find(), new);
        let index = (0..device::device_count()).find(|&index| device::device_at(index) == new);
        assert!(index.is_some(), "the list has the new one");
        assert_eq!(shape::tensor_device(x), old, "an old tensor is still the old one's");
        assert!(device::device_synchronize(old) < 0 && lost());

        let y = create::tensor_ones([100i64].as_ptr(), 1, F32, new);
        let sum = ops::add::add(y, y);
        let mut values = [0f32; 100];
        assert_eq!(transfer::tensor_copy_to(sum, values.as_mut_ptr().cast(), 100, F32), 100);
        assert!(values.iter().all(|value| *value == 2.0));
        // The two do not mix, though both are "vulkan:0".
        assert_eq!(ops::add::add(x, y), 0);
        assert_eq!(last_error::code(), Code::DeviceMismatch.number());
        assert_eq!(core::shutdown(), 0, "a lost device has nothing to wait for");
        for tensor in [x, y, sum] {
            assert_eq!(handle::release(tensor), 0);
        }
    }
}
