/* Vulkan itself, drawing: a triangle, rendered off screen and written as a PNG; with --window into a window that may be resized, until
 * it is closed, somebody presses escape, or --frames N are shown. --turn turns it. */
#include "ffi.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SHADERS
#define SHADERS "shaders/spirv"
#endif

enum { SIZE = 256, GRAPHICS = 1 };
/* Vulkan's own numbers. */
enum { RGBA8 = 37, FLOAT2 = 103, FLOAT3 = 106, IMAGE_SOURCE = 1, IMAGE_DRAWN = 16, VERTICES = 128, DESTINATION = 2 };
/* Options of a graphics pipeline, see rt_vk_pipeline_graphics. */
enum { COLOR = 1, VERTEX_BUFFER = 8, ATTRIBUTE = 9 };
enum { HOST_WRITES = 1, HOST_READS = 2 };

static int64_t check(int64_t result, int64_t least) {
    if (result >= least) return result;
    fprintf(stderr, "vulkan_triangle: %s\n", rt_last_error_message());
    exit(1);
}

static void fail(const char *what, const char *path) {
    fprintf(stderr, "vulkan_triangle: %s %s\n", what, path);
    exit(1);
}

/* PNG: blocks of a length, a name, bytes and a sum over name and bytes. */
static uint32_t crc_of(const uint8_t *data, size_t len) {
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < len; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static uint8_t *put32(uint8_t *at, uint32_t n) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(n >> (24 - 8 * i));
    return at + 4;
}

static void write_block(FILE *file, const char *name, const uint8_t *data, size_t len) {
    uint8_t *all = malloc(len + 12);
    if (!all) fail("no memory for", name);
    put32(all, (uint32_t)len);
    memcpy(all + 4, name, 4);
    if (len) memcpy(all + 8, data, len);
    put32(all + 8 + len, crc_of(all + 4, len + 4));
    fwrite(all, 1, len + 12, file);
    free(all);
}

/* Rows are stored as they are: each a deflate block without compression, before it a byte for "no filter". */
static void write_png(const char *path, const uint8_t *rgba) {
    enum { ROW = SIZE * 4 + 1 };
    static uint8_t packed[2 + SIZE * (5 + ROW) + 4], head[13];
    uint8_t *at = packed;
    uint32_t a = 1, b = 0;
    *at++ = 0x78;
    *at++ = 0x01;
    for (int y = 0; y < SIZE; y++) {
        *at++ = y == SIZE - 1; /* the last one */
        *at++ = ROW & 255;
        *at++ = ROW >> 8;
        *at++ = ~ROW & 255;
        *at++ = (~ROW >> 8) & 255;
        *at = 0;
        memcpy(at + 1, rgba + y * SIZE * 4, SIZE * 4);
        for (int i = 0; i < ROW; i++) {
            a = (a + at[i]) % 65521;
            b = (b + a) % 65521;
        }
        at += ROW;
    }
    at = put32(at, b << 16 | a);
    put32(put32(head, SIZE), SIZE);
    head[8] = 8; /* bits */
    head[9] = 6; /* red, green, blue, alpha */
    FILE *file = fopen(path, "wb");
    if (!file) fail("cannot write", path);
    fwrite("\x89PNG\r\n\x1a\n", 1, 8, file);
    write_block(file, "IHDR", head, sizeof head);
    write_block(file, "IDAT", packed, (size_t)(at - packed));
    write_block(file, "IEND", NULL, 0);
    if (fclose(file) != 0) fail("cannot write", path);
}

static rt_vk_shader load(rt_vk_device device, const char *path) {
    static uint32_t code[16384];
    FILE *file = fopen(path, "rb");
    if (!file) fail("cannot read", path);
    size_t len = fread(code, 1, sizeof code, file);
    fclose(file);
    return check(rt_vk_shader_load(device, code, (int64_t)len), 1);
}

static const float triangle[3][5] = {
    {0.0f, -0.8f, 1, 0, 0}, {0.8f, 0.8f, 0, 1, 0}, {-0.8f, 0.8f, 0, 0, 1}, /* x, y, red, green, blue */
};

/* What every frame needs, whether it goes to an image or to a window. */
typedef struct {
    rt_vk_pipeline pipeline;
    rt_vk_buffer vertices;
    rt_vk_memory memory;
} scene;

