/* Learns to read handwritten digits: a small convolutional network trained with Adam on the device that FFI_DEVICE names, then
 * saved, read back into another network and checked.
 *
 *     digits [FILE [MODEL [EPOCHS]]]   FILE has 65 columns: 64 pixels (0 to 16) of an 8x8 image, then the digit it shows;
 *                                      MODEL is where the network is saved, digits.safetensors if left out;
 *                                      EPOCHS is how often it sees every image, 15 if left out
 *
 * Three quarters of the images are for learning; every fourth is held out, and only those tell how well the network reads. */
#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200112L /* for isatty and fileno under -std=c99 */
#endif
#include "ffi.h"
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

enum { SIDE = 8, PIXELS = SIDE * SIDE, INK = 16, DIGITS = 10, BATCH = 32, SEED = 7, BAR = 30 };
static int64_t epochs = 15;
static const double RATE = 0.005;  /* how far Adam goes in a step, at first */
static const double ENOUGH = 0.98; /* the accuracy on held-out images below which something is broken */

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

/* What was made of a tensor, in its place. */
static rt_tensor instead(rt_tensor of, rt_tensor made_of_it) {
    made(made_of_it);
    done(rt_tensor_free(of));
    return made_of_it;
}

/* ---- the data ---- */

/* Ends the program where a number is no whole one between 0 and `most`. */
static void check(const char *path, const char *what, rt_tensor numbers, double most) {
    rt_tensor floor = made(rt_tensor_floor(numbers)), whole = made(rt_tensor_eq(numbers, floor));
    rt_tensor all = made(rt_tensor_all(whole)), least = made(rt_tensor_min(numbers)), greatest = made(rt_tensor_max(numbers));
    if (rt_tensor_item(all) == 0) {
        fprintf(stderr, "digits: %s: a %s is no whole number\n", path, what);
        exit(1);
    }
    double low = rt_tensor_item(least), high = rt_tensor_item(greatest);
    if (low < 0 || high > most) {
        fprintf(stderr, "digits: %s: a %s is %g, outside 0 to %g\n", path, what, low < 0 ? low : high, most);
        exit(1);
    }
    const rt_tensor used[] = {floor, whole, all, least, greatest};
    for (int i = 0; i < 5; i++) done(rt_tensor_free(used[i]));
}

/* The images, `[n, 1, 8, 8]` from 0 to 1, with their digits. */
static rt_dataset read_images(const char *path) {
    rt_dataset table = made(rt_dataset_from_csv(path, -1, 0, -1, RT_DEVICE_DEFAULT));
    rt_tensor pixels = made(rt_dataset_inputs(table)), labels = made(rt_dataset_targets(table));
    int64_t count = done(rt_dataset_len(table)), columns = done(rt_tensor_dim(pixels, 1)) + 1;
    if (columns != PIXELS + 1) {
        fprintf(stderr, "digits: %s: %lld columns instead of %d\n", path, (long long)columns, PIXELS + 1);
        exit(1);
    }
    if (count < 4) {
        fprintf(stderr, "digits: %s: fewer than four images\n", path);
        exit(1);
    }
    check(path, "pixel", pixels, INK);
    check(path, "label", labels, DIGITS - 1);
    const int64_t dims[] = {count, 1, SIDE, SIDE};
    pixels = instead(pixels, rt_tensor_reshape(pixels, dims, 4));
    pixels = instead(pixels, rt_tensor_div_scalar(pixels, INK));
    labels = instead(labels, rt_tensor_to_dtype(labels, RT_I32));
    rt_dataset images = made(rt_dataset_from_tensors(pixels, labels));
    done(rt_tensor_free(pixels)), done(rt_tensor_free(labels)), done(rt_dataset_free(table));
    return images;
}

/* Every fourth image, or all the others. */
static rt_dataset part(rt_dataset images, int held_out) {
    int64_t all = done(rt_dataset_len(images)), count = 0;
    int32_t *rows = malloc((size_t)all * sizeof *rows);
    if (rows == NULL) {
        fprintf(stderr, "digits: no memory for %lld numbers\n", (long long)all);
        exit(1);
    }
    for (int32_t row = 0; row < all; row++) {
        if ((row % 4 == 3) == held_out) rows[count++] = row;
    }
    rt_tensor chosen = made(rt_tensor_from_data(rows, count, &count, 1, RT_I32, RT_DEVICE_DEFAULT));
    rt_dataset selected = made(rt_dataset_select(images, chosen));
    done(rt_tensor_free(chosen));
    free(rows);
    return selected;
}

