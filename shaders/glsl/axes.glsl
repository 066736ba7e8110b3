// Where elements of a product's operands lie along its rows, its columns and the dimension that it sums over. Each of the three may be
// several dimensions that count as one, the last the fastest, as the windows of a convolution are. Then an index is taken apart: by factors
// that stand for divisions, which a driver of a CPU makes lane by lane.

// Bits of LOADS, after those of matmul.glsl: which operand has several dimensions there. The others take one step.
const uint C_ROWS = 64u, C_COLUMNS = 128u, A_ROWS = 256u, A_INNER = 512u, B_INNER = 1024u, B_COLUMNS = 2048u;
bool has(uint bits) { return (LOADS & bits) != 0u; }

// Up to three dimensions; words of the table after the batch.
struct Axis {
    uvec2 dim;      // the last, and the one before it
    uvec2 factor;   // index * factor >> 32 >> shift is index / dim below 2^31
    uvec2 shift;
    uvec3 step[2];  // of the two operands that have it, from the first dimension on
};
const uint BATCH_WORDS = 24u, AXIS_WORDS = 12u;
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Axes { uint at[BATCH_WORDS + 3u * AXIS_WORDS]; };

Axis axis(uint which, uint bits) {
    Axis found;
    if (!has(bits)) return found;
    Axes table = Axes(push.meta);
    uint at = BATCH_WORDS + which * AXIS_WORDS;
    found.dim = uvec2(table.at[at], table.at[at + 1u]);
    found.factor = uvec2(table.at[at + 2u], table.at[at + 3u]);
    found.shift = uvec2(table.at[at + 4u], table.at[at + 5u]);
    found.step[0] = uvec3(table.at[at + 6u], table.at[at + 7u], table.at[at + 8u]);
    found.step[1] = uvec3(table.at[at + 9u], table.at[at + 10u], table.at[at + 11u]);
    return found;
}

uint lies(Axis axis, uint which, uint i) {
    uint low, rest, first;
    umulExtended(i, axis.factor.x, rest, low);
    rest >>= axis.shift.x;
    umulExtended(rest, axis.factor.y, first, low);
    first >>= axis.shift.y;
    uvec3 way = uvec3(first, rest - first * axis.dim.y, i - rest * axis.dim.x) * axis.step[which];
    return way.x + way.y + way.z;
}

Axis rows, columns, inner; // what `look` has found
void look() {
    rows = axis(0u, C_ROWS | A_ROWS);
    columns = axis(1u, C_COLUMNS | B_COLUMNS);
    inner = axis(2u, A_INNER | B_INNER);
}

uint c_row(uint i) { return has(C_ROWS) ? lies(rows, 0u, i) : i * uint(push.row_step[0]); }
uint a_row(uint i) { return has(A_ROWS) ? lies(rows, 1u, i) : i * uint(push.row_step[1]); }
uint c_column(uint i) { return has(C_COLUMNS) ? lies(columns, 0u, i) : i * uint(push.column_step[0]); }
uint b_column(uint i) { return has(B_COLUMNS) ? lies(columns, 1u, i) : i * uint(push.column_step[2]); }
uint a_inner(uint i) { return has(A_INNER) ? lies(inner, 0u, i) : i * uint(push.column_step[1]); }
uint b_inner(uint i) { return has(B_INNER) ? lies(inner, 1u, i) : i * uint(push.row_step[2]); }
