// softmax and its logarithm over rows, or (NORMAL) rows about their mean in units of their deviation. A row, or one of its parts, is the work of LANES invocations, a power of two up to a workgroup;
// it is read twice and written once.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "float_ops.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint LOGARITHM = 0;
layout(constant_id = 1) const uint LANES = 1;
layout(constant_id = 2) const uint KEPT_RANK = 1; // 1: strides are pushed; else dims and strides are read from `meta`
layout(constant_id = 3) const uint PARTS = 0;     // 1: only gathers each part of a row; 2: finishes rows by what was gathered

layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 src;
    uvec2 meta;         // dims[8], strides[8] of src and dst
    uvec2 parts;        // what was gathered: [rows, chunks] pairs
    uint rows;
    uint count;         // elements of a row
    uint chunks;        // parts of a row
    uint chunk;         // elements of each but the last
    uint src_start;
    uint dst_start;
    int src_step;       // from an element of a row to the next
    int dst_step;
    int src_row;        // KEPT_RANK 1: from a row to the next
    int dst_row;
    uint kept_rank;
    uint epsilon[2];    // NORMAL: as bits
} push;

#if defined(BOUND)
layout(std430, binding = 0) buffer Results { S at[]; } results;
layout(std430, binding = 1) buffer Sources { S at[]; } sources;
layout(std430, binding = 2) buffer Gathered { T at[]; } gathered;
#define RESULTS results
#define SOURCES sources
#define GATHERED gathered
#else
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Gathered { T at[]; };
#define RESULTS Elements(push.dst)
#define SOURCES Elements(push.src)
#define GATHERED Gathered(push.parts)
#endif

#if defined(NORMAL)
// The mean, the sum of the squared distances from it, and of how many. Elements count from the row's first: what all have in common
// then costs no digits.
shared T means[256];
shared T squares[256];
shared uint counts[256];

// After Chan, Golub and LeVeque: takes n elements of mean m and squares s into those so far.
void take(inout T mean, inout T square, inout uint count, T m, T s, uint n) {
    if (n == 0u) return;
    T way = m - mean, share = T(n) / T(count + n);
    mean += way * share;
    square += s + way * way * share * T(count);
    count += n;
}
#else
// The largest so far, and the sum of e^(x - largest).
shared T largests[256];
shared T sums[256];

#if defined(F64)
#define MINUS_INFINITY packDouble2x32(uvec2(0u, 0xfff00000u))
#else
#define MINUS_INFINITY uintBitsToFloat(0xff800000u)
#endif

// What a sum loses when the largest grows from m to n; infinite ones lose nothing to themselves.
T shrunk(T sum, T m, T n) { return m == n ? sum : sum * exp(m - n); }

void take(inout T largest, inout T sum, T m, T s) {
    T n = m > largest ? m : largest;
    sum = shrunk(sum, largest, n) + shrunk(s, m, n);
    largest = n;
}
#endif

