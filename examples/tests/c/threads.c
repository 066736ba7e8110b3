/* Plain memory under everything that threads wait on: ThreadSanitizer sees whether each orders what it should (tsan.sh), and
   AddressSanitizer and Valgrind whether anything is used after its free. Prints nothing but "ok". */
#include "ffi.h"
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4
#define ROUNDS 500
#define CHECK(condition) do { if (!(condition)) { printf("line %d: %s\n", __LINE__, #condition); exit(1); } } while (0)

static rt_mutex mutex;
static rt_rwlock lock;
static rt_condvar condvar;
static rt_barrier barrier;
static rt_semaphore semaphore;
static rt_once once;
static rt_channel channel, bytes, done;
static rt_atomic turn;

/* None of these is atomic: who may touch them is what the calls say. */
static int64_t counted, written, made_once, by_turns, permitted, rounds[THREADS];

static int64_t make(void *user_data) {
    (void)user_data;
    made_once++;
    return 7;
}

static int64_t work(void *user_data) {
    int64_t own = *(int64_t *)user_data, i, t;
    CHECK(rt_once_call(once, make, NULL) == 7 && made_once == 1);
    for (i = 0; i < ROUNDS; i++) {
        int64_t value = rt_mutex_lock(mutex), sum = 0;
        counted++;
        CHECK(rt_mutex_unlock(mutex, value + 1) == 0);

        value = rt_rwlock_read(lock);
        CHECK(value == written);
        CHECK(rt_rwlock_unlock(lock) == 0);
        value = rt_rwlock_write(lock);
        written++;
        CHECK(rt_rwlock_unlock_write(lock, value + 1) == 0);

        CHECK(rt_semaphore_acquire(semaphore) == 0);
        permitted++;
        CHECK(rt_semaphore_release(semaphore, 1) == 0);

        rounds[own] = i;
        CHECK(rt_barrier_wait(barrier) >= 0);
        for (t = 0; t < THREADS; t++) sum += rounds[t];
        CHECK(sum == i * THREADS);
        CHECK(rt_barrier_wait(barrier) >= 0);

        value = rt_mutex_lock(mutex);
        while (by_turns % THREADS != own) value = rt_condvar_wait(condvar, mutex, value);
        by_turns++;
        CHECK(rt_mutex_unlock(mutex, value) == 0 && rt_condvar_notify_all(condvar) >= 0);
    }
    while (rt_atomic_load(turn) != own) rt_thread_yield();
    counted++;
    rt_atomic_store(turn, own + 1);
    return own;
}

static int64_t produce(void *user_data) {
    int64_t own = *(int64_t *)user_data, i;
    for (i = 0; i < ROUNDS; i++) {
        int64_t *message = malloc(sizeof *message);
        *message = own * ROUNDS + i;
        CHECK(rt_channel_send(channel, (int64_t)(intptr_t)message) == 0);
        CHECK(rt_channel_send_bytes(bytes, message, 0, -1) == 0);
    }
    return own;
}

static int64_t consume(void *user_data) {
    int64_t pair[2], sum = 0, message, closed = 0;
    (void)user_data;
    pair[0] = channel;
    pair[1] = done;
    for (;;) {
        int64_t at = rt_channel_select(pair, 2, 0, NULL, 0, -1, &message, &closed);
        CHECK(at >= 0);
        if (at == 1) break; /* closed: whatever is left is taken below */
        sum += *(int64_t *)(intptr_t)message;
        free((void *)(intptr_t)message);
    }
    while (rt_channel_try_recv_into(channel, &message) == 0) {
        sum += *(int64_t *)(intptr_t)message;
        free((void *)(intptr_t)message);
    }
    return sum;
}

static int64_t wait_for_ever(void *user_data) {
    int64_t value = 0;
    return rt_channel_recv_into(*(rt_channel *)user_data, &value);
}

static void join_all(rt_thread *threads, int64_t count, int64_t *sum) {
    int64_t i, result = 0;
    for (*sum = 0, i = 0; i < count; i++) {
        CHECK(rt_thread_join_into(threads[i], &result) == 0);
        *sum += result;
        rt_thread_free(threads[i]);
    }
}

int main(void) {
    rt_thread threads[THREADS], others[2];
    int64_t numbers[THREADS], i, sum;
    const int64_t all = THREADS * ROUNDS;
    for (i = 0; i < THREADS; i++) numbers[i] = i;
    mutex = rt_mutex_new(0), lock = rt_rwlock_new(0), condvar = rt_condvar_new(), once = rt_once_new();
    barrier = rt_barrier_new(THREADS), semaphore = rt_semaphore_new(1), turn = rt_atomic_new(0);
    for (i = 0; i < THREADS; i++) threads[i] = rt_thread_spawn(work, &numbers[i]);
    join_all(threads, THREADS, &sum);
    CHECK(sum == 6 && counted == all + THREADS && written == all && permitted == all && by_turns == all);
    CHECK(rt_mutex_lock(mutex) == all && rt_mutex_unlock(mutex, 0) == 0);

    channel = rt_channel_create(8), bytes = rt_channel_create_bytes(-1), done = rt_channel_create(0);
    for (i = 0; i < THREADS; i++) threads[i] = rt_thread_spawn(produce, &numbers[i]);
    for (i = 0; i < 2; i++) others[i] = rt_thread_spawn(consume, NULL);
    join_all(threads, THREADS, &sum);
    CHECK(rt_channel_len(bytes) == all && rt_channel_close(done) == 1);
    join_all(others, 2, &sum);
    CHECK(sum == all * (all - 1) / 2);

    /* Freed, or closed, while threads wait. */
    for (i = 0; i < 2; i++) others[i] = rt_thread_spawn(wait_for_ever, &channel);
    rt_thread_sleep(1000000);
    rt_channel_free(channel);
    join_all(others, 2, &sum);
    CHECK(sum == 2 * RT_ERROR_CLOSED || sum == RT_ERROR_CLOSED + RT_ERROR_INVALID_HANDLE || sum == 2 * RT_ERROR_INVALID_HANDLE);

    rt_channel_free(bytes), rt_channel_free(done), rt_atomic_free(turn), rt_semaphore_free(semaphore);
    rt_barrier_free(barrier), rt_once_free(once), rt_condvar_free(condvar), rt_rwlock_free(lock);
    CHECK(rt_mutex_free(mutex) == 0);
    printf("ok\n");
    return 0;
}
