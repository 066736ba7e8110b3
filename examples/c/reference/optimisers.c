/* An optimiser moves a module's parameters along their gradients; a schedule changes its rate; its state is saved and loaded. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    const float xs[] = {0, 1, 2, 3}, ys[] = {-1, 2, 5, 8}; /* y = 3 x - 1 */
    const int64_t dims[] = {4, 1};
    rt_tensor x = rt_tensor_from_data(xs, 4, dims, 2, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor y = rt_tensor_from_data(ys, 4, dims, 2, RT_F32, RT_DEVICE_DEFAULT);
    rt_random_seed(1);
    rt_module line = rt_nn_linear(1, 1, 1, RT_F32, RT_DEVICE_DEFAULT);
    rt_optimizer adam = rt_optim_adam(line, 0.2, 0.9, 0.999, 1e-8);
    rt_optim_schedule_cosine(adam, 300, 0.001);
    for (int step = 0; step < 300; step++) {
        rt_tensor guess = rt_module_forward(line, x), away = rt_tensor_sub(guess, y);
        rt_tensor squared = rt_tensor_square(away), loss = rt_tensor_mean(squared);
        if (step % 100 == 0) printf("step %d, learning rate %.3f\n", step, rt_optim_learning_rate(adam));
        rt_optim_zero_grad(adam);
        if (rt_tensor_backward(loss) < 0) return 1;
        rt_optim_clip_grad_norm_(adam, 10, 2);
        if (rt_optim_step(adam) < 0 || rt_optim_schedule_advance(adam) < 0) return 1;
        const rt_tensor all[] = {guess, away, squared, loss};
        for (int i = 0; i < 4; i++) rt_tensor_free(all[i]);
    }
    rt_tensor weight = rt_module_parameter_named(line, "weight", -1), bias = rt_module_parameter_named(line, "bias", -1);
    printf("y = %.2f x + %.2f\n", rt_tensor_item(weight), rt_tensor_item(bias));

    /* Only what has learned the same way can go on with this state. */
    rt_optimizer adagrad = rt_optim_adagrad(line, 0.1, 0, 1e-10, 0);
    if (rt_optim_save(adam, "line.state", -1) < 0 || rt_optim_load(adam, "line.state", -1) < 0) return 1;
    if (rt_optim_load(adagrad, "line.state", -1) < 0) printf("%s\n", rt_last_error_message());
    remove("line.state");
    const rt_handle all[] = {x, y, line, adam, adagrad, weight, bias};
    for (int i = 0; i < 7; i++) rt_release(all[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
step 0, learning rate 0.200
step 100, learning rate 0.150
step 200, learning rate 0.051
y = 3.00 x + -1.00
rt_optim_load: line.state: this holds no state of adagrad, but of "adam"; rt_optim_save writes one
*/
