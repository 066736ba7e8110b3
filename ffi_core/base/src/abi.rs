//! How each type crosses the C ABI: its wire form, its C spelling, and the check of what arrives. Long, for it is one table.

use crate::error::{Code, Error, Result};
use crate::row::{Part, Returns, Sort};
use crate::text::TextOut;
use std::ffi::{CStr, c_char, c_void};
use std::marker::PhantomData;

/// One call from outside. What is borrowed from the caller lives no longer than this value.
pub struct Call(());

impl Call {
    pub(crate) fn new() -> Call {
        Call(())
    }
}

/// A parameter type of a row.
pub trait FromAbi {
    /// What crosses: one word, or a pointer and its length.
    type Wire: Copy;
    /// The checked form, alive during the call.
    type Held<'c>;
    /// What the safe function gets.
    type Value<'h>;
    /// One entry per word.
    const PARTS: &'static [Part];
    /// A double crosses, so the row needs an all-integer twin.
    const DOUBLE: bool = false;

    /// Checks what arrived.
    ///
    /// # Safety
    /// A non-null pointer in `wire` is valid for its stated length (a text of length -1 up to its NUL) while `call` lives.
    unsafe fn check<'c>(call: &'c Call, wire: Self::Wire) -> Result<Self::Held<'c>>;

    /// Lends the checked form to the function.
    fn lend<'h>(held: &'h Self::Held<'_>) -> Self::Value<'h>;

    /// The wire form from all-integer words, as many as `PARTS`.
    fn from_words(words: &[i64]) -> Self::Wire;
}

/// A return type of a row.
pub trait IntoAbi {
    /// What crosses.
    type Wire: Copy;
    /// What the safe function returns.
    type Value;
    /// The word that comes back.
    const RETURNS: Returns;
    /// A double crosses, so the row needs an all-integer twin.
    const DOUBLE: bool = false;

    /// Hands the value out.
    fn into_wire(value: Self::Value) -> Result<Self::Wire>;

    /// The same for what the function came to, success or not.
    #[inline(always)]
    fn finish(outcome: Result<Self::Value>) -> Result<Self::Wire> {
        outcome.and_then(Self::into_wire)
    }

    /// The failure value.
    fn failed(error: &Error) -> Self::Wire;

    /// The wire form as all-integer word.
    fn to_word(wire: Self::Wire) -> i64;
}

/// The first word of a parameter that crosses as a pointer and a length.
pub trait Pair {
    /// The pointer.
    type First;
}
impl<A, B> Pair for (A, B) {
    type First = A;
}

/// Parameters that cross as one word and need no check.
macro_rules! plain_parameters {
    ($( $type:ty, $wire:ty, $c:literal, $sort:expr, $double:literal, |$w:ident| $from:expr, |$v:ident| $value:expr; )*) => {$(
        impl FromAbi for $type {
            type Wire = $wire;
            type Held<'c> = $type;
            type Value<'h> = $type;
            const PARTS: &'static [Part] = &[Part { c: $c, sort: $sort }];
            const DOUBLE: bool = $double;
            #[inline(always)]
            unsafe fn check(_: &Call, $v: $wire) -> Result<$type> { Ok($value) }
            #[inline(always)]
            fn lend<'h>(held: &'h $type) -> $type { *held }
            #[inline(always)]
            fn from_words(words: &[i64]) -> $wire { let $w = words[0]; $from }
        }
    )*};
}

plain_parameters! {
    i64, i64, "int64_t", Sort::Integer, false, |w| w, |v| v;
    f64, f64, "double", Sort::Float, true, |w| f64::from_bits(w as u64), |v| v;
    bool, i64, "int64_t", Sort::Bool, false, |w| w, |v| v != 0;
}

/// A number that may cross behind a pointer: `plain old data` of C.
pub trait Element: Copy + Default + 'static {
    /// The C spelling of a pointer to read.
    const INPUT: &'static str;
    /// The C spelling of a pointer to write.
    const OUTPUT: &'static str;
}
macro_rules! elements {
    ($( $type:ty, $input:literal, $output:literal; )*) => {$(
        impl Element for $type { const INPUT: &'static str = $input; const OUTPUT: &'static str = $output; }
    )*};
}
elements! {
    f64, "const double*", "double*";
    f32, "const float*", "float*";
    i64, "const int64_t*", "int64_t*";
    i32, "const int32_t*", "int32_t*";
    u8, "const uint8_t*", "uint8_t*";
}

