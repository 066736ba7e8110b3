//! The generational handle table; long, for its proofs stand beside the one algorithm they are about. It turns an `int64_t` into a
//! borrowed object, or refuses it without touching memory.
//!
//! A handle is `kind:6 | generation:30 | slot:24`, so it is positive and below 2^60. A slot's word is
//! `kind:6 | generation:30 | alive:1 | permanent:1 | borrows:26`: its upper 36 bits equal the handle's, which makes one
//! comparison check kind and generation together. A lookup is one compare-and-swap (borrows + 1), its release one
//! subtraction. Whoever takes the word to "not alive, no borrows" destroys the object, and exactly one thread does. A slot
//! whose generations are spent is retired, never wrapped. Free slots form a stack linked through the slots, its head
//! tagged against the ABA problem. An object lies in its slot, so that making and finding one asks no allocator; one too large
//! for it lies in a box there. No lock anywhere; model-checked with loom (`tests/loom_handle.rs`).

use crate::error::{Code, Error, Result};
#[cfg(not(loom))]
use crate::local::{LOCAL, Local, Spare};
use std::any::Any;
use std::mem::MaybeUninit;
use std::ops::Deref;
use sync::{AtomicPtr, AtomicU32, AtomicU64, Ordering::*, UnsafeCell};

/// The atomics of std, or loom's under the model checker.
mod sync {
    #[cfg(loom)]
    pub use loom::{cell::UnsafeCell, sync::atomic::*};
    #[cfg(not(loom))]
    pub use std::sync::atomic::*;

    #[cfg(not(loom))]
    #[derive(Debug)]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    #[cfg(not(loom))]
    impl<T> UnsafeCell<T> {
        pub const fn new(value: T) -> Self {
            Self(std::cell::UnsafeCell::new(value))
        }
        #[inline(always)]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }
        #[inline(always)]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}

/// What a slot holds. Its clone is the same thing under another handle: a tensor's shares its memory, what has a state of its
/// own is an `Arc`. So the table itself counts nothing, which two atomic operations per object would cost.
pub trait Object: Any + Send + Sync + Clone {}

impl<T: Any + Send + Sync + Clone> Object for T {}

/// What is asked and told when a handle to a `T` is freed, for objects that threads wait on: one who waits borrows the object,
/// so its destructor would come only after the wait that it should end.
pub trait Hooks<T>: 'static {
    /// Whether there is anything to ask or to tell.
    const ANY: bool = true;
    /// Asked before the handle is freed; an error refuses that.
    fn before(_object: &T) -> Result<()> {
        Ok(())
    }
    /// Told once for each handle, when it is freed and the object still there; also for a clone that found no place for its handle.
    fn after(_object: &T) {}
}

/// Nothing is asked, nothing told.
pub struct NoHooks;

impl<T> Hooks<T> for NoHooks {
    const ANY: bool = false;
}

/// What the table does with an object without knowing its type. The pointer is to a slot's live body.
struct Ops {
    /// Ends the object.
    drop: unsafe fn(*mut Body),
    /// Its clone under a new handle of the same kind.
    share: unsafe fn(&Table, *const Body, u32) -> Result<i64>,
    /// What comes before and after the free of a handle, where anything does.
    hooks: Option<HooksOf>,
}

/// [`Hooks`] without the object's type.
#[derive(Clone, Copy)]
struct HooksOf {
    before: unsafe fn(*const Body) -> Result<()>,
    after: unsafe fn(*const Body),
}

/// Room for an object: a tensor fits.
#[repr(C, align(16))]
struct Body([MaybeUninit<u8>; 224]);

impl Body {
    const fn holds<T>() -> bool {
        size_of::<T>() <= size_of::<Body>() && align_of::<T>() <= align_of::<Body>()
    }

    /// # Safety
    /// `body` is valid for writes and holds no object; the one at `object` moves there.
    #[inline(always)]
    unsafe fn put<T>(body: *mut Body, object: &T) {
        // SAFETY: the body is valid, and has size and alignment of what is written; the caller gives the object away.
        unsafe {
            if Body::holds::<T>() {
                body.cast::<T>().copy_from_nonoverlapping(object, 1);
            } else {
                body.cast::<Box<T>>().write(Box::new(std::ptr::read(object)));
            }
        }
    }

