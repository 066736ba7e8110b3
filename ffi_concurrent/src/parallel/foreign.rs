//! Arrays and functions of the host. Elements are read and written as atomics, which costs nothing: whatever a callback does to the
//! array meanwhile, and however two arrays overlap, a value is one that somebody wrote.

use crate::rows::parallel as types;
use ffi_base::abi::Element;
use ffi_base::{Array, Call, FromAbi, OutArray, OutSlice, Part, Result, UserData, error};
use std::alloc::Layout;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// `int64_t` or `double`.
pub trait Number: Element + std::fmt::Debug + Send + Sync {
    /// The sum; of integers modulo 2^64.
    fn plus(self, other: Self) -> Self;
    /// Its bits.
    fn to_word(self) -> u64;
    /// From its bits.
    fn from_word(word: u64) -> Self;
}

impl Number for i64 {
    #[inline(always)]
    fn plus(self, other: i64) -> i64 {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        self as u64
    }
    #[inline(always)]
    fn from_word(word: u64) -> i64 {
        word as i64
    }
}

impl Number for f64 {
    #[inline(always)]
    fn plus(self, other: f64) -> f64 {
        self + other
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        self.to_bits()
    }
    #[inline(always)]
    fn from_word(word: u64) -> f64 {
        f64::from_bits(word)
    }
}

/// Numbers to read.
#[derive(Clone, Copy)]
pub struct Source<'a, T>(&'a [AtomicU64], PhantomData<T>);

impl<T: Number> Source<'_, T> {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// One of them.
    #[inline(always)]
    pub fn get(&self, i: usize) -> T {
        T::from_word(self.0[i].load(Relaxed))
    }
}

/// Numbers to write.
#[derive(Clone, Copy)]
pub struct Target<'a, T>(&'a [AtomicU64], PhantomData<T>);

impl<T: Number> Target<'_, T> {
    /// How many fit.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether none fits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Writes one.
    #[inline(always)]
    pub fn set(&self, i: usize, value: T) {
        self.0[i].store(value.to_word(), Relaxed);
    }
    /// What lies there, to be read.
    pub(crate) fn source(&self) -> Source<'_, T> {
        Source(self.0, PhantomData)
    }
    /// Room for a result of each number of `source`: large enough, and the same place or another one.
    pub fn fits(&self, source: &Source<'_, T>) -> Result<()> {
        if self.len() < source.len() {
            return Err(error!(InvalidArgument, "room for {} results, of {} numbers", self.len(), source.len()));
        }
        let (ours, theirs) = (self.0[..source.len()].as_ptr_range(), source.0.as_ptr_range());
        if ours.start != theirs.start && ours.start < theirs.end && theirs.start < ours.end {
            return Err(error!(InvalidArgument, "the results overlap the numbers, beginning elsewhere"));
        }
        Ok(())
    }
}

/// The array as atomics.
fn words<'c, T: Number>(pointer: *const T, len: usize) -> Result<&'c [AtomicU64]> {
    let pointer = pointer.cast::<AtomicU64>();
    if len == 0 {
        return Ok(&[]);
    }
    // Where a number may lie closer than an atomic.
    if !pointer.is_aligned() {
        return Err(error!(InvalidArgument, "the pointer {:#x} is not aligned to 8 bytes", pointer.addr()));
    }
    // SAFETY: the two callers have it from a checked parameter, so it is valid for `len` elements of 8 bytes while the call lives, to
    // read and where it was an output also to write; aligned, as just seen; any bits are a number. A source is read alone.
    Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
}

/// `const T* + int64_t`, as [`Source`].
pub struct Numbers<T>(PhantomData<T>);

impl<T: Number> FromAbi for Numbers<T> {
    type Wire = <Array<T> as FromAbi>::Wire;
    type Held<'c> = Source<'c, T>;
    type Value<'h> = Source<'h, T>;
    const PARTS: &'static [Part] = <Array<T> as FromAbi>::PARTS;

    unsafe fn check(call: &Call, wire: Self::Wire) -> Result<Source<'_, T>> {
        // SAFETY: the same promise about the same pointer.
        let array = unsafe { Array::<T>::check(call, wire) }?;
        Ok(Source(words(array.as_ptr(), array.len())?, PhantomData))
    }
    fn lend<'h>(held: &'h Source<'_, T>) -> Source<'h, T> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        Array::<T>::from_words(words)
    }
}

