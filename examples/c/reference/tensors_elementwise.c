/* Arithmetic broadcasts and promotes; a number goes in as it is. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    float out[6];
    rt_tensor column = rt_tensor_arange_i64(1, 3, 1, RT_I32, RT_DEVICE_DEFAULT); /* 1 2 */
    rt_tensor tall = rt_tensor_unsqueeze(column, 1);
    rt_tensor wide = rt_tensor_arange(0, 1.5, 0.5, RT_F32, RT_DEVICE_DEFAULT); /* 0 0.5 1 */
    rt_tensor sum = rt_tensor_add(tall, wide); /* 2 by 3, f32 */
    rt_tensor twice = rt_tensor_mul_scalar(sum, 2);
    if (rt_tensor_copy_to(twice, out, 6, RT_F32) != 6) return 1;
    printf("%g %g %g\n%g %g %g\n", out[0], out[1], out[2], out[3], out[4], out[5]);
    const rt_tensor all[] = {column, tall, wide, sum, twice};
    for (int i = 0; i < 5; i++) rt_tensor_free(all[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
2 3 4
4 5 6
*/
