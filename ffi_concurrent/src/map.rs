//! A map of numbers that threads share without a lock: nobody waits for anybody, also while one lists its keys.

use ffi_base::process::ForkMutex;
use ffi_base::{OutSlice, Result, crew, error};
use papaya::{Compute, HashMap, LocalGuard, Operation};
use std::cell::Cell;
use std::hash::RandomState;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::sync::Arc;

ffi_base::kinds! { KINDS;
    /// A map.
    MapKind = 29, "map", "rt_map", true, Map;
}

/// See the file.
pub type Map = Arc<Table>;

/// The crate's map. Its uses and its drop need a number that the crate gives each thread, and panic where that is gone.
#[derive(Default)]
pub struct Table(HashMap<i64, i64>);

type Pinned<'m> = papaya::HashMapRef<'m, i64, i64, RandomState, LocalGuard<'m>>;

/// Whether this thread has its number.
#[derive(Clone, Copy)]
enum Numbered {
    NotYet,
    Yes,
    /// The thread ends, and gave it back or is about to.
    NoMore,
}

struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        NUMBERED.set(Numbered::NoMore);
    }
}

thread_local! {
    /// Without a destructor, so it tells also while the others run.
    static NUMBERED: Cell<Numbered> = const { Cell::new(Numbered::NotYet) };
    static ENDING: Ending = const { Ending };
}

impl Table {
    /// What every use begins with.
    #[inline(always)]
    fn pin(&self) -> Result<Pinned<'_>> {
        match NUMBERED.get() {
            Numbered::Yes => Ok(self.0.pin()),
            Numbered::NotYet => Ok(self.pin_first()),
            Numbered::NoMore => Err(error!(Unavailable, "this thread is ending and has no maps any more")),
        }
    }

    /// The first use of a thread gives it its number, under a static lock of the crate: so under one of ours as well, which a fork waits
    /// for. (A thread that ends gives its number back under that lock alone, in a moment.)
    #[cold]
    fn pin_first(&self) -> Pinned<'_> {
        static NUMBERING: ForkMutex<()> = ForkMutex::new(());
        let _held = NUMBERING.lock();
        let pinned = self.0.pin();
        // Thread-local values go last made first: this one is told before the crate's own.
        ENDING.with(|_| NUMBERED.set(Numbered::Yes));
        pinned
    }
}

impl Deref for Table {
    type Target = HashMap<i64, i64>;
    fn deref(&self) -> &HashMap<i64, i64> {
        &self.0
    }
}

impl Drop for Table {
    /// A thread may keep the last borrow until it ends.
    fn drop(&mut self) {
        if self.pin().is_err() {
            let map = ManuallyDrop::new(mem::take(&mut self.0));
            // Where there is no thread for it, its memory is not given back.
            let _ = crew::start(move || drop(ManuallyDrop::into_inner(map)));
        }
    }
}

fn absent(key: i64) -> ffi_base::Error {
    error!(NotFound, "the map has no key {key}")
}

/// An empty one.
pub fn new() -> Result<Map> {
    Ok(Arc::new(Table::default()))
}
/// Whether the key is new.
pub fn insert(map: &Map, key: i64, value: i64) -> Result<bool> {
    Ok(map.pin()?.insert(key, value).is_none())
}
/// The value.
pub fn get(map: &Map, key: i64) -> Result<i64> {
    map.pin()?.get(&key).copied().ok_or_else(|| absent(key))
}
/// The value, taken out.
pub fn remove(map: &Map, key: i64) -> Result<i64> {
    map.pin()?.remove(&key).copied().ok_or_else(|| absent(key))
}
/// Whether the key is there.
pub fn contains(map: &Map, key: i64) -> Result<bool> {
    Ok(map.pin()?.contains_key(&key))
}
/// The sum with what is there, 0 if nothing is; what it comes to.
pub fn add(map: &Map, key: i64, value: i64) -> Result<i64> {
    Ok(*map.pin()?.update_or_insert(key, |old| old.wrapping_add(value), value))
}
/// Another value if it is what the caller thinks; whether it was.
pub fn replace(map: &Map, key: i64, expected: i64, value: i64) -> Result<bool> {
    let pinned = map.pin()?;
    let replaced = pinned.compute(key, |entry| match entry {
        Some((_, &found)) if found == expected => Operation::Insert(value),
        _ => Operation::Abort(()),
    });
    Ok(matches!(replaced, Compute::Updated { .. }))
}
/// How many keys.
pub fn len(map: &Map) -> Result<i64> {
    Ok(map.len() as i64)
}
/// None are left.
pub fn clear(map: &Map) -> Result<()> {
    map.pin()?.clear();
    Ok(())
}
/// The keys, as many as fit; how many there were.
pub fn keys(map: &Map, out: OutSlice<'_, i64>) -> Result<i64> {
    let mut keys = Vec::new();
    let room = map.len().min(out.capacity());
    keys.try_reserve_exact(room).map_err(|_| error!(OutOfMemory, "no room for {room} keys"))?;
    let (mut count, pinned) = (0, map.pin()?);
    for (&key, _) in &pinned {
        count += 1;
        if keys.len() < room {
            keys.push(key);
        }
    }
    out.write(&keys);
    Ok(count)
}
