//! loom explores every interleaving of the handle table: `RUSTFLAGS="--cfg loom" cargo test -p ffi_base --test loom_handle --release`.
#![cfg(loom)]
#![allow(missing_docs, clippy::unwrap_used)]

use ffi_base::handle::Table;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use std::sync::Arc;

/// Counts its own destructions.
struct Counted(Arc<AtomicUsize>, usize);
impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// What the models store: clones are the same thing.
#[derive(Clone)]
struct Probe(Arc<Counted>);
impl Probe {
    fn new(drops: &Arc<AtomicUsize>, number: usize) -> Probe {
        Probe(Arc::new(Counted(drops.clone(), number)))
    }
}

const KIND: u32 = 3;

fn read(table: &Table, handle: i64) -> Option<usize> {
    // SAFETY: these models store `Probe` alone.
    unsafe { table.get::<Probe>(KIND, handle) }.map(|probe| probe.0.1)
}

#[test]
fn a_reader_races_a_free() {
    loom::model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(KIND, Probe::new(&drops, 42), false).unwrap();
        let reader = {
            let table = table.clone();
            thread::spawn(move || read(&table, handle))
        };
        assert!(table.free(handle));
        let seen = reader.join().unwrap();
        assert!(seen.is_none() || seen == Some(42));
        assert_eq!(drops.load(SeqCst), 1, "destroyed exactly once, whoever was last");
        assert_eq!(read(&table, handle), None);
    });
}

#[test]
fn two_frees_race_and_one_wins() {
    loom::model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(KIND, Probe::new(&drops, 1), false).unwrap();
        let other = {
            let table = table.clone();
            thread::spawn(move || table.free(handle))
        };
        let mine = table.free(handle);
        assert!(mine ^ other.join().unwrap());
        assert_eq!(drops.load(SeqCst), 1);
    });
}

#[test]
fn a_stale_reader_never_sees_the_next_tenant() {
    loom::model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let old = table.insert(KIND, Probe::new(&drops, 1), false).unwrap();
        let reader = {
            let table = table.clone();
            thread::spawn(move || read(&table, old))
        };
        assert!(table.free(old));
        let new = table.insert(KIND, Probe::new(&drops, 2), false).unwrap();
        let seen = reader.join().unwrap();
        assert!(seen.is_none() || seen == Some(1), "{seen:?}");
        assert_eq!(read(&table, new), Some(2));
        assert!(table.free(new));
        assert_eq!(drops.load(SeqCst), 2);
    });
}

#[test]
fn two_inserts_get_two_slots() {
    loom::model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        // One slot on the free stack, so that both threads want it.
        let first = table.insert(KIND, Probe::new(&drops, 0), false).unwrap();
        assert!(table.free(first));
        let other = {
            let (table, drops) = (table.clone(), drops.clone());
            thread::spawn(move || table.insert(KIND, Probe::new(&drops, 1), false).unwrap())
        };
        let mine = table.insert(KIND, Probe::new(&drops, 2), false).unwrap();
        let theirs = other.join().unwrap();
        assert_ne!(mine, theirs);
        assert_eq!((read(&table, mine), read(&table, theirs)), (Some(2), Some(1)));
        assert_eq!(table.live(KIND), 2);
    });
}

#[test]
fn retain_races_free() {
    loom::model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(KIND, Probe::new(&drops, 9), false).unwrap();
        let other = {
            let table = table.clone();
            thread::spawn(move || table.retain(handle).ok())
        };
        assert!(table.free(handle));
        match other.join().unwrap() {
            Some(copy) => {
                assert_eq!((read(&table, copy), drops.load(SeqCst)), (Some(9), 0));
                assert!(table.free(copy));
            }
            None => assert_eq!(drops.load(SeqCst), 1),
        }
        assert_eq!(drops.load(SeqCst), 1);
    });
}
