// Finds the first index that lies outside its dimension, if any does: its row-major number, where NOWHERE lay.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#include "index.glsl"

layout(buffer_reference, std430, buffer_reference_align = 4) buffer Found { uint first; };

void main() {
    uint i = element();
    if (i >= push.count) return;
    if (named(lies(i).z) == NOWHERE) atomicMin(Found(push.aside).first, i);
}
