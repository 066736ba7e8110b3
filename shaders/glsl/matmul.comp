// Matrix products through shared memory, for GPUs: a workgroup makes a tile of c from slices of a and b, an invocation a block of the tile
// in registers. While one slice is multiplied the next is on its way.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "matmul.glsl"

layout(local_size_x_id = 1) in;
const uint THREADS = gl_WorkGroupSize.x; // TILE_M / BLOCK * (TILE_N / BLOCK)
layout(constant_id = 0) const uint ADDS = 0;     // 1: to what c holds
layout(constant_id = 2) const uint TILE_M = 64;
layout(constant_id = 3) const uint TILE_N = 64;
layout(constant_id = 4) const uint BLOCK = 8;    // rows, and columns, of an invocation; a multiple of four
layout(constant_id = 5) const uint LOADS = 8u << 16; // see matmul.glsl; in the upper half steps of k in a slice, a multiple of four
#include "axes.glsl"

const uint DEPTH = LOADS >> 16;
// One more than used, so that fours that are written one element at a time lie in different banks.
const uint WIDE_M = TILE_M / 4u + 1u, WIDE_N = TILE_N / 4u + 1u;
shared T4 slice_a[DEPTH * WIDE_M];
shared T4 slice_b[DEPTH * WIDE_N];

const uint FOURS_A = DEPTH * TILE_M / 4u / THREADS, FOURS_B = DEPTH * TILE_N / 4u / THREADS;
const uint SIDE = BLOCK / 4u;
T4 next_a[FOURS_A], next_b[FOURS_B];

