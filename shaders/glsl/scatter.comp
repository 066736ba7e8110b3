// Elements whose place along one dimension an index names, overwritten with values (SIZE) or added to (by type). An invocation
// takes a line along the dimension in order, or a part of a long one: the last value stays, and every run adds and so rounds
// alike, without atomics.
// All indices have been checked; each is once more, so that nothing is ever written elsewhere.
#version 460
#extension GL_GOOGLE_include_directive : require
#if defined(SIZE)
#include "elements.glsl"
#else
#include "types.glsl"
#endif
#include "index.glsl"

#if defined(F16) || defined(BF16)
// Halves are added up in singles, each beside its neighbours of other lines, and rounded once: in three dispatches, so that the
// device sees the sums of one in the next.
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Sums { float at[]; };
layout(constant_id = 1) const uint PHASE = 0;
#endif

void main() {
    uint line = element();
    if (line >= push.count) return;
    uvec3 at = lies(line);
    for (uint j = 0u; j < push.places; j++) {
        uint place = named(at.z + j * push.along[2]);
        if (place == NOWHERE) continue;
        uint to = at.x + place * push.along[0], from = at.y + j * push.along[1];
#if defined(SIZE)
        Elements(push.y).at[to] = Elements(push.values).at[from];
#elif defined(F16) || defined(BF16)
        uint sum = place * push.count + line;
        if (PHASE == 0u) Sums(push.aside).at[sum] = decode(Elements(push.y).at[to]);
        else if (PHASE == 1u) Sums(push.aside).at[sum] += decode(Elements(push.values).at[from]);
        else Elements(push.y).at[to] = encode(Sums(push.aside).at[sum]);
#else
        Elements(push.y).at[to] = encode(decode(Elements(push.y).at[to]) + decode(Elements(push.values).at[from]));
#endif
    }
}
