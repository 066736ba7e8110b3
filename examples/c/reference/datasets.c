/* Rows of inputs and targets, from tensors or files. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    FILE *file = fopen("plants.csv", "w");
    if (!file) return 1;
    fputs("length,width,kind\n5.1,3.5,0\n4.9,3.0,0\n6.3,3.3,1\n5.8,2.7,1\n", file);
    if (fclose(file) != 0) return 1;
    /* The first line is names; the last column is what is to be learned. */
    rt_dataset plants = rt_dataset_from_csv("plants.csv", -1, 1, -1, RT_DEVICE_DEFAULT);
    rt_tensor inputs = rt_dataset_inputs(plants), targets = rt_dataset_targets(plants);
    printf("%d rows of %d inputs\n", (int)rt_dataset_len(plants), (int)rt_tensor_dim(inputs, 1));

    const int32_t odd[] = {1, 3};
    const int64_t two = 2;
    rt_tensor rows = rt_tensor_from_data(odd, 2, &two, 1, RT_I32, RT_DEVICE_DEFAULT);
    rt_dataset held_out = rt_dataset_select(plants, rows);
    rt_tensor kinds = rt_dataset_targets(held_out);
    float out[2];
    if (rt_tensor_copy_to(kinds, out, 2, RT_F32) != 2) return 1;
    printf("held out: %g %g\n", out[0], out[1]);

    /* The same through NumPy's format. */
    if (rt_npy_save(inputs, "x.npy", -1) < 0 || rt_npy_save(targets, "y.npy", -1) < 0) return 1;
    rt_dataset again = rt_dataset_from_npy("x.npy", -1, "y.npy", -1, RT_DEVICE_DEFAULT);
    printf("%d rows again\n", (int)rt_dataset_len(again));
    if (rt_dataset_from_csv("plants.csv", -1, 0, -1, RT_DEVICE_DEFAULT) == 0) printf("%s\n", rt_last_error_message());
    remove("plants.csv");
    remove("x.npy");
    remove("y.npy");
    const rt_handle all[] = {plants, inputs, targets, rows, held_out, kinds, again};
    for (int i = 0; i < 7; i++) rt_release(all[i]);
    return rt_handle_live(0) != 0;
}
/* Prints:
4 rows of 2 inputs
held out: 0 1
4 rows again
rt_dataset_from_csv: plants.csv: line 1, column 1: "length" is no number
*/
