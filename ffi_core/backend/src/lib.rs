//! What a device is, and what it may be asked for. Three decisions carry the rest:
//!
//! 1. An op is data ([`Op`]). One door, [`run`], checks it once for every device, then the device records it, or it is
//!    lowered to simpler ops on the same device, or refused with the reason. Nothing moves to another device by itself.
//! 2. Index-wise work is a [`Program`] over rows of the op table ([`elementwise`]): one generic expression per row, read as
//!    reference, as vector loop, as kernel text, and its derivative likewise.
//! 3. Memory is stream-ordered: a dropped buffer returns to its device's pool and may serve the next op recorded there.
//!
//! The tour: [`dtype`] and [`layout`] say what a view is; [`value`] the numbers an expression is read over; [`elementwise`]
//! the table itself; [`program`] straight-line code over it; [`gradient`] the rows' derivatives as such code; [`op`] every family of work; [`device`] the traits, and [`mod@reference`] counts who uses a buffer;
//! [`door`], [`check`](mod@check) and [`lower`] the one way in; [`philox`] random numbers, equal on all devices.
#![deny(unsafe_code)]

pub mod check;
mod check_lines;
mod check_product;
pub mod device;
pub mod door;
pub mod dtype;
pub mod elementwise;
pub mod gradient;
pub mod layout;
pub mod lower;
pub mod op;
pub mod philox;
pub mod program;
#[allow(unsafe_code)]
pub mod reference;
pub mod value;

pub use check_lines::MOST_STEPS;
pub use device::{Backend, Buffer, Device, DeviceId, DeviceRef, Header, Info, MemoryStats, Ticket};
pub use door::{run, run_new};
pub use dtype::{DType, DTypeSet, Element, Truth};
pub use elementwise::{Class, MapOp};
pub use ffi_base::process::{ForkMutex, forks};
pub use ffi_base::thread::Thread;
pub use ffi_base::{Code, Error, Lent, Offer, Result, error, fail, guard_callback};
pub use layout::{Layout, MAX_RANK};
pub use op::{IndexOp, LinalgOp, Op, RandomOp, ReduceOp, RowOp, Scalar, ScanOp, Support, View};
pub use program::{Inst, Program};
pub use reference::{BufferRef, Recycle, share, shared};
