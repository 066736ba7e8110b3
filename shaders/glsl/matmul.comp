// c = alpha a b over a batch, all strided: a workgroup makes a tile of 64 by 64 from slices in shared memory, 64 elements an invocation: of eight loads a side come 64 products.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint ADDS = 0; // 1: to what c holds
layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 a;
    uvec2 b;
    uvec2 meta;         // batch dims[8], then strides[8] of dst, a, b
    uint m;
    uint n;
    uint k;
    uint batch;
    uint batch_rank;
    uint start[3];      // dst, a, b
    int row_step[3];
    int column_step[3];
    uvec2 alpha;        // in the element type
} push;

// Deep enough to use a loaded element often, small enough for the 16 KiB of shared memory that every device has.
#if S_BYTES == 8
const uint DEPTH = 8u;
#else
const uint DEPTH = 16u;
#endif
const uint TILE = 64u;
// One more column than used, so that neighbours in a column lie in different banks.
shared T slice_a[DEPTH][TILE + 1u];
shared T slice_b[DEPTH][TILE + 1u];

T factor() {
#if defined(F64)
    return packDouble2x32(push.alpha);
#elif defined(I64)
    return packInt2x32(ivec2(push.alpha));
#elif defined(FLOATS)
    return uintBitsToFloat(push.alpha.x);
#else
    return T(push.alpha.x);
#endif
}

void main() {
    Meta meta = Meta(push.meta);
    uint me = gl_LocalInvocationID.x, tx = me % 8u, ty = me / 8u;
    uint tiles_n = (push.n + TILE - 1u) / TILE, tiles_m = (push.m + TILE - 1u) / TILE;
    // The grid is folded in two where one dimension cannot hold it.
    uint tile = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (tile < tiles_n * tiles_m * push.batch) {
        uint which = tile / (tiles_n * tiles_m), rest = tile % (tiles_n * tiles_m);
        uint row = rest / tiles_n * TILE, column = rest % tiles_n * TILE;
        uint dst_at = push.start[0], a_at = push.start[1], b_at = push.start[2];
        for (uint d = push.batch_rank; d > 0u; d--) {
            uint dim = meta.at[d - 1u], r = which % dim;
            dst_at += r * meta.at[8u + d - 1u];
            a_at += r * meta.at[16u + d - 1u];
            b_at += r * meta.at[24u + d - 1u];
            which /= dim;
        }
        T sum[8][8];
        [[unroll]] for (uint i = 0u; i < 8u; i++) [[unroll]] for (uint j = 0u; j < 8u; j++) sum[i][j] = T(0);
        for (uint k0 = 0u; k0 < push.k; k0 += DEPTH) {
            // Neighbouring invocations load neighbouring elements, whichever way the operand lies.
            for (uint e = 0u; e < DEPTH * TILE / 64u; e++) {
                uint linear = e * 64u + me;
                bool by_row = push.column_step[1] == 1;
                uint r = by_row ? linear / DEPTH : linear % TILE, k = by_row ? linear % DEPTH : linear / TILE;
                bool inside = row + r < push.m && k0 + k < push.k;
                uint at = a_at + (row + r) * uint(push.row_step[1]) + (k0 + k) * uint(push.column_step[1]);
                slice_a[k][r] = inside ? decode(Elements(push.a).at[inside ? at : 0u]) : T(0);
                bool down = push.row_step[2] == 1;
                uint c = down ? linear / DEPTH : linear % TILE;
                k = down ? linear % DEPTH : linear / TILE;
                inside = column + c < push.n && k0 + k < push.k;
                at = b_at + (k0 + k) * uint(push.row_step[2]) + (column + c) * uint(push.column_step[2]);
                slice_b[k][c] = inside ? decode(Elements(push.b).at[inside ? at : 0u]) : T(0);
            }
            barrier();
            for (uint k = 0u; k < DEPTH; k++) {
                T x[8], y[8];
                [[unroll]] for (uint i = 0u; i < 8u; i++) x[i] = slice_a[k][ty + 8u * i];
                [[unroll]] for (uint j = 0u; j < 8u; j++) y[j] = slice_b[k][tx + 8u * j];
                [[unroll]] for (uint i = 0u; i < 8u; i++) [[unroll]] for (uint j = 0u; j < 8u; j++) sum[i][j] += x[i] * y[j];
            }
            barrier();
        }
        [[unroll]] for (uint i = 0u; i < 8u; i++) [[unroll]] for (uint j = 0u; j < 8u; j++) {
            uint r = row + ty + 8u * i, c = column + tx + 8u * j;
            if (r < push.m && c < push.n) {
                uint at = dst_at + r * uint(push.row_step[0]) + c * uint(push.column_step[0]);
                T c = factor() * sum[i][j];
                if (ADDS == 1u) c += decode(Elements(push.dst).at[at]);
                Elements(push.dst).at[at] = encode(c);
            }
        }
    }
}
