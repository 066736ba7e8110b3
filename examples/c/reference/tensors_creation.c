/* New tensors: from numbers of your own, by a rule, at random. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    const int32_t numbers[] = {1, 2, 3, 4, 5, 6};
    const int64_t dims[] = {2, 3};
    rt_tensor own = rt_tensor_from_data(numbers, 6, dims, 2, RT_I32, RT_DEVICE_DEFAULT);
    rt_tensor rule = rt_tensor_arange(0, 1, 0.25, RT_F32, RT_DEVICE_DEFAULT);
    rt_random_seed(7);
    rt_tensor random = rt_tensor_rand_2d(100, 100, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor mean = rt_tensor_mean(random);
    double value = rt_tensor_item(mean);
    printf("%d and %d elements\n", (int)rt_tensor_numel(own), (int)rt_tensor_numel(rule));
    printf("the mean is near a half: %d\n", value > 0.45 && value < 0.55);
    const rt_tensor all[] = {own, rule, random, mean};
    for (int i = 0; i < 4; i++) {
        if (rt_tensor_free(all[i]) < 0) return 1;
    }
    return rt_handle_live(0) != 0;
}
/* Prints:
6 and 4 elements
the mean is near a half: 1
*/