    /// # Safety
    /// `body` holds a `T` that `put` put there.
    #[inline(always)]
    unsafe fn object<T>(body: *const Body) -> *const T {
        // SAFETY: the caller's promise; a box that is not moved stays valid while shared references to its content exist.
        unsafe { if Body::holds::<T>() { body.cast() } else { &raw const **body.cast::<Box<T>>() } }
    }

    const fn ops<T: Object, H: Hooks<T>>() -> Ops {
        Ops {
            // SAFETY: called with bodies that hold a `T` alone: `insert_bytes` stores them side by side.
            drop: |body| unsafe {
                if Body::holds::<T>() {
                    body.cast::<T>().drop_in_place()
                } else {
                    body.cast::<Box<T>>().drop_in_place()
                }
            },
            share: |table, body, kind| {
                // SAFETY: as above, and under a borrow.
                let object = unsafe { (*Body::object::<T>(body)).clone() };
                table.try_insert::<T, H>(kind, object, false).map_err(|(error, object)| {
                    // The clone may have been counted as a handle's.
                    H::after(&object);
                    error
                })
            },
            hooks: if H::ANY {
                Some(HooksOf {
                    // SAFETY: as above, and under a borrow.
                    before: |body| H::before(unsafe { &*Body::object::<T>(body) }),
                    // SAFETY: the same.
                    after: |body| H::after(unsafe { &*Body::object::<T>(body) }),
                })
            } else {
                None
            },
        }
    }
}

const SLOT_BITS: u32 = 24;
const GENERATION_BITS: u32 = 30;
pub(crate) const KIND_SHIFT: u32 = SLOT_BITS + GENERATION_BITS;
const GENERATION_MAX: u64 = (1 << GENERATION_BITS) - 1;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;
/// Kinds are 1 to 63: six bits, and 0 would make handles that look like small numbers.
pub const KIND_MAX: u32 = 63;

const STATE_BITS: u32 = 28;
const ALIVE: u64 = 1 << 27;
const PERMANENT: u64 = 1 << 26;
const BORROWS: u64 = PERMANENT - 1;

/// Chunk `k` holds `2^(FIRST_BITS + k)` slots, so the table grows without ever moving one.
#[cfg(not(loom))]
const FIRST_BITS: u32 = 8;
#[cfg(loom)]
const FIRST_BITS: u32 = 1;
const CHUNKS: usize = (SLOT_BITS - FIRST_BITS) as usize;
/// The chunks together hold `2^SLOT_BITS - 2^FIRST_BITS` slots.
const SLOTS_MAX: u32 = (1 << SLOT_BITS) - (1 << FIRST_BITS);

/// Whole cache lines, so that two hot handles never share one; in this order, so that a lookup and the start of the object do.
#[repr(C, align(64))]
struct Slot {
    word: AtomicU64,
    /// The slot below this one in the free stack, plus one; 0 ends it.
    next: AtomicU32,
    /// What the object is, null when there is none.
    ops: AtomicPtr<Ops>,
    body: UnsafeCell<MaybeUninit<Body>>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.end_object();
    }
}

/// The table. A process has one; tests and the model checker make their own.
pub struct Table {
    chunks: [AtomicPtr<Slot>; CHUNKS],
    /// How many slots were ever handed out.
    fresh: AtomicU32,
    /// Top of the free stack: `tag:40 | slot + 1:24`.
    free: AtomicU64,
    /// Whether threads keep a spare slot of it.
    spares: bool,
}

/// Gives a thread's spare slot back when the thread ends.
#[cfg(not(loom))]
struct GiveBack;

#[cfg(not(loom))]
impl Drop for GiveBack {
    fn drop(&mut self) {
        let table = crate::object::table();
        if let Spare::Slot(index) = LOCAL.with(|local| local.spare.replace(Spare::Never))
            && let Some(slot) = table.slot(index)
        {
            table.push_free(slot, index);
        }
    }
}

#[cfg(not(loom))]
thread_local! {
    static GIVE_BACK: GiveBack = const { GiveBack };
}

/// Whether this thread, which kept no spare so far, may: something gives it back at the thread's end.
#[cfg(not(loom))]
#[cold]
fn keeps_spares() -> bool {
    GIVE_BACK.try_with(|_| ()).is_ok()
}

