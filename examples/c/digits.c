/* Learns to read handwritten digits: softmax regression by gradient descent, all of it on the device that FFI_DEVICE names.
 *
 *     digits [FILE]      FILE has 65 columns: 64 pixels (0 to 16) of an 8x8 image, then the digit it shows
 *
 * The model is one matrix of weights, 65 by 10. An image times the weights gives ten scores, one for each digit; softmax turns
 * them into chances. Every step moves the weights a little against the slope of the error. Three quarters of the images are
 * for learning; every fourth is held out, and only those tell how well the program reads. */
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

#ifndef DIGITS_CSV /* cargo knows where the package lies; a plain `cc` is run from the repository's root */
#define DIGITS_CSV "examples/data/digits.csv"
#endif

enum { PIXELS = 64, INK = 16, FEATURES = PIXELS + 1, DIGITS = 10, STEPS = 600, REPORT = 100, BAR = 30 };
static const double RATE = 1.0;     /* how far a step goes */
static const double ENOUGH = 0.94;  /* the accuracy on held-out images below which something is broken */

/* Ends the program with one sentence when a call of the library failed. */
static void fail(void) {
    fflush(stdout);
    fprintf(stderr, "digits: %s\n", rt_last_error_message());
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

/* ---- the data ---- */

typedef struct {
    int64_t count;
    float *features; /* count rows of 64 pixels and a constant 1, whose weight is the score of an empty image */
    int *labels;
} Set;

/* Ends the program with one sentence about a line of the file. */
static void broken(const char *path, long line, const char *what) {
    fprintf(stderr, "digits: %s:%ld: %s\n", path, line, what);
    exit(1);
}

static void *grown(void *memory, size_t bytes) {
    void *larger = realloc(memory, bytes);
    if (larger == NULL) {
        fprintf(stderr, "digits: no memory for the images\n");
        exit(1);
    }
    return larger;
}

static void append(Set *set, const float *features, int label) {
    size_t count = (size_t)set->count;
    if (count % 256 == 0) {
        set->features = grown(set->features, (count + 256) * FEATURES * sizeof(float));
        set->labels = grown(set->labels, (count + 256) * sizeof(int));
    }
    memcpy(set->features + count * FEATURES, features, FEATURES * sizeof(float));
    set->labels[count] = label;
    set->count++;
}

/* Reads one line: the pixels, scaled to 0 to 1, and the label, which is returned. */
static int parse(const char *path, long line, const char *text, float *features) {
    char what[160];
    int columns = 1;
    for (const char *c = text; *c != '\0'; c++) columns += *c == ',';
    if (columns != PIXELS + 1) {
        snprintf(what, sizeof what, "%d columns instead of %d", columns, PIXELS + 1);
        broken(path, line, what);
    }
    for (int column = 0;; column++) {
        char *end;
        long value = strtol(text, &end, 10);
        int last = column == PIXELS;
        long most = last ? DIGITS - 1 : INK;
        if (end == text || (last ? strspn(end, "\r\n") != strlen(end) : *end != ',')) {
            snprintf(what, sizeof what, "column %d is not a whole number: \"%.*s\"", column + 1,
                     (int)strcspn(text, ",\r\n") < 20 ? (int)strcspn(text, ",\r\n") : 20, text);
            broken(path, line, what);
        }
        if (value < 0 || value > most) {
            snprintf(what, sizeof what, "the %s in column %d is %ld, outside 0 to %ld", last ? "label" : "pixel",
                     column + 1, value, most);
            broken(path, line, what);
        }
        if (last) {
            features[PIXELS] = 1;
            return (int)value;
        }
        features[column] = (float)value / INK;
        text = end + 1;
    }
}

static void read_images(const char *path, Set *learn, Set *held_out) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "digits: cannot open %s: %s\n", path, strerror(errno));
        exit(1);
    }
    char text[1024];
    float features[FEATURES];
    long line = 0;
    while (fgets(text, sizeof text, file) != NULL) {
        line++;
        if (strchr(text, '\n') == NULL && strlen(text) == sizeof text - 1) broken(path, line, "the line is too long");
        int label = parse(path, line, text, features);
        append((line - 1) % 4 == 3 ? held_out : learn, features, label);
    }
    if (ferror(file)) broken(path, line + 1, "the file cannot be read");
    if (held_out->count == 0) broken(path, line + 1, "the file ends here, with fewer than four images");
    fclose(file);
}

/* ---- the model ---- */

static rt_tensor upload(const float *data, int64_t rows, int64_t columns) {
    const int64_t dims[] = {rows, columns};
    return made(rt_tensor_from_data(data, rows * columns, dims, 2, RT_F32, RT_DEVICE_DEFAULT));
}

/* One row an image: 1 at its digit, 0 elsewhere. */
static rt_tensor upload_targets(const Set *set) {
    float *targets = grown(NULL, (size_t)set->count * DIGITS * sizeof(float));
    for (int64_t i = 0; i < set->count * DIGITS; i++) targets[i] = set->labels[i / DIGITS] == i % DIGITS;
    rt_tensor tensor = upload(targets, set->count, DIGITS);
    free(targets);
    return tensor;
}

