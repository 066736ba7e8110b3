// Converts between element types SOURCE and RESULT. 64-bit ones are there in WIDE_INTS and WIDE_FLOATS modules alone.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_control_flow_attributes : enable
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_16bit_storage : require
#if defined(BOUND)
#define ELEMENTS(name, type, align) \
    layout(std430, binding = 0) buffer Results##name { type at[]; } results_##name; \
    layout(std430, binding = 1) buffer Sources##name { type at[]; } sources_##name;
#define RESULTS(name) results_##name
#define SOURCES(name) sources_##name
#else
#define ELEMENTS(name, type, align) layout(buffer_reference, std430, buffer_reference_align = align) buffer name { type at[]; };
#define RESULTS(name) name(push.dst)
#define SOURCES(name) name(push.src[0])
#endif
#if defined(WIDE_INTS)
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
ELEMENTS(Longs, int64_t, 8)
#define INT int64_t
#else
#define INT int
#endif
#if defined(WIDE_FLOATS)
ELEMENTS(Doubles, double, 8)
#define FLOAT double
#else
#define FLOAT float
#endif
#include "numbers.glsl"
#include "halves.glsl"
ELEMENTS(Bytes, uint8_t, 1)
ELEMENTS(Shorts, uint16_t, 2)
ELEMENTS(Ints, int, 4)
ELEMENTS(Singles, float, 4)
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Meta { uint at[40]; };
#include "map_push.glsl"
layout(constant_id = 4) const uint RESULT = DTYPE_F32;
#define SOURCE OP

FLOAT load_float(uint at) {
#if defined(WIDE_FLOATS)
    if (SOURCE == DTYPE_F64) return SOURCES(Doubles).at[at];
#endif
    if (SOURCE == DTYPE_F16) return FLOAT(f16_to_f32(uint(SOURCES(Shorts).at[at])));
    if (SOURCE == DTYPE_BF16) return FLOAT(uintBitsToFloat(uint(SOURCES(Shorts).at[at]) << 16));
    return FLOAT(SOURCES(Singles).at[at]);
}

INT load_int(uint at) {
#if defined(WIDE_INTS)
    if (SOURCE == DTYPE_I64) return SOURCES(Longs).at[at];
#endif
    if (SOURCE == DTYPE_I32) return INT(SOURCES(Ints).at[at]);
    return INT(uint(SOURCES(Bytes).at[at]));
}

// To a float that rounds to 16 bits as the integer itself would: what 24 bits do not hold is left as one sticky bit.
float to_float_sticky(INT x) {
#if defined(WIDE_INTS)
    uint64_t m = x < 0 ? uint64_t(-x) : uint64_t(x);
    uint high = uint(m >> 32), width = high != 0u ? 33u + uint(findMSB(high)) : 1u + uint(findMSB(uint(m)));
    if (m >= uint64_t(1u << 24)) {
        uint64_t unit = uint64_t(1) << (width - 24u), rest = m & (unit - uint64_t(1));
        m = (m - rest) | (rest != uint64_t(0) ? unit : uint64_t(0));
    }
    float y = float(m);
#else
    uint m = x < 0 ? uint(-x) : uint(x);
    if (m >= (1u << 24)) {
        uint unit = 1u << (uint(findMSB(m)) - 23u), rest = m & (unit - 1u);
        m = (m - rest) | (rest != 0u ? unit : 0u);
    }
    float y = float(m);
#endif
    return x < 0 ? -y : y;
}

// Likewise for doubles: rounded towards zero, with what is lost left in the last bit.
float to_float_odd(FLOAT x) {
    float y = float(x);
#if defined(WIDE_FLOATS)
    if (double(y) != x && y == y) {
        uint bits = floatBitsToUint(y);
        if (abs(double(y)) > abs(x)) bits--;
        y = uintBitsToFloat(bits | 1u);
    }
#endif
    return y;
}

void store_float(uint at, FLOAT x) {
    bool nan = !(x >= x);
    switch (RESULT) {
#if defined(WIDE_FLOATS)
    case DTYPE_F64: RESULTS(Doubles).at[at] = x; break;
#endif
    case DTYPE_F16: RESULTS(Shorts).at[at] = uint16_t(f32_to_f16(to_float_odd(x))); break;
    case DTYPE_BF16: RESULTS(Shorts).at[at] = uint16_t(f32_to_bf16(to_float_odd(x))); break;
    case DTYPE_F32: RESULTS(Singles).at[at] = float(x); break;
#if defined(WIDE_INTS)
    case DTYPE_I64:
        RESULTS(Longs).at[at] = nan ? 0l : x >= FLOAT(9223372036854775808.0) ? 0x7fffffffffffffffl
            : x <= FLOAT(-9223372036854775808.0) ? -0x7fffffffffffffffl - 1l : int64_t(x);
        break;
#endif
    case DTYPE_I32:
        RESULTS(Ints).at[at] = nan ? 0 : x >= FLOAT(2147483648.0) ? 2147483647
            : x <= FLOAT(-2147483648.0) ? (-2147483647 - 1) : int(x);
        break;
    case DTYPE_U8: RESULTS(Bytes).at[at] = uint8_t(nan ? 0 : int(clamp(x, FLOAT(0.0), FLOAT(255.0)))); break;
    case DTYPE_BOOL: RESULTS(Bytes).at[at] = uint8_t(x != FLOAT(0.0) ? 1u : 0u); break;
    }
}

void store_int(uint at, INT x) {
    switch (RESULT) {
#if defined(WIDE_FLOATS)
    case DTYPE_F64: RESULTS(Doubles).at[at] = double(x); break;
#endif
    case DTYPE_F16: RESULTS(Shorts).at[at] = uint16_t(f32_to_f16(to_float_sticky(x))); break;
    case DTYPE_BF16: RESULTS(Shorts).at[at] = uint16_t(f32_to_bf16(to_float_sticky(x))); break;
    case DTYPE_F32: RESULTS(Singles).at[at] = float(x); break;
#if defined(WIDE_INTS)
    case DTYPE_I64: RESULTS(Longs).at[at] = x; break;
#endif
    case DTYPE_I32: RESULTS(Ints).at[at] = int(x); break;
    case DTYPE_U8: RESULTS(Bytes).at[at] = uint8_t(uint(x) & 255u); break;
    case DTYPE_BOOL: RESULTS(Bytes).at[at] = uint8_t(x != INT(0) ? 1u : 0u); break;
    }
}

void compute(uint i) {
    uint to = place(0u, i), from = place(1u, i);
    if (SOURCE == DTYPE_F64 || SOURCE == DTYPE_F32 || SOURCE == DTYPE_F16 || SOURCE == DTYPE_BF16)
        store_float(to, load_float(from));
    else store_int(to, load_int(from));
}

void main() { FOR_EACH(compute) }
