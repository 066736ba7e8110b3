//! Work-groups of host functions: items with memory of their group and a barrier among them. The groups are shared among the workers; the
//! items of one group take turns on one thread, each on a small stack of its own, and a barrier is a change of stacks.
//!
//! So a barrier works with any number of workers, also with one, costs nanoseconds, and needs no lock; the group's memory needs none
//! either, for its items never run at the same time.

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use ffi_base::share::{self, Part, Plan, Wake};
use ffi_base::{Error, Result, error, fail, guard};
use parking_lot::Mutex;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// The most items of a group, as on most GPUs.
pub const MOST_ITEMS: usize = 1024;
/// From here on nobody waits for the last group.
const TOO_MANY_GROUPS: usize = 1 << 48;
/// An item's stack: what a function of the host and the calls that it makes need. A guard page ends it.
const STACK_BYTES: usize = 256 << 10;
/// How many stacks a thread keeps between groups.
const KEPT_STACKS: usize = 256;

thread_local! {
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
}

/// How many groups of how many items along three axes, and how many elements of memory each group has.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Groups along each axis.
    pub groups: [usize; 3],
    /// Items of a group along each axis.
    pub items: [usize; 3],
    /// Elements of the memory that the items of a group share.
    pub shared: usize,
}

/// One item, as its function sees it.
pub struct Item<'a, T> {
    /// Its group's place in the grid.
    pub group: [usize; 3],
    /// Its own place in the group.
    pub local: [usize; 3],
    /// Its number in the group, the first axis fastest.
    pub index: usize,
    /// The memory of its group, at first zeros.
    pub shared: &'a [Cell<T>],
    ended: &'a Ended,
    yielder: &'a Yielder<(), ()>,
    /// Which item of which loop this is, to see a loop inside.
    place: usize,
}

/// Why a group ended early.
type Ended = RefCell<Option<Error>>;
type Fiber = Coroutine<(), (), (), DefaultStack>;

impl<T> Item<'_, T> {
    /// Waits until every item of the group is here. An error when one of them left, failed or panicked: nobody waits then, and the
    /// item should return.
    pub fn barrier(&self) -> Result<()> {
        if let Some(error) = &*self.ended.borrow() {
            return Err(error.clone());
        }
        if share::place() != self.place || std::thread::panicking() {
            fail!(Busy, "a barrier inside a parallel loop of one item, where the others cannot come");
        }
        self.yielder.suspend(());
        self.ended.borrow().clone().map_or(Ok(()), Err)
    }
}

/// Calls `kernel` for every item of every group. The error is that of the first group that had one; of the others some never began.
pub fn run<T: Copy + Default>(grid: &Grid, kernel: impl Fn(&Item<'_, T>) -> Result<()> + Sync) -> Result<()> {
    let product = |axes: &[usize; 3]| axes.iter().try_fold(1usize, |all, axis| all.checked_mul(*axis));
    let (groups, items) = (product(&grid.groups), product(&grid.items));
    let Some(groups) = groups.filter(|groups| *groups < TOO_MANY_GROUPS) else {
        fail!(InvalidArgument, "{:?} groups are 2^48 and more", grid.groups)
    };
    let Some(items) = items.filter(|items| (1..=MOST_ITEMS).contains(items)) else {
        fail!(InvalidArgument, "a group of {:?} items; 1 to {MOST_ITEMS} are possible", grid.items)
    };
    let first: Mutex<Option<(usize, Error)>> = Mutex::new(None);
    // The memory is made by each thread for all of its groups.
    let plan = Plan { count: groups, grain: 1, wake: Wake::WhenItPays, may_wait: false };
    share::run(plan, |part: &Part<'_>| {
        let mut shared = Vec::new();
        let made = shared.try_reserve_exact(grid.shared).is_ok();
        for number in part {
            let outcome = match made {
                true => {
                    shared.clear();
                    shared.resize(grid.shared, Cell::new(T::default()));
                    run_group(grid, items, number, &shared, &kernel)
                }
                false => Err(error!(OutOfMemory, "no memory for the {} elements of a group", grid.shared)),
            };
            let Err(error) = outcome else { continue };
            part.stop();
            let mut first = first.lock();
            if first.as_ref().is_none_or(|(other, _)| number < *other) {
                *first = Some((number, error));
            }
        }
    })?;
    first.into_inner().map_or(Ok(()), |(_, error)| Err(error))
}

