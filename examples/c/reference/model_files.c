/* A network's parameters in a file that other programs read too, and a file that does not fit. */
#include "ffi.h"
#include <stdio.h>

static rt_module network(int64_t hidden) {
    const rt_module parts[] = {rt_nn_linear(3, hidden, 1, RT_F32, RT_DEVICE_DEFAULT), rt_nn_relu(),
                               rt_nn_linear(hidden, 1, 0, RT_F32, RT_DEVICE_DEFAULT)};
    rt_module sequence = rt_nn_sequential(parts, 3);
    for (int i = 0; i < 3; i++) rt_module_free(parts[i]); /* the sequence holds them */
    return sequence;
}

int main(void) {
    rt_module one = network(4), other = network(4), wider = network(5);
    rt_tensor x = rt_tensor_ones_2d(1, 3, RT_F32, RT_DEVICE_DEFAULT);
    if (rt_model_save(one, "network.safetensors", -1) < 0) return 1;
    if (rt_model_load(other, "network.safetensors", -1) < 0) return 1;
    rt_tensor a = rt_module_forward(one, x), b = rt_module_forward(other, x);
    printf("the same: %d\n", rt_tensor_item(a) == rt_tensor_item(b));
    /* Everything that does not fit is told at once, and nothing was changed. */
    if (rt_model_load(wider, "network.safetensors", -1) == RT_ERROR_BAD_FORMAT) printf("%s\n", rt_last_error_message());
    remove("network.safetensors");
    const rt_handle all[] = {one, other, wider, x, a, b};
    for (int i = 0; i < 6; i++) rt_release(all[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
the same: 1
rt_model_load: network.safetensors: 0.weight has shape [4, 3], not [5, 3]; 0.bias has shape [4], not [5]; 2.weight has shape [1, 4], not [1, 5]
*/
