//! Function pointers from the caller, with the pointer they get back.

use crate::abi::{Call, FromAbi, IntoAbi};
use crate::error::{Code, Error, Result};
use crate::row::{Part, Returns, Sort};
use std::ffi::c_void;
use std::marker::PhantomData;

/// What is known of a callback type at run time.
#[derive(Clone, Copy, Debug)]
pub struct CallbackRow {
    /// The typedef's name.
    pub name: &'static str,
    /// The whole typedef line.
    pub typedef: &'static str,
    /// The docs, one line per `///`.
    pub doc: &'static str,
}

/// A C function type that rows take, with its typedef for the header.
pub trait CallbackType: Copy + Send + Sync + 'static {
    /// The typedef's name.
    const NAME: &'static str;
    /// The whole typedef line.
    const TYPEDEF: &'static str;
    /// What it is, for the header and the reference page.
    const DOC: &'static str;
    /// All of that.
    const ROW: CallbackRow = CallbackRow { name: Self::NAME, typedef: Self::TYPEDEF, doc: Self::DOC };
    /// Its word as a parameter.
    const PARTS: &'static [Part] = &[Part { c: Self::NAME, sort: Sort::Callback(Self::NAME) }];
    /// The function at this address.
    ///
    /// # Safety
    /// The address is not 0 and is a function of this type.
    unsafe fn from_address(address: *const c_void) -> Self;
}

/// Declares a callback type: `callback_type!(LogFn, "rt_log_fn", fn(level: i64, ...) , "typedef ...;")`. With `unwinding` in front,
/// a panic of Rust comes out of its calls, for a guard to catch; without, it ends the process.
#[macro_export]
macro_rules! callback_type {
    (unwinding $($row:tt)*) => { $crate::callback_type!(@type "C-unwind" $($row)*); };
    (@type $abi:literal $(#[doc = $doc:literal])* $name:ident, $c:literal, ($($p:ident : $t:ty),*) $(-> $r:ty)?, $typedef:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy)]
        pub struct $name(unsafe extern $abi fn($($t),*) $(-> $r)?);
        impl $crate::CallbackType for $name {
            const NAME: &'static str = $c;
            const TYPEDEF: &'static str = $typedef;
            const DOC: &'static str = concat!($($doc, "\n"),*);
            unsafe fn from_address(address: *const ::std::ffi::c_void) -> Self {
                // SAFETY: the caller promises a function of this type; data and function pointers are one size here.
                $name(unsafe { ::std::mem::transmute::<*const ::std::ffi::c_void, unsafe extern $abi fn($($t),*) $(-> $r)?>(address) })
            }
        }
        impl $name {
            /// The function itself, for whoever keeps it to call it later.
            pub fn function(self) -> unsafe extern $abi fn($($t),*) $(-> $r)? {
                self.0
            }
            /// Calls it.
            ///
            /// # Safety
            /// Pointers are what the typedef's documentation says, and the callback neither unwinds nor longjmps.
            pub unsafe fn call(self, $($p: $t),*) $(-> $r)? {
                // SAFETY: passed on.
                unsafe { (self.0)($($p),*) }
            }
        }
    };
    ($($row:tt)*) => { $crate::callback_type!(@type "C" $($row)*); };
}

/// A callback parameter; NULL is `None`.
pub struct Callback<F>(PhantomData<F>);

impl<F: CallbackType> FromAbi for Callback<F> {
    type Wire = *const c_void;
    type Held<'c> = Option<F>;
    type Value<'h> = Option<F>;
    const PARTS: &'static [Part] = F::PARTS;

    unsafe fn check(_: &Call, address: *const c_void) -> Result<Option<F>> {
        // SAFETY: not NULL here, and the caller promises a function of the row's type.
        Ok(if address.is_null() { None } else { Some(unsafe { F::from_address(address) }) })
    }
    fn lend<'h>(held: &'h Option<F>) -> Option<F> {
        *held
    }
    fn from_words(words: &[i64]) -> *const c_void {
        std::ptr::with_exposed_provenance(words[0] as usize)
    }
}

/// The pointer a callback gets back, never read by the library.
#[derive(Clone, Copy, Debug)]
pub struct UserData(pub *mut c_void);

// SAFETY: the library only passes the address on; rule 10 of the ABI makes its use from other threads the caller's matter.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl FromAbi for UserData {
    type Wire = *mut c_void;
    type Held<'c> = UserData;
    type Value<'h> = UserData;
    const PARTS: &'static [Part] = &[Part { c: "void*", sort: Sort::UserData }];

    unsafe fn check(_: &Call, pointer: *mut c_void) -> Result<UserData> {
        Ok(UserData(pointer))
    }
    fn lend<'h>(held: &'h UserData) -> UserData {
        *held
    }
    fn from_words(words: &[i64]) -> *mut c_void {
        std::ptr::with_exposed_provenance_mut(words[0] as usize)
    }
}

/// An address as a number. As a parameter: one that the library hands to a driver and never reads itself. As a result: where
/// something lies in memory of the host or of a device, 0 on failure; an `int64_t`, which callers without pointers can hold too.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub usize);

impl FromAbi for Address {
    type Wire = *mut c_void;
    type Held<'c> = Address;
    type Value<'h> = Address;
    const PARTS: &'static [Part] = &[Part { c: "void*", sort: Sort::Address }];

    unsafe fn check(_: &Call, pointer: *mut c_void) -> Result<Address> {
        if pointer.is_null() {
            return Err(Error::new(Code::NullPointer, "the pointer is NULL"));
        }
        Ok(Address(pointer.expose_provenance()))
    }
    fn lend<'h>(held: &'h Address) -> Address {
        *held
    }
    fn from_words(words: &[i64]) -> *mut c_void {
        std::ptr::with_exposed_provenance_mut(words[0] as usize)
    }
}

impl IntoAbi for Address {
    type Wire = i64;
    type Value = Address;
    const RETURNS: Returns = Returns { c: "int64_t", sort: Sort::Address, failure: "0", ambiguous: false };

    fn into_wire(value: Address) -> Result<i64> {
        Ok(value.0 as i64)
    }
    fn failed(_: &Error) -> i64 {
        0
    }
    fn to_word(wire: i64) -> i64 {
        wire
    }
}
