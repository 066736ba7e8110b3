/* ffi.h: tensors, devices, kernels and concurrency through one C ABI. Generated from the library's rows; do not edit.
 *
 * Handles    An object is an int64_t: positive, below 2^60, of one kind; 0 is none. A handle that is stale, made up or of
 *            another kind is refused, never dereferenced. What a function returns is the caller's, to be freed once, with
 *            rt_<object>_free or rt_release; arguments are borrowed. Devices belong to the library: freeing them is a no-op.
 * Failure    shows in the result: a handle is 0, a status or count is negative (an RT_ERROR_* code), a double is NaN, a text
 *            is "", a truth value is 0. Outputs are written only on success.
 * The reason is the calling thread's last error: rt_last_error_code(), rt_last_error_message(). A success leaves it as it is,
 *            except where the result alone does not tell it from a failure: functions that return a truth value or a double,
 *            and those that say so, clear it. After their 0, NaN or negative number rt_last_error_code() is 0 if they succeeded.
 * Text in    is UTF-8 as (pointer, length); length -1 means NUL-terminated.
 * Text out   is never NULL, NUL-terminated, the library's, and valid until the 16th next text on the same thread unless it is
 *            called static. The _copy twins write into a buffer and return the length needed without the NUL.
 * Arrays     are (pointer, count of elements); a typed pointer must be aligned, and may be NULL when the count is 0.
 * Truth      values are int64_t: 1 or 0 out, any non-zero in is true.
 * Doubles    cross as such; every function with one has a _bits twin that takes and returns IEEE bit patterns.
 * Threads    Any function may be called from any thread, unless it says otherwise. The last error and the default device are
 *            per thread. No lock is held while a callback runs; a callback must neither unwind, longjmp nor end its thread.
 * Absence    Every build has every symbol. A feature that is off answers NOT_CONFIGURED, a missing driver UNAVAILABLE.
 */
#ifndef FFI_H
#define FFI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this header describes; rt_abi_version() tells what the library is: major << 32 | minor. */
#define RT_ABI_VERSION_MAJOR 0
#define RT_ABI_VERSION_MINOR 2

/* Element types. 0 is never one. */
#define RT_F64 1 /* IEEE 754 double */
#define RT_F32 2 /* IEEE 754 single, the default float */
#define RT_F16 3 /* IEEE 754 half; computed in f32, rounded once */
#define RT_BF16 4 /* bfloat16; computed in f32, rounded once */
#define RT_I64 5 /* 64-bit signed integer, the default integer */
#define RT_I32 6 /* 32-bit signed integer */
#define RT_U8 7 /* 8-bit unsigned integer */
#define RT_BOOL 8 /* one byte, 0 or 1 */

/* What becomes of the losses of single elements. */
#define RT_REDUCTION_NONE 0 /* the loss of every element */
#define RT_REDUCTION_MEAN 1 /* the mean of the losses, of rank 0 */
#define RT_REDUCTION_SUM 2 /* the sum of the losses, of rank 0 */

/* Why a call failed, and what to do about it. */
#define RT_ERROR_INVALID_ARGUMENT (-1001) /* A value is outside what the function accepts; the message names it. */
#define RT_ERROR_NULL_POINTER (-1002) /* A pointer is NULL where memory is needed; pass a valid one. */
#define RT_ERROR_INVALID_HANDLE (-1003) /* The handle is 0, freed, of another kind or made up; pass a live one. */
#define RT_ERROR_SHAPE_MISMATCH (-1004) /* Shapes do not fit together; the message shows them. */
#define RT_ERROR_DTYPE_MISMATCH (-1005) /* The operation is not defined for these element types; convert with rt_tensor_to_dtype. */
#define RT_ERROR_DEVICE_MISMATCH (-1006) /* Operands live on different devices; move one with rt_tensor_to_device. */
#define RT_ERROR_UNSUPPORTED (-1007) /* This device or this version cannot do it; the message says why. */
#define RT_ERROR_OUT_OF_MEMORY (-1008) /* Not enough memory, also after trimming caches; free objects or use smaller sizes. */
#define RT_ERROR_NOT_CONFIGURED (-1009) /* The cargo feature is off in this build; build with the feature that the message names. */
#define RT_ERROR_UNAVAILABLE (-1010) /* A driver, device or library is missing, and the message lists what was tried; or the process was forked from the one that opened it. */
#define RT_ERROR_DEVICE_LOST (-1011) /* The device failed and refuses everything but frees; rt_device_find opens it again, as a new device with a new handle. */
#define RT_ERROR_COMPILE_FAILED (-1012) /* A kernel did not compile; the message holds the compiler's log. */
#define RT_ERROR_IO (-1013) /* A file could not be read or written; the message names it and the reason. */
#define RT_ERROR_BAD_FORMAT (-1014) /* A file or buffer does not hold what it should; nothing was changed. */
#define RT_ERROR_TIMEOUT (-1015) /* The time given passed first. */
#define RT_ERROR_CLOSED (-1016) /* The object was closed or freed while waiting. */
#define RT_ERROR_WOULD_BLOCK (-1017) /* The call would have to wait; try again later. */
#define RT_ERROR_NOT_FOUND (-1018) /* No object has this name or index. */
#define RT_ERROR_BUSY (-1019) /* The object is in use by this very call chain, or by more calls at once than are counted; finish those first. */
#define RT_ERROR_PANIC (-1020) /* A fault inside the library, caught at its edge; please report the message. */
#define RT_ERROR_INTERNAL (-1021) /* An invariant of the library does not hold; please report the message. */
#define RT_ERROR_OUT_OF_DATE (-1022) /* What it was made for has changed, as a window its size; make it anew, as the message says. */

/* Kinds of objects, as rt_handle_kind() tells them. */
#define RT_KIND_DEVICE 1
#define RT_KIND_TENSOR 2
#define RT_KIND_MODULE 3
#define RT_KIND_OPTIMIZER 4
#define RT_KIND_DATALOADER 5
#define RT_KIND_KERNEL 6
#define RT_KIND_PIPELINE 7
#define RT_KIND_FENCE 8
#define RT_KIND_DATASET 9
#define RT_KIND_THREAD 16
#define RT_KIND_MUTEX 17
#define RT_KIND_RWLOCK 18
#define RT_KIND_CHANNEL 19
#define RT_KIND_CONDVAR 20
#define RT_KIND_BARRIER 21
#define RT_KIND_SEMAPHORE 22
#define RT_KIND_ONCE 23
#define RT_KIND_CUDA_STREAM 24
#define RT_KIND_CUDA_EVENT 25
#define RT_KIND_CUDA_FUNCTION 26
#define RT_KIND_ATOMIC 27
#define RT_KIND_LOCAL 28
#define RT_KIND_MAP 29
#define RT_KIND_QUEUE 30
#define RT_KIND_VK_INSTANCE 32
#define RT_KIND_VK_DEVICE 33
#define RT_KIND_VK_QUEUE 34
#define RT_KIND_VK_BUFFER 35
#define RT_KIND_VK_MEMORY 36
#define RT_KIND_VK_SHADER 37
#define RT_KIND_VK_PIPELINE 38
#define RT_KIND_VK_COMMAND_POOL 39
#define RT_KIND_VK_COMMAND_BUFFER 40
#define RT_KIND_VK_FENCE 41
#define RT_KIND_VK_WINDOW 42
#define RT_KIND_VK_SURFACE 43
#define RT_KIND_VK_SWAPCHAIN 44
#define RT_KIND_VK_DESCRIPTOR_SET 45
#define RT_KIND_VK_IMAGE 46
#define RT_KIND_VK_SAMPLER 47

/* Wherever a device is an argument. */
#define RT_DEVICE_DEFAULT 1 /* The calling thread's default device. */

/* What happened to a window, as rt_vk_window_poll() tells it; 0 is nothing. */
#define RT_WINDOW_EVENT_CLOSE 1 /* somebody wants the window closed; it stays until it is destroyed */
#define RT_WINDOW_EVENT_RESIZE 2 /* it has another size; 0 by 0 when minimised, on some desktops */
#define RT_WINDOW_EVENT_REDRAW 3 /* what it shows is damaged; draw it again */
#define RT_WINDOW_EVENT_FOCUS 4 /* keys go to it from now on */
#define RT_WINDOW_EVENT_BLUR 5 /* keys go elsewhere from now on; those held down count as let go */
#define RT_WINDOW_EVENT_KEY_DOWN 6 /* a key went down, or repeats */
#define RT_WINDOW_EVENT_KEY_UP 7 /* a key went up */
#define RT_WINDOW_EVENT_POINTER_MOVE 8 /* the pointer is at x, y */
#define RT_WINDOW_EVENT_POINTER_ENTER 9 /* the pointer came in */
#define RT_WINDOW_EVENT_POINTER_LEAVE 10 /* the pointer left */
#define RT_WINDOW_EVENT_BUTTON_DOWN 11 /* a button of the pointer went down */
#define RT_WINDOW_EVENT_BUTTON_UP 12 /* a button of the pointer went up */
#define RT_WINDOW_EVENT_SCROLL 13 /* the wheel turned by x, y lines; y grows away from the user */

/* Keys by their place on the keyboard, named as on a US one: the numbers of the USB HID keyboard page. */
#define RT_KEY_A 4 /* where A is on a US keyboard, as all keys here */
#define RT_KEY_B 5
#define RT_KEY_C 6
#define RT_KEY_D 7
#define RT_KEY_E 8
#define RT_KEY_F 9
#define RT_KEY_G 10
#define RT_KEY_H 11
#define RT_KEY_I 12
#define RT_KEY_J 13
#define RT_KEY_K 14
#define RT_KEY_L 15
#define RT_KEY_M 16
#define RT_KEY_N 17
#define RT_KEY_O 18
#define RT_KEY_P 19
#define RT_KEY_Q 20
#define RT_KEY_R 21
#define RT_KEY_S 22
#define RT_KEY_T 23
#define RT_KEY_U 24
#define RT_KEY_V 25
#define RT_KEY_W 26
#define RT_KEY_X 27
#define RT_KEY_Y 28
#define RT_KEY_Z 29
#define RT_KEY_1 30 /* above the letters */
#define RT_KEY_2 31
#define RT_KEY_3 32
#define RT_KEY_4 33
#define RT_KEY_5 34
#define RT_KEY_6 35
#define RT_KEY_7 36
#define RT_KEY_8 37
#define RT_KEY_9 38
#define RT_KEY_0 39
#define RT_KEY_ENTER 40
#define RT_KEY_ESCAPE 41
#define RT_KEY_BACKSPACE 42
#define RT_KEY_TAB 43
#define RT_KEY_SPACE 44
#define RT_KEY_MINUS 45
#define RT_KEY_EQUAL 46
#define RT_KEY_BRACKET_LEFT 47
#define RT_KEY_BRACKET_RIGHT 48
#define RT_KEY_BACKSLASH 49
#define RT_KEY_SEMICOLON 51
#define RT_KEY_QUOTE 52
#define RT_KEY_BACKQUOTE 53
#define RT_KEY_COMMA 54
#define RT_KEY_PERIOD 55
#define RT_KEY_SLASH 56
#define RT_KEY_CAPS_LOCK 57
#define RT_KEY_F1 58
#define RT_KEY_F2 59
#define RT_KEY_F3 60
#define RT_KEY_F4 61
#define RT_KEY_F5 62
#define RT_KEY_F6 63
#define RT_KEY_F7 64
#define RT_KEY_F8 65
#define RT_KEY_F9 66
#define RT_KEY_F10 67
#define RT_KEY_F11 68
#define RT_KEY_F12 69
#define RT_KEY_PRINT_SCREEN 70
#define RT_KEY_SCROLL_LOCK 71
#define RT_KEY_PAUSE 72
#define RT_KEY_INSERT 73
#define RT_KEY_HOME 74
#define RT_KEY_PAGE_UP 75
#define RT_KEY_DELETE 76
#define RT_KEY_END 77
#define RT_KEY_PAGE_DOWN 78
#define RT_KEY_RIGHT 79
#define RT_KEY_LEFT 80
#define RT_KEY_DOWN 81
#define RT_KEY_UP 82
#define RT_KEY_NUM_LOCK 83
#define RT_KEY_NUMPAD_DIVIDE 84
#define RT_KEY_NUMPAD_MULTIPLY 85
#define RT_KEY_NUMPAD_SUBTRACT 86
#define RT_KEY_NUMPAD_ADD 87
#define RT_KEY_NUMPAD_ENTER 88
#define RT_KEY_NUMPAD_1 89
#define RT_KEY_NUMPAD_2 90
#define RT_KEY_NUMPAD_3 91
#define RT_KEY_NUMPAD_4 92
#define RT_KEY_NUMPAD_5 93
#define RT_KEY_NUMPAD_6 94
#define RT_KEY_NUMPAD_7 95
#define RT_KEY_NUMPAD_8 96
#define RT_KEY_NUMPAD_9 97
#define RT_KEY_NUMPAD_0 98
#define RT_KEY_NUMPAD_DECIMAL 99
#define RT_KEY_INTL_BACKSLASH 100 /* beside the left shift key */
#define RT_KEY_MENU 101
#define RT_KEY_POWER 102
#define RT_KEY_NUMPAD_EQUAL 103
#define RT_KEY_F13 104
#define RT_KEY_F14 105
#define RT_KEY_F15 106
#define RT_KEY_F16 107
#define RT_KEY_F17 108
#define RT_KEY_F18 109
#define RT_KEY_F19 110
#define RT_KEY_F20 111
#define RT_KEY_F21 112
#define RT_KEY_F22 113
#define RT_KEY_F23 114
#define RT_KEY_F24 115
#define RT_KEY_HELP 117
#define RT_KEY_AGAIN 121
#define RT_KEY_UNDO 122
#define RT_KEY_CUT 123
#define RT_KEY_COPY 124
#define RT_KEY_PASTE 125
#define RT_KEY_FIND 126
#define RT_KEY_MUTE 127
#define RT_KEY_VOLUME_UP 128
#define RT_KEY_VOLUME_DOWN 129
#define RT_KEY_NUMPAD_COMMA 133
#define RT_KEY_INTL_RO 135
#define RT_KEY_KANA 136
#define RT_KEY_INTL_YEN 137
#define RT_KEY_CONVERT 138
#define RT_KEY_NON_CONVERT 139
#define RT_KEY_LANG_1 144
#define RT_KEY_LANG_2 145
#define RT_KEY_CONTROL_LEFT 224
#define RT_KEY_SHIFT_LEFT 225
#define RT_KEY_ALT_LEFT 226
#define RT_KEY_SUPER_LEFT 227 /* Windows, Command or Meta */
#define RT_KEY_CONTROL_RIGHT 228
#define RT_KEY_SHIFT_RIGHT 229
#define RT_KEY_ALT_RIGHT 230
#define RT_KEY_SUPER_RIGHT 231

/* Handles: of any kind, and of one each. */
typedef int64_t rt_handle;
typedef rt_handle rt_device;
typedef rt_handle rt_tensor;
typedef rt_handle rt_module;
typedef rt_handle rt_optimizer;
typedef rt_handle rt_dataloader;
typedef rt_handle rt_kernel;
typedef rt_handle rt_pipeline;
typedef rt_handle rt_fence;
typedef rt_handle rt_dataset;
typedef rt_handle rt_thread;
typedef rt_handle rt_mutex;
typedef rt_handle rt_rwlock;
typedef rt_handle rt_channel;
typedef rt_handle rt_condvar;
typedef rt_handle rt_barrier;
typedef rt_handle rt_semaphore;
typedef rt_handle rt_once;
typedef rt_handle rt_cuda_stream;
typedef rt_handle rt_cuda_event;
typedef rt_handle rt_cuda_function;
typedef rt_handle rt_atomic;
typedef rt_handle rt_local;
typedef rt_handle rt_map;
typedef rt_handle rt_queue;
typedef rt_handle rt_vk_instance;
typedef rt_handle rt_vk_device;
typedef rt_handle rt_vk_queue;
typedef rt_handle rt_vk_buffer;
typedef rt_handle rt_vk_memory;
typedef rt_handle rt_vk_shader;
typedef rt_handle rt_vk_pipeline;
typedef rt_handle rt_vk_commands_pool;
typedef rt_handle rt_vk_commands;
typedef rt_handle rt_vk_fence;
typedef rt_handle rt_vk_window;
typedef rt_handle rt_vk_surface;
typedef rt_handle rt_vk_swapchain;
typedef rt_handle rt_vk_descriptor_set;
typedef rt_handle rt_vk_image;
typedef rt_handle rt_vk_sampler;

/* Functions that the library calls back. */
/* Hears what happened inside. `text` has `len` bytes, is not NUL-terminated and is valid during the call alone. */
typedef void (*rt_log_fn)(int64_t level, const char *text, int64_t len, void *user_data);
/* A thread's body; its result is what joining gives. */
typedef int64_t (*rt_thread_fn)(void *user_data);
/* One index of a parallel loop; 0 goes on, anything else ends the loop. */
typedef int64_t (*rt_each_fn)(int64_t index, void *user_data);
/* The indices from `first` to below `end` of a parallel loop; 0 goes on, anything else ends the loop. */
typedef int64_t (*rt_range_fn)(int64_t first, int64_t end, void *user_data);
/* One integer of an array; 0 goes on, anything else ends the loop. */
typedef int64_t (*rt_item_i64_fn)(int64_t index, int64_t value, void *user_data);
/* One double of an array; 0 goes on, anything else ends the loop. */
typedef int64_t (*rt_item_f64_fn)(int64_t index, double value, void *user_data);
/* One value of a parallel map. */
typedef int64_t (*rt_map_fn)(int64_t value, void *user_data);
/* One double of a parallel map. */
typedef double (*rt_map_f64_fn)(double value, void *user_data);
/* Two integers in one; associative. */
typedef int64_t (*rt_combine_i64_fn)(int64_t a, int64_t b, void *user_data);
/* Two doubles in one; associative. */
typedef double (*rt_combine_f64_fn)(double a, double b, void *user_data);
/* Positive where `a` belongs behind `b`. */
typedef int64_t (*rt_compare_i64_fn)(int64_t a, int64_t b, void *user_data);
/* Positive where `a` belongs behind `b`. */
typedef int64_t (*rt_compare_f64_fn)(double a, double b, void *user_data);
/* Hears that `batch` of an epoch's `batches` are done. Called on the thread that asks for the next batch, with
 * no lock held; it may call any function, and must not unwind. */
typedef void (*rt_progress_fn)(int64_t epoch, int64_t batch, int64_t batches, double loss, double rows_per_second, void *user_data);
/* One work-group of a host kernel; 0 is success. */
typedef int64_t (*rt_group_fn)(void *user_data, const int64_t *group);
/* Called once, on any thread, when the library lets go of memory it was lent. */
typedef void (*rt_release_fn)(void *user_data);

/* ---- Library ---- */

/* The ABI version, `major << 32 | minor`. Within one major nothing is changed or removed; while the major is 0,
 * rows may still change.
 * Returns a negative code on failure. */
int64_t rt_abi_version(void);

/* The library's version, such as "0.1.0". Static.
 * Returns the empty text on failure. */
const char *rt_version(void);
/* As rt_version, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_version_copy(char *buffer, int64_t capacity);

/* How it was built: version, target, profile and features, on one line.
 * Returns the empty text on failure. */
const char *rt_build_info(void);
/* As rt_build_info, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_build_info_copy(char *buffer, int64_t capacity);

/* Whether this build has a cargo feature ("vulkan", "window", "cuda", "pytorch", "gc"). Never fails on a name it
 * does not know: the answer is 0.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_has_feature(const char *name, int64_t len);

/* Calls `callback(level, text, len, user_data)` for what happens inside, from any thread; NULL for silence,
 * which is the default. Level 1 is an error, 2 a warning, 3 information. A call tells what it has to say before
 * it returns. The callback may call any rt_* function, must not unwind, and is not called again once this
 * returns with another one in place. BUSY from inside the callback itself.
 * Returns a negative code on failure. */
int64_t rt_log_set_callback(rt_log_fn callback, void *user_data);

/* Waits for every opened device, gives cached memory back, writes compiled kernels to disk (below
 * `FFI_CACHE_DIR`, or the user's folder for caches) and joins the worker threads. The library can be used again
 * afterwards. BUSY from one of its own worker threads.
 * Returns a negative code on failure. */
int64_t rt_shutdown(void);

/* ---- Errors ---- */

/* The code of the last failure on this thread, 0 when there was none. A success clears it only where its result
 * could be a failure's too: truth values, doubles, and what functions say of themselves.
 * Returns a negative code on failure, and leaves the last error alone. */
int64_t rt_last_error_code(void);

/* The last failure on this thread in a sentence that starts with the function's name; empty when there was none.
 * Returns the empty text on failure, and leaves the last error alone. */
const char *rt_last_error_message(void);
/* As rt_last_error_message, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_last_error_message_copy(char *buffer, int64_t capacity);

/* Writes the last failure's sentence into `buffer`, cut to `capacity` bytes with its NUL. Returns the length it
 * needs without the NUL.
 * Returns a negative code on failure, and leaves the last error alone. */
int64_t rt_last_error_copy(char *buffer, int64_t capacity);

/* The driver's own number for the last failure (a CUresult, a VkResult), 0 when there is none.
 * Returns a negative code on failure, and leaves the last error alone. */
int64_t rt_last_error_native(void);

/* The name of a code, such as "SHAPE_MISMATCH" for RT_ERROR_SHAPE_MISMATCH; "OK" for 0, "UNKNOWN" for what is no
 * code. Static.
 * Returns the empty text on failure, and leaves the last error alone. */
const char *rt_error_name(int64_t code);
/* As rt_error_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_error_name_copy(int64_t code, char *buffer, int64_t capacity);

/* What the caller can do about a code, in one sentence; empty for what is no code.
 * Returns the empty text on failure, and leaves the last error alone. */
const char *rt_error_advice(int64_t code);
/* As rt_error_advice, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_error_advice_copy(int64_t code, char *buffer, int64_t capacity);

/* Forgets the last failure on this thread.
 * Returns a negative code on failure, and leaves the last error alone. */
int64_t rt_error_clear(void);

/* ---- Handles ---- */