// SAFETY: `body` and `ops` are written only by the one thread that owns a dead slot (popped from the free stack, or the destroyer)
// and read only under a borrow of a live one; both hand-overs go through release/acquire on `word`. Objects are Send + Sync.
unsafe impl Sync for Table {}
// SAFETY: the raw pointers are the table's own chunks, and objects are Send + Sync.
unsafe impl Send for Table {}

fn place(index: u32) -> (usize, usize) {
    let shifted = index as usize + (1 << FIRST_BITS);
    let bits = (usize::BITS - 1 - shifted.leading_zeros()) as usize;
    (bits - FIRST_BITS as usize, shifted - (1 << bits))
}

/// A borrowed object: it lives at least as long as this value, also when another thread frees its handle meanwhile.
pub struct Ref<'t, T: 'static> {
    table: &'t Table,
    slot: &'t Slot,
    index: u32,
    raw: *const T,
}

impl<'t, T> Ref<'t, T> {
    /// The object's address.
    #[inline(always)]
    pub(crate) fn raw(&self) -> *const T {
        self.raw
    }

    /// Whether its handle was not freed yet.
    #[inline(always)]
    pub(crate) fn is_alive(&self) -> bool {
        // Acquire: whoever learns here that the handle was freed sees what its freer did before.
        self.slot.word.load(Acquire) & ALIVE != 0
    }

    /// The same borrow without the object's type.
    pub(crate) fn forget_type(self) -> Ref<'t, ()> {
        let kept = std::mem::ManuallyDrop::new(self);
        Ref { table: kept.table, slot: kept.slot, index: kept.index, raw: kept.raw.cast() }
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: `raw` is the slot's object, which is dropped only after this borrow is counted out; `get` made sure that
        // the slot's kind is the one that stores a `T`.
        unsafe { &*self.raw }
    }
}

impl<T> Drop for Ref<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.slot.release(self.table, self.index);
    }
}

