/* A loop over every index, and one over ranges that counts primes and keeps its own loop in the program. */
#include "ffi.h"
#include <stdio.h>

static int64_t is_prime(int64_t n) {
    int64_t d;
    for (d = 2; d * d <= n; d++) {
        if (n % d == 0) return 0;
    }
    return n > 1;
}

/* One call for each number: for bodies that take a while. */
static int64_t note(int64_t n, void *found) {
    ((char *)found)[n] = (char)is_prime(n);
    return 0; /* go on */
}

/* One call for many: each range adds up by itself and meets the others once. */
static int64_t count(int64_t first, int64_t end, void *total) {
    int64_t n, found = 0;
    for (n = first; n < end; n++) found += is_prime(n);
    rt_atomic_add(*(rt_atomic *)total, found);
    return 0;
}

/* Ends the loop with what it looks for. */
static int64_t find(int64_t n, void *user_data) {
    (void)user_data;
    return n > 9000 && is_prime(n) ? n : 0;
}

int main(void) {
    static char found[10000];
    rt_atomic total = rt_atomic_new(0);
    int64_t n, noted = 0;
    if (rt_parallel_for_each(0, 10000, 64, note, found) < 0) printf("%s\n", rt_last_error_message());
    for (n = 0; n < 10000; n++) noted += found[n];
    if (rt_parallel_for_ranges(0, 10000, 64, count, &total) < 0) printf("%s\n", rt_last_error_message());
    printf("%lld primes, and again %lld\n", (long long)noted, (long long)rt_atomic_load(total));
    n = rt_parallel_for_each(0, 10000, 64, find, NULL);
    printf("one above 9000 is %s\n", n > 9000 && found[n] ? "found" : "not found");
    return rt_atomic_free(total) == 0 ? 0 : 1;
}

/* Prints:
1229 primes, and again 1229
one above 9000 is found
*/
