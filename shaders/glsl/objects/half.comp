// Needs 64-bit floats, which not every device has.
#version 450
layout(local_size_x = 64) in;
layout(set = 0, binding = 0) buffer Numbers { double numbers[]; };

void main() {
    numbers[gl_GlobalInvocationID.x] *= 0.5lf;
}
