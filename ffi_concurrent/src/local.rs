//! Thread-local values: a number that each thread has of its own.

use ffi_base::{Result, error};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

ffi_base::kinds! { KINDS;
    /// A thread-local value.
    LocalKind = 28, "local", "rt_local", true, Arc<Local>;
}

/// What a thread has that stored nothing.
pub struct Local {
    initial: i64,
}

/// By the address of what the handle stands for; weak, so that the address is nobody else's meanwhile and dead ones are known.
type Values = HashMap<usize, (Weak<Local>, i64)>;

thread_local! {
    static VALUES: RefCell<Values> = RefCell::new(HashMap::new());
}

fn with<R>(body: impl FnOnce(&mut Values) -> R) -> Result<R> {
    VALUES
        .try_with(|values| body(&mut values.borrow_mut()))
        .map_err(|_| error!(Unavailable, "this thread is ending and has no values any more"))
}

/// From here on this thread is as one that stored nothing.
pub fn forget() {
    let _ = with(|values| *values = Values::default());
}

fn key(local: &Arc<Local>) -> usize {
    Arc::as_ptr(local).addr()
}

/// With what each thread begins with.
pub fn new(initial: i64) -> Result<Arc<Local>> {
    Ok(Arc::new(Local { initial }))
}

/// This thread's value.
pub fn get(local: &Arc<Local>) -> Result<i64> {
    with(|values| values.get(&key(local)).map_or(local.initial, |(_, value)| *value))
}

/// Stores this thread's value.
pub fn set(local: &Arc<Local>, value: i64) -> Result<()> {
    with(|values| {
        // Whenever the table would grow, what was freed goes.
        if values.len() == values.capacity() {
            values.retain(|_, (local, _)| local.strong_count() > 0);
        }
        values.insert(key(local), (Arc::downgrade(local), value));
    })
}