/* A new handle to the same object, to be freed on its own. Device handles come back as they are.
 * Returns 0 on failure. */
rt_handle rt_retain(rt_handle handle);

/* Frees a handle of any kind; the object goes with its last handle, and not before a call that uses it returns.
 * 0 is a no-op, freeing twice is refused, device handles stay.
 * Returns a negative code on failure. */
int64_t rt_release(rt_handle handle);

/* The kind of a live handle: the value of the RT_KIND_* constants.
 * Returns a negative code on failure. */
int64_t rt_handle_kind(rt_handle handle);

/* How many live handles of a kind there are, of every kind when it is 0; device handles do not count. For leak
 * tests.
 * Returns a negative code on failure. */
int64_t rt_handle_live(int64_t kind);

/* ---- Functions by name ---- */

/* How many exported functions there are, twins and aliases included.
 * Returns a negative code on failure. */
int64_t rt_function_count(void);

/* The name of a function by its id, 0 to the count less one. Ids are valid within one process.
 * Returns the empty text on failure. */
const char *rt_function_name(int64_t id);
/* As rt_function_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_function_name_copy(int64_t id, char *buffer, int64_t capacity);

/* The C prototype of a function by its id.
 * Returns the empty text on failure. */
const char *rt_function_signature(int64_t id);
/* As rt_function_signature, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_function_signature_copy(int64_t id, char *buffer, int64_t capacity);

/* The id of a name, for loops; NOT_FOUND when there is no such function.
 * Returns a negative code on failure. */
int64_t rt_function_find(const char *name, int64_t len);

/* Calls a function by name with all-integer arguments: doubles as their IEEE bits, pointers as addresses.
 * `*result` gets the return value, a double as its bits. Returns 0 when the call was made; whether the called
 * function failed is told by its own return value and the last error. The arity is checked, handles are checked
 * by the called function.
 * Returns a negative code on failure. */
int64_t rt_call(const char *name, int64_t len, const int64_t *args, int64_t n, int64_t *result);

/* As rt_call, by id.
 * Returns a negative code on failure. */
int64_t rt_call_id(int64_t id, const int64_t *args, int64_t n, int64_t *result);

/* ---- Devices ---- */

/* How many devices can be opened: the CPU, and those whose driver and feature are there.
 * Returns a negative code on failure. */
int64_t rt_device_count(void);

/* Opens the device at this place, the CPU at 0. The library owns devices; freeing their handles is a no-op.
 * Returns a device, the library's own; 0 on failure. */
rt_device rt_device_at(int64_t index);

/* Opens a device by name: "cpu", "vulkan:0", "cuda:1"; without a number it is the first. NOT_CONFIGURED names
 * the feature that is off, UNAVAILABLE the drivers that were tried. After DEVICE_LOST it opens the device anew,
 * under a new handle.
 * Returns a device, the library's own; 0 on failure. */
rt_device rt_device_find(const char *name, int64_t len);

/* The device's name, by which rt_device_find finds it. Static.
 * Returns the empty text on failure. */
const char *rt_device_name(rt_device device);
/* As rt_device_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_device_name_copy(rt_device device, char *buffer, int64_t capacity);

/* The hardware's name with its driver. Static.
 * Returns the empty text on failure. */
const char *rt_device_description(rt_device device);
/* As rt_device_description, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_device_description_copy(rt_device device, char *buffer, int64_t capacity);

/* The device's family: "cpu", "cuda", "vulkan", "torch".
 * Returns the empty text on failure. */
const char *rt_device_kind(rt_device device);
/* As rt_device_kind, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_device_kind_copy(rt_device device, char *buffer, int64_t capacity);

/* Bytes of memory the device has.
 * Returns a negative code on failure. */
int64_t rt_device_memory_total(rt_device device);

/* Bytes of memory free on the device now, as its driver or operating system sees it.
 * Returns a negative code on failure. */
int64_t rt_device_memory_free(rt_device device);

/* Makes a device the calling thread's default; RT_DEVICE_DEFAULT goes back to the process's, which FFI_DEVICE
 * names.
 * Returns a negative code on failure. */
int64_t rt_device_set_default(int64_t device);

/* The calling thread's default device. If FFI_DEVICE names a device that cannot be opened, this and every other
 * use of the default fails and names it.
 * Returns a device, the library's own; 0 on failure. */
rt_device rt_device_default(void);

/* Waits until all work recorded on the device so far is done. Failures of that work surface here.
 * Returns a negative code on failure. */
int64_t rt_device_synchronize(rt_device device);

/* Writes up to five numbers about the device's allocator: bytes alive, bytes kept for reuse, the most bytes ever
 * alive, buffers handed out, and how many of those needed the driver. Returns 5.
 * Returns a negative code on failure. */
int64_t rt_memory_stats(rt_device device, int64_t *out, int64_t capacity);

/* Gives memory kept for reuse back to the driver. Returns how many bytes.
 * Returns a negative code on failure. */
int64_t rt_memory_trim(rt_device device);

/* ---- Tensors: creation ---- */

/* A tensor of zeros whose shape is the `ndim` sizes in `dims`.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_zeros(const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* A tensor of ones.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ones(const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* A tensor whose contents are undefined until written.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_empty(const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* Uniform random numbers in [0, 1), never 1; float dtypes, with as many random bits as they have digits (53, 24,
 * 11, 8). The same seed gives the same numbers on every device.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rand(const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* Standard normal random numbers; float dtypes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randn(const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* Random integers in [low, high), which the dtype must hold; integer dtypes and bool.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randint(int64_t low, int64_t high, const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* Every element `value`; integers truncate and saturate it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_full(const int64_t *dims, int64_t ndim, double value, int64_t dtype, rt_device device);
/* As rt_tensor_full, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_full_bits(const int64_t *dims, int64_t ndim, int64_t value, int64_t dtype, rt_device device);

/* Every element `value`, without passing through a double; INVALID_ARGUMENT where the integer dtype does not
 * hold it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_full_i64(const int64_t *dims, int64_t ndim, int64_t value, int64_t dtype, rt_device device);

/* `start, start + step, …` before `end`.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_arange(double start, double end, double step, int64_t dtype, rt_device device);
/* As rt_tensor_arange, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_arange_bits(int64_t start, int64_t end, int64_t step, int64_t dtype, rt_device device);

/* As rt_tensor_arange over integers, without passing through doubles.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_arange_i64(int64_t start, int64_t end, int64_t step, int64_t dtype, rt_device device);

/* `count` numbers from `start` to `end`, both included, however far they lie apart.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_linspace(double start, double end, int64_t count, int64_t dtype, rt_device device);
/* As rt_tensor_linspace, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_linspace_bits(int64_t start, int64_t end, int64_t count, int64_t dtype, rt_device device);

/* Ones on the diagonal of `rows` by `columns`, zeros elsewhere.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_eye(int64_t rows, int64_t columns, int64_t dtype, rt_device device);

/* A tensor of `count` elements copied from `data`, which holds elements of `dtype` in row-major order (a bool is
 * one byte). `count` is the product of the dims, else SHAPE_MISMATCH.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_from_data(const void *data, int64_t count, const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device);

/* Zeros of the shape, the dtype and the device of another tensor, row-major; so are the others of this kind.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_zeros_like(rt_tensor tensor);

/* Ones, as rt_tensor_zeros_like.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ones_like(rt_tensor tensor);

/* Undefined contents, as rt_tensor_zeros_like.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_empty_like(rt_tensor tensor);

/* Uniform random numbers in [0, 1), as rt_tensor_zeros_like.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rand_like(rt_tensor tensor);

/* Standard normal random numbers, as rt_tensor_zeros_like.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randn_like(rt_tensor tensor);

/* Every element `value`, as rt_tensor_zeros_like; integers truncate and saturate it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_full_like(rt_tensor tensor, double value);
/* As rt_tensor_full_like, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_full_like_bits(rt_tensor tensor, int64_t value);

/* As rt_tensor_full_like with an integer, refused as in rt_tensor_full_i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_full_like_i64(rt_tensor tensor, int64_t value);

/* Starts the random sequence of this seed, for the whole process. Without it the seed is 0.
 * Returns a negative code on failure. */
int64_t rt_random_seed(int64_t seed);

/* As rt_tensor_zeros with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_zeros_1d(int64_t d0, int64_t dtype, rt_device device);

/* As rt_tensor_zeros with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_zeros_2d(int64_t d0, int64_t d1, int64_t dtype, rt_device device);

/* As rt_tensor_zeros with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_zeros_3d(int64_t d0, int64_t d1, int64_t d2, int64_t dtype, rt_device device);

/* As rt_tensor_zeros with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_zeros_4d(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t dtype, rt_device device);

/* As rt_tensor_ones with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ones_1d(int64_t d0, int64_t dtype, rt_device device);

/* As rt_tensor_ones with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ones_2d(int64_t d0, int64_t d1, int64_t dtype, rt_device device);

/* As rt_tensor_ones with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ones_3d(int64_t d0, int64_t d1, int64_t d2, int64_t dtype, rt_device device);

/* As rt_tensor_ones with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ones_4d(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t dtype, rt_device device);

/* As rt_tensor_empty with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_empty_1d(int64_t d0, int64_t dtype, rt_device device);

/* As rt_tensor_empty with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_empty_2d(int64_t d0, int64_t d1, int64_t dtype, rt_device device);

/* As rt_tensor_empty with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_empty_3d(int64_t d0, int64_t d1, int64_t d2, int64_t dtype, rt_device device);

/* As rt_tensor_empty with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_empty_4d(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t dtype, rt_device device);

/* As rt_tensor_rand with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rand_1d(int64_t d0, int64_t dtype, rt_device device);

/* As rt_tensor_rand with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rand_2d(int64_t d0, int64_t d1, int64_t dtype, rt_device device);

/* As rt_tensor_rand with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rand_3d(int64_t d0, int64_t d1, int64_t d2, int64_t dtype, rt_device device);

/* As rt_tensor_rand with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rand_4d(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t dtype, rt_device device);

/* As rt_tensor_randn with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randn_1d(int64_t d0, int64_t dtype, rt_device device);

/* As rt_tensor_randn with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randn_2d(int64_t d0, int64_t d1, int64_t dtype, rt_device device);

/* As rt_tensor_randn with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randn_3d(int64_t d0, int64_t d1, int64_t d2, int64_t dtype, rt_device device);

/* As rt_tensor_randn with the shape spelled out.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_randn_4d(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t dtype, rt_device device);

/* ---- Tensors: shape and views ---- */

/* Frees a tensor's handle. 0 is a no-op, another kind or a second time is refused.
 * Returns a negative code on failure. */
int64_t rt_tensor_free(rt_tensor tensor);

/* Writes up to `capacity` sizes and returns the rank, 0 to 8.
 * Returns a negative code on failure. */
int64_t rt_tensor_shape(rt_tensor tensor, int64_t *out, int64_t capacity);

/* The rank.
 * Returns a negative code on failure. */
int64_t rt_tensor_ndim(rt_tensor tensor);

/* How many elements.
 * Returns a negative code on failure. */
int64_t rt_tensor_numel(rt_tensor tensor);

/* The size of one dimension; negative indices count from the end.
 * Returns a negative code on failure. */
int64_t rt_tensor_dim(rt_tensor tensor, int64_t dim);

/* The step between neighbours of one dimension, in elements. It may be 0 or negative, so a failure is told by
 * the last error; success clears it.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_tensor_stride_into returns a status. */
int64_t rt_tensor_stride(rt_tensor tensor, int64_t dim);
/* As rt_tensor_stride, the result through a pointer; returns a status. */
int64_t rt_tensor_stride_into(rt_tensor tensor, int64_t dim, int64_t *out);

/* The dtype: RT_F32 and its like.
 * Returns a negative code on failure. */
int64_t rt_tensor_dtype(rt_tensor tensor);

/* The device it lives on.
 * Returns a device, the library's own; 0 on failure. */
rt_device rt_tensor_device(rt_tensor tensor);

/* Whether the elements lie one after another in row-major order.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_tensor_is_contiguous(rt_tensor tensor);

/* The same elements in the same order under other sizes, one of which may be -1 for what is left. Shares the
 * memory where the strides allow it, else copies.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_reshape(rt_tensor tensor, const int64_t *dims, int64_t ndim);

/* As rt_tensor_reshape, but refused where only a copy could do it. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_view(rt_tensor tensor, const int64_t *dims, int64_t ndim);

/* Dimensions `start_dim` to `end_dim`, both included, as one. Shares the memory where the strides allow it, else
 * copies; rank 0 becomes rank 1.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_flatten(rt_tensor tensor, int64_t start_dim, int64_t end_dim);

/* Two dimensions swapped. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_transpose(rt_tensor tensor, int64_t first, int64_t second);

/* Dimensions in the order given, each named once. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_permute(rt_tensor tensor, const int64_t *dims, int64_t ndim);

/* One dimension moved to another place, the others keeping their order. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_movedim(rt_tensor tensor, int64_t source, int64_t destination);

/* The `n` dimensions in `dims`, each named once, walked from their ends. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_flip(rt_tensor tensor, const int64_t *dims, int64_t n);

/* `length` elements from `start` on of one dimension, all of which must be there; a negative start counts from
 * the end. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_narrow(rt_tensor tensor, int64_t dim, int64_t start, int64_t length);

/* The elements whose position along `second` is that along `first` plus `offset`: a last dimension in place of
 * those two. Empty where the offset leaves the matrix. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_diagonal(rt_tensor tensor, int64_t offset, int64_t first, int64_t second);

/* Elements `start, start + step, …` before `stop` of one dimension, with Python's rules: negative positions
 * count from the end, positions outside are cut; INT64_MIN as `stop` of a negative step means to the first
 * element. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_slice(rt_tensor tensor, int64_t dim, int64_t start, int64_t stop, int64_t step);

/* One index of one dimension, which goes. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_select(rt_tensor tensor, int64_t dim, int64_t index);

/* Without one dimension of size 1. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_squeeze(rt_tensor tensor, int64_t dim);

/* With a dimension of size 1 at this place, -1 being after the last. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_unsqueeze(rt_tensor tensor, int64_t dim);

/* Stretched by the broadcasting rules; -1 keeps a size. Shares the memory. What walks every element (reductions,
 * products, sorts, an index) refuses more than 2^40 that stand for fewer in memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_expand(rt_tensor tensor, const int64_t *dims, int64_t ndim);
/* Another name of rt_tensor_expand. */
rt_tensor rt_tensor_broadcast_to(rt_tensor tensor, const int64_t *dims, int64_t ndim);

/* ---- Tensors: transfer ---- */

/* Copies all elements in row-major order into `data`, converted to `dtype`. `count` is how many fit; too few is
 * refused. Waits for work on the tensor and reports its failure. Returns how many were written.
 * Returns a negative code on failure. */
int64_t rt_tensor_copy_to(rt_tensor tensor, void *data, int64_t count, int64_t dtype);

/* Overwrites all elements from `data`, which holds `count` elements of `dtype` in row-major order.
 * Returns a negative code on failure. */
int64_t rt_tensor_copy_from(rt_tensor tensor, const void *data, int64_t count, int64_t dtype);

/* The only element as a double. It may be NaN itself, so a failure is told by the last error; success clears it.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_tensor_item_into returns a status. */
double rt_tensor_item(rt_tensor tensor);
/* As rt_tensor_item, with doubles as IEEE bit patterns. */
int64_t rt_tensor_item_bits(rt_tensor tensor);
/* As rt_tensor_item, the result through a pointer; returns a status. */
int64_t rt_tensor_item_into(rt_tensor tensor, double *out);

/* The only element as an integer, exact for every integer dtype; floats truncate. Success clears the last error.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_tensor_item_i64_into returns a status. */
int64_t rt_tensor_item_i64(rt_tensor tensor);
/* As rt_tensor_item_i64, the result through a pointer; returns a status. */
int64_t rt_tensor_item_i64_into(rt_tensor tensor, int64_t *out);

/* New memory with the same elements, row-major.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_clone(rt_tensor tensor);

/* The tensor itself where its elements lie in row-major order (shared memory), else a copy where they do.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_contiguous(rt_tensor tensor);

/* Converted to a dtype: floats to integers truncate and saturate, integers wrap, bool is `!= 0`. Shares the
 * memory when the dtype is already that.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_to_dtype(rt_tensor tensor, int64_t dtype);

/* On another device, copied through host memory. Shares the memory when it is already there.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_to_device(rt_tensor tensor, rt_device device);

/* ---- Tensors: interchange ---- */

/* The address of a new DLManagedTensor (DLPack without a version, the capsule "dltensor") that shares the memory
 * of a tensor on the CPU; 0 on failure. The memory lives until its deleter is called: once, on any thread, also
 * after the tensor was freed. Reading or writing there while an operation runs on the tensor is not ordered with
 * it. Where nobody takes it, rt_tensor_from_dlpack takes it back. Other devices answer UNSUPPORTED.
 * Returns 0 on failure. */
int64_t rt_tensor_to_dlpack(rt_tensor tensor);

/* As rt_tensor_to_dlpack, but a DLManagedTensorVersioned of version 1.1 (the capsule "dltensor_versioned").
 * Returns 0 on failure. */
int64_t rt_tensor_to_dlpack_versioned(rt_tensor tensor);

/* A tensor over the memory of a DLManagedTensor, without a copy. Takes it over on success alone: its deleter is
 * then called once, when the last tensor over the memory goes; on failure it stays the caller's. Memory of the
 * host (DLPack device type 1), aligned to its elements, rank 0 to 8, strides of either sign or none, bools of 0
 * and 1; other devices are DEVICE_MISMATCH, other types DTYPE_MISMATCH. What this library exported comes back as
 * the tensor it was.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_from_dlpack(void *managed);

/* As rt_tensor_from_dlpack, from a DLManagedTensorVersioned of major version 1. Memory that is flagged read-only
 * is UNSUPPORTED, since any tensor may be written in place.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_from_dlpack_versioned(void *managed);

/* A tensor over memory of the caller, without a copy: row-major elements from `data` on, aligned to one, on a
 * device that takes memory of the host (the CPU; others answer UNSUPPORTED). When the last tensor over it goes,
 * `release` (may be NULL) is called once with `user_data`, on the thread that let go, with no lock held; it may
 * call any function but must not unwind. On failure the memory stays the caller's and `release` is not called.
 * `data` may be NULL where there are no elements. Bools are bytes of 0 and 1. Two tensors over the same memory
 * are not ordered against each other, nor does a gradient that needs the one notice what is written through the
 * other.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_from_external(void *data, const int64_t *dims, int64_t ndim, int64_t dtype, rt_device device, rt_release_fn release, void *user_data);

/* ---- Tensors: in place ---- */

/* Overwrites every element with a value; integers truncate and saturate it.
 * Returns a negative code on failure. */
int64_t rt_tensor_fill_(rt_tensor tensor, double value);
/* As rt_tensor_fill_, with doubles as IEEE bit patterns. */
int64_t rt_tensor_fill_bits_(rt_tensor tensor, int64_t value);

/* Overwrites every element with an integer, exact beyond 2^53, refused as in rt_tensor_full_i64.
 * Returns a negative code on failure. */
int64_t rt_tensor_fill_i64_(rt_tensor tensor, int64_t value);

/* Overwrites every element with those of `source`, which broadcasts, converts, and may live on another device.
 * Returns a negative code on failure. */
int64_t rt_tensor_copy_(rt_tensor tensor, rt_tensor source);

/* The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of
 * the same memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_add_(rt_tensor a, rt_tensor b);

/* The op with a number into a's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_add_scalar_(rt_tensor a, double b);
/* As rt_tensor_add_scalar_, with doubles as IEEE bit patterns. */
int64_t rt_tensor_add_scalar_bits_(rt_tensor a, int64_t b);

/* The op with an integer into a's own memory, exact beyond 2^53.
 * Returns a negative code on failure. */
int64_t rt_tensor_add_scalar_i64_(rt_tensor a, int64_t b);

/* The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of
 * the same memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_sub_(rt_tensor a, rt_tensor b);

/* The op with a number into a's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_sub_scalar_(rt_tensor a, double b);
/* As rt_tensor_sub_scalar_, with doubles as IEEE bit patterns. */
int64_t rt_tensor_sub_scalar_bits_(rt_tensor a, int64_t b);

/* The op with an integer into a's own memory, exact beyond 2^53.
 * Returns a negative code on failure. */
int64_t rt_tensor_sub_scalar_i64_(rt_tensor a, int64_t b);

/* The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of
 * the same memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_mul_(rt_tensor a, rt_tensor b);

/* The op with a number into a's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_mul_scalar_(rt_tensor a, double b);
/* As rt_tensor_mul_scalar_, with doubles as IEEE bit patterns. */
int64_t rt_tensor_mul_scalar_bits_(rt_tensor a, int64_t b);

/* The op with an integer into a's own memory, exact beyond 2^53.
 * Returns a negative code on failure. */
int64_t rt_tensor_mul_scalar_i64_(rt_tensor a, int64_t b);

/* The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of
 * the same memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_div_(rt_tensor a, rt_tensor b);

/* The op with a number into a's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_div_scalar_(rt_tensor a, double b);
/* As rt_tensor_div_scalar_, with doubles as IEEE bit patterns. */
int64_t rt_tensor_div_scalar_bits_(rt_tensor a, int64_t b);

/* The op with an integer into a's own memory, exact beyond 2^53.
 * Returns a negative code on failure. */
int64_t rt_tensor_div_scalar_i64_(rt_tensor a, int64_t b);

/* ---- Tensors: reductions ---- */

