/* Handles are counted things: two to one object, each freed once. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    rt_tensor x = rt_tensor_zeros_1d(3, RT_F32, RT_DEVICE_DEFAULT);
    rt_tensor same = rt_retain(x);
    printf("a tensor: %d, live: %d\n", rt_handle_kind(same) == RT_KIND_TENSOR, (int)rt_handle_live(RT_KIND_TENSOR));
    rt_tensor_free(x); /* the object stays: `same` holds it */
    printf("%d elements\n", (int)rt_tensor_numel(same));
    rt_release(same); /* any kind */
    printf("freed twice: %s\n", rt_error_name(rt_release(same)));
    return rt_handle_live(0) != 0;
}
/* Prints:
a tensor: 1, live: 2
3 elements
freed twice: INVALID_HANDLE
*/
