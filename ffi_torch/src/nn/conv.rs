//! Two-dimensional convolution: every window becomes a column, and one matrix product a group does the rest.

use super::init::by_inputs;
use super::module::{Layer, parameter};
use crate::Tensor;
use crate::autograd::vertex::{Keep, record};
use crate::autograd::{enabled, recording, tracks};
use crate::elementwise::map_in_place;
use crate::matmul::contract;
use crate::reduce::reduce;
use crate::windows::{Sliding, fold, pad, windows};
use ffi_backend::{DType, DeviceRef, Layout, MapOp, Op, ReduceOp, Result, Scalar, Support, fail};

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
                "conv2d: stride {:?}, dilation {:?} and groups {} must be above 0, padding {:?} not below 0",
                conv.stride,
                conv.dilation,
                conv.groups,
                conv.padding
            );
        }
        Ok(conv)
    }
}

/// Weights by groups times windows by groups.
const FORWARD: Op = Op::Contract { rows: 1, inner: 3, columns: 3 };

/// x `[n, channels in, height, width]` under a weight `[channels out, channels in / groups, kernel height, kernel width]`.
pub fn conv2d(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, conv: Conv) -> Result<Tensor> {
    let (&[n, inputs, _, _], &[outputs, depth, kernel_height, kernel_width]) = (x.dims(), weight.dims()) else {
        fail!(ShapeMismatch, "conv2d: input {:?}, weight {:?}; both have rank 4", x.dims(), weight.dims());
    };
    let groups = conv.groups;
    if inputs % groups != 0 || outputs % groups != 0 || depth != inputs / groups {
        fail!(
            ShapeMismatch,
            "conv2d: input {:?}, weight {:?} in {groups} groups: the weight has {depth} input channels, a group {} of {inputs}",
            x.dims(),
            weight.dims(),
            inputs / groups
        );
    }
    if let Some(bias) = bias.filter(|bias| bias.dims() != [outputs]) {
        fail!(ShapeMismatch, "conv2d: a bias {:?} for {outputs} output channels", bias.dims());
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
    let [down, across] = sliding.places("conv2d", [x.dims()[2], x.dims()[3]])?;
    // Refused here where they are larger than memory: then no product below overflows.
    Layout::contiguous(&[n, inputs, kernel_height, kernel_width, down, across])?;
    let per_group = outputs / groups;
    let (weight, bias) = (weight.to_dtype(dtype)?, bias.map(|bias| bias.to_dtype(dtype)).transpose()?);
    // A row of the columns is one element of the kernel over all places of all images: one large product a group, whose innermost
    // runs are runs of the image. A device that multiplies what is no matrix reads them where they lie; others have a copy,
    // which the gradient uses again.
    let copies = x.device.supports(&FORWARD, &[dtype; 2], dtype) != Support::Native;
    let (rows, places) = (depth * kernel_height * kernel_width, n * down * across);
    let laid = move |x: Tensor, rows: i64| {
        let dims = x.dims().to_vec();
        if copies { x.reshape(&[groups, rows, places])?.reshape(&dims) } else { Ok(x) }
    };
    let columns_of = move |x: &Tensor| {
        let wide = [n, groups, depth, kernel_height, kernel_width, down, across];
        laid(windows("conv2d", x, sliding)?.reshape(&wide)?.permute(&[1, 2, 3, 4, 0, 5, 6])?, rows)
    };
    let of_groups = move |weight: &Tensor| weight.reshape(&[groups, per_group, depth, kernel_height, kernel_width]);
    let by_group =
        move |image: &Tensor| image.reshape(&[n, groups, per_group, down, across])?.permute(&[1, 2, 0, 3, 4]);
    let (columns, out) = recording(false, || {
        let columns = columns_of(&x)?;
        let out = Tensor::empty(&[n, outputs, down, across], dtype, x.device)?;
        by_group(&out)?.run(&FORWARD, &[of_groups(&weight)?.view_of(), columns.view_of()])?;
        if let Some(bias) = &bias {
            map_in_place(MapOp::add, &out, &bias.reshape(&[outputs, 1, 1])?)?;
        }
        Ok((columns, out))
    })?;
    let operands: Vec<&Tensor> = [Some(&x), Some(&weight), bias.as_ref()].into_iter().flatten().collect();
    if !tracks(&operands) {
        return Ok(out);
    }
    let dims = x.dims().to_vec();
    let columns = weight.requires_grad().then_some(columns);
    Ok(record("conv2d", &operands, Keep::operands(3), out, move |step| {
        let grad = laid(by_group(step.grad)?, per_group)?;
        let by_x = || {
            let weight = of_groups(&step.operand(1)?)?;
            // Every element gets what the windows over it give: a convolution of the gradient, its kernel turned about. It
            // sums over every element of the image, not over the places alone, which may be few.
            if !copies && conv.stride == [1; 2] && dims[2] * dims[3] <= 2 * down * across {
                let turned = weight.flip(&[3, 4])?.transpose(1, 2)?;
                let turned = turned.reshape(&[inputs, per_group, kernel_height, kernel_width])?;
                let reach = [(kernel_height - 1) * conv.dilation[0], (kernel_width - 1) * conv.dilation[1]];
                return conv2d(step.grad, &turned, None, Conv { padding: reach, ..conv });
            }
            let parts = contract(&weight.permute(&[0, 2, 3, 4, 1])?, &grad, [3, 1, 3])?;
            let parts = parts.reshape(&[inputs, kernel_height, kernel_width, n, down, across])?;
            fold(&parts.permute(&[3, 0, 1, 2, 4, 5])?, &dims, sliding)
        };
        let by_weight = || {
            // The columns of before, unless their own gradient is wanted.
            let x = step.operand(0)?;
            let columns = match &columns {
                Some(columns) if !enabled() => columns.clone(),
                _ => columns_of(&x)?,
            };
            let dims = [outputs, depth, kernel_height, kernel_width];
            contract(&grad, &columns.permute(&[0, 4, 5, 6, 1, 2, 3])?, [1, 3, 3])?.reshape(&dims)
        };
        let by_bias = || reduce(ReduceOp::Sum, &grad, Some(&[2, 3, 4]), false)?.reshape(&[outputs]);
        let rules: [&dyn Fn() -> Result<Tensor>; 3] = [&by_x, &by_weight, &by_bias];
        (0..step.operands()).map(|at| if step.wants(at) { rules[at]().map(Some) } else { Ok(None) }).collect()
    }))
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
