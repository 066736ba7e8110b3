/* What a C program can get wrong: every call is refused with its code, and nothing is read, written or freed that should not
 * be. run.sh runs this under AddressSanitizer and Valgrind, which see what an exit code does not. */
#include "ffi.h"
#include <stdio.h>
#include <string.h>

static int failures;

static void expect(int line, int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "misuse.c:%d: %s; the last error is %s: %s\n", line, what, rt_error_name(rt_last_error_code()),
            rt_last_error_message());
    failures++;
}
#define EXPECT(condition) expect(__LINE__, (condition), #condition)
/* A call that gives `value` and sets this code. */
#define REFUSED(call, value, code) \
    (rt_error_clear(), expect(__LINE__, (call) == (value) && rt_last_error_code() == (code), #call))

int main(void) {
    const float numbers[] = {1, 2, 3, 4, 5, 6};
    const int64_t shape[] = {2, 3}, huge[] = {INT64_MAX, INT64_MAX}, negative[] = {-2, 3};
    const int64_t deep[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    float out[6] = {0};
    char text[8];

    rt_tensor a = rt_tensor_from_data(numbers, 6, shape, 2, RT_F32, RT_DEVICE_DEFAULT);
    EXPECT(a > 0 && rt_handle_live(0) == 1);

    /* shapes and counts */
    REFUSED(rt_tensor_from_data(numbers, 5, shape, 2, RT_F32, RT_DEVICE_DEFAULT), 0, RT_ERROR_SHAPE_MISMATCH);
    REFUSED(rt_tensor_from_data(NULL, 6, shape, 2, RT_F32, RT_DEVICE_DEFAULT), 0, RT_ERROR_NULL_POINTER);
    REFUSED(rt_tensor_from_data(numbers, -1, shape, 2, RT_F32, RT_DEVICE_DEFAULT), 0, RT_ERROR_INVALID_ARGUMENT);
    REFUSED(rt_tensor_zeros(NULL, 2, RT_F32, RT_DEVICE_DEFAULT), 0, RT_ERROR_NULL_POINTER);
    REFUSED(rt_tensor_zeros(shape, 2, 0, RT_DEVICE_DEFAULT), 0, RT_ERROR_INVALID_ARGUMENT);
    REFUSED(rt_tensor_zeros(shape, 2, RT_F32, 0), 0, RT_ERROR_INVALID_HANDLE);
    REFUSED(rt_tensor_matmul(a, a), 0, RT_ERROR_SHAPE_MISMATCH);
    EXPECT(rt_tensor_zeros(huge, 2, RT_F32, RT_DEVICE_DEFAULT) == 0);
    EXPECT(rt_tensor_zeros(negative, 2, RT_F32, RT_DEVICE_DEFAULT) == 0);
    EXPECT(rt_tensor_zeros(deep, 9, RT_F32, RT_DEVICE_DEFAULT) == 0);

    /* room that is too small stays untouched */
    REFUSED(rt_tensor_copy_to(a, out, 5, RT_F32), RT_ERROR_INVALID_ARGUMENT, RT_ERROR_INVALID_ARGUMENT);
    REFUSED(rt_tensor_copy_to(a, NULL, 6, RT_F32), RT_ERROR_NULL_POINTER, RT_ERROR_NULL_POINTER);
    EXPECT(out[0] == 0 && out[4] == 0);
    EXPECT(rt_tensor_copy_to(a, out, 6, RT_F32) == 6 && memcmp(out, numbers, sizeof out) == 0);

    /* handles that are stale, of another kind, or made up */
    rt_tensor b = rt_tensor_transpose(a, 0, 1);
    EXPECT(rt_tensor_free(a) >= 0);
    REFUSED(rt_tensor_free(a), RT_ERROR_INVALID_HANDLE, RT_ERROR_INVALID_HANDLE);
    REFUSED(rt_tensor_ndim(a), RT_ERROR_INVALID_HANDLE, RT_ERROR_INVALID_HANDLE);
    REFUSED(rt_tensor_ndim(rt_device_default()), RT_ERROR_INVALID_HANDLE, RT_ERROR_INVALID_HANDLE);
    REFUSED(rt_tensor_ndim(b ^ (INT64_C(1) << 30)), RT_ERROR_INVALID_HANDLE, RT_ERROR_INVALID_HANDLE);
    REFUSED(rt_tensor_ndim(INT64_MIN), RT_ERROR_INVALID_HANDLE, RT_ERROR_INVALID_HANDLE);
    EXPECT(rt_tensor_free(0) >= 0);

    /* a view keeps the memory that it looks at */
    EXPECT(rt_tensor_copy_to(b, out, 6, RT_F32) == 6 && out[1] == 4 && out[2] == 2);
    EXPECT(rt_tensor_free(b) >= 0);

    /* text: cut to its room, and lent texts outlive the next ones */
    REFUSED(rt_device_find("nonsense", -1), 0, RT_ERROR_NOT_FOUND);
    int64_t needed = rt_last_error_copy(text, sizeof text);
    EXPECT(needed >= (int64_t)sizeof text && strlen(text) == sizeof text - 1);
    const char *first = rt_last_error_message();
    const char *second = rt_build_info();
    EXPECT((int64_t)strlen(first) == needed && strstr(first, "nonsense") != NULL && strlen(second) > 0);
    REFUSED(rt_device_find("\xff", 1), 0, RT_ERROR_INVALID_ARGUMENT);

    EXPECT(rt_handle_live(0) == 0);
    EXPECT(rt_shutdown() >= 0);
    printf("misuse: %d failures\n", failures);
    return failures != 0;
}
