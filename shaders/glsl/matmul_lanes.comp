// Matrix products without shared memory, for drivers that run a subgroup as vectors of a CPU: there a load is a loop over the lanes, while
// handing a lane's number to all is one instruction. A subgroup makes a tile of c; its lanes are columns of b, and rows or steps of a.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "types.glsl"
#include "matmul.glsl"

layout(local_size_x_id = 1) in;
const uint LANES = gl_WorkGroupSize.x; // of a subgroup, which is a workgroup
layout(constant_id = 0) const uint ADDS = 0;  // 1: to what c holds
layout(constant_id = 2) const uint ROWS = 4;  // rows of c, in LANES; a multiple of four where a lies across k in fours
layout(constant_id = 3) const uint SIDE = 1;  // columns of a lane, in fours
layout(constant_id = 4) const uint LOADS = 0; // see matmul.glsl
#include "axes.glsl"
layout(constant_id = 5) const uint RAGGED = 0; // 1: k is no multiple of four

const uint COLUMNS = SIDE * 4u;
const uint IN_FOURS = 32u | C_FOURS; // 32: b goes in fours across k
// Fours across k, or of c, give a lane four rows, or columns, side by side; otherwise neighbours belong to neighbouring lanes.
const bool ROWS_IN_FOURS = (LOADS & (A_FOURS | A_ALONG_K)) == A_FOURS;
const bool B_ACROSS = (LOADS & (B_FOURS | B_ALONG_K)) == B_FOURS;
const bool COLUMNS_IN_FOURS = (LOADS & IN_FOURS) != 0u;
// What is not written in fours is kept here by its lane first, so that a short loop can write it: registers have no index.
shared T4 made[ROWS * LANES * SIDE * LANES];


uint row_of(uint i, uint lane) { return ROWS_IN_FOURS ? (i / 4u * LANES + lane) * 4u + i % 4u : i * LANES + lane; }
uint column_of(uint j, uint lane) { return COLUMNS_IN_FOURS ? (j / 4u * LANES + lane) * 4u + j % 4u : j * LANES + lane; }

// The number that another lane has.
T of_lane(T x, uint lane) {
#if defined(I64)
    return packInt2x32(subgroupShuffle(unpackInt2x32(x), lane));
#else
    return subgroupShuffle(x, lane);
#endif
}