/* e to each element over the sum of those along one dimension, computed from the largest, so that nothing
 * overflows. Integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_softmax(rt_tensor tensor, int64_t dim);

/* The logarithm of rt_tensor_softmax, computed without it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_log_softmax(rt_tensor tensor, int64_t dim);

/* The matrix product. A vector counts as a row on the left and as a column on the right, and its dimension goes
 * from the result; leading dimensions are batches and broadcast. dtypes promote; integers wrap, bools are
 * refused.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_matmul(rt_tensor a, rt_tensor b);

/* The sum. Integers and bools gather in i64, wrapping; f16 and bf16 in f32, rounded once.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sum(rt_tensor tensor);

/* The sum. Integers and bools gather in i64, wrapping; f16 and bf16 in f32, rounded once.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sum_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* The mean; NaN of nothing. Integers and bools become f32.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_mean(rt_tensor tensor);

/* The mean; NaN of nothing. Integers and bools become f32.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_mean_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* The product, with the sum's dtypes.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_prod(rt_tensor tensor);

/* The product, with the sum's dtypes.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_prod_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* The largest element; NaN if any is. An empty range is refused.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_max(rt_tensor tensor);

/* The largest element; NaN if any is. An empty range is refused.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_max_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* The smallest element; NaN if any is. An empty range is refused.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_min(rt_tensor tensor);

/* The smallest element; NaN if any is. An empty range is refused.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_min_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* The index (i64) of the first largest element within the reduced range, counted row-major; of the first NaN if
 * there is one. An empty range is refused.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_argmax(rt_tensor tensor);

/* The index (i64) of the first largest element within the reduced range, counted row-major; of the first NaN if
 * there is one. An empty range is refused.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_argmax_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* The index (i64) of the first smallest element within the reduced range, counted row-major; of the first NaN if
 * there is one. An empty range is refused.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_argmin(rt_tensor tensor);

/* The index (i64) of the first smallest element within the reduced range, counted row-major; of the first NaN if
 * there is one. An empty range is refused.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_argmin_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* Whether any element is true (not 0); false of nothing.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_any(rt_tensor tensor);

/* Whether any element is true (not 0); false of nothing.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_any_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* Whether every element is true (not 0); true of nothing.
 * Over all elements; the result has rank 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_all(rt_tensor tensor);

/* Whether every element is true (not 0); true of nothing.
 * Over the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they
 * go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_all_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* ---- Tensors: linear algebra ---- */

/* The triangular factor of symmetric positive definite matrices: l with a = l l^T, read from the lower triangle,
 * or when `upper` u with a = u^T u, read from the upper one; the other triangle is not looked at. The last two
 * dimensions are a square matrix, leading ones are batches. f32 and f64; others are DTYPE_MISMATCH. A matrix
 * that is not positive definite is INVALID_ARGUMENT with its place in the batch.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cholesky(rt_tensor tensor, int64_t upper);

/* The x of a x = b for square matrices a. A b of one dimension is a vector, and so is x for each matrix;
 * otherwise the columns of b are solved for. Leading dimensions are batches and broadcast; dtypes promote, and
 * the result is f32 or f64, others are DTYPE_MISMATCH. A singular a is INVALID_ARGUMENT with its place in the
 * batch.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_solve(rt_tensor a, rt_tensor b);

/* The inverse of square matrices, batched over leading dimensions; f32 and f64. A singular one is
 * INVALID_ARGUMENT with its place in the batch. To solve a system, rt_tensor_solve is faster and closer.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_inverse(rt_tensor tensor);

/* The determinant of square matrices, batched over leading dimensions, which are the result's shape; f32 and
 * f64. 0 of a singular matrix, 1 of an empty one.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_det(rt_tensor tensor);

/* ---- Tensors: indexing ---- */

/* The slices whose positions along `dim` an `index` of rank 1 names. Here and below an index is i64 or i32,
 * negative positions count from the end, and one outside the dimension is INVALID_ARGUMENT before anything is
 * written.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_index_select(rt_tensor tensor, int64_t dim, rt_tensor index);

/* The elements whose positions along `dim` the index names: `y[i][j] = tensor[index[i][j]][j]` for dimension 0.
 * The result has the shape of the index, which has the tensor's rank and is no larger than it in the other
 * dimensions.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_gather(rt_tensor tensor, int64_t dim, rt_tensor index);

/* As rt_tensor_gather, after tensor and index are broadcast against each other in the other dimensions.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_take_along_dim(rt_tensor tensor, int64_t dim, rt_tensor index);

/* A copy in which the elements whose positions along `dim` the index names are those of `source`:
 * `y[index[i][j]][j] = source[i][j]` for dimension 0. Of several for one place the last in row-major order
 * stays. The index is no larger than `source`, nor than the tensor in the other dimensions.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_scatter(rt_tensor tensor, int64_t dim, rt_tensor index, rt_tensor source);

/* As rt_tensor_scatter, with the elements of `source` added, in row-major order of the index, so that every run
 * gives the same bits. f16 and bf16 add up in f32; integers wrap; bools are refused.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_scatter_add(rt_tensor tensor, int64_t dim, rt_tensor index, rt_tensor source);

/* A copy in which the slices of `source` along `dim` are added to the slices that an `index` of rank 1 names.
 * `source` has the tensor's sizes, but along `dim` that of the index. Adds as rt_tensor_scatter_add does.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_index_add(rt_tensor tensor, int64_t dim, rt_tensor index, rt_tensor source);

/* `value` where the mask is true (not 0), else the tensor's elements, in the tensor's dtype: integers truncate
 * and saturate the value. The mask broadcasts to the tensor's shape.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_masked_fill(rt_tensor tensor, rt_tensor mask, double value);
/* As rt_tensor_masked_fill, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_masked_fill_bits(rt_tensor tensor, rt_tensor mask, int64_t value);

/* As rt_tensor_masked_fill with an integer, refused as in rt_tensor_full_i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_masked_fill_i64(rt_tensor tensor, rt_tensor mask, int64_t value);

/* The elements at which the mask is true (not 0), in row-major order, as rank 1. Mask and tensor broadcast
 * against each other. Waits for the mask, since the result's size depends on it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_masked_select(rt_tensor tensor, rt_tensor mask);

/* The positions (i64) of all elements that are not 0: one row each in row-major order, one column per dimension.
 * Waits for the tensor, since the result's size depends on it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_nonzero(rt_tensor tensor);

/* rt_tensor_scatter into the tensor's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_scatter_(rt_tensor tensor, int64_t dim, rt_tensor index, rt_tensor source);

/* rt_tensor_scatter_add into the tensor's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_scatter_add_(rt_tensor tensor, int64_t dim, rt_tensor index, rt_tensor source);

/* rt_tensor_index_add into the tensor's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_index_add_(rt_tensor tensor, int64_t dim, rt_tensor index, rt_tensor source);

/* rt_tensor_masked_fill into the tensor's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_masked_fill_(rt_tensor tensor, rt_tensor mask, double value);
/* As rt_tensor_masked_fill_, with doubles as IEEE bit patterns. */
int64_t rt_tensor_masked_fill_bits_(rt_tensor tensor, rt_tensor mask, int64_t value);

/* rt_tensor_masked_fill_i64 into the tensor's own memory.
 * Returns a negative code on failure. */
int64_t rt_tensor_masked_fill_i64_(rt_tensor tensor, rt_tensor mask, int64_t value);

/* ---- Tensors: ordering and running totals ---- */

/* The sum of all elements up to each along `dim`. Integers and bools gather in i64, wrapping; f32 in f64, f16
 * and bf16 in f32, each result rounded once.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cumsum(rt_tensor tensor, int64_t dim);

/* The product of all elements up to each along `dim`, with the dtypes of rt_tensor_cumsum.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cumprod(rt_tensor tensor, int64_t dim);

/* The positions (i64) along `dim` in the order of their elements, the smallest first, or the largest when
 * `descending`. Equal elements keep their order; both zeros are equal; NaN counts as the largest, so it is last,
 * or first when `descending`.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_argsort(rt_tensor tensor, int64_t dim, int64_t descending);

/* The elements in order along `dim` and the position (i64) that each had, with the order of rt_tensor_argsort:
 * two new tensors, whose handles are written on success, to two different places.
 * Returns a negative code on failure. */
int64_t rt_tensor_sort(rt_tensor tensor, int64_t dim, int64_t descending, int64_t *values, int64_t *indices);

/* The `k` largest elements along `dim` (the smallest unless `largest`), in order, and the position (i64) of
 * each: two new tensors, whose handles are written on success, to two different places. Of equal elements those
 * at smaller positions come first. `k` is at most the dimension's size.
 * Returns a negative code on failure. */
int64_t rt_tensor_topk(rt_tensor tensor, int64_t k, int64_t dim, int64_t largest, int64_t *values, int64_t *indices);

/* ---- Tensors: joining and cutting ---- */

/* The tensors of the `n` handles in `tensors` one after another along `dim`, in new memory. They have the same
 * sizes but along `dim`; dtypes promote. There is at least one.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cat(const int64_t *tensors, int64_t n, int64_t dim);

/* The tensors of the `n` handles in `tensors` one after another along a new dimension at this place, -1 being
 * after the last, in new memory. They have the same sizes; dtypes promote. There is at least one.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_stack(const int64_t *tensors, int64_t n, int64_t dim);

/* Pieces of `size` along `dim`, the last of which may be shorter, as new handles that share the tensor's memory.
 * Returns how many there are (an empty dimension is one empty piece); a capacity of 0 asks for that alone and
 * makes none, any other that is too small is refused.
 * Returns a negative code on failure. */
int64_t rt_tensor_split(rt_tensor tensor, int64_t size, int64_t dim, int64_t *out, int64_t capacity);

/* At most `chunks` pieces of one size along `dim`, the last of which may be shorter, handed out as
 * rt_tensor_split does.
 * Returns a negative code on failure. */
int64_t rt_tensor_chunk(rt_tensor tensor, int64_t chunks, int64_t dim, int64_t *out, int64_t capacity);

/* The tensor `repeats[i]` times over along dimension i, in new memory. A list longer than the rank counts for
 * new dimensions in front.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_repeat(rt_tensor tensor, const int64_t *repeats, int64_t n);

/* As rt_tensor_repeat; a list shorter than the rank counts for the last dimensions.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_tile(rt_tensor tensor, const int64_t *repeats, int64_t n);

/* Moved along `dim` by `shift` places, in new memory; what leaves at one end comes back at the other.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_roll(rt_tensor tensor, int64_t shift, int64_t dim);

/* ---- Tensors: statistics ---- */

/* The variance of all elements, of rank 0: the squared distances from the mean, summed and divided by the count
 * less 1; NaN of fewer than two. Two passes, so that a mean far from 0 costs no digits. Integers and bools
 * become f32; f16 and bf16 are computed in f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_var(rt_tensor tensor);

/* rt_tensor_var over the `n` dimensions in `dims`, dividing by the count less `correction`: 1 for a sample, 0
 * for a whole population. They stay with size 1 when `keepdim`, else they go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_var_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t correction, int64_t keepdim);

/* The standard deviation, the square root of rt_tensor_var.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_std(rt_tensor tensor);

/* The square root of rt_tensor_var_dims.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_std_dims(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t correction, int64_t keepdim);

/* The p-norm of all elements, of rank 0: the p-th root of the sum of the p-th powers of the magnitudes. p = 0
 * counts what is not 0, infinity gives the largest magnitude, minus infinity the smallest (both refuse an empty
 * range); any other p is above 0. Integers and bools become f32; f16 and bf16 are computed in f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_norm(rt_tensor tensor, double p);
/* As rt_tensor_norm, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_norm_bits(rt_tensor tensor, int64_t p);

/* rt_tensor_norm over the `n` dimensions in `dims`, which stay with size 1 when `keepdim`, else go.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_norm_dims(rt_tensor tensor, double p, const int64_t *dims, int64_t n, int64_t keepdim);
/* As rt_tensor_norm_dims, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_norm_dims_bits(rt_tensor tensor, int64_t p, const int64_t *dims, int64_t n, int64_t keepdim);

/* The logarithm of the sum of e to each element over the `n` dimensions in `dims`, computed from the largest, so
 * that nothing overflows. They stay with size 1 when `keepdim`, else they go. An empty range is refused.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logsumexp(rt_tensor tensor, const int64_t *dims, int64_t n, int64_t keepdim);

/* ---- Tensors: vectors and matrices ---- */

/* The inner product of two vectors of one length, of rank 0, with the dtypes of rt_tensor_matmul.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_dot(rt_tensor a, rt_tensor b);

/* Every product of an element of vector `a` with one of vector `b`, a row for each of `a`.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_outer(rt_tensor a, rt_tensor b);

/* The products of as many matrices: both have rank 3 and the same first size.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bmm(rt_tensor a, rt_tensor b);

/* The part of each matrix (the last two dimensions) on and above a diagonal, zeros elsewhere. Diagonal 0 is the
 * main one, 1 lies above it, -1 below.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_triu(rt_tensor tensor, int64_t diagonal);

/* As rt_tensor_triu, the part on and below the diagonal.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_tril(rt_tensor tensor, int64_t diagonal);

/* The sum of the main diagonal of a tensor of rank 2, of rank 0, with the dtypes of rt_tensor_sum.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_trace(rt_tensor tensor);

/* ---- Tensors: gradients ---- */

/* Whether gradients are wanted for a tensor: ops over it are recorded from now on, and rt_tensor_backward of
 * what comes from it adds to its gradient. Floats alone. Wants are the tensor's own: views and handles made from
 * it before stay as they were. What an op recorded wants gradients in any case.
 * Returns a negative code on failure. */
int64_t rt_tensor_set_requires_grad(rt_tensor tensor, int64_t wanted);

/* Whether gradients are computed for it, because it wants them or something that it came from does.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_tensor_requires_grad(rt_tensor tensor);

/* Whether no op recorded it: where gradients end and gather.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_tensor_is_leaf(rt_tensor tensor);

/* Adds to every leaf that the tensor, of one element, came from the gradient of this one by that leaf. The
 * record is used up. A tensor that an op wrote in place after its values were needed is refused instead of
 * giving a wrong gradient.
 * Returns a negative code on failure. */
int64_t rt_tensor_backward(rt_tensor tensor);

/* As rt_tensor_backward. `gradient` is that of the tensor itself, of its shape and dtype, 0 for 1 where it has
 * one element. `retain_graph` keeps the record for another call; `create_graph` keeps it too and also records
 * this call, so that the gradients can be differentiated: each then leads back to its tensor, and both live
 * until rt_tensor_zero_grad parts them.
 * Returns a negative code on failure. */
int64_t rt_tensor_backward_with(rt_tensor tensor, rt_tensor gradient, int64_t retain_graph, int64_t create_graph);

/* The gradient of `tensor` by `by`, as a new tensor; no tensor's own gradient changes. NOT_FOUND where the one
 * does not come from the other. The other parameters are those of rt_tensor_backward_with.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_gradient(rt_tensor tensor, rt_tensor by, rt_tensor gradient, int64_t retain_graph, int64_t create_graph);

/* The gradient gathered so far, as a new handle; NOT_FOUND when there is none. Later gradients do not change it.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_grad(rt_tensor tensor);

/* Sets the gradient, of the tensor's shape, dtype and device, without its record; 0 forgets it.
 * Returns a negative code on failure. */
int64_t rt_tensor_set_grad(rt_tensor tensor, rt_tensor gradient);

/* Forgets the gradient.
 * Returns a negative code on failure. */
int64_t rt_tensor_zero_grad(rt_tensor tensor);

/* Keeps the gradient of a tensor that an op made; those of leaves are kept anyhow.
 * Returns a negative code on failure. */
int64_t rt_tensor_retain_grad(rt_tensor tensor);

/* The same memory without a record: gradients end here.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_detach(rt_tensor tensor);

/* Stops recording on this thread until rt_no_grad_end; calls nest.
 * Returns a negative code on failure. */
int64_t rt_no_grad_begin(void);

/* Ends one rt_no_grad_begin of this thread.
 * Returns a negative code on failure. */
int64_t rt_no_grad_end(void);

/* Whether this thread records.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_grad_enabled(void);

/* ---- Modules ---- */

/* Frees a module's handle. Its parameters live on where other handles share them.
 * Returns a negative code on failure. */
int64_t rt_module_free(rt_module module);

/* The module's result for an input.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_module_forward(rt_module module, rt_tensor input);

/* How many parameters it has, those of modules in it included.
 * Returns a negative code on failure. */
int64_t rt_module_parameter_count(rt_module module);

/* The parameter with this number, in a fixed order. Shares the memory and gathers the gradient.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_module_parameter(rt_module module, int64_t index);

/* The parameter with this name, as `0.weight` for the weight of the first module of a sequence.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_module_parameter_named(rt_module module, const char *name, int64_t len);

/* The name of the parameter with this number.
 * Returns the empty text on failure. */
const char *rt_module_parameter_name(rt_module module, int64_t index);
/* As rt_module_parameter_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_module_parameter_name_copy(rt_module module, int64_t index, char *buffer, int64_t capacity);

/* The buffer with this name: what is kept with the parameters but not learned, as the `running_mean` of a batch
 * normalisation. Shares the memory.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_module_buffer_named(rt_module module, const char *name, int64_t len);

/* Training or evaluation mode, for the modules in it too; a module starts in training mode.
 * Returns a negative code on failure. */
int64_t rt_module_train(rt_module module, int64_t training);

/* Whether it is in training mode.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_module_is_training(rt_module module);

/* Forgets the gradients of all parameters.
 * Returns a negative code on failure. */
int64_t rt_module_zero_grad(rt_module module);

/* ---- Modules: layers ---- */

/* A fully connected layer: `input @ weight^T + bias`, the weight of shape `[outputs, inputs]`. Parameters start
 * uniform between plus and minus one over the root of `inputs`.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_linear(int64_t inputs, int64_t outputs, int64_t bias, int64_t dtype, rt_device device);

/* Modules one after another. They are shared, not copied. At most 64 of them within one another.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_sequential(const int64_t *modules, int64_t n);

/* The module of rt_tensor_conv2d. `spec` holds the kernel's height and width and then the options of that
 * function. The weight has shape `[channels_out, channels_in / groups, height, width]`; parameters start as
 * those of rt_nn_linear, the inputs being those of one output.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_conv2d(int64_t channels_in, int64_t channels_out, const int64_t *spec, int64_t n, int64_t bias, int64_t dtype, rt_device device);

/* The module of rt_tensor_max_pool2d.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_max_pool2d(const int64_t *spec, int64_t n);

/* The module of rt_tensor_avg_pool2d.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_avg_pool2d(const int64_t *spec, int64_t n);

/* The module of rt_tensor_batch_norm over `[batch, features, …]`: parameters `weight` and `bias`, buffers
 * `running_mean` and `running_var`. In training the batch's own statistics are used and go into the buffers; in
 * evaluation the buffers are used.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_batch_norm(int64_t features, double epsilon, double momentum, int64_t dtype, rt_device device);
/* As rt_nn_batch_norm, with doubles as IEEE bit patterns. */
rt_module rt_nn_batch_norm_bits(int64_t features, int64_t epsilon, int64_t momentum, int64_t dtype, rt_device device);

/* The module of rt_tensor_layer_norm over last dimensions of these sizes, with parameters `weight` and `bias`.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_layer_norm(const int64_t *dims, int64_t n, double epsilon, int64_t dtype, rt_device device);
/* As rt_nn_layer_norm, with doubles as IEEE bit patterns. */
rt_module rt_nn_layer_norm_bits(const int64_t *dims, int64_t n, int64_t epsilon, int64_t dtype, rt_device device);

/* The module of rt_tensor_dropout: in evaluation it changes nothing.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_dropout(double probability);
/* As rt_nn_dropout, with doubles as IEEE bit patterns. */
rt_module rt_nn_dropout_bits(int64_t probability);

/* The module of rt_tensor_embedding: its weight is `[count, features]` and starts normal.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_embedding(int64_t count, int64_t features, int64_t dtype, rt_device device);

/* The module of rt_tensor_flatten: 1 and -1 make a row of each element of a batch.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_flatten(int64_t start_dim, int64_t end_dim);

/* Recurrent layers with tanh over `[steps, batch, inputs]`, from zeros on; rt_nn_rnn_forward takes and gives
 * states. Parameters `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_ih_l1` and so on start
 * uniform between plus and minus one over the root of `hidden`.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_rnn(int64_t inputs, int64_t hidden, int64_t layers, int64_t bias, int64_t dtype, rt_device device);

/* Long short-term memory, as rt_nn_rnn; rt_nn_lstm_forward takes and gives states. Gates lie in the order input,
 * forget, candidate, output.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_lstm(int64_t inputs, int64_t hidden, int64_t layers, int64_t bias, int64_t dtype, rt_device device);

/* Gated recurrent layers, as rt_nn_rnn; rt_nn_gru_forward takes and gives states. Gates lie in the order reset,
 * update, new.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_gru(int64_t inputs, int64_t hidden, int64_t layers, int64_t bias, int64_t dtype, rt_device device);

/* Attention by several heads over `[steps, batch, features]`; `heads` divides the features. rt_module_forward
 * lets the input ask itself, rt_nn_multi_head_attention_forward takes queries, keys, values and a mask.
 * Parameters are `in_proj_weight`, `in_proj_bias`, `out_proj.weight` and `out_proj.bias`.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_multi_head_attention(int64_t features, int64_t heads, int64_t bias, int64_t dtype, rt_device device);

/* rt_module_forward of what rt_nn_rnn made, with the states of rt_tensor_rnn.
 * Returns a negative code on failure. */
int64_t rt_nn_rnn_forward(rt_module module, rt_tensor tensor, rt_tensor hidden, int64_t *output, int64_t *hidden_out);

/* rt_module_forward of what rt_nn_gru made, with the states of rt_tensor_rnn.
 * Returns a negative code on failure. */
int64_t rt_nn_gru_forward(rt_module module, rt_tensor tensor, rt_tensor hidden, int64_t *output, int64_t *hidden_out);

/* rt_module_forward of what rt_nn_lstm made, with the states of rt_tensor_lstm.
 * Returns a negative code on failure. */
int64_t rt_nn_lstm_forward(rt_module module, rt_tensor tensor, rt_tensor hidden, rt_tensor cell, int64_t *output, int64_t *hidden_out, int64_t *cell_out);

/* What rt_nn_multi_head_attention made, over queries, keys and values `[steps, batch, features]`, the mask
 * broadcast to `[batch, heads, queries, keys]`; see rt_tensor_scaled_dot_product_attention.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_nn_multi_head_attention_forward(rt_module module, rt_tensor query, rt_tensor key, rt_tensor value, rt_tensor mask, int64_t causal);

/* ---- Modules: activations ---- */

