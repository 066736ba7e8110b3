// Whole numbers out of a picture of them, one every so many texels.
#version 450
layout(local_size_x = 8, local_size_y = 8) in;
layout(set = 0, binding = 0) uniform usampler2D picture;
layout(set = 0, binding = 1, std430) buffer Counts { uint counts[]; };
layout(push_constant) uniform Push { uint steps[2]; };

void main() {
    uvec2 at = gl_GlobalInvocationID.xy;
    uint width = gl_NumWorkGroups.x * 8u;
    counts[at.y * width + at.x] = texelFetch(picture, ivec2(at * uvec2(steps[0], steps[1])), 0).x;
}
