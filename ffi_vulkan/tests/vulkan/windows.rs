//! Products over several dimensions that count as one: convolutions over views of all windows, and operands of any steps, against loops in
//! f64 over what the views hold.

use crate::products::{check_op, devices};
use ffi_backend::{DType, Layout, Op};

/// A convolution: images, channels in and out of a group, groups, height and width, and how the kernel slides over them.
#[derive(Clone, Copy, Debug)]
struct Conv {
    n: i64,
    depth: i64,
    outputs: i64,
    groups: i64,
    sizes: [i64; 2],
    kernel: [i64; 2],
    stride: [i64; 2],
    dilation: [i64; 2],
}

impl Conv {
    fn places(&self, axis: usize) -> i64 {
        (self.sizes[axis] - (self.kernel[axis] - 1) * self.dilation[axis] - 1) / self.stride[axis] + 1
    }

    /// [groups, depth, kernel, n, places]: every window as a column.
    fn columns(&self) -> Layout {
        let Conv { n, depth, groups, sizes: [height, width], kernel: [tall, wide], .. } = *self;
        let channel = height * width;
        let (of_group, of_image) = (depth * channel, depth * groups * channel);
        let kernel = [self.dilation[0] * width, self.dilation[1]];
        let place = [self.stride[0] * width, self.stride[1]];
        let strides = [of_group, channel, kernel[0], kernel[1], of_image, place[0], place[1]];
        let dims = [groups, depth, tall, wide, n, self.places(0), self.places(1)];
        Layout::from_parts(&dims, &strides, 0).unwrap()
    }

    /// [groups, outputs, n, places] of an image of them all.
    fn made(&self) -> Layout {
        let dims = [self.n, self.groups, self.outputs, self.places(0), self.places(1)];
        Layout::contiguous(&dims).unwrap().permute(&[1, 2, 0, 3, 4]).unwrap()
    }

    fn weight(&self) -> Layout {
        Layout::contiguous(&[self.groups, self.outputs, self.depth, self.kernel[0], self.kernel[1]]).unwrap()
    }
}

const PLAIN: Conv =
    Conv { n: 2, depth: 3, outputs: 5, groups: 1, sizes: [9, 11], kernel: [3, 3], stride: [1, 1], dilation: [1, 1] };

const CONVS: [Conv; 10] = [
    PLAIN,
    Conv { n: 1, ..PLAIN },
    Conv { stride: [2, 3], dilation: [1, 2], ..PLAIN },
    Conv { groups: 4, outputs: 1, depth: 1, ..PLAIN },
    Conv { groups: 3, outputs: 2, sizes: [10, 8], kernel: [1, 4], ..PLAIN },
    // Places in fours, and windows that no kernel of one element overlaps.
    Conv { kernel: [1, 1], sizes: [8, 12], depth: 24, outputs: 36, n: 3, ..PLAIN },
    // One window: the sum is all that there is.
    Conv { kernel: [9, 11], outputs: 40, ..PLAIN },
    // More channels out than a tile has rows, and more places than it has columns; a sum in fours.
    Conv { depth: 16, outputs: 70, sizes: [18, 22], n: 3, ..PLAIN },
    Conv { depth: 8, outputs: 130, sizes: [5, 6], kernel: [2, 4], n: 1, ..PLAIN },
    Conv { depth: 1, outputs: 1, sizes: [40, 41], n: 4, ..PLAIN },
];

#[test]
fn convolutions_and_the_gradients_of_their_weights() {
    for &device in devices() {
        for conv in CONVS {
            let Conv { n, depth, outputs, groups, .. } = conv;
            let (places, under) = (n * conv.places(0) * conv.places(1), depth * conv.kernel[0] * conv.kernel[1]);
            let (weight, columns, made) = (conv.weight(), conv.columns(), conv.made());
            let op = Op::Contract { rows: 1, inner: 3, columns: 3 };
            let what = format!("{conv:?}");
            let layouts = [weight, columns, made];
            check_op(device, DType::F32, (&op, 1.0), groups, [outputs, under, places], layouts, &what);
            let turned = columns.permute(&[0, 4, 5, 6, 1, 2, 3]).unwrap();
            let layouts = [made, turned, weight];
            let what = format!("{what}, its weight");
            check_op(device, DType::F32, (&op, 1.0), groups, [outputs, places, under], layouts, &what);
        }
    }
}

