//! Work-groups of host functions: every number of workers, every size of group, against plain loops; items that fail, panic or leave.
#![allow(missing_docs, clippy::unwrap_used)]

use ffi_base::{Code, Error, error, pool, share};
use ffi_cpu::group::{Grid, Item, run};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

const SIZES: [usize; 9] = [1, 2, 3, 16, 31, 64, 100, 256, 1024];

/// One test at a time, for the number of threads is the process's.
fn with_threads(body: impl Fn()) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    for threads in [1, 2, 3] {
        pool::set_threads(threads).unwrap();
        body();
    }
    pool::set_threads(0).unwrap();
}

fn line(groups: usize, items: usize, shared: usize) -> Grid {
    Grid { groups: [groups, 1, 1], items: [items, 1, 1], shared }
}

#[test]
fn a_tree_reduces_in_shared_memory() {
    with_threads(|| {
        for items in SIZES {
            for len in [0, 1, items, 10 * items + 1, 40_000] {
                let numbers: Vec<u64> = (0..len as u64).map(|i| i * i % 1009).collect();
                let groups = len.div_ceil(items);
                let sums: Vec<AtomicU64> = (0..groups).map(|_| AtomicU64::new(u64::MAX)).collect();
                run(&line(groups, items, items), |item: &Item<'_, u64>| {
                    let at = item.group[0] * items + item.index;
                    item.shared[item.index].set(numbers.get(at).copied().unwrap_or(0));
                    let mut step = items.next_power_of_two() / 2;
                    item.barrier()?;
                    while step > 0 {
                        if item.index < step && item.index + step < items {
                            let cell = &item.shared[item.index];
                            cell.set(cell.get() + item.shared[item.index + step].get());
                        }
                        item.barrier()?;
                        step /= 2;
                    }
                    if item.index == 0 {
                        sums[item.group[0]].store(item.shared[0].get(), Relaxed);
                    }
                    Ok(())
                })
                .unwrap();
                let expected: Vec<u64> = numbers.chunks(items).map(|chunk| chunk.iter().sum()).collect();
                assert_eq!(sums.into_iter().map(AtomicU64::into_inner).collect::<Vec<_>>(), expected, "{items} {len}");
            }
        }
    });
}

#[test]
fn a_matrix_is_transposed_by_tiles() {
    const TILE: usize = 8;
    with_threads(|| {
        for (rows, columns) in [(8, 8), (16, 40), (100, 64), (7, 3)] {
            let matrix: Vec<u64> = (0..(rows * columns) as u64).collect();
            let out: Vec<AtomicU64> = matrix.iter().map(|_| AtomicU64::new(0)).collect();
            let groups = [usize::div_ceil(columns, TILE), usize::div_ceil(rows, TILE), 1];
            let grid = Grid { groups, items: [TILE, TILE, 1], shared: TILE * TILE };
            run(&grid, |item: &Item<'_, u64>| {
                let ([x, y, _], [across, down, _]) = (item.local, item.group);
                let (row, column) = (down * TILE + y, across * TILE + x);
                if row < rows && column < columns {
                    item.shared[y * TILE + x].set(matrix[row * columns + column]);
                }
                item.barrier()?;
                let (row, column) = (across * TILE + y, down * TILE + x);
                if row < columns && column < rows {
                    out[row * rows + column].store(item.shared[x * TILE + y].get(), Relaxed);
                }
                Ok(())
            })
            .unwrap();
            for (i, word) in out.iter().enumerate() {
                assert_eq!(word.load(Relaxed), matrix[i % rows * columns + i / rows], "{rows} {columns}");
            }
        }
    });
}

#[test]
fn every_item_of_a_grid_runs_once_with_fresh_memory() {
    with_threads(|| {
        let grid = Grid { groups: [5, 3, 7], items: [2, 3, 4], shared: 1 };
        let seen: Vec<AtomicUsize> = (0..10 * 9 * 28).map(|_| AtomicUsize::new(0)).collect();
        run(&grid, |item: &Item<'_, u64>| {
            let at = |axis: usize| item.group[axis] * grid.items[axis] + item.local[axis];
            seen[at(0) + 10 * (at(1) + 9 * at(2))].fetch_add(1, Relaxed);
            item.shared[0].set(item.shared[0].get() + 1);
            item.barrier()?;
            assert_eq!(item.shared[0].get(), 24);
            Ok(())
        })
        .unwrap();
        assert!(seen.iter().all(|n| n.load(Relaxed) == 1));
    });
}