const LENGTH: Part = Part { c: "int64_t", sort: Sort::Length };

/// More bytes than a process can address on any machine of today: five-level page tables give it 2^56.
const ADDRESSABLE: u64 = if isize::MAX as u64 > 1 << 57 { 1 << 57 } else { isize::MAX as u64 };

/// Pointer, length and alignment as rule 14 of the ABI wants them; `None` for an empty range.
fn check_range<T>(pointer: *const T, len: i64) -> Result<Option<usize>> {
    let fits = ADDRESSABLE / size_of::<T>().max(1) as u64;
    if len < 0 || len as u64 > fits {
        return Err(Error::new(Code::InvalidArgument, format!("length {len} is negative or larger than memory")));
    }
    if len == 0 {
        return Ok(None);
    }
    check_pointer(pointer)?;
    Ok(Some(len as usize))
}

fn check_pointer<T>(pointer: *const T) -> Result<()> {
    if pointer.is_null() {
        return Err(Error::new(Code::NullPointer, "the pointer is NULL"));
    }
    if !pointer.is_aligned() {
        let text = format!("the pointer {:#x} is not aligned to {} bytes", pointer.addr(), align_of::<T>());
        return Err(Error::new(Code::InvalidArgument, text));
    }
    Ok(())
}

/// `const T* + int64_t`: elements that the function reads.
pub struct Array<T>(PhantomData<T>);

impl<T: Element> FromAbi for Array<T> {
    type Wire = (*const T, i64);
    type Held<'c> = &'c [T];
    type Value<'h> = &'h [T];
    const PARTS: &'static [Part] = &[Part { c: T::INPUT, sort: Sort::Input(size_of::<T>()) }, LENGTH];

    #[inline]
    unsafe fn check<'c>(_: &'c Call, (pointer, len): Self::Wire) -> Result<&'c [T]> {
        match check_range(pointer, len)? {
            // SAFETY: non-null, aligned, in range (just checked), and valid for `len` elements while the call lives, as
            // the caller of an exported function promises.
            Some(len) => Ok(unsafe { std::slice::from_raw_parts(pointer, len) }),
            None => Ok(&[]),
        }
    }
    #[inline(always)]
    fn lend<'h>(held: &'h &[T]) -> &'h [T] {
        held
    }
    #[inline(always)]
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance(words[0] as usize), words[1])
    }
}

/// `const void* + int64_t`: bytes that the function reads.
pub struct Bytes;

impl FromAbi for Bytes {
    type Wire = (*const c_void, i64);
    type Held<'c> = &'c [u8];
    type Value<'h> = &'h [u8];
    const PARTS: &'static [Part] = &[Part { c: "const void*", sort: Sort::Input(1) }, LENGTH];

    unsafe fn check<'c>(call: &'c Call, (pointer, len): Self::Wire) -> Result<&'c [u8]> {
        // SAFETY: the same promise about the same pointer, whose bytes may be read as `u8`.
        unsafe { Array::<u8>::check(call, (pointer.cast(), len)) }
    }
    fn lend<'h>(held: &'h &[u8]) -> &'h [u8] {
        held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance(words[0] as usize), words[1])
    }
}

/// Where a function writes its results. Never a `&mut [T]`: the caller's memory may be uninitialised, and may overlap inputs.
#[derive(Clone, Copy)]
pub struct OutSlice<'c, T> {
    pointer: *mut T,
    len: usize,
    call: PhantomData<&'c Call>,
}

impl<T: Element> OutSlice<'_, T> {
    /// Whether both begin at one address: two results for one place.
    pub fn is_at(&self, other: &Self) -> bool {
        std::ptr::eq(self.pointer, other.pointer)
    }

    /// How many elements fit.
    pub fn capacity(&self) -> usize {
        self.len
    }

    /// Writes as many of `values` as fit, from the front.
    pub fn write(&self, values: &[T]) {
        let len = values.len().min(self.len);
        // SAFETY: `pointer` is valid for `self.len >= len` elements during the call (checked, then promised by the
        // caller); `copy` allows the two ranges to overlap.
        unsafe { std::ptr::copy(values.as_ptr(), self.pointer, len) }
    }

    /// Where the elements lie, for whoever reads or writes them one by one during the call.
    pub fn as_mut_ptr(&self) -> *mut T {
        self.pointer
    }

    /// The bytes to fill.
    pub fn as_bytes_mut(&mut self) -> &mut [u8] {
        let len_bytes = self.len * size_of::<T>();
        if len_bytes == 0 {
            return &mut [];
        }
        // SAFETY: valid for `len` elements during the call; any byte is a valid `u8`, and what foreign code left in its
        // memory is some byte. The library's own memory never overlaps it, and inputs of the same row are not read while
        // it is borrowed.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.cast(), len_bytes) }
    }
}

