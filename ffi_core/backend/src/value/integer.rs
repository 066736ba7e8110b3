//! Integers that wrap.

use super::{Num, Whole};
use std::num::Wrapping;

macro_rules! wrapping {
    ($($type:ident)*) => {$(
        impl Num for Wrapping<$type> {
            type Mask = bool;
            #[inline(always)]
            fn of(value: f64) -> Self { Wrapping(value as $type) }
            #[inline(always)]
            fn lt(self, other: Self) -> bool { self.0 < other.0 }
            #[inline(always)]
            fn le(self, other: Self) -> bool { self.0 <= other.0 }
            #[inline(always)]
            fn eq(self, other: Self) -> bool { self.0 == other.0 }
            #[inline(always)]
            fn is_nan(self) -> bool { false }
            #[inline(always)]
            fn is_infinite(self) -> bool { false }
            #[inline(always)]
            fn floor(self) -> Self { self }
            #[inline(always)]
            fn ceil(self) -> Self { self }
            #[inline(always)]
            fn round(self) -> Self { self }
            #[inline(always)]
            fn trunc(self) -> Self { self }
            #[inline]
            fn power(self, exponent: Self) -> Self {
                let (mut base, mut rest, mut power) = (self, exponent.0, Wrapping(1));
                if rest < <$type>::default() {
                    let odd = rest & 1 != 0;
                    return if base.0 == 1 || base == -Wrapping(1) { if odd { base } else { power } } else { Wrapping(0) };
                }
                while rest != 0 {
                    if rest & 1 != 0 {
                        power *= base;
                    }
                    base *= base;
                    rest >>= 1;
                }
                power
            }
            #[inline(always)]
            fn remainder(self, divisor: Self) -> Self {
                let (b, zero) = (divisor.0, <$type>::default());
                if b == zero {
                    return Wrapping(zero);
                }
                let left = self.0.wrapping_rem(b);
                Wrapping(if left != zero && (left < zero) != (b < zero) { left.wrapping_add(b) } else { left })
            }
            #[inline(always)]
            fn floor_divide(self, divisor: Self) -> Self {
                let (a, b, zero) = (self.0, divisor.0, <$type>::default());
                if b == zero {
                    return Wrapping(zero);
                }
                let (whole, left) = (a.wrapping_div(b), a.wrapping_rem(b));
                Wrapping(if left != zero && (left < zero) != (b < zero) { whole.wrapping_sub(1) } else { whole })
            }
            #[inline(always)]
            fn log_or_zero(self) -> Self { Wrapping(0) }
            #[inline(always)]
            fn select(mask: bool, yes: Self, no: Self) -> Self { if mask { yes } else { no } }
        }

        impl Whole for Wrapping<$type> {
            #[inline(always)]
            fn and(self, other: Self) -> Self { self & other }
            #[inline(always)]
            fn or(self, other: Self) -> Self { self | other }
            #[inline(always)]
            fn xor(self, other: Self) -> Self { self ^ other }
            #[inline(always)]
            fn invert(self) -> Self { !self }
            // A negative count is a large one as `as` gives it, for these types extend their sign to u64.
            #[inline(always)]
            fn shift_left(self, count: Self) -> Self {
                let out = count.0 as u64 >= u64::from(<$type>::BITS);
                Wrapping(if out { 0 } else { self.0.wrapping_shl(count.0 as u32) })
            }
            #[inline(always)]
            fn shift_right(self, count: Self) -> Self {
                let out = count.0 as u64 >= u64::from(<$type>::BITS);
                // All but the sign out, then the sign too: unsigned ones have none.
                Wrapping(if out { self.0 >> (<$type>::BITS - 1) >> 1 } else { self.0.wrapping_shr(count.0 as u32) })
            }
        }
    )*};
}
wrapping! { i64 i32 u8 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_of_integer_arithmetic() {
        let w = Wrapping::<i64>;
        assert_eq!((w(i64::MIN).floor_divide(w(-1)), w(i64::MIN).remainder(w(-1))), (w(i64::MIN), w(0)));
        for (a, b, whole, left) in [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, -3, -2, 0)] {
            assert_eq!((w(a).floor_divide(w(b)), w(a).remainder(w(b))), (w(whole), w(left)), "{a} by {b}");
        }
        assert_eq!(
            (w(3).power(w(4)), w(2).power(w(64)), w(3).power(w(41))),
            (w(81), w(0), w(-420_491_770_248_316_829))
        );
        assert_eq!(
            (w(-1).power(w(-3)), w(-1).power(w(-2)), w(1).power(w(-9)), w(0).power(w(0))),
            (w(-1), w(1), w(1), w(1))
        );
        assert_eq!((w(1).shift_left(w(63)), w(1).shift_left(w(64)), w(1).shift_left(w(-1))), (w(i64::MIN), w(0), w(0)));
        assert_eq!((w(-8).shift_right(w(1)), w(-8).shift_right(w(99)), w(8).shift_right(w(-1))), (w(-4), w(-1), w(0)));
        let b = Wrapping::<u8>;
        assert_eq!((b(255).shift_right(b(9)), b(255).shift_left(b(4)), b(5).invert()), (b(0), b(240), b(250)));
    }
}
