// Running totals along one dimension. An invocation walks a line in order, or a segment of a long one: then the totals of all
// segments come first, what lies before each of them next, and each walks on from there.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"

// What is gathered in (A), and how results lie in memory (R): f32 gathers in doubles, integers in 64 bits.
#if defined(F32) || defined(F64)
#define A double
#define R S
#define R_BYTES S_BYTES
#define lower(total) S(total)
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Totals { double at[]; };
#elif defined(FLOATS)
#define A float
#define R S
#define R_BYTES S_BYTES
#define lower(total) encode(total)
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Totals { float at[]; };
#else
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define A int64_t
#define R int64_t
#define R_BYTES 8
#define lower(total) (total)
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Totals { int64_t at[]; };
#endif
layout(buffer_reference, std430, buffer_reference_align = R_BYTES) buffer Results { R at[]; };

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint PRODUCT = 0;
layout(constant_id = 1) const uint PHASE = 0; // 0: whole lines; of segments 1: totals, 2: what lies before each, 3: results

layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 src;
    uvec2 meta;     // of the lines: dims[8], then strides[8] of dst and src
    uvec2 totals;   // [segments, lines]
    uint lines;
    uint rank;
    uint start[2];  // dst, src: the first element from the address
    uint along[2];  // likewise: the step along the dimension
    uint len;       // of a line
    uint segment;   // elements of each segment but the last
    uint segments;
} push;

A join(A a, A b) { return PRODUCT == 1u ? a * b : a + b; }

void main() {
    uint number = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
    if (number >= push.lines * (PHASE == 2u ? 1u : push.segments)) return;
    uint segment = number / push.lines, line = number - segment * push.lines;
    A total = A(PRODUCT);
    if (PHASE == 2u) {
        for (uint i = 0u; i < push.segments; i++) {
            A own = Totals(push.totals).at[i * push.lines + line];
            Totals(push.totals).at[i * push.lines + line] = total;
            total = join(total, own);
        }
        return;
    }
    Meta meta = Meta(push.meta);
    uint first = segment * push.segment, last = min(first + push.segment, push.len);
    uvec2 at = uvec2(push.start[0], push.start[1]) + first * uvec2(push.along[0], push.along[1]);
    for (uint d = push.rank; d > 0u; d--) {
        uint dim = meta.at[d - 1u], rest = line / dim, r = line - rest * dim;
        at += r * uvec2(meta.at[7u + d], meta.at[15u + d]);
        line = rest;
    }
    if (PHASE == 3u) total = Totals(push.totals).at[number];
    for (uint i = first; i < last; i++) {
        total = join(total, A(decode(Elements(push.src).at[at.y])));
        if (PHASE != 1u) Results(push.dst).at[at.x] = lower(total);
        at += uvec2(push.along[0], push.along[1]);
    }
    if (PHASE == 1u) Totals(push.totals).at[number] = total;
}
