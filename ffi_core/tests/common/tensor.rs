//! A tensor behind its handle, made and read through the C symbols, and tests that leave no handle behind.
#![allow(dead_code, reason = "each test uses some of it")]

use ffi_backend::DType;
use ffi_base::{Code, last_error};
use ffi_core::rows::{create, handle, shape, transfer};
use std::sync::Mutex;

pub const DEFAULT: i64 = 1;
pub const F64: i64 = DType::F64.number();
pub const F32: i64 = DType::F32.number();
pub const I64: i64 = DType::I64.number();
pub const I32: i64 = DType::I32.number();
pub const U8: i64 = DType::U8.number();
pub const BOOL: i64 = DType::Bool.number();

/// Live handles are counted per process, so the tests here take turns.
static TURN: Mutex<()> = Mutex::new(());

/// Runs a test and checks that it left no handle behind.
pub fn leak_free(test: impl FnOnce()) {
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // SAFETY: numbers alone.
    let before = unsafe { handle::handle_live(0) };
    test();
    // SAFETY: numbers alone.
    assert_eq!(unsafe { handle::handle_live(0) }, before, "a handle leaked");
}

/// A handle that frees itself and fails loudly when it is none.
pub struct T(pub i64);
impl T {
    #[track_caller]
    pub fn new(handle: i64) -> T {
        assert!(handle > 0, "{}", last_error::message());
        T(handle)
    }
    #[track_caller]
    pub fn of(values: &[f64], dims: &[i64], dtype: i64) -> T {
        // SAFETY: the pointers are to slices of these lengths.
        unsafe {
            let wide = T::new(create::tensor_from_data(
                values.as_ptr().cast(),
                values.len() as i64,
                dims.as_ptr(),
                dims.len() as i64,
                F64,
                DEFAULT,
            ));
            T::new(transfer::tensor_to_dtype(wide.0, dtype))
        }
    }
    #[track_caller]
    pub fn values(&self) -> Vec<f64> {
        // SAFETY: the buffer has as many elements as it says.
        unsafe {
            let mut out = vec![0f64; shape::tensor_numel(self.0) as usize];
            assert_eq!(
                transfer::tensor_copy_to(self.0, out.as_mut_ptr().cast(), out.len() as i64, F64),
                out.len() as i64,
                "{}",
                last_error::message()
            );
            out
        }
    }
    pub fn dims(&self) -> Vec<i64> {
        let mut out = [0; 8];
        // SAFETY: eight elements, as stated.
        let rank = unsafe { shape::tensor_shape(self.0, out.as_mut_ptr(), 8) };
        out[..rank as usize].to_vec()
    }
    pub fn dtype(&self) -> i64 {
        // SAFETY: a handle may be anything.
        unsafe { shape::tensor_dtype(self.0) }
    }
}
impl Drop for T {
    fn drop(&mut self) {
        // SAFETY: a handle may be anything.
        assert_eq!(unsafe { shape::tensor_free(self.0) }, 0);
    }
}

#[track_caller]
pub fn refused(handle: i64, code: Code, words: &str) {
    assert_eq!((handle, last_error::code()), (0, code.number()), "{}", last_error::message());
    assert!(last_error::message().contains(words), "{:?} does not say {words:?}", last_error::message());
}

/// A status of the code, with the words in its message.
#[track_caller]
pub fn failed(status: i64, code: Code, words: &str) {
    assert_eq!((status, last_error::code()), (code.number(), code.number()), "{}", last_error::message());
    assert!(last_error::message().contains(words), "{:?} does not say {words:?}", last_error::message());
}