static scene make_scene(rt_vk_device device, int64_t format) {
    scene s;
    rt_vk_shader vertex = load(device, SHADERS "/TRIANGLE_VERTEX.spv");
    rt_vk_shader fragment = load(device, SHADERS "/TRIANGLE_FRAGMENT.spv");
    const int64_t options[] = {
        COLOR, format, VERTEX_BUFFER, 20, 0, ATTRIBUTE, 0, 0, FLOAT2, 0, ATTRIBUTE, 1, 0, FLOAT3, 8,
    };
    s.pipeline = check(rt_vk_pipeline_graphics(vertex, fragment, options, sizeof options / sizeof *options), 1);
    s.vertices = check(rt_vk_buffer_create(device, sizeof triangle, VERTICES), 1);
    s.memory = check(rt_vk_memory_allocate(s.vertices, HOST_WRITES), 1);
    check(rt_vk_buffer_write(s.vertices, 0, triangle, sizeof triangle), 0);
    check(rt_vk_shader_destroy(vertex), 0);
    check(rt_vk_shader_destroy(fragment), 0);
    return s;
}

static void free_scene(scene s) {
    check(rt_vk_pipeline_destroy(s.pipeline), 0);
    check(rt_vk_buffer_destroy(s.vertices), 0);
    check(rt_vk_memory_free(s.memory), 0);
}

/* One frame; the target's layout is the library's business. `turn` is the cosine and sine of an angle. */
static void draw(rt_vk_commands commands, scene s, rt_vk_image target, const float turn[2]) {
    const double clear[] = {0.1, 0.1, 0.15, 1};
    const float push[] = {turn[0], turn[1], 0};
    check(rt_vk_render_begin(commands, &target, 1, 0, clear, 4), 0);
    check(rt_vk_bind_pipeline(commands, s.pipeline), 0);
    check(rt_vk_bind_vertex_buffer(commands, 0, s.vertices, 0), 0);
    check(rt_vk_push_constants(commands, 0, push, sizeof push), 0);
    check(rt_vk_draw(commands, 3, 1, 0, 0), 0);
    check(rt_vk_render_end(commands), 0);
}

static void off_screen(rt_vk_device device, rt_vk_queue queue, rt_vk_commands commands, const char *path) {
    static uint8_t pixels[SIZE * SIZE * 4];
    const float turn[] = {1, 0};
    scene s = make_scene(device, RGBA8);
    rt_vk_image target = check(rt_vk_image_create(device, SIZE, SIZE, RGBA8, IMAGE_SOURCE + IMAGE_DRAWN), 1);
    rt_vk_buffer back = check(rt_vk_buffer_create(device, sizeof pixels, DESTINATION), 1);
    rt_vk_memory memory = check(rt_vk_memory_allocate(back, HOST_READS), 1);
    rt_vk_fence fence = check(rt_vk_fence_create(device), 1);
    check(rt_vk_command_begin(commands), 0);
    draw(commands, s, target, turn);
    check(rt_vk_copy_image_to_buffer(commands, target, NULL, 0, back, 0), 0);
    check(rt_vk_command_end(commands), 0);
    check(rt_vk_submit(queue, commands, fence), 0);
    check(rt_vk_fence_wait(fence, -1), 0);
    check(rt_vk_buffer_read(back, 0, pixels, sizeof pixels), 0);
    write_png(path, pixels);
    check(rt_vk_command_begin(commands), 0); /* forgets what was recorded */
    check(rt_vk_command_end(commands), 0);
    check(rt_vk_fence_destroy(fence), 0);
    check(rt_vk_image_destroy(target), 0);
    check(rt_vk_buffer_destroy(back), 0);
    check(rt_vk_memory_free(memory), 0);
    free_scene(s);
    printf("%d x %d pixels in %s\n", SIZE, SIZE, path);
}

static int wants_to_quit(rt_vk_window window, int64_t event) {
    if (event == RT_WINDOW_EVENT_CLOSE) return 1;
    return event == RT_WINDOW_EVENT_KEY_DOWN && rt_vk_window_event_key(window) == RT_KEY_ESCAPE;
}