/* The module of rt_tensor_relu.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_relu(void);

/* The module of rt_tensor_sigmoid.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_sigmoid(void);

/* The module of rt_tensor_tanh.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_tanh(void);

/* The module of rt_tensor_gelu.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_gelu(void);

/* The module of rt_tensor_silu.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_silu(void);

/* The module of rt_tensor_softplus.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_softplus(void);

/* The module of rt_tensor_leaky_relu.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_leaky_relu(double slope);
/* As rt_nn_leaky_relu, with doubles as IEEE bit patterns. */
rt_module rt_nn_leaky_relu_bits(int64_t slope);

/* The module of rt_tensor_elu.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_elu(double alpha);
/* As rt_nn_elu, with doubles as IEEE bit patterns. */
rt_module rt_nn_elu_bits(int64_t alpha);

/* The module of rt_tensor_softmax.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_softmax(int64_t dim);

/* The module of rt_tensor_log_softmax.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_log_softmax(int64_t dim);

/* ---- Tensors: networks ---- */

/* The elements where they are above 0, else times `slope`. Integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_leaky_relu(rt_tensor tensor, double slope);
/* As rt_tensor_leaky_relu, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_leaky_relu_bits(rt_tensor tensor, int64_t slope);

/* The elements where they are above 0, else `alpha (e^x - 1)` (Clevert, 2015). Integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_elu(rt_tensor tensor, double alpha);
/* As rt_tensor_elu, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_elu_bits(rt_tensor tensor, int64_t alpha);

/* With `value` around it. `padding` holds how many before and how many behind, a pair for each dimension from
 * the last on.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_pad(rt_tensor tensor, const int64_t *padding, int64_t n, double value);
/* As rt_tensor_pad, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_pad_bits(rt_tensor tensor, const int64_t *padding, int64_t n, int64_t value);

/* `tensor @ weight^T + bias` over `[…, inputs]`: weight `[outputs, inputs]`, bias `[outputs]` or 0; `[…,
 * outputs]`.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_linear(rt_tensor tensor, rt_tensor weight, rt_tensor bias);

/* A two-dimensional convolution of `[batch, channels, height, width]` with a weight `[outputs, channels /
 * groups, height, width]` and, if not 0, a bias `[outputs]`. `options` are stride, padding and dilation, two
 * numbers each, down and across, and groups; what the list leaves out is 1, 0, 1 and 1, and one number of a pair
 * stands for both.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_conv2d(rt_tensor tensor, rt_tensor weight, rt_tensor bias, const int64_t *options, int64_t n);

/* The largest element of each window of `[batch, channels, height, width]`. `spec` are kernel, stride and
 * padding, two numbers each, down and across; a stride left out is the kernel's size, a padding 0, and one
 * number of a pair stands for both. Padding is at most half the kernel and never the largest. Elements that are
 * equally large share the gradient.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_max_pool2d(rt_tensor tensor, const int64_t *spec, int64_t n);

/* The mean of each window, as rt_tensor_max_pool2d; padding counts as zeros.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_avg_pool2d(rt_tensor tensor, const int64_t *spec, int64_t n);

/* Each channel (dimension 1) less its mean, over the root of its variance plus `epsilon`, times the weight plus
 * the bias. In training these are the batch's own over all other dimensions (Ioffe and Szegedy, 2015), at least
 * two numbers a channel, and go with the share `momentum` into the running ones (the variance as of a sample);
 * else they are the running ones. All tensors but the first have one number a channel.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_batch_norm(rt_tensor tensor, rt_tensor running_mean, rt_tensor running_var, rt_tensor weight, rt_tensor bias, int64_t training, double momentum, double epsilon);
/* As rt_tensor_batch_norm, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_batch_norm_bits(rt_tensor tensor, rt_tensor running_mean, rt_tensor running_var, rt_tensor weight, rt_tensor bias, int64_t training, int64_t momentum, int64_t epsilon);

/* Each element of the leading dimensions less its mean, over the root of its variance plus `epsilon`, both over
 * the last dimensions, whose sizes are the `n` in `dims`; times the weight plus the bias, which have those sizes
 * (Ba, 2016).
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_layer_norm(rt_tensor tensor, const int64_t *dims, int64_t n, rt_tensor weight, rt_tensor bias, double epsilon);
/* As rt_tensor_layer_norm, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_layer_norm_bits(rt_tensor tensor, const int64_t *dims, int64_t n, rt_tensor weight, rt_tensor bias, int64_t epsilon);

/* In training, each element is 0 with this probability, from the generator of rt_random_seed, and the others are
 * divided by that of staying (Srivastava, 2014). Else the tensor itself.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_dropout(rt_tensor tensor, double probability, int64_t training);
/* As rt_tensor_dropout, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_dropout_bits(rt_tensor tensor, int64_t probability, int64_t training);

/* The rows of a weight `[count, features]` that an i64 or i32 tensor of any shape names: its shape, and the
 * features behind. Negative indices count from the end; one outside is INVALID_ARGUMENT.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_embedding(rt_tensor indices, rt_tensor weight);

/* `softmax(query @ key^T / sqrt(features)) @ value` (Vaswani, 2017) over `[…, queries, features]`, `[…, keys,
 * features]` and `[…, keys, values]`. A mask broadcasts to `[…, queries, keys]`: of bools it is true where a
 * query sees a key, of numbers it is added before the softmax. With `causal`, query i sees no key after i. A
 * query that sees nothing gives NaN.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_scaled_dot_product_attention(rt_tensor query, rt_tensor key, rt_tensor value, rt_tensor mask, int64_t causal);

/* rt_tensor_scaled_dot_product_attention by several heads over `[steps, batch, features]`: queries, keys and
 * values go through one weight each, every head sees its own part of the features, and a last weight joins what
 * they found. `tensors` are the parameters of rt_nn_multi_head_attention in their order, four, or the two
 * weights alone. The mask broadcasts to `[batch, heads, queries, keys]`.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_multi_head_attention(rt_tensor query, rt_tensor key, rt_tensor value, rt_tensor mask, const int64_t *tensors, int64_t n, int64_t heads, int64_t causal);

/* Recurrent layers over `[steps, batch, inputs]`: `h = tanh(W x + b + V h + c)`. `tensors` are the weights of
 * all layers in the order of rt_nn_rnn's parameters, four a layer, or two where there are no biases. `hidden` is
 * the state before, `[layers, batch, hidden]`, 0 for zeros. Writes two new tensors on success, to different
 * places: `[steps, batch, hidden]` of the last layer, and the state behind. All tensors are floats of one dtype,
 * which integers in the first become; there is at least one step, row and hidden feature.
 * Returns a negative code on failure. */
int64_t rt_tensor_rnn(rt_tensor tensor, rt_tensor hidden, const int64_t *tensors, int64_t n, int64_t *output, int64_t *hidden_out);

/* As rt_tensor_rnn for gated layers (Cho, 2014), whose weights have the gates reset, update, new below one
 * another: `h = (1 - u) n + u h`, where `r` and `u` are sigmoids of `W x + b + V h + c` and `n = tanh(W x + b +
 * r (V h + c))`.
 * Returns a negative code on failure. */
int64_t rt_tensor_gru(rt_tensor tensor, rt_tensor hidden, const int64_t *tensors, int64_t n, int64_t *output, int64_t *hidden_out);

/* As rt_tensor_rnn for long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers,
 * 2000), whose weights have the gates input, forget, candidate, output below one another, and which has a second
 * state, its cells: `c = f c + i g` and `h = o tanh(c)`, where `i`, `f` and `o` are sigmoids of `W x + b + V h +
 * c` and `g` its tanh.
 * Returns a negative code on failure. */
int64_t rt_tensor_lstm(rt_tensor tensor, rt_tensor hidden, rt_tensor cell, const int64_t *tensors, int64_t n, int64_t *output, int64_t *hidden_out, int64_t *cell_out);

/* ---- Tensors: losses ---- */

/* The squared distance of input and target.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_mse_loss(rt_tensor input, rt_tensor target, int64_t reduction);

/* The distance of input and target.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_l1_loss(rt_tensor input, rt_tensor target, int64_t reduction);

/* Half the squared distance where it is below `delta`, else `delta (distance - delta / 2)` (Huber, 1964);
 * `delta` is above 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_huber_loss(rt_tensor input, rt_tensor target, double delta, int64_t reduction);
/* As rt_tensor_huber_loss, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_huber_loss_bits(rt_tensor input, rt_tensor target, int64_t delta, int64_t reduction);

/* The negative logarithm of the softmax of `input`, `[batch, classes, …]` or `[classes]`, at the class that
 * `target` names: i64 or i32 of the input's shape without the classes. Negative classes count from the end, one
 * outside is INVALID_ARGUMENT.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cross_entropy(rt_tensor input, rt_tensor target, int64_t reduction);

/* As rt_tensor_cross_entropy, of an input that is the logarithm of probabilities already.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_nll_loss(rt_tensor input, rt_tensor target, int64_t reduction);

/* The negative logarithm of the probability `input` of what is true with the probability `target`. Logarithms
 * end at -100, so that 0 and 1 give finite losses.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_binary_cross_entropy(rt_tensor input, rt_tensor target, int64_t reduction);

/* rt_tensor_binary_cross_entropy of the sigmoid of `input`, computed without it, so that nothing is lost far
 * from 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_binary_cross_entropy_with_logits(rt_tensor input, rt_tensor target, int64_t reduction);

/* ---- Tensors: initialisation ---- */

/* Uniform random numbers between `low` and `high`.
 * Returns a negative code on failure. */
int64_t rt_init_uniform_(rt_tensor tensor, double low, double high);
/* As rt_init_uniform_, with doubles as IEEE bit patterns. */
int64_t rt_init_uniform_bits_(rt_tensor tensor, int64_t low, int64_t high);

/* Normal random numbers of this mean and standard deviation.
 * Returns a negative code on failure. */
int64_t rt_init_normal_(rt_tensor tensor, double mean, double std);
/* As rt_init_normal_, with doubles as IEEE bit patterns. */
int64_t rt_init_normal_bits_(rt_tensor tensor, int64_t mean, int64_t std);

/* Uniform between plus and minus `gain sqrt(6 / (inputs + outputs))`, of a weight `[outputs, inputs, …]`; a
 * kernel's elements count for both (Glorot and Bengio, 2010).
 * Returns a negative code on failure. */
int64_t rt_init_xavier_uniform_(rt_tensor tensor, double gain);
/* As rt_init_xavier_uniform_, with doubles as IEEE bit patterns. */
int64_t rt_init_xavier_uniform_bits_(rt_tensor tensor, int64_t gain);

/* Uniform between plus and minus `sqrt(6 / ((1 + slope^2) inputs))`, of a weight `[outputs, inputs, …]` before a
 * leaky ReLU of this slope (He, 2015); 0 stands for a ReLU.
 * Returns a negative code on failure. */
int64_t rt_init_kaiming_uniform_(rt_tensor tensor, double slope);
/* As rt_init_kaiming_uniform_, with doubles as IEEE bit patterns. */
int64_t rt_init_kaiming_uniform_bits_(rt_tensor tensor, int64_t slope);

/* Normal with the standard deviation `gain sqrt(2 / (inputs + outputs))`, as rt_init_xavier_uniform_.
 * Returns a negative code on failure. */
int64_t rt_init_xavier_normal_(rt_tensor tensor, double gain);
/* As rt_init_xavier_normal_, with doubles as IEEE bit patterns. */
int64_t rt_init_xavier_normal_bits_(rt_tensor tensor, int64_t gain);

/* Normal with the standard deviation `sqrt(2 / ((1 + slope^2) inputs))`, as rt_init_kaiming_uniform_.
 * Returns a negative code on failure. */
int64_t rt_init_kaiming_normal_(rt_tensor tensor, double slope);
/* As rt_init_kaiming_normal_, with doubles as IEEE bit patterns. */
int64_t rt_init_kaiming_normal_bits_(rt_tensor tensor, int64_t slope);

/* Zeros.
 * Returns a negative code on failure. */
int64_t rt_init_zeros_(rt_tensor tensor);

/* Ones.
 * Returns a negative code on failure. */
int64_t rt_init_ones_(rt_tensor tensor);

/* One number everywhere.
 * Returns a negative code on failure. */
int64_t rt_init_constant_(rt_tensor tensor, double value);
/* As rt_init_constant_, with doubles as IEEE bit patterns. */
int64_t rt_init_constant_bits_(rt_tensor tensor, int64_t value);

/* ---- Optimisers ---- */

/* Stochastic gradient descent over a module's parameters as they are now: `b = momentum b + (1 - dampening) g; p
 * -= learning_rate b`, where g is the gradient with `weight_decay p` added. The first b is g; without momentum
 * there is no dampening.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_sgd(rt_module module, double learning_rate, double momentum, double dampening, double weight_decay);
/* As rt_optim_sgd, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_sgd_bits(rt_module module, int64_t learning_rate, int64_t momentum, int64_t dampening, int64_t weight_decay);

/* As rt_optim_sgd with Nesterov's momentum, above 0: `p -= learning_rate (g + momentum b)`.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_sgd_nesterov(rt_module module, double learning_rate, double momentum, double weight_decay);
/* As rt_optim_sgd_nesterov, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_sgd_nesterov_bits(rt_module module, int64_t learning_rate, int64_t momentum, int64_t weight_decay);

/* Adam (Kingma and Ba 2015): means of gradients and of their squares, with the shares `beta1` and `beta2` below
 * 1; `epsilon` is added to the root of the second. PyTorch's defaults are 0.001, 0.9, 0.999, 1e-8.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_adam(rt_module module, double learning_rate, double beta1, double beta2, double epsilon);
/* As rt_optim_adam, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_adam_bits(rt_module module, int64_t learning_rate, int64_t beta1, int64_t beta2, int64_t epsilon);

/* Adam with decoupled weight decay (Loshchilov and Hutter 2019): each step first shrinks p by `learning_rate
 * weight_decay` of it.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_adamw(rt_module module, double learning_rate, double beta1, double beta2, double epsilon, double weight_decay);
/* As rt_optim_adamw, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_adamw_bits(rt_module module, int64_t learning_rate, int64_t beta1, int64_t beta2, int64_t epsilon, int64_t weight_decay);

/* RMSprop: `v = alpha v + (1 - alpha) g^2; b = momentum b + g / (sqrt(v) + epsilon); p -= learning_rate b`,
 * where g is the gradient with `weight_decay p` added. PyTorch's defaults are 0.01, 0.99, 1e-8, 0, 0.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_rmsprop(rt_module module, double learning_rate, double alpha, double epsilon, double momentum, double weight_decay);
/* As rt_optim_rmsprop, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_rmsprop_bits(rt_module module, int64_t learning_rate, int64_t alpha, int64_t epsilon, int64_t momentum, int64_t weight_decay);

/* As rt_optim_rmsprop, centered: `m = alpha m + (1 - alpha) g`, and `v - m^2` in the place of v below the root.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_rmsprop_centered(rt_module module, double learning_rate, double alpha, double epsilon, double momentum, double weight_decay);
/* As rt_optim_rmsprop_centered, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_rmsprop_centered_bits(rt_module module, int64_t learning_rate, int64_t alpha, int64_t epsilon, int64_t momentum, int64_t weight_decay);

/* Adagrad: `s += g^2; p -= learning_rate / (1 + (t - 1) rate_decay) g / (sqrt(s) + epsilon)` in step t, where g
 * is the gradient with `weight_decay p` added. PyTorch's defaults are 0.01, 0, 1e-10, 0.
 * Returns an optimizer, yours to free; 0 on failure. */
rt_optimizer rt_optim_adagrad(rt_module module, double learning_rate, double rate_decay, double epsilon, double weight_decay);
/* As rt_optim_adagrad, with doubles as IEEE bit patterns. */
rt_optimizer rt_optim_adagrad_bits(rt_module module, int64_t learning_rate, int64_t rate_decay, int64_t epsilon, int64_t weight_decay);

/* Frees an optimiser's handle. The parameters stay as they are.
 * Returns a negative code on failure. */
int64_t rt_optim_free(rt_optimizer optimizer);

/* One step along the gradients that there are; a parameter without one stays as it is. Nothing is read back from
 * the device.
 * Returns a negative code on failure. */
int64_t rt_optim_step(rt_optimizer optimizer);

/* Forgets the gradients of all its parameters.
 * Returns a negative code on failure. */
int64_t rt_optim_zero_grad(rt_optimizer optimizer);

/* The learning rate of the next step, the schedules included.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error. */
double rt_optim_learning_rate(rt_optimizer optimizer);
/* As rt_optim_learning_rate, with doubles as IEEE bit patterns. */
int64_t rt_optim_learning_rate_bits(rt_optimizer optimizer);

/* Sets the learning rate, from which the schedules start where there are any.
 * Returns a negative code on failure. */
int64_t rt_optim_set_learning_rate(rt_optimizer optimizer, double learning_rate);
/* As rt_optim_set_learning_rate, with doubles as IEEE bit patterns. */
int64_t rt_optim_set_learning_rate_bits(rt_optimizer optimizer, int64_t learning_rate);

/* Adds a schedule: the learning rate times `gamma` after every `step_size` calls of rt_optim_schedule_advance.
 * Several schedules work on the learning rate one after another, in the order in which they were added.
 * Returns a negative code on failure. */
int64_t rt_optim_schedule_step(rt_optimizer optimizer, int64_t step_size, double gamma);
/* As rt_optim_schedule_step, with doubles as IEEE bit patterns. */
int64_t rt_optim_schedule_step_bits(rt_optimizer optimizer, int64_t step_size, int64_t gamma);

/* Adds a schedule: along half a cosine down to `least` in `length` calls of rt_optim_schedule_advance; there it
 * stays.
 * Returns a negative code on failure. */
int64_t rt_optim_schedule_cosine(rt_optimizer optimizer, int64_t length, double least);
/* As rt_optim_schedule_cosine, with doubles as IEEE bit patterns. */
int64_t rt_optim_schedule_cosine_bits(rt_optimizer optimizer, int64_t length, int64_t least);

/* Adds a schedule: from the share `start` of the learning rate up a straight line to all of it in `length` calls
 * of rt_optim_schedule_advance.
 * Returns a negative code on failure. */
int64_t rt_optim_schedule_warmup(rt_optimizer optimizer, int64_t length, double start);
/* As rt_optim_schedule_warmup, with doubles as IEEE bit patterns. */
int64_t rt_optim_schedule_warmup_bits(rt_optimizer optimizer, int64_t length, int64_t start);

/* Moves all schedules one on. rt_optim_step does not: call this after each step or after each epoch, as the
 * lengths are meant.
 * Returns a negative code on failure. */
int64_t rt_optim_schedule_advance(rt_optimizer optimizer);

/* Writes what the optimiser has learned to a safetensors file, whole or not at all: what it remembers of each
 * parameter, counts of steps, the learning rate, how far the schedules are. Its other numbers and the schedules
 * themselves are the program's to set.
 * Returns a negative code on failure. */
int64_t rt_optim_save(rt_optimizer optimizer, const char *path, int64_t len);

/* Reads what rt_optim_save wrote for an optimiser of the same kind over the same parameters. BAD_FORMAT names
 * what does not fit, and nothing has changed then.
 * Returns a negative code on failure. */
int64_t rt_optim_load(rt_optimizer optimizer, const char *path, int64_t len);

/* Scales the gradients of all its parameters so that their p-norm, as if they were one vector, is at most
 * `max_norm`. Returns the norm before, 0 without gradients, and so waits for the device. NaN is a result when a
 * gradient is NaN: a failure is told by the last error; success clears it. Tensors that rt_tensor_grad gave
 * before keep their values.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_optim_clip_grad_norm_into_ returns a status. */
double rt_optim_clip_grad_norm_(rt_optimizer optimizer, double max_norm, double p);
/* As rt_optim_clip_grad_norm_, with doubles as IEEE bit patterns. */
int64_t rt_optim_clip_grad_norm_bits_(rt_optimizer optimizer, int64_t max_norm, int64_t p);
/* As rt_optim_clip_grad_norm_, the result through a pointer; returns a status. */
int64_t rt_optim_clip_grad_norm_into_(rt_optimizer optimizer, double max_norm, double p, double *out);

/* Cuts every element of the gradients of all its parameters to between minus and plus `max_value`. Tensors that
 * rt_tensor_grad gave before keep their values.
 * Returns a negative code on failure. */
int64_t rt_optim_clip_grad_value_(rt_optimizer optimizer, double max_value);
/* As rt_optim_clip_grad_value_, with doubles as IEEE bit patterns. */
int64_t rt_optim_clip_grad_value_bits_(rt_optimizer optimizer, int64_t max_value);

/* ---- Datasets ---- */

/* A dataset of two tensors that agree in their first dimension: row i of `targets` belongs to row i of `inputs`.
 * They are shared, not copied.
 * Returns a dataset, yours to free; 0 on failure. */
rt_dataset rt_dataset_from_tensors(rt_tensor inputs, rt_tensor targets);

/* A dataset of a CSV file of numbers: all columns but one are the inputs, `[rows, columns - 1]`, that one the
 * targets, `[rows]`, both f32. `target` is the column's number from 0 on, negative from the end; with `header`
 * the first line is names. BAD_FORMAT names file, line and column.
 * Returns a dataset, yours to free; 0 on failure. */
rt_dataset rt_dataset_from_csv(const char *path, int64_t len, int64_t header, int64_t target, rt_device device);

/* A dataset of two `.npy` files, as rt_npy_load reads them.
 * Returns a dataset, yours to free; 0 on failure. */
rt_dataset rt_dataset_from_npy(const char *inputs, int64_t inputs_len, const char *targets, int64_t targets_len, rt_device device);

/* Frees a dataset's handle.
 * Returns a negative code on failure. */
int64_t rt_dataset_free(rt_dataset dataset);

/* How many rows it has.
 * Returns a negative code on failure. */
int64_t rt_dataset_len(rt_dataset dataset);

/* All its inputs, shared.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_dataset_inputs(rt_dataset dataset);

/* All its targets, shared.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_dataset_targets(rt_dataset dataset);

/* The `len` rows from `start` on, shared.
 * Returns a dataset, yours to free; 0 on failure. */
rt_dataset rt_dataset_narrow(rt_dataset dataset, int64_t start, int64_t len);

/* The rows whose numbers an integer tensor of rank 1 holds, in its order, copied.
 * Returns a dataset, yours to free; 0 on failure. */
