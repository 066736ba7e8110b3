/* A network that learns which of two coins are the same: four examples, a few hundred steps downhill. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    const float pairs[] = {0, 0, 0, 1, 1, 0, 1, 1}, answers[] = {1, 0, 0, 1};
    const int64_t wide[] = {4, 2}, tall[] = {4, 1};
    rt_random_seed(1);
    const rt_module layers[] = {rt_nn_linear(2, 8, 1, RT_F32, RT_DEVICE_DEFAULT), rt_nn_tanh(),
                                rt_nn_linear(8, 1, 1, RT_F32, RT_DEVICE_DEFAULT)};
    rt_module net = rt_nn_sequential(layers, 3);
    for (int i = 0; i < 3; i++) rt_module_free(layers[i]);
    if (!net) return printf("%s\n", rt_last_error_message()), 1;
    for (int64_t i = 0; i < rt_module_parameter_count(net); i++) printf("%s\n", rt_module_parameter_name(net, i));

    rt_tensor inputs = rt_tensor_from_data(pairs, 8, wide, 2, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor wanted = rt_tensor_from_data(answers, 4, tall, 2, RT_F32, RT_DEVICE_DEFAULT);
    double last = 0;
    for (int step = 0; step < 500; step++) {
        rt_tensor said = rt_module_forward(net, inputs);
        rt_tensor loss = rt_tensor_binary_cross_entropy_with_logits(said, wanted, RT_REDUCTION_MEAN);
        rt_module_zero_grad(net);
        if (rt_tensor_backward(loss) != 0) return printf("%s\n", rt_last_error_message()), 1;
        rt_no_grad_begin();
        for (int64_t i = 0; i < rt_module_parameter_count(net); i++) {
            rt_tensor parameter = rt_module_parameter(net, i), grad = rt_tensor_grad(parameter);
            rt_tensor down = rt_tensor_mul_scalar(grad, -0.5);
            rt_tensor_add_(parameter, down);
            rt_tensor_free(parameter), rt_tensor_free(grad), rt_tensor_free(down);
        }
        rt_no_grad_end();
        last = rt_tensor_item(loss);
        rt_tensor_free(said), rt_tensor_free(loss);
    }
    printf("the loss is %s 0.1\n", last < 0.1 ? "below" : "not below");

    rt_module_train(net, 0);
    rt_tensor said = rt_module_forward(net, inputs), likely = rt_tensor_sigmoid(said);
    float out[4];
    if (rt_tensor_copy_to(likely, out, 4, RT_F32) != 4) return 1;
    for (int i = 0; i < 4; i++) printf("%g %g: %s\n", pairs[2 * i], pairs[2 * i + 1], out[i] > 0.5 ? "same" : "differ");
    rt_tensor_free(said), rt_tensor_free(likely), rt_tensor_free(inputs), rt_tensor_free(wanted), rt_module_free(net);
    return rt_handle_live(0) != 0;
}
/* Prints:
0.weight
0.bias
2.weight
2.bias
the loss is below 0.1
0 0: same
0 1: differ
1 0: differ
1 1: same
*/
