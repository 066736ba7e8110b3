//! The counted reference to a buffer.
//!
//! `unsafe` lives here alone in this crate: a drop has to give away what it drops, to a function that takes its word for what that is.

use crate::device::Buffer;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use triomphe::{Arc, UniqueArc};
use unsize::{CoerceUnsize, Coercion};

/// A buffer shared by the tensors that view it. Without the weak count of the standard library's `Arc`, which nobody here uses; and the
/// last reference gives its buffer to the device that made it, without an atomic read-modify-write: nobody else can count it up again.
#[derive(Debug)]
pub struct BufferRef(ManuallyDrop<Arc<dyn Buffer>>);

/// What a device does with a buffer that nobody knows any more: it may become the memory of the next one. To be called with the very buffer
/// that named it in [`Buffer::recycle`], for it need not look what that is.
pub type Recycle = unsafe fn(UniqueArc<dyn Buffer>);

/// A device's own buffer, for everyone.
pub fn share<B: Buffer>(buffer: B) -> BufferRef {
    shared(Arc::new(buffer))
}

/// As [`share`], of one that already lies where it stays.
#[inline]
pub fn shared<B: Buffer>(buffer: Arc<B>) -> BufferRef {
    BufferRef(ManuallyDrop::new(buffer.unsize(Coercion!(to dyn Buffer))))
}

impl BufferRef {
    /// Whether both are the same buffer.
    #[inline(always)]
    pub fn ptr_eq(a: &BufferRef, b: &BufferRef) -> bool {
        Arc::ptr_eq(&a.0, &b.0)
    }

    /// How many references there are at this moment.
    pub fn strong_count(buffer: &BufferRef) -> usize {
        Arc::strong_count(&buffer.0)
    }
}

impl Deref for BufferRef {
    type Target = dyn Buffer;
    #[inline(always)]
    fn deref(&self) -> &(dyn Buffer + 'static) {
        &**self.0
    }
}

impl AsRef<dyn Buffer> for BufferRef {
    #[inline(always)]
    fn as_ref(&self) -> &(dyn Buffer + 'static) {
        &**self
    }
}

impl Clone for BufferRef {
    #[inline(always)]
    fn clone(&self) -> BufferRef {
        BufferRef(self.0.clone())
    }
}

impl Drop for BufferRef {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: taken here alone, and nobody sees the field after this.
        let last = unsafe { ManuallyDrop::take(&mut self.0) };
        if let Ok(last) = Arc::try_unique(last)
            && let Some(recycle) = last.recycle()
        {
            // SAFETY: it named this function itself.
            unsafe { recycle(last) };
        }
    }
}
