//! The ops that are no rows of the op table: views, reductions, products, indices, order, linear algebra.

use crate::elsewhere::cpu;
use crate::{Function, LAYOUTS, check, of};
use ffi_backend::{DType, MapOp, ReduceOp, RowOp, Scalar, ScanOp};
use ffi_torch::elementwise::map;
use ffi_torch::{Tensor, index, join, linalg, matmul, matrix, order, reduce, statistics};
use std::slice::from_ref;

pub fn index_of(values: &[f64], dims: &[i64]) -> Tensor {
    of(values, dims).to_dtype(DType::I64).unwrap()
}

/// Checks a function of one operand of these sizes, over every layout.
pub fn over(what: &str, dims: &[i64], f: Function) {
    for lies in LAYOUTS {
        let leaf = lies.leaf(dims, 3, true);
        check(&format!("{what} of {dims:?} {lies:?}"), &[leaf], &|x| f(&[&lies.view(x[0], dims)]), true);
    }
}

#[test]
fn views() {
    let dims = &[2, 3, 2];
    over("reshape", dims, &|x| x[0].reshape(&[3, 4]));
    over("flatten", dims, &|x| x[0].flatten(1, 2));
    over("transpose", dims, &|x| x[0].transpose(0, 2));
    over("permute", dims, &|x| x[0].permute(&[2, 0, 1]));
    over("movedim", dims, &|x| x[0].movedim(0, 1));
    over("flip", dims, &|x| x[0].flip(&[1, 2]));
    over("narrow", dims, &|x| x[0].narrow(1, 1, 2));
    over("slice", dims, &|x| x[0].slice(1, 2, -10, -2));
    over("select", dims, &|x| x[0].select(1, 1));
    over("diagonal", dims, &|x| x[0].diagonal(1, 0, 1));
    over("unsqueeze", dims, &|x| x[0].unsqueeze(1));
    over("squeeze", &[2, 1], &|x| x[0].squeeze(1));
    over("expand", &[2, 1], &|x| x[0].expand(&[3, 2, 4]));
    // The gradients of parts that overlap add up in that of the whole, which another op may hold too.
    over("parts and the whole", dims, &|x| {
        let whole = x[0].reshape(&[12])?;
        let sum = map(MapOp::add, &[&whole, &whole.flip(&[0])?])?;
        join::cat(&[&whole.narrow(0, 0, 5)?, &whole, &sum, &whole.slice(0, 3, 12, 2)?, &sum.narrow(0, 2, 9)?], 0)
    });
    over("copy", dims, &|x| x[0].copy());
    over("contiguous", dims, &|x| x[0].contiguous());
}

#[test]
fn reductions_and_rows() {
    let dims = &[2, 3, 2];
    for op in [ReduceOp::Sum, ReduceOp::Mean, ReduceOp::Prod, ReduceOp::Max, ReduceOp::Min] {
        for (axes, keepdim) in [(None, false), (Some(&[1i64][..]), true), (Some(&[2, 0]), false), (Some(&[]), false)] {
            over(op.name(), dims, &|x| reduce::reduce(op, x[0], axes, keepdim));
        }
    }
    for op in RowOp::ALL {
        over(op.name(), dims, &|x| reduce::rows(op, x[0], 1));
        over(op.name(), dims, &|x| reduce::rows(op, x[0], -1));
    }
    // A product with zeros among its factors: their own gradient is that of the others.
    let zeros = of(&[0.0, 0.5, 0.3, 0.7, 0.0, 0.0], &[2, 3]);
    let product = |x: &[&Tensor]| reduce::reduce(ReduceOp::Prod, x[0], Some(&[1]), false);
    check("prod with zeros", from_ref(&zeros), &product, true);
    check("cumprod with zeros", &[zeros], &|x| order::scan(ScanOp::Prod, x[0], 1), true);
}

#[test]
fn products() {
    for (a, b) in [
        (&[2i64, 3][..], &[3i64, 2][..]),
        (&[3], &[3]),
        (&[3], &[3, 2]),
        (&[2, 3], &[3]),
        (&[2, 2, 3], &[3, 2]),
        (&[2, 1, 2, 3], &[2, 3, 1]),
    ] {
        for lies in LAYOUTS {
            let leaves = [lies.leaf(a, 0, true), lies.leaf(b, 1, true)];
            let f = |x: &[&Tensor]| matmul::matmul(&lies.view(x[0], a), &lies.view(x[1], b));
            check(&format!("matmul {a:?} {b:?} {lies:?}"), &leaves, &f, true);
        }
    }
    let vectors = [of(&[0.3, 0.5], &[2]), of(&[0.2, -0.7], &[2])];
    check("outer", &vectors, &|x| matrix::outer(x[0], x[1]), true);
    check("dot", &vectors, &|x| matrix::dot(x[0], x[1]), true);
    over("triu", &[3, 3], &|x| matrix::triu(x[0], 1));
    over("tril", &[3, 3], &|x| matrix::tril(x[0], 0));
    over("trace", &[3, 3], &|x| matrix::trace(x[0]));
}

