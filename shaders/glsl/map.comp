// One row of the op table at every index. OP chooses the row; COMPARE modules store bools, LOGIC modules also read them.
#version 460
#extension GL_GOOGLE_include_directive : require
#if defined(COMPARE)
#extension GL_EXT_shader_8bit_storage : require
#endif
#include "types.glsl"
#if defined(FLOATS)
#include "float_ops.glsl"
#endif
#include "whole_ops.glsl"
#include "map_push.glsl"
#include "map_ops.glsl"

#if defined(BOUND)
#if defined(COMPARE)
layout(std430, binding = 0) buffer Results { uint8_t at[]; } results;
#else
layout(std430, binding = 0) buffer Results { S at[]; } results;
#endif
layout(std430, binding = 1) buffer Source0 { S at[]; } source_0;
layout(std430, binding = 2) buffer Source1 { S at[]; } source_1;
layout(std430, binding = 3) buffer Source2 { S at[]; } source_2;
T load(uint k, uint at) {
    if (k == 0u) return decode(source_0.at[at]);
    if (k == 1u) return decode(source_1.at[at]);
    return decode(source_2.at[at]);
}
#define RESULTS results
#else
#if defined(COMPARE)
layout(buffer_reference, std430, buffer_reference_align = 1) buffer Bytes { uint8_t at[]; };
#define RESULTS Bytes(push.dst)
#else
#define RESULTS Elements(push.dst)
#endif
T load(uint k, uint at) { return decode(Elements(push.src[k]).at[at]); }
#endif

// A scalar arrives converted to the element type on the host; 16-bit floats and u8 arrive as what they are computed in.
T scalar(uvec2 bits) {
#if defined(I64)
    return packInt2x32(ivec2(bits));
#elif defined(F64)
    return packDouble2x32(bits);
#elif defined(I32)
    return int(bits.x);
#elif defined(U8)
    return bits.x;
#else
    return uintBitsToFloat(bits.x);
#endif
}

T operand(uint k, uint i) {
    if (is_scalar(k)) return scalar(push.src[k]);
    return load(k, place(k + 1u, i));
}

void compute(uint i) {
    T p = operand(0u, i);
    T q = OPERANDS > 1u ? operand(1u, i) : p;
    T r = OPERANDS > 2u ? operand(2u, i) : p;
    uint at = place(0u, i);
#if defined(LOGIC)
    RESULTS.at[at] = uint8_t(logic_op(OP, p != 0u, q != 0u, r != 0u) ? 1u : 0u);
#elif defined(COMPARE)
    RESULTS.at[at] = uint8_t(compare_op(OP, p, q, r) ? 1u : 0u);
#else
    RESULTS.at[at] = encode(map_op(OP, p, q, r));
#endif
}

void main() { FOR_EACH(compute) }
