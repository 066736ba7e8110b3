//! Threads, locks, channels and parallel loops for language runtimes.
//!
//! The tour, a file a concept:
//!
//! * [`thread`] starts and joins; [`local`] is what each has of its own; `held` knows its number and its locks;
//! * [`mutex`] and [`rwlock`] say who holds them and refuse what would wait for itself; [`condvar`], [`barrier`], [`semaphore`] and [`once`]
//!   stand on [`monitor`], a state that threads wait on until it is closed;
//! * [`channel`] is crossbeam's, with a close; [`queue`] and [`map`] are lists and tables that nobody waits on; [`atomic`] is a number;
//! * [`parallel`] are loops over the one pool, and tasks that run at the same time;
//! * `patience` is how a call waits inside an item of a loop;
//! * `shared` counts an object's handles: the free of the last one ends those who wait on it;
//! * [`rows`] are the exported functions.
//!
//! A thread that waits borrows what it waits on, so freeing that does not take it away: the table tells the object that its handle is
//! freed (`ffi_base::handle::Hooks`), the object wakes who waits, each gets CLOSED, and the last of them lets it go.
//!
//! No static lock is in here that a forked child could find taken; an object that another thread held at the fork stays held in the child.
//! Mutexes and locks for readers and writers are parking_lot's, whose table of waiters a fork in the middle of another thread's
//! wait may leave locked: a child whose own threads contend for such locks may hang. Nothing else here uses that table.
//!
//! `unsafe` lives in `mutex`, `rwlock`, `thread`, `once`, `channel/pair` and `parallel/foreign`; the other files have none.

pub mod atomic;
pub mod barrier;
mod capacity;
pub mod channel;
pub mod condvar;
mod deadline;
mod held;
pub mod local;
pub mod map;
pub mod monitor;
pub mod mutex;
pub mod once;
pub mod parallel;
mod patience;
pub mod queue;
pub mod rows;
pub mod rwlock;
pub mod semaphore;
mod shared;
mod sync;
pub mod thread;

pub use deadline::Deadline;
pub use shared::{End, EndWithLast, Shared};
pub use thread::ThreadFn;

use ffi_base::{Kind, KindRow};

/// The kinds whose rows are here: 16 to 31 but for 24 to 26, which are of `ffi_cuda`.
pub const KINDS: &[KindRow] = &[
    thread::ThreadKind::ROW,
    mutex::MutexKind::ROW,
    rwlock::RwLockKind::ROW,
    channel::ChannelKind::ROW,
    condvar::CondvarKind::ROW,
    barrier::BarrierKind::ROW,
    semaphore::SemaphoreKind::ROW,
    once::OnceKind::ROW,
    atomic::AtomicKind::ROW,
    local::LocalKind::ROW,
    map::MapKind::ROW,
    queue::QueueKind::ROW,
];
