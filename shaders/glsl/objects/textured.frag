// The colour of a vertex times that of a picture.
#version 450
layout(location = 0) in vec3 shade;
layout(location = 0) out vec4 pixel;
layout(set = 0, binding = 0) uniform sampler2D picture;

void main() {
    pixel = vec4(shade, 1.0) * texture(picture, gl_FragCoord.xy / vec2(textureSize(picture, 0)));
}
