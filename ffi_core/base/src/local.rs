//! What the hot path of a call keeps for its thread, all in one place: in a shared library each look for a thread-local value is a call
//! into the loader of 2 to 3 ns, and the compiler makes one of all those that a row's body comes down to when they look for the same.

use crate::pinned::Keeper;
use crate::share::Frame;
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};

/// Each field is the business of the module that it names. Plain cells without a destructor, so that it is there to a thread's very end.
pub(crate) struct Local {
    /// [`guard`](crate::guard): how many guards are on this thread's stack. The panic hook stays silent inside one.
    pub depth: Cell<u32>,
    /// [`handle`](crate::handle): the slot that the thread keeps to itself.
    pub spare: Cell<Spare>,
    /// [`last_error`](crate::last_error): the code, 0 when nothing failed.
    pub failed: Cell<i64>,
    /// [`pinned`](crate::pinned): what the thread keeps borrowed; null before the first and after the last.
    pub keeper: Cell<*const Keeper>,
    /// [`thread_number`], 0 until somebody asks.
    pub number: Cell<i64>,
    /// [`luck`]: the last number, 0 before the first.
    pub luck: Cell<u32>,
    /// [`share`](crate::share): the item that this thread is inside of, null outside of loops.
    pub frame: Cell<*const Frame>,
}

/// A free slot of the process's table that one thread keeps to itself: who makes and frees objects in turn then takes and gives slots
/// without an atomic operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spare {
    /// This thread keeps none: it has freed nothing yet, or is ending.
    Never,
    /// There is room for one.
    Empty,
    /// This one.
    Slot(u32),
}

impl Local {
    /// Takes the spare slot out.
    #[inline(always)]
    pub fn take_spare(&self) -> Option<u32> {
        let Spare::Slot(index) = self.spare.get() else { return None };
        self.spare.set(Spare::Empty);
        Some(index)
    }

    /// Keeps a free slot, when there is room. `may` is asked before the first.
    #[inline(always)]
    pub fn keep_spare(&self, index: u32, may: impl FnOnce() -> bool) -> bool {
        let keeps = match self.spare.get() {
            Spare::Slot(_) => false,
            Spare::Empty => true,
            Spare::Never => may(),
        };
        if keeps {
            self.spare.set(Spare::Slot(index));
        }
        keeps
    }
}

thread_local! {
    pub(crate) static LOCAL: Local = const {
        Local {
            depth: Cell::new(0),
            spare: Cell::new(Spare::Never),
            failed: Cell::new(0),
            keeper: Cell::new(std::ptr::null()),
            number: Cell::new(0),
            luck: Cell::new(0),
            frame: Cell::new(std::ptr::null()),
        }
    };
}

/// A number without meaning, another one each time, for choices that should favour nobody. (Marsaglia's xorshift, 2003.)
#[inline(always)]
pub fn luck() -> u32 {
    LOCAL.with(|local| {
        let last = match local.luck.get() {
            // No two threads begin alike.
            0 => std::ptr::from_ref(local).addr() as u32 >> 4 | 1,
            last => last,
        };
        let next = last ^ last << 13;
        let next = next ^ next >> 17;
        let next = next ^ next << 5;
        local.luck.set(next);
        next
    })
}

/// This thread's number: from 1 on, never given twice in a process.
#[inline(always)]
pub fn thread_number() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    LOCAL.with(|local| {
        if local.number.get() == 0 {
            local.number.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
        }
        local.number.get()
    })
}
