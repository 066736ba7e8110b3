/* A convolution by hand: how far each number lies from its neighbour, and the largest distance. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    const float numbers[] = {1, 2, 4, 7, 3, 3, 9, 8}, kernel[] = {-1, 1};
    const int64_t image[] = {1, 1, 2, 4}, of_kernel[] = {1, 1, 1, 2}, window[] = {2, 3};
    float out[6];
    rt_tensor x = rt_tensor_from_data(numbers, 8, image, 4, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor weight = rt_tensor_from_data(kernel, 2, of_kernel, 4, RT_F32, RT_DEVICE_DEFAULT);
    /* No bias, no options: one step at a time, nothing around. */
    rt_tensor steps = rt_tensor_conv2d(x, weight, 0, NULL, 0);
    if (rt_tensor_copy_to(steps, out, 6, RT_F32) != 6) return printf("%s\n", rt_last_error_message()), 1;
    printf("%g %g %g / %g %g %g\n", out[0], out[1], out[2], out[3], out[4], out[5]);
    rt_tensor largest = rt_tensor_max_pool2d(steps, window, 4);
    printf("the largest under a window of all of it is %g\n", rt_tensor_item(largest));
    /* A channel more than the weight has is refused. */
    rt_tensor two = rt_tensor_ones_4d(1, 2, 2, 4, RT_F32, RT_DEVICE_DEFAULT);
    if (!rt_tensor_conv2d(two, weight, 0, NULL, 0)) printf("%s\n", rt_error_name(rt_last_error_code()));
    rt_tensor_free(x), rt_tensor_free(weight), rt_tensor_free(steps), rt_tensor_free(largest), rt_tensor_free(two);
    return rt_handle_live(0) != 0;
}
/* Prints:
1 2 3 / 0 6 -1
the largest under a window of all of it is 6
SHAPE_MISMATCH
*/
