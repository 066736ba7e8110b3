//! Reductions, row ops, matrix products and random numbers against plain loops in doubles.
#![allow(clippy::unwrap_used)]

mod common;
use common::{Tensor, close, go, layouts, places, source_layouts, ulp};
use ffi_backend::{Code, DType, Element, Layout, Op, RandomOp, ReduceOp, RowOp, philox, with_element};

fn value(dtype: DType, i: usize) -> f64 {
    let n = (i * 37 + i / 13) % 101;
    match dtype {
        DType::Bool => f64::from(u8::from(!n.is_multiple_of(4))),
        DType::U8 => (n % 50) as f64,
        DType::I64 | DType::I32 => n as f64 - 50.0,
        _ => (n as f64 - 50.0) / 16.0,
    }
}

/// The answer, over the elements of one range in row-major order.
fn reduced(op: ReduceOp, values: &[f64]) -> f64 {
    let first = |better: fn(f64, f64) -> bool| {
        let mut best = 0;
        for (i, v) in values.iter().enumerate() {
            if !values[best].is_nan() && (v.is_nan() || better(*v, values[best])) {
                best = i;
            }
        }
        best
    };
    match op {
        ReduceOp::Sum => values.iter().sum(),
        ReduceOp::Mean => values.iter().sum::<f64>() / values.len() as f64,
        ReduceOp::Prod => values.iter().product(),
        ReduceOp::Max => values[first(|a, b| a > b)],
        ReduceOp::Min => values[first(|a, b| a < b)],
        ReduceOp::ArgMax => first(|a, b| a > b) as f64,
        ReduceOp::ArgMin => first(|a, b| a < b) as f64,
        ReduceOp::Any => f64::from(u8::from(values.iter().any(|v| *v != 0.0))),
        ReduceOp::All => f64::from(u8::from(values.iter().all(|v| *v != 0.0))),
    }
}

fn check_reduce(op: ReduceOp, x: &Tensor, axes: u8, to_kind: usize, what: &str) {
    let dims = x.layout.dims();
    let Some(result) = op.result(x.dtype) else { return };
    let kept: Vec<i64> = dims.iter().enumerate().map(|(i, d)| if axes >> i & 1 != 0 { 1 } else { *d }).collect();
    let kinds = layouts(&kept);
    let to = Tensor::new(result, kinds[to_kind % kinds.len()].1);
    let done = go(&Op::Reduce { op, axes }, &[x], &to);
    if op.needs_elements() && x.layout.numel() == 0 && to.layout.numel() > 0 {
        assert_eq!(done.unwrap_err().code(), Code::InvalidArgument);
        return;
    }
    done.unwrap();
    let mut ranges = vec![Vec::new(); to.layout.numel() as usize];
    let narrow = Layout::contiguous(&kept).unwrap();
    let strides: Vec<i64> =
        narrow.strides().iter().enumerate().map(|(i, s)| if axes >> i & 1 != 0 { 0 } else { *s }).collect();
    let owner = Layout::from_parts(dims, &strides, 0).unwrap();
    if x.layout.numel() > 0 {
        for (value, owner) in x.values().into_iter().zip(places(&owner)) {
            ranges[owner as usize].push(value);
        }
    }
    for (got, values) in to.values().into_iter().zip(&ranges) {
        let want = match (op, result) {
            // Wraps, which doubles do not.
            (ReduceOp::Prod, DType::I64) => values.iter().fold(1i64, |a, v| a.wrapping_mul(*v as i64)) as f64,
            _ => reduced(op, values),
        };
        // Pairwise sums err with the logarithm of the count times the sum of magnitudes.
        let magnitude: f64 = values.iter().map(|v| v.abs()).sum();
        let slack = match op {
            ReduceOp::Sum if result.is_float() => magnitude * f64::from(f32::EPSILON) * 4.0 + 0.51 * ulp(result, want),
            ReduceOp::Mean => {
                magnitude / values.len() as f64 * f64::from(f32::EPSILON) * 4.0 + 0.51 * ulp(result, want)
            }
            ReduceOp::Prod if result.is_float() => {
                values.len() as f64 * want.abs() * f64::from(f32::EPSILON) + 0.51 * ulp(result, want)
            }
            _ => 0.0,
        };
        assert!(
            close(result, got, want, 0.5) || (got - want).abs() <= slack,
            "{op:?} {} {what} {dims:?} axes {axes:#b}: {got}, not {want}",
            x.dtype
        );
    }
}