#[test]
fn every_dtype_over_windows() {
    for &device in devices() {
        for dtype in [DType::F64, DType::F16, DType::Bf16, DType::I64, DType::I32, DType::U8] {
            for conv in [PLAIN, Conv { outputs: 1, ..PLAIN }, Conv { outputs: 64, depth: 8, n: 4, ..PLAIN }] {
                let op = Op::Contract { rows: 1, inner: 3, columns: 3 };
                let sizes = [conv.outputs, conv.depth * 9, conv.n * conv.places(0) * conv.places(1)];
                let layouts = [conv.weight(), conv.columns(), conv.made()];
                check_op(device, dtype, (&op, 1.0), 1, sizes, layouts, &format!("{dtype} {conv:?}"));
            }
        }
    }
}

/// Dimensions that lie in memory in this order, the first the slowest; one of them backwards.
fn lying(dims: [i64; 6], order: [usize; 6], backwards: usize) -> Layout {
    let straight = Layout::contiguous(&order.map(|axis| dims[axis])).unwrap();
    let places = [0, 1, 2, 3, 4, 5].map(|axis| order.iter().position(|which| *which == axis).unwrap());
    let dim = dims[backwards];
    straight.permute(&places).unwrap().slice(backwards, dim - 1, dim, -1).unwrap()
}

/// Rows, what is summed over and columns: three dimensions each, which lie in another order in every operand.
#[test]
fn any_steps_of_any_operand() {
    let sizes: [[[i64; 3]; 3]; 5] = [
        [[2, 3, 4], [3, 2, 5], [4, 3, 2]],
        [[1, 5, 1], [8, 1, 4], [3, 1, 1]],
        [[4, 4, 8], [2, 8, 8], [4, 8, 4]],
        // A vector on the right, and one on the left.
        [[7, 5, 6], [4, 9, 8], [1, 1, 1]],
        [[1, 1, 1], [5, 5, 5], [6, 4, 8]],
    ];
    let orders = [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 0, 1, 5, 3, 4], [3, 4, 5, 0, 1, 2], [1, 4, 0, 3, 5, 2]];
    let op = Op::Contract { rows: 3, inner: 3, columns: 3 };
    for &device in devices() {
        for [rows, inner, columns] in sizes {
            for at in 0..orders.len() {
                let [a, b, c] = [0, 1, 2].map(|operand| orders[(at + operand) % orders.len()]);
                let both = |x: [i64; 3], y: [i64; 3]| [x[0], x[1], x[2], y[0], y[1], y[2]];
                let layouts = [
                    lying(both(rows, inner), a, at),
                    lying(both(inner, columns), b, at + 1),
                    lying(both(rows, columns), c, 5 - at),
                ];
                let sizes = [rows, inner, columns].map(|dims| dims.iter().product::<i64>());
                let what = format!("{rows:?} by {inner:?} by {columns:?}, {at}");
                check_op(device, DType::F32, (&op, 1.0), 1, sizes, layouts, &what);
            }
        }
    }
}

/// A dispatch takes up the sum where the one before it ended, also within the dimensions that it counts through.
#[test]
fn sums_over_several_dimensions_longer_than_a_dispatch() {
    for &device in devices() {
        for (outputs, [height, width]) in [(3, [150, 301]), (1, [181, 190]), (40, [130, 259])] {
            let image = Layout::contiguous(&[2, height + 2, width + 2]).unwrap();
            let strides = image.strides();
            // [outputs, 2, height, width] by [2, height, width, 3, 3].
            let grad = Layout::contiguous(&[outputs, 2, height, width]).unwrap();
            let dims = [2, height, width, 3, 3];
            let windows = Layout::from_parts(&dims, &[strides[0], strides[1], 1, strides[1], 1], 0).unwrap();
            let made = Layout::contiguous(&[outputs, 3, 3]).unwrap();
            let op = Op::Contract { rows: 1, inner: 3, columns: 2 };
            let sizes = [outputs, 2 * height * width, 9];
            let what = format!("{outputs} of {height} by {width}");
            check_op(device, DType::F32, (&op, 1.0), 1, sizes, [grad, windows, made], &what);
        }
    }
}
