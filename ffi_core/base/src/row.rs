//! What is known about an exported function at run time: the row from which header, bindings, docs and tests derive.

use crate::error;
use crate::error::Error;
use crate::guard::Mode;

/// One machine word of a parameter: its spelling in C, and how a test may generate it.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The C type, such as `const double*`.
    pub c: &'static str,
    /// What the word means.
    pub sort: Sort,
}

/// What a word means, so that bindings can spell it and the bad-input tests can generate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Any integer.
    Integer,
    /// A truth value: any non-zero is true.
    Bool,
    /// A double.
    Float,
    /// A handle of the named kind; true when 0 is accepted.
    Handle(&'static str, bool),
    /// A pointer the function reads, elements of this many bytes; its length is the next word.
    Input(usize),
    /// A pointer the function writes, elements of this many bytes; its capacity is the next word.
    Output(usize),
    /// A pointer to one element that the function writes.
    OutputOne(usize),
    /// UTF-8 text; its length is the next word, -1 when NUL-terminated.
    Text,
    /// The length or capacity that belongs to the pointer before it.
    Length,
    /// A function pointer of the named C type.
    Callback(&'static str),
    /// The pointer that a callback gets back unread.
    UserData,
    /// Text lent to the caller.
    TextOut,
    /// An address the library does not read: device memory, a host object.
    Address,
}

/// One logical parameter: the names of its words and what each is.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// As the row spells them: one name, or pointer and length.
    pub names: &'static [&'static str],
    /// As many as `names`.
    pub parts: &'static [Part],
}

/// What a row returns.
#[derive(Clone, Copy, Debug)]
pub struct Returns {
    /// The C type.
    pub c: &'static str,
    /// What the word means.
    pub sort: Sort,
    /// What the function returns on failure, in words for the reference page.
    pub failure: &'static str,
    /// The failure value is an answer too, as 0 is of a truth value: a success then clears the last error.
    pub ambiguous: bool,
}

/// One exported symbol.
#[derive(Clone, Copy)]
pub struct Row {
    /// The symbol.
    pub name: &'static str,
    /// The object it belongs to, a heading of the reference page.
    pub group: &'static str,
    /// The docs, one line per `///`.
    pub doc: &'static str,
    /// The cargo feature it needs, empty when none.
    pub feature: &'static str,
    /// The row this one is a twin or alias of, empty for a row of its own.
    pub twin_of: &'static str,
    /// In order.
    pub params: &'static [Param],
    /// What comes back.
    pub returns: Returns,
    /// How it treats the last error, and whether it may wait.
    pub mode: Mode,
    /// Calls it with all-integer words: doubles and the return value as their bits, pointers as addresses.
    ///
    /// # Safety
    /// One word per part of the parameters; pointers are valid for their stated lengths.
    pub call: unsafe fn(&[i64]) -> i64,
}

impl Row {
    /// Every word of the call with its name.
    pub fn words(&self) -> impl Iterator<Item = (&'static str, Part)> {
        self.params.iter().flat_map(|param| param.names.iter().copied().zip(param.parts.iter().copied()))
    }

    /// How many words the call takes.
    pub fn arity(&self) -> usize {
        self.params.iter().map(|param| param.parts.len()).sum()
    }

    /// Whether a success clears the last error, since the result alone does not tell it from a failure.
    pub const fn clears_error(&self) -> bool {
        clears_error(self.mode, self.returns)
    }

    /// The C prototype without its semicolon.
    pub fn signature(&self) -> String {
        let words: Vec<String> = self.words().map(|(name, part)| declare(part.c, name)).collect();
        let words = if words.is_empty() { "void".to_owned() } else { words.join(", ") };
        format!("{}({words})", declare(self.returns.c, self.name))
    }
}

/// As [`Row::clears_error`].
pub(crate) const fn clears_error(mode: Mode, returns: Returns) -> bool {
    mode.is_ambiguous() || (returns.ambiguous && !matches!(mode, Mode::Quiet))
}

/// `const double*` and `data` read `const double *data`.
fn declare(c: &str, name: &str) -> String {
    match c.strip_suffix('*') {
        Some(pointee) => format!("{} *{name}", pointee.trim_end()),
        None => format!("{c} {name}"),
    }
}

/// What a row answers whose feature is off.
#[cold]
pub fn not_configured(feature: &str) -> Error {
    error!(NotConfigured, "this build has no feature {feature:?}; build with --features {feature}")
}

// The all-integer twin of a parameter or result: doubles become `int64_t`, all else stays typed for C.

const INTEGER: Part = Part { c: "int64_t", sort: Sort::Integer };

/// The parameter of the `_bits` twin.
pub const fn bits_param(names: &'static [&'static str], parts: &'static [Part]) -> Param {
    const ONE: &[Part] = &[INTEGER];
    match parts {
        [Part { sort: Sort::Float, .. }] => Param { names, parts: ONE },
        _ => Param { names, parts },
    }
}

/// The result of the `_bits` twin.
pub const fn bits_returns(returns: Returns) -> Returns {
    match returns.sort {
        Sort::Float => Returns { c: "int64_t", sort: Sort::Integer, failure: "the bits of NaN", ..returns },
        _ => returns,
    }
}
