//! The record itself: what it keeps, refuses and frees.

use crate::elsewhere::cpu;
use crate::{of, values};
use ffi_backend::{DType, MapOp, ReduceOp, Scalar};
use ffi_torch::Tensor;
use ffi_torch::autograd::{backward, gradients};
use ffi_torch::elementwise::{map, map_in_place, map_scalar, map_scalar_in_place};
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

#[test]
fn gradients_are_memory_of_their_own() {
    let (x, y, seed) = (wanting(&[1.0, 2.0], &[2]), wanting(&[3.0, 4.0], &[2]), of(&[1.0, 1.0], &[2]));
    let z = map(MapOp::add, &[&x, &y]).unwrap();
    backward(&z, Some(&seed), true, false).unwrap();
    map_scalar_in_place(MapOp::mul, &x.grad().unwrap(), Scalar::Float(10.0)).unwrap();
    assert_eq!((values(&y.grad().unwrap()), values(&seed)), (vec![1.0, 1.0], vec![1.0, 1.0]));
    let found = gradients(&z, &[&x, &y, &x, &z], Some(&seed), false, false).unwrap();
    for (at, gradient) in found.iter().enumerate() {
        map_scalar_in_place(MapOp::mul, gradient.as_ref().unwrap(), Scalar::Float(2.0 + at as f64)).unwrap();
    }
    let found: Vec<f64> = found.iter().map(|gradient| values(gradient.as_ref().unwrap())[0]).collect();
    assert_eq!((found, values(&seed)), (vec![2.0, 3.0, 4.0, 5.0], vec![1.0, 1.0]));
}

#[test]
fn a_seed_and_a_gradient_that_is_set_bring_no_record() {
    let (x, weight) = (wanting(&[2.0], &[]), wanting(&[3.0], &[]));
    backward(&map(MapOp::square, &[&x]).unwrap(), Some(&weight), false, false).unwrap();
    assert!(!x.grad().unwrap().requires_grad() && weight.grad().is_none());
    x.set_grad(Some(&x)).unwrap();
    assert!(!x.grad().unwrap().requires_grad(), "else it would hold itself");
}

#[test]
fn a_graph_that_is_recorded_on_the_way_back_is_there_for_the_next_way() {
    let x = wanting(&[2.0], &[]);
    let cube = map(MapOp::mul, &[&map(MapOp::square, &[&x]).unwrap(), &x]).unwrap();
    let slope = gradients(&cube, &[&x], None, false, true).unwrap().remove(0).unwrap();
    let bend = gradients(&slope, &[&x], None, false, false).unwrap().remove(0).unwrap();
    assert_eq!((values(&slope), values(&bend)), (vec![12.0], vec![12.0]));
}

/// Each gradient the root of the next record: freed in a loop, or the stack would end.
#[test]
fn gradients_of_gradients_are_freed_without_recursion() {
    let run = || {
        let mut last = wanting(&[1.0], &[]);
        for _ in 0..100_000 {
            let next = wanting(&[1.0], &[]);
            let product = map(MapOp::mul, &[&next, &last]).unwrap();
            backward(&product, Some(&last), false, true).unwrap();
            last = next;
        }
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap();
}

#[test]
fn more_operands_than_bits_are_recorded() {
    let parts: Vec<Tensor> = (0..100).map(|i| wanting(&[f64::from(i)], &[1])).collect();
    let whole = ffi_torch::join::cat(&parts.iter().collect::<Vec<_>>(), 0).unwrap();
    backward(&sum(&map(MapOp::square, &[&whole]).unwrap()), None, false, false).unwrap();
    assert!(parts.iter().enumerate().all(|(i, part)| values(&part.grad().unwrap()) == [2.0 * i as f64]));
}

/// No row's gradient is NaN where the row itself is finite, however far out.
#[test]
fn gradients_far_out_are_numbers() {
    for dtype in [DType::F32, DType::F64, DType::F16] {
        for op in MapOp::ALL.iter().filter(|op| op.arity() == 1) {
            for far in [-30000.0, -1000.0, -100.0, -20.0, 20.0, 100.0, 1000.0, 30000.0] {
                let x = of(&[far], &[]).to_dtype(dtype).unwrap().detach();
                x.set_requires_grad(true).unwrap();
                let Ok(y) = map(*op, &[&x]) else { continue };
                if !y.dtype().is_float()
                    || !values(&y.to_dtype(DType::F64).unwrap())[0].is_finite()
                    || !y.requires_grad()
                {
                    continue;
                }
                backward(&y, None, false, false).unwrap();
                let Some(slope) = x.grad() else { continue };
                let slope = values(&slope.to_dtype(DType::F64).unwrap())[0];
                assert!(!slope.is_nan(), "{} of {dtype} at {far}: {slope}", op.name());
            }
        }
    }
}
