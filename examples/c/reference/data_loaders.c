/* Batches in an order of each epoch's own, and a callback that hears how far it is. */
#include "ffi.h"
#include <stdio.h>

static void tell(int64_t epoch, int64_t batch, int64_t batches, double loss, double rows_per_second, void *user_data) {
    *(double *)user_data = rows_per_second;
    printf("epoch %d: %d of %d, loss %g\n", (int)epoch, (int)batch, (int)batches, loss);
}

int main(void) {
    double speed = 0;
    rt_tensor x = rt_tensor_arange_i64(0, 10, 1, RT_F32, RT_DEVICE_DEFAULT), y = rt_tensor_neg(x);
    rt_dataset rows = rt_dataset_from_tensors(x, y);
    rt_dataloader loader = rt_dataloader_new(rows, 4, 1, 7, 0); /* four rows a batch, shuffled by the seed 7 */
    rt_dataloader_set_progress(loader, tell, &speed);
    for (int epoch = 0; epoch < 2; epoch++) {
        rt_tensor inputs, targets;
        int64_t more, count = 0;
        while ((more = rt_dataloader_next(loader, &inputs, &targets)) == 1) {
            count += rt_tensor_numel(inputs);
            rt_dataloader_report_loss(loader, 1.0 / (double)count); /* from the training's own loss, now and then */
            rt_tensor_free(inputs);
            rt_tensor_free(targets);
        }
        if (more < 0 || count != 10) return 1; /* 0 is the end, and no error */
        rt_dataloader_reset(loader);
    }
    printf("%s\n", speed > 0 ? "rows in no time" : "no rows");
    const rt_handle all[] = {x, y, rows, loader};
    for (int i = 0; i < 4; i++) rt_release(all[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
epoch 0: 1 of 3, loss 0.25
epoch 0: 2 of 3, loss 0.125
epoch 0: 3 of 3, loss 0.1
epoch 1: 1 of 3, loss 0.25
epoch 1: 2 of 3, loss 0.125
epoch 1: 3 of 3, loss 0.1
rows in no time
*/