fn refused(grid: &Grid, code: Code, words: &str, kernel: impl Fn(&Item<'_, u64>) -> ffi_base::Result<()> + Sync) {
    let error: Error = run(grid, kernel).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.text().contains(words), "{:?} does not say {words:?}", error.text());
    assert!(!share::inside());
}

#[test]
fn items_that_leave_fail_or_panic_end_the_group_and_the_others_go_on_to_their_ends() {
    with_threads(|| {
        let grid = line(4, 32, 0);
        let ends = AtomicUsize::new(0);
        /// Counts when an item's stack is gone, however that comes.
        struct End<'a>(&'a AtomicUsize);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Relaxed);
            }
        }
        let begun = AtomicUsize::new(0);
        let begin = || {
            begun.fetch_add(1, Relaxed);
            End(&ends)
        };
        refused(&grid, Code::InvalidArgument, "item [3, 0, 0] of group [1, 0, 0] left while 31 others wait", |item| {
            let _end = begin();
            if (item.group[0], item.index) == (1, 3) { Ok(()) } else { item.barrier() }
        });
        refused(&grid, Code::InvalidArgument, "left while 1 others", |item| {
            let _end = begin();
            item.barrier()?;
            if item.index == 30 { item.barrier() } else { Ok(()) }
        });
        refused(&grid, Code::Panic, "item [7, 0, 0] of group [0, 0, 0]: panic: seven", |item| {
            let _end = begin();
            item.barrier()?;
            assert!(item.index != 7, "seven");
            item.barrier()
        });
        refused(&grid, Code::NotFound, "item [31, 0, 0] of group [0, 0, 0]: no cat", |item| {
            let _end = begin();
            if item.index == 31 {
                return Err(error!(NotFound, "no cat"));
            }
            // Whoever does not listen is not held up either.
            for _ in 0..3 {
                let _ = item.barrier();
            }
            Ok(())
        });
        refused(&grid, Code::Busy, "barrier inside a parallel loop", |item| {
            let _end = begin();
            let plan = share::Plan { count: 2, grain: 1, wake: share::Wake::AtOnce, may_wait: true };
            let answer = Mutex::new(Ok(()));
            // An item is of one thread; a loop inside runs there, but Rust cannot know.
            struct OfOneThread<'a, 'b>(&'a Item<'b, u64>);
            // SAFETY: a loop inside an item runs on its thread.
            unsafe impl Sync for OfOneThread<'_, '_> {}
            let item = OfOneThread(item);
            share::run(plan, |part| {
                let item = &item;
                for _ in part {
                    *answer.lock().unwrap() = item.0.barrier();
                }
            })?;
            answer.into_inner().unwrap()
        });
        refused(&grid, Code::Busy, "cannot wait for another", |_| {
            let _end = begin();
            share::waiting().map(drop)
        });
        assert_eq!(begun.into_inner(), ends.into_inner());
    });
}

#[test]
fn grids_that_cannot_be_are_refused() {
    let nothing = |_: &Item<'_, u64>| Ok(());
    refused(&line(1, 0, 0), Code::InvalidArgument, "1 to 1024", nothing);
    refused(&line(1, 1025, 0), Code::InvalidArgument, "1 to 1024", nothing);
    refused(&line(1 << 48, 1, 0), Code::InvalidArgument, "2^48", nothing);
    let overflow = Grid { groups: [1, 1, 1], items: [usize::MAX, 2, 1], shared: 0 };
    refused(&overflow, Code::InvalidArgument, "1 to 1024", nothing);
    refused(&line(1, 1, usize::MAX / 16), Code::OutOfMemory, "elements of a group", nothing);
    run(&line(0, 1, 0), nothing).unwrap();
}
