//! Named numbers of the ABI that are not of an enum: one row each, from which the header, Python and the reference page have them.

/// One constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Without the `RT_` that C sees before it.
    pub name: &'static str,
    /// The number, fixed within a major version.
    pub value: i64,
    /// What it means, in a few words.
    pub doc: &'static str,
}

/// Constants that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Constants {
    /// What they are, in a sentence.
    pub about: &'static str,
    /// One row each.
    pub rows: &'static [Constant],
}

/// Declares constants that belong together, for Rust as `i64` and as rows.
///
/// ```
/// ffi_base::constants! { COLOURS, "Colours of a lamp.";
///     /// Stop.
///     LAMP_RED = 1;
///     /// Go.
///     LAMP_GREEN = 2;
/// }
/// assert_eq!((LAMP_GREEN, COLOURS.rows[1].name, COLOURS.rows[1].doc), (2, "LAMP_GREEN", "Go."));
/// ```
#[macro_export]
macro_rules! constants {
    ($table:ident, $about:literal; $( #[doc = $doc:literal] $name:ident = $value:expr; )*) => {
        $(
            #[doc = $doc]
            pub const $name: i64 = $value;
        )*
        #[doc = $about]
        pub const $table: $crate::constant::Constants = $crate::constant::Constants {
            about: $about,
            rows: &[ $( $crate::constant::Constant { name: stringify!($name), value: $name, doc: $doc.trim_ascii() } ),* ],
        };
    };
}
