// The positions along one dimension in the order of their elements: pairs of a key and a position, no two equal, so that any sort of
// them is stable. Lines are padded to a power of two and sorted by Batcher's bitonic network: a work-group makes all steps that stay
// within its block of 512 pairs in shared memory (PHASE 0 the first of them, PHASE 2 the last steps of a later stage); a step that
// reaches farther is a dispatch over memory (PHASE 1). PHASE 3 leaves the positions. PHASE 4 is all of it, for lines within a block.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : enable
#include "elements.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint PHASE = 4;
layout(constant_id = 1) const uint KIND = 0;       // 0: unsigned; 1: signed; 2: float; 3: bf16
layout(constant_id = 2) const uint DESCENDING = 0;

layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 src;
    uvec2 meta;      // of the lines: dims[8], then strides[8] of dst and src
    uvec2 keys;      // of pairs that wait in memory, [lines, padded]
    uvec2 positions;
    uint lines;
    uint rank;
    uint start[2];   // dst, src: the first element from the address
    uint along[2];   // likewise: the step along the dimension
    uint len;        // of a line
    uint kept;       // how many positions of it are wanted
    uint shift;      // a line is padded to 1 << shift
    uint stage;      // PHASE 1 and 2: 1 << stage pairs become sorted,
    uint step;       // by pairs 1 << step apart
} push;

#if SIZE == 8
#define K uvec2
const K LAST = uvec2(0xffffffffu);
bool less(K a, K b) { return a.y < b.y || (a.y == b.y && a.x < b.x); }
#else
#define K uint
const K LAST = 0xffffffffu;
bool less(K a, K b) { return a < b; }
#endif
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Keys { K at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Positions { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Results { uvec2 at[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Meta { uint at[40]; };

const uint BLOCK = 512u;
const uint NOWHERE = 0xffffffffu;
shared K keys[BLOCK];
shared uint positions[BLOCK];

// Bits that compare, unsigned, as the elements do: NaN above all, both zeros alike.
K key_of(K bits) {
#if SIZE == 8
    K sign = uvec2(0u, 0x80000000u);
    uvec2 size = uvec2(bits.x, bits.y & 0x7fffffffu);
    bool nan = less(uvec2(0u, 0x7ff00000u), size), zero = (size.x | size.y) == 0u, negative = (bits.y >> 31) != 0u;
#else
    K sign = 1u << (8u * SIZE - 1u);
    K infinity = SIZE == 4 ? 0x7f800000u : KIND == 3u ? 0x7f80u : 0x7c00u, size = bits & ~sign;
    bool nan = size > infinity, zero = size == 0u, negative = (bits & sign) != K(0);
#endif
    if (KIND >= 2u) bits = nan ? LAST : zero ? sign : negative ? ~bits : bits | sign;
    else if (KIND == 1u) bits ^= sign;
#if SIZE < 4
    if (KIND >= 2u && !nan) bits &= (1u << (8u * SIZE)) - 1u;
#endif
    return DESCENDING == 1u ? ~bits : bits;
}

// Where line number `line` begins: in y, in x.
uvec2 begins(uint line) {
    Meta meta = Meta(push.meta);
    uvec2 at = uvec2(push.start[0], push.start[1]);
    for (uint d = push.rank; d > 0u; d--) {
        uint dim = meta.at[d - 1u], rest = line / dim, r = line - rest * dim;
        at += r * uvec2(meta.at[7u + d], meta.at[15u + d]);
        line = rest;
    }
    return at;
}

void load(uint slot, uint pair) {
    uint line = pair >> push.shift, place = pair & ((1u << push.shift) - 1u);
    bool there = line < push.lines && place < push.len;
    keys[slot] = LAST;
    positions[slot] = NOWHERE;
    if (there) {
        keys[slot] = key_of(K(Elements(push.src).at[begins(line).y + place * push.along[1]]));
        positions[slot] = place;
    }
}

void leave(uint pair, uint position) {
    uint line = pair >> push.shift, place = pair & ((1u << push.shift) - 1u);
    if (line < push.lines && place < push.kept)
        Results(push.dst).at[begins(line).x + place * push.along[0]] = uvec2(position, 0u);
}

bool swapped(K a, uint i, K b, uint j, uint pair, uint stage) {
    bool after = less(b, a) || (a == b && j < i);
    // The last stage of a line sorts upwards, whatever lies before it.
    bool downwards = stage < push.shift && ((pair >> stage) & 1u) != 0u;
    return after != downwards;
}

// The lower of the two pairs that invocation `i` compares.
uint lower(uint i, uint step) { return ((i >> step) << (step + 1u)) | (i & ((1u << step) - 1u)); }

void exchange(uint me, uint first, uint stage, uint step) {
    uint a = lower(me, step), b = a + (1u << step);
    K x = keys[a], y = keys[b];
    uint i = positions[a], j = positions[b];
    if (swapped(x, i, y, j, first + a, stage)) {
        keys[a] = y;
        keys[b] = x;
        positions[a] = j;
        positions[b] = i;
    }
}

void main() {
    uint me = gl_LocalInvocationID.x, group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    uint total = push.lines << push.shift, first = group * BLOCK;
    if (PHASE == 1u) {
        uint i = group * 256u + me;
        if (i >= total / 2u) return;
        uint a = lower(i, push.step), b = a + (1u << push.step);
        K x = Keys(push.keys).at[a], y = Keys(push.keys).at[b];
        uint p = Positions(push.positions).at[a], q = Positions(push.positions).at[b];
        if (swapped(x, p, y, q, a, push.stage)) {
            Keys(push.keys).at[a] = y;
            Keys(push.keys).at[b] = x;
            Positions(push.positions).at[a] = q;
            Positions(push.positions).at[b] = p;
        }
        return;
    }
    if (PHASE == 3u) {
        uint i = group * 256u + me;
        if (i < total) leave(i, Positions(push.positions).at[i]);
        return;
    }
    [[unroll]] for (uint part = 0u; part < BLOCK; part += 256u) {
        uint slot = part + me;
        if (PHASE == 2u) {
            keys[slot] = first + slot < total ? Keys(push.keys).at[first + slot] : LAST;
            positions[slot] = first + slot < total ? Positions(push.positions).at[first + slot] : NOWHERE;
        } else load(slot, first + slot);
    }
    barrier();
    if (PHASE == 2u) {
        for (uint step = 9u; step > 0u; step--) {
            exchange(me, first, push.stage, step - 1u);
            barrier();
        }
    } else {
        for (uint stage = 1u; stage <= min(push.shift, 9u); stage++) {
            for (uint step = stage; step > 0u; step--) {
                exchange(me, first, stage, step - 1u);
                barrier();
            }
        }
    }
    [[unroll]] for (uint part = 0u; part < BLOCK; part += 256u) {
        uint slot = part + me;
        if (PHASE == 4u) leave(first + slot, positions[slot]);
        else if (first + slot < total) {
            Keys(push.keys).at[first + slot] = keys[slot];
            Positions(push.positions).at[first + slot] = positions[slot];
        }
    }
}
