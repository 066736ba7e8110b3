//! Element types, one row each, and what mixing two of them gives.

use ffi_base::{Error, Result, fail};
use half::{bf16, f16};

/// A bool as it lies in memory: one byte, 0 or 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Truth(pub u8);

impl Truth {
    /// From its byte; anything but 0 is true.
    pub fn from_ne_bytes(bytes: [u8; 1]) -> Truth {
        Truth(u8::from(bytes[0] != 0))
    }
    /// Its byte.
    pub fn to_ne_bytes(self) -> [u8; 1] {
        [self.0]
    }
}

/// What family an element type belongs to; promotion works within and across families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Truth values.
    Bool,
    /// Integers; arithmetic wraps.
    Integer,
    /// Binary floating point.
    Float,
}

/// A Rust type that is the element type of some dtype. The conversions have names of their own, for `f16::from_f64` would mean
/// the `half` crate's inherent function, which rounds some near ties the wrong way.
pub trait Element: Copy + Default + Send + Sync + 'static {
    /// Its dtype.
    const DTYPE: DType;
    /// Rounds, wraps or saturates nothing: exact for all but i64 beyond 2^53.
    fn to_real(self) -> f64;
    /// Rounds to nearest even; integers truncate and saturate, bools are `!= 0`.
    fn from_real(value: f64) -> Self;
    /// Floats truncate and saturate.
    fn to_whole(self) -> i64;
    /// Integers wrap, floats round, bools are `!= 0`.
    fn from_whole(value: i64) -> Self;
    /// From its bytes in memory; too few are zero.
    fn read(bytes: &[u8]) -> Self;
    /// Appends its bytes as in memory.
    fn append_to(self, bytes: &mut Vec<u8>);
}

