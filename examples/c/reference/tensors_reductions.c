/* Over everything, over one dimension, over rows. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    const float numbers[] = {1, 5, 2, 4, 0, 6};
    const int64_t dims[] = {2, 3}, last[] = {-1};
    double out[2];
    rt_tensor x = rt_tensor_from_data(numbers, 6, dims, 2, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor all = rt_tensor_sum(x), rows = rt_tensor_max_dims(x, last, 1, 0), place = rt_tensor_argmax(x);
    rt_tensor turned = rt_tensor_transpose(x, 0, 1), product = rt_tensor_matmul(x, turned);
    printf("sum %g, the largest at %d\n", rt_tensor_item(all), (int)rt_tensor_item_i64(place));
    if (rt_tensor_copy_to(rows, out, 2, RT_F64) != 2) return 1;
    printf("largest of each row: %g %g\n", out[0], out[1]);
    printf("the product is %d by %d\n", (int)rt_tensor_dim(product, 0), (int)rt_tensor_dim(product, 1));
    const rt_tensor made[] = {x, all, rows, place, turned, product};
    for (int i = 0; i < 6; i++) rt_tensor_free(made[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
sum 18, the largest at 5
largest of each row: 5 6
the product is 2 by 2
*/