/* ---- the network ---- */

/* Two rounds of convolution and pooling, 8x8 to 4x4 to 2x2, then two layers that weigh what was found. */
static rt_module network(void) {
    enum { FEW = 16, MANY = 32, FOUND = MANY * 2 * 2, HIDDEN = 64 };
    const int64_t conv[] = {3, 3, 1, 1, 1, 1}, pool[] = {2, 2}; /* kernel, stride, padding; kernel */
    const rt_device on = RT_DEVICE_DEFAULT;
    const rt_module layers[] = {
        made(rt_nn_conv2d(1, FEW, conv, 6, 1, RT_F32, on)),
        made(rt_nn_batch_norm(FEW, 1e-5, 0.1, RT_F32, on)),
        made(rt_nn_relu()),
        made(rt_nn_max_pool2d(pool, 2)),
        made(rt_nn_conv2d(FEW, MANY, conv, 6, 1, RT_F32, on)),
        made(rt_nn_batch_norm(MANY, 1e-5, 0.1, RT_F32, on)),
        made(rt_nn_relu()),
        made(rt_nn_max_pool2d(pool, 2)),
        made(rt_nn_flatten(1, -1)),
        made(rt_nn_linear(FOUND, HIDDEN, 1, RT_F32, on)),
        made(rt_nn_relu()),
        made(rt_nn_linear(HIDDEN, DIGITS, 1, RT_F32, on)),
    };
    const int64_t count = sizeof layers / sizeof layers[0];
    rt_module whole = made(rt_nn_sequential(layers, count));
    for (int i = 0; i < count; i++) done(rt_module_free(layers[i]));
    return whole;
}

/* One epoch after another; the loader tells `report` how far it is. */
static void learn(rt_module net, rt_dataset images, rt_progress_fn report) {
    rt_dataloader loader = made(rt_dataloader_new(images, BATCH, 1, SEED, 0));
    rt_optimizer adam = made(rt_optim_adam(net, RATE, 0.9, 0.999, 1e-8));
    done(rt_optim_schedule_cosine(adam, epochs, RATE / 100));
    done(rt_dataloader_set_progress(loader, report, NULL));
    for (int epoch = 0; epoch < epochs; epoch++) {
        rt_tensor inputs, targets;
        double sum = 0;
        for (int64_t batch = 1; done(rt_dataloader_next(loader, &inputs, &targets)) == 1; batch++) {
            rt_tensor scores = made(rt_module_forward(net, inputs));
            rt_tensor loss = made(rt_tensor_cross_entropy(scores, targets, RT_REDUCTION_MEAN));
            done(rt_optim_zero_grad(adam));
            done(rt_tensor_backward(loss));
            done(rt_optim_step(adam));
            sum += rt_tensor_item(loss);
            done(rt_dataloader_report_loss(loader, sum / (double)batch));
            const rt_tensor used[] = {inputs, targets, scores, loss};
            for (int i = 0; i < 4; i++) done(rt_tensor_free(used[i]));
        }
        done(rt_optim_schedule_advance(adam));
        done(rt_dataloader_reset(loader));
    }
    done(rt_optim_free(adam)), done(rt_dataloader_free(loader));
}

typedef struct {
    int64_t count, right;
    int64_t table[DIGITS][DIGITS]; /* how often a digit (row) was read as a digit (column) */
    float *scores;                 /* ten for every image */
} Reading;

static Reading read_digits(rt_module net, rt_dataset images) {
    Reading reading = {0};
    reading.count = done(rt_dataset_len(images));
    rt_tensor inputs = made(rt_dataset_inputs(images)), targets = made(rt_dataset_targets(images));
    reading.scores = malloc((size_t)reading.count * DIGITS * sizeof(float));
    int32_t *labels = malloc((size_t)reading.count * sizeof(int32_t));
    if (reading.scores == NULL || labels == NULL) {
        fprintf(stderr, "digits: no memory for the scores\n");
        exit(1);
    }
    done(rt_no_grad_begin());
    done(rt_module_train(net, 0));
    rt_tensor scores = made(rt_module_forward(net, inputs));
    done(rt_no_grad_end());
    done(rt_tensor_copy_to(scores, reading.scores, reading.count * DIGITS, RT_F32));
    done(rt_tensor_copy_to(targets, labels, reading.count, RT_I32));
    for (int64_t i = 0; i < reading.count; i++) {
        const float *of = reading.scores + i * DIGITS;
        int best = 0;
        for (int digit = 1; digit < DIGITS; digit++) {
            if (of[digit] > of[best]) best = digit;
        }
        reading.right += best == labels[i];
        reading.table[labels[i]][best]++;
    }
    done(rt_tensor_free(scores)), done(rt_tensor_free(inputs)), done(rt_tensor_free(targets));
    free(labels);
    return reading;
}

