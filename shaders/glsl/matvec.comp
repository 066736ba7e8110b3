// Products of a matrix and a vector: n is 1. Each element of a is read once, in fours along the rows or across them; SLICES invocations take
// turns along k for the same four outputs, and add up what they have at the end.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "matmul.glsl"

layout(local_size_x_id = 1) in;
const uint THREADS = gl_WorkGroupSize.x;
layout(constant_id = 0) const uint ADDS = 0;     // 1: to what c holds
layout(constant_id = 2) const uint SLICES = 1;   // a power of two, THREADS at most
layout(constant_id = 3) const uint LOADS = 0;    // see matmul.glsl; C_FOURS: rows of c
#include "axes.glsl"

const bool ALONG = (LOADS & A_ALONG_K) != 0u;
const uint GROUPS = THREADS / SLICES; // of four outputs
shared T4 parts[THREADS];

void main() {
    uint me = gl_LocalInvocationID.x;
    uint slice = ALONG ? me % SLICES : me / GROUPS, group = ALONG ? me / SLICES : me % GROUPS;
    uint tiles = (push.m + 4u * GROUPS - 1u) / (4u * GROUPS), tile = workgroup();
    if (tile >= tiles * push.batch) return;
    uint row = (tile % tiles * GROUPS + group) * 4u;
    uvec3 at = starts(tile / tiles);
    look();
    // Rows outside are read as the last one, and never written.
    uint line[4];
    [[unroll]] for (uint p = 0u; p < 4u; p++) line[p] = at.y + a_row(min(row + p, (LOADS & A_FOURS) != 0u && !ALONG ? push.m - 4u + p : push.m - 1u));
    T4 sum = T4(0);
    for (uint k0 = push.first + slice * 4u; k0 < push.k; k0 += SLICES * 4u) {
        uint a_step[4], b_step[4];
        [[unroll]] for (uint q = 0u; q < 4u; q++) {
            uint k = min(k0 + q, push.k - 1u);
            a_step[q] = a_inner(k);
            b_step[q] = b_inner(k);
        }
        T4 x;
        if ((LOADS & B_FOURS) != 0u) {
            x = decode4(b_4.at[(at.z + b_step[0]) / 4u]);
        } else {
            [[unroll]] for (uint q = 0u; q < 4u; q++) {
                T found = decode(b_1.at[at.z + b_step[q]]);
                x[q] = k0 + q < push.k ? found : T(0);
            }
        }
        // Four by four of a: a row at a time, or a column.
        [[unroll]] for (uint p = 0u; p < 4u; p++) {
            T4 found;
            if ((LOADS & A_FOURS) != 0u) {
                found = decode4(a_4.at[(ALONG ? line[p] + a_step[0] : line[0] + a_step[p]) / 4u]);
            } else {
                [[unroll]] for (uint q = 0u; q < 4u; q++)
                    found[q] = decode(a_1.at[line[ALONG ? p : q] + a_step[ALONG ? q : p]]);
            }
            if (ALONG) {
                [[unroll]] for (uint q = 0u; q < 4u; q++) sum[p] += k0 + q < push.k ? found[q] * x[q] : T(0);
            } else if (k0 + p < push.k) {
                sum += found * x[p];
            }
        }
    }
    if (SLICES > 1u) {
        uint step = ALONG ? 1u : GROUPS;
        parts[me] = sum;
        barrier();
        for (uint left = SLICES / 2u; left > 0u; left /= 2u) {
            if (slice < left) parts[me] += parts[me + left * step];
            barrier();
        }
        sum = parts[me];
    }
    if (slice == 0u) {
        T4 made = factor() * sum;
        if ((LOADS & C_FOURS) != 0u) {
            if (row < push.m) {
                uint to = at.x + c_row(row);
                if (ADDS == 1u) made += decode4(dst_4.at[to / 4u]);
                dst_4.at[to / 4u] = encode4(made);
            }
        } else {
            [[unroll]] for (uint p = 0u; p < 4u; p++) {
                if (row + p < push.m) {
                    uint one = at.x + c_row(row + p);
                    T whole = made[p];
                    if (ADDS == 1u) whole += decode(dst_1.at[one]);
                    dst_1.at[one] = encode(whole);
                }
            }
        }
    }
}
