/* Stands in for the dynamic caller of the Simple runtime: opens the library lazily and locally, finds functions by name, and
 * passes and reads nothing but int64_t. Usage: dynamic_caller LIBRARY. Prints one line, exits 0 when all is as it should be. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void *library;
static int failures;

/* At most eight words, as there. ISO C has no cast from an object pointer to a function pointer; POSIX blesses this copy. */
static int64_t call(const char *name, int count, const int64_t *a) {
    typedef int64_t (*f0)(void);
    typedef int64_t (*f1)(int64_t);
    typedef int64_t (*f2)(int64_t, int64_t);
    typedef int64_t (*f3)(int64_t, int64_t, int64_t);
    typedef int64_t (*f4)(int64_t, int64_t, int64_t, int64_t);
    typedef int64_t (*f5)(int64_t, int64_t, int64_t, int64_t, int64_t);
    void *address = dlsym(library, name);
    union { f0 n0; f1 n1; f2 n2; f3 n3; f4 n4; f5 n5; } f;
    if (address == NULL) {
        printf("missing %s\n", name);
        failures++;
        return 0;
    }
    memcpy(&f, &address, sizeof address);
    switch (count) {
    case 0: return f.n0();
    case 1: return f.n1(a[0]);
    case 2: return f.n2(a[0], a[1]);
    case 3: return f.n3(a[0], a[1], a[2]);
    case 4: return f.n4(a[0], a[1], a[2], a[3]);
    default: return f.n5(a[0], a[1], a[2], a[3], a[4]);
    }
}

static void check(const char *what, int holds) {
    if (!holds) {
        printf("failed: %s\n", what);
        failures++;
    }
}

static int64_t bits(double value) {
    int64_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

static const char *text(int64_t word) { return (const char *)(intptr_t)word; }
static int64_t address(const void *pointer) { return (int64_t)(intptr_t)pointer; }

int main(int argc, char **argv) {
    int64_t a[8], tensor, code, made = 0;
    char buffer[256];
    if (argc != 2 || (library = dlopen(argv[1], RTLD_LAZY | RTLD_LOCAL)) == NULL) {
        printf("cannot open: %s\n", argc == 2 ? dlerror() : "usage: dynamic_caller LIBRARY");
        return 1;
    }

    /* Scalars and text, both ways. */
    check("a version", call("rt_abi_version", 0, a) > 0 && strlen(text(call("rt_version", 0, a))) > 0);
    a[0] = address("vulkan"), a[1] = -1;
    check("a truth value is 0 or 1 as a full word", (call("rt_has_feature", 2, a) & ~(int64_t)1) == 0);
    a[0] = address(buffer), a[1] = sizeof buffer;
    check("text into a buffer", call("rt_version_copy", 2, a) == (int64_t)strlen(buffer));
    a[0] = -1015;
    check("a static name", strcmp(text(call("rt_error_name", 1, a)), "TIMEOUT") == 0);

    /* A failure, and its reason. */
    a[0] = 0x123456789;
    check("a made-up handle is refused", call("rt_tensor_ndim", 1, a) == -1003);
    check("with its code", call("rt_last_error_code", 0, a) == -1003);
    check("and a sentence", strncmp(text(call("rt_last_error_message", 0, a)), "rt_tensor_ndim: ", 16) == 0);
    call("rt_error_clear", 0, a);
    check("cleared", call("rt_last_error_code", 0, a) == 0);

    /* Doubles as bits: 0, 0.5 … before 3 in f64 on the default device, summed to 7.5. */
    a[0] = bits(0.0), a[1] = bits(3.0), a[2] = bits(0.5), a[3] = 1, a[4] = 1;
    tensor = call("rt_tensor_arange_bits", 5, a);
    code = call("rt_last_error_code", 0, a);
    check("a tensor, or the reason there is none", tensor > 0 ? tensor < ((int64_t)1 << 60) : code <= -1001);
    if (tensor > 0) {
        int64_t sum;
        a[0] = tensor;
        check("six elements", call("rt_tensor_numel", 1, a) == 6);
        sum = call("rt_tensor_sum", 1, a);
        a[0] = sum;
        check("the sum", call("rt_tensor_item_bits", 1, a) == bits(7.5));
        check("freed", call("rt_release", 1, a) == 0);
        a[0] = tensor;
        check("freed too", call("rt_tensor_free", 1, a) == 0 && call("rt_tensor_free", 1, a) == -1003);
        made = 2;
    }
    a[0] = 0;
    check("nothing is left", call("rt_handle_live", 1, a) == 0);
    check("closing keeps what threads still need", dlclose(library) == 0);
    printf("%s; %" PRId64 " tensors made and freed\n", failures == 0 ? "ok" : "FAILED", made);
    return failures != 0;
}
