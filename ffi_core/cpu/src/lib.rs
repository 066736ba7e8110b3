//! The CPU device: the default, and the one the others are compared with.
//!
//! An op runs at once, on the caller's thread and for large operands also on the pool's (`parallel`), while the op holds
//! its buffers' locks (`buffer`). The tour: `device` takes ops; `memory` keeps freed blocks; `operand` turns views
//! into slices; `level` picks the vector instructions; `vector` are the numbers of the loops and `math`, `exponential`,
//! `inverse`, `normal`, `periodic`, `power` and `divide` their functions; `kernels` are the loops, made from the op table, and `elementwise` runs programs of them over the order that `walk` finds,
//! `transpose` the copies that turn a matrix;
//! `reduce` with `fold`, `rows`, `matmul`, `linalg`, `random`, `scan`, `index` and `order` are the other families.
//!
//! [`group`] runs functions of the host in work-groups, for kernels of the host.
//!
//! `unsafe` lives in `group`, `plain`, `level`, `memory`, `host`, `buffer`, `parallel`, `operand`, `nest`, `elementwise`,
//! `transpose` and `matmul`.

mod buffer;
mod convert;
mod device;
mod divide;
mod elementwise;
mod exponential;
mod fold;
pub mod group;
mod host;
mod index;
mod inverse;
mod kernels;
#[doc(hidden)]
pub mod level;
mod linalg;
mod math;
mod matmul;
mod memory;
mod nest;
mod normal;
mod operand;
mod order;
mod parallel;
mod periodic;
mod plain;
mod power;
mod random;
mod reduce;
mod rows;
mod scan;
mod scratch;
mod transpose;
mod vector;
mod walk;

pub use device::backend;