#[test]
fn reductions_of_every_dtype_axes_and_layout() {
    for dims in [&[][..], &[9], &[0], &[3, 0], &[40, 7], &[5, 300], &[4, 3, 5], &[2, 70, 6], &[2, 1, 3, 2, 1, 2, 2, 3]]
    {
        for &dtype in DType::ALL {
            for (number, (name, layout)) in source_layouts(dims).into_iter().enumerate() {
                let x = Tensor::new(dtype, layout).filled(|i| value(dtype, i));
                for op in ReduceOp::ALL {
                    for axes in (0..=255u8).filter(|axes| u32::from(*axes) >> dims.len() == 0) {
                        if dims.len() < 5 || axes % 23 == 0 {
                            check_reduce(op, &x, axes, number, name);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn reductions_of_many_elements() {
    for dims in [&[300_001][..], &[700, 300], &[130_000, 3], &[3, 100_000], &[50, 60, 70]] {
        for dtype in [DType::F32, DType::F64, DType::F16, DType::I32, DType::U8, DType::Bool] {
            for (number, (name, layout)) in source_layouts(dims).into_iter().enumerate() {
                let x =
                    Tensor::new(dtype, layout).filled(|i| value(dtype, i) / if dtype.is_float() { 64.0 } else { 1.0 });
                for op in [ReduceOp::Sum, ReduceOp::Mean, ReduceOp::Max, ReduceOp::ArgMin, ReduceOp::All] {
                    for axes in [1u8, 2, 3, 5].into_iter().filter(|axes| axes >> dims.len() == 0) {
                        check_reduce(op, &x, axes, number, name);
                    }
                }
            }
        }
    }
}

#[test]
fn reductions_meet_nan() {
    for dtype in [DType::F64, DType::F32, DType::F16, DType::Bf16] {
        for count in [1, 5, 64, 70, 3000, 200_000] {
            for at in [0, count / 2, count - 1] {
                let x = Tensor::contiguous(dtype, &[count as i64])
                    .filled(|i| if i == at || i == at + 1 { f64::NAN } else { value(dtype, i) });
                for op in [ReduceOp::Max, ReduceOp::Min, ReduceOp::ArgMax, ReduceOp::ArgMin, ReduceOp::Any] {
                    check_reduce(op, &x, 1, 0, "nan");
                }
            }
        }
        let x = Tensor::contiguous(dtype, &[90, 40]).filled(|i| if i % 17 == 3 { f64::NAN } else { value(dtype, i) });
        for op in [ReduceOp::Max, ReduceOp::Min, ReduceOp::ArgMax, ReduceOp::ArgMin] {
            check_reduce(op, &x, 1, 0, "nan");
            check_reduce(op, &x, 2, 0, "nan");
        }
    }
}

/// A plain loop over thousands of doubles would err by more than what it checks.
fn pairwise(values: &[f64]) -> f64 {
    match values.len() {
        0..=8 => values.iter().sum(),
        n => pairwise(&values[..n / 2]) + pairwise(&values[n / 2..]),
    }
}

#[test]
fn rows_of_every_layout() {
    for dims in [&[1][..], &[7], &[5, 100], &[3, 4, 65], &[40, 5000], &[300, 1]] {
        for dtype in [DType::F64, DType::F32, DType::F16, DType::Bf16] {
            for (name, layout) in source_layouts(dims) {
                for (to_name, to_layout) in layouts(dims) {
                    let x = Tensor::new(dtype, layout).filled(|i| value(dtype, i) * 3.0);
                    let to = Tensor::new(dtype, to_layout);
                    let row = dims[dims.len() - 1] as usize;
                    for op in RowOp::ALL {
                        go(&Op::Rows(op), &[&x], &to).unwrap();
                        for (x, got) in x.values().chunks(row).zip(to.values().chunks(row)) {
                            let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                            let sum = pairwise(&x.iter().map(|x| (x - max).exp()).collect::<Vec<_>>());
                            let mean = pairwise(x) / row as f64;
                            let squares = pairwise(&x.iter().map(|x| (x - mean) * (x - mean)).collect::<Vec<_>>());
                            for (x, got) in x.iter().zip(got) {
                                let want = match op {
                                    RowOp::Softmax => (x - max).exp() / sum,
                                    RowOp::LogSoftmax => x - max - sum.ln(),
                                    RowOp::Normal { epsilon } => (x - mean) / (squares / row as f64 + epsilon).sqrt(),
                                };
                                let scale = want.abs().max(if op == RowOp::Softmax { 1e-30 } else { 1.0 });
                                assert!(
                                    (got - want).abs() <= 8.0 * ulp(dtype, scale),
                                    "{op:?} {dtype} {dims:?} {name} to {to_name}: {got}, not {want}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}

fn check_matmul(dtype: DType, alpha: f64, a: &Tensor, b: &Tensor, c: &Tensor) {
    let (x, y) = (a.layout.dims(), b.layout.dims());
    let rank = x.len();
    let sizes = [x[rank - 2], x[rank - 1], y[rank - 1]].map(|size| size as usize);
    check_product(&Op::Matmul { alpha }, dtype, alpha, [a, b, c], sizes);
}

/// A product of matrices, in whichever dimensions their rows and columns lie.
fn check_product(op: &Op, dtype: DType, alpha: f64, [a, b, c]: [&Tensor; 3], [m, k, n]: [usize; 3]) {
    go(op, &[a, b], c).unwrap();
    let (va, vb, vc) = (a.values(), b.values(), c.values());
    for batch in 0..c.layout.numel() as usize / (m * n).max(1) {
        for i in 0..m {
            for j in 0..n {
                let product = |p: usize| va[(batch * m + i) * k + p] * vb[(batch * k + p) * n + j];
                let exact: f64 = (0..k).map(product).sum();
                let magnitude: f64 = (0..k).map(|p| product(p).abs()).sum();
                let want = alpha * exact;
                let got = vc[(batch * m + i) * n + j];
                let fine = if dtype.is_float() {
                    let gathered = if dtype == DType::F64 { f64::EPSILON } else { f64::from(f32::EPSILON) };
                    (got - want).abs()
                        <= alpha.abs() * magnitude * gathered * (k as f64).max(4.0) + 1.01 * ulp(dtype, want)
                } else {
                    got == with_element!(dtype, T => T::from_whole(want as i64).to_real())
                };
                assert!(fine, "{dtype} [{m}, {k}] by [{k}, {n}] at {batch}, {i}, {j}: {got}, not {want}");
            }
        }
    }
}

#[test]
fn products_of_every_dtype_and_layout() {
    let shapes: [(&[i64], i64, i64, i64); 8] = [
        (&[], 1, 1, 1),
        (&[], 3, 0, 4),
        (&[], 5, 7, 3),
        (&[], 33, 65, 17),
        (&[], 1, 300, 40),
        (&[2, 3], 4, 5, 6),
        (&[3], 20, 1, 30),
        (&[2, 1, 2, 1, 2, 1], 3, 2, 4),
    ];
    for &dtype in DType::ALL.iter().filter(|dtype| **dtype != DType::Bool) {
        for (batch, m, k, n) in shapes {
            let dims = |rows: i64, columns: i64| [batch, &[rows, columns]].concat();
            let (left, right, result) =
                (source_layouts(&dims(m, k)), source_layouts(&dims(k, n)), layouts(&dims(m, n)));
            for i in 0..left.len() {
                for j in 0..right.len() {
                    let a = Tensor::new(dtype, left[i].1).filled(|i| value(dtype, i));
                    let b = Tensor::new(dtype, right[j].1).filled(|i| value(dtype, i + 5));
                    let c = Tensor::new(dtype, result[(i + j) % result.len()].1).filled(|_| 3.0);
                    check_matmul(dtype, 1.0, &a, &b, &c);
                    if dtype.is_float() {
                        check_matmul(dtype, -0.3, &a, &b, &c);
                    }
                }
            }
        }
    }
}

#[test]
fn products_over_several_dimensions_that_count_as_one() {
    // Batch, rows, what is summed over, columns.
    let shapes: [[&[i64]; 4]; 5] = [
        [&[], &[2, 3], &[4, 5], &[3, 2]],
        [&[2], &[3], &[2, 3, 2], &[4, 1, 3]],
        [&[], &[5, 1, 2], &[3], &[1]],
        [&[3], &[1], &[2, 0], &[4, 2]],
        [&[], &[0, 2], &[3], &[4]],
    ];
    for dtype in [DType::F32, DType::F64, DType::F16, DType::I64, DType::U8] {
        for [batch, rows, inner, columns] in shapes {
            let op = Op::Contract { rows: rows.len() as u8, inner: inner.len() as u8, columns: columns.len() as u8 };
            let dims = |first: &[i64], second: &[i64]| [batch, first, second].concat();
            let size = |dims: &[i64]| dims.iter().product::<i64>() as usize;
            let (x, y, z) = (dims(rows, inner), dims(inner, columns), dims(rows, columns));
            let (left, right, result) = (source_layouts(&x), source_layouts(&y), layouts(&z));
            for i in 0..left.len() * right.len() {
                let a = Tensor::new(dtype, left[i % left.len()].1).filled(|i| value(dtype, i));
                let b = Tensor::new(dtype, right[i / left.len()].1).filled(|i| value(dtype, i + 5));
                let c = Tensor::new(dtype, result[i % result.len()].1).filled(|_| 3.0);
                check_product(&op, dtype, 1.0, [&a, &b, &c], [rows, inner, columns].map(size));
            }
        }
    }
}

#[test]
fn products_whose_dimensions_do_not_fit_are_refused() {
    let of = |dims: &[i64]| Tensor::contiguous(DType::F32, dims);
    let op = |rows, inner, columns| Op::Contract { rows, inner, columns };
    let cases: [(Op, [&[i64]; 3], &str); 6] = [
        (op(1, 2, 1), [&[2, 3, 4], &[3, 4, 5], &[2, 6]], "does not give"),
        (op(1, 2, 1), [&[2, 3, 4], &[4, 3, 5], &[2, 5]], "inner dimensions differ"),
        (op(1, 2, 1), [&[7, 2, 3, 4], &[3, 4, 5], &[2, 5]], "batch dimensions differ"),
        (op(1, 1, 1), [&[2], &[2], &[2]], "batch dimensions differ"),
        (op(0, 1, 1), [&[2], &[2, 3], &[3]], "1 to 3 count as one"),
        (op(4, 1, 1), [&[1, 1, 1, 1, 2], &[2, 3], &[1, 1, 1, 1, 3]], "1 to 3 count as one"),
    ];
    for (op, [x, y, z], says) in cases {
        let error = go(&op, &[&of(x), &of(y)], &of(z)).unwrap_err();
        assert!(error.text().contains(says), "{error}");
    }
}

#[test]
fn products_on_several_threads() {
    for &dtype in DType::ALL.iter().filter(|dtype| **dtype != DType::Bool) {
        for (batch, m, k, n) in [(1, 300, 100, 90), (1, 60, 150, 400), (4, 100, 60, 80)] {
            let a = Tensor::contiguous(dtype, &[batch, m, k]).filled(|i| value(dtype, i));
            let b = Tensor::contiguous(dtype, &[batch, k, n]).filled(|i| value(dtype, i + 5));
            let c = Tensor::contiguous(dtype, &[batch, m, n]);
            check_matmul(dtype, 1.0, &a, &b, &c);
        }
    }
    let a = Tensor::contiguous(DType::I32, &[2, 2]);
    let error = go(&Op::Matmul { alpha: 2.0 }, &[&a, &a], &Tensor::contiguous(DType::I32, &[2, 2])).unwrap_err();
    assert_eq!(error.code(), Code::Unsupported);
}

/// A worker of the pool runs its ops alone, everyone else shares them with the workers.
#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    for dtype in [DType::F32, DType::F64, DType::F16] {
        for (m, k, n) in [(300, 1000, 200), (130, 777, 901), (512, 512, 512), (2000, 40, 33)] {
            let a = Tensor::contiguous(dtype, &[m, k]).filled(|i| value(dtype, i) / 3.0);
            let b = Tensor::contiguous(dtype, &[k, n]).filled(|i| value(dtype, i + 5) / 7.0);
            let wide = Tensor::contiguous(dtype, &[m, n]);
            let narrow = [
                Tensor::contiguous(dtype, &[1, k]),
                Tensor::contiguous(dtype, &[m, 1]),
                Tensor::contiguous(dtype, &[1, 1]),
            ];
            let all = || {
                go(&Op::Matmul { alpha: 1.0 }, &[&a, &b], &wide).unwrap();
                for (axes, to) in (1..).zip(&narrow) {
                    go(&Op::Reduce { op: ReduceOp::Sum, axes }, &[&a], to).unwrap();
                }
                let sums: Vec<Vec<u8>> = narrow.iter().map(Tensor::bytes).collect();
                (wide.bytes(), sums)
            };
            let shared = all();
            assert!(shared == ffi_base::pool::install(all).unwrap(), "{dtype} {m} {k} {n}");
        }
    }
}

#[test]
fn random_numbers_are_those_of_the_generator() {
    let (seed, offset) = (0x1234_5678_9abc_def0, u64::MAX - 3);
    let lanes = |counter: u64| philox::philox4x32_10(seed, u128::from(offset) + u128::from(counter));
    for count in [1usize, 2, 3, 5, 1000, 100_001] {
        for &dtype in DType::ALL {
            let wide = dtype == DType::F64 || !dtype.is_float();
            let lane = |i: usize| lanes(i as u64 / 4)[i % 4];
            let pair = |i: usize| {
                let lanes = lanes(i as u64 / 2);
                (lanes[2 * (i % 2)], lanes[2 * (i % 2) + 1])
            };
            let uniform =
                |i: usize| if wide { philox::uniform_wide(pair(i).0, pair(i).1) } else { philox::uniform(lane(i)) };
            let ops = if dtype.is_float() {
                vec![RandomOp::Uniform, RandomOp::Normal]
            } else {
                let (low, high) = match dtype {
                    DType::I64 => (i64::MIN, i64::MAX),
                    DType::I32 => (i64::from(i32::MIN), 1 << 31),
                    DType::U8 => (3, 256),
                    _ => (0, 2),
                };
                vec![RandomOp::Integers { low, high }, RandomOp::Integers { low: 0, high: 2 }]
            };
            for op in ops {
                let to = Tensor::contiguous(dtype, &[count as i64]);
                go(&Op::Random { op, seed, offset }, &[], &to).unwrap();
                for (i, got) in to.values().into_iter().enumerate().take(20_000) {
                    let want = match op {
                        RandomOp::Uniform if wide => uniform(i),
                        RandomOp::Uniform => philox::uniform_of(dtype, lane(i)),
                        RandomOp::Normal => {
                            let both = philox::normal_pair(uniform(i & !1), uniform(i | 1));
                            with_element!(dtype, T => T::from_real(if i % 2 == 0 { both.0 } else { both.1 }).to_real())
                        }
                        RandomOp::Integers { low, high } => {
                            let value = philox::integer(pair(i).0, pair(i).1, low, high);
                            with_element!(dtype, T => T::from_whole(value).to_real())
                        }
                    };
                    assert_eq!(got, want, "{op:?} {dtype} element {i} of {count}");
                }
            }
        }
    }
}