/// Declares the dtypes: variant, number in C, name, Rust type, family, and the two conversions each way.
macro_rules! dtypes {
    ($( $variant:ident = $number:literal, $name:literal, $type:ty, $family:ident, $doc:literal,
        |$v:ident| $to_f64:expr, |$f:ident| $from_f64:expr, |$w:ident| $to_i64:expr, |$i:ident| $from_i64:expr; )*) => {
        /// An element type. 0 is never one, so that a forgotten argument is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum DType { $( #[doc = $doc] $variant = $number ),* }

        impl DType {
            /// Every dtype.
            pub const ALL: &'static [DType] = &[ $( DType::$variant ),* ];
            /// The name, as in `RT_F32` without its prefix and in lower case.
            pub const fn name(self) -> &'static str { match self { $( DType::$variant => $name ),* } }
            /// What it is.
            pub const fn doc(self) -> &'static str { match self { $( DType::$variant => $doc ),* } }
            /// Bytes of one element.
            pub const fn size(self) -> usize { match self { $( DType::$variant => size_of::<$type>() ),* } }
            /// Its family.
            pub const fn family(self) -> Family { match self { $( DType::$variant => Family::$family ),* } }
            /// The dtype with this number.
            pub const fn from_number(number: i64) -> Option<DType> { match number { $( $number => Some(DType::$variant), )* _ => None } }
        }
        $(
            impl Element for $type {
                const DTYPE: DType = DType::$variant;
                #[inline(always)] fn to_real(self) -> f64 { let $v = self; $to_f64 }
                #[inline(always)] fn from_real($f: f64) -> Self { $from_f64 }
                #[inline(always)] fn to_whole(self) -> i64 { let $w = self; $to_i64 }
                #[inline(always)] fn from_whole($i: i64) -> Self { $from_i64 }
                fn read(bytes: &[u8]) -> Self {
                    let mut own = [0; size_of::<$type>()];
                    own.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                    <$type>::from_ne_bytes(own)
                }
                fn append_to(self, bytes: &mut Vec<u8>) { bytes.extend_from_slice(&self.to_ne_bytes()) }
            }
        )*
        /// Runs an expression with `T` the element type of a dtype: `with_element!(dtype, T => f::<T>(x))`.
        #[macro_export]
        macro_rules! with_element {
            ($dtype:expr, $T:ident => $body:expr) => { match $dtype { $( $crate::DType::$variant => { type $T = $crate::dtype::types::$variant; $body } )* } };
        }
        /// The element types by the names of their dtypes, for [`with_element!`](crate::with_element).
        pub mod types { $( #[doc = $doc] pub type $variant = $crate::dtype::rust::$variant; )* }
        #[doc(hidden)]
        pub mod rust { use super::*; $( pub type $variant = $type; )* }
    };
}

dtypes! {
    F64 = 1, "f64", f64, Float, "IEEE 754 double", |v| v, |f| f, |w| w as i64, |i| i as f64;
    F32 = 2, "f32", f32, Float, "IEEE 754 single, the default float", |v| f64::from(v), |f| f as f32, |w| w as i64, |i| i as f32;
    F16 = 3, "f16", f16, Float, "IEEE 754 half; computed in f32, rounded once", |v| v.to_f64(), |f| f16::from_f32(narrow(f)), |w| w.to_f64() as i64, |i| f16::from_f32(narrow(sticky(i)));
    Bf16 = 4, "bf16", bf16, Float, "bfloat16; computed in f32, rounded once", |v| v.to_f64(), |f| bf16::from_f32(narrow(f)), |w| w.to_f64() as i64, |i| bf16::from_f32(narrow(sticky(i)));
    I64 = 5, "i64", i64, Integer, "64-bit signed integer, the default integer", |v| v as f64, |f| f as i64, |w| w, |i| i;
    I32 = 6, "i32", i32, Integer, "32-bit signed integer", |v| f64::from(v), |f| f as i32, |w| i64::from(w), |i| i as i32;
    U8 = 7, "u8", u8, Integer, "8-bit unsigned integer", |v| f64::from(v), |f| f as u8, |w| i64::from(w), |i| i as u8;
    Bool = 8, "bool", Truth, Bool, "one byte, 0 or 1", |v| f64::from(v.0), |f| Truth(u8::from(f != 0.0)), |w| i64::from(w.0), |i| Truth(u8::from(i != 0));
}

/// An f64 as f32, rounded to odd: rounding that again to half the width gives what rounding once would have given. (Boldo
/// and Melquiond 2008. The `half` crate's own conversions from f64 drop the lower bits, so a near tie goes the wrong way.)
fn narrow(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) == value || value.is_nan() || value.is_infinite() {
        return near;
    }
    let beyond = f64::from(near.abs()) > value.abs();
    f32::from_bits((near.to_bits() - u32::from(beyond)) | 1)
}

/// An integer as f64, for rounding to a half afterwards: below 2^53 exact, above it with one last bit that says "a little more",
/// so that what was a hair above a tie is not taken for the tie.
#[inline]
pub fn sticky(whole: i64) -> f64 {
    if whole.unsigned_abs() < 1 << 53 {
        return whole as f64;
    }
    // At most 53 bits from the first to the last that is set.
    (whole >> 12 << 12 | i64::from(whole & 0xfff != 0) << 11) as f64
}

impl DType {
    /// The number that C sees.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Whether it is a float.
    pub const fn is_float(self) -> bool {
        matches!(self.family(), Family::Float)
    }

    /// What an op of two operands computes in, as the Python array API standard defines it within a family. Across families,
    /// where the standard leaves it open: bool gives way to numbers, integers give way to floats, and f16 with bf16 is f32.
    pub fn promote(self, other: DType) -> DType {
        use DType::{Bf16, F16, F32};
        match (self, other) {
            (F16, Bf16) | (Bf16, F16) => F32,
            _ if self.family() > other.family() => self,
            _ if self.family() < other.family() => other,
            // Within a family the wider one has the smaller number.
            _ => self.min(other),
        }
    }

    /// The float an integer or bool operand becomes in an op that yields fractions: f32. Floats stay.
    pub fn to_float(self) -> DType {
        if self.is_float() { self } else { DType::F32 }
    }

    /// The dtype a sum or product has: integers and bools gather in i64.
    pub fn accumulated(self) -> DType {
        if self.is_float() { self } else { DType::I64 }
    }

    /// Whether it has this number, without wrapping or rounding.
    pub fn holds(self, value: i64) -> bool {
        with_element!(self, T => T::from_whole(value).to_whole() == value)
    }

    /// The dtype with this number, or the reason there is none.
    pub fn parse(number: i64) -> Result<DType> {
        let Some(dtype) = DType::from_number(number) else {
            let names: Vec<String> = DType::ALL.iter().map(|d| format!("{} {}", d.number(), d.name())).collect();
            fail!(InvalidArgument, "{number} is not a dtype; there are {}", names.join(", "));
        };
        Ok(dtype)
    }
}

impl std::fmt::Display for DType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why an op does not take a dtype.
#[cold]
pub fn not_defined_for(op: &str, dtype: DType) -> Error {
    let hint = if dtype == DType::Bool { "; convert to u8 or i64 first" } else { "" };
    ffi_base::error!(DtypeMismatch, "{op} is not defined for {dtype}{hint}")
}

/// A set of dtypes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DTypeSet(u16);

impl DTypeSet {
    /// Those of these families.
    pub const fn of(families: &[Family]) -> DTypeSet {
        let (mut bits, mut i) = (0, 0);
        while i < DType::ALL.len() {
            let dtype = DType::ALL[i];
            let mut j = 0;
            while j < families.len() {
                if dtype.family() as u8 == families[j] as u8 {
                    bits |= 1 << dtype as u8;
                }
                j += 1;
            }
            i += 1;
        }
        DTypeSet(bits)
    }

    /// Whether a dtype is in it.
    pub const fn has(self, dtype: DType) -> bool {
        self.0 >> dtype as u8 & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DType::*;

    #[test]
    fn promotion_is_symmetric_and_as_documented() {
        for &a in DType::ALL {
            assert_eq!(a.promote(a), a);
            for &b in DType::ALL {
                assert_eq!(a.promote(b), b.promote(a));
            }
        }
        let table = [
            (U8, I32, I32),
            (U8, I64, I64),
            (I32, I64, I64),
            (F16, F32, F32),
            (Bf16, F64, F64),
            (F16, Bf16, F32),
            (I64, F16, F16),
            (Bool, U8, U8),
            (Bool, Bf16, Bf16),
        ];
        for (a, b, want) in table {
            assert_eq!(a.promote(b), want, "{a} with {b}");
        }
    }

    #[test]
    fn conversions_saturate_wrap_and_round_as_documented() {
        assert_eq!((u8::from_real(300.0), u8::from_real(-1.0), i32::from_real(f64::NAN)), (255, 0, 0));
        assert_eq!((u8::from_whole(257), i32::from_whole(1 << 32)), (1, 0));
        assert_eq!((Truth::from_real(0.5), Truth::from_whole(-3)), (Truth(1), Truth(1)));
        assert_eq!(<f16 as Element>::from_real(65520.0).to_f64(), f64::INFINITY);
        assert_eq!(<bf16 as Element>::from_real(f64::MAX).to_f64(), f64::INFINITY);
        // A hair above a tie rounds up, at the tie to even, whatever lies below the f32's last bit.
        for hair in [1e-9, 1e-15] {
            assert_eq!(<bf16 as Element>::from_real(1.0 + 1.0 / 256.0 + hair).to_f64(), 1.0 + 1.0 / 128.0);
            assert_eq!(<f16 as Element>::from_real(1.0 + 1.0 / 2048.0 + hair).to_f64(), 1.0 + 1.0 / 1024.0);
        }
        assert_eq!(<bf16 as Element>::from_real(1.0 + 1.0 / 256.0).to_f64(), 1.0);
        // The same of integers that no f64 holds.
        let (tie, up) = (1i64 << 62 | 1 << 54, (1i64 << 62 | 1 << 55) as f64);
        for (whole, want) in
            [(tie, (1i64 << 62) as f64), (tie + 1, up), (tie - 1, (1i64 << 62) as f64), (-tie - 1, -up)]
        {
            assert_eq!(<bf16 as Element>::from_whole(whole).to_f64(), want, "{whole}");
        }
        assert_eq!((sticky(i64::MIN), sticky(1 << 53), sticky(-5)), (i64::MIN as f64, (1i64 << 53) as f64, -5.0));
        assert!(U8.holds(255) && !U8.holds(256) && !U8.holds(-1) && !Bool.holds(2) && I64.holds(i64::MIN));
        assert!(DType::parse(0).is_err() && DType::parse(9).is_err());
    }
}
