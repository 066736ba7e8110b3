// The element type of a module: how it lies in memory (S), what it is computed in (T), and the way between. One of
// F32 F16 BF16 F64 I64 I32 U8 is defined by the module's row in src/lib.rs.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_control_flow_attributes : enable

// The built-in one may be compiled away by drivers that assume there are no NaNs; bits cannot.
bool is_nan(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }
bool is_nan(int x) { return false; }
bool is_nan(uint x) { return false; }
bool is_infinite(float x) { return (floatBitsToUint(x) & 0x7fffffffu) == 0x7f800000u; }
bool is_infinite(int x) { return false; }
bool is_infinite(uint x) { return false; }
#define isnan is_nan

#if defined(F32)
#define S float
#define S_BYTES 4
#define T float
#define FLOATS
#define decode(s) (s)
#define encode(x) (x)
#elif defined(F16) || defined(BF16)
#extension GL_EXT_shader_16bit_storage : require
#define S uint16_t
#define S_BYTES 2
#define T float
#define FLOATS
#elif defined(F64)
#define S double
#define S_BYTES 8
#define T double
#define FLOATS
bool is_nan(double x) { uvec2 w = unpackDouble2x32(x); return (w.y & 0x7fffffffu) > 0x7ff00000u || ((w.y & 0x7fffffffu) == 0x7ff00000u && w.x != 0u); }
bool is_infinite(double x) { uvec2 w = unpackDouble2x32(x); return (w.y & 0x7fffffffu) == 0x7ff00000u && w.x == 0u; }
#define decode(s) (s)
#define encode(x) (x)
#elif defined(I64)
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define S int64_t
#define S_BYTES 8
#define T int64_t
bool is_nan(int64_t x) { return false; }
bool is_infinite(int64_t x) { return false; }
#define decode(s) (s)
#define encode(x) (x)
#elif defined(I32)
#define S int
#define S_BYTES 4
#define T int
#define decode(s) (s)
#define encode(x) (x)
#elif defined(U8)
// Computed in 32 bits; the store keeps the low eight, which is what wrapping means.
#extension GL_EXT_shader_8bit_storage : require
#define S uint8_t
#define S_BYTES 1
#define T uint
#define decode(s) uint(s)
#define encode(x) uint8_t((x) & 255u)
#endif

#include "halves.glsl"

#if defined(F16)
#define decode(s) f16_to_f32(uint(s))
#define encode(x) uint16_t(f32_to_f16(x))
#elif defined(BF16)
#define decode(s) uintBitsToFloat(uint(s) << 16)
#define encode(x) uint16_t(f32_to_bf16(x))
#endif

layout(buffer_reference, std430, buffer_reference_align = S_BYTES) buffer Elements { S at[]; };

// Dims and strides of one dispatch, where they do not fit the push constants.
layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Meta { uint at[40]; };
