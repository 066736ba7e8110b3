/* Views share the memory of what they look at. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    int64_t dims[8] = {0};
    rt_tensor x = rt_tensor_zeros_2d(2, 3, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor turned = rt_tensor_transpose(x, 0, 1);
    rt_tensor row = rt_tensor_select(turned, 0, -1); /* the last column of x */
    rt_tensor_fill_(row, 5);
    rt_tensor sum = rt_tensor_sum(x);
    int64_t rank = rt_tensor_shape(turned, dims, 8);
    printf("rank %d: %d by %d\n", (int)rank, (int)dims[0], (int)dims[1]);
    printf("strides %d and %d\n", (int)rt_tensor_stride(turned, 0), (int)rt_tensor_stride(turned, 1));
    printf("the sum of x is %g\n", rt_tensor_item(sum));
    const rt_tensor all[] = {x, turned, row, sum};
    for (int i = 0; i < 4; i++) rt_tensor_free(all[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
rank 2: 3 by 2
strides 1 and 3
the sum of x is 10
*/
