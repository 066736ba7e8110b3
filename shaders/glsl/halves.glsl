// Conversions of 16-bit floats in integer arithmetic: the packing built-ins may round either way, these round to nearest even.
float f16_to_f32(uint h) {
    uint sign = (h & 0x8000u) << 16, magnitude = h & 0x7fffu;
    if (magnitude >= 0x7c00u) return uintBitsToFloat(sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13));
    // A subnormal half is its integer times 2^-24, exactly.
    if (magnitude < 0x400u) return uintBitsToFloat(sign | floatBitsToUint(float(magnitude) * 5.9604644775390625e-8));
    return uintBitsToFloat(sign | ((magnitude << 13) + 0x38000000u));
}

uint f32_to_f16(float x) {
    uint bits = floatBitsToUint(x), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return sign | 0x7e00u;
    // 65520 and above round to infinity.
    if (magnitude >= 0x477ff000u) return sign | 0x7c00u;
    if (magnitude < 0x38800000u) {
        // Subnormal: the significand with its hidden bit, shifted to units of 2^-24.
        uint exponent = magnitude >> 23;
        if (exponent < 102u) return sign;
        uint significand = (magnitude & 0x7fffffu) | 0x800000u, shift = 126u - exponent;
        uint kept = significand >> shift, rest = significand & ((1u << shift) - 1u), half_way = 1u << (shift - 1u);
        return sign | (kept + uint(rest > half_way || (rest == half_way && (kept & 1u) != 0u)));
    }
    uint kept = (magnitude - 0x38000000u) >> 13, rest = magnitude & 0x1fffu;
    return sign | (kept + uint(rest > 0x1000u || (rest == 0x1000u && (kept & 1u) != 0u)));
}

uint f32_to_bf16(float x) {
    uint bits = floatBitsToUint(x);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (bits >> 16) | 0x40u;
    return (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}
