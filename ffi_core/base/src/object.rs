//! Kinds of objects behind handles, and the typed handle parameters and results of rows.

use crate::abi::{Call, FromAbi, IntoAbi};
use crate::error::{Error, Result};
use crate::handle::{Ref, Table};
use crate::row::{Part, Returns, Sort};
use crate::{error, text};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The process's one table: every family of objects shares it, so any handle can be told from any other.
#[cfg(not(loom))]
static TABLE: Table = Table::of_process();

/// The process's one table.
#[cfg(not(loom))]
pub fn table() -> &'static Table {
    &TABLE
}
/// The model checker makes its own tables.
#[cfg(loom)]
pub fn table() -> &'static Table {
    unimplemented_under_loom()
}
#[cfg(loom)]
fn unimplemented_under_loom() -> ! {
    panic!("the process table does not exist under loom")
}

/// What is known of a kind: its row for the header and for leak counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// 1 to 63, fixed within a major version.
    pub number: u32,
    /// As messages spell it.
    pub name: &'static str,
    /// The C typedef.
    pub c: &'static str,
    /// False for objects that the library owns: freeing those is a no-op.
    pub owned: bool,
}

/// A kind of object. Declared in every build by [`kinds!`](crate::kinds), also where the object's feature is off.
pub trait Kind: 'static {
    /// What the handle stands for, see [`handle::Object`](crate::handle::Object).
    type Object: crate::handle::Object;
    /// What is asked and told when a handle is freed.
    type Hooks: crate::handle::Hooks<Self::Object>;
    /// Its row.
    const ROW: KindRow;
    /// The C typedef.
    const C: &'static str;
    /// Its words as a parameter.
    const PARTS: &'static [Part];
    /// Its words as a parameter that may be 0.
    const PARTS_OPTIONAL: &'static [Part];
}

/// Declares kinds, one row each: `Marker = number, "name", "rt_name", owned, Object;`, with the object's
/// [`Hooks`](crate::handle::Hooks) behind it where it has some.
#[macro_export]
macro_rules! kinds {
    (@hooks) => { $crate::handle::NoHooks };
    (@hooks $hooks:ty) => { $hooks };
    ($table:ident; $( $(#[doc = $doc:literal])* $kind:ident = $number:literal, $name:literal, $c:literal, $owned:literal, $object:ty $(, $hooks:ty)?; )*) => {
        $(
            $(#[doc = $doc])*
            pub struct $kind;
            impl $crate::Kind for $kind {
                type Object = $object;
                type Hooks = $crate::kinds!(@hooks $($hooks)?);
                const ROW: $crate::KindRow = $crate::KindRow { number: $number, name: $name, c: $c, owned: $owned };
                const C: &'static str = $c;
                const PARTS: &'static [$crate::Part] = &[$crate::Part { c: $c, sort: $crate::Sort::Handle($name, false) }];
                const PARTS_OPTIONAL: &'static [$crate::Part] = &[$crate::Part { c: $c, sort: $crate::Sort::Handle($name, true) }];
            }
        )*
        /// The kinds declared here.
        pub const $table: &[$crate::KindRow] = &[ $( <$kind as $crate::Kind>::ROW ),* ];
    };
}

/// Whether a number says that it is a handle of this kind; it may be stale all the same.
#[inline(always)]
pub(crate) fn is_of<K: Kind>(handle: i64) -> bool {
    handle >> crate::handle::KIND_SHIFT == i64::from(K::ROW.number)
}

/// Borrows the object of a handle.
#[inline(always)]
pub fn borrow<K: Kind>(handle: i64) -> Result<Ref<'static, K::Object>> {
    // SAFETY: objects of kind K are stored by `give` and `give_permanent` alone, which take K::Object; kind numbers are
    // unique (a test of the assembled library compares all kind tables).
    match unsafe { table().get::<K::Object>(K::ROW.number, handle) } {
        Some(object) => Ok(object),
        None => Err(refusal(K::ROW.name, handle)),
    }
}

/// What the kinds are called of which there ever was an object: the table itself knows numbers alone.
/// Rows of the kinds; null where there was none. Atomics, which a fork finds whole at any moment.
static NAMES: [AtomicPtr<KindRow>; crate::handle::KIND_MAX as usize + 1] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; crate::handle::KIND_MAX as usize + 1];

/// Why a handle is not a live `wanted`.
#[cold]
#[inline(never)]
pub(crate) fn refusal(wanted: &str, handle: i64) -> Error {
    let row = table().kind_of(handle).and_then(|kind| Some(NAMES.get(kind as usize)?.load(Ordering::Acquire)));
    // SAFETY: null, or a row that lives as long as the program: `name_kind` stores no other.
    match row.and_then(|row| unsafe { row.as_ref() }) {
        Some(row) if row.name != wanted => {
            error!(InvalidHandle, "{handle} is not a live {wanted}: it is {}", text::with_article(row.name))
        }
        _ => table().refusal(wanted, handle),
    }
}

/// Stores a new object, owned by the caller from now on.
#[inline(always)]
pub fn give<K: Kind>(object: K::Object) -> Result<i64> {
    finish::<K>(Ok(object))
}

/// Stores what a function made, from where it lies.
#[inline(always)]
fn finish<K: Kind>(made: Result<K::Object>) -> Result<i64> {
    let object = match &made {
        Ok(object) => object,
        Err(_) => return made.map(|_| 0),
    };
    // SAFETY: `made` is forgotten once the object is in its slot.
    let handle = unsafe { table().insert_bytes::<K::Object, K::Hooks>(K::ROW.number, object, !K::ROW.owned) }?;
    std::mem::forget(made);
    if NAMES[K::ROW.number as usize].load(Ordering::Relaxed).is_null() {
        name_kind::<K>();
    }
    Ok(handle)
}

#[cold]
#[inline(never)]
fn name_kind<K: Kind>() {
    let row: &'static KindRow = &K::ROW;
    NAMES[K::ROW.number as usize].store(std::ptr::from_ref(row).cast_mut(), Ordering::Release);
}

/// As [`give`]; an object that finds no place comes back as it was, so that what it borrows can stay with its owner.
pub fn try_give<K: Kind>(object: K::Object) -> std::result::Result<i64, (Error, K::Object)> {
    name_kind::<K>();
    table().try_insert::<K::Object, K::Hooks>(K::ROW.number, object, !K::ROW.owned)
}

/// A live handle of kind `K` as parameter (`&Object`), a new object as result.
pub struct Handle<K>(PhantomData<K>);

impl<K: Kind> FromAbi for Handle<K> {
    type Wire = i64;
    type Held<'c> = Ref<'static, K::Object>;
    type Value<'h> = &'h K::Object;
    const PARTS: &'static [Part] = K::PARTS;

    #[inline(always)]
    unsafe fn check(_: &Call, handle: i64) -> Result<Ref<'static, K::Object>> {
        borrow::<K>(handle)
    }
    #[inline(always)]
    fn lend<'h>(held: &'h Ref<'static, K::Object>) -> &'h K::Object {
        held
    }
    #[inline(always)]
    fn from_words(words: &[i64]) -> i64 {
        words[0]
    }
}

