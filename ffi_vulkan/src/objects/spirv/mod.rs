//! What a SPIR-V module says of itself: read from bytes of any origin, so nothing in it is believed unseen.
//!
//! `parse` collects tables in one pass, `types` is one of them, `reflect` answers questions from them, `capability` says whether
//! a device has what a module asks for.

mod capability;
mod parse;
mod reflect;
#[cfg(test)]
mod tests;
mod types;

pub use reflect::{Binding, BindingKind, Constant, Entry, Lane, Numeric, Reflection};
pub use rspirv::spirv::ImageFormat;
