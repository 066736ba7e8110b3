/* Parallel loops of a C program linked with the shared library, beside the same loops by OpenMP, in turns. Built and run by loops.sh.
 *
 * Each body stores one double. `call` has it behind a pointer, as a callback is; in the others it is compiled into the loop, as OpenMP
 * programs have it. A turn is a batch of calls and then a pause. OpenMP's threads spin for milliseconds after a loop, longer than the
 * pause, and hold up those of the others: OMP_WAIT_POLICY=passive keeps them from it, and costs OpenMP something. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ffi.h"

enum { WAYS = 8, ROUNDS = 151, MOST = 1000000 };

static double out[MOST];
static int64_t count, grain;

static int64_t body(int64_t index, void *user_data) {
    ((double *)user_data)[index] = (double)index * 0.5;
    return 0;
}
static int64_t range(int64_t first, int64_t end, void *user_data) {
    double *to = user_data;
    for (int64_t i = first; i < end; i++) to[i] = (double)i * 0.5;
    return 0;
}
/* Read anew by every loop, so that the compiler cannot know the function. */
static int64_t (*volatile callback)(int64_t, void *) = body;

static void check(int64_t answer) {
    if (answer != 0) {
        fprintf(stderr, "%s\n", rt_last_error_message());
        exit(1);
    }
}
static void ours_ranges(void) { check(rt_parallel_for_ranges(0, count, grain, range, out)); }
static void ours_each(void) { check(rt_parallel_for_each(0, count, grain, body, out)); }
static void omp_static(void) {
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < count; i++) out[i] = (double)i * 0.5;
}
static void omp_static_grain(void) {
#pragma omp parallel for schedule(static, grain)
    for (int64_t i = 0; i < count; i++) out[i] = (double)i * 0.5;
}
static void omp_dynamic_grain(void) {
#pragma omp parallel for schedule(dynamic, grain)
    for (int64_t i = 0; i < count; i++) out[i] = (double)i * 0.5;
}
static void call_static(void) {
    int64_t (*const f)(int64_t, void *) = callback;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < count; i++) f(i, out);
}
static void call_static_grain(void) {
    int64_t (*const f)(int64_t, void *) = callback;
#pragma omp parallel for schedule(static, grain)
    for (int64_t i = 0; i < count; i++) f(i, out);
}
static void call_dynamic_grain(void) {
    int64_t (*const f)(int64_t, void *) = callback;
#pragma omp parallel for schedule(dynamic, grain)
    for (int64_t i = 0; i < count; i++) f(i, out);
}

static const struct {
    const char *name;
    void (*run)(void);
} ways[WAYS] = {
    {"rt_parallel_for_ranges", ours_ranges},
    {"rt_parallel_for_each", ours_each},
    {"openmp static", omp_static},
    {"openmp static, grain", omp_static_grain},
    {"openmp dynamic, grain", omp_dynamic_grain},
    {"call, openmp static", call_static},
    {"call, openmp static, grain", call_static_grain},
    {"call, openmp dynamic, grain", call_dynamic_grain},
};

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}
static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static double median(double *all, int n) {
    qsort(all, (size_t)n, sizeof *all, by_value);
    return all[n / 2];
}

static void compare(void) {
    static double times[WAYS][ROUNDS], ratios[ROUNDS];
    const int batch = count < 10000 ? 50 : 3;
    const struct timespec pause = {0, 5000000};
    for (int round = 0; round < ROUNDS; round++) {
        for (int way = 0; way < WAYS; way++) {
            ways[way].run();
            const double begun = now_us();
            for (int i = 0; i < batch; i++) ways[way].run();
            times[way][round] = (now_us() - begun) / batch;
            nanosleep(&pause, NULL);
        }
    }
    printf("%lld indices, grain %lld\n", (long long)count, (long long)grain);
    for (int way = 0; way < WAYS; way++) {
        double against[2];
        for (int ours = 0; ours < 2; ours++) {
            for (int round = 0; round < ROUNDS; round++) ratios[round] = times[ours][round] / times[way][round];
            against[ours] = median(ratios, ROUNDS);
        }
        static double sorted[ROUNDS];
        memcpy(sorted, times[way], sizeof sorted);
        printf("  %-28s %10.2f us   for_ranges takes %5.2f of it, for_each %5.2f\n", ways[way].name, median(sorted, ROUNDS), against[0],
               against[1]);
    }
}

int main(void) {
    printf("%lld threads; medians of %d rounds, and of the ratios of a round\n", (long long)rt_parallel_threads(), ROUNDS);
    const int64_t cases[4][2] = {{1000, 1}, {1000, 1024}, {1000000, 1}, {1000000, 1024}};
    for (int i = 0; i < 4; i++) {
        count = cases[i][0];
        grain = cases[i][1];
        compare();
    }
    return 0;
}