rt_dataset rt_dataset_select(rt_dataset dataset, rt_tensor rows);

/* Reads a tensor from a `.npy` file of NumPy: every dtype of ours but bf16, in C or Fortran order, of any byte
 * order.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_npy_load(const char *path, int64_t len, rt_device device);

/* Writes a tensor to a `.npy` file, whole or not at all. UNSUPPORTED for bf16, which NumPy does not have.
 * Returns a negative code on failure. */
int64_t rt_npy_save(rt_tensor tensor, const char *path, int64_t len);

/* ---- Data loaders ---- */

/* Gives batches of `batch` rows. With `shuffle` every epoch has an order of its own, drawn from `seed` and the
 * number of the epoch alone. The last batch is smaller where the rows do not come out even, or with `drop_last`
 * left out. A thread of the loader prepares two batches ahead; what is written into the dataset's tensors
 * meanwhile is in some batches and not in others.
 * Returns a dataloader, yours to free; 0 on failure. */
rt_dataloader rt_dataloader_new(rt_dataset dataset, int64_t batch, int64_t shuffle, int64_t seed, int64_t drop_last);

/* Frees a loader's handle; with the last one its thread ends.
 * Returns a negative code on failure. */
int64_t rt_dataloader_free(rt_dataloader loader);

/* How many batches an epoch has.
 * Returns a negative code on failure. */
int64_t rt_dataloader_len(rt_dataloader loader);

/* Writes the handles of the next batch, two new tensors that are yours to free, and returns 1. At the end of the
 * epoch it writes 0 twice and returns 0, again and again until rt_dataloader_reset.
 * Returns a negative code on failure. */
int64_t rt_dataloader_next(rt_dataloader loader, int64_t *inputs, int64_t *targets);

/* Begins the next epoch, also before this one is at its end.
 * Returns a negative code on failure. */
int64_t rt_dataloader_reset(rt_dataloader loader);

/* Calls back for each batch that is done: from rt_dataloader_next, on the thread that asks for the next batch or
 * learns of the end. `epoch` counts from 0, `batch` of its `batches` are done; `loss` is what
 * rt_dataloader_report_loss told last in this epoch, NaN before; the rate counts from the epoch's first batch
 * on. The callback may call any function, but must not unwind. NULL: nobody. Returns when no thread is inside
 * the one before; from inside one that would be never: BUSY.
 * Returns a negative code on failure. */
int64_t rt_dataloader_set_progress(rt_dataloader loader, rt_progress_fn callback, void *user_data);

/* Tells the loss that the progress callback gets. Reading it from a tensor waits for the device: not every batch
 * needs to.
 * Returns a negative code on failure. */
int64_t rt_dataloader_report_loss(rt_dataloader loader, double loss);
/* As rt_dataloader_report_loss, with doubles as IEEE bit patterns. */
int64_t rt_dataloader_report_loss_bits(rt_dataloader loader, int64_t loss);

/* ---- Model files ---- */

/* Writes all parameters and buffers of a module to a safetensors file, by the names of rt_module_parameter_name.
 * The file appears whole, in the place of one that was there, or not at all. IO names the path and the reason.
 * Returns a negative code on failure. */
int64_t rt_model_save(rt_module module, const char *path, int64_t len);

/* Reads all parameters and buffers of a module from a safetensors file, into their own memory. The file must
 * hold exactly these, of the same shapes and dtypes; else BAD_FORMAT names what is missing, too much or
 * different, and nothing has changed.
 * Returns a negative code on failure. */
int64_t rt_model_load(rt_module module, const char *path, int64_t len);

/* A module of tensors of one's own, named `0.value`, `1.value`, …, for optimisers and files. They are shared,
 * and want gradients from now on. It computes nothing.
 * Returns a module, yours to free; 0 on failure. */
rt_module rt_nn_parameter_list(const int64_t *tensors, int64_t n);

/* ---- Threads ---- */

/* Starts a thread that runs `body(user_data)`. The body must not longjmp or end the thread; a panic of Rust that
 * leaves it is caught, and rt_thread_join says PANIC. OUT_OF_MEMORY: the system gives no more threads.
 * Returns a thread, yours to free; 0 on failure. */
rt_thread rt_thread_spawn(rt_thread_fn body, void *user_data);

/* The same, with a name that debuggers show; Linux cuts it to 15 bytes there.
 * Returns a thread, yours to free; 0 on failure. */
rt_thread rt_thread_spawn_named(rt_thread_fn body, void *user_data, const char *name, int64_t len);

/* Waits until a thread's body has returned, and gives its result; as often as asked, to any thread. A thread
 * that waits for itself is refused with BUSY; two that wait for each other wait for ever. A negative result
 * looks like a code: the last error, or rt_thread_join_into, tells them apart.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_thread_join_into returns a status. */
int64_t rt_thread_join(rt_thread thread);
/* As rt_thread_join, the result through a pointer; returns a status. */
int64_t rt_thread_join_into(rt_thread thread, int64_t *out);

/* The same, for at most `timeout_ns` nanoseconds until its body has returned: TIMEOUT. 0 does not wait:
 * WOULD_BLOCK. -1 waits for ever. Destructors of thread-local values, which follow the body, are waited for
 * without a limit.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_thread_join_timeout_into returns a status. */
int64_t rt_thread_join_timeout(rt_thread thread, int64_t timeout_ns);
/* As rt_thread_join_timeout, the result through a pointer; returns a status. */
int64_t rt_thread_join_timeout_into(rt_thread thread, int64_t timeout_ns, int64_t *out);

/* Frees a thread's handle. The thread goes on, and its result is nobody's.
 * Returns a negative code on failure. */
int64_t rt_thread_free(rt_thread thread);
/* Another name of rt_thread_free. */
int64_t rt_thread_detach(rt_thread thread);

/* Whether its body has returned.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_thread_is_done(rt_thread thread);

/* Its number, from 1 on: never used twice in a process, and what messages about locks call a thread.
 * Returns a negative code on failure. */
int64_t rt_thread_id(rt_thread thread);

/* Its name, empty where it was given none.
 * Returns the empty text on failure. */
const char *rt_thread_name(rt_thread thread);
/* As rt_thread_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_thread_name_copy(rt_thread thread, char *buffer, int64_t capacity);

/* The number of the calling thread, which need not have been started here.
 * Returns a negative code on failure. */
int64_t rt_thread_current_id(void);

/* Lets other threads run first.
 * Returns a negative code on failure. */
int64_t rt_thread_yield(void);

/* Sleeps so many nanoseconds, or a little longer.
 * Returns a negative code on failure. */
int64_t rt_thread_sleep(int64_t nanoseconds);

/* How many threads this process can run at once, 1 where that is not known.
 * Returns a negative code on failure. */
int64_t rt_thread_available_parallelism(void);

/* ---- Thread-local values ---- */

/* A number that every thread has of its own, at first this one.
 * Returns a local, yours to free; 0 on failure. */
rt_local rt_local_new(int64_t initial);

/* Frees its handle; with the last one what threads stored is forgotten.
 * Returns a negative code on failure. */
int64_t rt_local_free(rt_local local);

/* The calling thread's number.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_local_get_into returns a status. */
int64_t rt_local_get(rt_local local);
/* As rt_local_get, the result through a pointer; returns a status. */
int64_t rt_local_get_into(rt_local local, int64_t *out);

/* Stores the calling thread's number.
 * Returns a negative code on failure. */
int64_t rt_local_set(rt_local local, int64_t value);

/* ---- Mutexes ---- */

/* A mutex with a number in it, for whoever wants one: a handle, a count, the address of what it guards.
 * Returns a mutex, yours to free; 0 on failure. */
rt_mutex rt_mutex_new(int64_t value);

/* Waits for the mutex, and gives the number in it. BUSY: this thread holds it already. What ends the wait is an
 * unlock, or the end of the thread that holds it; rt_mutex_lock_timeout has a time limit.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_mutex_lock_into returns a status. */
int64_t rt_mutex_lock(rt_mutex mutex);
/* As rt_mutex_lock, the result through a pointer; returns a status. */
int64_t rt_mutex_lock_into(rt_mutex mutex, int64_t *out);

/* The same without waiting: WOULD_BLOCK names the thread that holds it.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_mutex_try_lock_into returns a status. */
int64_t rt_mutex_try_lock(rt_mutex mutex);
/* As rt_mutex_try_lock, the result through a pointer; returns a status. */
int64_t rt_mutex_try_lock_into(rt_mutex mutex, int64_t *out);

/* The same, for at most `timeout_ns` nanoseconds: TIMEOUT names the thread that holds it. 0 does not wait, -1
 * waits for ever.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_mutex_lock_timeout_into returns a status. */
int64_t rt_mutex_lock_timeout(rt_mutex mutex, int64_t timeout_ns);
/* As rt_mutex_lock_timeout, the result through a pointer; returns a status. */
int64_t rt_mutex_lock_timeout_into(rt_mutex mutex, int64_t timeout_ns, int64_t *out);

/* Stores a number and unlocks. INVALID_ARGUMENT: the calling thread does not hold the mutex; the message says
 * who does.
 * Returns a negative code on failure. */
int64_t rt_mutex_unlock(rt_mutex mutex, int64_t value);

/* The number in it, for the thread that holds it.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_mutex_value_into returns a status. */
int64_t rt_mutex_value(rt_mutex mutex);
/* As rt_mutex_value, the result through a pointer; returns a status. */
int64_t rt_mutex_value_into(rt_mutex mutex, int64_t *out);

/* Whether somebody holds it at this moment.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_mutex_is_locked(rt_mutex mutex);

/* Whether the last thread that held it ended without unlocking it, and nobody has unlocked it since: the number
 * is then as that thread found it, and what the mutex guards may be half done.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_mutex_is_abandoned(rt_mutex mutex);

/* Frees its handle. The last one of a mutex that is held is refused: BUSY.
 * Returns a negative code on failure. */
int64_t rt_mutex_free(rt_mutex mutex);

/* ---- Locks for readers and writers ---- */

/* A lock for many readers or one writer, with a number in it. Readers do not overtake a writer that waits.
 * Returns a rwlock, yours to free; 0 on failure. */
rt_rwlock rt_rwlock_new(int64_t value);

/* Waits until nobody writes, and gives the number. BUSY: this thread holds the lock already, either way.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_rwlock_read_into returns a status. */
int64_t rt_rwlock_read(rt_rwlock lock);
/* As rt_rwlock_read, the result through a pointer; returns a status. */
int64_t rt_rwlock_read_into(rt_rwlock lock, int64_t *out);

/* The same without waiting: WOULD_BLOCK.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_rwlock_try_read_into returns a status. */
int64_t rt_rwlock_try_read(rt_rwlock lock);
/* As rt_rwlock_try_read, the result through a pointer; returns a status. */
int64_t rt_rwlock_try_read_into(rt_rwlock lock, int64_t *out);

/* The same, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_rwlock_read_timeout_into returns a status. */
int64_t rt_rwlock_read_timeout(rt_rwlock lock, int64_t timeout_ns);
/* As rt_rwlock_read_timeout, the result through a pointer; returns a status. */
int64_t rt_rwlock_read_timeout_into(rt_rwlock lock, int64_t timeout_ns, int64_t *out);

/* Waits until nobody else holds the lock, and gives the number. BUSY: this thread holds it already, either way.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_rwlock_write_into returns a status. */
int64_t rt_rwlock_write(rt_rwlock lock);
/* As rt_rwlock_write, the result through a pointer; returns a status. */
int64_t rt_rwlock_write_into(rt_rwlock lock, int64_t *out);

/* The same without waiting: WOULD_BLOCK.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_rwlock_try_write_into returns a status. */
int64_t rt_rwlock_try_write(rt_rwlock lock);
/* As rt_rwlock_try_write, the result through a pointer; returns a status. */
int64_t rt_rwlock_try_write_into(rt_rwlock lock, int64_t *out);

/* The same, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_rwlock_write_timeout_into returns a status. */
int64_t rt_rwlock_write_timeout(rt_rwlock lock, int64_t timeout_ns);
/* As rt_rwlock_write_timeout, the result through a pointer; returns a status. */
int64_t rt_rwlock_write_timeout_into(rt_rwlock lock, int64_t timeout_ns, int64_t *out);

/* Unlocks, whether this thread reads or writes; the number stays. INVALID_ARGUMENT: it does neither.
 * Returns a negative code on failure. */
int64_t rt_rwlock_unlock(rt_rwlock lock);

/* Stores a number and unlocks, for the thread that writes.
 * Returns a negative code on failure. */
int64_t rt_rwlock_unlock_write(rt_rwlock lock, int64_t value);

/* Whether the last thread that wrote ended without unlocking it, and no writer has unlocked it since.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_rwlock_is_abandoned(rt_rwlock lock);

/* Frees its handle. The last one of a lock that is held is refused: BUSY.
 * Returns a negative code on failure. */
int64_t rt_rwlock_free(rt_rwlock lock);

/* ---- Condition variables ---- */

/* A condition variable.
 * Returns a condvar, yours to free; 0 on failure. */
rt_condvar rt_condvar_new(void);

/* Stores a number in the mutex, which this thread holds, unlocks it, waits to be woken, locks it again, and
 * gives the number that is in it then. However this ends, the mutex is held again; rt_mutex_value reads the
 * number after a failure. CLOSED: the condition was freed. Nobody is woken without a cause, but what was waited
 * for may have changed again: look, in a loop.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_condvar_wait_into returns a status. */
int64_t rt_condvar_wait(rt_condvar condvar, rt_mutex mutex, int64_t value);
/* As rt_condvar_wait, the result through a pointer; returns a status. */
int64_t rt_condvar_wait_into(rt_condvar condvar, rt_mutex mutex, int64_t value, int64_t *out);

/* The same, for at most `timeout_ns` nanoseconds and the time that it takes to lock again: TIMEOUT. -1 waits for
 * ever.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_condvar_wait_timeout_into returns a status. */
int64_t rt_condvar_wait_timeout(rt_condvar condvar, rt_mutex mutex, int64_t value, int64_t timeout_ns);
/* As rt_condvar_wait_timeout, the result through a pointer; returns a status. */
int64_t rt_condvar_wait_timeout_into(rt_condvar condvar, rt_mutex mutex, int64_t value, int64_t timeout_ns, int64_t *out);

/* Wakes the thread that has waited longest. Whether there was one.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_condvar_notify_one(rt_condvar condvar);

/* Wakes all that wait, and says how many.
 * Returns a negative code on failure. */
int64_t rt_condvar_notify_all(rt_condvar condvar);

/* Frees its handle; with the last one all that wait get CLOSED.
 * Returns a negative code on failure. */
int64_t rt_condvar_free(rt_condvar condvar);

/* ---- Barriers ---- */

/* A barrier for so many threads, used again and again.
 * Returns a barrier, yours to free; 0 on failure. */
rt_barrier rt_barrier_new(int64_t parties);

/* Waits until as many threads have come; 1 for one of them, which came last, and 0 for the others. CLOSED: the
 * barrier was freed.
 * Returns a negative code on failure. */
int64_t rt_barrier_wait(rt_barrier barrier);

/* The same, for at most `timeout_ns` nanoseconds: TIMEOUT, and this thread no longer counts as one that came. -1
 * waits for ever.
 * Returns a negative code on failure. */
int64_t rt_barrier_wait_timeout(rt_barrier barrier, int64_t timeout_ns);

/* Frees its handle; with the last one all that wait get CLOSED.
 * Returns a negative code on failure. */
int64_t rt_barrier_free(rt_barrier barrier);

/* ---- Semaphores ---- */

/* A semaphore with so many permits.
 * Returns a semaphore, yours to free; 0 on failure. */
rt_semaphore rt_semaphore_new(int64_t permits);

/* Waits for a permit and takes it. CLOSED: the semaphore was freed.
 * Returns a negative code on failure. */
int64_t rt_semaphore_acquire(rt_semaphore semaphore);

/* Takes a permit, or answers WOULD_BLOCK.
 * Returns a negative code on failure. */
int64_t rt_semaphore_try_acquire(rt_semaphore semaphore);

/* Waits at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
 * Returns a negative code on failure. */
int64_t rt_semaphore_acquire_timeout(rt_semaphore semaphore, int64_t timeout_ns);

/* Gives so many permits, which this thread need not have taken.
 * Returns a negative code on failure. */
int64_t rt_semaphore_release(rt_semaphore semaphore, int64_t permits);

/* How many permits are free at this moment.
 * Returns a negative code on failure. */
int64_t rt_semaphore_available(rt_semaphore semaphore);

/* Frees its handle; with the last one all that wait get CLOSED.
 * Returns a negative code on failure. */
int64_t rt_semaphore_free(rt_semaphore semaphore);

/* ---- Once ---- */

/* Something to be done once.
 * Returns an once, yours to free; 0 on failure. */
rt_once rt_once_new(void);

/* Runs `body(user_data)` on the first thread that comes; the others wait. All get its result, now and later.
 * BUSY: the body calls this itself. PANIC: a panic left the body, and the next that comes runs it again. CLOSED:
 * the object was freed meanwhile.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_once_call_into returns a status. */
int64_t rt_once_call(rt_once once, rt_thread_fn body, void *user_data);
/* As rt_once_call, the result through a pointer; returns a status. */
int64_t rt_once_call_into(rt_once once, rt_thread_fn body, void *user_data, int64_t *out);

/* Whether it is done.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_once_is_done(rt_once once);

/* Frees its handle; with the last one all that wait get CLOSED.
 * Returns a negative code on failure. */
int64_t rt_once_free(rt_once once);

/* ---- Atomic numbers ---- */

/* A number that threads change without a lock. Every operation is sequentially consistent.
 * Returns an atomic, yours to free; 0 on failure. */
rt_atomic rt_atomic_new(int64_t value);

/* The number.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_load_into returns a status. */
int64_t rt_atomic_load(rt_atomic atomic);
/* As rt_atomic_load, the result through a pointer; returns a status. */
int64_t rt_atomic_load_into(rt_atomic atomic, int64_t *out);

/* Stores a number.
 * Returns a negative code on failure. */
int64_t rt_atomic_store(rt_atomic atomic, int64_t value);

/* Stores a number; gives the one before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_swap_into returns a status. */
int64_t rt_atomic_swap(rt_atomic atomic, int64_t value);
/* As rt_atomic_swap, the result through a pointer; returns a status. */
int64_t rt_atomic_swap_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Adds, wrapping; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_add_into returns a status. */
int64_t rt_atomic_add(rt_atomic atomic, int64_t value);
/* As rt_atomic_add, the result through a pointer; returns a status. */
int64_t rt_atomic_add_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Subtracts, wrapping; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_sub_into returns a status. */
int64_t rt_atomic_sub(rt_atomic atomic, int64_t value);
/* As rt_atomic_sub, the result through a pointer; returns a status. */
int64_t rt_atomic_sub_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Keeps the bits that both have; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_and_into returns a status. */
int64_t rt_atomic_and(rt_atomic atomic, int64_t value);
/* As rt_atomic_and, the result through a pointer; returns a status. */
int64_t rt_atomic_and_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Keeps the bits that either has; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_or_into returns a status. */
int64_t rt_atomic_or(rt_atomic atomic, int64_t value);
/* As rt_atomic_or, the result through a pointer; returns a status. */
int64_t rt_atomic_or_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Keeps the bits that one of them has; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_xor_into returns a status. */
int64_t rt_atomic_xor(rt_atomic atomic, int64_t value);
/* As rt_atomic_xor, the result through a pointer; returns a status. */
int64_t rt_atomic_xor_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Keeps the smaller; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_min_into returns a status. */
int64_t rt_atomic_min(rt_atomic atomic, int64_t value);
/* As rt_atomic_min, the result through a pointer; returns a status. */
int64_t rt_atomic_min_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Keeps the larger; gives the number before.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_max_into returns a status. */
int64_t rt_atomic_max(rt_atomic atomic, int64_t value);
/* As rt_atomic_max, the result through a pointer; returns a status. */
int64_t rt_atomic_max_into(rt_atomic atomic, int64_t value, int64_t *out);

/* Stores `value` if the number is `expected`; gives the number before, which is `expected` exactly when it was
 * stored.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_atomic_compare_exchange_into returns a status. */
int64_t rt_atomic_compare_exchange(rt_atomic atomic, int64_t expected, int64_t value);
/* As rt_atomic_compare_exchange, the result through a pointer; returns a status. */
int64_t rt_atomic_compare_exchange_into(rt_atomic atomic, int64_t expected, int64_t value, int64_t *out);

/* Frees its handle.
 * Returns a negative code on failure. */
int64_t rt_atomic_free(rt_atomic atomic);

/* ---- Channels ---- */

/* A channel of numbers. Capacity -1 holds any number of messages, 0 none: a send waits for its receive.
 * Returns a channel, yours to free; 0 on failure. */
rt_channel rt_channel_create(int64_t capacity);

/* A channel of messages of any length, with the same capacities.
 * Returns a channel, yours to free; 0 on failure. */
rt_channel rt_channel_create_bytes(int64_t capacity);

/* Sends a number, once there is room for it. CLOSED: the channel is closed, and the message stays the caller's.
 * Returns a negative code on failure. */
int64_t rt_channel_send(rt_channel channel, int64_t value);

/* Sends a number if there is room, or somebody who waits for it: else WOULD_BLOCK.
 * Returns a negative code on failure. */
int64_t rt_channel_try_send(rt_channel channel, int64_t value);

/* Waits for room, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
 * Returns a negative code on failure. */
int64_t rt_channel_send_timeout(rt_channel channel, int64_t value, int64_t timeout_ns);

/* Receives a number, once there is one. CLOSED: the channel is closed and nothing is left in it. A negative
 * number looks like a code: the last error, or rt_channel_recv_into, tells them apart.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_channel_recv_into returns a status. */
int64_t rt_channel_recv(rt_channel channel);
/* As rt_channel_recv, the result through a pointer; returns a status. */
int64_t rt_channel_recv_into(rt_channel channel, int64_t *out);

/* Receives a number if there is one, or somebody who waits to send it: else WOULD_BLOCK.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_channel_try_recv_into returns a status. */
int64_t rt_channel_try_recv(rt_channel channel);
/* As rt_channel_try_recv, the result through a pointer; returns a status. */
int64_t rt_channel_try_recv_into(rt_channel channel, int64_t *out);