/* The chances of every digit for every image. */
static rt_tensor predict(rt_tensor images, rt_tensor weights) {
    rt_tensor scores = made(rt_tensor_matmul(images, weights));
    rt_tensor chances = made(rt_tensor_softmax(scores, 1));
    done(rt_tensor_free(scores));
    return chances;
}

/* One step: the slope of the mean cross-entropy is images^T (chances - targets) / count. */
static void improve(rt_tensor weights, rt_tensor images, rt_tensor chances, rt_tensor targets, int64_t count) {
    rt_tensor error = made(rt_tensor_sub(chances, targets));
    rt_tensor turned = made(rt_tensor_transpose(images, 0, 1));
    rt_tensor slope = made(rt_tensor_matmul(turned, error));
    rt_tensor change = made(rt_tensor_mul_scalar(slope, RATE / (double)count));
    done(rt_tensor_sub_(weights, change));
    done(rt_tensor_free(change));
    done(rt_tensor_free(slope));
    done(rt_tensor_free(turned));
    done(rt_tensor_free(error));
}

typedef struct {
    double loss; /* the mean cross-entropy */
    double accuracy;
    int64_t right;
    int64_t table[DIGITS][DIGITS]; /* how often a digit (row) was read as a digit (column) */
} Score;

/* Reads the chances' logarithms back and compares them with the labels: the likeliest digit has the largest of them too. */
static Score score(const Set *set, rt_tensor chances) {
    Score score = {0};
    float *read = grown(NULL, (size_t)set->count * DIGITS * sizeof(float));
    rt_tensor logarithms = made(rt_tensor_log(chances));
    done(rt_tensor_copy_to(logarithms, read, set->count * DIGITS, RT_F32));
    done(rt_tensor_free(logarithms));
    for (int64_t i = 0; i < set->count; i++) {
        const float *likely = read + i * DIGITS;
        int label = set->labels[i], best = 0;
        for (int digit = 1; digit < DIGITS; digit++) {
            if (likely[digit] > likely[best]) best = digit;
        }
        score.loss -= (double)likely[label] / (double)set->count;
        score.right += best == label;
        score.table[label][best]++;
    }
    score.accuracy = (double)score.right / (double)set->count;
    free(read);
    return score;
}

/* ---- the report ---- */

/* A line now and then; on a terminal, one bar that is drawn again and again. */
static void report(int step, const Score *score) {
    if (isatty(fileno(stdout))) {
        char bar[BAR + 1];
        for (int i = 0; i < BAR; i++) bar[i] = i < step * BAR / STEPS ? '#' : '.';
        bar[BAR] = '\0';
        printf("\r[%s] step %3d  loss %.4f  accuracy %.4f%s", bar, step, score->loss, score->accuracy,
               step == STEPS ? "\n" : "");
        fflush(stdout);
    } else if (step % REPORT == 0) {
        printf("step %3d  loss %.4f  accuracy %.4f\n", step, score->loss, score->accuracy);
    }
}

static void print_table(const Score *score) {
    printf("\nread as ");
    for (int digit = 0; digit < DIGITS; digit++) printf("%4d", digit);
    for (int label = 0; label < DIGITS; label++) {
        printf("\n  a %d   ", label);
        for (int digit = 0; digit < DIGITS; digit++) printf("%4lld", (long long)score->table[label][digit]);
    }
    printf("\n\n");
}

int main(int argc, char **argv) {
    Set learn = {0}, held_out = {0};
    read_images(argc > 1 ? argv[1] : DIGITS_CSV, &learn, &held_out);

    rt_device device = made(rt_device_default());
    printf("device %s (%s)\n", rt_device_name(device), rt_device_description(device));
    printf("%lld images to learn from, %lld held out\n\n", (long long)learn.count, (long long)held_out.count);

    rt_tensor images = upload(learn.features, learn.count, FEATURES);
    rt_tensor targets = upload_targets(&learn);
    rt_tensor unseen = upload(held_out.features, held_out.count, FEATURES);
    rt_tensor weights = made(rt_tensor_zeros_2d(FEATURES, DIGITS, RT_F32, RT_DEVICE_DEFAULT));

    for (int step = 0; step <= STEPS; step++) {
        rt_tensor chances = predict(images, weights);
        if (step % (REPORT / 10) == 0) {
            Score seen = score(&learn, chances);
            report(step, &seen);
        }
        if (step < STEPS) improve(weights, images, chances, targets, learn.count);
        done(rt_tensor_free(chances));
    }

    rt_tensor chances = predict(unseen, weights);
    Score result = score(&held_out, chances);
    print_table(&result);
    printf("held-out accuracy %.4f (%lld of %lld)\n", result.accuracy, (long long)result.right, (long long)held_out.count);

    const rt_tensor all[] = {chances, weights, unseen, targets, images};
    for (int i = 0; i < 5; i++) done(rt_tensor_free(all[i]));
    free(learn.features), free(learn.labels), free(held_out.features), free(held_out.labels);

    int64_t live = done(rt_handle_live(0));
    if (result.accuracy < ENOUGH) fprintf(stderr, "digits: held-out accuracy %.4f is below %.2f\n", result.accuracy, ENOUGH);
    if (live != 0) fprintf(stderr, "digits: %lld handles were never freed\n", (long long)live);
    printf("live handles %lld\n", (long long)live);
    return result.accuracy < ENOUGH || live != 0;
}
