//! Borrows that a thread keeps between its calls, so that calls in a loop on one object cost no atomic read-modify-write, and two
//! threads that use one object do not write the same cache line for each call.
//!
//! A thread keeps its last borrow for each of a few places. A call whose handle is there looks only whether it is still
//! alive: the kept borrow keeps the slot from being given to another object. So an object whose handle was freed may stay in memory
//! until the threads that used it last end or use another of the same place; what waits on it is ended by its
//! [`Hooks`](crate::handle::Hooks) all the same.

use crate::abi::{Call, FromAbi};
use crate::error;
use crate::error::Result;
use crate::handle::Ref;
use crate::local::LOCAL;
use crate::object::{self, Kind, borrow};
use crate::row::Part;
use std::any::Any;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// A thread that works on more objects in turn than this pays for the handles of those that share a place.
const PLACES: usize = 16;

struct Place {
    /// 0 where nothing is kept.
    handle: Cell<i64>,
    /// How many [`Pinned`] stand on it; it is given to another handle only at 0.
    uses: Cell<u32>,
    kept: UnsafeCell<Option<Ref<'static, ()>>>,
}

/// What a thread keeps. It ends with the thread.
pub(crate) struct Keeper {
    /// What [`beside`] keeps, which may hold [`Pinned`]s.
    beside: RefCell<Option<Box<dyn Any>>>,
    places: [Place; PLACES],
}

/// The thread's own hold on it: while this is there, [`Local`](crate::local::Local) says where it lies.
struct Owner(NonNull<Keeper>);

impl Drop for Owner {
    fn drop(&mut self) {
        LOCAL.with(|local| local.keeper.set(std::ptr::null()));
        // SAFETY: made by `Box::leak`; only shared borrows of it are taken before the box is made again, once.
        drop(unsafe { self.0.as_ref() }.beside.take());
        // After what may stand on the places.
        // SAFETY: as above, and nobody finds it any more.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

thread_local! {
    static OWNER: Owner = {
        let places = [const { Place { handle: Cell::new(0), uses: Cell::new(0), kept: UnsafeCell::new(None) } }; PLACES];
        let keeper = NonNull::from(Box::leak(Box::new(Keeper { beside: RefCell::new(None), places })));
        LOCAL.with(|local| local.keeper.set(keeper.as_ptr()));
        Owner(keeper)
    };
}

/// What this thread keeps; `None` on a thread that is ending.
#[inline(always)]
fn keeper<'c>() -> Option<&'c Keeper> {
    let mut keeper = LOCAL.with(|local| local.keeper.get());
    if keeper.is_null() {
        keeper = first_keeper()?;
    }
    // SAFETY: where it is not null `OWNER` is alive, and with it what it points to: until the thread ends, which no call outlives.
    Some(unsafe { &*keeper })
}

#[cold]
#[inline(never)]
fn first_keeper() -> Option<*const Keeper> {
    OWNER.try_with(|owner| owner.0.as_ptr().cast_const()).ok()
}

/// This thread's place for a handle; `None` on a thread that is ending.
#[inline(always)]
fn place<'c>(handle: i64) -> Option<&'c Place> {
    keeper().map(|keeper| &keeper.places[handle as usize % PLACES])
}

/// A value that each thread has, dropped as the thread ends and before the borrows that it keeps: what holds a [`Pinned`] from one call
/// to another lies here. There is one, of the first type that asks; `None` for others, and on a thread that is ending.
#[inline(always)]
pub fn beside<T: Default + 'static, R>(body: impl FnOnce(&T) -> R) -> Option<R> {
    beside_with(body, |kept, body| body(kept)).ok()
}

/// As [`beside`], with something to take over; it comes back where `body` was not run.
#[inline(always)]
pub fn beside_with<T: Default + 'static, V, R>(value: V, body: impl FnOnce(&T, V) -> R) -> std::result::Result<R, V> {
    let Some(keeper) = keeper() else { return Err(value) };
    let mut kept = keeper.beside.borrow();
    if kept.is_none() {
        drop(kept);
        keeper.fill::<T>();
        kept = keeper.beside.borrow();
    }
    match kept.as_ref().and_then(|kept| kept.downcast_ref()) {
        Some(kept) => Ok(body(kept, value)),
        None => Err(value),
    }
}

impl Keeper {
    #[cold]
    #[inline(never)]
    fn fill<T: Default + 'static>(&self) {
        // Made with nothing borrowed: it may come here itself.
        let first: Box<dyn Any> = Box::<T>::default();
        self.beside.borrow_mut().get_or_insert(first);
    }
}