/* Waits for a number, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_channel_recv_timeout_into returns a status. */
int64_t rt_channel_recv_timeout(rt_channel channel, int64_t timeout_ns);
/* As rt_channel_recv_timeout, the result through a pointer; returns a status. */
int64_t rt_channel_recv_timeout_into(rt_channel channel, int64_t timeout_ns, int64_t *out);

/* Copies a message and sends it, waiting for room as the others do: 0 not at all, -1 for ever.
 * Returns a negative code on failure. */
int64_t rt_channel_send_bytes(rt_channel channel, const void *data, int64_t len, int64_t timeout_ns);

/* Receives a message into a buffer and gives its length. A length above `capacity` means that nothing was
 * received: the message went back to the front, for whoever asks next with a buffer that is long enough. 0 does
 * not wait, -1 waits for ever.
 * Returns a negative code on failure. */
int64_t rt_channel_recv_bytes(rt_channel channel, void *buffer, int64_t capacity, int64_t timeout_ns);

/* Waits until one of up to 64 channels of numbers can go on, and does that one thing; its place in `channels`.
 * Where bit i of `sends` is set, channel i would be sent `values[i]` (a bit from `count` on is refused); the
 * others would be received from, into `received`. `closed` gets 0 when that was done, 1 when that channel is
 * closed and nothing was done. Of several that can go on, any is chosen. TIMEOUT: none in `timeout_ns`
 * nanoseconds; 0 does not wait, WOULD_BLOCK; -1 waits for ever.
 * Returns a negative code on failure. */
int64_t rt_channel_select(const int64_t *channels, int64_t count, int64_t sends, const int64_t *values, int64_t values_len, int64_t timeout_ns, int64_t *received, int64_t *closed);

/* Waits until one of up to 64 channels of any sort could go on or is closed, and does nothing; its place in
 * `channels`. Another thread may be faster then.
 * Returns a negative code on failure. */
int64_t rt_channel_ready(const int64_t *channels, int64_t count, int64_t sends, int64_t timeout_ns);

/* Closes a channel: nothing more can be sent, what is inside can be received. Everybody who waits to send, or to
 * receive from an empty one, gets CLOSED. 1 where this call closed it, 0 where it was closed before.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_channel_close(rt_channel channel);

/* Whether it is closed; messages may be left in it.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_channel_is_closed(rt_channel channel);

/* How many messages are in it at this moment.
 * Returns a negative code on failure. */
int64_t rt_channel_len(rt_channel channel);

/* How many messages it holds at most, -1 for any number. Ask the last error whether -1 is a failure.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_channel_capacity_into returns a status. */
int64_t rt_channel_capacity(rt_channel channel);
/* As rt_channel_capacity, the result through a pointer; returns a status. */
int64_t rt_channel_capacity_into(rt_channel channel, int64_t *out);

/* Frees its handle; with the last one the channel is closed and what is inside is dropped.
 * Returns a negative code on failure. */
int64_t rt_channel_free(rt_channel channel);

/* ---- Shared maps ---- */

/* An empty map of numbers to numbers, which threads use at once without waiting for one another.
 * Returns a map, yours to free; 0 on failure. */
rt_map rt_map_new(void);

/* Puts a value to a key. Whether the key is new.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_map_insert(rt_map map, int64_t key, int64_t value);

/* The value of a key. NOT_FOUND: it has none.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_map_get_into returns a status. */
int64_t rt_map_get(rt_map map, int64_t key);
/* As rt_map_get, the result through a pointer; returns a status. */
int64_t rt_map_get_into(rt_map map, int64_t key, int64_t *out);

/* Takes a key out and gives its value. NOT_FOUND: it has none.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_map_remove_into returns a status. */
int64_t rt_map_remove(rt_map map, int64_t key);
/* As rt_map_remove, the result through a pointer; returns a status. */
int64_t rt_map_remove_into(rt_map map, int64_t key, int64_t *out);

/* Whether a key is there.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_map_contains(rt_map map, int64_t key);

/* Adds to a key's value in one step, wrapping, where an absent one counts as 0; gives the sum.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_map_add_into returns a status. */
int64_t rt_map_add(rt_map map, int64_t key, int64_t value);
/* As rt_map_add, the result through a pointer; returns a status. */
int64_t rt_map_add_into(rt_map map, int64_t key, int64_t value, int64_t *out);

/* Puts `value` to a key whose value is `expected`, in one step. Whether it was.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_map_replace(rt_map map, int64_t key, int64_t expected, int64_t value);

/* How many keys there are at this moment.
 * Returns a negative code on failure. */
int64_t rt_map_len(rt_map map);

/* Takes all keys out.
 * Returns a negative code on failure. */
int64_t rt_map_clear(rt_map map);

/* Writes the keys in any order, as many as fit, and gives how many there are. What other threads put in or take
 * out meanwhile may be seen or not.
 * Returns a negative code on failure. */
int64_t rt_map_keys(rt_map map, int64_t *keys, int64_t capacity);

/* Frees its handle.
 * Returns a negative code on failure. */
int64_t rt_map_free(rt_map map);

/* ---- Shared queues ---- */

/* An empty queue of numbers, first in, first out, which no thread waits on. Capacity -1 holds any number.
 * Returns a queue, yours to free; 0 on failure. */
rt_queue rt_queue_new(int64_t capacity);

/* Puts a number at the end. WOULD_BLOCK: it is full.
 * Returns a negative code on failure. */
int64_t rt_queue_push(rt_queue queue, int64_t value);

/* Takes the number at the front. WOULD_BLOCK: it is empty.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_queue_pop_into returns a status. */
int64_t rt_queue_pop(rt_queue queue);
/* As rt_queue_pop, the result through a pointer; returns a status. */
int64_t rt_queue_pop_into(rt_queue queue, int64_t *out);

/* How many numbers are in it at this moment.
 * Returns a negative code on failure. */
int64_t rt_queue_len(rt_queue queue);

/* How many numbers it holds at most, -1 for any number. Ask the last error whether -1 is a failure.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_queue_capacity_into returns a status. */
int64_t rt_queue_capacity(rt_queue queue);
/* As rt_queue_capacity, the result through a pointer; returns a status. */
int64_t rt_queue_capacity_into(rt_queue queue, int64_t *out);

/* Frees its handle.
 * Returns a negative code on failure. */
int64_t rt_queue_free(rt_queue queue);

/* ---- Parallel loops ---- */

/* How many threads a loop uses here: the workers of the one pool, which tensors on the CPU use too. Inside a
 * callback of a loop it is 1: loops and ops that a callback calls are done on its thread.
 * Returns a negative code on failure. */
int64_t rt_parallel_threads(void);

/* Makes the pool one of so many threads, 1 to 1024; 0 is what FFI_NUM_THREADS says, else one per core. Loops
 * that are running finish on the threads they have. BUSY inside a callback of a loop.
 * Returns a negative code on failure. */
int64_t rt_parallel_set_threads(int64_t count);

/* Inside a callback of a loop: no index that has not begun begins, and the loop fails with CLOSED. What its
 * function returns still counts where that ends the loop.
 * Returns a negative code on failure. */
int64_t rt_parallel_cancel(void);

/* Calls `body` for `count` indices from `first` on, in any order, on this thread and the pool's; returns when
 * all are done. There are fewer than 2^48, and `first + count` is an int64_t too.
 * `grain` is the fewest indices that a thread takes at once, 0 is 1; a range of one grain runs on this thread
 * alone. Up to 64 grains the workers are woken at once; else this thread begins and wakes them when some
 * microseconds show that it pays.
 * Returns 0 when every index ran. A body that returns something else ends the loop: no other index begins, and
 * this function returns that number if it is positive; a code of the library (negative) becomes its own failure
 * with the message of the body's thread, any other negative number INVALID_ARGUMENT. Of several the lowest index
 * counts.
 * A body may wait for another body of the loop with calls of this library: another thread then runs what has not
 * begun, up to 2048 threads; a wait beyond is OUT_OF_MEMORY, and bodies that wait for that one go on when what
 * they wait on is freed. A body that waits in any other way (a spin lock, a barrier of the system) for one that
 * has not begun waits for ever: rt_parallel_scope runs its tasks at the same time. So does a body that waits for
 * the caller itself: hold no lock that a body takes.
 * Returns a negative code on failure. */
int64_t rt_parallel_for_each(int64_t first, int64_t count, int64_t grain, rt_each_fn body, void *user_data);

/* Calls `body` for ranges that together are the `count` indices from `first` on: `body` loops from its `first`
 * to below its `end` itself, so the loop is compiled in the caller's program. For bodies of a few nanoseconds,
 * where a call for every index would take longer than the work.
 * How long a range is depends on the time, the threads and `grain`, the fewest indices of a range but the last;
 * one inside a callback of another loop is whole. A range that has begun is the body's to finish: what ends the
 * loop elsewhere, and rt_parallel_cancel, keep other ranges from beginning. Else as rt_parallel_for_each:
 * results, of several that of the lowest range, and waits.
 * Returns a negative code on failure. */
int64_t rt_parallel_for_ranges(int64_t first, int64_t count, int64_t grain, rt_range_fn body, void *user_data);

/* Calls `body` with the index and the value of every integer; else as rt_parallel_for_each.
 * Returns a negative code on failure. */
int64_t rt_parallel_for_each_i64(const int64_t *data, int64_t len, int64_t grain, rt_item_i64_fn body, void *user_data);

/* Calls `body` with the index and the value of every double; else as rt_parallel_for_each.
 * Returns a negative code on failure. */
int64_t rt_parallel_for_each_f64(const double *data, int64_t len, int64_t grain, rt_item_f64_fn body, void *user_data);

/* Runs `count` tasks, up to 1024, all at the same time, each on a thread of its own, so that they may wait for
 * one another in any way. Task 0 runs on this thread. Returns when all have ended, what rt_parallel_for_each
 * would; OUT_OF_MEMORY, before any task begins, where the threads cannot be had.
 * Returns a negative code on failure. */
int64_t rt_parallel_scope(int64_t count, rt_each_fn body, void *user_data);

/* Writes `f(first + i)` to every `out[i]`. The grain is that of rt_parallel_for_each. After a failure some are
 * written.
 * Returns a negative code on failure. */
int64_t rt_parallel_map(int64_t first, int64_t *out, int64_t count, int64_t grain, rt_map_fn f, void *user_data);

/* Writes `f(data[i])` to `out[i]` and returns how many. `out` may be `data`; overlaps of another kind are
 * refused. The grain is that of rt_parallel_for_each. After a failure some are written.
 * Returns a negative code on failure. */
int64_t rt_parallel_map_i64(const int64_t *data, int64_t len, int64_t *out, int64_t capacity, int64_t grain, rt_map_fn f, void *user_data);

/* The map of doubles, as rt_parallel_map_i64.
 * Returns a negative code on failure. */
int64_t rt_parallel_map_f64(const double *data, int64_t len, double *out, int64_t capacity, int64_t grain, rt_map_f64_fn f, void *user_data);

/* `combine(… combine(initial, map(first)) …, map(first + count - 1))`, grouped in blocks that depend on `count`
 * and `grain` alone: any number of threads gives the same result, also where `combine` is not commutative. It
 * must be associative for that result to be the one of a plain loop. `grain` is the fewest indices of a block, 0
 * is 16 of more than 64 indices and else 1.
 * Its functions, as those of the other reductions, of scans and of sorts, cannot wait for another thread by a
 * call of this library (BUSY): they may lock what is free in a moment.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_parallel_reduce_into returns a status. */
int64_t rt_parallel_reduce(int64_t first, int64_t count, int64_t grain, int64_t initial, rt_map_fn map, rt_combine_i64_fn combine, void *user_data);
/* As rt_parallel_reduce, the result through a pointer; returns a status. */
int64_t rt_parallel_reduce_into(int64_t first, int64_t count, int64_t grain, int64_t initial, rt_map_fn map, rt_combine_i64_fn combine, void *user_data, int64_t *out);

/* The reduction of an array, as rt_parallel_reduce. With no number it is `initial`.
 * Returns a negative code on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_parallel_reduce_i64_into returns a status. */
int64_t rt_parallel_reduce_i64(const int64_t *data, int64_t len, int64_t initial, int64_t grain, rt_combine_i64_fn combine, void *user_data);
/* As rt_parallel_reduce_i64, the result through a pointer; returns a status. */
int64_t rt_parallel_reduce_i64_into(const int64_t *data, int64_t len, int64_t initial, int64_t grain, rt_combine_i64_fn combine, void *user_data, int64_t *out);

/* The reduction of doubles, as rt_parallel_reduce_i64: the same bits with any number of threads.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error, so
 * rt_last_error_code() tells them apart, and rt_parallel_reduce_f64_into returns a status. */
double rt_parallel_reduce_f64(const double *data, int64_t len, double initial, int64_t grain, rt_combine_f64_fn combine, void *user_data);
/* As rt_parallel_reduce_f64, with doubles as IEEE bit patterns. */
int64_t rt_parallel_reduce_f64_bits(const double *data, int64_t len, int64_t initial, int64_t grain, rt_combine_f64_fn combine, void *user_data);
/* As rt_parallel_reduce_f64, the result through a pointer; returns a status. */
int64_t rt_parallel_reduce_f64_into(const double *data, int64_t len, double initial, int64_t grain, rt_combine_f64_fn combine, void *user_data, double *out);

/* Running sums modulo 2^64: `out[i]` is the sum of `data[0]` to `data[i]`, without `data[i]` where `exclusive`.
 * Returns how many. `out` may be `data`; overlaps of another kind are refused.
 * Returns a negative code on failure. */
int64_t rt_parallel_prefix_sum_i64(const int64_t *data, int64_t len, int64_t *out, int64_t capacity, int64_t exclusive);

/* Running sums of doubles, as rt_parallel_prefix_sum_i64. Added up in blocks of a length that depends on `len`
 * alone: the same bits with any number of threads, and of more than 4096 numbers other roundings than a plain
 * loop's.
 * Returns a negative code on failure. */
int64_t rt_parallel_prefix_sum_f64(const double *data, int64_t len, double *out, int64_t capacity, int64_t exclusive);

/* Running results of `combine`, which is associative: `out[i]` is `combine(… combine(initial, data[0]) …,
 * data[i])`, without `data[i]` where `exclusive`. Grouped in blocks that depend on `len` alone; the arrays as in
 * rt_parallel_prefix_sum_i64.
 * Returns a negative code on failure. */
int64_t rt_parallel_scan_i64(const int64_t *data, int64_t len, int64_t *out, int64_t capacity, int64_t initial, int64_t exclusive, rt_combine_i64_fn combine, void *user_data);

/* Running results over doubles, as rt_parallel_scan_i64.
 * Returns a negative code on failure. */
int64_t rt_parallel_scan_f64(const double *data, int64_t len, double *out, int64_t capacity, double initial, int64_t exclusive, rt_combine_f64_fn combine, void *user_data);
/* As rt_parallel_scan_f64, with doubles as IEEE bit patterns. */
int64_t rt_parallel_scan_f64_bits(const double *data, int64_t len, double *out, int64_t capacity, int64_t initial, int64_t exclusive, rt_combine_f64_fn combine, void *user_data);

/* Sorts integers in place, ascending. Takes as much memory again where several threads work.
 * Returns a negative code on failure. */
int64_t rt_parallel_sort_i64(int64_t *data, int64_t len);

/* Sorts doubles in place, ascending by value; -0 comes before 0, and NaN of either sign last. Takes as much
 * memory again where several threads work.
 * Returns a negative code on failure. */
int64_t rt_parallel_sort_f64(double *data, int64_t len);

/* Sorts integers by a function that returns a positive number where its first argument belongs behind its
 * second. Stable: equal ones keep their order. Written when it is done: after a failure the array is as it was.
 * Takes twice as much memory again.
 * A function that contradicts itself gives some order of the same numbers, or INVALID_ARGUMENT.
 * Returns a negative code on failure. */
int64_t rt_parallel_sort_by_i64(int64_t *data, int64_t len, rt_compare_i64_fn compare, void *user_data);

/* Sorts doubles by a function, as rt_parallel_sort_by_i64.
 * Returns a negative code on failure. */
int64_t rt_parallel_sort_by_f64(double *data, int64_t len, rt_compare_f64_fn compare, void *user_data);

/* ---- Tensors: elementwise ---- */

