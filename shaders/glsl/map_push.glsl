// What every map dispatch is told; the twin of `Push` in ffi_vulkan's elementwise.rs. Operand 0 is the destination.
layout(push_constant) uniform Push {
    uvec2 dst;        // address of the lowest element touched
    uvec2 src[3];     // likewise, or the scalar's own bits
    uvec2 meta;       // STRIDED: dims[8], then strides[8] of each operand
    uint count;       // elements
    uint scalars;     // bit k: src[k] holds a scalar
    uint start[4];    // index of the first element from the address: not 0 where a stride is negative
    int step[4];      // not STRIDED: the stride of the one dimension; STRIDED: step[0] is the rank
} push;

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint OP = 0;
layout(constant_id = 1) const bool STRIDED = false;
layout(constant_id = 2) const uint OPERANDS = 1; // sources that may be views

// Where element i of each operand lies.
void locate(uint i, out uint at[4]) {
    [[unroll]] for (uint k = 0u; k < 4u; k++) at[k] = push.start[k];
    if (!STRIDED) {
        [[unroll]] for (uint k = 0u; k <= OPERANDS; k++) at[k] += i * uint(push.step[k]);
        return;
    }
    Meta meta = Meta(push.meta);
    for (int d = push.step[0] - 1; d > 0; d--) {
        uint dim = meta.at[d], rest = i / dim, r = i - rest * dim;
        [[unroll]] for (uint k = 0u; k <= OPERANDS; k++) at[k] += r * meta.at[8u + 8u * k + uint(d)];
        i = rest;
    }
    [[unroll]] for (uint k = 0u; k <= OPERANDS; k++) at[k] += i * meta.at[8u + 8u * k];
}

// Invocations stride over the elements, so a grid of any size does.
#define EACH_ELEMENT(i) for (uint i = gl_GlobalInvocationID.x; i < push.count; i += gl_NumWorkGroups.x * 256u)
