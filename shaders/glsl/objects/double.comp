// Multiplies every number of a buffer by a constant, which is two unless a pipeline says otherwise.
#version 450
layout(local_size_x = 64, local_size_x_id = 0) in;
layout(constant_id = 1) const float FACTOR = 2.0;
layout(set = 0, binding = 0) buffer Numbers { float numbers[]; };
layout(push_constant) uniform Push { uint count; };

void main() {
    uint stride = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    for (uint i = gl_GlobalInvocationID.x; i < count; i += stride) {
        numbers[i] *= FACTOR;
    }
}