/// `T* + int64_t`: elements that the function writes, at most as many as the capacity.
pub struct OutArray<T>(PhantomData<T>);

impl<T: Element> FromAbi for OutArray<T> {
    type Wire = (*mut T, i64);
    type Held<'c> = OutSlice<'c, T>;
    type Value<'h> = OutSlice<'h, T>;
    const PARTS: &'static [Part] = &[Part { c: T::OUTPUT, sort: Sort::Output(size_of::<T>()) }, LENGTH];

    unsafe fn check<'c>(_: &'c Call, (pointer, len): Self::Wire) -> Result<OutSlice<'c, T>> {
        match check_range(pointer, len)? {
            Some(len) => Ok(OutSlice { pointer, len, call: PhantomData }),
            // Even a copy of nothing wants an aligned pointer.
            None => Ok(OutSlice { pointer: std::ptr::dangling_mut(), len: 0, call: PhantomData }),
        }
    }
    fn lend<'h>(held: &'h OutSlice<'_, T>) -> OutSlice<'h, T> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance_mut(words[0] as usize), words[1])
    }
}

/// `void* + int64_t`: bytes that the function writes.
pub struct BytesMut;

impl FromAbi for BytesMut {
    type Wire = (*mut c_void, i64);
    type Held<'c> = OutSlice<'c, u8>;
    type Value<'h> = OutSlice<'h, u8>;
    const PARTS: &'static [Part] = &[Part { c: "void*", sort: Sort::Output(1) }, LENGTH];

    unsafe fn check<'c>(call: &'c Call, (pointer, len): Self::Wire) -> Result<OutSlice<'c, u8>> {
        // SAFETY: the same promise about the same pointer.
        unsafe { OutArray::<u8>::check(call, (pointer.cast(), len)) }
    }
    fn lend<'h>(held: &'h OutSlice<'_, u8>) -> OutSlice<'h, u8> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance_mut(words[0] as usize), words[1])
    }
}

/// `char* + int64_t`: where a `_copy` twin writes text.
pub struct TextBuffer;

impl FromAbi for TextBuffer {
    type Wire = (*mut c_char, i64);
    type Held<'c> = OutSlice<'c, u8>;
    type Value<'h> = OutSlice<'h, u8>;
    const PARTS: &'static [Part] = &[Part { c: "char*", sort: Sort::Output(1) }, LENGTH];

    unsafe fn check<'c>(call: &'c Call, (pointer, len): Self::Wire) -> Result<OutSlice<'c, u8>> {
        // SAFETY: the same promise about the same pointer.
        unsafe { OutArray::<u8>::check(call, (pointer.cast(), len)) }
    }
    fn lend<'h>(held: &'h OutSlice<'_, u8>) -> OutSlice<'h, u8> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance_mut(words[0] as usize), words[1])
    }
}

/// `const void* + int64_t`: elements whose size another parameter states, a dtype. The length counts elements.
#[derive(Clone, Copy)]
pub struct RawElements<'c> {
    pointer: *const c_void,
    len: i64,
    call: PhantomData<&'c Call>,
}

impl RawElements<'_> {
    /// How many elements.
    pub fn len(&self) -> i64 {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The bytes of elements of this size, which is the one that the row's dtype parameter states.
    pub fn bytes(&self, element_size: usize) -> Result<&[u8]> {
        let len = self.len.checked_mul(element_size as i64).unwrap_or(-1);
        match check_range(self.pointer.cast::<u8>(), len)? {
            // SAFETY: the caller promises `len` elements of the dtype it states; the row passes that dtype's size.
            Some(len) => Ok(unsafe { std::slice::from_raw_parts(self.pointer.cast(), len) }),
            None => Ok(&[]),
        }
    }
}

/// See [`RawElements`].
pub struct Elements;

