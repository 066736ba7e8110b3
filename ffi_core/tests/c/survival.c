/* What must not take a host down with it: no memory, exit while work runs, the end of threads, unloading, shutdown at work.
 * survival LIBRARY CASE runs one case in a process of its own; it ends with 0 and "survived", or it does not. */
#define _GNU_SOURCE
#include "ffi.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void *library;
/* A function of the library by its name; the header gives its type. */
#define RT(name) ((__typeof__(&name))symbol(#name))

static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (found) return found;
    fprintf(stderr, "no symbol %s\n", name);
    exit(2);
}

static void open_library(const char *path) {
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library) return;
    fprintf(stderr, "%s\n", dlerror());
    exit(2);
}

static void expect(int line, int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "survival.c:%d: %s; the last error is %s\n", line, what, RT(rt_last_error_message)());
    exit(1);
}
#define EXPECT(condition) expect(__LINE__, (condition), #condition)

static rt_tensor ones(int64_t n) { return RT(rt_tensor_ones_1d)(n, RT_F32, RT_DEVICE_DEFAULT); }

static void add_once(int64_t n) {
    rt_tensor a = ones(n), b = RT(rt_tensor_add)(a, a);
    EXPECT(a > 0 && b > 0);
    EXPECT(RT(rt_tensor_free)(a) == 0 && RT(rt_tensor_free)(b) == 0);
}

/* A result or a refusal for want of memory, nothing else; results are freed. */
static int refused;
static void settle(int line, rt_tensor result) {
    if (result > 0) {
        RT(rt_tensor_free)(result);
        return;
    }
    refused++;
    expect(line, RT(rt_last_error_code)() == RT_ERROR_OUT_OF_MEMORY, "refused for another reason than memory");
}
#define SETTLE(call) settle(__LINE__, RT(call)

/* Memory runs out: what is too large is refused, what is small goes on. */
static void memory(void) {
    enum { SIDE = 2048, COUNT = SIDE * SIDE };
    add_once(1 << 20); /* starts the workers while there is room for their stacks */
    struct rlimit limit;
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file && fscanf(file, "%ld", &pages) == 1);
    fclose(file);
    limit.rlim_cur = limit.rlim_max = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (400 << 20);
    EXPECT(setrlimit(RLIMIT_AS, &limit) == 0);

    const int64_t square[] = {SIDE, SIDE}, all[] = {COUNT}, wide[] = {1 << 20, 1 << 12};
    rt_tensor held[64];
    int n = 0;
    while (n < 64 && (held[n] = RT(rt_tensor_ones)(square, 2, RT_F32, RT_DEVICE_DEFAULT)) > 0) n++;
    EXPECT(n > 4 && n < 64 && RT(rt_last_error_code)() == RT_ERROR_OUT_OF_MEMORY);
    rt_tensor a = held[0], t = RT(rt_tensor_transpose)(a, 0, 1), row = ones(1 << 12);
    EXPECT(t > 0 && row > 0);
    SETTLE(rt_tensor_add)(a, t));
    SETTLE(rt_tensor_exp)(t));
    SETTLE(rt_tensor_matmul)(a, t));
    SETTLE(rt_tensor_to_dtype)(a, RT_F64));
    SETTLE(rt_tensor_to_dtype)(t, RT_F16));
    SETTLE(rt_tensor_reshape)(t, all, 1));
    SETTLE(rt_tensor_contiguous)(t));
    SETTLE(rt_tensor_softmax)(t, 0));
    SETTLE(rt_tensor_sum)(a));
    SETTLE(rt_tensor_sum_dims)(t, square, 0, 0));
    SETTLE(rt_tensor_argmax)(t));
    SETTLE(rt_tensor_rand)(square, 2, RT_F64, RT_DEVICE_DEFAULT));
    SETTLE(rt_tensor_eye)(1 << 14, 1 << 14, RT_F64, RT_DEVICE_DEFAULT));
    SETTLE(rt_tensor_arange_i64)(0, INT64_C(1) << 33, 1, RT_U8, RT_DEVICE_DEFAULT));
    SETTLE(rt_tensor_linspace)(0, 1, INT64_C(1) << 33, RT_F16, RT_DEVICE_DEFAULT));
    rt_tensor stretched = RT(rt_tensor_expand)(row, wide, 2);
    EXPECT(stretched > 0);
    SETTLE(rt_tensor_contiguous)(stretched));
    SETTLE(rt_tensor_sum)(stretched));
    EXPECT(refused > 8);
    add_once(16);
    RT(rt_tensor_free)(stretched), RT(rt_tensor_free)(row), RT(rt_tensor_free)(t);
    while (n > 0) RT(rt_tensor_free)(held[--n]);
    add_once(COUNT);
    EXPECT(RT(rt_handle_live)(0) == 0);
    printf("%d refused\n", refused);
}

