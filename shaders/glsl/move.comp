// Moves elements as bits: copies, fills, or (SELECT) chooses by a bool.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : enable
#if defined(SELECT)
#extension GL_EXT_shader_8bit_storage : require
#endif
#include "elements.glsl"
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Meta { uint at[40]; };
#if defined(SELECT)
layout(buffer_reference, std430, buffer_reference_align = 1) buffer Bytes { uint8_t at[]; };
#endif
#include "map_push.glsl"

void main() {
    uint i = element();
    if (i >= push.count) return;
    uint at = place(0u, i);
#if defined(SELECT)
    bool condition = is_scalar(0u) ? push.src[0].x != 0u : uint(Bytes(push.src[0]).at[place(1u, i)]) != 0u;
    // Both branches store, so that neither loads what the other needs.
    if (condition) {
        if (is_scalar(1u)) Elements(push.dst).at[at] = FROM_BITS(push.src[1]);
        else Elements(push.dst).at[at] = Elements(push.src[1]).at[place(2u, i)];
    } else {
        if (is_scalar(2u)) Elements(push.dst).at[at] = FROM_BITS(push.src[2]);
        else Elements(push.dst).at[at] = Elements(push.src[2]).at[place(3u, i)];
    }
#else
    if (is_scalar(0u)) Elements(push.dst).at[at] = FROM_BITS(push.src[0]);
    else Elements(push.dst).at[at] = Elements(push.src[0]).at[place(1u, i)];
#endif
}
