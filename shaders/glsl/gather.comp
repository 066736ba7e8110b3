// Elements whose place along one dimension an index names, moved as bits. All indices have been checked; each is once more, so
// that nothing is ever read elsewhere.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "elements.glsl"
#include "index.glsl"

void main() {
    uint i = element();
    if (i >= push.count) return;
    uvec3 at = lies(i);
    uint place = named(at.z);
    if (place != NOWHERE) Elements(push.y).at[at.x] = Elements(push.values).at[at.y + place * push.along[1]];
}