/// A borrowed object. Stays on its thread, where no call outlives what the thread keeps.
pub struct Pinned<K: Kind> {
    object: *const K::Object,
    handle: i64,
    /// The place that it stands on; null where it is a borrow of its own.
    place: *const Place,
}

impl<K: Kind> Pinned<K> {
    /// The handle that it was found by.
    #[inline(always)]
    pub fn handle(&self) -> i64 {
        self.handle
    }

    /// The same borrow once more, to be kept [`beside`].
    #[inline(always)]
    pub fn again(&self) -> Result<Pinned<K>> {
        // SAFETY: as in `drop`.
        match unsafe { self.place.as_ref() } {
            Some(place) => Ok(place.stand_on(self.object, self.handle)),
            // SAFETY: this borrow is there meanwhile, and the new one gives its own back as it drops.
            None if unsafe { object::table().borrow_again(self.handle) } => Ok(Pinned { ..*self }),
            None => Err(error!(Busy, "{} {} is in use more often than is counted", K::ROW.name, self.handle)),
        }
    }

    fn of_its_own(own: Ref<'static, K::Object>, handle: i64) -> Pinned<K> {
        let object = own.raw();
        std::mem::forget(own);
        Pinned { object, handle, place: std::ptr::null() }
    }
}

impl<K: Kind> Deref for Pinned<K> {
    type Target = K::Object;
    #[inline(always)]
    fn deref(&self) -> &K::Object {
        // SAFETY: its own borrow, or the one that it stands on, keeps the object: a place's is given back only when nothing stands on it.
        unsafe { &*self.object }
    }
}

impl<K: Kind> Drop for Pinned<K> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the keeper lives: a call ends before its thread does, and what lies beside is dropped before the places.
        match unsafe { self.place.as_ref() } {
            Some(place) => place.uses.set(place.uses.get() - 1),
            // SAFETY: `of_its_own` forgot the one borrow that this gives back.
            None => unsafe { object::table().give_back(self.handle) },
        }
    }
}

impl Place {
    #[inline(always)]
    fn stand_on<K: Kind>(&self, object: *const K::Object, handle: i64) -> Pinned<K> {
        self.uses.set(self.uses.get() + 1);
        Pinned { object, handle, place: self }
    }

    /// The object kept here for this handle, when its handle is still alive.
    #[inline(always)]
    fn find<K: Kind>(&self, handle: i64) -> Option<Pinned<K>> {
        if self.handle.get() != handle {
            return None;
        }
        // SAFETY: this thread's own, and nobody changes it meanwhile: `keep` alone does, and calls nothing that comes here.
        let kept = unsafe { (*self.kept.get()).as_ref()? };
        // Handles hold their kind, and only objects of kind K are kept under handles of it.
        kept.is_alive().then(|| self.stand_on(kept.raw().cast(), handle))
    }

    /// Only where nothing stands on it.
    fn empty(&self) {
        self.handle.set(0);
        // SAFETY: this thread's own, and nothing stands on it, as both callers looked. The old one is dropped outside of the place,
        // since an object's destructor may come here again.
        let old = unsafe { (*self.kept.get()).take() };
        drop(old);
    }

    #[cold]
    #[inline(never)]
    fn keep<K: Kind>(&self, handle: i64) -> Result<Pinned<K>> {
        let own = borrow::<K>(handle);
        if self.uses.get() > 0 {
            return own.map(|own| Pinned::of_its_own(own, handle));
        }
        self.empty();
        let own = own?;
        if self.handle.get() != 0 || self.uses.get() > 0 {
            return Ok(Pinned::of_its_own(own, handle));
        }
        let object = own.raw();
        // SAFETY: as above; the destructor left the place empty.
        unsafe { *self.kept.get() = Some(own.forget_type()) };
        self.handle.set(handle);
        Ok(self.stand_on(object, handle))
    }
}

/// Borrows the object of a handle through what this thread keeps.
#[inline(always)]
pub fn pin<K: Kind>(handle: i64) -> Result<Pinned<K>> {
    if object::is_of::<K>(handle)
        && let Some(place) = place(handle)
    {
        return match place.find(handle) {
            Some(found) => Ok(found),
            None => place.keep(handle),
        };
    }
    // Of another kind, or the thread is ending.
    borrow::<K>(handle).map(|own| Pinned::of_its_own(own, handle))
}

