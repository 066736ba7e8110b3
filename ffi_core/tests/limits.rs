//! What is refused for its size: integers that a dtype does not hold, views that nobody can walk to their end.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "common/tensor.rs"]
mod tensor;

use ffi_base::Code;
use ffi_core::rows::{create, elementwise as ops, index, order, reduce, shape, statistics};
use tensor::{BOOL, DEFAULT, F32, I32, I64, T, U8, failed, leak_free, refused};

#[test]
fn an_integer_that_the_dtype_does_not_hold_is_refused_and_writes_nothing() {
    leak_free(|| {
        let dims = [2i64];
        for (dtype, name, number) in [(U8, "u8", 256), (U8, "u8", -1), (I32, "i32", 1 << 31), (I32, "i32", i64::MIN)] {
            let x = T::of(&[3.0, 4.0], &dims, dtype);
            let mask = T::of(&[0.0, 1.0], &dims, BOOL);
            let words = format!("{name} does not hold {number}");
            // SAFETY: a list of one size; handles may be anything.
            unsafe {
                refused(
                    create::tensor_full_i64(dims.as_ptr(), 1, number, dtype, DEFAULT),
                    Code::InvalidArgument,
                    &words,
                );
                refused(create::tensor_full_like_i64(x.0, number), Code::InvalidArgument, &words);
                refused(index::tensor_masked_fill_i64(x.0, mask.0, number), Code::InvalidArgument, &words);
                failed(index::in_place::tensor_masked_fill_i64(x.0, mask.0, number), Code::InvalidArgument, &words);
                failed(ops::tensor_fill_i64(x.0, number), Code::InvalidArgument, &words);
            }
            assert_eq!(x.values(), [3.0, 4.0]);
        }
        // SAFETY: as above.
        unsafe {
            // A bool is true of every number but 0, a float is the nearest.
            assert_eq!(T::new(create::tensor_full_i64(dims.as_ptr(), 1, 300, BOOL, DEFAULT)).values(), [1.0; 2]);
            let near = T::new(create::tensor_full_i64(dims.as_ptr(), 1, i64::MAX, F32, DEFAULT));
            assert_eq!(near.values(), [9_223_372_036_854_775_808.0; 2]);
            assert_eq!(T::new(create::tensor_full_i64(dims.as_ptr(), 1, 255, U8, DEFAULT)).values(), [255.0; 2]);
        }
    });
}

/// Each of these would run for days, some of them under a lock.
#[test]
fn views_stretched_beyond_every_memory_are_refused() {
    leak_free(|| {
        const FAR: i64 = 1 << 50;
        let stretched = |x: &T| {
            // SAFETY: a list of one size; handles may be anything.
            T::new(unsafe { shape::tensor_expand(x.0, [FAR].as_ptr(), 1) })
        };
        let (one, zero) = (T::of(&[1.0], &[1], F32), T::of(&[0.0], &[1], I64));
        let (values, places) = (stretched(&one), stretched(&zero));
        let x = T::of(&[1.0, 2.0], &[2], F32);
        let words = "stretched to 1125899906842624 elements";
        let (mut first, mut second) = (5i64, 6i64);
        // SAFETY: handles may be anything; two places for two handles.
        unsafe {
            for status in [
                index::in_place::tensor_index_add(x.0, 0, places.0, values.0),
                index::in_place::tensor_scatter_add(x.0, 0, places.0, values.0),
                index::in_place::tensor_scatter(x.0, 0, places.0, values.0),
                order::tensor_topk(values.0, 1, 0, 1, &raw mut first, &raw mut second),
            ] {
                failed(status, Code::InvalidArgument, words);
            }
            assert_eq!((x.values(), first, second), (vec![1.0, 2.0], 5, 6));
            refused(reduce::sum::sum(values.0), Code::InvalidArgument, words);
            refused(reduce::argmax::argmax(values.0), Code::InvalidArgument, words);
            refused(statistics::tensor_dot(values.0, values.0), Code::InvalidArgument, words);
            refused(index::tensor_scatter_add(x.0, 0, places.0, values.0), Code::InvalidArgument, words);
            // Where the result itself would be as long, there is no memory for it.
            for handle in [index::tensor_gather(x.0, 0, places.0), order::tensor_cumsum(values.0, 0)] {
                assert_eq!(handle, 0);
            }
            // What is only long is walked.
            let long = T::new(shape::tensor_expand(one.0, [1i64 << 20].as_ptr(), 1));
            assert_eq!(T::new(reduce::sum::sum(long.0)).values(), [1_048_576.0]);
        }
    });
}
