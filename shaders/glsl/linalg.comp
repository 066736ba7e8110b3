// LU with partial pivoting and Cholesky, and what follows from them: solutions, inverses, determinants. A matrix waits in memory with its right side
// beside it. What is done to its rows is done to theirs, so a solution needs no second way forward. A small matrix is the work of one workgroup;
// a large one is cut into panels of columns, and the rest of it follows by matrix products between the phases here.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "linalg.glsl"

// Number e of matrix m, in rows that are filled up with 0.
void load(uint m, uvec3 at, uint e) {
    Meta meta = Meta(push.meta);
    uint i = e / push.ld, j = e - i * push.ld;
    S x = S(0);
    if (j < push.n) {
        // What Cholesky does not look at may be anything.
        if (OP != CHOLESKY || j <= i) x = A[at.y + i * meta.at[33] + j * meta.at[36]];
    } else if (OP <= INVERSE && j >= push.right && j < push.right + push.columns) {
        j -= push.right;
        x = OP == INVERSE ? S(i == j) : B[at.z + i * meta.at[34] + j * meta.at[37]];
    }
    W[numbers_of(m) + e] = x;
}

// Number e of a result.
void store(uint m, uvec3 at, uint e) {
    Meta meta = Meta(push.meta);
    uint i = e / push.columns, j = e - i * push.columns, row = numbers_of(m) + i * push.ld;
    T x = W[row + push.right + j];
    if (OP == CHOLESKY && j > i) x = T(0);
    // One workgroup leaves the last division to here.
    if (OP != CHOLESKY && PHASE == WHOLE) x /= W[row + i];
    RESULTS[at.x + i * meta.at[32] + j * meta.at[35]] = x;
}

// Columns k0 to k1 become those of both factors, and what is above and on the right of them up to `end` that of the upper one. The lower factor is
// left times its pivots: so nobody overwrites what others still divide.
void factor(uint m, uint k0, uint k1, uint end) {
    uint me = gl_LocalInvocationID.x, lane = me % LANES, at = numbers_of(m);
    for (uint k = k0; k < k1; k++) {
        uint p = pivot_row(at, k);
        if (me == 0u) WORDS[push.all + m * push.n + k] = p;
        if (p != k) {
            for (uint j = k0 + me; j < end; j += THREADS) {
                T x = W[at + k * push.ld + j];
                W[at + k * push.ld + j] = W[at + p * push.ld + j];
                W[at + p * push.ld + j] = x;
            }
            meet();
        }
        T pivot = W[at + k * push.ld + k];
        if (me == 0u && pivot == T(0)) fault(m, k);
        for (uint i = k + 1u + me / LANES; i < push.n; i += THREADS / LANES) {
            uint row = at + i * push.ld;
            T share = W[row + k] / pivot;
            for (uint j = k + 1u + lane; j < end; j += LANES) W[row + j] -= share * W[at + k * push.ld + j];
        }
        meet();
    }
}

// The same for a symmetric matrix, of which only rows and columns k0 to k1 are looked at.
void factor_definite(uint m, uint k0, uint k1) {
    uint me = gl_LocalInvocationID.x, lane = me % LANES, at = numbers_of(m);
    for (uint k = k0; k < k1; k++) {
        T pivot = W[at + k * push.ld + k];
        if (me == 0u && (is_nan(pivot) || is_infinite(pivot) || pivot <= T(0))) fault(m, k);
        for (uint i = k + 1u + me / LANES; i < k1; i += THREADS / LANES) {
            uint row = at + i * push.ld;
            T share = W[row + k] / pivot;
            for (uint j = k + 1u + lane; j <= i; j += LANES) W[row + j] -= share * W[at + j * push.ld + k];
        }
        meet();
    }
    for (uint i = k0 + 1u + me / LANES; i < k1; i += THREADS / LANES)
        for (uint j = k0 + lane; j < i; j += LANES) W[at + i * push.ld + j] /= sqrt(W[at + j * push.ld + j]);
    meet();
    for (uint i = k0 + me; i < k1; i += THREADS) W[at + i * push.ld + i] = sqrt(W[at + i * push.ld + i]);
}

// All unknowns of all right sides, but for the division by each pivot.
void substitute(uint m) {
    uint me = gl_LocalInvocationID.x, at = numbers_of(m);
    for (uint k = push.n; k > 1u; k--) {
        uint row = at + (k - 1u) * push.ld;
        T pivot = W[row + k - 1u];
        for (uint j = push.right + me % LANES; j < push.right + push.columns; j += LANES) {
            T x = W[row + j] / pivot;
            for (uint i = me / LANES; i < k - 1u; i += THREADS / LANES)
                W[at + i * push.ld + j] -= W[at + i * push.ld + k - 1u] * x;
        }
        meet();
    }
}

