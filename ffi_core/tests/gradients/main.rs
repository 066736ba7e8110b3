//! Gradients against central differences in f64: every differentiable op over every layout, and second derivatives. The rows of the
//! op table are walked, so that one without a check fails; [`ops`] lists the other ops, [`networks`] what layers are made of.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[path = "../conformance/devices.rs"]
#[allow(dead_code)]
mod devices;
mod elsewhere;
mod networks;
mod ops;
mod record;

use elsewhere::{cpu, here};
use ffi_backend::{DType, Element, Layout, MapOp, ReduceOp, Result, Scalar};
use ffi_torch::autograd::{gradients, no_grad_begin, no_grad_end};
use ffi_torch::elementwise::{map, map_scalar};
use ffi_torch::reduce::reduce;
use ffi_torch::{Tensor, elementwise};

pub fn of(values: &[f64], dims: &[i64]) -> Tensor {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
    let (device, dtype) = here();
    let whole = Tensor::from_bytes(&bytes, dims, DType::F64, DType::F64, cpu()).unwrap();
    whole.to_dtype(dtype).unwrap().to_device(device).unwrap()
}

pub fn values(x: &Tensor) -> Vec<f64> {
    x.to_vec::<f64>().unwrap()
}

/// Numbers that differ from one another and lie away from 0 and from whole numbers, between 0.2 and 0.9 in magnitude.
pub fn numbers(count: usize, salt: usize, signs: bool) -> Vec<f64> {
    let number = |i: usize| {
        let at = (i * 7 + salt * 5) % 61;
        let value = 0.21 + 0.011 * at as f64 + 0.0003 * i as f64;
        if signs && (i + salt).is_multiple_of(3) { -value } else { value }
    };
    (0..count).map(number).collect()
}

/// How an operand of these sizes lies in memory.
#[derive(Clone, Copy, Debug)]
pub enum Lies {
    Contiguous,
    Transposed,
    Backwards,
    Stretched,
}

pub const LAYOUTS: [Lies; 4] = [Lies::Contiguous, Lies::Transposed, Lies::Backwards, Lies::Stretched];

impl Lies {
    /// The leaf, and the operand as a view of it.
    fn leaf(self, dims: &[i64], salt: usize, signs: bool) -> Tensor {
        let mut own = dims.to_vec();
        match self {
            Lies::Transposed => own.reverse(),
            Lies::Stretched if !own.is_empty() => own[0] = 1,
            _ => {}
        }
        let count = own.iter().product::<i64>() as usize;
        of(&numbers(count, salt, signs), &own)
    }

    fn view(self, leaf: &Tensor, dims: &[i64]) -> Tensor {
        let all: Vec<i64> = (0..dims.len() as i64).collect();
        match self {
            Lies::Contiguous => leaf.clone(),
            Lies::Transposed => leaf.permute(&all.iter().rev().copied().collect::<Vec<_>>()).unwrap(),
            Lies::Backwards => leaf.flip(&all).unwrap(),
            Lies::Stretched => leaf.expand(dims).unwrap(),
        }
    }
}

/// The weighted sum of a result, so that every element of it has a gradient of its own.
fn weighted(y: &Tensor) -> Result<Tensor> {
    let weights = of(&numbers(y.numel() as usize, 11, true), y.dims());
    reduce(ReduceOp::Sum, &map(MapOp::mul, &[y, &weights])?, None, false)
}

pub type Function<'a> = &'a dyn Fn(&[&Tensor]) -> Result<Tensor>;

/// Checks the gradient of `f` by each leaf, and with `twice` that of the sum of the squared gradients too.
pub fn check(what: &str, leaves: &[Tensor], f: Function, twice: bool) {
    let loss = |leaves: &[Tensor]| weighted(&f(&leaves.iter().collect::<Vec<_>>())?);
    compare(what, leaves, &loss);
    if twice {
        let of_gradients = |leaves: &[Tensor]| {
            // On leaves of its own: the outer ones may be plain numbers here.
            let total = loss(leaves)?;
            let by = leaves.iter().collect::<Vec<_>>();
            let found = gradients(&total, &by, None, true, true)?;
            let squares = found.iter().flatten().map(|g| {
                let weights = of(&numbers(g.numel() as usize, 5, true), g.dims());
                let scaled = map(MapOp::mul, &[g, &weights])?;
                reduce(ReduceOp::Sum, &map(MapOp::square, &[&scaled])?, None, false)
            });
            squares.reduce(|a, b| map(MapOp::add, &[&a?, &b?])).unwrap()
        };
        compare(&format!("{what}, twice"), leaves, &of_gradients);
    }
}