impl<K: Kind> IntoAbi for Handle<K> {
    type Wire = i64;
    type Value = K::Object;
    const RETURNS: Returns =
        Returns { c: K::C, sort: Sort::Handle(K::ROW.name, false), failure: "0", ambiguous: false };

    #[inline(always)]
    fn into_wire(value: K::Object) -> Result<i64> {
        give::<K>(value)
    }
    #[inline(always)]
    fn finish(outcome: Result<K::Object>) -> Result<i64> {
        finish::<K>(outcome)
    }
    fn failed(_: &Error) -> i64 {
        0
    }
    #[inline(always)]
    fn to_word(wire: i64) -> i64 {
        wire
    }
}

/// A handle of kind `K`, or 0 for none.
pub struct Optional<K>(PhantomData<K>);

impl<K: Kind> FromAbi for Optional<K> {
    type Wire = i64;
    type Held<'c> = Option<Ref<'static, K::Object>>;
    type Value<'h> = Option<&'h K::Object>;
    const PARTS: &'static [Part] = K::PARTS_OPTIONAL;

    unsafe fn check(_: &Call, handle: i64) -> Result<Option<Ref<'static, K::Object>>> {
        if handle == 0 { Ok(None) } else { borrow::<K>(handle).map(Some) }
    }
    fn lend<'h>(held: &'h Option<Ref<'static, K::Object>>) -> Option<&'h K::Object> {
        held.as_deref()
    }
    fn from_words(words: &[i64]) -> i64 {
        words[0]
    }
}

/// A handle of any kind, unchecked: for `rt_release`, `rt_retain` and the typed frees. As result: a handle already made.
pub struct AnyHandle;

impl FromAbi for AnyHandle {
    type Wire = i64;
    type Held<'c> = i64;
    type Value<'h> = i64;
    const PARTS: &'static [Part] = &[Part { c: "rt_handle", sort: Sort::Handle("object", true) }];

    #[inline(always)]
    unsafe fn check(_: &Call, handle: i64) -> Result<i64> {
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

impl IntoAbi for AnyHandle {
    type Wire = i64;
    type Value = i64;
    const RETURNS: Returns =
        Returns { c: "rt_handle", sort: Sort::Handle("object", false), failure: "0", ambiguous: false };

    fn into_wire(value: i64) -> Result<i64> {
        Ok(value)
    }
    fn failed(_: &Error) -> i64 {
        0
    }
    fn to_word(wire: i64) -> i64 {
        wire
    }
}

/// As result: a handle of kind `K` that exists already.
pub struct Existing<K>(PhantomData<K>);

impl<K: Kind> IntoAbi for Existing<K> {
    type Wire = i64;
    type Value = i64;
    const RETURNS: Returns =
        Returns { c: K::C, sort: Sort::Handle(K::ROW.name, false), failure: "0", ambiguous: false };

    fn into_wire(handle: i64) -> Result<i64> {
        Ok(handle)
    }
    fn failed(_: &Error) -> i64 {
        0
    }
    fn to_word(wire: i64) -> i64 {
        wire
    }
}

/// A handle of kind `K` to be freed: crosses unchecked, 0 is a no-op. See [`free`].
pub struct Freed<K>(PhantomData<K>);

impl<K: Kind> FromAbi for Freed<K> {
    type Wire = i64;
    type Held<'c> = i64;
    type Value<'h> = i64;
    const PARTS: &'static [Part] = K::PARTS_OPTIONAL;

    #[inline(always)]
    unsafe fn check(_: &Call, handle: i64) -> Result<i64> {
        if handle != 0 && !is_of::<K>(handle) {
            return Err(refusal(K::ROW.name, handle));
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

/// Frees a handle: 0 is a no-op, twice is refused.
#[inline]
pub fn free(handle: i64) -> Result<()> {
    if handle == 0 { Ok(()) } else { table().end(handle) }
}
