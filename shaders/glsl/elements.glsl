// Elements as bits, of SIZE bytes each, so that NaNs keep their payload.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#if SIZE == 1
#extension GL_EXT_shader_8bit_storage : require
#define S uint8_t
#define FROM_BITS(b) uint8_t((b).x)
#elif SIZE == 2
#extension GL_EXT_shader_16bit_storage : require
#define S uint16_t
#define FROM_BITS(b) uint16_t((b).x)
#elif SIZE == 4
#define S uint
#define FROM_BITS(b) ((b).x)
#else
#define S uvec2
#define FROM_BITS(b) (b)
#endif

layout(buffer_reference, std430, buffer_reference_align = SIZE) buffer Elements { S at[]; };