static void *work_for_ever(void *unused) {
    (void)unused;
    for (;;) add_once(1 << 17);
    return NULL;
}

static void at_exit(void) {
    add_once(1 << 17);
    RT(rt_shutdown)();
    add_once(1 << 17);
    printf("survived\n");
    fflush(stdout);
}

/* The process ends while others compute, and an exit handler still uses the library. */
static void leave_at_work(void) {
    pthread_t worker;
    atexit(at_exit);
    for (int i = 0; i < 4; i++) EXPECT(pthread_create(&worker, NULL, work_for_ever, NULL) == 0);
    for (int i = 0; i < 100; i++) add_once(1 << 17);
    exit(0);
}

static pthread_key_t key;
static atomic_int ended;

/* Runs when a thread's own variables are gone already, in an order nobody promises. */
static void at_thread_end(void *value) {
    rt_tensor tensor = (rt_tensor)(intptr_t)value;
    add_once(16);
    EXPECT(RT(rt_tensor_free)(tensor) == 0 && RT(rt_tensor_free)(tensor) < 0);
    EXPECT(strlen(RT(rt_last_error_message)()) > 0);
    ended++;
}

static void *leave_a_tensor(void *unused) {
    pthread_setspecific(key, (void *)(intptr_t)ones(1000));
    return unused;
}

static void threads_end(void) {
    EXPECT(pthread_key_create(&key, at_thread_end) == 0);
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, leave_a_tensor, NULL) == 0 && pthread_join(thread, NULL) == 0);
    }
    EXPECT(ended == 200 && RT(rt_handle_live)(0) == 0);
}

/* Unloading keeps the library in place, for its threads and the destructors of theirs. */
static void unload(const char *path) {
    rt_tensor kept = 0;
    for (int i = 0; i < 20; i++) {
        add_once(1 << 17);
        if (!kept) kept = ones(10);
        EXPECT(dlclose(library) == 0);
        open_library(path);
        EXPECT(RT(rt_tensor_numel)(kept) == 10);
    }
    EXPECT(RT(rt_tensor_free)(kept) == 0);
}

static atomic_int stop;
static void *work(void *unused) {
    while (!stop) add_once(1 << 18);
    return unused;
}

static void shut_down_at_work(void) {
    pthread_t workers[3];
    for (int i = 0; i < 3; i++) EXPECT(pthread_create(&workers[i], NULL, work, NULL) == 0);
    for (int i = 0; i < 50; i++) EXPECT(RT(rt_shutdown)() == 0);
    stop = 1;
    for (int i = 0; i < 3; i++) pthread_join(workers[i], NULL);
    add_once(1 << 18);
    EXPECT(RT(rt_handle_live)(0) == 0);
}

int main(int count, char **words) {
    if (count != 3) return 2;
    open_library(words[1]);
    if (!strcmp(words[2], "memory")) memory();
    else if (!strcmp(words[2], "exit")) leave_at_work();
    else if (!strcmp(words[2], "threads")) threads_end();
    else if (!strcmp(words[2], "unload")) unload(words[1]);
    else if (!strcmp(words[2], "shutdown")) shut_down_at_work();
    else return 2;
    printf("survived\n");
    return 0;
}
