//! What the driver utters in the middle of a call reaches the log callback when no lock is held.

use crate::common::{Tensor, device, hear_validation};
use ffi_backend::{DType, Layout, MapOp, Op, Program, Scalar, run};
use ffi_base::{Mode, Status, guard};
use std::sync::atomic::{AtomicU32, Ordering};

/// A line that asks the listener to use the device.
pub const ASKING: &str = "the listener computes on this";

static ANSWERS: AtomicU32 = AtomicU32::new(0);

/// Uses the device from inside the callback.
pub fn answer() {
    let Some(device) = device() else { return };
    let x = Tensor::new(device, DType::F32, Layout::contiguous(&[1000]).unwrap(), &[1.0]);
    let op = Op::Map { program: Program::with_scalar(MapOp::add), scalars: &[Scalar::Float(1.0)] };
    run(device, &op, &[x.view()], &x.view()).unwrap();
    assert!(x.read(device).iter().all(|v| *v == 2.0));
    ANSWERS.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn a_message_uttered_under_the_devices_lock_lets_the_callback_use_the_device() {
    let Some(device) = device() else { return };
    hear_validation();
    let asking = std::ffi::CString::new(ASKING).unwrap();
    guard::<Status>("rt_test", Mode::Plain, |_| {
        device.utter(&asking)?;
        assert_eq!(ANSWERS.load(Ordering::Relaxed), 0, "not below the lock");
        Ok(())
    });
    assert_eq!(ANSWERS.load(Ordering::Relaxed), 1);
}
