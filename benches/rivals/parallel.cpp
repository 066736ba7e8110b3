// What OpenMP and C++ do with the work of the `parallel` bench: a loop that calls a function of the host, and std::sort. Built by build.rs
// with `--features openmp`.
#include <algorithm>
#include <cstdint>

extern "C" {

using Each = int64_t (*)(int64_t, void *);
using Map = int64_t (*)(int64_t, void *);
using Combine = int64_t (*)(int64_t, int64_t, void *);

// Grain 0 is schedule(static), one above it schedule(dynamic, grain), one below schedule(static, -grain).
void rival_for_each(int64_t count, int64_t grain, Each body, void *user) {
    if (grain == 0) {
#pragma omp parallel for schedule(static)
        for (int64_t i = 0; i < count; i++) body(i, user);
    } else if (grain < 0) {
#pragma omp parallel for schedule(static, -grain)
        for (int64_t i = 0; i < count; i++) body(i, user);
    } else {
#pragma omp parallel for schedule(dynamic, grain)
        for (int64_t i = 0; i < count; i++) body(i, user);
    }
}

void rival_map(const int64_t *data, int64_t *out, int64_t count, Map f, void *user) {
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < count; i++) out[i] = f(data[i], user);
}

int64_t rival_reduce(const int64_t *data, int64_t count, Combine combine, void *user) {
    int64_t total = 0;
#pragma omp parallel
    {
        int64_t own = 0;
#pragma omp for schedule(static) nowait
        for (int64_t i = 0; i < count; i++) own = combine(own, data[i], user);
#pragma omp critical
        total = combine(total, own, user);
    }
    return total;
}

// Two passes, as OpenMP programs write it.
void rival_prefix_sum(const int64_t *data, int64_t *out, int64_t count) {
    int64_t total = 0;
#pragma omp parallel for reduction(inscan, + : total)
    for (int64_t i = 0; i < count; i++) {
        total += data[i];
#pragma omp scan inclusive(total)
        out[i] = total;
    }
}

void rival_sort(int64_t *data, int64_t count) { std::sort(data, data + count); }
}
