//! An object with its count of handles: the free of the last one ends those who wait on it.

use ffi_base::Result;
use ffi_base::handle::Hooks;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the free of its last handle does to an object.
pub trait End: Send + Sync + 'static {
    /// Whether that may be now.
    fn may_end(&self) -> Result<()> {
        Ok(())
    }
    /// Wakes who waits.
    fn end(&self) {}
}

struct Counted<T> {
    handles: AtomicUsize,
    object: T,
}

/// What lies behind a handle; its clone is what lies behind one more.
pub struct Shared<T>(Arc<Counted<T>>);

impl<T> Shared<T> {
    /// The object of a first handle.
    pub fn new(object: T) -> Shared<T> {
        Shared(Arc::new(Counted { handles: AtomicUsize::new(1), object }))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        self.0.handles.fetch_add(1, Ordering::Relaxed);
        Shared(self.0.clone())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0.object
    }
}

/// Ends the object with its last handle.
pub struct EndWithLast;

impl<T: End> Hooks<Shared<T>> for EndWithLast {
    fn before(shared: &Shared<T>) -> Result<()> {
        // Two that are freed at once may both see the other: then the object is ended all the same, and memory stays sound.
        if shared.0.handles.load(Ordering::Relaxed) == 1 { shared.0.object.may_end() } else { Ok(()) }
    }
    fn after(shared: &Shared<T>) {
        if shared.0.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            shared.0.object.end();
        }
    }
}
