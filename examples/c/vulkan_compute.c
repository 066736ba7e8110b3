/* Vulkan itself, computing: a shader from a file doubles a million numbers, and each is looked at. */
#include "ffi.h"
#include <stdio.h>
#include <stdlib.h>

#ifndef SHADERS
#define SHADERS "shaders/spirv"
#endif

enum { COUNT = 1000000, GROUPS = 256, STORAGE = 32, COMPUTE = 2, HOST_WRITES = 1 };

/* Handles are positive, counts and statuses not negative. */
static int64_t check(int64_t result, int64_t least) {
    if (result >= least) return result;
    fprintf(stderr, "vulkan_compute: %s\n", rt_last_error_message());
    exit(1);
}

static void *read_file(const char *path, int64_t *len) {
    FILE *file = fopen(path, "rb");
    long end = -1;
    void *data = NULL;
    if (file && fseek(file, 0, SEEK_END) == 0) end = ftell(file);
    if (end > 0) data = malloc((size_t)end);
    if (!data || fseek(file, 0, SEEK_SET) != 0 || fread(data, 1, (size_t)end, file) != (size_t)end) {
        fprintf(stderr, "vulkan_compute: cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    *len = end;
    return data;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : SHADERS "/DOUBLE.spv";
    int64_t code_len = 0;
    void *code = read_file(path, &code_len);

    rt_vk_instance instance = check(rt_vk_instance_create("vulkan_compute", -1, 0), 1);
    printf("device %s, Vulkan %s\n", rt_vk_physical_device_name(instance, 0),
           rt_vk_physical_device_api_version(instance, 0));
    int64_t family = check(rt_vk_queue_family_find(instance, 0, COMPUTE), 0);
    rt_vk_device device = check(rt_vk_device_create(instance, 0), 1);
    rt_vk_queue queue = check(rt_vk_queue_get(device, family, 0), 1);

    rt_vk_buffer buffer = check(rt_vk_buffer_create(device, COUNT * (int64_t)sizeof(float), STORAGE), 1);
    rt_vk_memory memory = check(rt_vk_memory_allocate(buffer, HOST_WRITES), 1);
    float *numbers = (float *)(intptr_t)check(rt_vk_memory_map(memory), 1);
    for (int i = 0; i < COUNT; i++) numbers[i] = (float)i - 0.5f;

    rt_vk_shader shader = check(rt_vk_shader_load(device, code, code_len), 1);
    printf("shader: %s, work-groups of %d\n", rt_vk_shader_entry_name(shader, 0),
           (int)check(rt_vk_shader_workgroup_size(shader, 0, 0), 1));
    rt_vk_pipeline pipeline = check(rt_vk_pipeline_compute(shader, "main", -1, NULL, 0), 1);
    rt_vk_descriptor_set set = check(rt_vk_descriptor_set_create(pipeline, 0), 1);
    check(rt_vk_bind_buffer(set, 0, 0, buffer, 0, -1), 0);

    rt_vk_commands_pool pool = check(rt_vk_command_pool(device, family), 1);
    rt_vk_commands commands = check(rt_vk_command_buffer(pool), 1);
    const uint32_t count = COUNT;
    check(rt_vk_command_begin(commands), 0);
    check(rt_vk_bind_pipeline(commands, pipeline), 0);
    check(rt_vk_bind_descriptor_set(commands, set), 0);
    check(rt_vk_push_constants(commands, 0, &count, sizeof count), 0);
    check(rt_vk_dispatch(commands, GROUPS, 1, 1), 0);
    check(rt_vk_command_end(commands), 0);

    rt_vk_fence fence = check(rt_vk_fence_create(device), 1);
    check(rt_vk_submit(queue, commands, fence), 0);
    /* Ten seconds; 0 would only look, -1 wait for ever. */
    if (check(rt_vk_fence_wait(fence, 10000000000), 0) == 0) {
        fprintf(stderr, "vulkan_compute: not done after ten seconds\n");
        return 1;
    }

    int wrong = 0;
    for (int i = 0; i < COUNT; i++) wrong += numbers[i] != ((float)i - 0.5f) * 2;
    printf("%d numbers doubled, %d wrong\n", COUNT, wrong);
    check(rt_vk_memory_unmap(memory), 0);

    /* In any order: what is still needed stays until it is not. */
    const rt_handle all[] = {instance, device, queue,  buffer,   memory, shader,
                             pipeline, set,    pool,   commands, fence};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) check(rt_release(all[i]), 0);
    free(code);
    printf("live handles %d\n", (int)rt_handle_live(0));
    return wrong != 0;
}
