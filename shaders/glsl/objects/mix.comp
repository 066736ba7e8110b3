// One of each kind of binding, in two sets: out = sampled texel * weight + stored texel, summed into a buffer too.
#version 450
layout(local_size_x = 8, local_size_y = 4) in;
layout(set = 0, binding = 0) uniform Weights { vec4 weight; mat3 unused; float last; };
layout(set = 0, binding = 2, std430) buffer Sums { uint total; float rows[]; };
layout(set = 1, binding = 0) uniform sampler2D both;
layout(set = 1, binding = 1) uniform texture2D texels;
layout(set = 1, binding = 2) uniform sampler how;
layout(set = 1, binding = 3, rgba8) uniform image2D pictures[2];
layout(push_constant) uniform Push { ivec2 size; layout(offset = 16) vec4 bias; };

void main() {
    ivec2 at = ivec2(gl_GlobalInvocationID.xy);
    if (any(greaterThanEqual(at, size))) return;
    vec2 place = (vec2(at) + 0.5) / vec2(size);
    vec4 sum = texture(both, place) * weight + texture(sampler2D(texels, how), place) * last + bias;
    imageStore(pictures[1], at, imageLoad(pictures[0], at) + sum);
    atomicAdd(total, 1u);
}
