//! Numbers of one kind made another: casts between registers, halves widened and rounded.
#![forbid(unsafe_code)]

use crate::kernels::Kind;
use crate::level::{self, Task};
use crate::plain::{self, Bit, Plain, typed, typed_mut};
use ffi_backend::dtype::sticky;
use ffi_backend::{DType, Element};
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
        DType::F16 => convert(
            src,
            dst,
            #[inline(always)]
            |bits: u16| widen_f16(bits),
        ),
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
        DType::F16 => convert(
            src,
            dst,
            #[inline(always)]
            |value: f32| round_to_f16(value),
        ),
        _ => convert(
            src,
            dst,
            #[inline(always)]
            |value: f32| round_to_bf16(value),
        ),
    }
}

// Branch-free, so that they vectorise; the f16 pair after Giesen's `half_to_float_fast5` and `float_to_half_fast3_rtne`.

#[inline(always)]
fn widen_f16(bits: u16) -> f32 {
    let bits = u32::from(bits);
    // As an f32 the exponent is short by 127 - 15, also for subnormals: one exact product mends both.
    let value = f32::from_bits((bits & 0x7fff) << 13) * f32::from_bits((254 - 15) << 23);
    let special = if value >= 65536.0 { 255 << 23 } else { 0 };
    f32::from_bits(value.to_bits() | special | (bits & 0x8000) << 16)
}

#[inline(always)]
fn round_to_f16(value: f32) -> u16 {
    let sign = value.to_bits() & 0x8000_0000;
    let bits = value.to_bits() ^ sign;
    let special = if bits > 0x7f80_0000 { 0x7e00 } else { 0x7c00 };
    // Adding 0.5 lets the addition's own rounding make a subnormal of the low bits.
    let subnormal = (f32::from_bits(bits) + 0.5).to_bits().wrapping_sub(0x3f00_0000);
    let normal = bits.wrapping_sub((127 - 15) << 23).wrapping_add(0xfff + (bits >> 13 & 1)) >> 13;
    let result = if bits < 113 << 23 { subnormal } else { normal };
    let result = if bits >= (127 + 16) << 23 { special } else { result };
    (result | sign >> 16) as u16
}

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
    // What floats most often become, in a form that vectorises: `as` to an integer does not yet.
    match (Kind::of(from), to) {
        (Kind::F32, DType::I32) => {
            return convert(
                src,
                dst,
                #[inline(always)]
                |v: f32| plain::truncate(v),
            );
        }
        (Kind::F32, DType::U8) => {
            return convert(
                src,
                dst,
                #[inline(always)]
                |v: f32| plain::truncate(v).clamp(0, 255) as u8,
            );
        }
        (Kind::F32, DType::I64) => {
            return convert(
                src,
                dst,
                #[inline(always)]
                |v: f32| plain::truncate_wide(f64::from(v)),
            );
        }
        (Kind::F64, DType::I64) => {
            return convert(
                src,
                dst,
                #[inline(always)]
                |v: f64| plain::truncate_wide(v),
            );
        }
        _ => {}
    }
    macro_rules! rows {
        ($($kind:ident $S:ty, |$v:ident| $number:expr, $float:expr, $once:expr, $int:expr;)*) => { match Kind::of(from) { $( Kind::$kind => match to {
            DType::F64 => convert(src, dst, #[inline(always)] |$v: $S| $float),
            DType::F32 => convert(src, dst, #[inline(always)] |$v: $S| $number as f32),
            // Through a double that rounds as the value itself would: by way of f32 it would be rounded twice.
            DType::F16 => convert(src, dst, |$v: $S| f16::from_real($once).to_f32()),
            DType::Bf16 => convert(src, dst, |$v: $S| bf16::from_real($once).to_f32()),
            DType::I64 => convert(src, dst, #[inline(always)] |$v: $S| $number as i64),
            DType::I32 => convert(src, dst, #[inline(always)] |$v: $S| $number as i32),
            DType::U8 => convert(src, dst, #[inline(always)] |$v: $S| $number as u8),
            DType::Bool => convert(src, dst, #[inline(always)] |$v: $S| u8::from($int)),
        } ),* } };
    }
    rows! {
        F64 f64, |v| v, v, v, v != 0.0;
        F32 f32, |v| v, f64::from(v), f64::from(v), v != 0.0;
        I64 i64, |v| v, v as f64, sticky(v), v != 0;
        I32 i32, |v| v, f64::from(v), f64::from(v), v != 0;
        U8 u8, |v| v, f64::from(v), f64::from(v), v != 0;
        Bool Bit, |v| v.truth(), f64::from(v.truth()), f64::from(v.truth()), v.truth() != 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_to_halves_once() {
        // Around every tie of bf16's eight digits, where f64 already rounds.
        for whole in (55..62).flat_map(|top| (-3..=3).map(move |hair| (1i64 << top | 1 << (top - 8)) + hair)) {
            for whole in [whole, -whole] {
                let mut got = [0f32];
                cast(DType::I64, DType::Bf16, plain::bytes(&[whole]), plain::bytes_mut(&mut got));
                assert_eq!(got[0], bf16::from_whole(whole).to_f32(), "{whole}");
            }
        }
    }

    #[test]
    fn halves_convert_as_the_crate_half_does() {
        for bits in 0..=u16::MAX {
            let (want, got) = (f16::from_bits(bits).to_f32(), widen_f16(bits));
            assert!(want.to_bits() == got.to_bits() || (want.is_nan() && got.is_nan()), "{bits:#x}");
            let (back, nan) = (round_to_f16(want), want.is_nan());
            assert!(back == bits || (nan && f16::from_bits(back).is_nan()), "{bits:#x} came back as {back:#x}");
        }
        // A stride that is prime meets every exponent and all patterns of low bits.
        for bits in (0..=u32::MAX).step_by(4093) {
            let value = f32::from_bits(bits);
            let (half, brain) = (f16::from_f32(value), bf16::from_f32(value));
            assert!(round_to_f16(value) == half.to_bits() || value.is_nan(), "{value:e}");
            assert!(round_to_bf16(value) == brain.to_bits() || value.is_nan(), "{value:e}");
            assert_eq!(f16::from_bits(round_to_f16(value)).is_nan(), value.is_nan());
            assert_eq!(bf16::from_bits(round_to_bf16(value)).is_nan(), value.is_nan());
            assert_eq!(plain::truncate(value), value as i32);
            assert_eq!(plain::truncate_wide(f64::from(value)), value as i64);
        }
    }
}