impl FromAbi for Elements {
    type Wire = (*const c_void, i64);
    type Held<'c> = RawElements<'c>;
    type Value<'h> = RawElements<'h>;
    const PARTS: &'static [Part] = &[Part { c: "const void*", sort: Sort::Input(8) }, LENGTH];

    unsafe fn check<'c>(_: &'c Call, (pointer, len): Self::Wire) -> Result<RawElements<'c>> {
        check_range(pointer.cast::<u8>(), len)?;
        Ok(RawElements { pointer, len, call: PhantomData })
    }
    fn lend<'h>(held: &'h RawElements<'_>) -> RawElements<'h> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance(words[0] as usize), words[1])
    }
}

/// `void* + int64_t`: room for elements whose size another parameter states. The capacity counts elements.
#[derive(Clone, Copy)]
pub struct RawRoom<'c> {
    pointer: *mut c_void,
    len: i64,
    call: PhantomData<&'c Call>,
}

impl RawRoom<'_> {
    /// How many elements fit.
    pub fn capacity(&self) -> i64 {
        self.len
    }
    /// The first `count` elements of this size, which is the one that the row's dtype parameter states.
    pub fn bytes_mut(&mut self, count: i64, element_size: usize) -> Result<&mut [u8]> {
        let len = count.min(self.len).checked_mul(element_size as i64).unwrap_or(-1);
        match check_range(self.pointer.cast::<u8>(), len)? {
            // SAFETY: the caller promises room for `len` elements of the dtype it states; the row passes that dtype's size,
            // and `count` is cut to `len`. Any byte is a valid `u8`; the library's own memory never overlaps it.
            Some(len) => Ok(unsafe { std::slice::from_raw_parts_mut(self.pointer.cast(), len) }),
            None => Ok(&mut []),
        }
    }
}

/// See [`RawRoom`].
pub struct Room;

impl FromAbi for Room {
    type Wire = (*mut c_void, i64);
    type Held<'c> = RawRoom<'c>;
    type Value<'h> = RawRoom<'h>;
    const PARTS: &'static [Part] = &[Part { c: "void*", sort: Sort::Output(8) }, LENGTH];

    unsafe fn check<'c>(_: &'c Call, (pointer, len): Self::Wire) -> Result<RawRoom<'c>> {
        check_range(pointer.cast::<u8>(), len)?;
        Ok(RawRoom { pointer, len, call: PhantomData })
    }
    fn lend<'h>(held: &'h RawRoom<'_>) -> RawRoom<'h> {
        *held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance_mut(words[0] as usize), words[1])
    }
}

/// Gives meaning to an integer parameter: a dtype, a device. Safe code, so that any crate can have its own.
pub trait Resolve: 'static {
    /// What the function gets.
    type Value: Copy;
    /// Its word.
    const PARTS: &'static [Part];
    /// The value, or why the number means nothing.
    fn resolve(number: i64) -> Result<Self::Value>;
}

/// An integer parameter that `R` gives meaning to.
pub struct Resolved<R>(PhantomData<R>);

impl<R: Resolve> FromAbi for Resolved<R> {
    type Wire = i64;
    type Held<'c> = R::Value;
    type Value<'h> = R::Value;
    const PARTS: &'static [Part] = R::PARTS;

    #[inline(always)]
    unsafe fn check<'c>(_: &'c Call, number: i64) -> Result<Self::Held<'c>> {
        R::resolve(number)
    }
    #[inline(always)]
    fn lend<'h>(held: &'h R::Value) -> R::Value {
        *held
    }
    #[inline(always)]
    fn from_words(words: &[i64]) -> i64 {
        words[0]
    }
}

/// `T*`: one element that the function writes on success.
pub struct Out<T>(PhantomData<T>);

impl<T: Element> FromAbi for Out<T> {
    type Wire = *mut T;
    type Held<'c> = OutSlice<'c, T>;
    type Value<'h> = OutSlice<'h, T>;
    const PARTS: &'static [Part] = &[Part { c: T::OUTPUT, sort: Sort::OutputOne(size_of::<T>()) }];

    unsafe fn check<'c>(_: &'c Call, pointer: *mut T) -> Result<OutSlice<'c, T>> {
        check_pointer(pointer)?;
        Ok(OutSlice { pointer, len: 1, call: PhantomData })
    }
    fn lend<'h>(held: &'h OutSlice<'_, T>) -> OutSlice<'h, T> {
        *held
    }
    fn from_words(words: &[i64]) -> *mut T {
        std::ptr::with_exposed_provenance_mut(words[0] as usize)
    }
}