/// Frees a handle, and lets go of what this thread keeps of it: for objects that may be large.
pub fn free(handle: i64) -> Result<()> {
    object::free(handle)?;
    if let Some(place) = place(handle)
        && place.handle.get() == handle
        && place.uses.get() == 0
    {
        place.empty();
    }
    Ok(())
}

/// A live handle of kind `K` as parameter, for calls that come in loops: as [`Handle`](crate::Handle), through what the thread keeps.
pub struct Hot<K>(PhantomData<K>);

impl<K: Kind> FromAbi for Hot<K> {
    type Wire = i64;
    type Held<'c> = Pinned<K>;
    type Value<'h> = &'h Pinned<K>;
    const PARTS: &'static [Part] = K::PARTS;

    #[inline(always)]
    unsafe fn check(_: &Call, handle: i64) -> Result<Pinned<K>> {
        pin::<K>(handle)
    }
    #[inline(always)]
    fn lend<'h>(held: &'h Pinned<K>) -> &'h Pinned<K> {
        held
    }
    #[inline(always)]
    fn from_words(words: &[i64]) -> i64 {
        words[0]
    }
}

/// A handle of kind `K` as its number alone, for functions that know what their thread has behind it, also when it was freed since.
pub struct Number<K>(PhantomData<K>);

impl<K: Kind> FromAbi for Number<K> {
    type Wire = i64;
    type Held<'c> = i64;
    type Value<'h> = i64;
    const PARTS: &'static [Part] = K::PARTS;

    #[inline(always)]
    unsafe fn check(_: &Call, handle: i64) -> Result<i64> {
        // Also what a thread has behind the handle of another kind is not for these functions.
        if !object::is_of::<K>(handle) {
            return Err(object::refusal(K::ROW.name, handle));
        }
        Ok(handle)
    }
    #[inline(always)]
    fn lend<'h>(held: &'h i64) -> i64 {
        *held
    }
    #[inline(always)]
    fn from_words(words: &[i64]) -> i64 {
        words[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::give;
    use std::sync::Arc;

    crate::kinds! { KINDS;
        /// Counts its holders.
        PinKind = 59, "pin", "rt_pin", true, Arc<i64>;
    }

    #[test]
    fn a_kept_borrow_sees_that_its_handle_was_freed() {
        let object = Arc::new(7);
        let handle = give::<PinKind>(object.clone()).unwrap();
        {
            let (first, second) = (pin::<PinKind>(handle).unwrap(), pin::<PinKind>(handle).unwrap());
            assert_eq!((**first, **second, KINDS.len()), (7, 7, 1));
            object::free(handle).unwrap();
            assert!(pin::<PinKind>(handle).is_err(), "alive no longer, though two calls still use it");
            assert_eq!((**first, Arc::strong_count(&object)), (7, 2));
        }
        assert!(pin::<PinKind>(handle).is_err() && Arc::strong_count(&object) == 1, "the failed look-up let it go");
    }

    #[test]
    fn a_free_by_the_thread_that_keeps_a_borrow_lets_go_of_it() {
        let object = Arc::new(7);
        for used in [false, true] {
            let handle = give::<PinKind>(object.clone()).unwrap();
            let stands = used.then(|| pin::<PinKind>(handle).unwrap());
            drop(pin::<PinKind>(handle).unwrap());
            free(handle).unwrap();
            assert!(free(handle).is_err() && free(0).is_ok());
            assert_eq!(Arc::strong_count(&object), 1 + usize::from(used));
            assert!(stands.is_none_or(|stands| **stands == 7));
        }
    }

    #[test]
    fn handles_that_share_a_place_and_threads_that_end_let_objects_go() {
        let objects: Vec<Arc<i64>> = (0..100).map(Arc::new).collect();
        let handles: Vec<i64> = objects.iter().map(|object| give::<PinKind>(object.clone()).unwrap()).collect();
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let all: Vec<_> = handles.iter().map(|&handle| pin::<PinKind>(handle).unwrap()).collect();
                assert!(all.iter().enumerate().all(|(i, pinned)| ***pinned == i as i64));
                drop(all);
                for (i, &handle) in handles.iter().enumerate() {
                    assert_eq!(**pin::<PinKind>(handle).unwrap(), i as i64);
                }
            });
            // The end of the scope alone does not wait for what the thread keeps.
            thread.join().unwrap();
        });
        handles.iter().for_each(|&handle| object::free(handle).unwrap());
        assert!(objects.iter().all(|object| Arc::strong_count(object) == 1));
        assert!(pin::<PinKind>(handles[0]).is_err() && pin::<PinKind>(0).is_err() && pin::<PinKind>(-1).is_err());
    }
}
