/* A number under a mutex, a thread that waits for it by a condition, and a mistake that is told instead of waiting for ever. */
#include "ffi.h"
#include <stdio.h>

static rt_mutex account;
static rt_condvar changed;

static int64_t saver(void *user_data) {
    int64_t day;
    (void)user_data;
    for (day = 1; day <= 5; day++) {
        int64_t balance = rt_mutex_lock(account);
        rt_mutex_unlock(account, balance + 20);
        rt_condvar_notify_one(changed);
    }
    return 0;
}

int main(void) {
    rt_thread thread;
    int64_t balance;
    account = rt_mutex_new(0);
    changed = rt_condvar_new();
    thread = rt_thread_spawn(saver, NULL);
    balance = rt_mutex_lock(account);
    while (balance < 100) balance = rt_condvar_wait(changed, account, balance);
    if (rt_mutex_lock(account) < 0) printf("%s\n", rt_error_name(rt_last_error_code()));
    rt_mutex_unlock(account, balance);
    printf("%lld, thread returned %lld\n", (long long)balance, (long long)rt_thread_join(thread));
    rt_thread_free(thread);
    rt_condvar_free(changed);
    return rt_mutex_free(account) == 0 ? 0 : 1;
}

/* Prints:
BUSY
100, thread returned 0
*/
