/* The smallest whole program: a product of two matrices, on the device that FFI_DEVICE names. */
#include "ffi.h"
#include <stdio.h>
#include <stdlib.h>

/* For functions that give a handle or a count above 0; what only succeeds gives 0. */
static int64_t check(int64_t result) {
    if (result > 0) return result;
    fprintf(stderr, "%s\n", rt_last_error_message());
    exit(1);
}

int main(void) {
    const float numbers[] = {1, 2, 3, 4, 5, 6};
    const int64_t shape[] = {2, 3};
    rt_tensor a = check(rt_tensor_from_data(numbers, 6, shape, 2, RT_F32, RT_DEVICE_DEFAULT));
    rt_tensor b = check(rt_tensor_transpose(a, 0, 1));
    rt_tensor product = check(rt_tensor_matmul(a, b));
    float out[4];
    check(rt_tensor_copy_to(product, out, 4, RT_F32));
    printf("%g %g\n%g %g\non %s\n", out[0], out[1], out[2], out[3], rt_device_name(RT_DEVICE_DEFAULT));
    rt_tensor_free(product);
    rt_tensor_free(b);
    rt_tensor_free(a);
    return 0;
}
