// What the phases of linear algebra share: how they are told, where matrices lie, and the order of pivots.
layout(local_size_x_id = 0) in;
const uint THREADS = gl_WorkGroupSize.x; // a power of two
layout(constant_id = 1) const uint PHASE = 0;
layout(constant_id = 2) const uint OP = 0;
layout(constant_id = 3) const uint LANES = 8; // invocations side by side along a row
layout(constant_id = 4) const uint SPACE = 1; // elements that a workgroup shares

// All of a matrix by one workgroup; or step by step: in, a panel, what lies beside it, backwards, out; and what was found.
const uint WHOLE = 0u, LOAD = 1u, PANEL = 2u, BESIDE = 3u, BACK = 4u, STORE = 5u, VERDICT = 6u;
const uint SOLVE = 0u, INVERSE = 1u, DET = 2u, CHOLESKY = 3u;
const uint NOWHERE = 0xffffffffu;

layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 a;
    uvec2 b;
    uvec2 meta;      // dims[8] of the batch, strides[8] of dst, a and b, their steps down and across, the rank
    uvec2 work;      // what waits in memory: a word for each matrix of the batch, pivots[count][n], then numbers[count][n][ld]
    uvec2 found;     // the first matrix without an answer, and where it has none
    uint first;      // of the batch, the first that is worked on,
    uint count;      // and how many are
    uint all;        // matrices of the batch
    uint n;
    uint columns;    // of the right side; of the result
    uint right;      // where the right side begins in a row
    uint ld;         // from a row to the next
    uint numbers;    // where they begin, in numbers
    uint start[3];   // dst, a, b
    uint k0;         // the panel
    uint k1;
} push;

#if defined(BOUND)
layout(std430, binding = 0) buffer Results { S at[]; } results;
layout(std430, binding = 1) readonly buffer Lefts { S at[]; } lefts;
layout(std430, binding = 2) readonly buffer Rights { S at[]; } rights;
layout(std430, binding = 3) buffer Numbers { S at[]; } numbers;
layout(std430, binding = 3) buffer Words { uint at[]; } words;
#define RESULTS results.at
#define A lefts.at
#define B rights.at
#define W numbers.at
#define WORDS words.at
#else
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Words { uint at[]; };
#define RESULTS Elements(push.dst).at
#define A Elements(push.a).at
#define B Elements(push.b).at
#define W Elements(push.work).at
#define WORDS Words(push.work).at
#endif
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Found { uint first; uint place; };

// Sizes that compare as numbers without a sign do; a NaN is smaller than any, as the CPU has it.
#if defined(F64)
#define M uvec2
M size_of(T x) { uvec2 w = unpackDouble2x32(x); w.y &= 0x7fffffffu; return is_nan(x) ? M(0u) : w; }
bool less(M a, M b) { return a.y < b.y || (a.y == b.y && a.x < b.x); }
#else
#define M uint
M size_of(T x) { return is_nan(x) ? 0u : floatBitsToUint(x) & 0x7fffffffu; }
bool less(M a, M b) { return a < b; }
#endif

shared M sizes[THREADS];
shared uint rows[THREADS];
shared T space[SPACE];

// All of a workgroup wait here, and see what the others wrote.
void meet() {
    groupMemoryBarrier();
    barrier();
}

// The grid is folded in two where one dimension cannot hold it.
uint workgroup() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

// Where the numbers of a matrix begin, by its place among those worked on.
uint numbers_of(uint m) { return push.numbers + m * push.n * push.ld; }

// Where a matrix of the batch begins: dst, a, b.
uvec3 begins(uint which) {
    Meta meta = Meta(push.meta);
    uvec3 at = uvec3(push.start[0], push.start[1], push.start[2]);
    for (uint d = meta.at[38]; d > 0u; d--) {
        uint dim = meta.at[d - 1u], rest = which / dim, r = which - rest * dim;
        at += r * uvec3(meta.at[7u + d], meta.at[15u + d], meta.at[23u + d]);
        which = rest;
    }
    return at;
}

// Matrix m has no answer, and why is at k; what was found before stays. For one invocation.
void fault(uint m, uint k) {
    uint which = push.first + m;
    if (WORDS[which] != NOWHERE) return;
    WORDS[which] = k;
    if (OP != DET) atomicMin(Found(push.found).first, which);
}

// The row from k on with the largest number of column k; the upper one of two.
uint pivot_row(uint at, uint k) {
    uint me = gl_LocalInvocationID.x;
    M most = M(0u);
    uint row = k;
    for (uint i = k + me; i < push.n; i += THREADS) {
        M size = size_of(W[at + i * push.ld + k]);
        if (less(most, size)) {
            most = size;
            row = i;
        }
    }
    sizes[me] = most;
    rows[me] = row;
    for (uint left = THREADS / 2u; left > 0u; left /= 2u) {
        barrier();
        if (me < left) {
            M other = sizes[me + left];
            if (less(sizes[me], other) || (sizes[me] == other && rows[me + left] < rows[me])) {
                sizes[me] = other;
                rows[me] = rows[me + left];
            }
        }
    }
    barrier();
    return rows[0];
}