// Four elements of which the first is `line` of `lines` and `k`; those outside are 0. They lie along k, or across it.
#define LOAD(name, fours, along_k, line, lines, k, from, of_line, of_k)                                         \
    T4 name(uint start, uint line, uint k) {                                                                    \
        if ((LOADS & fours) != 0u) {                                                                            \
            bool inside = line < lines && k < push.k;                                                           \
            uint at = start + of_line(line) + of_k(k);                                                          \
            T4 found = decode4(from##_4.at[inside ? at / 4u : 0u]);                                             \
            return inside ? found : T4(0);                                                                      \
        }                                                                                                       \
        T4 all;                                                                                                 \
        [[unroll]] for (uint q = 0u; q < 4u; q++) {                                                             \
            uint l = (LOADS & along_k) != 0u ? line : line + q, d = (LOADS & along_k) != 0u ? k + q : k;        \
            bool inside = l < lines && d < push.k;                                                              \
            T found = decode(from##_1.at[inside ? start + of_line(l) + of_k(d) : 0u]);                          \
            all[q] = inside ? found : T(0);                                                                     \
        }                                                                                                       \
        return all;                                                                                             \
    }
LOAD(load_a, A_FOURS, A_ALONG_K, row, push.m, k, a, a_row, a_inner)
LOAD(load_b, B_FOURS, B_ALONG_K, column, push.n, k, b, b_column, b_inner)

// Where in a tile, along c and along k, a turn of an invocation has its four elements: neighbours load neighbouring elements, whichever
// way the operand lies.
uvec2 place(uint turn, bool along_k, uint tile) {
    uint u = turn * THREADS + gl_LocalInvocationID.x, fours = along_k ? DEPTH / 4u : tile / 4u;
    return along_k ? uvec2(u / fours, u % fours * 4u) : uvec2(u % fours * 4u, u / fours);
}
const bool ALONG_A = (LOADS & A_ALONG_K) != 0u, ALONG_B = (LOADS & B_ALONG_K) != 0u;

void fetch(uint a_at, uint b_at, uint row, uint column, uint k0) {
    [[unroll]] for (uint e = 0u; e < FOURS_A; e++) {
        uvec2 to = place(e, ALONG_A, TILE_M);
        next_a[e] = load_a(a_at, row + to.x, k0 + to.y);
    }
    [[unroll]] for (uint e = 0u; e < FOURS_B; e++) {
        uvec2 to = place(e, ALONG_B, TILE_N);
        next_b[e] = load_b(b_at, column + to.x, k0 + to.y);
    }
}

// The slices lie in fours across k.
void keep() {
    [[unroll]] for (uint e = 0u; e < FOURS_A; e++) {
        uvec2 to = place(e, ALONG_A, TILE_M);
        if (!ALONG_A) slice_a[to.y * WIDE_M + to.x / 4u] = next_a[e];
        else [[unroll]] for (uint q = 0u; q < 4u; q++) slice_a[(to.y + q) * WIDE_M + to.x / 4u][to.x % 4u] = next_a[e][q];
    }
    [[unroll]] for (uint e = 0u; e < FOURS_B; e++) {
        uvec2 to = place(e, ALONG_B, TILE_N);
        if (!ALONG_B) slice_b[to.y * WIDE_N + to.x / 4u] = next_b[e];
        else [[unroll]] for (uint q = 0u; q < 4u; q++) slice_b[(to.y + q) * WIDE_N + to.x / 4u][to.x % 4u] = next_b[e][q];
    }
}

void main() {
    uint across = TILE_N / BLOCK, down = TILE_M / BLOCK;
    uint tx = gl_LocalInvocationID.x % across, ty = gl_LocalInvocationID.x / across;
    uint tiles_n = (push.n + TILE_N - 1u) / TILE_N, tiles_m = (push.m + TILE_M - 1u) / TILE_M;
    uint tile = workgroup();
    if (tile >= tiles_n * tiles_m * push.batch) return;
    uint rest = tile % (tiles_n * tiles_m), row = rest / tiles_n * TILE_M, column = rest % tiles_n * TILE_N;
    uvec3 at = starts(tile / (tiles_n * tiles_m));

    look();
    T4 sum[BLOCK * SIDE];
    [[unroll]] for (uint i = 0u; i < BLOCK * SIDE; i++) sum[i] = T4(0);
    // One turn more than slices: the first has nothing to multiply, the last nothing to load.
    for (uint k0 = push.first; k0 < push.k + DEPTH; k0 += DEPTH) {
        fetch(at.y, at.z, row, column, k0);
        if (k0 > push.first) {
            [[unroll]] for (uint k = 0u; k < DEPTH; k++) {
                T4 x[SIDE], y[SIDE];
                [[unroll]] for (uint g = 0u; g < SIDE; g++) {
                    x[g] = slice_a[k * WIDE_M + g * down + ty];
                    y[g] = slice_b[k * WIDE_N + g * across + tx];
                }
                [[unroll]] for (uint i = 0u; i < BLOCK; i++)
                    [[unroll]] for (uint h = 0u; h < SIDE; h++) sum[i * SIDE + h] += x[i / 4u][i % 4u] * y[h];
            }
        }
        barrier();
        keep();
        barrier();
    }
    [[unroll]] for (uint i = 0u; i < BLOCK; i++) [[unroll]] for (uint h = 0u; h < SIDE; h++) {
        uint r = row + (i / 4u * down + ty) * 4u + i % 4u, c = column + (h * across + tx) * 4u;
        if (r < push.m && c < push.n) {
            uint line = at.x + c_row(r);
            T4 made = factor() * sum[i * SIDE + h];
            if ((LOADS & C_FOURS) != 0u) {
                uint to = line + c_column(c);
                if (ADDS == 1u) made += decode4(dst_4.at[to / 4u]);
                dst_4.at[to / 4u] = encode4(made);
            } else {
                [[unroll]] for (uint q = 0u; q < 4u; q++) {
                    if (c + q < push.n) {
                        uint one = line + c_column(c + q);
                        T whole = made[q];
                        if (ADDS == 1u) whole += decode(dst_1.at[one]);
                        dst_1.at[one] = encode(whole);
                    }
                }
            }
        }
    }
}
