// A program of several rows of the op table at every index. `program` here calls everything once, so that the compiler leaves nothing
// out; the device puts the calls of one program in its place (fused.rs of ffi_vulkan), so that drivers get straight-line code.
// Operand 0 is the destination. Compiled unoptimised, for its functions must stay functions.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_8bit_storage : require
#include "types.glsl"
#include "float_ops.glsl"
#include "whole_ops.glsl"
#include "fused_ops.glsl"
#include "over.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 1) const uint RANK = 1;
layout(constant_id = 2) const uint VIEWS = 1;
layout(constant_id = 5) const uint EACH = 1; // elements of an invocation, a work-group apart

layout(push_constant) uniform Push { uint count; } push; // elements

// Word after word: where each view begins, the dims, the strides of each view, and the scalars, two words each.
layout(std140, binding = 9) uniform Table { uvec4 at[36]; } table;

uint word(const in uint i) { return table.at[i >> 2][i & 3u]; }

// Where element i of view k lies.
uint place(const in uint k, const in uint i) {
    uint at = word(k), steps = VIEWS + RANK + k * RANK, left = i;
    [[unroll]] for (uint behind = 1u; behind < RANK; behind++) {
        uint d = RANK - behind, dim = word(VIEWS + d), rest = over(left, dim);
        at += (left - rest * dim) * word(steps + d);
        left = rest;
    }
    return at + left * word(steps);
}

T scalar(const in uint k) {
    uint at = VIEWS + RANK + VIEWS * RANK + 2u * k;
#if defined(F64)
    return packDouble2x32(uvec2(word(at), word(at + 1u)));
#else
    return uintBitsToFloat(word(at));
#endif
}
bool scalar_bool(const in uint k) { return word(VIEWS + RANK + VIEWS * RANK + 2u * k) != 0u; }

#if defined(F64)
#define VIEW(k) \
    layout(std430, binding = k) buffer Numbers##k { S at[]; } numbers_##k; \
    layout(std430, binding = k) buffer Bytes##k { uint8_t at[]; } bytes_##k; \
    T load_f64_##k(const in uint i) { return numbers_##k.at[place(k, i)]; } \
    bool load_bool_##k(const in uint i) { return uint(bytes_##k.at[place(k, i)]) != 0u; }
#define LOADS(k) x += load_f64_##k(i); c = c || load_bool_##k(i);
#else
#extension GL_EXT_shader_16bit_storage : require
#define VIEW(k) \
    layout(std430, binding = k) buffer Numbers##k { S at[]; } numbers_##k; \
    layout(std430, binding = k) buffer Shorts##k { uint16_t at[]; } shorts_##k; \
    layout(std430, binding = k) buffer Bytes##k { uint8_t at[]; } bytes_##k; \
    T load_f32_##k(const in uint i) { return numbers_##k.at[place(k, i)]; } \
    T load_f16_##k(const in uint i) { return f16_to_f32(uint(shorts_##k.at[place(k, i)])); } \
    T load_bf16_##k(const in uint i) { return uintBitsToFloat(uint(shorts_##k.at[place(k, i)]) << 16); } \
    bool load_bool_##k(const in uint i) { return uint(bytes_##k.at[place(k, i)]) != 0u; }
#define LOADS(k) x += load_f32_##k(i) + load_f16_##k(i) + load_bf16_##k(i); c = c || load_bool_##k(i);
#endif
VIEW(0) VIEW(1) VIEW(2) VIEW(3) VIEW(4) VIEW(5) VIEW(6) VIEW(7) VIEW(8)

#if defined(F64)
void store_f64(const in uint i, const in T x) { numbers_0.at[place(0u, i)] = x; }
#else
// What is computed in halves rounds as if it had been written.
T round_f16(const in T x) { return f16_to_f32(f32_to_f16(x)); }
T round_bf16(const in T x) { return uintBitsToFloat(f32_to_bf16(x) << 16); }
void store_f32(const in uint i, const in T x) { numbers_0.at[place(0u, i)] = x; }
void store_f16(const in uint i, const in T x) { shorts_0.at[place(0u, i)] = uint16_t(f32_to_f16(x)); }
void store_bf16(const in uint i, const in T x) { shorts_0.at[place(0u, i)] = uint16_t(f32_to_bf16(x)); }
#endif
void store_bool(const in uint i, const in bool c) { bytes_0.at[place(0u, i)] = uint8_t(c ? 1u : 0u); }

T from_bool(const in bool c) { return c ? T(1.0) : T(0.0); }
bool to_bool(const in T x) { return x != T(0.0); }

void program(const in uint i) {
    T x = scalar(i);
    bool c = scalar_bool(i);
    LOADS(0) LOADS(1) LOADS(2) LOADS(3) LOADS(4) LOADS(5) LOADS(6) LOADS(7) LOADS(8)
    call_all(x, c);
    x += from_bool(c || to_bool(x));
#if defined(F64)
    store_f64(i, x);
#else
    x = round_f16(x) + round_bf16(x);
    store_f32(i, x);
    store_f16(i, x);
    store_bf16(i, x);
#endif
    store_bool(i, c);
}

void main() {
    // The grid is folded in two where one dimension cannot hold it.
    uint start = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * (256u * EACH) + gl_LocalInvocationID.x;
    [[unroll]] for (uint k = 0u; k < EACH; k++) if (start + k * 256u < push.count) program(start + k * 256u);
}
