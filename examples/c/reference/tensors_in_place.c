/* In place: the result goes into the first operand's own memory. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    rt_tensor x = rt_tensor_ones_1d(3, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor whole = rt_tensor_ones_1d(3, RT_I32, RT_DEVICE_DEFAULT);
    float out[3];
    if (rt_tensor_add_(x, x) < 0 || rt_tensor_mul_scalar_(x, 1.5) < 0) return 1;
    if (rt_tensor_copy_to(x, out, 3, RT_F32) != 3) return 1;
    printf("%g %g %g\n", out[0], out[1], out[2]);
    /* Floats would be lost in integers, so they are refused. */
    if (rt_tensor_add_(whole, x) == RT_ERROR_DTYPE_MISMATCH) printf("%s\n", rt_last_error_message());
    rt_tensor_free(whole);
    return rt_tensor_free(x) < 0;
}
/* Prints:
3 3 3
rt_tensor_add_: f32 does not fit into i32 in place
*/