impl Slot {
    fn new() -> Slot {
        Slot {
            word: AtomicU64::new(1 << STATE_BITS),
            next: AtomicU32::new(0),
            ops: AtomicPtr::new(std::ptr::null_mut()),
            body: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    /// Counts a borrow in when the slot holds the live object that `head` (kind and generation, 36 bits) names.
    #[inline(always)]
    fn borrow(&self, head: u64) -> bool {
        let wanted = head << STATE_BITS | ALIVE;
        let mut word = self.word.load(Relaxed);
        loop {
            // Where kind, generation and life are as wanted, borrows are what is left; one more than it can count would say "permanent".
            if (word ^ wanted) & !PERMANENT >= BORROWS {
                return false;
            }
            match self.word.compare_exchange_weak(word, word + 1, Acquire, Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
    }

    #[inline(always)]
    fn release(&self, table: &Table, index: u32) {
        let before = self.word.fetch_sub(1, Release);
        if before & (BORROWS | ALIVE) == 1 {
            table.destroy(self, index);
        }
    }

    /// The object's clone under a new handle. Only under a borrow.
    fn share(&self, table: &Table, kind: u32) -> Option<Result<i64>> {
        // SAFETY: `ops` is null or what `insert_bytes` stored.
        let ops = unsafe { self.ops.load(Relaxed).as_ref()? };
        // SAFETY: the caller holds a borrow, so the body holds the object that `ops` is about, and nobody writes it.
        Some(self.body.with(|body| unsafe { (ops.share)(table, body.cast(), kind) }))
    }

    /// Ends the object of a slot that this thread alone may touch.
    #[inline(always)]
    fn end_object(&self) {
        let ops = self.ops.load(Relaxed);
        self.ops.store(std::ptr::null_mut(), Relaxed);
        // SAFETY: `ops` is null or what `insert_bytes` stored.
        if let Some(ops) = unsafe { ops.as_ref() } {
            // SAFETY: the caller owns the slot: nobody else reads or writes the body, which holds the object that `ops` is
            // about until now.
            self.body.with_mut(|body| unsafe { (ops.drop)(body.cast()) });
        }
    }
}

impl Table {
    /// An empty table.
    #[cfg(not(loom))]
    pub const fn new() -> Table {
        Table::with(false)
    }

    /// The process's own, of which every thread keeps a spare slot. There is one: the spares do not say whose they are.
    #[cfg(not(loom))]
    pub(crate) const fn of_process() -> Table {
        Table::with(true)
    }

    #[cfg(not(loom))]
    const fn with(spares: bool) -> Table {
        Table {
            chunks: [const { AtomicPtr::new(std::ptr::null_mut()) }; CHUNKS],
            fresh: AtomicU32::new(0),
            free: AtomicU64::new(0),
            spares,
        }
    }

    /// An empty table.
    #[cfg(loom)]
    pub fn new() -> Table {
        Table {
            chunks: std::array::from_fn(|_| AtomicPtr::new(std::ptr::null_mut())),
            fresh: AtomicU32::new(0),
            free: AtomicU64::new(0),
            spares: false,
        }
    }

    #[inline(always)]
    fn slot(&self, index: u32) -> Option<&Slot> {
        if index >= SLOTS_MAX {
            return None;
        }
        let (chunk, at) = place(index);
        let first = self.chunks[chunk].load(Acquire);
        if first.is_null() {
            return None;
        }
        // SAFETY: a published chunk has `2^(FIRST_BITS + chunk)` slots and lives as long as the table; `place` gives an
        // index below that.
        Some(unsafe { &*first.add(at) })
    }

    /// Stores an object and returns its handle. `permanent` objects cannot be freed and are not counted as live.
    #[inline(always)]
    pub fn insert<T: Object>(&self, kind: u32, object: T, permanent: bool) -> Result<i64> {
        self.try_insert::<T, NoHooks>(kind, object, permanent).map_err(|(error, _)| error)
    }

    /// As [`insert`](Self::insert), with hooks; an object that finds no place comes back as it was.
    #[inline(always)]
    pub fn try_insert<T: Object, H: Hooks<T>>(
        &self,
        kind: u32,
        object: T,
        permanent: bool,
    ) -> std::result::Result<i64, (Error, T)> {
        // SAFETY: it is forgotten once its bytes are in the slot.
        match unsafe { self.insert_bytes::<T, H>(kind, &object, permanent) } {
            Ok(handle) => {
                std::mem::forget(object);
                Ok(handle)
            }
            Err(error) => Err((error, object)),
        }
    }

    /// Moves an object from where it lies to its slot. An object is long: passed by value it would be moved more than once.
    ///
    /// # Safety
    /// After `Ok` the object is the slot's, and what lies at `object` is neither used nor dropped.
    #[inline(always)]
    pub(crate) unsafe fn insert_bytes<T: Object, H: Hooks<T>>(
        &self,
        kind: u32,
        object: &T,
        permanent: bool,
    ) -> Result<i64> {
        let (slot, index) = self.slot_for(kind)?;
        // SAFETY: the slot was just taken from the free stack or is fresh, so this thread alone may write it, and it holds no
        // object; readers are kept away by `alive` being clear until the release store below. The object is the slot's from here
        // on, as the caller promises.
        slot.body.with_mut(|body| unsafe { Body::put(body.cast(), object) });
        slot.ops.store(std::ptr::from_ref(const { &Body::ops::<T, H>() }).cast_mut(), Relaxed);
        let generation = slot.word.load(Relaxed) >> STATE_BITS & GENERATION_MAX;
        let head = u64::from(kind) << GENERATION_BITS | generation;
        let permanent = if permanent { PERMANENT } else { 0 };
        slot.word.store(head << STATE_BITS | ALIVE | permanent, Release);
        Ok((head << SLOT_BITS) as i64 | i64::from(index))
    }

    #[inline]
    fn slot_for(&self, kind: u32) -> Result<(&Slot, u32)> {
        if kind == 0 || kind > KIND_MAX {
            return Err(Error::new(Code::Internal, format!("handle kind {kind} is outside 1..=63")));
        }
        self.take_slot()
    }

    #[inline(always)]
    fn take_slot(&self) -> Result<(&Slot, u32)> {
        #[cfg(not(loom))]
        if self.spares
            && let Some(index) = LOCAL.with(Local::take_spare)
            && let Some(slot) = self.slot(index)
        {
            return Ok((slot, index));
        }
        self.pop_free()
    }

    #[inline(never)]
    fn pop_free(&self) -> Result<(&Slot, u32)> {
        let mut top = self.free.load(Acquire);
        while top & SLOT_MASK != 0 {
            let index = (top & SLOT_MASK) as u32 - 1;
            let Some(slot) = self.slot(index) else { break };
            // The tag grows with every change of the head, so a slot popped and pushed back meanwhile fails the swap.
            let next = (top >> SLOT_BITS).wrapping_add(1) << SLOT_BITS | u64::from(slot.next.load(Relaxed));
            match self.free.compare_exchange_weak(top, next, Acquire, Acquire) {
                Ok(_) => return Ok((slot, index)),
                Err(now) => top = now,
            }
        }
        self.fresh_slot()
    }

    #[cold]
    fn fresh_slot(&self) -> Result<(&Slot, u32)> {
        let full = || Error::new(Code::OutOfMemory, format!("all {SLOTS_MAX} handles are in use"));
        let index =
            self.fresh.fetch_update(Relaxed, Relaxed, |n| (n < SLOTS_MAX).then_some(n + 1)).map_err(|_| full())?;
        let (chunk, _) = place(index);
        if self.chunks[chunk].load(Acquire).is_null() {
            let len = 1usize << (FIRST_BITS as usize + chunk);
            let mut slots = Vec::new();
            slots.try_reserve_exact(len).map_err(|_| full())?;
            slots.extend((0..len).map(|_| Slot::new()));
            let made = Box::into_raw(slots.into_boxed_slice());
            if self.chunks[chunk].compare_exchange(std::ptr::null_mut(), made.cast(), AcqRel, Acquire).is_err() {
                // SAFETY: another thread published its chunk first, so nobody ever saw this one.
                drop(unsafe { Box::from_raw(made) });
            }
        }
        self.slot(index).map(|slot| (slot, index)).ok_or_else(full)
    }

    #[inline(always)]
    fn find(&self, handle: i64) -> Option<(&Slot, u32)> {
        // No handle has them, and `borrow` would not see them.
        if handle as u64 >> (KIND_SHIFT + 6) != 0 {
            return None;
        }
        let index = (handle as u64 & SLOT_MASK) as u32;
        let slot = self.slot(index)?;
        slot.borrow(handle as u64 >> SLOT_BITS).then_some((slot, index))
    }

    /// Borrows the object of a handle of this kind.
    ///
    /// # Safety
    /// Every object stored under `kind` is a `T`. ([`Kind`](crate::Kind) ties the two together.)
    #[inline(always)]
    pub unsafe fn get<T: Any>(&self, kind: u32, handle: i64) -> Option<Ref<'_, T>> {
        if handle >> KIND_SHIFT != i64::from(kind) {
            return None;
        }
        let (slot, index) = self.find(handle)?;
        // SAFETY: the slot is borrowed and of the kind that stores a `T`, as the caller promises.
        let raw = slot.body.with(|body| unsafe { Body::object(body.cast()) });
        Some(Ref { table: self, slot, index, raw })
    }

    /// Counts one more borrow in, whether the handle is still alive or not; false where there are as many as can be counted.
    ///
    /// # Safety
    /// The caller holds a borrow of this handle's object, and gives this one back by [`give_back`](Self::give_back).
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn borrow_again(&self, handle: i64) -> bool {
        let again = |word: u64| (word & BORROWS != BORROWS).then_some(word + 1);
        self.slot((handle as u64 & SLOT_MASK) as u32)
            .is_some_and(|slot| slot.word.fetch_update(Relaxed, Relaxed, again).is_ok())
    }

    /// Gives back the borrow of a [`Ref`] that was forgotten.
    ///
    /// # Safety
    /// A `Ref` of this handle was forgotten, or counted in by [`borrow_again`](Self::borrow_again), and this is called once for it.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn give_back(&self, handle: i64) {
        let index = (handle as u64 & SLOT_MASK) as u32;
        if let Some(slot) = self.slot(index) {
            slot.release(self, index);
        }
    }

    /// A new handle to the same object. A permanent object has one handle, returned as it is.
    pub fn retain(&self, handle: i64) -> Result<i64> {
        let Some((slot, index)) = self.find(handle) else { return Err(self.refusal("object", handle)) };
        let _borrow = Ref::<()> { table: self, slot, index, raw: &() };
        if slot.word.load(Relaxed) & PERMANENT != 0 {
            return Ok(handle);
        }
        // The object of a borrowed slot is there.
        slot.share(self, self.kind_bits(handle)).ok_or_else(|| self.refusal("object", handle))?
    }

    /// Frees a handle; its object goes when the last borrow does. False when it names nothing alive, or is refused.
    pub fn free(&self, handle: i64) -> bool {
        self.end(handle).is_ok()
    }

    /// As [`free`](Self::free), with the reason where it does not.
    #[inline]
    pub fn end(&self, handle: i64) -> Result<()> {
        let index = (handle as u64 & SLOT_MASK) as u32;
        let Some(slot) = self.slot(index) else { return Err(self.refusal("object", handle)) };
        // Acquire: whose `ops` these are was stored before the word said so.
        let mut word = slot.word.load(Acquire);
        loop {
            if word >> STATE_BITS != handle as u64 >> SLOT_BITS || word & ALIVE == 0 {
                return Err(self.refusal("object", handle));
            }
            if word & PERMANENT != 0 {
                return Ok(());
            }
            // Perhaps the next tenant's already; then the word has changed and the swap below fails.
            // SAFETY: `ops` is null or what `insert_bytes` stored.
            if unsafe { slot.ops.load(Relaxed).as_ref() }.is_some_and(|ops| ops.hooks.is_some()) {
                return self.end_with_hooks(handle);
            }
            match slot.word.compare_exchange_weak(word, word & !ALIVE, AcqRel, Acquire) {
                Ok(_) => break,
                Err(now) => word = now,
            }
        }
        if word & BORROWS == 0 {
            self.destroy_here(slot, index);
        }
        Ok(())
    }

    /// Frees a handle whose object wants to know: under a borrow, so that it is there until it was told.
    #[cold]
    #[inline(never)]
    fn end_with_hooks(&self, handle: i64) -> Result<()> {
        let Some((slot, index)) = self.find(handle) else { return Err(self.refusal("object", handle)) };
        let _borrow = Ref::<()> { table: self, slot, index, raw: &() };
        // SAFETY: `ops` is null or what `insert_bytes` stored; the borrow keeps it so.
        let hooks = unsafe { slot.ops.load(Relaxed).as_ref() }.and_then(|ops| ops.hooks);
        if let Some(HooksOf { before, .. }) = hooks {
            // SAFETY: the borrow keeps the object that these hooks are about.
            slot.body.with(|body| unsafe { before(body.cast()) })?;
        }
        // While borrowed the slot keeps its generation; whoever clears the bit has freed the handle.
        if slot.word.fetch_and(!ALIVE, AcqRel) & ALIVE == 0 {
            return Err(self.refusal("object", handle));
        }
        if let Some(HooksOf { after, .. }) = hooks {
            // SAFETY: as above.
            slot.body.with(|body| unsafe { after(body.cast()) });
        }
        Ok(())
    }

    /// Ends the object of a slot that is dead and without borrows, and hands the slot out again. Dead slots take no new
    /// borrows: exactly one thread gets here.
    #[inline(never)]
    fn destroy(&self, slot: &Slot, index: u32) {
        self.destroy_here(slot, index);
    }

    /// The same, in line where a handle is freed.
    #[inline(always)]
    fn destroy_here(&self, slot: &Slot, index: u32) {
        /// Also when the object's destructor unwinds.
        struct Vacate<'t>(&'t Table, &'t Slot, u32, u64);
        impl Drop for Vacate<'_> {
            #[inline(always)]
            fn drop(&mut self) {
                self.0.vacate(self.1, self.2, self.3);
            }
        }
        // Acquire: everything that borrowers did with the object happened before their releases of the word.
        let word = slot.word.load(Acquire);
        let _vacate = Vacate(self, slot, index, word);
        // A destructor may use the table: this slot is neither alive nor free.
        slot.end_object();
    }

    /// The slot's next generation, onto the free stack; none where they are spent.
    #[inline(always)]
    fn vacate(&self, slot: &Slot, index: u32, word: u64) {
        let generation = (word >> STATE_BITS & GENERATION_MAX) + 1;
        if generation > GENERATION_MAX {
            return;
        }
        slot.word.store(generation << STATE_BITS, Release);
        #[cfg(not(loom))]
        if self.spares && LOCAL.with(|local| local.keep_spare(index, keeps_spares)) {
            return;
        }
        self.push_free(slot, index);
    }

    fn push_free(&self, slot: &Slot, index: u32) {
        let mut top = self.free.load(Relaxed);
        loop {
            slot.next.store((top & SLOT_MASK) as u32, Relaxed);
            let new = (top >> SLOT_BITS).wrapping_add(1) << SLOT_BITS | u64::from(index + 1);
            match self.free.compare_exchange_weak(top, new, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }

    fn kind_bits(&self, handle: i64) -> u32 {
        (handle >> KIND_SHIFT) as u32 & KIND_MAX
    }

    /// The kind of a live handle.
    pub fn kind_of(&self, handle: i64) -> Option<u32> {
        let (slot, index) = self.find(handle)?;
        slot.release(self, index);
        Some(self.kind_bits(handle))
    }

    /// How many live handles of this kind there are, of all kinds when it is 0; permanent ones do not count.
    pub fn live(&self, kind: u32) -> i64 {
        let handed_out = self.fresh.load(Relaxed);
        let slots = (0..handed_out).filter_map(|index| self.slot(index));
        let words = slots.map(|slot| slot.word.load(Relaxed));
        let counted = |word: &u64| {
            word & (ALIVE | PERMANENT) == ALIVE
                && (kind == 0 || word >> (STATE_BITS + GENERATION_BITS) == u64::from(kind))
        };
        words.filter(counted).count() as i64
    }

    /// Why a handle was refused, in a sentence for the caller.
    #[cold]
    #[inline(never)]
    pub fn refusal(&self, wanted: &str, handle: i64) -> Error {
        let index = (handle as u64 & SLOT_MASK) as u32;
        let why = if handle == 0 {
            "0 means none; look at the call that should have made it"
        } else if handle < 0 || handle >> (KIND_SHIFT + 6) != 0 || handle >> KIND_SHIFT == 0 {
            "it never was a handle"
        } else {
            match self.slot(index).map(|slot| slot.word.load(Relaxed)) {
                // Some may have been given back since.
                Some(word) if word >> STATE_BITS == handle as u64 >> SLOT_BITS && word & BORROWS > BORROWS / 2 => {
                    let why = format!("{handle} is in use {BORROWS} times at once, more than are counted");
                    return Error::new(Code::Busy, why);
                }
                Some(word) if word >> STATE_BITS == handle as u64 >> SLOT_BITS && word & ALIVE != 0 => {
                    "it is of another kind"
                }
                // Borrowed still, or with another object in its place.
                Some(word) if word >> STATE_BITS == handle as u64 >> SLOT_BITS => "it was freed",
                Some(word) if (word >> STATE_BITS & GENERATION_MAX) > (handle as u64 >> SLOT_BITS & GENERATION_MAX) => {
                    "it was freed"
                }
                _ => "it never was a handle",
            }
        };
        Error::new(Code::InvalidHandle, format!("{handle} is not a live {wanted}: {why}"))
    }

    /// Makes the next generation of every free slot the last but one, so that a test can watch a slot retire.
    #[doc(hidden)]
    pub fn age_for_tests(&self) {
        for slot in (0..self.fresh.load(Relaxed)).filter_map(|index| self.slot(index)) {
            if slot.word.load(Relaxed) & ALIVE == 0 {
                slot.word.store((GENERATION_MAX - 1) << STATE_BITS, Relaxed);
            }
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Table::new()
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        for (chunk, first) in self.chunks.iter().enumerate() {
            let first = first.load(Acquire);
            if !first.is_null() {
                let slots = std::ptr::slice_from_raw_parts_mut(first, 1usize << (FIRST_BITS as usize + chunk));
                // SAFETY: made by `Box::into_raw` of a slice of exactly this length, and the table is being dropped, so no
                // borrow of it is left.
                drop(unsafe { Box::from_raw(slots) });
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
