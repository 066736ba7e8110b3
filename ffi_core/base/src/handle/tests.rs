//! The table alone, on one thread; what threads do to each other is `tests/loom_handle.rs`.

use super::*;
use std::sync::Arc;

const KIND: u32 = 5;

fn get(table: &Table, handle: i64) -> Option<i64> {
    // SAFETY: these tests store i64 alone.
    unsafe { table.get::<i64>(KIND, handle) }.map(|value| *value)
}

#[test]
fn a_handle_is_positive_small_and_refused_once_freed() {
    let table = Table::new();
    let first = table.insert(KIND, 7i64, false).unwrap();
    assert!(first > 0 && first < 1 << 60);
    assert_eq!(get(&table, first), Some(7));
    assert!(table.free(first));
    assert_eq!(get(&table, first), None);
    assert!(!table.free(first), "freeing twice is refused");
    let second = table.insert(KIND, 8i64, false).unwrap();
    assert_ne!(first, second, "the slot is reused under a new generation");
    assert_eq!(get(&table, first), None);
    assert!(table.refusal("tensor", first).text().contains("freed"));
    assert!(
        table.refusal("tensor", first & SLOT_MASK as i64 | 1 << SLOT_BITS).text().contains("never"),
        "kind 0: a small number, no old handle"
    );
}

#[test]
fn a_forged_kind_is_refused() {
    let table = Table::new();
    let handle = table.insert(KIND, 7i64, false).unwrap();
    let forged = handle & !(63 << KIND_SHIFT) | 9 << KIND_SHIFT;
    // SAFETY: nothing is stored under kind 9.
    assert!(unsafe { table.get::<String>(9, forged) }.is_none());
    assert!(!table.free(forged));
    for value in [0, 1, -1, i64::MIN, i64::MAX, handle + 1, handle ^ 1 << 30, handle | 1 << 60] {
        assert_eq!(get(&table, value), None, "{value}");
        assert!(table.retain(value).is_err() && table.kind_of(value).is_none(), "{value}");
    }
    let own = table.insert(KIND, 7i64, true).unwrap();
    for bit in 60..64 {
        assert!(table.retain(handle | 1 << bit).is_err() && table.retain(own | 1 << bit).is_err(), "bit {bit}");
    }
    assert_eq!(table.retain(own).unwrap(), own);
    assert!(table.insert(0, 1i64, false).is_err());
    assert!(table.insert(64, 1i64, false).is_err());
}

#[test]
fn a_borrow_outlives_the_free() {
    let table = Table::new();
    let object = Arc::new(7i64);
    let handle = table.insert(KIND, object.clone(), false).unwrap();
    // SAFETY: an Arc of an i64 was stored.
    let borrow = unsafe { table.get::<Arc<i64>>(KIND, handle) }.unwrap();
    assert!(table.free(handle));
    assert_eq!((**borrow, Arc::strong_count(&object)), (7, 2));
    drop(borrow);
    assert_eq!(Arc::strong_count(&object), 1);
}

#[test]
fn more_borrows_than_are_counted_are_refused() {
    let table = Table::new();
    let handle = table.insert(KIND, 7i64, false).unwrap();
    let slot = table.slot(0).unwrap();
    slot.word.fetch_add(BORROWS - 1, Relaxed);
    // SAFETY: an i64 was stored.
    let last = unsafe { table.get::<i64>(KIND, handle) }.unwrap();
    assert_eq!(get(&table, handle), None);
    for refused in [table.retain(handle).unwrap_err(), table.refusal("tensor", handle)] {
        assert_eq!((refused.code(), refused.text().contains("67108863 times")), (Code::Busy, true));
    }
    assert_eq!(table.live(KIND), 1, "it is alive, and not permanent");
    drop(last);
    assert_eq!(get(&table, handle), Some(7));
    assert!(table.free(handle));
    slot.word.fetch_sub(BORROWS - 1, Relaxed);
    table.destroy(slot, 0);
    assert_eq!(get(&table, handle), None);
}

#[test]
fn retain_gives_a_second_handle_to_one_object() {
    let table = Table::new();
    let first = table.insert(KIND, 7i64, false).unwrap();
    let second = table.retain(first).unwrap();
    assert_ne!(first, second);
    assert_eq!(table.live(KIND), 2);
    assert!(table.free(first));
    assert_eq!(get(&table, second), Some(7));
    assert_eq!(table.kind_of(second), Some(KIND));
    assert!(table.retain(first).is_err());
}

#[test]
fn permanent_objects_ignore_free_and_do_not_count() {
    let table = Table::new();
    let handle = table.insert(KIND, 7i64, true).unwrap();
    assert!(table.free(handle) && table.free(handle));
    assert_eq!((get(&table, handle), table.live(0), table.retain(handle).unwrap()), (Some(7), 0, handle));
}