static void in_window(rt_vk_instance instance, rt_vk_device device, rt_vk_queue queue, rt_vk_commands commands,
                      int64_t frames, int turning) {
    float turn[] = {1, 0};
    int64_t shown = 0, anew = 0;
    int open = 1, stale = 0, hidden = 0;
    rt_vk_window window = check(rt_vk_window_create("vulkan_triangle", -1, SIZE, SIZE), 1);
    rt_vk_surface surface = check(rt_vk_surface_create(instance, window), 1);
    rt_vk_swapchain swapchain = check(rt_vk_swapchain_create(device, surface, SIZE, SIZE, 1), 1);
    scene s = make_scene(device, check(rt_vk_swapchain_format(swapchain), 0));
    rt_vk_fence fence = check(rt_vk_fence_create(device), 1);
    while (open && shown != frames) {
        /* A hidden window has nothing to draw into: sleep until something happens to it. */
        int64_t event = check(rt_vk_window_poll(window, hidden ? 100000000 : 0), 0);
        for (; event > 0; event = check(rt_vk_window_poll(window, 0), 0))
            if (wants_to_quit(window, event)) open = 0;
        if (stale) {
            int64_t done = rt_vk_swapchain_recreate(swapchain, rt_vk_window_width(window), rt_vk_window_height(window));
            hidden = done == RT_ERROR_WOULD_BLOCK;
            if (hidden) continue;
            check(done, 0);
            anew++;
        }
        int64_t index = rt_vk_swapchain_acquire(swapchain, queue, -1);
        stale = index == RT_ERROR_OUT_OF_DATE;
        if (stale) continue;
        rt_vk_image target = check(rt_vk_swapchain_image(swapchain, check(index, 0)), 1);
        check(rt_vk_command_begin(commands), 0);
        draw(commands, s, target, turn);
        check(rt_vk_command_end(commands), 0);
        check(rt_vk_submit(queue, commands, fence), 0);
        int64_t done = rt_vk_present(queue, swapchain, index);
        stale = done == 1 || done == RT_ERROR_OUT_OF_DATE;
        if (!stale) check(done, 0);
        check(rt_release(target), 0); /* it goes when it is shown; rt_vk_image_destroy would answer BUSY until then */
        check(rt_vk_fence_wait(fence, -1), 0);
        check(rt_vk_fence_reset(fence), 0);
        shown++;
        if (turning) {
            const float c = turn[0] * 0.9998f - turn[1] * 0.02f;
            turn[1] = turn[1] * 0.9998f + turn[0] * 0.02f;
            turn[0] = c;
        }
    }
    check(rt_vk_queue_wait(queue, -1), 0);
    check(rt_vk_command_begin(commands), 0); /* forgets what was recorded */
    check(rt_vk_command_end(commands), 0);
    free_scene(s);
    check(rt_vk_fence_destroy(fence), 0);
    check(rt_vk_swapchain_destroy(swapchain), 0);
    check(rt_vk_surface_destroy(surface), 0);
    check(rt_vk_window_destroy(window), 0);
    printf("%d frames shown, the swapchain made anew %d times\n", (int)shown, (int)anew);
}

int main(int argc, char **argv) {
    const char *path = "triangle.png";
    int window = 0, turning = 0;
    int64_t frames = -1;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--window")) {
            window = 1;
        } else if (!strcmp(argv[i], "--turn")) {
            turning = 1;
        } else if (!strcmp(argv[i], "--frames") && i + 1 < argc) {
            frames = strtol(argv[++i], NULL, 10);
        } else if (argv[i][0] == '-') {
            fail("no such option:", argv[i]);
        } else {
            path = argv[i];
        }
    }
    rt_vk_instance instance = check(rt_vk_instance_create("vulkan_triangle", -1, 0), 1);
    printf("device %s\n", rt_vk_physical_device_name(instance, 0));
    int64_t family = check(rt_vk_queue_family_find(instance, 0, GRAPHICS), 0);
    rt_vk_device device = check(rt_vk_device_create(instance, 0), 1);
    rt_vk_queue queue = check(rt_vk_queue_get(device, family, 0), 1);
    rt_vk_commands_pool pool = check(rt_vk_command_pool(device, family), 1);
    rt_vk_commands commands = check(rt_vk_command_buffer(pool), 1);

    if (window)
        in_window(instance, device, queue, commands, frames, turning);
    else
        off_screen(device, queue, commands, path);

    check(rt_vk_command_buffer_destroy(commands), 0);
    check(rt_vk_command_pool_destroy(pool), 0);
    check(rt_vk_queue_destroy(queue), 0);
    check(rt_vk_device_destroy(device), 0);
    check(rt_vk_instance_destroy(instance), 0);
    printf("live handles %d\n", (int)rt_handle_live(0));
    return 0;
}
