//! Numbers of one kind made another: casts between registers, halves widened and rounded.
#![forbid(unsafe_code)]

use crate::kernels::Kind;
use crate::level::{self, Task};
use crate::plain::{Plain, typed, typed_mut};
use ffi_backend::{DType, Element, Truth};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

struct Convert<'a, S, D, F> {
    src: &'a [S],
    dst: &'a mut [D],
    f: F,
}

impl<S: Plain, D: Plain, F: Fn(S) -> D> Task for Convert<'_, S, D, F> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        for (dst, src) in self.dst.iter_mut().zip(self.src) {
            *dst = (self.f)(*src);
        }
    }
}

fn convert<S: Plain, D: Plain>(src: &[u8], dst: &mut [u8], f: impl Fn(S) -> D) {
    level::run(Convert { src: typed(src), dst: typed_mut(dst), f });
}

/// Halves to f32. `src` and `dst` are as many numbers.
pub fn widen(dtype: DType, src: &[u8], dst: &mut [u8]) {
    match dtype {
        DType::F16 => {
            let (src, dst) = (typed::<f16>(src), typed_mut::<f32>(dst));
            let len = src.len().min(dst.len());
            src[..len].convert_to_f32_slice(&mut dst[..len]);
        }
        _ => convert(
            src,
            dst,
            #[inline(always)]
            |bits: u16| f32::from_bits(u32::from(bits) << 16),
        ),
    }
}

/// f32 to halves, to nearest even.
pub fn narrow(dtype: DType, src: &[u8], dst: &mut [u8]) {
    match dtype {
        DType::F16 => {
            let (src, dst) = (typed::<f32>(src), typed_mut::<f16>(dst));
            let len = src.len().min(dst.len());
            dst[..len].convert_from_f32_slice(&src[..len]);
        }
        _ => convert(
            src,
            dst,
            #[inline(always)]
            |value: f32| round_to_bf16(value),
        ),
    }
}

/// Branch-free, so that it vectorises.
#[inline(always)]
fn round_to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
    // Rounding could carry a NaN over into infinity; keep it, and quiet.
    (if value.is_nan() { bits >> 16 | 0x40 } else { rounded }) as u16
}

/// Whether a cast between these changes nothing in a register. Rounding to a half is left to the one who writes it when
/// `last` says that the cast is the program's result.
pub fn is_identity(from: DType, to: DType, last: bool) -> bool {
    let half = |dtype| matches!(dtype, DType::F16 | DType::Bf16);
    from == to || (Kind::of(from) == Kind::F32 && Kind::of(to) == Kind::F32 && (last || !half(to)))
}

/// A cast between registers, after the conversions of [`Element`].
pub fn cast(from: DType, to: DType, src: &[u8], dst: &mut [u8]) {
    macro_rules! rows {
        ($($kind:ident $S:ty, |$v:ident| $float:expr, $int:expr;)*) => { match Kind::of(from) { $( Kind::$kind => match to {
            DType::F64 => convert(src, dst, #[inline(always)] |$v: $S| $float),
            DType::F32 => convert(src, dst, #[inline(always)] |$v: $S| $v as f32),
            // Through a double: by way of f32 the value would be rounded twice.
            DType::F16 => convert(src, dst, |$v: $S| f16::from_real($float).to_f32()),
            DType::Bf16 => convert(src, dst, |$v: $S| bf16::from_real($float).to_f32()),
            DType::I64 => convert(src, dst, #[inline(always)] |$v: $S| $v as i64),
            DType::I32 => convert(src, dst, #[inline(always)] |$v: $S| $v as i32),
            DType::U8 => convert(src, dst, #[inline(always)] |$v: $S| $v as u8),
            DType::Bool => convert(src, dst, #[inline(always)] |$v: $S| u8::from($int)),
        } ),* } };
    }
    rows! {
        F64 f64, |v| v, v != 0.0;
        F32 f32, |v| f64::from(v), v != 0.0;
        I64 i64, |v| v as f64, v != 0;
        I32 i32, |v| f64::from(v), v != 0;
        U8 u8, |v| f64::from(v), v != 0;
        Bool u8, |v| Truth(v).to_real(), v != 0;
    }
}
