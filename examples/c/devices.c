/* What this machine can compute on: every device with its driver and memory, and which op takes which dtype there.
 *
 *     devices [NAME]     NAME is a device such as vulkan:0; else every one is shown
 *
 * Nothing here is a list of what should work: every op of one or two tensors is found by its signature and called with a small
 * matrix of every dtype, and what it computed is read back. */
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
#include <sys/ioctl.h>
#include <unistd.h>
#endif

enum { DTYPES = 8, OPS_MAX = 512, NAME_MAX_BYTES = 32, ROOM = 256, NARROWEST = 40 };
static const int64_t DTYPE[DTYPES] = {RT_F64, RT_F32, RT_F16, RT_BF16, RT_I64, RT_I32, RT_U8, RT_BOOL};
static const char *const DTYPE_NAME[DTYPES] = {"f64", "f32", "f16", "bf16", "i64", "i32", "u8", "bool"};
static const char *const FAMILY[] = {"vulkan", "cuda", "torch"}; /* the CPU is always there */

static int width;   /* of the terminal, in columns */
static int colours; /* whether it shows any */

/* ---- what the ops are ---- */

typedef struct {
    int64_t id;
    int64_t operands;
    char name[NAME_MAX_BYTES]; /* without rt_tensor_ */
} Op;

static Op ops[OPS_MAX];
static int op_count, longest_name;

/* Takes every function that makes a tensor of one or of two tensors and nothing else. */
static void find_ops(void) {
    const char head[] = "rt_tensor rt_tensor_";
    for (int64_t id = 0; id < rt_function_count() && op_count < OPS_MAX; id++) {
        const char *signature = rt_function_signature(id);
        if (strncmp(signature, head, sizeof head - 1) != 0) continue;
        const char *name = signature + sizeof head - 1, *open = strchr(name, '(');
        if (open == NULL || (size_t)(open - name) >= NAME_MAX_BYTES) continue;
        int64_t operands = 0;
        if (strcmp(open, "(rt_tensor tensor)") == 0) operands = 1;
        if (strcmp(open, "(rt_tensor a, rt_tensor b)") == 0) operands = 2;
        if (operands == 0) continue;
        Op *op = &ops[op_count++];
        op->id = id;
        op->operands = operands;
        memcpy(op->name, name, (size_t)(open - name));
        op->name[open - name] = '\0';
    }
}

/* ---- what a device makes of them ---- */

/* One character for an answer. */
static char answered(int64_t worked) {
    if (worked) return '+';
    switch (rt_last_error_code()) {
        case RT_ERROR_DTYPE_MISMATCH: return '.';
        case RT_ERROR_UNSUPPORTED:
        case RT_ERROR_NOT_CONFIGURED: return '-';
        default: return '!';
    }
}

/* Calls an op, and reads what it made: a device that works behind the scenes says only then how it went. */
static char try_op(const Op *op, rt_tensor matrix) {
    const int64_t arguments[] = {matrix, matrix};
    int64_t room[ROOM], result = 0;
    if (rt_call_id(op->id, arguments, op->operands, &result) < 0) return '!';
    if (result == 0) return answered(0);
    int64_t read = rt_tensor_copy_to(result, room, ROOM, rt_tensor_dtype(result));
    char answer = answered(read >= 0);
    rt_tensor_free(result);
    return answer;
}

typedef struct {
    char of[OPS_MAX][DTYPES];
    int count[DTYPES]; /* how many ops were computed */
} Answers;

/* Positive definite and without a 0, so that no op has to refuse it for its values. Made on the CPU, so that a device is asked
 * for nothing but the op. */
static rt_tensor make_matrix(int64_t dtype, rt_device device) {
    const float numbers[] = {2, 1, 1, 2};
    const int64_t dims[] = {2, 2};
    rt_tensor plain = rt_tensor_from_data(numbers, 4, dims, 2, RT_F32, rt_device_find("cpu", -1));
    rt_tensor converted = rt_tensor_to_dtype(plain, dtype);
    rt_tensor there = rt_tensor_to_device(converted, device);
    rt_tensor_free(converted);
    rt_tensor_free(plain);
    return there;
}

/* Drops what wants vectors or batches (rt_tensor_dot, rt_tensor_bmm): a matrix says nothing about it. */
static void keep_ops_of_matrices(void) {
    rt_tensor matrix = make_matrix(RT_F32, rt_device_find("cpu", -1));
    int kept = 0;
    longest_name = 0;
    for (int i = 0; i < op_count; i++) {
        if (try_op(&ops[i], matrix) == '!' && (rt_last_error_code() == RT_ERROR_SHAPE_MISMATCH ||
                                               rt_last_error_code() == RT_ERROR_NOT_FOUND)) continue;
        int length = (int)strlen(ops[i].name);
        if (length > longest_name) longest_name = length;
        ops[kept++] = ops[i];
    }
    op_count = kept;
    rt_tensor_free(matrix);
}