fn compare(what: &str, leaves: &[Tensor], tried: &dyn Fn(&[Tensor]) -> Result<Tensor>) {
    let loss = &|leaves: &[Tensor]| tried(leaves).unwrap_or_else(|e| panic!("{what}: {}", e.text()));
    let wanting = |leaves: &[Tensor]| -> Vec<Tensor> {
        leaves
            .iter()
            .map(|leaf| {
                let own = leaf.detach().copy().unwrap();
                own.set_requires_grad(true).unwrap();
                own
            })
            .collect()
    };
    let own = wanting(leaves);
    let total = loss(&own);
    if !total.requires_grad() {
        // A function without a gradient that depends on its operands: its differences must say so.
        assert!(slopes(leaves, &wanting, loss).iter().flatten().all(|slope| slope.abs() < 1e-6), "{what}: no record");
        return;
    }
    let found = gradients(&total, &own.iter().collect::<Vec<_>>(), None, false, false)
        .unwrap_or_else(|e| panic!("{what}: {}", e.text()));
    let mut analytic = Vec::new();
    for (at, (found, want)) in found.iter().zip(slopes(leaves, &wanting, loss)).enumerate() {
        let found = found.as_ref().map_or(vec![0.0; want.len()], values);
        for (i, (got, want)) in found.iter().zip(&want).enumerate() {
            let near = (got - want).abs() <= 2e-6 * want.abs().max(1.0);
            assert!(near, "{what}: by element {i} of operand {at}: {got}, the difference says {want}");
        }
        analytic.push(found);
    }
    elsewhere::compare(what, leaves, tried, &analytic);
}

/// Central differences.
fn slopes(
    leaves: &[Tensor],
    wanting: &dyn Fn(&[Tensor]) -> Vec<Tensor>,
    loss: &dyn Fn(&[Tensor]) -> Tensor,
) -> Vec<Vec<f64>> {
    const H: f64 = 1e-5;
    let by = |at: usize| -> Vec<f64> {
        let start = values(&leaves[at]);
        let moved = |i: usize, by: f64| {
            let mut numbers = start.clone();
            numbers[i] += by;
            let mut leaves = leaves.to_vec();
            leaves[at] = of(&numbers, leaves[at].dims());
            values(&loss(&wanting(&leaves)))[0]
        };
        (0..start.len()).map(|i| (moved(i, H) - moved(i, -H)) / (2.0 * H)).collect()
    };
    (0..leaves.len()).map(by).collect()
}

/// Sizes that every op over whole tensors is checked with.
const SHAPES: [&[i64]; 3] = [&[2, 3], &[], &[2, 1, 3]];

#[test]
fn every_row_of_the_op_table() {
    let mut checked = 0;
    for &op in MapOp::ALL {
        if !op.differentiable() || op == MapOp::cast {
            continue;
        }
        let signs = !matches!(
            op,
            MapOp::log | MapOp::log2 | MapOp::log10 | MapOp::log1p | MapOp::sqrt | MapOp::rsqrt | MapOp::pow
        );
        for dims in SHAPES {
            for lies in LAYOUTS {
                let arity = if op == MapOp::select { 2 } else { op.arity() };
                let leaves: Vec<Tensor> = (0..arity).map(|i| lies.leaf(dims, i, signs)).collect();
                let f = |leaves: &[&Tensor]| -> Result<Tensor> {
                    let views: Vec<Tensor> = leaves.iter().map(|leaf| lies.view(leaf, dims)).collect();
                    match (op, &views[..]) {
                        (MapOp::select, [a, b]) => {
                            let condition = map_scalar(
                                MapOp::lt,
                                &of(&numbers(a.numel() as usize, 2, true), dims),
                                Scalar::Float(0.3),
                            )?;
                            elementwise::select(&condition, a, b)
                        }
                        _ => map(op, &views.iter().collect::<Vec<_>>()),
                    }
                };
                check(&format!("{op:?} {dims:?} {lies:?}"), &leaves, &f, true);
                checked += 1;
            }
        }
    }
    assert!(checked >= 40 * 12, "{checked}");
    elsewhere::tell();
}

