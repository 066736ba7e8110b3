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

void compute(uint i) {
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