void main() {
    uint lane = gl_SubgroupInvocationID;
    uint tile_m = ROWS * LANES, tile_n = COLUMNS * LANES;
    uint tiles_n = (push.n + tile_n - 1u) / tile_n, tiles_m = (push.m + tile_m - 1u) / tile_m;
    uint tile = workgroup();
    if (tile >= tiles_n * tiles_m * push.batch) return;
    uint rest = tile % (tiles_n * tiles_m), row = rest / tiles_n * tile_m, column = rest % tiles_n * tile_n;
    uvec3 at = starts(tile / (tiles_n * tiles_m));
    look();

    // Rows and columns outside are read as the last one, and never written.
    uint a_at[ROWS], b_at[COLUMNS];
    [[unroll]] for (uint i = 0u; i < ROWS; i++)
        a_at[i] = at.y + a_row(min(row + row_of(i, lane), ROWS_IN_FOURS ? push.m - 4u + i % 4u : push.m - 1u));
    [[unroll]] for (uint j = 0u; j < COLUMNS; j++)
        b_at[j] = at.z + b_column(min(column + column_of(j, lane), COLUMNS_IN_FOURS ? push.n - 4u + j % 4u : push.n - 1u));

    T sum[ROWS * LANES * COLUMNS];
    [[unroll]] for (uint i = 0u; i < ROWS * LANES * COLUMNS; i++) sum[i] = T(0);
    for (uint k0 = push.first; k0 < push.k; k0 += 4u) {
        uint a_step[4], b_step[4];
        [[unroll]] for (uint q = 0u; q < 4u; q++) {
            uint k = RAGGED == 0u || k0 + q < push.k ? k0 + q : k0;
            a_step[q] = a_inner(k);
            b_step[q] = b_inner(k);
        }
        T x[ROWS * 4u];
        if (ROWS_IN_FOURS) {
            [[unroll]] for (uint q = 0u; q < 4u; q++) [[unroll]] for (uint i = 0u; i < ROWS; i += 4u) {
                bool inside = RAGGED == 0u || k0 + q < push.k;
                T4 found = decode4(a_4.at[(a_at[i] + a_step[q]) / 4u]);
                [[unroll]] for (uint p = 0u; p < 4u; p++) x[(i + p) * 4u + q] = inside ? found[p] : T(0);
            }
        } else if ((LOADS & A_FOURS) != 0u) {
            [[unroll]] for (uint i = 0u; i < ROWS; i++) {
                T4 found = decode4(a_4.at[(a_at[i] + a_step[0]) / 4u]);
                [[unroll]] for (uint q = 0u; q < 4u; q++) x[i * 4u + q] = found[q];
            }
        } else {
            [[dont_unroll]] for (uint i = 0u; i < ROWS; i++) [[unroll]] for (uint q = 0u; q < 4u; q++) {
                bool inside = RAGGED == 0u || k0 + q < push.k;
                T found = decode(a_1.at[a_at[i] + a_step[q]]);
                x[i * 4u + q] = inside ? found : T(0);
            }
        }
        T y[COLUMNS * 4u];
        if (B_ACROSS) {
            [[unroll]] for (uint q = 0u; q < 4u; q++) [[unroll]] for (uint j = 0u; j < COLUMNS; j += 4u) {
                bool inside = RAGGED == 0u || k0 + q < push.k;
                T4 found = decode4(b_4.at[(b_at[j] + b_step[q]) / 4u]);
                [[unroll]] for (uint p = 0u; p < 4u; p++) y[q * COLUMNS + j + p] = inside ? found[p] : T(0);
            }
        } else if ((LOADS & B_FOURS) != 0u) {
            [[unroll]] for (uint j = 0u; j < COLUMNS; j++) {
                T4 found = decode4(b_4.at[(b_at[j] + b_step[0]) / 4u]);
                [[unroll]] for (uint q = 0u; q < 4u; q++) y[q * COLUMNS + j] = found[q];
            }
        } else {
            [[dont_unroll]] for (uint j = 0u; j < COLUMNS; j++) [[unroll]] for (uint q = 0u; q < 4u; q++) {
                bool inside = RAGGED == 0u || k0 + q < push.k;
                T found = decode(b_1.at[b_at[j] + b_step[q]]);
                y[q * COLUMNS + j] = inside ? found : T(0);
            }
        }
        [[unroll]] for (uint q = 0u; q < 4u; q++)
            [[unroll]] for (uint i = 0u; i < ROWS; i++) [[unroll]] for (uint r = 0u; r < LANES; r++) {
                T one = of_lane(x[i * 4u + q], r);
                [[unroll]] for (uint j = 0u; j < COLUMNS; j++)
                    sum[(i * LANES + r) * COLUMNS + j] += one * y[q * COLUMNS + j];
            }
    }
    [[unroll]] for (uint i = 0u; i < ROWS * LANES; i++) [[unroll]] for (uint j = 0u; j < COLUMNS; j += 4u) {
        uint r = row + row_of(i / LANES, i % LANES), c = column + column_of(j, lane), first = i * COLUMNS + j;
        T4 whole = factor() * T4(sum[first], sum[first + 1u], sum[first + 2u], sum[first + 3u]);
        if ((LOADS & C_FOURS) == 0u) {
            made[(i * SIDE + j / 4u) * LANES + lane] = whole;
        } else if (r < push.m && c < push.n) {
            uint to = (at.x + c_row(r) + c_column(c)) / 4u;
            if (ADDS == 1u) whole += decode4(dst_4.at[to]);
            dst_4.at[to] = encode4(whole);
        }
    }
    if ((LOADS & C_FOURS) != 0u) return;
    [[dont_unroll]] for (uint i = 0u; i < ROWS * LANES; i++) {
        uint r = row + row_of(i / LANES, i % LANES), line = at.x + c_row(r);
        [[dont_unroll]] for (uint j = 0u; j < COLUMNS; j++) {
            uint c = column + column_of(j, lane), to = line + c_column(c);
            if (r >= push.m || c >= push.n) continue;
            T whole = made[(i * SIDE + j / 4u) * LANES + lane][j % 4u];
            if (ADDS == 1u) whole += decode(dst_1.at[to]);
            dst_1.at[to] = encode(whole);
        }
    }
}