/* e to the power x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_exp(rt_tensor tensor);

/* Natural logarithm; NaN below 0, minus infinity at 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_log(rt_tensor tensor);

/* 2 to the power x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_exp2(rt_tensor tensor);

/* e to the power x, less 1; good near 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_expm1(rt_tensor tensor);

/* Logarithm to base 2.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_log2(rt_tensor tensor);

/* Logarithm to base 10.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_log10(rt_tensor tensor);

/* Natural logarithm of 1 + x; good near 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_log1p(rt_tensor tensor);

/* Square root; NaN below 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sqrt(rt_tensor tensor);

/* 1 over the square root.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_rsqrt(rt_tensor tensor);

/* Sine of x in radians, of any size.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sin(rt_tensor tensor);

/* Cosine of x in radians, of any size.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cos(rt_tensor tensor);

/* Tangent of x in radians.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_tan(rt_tensor tensor);

/* Inverse sine; NaN outside -1 to 1.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_asin(rt_tensor tensor);

/* Inverse cosine; NaN outside -1 to 1.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_acos(rt_tensor tensor);

/* Inverse tangent.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_atan(rt_tensor tensor);

/* Hyperbolic sine.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sinh(rt_tensor tensor);

/* Hyperbolic cosine.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_cosh(rt_tensor tensor);

/* Hyperbolic tangent.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_tanh(rt_tensor tensor);

/* The logistic function, 1 / (1 + e^-x).
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sigmoid(rt_tensor tensor);

/* x times its sigmoid (SiLU, swish).
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_silu(rt_tensor tensor);

/* The error function, 2 over the square root of pi times the integral of e^(-t^2) from 0 to x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_erf(rt_tensor tensor);

/* x times the standard normal distribution function at x (GELU by erf); 0 at minus infinity.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_gelu(rt_tensor tensor);

/* ln(1 + e^x), without overflow.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_softplus(rt_tensor tensor);

/* 1 / x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_reciprocal(rt_tensor tensor);

/* -x; the smallest integer and unsigned integers wrap.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_neg(rt_tensor tensor);

/* Absolute value; the smallest integer stays as it is. Derivative 0 at 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_abs(rt_tensor tensor);

/* -1, 0 or 1 by the sign of x; NaN stays.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sign(rt_tensor tensor);

/* x times x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_square(rt_tensor tensor);

/* max(x, 0); NaN stays. Derivative 0 at 0.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_relu(rt_tensor tensor);

/* The largest integer not above x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_floor(rt_tensor tensor);

/* The smallest integer not below x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ceil(rt_tensor tensor);

/* The nearest integer, of two the even one.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_round(rt_tensor tensor);

/* x without its fraction.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_trunc(rt_tensor tensor);

/* a + b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_add(rt_tensor a, rt_tensor b);

/* a + b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_add_scalar(rt_tensor a, double b);
/* As rt_tensor_add_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_add_scalar_bits(rt_tensor a, int64_t b);

/* a + b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_add_scalar_i64(rt_tensor a, int64_t b);

/* a - b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sub(rt_tensor a, rt_tensor b);

/* a - b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sub_scalar(rt_tensor a, double b);
/* As rt_tensor_sub_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_sub_scalar_bits(rt_tensor a, int64_t b);

/* a - b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_sub_scalar_i64(rt_tensor a, int64_t b);

/* a * b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_mul(rt_tensor a, rt_tensor b);

/* a * b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_mul_scalar(rt_tensor a, double b);
/* As rt_tensor_mul_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_mul_scalar_bits(rt_tensor a, int64_t b);

/* a * b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_mul_scalar_i64(rt_tensor a, int64_t b);

/* a / b; integers give f32.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_div(rt_tensor a, rt_tensor b);

/* a / b; integers give f32.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_div_scalar(rt_tensor a, double b);
/* As rt_tensor_div_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_div_scalar_bits(rt_tensor a, int64_t b);

/* a / b; integers give f32.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_div_scalar_i64(rt_tensor a, int64_t b);

/* The larger one; NaN if either is. Equal operands share the derivative.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_maximum(rt_tensor a, rt_tensor b);

/* The larger one; NaN if either is. Equal operands share the derivative.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_maximum_scalar(rt_tensor a, double b);
/* As rt_tensor_maximum_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_maximum_scalar_bits(rt_tensor a, int64_t b);

/* The larger one; NaN if either is. Equal operands share the derivative.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_maximum_scalar_i64(rt_tensor a, int64_t b);

/* The smaller one; NaN if either is. Equal operands share the derivative.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_minimum(rt_tensor a, rt_tensor b);

/* The smaller one; NaN if either is. Equal operands share the derivative.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_minimum_scalar(rt_tensor a, double b);
/* As rt_tensor_minimum_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_minimum_scalar_bits(rt_tensor a, int64_t b);

/* The smaller one; NaN if either is. Equal operands share the derivative.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_minimum_scalar_i64(rt_tensor a, int64_t b);

/* a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1
 * or -1.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_pow(rt_tensor a, rt_tensor b);

/* a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1
 * or -1.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_pow_scalar(rt_tensor a, double b);
/* As rt_tensor_pow_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_pow_scalar_bits(rt_tensor a, int64_t b);

/* a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1
 * or -1.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_pow_scalar_i64(rt_tensor a, int64_t b);

/* The angle of the point (b, a) in radians, -pi to pi; integers give f32.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_atan2(rt_tensor a, rt_tensor b);

/* The angle of the point (b, a) in radians, -pi to pi; integers give f32.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_atan2_scalar(rt_tensor a, double b);
/* As rt_tensor_atan2_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_atan2_scalar_bits(rt_tensor a, int64_t b);

/* The angle of the point (b, a) in radians, -pi to pi; integers give f32.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_atan2_scalar_i64(rt_tensor a, int64_t b);

/* What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_remainder(rt_tensor a, rt_tensor b);

/* What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_remainder_scalar(rt_tensor a, double b);
/* As rt_tensor_remainder_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_remainder_scalar_bits(rt_tensor a, int64_t b);

/* What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_remainder_scalar_i64(rt_tensor a, int64_t b);

/* a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_floor_divide(rt_tensor a, rt_tensor b);

/* a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_floor_divide_scalar(rt_tensor a, double b);
/* As rt_tensor_floor_divide_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_floor_divide_scalar_bits(rt_tensor a, int64_t b);

/* a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_floor_divide_scalar_i64(rt_tensor a, int64_t b);

/* Bits set in both; of bools, whether both are true.
 * Integers and bools. Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_and(rt_tensor a, rt_tensor b);

/* Bits set in both; of bools, whether both are true.
 * b is an integer; bools become i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_and_scalar_i64(rt_tensor a, int64_t b);

/* Bits set in any; of bools, whether any is true.
 * Integers and bools. Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_or(rt_tensor a, rt_tensor b);

/* Bits set in any; of bools, whether any is true.
 * b is an integer; bools become i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_or_scalar_i64(rt_tensor a, int64_t b);

/* Bits set in exactly one; of bools, whether they differ.
 * Integers and bools. Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_xor(rt_tensor a, rt_tensor b);

/* Bits set in exactly one; of bools, whether they differ.
 * b is an integer; bools become i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_xor_scalar_i64(rt_tensor a, int64_t b);

/* Every bit inverted; of bools, not x.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_invert(rt_tensor tensor);

/* a moved b bits up; a count below 0 or not below the width moves all out.
 * Integers and bools. Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_left_shift(rt_tensor a, rt_tensor b);

/* a moved b bits up; a count below 0 or not below the width moves all out.
 * b is an integer; bools become i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_left_shift_scalar_i64(rt_tensor a, int64_t b);

/* a moved b bits down, keeping the sign; a count below 0 or not below the width moves all out.
 * Integers and bools. Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_right_shift(rt_tensor a, rt_tensor b);

/* a moved b bits down, keeping the sign; a count below 0 or not below the width moves all out.
 * b is an integer; bools become i64.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_bitwise_right_shift_scalar_i64(rt_tensor a, int64_t b);

/* Whether x is NaN; integers and bools never are.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_isnan(rt_tensor tensor);

/* Whether x is an infinity; integers and bools never are.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_isinf(rt_tensor tensor);

/* Whether x is neither NaN nor an infinity; integers and bools always are.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_isfinite(rt_tensor tensor);

/* Whether a == b; NaN equals nothing.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_eq(rt_tensor a, rt_tensor b);

/* Whether a == b; NaN equals nothing.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_eq_scalar(rt_tensor a, double b);
/* As rt_tensor_eq_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_eq_scalar_bits(rt_tensor a, int64_t b);

/* Whether a == b; NaN equals nothing.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_eq_scalar_i64(rt_tensor a, int64_t b);

/* Whether a != b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ne(rt_tensor a, rt_tensor b);

/* Whether a != b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ne_scalar(rt_tensor a, double b);
/* As rt_tensor_ne_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_ne_scalar_bits(rt_tensor a, int64_t b);

/* Whether a != b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ne_scalar_i64(rt_tensor a, int64_t b);

/* Whether a < b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_lt(rt_tensor a, rt_tensor b);

/* Whether a < b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_lt_scalar(rt_tensor a, double b);
/* As rt_tensor_lt_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_lt_scalar_bits(rt_tensor a, int64_t b);

/* Whether a < b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_lt_scalar_i64(rt_tensor a, int64_t b);

/* Whether a <= b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_le(rt_tensor a, rt_tensor b);

/* Whether a <= b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_le_scalar(rt_tensor a, double b);
/* As rt_tensor_le_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_le_scalar_bits(rt_tensor a, int64_t b);

/* Whether a <= b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_le_scalar_i64(rt_tensor a, int64_t b);

/* Whether a > b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_gt(rt_tensor a, rt_tensor b);

/* Whether a > b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_gt_scalar(rt_tensor a, double b);
/* As rt_tensor_gt_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_gt_scalar_bits(rt_tensor a, int64_t b);

/* Whether a > b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_gt_scalar_i64(rt_tensor a, int64_t b);

/* Whether a >= b.
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ge(rt_tensor a, rt_tensor b);

/* Whether a >= b.
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ge_scalar(rt_tensor a, double b);
/* As rt_tensor_ge_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_ge_scalar_bits(rt_tensor a, int64_t b);

/* Whether a >= b.
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_ge_scalar_i64(rt_tensor a, int64_t b);

/* Whether x is false (0).
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_not(rt_tensor tensor);

/* Whether both are true (not 0).
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_and(rt_tensor a, rt_tensor b);

/* Whether both are true (not 0).
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_and_scalar(rt_tensor a, double b);
/* As rt_tensor_logical_and_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_logical_and_scalar_bits(rt_tensor a, int64_t b);

/* Whether both are true (not 0).
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_and_scalar_i64(rt_tensor a, int64_t b);

/* Whether any is true (not 0).
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_or(rt_tensor a, rt_tensor b);

/* Whether any is true (not 0).
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_or_scalar(rt_tensor a, double b);
/* As rt_tensor_logical_or_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_logical_or_scalar_bits(rt_tensor a, int64_t b);

/* Whether any is true (not 0).
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_or_scalar_i64(rt_tensor a, int64_t b);

/* Whether exactly one is true (not 0).
 * Broadcasts and promotes.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_xor(rt_tensor a, rt_tensor b);

/* Whether exactly one is true (not 0).
 * b is a number; with a fraction, integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_xor_scalar(rt_tensor a, double b);
/* As rt_tensor_logical_xor_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_logical_xor_scalar_bits(rt_tensor a, int64_t b);

/* Whether exactly one is true (not 0).
 * b is an integer, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_logical_xor_scalar_i64(rt_tensor a, int64_t b);

/* start + weight (end - start), exact at both ends, and finite between two finite ones however far they lie
 * apart.
 * Broadcasts and promotes; integers and bools become f32.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_lerp(rt_tensor start, rt_tensor end, rt_tensor weight);

/* rt_tensor_lerp with one weight.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_lerp_scalar(rt_tensor start, rt_tensor end, double weight);
/* As rt_tensor_lerp_scalar, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_lerp_scalar_bits(rt_tensor start, rt_tensor end, int64_t weight);

/* Every element, but no less than `low` and no more than `high`; `high` where `low` is above it. NaN stays, and
 * bounds that are NaN give NaN. Integers and bools become f32; rt_tensor_clamp_i64 keeps them.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_clamp(rt_tensor tensor, double low, double high);
/* As rt_tensor_clamp, with doubles as IEEE bit patterns. */
rt_tensor rt_tensor_clamp_bits(rt_tensor tensor, int64_t low, int64_t high);

/* As rt_tensor_clamp between integers, exact beyond 2^53.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_clamp_i64(rt_tensor tensor, int64_t low, int64_t high);

/* `a` where the condition is true (not 0), else `b`. Broadcasts; a and b promote.
 * Returns a tensor, yours to free; 0 on failure. */
rt_tensor rt_tensor_where(rt_tensor condition, rt_tensor a, rt_tensor b);

/* ---- CUDA (feature cuda) ---- */

/* Planned: how many CUDA devices there are.
 * Returns a negative code on failure. */
int64_t rt_cuda_device_count(void);

/* Planned: the calling thread's device.
 * Returns a negative code on failure. */
int64_t rt_cuda_device_get(void);

/* Planned: makes a device the calling thread's.
 * Returns a negative code on failure. */
int64_t rt_cuda_device_set(int64_t ordinal);

/* Planned: a device's name.
 * Returns the empty text on failure. */
const char *rt_cuda_device_name(int64_t ordinal);
/* As rt_cuda_device_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_cuda_device_name_copy(int64_t ordinal, char *buffer, int64_t capacity);

/* Planned: free and total bytes.
 * Returns a negative code on failure. */
int64_t rt_cuda_device_memory(int64_t ordinal, int64_t *out, int64_t capacity);

/* Planned: device memory; its address, 0 on failure.
 * Returns 0 on failure. */
int64_t rt_cuda_malloc(int64_t len_bytes);

/* Planned: frees device memory.
 * Returns a negative code on failure. */
int64_t rt_cuda_free(int64_t address);

/* Planned: host to device.
 * Returns a negative code on failure. */
int64_t rt_cuda_memcpy_h2d(int64_t destination, const void *source, int64_t len_bytes);

/* Planned: device to host.
 * Returns a negative code on failure. */
int64_t rt_cuda_memcpy_d2h(void *destination, int64_t len_bytes, int64_t source);

/* Planned: device to device.
 * Returns a negative code on failure. */
int64_t rt_cuda_memcpy_d2d(int64_t destination, int64_t source, int64_t len_bytes);

/* Planned: a stream.
 * Returns a cuda stream, yours to free; 0 on failure. */
rt_cuda_stream rt_cuda_stream_create(void);

/* Planned: waits for a stream.
 * Returns a negative code on failure. */
int64_t rt_cuda_stream_sync(rt_cuda_stream stream);

/* Planned: frees a stream.
 * Returns a negative code on failure. */
int64_t rt_cuda_stream_destroy(rt_cuda_stream stream);

/* Planned: an event.
 * Returns a cuda event, yours to free; 0 on failure. */
rt_cuda_event rt_cuda_event_create(void);

/* Planned: records an event on a stream.
 * Returns a negative code on failure. */
int64_t rt_cuda_event_record(rt_cuda_event event, rt_cuda_stream stream);

/* Planned: waits for an event.
 * Returns a negative code on failure. */
int64_t rt_cuda_event_sync(rt_cuda_event event);

/* Planned: milliseconds between two events.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error. */
double rt_cuda_event_elapsed(rt_cuda_event start, rt_cuda_event end);
/* As rt_cuda_event_elapsed, with doubles as IEEE bit patterns. */
int64_t rt_cuda_event_elapsed_bits(rt_cuda_event start, rt_cuda_event end);

/* Planned: launches a kernel function.
 * Returns a negative code on failure. */
int64_t rt_cuda_launch_kernel(rt_cuda_function function, const int64_t *grid, int64_t grid_len, const int64_t *block, int64_t block_len, void *args);

/* ---- Vulkan: instances and what there is (feature vulkan) ---- */

/* Loads the driver and makes an instance for a program of this name. `validation` turns on the Khronos
 * validation layer, UNAVAILABLE where it is not installed; what layers say reaches the log callback at the end
 * of the call that caused it. UNAVAILABLE names what was tried where there is no loader, no driver or no device,
 * and in a child that was forked after the driver was loaded. Any thread, as all rows of this family.
 * Returns a vk instance, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_instance rt_vk_instance_create(const char *name, int64_t len, int64_t validation);

/* Frees an instance's handle. The instance lives on while devices made of it do.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_instance_destroy(rt_vk_instance instance);

/* How many physical devices the drivers offer. The rows below take an index under it, NOT_FOUND otherwise.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_physical_devices(rt_vk_instance instance);

/* The hardware's name, as its driver spells it.
 * Returns the empty text on failure.
 * Needs feature vulkan. */
const char *rt_vk_physical_device_name(rt_vk_instance instance, int64_t physical);
/* As rt_vk_physical_device_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_physical_device_name_copy(rt_vk_instance instance, int64_t physical, char *buffer, int64_t capacity);

/* What it is: 1 part of the processor's chip, 2 a card of its own, 3 virtual, 4 software on the processor, 0
 * something else.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_type(rt_vk_instance instance, int64_t physical);

/* The driver's name and version.
 * Returns the empty text on failure.
 * Needs feature vulkan. */
const char *rt_vk_physical_device_driver(rt_vk_instance instance, int64_t physical);
/* As rt_vk_physical_device_driver, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_physical_device_driver_copy(rt_vk_instance instance, int64_t physical, char *buffer, int64_t capacity);

/* 32 hexadecimal digits that change with hardware, driver and driver version; what is compiled for one fits no
 * other.
 * Returns the empty text on failure.
 * Needs feature vulkan. */
const char *rt_vk_physical_device_uuid(rt_vk_instance instance, int64_t physical);
/* As rt_vk_physical_device_uuid, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_physical_device_uuid_copy(rt_vk_instance instance, int64_t physical, char *buffer, int64_t capacity);

/* The driver's version of Vulkan, as `1.3.230`. Devices are opened from 1.2 on.
 * Returns the empty text on failure.
 * Needs feature vulkan. */
const char *rt_vk_physical_device_api_version(rt_vk_instance instance, int64_t physical);
/* As rt_vk_physical_device_api_version, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_physical_device_api_version_copy(rt_vk_instance instance, int64_t physical, char *buffer, int64_t capacity);

/* The vendor's number.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_vendor_id(rt_vk_instance instance, int64_t physical);

/* The vendor's number of the hardware.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_device_id(rt_vk_instance instance, int64_t physical);

/* Bytes of memory of the device's own.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_memory(rt_vk_instance instance, int64_t physical);

/* A limit by the name that the Vulkan specification gives it, an element of an array as
 * `maxComputeWorkGroupSize[0]`; also `maxMemoryAllocationSize` and `subgroupSize`. NOT_FOUND for names that are
 * not known here.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_limit(rt_vk_instance instance, int64_t physical, const char *name, int64_t len);

/* Nanoseconds in one tick of a timestamp.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error.
 * Needs feature vulkan. */
double rt_vk_physical_device_timestamp_period(rt_vk_instance instance, int64_t physical);
/* As rt_vk_physical_device_timestamp_period, with doubles as IEEE bit patterns. */
int64_t rt_vk_physical_device_timestamp_period_bits(rt_vk_instance instance, int64_t physical);

/* Whether the device has a feature, by the name that the Vulkan specification gives it. A device is opened with
 * all that it has.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_has_feature(rt_vk_instance instance, int64_t physical, const char *name, int64_t len);

/* Whether the device has an extension, as `VK_KHR_swapchain`.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error.
 * Needs feature vulkan. */
int64_t rt_vk_physical_device_has_extension(rt_vk_instance instance, int64_t physical, const char *name, int64_t len);

/* How many families of queues the device has.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_family_count(rt_vk_instance instance, int64_t physical);

/* What queues of a family do: the sum of 1 graphics, 2 compute, 4 transfer, and Vulkan's further bits.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_family_flags(rt_vk_instance instance, int64_t physical, int64_t family);

/* How many queues of a family a device opens, 4 at most.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_family_queues(rt_vk_instance instance, int64_t physical, int64_t family);

/* How many bits of a timestamp count; 0 where queues of the family have none.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_family_timestamp_bits(rt_vk_instance instance, int64_t physical, int64_t family);

/* The first family whose queues do all of `flags`, as above; NOT_FOUND when none does.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_family_find(rt_vk_instance instance, int64_t physical, int64_t flags);

/* ---- Vulkan: devices and queues (feature vulkan) ---- */

/* Opens a physical device, by its index, with every feature it has. Accesses of shaders outside a buffer are
 * harmless where the device has `robustBufferAccess`, as all do. UNSUPPORTED below Vulkan 1.2. It draws by
 * dynamic rendering where the driver has it; the environment variable `FFI_VULKAN_RENDER_PASSES` has it use
 * render passes there too.
 * Returns a vk device, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_device rt_vk_device_create(rt_vk_instance instance, int64_t physical);

/* Frees a device's handle. The device lives on while objects made of it do, so the order of freeing is free.
 * After DEVICE_LOST everything on the device answers so, but frees work, and a new device may be created.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_device_destroy(rt_vk_device device);

/* Waits until all that was submitted to the device is done: 1, or 0 when so many nanoseconds passed first. 0
 * only looks, less than 0 waits for ever.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_device_wait(rt_vk_device device, int64_t timeout_ns);

/* A queue of a family. The same queue may be had many times; each handle is freed once.
 * Returns a vk queue, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_queue rt_vk_queue_get(rt_vk_device device, int64_t family, int64_t index);

/* Frees a queue's handle; the last one waits for what was submitted through it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_destroy(rt_vk_queue queue);

/* The family that a queue is of.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_family(rt_vk_queue queue);

/* Submits a command buffer that was ended. The fence, 0 for none, is signalled when it is done; it must be new
 * or reset. Until then the command buffer and all that it uses are held, and freeing, mapping or changing them
 * answers BUSY; `rt_release` of them is deferred. Work of one queue runs in the order of submission and sees
 * what was written before; work of different queues is ordered by waiting for a fence.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_submit(rt_vk_queue queue, rt_vk_commands commands, rt_vk_fence fence);

/* Submits several command buffers at once, in this order; one fence for all, or 0.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_submit_all(rt_vk_queue queue, const int64_t *commands, int64_t count, rt_vk_fence fence);

/* Waits until all that was submitted to the queue so far is done: 1, or 0 when so many nanoseconds passed first.
 * 0 only looks, less than 0 waits for ever.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_queue_wait(rt_vk_queue queue, int64_t timeout_ns);

/* ---- Vulkan: fences (feature vulkan) ---- */

/* A fence, not signalled.
 * Returns a vk fence, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_fence rt_vk_fence_create(rt_vk_device device);

/* Frees a fence's handle; BUSY while its submission is not done.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_fence_destroy(rt_vk_fence fence);

/* Waits for the submission of a fence: 1 when it is done, 0 when so many nanoseconds passed first. 0 only looks,
 * less than 0 waits for ever. INVALID_ARGUMENT for a fence that was not submitted, which would never be
 * signalled; DEVICE_LOST.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_fence_wait(rt_vk_fence fence, int64_t timeout_ns);

/* Makes a signalled fence new, to submit with it again; BUSY while its submission is not done.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_fence_reset(rt_vk_fence fence);

/* ---- Vulkan: buffers and memory (feature vulkan) ---- */

/* A buffer of so many bytes, still without memory. `usage` is the sum of Vulkan's bits: 1 source and 2
 * destination of copies, 16 uniforms, 32 storage, 64 indices, 128 vertices, 256 arguments of indirect commands.
 * Returns a vk buffer, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_buffer rt_vk_buffer_create(rt_vk_device device, int64_t len_bytes, int64_t usage);

/* Frees a buffer's handle; BUSY while a submission that is not done uses it. A command buffer that was recorded
 * with it holds it until recorded anew.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_buffer_destroy(rt_vk_buffer buffer);

/* Its length in bytes.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_buffer_size(rt_vk_buffer buffer);

/* Copies bytes into a buffer whose memory the host sees. BUSY while a submission that is not done uses it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_buffer_write(rt_vk_buffer buffer, int64_t offset, const void *data, int64_t len_bytes);

/* Copies bytes out of a buffer whose memory the host sees. BUSY while a submission that is not done uses it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_buffer_read(rt_vk_buffer buffer, int64_t offset, void *out, int64_t len_bytes);

/* Allocates memory for a buffer and binds it, once. `place` is 0 for the device's own, which the host does not
 * see, 1 for memory that the host writes, 2 for memory that the host reads. OUT_OF_MEMORY.
 * Returns a vk memory, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_memory rt_vk_memory_allocate(rt_vk_buffer buffer, int64_t place);

/* Frees memory's handle; BUSY while it is mapped or a submission that is not done uses it. The bytes go back
 * when its buffer is gone too.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_memory_free(rt_vk_memory memory);

/* Its length in bytes, which is at least the buffer's.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_memory_size(rt_vk_memory memory);

/* The host's address of memory, valid until it is unmapped, 0 on failure. BUSY when it is mapped already, or
 * while a submission that is not done uses it. Reading and writing there while a later submission runs is the
 * caller's to order. No flush is needed.
 * Returns 0 on failure.
 * Needs feature vulkan. */
int64_t rt_vk_memory_map(rt_vk_memory memory);

/* Ends a mapping; its address is not to be used any more.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_memory_unmap(rt_vk_memory memory);

/* ---- Vulkan: images and samplers (feature vulkan) ---- */

/* An image of two dimensions, in texels, with memory of the device's. `format` is Vulkan's number, as 37 for
 * four bytes of red, green, blue, alpha, or 126 for depth; UNSUPPORTED lists those that are known. `usage` is
 * the sum of Vulkan's bits: 1 source and 2 destination of copies, 4 sampled, 8 stored to, 16 drawn to, 32 depth.
 * The library keeps track of its layout.
 * Returns a vk image, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_image rt_vk_image_create(rt_vk_device device, int64_t width, int64_t height, int64_t format, int64_t usage);

/* Frees an image's handle; BUSY while a submission that is not done uses it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_image_destroy(rt_vk_image image);

/* Texels in a row.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_image_width(rt_vk_image image);

/* How many rows.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_image_height(rt_vk_image image);

/* Its format, Vulkan's number.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_image_format(rt_vk_image image);

/* A sampler: between texels linear or the nearest one, beyond the edge repeated or the edge's texel.
 * OUT_OF_MEMORY where as many are alive as the device has.
 * Returns a vk sampler, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_sampler rt_vk_sampler_create(rt_vk_device device, int64_t linear, int64_t repeat);

/* Frees a sampler's handle; BUSY while a submission that is not done uses it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_sampler_destroy(rt_vk_sampler sampler);

/* Copies texels from a buffer of usage 1, row after row without gaps, into an image of usage 2. `region` is x,
 * y, width, height, or of no numbers for all. What wrote the buffer in the same command buffer needs a barrier
 * before; the image needs none.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_copy_buffer_to_image(rt_vk_commands commands, rt_vk_buffer src, int64_t src_offset, rt_vk_image dst, const int64_t *region, int64_t count);

/* Copies texels from an image of usage 1 into a buffer of usage 2, as above. What wrote the image needs no
 * barrier.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_copy_image_to_buffer(rt_vk_commands commands, rt_vk_image src, const int64_t *region, int64_t count, rt_vk_buffer dst, int64_t dst_offset);

/* Brings an image into a layout by hand, which is needed only for an image that is sampled while rendering after
 * it was stored to in the same command buffer: 1 stored to, 2 drawn to, 3 depth, 5 sampled, 6 source, 7
 * destination. Waits for what is before.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_image_layout(rt_vk_commands commands, rt_vk_image image, int64_t layout);

/* ---- Vulkan: shader modules (feature vulkan) ---- */

