//! Tensors through the C symbols, as a program uses them: shapes, dtypes, views, numbers, memory, errors.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "common/tensor.rs"]
mod tensor;

use ffi_base::{Code, last_error};
use ffi_core::rows::{create, elementwise as ops, error, handle, join, order, reduce, shape, transfer};
use std::ffi::CStr;
use tensor::{BOOL, DEFAULT, F32, F64, I32, I64, T, U8, leak_free, refused};

#[test]
fn creation_fills_as_it_says() {
    leak_free(|| {
        // SAFETY: numbers, and pointers to slices of the stated lengths.
        unsafe {
            assert_eq!(T::new(create::zeros_nd::_2d(2, 3, F32, DEFAULT)).values(), [0.0; 6]);
            assert_eq!(T::new(create::ones_nd::_1d(3, BOOL, DEFAULT)).values(), [1.0; 3]);
            assert_eq!(
                T::new(create::tensor_full([2i64].as_ptr(), 1, 300.7, U8, DEFAULT)).values(),
                [255.0; 2],
                "saturates"
            );
            assert_eq!(T::new(create::tensor_arange(5.0, 0.0, -2.0, F32, DEFAULT)).values(), [5.0, 3.0, 1.0]);
            assert_eq!(T::new(create::tensor_arange_i64(i64::MAX - 1, i64::MAX, 1, I64, DEFAULT)).dims(), [1]);
            assert_eq!(
                T::new(create::tensor_linspace(0.0, 1.0, 5, F64, DEFAULT)).values(),
                [0.0, 0.25, 0.5, 0.75, 1.0]
            );
            assert_eq!(T::new(create::tensor_linspace(2.0, 9.0, 1, F64, DEFAULT)).values(), [2.0]);
            assert_eq!(T::new(create::tensor_eye(2, 3, I32, DEFAULT)).values(), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
            assert_eq!(T::new(create::tensor_eye(0, 3, I32, DEFAULT)).dims(), [0, 3]);
            refused(create::tensor_arange(0.0, 1.0, 0.0, F32, DEFAULT), Code::InvalidArgument, "no finite range");
            refused(create::tensor_arange(0.0, f64::NAN, 1.0, F32, DEFAULT), Code::InvalidArgument, "no finite range");
            refused(create::zeros_nd::_2d(2, -3, F32, DEFAULT), Code::InvalidArgument, "-3");
            refused(create::zeros_nd::_1d(3, 0, DEFAULT), Code::InvalidArgument, "0 is not a dtype");
            refused(
                create::zeros_nd::_1d(3, F32, 0),
                Code::InvalidHandle,
                "0 is not a live device: 0 means none; look at the call that should have made it",
            );
            refused(create::zeros_nd::_1d(1 << 58, F32, DEFAULT), Code::OutOfMemory, "");
            refused(create::zeros_nd::_3d(1 << 40, 1 << 40, 1, F32, DEFAULT), Code::InvalidArgument, "memory");
        }
    });
}

#[test]
fn numbers_between_ends_of_any_size_and_ranges_of_any_length() {
    leak_free(|| {
        // SAFETY: numbers alone.
        unsafe {
            let whole = T::new(create::tensor_linspace(-f64::MAX, f64::MAX, 5, F64, DEFAULT)).values();
            assert!(whole.iter().all(|v| v.is_finite()) && whole.is_sorted(), "{whole:?}");
            assert_eq!((whole[0], whole[2], whole[4]), (-f64::MAX, 0.0, f64::MAX));
            assert_eq!(
                T::new(create::tensor_linspace(-f64::MAX, f64::MAX, 2, F64, DEFAULT)).values(),
                [-f64::MAX, f64::MAX]
            );
            // Refused by the device at once, before the host has made the first number.
            refused(create::tensor_arange_i64(0, 1 << 55, 1, I64, DEFAULT), Code::OutOfMemory, "");
            refused(create::tensor_arange(0.0, 1e17, 1.0, F32, DEFAULT), Code::OutOfMemory, "");
            // Longer than one part of the host's.
            let long = T::new(create::tensor_arange_i64(5, 3_000_005, 1, I32, DEFAULT)).values();
            assert!(long.iter().enumerate().all(|(i, v)| *v == (i + 5) as f64) && long.len() == 3_000_000);
            let dims = [3i64];
            refused(
                create::tensor_randint(0, 300, dims.as_ptr(), 1, U8, DEFAULT),
                Code::InvalidArgument,
                "[0, 300) do not fit u8",
            );
        }
    });
}

#[test]
fn integer_division_faults_and_bits_and_bounds() {
    leak_free(|| {
        let (a, b) = (T::of(&[7.0, -7.0, 8.0], &[3], I32), T::of(&[2.0, 2.0, -3.0], &[3], I32));
        let (zero, bools) = (T::of(&[2.0, 0.0, 1.0], &[3], I32), T::of(&[1.0, 0.0, 1.0], &[3], BOOL));
        let x = T::of(&[f64::NAN, -4.0, 2.5], &[3], F32);
        // SAFETY: handles may be anything.
        unsafe {
            assert_eq!(T::new(ops::remainder::remainder(a.0, b.0)).values(), [1.0, 1.0, -1.0]);
            assert_eq!(T::new(ops::floor_divide::floor_divide(a.0, b.0)).values(), [3.0, -4.0, -3.0]);
            for handle in [ops::remainder::remainder(a.0, zero.0), ops::remainder::_scalar_i64(a.0, 0)] {
                refused(handle, Code::InvalidArgument, "division by zero, integer divisor");
            }
            refused(ops::floor_divide::_scalar_i64(a.0, 0), Code::InvalidArgument, "division by zero");
            // Numbers that the dtype does not hold: bounds saturate, sums wrap, all else refuses.
            let bytes = T::of(&[0.0, 4.0, 255.0], &[3], U8);
            assert_eq!(T::new(ops::clamp::clamp_i64(bytes.0, -5, 300)).values(), [0.0, 4.0, 255.0]);
            assert_eq!(T::new(ops::clamp::clamp_i64(a.0, i64::MIN, i64::MAX)).values(), [7.0, -7.0, 8.0]);
            assert_eq!(T::new(ops::add::_scalar_i64(bytes.0, 257)).values(), [1.0, 5.0, 0.0]);
            for handle in [ops::floor_divide::_scalar_i64(bytes.0, 256), ops::lt::_scalar_i64(bytes.0, 257)] {
                refused(handle, Code::InvalidArgument, "u8 does not hold 25");
            }
            refused(ops::pow::_scalar_i64(bytes.0, -1), Code::InvalidArgument, "u8 does not hold -1");
            refused(ops::pow::_scalar_i64(a.0, -1), Code::InvalidArgument, "negative exponent");
            assert_eq!(T::new(ops::pow::_scalar_i64(a.0, 3)).values(), [343.0, -343.0, 512.0]);
            // The smallest integer wraps.
            let least = T::new(create::tensor_full_i64([1i64].as_ptr(), 1, i64::MIN, I64, DEFAULT));
            let wrapped = T::new(ops::floor_divide::_scalar_i64(least.0, -1));
            assert_eq!(transfer::tensor_item_i64(wrapped.0), i64::MIN);

            let both = T::new(ops::bitwise_and::bitwise_and(bools.0, bools.0));
            assert_eq!((both.values(), both.dtype()), (vec![1.0, 0.0, 1.0], BOOL));
            assert_eq!(T::new(ops::bitwise_invert::bitwise_invert(bools.0)).values(), [0.0, 1.0, 0.0]);
            assert_eq!(T::new(ops::bitwise_invert::bitwise_invert(a.0)).values(), [-8.0, 6.0, -9.0]);
            assert_eq!(T::new(ops::bitwise_xor::_scalar_i64(a.0, 5)).values(), [2.0, -4.0, 13.0]);
            assert_eq!(
                T::new(ops::bitwise_left_shift::_scalar_i64(a.0, 31)).values(),
                [-2147483648.0, -2147483648.0, 0.0]
            );
            refused(ops::bitwise_or::bitwise_or(x.0, x.0), Code::DtypeMismatch, "bitwise_or is not defined for f32");

            let nan = T::new(ops::isnan::isnan(x.0));
            assert_eq!((nan.values(), nan.dtype()), (vec![1.0, 0.0, 0.0], BOOL));
            assert_eq!(T::new(ops::isfinite::isfinite(a.0)).values(), [1.0; 3]);

            let kept = T::new(ops::clamp::clamp(x.0, -1.0, 2.0)).values();
            assert!(kept[0].is_nan() && kept[1..] == [-1.0, 2.0]);
            assert_eq!(T::new(ops::clamp::clamp(b.0, 5.0, 1.5)).values(), [1.5; 3], "high wins, and fractions are f32");
            let whole = T::new(ops::clamp::clamp_i64(a.0, -1, 7));
            assert_eq!((whole.values(), whole.dtype()), (vec![7.0, -1.0, 7.0], I32));

            let mixed = T::new(ops::lerp::lerp_scalar(a.0, b.0, 0.25));
            assert_eq!((mixed.values(), mixed.dtype()), (vec![5.75, -4.75, 5.25], F32));
            let ends = T::new(ops::lerp::lerp(a.0, b.0, bools.0)).values();
            assert_eq!(ends, [2.0, -7.0, -3.0]);

            assert_eq!(ops::in_place::add::add_scalar_i64(least.0, i64::MAX), 0);
            assert_eq!(transfer::tensor_item_i64(least.0), -1, "exact beyond 2^53");
        }
    });
}

#[test]
fn dtypes_promote_and_results_have_them() {
    leak_free(|| {
        let (i, u, f, b) = (
            T::of(&[1.0, 2.0], &[2], I32),
            T::of(&[3.0, 250.0], &[2], U8),
            T::of(&[0.5, 1.5], &[2], F32),
            T::of(&[0.0, 1.0], &[2], BOOL),
        );
        // SAFETY: handles may be anything.
        unsafe {
            let cases = [
                (i.0, u.0, I32, [4.0, 252.0]),
                (i.0, f.0, F32, [1.5, 3.5]),
                (b.0, i.0, I32, [1.0, 3.0]),
                (u.0, u.0, U8, [6.0, 244.0]),
            ];
            for (x, y, dtype, want) in cases {
                let sum = T::new(ops::add::add(x, y));
                assert_eq!((sum.dtype(), sum.values()), (dtype, want.to_vec()));
            }
            refused(ops::add::add(b.0, b.0), Code::DtypeMismatch, "add is not defined for bool");
            let half = T::new(ops::div::div(i.0, i.0));
            assert_eq!(half.dtype(), F32, "integers divide into fractions");
            let fraction = T::new(ops::mul::_scalar(i.0, 1.5));
            assert_eq!((fraction.dtype(), fraction.values()), (F32, vec![1.5, 3.0]));
            let whole = T::new(ops::mul::_scalar_i64(i.0, 3));
            assert_eq!((whole.dtype(), whole.values()), (I32, vec![3.0, 6.0]));
            let root = T::new(ops::sqrt::sqrt(T::of(&[4.0, 9.0], &[2], I64).0));
            assert_eq!((root.dtype(), root.values()), (F32, vec![2.0, 3.0]));
            let both = T::new(ops::logical_and::logical_and(i.0, b.0));
            assert_eq!((both.dtype(), both.values()), (BOOL, vec![0.0, 1.0]));
            assert_eq!(
                T::new(reduce::sum::sum(T::of(&[200.0, 100.0], &[2], U8).0)).values(),
                [300.0],
                "sums of u8 gather in i64"
            );
            assert_eq!(T::new(reduce::mean::mean(i.0)).values(), [1.5]);
            assert_eq!(T::new(reduce::argmax::argmax(f.0)).dtype(), I64);
        }
    });
}

#[test]
fn shapes_broadcast_and_views_share() {
    leak_free(|| {
        let m = T::of(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[2, 3], F32);
        let row = T::of(&[10.0, 20.0, 30.0], &[3], F32);
        // SAFETY: handles may be anything; pointers are to slices of the stated lengths.
        unsafe {
            assert_eq!(T::new(ops::add::add(m.0, row.0)).values(), [10.0, 21.0, 32.0, 13.0, 24.0, 35.0]);
            refused(ops::add::add(m.0, T::of(&[1.0, 2.0], &[2], F32).0), Code::ShapeMismatch, "[2, 3]");
            let turned = T::new(shape::tensor_transpose(m.0, 0, 1));
            assert_eq!((turned.dims(), turned.values()), (vec![3, 2], vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0]));
            assert_eq!((shape::tensor_is_contiguous(turned.0), shape::tensor_stride(turned.0, -1)), (0, 3));
            assert_eq!(
                T::new(shape::tensor_reshape(turned.0, [-1i64].as_ptr(), 1)).values(),
                [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
            );
            refused(shape::tensor_reshape(m.0, [-1i64, -1].as_ptr(), 2), Code::InvalidArgument, "more than one");
            refused(shape::tensor_reshape(m.0, [4i64].as_ptr(), 1), Code::ShapeMismatch, "[2, 3]");
            let back = T::new(shape::tensor_slice(m.0, 1, -1, i64::MIN, -1));
            assert_eq!(back.values(), [2.0, 1.0, 0.0, 5.0, 4.0, 3.0]);
            assert_eq!(T::new(shape::tensor_slice(m.0, 1, 1, i64::MAX, i64::MAX)).values(), [1.0, 4.0]);
            assert_eq!(T::new(shape::tensor_slice(m.0, 1, i64::MAX, i64::MIN, i64::MIN)).values(), [2.0, 5.0]);
            assert_eq!(T::new(shape::tensor_slice(m.0, 1, 2, 1, 1)).dims(), [2, 0]);
            refused(shape::tensor_slice(m.0, 1, 0, 1, 0), Code::InvalidArgument, "step is 0");
            assert_eq!(T::new(shape::tensor_select(m.0, 0, -1)).values(), [3.0, 4.0, 5.0]);
            let stretched = T::new(shape::tensor_expand(row.0, [2i64, -1].as_ptr(), 2));
            assert_eq!(stretched.dims(), [2, 3]);
            // A view of a view writes through to the memory they share.
            assert_eq!(ops::in_place::mul::mul_scalar(back.0, 2.0), 0);
            assert_eq!(m.values(), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
            assert_eq!(T::new(shape::tensor_unsqueeze(m.0, -1)).dims(), [2, 3, 1]);
            refused(shape::tensor_squeeze(m.0, 0), Code::ShapeMismatch, "size 1");
        }
    });
}

#[test]
fn integer_ranges_end_before_their_end() {
    leak_free(|| {
        let ranges: [(i64, i64, i64, &[f64]); 7] = [
            (0, 5, 2, &[0.0, 2.0, 4.0]),
            (5, -1, -3, &[5.0, 2.0]),
            (0, 4, 2, &[0.0, 2.0]),
            (0, 5, -1, &[]),
            (9, 0, -3, &[9.0, 6.0, 3.0]),
            (5, 5, -2, &[]),
            (8, -1, -2, &[8.0, 6.0, 4.0, 2.0, 0.0]),
        ];
        for (start, end, step, want) in ranges {
            // SAFETY: numbers alone.
            let range = T::new(unsafe { create::tensor_arange_i64(start, end, step, I64, DEFAULT) });
            assert_eq!(range.values(), want, "{start} {end} {step}");
        }
        // SAFETY: numbers alone.
        refused(
            unsafe { create::tensor_arange_i64(i64::MIN, i64::MAX, 1, U8, DEFAULT) },
            Code::InvalidArgument,
            "memory",
        );
    });
}

/// Lists far longer than any rank, over memory that costs the caller nothing, are refused unread.
#[test]
fn long_lists_are_refused_by_their_length() {
    leak_free(|| {
        let x = T::of(&[1.0], &[1], F32);
        let long = vec![0i64; 1 << 20];
        // SAFETY: pointers are to slices of the stated lengths.
        unsafe {
            refused(shape::tensor_permute(x.0, long.as_ptr(), 1 << 20), Code::InvalidArgument, "above 8");
            refused(shape::tensor_reshape(x.0, long.as_ptr(), 1 << 20), Code::InvalidArgument, "above 8");
            refused(reduce::sum::sum_dims(x.0, long.as_ptr(), 1 << 20, 0), Code::InvalidArgument, "above 8");
            assert!(last_error::message().len() < 200);
            let id = i64::from(ffi_core::registry().find(b"rt_call_id").unwrap());
            let (words, mut out) = ([id, 0, 0, 0], 0);
            let called = ffi_core::rows::registry::call_id(id, words.as_ptr(), 4, &raw mut out);
            assert_eq!(called, Code::InvalidArgument.number(), "a call by name does not nest");
        }
    });
}

/// A stretched view takes no memory, so its reductions meet sizes that no allocation has refused before.
#[test]
fn a_view_stretched_beyond_memory_is_refused_where_it_needs_memory() {
    leak_free(|| {
        let one = T::of(&[1.0], &[1], F32);
        // SAFETY: handles may be anything; pointers are to slices of the stated lengths.
        unsafe {
            let wide = T::new(shape::tensor_expand(one.0, [1i64 << 58].as_ptr(), 1));
            refused(reduce::sum::sum(wide.0), Code::InvalidArgument, "rt_tensor_sum");
            refused(reduce::argmax::argmax(wide.0), Code::InvalidArgument, "rt_tensor_argmax");
            refused(transfer::tensor_clone(wide.0), Code::OutOfMemory, "rt_tensor_clone");
            refused(ops::exp::exp(wide.0), Code::OutOfMemory, "rt_tensor_exp");
            refused(reduce::tensor_softmax(wide.0, 0), Code::OutOfMemory, "rt_tensor_softmax");
        }
    });
}

#[test]
fn in_place_works_on_overlapping_views_and_keeps_dtypes() {
    leak_free(|| {
        let x = T::of(&[1.0, 2.0, 3.0, 4.0], &[4], F32);
        // SAFETY: handles may be anything.
        unsafe {
            let (low, high) =
                (T::new(shape::tensor_slice(x.0, 0, 0, 3, 1)), T::new(shape::tensor_slice(x.0, 0, 1, 4, 1)));
            assert_eq!(ops::in_place::add::add(high.0, low.0), 0, "{}", last_error::message());
            assert_eq!(x.values(), [1.0, 3.0, 5.0, 7.0], "the source is read before the destination is written");
            let i = T::of(&[1.0, 2.0], &[2], I32);
            assert_eq!(ops::in_place::add::add(i.0, x.0), Code::DtypeMismatch.number());
            assert_eq!(ops::in_place::add::add_scalar(i.0, 2.0), 0);
            assert_eq!(ops::in_place::add::add_scalar(i.0, 0.5), Code::DtypeMismatch.number());
            assert_eq!(i.values(), [3.0, 4.0]);
            assert_eq!(ops::tensor_copy(x.0, T::of(&[9.0], &[1], I64).0), 0);
            assert_eq!(x.values(), [9.0; 4]);
        }
    });
}

#[test]
fn big_integers_never_pass_through_a_double() {
    leak_free(|| {
        let big = (1i64 << 53) + 1;
        // SAFETY: pointers are to slices of the stated lengths.
        unsafe {
            let x = T::new(create::tensor_full_i64([1i64].as_ptr(), 1, big, I64, DEFAULT));
            assert_eq!(transfer::tensor_item_i64(x.0), big);
            assert_eq!(transfer::tensor_item_i64(T::new(ops::add::_scalar_i64(x.0, 2)).0), big + 2);
            let wrapped = T::new(ops::add::_scalar_i64(
                T::new(create::tensor_full_i64([1i64].as_ptr(), 1, i64::MAX, I64, DEFAULT)).0,
                1,
            ));
            assert_eq!(transfer::tensor_item_i64(wrapped.0), i64::MIN, "integers wrap");
        }
    });
}

#[test]
fn item_tells_nan_from_failure() {
    leak_free(|| {
        let nan = T::of(&[f64::NAN], &[], F32);
        // SAFETY: a handle may be anything.
        unsafe {
            error::error_clear();
            assert!(transfer::tensor_item(nan.0).is_nan());
            assert_eq!(last_error::code(), 0);
            assert!(transfer::tensor_item(T::of(&[1.0, 2.0], &[2], F32).0).is_nan());
            assert_eq!(last_error::code(), Code::ShapeMismatch.number());
        }
    });
}

#[test]
fn transfer_checks_counts_and_converts() {
    leak_free(|| {
        let x = T::of(&[1.5, -2.5, 3.0], &[3], F32);
        // SAFETY: buffers have the stated lengths.
        unsafe {
            let mut few = [0f64; 2];
            assert_eq!(transfer::tensor_copy_to(x.0, few.as_mut_ptr().cast(), 2, F64), Code::InvalidArgument.number());
            assert_eq!(few, [0.0; 2], "nothing is written on failure");
            let mut whole = [7i32; 4];
            assert_eq!(transfer::tensor_copy_to(x.0, whole.as_mut_ptr().cast(), 4, I32), 3);
            assert_eq!(whole, [1, -2, 3, 7]);
            assert_eq!(transfer::tensor_copy_from(x.0, [1u8, 0, 255].as_ptr().cast(), 3, BOOL), 0);
            assert_eq!(x.values(), [1.0, 0.0, 1.0], "any byte but 0 is true");
            assert_eq!(
                transfer::tensor_copy_from(x.0, [1f64; 2].as_ptr().cast(), 2, F64),
                Code::ShapeMismatch.number()
            );
            let copy = T::new(transfer::tensor_clone(x.0));
            assert_eq!(ops::in_place::add::add_scalar(x.0, 1.0), 0);
            assert_eq!(copy.values(), [1.0, 0.0, 1.0]);
        }
    });
}

#[test]
fn errors_name_the_function_the_argument_and_the_value() {
    leak_free(|| {
        let x = T::of(&[1.0], &[1], F32);
        // SAFETY: handles may be anything.
        unsafe {
            let copy = handle::retain(x.0);
            assert_eq!(shape::tensor_free(copy), 0);
            assert_eq!(ops::add::add(x.0, copy), 0);
            let message = CStr::from_ptr(error::last_error_message()).to_str().unwrap();
            assert_eq!(message, format!("rt_tensor_add: b: {copy} is not a live tensor: it was freed"));
            assert_eq!(shape::tensor_free(copy), Code::InvalidHandle.number());
            assert_eq!(shape::tensor_free(0), 0);
            let device = shape::tensor_device(x.0);
            assert_eq!(shape::tensor_free(device), Code::InvalidHandle.number(), "a device is no tensor");
            let message = CStr::from_ptr(error::last_error_message()).to_str().unwrap();
            assert_eq!(message, format!("rt_tensor_free: tensor: {device} is not a live tensor: it is a device"));
            let row = T::of(&[1.0, 2.0], &[1, 2], F32);
            assert_eq!(reduce::tensor_matmul(row.0, row.0), 0);
            let message = CStr::from_ptr(error::last_error_message()).to_str().unwrap();
            assert_eq!(
                message, "rt_tensor_matmul: inner dimensions differ, lhs [1, 2], rhs [1, 2]",
                "the op is named once"
            );
            assert_eq!((handle::release(device), handle::retain(device)), (0, device), "devices stay");
            assert_eq!(CStr::from_ptr(error::error_name(Code::ShapeMismatch.number())), c"SHAPE_MISMATCH");
        }
    });
}

#[test]
fn lists_of_handles_come_and_go_whole() {
    leak_free(|| {
        let (a, b) = (T::of(&[1.0, 2.0], &[2], F32), T::of(&[3.0], &[1], I64));
        // SAFETY: numbers, and pointers to slices of the stated lengths.
        unsafe {
            let both = T::new(join::tensor_cat([a.0, b.0].as_ptr(), 2, 0));
            assert_eq!((both.values(), both.dtype()), (vec![1.0, 2.0, 3.0], F32));
            refused(join::tensor_cat([a.0, 77].as_ptr(), 2, 0), Code::InvalidHandle, "tensors[1]: 77");
            refused(join::tensor_stack([a.0, b.0].as_ptr(), 2, 0), Code::ShapeMismatch, "tensor 1 of shape [1]");
            refused(join::tensor_cat(std::ptr::null(), 0, 0), Code::InvalidArgument, "no tensors");

            // Asked how many first; then too little room, which makes none; then enough.
            let mut pieces = [0i64; 3];
            assert_eq!(join::tensor_split(both.0, 2, 0, std::ptr::null_mut(), 0), 2);
            let short = join::tensor_split(both.0, 1, 0, pieces.as_mut_ptr(), 2);
            assert_eq!((short, pieces), (Code::InvalidArgument.number(), [0; 3]));
            assert_eq!(join::tensor_chunk(both.0, 2, -1, pieces.as_mut_ptr(), 3), 2);
            assert_eq!((T::new(pieces[0]).values(), T::new(pieces[1]).values()), (vec![1.0, 2.0], vec![3.0]));

            let (mut values, mut places) = (0i64, 0i64);
            assert_eq!(order::tensor_sort(both.0, 0, 1, &raw mut values, &raw mut places), 0);
            assert_eq!((T::new(values).values(), T::new(places).values()), (vec![3.0, 2.0, 1.0], vec![2.0, 1.0, 0.0]));
            assert_eq!(order::tensor_topk(both.0, 1, 0, 0, &raw mut values, &raw mut places), 0);
            assert_eq!((T::new(values).values(), T::new(places).dtype()), (vec![1.0], I64));
            (values, places) = (5, 6);
            // One place for two handles: the first would be lost.
            let same = order::tensor_topk(both.0, 1, 0, 0, &raw mut values, &raw mut values);
            assert_eq!((same, values), (Code::InvalidArgument.number(), 5));
            let none = order::tensor_topk(both.0, 4, 0, 1, &raw mut values, &raw mut places);
            assert_eq!((none, values, places), (Code::InvalidArgument.number(), 5, 6));
            let missing = order::tensor_sort(both.0, 0, 1, &raw mut values, std::ptr::null_mut());
            assert_eq!((missing, values), (Code::NullPointer.number(), 5));
        }
    });
}

#[test]
fn many_threads_share_tensors() {
    leak_free(|| {
        let x = T::of(&vec![0.0; 1000], &[1000], F32);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        // SAFETY: handles may be anything.
                        unsafe { assert_eq!(ops::in_place::add::add_scalar(x.0, 1.0), 0) };
                    }
                });
            }
        });
        assert_eq!(x.values(), vec![2000.0; 1000]);
    });
}
