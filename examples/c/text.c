/* Learns to write: a small transformer reads a text character by character, on the device that FFI_DEVICE names, and learns which
 * character comes next. It then says how well it does on the last tenth of the text, which it has not seen, and writes on.
 *
 *     text FILE [STEPS [SEED [COUNT]]]      FILE is any text of a few thousand characters or more; 400 steps are a minute or less;
 *                                             COUNT characters are written then, 240 without it
 */
#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200112L /* for isatty and fileno under -std=c99 */
#endif
#include "ffi.h"
#include <errno.h>
#include <math.h>
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

enum { CONTEXT = 64, FEATURES = 64, HEADS = 4, BLOCKS = 2, BATCH = 16, STRIDE = 8, MOST = 256, BAR = 30 };
static const double RATE = 0.003;

/* Ends the program with one sentence when a call of the library failed. */
static void fail(void) {
    fflush(stdout);
    fprintf(stderr, "text: %s\n", rt_last_error_message());
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

static void *memory(size_t bytes) {
    void *found = malloc(bytes);
    if (found == NULL) {
        fprintf(stderr, "text: no memory for %lu bytes\n", (unsigned long)bytes);
        exit(1);
    }
    return found;
}

/* ---- the text ---- */

typedef struct {
    int32_t *letters; /* the number of each character among those that occur */
    int64_t count;
    int64_t kinds;
    char kind[MOST]; /* what character a number stands for */
} Text;

static Text read_text(const char *path) {
    Text text = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "text: cannot open %s: %s\n", path, strerror(errno));
        exit(1);
    }
    int number[MOST], c;
    int64_t room = 0;
    memset(number, -1, sizeof number);
    while ((c = getc(file)) != EOF) {
        if (text.count == room) {
            room = room ? room * 2 : 1 << 16;
            int32_t *larger = realloc(text.letters, (size_t)room * sizeof *larger);
            if (larger == NULL) {
                fprintf(stderr, "text: no memory for %s\n", path);
                exit(1);
            }
            text.letters = larger;
        }
        if (number[c] < 0) {
            number[c] = (int)text.kinds;
            text.kind[text.kinds++] = (char)c;
        }
        text.letters[text.count++] = number[c];
    }
    if (ferror(file)) {
        fprintf(stderr, "text: %s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    if (text.count < 20 * CONTEXT) {
        fprintf(stderr, "text: %s has %lld characters; it takes %d to learn from\n", path, (long long)text.count, 20 * CONTEXT);
        exit(1);
    }
    return text;
}

/* Windows of CONTEXT characters, each with the character that follows every one of its characters. */
static rt_dataset windows(const int32_t *letters, int64_t count, int64_t stride) {
    const int64_t rows = (count - CONTEXT - 1) / stride + 1, dims[] = {rows, CONTEXT};
    int32_t *seen = memory((size_t)rows * CONTEXT * sizeof *seen), *next = memory((size_t)rows * CONTEXT * sizeof *next);
    for (int64_t row = 0; row < rows; row++) {
        memcpy(seen + row * CONTEXT, letters + row * stride, CONTEXT * sizeof *seen);
        memcpy(next + row * CONTEXT, letters + row * stride + 1, CONTEXT * sizeof *next);
    }
    rt_tensor inputs = made(rt_tensor_from_data(seen, rows * CONTEXT, dims, 2, RT_I32, RT_DEVICE_DEFAULT));
    rt_tensor targets = made(rt_tensor_from_data(next, rows * CONTEXT, dims, 2, RT_I32, RT_DEVICE_DEFAULT));
    rt_dataset dataset = made(rt_dataset_from_tensors(inputs, targets));
    done(rt_tensor_free(inputs)), done(rt_tensor_free(targets));
    free(seen), free(next);
    return dataset;
}

/* ---- the network ---- */

typedef struct {
    rt_module before_attention, attention, before_widening, widening;
} Block;

typedef struct {
    rt_module letter, place; /* what a character means, and where it stands */
    Block blocks[BLOCKS];
    rt_module last, scores;
    rt_module all; /* their parameters */
} Network;

