/* Choosing a device, and what the library says of one that is not there. */
#include "ffi.h"
#include <stdio.h>

int main(void) {
    rt_device cpu = rt_device_find("cpu", -1);
    int64_t memory[5];
    if (cpu == 0 || rt_device_set_default(cpu) < 0) return 1; /* of this thread */
    printf("%s is of kind %s\n", rt_device_name(RT_DEVICE_DEFAULT), rt_device_kind(cpu));
    printf("free memory is known: %d\n", rt_device_memory_free(cpu) > 0);
    printf("%d numbers about the allocator\n", (int)rt_memory_stats(cpu, memory, 5));
    if (rt_device_find("abacus", -1) == 0) printf("%s\n", rt_error_name(rt_last_error_code()));
    return rt_device_synchronize(cpu) < 0;
}
/* Prints:
cpu is of kind cpu
free memory is known: 1
5 numbers about the allocator
NOT_FOUND
*/