#[test]
fn a_slot_retires_when_its_generations_are_spent() {
    let table = Table::new();
    assert!(table.free(table.insert(KIND, 1i64, false).unwrap()));
    table.age_for_tests();
    for _ in 0..2 {
        let handle = table.insert(KIND, 1i64, false).unwrap();
        assert_eq!(handle & SLOT_MASK as i64, 0);
        assert!(table.free(handle));
    }
    let after = table.insert(KIND, 1i64, false).unwrap();
    assert_eq!(after & SLOT_MASK as i64, 1, "slot 0 must not be used again");
}

#[test]
fn an_object_too_large_for_its_slot_lies_in_a_box() {
    let table = Table::new();
    let large: ([i64; 100], Arc<i64>) = ([7; 100], Arc::new(1));
    assert!(!Body::holds::<([i64; 100], Arc<i64>)>());
    let first = table.insert(KIND, large.clone(), false).unwrap();
    let second = table.retain(first).unwrap();
    // SAFETY: the type that was stored.
    let sum = |handle| unsafe { table.get::<([i64; 100], Arc<i64>)>(KIND, handle) }.map(|o| o.0.iter().sum::<i64>());
    assert_eq!((sum(first), sum(second), Arc::strong_count(&large.1)), (Some(700), Some(700), 3));
    assert!(table.free(first));
    assert_eq!((sum(first), sum(second), Arc::strong_count(&large.1)), (None, Some(700), 2));
    drop(table);
    assert_eq!(Arc::strong_count(&large.1), 1, "what is left goes with the table");
}

#[test]
fn hooks_are_asked_before_a_free_and_told_once_after_it() {
    struct Watched;
    impl Hooks<Arc<AtomicU32>> for Watched {
        fn before(object: &Arc<AtomicU32>) -> Result<()> {
            if object.load(Relaxed) == 1 { Err(Error::new(Code::Busy, "not now")) } else { Ok(()) }
        }
        fn after(object: &Arc<AtomicU32>) {
            object.fetch_add(10, Relaxed);
        }
    }
    let (table, object) = (Table::new(), Arc::new(AtomicU32::new(1)));
    let first = table.try_insert::<_, Watched>(KIND, object.clone(), false).map_err(|(e, _)| e).unwrap();
    let second = table.retain(first).unwrap();
    assert_eq!(table.end(first).unwrap_err().code(), Code::Busy);
    assert_eq!((table.live(KIND), object.load(Relaxed)), (2, 1), "refused, so nothing was told");
    object.store(0, Relaxed);
    // SAFETY: the type that was stored.
    let waits = unsafe { table.get::<Arc<AtomicU32>>(KIND, first) }.unwrap();
    assert!(table.free(first));
    assert_eq!((object.load(Relaxed), Arc::strong_count(&object)), (10, 3), "told while it is borrowed");
    let twice = table.end(first).unwrap_err();
    assert_eq!((twice.code(), twice.text().contains("it was freed")), (Code::InvalidHandle, true), "{}", twice.text());
    let fresh = table.fresh.swap(SLOTS_MAX, Relaxed);
    assert_eq!(table.retain(second).unwrap_err().code(), Code::OutOfMemory);
    table.fresh.store(fresh, Relaxed);
    assert_eq!((object.load(Relaxed), table.live(KIND)), (20, 1), "told of the clone that found no place");
    assert!(table.free(second) && object.load(Relaxed) == 30, "a second handle has the same hooks");
    drop(waits);
    assert_eq!(Arc::strong_count(&object), 1);
}

#[test]
fn a_destructor_may_use_the_table_and_may_panic() {
    #[derive(Clone)]
    struct Last(Arc<Table>, i64);
    impl Drop for Last {
        fn drop(&mut self) {
            assert!(self.0.free(self.1), "a panic on purpose");
        }
    }
    let table = Arc::new(Table::new());
    let inner = table.insert(KIND, 7i64, false).unwrap();
    let outer = table.insert(KIND, Last(table.clone(), inner), false).unwrap();
    assert!(table.free(outer));
    assert_eq!((table.live(0), get(&table, inner)), (0, None));
    let twice = table.insert(KIND, Last(table.clone(), inner), false).unwrap();
    let freed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| table.free(twice)));
    assert!(freed.is_err() && table.live(0) == 0);
    let again = table.insert(KIND, 1i64, false).unwrap();
    assert_eq!(again & SLOT_MASK as i64, twice & SLOT_MASK as i64, "its slot is free all the same");
}

#[test]
fn many_chunks_keep_every_handle_apart() {
    let table = Table::new();
    let handles: Vec<i64> = (0..5000i64).map(|i| table.insert(KIND, i, false).unwrap()).collect();
    assert_eq!(table.live(KIND), 5000);
    assert!(handles.iter().enumerate().all(|(i, &h)| get(&table, h) == Some(i as i64)));
    assert!(handles.iter().all(|&h| table.free(h)));
    assert_eq!(table.live(0), 0);
}
