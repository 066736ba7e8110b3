/* Counts the words of a text: producers cut the file into blocks at line ends, workers count the words of a block, and a collector puts
 * the counts together, each a thread of its own with channels between them. Then it counts again with one thread, which must agree.
 *
 *     words FILE [WORKERS]      WORKERS is 1 to 64, one per core by default
 */
#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200112L /* for isatty and fileno under -std=c99 */
#endif
#include "ffi.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <unistd.h>
#endif

enum { PRODUCERS = 2, MOST_WORKERS = 64, BLOCK = 2048, QUEUE = 8, SHOWN = 10, BAR = 30 };

/* Ends the program with one sentence when a call of the library failed. */
static void fail(void) {
    fflush(stdout);
    fprintf(stderr, "words: %s\n", rt_last_error_message());
    exit(1);
}

/* For calls that return a handle: 0 is a failure. */
static int64_t made(int64_t handle) {
    if (handle == 0) fail();
    return handle;
}

/* For calls that return a status or a count: negative is a failure. */
static int64_t done(int64_t status) {
    if (status < 0) fail();
    return status;
}

static void *memory(size_t bytes) {
    void *found = malloc(bytes > 0 ? bytes : 1);
    if (found == NULL) {
        fprintf(stderr, "words: no memory for %lu bytes\n", (unsigned long)bytes);
        exit(1);
    }
    return found;
}

/* ---- words and their counts: a table of one thread, no lock in it ---- */

typedef struct {
    char *text; /* in lower case, its own memory */
    int64_t count;
} Word;

typedef struct {
    Word *words;
    size_t room, used; /* the room is a power of two */
    int64_t total;
} Counts;

static Counts *new_counts(void) {
    Counts *counts = memory(sizeof *counts);
    counts->room = 256;
    counts->used = 0;
    counts->total = 0;
    counts->words = memory(counts->room * sizeof(Word));
    memset(counts->words, 0, counts->room * sizeof(Word));
    return counts;
}

static void free_counts(Counts *counts) {
    size_t i;
    for (i = 0; i < counts->room; i++) free(counts->words[i].text);
    free(counts->words);
    free(counts);
}

static int letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 128; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Where a word is or belongs. */
static size_t place_of(const Counts *counts, const char *text, size_t length) {
    size_t hash = 1469598103u, i;
    for (i = 0; i < length; i++) hash = (hash ^ (unsigned char)lower(text[i])) * 16777619u;
    for (i = hash & (counts->room - 1);; i = (i + 1) & (counts->room - 1)) {
        const char *found = counts->words[i].text;
        size_t at = 0;
        if (found == NULL) return i;
        while (at < length && found[at] == lower(text[at])) at++;
        if (at == length && found[at] == '\0') return i;
    }
}

static void count_word(Counts *counts, const char *text, size_t length, int64_t times) {
    size_t at, i;
    if (2 * counts->used >= counts->room) {
        Counts larger = *counts;
        larger.room *= 2;
        larger.words = memory(larger.room * sizeof(Word));
        memset(larger.words, 0, larger.room * sizeof(Word));
        for (i = 0; i < counts->room; i++) {
            const Word word = counts->words[i];
            if (word.text != NULL) larger.words[place_of(&larger, word.text, strlen(word.text))] = word;
        }
        free(counts->words);
        *counts = larger;
    }
    at = place_of(counts, text, length);
    if (counts->words[at].text == NULL) {
        char *copy = memory(length + 1);
        for (i = 0; i < length; i++) copy[i] = lower(text[i]);
        copy[length] = '\0';
        counts->words[at].text = copy;
        counts->used++;
    }
    counts->words[at].count += times;
    counts->total += times;
}

static void count_text(Counts *counts, const char *text, size_t length) {
    size_t start, end = 0;
    while (end < length) {
        for (start = end; start < length && !letter(text[start]); start++) {}
        for (end = start; end < length && letter(text[end]); end++) {}
        if (end > start) count_word(counts, text + start, end - start, 1);
    }
}

static void add_counts(Counts *to, const Counts *from) {
    size_t i;
    for (i = 0; i < from->room; i++) {
        const Word word = from->words[i];
        if (word.text != NULL) count_word(to, word.text, strlen(word.text), word.count);
    }
}

/* ---- the pipeline ---- */