static Network network(int64_t kinds) {
    const rt_device on = RT_DEVICE_DEFAULT;
    const int64_t features = FEATURES;
    rt_module parts[4 + 4 * BLOCKS];
    int count = 0;
    Network net;
    parts[count++] = net.letter = made(rt_nn_embedding(kinds, FEATURES, RT_F32, on));
    parts[count++] = net.place = made(rt_nn_embedding(CONTEXT, FEATURES, RT_F32, on));
    for (int i = 0; i < BLOCKS; i++) {
        Block *block = &net.blocks[i];
        rt_module wide[] = {made(rt_nn_linear(FEATURES, 4 * FEATURES, 1, RT_F32, on)), made(rt_nn_gelu()),
                            made(rt_nn_linear(4 * FEATURES, FEATURES, 1, RT_F32, on))};
        parts[count++] = block->before_attention = made(rt_nn_layer_norm(&features, 1, 1e-5, RT_F32, on));
        parts[count++] = block->attention = made(rt_nn_multi_head_attention(FEATURES, HEADS, 1, RT_F32, on));
        parts[count++] = block->before_widening = made(rt_nn_layer_norm(&features, 1, 1e-5, RT_F32, on));
        parts[count++] = block->widening = made(rt_nn_sequential(wide, 3));
        for (int j = 0; j < 3; j++) done(rt_module_free(wide[j]));
    }
    parts[count++] = net.last = made(rt_nn_layer_norm(&features, 1, 1e-5, RT_F32, on));
    parts[count++] = net.scores = made(rt_nn_linear(FEATURES, kinds, 1, RT_F32, on));
    net.all = made(rt_nn_sequential(parts, count));
    return net;
}

static void free_network(const Network *net) {
    const rt_module parts[] = {net->letter, net->place, net->last, net->scores, net->all};
    for (int i = 0; i < 5; i++) done(rt_module_free(parts[i]));
    for (int i = 0; i < BLOCKS; i++) {
        const Block *block = &net->blocks[i];
        const rt_module own[] = {block->before_attention, block->attention, block->before_widening, block->widening};
        for (int j = 0; j < 4; j++) done(rt_module_free(own[j]));
    }
}

/* Scores `[steps, batch, kinds]` of what comes next, for letters `[steps, batch]`. */
static rt_tensor forward(const Network *net, rt_tensor letters) {
    const int64_t steps = done(rt_tensor_dim(letters, 0)), dims[] = {steps, 1, FEATURES};
    rt_tensor places = made(rt_tensor_arange_i64(0, steps, 1, RT_I32, RT_DEVICE_DEFAULT));
    places = instead(places, rt_module_forward(net->place, places));
    places = instead(places, rt_tensor_reshape(places, dims, 3));
    rt_tensor x = made(rt_module_forward(net->letter, letters));
    x = instead(x, rt_tensor_add(x, places));
    done(rt_tensor_free(places));
    for (int i = 0; i < BLOCKS; i++) {
        const Block *block = &net->blocks[i];
        rt_tensor y = made(rt_module_forward(block->before_attention, x));
        y = instead(y, rt_nn_multi_head_attention_forward(block->attention, y, y, y, 0, 1));
        x = instead(x, rt_tensor_add(x, y));
        y = instead(y, rt_module_forward(block->before_widening, x));
        y = instead(y, rt_module_forward(block->widening, y));
        x = instead(x, rt_tensor_add(x, y));
        done(rt_tensor_free(y));
    }
    x = instead(x, rt_module_forward(net->last, x));
    return instead(x, rt_module_forward(net->scores, x));
}

/* The mean loss of a batch of windows and what follows, both `[batch, steps]`. */
static rt_tensor loss_of(const Network *net, rt_tensor inputs, rt_tensor targets, int64_t kinds) {
    const int64_t rows[] = {-1, kinds}, flat = -1;
    rt_tensor letters = made(rt_tensor_transpose(inputs, 0, 1)), next = made(rt_tensor_transpose(targets, 0, 1));
    rt_tensor scores = forward(net, letters);
    scores = instead(scores, rt_tensor_reshape(scores, rows, 2));
    next = instead(next, rt_tensor_reshape(next, &flat, 1));
    rt_tensor loss = made(rt_tensor_cross_entropy(scores, next, RT_REDUCTION_MEAN));
    done(rt_tensor_free(letters)), done(rt_tensor_free(next)), done(rt_tensor_free(scores));
    return loss;
}

