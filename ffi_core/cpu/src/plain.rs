//! Bytes seen as numbers: the one place where memory changes its type.

use half::{bf16, f16};

/// Types for which every bit pattern is a value and no byte is padding.
///
/// # Safety
/// That is so.
pub unsafe trait Plain: Copy + Default + Send + Sync + 'static {}

macro_rules! plain {
    ($($type:ty)*) => {$(
        // SAFETY: integers and floats have no padding and no invalid bit pattern.
        unsafe impl Plain for $type {}
    )*};
}
plain! { u8 u16 u32 u64 i32 i64 f32 f64 f16 bf16 }

/// A bool of a tensor: a byte that is 0 or not. Ours are 0 and 1; in memory that is lent, other bytes are as true.
#[derive(Clone, Copy, Default, Debug)]
#[repr(transparent)]
pub struct Bit(u8);

// SAFETY: a byte by another name.
unsafe impl Plain for Bit {}

impl Bit {
    /// 0 or 1.
    #[inline(always)]
    pub fn truth(self) -> u8 {
        u8::from(self.0 != 0)
    }
    /// As a byte of 0 or 1.
    #[inline(always)]
    pub fn settled(self) -> Bit {
        Bit(self.truth())
    }
}

/// The two of them.
pub const NO: Bit = Bit(0);
/// See [`NO`].
pub const YES: Bit = Bit(1);

impl PartialEq for Bit {
    #[inline(always)]
    fn eq(&self, other: &Bit) -> bool {
        self.truth() == other.truth()
    }
}

impl PartialOrd for Bit {
    #[inline(always)]
    fn partial_cmp(&self, other: &Bit) -> Option<std::cmp::Ordering> {
        self.truth().partial_cmp(&other.truth())
    }
}

/// The bytes as numbers; empty when they are not aligned for them, which no buffer and no scratch is.
#[inline(always)]
pub fn typed<T: Plain>(bytes: &[u8]) -> &[T] {
    let pointer = bytes.as_ptr().cast::<T>();
    debug_assert!(pointer.is_aligned() || bytes.is_empty());
    if !pointer.is_aligned() {
        return &[];
    }
    // SAFETY: aligned (just checked), as many whole `T` as the bytes hold, and `Plain` accepts every bit pattern.
    unsafe { std::slice::from_raw_parts(pointer, bytes.len() / size_of::<T>()) }
}

/// As [`typed`], to write.
#[inline(always)]
pub fn typed_mut<T: Plain>(bytes: &mut [u8]) -> &mut [T] {
    let pointer = bytes.as_mut_ptr().cast::<T>();
    debug_assert!(pointer.is_aligned() || bytes.is_empty());
    if !pointer.is_aligned() {
        return &mut [];
    }
    // SAFETY: aligned (just checked), exclusive like `bytes`, as many whole `T` as they hold; `Plain` has no padding, so
    // the bytes stay initialised.
    unsafe { std::slice::from_raw_parts_mut(pointer, bytes.len() / size_of::<T>()) }
}

/// The numbers as bytes.
#[inline(always)]
pub fn bytes<T: Plain>(values: &[T]) -> &[u8] {
    // SAFETY: `Plain` has no padding, and bytes have no alignment to keep.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// As [`bytes`], to write.
#[inline(always)]
pub fn bytes_mut<T: Plain>(values: &mut [T]) -> &mut [u8] {
    // SAFETY: `Plain` has no padding and accepts every bit pattern that is written.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size_of_val(values)) }
}

/// `value as i32`, in a form that vectorises.
#[inline(always)]
pub fn truncate(value: f32) -> i32 {
    // The largest f32 below 2^31; NaN is made 0, as `as` does.
    let inside = if value < 2_147_483_520.0 { value } else { 2_147_483_520.0 };
    let inside = if inside > -2_147_483_648.0 { inside } else { -2_147_483_648.0 };
    let inside = if value.is_nan() { 0.0 } else { inside };
    // SAFETY: neither NaN nor infinite, and within the range of i32.
    let whole: i32 = unsafe { inside.to_int_unchecked() };
    if value >= 2_147_483_648.0 { i32::MAX } else { whole }
}

/// `value as i64`, in a form that vectorises.
#[inline(always)]
pub fn truncate_wide(value: f64) -> i64 {
    // The largest f64 below 2^63.
    let inside = if value < 9_223_372_036_854_774_784.0 { value } else { 9_223_372_036_854_774_784.0 };
    let inside = if inside > -9_223_372_036_854_775_808.0 { inside } else { -9_223_372_036_854_775_808.0 };
    let inside = if value.is_nan() { 0.0 } else { inside };
    // SAFETY: neither NaN nor infinite, and within the range of i64.
    let whole: i64 = unsafe { inside.to_int_unchecked() };
    if value >= 9_223_372_036_854_775_808.0 { i64::MAX } else { whole }
}
