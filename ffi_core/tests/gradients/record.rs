//! The record itself: what it keeps, refuses and frees.

use crate::{cpu, of, values};
use ffi_backend::{DType, MapOp, ReduceOp, Scalar};
use ffi_torch::Tensor;
use ffi_torch::autograd::{backward, gradients};
use ffi_torch::elementwise::{map, map_in_place, map_scalar};
use ffi_torch::reduce::reduce;

fn wanting(values: &[f64], dims: &[i64]) -> Tensor {
    let x = of(values, dims);
    x.set_requires_grad(true).unwrap();
    x
}

fn sum(x: &Tensor) -> Tensor {
    reduce(ReduceOp::Sum, x, None, false).unwrap()
}

#[test]
fn gradients_gather_until_they_are_forgotten() {
    let x = wanting(&[2.0, 3.0], &[2]);
    for round in 1..4 {
        backward(&sum(&map(MapOp::square, &[&x]).unwrap()), None, false, false).unwrap();
        assert_eq!(values(&x.grad().unwrap()), [4.0 * f64::from(round), 6.0 * f64::from(round)]);
    }
    x.set_grad(None).unwrap();
    assert!(x.grad().is_none());
    assert!(x.set_grad(Some(&of(&[1.0], &[1]))).is_err());
}

#[test]
fn a_value_used_twice_gets_both_gradients_and_one_that_is_unused_none() {
    let (x, other) = (wanting(&[3.0], &[]), wanting(&[1.0], &[]));
    let y = map(MapOp::mul, &[&x, &x]).unwrap();
    let z = map(MapOp::add, &[&y, &map(MapOp::mul, &[&y, &x]).unwrap()]).unwrap();
    // d(x^2 + x^3) = 2x + 3x^2
    let found = gradients(&z, &[&x, &y, &other], None, false, false).unwrap();
    assert_eq!(values(found[0].as_ref().unwrap()), [33.0]);
    assert_eq!(values(found[1].as_ref().unwrap()), [4.0]);
    assert!(found[2].is_none() && x.grad().is_none());
}

#[test]
fn what_a_gradient_needs_may_not_change() {
    let x = wanting(&[2.0, 3.0], &[2]);
    let factor = of(&[5.0, 7.0], &[2]);
    let y = sum(&map(MapOp::mul, &[&x, &factor]).unwrap());
    map_in_place(MapOp::add, &factor, &factor).unwrap();
    let refused = backward(&y, None, false, false).unwrap_err();
    assert!(refused.text().contains("changed in place"), "{}", refused.text());
    assert!(x.grad().is_none());
    // What no gradient needs may.
    let addend = of(&[5.0, 7.0], &[2]);
    let y = sum(&map(MapOp::add, &[&x, &addend]).unwrap());
    map_in_place(MapOp::add, &addend, &addend).unwrap();
    backward(&y, None, false, false).unwrap();
    assert_eq!(values(&x.grad().unwrap()), [1.0, 1.0]);
    // Nor may a tensor whose ops are recorded.
    assert!(map_in_place(MapOp::add, &x, &addend).unwrap_err().text().contains("no_grad"));
    assert!(map_in_place(MapOp::add, &addend, &x).is_err());
}

#[test]
fn the_record_serves_once_unless_it_is_retained() {
    let x = wanting(&[2.0], &[]);
    let y = map(MapOp::exp, &[&x]).unwrap();
    backward(&y, None, true, false).unwrap();
    backward(&y, None, false, false).unwrap();
    assert!(backward(&y, None, false, false).unwrap_err().text().contains("used up"));
    let twice = 2.0 * 2f64.exp();
    assert!((values(&x.grad().unwrap())[0] - twice).abs() < 1e-12);
    assert!(backward(&of(&[1.0], &[]), None, false, false).unwrap_err().text().contains("nothing is recorded"));
    let wide = map(MapOp::exp, &[&wanting(&[1.0, 2.0], &[2])]).unwrap();
    assert!(backward(&wide, None, false, false).unwrap_err().text().contains("one element"));
    backward(&wide, Some(&of(&[1.0, 1.0], &[2])), false, false).unwrap();
    assert!(backward(&wide, Some(&of(&[1.0], &[1])), false, false).is_err());
}

#[test]
fn a_third_derivative() {
    let x = wanting(&[1.5], &[]);
    let mut y = map(MapOp::mul, &[&map(MapOp::square, &[&x]).unwrap(), &map(MapOp::square, &[&x]).unwrap()]).unwrap();
    for want in [4.0 * 1.5f64.powi(3), 12.0 * 1.5f64.powi(2), 24.0 * 1.5] {
        y = gradients(&y, &[&x], None, true, true).unwrap().remove(0).unwrap();
        assert!((values(&y)[0] - want).abs() < 1e-12);
    }
}

#[test]
fn tensors_in_the_middle_keep_their_gradient_when_asked() {
    let x = wanting(&[2.0], &[]);
    let (a, b) = (map(MapOp::square, &[&x]).unwrap(), map(MapOp::square, &[&x]).unwrap());
    a.retain_grad().unwrap();
    assert!(!a.is_leaf() && a.set_requires_grad(false).is_err());
    backward(&map(MapOp::mul, &[&a, &b]).unwrap(), None, false, false).unwrap();
    assert_eq!((values(&a.grad().unwrap()), b.grad().is_none()), (vec![4.0], true));
    let cut = map(MapOp::square, &[&a.detach()]).unwrap();
    assert!(!cut.requires_grad());
    x.set_requires_grad(false).unwrap();
    assert!(!map(MapOp::square, &[&x]).unwrap().requires_grad());
}

#[test]
fn a_chain_of_a_hundred_thousand_ops_goes_back_and_is_freed() {
    // On a thread with a small stack, so that one frame for each op would not fit.
    let run = || {
        let x = wanting(&[1.0], &[]);
        let chain =
            |count: usize| (0..count).fold(x.clone(), |y, _| map_scalar(MapOp::add, &y, Scalar::Float(0.5)).unwrap());
        backward(&chain(100_000), None, false, false).unwrap();
        assert_eq!(values(&x.grad().unwrap()), [1.0]);
        drop(chain(100_000));
        let kept = chain(100_000);
        backward(&kept, None, true, false).unwrap();
        drop(kept);
        let created = chain(20_000);
        backward(&created, None, false, true).unwrap();
        x.set_grad(None).unwrap();
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap();
}

#[test]
fn f32_and_dtypes_that_mix() {
    let x = Tensor::full(&[3], Scalar::Float(2.0), DType::F32, cpu()).unwrap();
    x.set_requires_grad(true).unwrap();
    let wide = of(&[1.0, 2.0, 3.0], &[3]);
    backward(&sum(&map(MapOp::mul, &[&x, &wide]).unwrap()), None, false, false).unwrap();
    let grad = x.grad().unwrap();
    assert_eq!((grad.dtype(), values(&grad)), (DType::F32, vec![1.0, 2.0, 3.0]));
}