/* ---- learning ---- */

/* On a terminal one bar that is drawn again and again, else a line now and then. */
static void report(int64_t step, int64_t steps, double bits) {
    if (isatty(fileno(stdout))) {
        char bar[BAR + 1];
        for (int i = 0; i < BAR; i++) bar[i] = i < step * BAR / steps ? '#' : '.';
        bar[BAR] = '\0';
        printf("\r[%s] step %4lld of %lld  %.3f bits%s", bar, (long long)step, (long long)steps, bits, step == steps ? "\n" : "");
        fflush(stdout);
    } else if (step % 50 == 0 || step == steps) {
        printf("step %4lld  %.3f bits a character\n", (long long)step, bits);
    }
}

static void learn(const Network *net, rt_dataset text, int64_t kinds, int64_t steps, int64_t seed) {
    rt_dataloader loader = made(rt_dataloader_new(text, BATCH, 1, seed, 1));
    rt_optimizer adam = made(rt_optim_adamw(net->all, RATE, 0.9, 0.99, 1e-8, 0.01));
    const int64_t warm_up = steps < 100 ? steps / 4 + 1 : 25;
    done(rt_optim_schedule_warmup(adam, warm_up, 0.01));
    done(rt_optim_schedule_cosine(adam, steps, RATE / 20));
    double recent = 0;
    for (int64_t step = 0; step < steps;) {
        rt_tensor inputs, targets;
        if (done(rt_dataloader_next(loader, &inputs, &targets)) == 0) {
            done(rt_dataloader_reset(loader));
            continue;
        }
        rt_tensor loss = loss_of(net, inputs, targets, kinds);
        done(rt_optim_zero_grad(adam));
        done(rt_tensor_backward(loss));
        double norm;
        done(rt_optim_clip_grad_norm_into_(adam, 1.0, 2.0, &norm));
        done(rt_optim_step(adam));
        done(rt_optim_schedule_advance(adam));
        double bits = rt_tensor_item(loss) / log(2);
        recent = step == 0 ? bits : 0.9 * recent + 0.1 * bits;
        done(rt_tensor_free(loss)), done(rt_tensor_free(inputs)), done(rt_tensor_free(targets));
        report(++step, steps, recent);
    }
    done(rt_dataloader_free(loader)), done(rt_optim_free(adam));
}

/* Bits for each character of a text that the network has not seen. */
static double judged(const Network *net, rt_dataset text, int64_t kinds) {
    rt_dataloader loader = made(rt_dataloader_new(text, BATCH, 0, 0, 0));
    rt_tensor inputs, targets;
    double sum = 0, rows = 0;
    done(rt_no_grad_begin());
    while (done(rt_dataloader_next(loader, &inputs, &targets)) == 1) {
        rt_tensor loss = loss_of(net, inputs, targets, kinds);
        double count = (double)done(rt_tensor_dim(inputs, 0));
        sum += rt_tensor_item(loss) * count;
        rows += count;
        done(rt_tensor_free(loss)), done(rt_tensor_free(inputs)), done(rt_tensor_free(targets));
    }
    done(rt_no_grad_end());
    done(rt_dataloader_free(loader));
    return sum / rows / log(2);
}

/* What it costs to know of each character only how often it occurs in the part that was read: to beat that is to have learned. */
static double guessed(const Text *text, int64_t read) {
    double counts[MOST], bits = 0;
    for (int i = 0; i < MOST; i++) counts[i] = 1; /* so that what never occurred is not impossible */
    for (int64_t i = 0; i < read; i++) counts[text->letters[i]]++;
    for (int64_t i = read; i < text->count; i++) bits -= log(counts[text->letters[i]] / (double)(read + text->kinds));
    return bits / log(2) / (double)(text->count - read);
}

