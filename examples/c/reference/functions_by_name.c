/* Calling a function that is found at run time, as interpreters do. */
#include "ffi.h"
#include <stdio.h>
#include <string.h>

int main(void) {
    int64_t id = rt_function_find("rt_tensor_full_bits", -1), made, numel;
    double value = 2.5;
    int64_t dims[] = {4}, bits;
    memcpy(&bits, &value, sizeof bits); /* doubles cross as their bits */
    int64_t arguments[] = {(int64_t)(intptr_t)dims, 1, bits, RT_F64, RT_DEVICE_DEFAULT};
    if (id < 0 || rt_call_id(id, arguments, 5, &made) < 0) return 1;
    if (rt_call("rt_tensor_numel", -1, &made, 1, &numel) < 0) return 1;
    printf("%s\n%d elements\n", rt_function_signature(id), (int)numel);
    return rt_tensor_free(made) < 0;
}
/* Prints:
rt_tensor rt_tensor_full_bits(const int64_t *dims, int64_t ndim, int64_t value, int64_t dtype, rt_device device)
4 elements
*/
