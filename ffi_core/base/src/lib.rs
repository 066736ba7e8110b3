//! How Rust crosses to C: one row per exported function, and everything a row stands on.
//!
//! The tour, in the order a call takes:
//!
//! * [`exports!`] turns a row into the `extern "C"` symbol, its twins and its [`Row`] of metadata;
//! * [`guard()`] runs the body: no panic leaves it, an error becomes the return type's failure value;
//! * [`constant`] names numbers of the ABI;
//! * [`abi`] says how each parameter and return type crosses, and checks what arrives;
//! * [`handle`] is the table that turns an `int64_t` into a reference, or refuses it; [`pinned`] keeps such references between calls;
//! * [`mod@error`] and [`last_error`] carry the reason out; [`text`] lends strings to the caller;
//! * [`lent`] is memory of the host program, released exactly once;
//! * [`registry`] finds rows by name at run time; [`log`] tells a program what happened inside;
//! * `local` is what a call keeps for its thread;
//! * [`pool`] is the one rayon pool, [`share`] divides a range of work among its workers, [`crew`] has threads for work that
//!   waits; [`process`] notices a fork, and has the lock that survives one; [`mod@thread`] starts threads that a forked child can
//!   start too.
//!
//! This crate knows nothing of tensors or devices. `unsafe` lives in `abi`, `callback`, `exports`, `handle`, `lent`, `log`,
//! `object`, `pinned`, `process`, `registry`, `share` and `thread`; every block says which fact makes it sound.

#[cfg(panic = "abort")]
compile_error!("the C ABI never aborts its host, which needs panic = \"unwind\" in every profile");

pub mod abi;
pub mod callback;
pub mod constant;
pub mod crew;
pub mod error;
mod exports;
pub mod guard;
pub mod handle;
pub mod last_error;
pub mod lent;
mod local;
pub mod log;
pub mod object;
pub mod pinned;
pub mod pool;
pub mod process;
pub mod registry;
pub mod row;
pub mod share;
pub mod text;
pub mod thread;

pub use abi::{
    Array, Bool, Bytes, BytesMut, Call, Count, Elements, FromAbi, IntoAbi, Out, OutArray, OutSlice, RawElements,
    RawRoom, Resolve, Resolved, Room, Status, Text,
};
pub use callback::{Address, Callback, CallbackRow, CallbackType, UserData};
pub use error::{Code, Error, Result};
pub use guard::{Mode, guard, guard_callback, guard_thread};
pub use handle::{Ref, Table};
pub use lent::{HostMemory, HostPointer, Lent, Offer, ReleaseFn};
pub use local::{luck, thread_number};
pub use object::{AnyHandle, Existing, Freed, Handle, Kind, KindRow, Optional};
pub use pinned::{Hot, Number, Pinned};
pub use registry::Registry;
pub use row::{Param, Part, Returns, Row, Sort};
pub use text::TextOut;
