//! Memory of the host under tensors, holding what the library never would: bools of any byte, indices that change at work.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "common/tensor.rs"]
mod tensor;

use ffi_base::{Code, last_error};
use ffi_core::rows::{autograd, data, index, interchange, order, reduce, shape, transfer};
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::thread::ThreadId;
use tensor::{BOOL, DEFAULT, F32, I32, I64, T, U8, leak_free};

/// A tensor over memory that outlives it.
fn lend<E>(data: *mut E, count: i64, dtype: i64) -> T {
    // SAFETY: the tests pass as many elements as they say, and nothing is to be released.
    T::new(unsafe {
        interchange::tensor_from_external(data.cast(), [count].as_ptr(), 1, dtype, DEFAULT, null(), null_mut())
    })
}

/// As many as are gathered by blocks, by rows and one by one.
#[test]
fn bools_of_any_byte_are_true_or_false() {
    leak_free(|| {
        for repeats in [1usize, 40, 9000] {
            let mut bytes = [2u8, 0, 255, 0, 1].repeat(repeats);
            let (count, trues) = (bytes.len() as i64, 3.0 * repeats as f64);
            let mask = lend(bytes.as_mut_ptr(), count, BOOL);
            // SAFETY: handles may be anything.
            unsafe {
                let found = T::new(index::tensor_nonzero(mask.0));
                assert_eq!((found.dims()[0] as f64, &found.values()[..3]), (trues, &[0.0, 2.0, 4.0][..]));
                let x = T::of(&[5.0, 6.0, 7.0, 8.0, 9.0].repeat(repeats), &[count], F32);
                let kept = T::new(index::tensor_masked_select(x.0, mask.0)).values();
                assert_eq!((kept.len() as f64, &kept[..3]), (trues, &[5.0, 7.0, 9.0][..]));

                assert_eq!(T::new(reduce::sum::sum(mask.0)).values(), [trues]);
                assert_eq!(T::new(reduce::prod::prod(mask.0)).values(), [0.0]);
                assert_eq!(T::new(reduce::mean::mean(mask.0)).values(), [f64::from((trues / count as f64) as f32)]);
                // Three of them are alike: the first is the largest.
                assert_eq!(T::new(reduce::argmax::argmax(mask.0)).values(), [0.0]);
                assert_eq!(T::new(reduce::argmin::argmin(mask.0)).values(), [1.0]);
                for (largest, want) in
                    [(T::new(reduce::max::max(mask.0)), 1.0), (T::new(reduce::min::min(mask.0)), 0.0)]
                {
                    assert_eq!((largest.values(), transfer::tensor_item_i64(largest.0)), (vec![want], want as i64));
                }
                assert_eq!(T::new(order::tensor_cumsum(mask.0, 0)).values()[..5], [1.0, 1.0, 2.0, 2.0, 3.0]);
                let sorted = T::new(order::tensor_argsort(mask.0, 0, 1)).values();
                assert_eq!(sorted[..3], [0.0, 2.0, 4.0]);
                for dtype in [F32, I64, I32, U8] {
                    let numbers = T::new(transfer::tensor_to_dtype(mask.0, dtype));
                    assert_eq!(numbers.values()[..5], [1.0, 0.0, 1.0, 0.0, 1.0], "dtype {dtype}");
                }
                // Side by side, so that rows are added.
                let dims = [count / 5, 5];
                let square = T::new(shape::tensor_reshape(mask.0, dims.as_ptr(), 2));
                let columns = T::new(reduce::sum::sum_dims(square.0, [0i64].as_ptr(), 1, 0));
                assert_eq!(columns.values(), [1.0, 0.0, 1.0, 0.0, 1.0].map(|bit| bit * repeats as f64));
            }
        }
    });
}