fn place_in(number: usize, axes: &[usize; 3]) -> [usize; 3] {
    [number % axes[0], number / axes[0] % axes[1], number / axes[0] / axes[1]]
}

/// Items that wait at a barrier. None is left behind with its stack: they are told that the group ended, and run to their ends.
struct Waiting<'a> {
    fibers: VecDeque<(usize, Fiber)>,
    ended: &'a Ended,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.fibers.is_empty() {
            self.ended.borrow_mut().get_or_insert_with(|| error!(Internal, "the group ended early"));
        }
        for (_, mut fiber) in self.fibers.drain(..) {
            // Once: no barrier waits any more.
            while let CoroutineResult::Yield(()) = fiber.resume(()) {}
            keep(fiber.into_stack());
        }
    }
}

fn run_group<T: Copy>(
    grid: &Grid,
    items: usize,
    number: usize,
    shared: &[Cell<T>],
    kernel: &(impl Fn(&Item<'_, T>) -> Result<()> + Sync),
) -> Result<()> {
    let ended = Ended::new(None);
    let mut waiting = Waiting { fibers: VecDeque::new(), ended: &ended };
    let group = place_in(number, &grid.groups);
    let mut left = None;
    for index in 0..items {
        let (local, ended) = (place_in(index, &grid.items), &ended);
        let body = move |yielder: &Yielder<(), ()>, ()| {
            let item = Item { group, local, index, shared, ended, yielder, place: share::place() };
            if let Err(error) = guard::guard_callback(|| kernel(&item)) {
                let told = error.at(&format!("item {local:?} of group {group:?}"));
                ended.borrow_mut().get_or_insert(told);
            }
        };
        let stack = stack()?;
        // SAFETY: the closure borrows what outlives `waiting`, and every fiber has run to its end when that is gone: the one here does
        // or goes there, and its drop resumes each until it is done. A fiber is never seen by another thread.
        let mut fiber: Fiber = unsafe { Coroutine::with_stack_unchecked(stack, body) };
        match fiber.resume(()) {
            CoroutineResult::Yield(()) => waiting.fibers.push_back((index, fiber)),
            CoroutineResult::Return(()) => {
                keep(fiber.into_stack());
                left.get_or_insert(index);
            }
        }
        if ended.borrow().is_some() {
            break;
        }
    }
    while !waiting.fibers.is_empty() {
        if let Some(index) = left {
            let local = place_in(index, &grid.items);
            ended.borrow_mut().get_or_insert_with(|| {
                error!(
                    InvalidArgument,
                    "item {local:?} of group {group:?} left while {} others wait at a barrier",
                    waiting.fibers.len()
                )
            });
        }
        left = turn(&mut waiting);
    }
    drop(waiting);
    ended.into_inner().map_or(Ok(()), Err)
}

/// Every waiting item goes on to its next barrier or its end, as they are numbered. One that ended, where others did not.
fn turn(waiting: &mut Waiting<'_>) -> Option<usize> {
    let mut left = None;
    for _ in 0..waiting.fibers.len() {
        let Some((index, mut fiber)) = waiting.fibers.pop_front() else { break };
        match fiber.resume(()) {
            CoroutineResult::Yield(()) => waiting.fibers.push_back((index, fiber)),
            CoroutineResult::Return(()) => {
                left.get_or_insert(index);
                keep(fiber.into_stack());
            }
        }
    }
    left
}

fn stack() -> Result<DefaultStack> {
    let kept = STACKS.try_with(|stacks| stacks.borrow_mut().pop()).ok().flatten();
    kept.map_or_else(
        || {
            DefaultStack::new(STACK_BYTES)
                .map_err(|failed| error!(OutOfMemory, "no memory for the stack of another item of a group: {failed}"))
        },
        Ok,
    )
}

fn keep(stack: DefaultStack) {
    let _ = STACKS.try_with(|stacks| {
        let mut stacks = stacks.borrow_mut();
        if stacks.len() < KEPT_STACKS {
            stacks.push(stack);
        }
    });
}