// Each invocation solves for one column, or one row for Cholesky, of what lies beside a panel; the panel's triangle is shared. Backwards is forwards
// from the last row and column on.
void beside(uint m, uint v) {
    uint me = gl_LocalInvocationID.x, at = numbers_of(m), size = push.k1 - push.k0;
    bool back = PHASE == BACK, across = OP == CHOLESKY;
    uint corner = at + (back ? push.k1 - 1u : push.k0) * (push.ld + 1u), down = back ? -push.ld : push.ld, right = back ? -1u : 1u;
    for (uint t = me; t < size * size; t += THREADS) {
        uint i = t / size, k = t - i * size;
        if (k <= i) space[i * (i + 1u) / 2u + k] = W[corner + i * down + k * right];
    }
    uint from = across ? at + (push.k1 + v) * push.ld + push.k0
                       : at + (back ? (push.k1 - 1u) * push.ld + push.right : push.k0 * push.ld + push.k1) + v;
    uint step = across ? 1u : down, count = across ? push.n - push.k1 : back ? push.columns : push.ld - push.k1;
    uint mine = size * (size + 1u) / 2u + me;
    bool works = v < count;
    if (works) {
        if (!back && !across) {
            for (uint k = push.k0; k < push.k1; k++) {
                uint p = WORDS[push.all + m * push.n + k], to = at + push.k1 + v;
                if (p != k) {
                    T x = W[to + k * push.ld];
                    W[to + k * push.ld] = W[to + p * push.ld];
                    W[to + p * push.ld] = x;
                }
            }
        }
        for (uint i = 0u; i < size; i++) space[mine + i * THREADS] = W[from + i * step];
    }
    barrier();
    if (!works) return;
    for (uint i = 0u; i < size; i++) {
        uint row = i * (i + 1u) / 2u;
        T x = space[mine + i * THREADS];
        for (uint k = 0u; k < i; k++) x -= space[row + k] * space[mine + k * THREADS];
        // The lower factor of LU has ones there.
        if (back || across) x /= space[row + i];
        space[mine + i * THREADS] = x;
        W[from + i * step] = x;
    }
}

// A number as x times 2^power, x in 1 to 2, so that no product leaves the range before its end. What has no such form stays.
void normalise(inout T x, inout int power) {
#if defined(F64)
    const uint HIGH = 20u, ONES = 2047u;
    uvec2 w = unpackDouble2x32(x);
#define WORD w.y
#define WHOLE_NUMBER packDouble2x32(w)
#else
    const uint HIGH = 23u, ONES = 255u;
    uint w = floatBitsToUint(x);
#define WORD w
#define WHOLE_NUMBER uintBitsToFloat(w)
#endif
    uint exponent = WORD >> HIGH & ONES;
    if (exponent == 0u || exponent == ONES) return;
    power += int(exponent) - int(ONES / 2u);
    WORD = (WORD & ~(ONES << HIGH)) | (ONES / 2u) << HIGH;
    x = WHOLE_NUMBER;
}

// 2 to a power within the range.
T two_to(int power) {
#if defined(F64)
    return packDouble2x32(uvec2(0u, uint(power + 1023) << 20));
#else
    return uintBitsToFloat(uint(power + 127) << 23);
#endif
}

// The product of the pivots up to the first that is 0, for it is the last that means anything.
void determinant(uint m, uvec3 at) {
    uint me = gl_LocalInvocationID.x, from = numbers_of(m), last = WORDS[push.first + m];
    T x = T(1);
    int power = 0;
    // Beyond n is also where nothing was found.
    for (uint i = me; i < push.n && i <= last; i += THREADS) {
        T pivot = W[from + i * (push.ld + 1u)];
        normalise(pivot, power);
        if (WORDS[push.all + m * push.n + i] != i) pivot = -pivot;
        x *= pivot;
        normalise(x, power);
    }
    space[me] = x;
    rows[me] = uint(power);
    for (uint left = THREADS / 2u; left > 0u; left /= 2u) {
        barrier();
        if (me < left) {
            T product = space[me] * space[me + left];
            int both = int(rows[me]) + int(rows[me + left]);
            normalise(product, both);
            space[me] = product;
            rows[me] = uint(both);
        }
    }
    if (me == 0u) {
        // In two steps, of which the first is exact.
#if defined(F64)
        power = clamp(int(rows[0]), -2040, 2040);
#else
        power = clamp(int(rows[0]), -250, 250);
#endif
        RESULTS[at.x] = space[0] * two_to(power / 2) * two_to(power - power / 2);
    }
}

void main() {
    uint me = gl_LocalInvocationID.x, group = workgroup();
    if (PHASE == VERDICT) {
        uint which = Found(push.found).first;
        if (me == 0u && group == 0u && which != NOWHERE) Found(push.found).place = WORDS[which];
    } else if (PHASE == LOAD || (PHASE == STORE && OP != DET)) {
        uint e = group * THREADS + me, each = push.n * (PHASE == LOAD ? push.ld : push.columns), m = e / each;
        if (m >= push.count) return;
        e -= m * each;
        if (PHASE == LOAD) {
            if (e == 0u) WORDS[push.first + m] = NOWHERE;
            load(m, begins(push.first + m), e);
        } else store(m, begins(push.first + m), e);
    } else if (PHASE == BESIDE || PHASE == BACK) {
        uint count = PHASE == BACK ? push.columns : (OP == CHOLESKY ? push.n : push.ld) - push.k1;
        uint each = (count + THREADS - 1u) / THREADS, m = group / each;
        if (m < push.count) beside(m, (group - m * each) * THREADS + me);
    } else if (group < push.count) {
        if (PHASE == PANEL) {
            if (OP == CHOLESKY) factor_definite(group, push.k0, push.k1);
            else {
                factor(group, push.k0, push.k1, push.k1);
                uint at = numbers_of(group);
                for (uint i = push.k0 + 1u + me / LANES; i < push.n; i += THREADS / LANES)
                    for (uint j = push.k0 + me % LANES; j < min(i, push.k1); j += LANES)
                        W[at + i * push.ld + j] /= W[at + j * push.ld + j];
            }
            return;
        }
        uvec3 at = begins(push.first + group);
        if (PHASE == WHOLE) {
            for (uint e = me; e < push.n * push.ld; e += THREADS) load(group, at, e);
            if (me == 0u) WORDS[push.first + group] = NOWHERE;
            meet();
            if (OP == CHOLESKY) factor_definite(group, 0u, push.n);
            else factor(group, 0u, push.n, push.ld);
            meet();
            if (OP <= INVERSE) substitute(group);
        }
        if (OP == DET) determinant(group, at);
        else for (uint e = me; e < push.n * push.columns; e += THREADS) store(group, at, e);
    }
}
