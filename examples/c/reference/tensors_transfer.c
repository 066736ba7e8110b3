/* Elements out and in, in the dtype that the program has. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    double wide[3];
    const double news[] = {7.75, -1, 300};
    rt_tensor x = rt_tensor_arange_i64(1, 4, 1, RT_U8, RT_DEVICE_DEFAULT);
    if (rt_tensor_copy_to(x, wide, 3, RT_F64) != 3) return 1; /* converted on the way */
    printf("%g %g %g\n", wide[0], wide[1], wide[2]);
    if (rt_tensor_copy_from(x, news, 3, RT_F64) < 0) return 1; /* floats truncate and saturate */
    if (rt_tensor_copy_to(x, wide, 3, RT_F64) != 3) return 1;
    printf("%g %g %g\n", wide[0], wide[1], wide[2]);
    rt_tensor there = rt_tensor_to_device(x, RT_DEVICE_DEFAULT); /* already there: the memory is shared */
    rt_tensor_free(there);
    return rt_tensor_free(x) < 0;
}
/* Prints:
1 2 3
7 0 255
*/