#[test]
fn operands_that_broadcast_and_numbers_in_place_of_them() {
    for &op in MapOp::ALL.iter().filter(|op| op.differentiable() && op.arity() == 2) {
        for (a, b) in [(&[2i64, 3][..], &[3i64][..]), (&[2, 1], &[1, 3]), (&[], &[2, 2]), (&[1, 1, 2], &[2, 1])] {
            let leaves = [Lies::Contiguous.leaf(a, 0, false), Lies::Contiguous.leaf(b, 1, false)];
            check(&format!("{op:?} of {a:?} and {b:?}"), &leaves, &|x| map(op, x), true);
        }
        let leaf = [Lies::Contiguous.leaf(&[2, 3], 0, false)];
        check(&format!("{op:?} with a number"), &leaf, &|x| map_scalar(op, x[0], Scalar::Float(1.7)), true);
    }
    let leaf = [Lies::Contiguous.leaf(&[2, 3], 0, true)];
    let clamp = |x: &[&Tensor]| elementwise::clamp(x[0], Scalar::Float(-0.4), Scalar::Float(0.5));
    check("clamp by numbers", &leaf, &clamp, true);
    let ends = [Lies::Contiguous.leaf(&[2, 3], 0, true), Lies::Contiguous.leaf(&[3], 1, true)];
    check("lerp by a number", &ends, &|x| elementwise::lerp(x[0], x[1], 0.3), true);
}

#[test]
fn halves_integers_and_empty_tensors() {
    let x = of(&[0.5, 2.0], &[2]).to_dtype(DType::F16).unwrap();
    x.set_requires_grad(true).unwrap();
    // Through f32, an integer operand and back.
    let whole = of(&[3.0, 4.0], &[2]).to_dtype(DType::I64).unwrap();
    let y = map(MapOp::mul, &[&x.to_dtype(DType::F32).unwrap(), &whole]).unwrap();
    ffi_torch::autograd::backward(&reduce(ReduceOp::Sum, &y, None, false).unwrap(), None, false, false).unwrap();
    let grad = x.grad().unwrap();
    assert_eq!((grad.dtype(), values(&grad)), (DType::F16, vec![3.0, 4.0]));
    assert!(whole.set_requires_grad(true).is_err());
    let empty = Tensor::empty(&[0, 3], DType::F64, cpu()).unwrap();
    empty.set_requires_grad(true).unwrap();
    let total = reduce(ReduceOp::Sum, &map(MapOp::exp, &[&empty]).unwrap(), None, false).unwrap();
    ffi_torch::autograd::backward(&total, None, false, false).unwrap();
    assert_eq!(empty.grad().unwrap().dims(), [0, 3]);
}

#[test]
fn nothing_is_recorded_without_need() {
    let x = of(&[1.0], &[1]);
    assert!(!map(MapOp::exp, &[&x]).unwrap().requires_grad());
    x.set_requires_grad(true).unwrap();
    assert!(x.is_leaf() && map(MapOp::exp, &[&x]).unwrap().requires_grad());
    assert!(!map(MapOp::lt, &[&x, &x]).unwrap().requires_grad());
    no_grad_begin().unwrap();
    assert!(!map(MapOp::exp, &[&x]).unwrap().requires_grad());
    no_grad_end().unwrap();
    assert!(no_grad_end().is_err());
    let layout = Layout::contiguous(&[1]).unwrap();
    assert_eq!(x.layout().dims(), layout.dims());
    assert_eq!(f64::from_real(1.0), 1.0);
}
