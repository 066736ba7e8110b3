//! A number that threads change without a lock. Every operation is sequentially consistent.

use crossbeam_utils::CachePadded;
use ffi_base::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

ffi_base::kinds! { KINDS;
    /// An atomic number.
    AtomicKind = 27, "atomic", "rt_atomic", true, Atomic;
}

/// On a cache line of its own.
pub type Atomic = Arc<CachePadded<AtomicI64>>;

/// With this value.
pub fn new(value: i64) -> Result<Atomic> {
    Ok(Arc::new(CachePadded::new(AtomicI64::new(value))))
}
/// The value.
pub fn load(atomic: &Atomic) -> Result<i64> {
    Ok(atomic.load(SeqCst))
}
/// Another value.
pub fn store(atomic: &Atomic, value: i64) -> Result<()> {
    atomic.store(value, SeqCst);
    Ok(())
}
/// The same if it is what the caller thinks; what it was.
pub fn compare_exchange(atomic: &Atomic, expected: i64, value: i64) -> Result<i64> {
    Ok(atomic.compare_exchange(expected, value, SeqCst, SeqCst).unwrap_or_else(|found| found))
}

macro_rules! operations {
    ($( $(#[doc = $doc:literal])* $name:ident => $method:ident; )*) => {$(
        $(#[doc = $doc])*
        pub fn $name(atomic: &Atomic, value: i64) -> Result<i64> {
            Ok(atomic.$method(value, SeqCst))
        }
    )*};
}
operations! {
    /// Another value; what it was.
    swap => swap;
    /// The sum, which wraps; what it was.
    add => fetch_add;
    /// The difference, which wraps; what it was.
    sub => fetch_sub;
    /// The bits of both; what it was.
    and => fetch_and;
    /// The bits of either; what it was.
    or => fetch_or;
    /// The bits of one of them; what it was.
    xor => fetch_xor;
    /// The smaller; what it was.
    min => fetch_min;
    /// The larger; what it was.
    max => fetch_max;
}
