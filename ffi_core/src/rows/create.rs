//! New tensors. `RT_DEVICE_DEFAULT` (1) as device is the calling thread's default.

use super::{DTypeArgument, TensorKind};
use crate::device::DeviceArgument;
use ffi_backend::{DType, DeviceRef, RandomOp, Scalar};
use ffi_base::{Array, Elements, Handle, RawElements, Resolved, Result, Row, Status, exports};
use ffi_torch::{Tensor, random};

type Dtype = Resolved<DTypeArgument>;
type Device = Resolved<DeviceArgument>;
type New = Handle<TensorKind>;

exports! { ROWS, "Tensors: creation", "rt_";
    /// A tensor of zeros whose shape is the `ndim` sizes in `dims`.
    fn tensor_zeros(dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => zeros;
    /// A tensor of ones.
    fn tensor_ones(dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => ones;
    /// A tensor whose contents are undefined until written.
    fn tensor_empty(dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => empty;
    /// Uniform random numbers in [0, 1), never 1; float dtypes, with as many random bits as they have digits (53, 24, 11, 8).
    /// The same seed gives the same numbers on every device.
    fn tensor_rand(dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => rand;
    /// Standard normal random numbers; float dtypes.
    fn tensor_randn(dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => randn;
    /// Random integers in [low, high), which the dtype must hold; integer dtypes and bool.
    fn tensor_randint(low: i64, high: i64, dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => randint;
    /// Every element `value`; integers truncate and saturate it.
    #[twins(bits)]
    fn tensor_full(dims & ndim: Array<i64>, value: f64, dtype: Dtype, device: Device) -> New => full;
    /// Every element `value`, without passing through a double; INVALID_ARGUMENT where the integer dtype does not hold it.
    fn tensor_full_i64(dims & ndim: Array<i64>, value: i64, dtype: Dtype, device: Device) -> New => full_i64;
    /// `start, start + step, …` before `end`.
    #[twins(bits)]
    fn tensor_arange(start: f64, end: f64, step: f64, dtype: Dtype, device: Device) -> New => arange;
    /// As rt_tensor_arange over integers, without passing through doubles.
    fn tensor_arange_i64(start: i64, end: i64, step: i64, dtype: Dtype, device: Device) -> New => arange_i64;
    /// `count` numbers from `start` to `end`, both included, however far they lie apart.
    #[twins(bits)]
    fn tensor_linspace(start: f64, end: f64, count: i64, dtype: Dtype, device: Device) -> New => Tensor::linspace;
    /// Ones on the diagonal of `rows` by `columns`, zeros elsewhere.
    fn tensor_eye(rows: i64, columns: i64, dtype: Dtype, device: Device) -> New => Tensor::eye;
    /// A tensor of `count` elements copied from `data`, which holds elements of `dtype` in row-major order (a bool is one
    /// byte). `count` is the product of the dims, else SHAPE_MISMATCH.
    fn tensor_from_data(data & count: Elements, dims & ndim: Array<i64>, dtype: Dtype, device: Device) -> New => from_data;
    /// Zeros of the shape, the dtype and the device of another tensor, row-major; so are the others of this kind.
    fn tensor_zeros_like(tensor: New) -> New => zeros_like;
    /// Ones, as rt_tensor_zeros_like.
    fn tensor_ones_like(tensor: New) -> New => ones_like;
    /// Undefined contents, as rt_tensor_zeros_like.
    fn tensor_empty_like(tensor: New) -> New => empty_like;
    /// Uniform random numbers in [0, 1), as rt_tensor_zeros_like.
    fn tensor_rand_like(tensor: New) -> New => rand_like;
    /// Standard normal random numbers, as rt_tensor_zeros_like.
    fn tensor_randn_like(tensor: New) -> New => randn_like;
    /// Every element `value`, as rt_tensor_zeros_like; integers truncate and saturate it.
    #[twins(bits)]
    fn tensor_full_like(tensor: New, value: f64) -> New => full_like;
    /// As rt_tensor_full_like with an integer, refused as in rt_tensor_full_i64.
    fn tensor_full_like_i64(tensor: New, value: i64) -> New => full_like_i64;
    /// Starts the random sequence of this seed, for the whole process. Without it the seed is 0.
    fn random_seed(seed: i64) -> Status => set_seed;
}

fn zeros(dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::full(dims, Scalar::Int(0), dtype, device)
}
/// Bools are zeroed all the same: recycled memory may hold bytes that are neither 0 nor 1.
fn empty(dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    if dtype == DType::Bool { zeros(dims, dtype, device) } else { Tensor::empty(dims, dtype, device) }
}
fn ones(dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::full(dims, Scalar::Int(1), dtype, device)
}
fn rand(dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    random::draw(RandomOp::Uniform, dims, dtype, device)
}
fn randn(dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    random::draw(RandomOp::Normal, dims, dtype, device)
}
fn randint(low: i64, high: i64, dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    random::draw(RandomOp::Integers { low, high }, dims, dtype, device)
}
fn full(dims: &[i64], value: f64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::full(dims, Scalar::Float(value), dtype, device)
}
fn full_i64(dims: &[i64], value: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::full(dims, Scalar::Int(value), dtype, device)
}
fn arange(start: f64, end: f64, step: f64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::arange(Scalar::Float(start), Scalar::Float(end), Scalar::Float(step), dtype, device)
}
fn arange_i64(start: i64, end: i64, step: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::arange(Scalar::Int(start), Scalar::Int(end), Scalar::Int(step), dtype, device)
}
fn from_data(data: RawElements<'_>, dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    Tensor::from_bytes(data.bytes(dtype.size())?, dims, dtype, dtype, device)
}
fn zeros_like(x: &Tensor) -> Result<Tensor> {
    zeros(x.dims(), x.dtype(), x.device())
}
fn ones_like(x: &Tensor) -> Result<Tensor> {
    ones(x.dims(), x.dtype(), x.device())
}
fn empty_like(x: &Tensor) -> Result<Tensor> {
    empty(x.dims(), x.dtype(), x.device())
}
fn rand_like(x: &Tensor) -> Result<Tensor> {
    rand(x.dims(), x.dtype(), x.device())
}
fn randn_like(x: &Tensor) -> Result<Tensor> {
    randn(x.dims(), x.dtype(), x.device())
}
fn full_like(x: &Tensor, value: f64) -> Result<Tensor> {
    full(x.dims(), value, x.dtype(), x.device())
}
fn full_like_i64(x: &Tensor, value: i64) -> Result<Tensor> {
    full_i64(x.dims(), value, x.dtype(), x.device())
}
fn set_seed(seed: i64) -> Result<()> {
    random::seed(seed as u64);
    Ok(())
}

/// The twins of fixed rank, for callers whose arrays do not cross: `rt_tensor_zeros_2d(d0, d1, dtype, device)`.
macro_rules! shaped {
    ($( $module:ident, $prefix:literal, $of:literal, $new:path; )*) => {
        $(
            #[doc = concat!("`", $prefix, "_1d` to `_4d`.")]
            pub mod $module {
                use super::*;
                exports! { ROWS, "Tensors: creation", $prefix;
                    #[doc = $of]
                    fn _1d(d0: i64, dtype: Dtype, device: Device) -> New => one;
                    #[doc = $of]
                    fn _2d(d0: i64, d1: i64, dtype: Dtype, device: Device) -> New => two;
                    #[doc = $of]
                    fn _3d(d0: i64, d1: i64, d2: i64, dtype: Dtype, device: Device) -> New => three;
                    #[doc = $of]
                    fn _4d(d0: i64, d1: i64, d2: i64, d3: i64, dtype: Dtype, device: Device) -> New => four;
                }
                fn one(d0: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> { $new(&[d0], dtype, device) }
                fn two(d0: i64, d1: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> { $new(&[d0, d1], dtype, device) }
                fn three(d0: i64, d1: i64, d2: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> { $new(&[d0, d1, d2], dtype, device) }
                fn four(d0: i64, d1: i64, d2: i64, d3: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> { $new(&[d0, d1, d2, d3], dtype, device) }
            }
        )*
        /// Rows of every twin.
        pub const SHAPED: &[&[&[Row]]] = &[ $( $module::ROWS ),* ];
    };
}
shaped! {
    zeros_nd, "rt_tensor_zeros", "As rt_tensor_zeros with the shape spelled out.", zeros;
    ones_nd, "rt_tensor_ones", "As rt_tensor_ones with the shape spelled out.", ones;
    empty_nd, "rt_tensor_empty", "As rt_tensor_empty with the shape spelled out.", empty;
    rand_nd, "rt_tensor_rand", "As rt_tensor_rand with the shape spelled out.", rand;
    randn_nd, "rt_tensor_randn", "As rt_tensor_randn with the shape spelled out.", randn;
}
