/* Threads that hand squares to a collector through a channel, and close it when they are done. */
#include "ffi.h"
#include <stdio.h>

static rt_channel squares;
static rt_atomic next_number, at_work;

static int64_t worker(void *user_data) {
    int64_t n;
    (void)user_data;
    while ((n = rt_atomic_add(next_number, 1)) <= 1000) {
        if (rt_channel_send(squares, n * n) < 0) return -1;
    }
    if (rt_atomic_sub(at_work, 1) == 1) rt_channel_close(squares); /* the last one */
    return n;
}

int main(void) {
    rt_thread workers[4];
    int64_t sum = 0, square, i;
    squares = rt_channel_create(16);
    next_number = rt_atomic_new(1);
    at_work = rt_atomic_new(4);
    for (i = 0; i < 4; i++) workers[i] = rt_thread_spawn(worker, NULL);
    while (rt_channel_recv_into(squares, &square) == 0) sum += square;
    printf("%s, and the sum is %lld\n", rt_error_name(rt_last_error_code()), (long long)sum);
    for (i = 0; i < 4; i++) {
        if (rt_thread_join(workers[i]) < 1000) printf("%s\n", rt_last_error_message());
        rt_thread_free(workers[i]);
    }
    rt_atomic_free(at_work);
    rt_atomic_free(next_number);
    return rt_channel_free(squares) == 0 ? 0 : 1;
}

/* Prints:
CLOSED, and the sum is 333833500
*/
