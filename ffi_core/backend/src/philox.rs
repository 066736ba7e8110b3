//! Counter-based random numbers, the same on every device: Philox4x32-10 of Salmon, Moraes, Dror and Shaw (SC 2011).
//!
//! Element i of a 32-bit draw uses lane i % 4 of counter `offset + i / 4`; a 64-bit draw uses lanes 2 (i % 2) and the next
//! of counter `offset + i / 2`. The seed is the key.

use crate::dtype::DType;

/// Ten rounds over one counter.
#[inline]
pub fn philox4x32_10(seed: u64, counter: u128) -> [u32; 4] {
    let mut c = [counter as u32, (counter >> 32) as u32, (counter >> 64) as u32, (counter >> 96) as u32];
    let mut k = [seed as u32, (seed >> 32) as u32];
    for _ in 0..10 {
        let (a, b) = (u64::from(c[0]) * 0xD251_1F53, u64::from(c[2]) * 0xCD9E_8D57);
        c = [(b >> 32) as u32 ^ c[1] ^ k[0], b as u32, (a >> 32) as u32 ^ c[3] ^ k[1], a as u32];
        // Weyl sequences: the golden ratio and the square root of three, less one.
        k = [k[0].wrapping_add(0x9E37_79B9), k[1].wrapping_add(0xBB67_AE85)];
    }
    c
}

/// How many counters a draw of `count` elements uses; the next draw starts after them.
pub fn counters(count: u64, wide: bool) -> u64 {
    count.div_ceil(if wide { 2 } else { 4 })
}

/// Uniform in [0, 1) with 24 bits: for f32, and for what a normal is made of.
#[inline]
pub fn uniform(lane: u32) -> f64 {
    f64::from(lane >> 8) * (1.0 / 16_777_216.0)
}

/// Uniform in [0, 1) with as many bits as f16 and bf16 have digits, 11 and 8, from the top of the lane; 24 for f32. More
/// would round, at the upper end to 1.
#[inline]
pub fn uniform_of(dtype: DType, lane: u32) -> f64 {
    match dtype {
        DType::F16 => f64::from(lane >> 21) * (1.0 / 2048.0),
        DType::Bf16 => f64::from(lane >> 24) * (1.0 / 256.0),
        _ => uniform(lane),
    }
}

/// Uniform in [0, 1) with 53 bits.
#[inline]
pub fn uniform_wide(low: u32, high: u32) -> f64 {
    (((u64::from(high) << 32) | u64::from(low)) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// A pair of standard normals from two uniforms in [0, 1), after Box and Muller (1958).
#[inline]
pub fn normal_pair(u: f64, v: f64) -> (f64, f64) {
    let radius = (-2.0 * (1.0 - u).ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * v).sin_cos();
    (radius * cos, radius * sin)
}

/// An integer in [low, high) from 64 bits, by the high half of a product (Lemire 2019); the bias is below 2^-32 for ranges up
/// to 2^32.
#[inline]
pub fn integer(low_lane: u32, high_lane: u32, low: i64, high: i64) -> i64 {
    let bits = (u64::from(high_lane) << 32) | u64::from(low_lane);
    let range = high.wrapping_sub(low) as u64;
    low.wrapping_add(((u128::from(bits) * u128::from(range)) >> 64) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers_of_the_authors() {
        assert_eq!(philox4x32_10(0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox4x32_10(u64::MAX, u128::MAX), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32_10(0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e_85a3_08d3_243f_6a88),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn ends_of_the_ranges() {
        assert_eq!((uniform(0), uniform(u32::MAX) < 1.0, uniform_wide(u32::MAX, u32::MAX) < 1.0), (0.0, true, true));
        for (dtype, most) in
            [(DType::F16, 2047.0 / 2048.0), (DType::Bf16, 255.0 / 256.0), (DType::F32, uniform(u32::MAX))]
        {
            assert_eq!(uniform_of(dtype, u32::MAX), most);
        }
        assert!(normal_pair(1.0 - 1.0 / 16_777_216.0, 0.25).0.is_finite());
        assert_eq!((integer(0, 0, -3, 3), integer(u32::MAX, u32::MAX, -3, 3)), (-3, 2));
        assert_eq!(integer(u32::MAX, u32::MAX, i64::MIN, i64::MAX), i64::MAX - 1);
    }
}
