/* How a failure is told. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    const int64_t dims[] = {2, 3};
    rt_tensor x = rt_tensor_ones(dims, 2, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor y = rt_tensor_matmul(x, x); /* 0: the inner dimensions differ */
    int64_t code = rt_last_error_code();
    printf("%d: %s\n", (int)y, rt_last_error_message());
    printf("%s: %s\n", rt_error_name(code), rt_error_advice(code));
    rt_error_clear(); /* a success would leave it */
    rt_tensor_free(x);
    return code != RT_ERROR_SHAPE_MISMATCH;
}
/* Prints:
0: rt_tensor_matmul: inner dimensions differ, lhs [2, 3], rhs [2, 3]
SHAPE_MISMATCH: Shapes do not fit together; the message shows them.
*/