/* A shader module from SPIR-V, little-endian words. It is read before the driver sees it: BAD_FORMAT for what is
 * no SPIR-V, UNSUPPORTED with the capability that the device has not. That a module which reads is valid beyond
 * that is the caller's promise, as `spirv-val` checks it.
 * Returns a vk shader, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_shader rt_vk_shader_load(rt_vk_device device, const void *code, int64_t len_bytes);

/* Frees a module's handle. Pipelines made of it do not need it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_destroy(rt_vk_shader shader);

/* How many entry points the module has.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_entry_count(rt_vk_shader shader);

/* The name of an entry point.
 * Returns the empty text on failure.
 * Needs feature vulkan. */
const char *rt_vk_shader_entry_name(rt_vk_shader shader, int64_t entry);
/* As rt_vk_shader_entry_name, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_shader_entry_name_copy(rt_vk_shader shader, int64_t entry, char *buffer, int64_t capacity);

/* The stage of an entry point: 1 vertex, 16 fragment, 32 compute, by Vulkan's bits.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_entry_stage(rt_vk_shader shader, int64_t entry);

/* Invocations of a compute shader's work-group along an axis, 0 to 2, with the constants that the module comes
 * with.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_workgroup_size(rt_vk_shader shader, int64_t entry, int64_t axis);

/* Bytes of push constants of an entry point, 0 where it has none.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_push_constant_size(rt_vk_shader shader, int64_t entry);

/* How many bindings an entry point uses. The rows below take an index under it, in the order of sets and
 * bindings.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_binding_count(rt_vk_shader shader, int64_t entry);

/* The set that a binding is in.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_binding_set(rt_vk_shader shader, int64_t entry, int64_t index);

/* The number that a binding has in its set.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_binding_number(rt_vk_shader shader, int64_t entry, int64_t index);

/* What it takes: 0 a sampler, 1 an image with its sampler, 2 an image to sample, 3 an image to store in, 6 a
 * uniform buffer, 7 a storage buffer, by Vulkan's numbers; UNSUPPORTED for what is not bound here.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_binding_kind(rt_vk_shader shader, int64_t entry, int64_t index);

/* How many of the kind, 1 where it is no array, 0 for an array without length.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_binding_length(rt_vk_shader shader, int64_t entry, int64_t index);

/* How many specialization constants the module has.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_constant_count(rt_vk_shader shader);

/* The id of a specialization constant, in ascending order.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_constant_id(rt_vk_shader shader, int64_t index);

/* Its bytes: 1, 2, 4 or 8.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_shader_constant_size(rt_vk_shader shader, int64_t index);

/* ---- Vulkan: pipelines and descriptor sets (feature vulkan) ---- */

/* A compute pipeline of a module's entry point; an empty name takes the only one. `constants` are pairs of a
 * specialization constant's id and its value, floats as their bits; those not named keep the module's values.
 * UNSUPPORTED where work-group, the memory that it shares, or bindings are beyond the device's limits. Compiles,
 * so it may take long.
 * Returns a vk pipeline, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_pipeline rt_vk_pipeline_compute(rt_vk_shader shader, const char *entry, int64_t len, const int64_t *constants, int64_t count);

/* A graphics pipeline of a vertex and a fragment shader, each the only one of its stage in its module. `options`
 * are numbers, each followed by what it takes; formats are Vulkan's numbers. 1 format: draws to a colour, once
 * for each. 2 format: has depth. 3 topology: 0 points, 1 lines, 2 line strip, 3 triangles (the default), 4
 * triangle strip, 5 fan. 4 culling: 0 none, 1 front, 2 back. 5 front face: 0 counter-clockwise, 1 clockwise. 6
 * blending: 0 off, 1 by alpha, 2 sum, 3 by alpha that is multiplied in. 7 comparison, write: compares depth, 0
 * never, 1 less, 2 equal, 3 less or equal, 4 greater, 5 not equal, 6 greater or equal, 7 always. 8 stride,
 * by_instance: a vertex buffer, numbered from 0. 9 location, vertex buffer, format, offset: an attribute. 10
 * fill: 0 polygons, 1 lines, 2 points. 11 id, value: a specialization constant of either shader. Viewport and
 * scissor are set while recording.
 * Returns a vk pipeline, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_pipeline rt_vk_pipeline_graphics(rt_vk_shader vertex, rt_vk_shader fragment, const int64_t *options, int64_t count);

/* Frees a pipeline's handle; BUSY while a submission that is not done uses it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_pipeline_destroy(rt_vk_pipeline pipeline);

/* Copies out what the device compiled so far, to be given to another process; the length it needs, and nothing
 * is written to a buffer that is shorter.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_pipeline_cache_read(rt_vk_device device, void *out, int64_t capacity);

/* Takes what another process compiled, so that the same pipelines are made quickly. BAD_FORMAT for bytes that
 * are cut, damaged or of another device or driver version. The driver trusts the rest, so the bytes are to come
 * from where nobody else writes.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_pipeline_cache_load(rt_vk_device device, const void *data, int64_t len_bytes);

/* A descriptor set for a pipeline's set of this number. It fits every pipeline that binds the same.
 * Returns a vk descriptor set, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_descriptor_set rt_vk_descriptor_set_create(rt_vk_pipeline pipeline, int64_t set);

/* Frees a set's handle; BUSY while a submission that is not done uses it.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_descriptor_set_destroy(rt_vk_descriptor_set set);

/* Binds bytes of a buffer to an element of a binding, 0 where it is no array; a length of -1 means to the end.
 * The set holds the buffer. BUSY while a submission that is not done uses the set; what was recorded with the
 * set must be recorded again.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_bind_buffer(rt_vk_descriptor_set set, int64_t binding, int64_t element, rt_vk_buffer buffer, int64_t offset, int64_t len_bytes);

/* Binds an image, a sampler or both to an element of a binding, as its kind wants; 0 for the one that it does
 * not take. UNSUPPORTED for a linear sampler with an image whose format has none; where shader and not binding
 * joins the two, a dispatch or draw answers so. An image to store in has the format that the module declares,
 * where it declares one. Otherwise as `rt_vk_bind_buffer`.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_bind_image(rt_vk_descriptor_set set, int64_t binding, int64_t element, rt_vk_image image, rt_vk_sampler sampler);

/* ---- Vulkan: command buffers (feature vulkan) ---- */

/* A command pool for queues of one family. Buffers of one pool are recorded one command at a time, whichever
 * threads record.
 * Returns a vk command pool, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_commands_pool rt_vk_command_pool(rt_vk_device device, int64_t family);

/* Frees a pool's handle. The pool lives on while its command buffers do.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_command_pool_destroy(rt_vk_commands_pool pool);

/* A command buffer.
 * Returns a vk command buffer, yours to free; 0 on failure.
 * Needs feature vulkan. */
rt_vk_commands rt_vk_command_buffer(rt_vk_commands_pool pool);

/* Frees a command buffer's handle; BUSY while a submission of it is not done.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_command_buffer_destroy(rt_vk_commands commands);

/* Forgets what was recorded and begins anew; BUSY while a submission of it is not done. Commands between begin
 * and end hold the objects that they use; a command that is refused is not recorded, and those before it stay.
 * Commands that depend on one another need `rt_vk_barrier` between them.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_command_begin(rt_vk_commands commands);

/* Ends recording; the buffer may then be submitted, many times, each when the one before is done. What it writes
 * is seen by the host and by what is submitted later to the same queue, without a barrier.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_command_end(rt_vk_commands commands);

/* What the parts of `from` did is done, and seen by what the parts of `to` do next: sums of 1 compute, 2 copies
 * and fills, 4 graphics, 8 the host; 0 is all.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_barrier(rt_vk_commands commands, int64_t from, int64_t to);

/* Copies bytes between buffers, or within one where they do not overlap. A length of -1 means to the end of the
 * source. The buffers have usage 1 and 2.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_copy_buffer(rt_vk_commands commands, rt_vk_buffer src, int64_t src_offset, rt_vk_buffer dst, int64_t dst_offset, int64_t len_bytes);

/* Fills bytes of a buffer of usage 2 with one 32-bit word. Offset and length are multiples of 4; -1 means to the
 * end.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_fill_buffer(rt_vk_commands commands, rt_vk_buffer dst, int64_t offset, int64_t len_bytes, int64_t word);

/* ---- Vulkan: dispatches and timestamps (feature vulkan) ---- */

/* Binds a pipeline for the dispatches, or draws, that follow in this command buffer.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_bind_pipeline(rt_vk_commands commands, rt_vk_pipeline pipeline);

/* Binds a descriptor set at its number for what follows.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_bind_descriptor_set(rt_vk_commands commands, rt_vk_descriptor_set set);

/* Gives bytes of push constants for what follows, whole words of 4. All that a pipeline declares must be given
 * before a dispatch or draw.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_push_constants(rt_vk_commands commands, int64_t offset, const void *data, int64_t len_bytes);

/* Records a dispatch of so many work-groups, 1 up to the device's limits. Pipeline, sets and push constants are
 * checked to be complete before anything is recorded. Images that are bound get the layout they need.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_dispatch(rt_vk_commands commands, int64_t x, int64_t y, int64_t z);

/* Records the time when everything before is done; its number, from 0, at most 64 in a command buffer.
 * UNSUPPORTED where the queue family has no timestamps.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_timestamp(rt_vk_commands commands);

/* Nanoseconds from one timestamp to another in the last submission, which must be done: BUSY otherwise.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_timestamp_elapsed(rt_vk_commands commands, int64_t first, int64_t second);

/* ---- Vulkan: drawing (feature vulkan) ---- */

/* Begins to draw to images of usage 16, by their handles, and depth of usage 32, or 0; all of one size. `clear`
 * has 4 numbers for each colour and one for depth, or none: what is there then stays. Viewport and scissor
 * become all of it. Between begin and end stand draws, binds and push constants alone.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_render_begin(rt_vk_commands commands, const int64_t *colors, int64_t count, rt_vk_image depth, const double *clear, int64_t clear_count);

/* Ends drawing. Images of usage 4 can then be sampled.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_render_end(rt_vk_commands commands);

/* Where the picture lies in the targets: x, y, width, height, and perhaps the nearest and farthest depth.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_viewport(rt_vk_commands commands, const double *numbers, int64_t count);

/* Which part of the targets is drawn to, in texels.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_scissor(rt_vk_commands commands, int64_t x, int64_t y, int64_t width, int64_t height);

/* Binds a buffer of usage 128, from an offset on, as the vertex buffer of this number.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_bind_vertex_buffer(rt_vk_commands commands, int64_t index, rt_vk_buffer buffer, int64_t offset);

/* Binds a buffer of usage 64, from an offset on, as indices of 4 bytes where `wide`, of 2 otherwise.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_bind_index_buffer(rt_vk_commands commands, rt_vk_buffer buffer, int64_t offset, int64_t wide);

/* Draws. Refused unless pipeline, sets, push constants and vertex buffers are complete, fit the targets, and
 * hold all that is read.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_draw(rt_vk_commands commands, int64_t vertices, int64_t instances, int64_t first_vertex, int64_t first_instance);

/* Draws vertices by their indices, to each of which `vertex_offset` is added. The indices lie in their buffer;
 * what they name beyond the vertex buffers reads as zero or another vertex of them.
 * Returns a negative code on failure.
 * Needs feature vulkan. */
int64_t rt_vk_draw_indexed(rt_vk_commands commands, int64_t indices, int64_t instances, int64_t first_index, int64_t vertex_offset, int64_t first_instance);

/* ---- Vulkan: windows (feature window) ---- */

/* A window of so many pixels inside its frame, 1 to 16384 each way, shown at once; 64 at most are open. It
 * belongs to the calling thread: rows of windows refuse others. The first thread of a process that makes one is
 * the only one that can, and on macOS it is the main thread. UNAVAILABLE names what was tried where there is no
 * display; when the display goes away later, everything about windows answers so, the program goes on, and only
 * a new process finds a display again.
 * Returns a vk window, yours to free; 0 on failure.
 * Needs feature window. */
rt_vk_window rt_vk_window_create(const char *title, int64_t len, int64_t width, int64_t height);

/* Frees a window's handle; the window leaves the screen. A surface of it stays valid, and keeps what it needs.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_destroy(rt_vk_window window);

/* Takes the next event of the window and answers its kind, RT_WINDOW_EVENT_CLOSE or its like; 0 when none came
 * in so many nanoseconds. 0 only looks, less than 0 waits for ever. Rows of events below tell of the event until
 * the next poll. Poll all windows often: between polls a desktop takes a program for hung, and of more than 1024
 * events that wait the oldest are lost.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_poll(rt_vk_window window, int64_t timeout_ns);

/* Of RESIZE its width, of SCROLL lines across, of the pointer's events where it is, in pixels from the left.
 * INVALID_ARGUMENT for events that have none, as in the rows below.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error.
 * Needs feature window. */
double rt_vk_window_event_x(rt_vk_window window);
/* As rt_vk_window_event_x, with doubles as IEEE bit patterns. */
int64_t rt_vk_window_event_x_bits(rt_vk_window window);

/* Of RESIZE its height, of SCROLL lines, of the pointer's events where it is, in pixels from the top.
 * Returns NaN on failure. An answer can have the same value: a success clears the last error.
 * Needs feature window. */
double rt_vk_window_event_y(rt_vk_window window);
/* As rt_vk_window_event_y, with doubles as IEEE bit patterns. */
int64_t rt_vk_window_event_y_bits(rt_vk_window window);

/* Of KEY_DOWN and KEY_UP the key, by its place on the keyboard: RT_KEY_A is where a US keyboard has A. These are
 * the numbers of the USB HID keyboard page; 0 is a key that has none.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_event_key(rt_vk_window window);

/* Of KEY_DOWN, whether the key was down before and repeats.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error.
 * Needs feature window. */
int64_t rt_vk_window_event_repeats(rt_vk_window window);

/* Of KEY_DOWN, what the key types with the user's keyboard layout; empty for keys that type nothing.
 * Returns the empty text on failure.
 * Needs feature window. */
const char *rt_vk_window_event_text(rt_vk_window window);
/* As rt_vk_window_event_text, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_window_event_text_copy(rt_vk_window window, char *buffer, int64_t capacity);

/* Of BUTTON_DOWN and BUTTON_UP the button: 1 left, 2 right, 3 middle, 4 back, 5 forward, others from 6 on.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_event_button(rt_vk_window window);

/* Of keys, buttons and SCROLL, the modifiers that were down: the sum of 1 shift, 2 control, 4 alt, 8 super.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_event_modifiers(rt_vk_window window);

/* Whether a key, RT_KEY_A or its like, is down as far as events were polled.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error.
 * Needs feature window. */
int64_t rt_vk_window_key_down(rt_vk_window window, int64_t key);

/* Its width in pixels as far as the last poll heard; 0 when minimised, on some desktops.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_width(rt_vk_window window);

/* Its height in pixels as far as the last poll heard; 0 when minimised, on some desktops.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_height(rt_vk_window window);

/* Asks for another size. The desktop decides; what it decided comes as an event.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_set_size(rt_vk_window window, int64_t width, int64_t height);

/* Its title, as the program set it.
 * Returns the empty text on failure.
 * Needs feature window. */
const char *rt_vk_window_title(rt_vk_window window);
/* As rt_vk_window_title, the text into a buffer; returns the length needed without the NUL. */
int64_t rt_vk_window_title_copy(rt_vk_window window, char *buffer, int64_t capacity);

/* Changes its title.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_set_title(rt_vk_window window, const char *title, int64_t len);

/* Sends it RT_WINDOW_EVENT_CLOSE, as the desktop does when somebody wants it closed: for a program's own way to
 * quit.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_window_close(rt_vk_window window);

/* ---- Vulkan: showing images (feature window) ---- */

/* A window as Vulkan shows images in it; on the thread that made the window. UNSUPPORTED names the extension
 * that the driver lacks.
 * Returns a vk surface, yours to free; 0 on failure.
 * Needs feature window. */
rt_vk_surface rt_vk_surface_create(rt_vk_instance instance, rt_vk_window window);

/* Frees a surface's handle, on any thread. The surface lives on while a swapchain of it does.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_surface_destroy(rt_vk_surface surface);

/* Whether queues of a family of a physical device present to the surface.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error.
 * Needs feature window. */
int64_t rt_vk_surface_supports(rt_vk_surface surface, int64_t physical, int64_t family);

/* A swapchain: images that are shown in the window in turn. The size counts where the desktop leaves it to
 * programs; otherwise it is the window's. With `vsync` images wait for the screen, without they come as fast as
 * the driver lets them. BUSY when the surface has a swapchain that is not freed; WOULD_BLOCK while the window
 * has no area, as when minimised: poll until it is told a size.
 * Returns a vk swapchain, yours to free; 0 on failure.
 * Needs feature window. */
rt_vk_swapchain rt_vk_swapchain_create(rt_vk_device device, rt_vk_surface surface, int64_t width, int64_t height, int64_t vsync);

/* Frees a swapchain's handle; BUSY while a submission that is not done uses one of its images. Handles of its
 * images and command buffers recorded with them may stay, and do not keep the surface from another swapchain;
 * submitting these is INVALID_ARGUMENT.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_destroy(rt_vk_swapchain swapchain);

/* Makes the swapchain anew under the same handle, for the window as it is now: after OUT_OF_DATE, and when
 * presenting answered 1. Its images are others then: free the handles of those before and ask for them again;
 * what was recorded with them is to be recorded anew. WOULD_BLOCK while the window has no area: skip drawing,
 * poll, try again.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_recreate(rt_vk_swapchain swapchain, int64_t width, int64_t height);

/* The width of its images.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_width(rt_vk_swapchain swapchain);

/* The height of its images.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_height(rt_vk_swapchain swapchain);

/* The format of its images, by Vulkan's number: 44 is B8G8R8A8_UNORM, 37 is R8G8B8A8_UNORM; no other is used.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_format(rt_vk_swapchain swapchain);

/* How many images it has.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_image_count(rt_vk_swapchain swapchain);

/* One of its images, by its index under that count: a new handle, to draw into as into any other image, or copy
 * to or from where the surface allows. It can be recorded at any time, and submitted while it is acquired.
 * Returns a vk image, yours to free; 0 on failure.
 * Needs feature window. */
rt_vk_image rt_vk_swapchain_image(rt_vk_swapchain swapchain, int64_t index);

/* Takes the next image to draw into, and answers its index. The queue, of a family that presents, waits by
 * itself until the image is free: submit to it what draws; what the image held before is gone. TIMEOUT when no
 * image became free in so many nanoseconds; 0 only looks, less than 0 waits for ever. OUT_OF_DATE: call
 * rt_vk_swapchain_recreate and acquire again. BUSY when too many are acquired. CLOSED when the surface is lost.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_swapchain_acquire(rt_vk_swapchain swapchain, rt_vk_queue queue, int64_t timeout_ns);

/* Shows an acquired image as soon as all that was submitted to the queue is done: 0, or 1 when a swapchain made
 * anew would fit better, as after a poll that heard of another size. OUT_OF_DATE when the image is not shown
 * because the window changed: call rt_vk_swapchain_recreate and draw again.
 * Returns a negative code on failure.
 * Needs feature window. */
int64_t rt_vk_present(rt_vk_queue queue, rt_vk_swapchain swapchain, int64_t index);

/* ---- Planned: kernels and pipelines ---- */

/* Planned: compiles a kernel.
 * Returns a kernel, yours to free; 0 on failure. */
rt_kernel rt_kernel_compile(rt_device device, const void *source, int64_t len, int64_t language, const char *entry, int64_t entry_len);

/* Planned: a kernel that is a function of the host.
 * Returns a kernel, yours to free; 0 on failure. */
rt_kernel rt_kernel_from_host(rt_group_fn function, void *user_data);

/* Planned: runs a kernel over tensors and scalars.
 * Returns a negative code on failure. */
int64_t rt_kernel_launch(rt_kernel kernel, const int64_t *grid, int64_t grid_len, const int64_t *block, int64_t block_len, const int64_t *args, int64_t n);

/* Planned: an empty pipeline.
 * Returns a pipeline, yours to free; 0 on failure. */
rt_pipeline rt_pipeline_new(rt_device device);

/* Planned: records a kernel.
 * Returns a negative code on failure. */
int64_t rt_pipeline_dispatch(rt_pipeline pipeline, rt_kernel kernel, const int64_t *grid, int64_t grid_len, const int64_t *args, int64_t n);

/* Planned: records a copy.
 * Returns a negative code on failure. */
int64_t rt_pipeline_copy(rt_pipeline pipeline, rt_tensor source, rt_tensor destination);

/* Planned: records a barrier.
 * Returns a negative code on failure. */
int64_t rt_pipeline_barrier(rt_pipeline pipeline);

/* Planned: ends recording.
 * Returns a negative code on failure. */
int64_t rt_pipeline_build(rt_pipeline pipeline);

/* Planned: submits, with a fence to wait on.
 * Returns a fence, yours to free; 0 on failure. */
rt_fence rt_pipeline_submit(rt_pipeline pipeline);

/* Planned: 1 when done, 0 at the timeout.
 * Returns 0 on failure. An answer can have the same value: a success clears the last error. */
int64_t rt_fence_wait(rt_fence fence, int64_t timeout_ns);

/* Planned: frees a fence.
 * Returns a negative code on failure. */
int64_t rt_fence_free(rt_fence fence);

/* ---- Planned: garbage collector (feature gc) ---- */

/* Planned: starts the collector.
 * Returns a negative code on failure. */
int64_t rt_gc_init(void);

/* Planned: collected memory; the address, 0 on failure.
 * Returns 0 on failure. */
int64_t rt_gc_malloc(int64_t len_bytes);

/* Planned: gives collected memory back early.
 * Returns a negative code on failure. */
int64_t rt_gc_free(void *address);

/* Planned: collects now.
 * Returns a negative code on failure. */
int64_t rt_gc_collect(void);

/* Planned: no collection until enabled again.
 * Returns a negative code on failure. */
int64_t rt_gc_disable(void);

/* Planned: undoes one rt_gc_disable.
 * Returns a negative code on failure. */
int64_t rt_gc_enable(void);

/* Planned: heap bytes, free bytes, collections.
 * Returns a negative code on failure. */
int64_t rt_gc_stats(int64_t *out, int64_t capacity);

#ifdef __cplusplus
}
#endif

#endif
