// Moves elements as bits: copies, fills, or (SELECT) chooses by a bool.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : enable
#if defined(SELECT)
#extension GL_EXT_shader_8bit_storage : require
#endif
#include "elements.glsl"
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Meta { uint at[40]; };
#if defined(BOUND)
layout(std430, binding = 0) buffer Results { S at[]; } results;
#if defined(SELECT)
layout(std430, binding = 1) buffer Conditions { uint8_t at[]; } conditions;
layout(std430, binding = 2) buffer Source1 { S at[]; } source_1;
layout(std430, binding = 3) buffer Source2 { S at[]; } source_2;
#else
layout(std430, binding = 1) buffer Source0 { S at[]; } source_0;
#endif
#define RESULTS results
#define SOURCE(k) source_##k
#define CONDITIONS conditions
#else
#if defined(SELECT)
layout(buffer_reference, std430, buffer_reference_align = 1) buffer Bytes { uint8_t at[]; };
#endif
#define RESULTS Elements(push.dst)
#define SOURCE(k) Elements(push.src[k])
#define CONDITIONS Bytes(push.src[0])
#endif
#include "map_push.glsl"

#if !defined(SELECT)
// RANK 5 to 7 is rank 4 to 6 of a copy: it leaves so much of the push constants free that all dims and strides are there, those of
// sources it does not have included. Reading a table costs some drivers ten times what the copy does.
uint pushed(uint word) {
    if (word < 4u) return push.src[1u + word / 2u][word % 2u];
    return word < 6u ? push.dims[word - 4u] : uint(push.steps[(word - 6u) / 3u][(word - 6u) % 3u]);
}

void copy(uint i) {
    const uint rank = RANK - 1u;
    uvec2 at = uvec2(push.start[0], push.start[1]);
    [[unroll]] for (uint d = rank - 1u; d > 0u; d--) {
        uint dim = pushed(d - 1u), rest = i / dim;
        at += (i - rest * dim) * uvec2(pushed(rank - 1u + d), pushed(2u * rank - 1u + d));
        i = rest;
    }
    at += i * uvec2(pushed(rank - 1u), pushed(2u * rank - 1u));
    RESULTS.at[at.x] = SOURCE(0).at[at.y];
}
#endif

void compute(uint i) {
#if !defined(SELECT)
    if (RANK > 4u) {
        copy(i);
        return;
    }
#endif
    uint at = place(0u, i);
#if defined(SELECT)
    bool condition = is_scalar(0u) ? push.src[0].x != 0u : uint(CONDITIONS.at[place(1u, i)]) != 0u;
    // Both branches store, so that neither loads what the other needs.
    if (condition) {
        if (is_scalar(1u)) RESULTS.at[at] = FROM_BITS(push.src[1]);
        else RESULTS.at[at] = SOURCE(1).at[place(2u, i)];
    } else {
        if (is_scalar(2u)) RESULTS.at[at] = FROM_BITS(push.src[2]);
        else RESULTS.at[at] = SOURCE(2).at[place(3u, i)];
    }
#else
    if (is_scalar(0u)) RESULTS.at[at] = FROM_BITS(push.src[0]);
    else RESULTS.at[at] = SOURCE(0).at[place(1u, i)];
#endif
}

void main() { FOR_EACH(compute) }
