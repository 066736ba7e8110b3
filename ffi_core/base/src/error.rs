//! Error codes, one row each, and the error value that carries one out of a safe function.

use std::fmt;

/// What a fallible function of the suite returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Declares the codes: variant, C name, number, and what a person can do about it.
macro_rules! error_codes {
    ($( $variant:ident = $number:literal, $name:literal, $advice:literal; )*) => {
        /// Why a call failed. The numbers are fixed for ever; those above -1000 belong to native drivers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i64)]
        pub enum Code { $( #[doc = $advice] $variant = $number, )* }

        impl Code {
            /// Every code, in numeric order from the first.
            pub const ALL: &'static [Code] = &[ $( Code::$variant ),* ];

            /// The name in C without its `RT_ERROR_` prefix, NUL-terminated because it is lent to C as it stands.
            pub fn c_name(self) -> &'static std::ffi::CStr { match self { $( Code::$variant => $name ),* } }

            /// What the caller can do about it.
            pub fn advice(self) -> &'static str { match self { $( Code::$variant => $advice ),* } }

            /// The code with this number.
            pub fn from_number(number: i64) -> Option<Code> { match number { $( $number => Some(Code::$variant), )* _ => None } }
        }
    };
}

error_codes! {
    InvalidArgument = -1001, c"INVALID_ARGUMENT", "A value is outside what the function accepts; the message names it.";
    NullPointer = -1002, c"NULL_POINTER", "A pointer is NULL where memory is needed; pass a valid one.";
    InvalidHandle = -1003, c"INVALID_HANDLE", "The handle is 0, freed, of another kind or made up; pass a live one.";
    ShapeMismatch = -1004, c"SHAPE_MISMATCH", "Shapes do not fit together; the message shows them.";
    DtypeMismatch = -1005, c"DTYPE_MISMATCH", "The operation is not defined for these element types; convert with rt_tensor_to_dtype.";
    DeviceMismatch = -1006, c"DEVICE_MISMATCH", "Operands live on different devices; move one with rt_tensor_to_device.";
    Unsupported = -1007, c"UNSUPPORTED", "This device or this version cannot do it; the message says why.";
    OutOfMemory = -1008, c"OUT_OF_MEMORY", "Not enough memory, also after trimming caches; free objects or use smaller sizes.";
    NotConfigured = -1009, c"NOT_CONFIGURED", "The cargo feature is off in this build; build with the feature that the message names.";
    Unavailable = -1010, c"UNAVAILABLE", "A driver, device or library is missing, and the message lists what was tried; or the process was forked from the one that opened it.";
    DeviceLost = -1011, c"DEVICE_LOST", "The device failed and refuses everything but frees; rt_device_find opens it again, as a new device with a new handle.";
    CompileFailed = -1012, c"COMPILE_FAILED", "A kernel did not compile; the message holds the compiler's log.";
    Io = -1013, c"IO", "A file could not be read or written; the message names it and the reason.";
    BadFormat = -1014, c"BAD_FORMAT", "A file or buffer does not hold what it should; nothing was changed.";
    Timeout = -1015, c"TIMEOUT", "The time given passed first.";
    Closed = -1016, c"CLOSED", "The object was closed or freed while waiting.";
    WouldBlock = -1017, c"WOULD_BLOCK", "The call would have to wait; try again later.";
    NotFound = -1018, c"NOT_FOUND", "No object has this name or index.";
    Busy = -1019, c"BUSY", "The object is in use by this very call chain, or by more calls at once than are counted; finish those first.";
    Panic = -1020, c"PANIC", "A fault inside the library, caught at its edge; please report the message.";
    Internal = -1021, c"INTERNAL", "An invariant of the library does not hold; please report the message.";
    OutOfDate = -1022, c"OUT_OF_DATE", "What it was made for has changed, as a window its size; make it anew, as the message says.";
}

impl Code {
    /// The number that C sees.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The name in C without its `RT_ERROR_` prefix.
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or("INTERNAL")
    }
}

/// One failure: a code, the driver's own number where there is one, and one lowercase sentence with the offending values.
///
/// Boxed, so that a `Result` on the hot path is one word wider than its value and no more.
#[derive(Clone)]
pub struct Error(Box<Body>);

#[derive(Clone)]
struct Body {
    code: Code,
    native: i64,
    text: String,
}

impl Error {
    /// An error with its sentence.
    #[cold]
    pub fn new(code: Code, text: impl Into<String>) -> Error {
        Error(Box::new(Body { code, native: 0, text: text.into() }))
    }

    /// Adds the driver's own number (a `CUresult`, a `VkResult`).
    #[must_use]
    pub fn with_native(mut self, native: i64) -> Error {
        self.0.native = native;
        self
    }

    /// Says where: prefixes the sentence with a parameter or operation name.
    #[cold]
    #[must_use]
    pub fn at(mut self, place: &str) -> Error {
        // Once: a layer and the function that it calls have one name.
        if self.0.text.strip_prefix(place).is_none_or(|rest| !rest.starts_with(": ")) {
            self.0.text = format!("{place}: {}", self.0.text);
        }
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The driver's own number, 0 where there is none.
    pub fn native(&self) -> i64 {
        self.0.native
    }

    /// The sentence.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.name(), self.0.text)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for Error {}

/// Returns early with an error: `fail!(ShapeMismatch, "inner dimensions differ, lhs {a:?}, rhs {b:?}")`.
#[macro_export]
macro_rules! fail {
    ($code:ident, $($text:tt)+) => { return Err($crate::error!($code, $($text)+)) };
}

/// Builds an error: `error!(NotFound, "no device is named {name:?}")`.
#[macro_export]
macro_rules! error {
    ($code:ident, $($text:tt)+) => { $crate::Error::new($crate::Code::$code, format!($($text)+)) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_below_the_native_range_and_found_again() {
        for (i, code) in Code::ALL.iter().enumerate() {
            assert!(code.number() <= -1000);
            assert_eq!(code.number(), -1001 - i as i64, "codes are appended, never moved");
            assert_eq!(Code::from_number(code.number()), Some(*code));
            assert!(!code.advice().is_empty());
        }
        assert_eq!(Code::from_number(-1), None);
    }

    #[test]
    fn a_result_is_as_wide_as_its_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }
}
