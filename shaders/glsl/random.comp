// Random numbers by Philox4x32-10, the twin of ffi_backend's philox.rs: an invocation takes one counter and makes the two or four
// elements that it is good for. Floats by type; integers (SIZE) in pairs of words, so that no device lacks them.
#version 460
#extension GL_GOOGLE_include_directive : require
#if defined(SIZE)
#include "elements.glsl"
#define PER 2u
#else
#include "types.glsl"
#include "float_ops.glsl"
#if defined(F64)
#define PER 2u
#else
#define PER 4u
#endif
#endif

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint NORMAL = 0; // 1: normal; else uniform

layout(push_constant) uniform Push {
    uvec2 dst;       // address of the first element
    uvec2 seed;
    uvec2 low;       // integers: the smallest
    uvec2 range;     // integers: how many
    uint counter[3]; // the first, without its highest word, which no draw reaches
    uint count;      // elements
} push;

uvec4 philox(uint number) {
    uint carry;
    uvec4 c = uvec4(uaddCarry(push.counter[0], number, carry), 0u, 0u, 0u);
    c.y = uaddCarry(push.counter[1], carry, carry);
    c.z = push.counter[2] + carry;
    uvec2 k = push.seed;
    for (uint round = 0u; round < 10u; round++) {
        uint a_high, a_low, b_high, b_low;
        umulExtended(c.x, 0xD2511F53u, a_high, a_low);
        umulExtended(c.z, 0xCD9E8D57u, b_high, b_low);
        c = uvec4(b_high ^ c.y ^ k.x, b_low, a_high ^ c.w ^ k.y, a_low);
        k += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return c;
}

#if defined(SIZE)

// The high half of the product with the range, from the smallest on.
uvec2 integer(uint low, uint high) {
    uint unused, p0, p1_high, p1, p2_high, p2, top, p3, carry, more;
    umulExtended(low, push.range.x, p0, unused);
    umulExtended(low, push.range.y, p1_high, p1);
    umulExtended(high, push.range.x, p2_high, p2);
    umulExtended(high, push.range.y, top, p3);
    uaddCarry(uaddCarry(p0, p1, carry), p2, more);
    uint carried = carry + more;
    p3 = uaddCarry(p3, p1_high, carry);
    top += carry;
    p3 = uaddCarry(p3, p2_high, carry);
    top += carry;
    p3 = uaddCarry(p3, carried, carry);
    top += carry;
    p3 = uaddCarry(p3, push.low.x, carry);
    return uvec2(p3, top + push.low.y + carry);
}

void make(uvec4 lanes, out uvec2 made[PER]) {
    made[0] = integer(lanes.x, lanes.y);
    made[1] = integer(lanes.z, lanes.w);
}
#define element_of(value) FROM_BITS(value)
#define MADE uvec2

#elif defined(F64)

double uniform_wide(uint low, uint high) {
    return (double(high) * 2097152.0lf + double(low >> 11)) * 1.1102230246251565e-16lf;
}

// By their series, of what is at most an eighth of a turn.
double series_sin(double r) {
    double q = r * r, y = 1.0lf;
    [[unroll]] for (int n = 18; n > 0; n -= 2) y = 1.0lf - q / double(n * (n + 1)) * y;
    return r * y;
}
double series_cos(double r) {
    double q = r * r, y = 1.0lf;
    [[unroll]] for (int n = 19; n > 0; n -= 2) y = 1.0lf - q / double(n * (n + 1)) * y;
    return y;
}

void make(uvec4 lanes, out double made[PER]) {
    double u = uniform_wide(lanes.x, lanes.y), v = uniform_wide(lanes.z, lanes.w);
    made[0] = u;
    made[1] = v;
    if (NORMAL == 0u) return;
    double radius = sqrt(-2.0lf * log(1.0lf - u));
    // The angle is rounded first, as on the host; then comes off the nearest quarter of a turn, in parts whose products are exact.
    precise double angle = 6.283185307179586477lf * v, quarters = floor(4.0lf * v + 0.5lf);
    precise double r = angle - quarters * 1.57079632673412561417lf;
    r = r - quarters * 6.07710050650619224932e-11lf;
    double s = series_sin(r), c = series_cos(r);
    uint turns = uint(quarters);
    made[0] = radius * ((turns & 1u) == 0u ? c : s) * (((turns + 1u) & 2u) == 0u ? 1.0lf : -1.0lf);
    made[1] = radius * ((turns & 1u) == 0u ? s : c) * ((turns & 2u) == 0u ? 1.0lf : -1.0lf);
}
#define element_of(value) encode(value)
#define MADE double

#else

// As many bits as the type has digits.
float uniform_of(uint lane) {
#if defined(F16)
    return float(lane >> 21) * 4.8828125e-4;
#elif defined(BF16)
    return float(lane >> 24) * 3.90625e-3;
#else
    return float(lane >> 8) * 5.9604644775390625e-8;
#endif
}

// The logarithm of n 2^-24, n from 1 to 2^24. The built-in one may be off by 2^-21 near 1, which is all of what it is there.
float log_of(uint n) {
    uint bits = floatBitsToUint(float(n)), exponent = (bits >> 23) - 127u;
    float m = uintBitsToFloat((bits & 0x7fffffu) | 0x3f800000u), k = float(exponent) - 24.0;
    if (m > 1.41421356) {
        m *= 0.5;
        k += 1.0;
    }
    // 2 artanh; the first part of ln(2) has few digits, so that its product is exact.
    float s = (m - 1.0) / (m + 1.0), q = s * s;
    float y = s * q * (0.666666667 + q * (0.4 + q * (0.285714286 + q * (0.222222222 + q * 0.181818182))));
    return k * 0.693359375 + (2.0 * s + (y - k * 2.12194440e-4));
}

// After Box and Muller.
vec2 normal_pair(uint a, uint b) {
    float radius = sqrt(-2.0 * log_of(0x1000000u - (a >> 8)));
    // In turns, where the nearest quarter is found without rounding.
    uint v = b >> 8, turns = (v + 0x200000u) >> 22;
    float r = float(int(v - (turns << 22))) * 3.74507028e-7, s = near_sin(r), c = near_cos(r);
    vec2 both = (turns & 1u) == 0u ? vec2(c, s) : vec2(s, c);
    if (((turns + 1u) & 2u) != 0u) both.x = -both.x;
    if ((turns & 2u) != 0u) both.y = -both.y;
    return radius * both;
}

void make(uvec4 lanes, out float made[PER]) {
    if (NORMAL == 0u) {
        [[unroll]] for (uint i = 0u; i < PER; i++) made[i] = uniform_of(lanes[i]);
        return;
    }
    vec2 first = normal_pair(lanes.x, lanes.y), second = normal_pair(lanes.z, lanes.w);
    made[0] = first.x;
    made[1] = first.y;
    made[2] = second.x;
    made[3] = second.y;
}
#define element_of(value) encode(value)
#define MADE float

#endif

void main() {
    uint number = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
    uint first = number * PER;
    if (first >= push.count) return;
    MADE made[PER];
    make(philox(number), made);
    for (uint i = 0u; i < PER && first + i < push.count; i++) Elements(push.dst).at[first + i] = element_of(made[i]);
}
