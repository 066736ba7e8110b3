//! Two-dimensional convolution: every window becomes a column, and one matrix product a group does the rest.

use super::init::by_inputs;
use super::module::{Layer, parameter};
use crate::Tensor;
use crate::elementwise::map;
use crate::matmul::matmul;
use crate::windows::{Sliding, pad, windows};
use ffi_backend::{DType, DeviceRef, Layout, MapOp, Result, Scalar, fail};

/// How a convolution slides; the sizes of its kernel are the weight's.
#[derive(Clone, Copy, Debug)]
pub struct Conv {
    /// From one place to the next, down and across.
    pub stride: [i64; 2],
    /// Zeros above and below, left and right.
    pub padding: [i64; 2],
    /// From one element under the kernel to the next.
    pub dilation: [i64; 2],
    /// Input and output channels are in so many groups, each apart.
    pub groups: i64,
}

impl Conv {
    /// From a list of stride, padding and dilation, two each, and groups; what it leaves out is 1, 0, 1 and 1.
    pub fn of(list: &[i64]) -> Result<Conv> {
        if list.len() > 7 {
            fail!(
                InvalidArgument,
                "conv2d: {} numbers for stride, padding, dilation (two each) and groups",
                list.len()
            );
        }
        let at = |place: usize, otherwise: i64| list.get(place).copied().unwrap_or(otherwise);
        // One number of a pair stands for both.
        let pair = |place: usize, otherwise: i64| [at(place, otherwise), at(place + 1, at(place, otherwise))];
        let conv = Conv { stride: pair(0, 1), padding: pair(2, 0), dilation: pair(4, 1), groups: at(6, 1) };
        let positive = conv.stride.iter().chain(&conv.dilation).all(|&number| number > 0);
        if !positive || conv.padding.iter().any(|&number| number < 0) || conv.groups <= 0 {
            fail!(
                InvalidArgument,
                "conv2d: stride {:?} and dilation {:?} are above 0, padding {:?} is not below, groups {} above 0",
                conv.stride,
                conv.dilation,
                conv.padding,
                conv.groups
            );
        }
        Ok(conv)
    }
}

/// x `[n, channels in, height, width]` under a weight `[channels out, channels in / groups, kernel height, kernel width]`.
pub fn conv2d(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, conv: Conv) -> Result<Tensor> {
    let (&[n, inputs, ..], &[outputs, depth, kernel_height, kernel_width]) = (x.dims(), weight.dims()) else {
        fail!(ShapeMismatch, "conv2d: input {:?}, weight {:?}; both have rank 4", x.dims(), weight.dims());
    };
    let groups = conv.groups;
    if x.dims().len() != 4 || inputs % groups != 0 || outputs % groups != 0 || depth != inputs / groups {
        fail!(ShapeMismatch, "conv2d: input {:?}, weight {:?} in {groups} groups", x.dims(), weight.dims());
    }
    if bias.is_some_and(|bias| bias.dims() != [outputs]) {
        fail!(ShapeMismatch, "conv2d: a bias {:?} for {outputs} channels", bias.map(Tensor::dims));
    }
    let dtype = x.dtype.promote(weight.dtype);
    let x = x.to_dtype(dtype)?;
    let [vertical, horizontal] = conv.padding;
    let x = if conv.padding == [0, 0] {
        x
    } else {
        pad(&x, &[horizontal, horizontal, vertical, vertical], Scalar::Int(0))?
    };
    let sliding = Sliding { kernel: [kernel_height, kernel_width], stride: conv.stride, dilation: conv.dilation };
    let seen = windows("conv2d", &x, sliding)?;
    let (down, across) = (seen.dims()[4], seen.dims()[5]);
    // A row of the columns is one element of the kernel over all places of all images: one large product a group, and a copy
    // whose innermost runs are runs of the image. Refused here where they are larger than memory.
    let rows = depth * kernel_height * kernel_width;
    Layout::contiguous(seen.dims())?;
    let columns = seen.permute(&[1, 2, 3, 0, 4, 5])?.reshape(&[groups, rows, n * down * across])?;
    let product = matmul(&weight.to_dtype(dtype)?.reshape(&[groups, outputs / groups, rows])?, &columns)?;
    let images = product.reshape(&[outputs, n, down, across])?.transpose(0, 1)?;
    match bias {
        Some(bias) => map(MapOp::add, &[&images, &bias.reshape(&[outputs, 1, 1])?]),
        None => images.contiguous(),
    }
}

/// The layer of [`conv2d`].
pub struct Conv2d {
    weight: Tensor,
    bias: Option<Tensor>,
    conv: Conv,
}

impl Conv2d {
    /// Weights and bias start between plus and minus one over the root of the inputs that one output has.
    pub fn new(
        channels: [i64; 2],
        kernel: [i64; 2],
        conv: Conv,
        bias: bool,
        dtype: DType,
        at: DeviceRef,
    ) -> Result<Conv2d> {
        let ([inputs, outputs], groups) = (channels, conv.groups);
        if inputs <= 0 || outputs <= 0 || inputs % groups != 0 || outputs % groups != 0 {
            fail!(InvalidArgument, "conv2d: {inputs} channels in, {outputs} out, in {groups} groups");
        }
        if kernel.iter().any(|&size| size <= 0) {
            fail!(InvalidArgument, "conv2d: a kernel of {kernel:?}");
        }
        let dims = [outputs, inputs / groups, kernel[0], kernel[1]];
        let per_output = Layout::contiguous(&dims)?.numel() / outputs;
        let start = |dims: &[i64]| by_inputs(dims, per_output, dtype, at).and_then(parameter);
        Ok(Conv2d { weight: start(&dims)?, bias: if bias { Some(start(&[outputs])?) } else { None }, conv })
    }
}

impl Layer for Conv2d {
    fn name(&self) -> &'static str {
        "conv2d"
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        conv2d(x, &self.weight, self.bias.as_ref(), self.conv)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        super::module::named([("weight", Some(&self.weight)), ("bias", self.bias.as_ref())])
    }
}
