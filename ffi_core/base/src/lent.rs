//! Memory that the host program lends to the library: offered, then taken, then let go of exactly once.

use crate::abi::{Call, FromAbi};
use crate::error::{Code, Error, Result};
use crate::row::{Part, Sort};
use std::ffi::c_void;
use std::ptr::NonNull;

crate::callback_type! {
    /// Called once, on any thread, when the library lets go of memory it was lent.
    ReleaseFn, "rt_release_fn", (user_data: *mut c_void),
    "typedef void (*rt_release_fn)(void *user_data);"
}

/// More than any process can address today, so that an end never wraps.
const ADDRESSES: u64 = if usize::BITS == 64 { 1 << 57 } else { isize::MAX as u64 };

/// What is called when the memory is no longer needed.
#[derive(Debug)]
struct Release {
    act: unsafe extern "C" fn(*mut c_void),
    context: *mut c_void,
}

/// Memory on offer. Dropping an offer does nothing: the memory stays its owner's, and nothing is called.
#[derive(Debug)]
pub struct Offer {
    address: *mut u8,
    len_bytes: u64,
    release: Option<Release>,
}

impl Offer {
    /// Refuses NULL and ranges that leave the address space.
    ///
    /// # Safety
    /// If the offer is accepted, any thread may read and write the `len_bytes` bytes from `address` on until `release` was
    /// called, and `release` may be called with `context` once, from any thread.
    pub unsafe fn new(
        address: *mut u8,
        len_bytes: u64,
        release: Option<unsafe extern "C" fn(*mut c_void)>,
        context: *mut c_void,
    ) -> Result<Offer> {
        if len_bytes > 0 && address.is_null() {
            return Err(Error::new(Code::NullPointer, "the memory is at NULL"));
        }
        if (address.addr() as u64).checked_add(len_bytes).is_none_or(|end| end > ADDRESSES) {
            let text = format!("{len_bytes} bytes from {:#x} on leave the address space", address.addr());
            return Err(Error::new(Code::InvalidArgument, text));
        }
        Ok(Offer { address, len_bytes, release: release.map(|act| Release { act, context }) })
    }

    /// Where it starts; NULL only where it is empty.
    pub fn address(&self) -> *mut u8 {
        self.address
    }

    /// How long it is.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// Takes the memory: it is released when the result is dropped.
    pub fn accept(self) -> Lent {
        // What is empty and nowhere still wants an aligned address that is not NULL.
        let address = NonNull::new(self.address).unwrap_or(NonNull::<u64>::dangling().cast());
        Lent { address, len_bytes: self.len_bytes, release: self.release }
    }
}

/// Memory that was taken, released when dropped.
#[derive(Debug)]
pub struct Lent {
    address: NonNull<u8>,
    len_bytes: u64,
    release: Option<Release>,
}

// SAFETY: whoever made the offer promised that any thread may use the memory and release it.
unsafe impl Send for Lent {}
// SAFETY: a shared one gives out nothing but numbers.
unsafe impl Sync for Lent {}

impl Lent {
    /// Where it starts. Valid to read and write for `len_bytes`, by the promise made to [`Offer::new`].
    pub fn address(&self) -> NonNull<u8> {
        self.address
    }

    /// How long it is.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(Release { act, context }) = self.release.take() {
            // SAFETY: the first and only call, as `Offer::new` was promised to be allowed; the memory is not used any more,
            // for this value was what allowed it.
            unsafe { act(context) }
        }
    }
}

/// `void*`: memory of the caller that may outlive the call. Its length and its release are told by other parameters.
pub struct HostMemory;

/// See [`HostMemory`].
#[derive(Clone, Copy, Debug)]
pub struct HostPointer(*mut c_void);

impl HostPointer {
    /// The memory on offer: `len_bytes` is what the row's other parameters state, and `release` with `user_data` are the row's.
    pub fn offer(self, len_bytes: u64, release: Option<ReleaseFn>, user_data: crate::UserData) -> Result<Offer> {
        // SAFETY: the caller of the row promises memory of the length that it states, and that its release may be called once
        // from any thread with its user data; a HostPointer comes from a row's parameter alone.
        unsafe { Offer::new(self.0.cast(), len_bytes, release.map(ReleaseFn::function), user_data.0) }
    }
}

impl FromAbi for HostMemory {
    type Wire = *mut c_void;
    type Held<'c> = HostPointer;
    type Value<'h> = HostPointer;
    const PARTS: &'static [Part] = &[Part { c: "void*", sort: Sort::Address }];

    unsafe fn check(_: &Call, pointer: *mut c_void) -> Result<HostPointer> {
        Ok(HostPointer(pointer))
    }
    fn lend<'h>(held: &'h HostPointer) -> HostPointer {
        *held
    }
    fn from_words(words: &[i64]) -> *mut c_void {
        std::ptr::with_exposed_provenance_mut(words[0] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    unsafe extern "C" fn count(context: *mut c_void) {
        // SAFETY: the tests pass an AtomicU32 that outlives the offer.
        unsafe { &*context.cast::<AtomicU32>() }.fetch_add(1, Ordering::Relaxed);
    }

    #[test]
    fn an_offer_releases_only_once_taken() {
        let calls = AtomicU32::new(0);
        let mut bytes = [0u8; 8];
        // SAFETY: eight bytes of ours that nobody uses meanwhile; `count` may be called with the counter.
        let offer =
            |len| unsafe { Offer::new(bytes.as_mut_ptr(), len, Some(count), (&raw const calls).cast_mut().cast()) };
        let mut offer = offer;
        let _ = offer(8).unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 0, "an offer that nobody took is not released");
        drop(offer(8).unwrap().accept());
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert!(offer(u64::MAX).is_err() && offer(1 << 60).is_err());
        // SAFETY: refused or empty, so nothing is read.
        unsafe {
            let none = |len| Offer::new(std::ptr::null_mut(), len, None, std::ptr::null_mut());
            assert_eq!(none(1).unwrap_err().code(), Code::NullPointer);
            assert_eq!(none(0).unwrap().accept().address().addr().get() % 8, 0);
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }
}
