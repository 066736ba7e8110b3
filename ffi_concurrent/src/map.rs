//! A map of numbers that threads share without a lock: nobody waits for anybody, also while one lists its keys.

use ffi_base::process::ForkMutex;
use ffi_base::{OutSlice, Result, error};
use papaya::{Compute, HashMap, LocalGuard, Operation};
use std::cell::Cell;
use std::hash::RandomState;
use std::sync::Arc;

ffi_base::kinds! { KINDS;
    /// A map.
    MapKind = 29, "map", "rt_map", true, Map;
}

/// See the file.
pub type Map = Arc<HashMap<i64, i64>>;

type Pinned<'m> = papaya::HashMapRef<'m, i64, i64, RandomState, LocalGuard<'m>>;

/// What every use begins with. The first one of a thread gives it a number, under a static lock of the crate: so under one of ours as
/// well, which a fork waits for. (A thread that ends gives its number back under that lock alone, in a moment.)
fn pin(map: &Map) -> Pinned<'_> {
    static NUMBERING: ForkMutex<()> = ForkMutex::new(());
    thread_local! {
        static NUMBERED: Cell<bool> = const { Cell::new(false) };
    }
    if NUMBERED.replace(true) {
        return map.pin();
    }
    let _held = NUMBERING.lock();
    map.pin()
}

fn absent(key: i64) -> ffi_base::Error {
    error!(NotFound, "the map has no key {key}")
}

/// An empty one.
pub fn new() -> Result<Map> {
    Ok(Arc::new(HashMap::new()))
}
/// Whether the key is new.
pub fn insert(map: &Map, key: i64, value: i64) -> Result<bool> {
    Ok(pin(map).insert(key, value).is_none())
}
/// The value.
pub fn get(map: &Map, key: i64) -> Result<i64> {
    pin(map).get(&key).copied().ok_or_else(|| absent(key))
}
/// The value, taken out.
pub fn remove(map: &Map, key: i64) -> Result<i64> {
    pin(map).remove(&key).copied().ok_or_else(|| absent(key))
}
/// Whether the key is there.
pub fn contains(map: &Map, key: i64) -> Result<bool> {
    Ok(pin(map).contains_key(&key))
}
/// The sum with what is there, 0 if nothing is; what it comes to.
pub fn add(map: &Map, key: i64, value: i64) -> Result<i64> {
    Ok(*pin(map).update_or_insert(key, |old| old.wrapping_add(value), value))
}
/// Another value if it is what the caller thinks; whether it was.
pub fn replace(map: &Map, key: i64, expected: i64, value: i64) -> Result<bool> {
    let pinned = pin(map);
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
    pin(map).clear();
    Ok(())
}
/// The keys, as many as fit; how many there were.
pub fn keys(map: &Map, out: OutSlice<'_, i64>) -> Result<i64> {
    let mut keys = Vec::new();
    let room = map.len().min(out.capacity());
    keys.try_reserve_exact(room).map_err(|_| error!(OutOfMemory, "no room for {room} keys"))?;
    let (mut count, pinned) = (0, pin(map));
    for (&key, _) in &pinned {
        count += 1;
        if keys.len() < room {
            keys.push(key);
        }
    }
    out.write(&keys);
    Ok(count)
}
