//! A map of numbers that threads share without a lock: nobody waits for anybody, also while one lists its keys.

use ffi_base::{OutSlice, Result, error};
use papaya::{Compute, HashMap, Operation};
use std::sync::Arc;

ffi_base::kinds! { KINDS;
    /// A map.
    MapKind = 29, "map", "rt_map", true, Map;
}

/// See the file.
pub type Map = Arc<HashMap<i64, i64>>;

fn absent(key: i64) -> ffi_base::Error {
    error!(NotFound, "the map has no key {key}")
}

/// An empty one.
pub fn new() -> Result<Map> {
    Ok(Arc::new(HashMap::new()))
}
/// Whether the key is new.
pub fn insert(map: &Map, key: i64, value: i64) -> Result<bool> {
    Ok(map.pin().insert(key, value).is_none())
}
/// The value.
pub fn get(map: &Map, key: i64) -> Result<i64> {
    map.pin().get(&key).copied().ok_or_else(|| absent(key))
}
/// The value, taken out.
pub fn remove(map: &Map, key: i64) -> Result<i64> {
    map.pin().remove(&key).copied().ok_or_else(|| absent(key))
}
/// Whether the key is there.
pub fn contains(map: &Map, key: i64) -> Result<bool> {
    Ok(map.pin().contains_key(&key))
}
/// The sum with what is there, 0 if nothing is; what it comes to.
pub fn add(map: &Map, key: i64, value: i64) -> Result<i64> {
    Ok(*map.pin().update_or_insert(key, |old| old.wrapping_add(value), value))
}
/// Another value if it is what the caller thinks; whether it was.
pub fn replace(map: &Map, key: i64, expected: i64, value: i64) -> Result<bool> {
    let pinned = map.pin();
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
    map.pin().clear();
    Ok(())
}
/// The keys, as many as fit; how many there were.
pub fn keys(map: &Map, out: OutSlice<'_, i64>) -> Result<i64> {
    let mut keys = Vec::new();
    let room = map.len().min(out.capacity());
    keys.try_reserve_exact(room).map_err(|_| error!(OutOfMemory, "no room for {room} keys"))?;
    let (mut count, pinned) = (0, map.pin());
    for (&key, _) in &pinned {
        count += 1;
        if keys.len() < room {
            keys.push(key);
        }
    }
    out.write(&keys);
    Ok(count)
}
