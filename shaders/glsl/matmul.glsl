// What the kernels of matrix products share: c = alpha a b over a batch, all strided.
// Four elements side by side, as they lie in memory (S4) and computed in (T4).
#if defined(F32)
#define S4 vec4
#define T4 vec4
#elif defined(F16) || defined(BF16)
#define S4 uvec2
#define T4 vec4
#elif defined(F64)
#define S4 dvec4
#define T4 dvec4
#elif defined(I64)
#define S4 i64vec4
#define T4 i64vec4
#elif defined(I32)
#define S4 ivec4
#define T4 ivec4
#elif defined(U8)
#define S4 uint
#define T4 uvec4
#endif
#if defined(F16)
// As in halves.glsl, without branches.
T4 decode4(S4 s) {
    uvec4 h = uvec4(s.x & 0xffffu, s.x >> 16, s.y & 0xffffu, s.y >> 16), magnitude = h & 0x7fffu;
    uvec4 bits = (magnitude << 13) + 0x38000000u;
    bits = mix(bits, magnitude << 13 | 0x7f800000u, greaterThanEqual(magnitude, uvec4(0x7c00u)));
    bits = mix(bits, floatBitsToUint(vec4(magnitude) * 5.9604644775390625e-8), lessThan(magnitude, uvec4(0x400u)));
    return uintBitsToFloat((h & 0x8000u) << 16 | bits);
}
#elif defined(BF16)
T4 decode4(S4 s) { return uintBitsToFloat(uvec4(s.x << 16, s.x & 0xffff0000u, s.y << 16, s.y & 0xffff0000u)); }
#endif
#if defined(F16) || defined(BF16)
S4 encode4(T4 x) {
    return S4(uint(encode(x.x)) | uint(encode(x.y)) << 16, uint(encode(x.z)) | uint(encode(x.w)) << 16);
}
#elif defined(U8)
T4 decode4(S4 s) { return T4(s & 255u, s >> 8 & 255u, s >> 16 & 255u, s >> 24); }
S4 encode4(T4 x) { return x.x & 255u | (x.y & 255u) << 8 | (x.z & 255u) << 16 | x.w << 24; }
#else
T4 decode4(S4 s) { return s; }
S4 encode4(T4 x) { return x; }
#endif

layout(push_constant) uniform Push {
    uvec2 dst;
    uvec2 a;
    uvec2 b;
    uvec2 meta;         // batch dims[6], then strides[6] of dst, a, b; then axes, see axes.glsl
    uint m;
    uint n;
    uint k;             // where the sum ends that this dispatch makes
    uint batch;
    uint batch_rank;
    uint start[3];      // dst, a, b
    int row_step[3];
    int column_step[3];
    uvec2 alpha;        // in the element type
    uint first;         // where the sum begins; a multiple of four
} push;

// Each operand twice: element by element, and in fours where what lies side by side begins and ends at multiples of four.
#if defined(BOUND)
layout(std430, binding = 0) buffer Dst { S at[]; } dst_1;
layout(std430, binding = 0) buffer Dst4 { S4 at[]; } dst_4;
layout(std430, binding = 1) readonly buffer A { S at[]; } a_1;
layout(std430, binding = 1) readonly buffer A4 { S4 at[]; } a_4;
layout(std430, binding = 2) readonly buffer B { S at[]; } b_1;
layout(std430, binding = 2) readonly buffer B4 { S4 at[]; } b_4;
#else
layout(buffer_reference, std430, buffer_reference_align = S_BYTES * 4) buffer Fours { S4 at[]; };
#define dst_1 Elements(push.dst)
#define dst_4 Fours(push.dst)
#define a_1 Elements(push.a)
#define a_4 Fours(push.a)
#define b_1 Elements(push.b)
#define b_4 Fours(push.b)
#endif

// How the operands are read and written; a set of these is a specialization constant.
const uint A_ALONG_K = 1u, A_FOURS = 2u, B_ALONG_K = 4u, B_FOURS = 8u, C_FOURS = 16u;

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

// Where the matrices of a batch begin: dst, a, b.
uvec3 starts(uint which) {
    Meta meta = Meta(push.meta);
    uvec3 at = uvec3(push.start[0], push.start[1], push.start[2]);
    for (uint d = push.batch_rank; d > 0u; d--) {
        uint dim = meta.at[d - 1u];
        at += which % dim * uvec3(meta.at[6u + d - 1u], meta.at[12u + d - 1u], meta.at[18u + d - 1u]);
        which /= dim;
    }
    return at;
}

// The grid is folded in two where one dimension cannot hold it.
uint workgroup() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }
