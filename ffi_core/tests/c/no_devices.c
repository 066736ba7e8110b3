/* A Vulkan driver that has no device: what a loader finds on a machine whose card was pulled out. */
#include <stdint.h>
#include <string.h>

typedef void (*function)(void);

static int64_t nothing(void) { return 0; }

/* The loader keeps a table at the start of every instance and writes its magic there. */
static struct { uintptr_t loader; } the_instance;

static int create_instance(const void *info, const void *allocator, void **instance) {
    (void)info, (void)allocator;
    the_instance.loader = 0x01CDC0DE;
    *instance = &the_instance;
    return 0;
}

/* Devices, extensions and layers alike: none. */
static int none(const void *of, uint32_t *count, void *out) {
    (void)of, (void)out;
    *count = 0;
    return 0;
}

int vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
    if (*version > 4) *version = 4;
    return 0;
}

function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
    (void)instance;
    if (!strcmp(name, "vkCreateInstance")) return (function)create_instance;
    if (!strncmp(name, "vkEnumerateInstanceVersion", 26)) return 0;
    if (!strncmp(name, "vkEnumerate", 11)) return (function)none;
    return (function)nothing;
}

function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
    (void)instance, (void)name;
    return 0;
}