typedef struct {
    const char *text;
    size_t length;
    rt_channel blocks; /* of texts: what is sent is copied, so a producer may go on at once */
    rt_channel counted; /* of addresses: who receives a table owns it */
} Pipeline;

typedef struct {
    const Pipeline *pipeline;
    int number;
} Producer;

/* Where the block that begins at or after `from` begins: behind a line's end, so that no word is cut. */
static size_t block_start(const Pipeline *pipeline, size_t from) {
    while (from > 0 && from < pipeline->length && pipeline->text[from - 1] != '\n') from++;
    return from < pipeline->length ? from : pipeline->length;
}

/* Sends its share of the text, block by block. A code of the library is its result when a call failed. */
static int64_t produce(void *own) {
    const Producer *producer = own;
    const Pipeline *pipeline = producer->pipeline;
    size_t at = block_start(pipeline, pipeline->length / PRODUCERS * (size_t)producer->number);
    size_t end = producer->number + 1 == PRODUCERS
                     ? pipeline->length
                     : block_start(pipeline, pipeline->length / PRODUCERS * (size_t)(producer->number + 1));
    while (at < end) {
        size_t next = block_start(pipeline, at + BLOCK < end ? at + BLOCK : end);
        int64_t sent = rt_channel_send_bytes(pipeline->blocks, pipeline->text + at, (int64_t)(next - at), -1);
        if (sent < 0) return sent;
        at = next;
    }
    return 0;
}

/* Counts blocks until there are no more, and sends a table for each. Returns how many blocks it had. */
static int64_t work(void *own) {
    const Pipeline *pipeline = own;
    int64_t room = 4 * BLOCK, blocks = 0, length;
    char *block = memory((size_t)room);
    while ((length = rt_channel_recv_bytes(pipeline->blocks, block, room, -1)) >= 0) {
        Counts *counts;
        int64_t sent;
        if (length > room) { /* too long for the buffer, and back in the channel */
            free(block);
            room = length;
            block = memory((size_t)room);
            continue;
        }
        counts = new_counts();
        count_text(counts, block, (size_t)length);
        sent = rt_channel_send(pipeline->counted, (int64_t)(intptr_t)counts);
        if (sent < 0) {
            free_counts(counts); /* what could not be sent is still ours */
            free(block);
            return sent;
        }
        blocks++;
    }
    free(block);
    return length == RT_ERROR_CLOSED ? blocks : length;
}

/* A bar where somebody watches, nothing where the output goes into a file. */
static void show_progress(int64_t words, size_t bytes, size_t of) {
    int i, filled = of > 0 ? (int)(bytes * BAR / of) : BAR;
    if (!isatty(fileno(stdout))) return;
    printf("\r[");
    for (i = 0; i < BAR; i++) putchar(i < filled ? '#' : ' ');
    printf("] %lld words", (long long)words);
    fflush(stdout);
}

/* Puts the tables together as they come. */
static int64_t collect(void *own) {
    void **given = own;
    const Pipeline *pipeline = given[0];
    Counts *all = given[1];
    size_t letters = 0;
    for (;;) {
        Counts *counts;
        int64_t address = rt_channel_recv(pipeline->counted);
        size_t i;
        if (address < 0) return address == RT_ERROR_CLOSED ? 0 : address;
        counts = (Counts *)(intptr_t)address;
        add_counts(all, counts);
        for (i = 0; i < counts->room; i++) {
            if (counts->words[i].text != NULL) letters += (strlen(counts->words[i].text) + 1) * (size_t)counts->words[i].count;
        }
        free_counts(counts);
        show_progress(all->total, letters < pipeline->length ? letters : pipeline->length, pipeline->length);
    }
}

/* Waits for a thread, whose result is negative when a call in it failed. */
static int64_t join(rt_thread thread) {
    int64_t result = done(rt_thread_join(thread));
    done(rt_thread_free(thread));
    return result;
}

