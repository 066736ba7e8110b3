//! What submissions use: counted while they are pending, so that nothing is freed, mapped or changed below them.
#![forbid(unsafe_code)]

use super::device::Device;
use ffi_base::{Kind, Result, fail, object};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many pending submissions use a thing.
#[derive(Default)]
pub struct Uses(AtomicU32);

impl Uses {
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }
}

/// A thing that commands use.
pub trait Resource: Send + Sync {
    fn uses(&self) -> &Uses;
    fn device(&self) -> &Arc<Device>;
    /// As messages call it.
    fn what(&self) -> &'static str;

    /// Whether a submission that is not done uses it.
    fn pending(&self) -> bool {
        // In a forked child nothing runs.
        if self.uses().0.load(Ordering::Acquire) == 0 || !self.device().raw.instance.raw.own_process() {
            return false;
        }
        // Perhaps it is done and nobody looked.
        self.device().reap();
        self.uses().0.load(Ordering::Acquire) > 0
    }

    /// BUSY while a submission that is not done uses it. Not below a lock: what is done lets go of its objects here.
    fn check_idle(&self, verb: &str) -> Result<()> {
        if self.pending() { self.check_counted(verb) } else { Ok(()) }
    }

    /// The same by the count alone, for a second look below a lock.
    fn check_counted(&self, verb: &str) -> Result<()> {
        if self.uses().0.load(Ordering::Acquire) > 0 {
            let what = self.what();
            fail!(Busy, "the {what} cannot be {verb}: a submission that is not done uses it, wait for its fence first");
        }
        Ok(())
    }
}

/// One use by one submission; keeps the thing alive.
pub struct InUse(Arc<dyn Resource>);

impl InUse {
    pub fn new(thing: Arc<dyn Resource>) -> InUse {
        thing.uses().0.fetch_add(1, Ordering::AcqRel);
        InUse(thing)
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.uses().0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// An object behind a handle.
pub trait Held {
    /// Why its handle cannot be freed now.
    fn may_go(&self) -> Result<()>;
}

impl<T: Resource> Held for Arc<T> {
    fn may_go(&self) -> Result<()> {
        self.check_idle("freed")
    }
}

/// Frees a handle, unless a submission that is not done uses the object.
pub fn destroy<K: Kind>(handle: i64) -> Result<()>
where
    K::Object: Held,
{
    if handle != 0 {
        object::borrow::<K>(handle)?.may_go()?;
    }
    object::free(handle)
}

/// Objects that no submission uses by itself: what is made of them counts them.
macro_rules! go_any_time {
    ($($object:ty)*) => { $( impl Held for Arc<$object> {
        fn may_go(&self) -> Result<()> {
            Ok(())
        }
    } )* };
}
go_any_time! { super::Instance super::Device super::Queue super::CommandPool super::Shader }
