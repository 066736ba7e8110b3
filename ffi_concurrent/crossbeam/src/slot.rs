//! A message in a box of its own, which may be filled after it was sent: crossbeam's `Select` learns what to send when it has chosen
//! where, `rt_channel_select` before.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

pub struct Slot<T> {
    ready: AtomicBool,
    message: UnsafeCell<Option<T>>,
}

impl<T> Slot<T> {
    pub fn filled(message: T) -> i64 {
        Self::boxed(Some(message))
    }

    pub fn empty() -> i64 {
        Self::boxed(None)
    }

    fn boxed(message: Option<T>) -> i64 {
        let slot = Slot { ready: AtomicBool::new(message.is_some()), message: UnsafeCell::new(message) };
        Box::into_raw(Box::new(slot)).expose_provenance() as i64
    }

    /// # Safety
    /// `word` is an empty slot of this type that nobody filled, and who has it waits in `take`.
    pub unsafe fn fill(word: i64, message: T) {
        let slot: *const Slot<T> = std::ptr::with_exposed_provenance(word as usize);
        // SAFETY: nobody else touches the message before it is ready, nor the slot by this word after.
        unsafe {
            *(*slot).message.get() = Some(message);
            (*slot).ready.store(true, Ordering::Release);
        }
    }

    /// # Safety
    /// `word` is a slot of this type, and this its only taker; it is or will be filled.
    pub unsafe fn take(word: i64) -> T {
        let slot: *mut Slot<T> = std::ptr::with_exposed_provenance_mut(word as usize);
        // SAFETY: as the caller promises.
        unsafe {
            while !(*slot).ready.load(Ordering::Acquire) {
                std::thread::yield_now();
            }
            let slot = Box::from_raw(slot);
            slot.message.into_inner().expect("filled before it was ready")
        }
    }

    /// # Safety
    /// `word` is a slot of this type that nobody else has.
    pub unsafe fn discard(word: i64) {
        let slot: *mut Slot<T> = std::ptr::with_exposed_provenance_mut(word as usize);
        // SAFETY: as the caller promises.
        drop(unsafe { Box::from_raw(slot) });
    }
}
