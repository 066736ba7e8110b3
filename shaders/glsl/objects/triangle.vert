// A vertex of two coordinates and a colour; a push constant turns it.
#version 450
layout(location = 0) in vec2 position;
layout(location = 1) in vec3 colour;
layout(location = 0) out vec3 shade;
layout(push_constant) uniform Push { vec2 turn; float depth; };

void main() {
    gl_Position = vec4(position.x * turn.x - position.y * turn.y, position.x * turn.y + position.y * turn.x, depth, 1.0);
    shade = colour;
}