/// `const char* + int64_t`: UTF-8 text, NUL-terminated when the length is -1. As a return type: text lent to the caller.
pub struct Text;

impl FromAbi for Text {
    type Wire = (*const c_char, i64);
    type Held<'c> = &'c str;
    type Value<'h> = &'h str;
    const PARTS: &'static [Part] = &[Part { c: "const char*", sort: Sort::Text }, LENGTH];

    unsafe fn check<'c>(call: &'c Call, wire: Self::Wire) -> Result<&'c str> {
        // SAFETY: passed on.
        std::str::from_utf8(unsafe { Text::bytes(call, wire) }?).map_err(|wrong| {
            Error::new(Code::InvalidArgument, format!("the text is not UTF-8 at byte {}", wrong.valid_up_to()))
        })
    }
    fn lend<'h>(held: &'h &str) -> &'h str {
        held
    }
    fn from_words(words: &[i64]) -> Self::Wire {
        (std::ptr::with_exposed_provenance(words[0] as usize), words[1])
    }
}

impl Text {
    /// The bytes of a text, up to its NUL when the length is -1.
    ///
    /// # Safety
    /// As for [`FromAbi::check`].
    #[inline]
    pub unsafe fn bytes(call: &Call, (pointer, len): (*const c_char, i64)) -> Result<&[u8]> {
        if len == -1 {
            check_pointer(pointer)?;
            // SAFETY: non-null, and the caller promises a NUL-terminated text when it passes -1.
            Ok(unsafe { CStr::from_ptr(pointer) }.to_bytes())
        } else {
            // SAFETY: the caller promises `len` readable bytes, which may be read as `u8`.
            unsafe { Array::<u8>::check(call, (pointer.cast(), len)) }
        }
    }
}

impl IntoAbi for Text {
    type Wire = *const c_char;
    type Value = TextOut;
    const RETURNS: Returns =
        Returns { c: "const char*", sort: Sort::TextOut, failure: "the empty text", ambiguous: false };

    fn into_wire(value: TextOut) -> Result<*const c_char> {
        Ok(value.lend())
    }
    fn failed(_: &Error) -> *const c_char {
        c"".as_ptr()
    }
    fn to_word(wire: *const c_char) -> i64 {
        wire.expose_provenance() as i64
    }
}

/// Return types that are a number. `Status` is 0 or a negative code, `Count` and `Number` carry a value, `Bool` is 1 or 0.
macro_rules! plain_returns {
    ($( $(#[doc = $doc:literal])* $name:ident, $value:ty, $wire:ty, $c:literal, $sort:expr, $double:literal, $failure:literal,
        |$v:ident| $into:expr, |$e:ident| $failed:expr, |$w:ident| $word:expr; )*) => {$(
        impl IntoAbi for $name {
            type Wire = $wire;
            type Value = $value;
            const RETURNS: Returns =
                Returns { c: $c, sort: $sort, failure: $failure, ambiguous: matches!($sort, Sort::Bool | Sort::Float) };
            const DOUBLE: bool = $double;
            #[inline(always)]
            fn into_wire($v: $value) -> Result<$wire> { Ok($into) }
            fn failed($e: &Error) -> $wire { $failed }
            #[inline(always)]
            fn to_word($w: $wire) -> i64 { $word }
        }
    )*};
}

/// 0 on success, a negative code on failure.
pub struct Status;
/// A count, index or integer value; a negative code on failure.
pub struct Count;
/// 1 or 0; 0 with the last error set on failure.
pub struct Bool;

plain_returns! {
    Status, (), i64, "int64_t", Sort::Integer, false, "a negative code", |v| { let () = v; 0 }, |e| e.code().number(), |w| w;
    Count, i64, i64, "int64_t", Sort::Integer, false, "a negative code", |v| v, |e| e.code().number(), |w| w;
    Bool, bool, i64, "int64_t", Sort::Bool, false, "0", |v| i64::from(v), |_e| 0, |w| w;
    f64, f64, f64, "double", Sort::Float, true, "NaN", |v| v, |_e| f64::NAN, |w| w.to_bits() as i64;
}