/* ---- the report ---- */

/* A line an epoch; on a terminal, one bar that is drawn again and again. */
static void report(int64_t epoch, int64_t batch, int64_t batches, double loss, double rows_per_second, void *unused) {
    (void)unused;
    if (isatty(fileno(stdout))) {
        char bar[BAR + 1];
        int64_t filled = (epoch * batches + batch) * BAR / (epochs * batches);
        for (int i = 0; i < BAR; i++) bar[i] = i < filled ? '#' : '.';
        bar[BAR] = '\0';
        printf("\r[%s] epoch %2lld  loss %.4f  %6.0f images/s%s", bar, (long long)epoch + 1, loss, rows_per_second,
               epoch + 1 == epochs && batch == batches ? "\n" : "");
        fflush(stdout);
    } else if (batch == batches) {
        printf("epoch %2lld  loss %.4f\n", (long long)epoch + 1, loss);
    }
}

static void print_table(const Reading *reading) {
    printf("\nread as ");
    for (int digit = 0; digit < DIGITS; digit++) printf("%4d", digit);
    for (int label = 0; label < DIGITS; label++) {
        printf("\n  a %d   ", label);
        for (int digit = 0; digit < DIGITS; digit++) printf("%4lld", (long long)reading->table[label][digit]);
    }
    printf("\n\n");
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : DIGITS_CSV, *model = argc > 2 ? argv[2] : "digits.safetensors";
    const int judged = argc <= 1; /* what to expect of other data or epochs nobody knows */
    if (argc > 3) epochs = atoi(argv[3]);
    if (epochs < 1 || epochs > 10000) {
        fprintf(stderr, "digits: %s is no number of epochs from 1 to 10000\n", argv[3]);
        return 2;
    }
    rt_device device = made(rt_device_default());
    rt_dataset images = read_images(path), held_out = part(images, 1), learnt = part(images, 0);
    printf("device %s (%s)\n", rt_device_name(device), rt_device_description(device));
    printf("%lld images to learn from, %lld held out\n\n", (long long)rt_dataset_len(learnt), (long long)rt_dataset_len(held_out));

    done(rt_random_seed(SEED));
    rt_module net = network();
    done(rt_model_save(net, model, -1)); /* a name that cannot be written is better found before it learns */
    learn(net, learnt, report);
    Reading first = read_digits(net, held_out);
    print_table(&first);

    /* Another network starts from other numbers and reads the file: every score must be the same to the last bit. */
    done(rt_model_save(net, model, -1));
    rt_module again = network();
    done(rt_model_load(again, model, -1));
    Reading second = read_digits(again, held_out);
    int same = memcmp(first.scores, second.scores, (size_t)first.count * DIGITS * sizeof(float)) == 0;
    printf("saved as %s, read back: %s\n", model, same ? "the same scores" : "OTHER SCORES");

    double accuracy = (double)first.right / (double)first.count;
    printf("held-out accuracy %.4f (%lld of %lld)\n", accuracy, (long long)first.right, (long long)first.count);
    done(rt_module_free(net)), done(rt_module_free(again));
    done(rt_dataset_free(images)), done(rt_dataset_free(held_out)), done(rt_dataset_free(learnt));
    free(first.scores), free(second.scores);

    int64_t live = done(rt_handle_live(0));
    const int poor = judged && accuracy < ENOUGH;
    if (poor) fprintf(stderr, "digits: held-out accuracy %.4f is below %.2f\n", accuracy, ENOUGH);
    if (!same) fprintf(stderr, "digits: the network that was read back scores otherwise\n");
    if (live != 0) fprintf(stderr, "digits: %lld handles were never freed\n", (long long)live);
    printf("live handles %lld\n", (long long)live);
    return poor || !same || live != 0;
}