static Counts *count_in_parallel(const char *text, size_t length, int workers) {
    Pipeline pipeline;
    Producer producers[PRODUCERS];
    rt_thread producing[PRODUCERS], working[MOST_WORKERS], collecting;
    Counts *all = new_counts();
    void *collector[2];
    int64_t blocks = 0;
    int i;
    pipeline.text = text;
    pipeline.length = length;
    pipeline.blocks = made(rt_channel_create_bytes(QUEUE));
    pipeline.counted = made(rt_channel_create(QUEUE));
    collector[0] = &pipeline;
    collector[1] = all;
    collecting = made(rt_thread_spawn(collect, collector));
    for (i = 0; i < workers; i++) working[i] = made(rt_thread_spawn(work, &pipeline));
    for (i = 0; i < PRODUCERS; i++) {
        producers[i].pipeline = &pipeline;
        producers[i].number = i;
        producing[i] = made(rt_thread_spawn(produce, &producers[i]));
    }
    /* Each stage is closed when the one before it has ended; what is inside a closed channel still comes out. */
    for (i = 0; i < PRODUCERS; i++) join(producing[i]);
    rt_channel_close(pipeline.blocks);
    for (i = 0; i < workers; i++) blocks += join(working[i]);
    rt_channel_close(pipeline.counted);
    join(collecting);
    done(rt_channel_free(pipeline.blocks));
    done(rt_channel_free(pipeline.counted));
    if (isatty(fileno(stdout))) printf("\r%*s\r", BAR + 30, "");
    printf("%lld blocks by %d producers and %d workers\n", (long long)blocks, PRODUCERS, workers);
    return all;
}

/* ---- the answer ---- */

static char *read_file(const char *path, size_t *length) {
    size_t room = 1 << 16, got;
    char *text = memory(room);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "words: cannot open %s: %s\n", path, strerror(errno));
        exit(1);
    }
    *length = 0;
    while ((got = fread(text + *length, 1, room - *length, file)) > 0) {
        *length += got;
        if (*length == room) {
            char *larger = memory(2 * room);
            memcpy(larger, text, room);
            free(text);
            text = larger;
            room *= 2;
        }
    }
    if (ferror(file)) {
        fprintf(stderr, "words: cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    return text;
}

/* The place of the word that comes next in a list by count, then by letters. */
static int64_t next_word(const Counts *counts, const Word *before) {
    int64_t best = -1;
    size_t i;
    for (i = 0; i < counts->room; i++) {
        const Word *word = &counts->words[i], *other = best >= 0 ? &counts->words[best] : NULL;
        if (word->text == NULL) continue;
        if (before && (word->count > before->count || (word->count == before->count && strcmp(word->text, before->text) <= 0)))
            continue;
        if (!other || word->count > other->count || (word->count == other->count && strcmp(word->text, other->text) < 0))
            best = (int64_t)i;
    }
    return best;
}

static int same(const Counts *a, const Counts *b) {
    size_t i;
    if (a->used != b->used || a->total != b->total) return 0;
    for (i = 0; i < a->room; i++) {
        const Word word = a->words[i];
        if (word.text != NULL && b->words[place_of(b, word.text, strlen(word.text))].count != word.count) return 0;
    }
    return 1;
}

int main(int argc, char **argv) {
    size_t length;
    char *text, *end;
    const Word *before = NULL;
    Counts *parallel, *alone;
    int64_t workers = rt_thread_available_parallelism(), at;
    int shown, agree;
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "words: give a text file, and the number of workers where you like\n");
        return 2;
    }
    if (argc == 3) {
        workers = strtol(argv[2], &end, 10);
        if (*argv[2] == '\0' || *end != '\0' || workers < 1 || workers > MOST_WORKERS) {
            fprintf(stderr, "words: \"%s\" is no number of workers from 1 to %d\n", argv[2], MOST_WORKERS);
            return 2;
        }
    }
    text = read_file(argv[1], &length);
    parallel = count_in_parallel(text, length, (int)(workers < 1 ? 1 : workers > MOST_WORKERS ? MOST_WORKERS : workers));
    printf("%lld words, %lu different\n", (long long)parallel->total, (unsigned long)parallel->used);
    for (shown = 0; shown < SHOWN && (at = next_word(parallel, before)) >= 0; shown++) {
        before = &parallel->words[at];
        printf("%8lld %s\n", (long long)before->count, before->text);
    }
    alone = new_counts();
    count_text(alone, text, length);
    agree = same(parallel, alone);
    if (agree) {
        printf("the same as with one thread\n");
    } else {
        fprintf(stderr, "words: one thread counts otherwise: %lld words, %lu different\n", (long long)alone->total, (unsigned long)alone->used);
    }
    free_counts(parallel);
    free_counts(alone);
    free(text);
    printf("live handles %lld\n", (long long)rt_handle_live(0));
    return agree ? 0 : 1;
}