void main() {
    uint me = gl_LocalInvocationID.x, lane = me % LANES;
    // The grid is folded in two where one dimension cannot hold it. Barriers are met by all, whether they have a row or not.
    uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    uint w = group * (256u / LANES) + me / LANES;
    bool works = w < push.rows * push.chunks;
    uint row = w / push.chunks, first = (w - row * push.chunks) * push.chunk, last = min(first + push.chunk, push.count);
    uint src_at = push.src_start, dst_at = push.dst_start;
    if (KEPT_RANK == 1u) {
        src_at += row * uint(push.src_row);
        dst_at += row * uint(push.dst_row);
    } else if (works) {
        Meta meta = Meta(push.meta);
        uint rest = row;
        for (uint d = push.kept_rank; d > 0u; d--) {
            uint dim = meta.at[d - 1u], left = rest / dim, r = rest - left * dim;
            src_at += r * meta.at[8u + d - 1u];
            dst_at += r * meta.at[16u + d - 1u];
            rest = left;
        }
    }
#if defined(NORMAL)
    T shift = works ? decode(SOURCES.at[src_at]) : T(0.0), mean = T(0.0), square = T(0.0);
    uint count = 0u;
    if (works && PARTS == 2u) {
        for (uint k = lane; k < push.chunks; k += LANES) {
            uint at = 2u * (row * push.chunks + k), before = k * push.chunk;
            take(mean, square, count, GATHERED.at[at], GATHERED.at[at + 1u], min(push.chunk, push.count - before));
        }
    } else if (works) {
        for (uint k0 = first + lane; k0 < last; k0 += 64u * LANES) {
            // In two levels, so that the error does not grow with the count.
            T part_mean = T(0.0), part_square = T(0.0);
            uint part_count = 0u, end = min(k0 + 64u * LANES, last);
            for (uint k = k0; k < end; k += LANES) {
                T x = decode(SOURCES.at[src_at + k * uint(push.src_step)]) - shift;
                T way = x - part_mean;
                part_count++;
                part_mean += way / T(part_count);
                part_square += way * (x - part_mean);
            }
            take(mean, square, count, part_mean, part_square, part_count);
        }
    }
    if (LANES > 1u) {
        means[me] = mean;
        squares[me] = square;
        counts[me] = count;
        barrier();
        for (uint width = LANES / 2u; width > 0u; width >>= 1) {
            if (lane < width) {
                T m = means[me], s = squares[me];
                uint n = counts[me];
                take(m, s, n, means[me + width], squares[me + width], counts[me + width]);
                means[me] = m;
                squares[me] = s;
                counts[me] = n;
            }
            barrier();
        }
        mean = means[me - lane];
        square = squares[me - lane];
    }
#else
    T largest = MINUS_INFINITY, sum = T(0.0);
    if (works && PARTS == 2u) {
        for (uint k = lane; k < push.chunks; k += LANES) {
            uint at = 2u * (row * push.chunks + k);
            take(largest, sum, GATHERED.at[at], GATHERED.at[at + 1u]);
        }
    } else if (works) {
        // Long sums gather in two levels, so that the error grows with the root of the count at most.
        for (uint k0 = first + lane; k0 < last; k0 += 64u * LANES) {
            T part = T(0.0);
            uint end = min(k0 + 64u * LANES, last);
            for (uint k = k0; k < end; k += LANES) {
                T x = decode(SOURCES.at[src_at + k * uint(push.src_step)]);
                if (isnan(x)) part = x;
                else if (x > largest) {
                    T loss = exp(largest - x);
                    sum *= loss;
                    part = part * loss + T(1.0);
                    largest = x;
                } else part += x == largest ? T(1.0) : exp(x - largest);
            }
            sum += part;
        }
    }
    if (LANES > 1u) {
        largests[me] = largest;
        sums[me] = sum;
        barrier();
        for (uint width = LANES / 2u; width > 0u; width >>= 1) {
            if (lane < width) {
                T m = largests[me], s = sums[me];
                take(m, s, largests[me + width], sums[me + width]);
                largests[me] = m;
                sums[me] = s;
            }
            barrier();
        }
        largest = largests[me - lane];
        sum = sums[me - lane];
    }
#endif
    if (!works) return;
    if (PARTS == 1u) {
        if (lane == 0u) {
#if defined(NORMAL)
            GATHERED.at[2u * w] = mean;
            GATHERED.at[2u * w + 1u] = square;
#else
            GATHERED.at[2u * w] = largest;
            GATHERED.at[2u * w + 1u] = sum;
#endif
        }
        return;
    }
#if defined(NORMAL)
#if defined(F64)
    T epsilon = packDouble2x32(uvec2(push.epsilon[0], push.epsilon[1]));
#else
    T epsilon = uintBitsToFloat(push.epsilon[0]);
#endif
    T scale = T(1.0) / sqrt(square / T(push.count) + epsilon);
    for (uint k = first + lane; k < last; k += LANES) {
        T x = decode(SOURCES.at[src_at + k * uint(push.src_step)]) - shift;
        RESULTS.at[dst_at + k * uint(push.dst_step)] = encode((x - mean) * scale);
    }
#else
    // Distances from an infinity are none: then the whole row is NaN.
    if (is_infinite(largest)) sum = largest - largest;
    T scale = LOGARITHM != 0u ? log(sum) : T(1.0) / sum;
    for (uint k = first + lane; k < last; k += LANES) {
        T x = decode(SOURCES.at[src_at + k * uint(push.src_step)]) - largest;
        RESULTS.at[dst_at + k * uint(push.dst_step)] = encode(LOGARITHM != 0u ? x - scale : exp(x) * scale);
    }
#endif
}