/// `T* + int64_t`, as [`Target`].
pub struct Results<T>(PhantomData<T>);

impl<T: Number> FromAbi for Results<T> {
    type Wire = <OutArray<T> as FromAbi>::Wire;
    type Held<'c> = Target<'c, T>;
    type Value<'h> = Target<'h, T>;
    const PARTS: &'static [Part] = <OutArray<T> as FromAbi>::PARTS;

    unsafe fn check(call: &Call, wire: Self::Wire) -> Result<Target<'_, T>> {
        // SAFETY: the same promise about the same pointer.
        let array = unsafe { OutArray::<T>::check(call, wire) }?;
        Ok(Target(words(array.as_mut_ptr(), array.capacity())?, PhantomData))
    }
    fn lend<'h>(held: &'h Target<'_, T>) -> Target<'h, T> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        OutArray::<T>::from_words(words)
    }
}

/// The words of an array that the call alone works on, until it returns.
pub fn exclusive<'a, T: Number>(array: &'a mut OutSlice<'_, T>) -> &'a mut [i64] {
    if array.capacity() == 0 {
        return &mut [];
    }
    // SAFETY: checked and valid for `capacity` elements of 8 bytes during the call; any bits are an `i64`, whose alignment no
    // `Number` undercuts; nothing else of this call reads or writes it, and rule 10 of the ABI forbids it to other threads.
    unsafe { std::slice::from_raw_parts_mut(array.as_mut_ptr().cast::<i64>(), array.capacity()) }
}

/// So many zeros, which the system gives without writing them.
pub fn zeros(len: usize) -> Result<Vec<i64>> {
    let full = || error!(OutOfMemory, "no memory for {len} numbers beside the array");
    let layout = Layout::array::<i64>(len).map_err(|_| full())?;
    if len == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the layout is not of size 0.
    let pointer = unsafe { std::alloc::alloc_zeroed(layout) };
    if pointer.is_null() {
        return Err(full());
    }
    // SAFETY: from the global allocator with the layout of `len` numbers, all of them initialised with zeros.
    Ok(unsafe { Vec::from_raw_parts(pointer.cast(), len, len) })
}

macro_rules! callbacks {
    ($( $(#[doc = $doc:literal])* $name:ident: $type:ident ($($p:ident : $t:ty),*) -> $r:ty; )*) => {$(
        $(#[doc = $doc])*
        pub fn $name(function: Option<types::$type>, user: UserData) -> Result<impl Fn($($t),*) -> $r + Copy + Send + Sync> {
            let function = function.ok_or_else(|| error!(NullPointer, "the function is NULL"))?;
            Ok(move |$($p: $t),*| {
                // Taken whole: its field alone could not go to another thread.
                let UserData(user) = { user };
                // SAFETY: the caller promises a function of the row's type; it takes numbers and its own pointer, unread.
                unsafe { function.call($($p,)* user) }
            })
        }
    )*};
}

callbacks! {
    /// The body of a loop.
    body: EachFn(index: i64) -> i64;
    /// The body of a loop that loops itself.
    range: RangeFn(first: i64, end: i64) -> i64;
    /// The body of a loop over integers.
    item_i64: ItemI64Fn(index: i64, value: i64) -> i64;
    /// The body of a loop over doubles.
    item_f64: ItemF64Fn(index: i64, value: f64) -> i64;
    /// A value of a map.
    map_i64: MapFn(value: i64) -> i64;
    /// A value of a map of doubles.
    map_f64: MapF64Fn(value: f64) -> f64;
    /// Two values in one.
    combine_i64: CombineI64Fn(a: i64, b: i64) -> i64;
    /// Two doubles in one.
    combine_f64: CombineF64Fn(a: f64, b: f64) -> f64;
    /// Which comes first.
    compare_i64: CompareI64Fn(a: i64, b: i64) -> i64;
    /// Which double comes first.
    compare_f64: CompareF64Fn(a: f64, b: f64) -> i64;
}
