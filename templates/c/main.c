/* A first program: the mean of six numbers, on the device that the environment variable FFI_DEVICE names. */
#include <ffi.h>
#include <stdio.h>

int main(void) {
    const double numbers[] = {3, 1, 4, 1, 5, 9};
    const int64_t dims[] = {6};
    double answer;
    rt_tensor x = rt_tensor_from_data(numbers, 6, dims, 1, RT_F64, RT_DEVICE_DEFAULT);
    rt_tensor mean = x != 0 ? rt_tensor_mean(x) : 0; /* handles are 0 and statuses negative where a call failed */
    if (mean == 0 || rt_tensor_item_into(mean, &answer) < 0) {
        fprintf(stderr, "%s\n", rt_last_error_message());
        return 1;
    }
    printf("ffi suite %s on %s: mean %.4f\n", rt_version(), rt_device_name(RT_DEVICE_DEFAULT), answer);
    rt_tensor_free(mean);
    rt_tensor_free(x);
    return 0;
}