#[test]
fn indices_order_and_joins() {
    let dims = &[3, 2];
    over("gather", dims, &|x| index::gather(x[0], 0, &index_of(&[2.0, 0.0, 2.0, 2.0], &[2, 2])));
    over("index_select", dims, &|x| index::index_select(x[0], 0, &index_of(&[1.0, 1.0, 0.0], &[3])));
    over("take_along_dim", dims, &|x| index::take_along_dim(x[0], 0, &index_of(&[1.0, 2.0], &[2, 1])));
    let mask = of(&[1.0, 0.0, 0.0, 1.0, 1.0, 0.0], dims).to_dtype(DType::Bool).unwrap();
    over("masked_fill", dims, &|x| index::masked_fill(x[0], &mask, Scalar::Float(2.0)));
    over("masked_select", dims, &|x| index::masked_select(x[0], &mask));
    over("sort", dims, &|x| Ok(order::sort(x[0], 0, true)?.0));
    over("topk", dims, &|x| Ok(order::topk(x[0], 2, 0, true)?.0));
    over("cumsum", dims, &|x| order::scan(ScanOp::Sum, x[0], 0));
    over("cumprod", dims, &|x| order::scan(ScanOp::Prod, x[0], 0));
    over("repeat", dims, &|x| join::repeat(x[0], &[2, 1, 2]));
    over("tile", dims, &|x| join::tile(x[0], &[2]));
    over("roll", dims, &|x| join::roll(x[0], 1, 0));
    over("split", dims, &|x| join::split(x[0], 2, 0)?.piece(x[0], 1));
    let pair = [of(&[0.3, 0.5], &[1, 2]), of(&[0.2, -0.7, 0.1, 0.6], &[2, 2])];
    check("cat", &pair, &|x| join::cat(x, 0), true);
    check("stack", &[pair[0].clone(), pair[0].clone()], &|x| join::stack(x, 1), true);
}

#[test]
fn linear_algebra() {
    // Well-conditioned: its diagonal outweighs the rest.
    let square =
        of(&[2.0, 0.3, 0.2, 0.1, 1.7, -0.4, 0.5, 0.2, 2.3, 1.9, 0.1, 0.4, -0.3, 2.1, 0.2, 0.3, 0.1, 1.8], &[2, 3, 3]);
    let right = of(&[0.3, 0.5, -0.2, 0.7, 0.4, 0.6], &[3, 2]);
    check("inverse", from_ref(&square), &|x| linalg::inverse(x[0]), true);
    check("det", from_ref(&square), &|x| linalg::det(x[0]), true);
    check("solve", &[square.clone(), right], &|x| linalg::solve(x[0], x[1]), true);
    check("solve a vector", &[square.clone(), of(&[0.3, 0.5, -0.2], &[3])], &|x| linalg::solve(x[0], x[1]), true);
    for upper in [false, true] {
        // a a^T is symmetric and positive definite whatever a is.
        let f = |x: &[&Tensor]| linalg::cholesky(&matmul::matmul(x[0], &x[0].transpose(-2, -1)?)?, upper);
        check("cholesky", from_ref(&square), &f, true);
    }
}

#[test]
fn statistics_over_dimensions() {
    let dims = &[2, 3, 2];
    let axes = [None, Some(&[1i64][..]), Some(&[2, 0])];
    for axes in axes {
        over("var", dims, &|x| statistics::var(x[0], axes, 1.0, false));
        over("std", dims, &|x| statistics::std(x[0], axes, 0.0, true));
        for p in [1.0, 2.0, 3.0, f64::INFINITY, f64::NEG_INFINITY] {
            over(&format!("norm {p}"), dims, &|x| statistics::norm(x[0], p, axes, false));
        }
    }
    over("logsumexp", dims, &|x| statistics::logsumexp(x[0], &[1], false));
    assert_eq!(cpu().info().kind, "cpu");
}