/// What an index is read as is what is checked, however often another thread writes it: an answer or a refusal, and no element
/// outside is touched.
#[test]
fn indices_that_change_at_work_never_lead_outside() {
    leak_free(|| {
        const COUNT: usize = 4096;
        let places: Vec<AtomicI64> = (0..COUNT as i64).map(|i| AtomicI64::new(i % 8)).collect();
        let stop = AtomicBool::new(false);
        /// Stops the other thread also when the test fails.
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Relaxed);
            }
        }
        std::thread::scope(|scope| {
            let _stop = Stop(&stop);
            scope.spawn(|| {
                let wild = [i64::MAX, i64::MIN, 1 << 61, -(1 << 61), 9, -9];
                for at in (0..COUNT).rev().cycle() {
                    if stop.load(Relaxed) {
                        return;
                    }
                    let before = places[at].swap(wild[at % wild.len()], Relaxed);
                    std::hint::spin_loop();
                    places[at].store(before, Relaxed);
                }
            });
            // Rows of four, so that a place is multiplied on its way to an address.
            let dims = [COUNT as i64 / 4, 4];
            let line = lend(places.as_ptr().cast_mut(), COUNT as i64, I64);
            // SAFETY: a list of two sizes.
            let places = T::new(unsafe { shape::tensor_reshape(line.0, dims.as_ptr(), 2) });
            let x = T::of(&std::array::from_fn::<_, 32, _>(|i| (i / 4) as f64), &[8, 4], F32);
            let ones = T::of(&vec![1.0; COUNT], &dims, F32);
            let (mut answers, mut refusals) = (0, 0);
            for _ in 0..2000 {
                // SAFETY: handles may be anything.
                unsafe {
                    let taken = index::tensor_gather(x.0, 0, places.0);
                    let added = index::tensor_scatter_add(x.0, 0, places.0, ones.0);
                    for (what, result) in [("gather", taken), ("scatter_add", added)] {
                        if result == 0 {
                            let (code, message) = (last_error::code(), last_error::message());
                            assert_eq!(code, Code::InvalidArgument.number(), "{what}: {message}");
                            refusals += 1;
                            continue;
                        }
                        let values = T::new(result).values();
                        let fits = |v: &f64| {
                            if what == "gather" { (0.0..8.0).contains(v) } else { (0.0..=4200.0).contains(v) }
                        };
                        assert!(values.iter().all(fits), "{what}: {values:?}");
                        answers += 1;
                    }
                }
            }
            assert_eq!(answers + refusals, 4000);
        });
    });
}

/// More batches of one row than a loader has ready: its thread waits with the next.
const MANY: i64 = 64;

/// A tensor of so many zeros over memory that outlives it, whose release calls `release` with `user`.
fn lend_until(release: unsafe extern "C" fn(*mut c_void), user: *mut c_void) -> T {
    static NUMBERS: [AtomicI64; MANY as usize] = [const { AtomicI64::new(0) }; MANY as usize];
    let data = NUMBERS.as_ptr().cast_mut().cast();
    // SAFETY: a static, which nobody writes but through tensors; what the pointer is, `release` knows.
    T::new(unsafe {
        interchange::tensor_from_external(data, [MANY].as_ptr(), 1, F32, DEFAULT, release as *const _, user)
    })
}

unsafe extern "C" fn forget_gradient(leaf: *mut c_void) {
    // SAFETY: a handle may be anything.
    unsafe { autograd::tensor_zero_grad(leaf.addr() as i64) };
}

/// The gradient of before ends outside every lock: its owner may call back for the very tensor.
#[test]
fn a_gradient_that_is_replaced_may_call_its_owner() {
    leak_free(|| {
        let x = T::of(&[1.0; MANY as usize], &[MANY], F32);
        // SAFETY: handles may be anything.
        unsafe {
            assert_eq!(autograd::tensor_set_requires_grad(x.0, 1), 0);
            let lent = lend_until(forget_gradient, std::ptr::without_provenance_mut(x.0 as usize));
            assert_eq!(autograd::tensor_set_grad(x.0, lent.0), 0);
            drop(lent);
            let sum = T::new(reduce::sum::sum(x.0));
            assert_eq!(autograd::tensor_backward(sum.0), 0);
            assert_eq!(autograd::tensor_grad(x.0), 0, "its owner has forgotten the new one");
        }
    });
}

unsafe extern "C" fn note_thread(place: *mut c_void) {
    // SAFETY: the test passes a place that outlives the memory.
    *unsafe { &*place.cast::<Mutex<Option<ThreadId>>>() }.lock().unwrap() = Some(std::thread::current().id());
}

/// A loader's thread never releases the memory of its dataset: whoever frees the loader waits for it, with what locks it holds.
#[test]
fn a_loader_releases_lent_memory_on_the_thread_that_frees_it() {
    leak_free(|| {
        for _ in 0..20 {
            let place: Mutex<Option<ThreadId>> = Mutex::new(None);
            let lent = lend_until(note_thread, (&raw const place).cast_mut().cast());
            // SAFETY: handles may be anything, the places are real.
            unsafe {
                let rows = data::dataset_from_tensors(lent.0, lent.0);
                let loader = data::dataloader_new(rows, 1, 0, 0, 0);
                let (mut inputs, mut targets) = (0, 0);
                assert_eq!(data::dataloader_next(loader, &raw mut inputs, &raw mut targets), 1);
                drop((T::new(inputs), T::new(targets), lent));
                assert_eq!((data::dataset_free(rows), data::dataloader_free(loader)), (0, 0));
            }
            assert_eq!(*place.lock().unwrap(), Some(std::thread::current().id()));
        }
    });
}
