// What every kernel of an index is told, and how it reads one; the twin of `Told` in ffi_vulkan's index.rs. An i64 is read as two
// words, the lower one and the sign, so that no device lacks it: a dimension is shorter than 2^31.
#extension GL_EXT_control_flow_attributes : enable

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint INDEX_WORDS = 1; // 1: i32; 2: i64
layout(constant_id = 2) const uint RANK = 1;        // 1 to 3; 4: any, read from `meta`

#include "over.glsl"

layout(push_constant) uniform Push {
    uvec2 y;            // addresses of the lowest elements touched
    uvec2 values;
    uvec2 index;
    uvec2 meta;         // RANK 4: dims[8], then strides[8] of y, values and index
    uvec2 aside;        // where a check leaves what it finds, and where halves are added up
    uint count;         // elements, or lines
    uint rank;          // RANK 4: the rank
    uint start[3];      // y, values, index: the first element from the address
    uint along[3];      // likewise: the step along the dimension that is indexed
    uint places;        // scatters: indices of a line
    uint len;           // of the dimension that is indexed
    uint dims[2];       // RANK 2 and 3: all dims but the first
    uint steps[3][3];   // RANK 1 to 3: strides of y, values and index
} push;

layout(buffer_reference, std430, buffer_reference_align = 4) readonly buffer Indices { int at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer WideIndices { uvec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Table { uint at[40]; };

const uint NOWHERE = 0xffffffffu;

// This invocation's element or line; there may be none. The grid is folded in two where one dimension cannot hold it.
uint element() { return (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x; }

// Where element i of y, values and index lies.
uvec3 lies(uint i) {
    uvec3 at = uvec3(push.start[0], push.start[1], push.start[2]);
    if (RANK < 4u) {
        [[unroll]] for (uint behind = 1u; behind < RANK; behind++) {
            uint d = RANK - behind, rest = over(i, push.dims[d - 1u]);
            at += (i - rest * push.dims[d - 1u]) * uvec3(push.steps[0][d], push.steps[1][d], push.steps[2][d]);
            i = rest;
        }
        return at + i * uvec3(push.steps[0][0], push.steps[1][0], push.steps[2][0]);
    }
    Table table = Table(push.meta);
    for (uint d = push.rank; d > 0u; d--) {
        uint dim = table.at[d - 1u], rest = over(i, dim), r = i - rest * dim;
        at += r * uvec3(table.at[7u + d], table.at[15u + d], table.at[23u + d]);
        i = rest;
    }
    return at;
}

// The place in the dimension that the index here names, or NOWHERE.
uint named(uint at) {
    uvec2 index;
    if (INDEX_WORDS == 2u) {
        index = WideIndices(push.index).at[at];
    } else {
        int narrow = Indices(push.index).at[at];
        index = uvec2(narrow, narrow >> 31);
    }
    // Negative ones count from the end: what is below 0 still has not carried, and is no less than the length.
    uint place = index.y == 0u ? index.x : index.x + push.len;
    return (index.y == 0u || index.y == 0xffffffffu) && place < push.len ? place : NOWHERE;
}
