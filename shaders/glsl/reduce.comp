// Reduces any set of dimensions. An output is the work of LANES invocations, a power of two up to a workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "numbers.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint OP = 0;
layout(constant_id = 1) const uint LANES = 1;
layout(constant_id = 2) const uint REDUCED_RANK = 1; // 1 or 2; 3: any, read from `meta`
layout(constant_id = 3) const uint PARTS = 0;        // 1: writes parts of results, [rows, chunks]; 2: finishes them

layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 src;
    uvec2 meta;         // kept: dims[8], strides[8] of src and dst; reduced: dims[8], strides[8] of src
    uint rows;          // outputs
    uint count;         // elements reduced into each
    uint chunks;        // more than 1: dst is [rows, chunks] of partial results
    uint chunk;         // elements of each but the last
    uint kept_rank;
    uint reduced_rank;
    uint src_start;
    uint dst_start;
    uint divisor;       // mean: what the sum is divided by
    uint inner_dim;     // REDUCED_RANK 2: the second dim
    int reduced_steps[2]; // REDUCED_RANK 1 and 2: strides
    uvec2 candidates;   // PARTS 2 of a place: those found so far, [rows, count]
} push;

#if defined(BOUND)
#define BUFFER(name, type, align) \
    layout(std430, binding = 0) buffer To##name { type at[]; } to_##name; \
    layout(std430, binding = 1) buffer From##name { type at[]; } from_##name;
#define TO(name) to_##name
#define FROM(name) from_##name
#define CANDIDATES candidates
layout(std430, binding = 2) buffer Candidates { uvec2 at[]; } candidates;
BUFFER(Elements, S, 1)
#else
#define BUFFER(name, type, align) layout(buffer_reference, std430, buffer_reference_align = align) buffer name { type at[]; };
#define TO(name) name(push.dst)
#define FROM(name) name(push.src)
#define CANDIDATES Indices(push.candidates)
#endif

// What is gathered in (A): floats in the width they are computed in, integers in 64 bits.
#if defined(TRUTH)
#extension GL_EXT_shader_8bit_storage : require
BUFFER(Bytes, uint8_t, 1)
#define A bool
#elif defined(I32) || defined(I64) || defined(U8)
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
BUFFER(Longs, int64_t, 8)
#define A int64_t
#define GATHERS_LONGS
#else
#define A T
#endif
BUFFER(Indices, uvec2, 8)
// Parts of halves are singles, so that the whole rounds once.
BUFFER(Singles, float, 4)

const uint NOTHING = 0xffffffffu;
shared A values[256];
shared uint places[256];

A identity() {
#if defined(TRUTH)
    return OP == REDUCE_ALL;
#else
    return OP == REDUCE_PROD ? A(1) : A(0);
#endif
}

// Takes y, found at index j, into x, found at i; index NOTHING is no value. Extremes prefer NaN, then the first.
void combine(inout A x, inout uint i, A y, uint j) {
#if defined(TRUTH)
    x = OP == REDUCE_ALL ? (x && y) : (x || y);
#else
    if (OP == REDUCE_SUM || OP == REDUCE_MEAN) { x += y; return; }
    if (OP == REDUCE_PROD) { x *= y; return; }
    if (j == NOTHING) return;
    bool largest = OP == REDUCE_MAX || OP == REDUCE_ARGMAX;
    bool better;
    if (i == NOTHING) better = true;
    else if (isnan(T(x))) better = isnan(T(y)) && j < i;
    else if (isnan(T(y))) better = true;
    else better = (largest ? y > x : y < x) || (y == x && j < i);
    if (better) { x = y; i = j; }
#endif
}

uint reduced_at(uint k) {
    if (REDUCED_RANK == 1u) return k * uint(push.reduced_steps[0]);
    if (REDUCED_RANK == 2u) {
        uint outer = k / push.inner_dim;
        return outer * uint(push.reduced_steps[0]) + (k - outer * push.inner_dim) * uint(push.reduced_steps[1]);
    }
    Meta meta = Meta(push.meta);
    uint at = 0u;
    for (uint d = push.reduced_rank; d > 1u; d--) {
        uint dim = meta.at[24u + d - 1u], rest = k / dim;
        at += (k - rest * dim) * meta.at[32u + d - 1u];
        k = rest;
    }
    return at + k * meta.at[32];
}

// Element k of the range of a result, found at `from` on.
A element(uint from, uint k) {
    uint at = from + reduced_at(k);
#if defined(TRUTH)
    return decode(FROM(Elements).at[at]) != T(0);
#else
#if S_BYTES == 2
    if (PARTS == 2u && OP != REDUCE_ARGMAX && OP != REDUCE_ARGMIN) return FROM(Singles).at[at];
#endif
    return A(decode(FROM(Elements).at[at]));
#endif
}

void store(uint at, A x, uint i) {
#if defined(TRUTH)
    TO(Bytes).at[at] = uint8_t(x ? 1u : 0u);
#else
    if (OP == REDUCE_ARGMAX || OP == REDUCE_ARGMIN) TO(Indices).at[at] = uvec2(i, 0u);
#if defined(GATHERS_LONGS)
    else if (OP == REDUCE_SUM || OP == REDUCE_PROD) TO(Longs).at[at] = x;
#else
#if S_BYTES == 2
    else if (PARTS == 1u) TO(Singles).at[at] = x;
#endif
    else if (OP == REDUCE_MEAN) TO(Elements).at[at] = encode(push.divisor == 0u ? x : x / T(push.divisor));
#endif
    else TO(Elements).at[at] = encode(T(x));
#endif
}

void main() {
    Meta meta = Meta(push.meta);
    uint me = gl_LocalInvocationID.x, lane = me % LANES;
    uint outputs = push.rows * push.chunks;
    // The grid is folded in two where one dimension cannot hold it. Barriers are met by all, whether they have an output or not.
    uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    uint w = group * (256u / LANES) + me / LANES;
    uint dst_at = push.dst_start;
    A total = identity();
    uint total_place = NOTHING;
    if (w < outputs) {
        uint row = w / push.chunks, first = (w - row * push.chunks) * push.chunk;
        uint last = min(first + push.chunk, push.count);
        uint src_at = push.src_start;
        for (uint d = push.kept_rank; d > 0u; d--) {
            uint dim = meta.at[d - 1u], rest = row / dim, r = row - rest * dim;
            src_at += r * meta.at[8u + d - 1u];
            dst_at += r * meta.at[16u + d - 1u];
            row = rest;
        }
        // Long sums gather in two levels, so that the error grows with the root of the count at most.
        for (uint k0 = first + lane; k0 < last; k0 += 64u * LANES) {
            A part = identity();
            uint part_place = NOTHING, end = min(k0 + 64u * LANES, last);
            for (uint k = k0; k < end; k += LANES) {
                bool found = PARTS == 2u && (OP == REDUCE_ARGMAX || OP == REDUCE_ARGMIN);
                uint i = found ? CANDIDATES.at[w * push.count + k].x : k;
                combine(part, part_place, element(src_at, i), i);
            }
            combine(total, total_place, part, part_place);
        }
    }
    if (LANES > 1u) {
        values[me] = total;
        places[me] = total_place;
        barrier();
        for (uint width = LANES / 2u; width > 0u; width >>= 1) {
            if (lane < width) {
                A x = values[me];
                uint i = places[me];
                combine(x, i, values[me + width], places[me + width]);
                values[me] = x;
                places[me] = i;
            }
            barrier();
        }
        total = values[me];
        total_place = places[me];
    }
    if (w < outputs && lane == 0u) store(push.chunks > 1u ? w : dst_at, total, total_place);
}