static void try_all(rt_device device, Answers *answers) {
    memset(answers, 0, sizeof *answers);
    for (int d = 0; d < DTYPES; d++) {
        rt_tensor matrix = make_matrix(DTYPE[d], device);
        char refused = answered(0);
        for (int i = 0; i < op_count; i++) {
            char answer = matrix != 0 ? try_op(&ops[i], matrix) : refused;
            answers->of[i][d] = answer;
            answers->count[d] += answer == '+';
        }
        rt_tensor_free(matrix);
    }
}

/* ---- the page ---- */

static void look_at_terminal(void) {
    int terminal = isatty(fileno(stdout));
    const char *columns = getenv("COLUMNS"), *term = getenv("TERM");
    width = columns != NULL ? atoi(columns) : 0;
#ifdef TIOCGWINSZ
    struct winsize size;
    if (width <= 0 && terminal && ioctl(fileno(stdout), TIOCGWINSZ, &size) == 0) width = size.ws_col;
#endif
    if (width <= 0) width = 80;
    if (width < NARROWEST) width = NARROWEST;
    colours = terminal && getenv("NO_COLOR") == NULL && term != NULL && strcmp(term, "dumb") != 0;
}

static void rule(char c) {
    for (int i = 0; i < width; i++) putchar(c);
    putchar('\n');
}

/* A text cut to the terminal's width, behind a label. */
static void field(const char *label, const char *text) {
    printf("  %-8s %.*s\n", label, width - 11, text);
}

static void print_answer(char answer) {
    const char *colour = answer == '+' ? "32" : answer == '-' ? "33" : answer == '!' ? "31" : "2";
    if (colours) {
        printf("\033[%sm%c\033[0m", colour, answer);
    } else {
        putchar(answer);
    }
}

/* Blocks of a name and eight characters, as many side by side as there is room for. */
static void print_matrix(const Answers *answers) {
    int block = longest_name + 1 + DTYPES, across = (width - 2 + 3) / (block + 3);
    if (across < 1) across = 1;
    if (across > op_count) across = op_count;
    int down = (op_count + across - 1) / across;
    for (int row = 0; row < down; row++) {
        printf("  ");
        for (int column = 0; column < across; column++) {
            int i = column * down + row;
            if (i >= op_count) break;
            printf("%s%-*s ", column > 0 ? "   " : "", longest_name, ops[i].name);
            for (int d = 0; d < DTYPES; d++) print_answer(answers->of[i][d]);
        }
        putchar('\n');
    }
}

static void print_device(rt_device device) {
    static Answers answers;
    char text[128];
    const double gib = 1024.0 * 1024.0 * 1024.0;
    try_all(device, &answers);
    rule('-');
    snprintf(text, sizeof text, "%s%s", rt_device_name(device), device == rt_device_default() ? "  (the default)" : "");
    field("device", text);
    field("hardware", rt_device_description(device));
    int64_t total = rt_device_memory_total(device), left = rt_device_memory_free(device);
    if (total >= 0 && left >= 0) {
        snprintf(text, sizeof text, "%.1f GiB, %.1f GiB free", (double)total / gib, (double)left / gib);
    } else {
        snprintf(text, sizeof text, "%s", rt_last_error_message());
    }
    field("memory", text);
    size_t used = 0;
    for (int d = 0; d < DTYPES; d++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %d", d > 0 ? "  " : "", DTYPE_NAME[d], answers.count[d]);
    }
    printf("  %-8s %d; computed for", "ops", op_count);
    /* One line where it fits, else two. */
    if ((int)used + 28 <= width) {
        printf(" %s\n\n", text);
    } else {
        char *middle = strstr(text, "  i64");
        printf("\n    %.*s\n    %s\n\n", (int)(middle - text), text, middle + 2);
    }
    print_matrix(&answers);
}

/* The families of devices that are not here, and why. */
static void print_absent(void) {
    for (size_t i = 0; i < sizeof FAMILY / sizeof FAMILY[0]; i++) {
        if (rt_device_find(FAMILY[i], -1) != 0) continue;
        const char *message = rt_last_error_message(), *why = strstr(message, ": ");
        field(FAMILY[i], why != NULL ? why + 2 : message);
    }
}

int main(int argc, char **argv) {
    look_at_terminal();
    find_ops();
    keep_ops_of_matrices();
    printf("%s\n", rt_build_info());
    if (argc > 1) {
        rt_device device = rt_device_find(argv[1], -1);
        if (device == 0) {
            fprintf(stderr, "devices: %s\n", rt_last_error_message());
            return 1;
        }
        print_device(device);
    } else {
        for (int64_t i = 0; i < rt_device_count(); i++) {
            rt_device device = rt_device_at(i);
            if (device != 0) print_device(device);
            else field("device", rt_last_error_message());
        }
    }
    rule('-');
    printf("  f64 f32 f16 bf16 i64 i32 u8 bool:\n  + computed  - not on this device\n  . not defined  ! failed\n");
    if (argc <= 1) print_absent();
    if (rt_handle_live(0) != 0) {
        fprintf(stderr, "devices: %lld handles were not freed\n", (long long)rt_handle_live(0));
        return 1;
    }
    return 0;
}
