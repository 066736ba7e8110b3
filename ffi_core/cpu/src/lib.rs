//! The CPU device: the default, and the one the others are compared with.
//!
//! An op runs at once, on the caller's thread and for large operands also on the pool's (`parallel`), while the op holds
//! its buffers' locks (`buffer`). The tour: `device` takes ops; `memory` keeps freed blocks; `operand` turns views
//! into slices; `level` picks the vector instructions; `vector` and `math` are the numbers of the loops; `kernels` are
//! the loops, made from the op table, and `elementwise` runs programs of them over the order that `walk` finds;
//! `reduce` with `fold`, `rows`, `matmul`, `random`, `scan`, `index` and `order` are the other families.
//!
//! `unsafe` lives in `plain`, `level`, `memory`, `host`, `buffer`, `parallel`, `operand`, `elementwise` and
//! `matmul`.

mod buffer;
mod convert;
mod device;
mod elementwise;
mod fold;
mod host;
mod index;
mod kernels;
#[doc(hidden)]
pub mod level;
mod math;
mod matmul;
mod memory;
mod operand;
mod order;
mod parallel;
mod plain;
mod random;
mod reduce;
mod rows;
mod scan;
mod scratch;
mod vector;
mod walk;

pub use device::backend;
