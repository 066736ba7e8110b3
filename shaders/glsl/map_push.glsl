// What every map dispatch is told, and where its elements lie; the twin of `Map::dispatch` in ffi_vulkan's elementwise.rs.
// Operand 0 is the destination. In BOUND modules operands are storage buffers, which some drivers reach three times faster than
// addresses: then `dst` and `src` are but for scalars, and elements count from where a binding begins. Constants choose all that is the same for a whole dispatch: branches on push constants cost
// drivers that run invocations in vector lanes a mask each.
#include "over.glsl"

layout(push_constant) uniform Push {
    uvec2 dst;          // address of the lowest element touched
    uvec2 src[3];       // likewise, or the scalar's own bits
    uvec2 meta;         // RANK 0: dims[8], then strides[8] of each operand
    uint count;         // elements
    uint rank;          // RANK 0: the rank
    uint start[4];      // index of the first element from the address: not 0 where a stride is negative
    uint lie[14];       // otherwise, and on in the words of sources that there are none of: all dims but the first, then strides
} push;

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint OP = 0;
layout(constant_id = 1) const uint RANK = 1;     // what fits the push constants; 0: any, read from `meta`
layout(constant_id = 2) const uint OPERANDS = 1; // sources
layout(constant_id = 3) const uint SCALARS = 0;  // bit k: src[k] holds a scalar
layout(constant_id = 5) const uint EACH = 1;     // elements of an invocation, a work-group apart

bool is_scalar(uint k) { return (SCALARS >> k & 1u) != 0u; }

// This invocation's first element. The grid is folded in two where one dimension cannot hold it.
uint first() { return (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * (256u * EACH) + gl_LocalInvocationID.x; }

// Calls a function for each of this invocation's elements; there may be none.
#define FOR_EACH(compute) \
    uint start = first(); \
    [[unroll]] for (uint k = 0u; k < EACH; k++) if (start + k * 256u < push.count) compute(start + k * 256u);

// Reading a table costs some drivers ten times what an op does, so few operands use all the room that there is.
uint lie(uint word) {
    return word < 14u ? push.lie[min(word, 13u)] : push.src[min(OPERANDS + (word - 14u) / 2u, 2u)][word % 2u];
}

// Where element i of operand k lies.
uint place(uint k, uint i) {
    uint at = push.start[k];
    if (RANK != 0u) {
        uint steps = RANK - 1u + k * RANK;
        // Counted upwards: drivers unroll no other loop, and look the words up by lane then.
        [[unroll]] for (uint behind = 1u; behind < RANK; behind++) {
            uint d = RANK - behind, dim = lie(d - 1u), rest = over(i, dim);
            at += (i - rest * dim) * lie(steps + d);
            i = rest;
        }
        return at + i * lie(steps);
    }
    Meta meta = Meta(push.meta);
    for (uint d = push.rank - 1u; d > 0u; d--) {
        uint dim = meta.at[d], rest = over(i, dim);
        at += (i - rest * dim) * meta.at[8u + 8u * k + d];
        i = rest;
    }
    return at + i * meta.at[8u + 8u * k];
}