/* ---- writing ---- */

/* One of the kinds, likelier ones more often: `drawn` is a number from 0 to 1. */
static int32_t choose(const float *scores, int64_t kinds, double drawn) {
    const double TEMPERATURE = 0.7;
    double most = scores[0], sum = 0, chances[MOST];
    for (int64_t i = 1; i < kinds; i++) most = scores[i] > most ? scores[i] : most;
    for (int64_t i = 0; i < kinds; i++) sum += chances[i] = exp((scores[i] - most) / TEMPERATURE);
    for (int32_t i = 0; i < kinds; i++) {
        drawn -= chances[i] / sum;
        if (drawn < 0) return i;
    }
    return (int32_t)kinds - 1;
}

static void write_on(const Network *net, const Text *text, int64_t count, uint32_t seed) {
    int32_t seen[CONTEXT];
    float scores[MOST];
    memcpy(seen, text->letters, sizeof seen);
    for (int i = 0; i < CONTEXT; i++) putchar(text->kind[seen[i]]);
    printf("|");
    done(rt_no_grad_begin());
    for (int64_t written = 0; written < count; written++) {
        const int64_t dims[] = {CONTEXT, 1};
        rt_tensor letters = made(rt_tensor_from_data(seen, CONTEXT, dims, 2, RT_I32, RT_DEVICE_DEFAULT));
        rt_tensor all = forward(net, letters), last = made(rt_tensor_select(all, 0, -1));
        done(rt_tensor_copy_to(last, scores, text->kinds, RT_F32));
        done(rt_tensor_free(letters)), done(rt_tensor_free(all)), done(rt_tensor_free(last));
        seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator: its upper bits are good enough here */
        int32_t next = choose(scores, text->kinds, (double)(seed >> 8) / (1 << 24));
        putchar(text->kind[next]);
        fflush(stdout);
        memmove(seen, seen + 1, (CONTEXT - 1) * sizeof *seen);
        seen[CONTEXT - 1] = next;
    }
    done(rt_no_grad_end());
    printf("\n\n");
}

int main(int argc, char **argv) {
    int64_t steps = argc > 2 ? atoll(argv[2]) : 400, seed = argc > 3 ? atoll(argv[3]) : 1;
    int64_t count = argc > 4 ? atoll(argv[4]) : 240;
    if (argc < 2 || steps < 1 || steps > 1000000 || count < 0) {
        fprintf(stderr, "text: give a text file, and if you like how many steps to learn (1 to 1000000), a seed, and how many characters "
                        "to write\n");
        return 2;
    }
    Text text = read_text(argv[1]);
    const int64_t read = text.count / 10 * 9;
    rt_device device = made(rt_device_default());
    printf("device %s (%s)\n", rt_device_name(device), rt_device_description(device));
    printf("%lld characters of %lld kinds, the last tenth held out\n\n", (long long)text.count, (long long)text.kinds);

    done(rt_random_seed(seed));
    Network net = network(text.kinds);
    rt_dataset learnt = windows(text.letters, read, STRIDE);
    rt_dataset held_out = windows(text.letters + read, text.count - read, CONTEXT);
    learn(&net, learnt, text.kinds, steps, seed);
    double bits = judged(&net, held_out, text.kinds), blind = guessed(&text, read);
    printf("\nheld out: %.3f bits a character; %.3f by how often each occurs\n\n", bits, blind);
    write_on(&net, &text, count, (uint32_t)seed);

    free_network(&net);
    done(rt_dataset_free(learnt)), done(rt_dataset_free(held_out));
    free(text.letters);
    int64_t live = done(rt_handle_live(0));
    const int poor = argc <= 2 && !(bits < blind); /* what few steps teach nobody knows */
    if (poor) fprintf(stderr, "text: it has learned nothing: give it more steps or more text\n");
    if (live != 0) fprintf(stderr, "text: %lld handles were never freed\n", (long long)live);
    printf("live handles %lld\n", (long long)live);
    return poor || live != 0;
}
