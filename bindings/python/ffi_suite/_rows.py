"""Constants, callback types and functions of the library. Generated from its rows; do not edit."""

from ctypes import CFUNCTYPE, c_char_p, c_double, c_int64, c_void_p

# What this header describes; rt_abi_version() tells what the library is: major << 32 | minor.
RT_ABI_VERSION_MAJOR = 0
RT_ABI_VERSION_MINOR = 2

# Element types. 0 is never one.
RT_F64 = 1  # IEEE 754 double
RT_F32 = 2  # IEEE 754 single, the default float
RT_F16 = 3  # IEEE 754 half; computed in f32, rounded once
RT_BF16 = 4  # bfloat16; computed in f32, rounded once
RT_I64 = 5  # 64-bit signed integer, the default integer
RT_I32 = 6  # 32-bit signed integer
RT_U8 = 7  # 8-bit unsigned integer
RT_BOOL = 8  # one byte, 0 or 1

# What becomes of the losses of single elements.
RT_REDUCTION_NONE = 0  # the loss of every element
RT_REDUCTION_MEAN = 1  # the mean of the losses, of rank 0
RT_REDUCTION_SUM = 2  # the sum of the losses, of rank 0

# Why a call failed, and what to do about it.
RT_ERROR_INVALID_ARGUMENT = -1001  # A value is outside what the function accepts; the message names it.
RT_ERROR_NULL_POINTER = -1002  # A pointer is NULL where memory is needed; pass a valid one.
RT_ERROR_INVALID_HANDLE = -1003  # The handle is 0, freed, of another kind or made up; pass a live one.
RT_ERROR_SHAPE_MISMATCH = -1004  # Shapes do not fit together; the message shows them.
RT_ERROR_DTYPE_MISMATCH = -1005  # The operation is not defined for these element types; convert with rt_tensor_to_dtype.
RT_ERROR_DEVICE_MISMATCH = -1006  # Operands live on different devices; move one with rt_tensor_to_device.
RT_ERROR_UNSUPPORTED = -1007  # This device or this version cannot do it; the message says why.
RT_ERROR_OUT_OF_MEMORY = -1008  # Not enough memory, also after trimming caches; free objects or use smaller sizes.
RT_ERROR_NOT_CONFIGURED = -1009  # The cargo feature is off in this build; build with the feature that the message names.
RT_ERROR_UNAVAILABLE = -1010  # A driver, device or library is missing, and the message lists what was tried; or the process was forked from the one that opened it.
RT_ERROR_DEVICE_LOST = -1011  # The device failed and refuses everything but frees; rt_device_find opens it again, as a new device with a new handle.
RT_ERROR_COMPILE_FAILED = -1012  # A kernel did not compile; the message holds the compiler's log.
RT_ERROR_IO = -1013  # A file could not be read or written; the message names it and the reason.
RT_ERROR_BAD_FORMAT = -1014  # A file or buffer does not hold what it should; nothing was changed.
RT_ERROR_TIMEOUT = -1015  # The time given passed first.
RT_ERROR_CLOSED = -1016  # The object was closed or freed while waiting.
RT_ERROR_WOULD_BLOCK = -1017  # The call would have to wait; try again later.
RT_ERROR_NOT_FOUND = -1018  # No object has this name or index.
RT_ERROR_BUSY = -1019  # The object is in use by this very call chain, or by more calls at once than are counted; finish those first.
RT_ERROR_PANIC = -1020  # A fault inside the library, caught at its edge; please report the message.
RT_ERROR_INTERNAL = -1021  # An invariant of the library does not hold; please report the message.
RT_ERROR_OUT_OF_DATE = -1022  # What it was made for has changed, as a window its size; make it anew, as the message says.

# Kinds of objects, as rt_handle_kind() tells them.
RT_KIND_DEVICE = 1
RT_KIND_TENSOR = 2
RT_KIND_MODULE = 3
RT_KIND_OPTIMIZER = 4
RT_KIND_DATALOADER = 5
RT_KIND_KERNEL = 6
RT_KIND_PIPELINE = 7
RT_KIND_FENCE = 8
RT_KIND_DATASET = 9
RT_KIND_THREAD = 16
RT_KIND_MUTEX = 17
RT_KIND_RWLOCK = 18
RT_KIND_CHANNEL = 19
RT_KIND_CONDVAR = 20
RT_KIND_BARRIER = 21
RT_KIND_SEMAPHORE = 22
RT_KIND_ONCE = 23
RT_KIND_CUDA_STREAM = 24
RT_KIND_CUDA_EVENT = 25
RT_KIND_CUDA_FUNCTION = 26
RT_KIND_ATOMIC = 27
RT_KIND_LOCAL = 28
RT_KIND_MAP = 29
RT_KIND_QUEUE = 30
RT_KIND_VK_INSTANCE = 32
RT_KIND_VK_DEVICE = 33
RT_KIND_VK_QUEUE = 34
RT_KIND_VK_BUFFER = 35
RT_KIND_VK_MEMORY = 36
RT_KIND_VK_SHADER = 37
RT_KIND_VK_PIPELINE = 38
RT_KIND_VK_COMMAND_POOL = 39
RT_KIND_VK_COMMAND_BUFFER = 40
RT_KIND_VK_FENCE = 41
RT_KIND_VK_WINDOW = 42
RT_KIND_VK_SURFACE = 43
RT_KIND_VK_SWAPCHAIN = 44
RT_KIND_VK_DESCRIPTOR_SET = 45
RT_KIND_VK_IMAGE = 46
RT_KIND_VK_SAMPLER = 47

# Wherever a device is an argument.
RT_DEVICE_DEFAULT = 1  # The calling thread's default device.

# What happened to a window, as rt_vk_window_poll() tells it; 0 is nothing.
RT_WINDOW_EVENT_CLOSE = 1  # somebody wants the window closed; it stays until it is destroyed
RT_WINDOW_EVENT_RESIZE = 2  # it has another size; 0 by 0 when minimised, on some desktops
RT_WINDOW_EVENT_REDRAW = 3  # what it shows is damaged; draw it again
RT_WINDOW_EVENT_FOCUS = 4  # keys go to it from now on
RT_WINDOW_EVENT_BLUR = 5  # keys go elsewhere from now on; those held down count as let go
RT_WINDOW_EVENT_KEY_DOWN = 6  # a key went down, or repeats
RT_WINDOW_EVENT_KEY_UP = 7  # a key went up
RT_WINDOW_EVENT_POINTER_MOVE = 8  # the pointer is at x, y
RT_WINDOW_EVENT_POINTER_ENTER = 9  # the pointer came in
RT_WINDOW_EVENT_POINTER_LEAVE = 10  # the pointer left
RT_WINDOW_EVENT_BUTTON_DOWN = 11  # a button of the pointer went down
RT_WINDOW_EVENT_BUTTON_UP = 12  # a button of the pointer went up
RT_WINDOW_EVENT_SCROLL = 13  # the wheel turned by x, y lines; y grows away from the user

# Keys by their place on the keyboard, named as on a US one: the numbers of the USB HID keyboard page.
RT_KEY_A = 4  # where A is on a US keyboard, as all keys here
RT_KEY_B = 5
RT_KEY_C = 6
RT_KEY_D = 7
RT_KEY_E = 8
RT_KEY_F = 9
RT_KEY_G = 10
RT_KEY_H = 11
RT_KEY_I = 12
RT_KEY_J = 13
RT_KEY_K = 14
RT_KEY_L = 15
RT_KEY_M = 16
RT_KEY_N = 17
RT_KEY_O = 18
RT_KEY_P = 19
RT_KEY_Q = 20
RT_KEY_R = 21
RT_KEY_S = 22
RT_KEY_T = 23
RT_KEY_U = 24
RT_KEY_V = 25
RT_KEY_W = 26
RT_KEY_X = 27
RT_KEY_Y = 28
RT_KEY_Z = 29
RT_KEY_1 = 30  # above the letters
RT_KEY_2 = 31
RT_KEY_3 = 32
RT_KEY_4 = 33
RT_KEY_5 = 34
RT_KEY_6 = 35
RT_KEY_7 = 36
RT_KEY_8 = 37
RT_KEY_9 = 38
RT_KEY_0 = 39
RT_KEY_ENTER = 40
RT_KEY_ESCAPE = 41
RT_KEY_BACKSPACE = 42
RT_KEY_TAB = 43
RT_KEY_SPACE = 44
RT_KEY_MINUS = 45
RT_KEY_EQUAL = 46
RT_KEY_BRACKET_LEFT = 47
RT_KEY_BRACKET_RIGHT = 48
RT_KEY_BACKSLASH = 49
RT_KEY_SEMICOLON = 51
RT_KEY_QUOTE = 52
RT_KEY_BACKQUOTE = 53
RT_KEY_COMMA = 54
RT_KEY_PERIOD = 55
RT_KEY_SLASH = 56
RT_KEY_CAPS_LOCK = 57
RT_KEY_F1 = 58
RT_KEY_F2 = 59
RT_KEY_F3 = 60
RT_KEY_F4 = 61
RT_KEY_F5 = 62
RT_KEY_F6 = 63
RT_KEY_F7 = 64
RT_KEY_F8 = 65
RT_KEY_F9 = 66
RT_KEY_F10 = 67
RT_KEY_F11 = 68
RT_KEY_F12 = 69
RT_KEY_PRINT_SCREEN = 70
RT_KEY_SCROLL_LOCK = 71
RT_KEY_PAUSE = 72
RT_KEY_INSERT = 73
RT_KEY_HOME = 74
RT_KEY_PAGE_UP = 75
RT_KEY_DELETE = 76
RT_KEY_END = 77
RT_KEY_PAGE_DOWN = 78
RT_KEY_RIGHT = 79
RT_KEY_LEFT = 80
RT_KEY_DOWN = 81
RT_KEY_UP = 82
RT_KEY_NUM_LOCK = 83
RT_KEY_NUMPAD_DIVIDE = 84
RT_KEY_NUMPAD_MULTIPLY = 85
RT_KEY_NUMPAD_SUBTRACT = 86
RT_KEY_NUMPAD_ADD = 87
RT_KEY_NUMPAD_ENTER = 88
RT_KEY_NUMPAD_1 = 89
RT_KEY_NUMPAD_2 = 90
RT_KEY_NUMPAD_3 = 91
RT_KEY_NUMPAD_4 = 92
RT_KEY_NUMPAD_5 = 93
RT_KEY_NUMPAD_6 = 94
RT_KEY_NUMPAD_7 = 95
RT_KEY_NUMPAD_8 = 96
RT_KEY_NUMPAD_9 = 97
RT_KEY_NUMPAD_0 = 98
RT_KEY_NUMPAD_DECIMAL = 99
RT_KEY_INTL_BACKSLASH = 100  # beside the left shift key
RT_KEY_MENU = 101
RT_KEY_POWER = 102
RT_KEY_NUMPAD_EQUAL = 103
RT_KEY_F13 = 104
RT_KEY_F14 = 105
RT_KEY_F15 = 106
RT_KEY_F16 = 107
RT_KEY_F17 = 108
RT_KEY_F18 = 109
RT_KEY_F19 = 110
RT_KEY_F20 = 111
RT_KEY_F21 = 112
RT_KEY_F22 = 113
RT_KEY_F23 = 114
RT_KEY_F24 = 115
RT_KEY_HELP = 117
RT_KEY_AGAIN = 121
RT_KEY_UNDO = 122
RT_KEY_CUT = 123
RT_KEY_COPY = 124
RT_KEY_PASTE = 125
RT_KEY_FIND = 126
RT_KEY_MUTE = 127
RT_KEY_VOLUME_UP = 128
RT_KEY_VOLUME_DOWN = 129
RT_KEY_NUMPAD_COMMA = 133
RT_KEY_INTL_RO = 135
RT_KEY_KANA = 136
RT_KEY_INTL_YEN = 137
RT_KEY_CONVERT = 138
RT_KEY_NON_CONVERT = 139
RT_KEY_LANG_1 = 144
RT_KEY_LANG_2 = 145
RT_KEY_CONTROL_LEFT = 224
RT_KEY_SHIFT_LEFT = 225
RT_KEY_ALT_LEFT = 226
RT_KEY_SUPER_LEFT = 227  # Windows, Command or Meta
RT_KEY_CONTROL_RIGHT = 228
RT_KEY_SHIFT_RIGHT = 229
RT_KEY_ALT_RIGHT = 230
RT_KEY_SUPER_RIGHT = 231

# Function types that the library calls back.
rt_log_fn = CFUNCTYPE(None, c_int64, c_void_p, c_int64, c_void_p)
rt_thread_fn = CFUNCTYPE(c_int64, c_void_p)
rt_each_fn = CFUNCTYPE(c_int64, c_int64, c_void_p)
rt_range_fn = CFUNCTYPE(c_int64, c_int64, c_int64, c_void_p)
rt_item_i64_fn = CFUNCTYPE(c_int64, c_int64, c_int64, c_void_p)
rt_item_f64_fn = CFUNCTYPE(c_int64, c_int64, c_double, c_void_p)
rt_map_fn = CFUNCTYPE(c_int64, c_int64, c_void_p)
rt_map_f64_fn = CFUNCTYPE(c_double, c_double, c_void_p)
rt_combine_i64_fn = CFUNCTYPE(c_int64, c_int64, c_int64, c_void_p)
rt_combine_f64_fn = CFUNCTYPE(c_double, c_double, c_double, c_void_p)
rt_compare_i64_fn = CFUNCTYPE(c_int64, c_int64, c_int64, c_void_p)
rt_compare_f64_fn = CFUNCTYPE(c_int64, c_double, c_double, c_void_p)
rt_progress_fn = CFUNCTYPE(None, c_int64, c_int64, c_int64, c_double, c_double, c_void_p)
rt_group_fn = CFUNCTYPE(c_int64, c_void_p, c_void_p)
rt_release_fn = CFUNCTYPE(None, c_void_p)

# Name: result, what a failure looks like, arguments, their names, docs.
ROWS = {
    "rt_abi_version": (c_int64, "negative", (), (), "The ABI version, `major << 32 | minor`. Within one major nothing is changed or removed; while the major is 0, rows may still change."),
    "rt_version": (c_char_p, "empty", (), (), "The library's version, such as \"0.1.0\". Static."),
    "rt_version_copy": (c_int64, "negative", (c_void_p, c_int64), ("buffer", "capacity"), "As rt_version, the text into a buffer; returns the length needed without the NUL."),
    "rt_build_info": (c_char_p, "empty", (), (), "How it was built: version, target, profile and features, on one line."),
    "rt_build_info_copy": (c_int64, "negative", (c_void_p, c_int64), ("buffer", "capacity"), "As rt_build_info, the text into a buffer; returns the length needed without the NUL."),
    "rt_has_feature": (c_int64, "empty", (c_char_p, c_int64), ("name", "len"), "Whether this build has a cargo feature (\"vulkan\", \"window\", \"cuda\", \"pytorch\", \"gc\"). Never fails on a name it does not know: the answer is 0."),
    "rt_log_set_callback": (c_int64, "negative", (rt_log_fn, c_void_p), ("callback", "user_data"), "Calls `callback(level, text, len, user_data)` for what happens inside, from any thread; NULL for silence, which is the default. Level 1 is an error, 2 a warning, 3 information. A call tells what it has to say before it returns. The callback may call any rt_* function, must not unwind, and is not called again once this returns with another one in place. BUSY from inside the callback itself."),
    "rt_shutdown": (c_int64, "negative", (), (), "Waits for every opened device, gives cached memory back, writes compiled kernels to disk (below `FFI_CACHE_DIR`, or the user's folder for caches) and joins the worker threads. The library can be used again afterwards. BUSY from one of its own worker threads."),
    "rt_last_error_code": (c_int64, "never", (), (), "The code of the last failure on this thread, 0 when there was none. A success clears it only where its result could be a failure's too: truth values, doubles, and what functions say of themselves."),
    "rt_last_error_message": (c_char_p, "never", (), (), "The last failure on this thread in a sentence that starts with the function's name; empty when there was none."),
    "rt_last_error_message_copy": (c_int64, "never", (c_void_p, c_int64), ("buffer", "capacity"), "As rt_last_error_message, the text into a buffer; returns the length needed without the NUL."),
    "rt_last_error_copy": (c_int64, "never", (c_void_p, c_int64), ("buffer", "capacity"), "Writes the last failure's sentence into `buffer`, cut to `capacity` bytes with its NUL. Returns the length it needs without the NUL."),
    "rt_last_error_native": (c_int64, "never", (), (), "The driver's own number for the last failure (a CUresult, a VkResult), 0 when there is none."),
    "rt_error_name": (c_char_p, "never", (c_int64,), ("code",), "The name of a code, such as \"SHAPE_MISMATCH\" for RT_ERROR_SHAPE_MISMATCH; \"OK\" for 0, \"UNKNOWN\" for what is no code. Static."),
    "rt_error_name_copy": (c_int64, "never", (c_int64, c_void_p, c_int64), ("code", "buffer", "capacity"), "As rt_error_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_error_advice": (c_char_p, "never", (c_int64,), ("code",), "What the caller can do about a code, in one sentence; empty for what is no code."),
    "rt_error_advice_copy": (c_int64, "never", (c_int64, c_void_p, c_int64), ("code", "buffer", "capacity"), "As rt_error_advice, the text into a buffer; returns the length needed without the NUL."),
    "rt_error_clear": (c_int64, "never", (), (), "Forgets the last failure on this thread."),
    "rt_retain": (c_int64, "zero", (c_int64,), ("handle",), "A new handle to the same object, to be freed on its own. Device handles come back as they are."),
    "rt_release": (c_int64, "negative", (c_int64,), ("handle",), "Frees a handle of any kind; the object goes with its last handle, and not before a call that uses it returns. 0 is a no-op, freeing twice is refused, device handles stay."),
    "rt_handle_kind": (c_int64, "negative", (c_int64,), ("handle",), "The kind of a live handle: the value of the RT_KIND_* constants."),
    "rt_handle_live": (c_int64, "negative", (c_int64,), ("kind",), "How many live handles of a kind there are, of every kind when it is 0; device handles do not count. For leak tests."),
    "rt_function_count": (c_int64, "negative", (), (), "How many exported functions there are, twins and aliases included."),
    "rt_function_name": (c_char_p, "empty", (c_int64,), ("id",), "The name of a function by its id, 0 to the count less one. Ids are valid within one process."),
    "rt_function_name_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("id", "buffer", "capacity"), "As rt_function_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_function_signature": (c_char_p, "empty", (c_int64,), ("id",), "The C prototype of a function by its id."),
    "rt_function_signature_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("id", "buffer", "capacity"), "As rt_function_signature, the text into a buffer; returns the length needed without the NUL."),
    "rt_function_find": (c_int64, "negative", (c_char_p, c_int64), ("name", "len"), "The id of a name, for loops; NOT_FOUND when there is no such function."),
    "rt_call": (c_int64, "negative", (c_char_p, c_int64, c_void_p, c_int64, c_void_p), ("name", "len", "args", "n", "result"), "Calls a function by name with all-integer arguments: doubles as their IEEE bits, pointers as addresses. `*result` gets the return value, a double as its bits. Returns 0 when the call was made; whether the called function failed is told by its own return value and the last error. The arity is checked, handles are checked by the called function."),
    "rt_call_id": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_void_p), ("id", "args", "n", "result"), "As rt_call, by id."),
    "rt_device_count": (c_int64, "negative", (), (), "How many devices can be opened: the CPU, and those whose driver and feature are there."),
    "rt_device_at": (c_int64, "zero", (c_int64,), ("index",), "Opens the device at this place, the CPU at 0. The library owns devices; freeing their handles is a no-op."),
    "rt_device_find": (c_int64, "zero", (c_char_p, c_int64), ("name", "len"), "Opens a device by name: \"cpu\", \"vulkan:0\", \"cuda:1\"; without a number it is the first. NOT_CONFIGURED names the feature that is off, UNAVAILABLE the drivers that were tried. After DEVICE_LOST it opens the device anew, under a new handle."),
    "rt_device_name": (c_char_p, "empty", (c_int64,), ("device",), "The device's name, by which rt_device_find finds it. Static."),
    "rt_device_name_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("device", "buffer", "capacity"), "As rt_device_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_device_description": (c_char_p, "empty", (c_int64,), ("device",), "The hardware's name with its driver. Static."),
    "rt_device_description_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("device", "buffer", "capacity"), "As rt_device_description, the text into a buffer; returns the length needed without the NUL."),
    "rt_device_kind": (c_char_p, "empty", (c_int64,), ("device",), "The device's family: \"cpu\", \"cuda\", \"vulkan\", \"torch\"."),
    "rt_device_kind_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("device", "buffer", "capacity"), "As rt_device_kind, the text into a buffer; returns the length needed without the NUL."),
    "rt_device_memory_total": (c_int64, "negative", (c_int64,), ("device",), "Bytes of memory the device has."),
    "rt_device_memory_free": (c_int64, "negative", (c_int64,), ("device",), "Bytes of memory free on the device now, as its driver or operating system sees it."),
    "rt_device_set_default": (c_int64, "negative", (c_int64,), ("device",), "Makes a device the calling thread's default; RT_DEVICE_DEFAULT goes back to the process's, which FFI_DEVICE names."),
    "rt_device_default": (c_int64, "zero", (), (), "The calling thread's default device. If FFI_DEVICE names a device that cannot be opened, this and every other use of the default fails and names it."),
    "rt_device_synchronize": (c_int64, "negative", (c_int64,), ("device",), "Waits until all work recorded on the device so far is done. Failures of that work surface here."),
    "rt_memory_stats": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("device", "out", "capacity"), "Writes up to five numbers about the device's allocator: bytes alive, bytes kept for reuse, the most bytes ever alive, buffers handed out, and how many of those needed the driver. Returns 5."),
    "rt_memory_trim": (c_int64, "negative", (c_int64,), ("device",), "Gives memory kept for reuse back to the driver. Returns how many bytes."),
    "rt_tensor_zeros": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64), ("dims", "ndim", "dtype", "device"), "A tensor of zeros whose shape is the `ndim` sizes in `dims`."),
    "rt_tensor_ones": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64), ("dims", "ndim", "dtype", "device"), "A tensor of ones."),
    "rt_tensor_empty": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64), ("dims", "ndim", "dtype", "device"), "A tensor whose contents are undefined until written."),
    "rt_tensor_rand": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64), ("dims", "ndim", "dtype", "device"), "Uniform random numbers in [0, 1), never 1; float dtypes, with as many random bits as they have digits (53, 24, 11, 8). The same seed gives the same numbers on every device."),
    "rt_tensor_randn": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64), ("dims", "ndim", "dtype", "device"), "Standard normal random numbers; float dtypes."),
    "rt_tensor_randint": (c_int64, "zero", (c_int64, c_int64, c_void_p, c_int64, c_int64, c_int64), ("low", "high", "dims", "ndim", "dtype", "device"), "Random integers in [low, high), which the dtype must hold; integer dtypes and bool."),
    "rt_tensor_full": (c_int64, "zero", (c_void_p, c_int64, c_double, c_int64, c_int64), ("dims", "ndim", "value", "dtype", "device"), "Every element `value`; integers truncate and saturate it."),
    "rt_tensor_full_bits": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64, c_int64), ("dims", "ndim", "value", "dtype", "device"), "As rt_tensor_full, with doubles as IEEE bit patterns."),
    "rt_tensor_full_i64": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64, c_int64), ("dims", "ndim", "value", "dtype", "device"), "Every element `value`, without passing through a double; INVALID_ARGUMENT where the integer dtype does not hold it."),
    "rt_tensor_arange": (c_int64, "zero", (c_double, c_double, c_double, c_int64, c_int64), ("start", "end", "step", "dtype", "device"), "`start, start + step, …` before `end`."),
    "rt_tensor_arange_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("start", "end", "step", "dtype", "device"), "As rt_tensor_arange, with doubles as IEEE bit patterns."),
    "rt_tensor_arange_i64": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("start", "end", "step", "dtype", "device"), "As rt_tensor_arange over integers, without passing through doubles."),
    "rt_tensor_linspace": (c_int64, "zero", (c_double, c_double, c_int64, c_int64, c_int64), ("start", "end", "count", "dtype", "device"), "`count` numbers from `start` to `end`, both included, however far they lie apart."),
    "rt_tensor_linspace_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("start", "end", "count", "dtype", "device"), "As rt_tensor_linspace, with doubles as IEEE bit patterns."),
    "rt_tensor_eye": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("rows", "columns", "dtype", "device"), "Ones on the diagonal of `rows` by `columns`, zeros elsewhere."),
    "rt_tensor_from_data": (c_int64, "zero", (c_void_p, c_int64, c_void_p, c_int64, c_int64, c_int64), ("data", "count", "dims", "ndim", "dtype", "device"), "A tensor of `count` elements copied from `data`, which holds elements of `dtype` in row-major order (a bool is one byte). `count` is the product of the dims, else SHAPE_MISMATCH."),
    "rt_tensor_zeros_like": (c_int64, "zero", (c_int64,), ("tensor",), "Zeros of the shape, the dtype and the device of another tensor, row-major; so are the others of this kind."),
    "rt_tensor_ones_like": (c_int64, "zero", (c_int64,), ("tensor",), "Ones, as rt_tensor_zeros_like."),
    "rt_tensor_empty_like": (c_int64, "zero", (c_int64,), ("tensor",), "Undefined contents, as rt_tensor_zeros_like."),
    "rt_tensor_rand_like": (c_int64, "zero", (c_int64,), ("tensor",), "Uniform random numbers in [0, 1), as rt_tensor_zeros_like."),
    "rt_tensor_randn_like": (c_int64, "zero", (c_int64,), ("tensor",), "Standard normal random numbers, as rt_tensor_zeros_like."),
    "rt_tensor_full_like": (c_int64, "zero", (c_int64, c_double), ("tensor", "value"), "Every element `value`, as rt_tensor_zeros_like; integers truncate and saturate it."),
    "rt_tensor_full_like_bits": (c_int64, "zero", (c_int64, c_int64), ("tensor", "value"), "As rt_tensor_full_like, with doubles as IEEE bit patterns."),
    "rt_tensor_full_like_i64": (c_int64, "zero", (c_int64, c_int64), ("tensor", "value"), "As rt_tensor_full_like with an integer, refused as in rt_tensor_full_i64."),
    "rt_random_seed": (c_int64, "negative", (c_int64,), ("seed",), "Starts the random sequence of this seed, for the whole process. Without it the seed is 0."),
    "rt_tensor_zeros_1d": (c_int64, "zero", (c_int64, c_int64, c_int64), ("d0", "dtype", "device"), "As rt_tensor_zeros with the shape spelled out."),
    "rt_tensor_zeros_2d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "dtype", "device"), "As rt_tensor_zeros with the shape spelled out."),
    "rt_tensor_zeros_3d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "dtype", "device"), "As rt_tensor_zeros with the shape spelled out."),
    "rt_tensor_zeros_4d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "d3", "dtype", "device"), "As rt_tensor_zeros with the shape spelled out."),
    "rt_tensor_ones_1d": (c_int64, "zero", (c_int64, c_int64, c_int64), ("d0", "dtype", "device"), "As rt_tensor_ones with the shape spelled out."),
    "rt_tensor_ones_2d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "dtype", "device"), "As rt_tensor_ones with the shape spelled out."),
    "rt_tensor_ones_3d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "dtype", "device"), "As rt_tensor_ones with the shape spelled out."),
    "rt_tensor_ones_4d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "d3", "dtype", "device"), "As rt_tensor_ones with the shape spelled out."),
    "rt_tensor_empty_1d": (c_int64, "zero", (c_int64, c_int64, c_int64), ("d0", "dtype", "device"), "As rt_tensor_empty with the shape spelled out."),
    "rt_tensor_empty_2d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "dtype", "device"), "As rt_tensor_empty with the shape spelled out."),
    "rt_tensor_empty_3d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "dtype", "device"), "As rt_tensor_empty with the shape spelled out."),
    "rt_tensor_empty_4d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "d3", "dtype", "device"), "As rt_tensor_empty with the shape spelled out."),
    "rt_tensor_rand_1d": (c_int64, "zero", (c_int64, c_int64, c_int64), ("d0", "dtype", "device"), "As rt_tensor_rand with the shape spelled out."),
    "rt_tensor_rand_2d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "dtype", "device"), "As rt_tensor_rand with the shape spelled out."),
    "rt_tensor_rand_3d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "dtype", "device"), "As rt_tensor_rand with the shape spelled out."),
    "rt_tensor_rand_4d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "d3", "dtype", "device"), "As rt_tensor_rand with the shape spelled out."),
    "rt_tensor_randn_1d": (c_int64, "zero", (c_int64, c_int64, c_int64), ("d0", "dtype", "device"), "As rt_tensor_randn with the shape spelled out."),
    "rt_tensor_randn_2d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "dtype", "device"), "As rt_tensor_randn with the shape spelled out."),
    "rt_tensor_randn_3d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "dtype", "device"), "As rt_tensor_randn with the shape spelled out."),
    "rt_tensor_randn_4d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("d0", "d1", "d2", "d3", "dtype", "device"), "As rt_tensor_randn with the shape spelled out."),
    "rt_tensor_free": (c_int64, "negative", (c_int64,), ("tensor",), "Frees a tensor's handle. 0 is a no-op, another kind or a second time is refused."),
    "rt_tensor_shape": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("tensor", "out", "capacity"), "Writes up to `capacity` sizes and returns the rank, 0 to 8."),
    "rt_tensor_ndim": (c_int64, "negative", (c_int64,), ("tensor",), "The rank."),
    "rt_tensor_numel": (c_int64, "negative", (c_int64,), ("tensor",), "How many elements."),
    "rt_tensor_dim": (c_int64, "negative", (c_int64, c_int64), ("tensor", "dim"), "The size of one dimension; negative indices count from the end."),
    "rt_tensor_stride": (c_int64, "asked", (c_int64, c_int64), ("tensor", "dim"), "The step between neighbours of one dimension, in elements. It may be 0 or negative, so a failure is told by the last error; success clears it."),
    "rt_tensor_stride_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("tensor", "dim", "out"), "As rt_tensor_stride, the result through a pointer; returns a status."),
    "rt_tensor_dtype": (c_int64, "negative", (c_int64,), ("tensor",), "The dtype: RT_F32 and its like."),
    "rt_tensor_device": (c_int64, "zero", (c_int64,), ("tensor",), "The device it lives on."),
    "rt_tensor_is_contiguous": (c_int64, "empty", (c_int64,), ("tensor",), "Whether the elements lie one after another in row-major order."),
    "rt_tensor_reshape": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "dims", "ndim"), "The same elements in the same order under other sizes, one of which may be -1 for what is left. Shares the memory where the strides allow it, else copies."),
    "rt_tensor_view": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "dims", "ndim"), "As rt_tensor_reshape, but refused where only a copy could do it. Shares the memory."),
    "rt_tensor_flatten": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "start_dim", "end_dim"), "Dimensions `start_dim` to `end_dim`, both included, as one. Shares the memory where the strides allow it, else copies; rank 0 becomes rank 1."),
    "rt_tensor_transpose": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "first", "second"), "Two dimensions swapped. Shares the memory."),
    "rt_tensor_permute": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "dims", "ndim"), "Dimensions in the order given, each named once. Shares the memory."),
    "rt_tensor_movedim": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "source", "destination"), "One dimension moved to another place, the others keeping their order. Shares the memory."),
    "rt_tensor_flip": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "dims", "n"), "The `n` dimensions in `dims`, each named once, walked from their ends. Shares the memory."),
    "rt_tensor_narrow": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "start", "length"), "`length` elements from `start` on of one dimension, all of which must be there; a negative start counts from the end. Shares the memory."),
    "rt_tensor_diagonal": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("tensor", "offset", "first", "second"), "The elements whose position along `second` is that along `first` plus `offset`: a last dimension in place of those two. Empty where the offset leaves the matrix. Shares the memory."),
    "rt_tensor_slice": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "start", "stop", "step"), "Elements `start, start + step, …` before `stop` of one dimension, with Python's rules: negative positions count from the end, positions outside are cut; INT64_MIN as `stop` of a negative step means to the first element. Shares the memory."),
    "rt_tensor_select": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "dim", "index"), "One index of one dimension, which goes. Shares the memory."),
    "rt_tensor_squeeze": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dim"), "Without one dimension of size 1. Shares the memory."),
    "rt_tensor_unsqueeze": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dim"), "With a dimension of size 1 at this place, -1 being after the last. Shares the memory."),
    "rt_tensor_expand": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "dims", "ndim"), "Stretched by the broadcasting rules; -1 keeps a size. Shares the memory. What walks every element (reductions, products, sorts, an index) refuses more than 2^40 that stand for fewer in memory."),
    "rt_tensor_broadcast_to": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "dims", "ndim"), "Another name of rt_tensor_expand."),
    "rt_tensor_copy_to": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "data", "count", "dtype"), "Copies all elements in row-major order into `data`, converted to `dtype`. `count` is how many fit; too few is refused. Waits for work on the tensor and reports its failure. Returns how many were written."),
    "rt_tensor_copy_from": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "data", "count", "dtype"), "Overwrites all elements from `data`, which holds `count` elements of `dtype` in row-major order."),
    "rt_tensor_item": (c_double, "asked", (c_int64,), ("tensor",), "The only element as a double. It may be NaN itself, so a failure is told by the last error; success clears it."),
    "rt_tensor_item_bits": (c_int64, "asked", (c_int64,), ("tensor",), "As rt_tensor_item, with doubles as IEEE bit patterns."),
    "rt_tensor_item_into": (c_int64, "negative", (c_int64, c_void_p), ("tensor", "out"), "As rt_tensor_item, the result through a pointer; returns a status."),
    "rt_tensor_item_i64": (c_int64, "asked", (c_int64,), ("tensor",), "The only element as an integer, exact for every integer dtype; floats truncate. Success clears the last error."),
    "rt_tensor_item_i64_into": (c_int64, "negative", (c_int64, c_void_p), ("tensor", "out"), "As rt_tensor_item_i64, the result through a pointer; returns a status."),
    "rt_tensor_clone": (c_int64, "zero", (c_int64,), ("tensor",), "New memory with the same elements, row-major."),
    "rt_tensor_contiguous": (c_int64, "zero", (c_int64,), ("tensor",), "The tensor itself where its elements lie in row-major order (shared memory), else a copy where they do."),
    "rt_tensor_to_dtype": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dtype"), "Converted to a dtype: floats to integers truncate and saturate, integers wrap, bool is `!= 0`. Shares the memory when the dtype is already that."),
    "rt_tensor_to_device": (c_int64, "zero", (c_int64, c_int64), ("tensor", "device"), "On another device, copied through host memory. Shares the memory when it is already there."),
    "rt_tensor_to_dlpack": (c_int64, "zero", (c_int64,), ("tensor",), "The address of a new DLManagedTensor (DLPack without a version, the capsule \"dltensor\") that shares the memory of a tensor on the CPU; 0 on failure. The memory lives until its deleter is called: once, on any thread, also after the tensor was freed. Reading or writing there while an operation runs on the tensor is not ordered with it. Where nobody takes it, rt_tensor_from_dlpack takes it back. Other devices answer UNSUPPORTED."),
    "rt_tensor_to_dlpack_versioned": (c_int64, "zero", (c_int64,), ("tensor",), "As rt_tensor_to_dlpack, but a DLManagedTensorVersioned of version 1.1 (the capsule \"dltensor_versioned\")."),
    "rt_tensor_from_dlpack": (c_int64, "zero", (c_void_p,), ("managed",), "A tensor over the memory of a DLManagedTensor, without a copy. Takes it over on success alone: its deleter is then called once, when the last tensor over the memory goes; on failure it stays the caller's. Memory of the host (DLPack device type 1), aligned to its elements, rank 0 to 8, strides of either sign or none, bools of 0 and 1; other devices are DEVICE_MISMATCH, other types DTYPE_MISMATCH. What this library exported comes back as the tensor it was."),
    "rt_tensor_from_dlpack_versioned": (c_int64, "zero", (c_void_p,), ("managed",), "As rt_tensor_from_dlpack, from a DLManagedTensorVersioned of major version 1. Memory that is flagged read-only is UNSUPPORTED, since any tensor may be written in place."),
    "rt_tensor_from_external": (c_int64, "zero", (c_void_p, c_void_p, c_int64, c_int64, c_int64, rt_release_fn, c_void_p), ("data", "dims", "ndim", "dtype", "device", "release", "user_data"), "A tensor over memory of the caller, without a copy: row-major elements from `data` on, aligned to one, on a device that takes memory of the host (the CPU; others answer UNSUPPORTED). When the last tensor over it goes, `release` (may be NULL) is called once with `user_data`, on the thread that let go, with no lock held; it may call any function but must not unwind. On failure the memory stays the caller's and `release` is not called. `data` may be NULL where there are no elements. Bools are bytes of 0 and 1. Two tensors over the same memory are not ordered against each other, nor does a gradient that needs the one notice what is written through the other."),
    "rt_tensor_fill_": (c_int64, "negative", (c_int64, c_double), ("tensor", "value"), "Overwrites every element with a value; integers truncate and saturate it."),
    "rt_tensor_fill_bits_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "value"), "As rt_tensor_fill_, with doubles as IEEE bit patterns."),
    "rt_tensor_fill_i64_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "value"), "Overwrites every element with an integer, exact beyond 2^53, refused as in rt_tensor_full_i64."),
    "rt_tensor_copy_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "source"), "Overwrites every element with those of `source`, which broadcasts, converts, and may live on another device."),
    "rt_tensor_add_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of the same memory."),
    "rt_tensor_add_scalar_": (c_int64, "negative", (c_int64, c_double), ("a", "b"), "The op with a number into a's own memory."),
    "rt_tensor_add_scalar_bits_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "As rt_tensor_add_scalar_, with doubles as IEEE bit patterns."),
    "rt_tensor_add_scalar_i64_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op with an integer into a's own memory, exact beyond 2^53."),
    "rt_tensor_sub_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of the same memory."),
    "rt_tensor_sub_scalar_": (c_int64, "negative", (c_int64, c_double), ("a", "b"), "The op with a number into a's own memory."),
    "rt_tensor_sub_scalar_bits_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "As rt_tensor_sub_scalar_, with doubles as IEEE bit patterns."),
    "rt_tensor_sub_scalar_i64_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op with an integer into a's own memory, exact beyond 2^53."),
    "rt_tensor_mul_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of the same memory."),
    "rt_tensor_mul_scalar_": (c_int64, "negative", (c_int64, c_double), ("a", "b"), "The op with a number into a's own memory."),
    "rt_tensor_mul_scalar_bits_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "As rt_tensor_mul_scalar_, with doubles as IEEE bit patterns."),
    "rt_tensor_mul_scalar_i64_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op with an integer into a's own memory, exact beyond 2^53."),
    "rt_tensor_div_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op into a's own memory, which must hold the result's dtype; b broadcasts to a's shape and may be a view of the same memory."),
    "rt_tensor_div_scalar_": (c_int64, "negative", (c_int64, c_double), ("a", "b"), "The op with a number into a's own memory."),
    "rt_tensor_div_scalar_bits_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "As rt_tensor_div_scalar_, with doubles as IEEE bit patterns."),
    "rt_tensor_div_scalar_i64_": (c_int64, "negative", (c_int64, c_int64), ("a", "b"), "The op with an integer into a's own memory, exact beyond 2^53."),
    "rt_tensor_softmax": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dim"), "e to each element over the sum of those along one dimension, computed from the largest, so that nothing overflows. Integers and bools become f32."),
    "rt_tensor_log_softmax": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dim"), "The logarithm of rt_tensor_softmax, computed without it."),
    "rt_tensor_matmul": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The matrix product. A vector counts as a row on the left and as a column on the right, and its dimension goes from the result; leading dimensions are batches and broadcast. dtypes promote; integers wrap, bools are refused."),
    "rt_tensor_sum": (c_int64, "zero", (c_int64,), ("tensor",), "The sum. Integers and bools gather in i64, wrapping; f16 and bf16 in f32, rounded once.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_sum_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The sum. Integers and bools gather in i64, wrapping; f16 and bf16 in f32, rounded once.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_mean": (c_int64, "zero", (c_int64,), ("tensor",), "The mean; NaN of nothing. Integers and bools become f32.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_mean_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The mean; NaN of nothing. Integers and bools become f32.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_prod": (c_int64, "zero", (c_int64,), ("tensor",), "The product, with the sum's dtypes.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_prod_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The product, with the sum's dtypes.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_max": (c_int64, "zero", (c_int64,), ("tensor",), "The largest element; NaN if any is. An empty range is refused.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_max_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The largest element; NaN if any is. An empty range is refused.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_min": (c_int64, "zero", (c_int64,), ("tensor",), "The smallest element; NaN if any is. An empty range is refused.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_min_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The smallest element; NaN if any is. An empty range is refused.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_argmax": (c_int64, "zero", (c_int64,), ("tensor",), "The index (i64) of the first largest element within the reduced range, counted row-major; of the first NaN if there is one. An empty range is refused.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_argmax_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The index (i64) of the first largest element within the reduced range, counted row-major; of the first NaN if there is one. An empty range is refused.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_argmin": (c_int64, "zero", (c_int64,), ("tensor",), "The index (i64) of the first smallest element within the reduced range, counted row-major; of the first NaN if there is one. An empty range is refused.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_argmin_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The index (i64) of the first smallest element within the reduced range, counted row-major; of the first NaN if there is one. An empty range is refused.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_any": (c_int64, "zero", (c_int64,), ("tensor",), "Whether any element is true (not 0); false of nothing.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_any_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "Whether any element is true (not 0); false of nothing.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_all": (c_int64, "zero", (c_int64,), ("tensor",), "Whether every element is true (not 0); true of nothing.\n\nOver all elements; the result has rank 0."),
    "rt_tensor_all_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "Whether every element is true (not 0); true of nothing.\n\nOver the `n` dimensions in `dims`, negative ones from the end; they stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_cholesky": (c_int64, "zero", (c_int64, c_int64), ("tensor", "upper"), "The triangular factor of symmetric positive definite matrices: l with a = l l^T, read from the lower triangle, or when `upper` u with a = u^T u, read from the upper one; the other triangle is not looked at. The last two dimensions are a square matrix, leading ones are batches. f32 and f64; others are DTYPE_MISMATCH. A matrix that is not positive definite is INVALID_ARGUMENT with its place in the batch."),
    "rt_tensor_solve": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The x of a x = b for square matrices a. A b of one dimension is a vector, and so is x for each matrix; otherwise the columns of b are solved for. Leading dimensions are batches and broadcast; dtypes promote, and the result is f32 or f64, others are DTYPE_MISMATCH. A singular a is INVALID_ARGUMENT with its place in the batch."),
    "rt_tensor_inverse": (c_int64, "zero", (c_int64,), ("tensor",), "The inverse of square matrices, batched over leading dimensions; f32 and f64. A singular one is INVALID_ARGUMENT with its place in the batch. To solve a system, rt_tensor_solve is faster and closer."),
    "rt_tensor_det": (c_int64, "zero", (c_int64,), ("tensor",), "The determinant of square matrices, batched over leading dimensions, which are the result's shape; f32 and f64. 0 of a singular matrix, 1 of an empty one."),
    "rt_tensor_index_select": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "dim", "index"), "The slices whose positions along `dim` an `index` of rank 1 names. Here and below an index is i64 or i32, negative positions count from the end, and one outside the dimension is INVALID_ARGUMENT before anything is written."),
    "rt_tensor_gather": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "dim", "index"), "The elements whose positions along `dim` the index names: `y[i][j] = tensor[index[i][j]][j]` for dimension 0. The result has the shape of the index, which has the tensor's rank and is no larger than it in the other dimensions."),
    "rt_tensor_take_along_dim": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "dim", "index"), "As rt_tensor_gather, after tensor and index are broadcast against each other in the other dimensions."),
    "rt_tensor_scatter": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "index", "source"), "A copy in which the elements whose positions along `dim` the index names are those of `source`: `y[index[i][j]][j] = source[i][j]` for dimension 0. Of several for one place the last in row-major order stays. The index is no larger than `source`, nor than the tensor in the other dimensions."),
    "rt_tensor_scatter_add": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "index", "source"), "As rt_tensor_scatter, with the elements of `source` added, in row-major order of the index, so that every run gives the same bits. f16 and bf16 add up in f32; integers wrap; bools are refused."),
    "rt_tensor_index_add": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "index", "source"), "A copy in which the slices of `source` along `dim` are added to the slices that an `index` of rank 1 names. `source` has the tensor's sizes, but along `dim` that of the index. Adds as rt_tensor_scatter_add does."),
    "rt_tensor_masked_fill": (c_int64, "zero", (c_int64, c_int64, c_double), ("tensor", "mask", "value"), "`value` where the mask is true (not 0), else the tensor's elements, in the tensor's dtype: integers truncate and saturate the value. The mask broadcasts to the tensor's shape."),
    "rt_tensor_masked_fill_bits": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "mask", "value"), "As rt_tensor_masked_fill, with doubles as IEEE bit patterns."),
    "rt_tensor_masked_fill_i64": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "mask", "value"), "As rt_tensor_masked_fill with an integer, refused as in rt_tensor_full_i64."),
    "rt_tensor_masked_select": (c_int64, "zero", (c_int64, c_int64), ("tensor", "mask"), "The elements at which the mask is true (not 0), in row-major order, as rank 1. Mask and tensor broadcast against each other. Waits for the mask, since the result's size depends on it."),
    "rt_tensor_nonzero": (c_int64, "zero", (c_int64,), ("tensor",), "The positions (i64) of all elements that are not 0: one row each in row-major order, one column per dimension. Waits for the tensor, since the result's size depends on it."),
    "rt_tensor_scatter_": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "index", "source"), "rt_tensor_scatter into the tensor's own memory."),
    "rt_tensor_scatter_add_": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "index", "source"), "rt_tensor_scatter_add into the tensor's own memory."),
    "rt_tensor_index_add_": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("tensor", "dim", "index", "source"), "rt_tensor_index_add into the tensor's own memory."),
    "rt_tensor_masked_fill_": (c_int64, "negative", (c_int64, c_int64, c_double), ("tensor", "mask", "value"), "rt_tensor_masked_fill into the tensor's own memory."),
    "rt_tensor_masked_fill_bits_": (c_int64, "negative", (c_int64, c_int64, c_int64), ("tensor", "mask", "value"), "As rt_tensor_masked_fill_, with doubles as IEEE bit patterns."),
    "rt_tensor_masked_fill_i64_": (c_int64, "negative", (c_int64, c_int64, c_int64), ("tensor", "mask", "value"), "rt_tensor_masked_fill_i64 into the tensor's own memory."),
    "rt_tensor_cumsum": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dim"), "The sum of all elements up to each along `dim`. Integers and bools gather in i64, wrapping; f32 in f64, f16 and bf16 in f32, each result rounded once."),
    "rt_tensor_cumprod": (c_int64, "zero", (c_int64, c_int64), ("tensor", "dim"), "The product of all elements up to each along `dim`, with the dtypes of rt_tensor_cumsum."),
    "rt_tensor_argsort": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "dim", "descending"), "The positions (i64) along `dim` in the order of their elements, the smallest first, or the largest when `descending`. Equal elements keep their order; both zeros are equal; NaN counts as the largest, so it is last, or first when `descending`."),
    "rt_tensor_sort": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p, c_void_p), ("tensor", "dim", "descending", "values", "indices"), "The elements in order along `dim` and the position (i64) that each had, with the order of rt_tensor_argsort: two new tensors, whose handles are written on success, to two different places."),
    "rt_tensor_topk": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_void_p, c_void_p), ("tensor", "k", "dim", "largest", "values", "indices"), "The `k` largest elements along `dim` (the smallest unless `largest`), in order, and the position (i64) of each: two new tensors, whose handles are written on success, to two different places. Of equal elements those at smaller positions come first. `k` is at most the dimension's size."),
    "rt_tensor_cat": (c_int64, "zero", (c_void_p, c_int64, c_int64), ("tensors", "n", "dim"), "The tensors of the `n` handles in `tensors` one after another along `dim`, in new memory. They have the same sizes but along `dim`; dtypes promote. There is at least one."),
    "rt_tensor_stack": (c_int64, "zero", (c_void_p, c_int64, c_int64), ("tensors", "n", "dim"), "The tensors of the `n` handles in `tensors` one after another along a new dimension at this place, -1 being after the last, in new memory. They have the same sizes; dtypes promote. There is at least one."),
    "rt_tensor_split": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p, c_int64), ("tensor", "size", "dim", "out", "capacity"), "Pieces of `size` along `dim`, the last of which may be shorter, as new handles that share the tensor's memory. Returns how many there are (an empty dimension is one empty piece); a capacity of 0 asks for that alone and makes none, any other that is too small is refused."),
    "rt_tensor_chunk": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p, c_int64), ("tensor", "chunks", "dim", "out", "capacity"), "At most `chunks` pieces of one size along `dim`, the last of which may be shorter, handed out as rt_tensor_split does."),
    "rt_tensor_repeat": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "repeats", "n"), "The tensor `repeats[i]` times over along dimension i, in new memory. A list longer than the rank counts for new dimensions in front."),
    "rt_tensor_tile": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "repeats", "n"), "As rt_tensor_repeat; a list shorter than the rank counts for the last dimensions."),
    "rt_tensor_roll": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "shift", "dim"), "Moved along `dim` by `shift` places, in new memory; what leaves at one end comes back at the other."),
    "rt_tensor_var": (c_int64, "zero", (c_int64,), ("tensor",), "The variance of all elements, of rank 0: the squared distances from the mean, summed and divided by the count less 1; NaN of fewer than two. Two passes, so that a mean far from 0 costs no digits. Integers and bools become f32; f16 and bf16 are computed in f32."),
    "rt_tensor_var_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64, c_int64), ("tensor", "dims", "n", "correction", "keepdim"), "rt_tensor_var over the `n` dimensions in `dims`, dividing by the count less `correction`: 1 for a sample, 0 for a whole population. They stay with size 1 when `keepdim`, else they go."),
    "rt_tensor_std": (c_int64, "zero", (c_int64,), ("tensor",), "The standard deviation, the square root of rt_tensor_var."),
    "rt_tensor_std_dims": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64, c_int64), ("tensor", "dims", "n", "correction", "keepdim"), "The square root of rt_tensor_var_dims."),
    "rt_tensor_norm": (c_int64, "zero", (c_int64, c_double), ("tensor", "p"), "The p-norm of all elements, of rank 0: the p-th root of the sum of the p-th powers of the magnitudes. p = 0 counts what is not 0, infinity gives the largest magnitude, minus infinity the smallest (both refuse an empty range); any other p is above 0. Integers and bools become f32; f16 and bf16 are computed in f32."),
    "rt_tensor_norm_bits": (c_int64, "zero", (c_int64, c_int64), ("tensor", "p"), "As rt_tensor_norm, with doubles as IEEE bit patterns."),
    "rt_tensor_norm_dims": (c_int64, "zero", (c_int64, c_double, c_void_p, c_int64, c_int64), ("tensor", "p", "dims", "n", "keepdim"), "rt_tensor_norm over the `n` dimensions in `dims`, which stay with size 1 when `keepdim`, else go."),
    "rt_tensor_norm_dims_bits": (c_int64, "zero", (c_int64, c_int64, c_void_p, c_int64, c_int64), ("tensor", "p", "dims", "n", "keepdim"), "As rt_tensor_norm_dims, with doubles as IEEE bit patterns."),
    "rt_tensor_logsumexp": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "dims", "n", "keepdim"), "The logarithm of the sum of e to each element over the `n` dimensions in `dims`, computed from the largest, so that nothing overflows. They stay with size 1 when `keepdim`, else they go. An empty range is refused."),
    "rt_tensor_dot": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The inner product of two vectors of one length, of rank 0, with the dtypes of rt_tensor_matmul."),
    "rt_tensor_outer": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Every product of an element of vector `a` with one of vector `b`, a row for each of `a`."),
    "rt_tensor_bmm": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The products of as many matrices: both have rank 3 and the same first size."),
    "rt_tensor_triu": (c_int64, "zero", (c_int64, c_int64), ("tensor", "diagonal"), "The part of each matrix (the last two dimensions) on and above a diagonal, zeros elsewhere. Diagonal 0 is the main one, 1 lies above it, -1 below."),
    "rt_tensor_tril": (c_int64, "zero", (c_int64, c_int64), ("tensor", "diagonal"), "As rt_tensor_triu, the part on and below the diagonal."),
    "rt_tensor_trace": (c_int64, "zero", (c_int64,), ("tensor",), "The sum of the main diagonal of a tensor of rank 2, of rank 0, with the dtypes of rt_tensor_sum."),
    "rt_tensor_set_requires_grad": (c_int64, "negative", (c_int64, c_int64), ("tensor", "wanted"), "Whether gradients are wanted for a tensor: ops over it are recorded from now on, and rt_tensor_backward of what comes from it adds to its gradient. Floats alone. Wants are the tensor's own: views and handles made from it before stay as they were. What an op recorded wants gradients in any case."),
    "rt_tensor_requires_grad": (c_int64, "empty", (c_int64,), ("tensor",), "Whether gradients are computed for it, because it wants them or something that it came from does."),
    "rt_tensor_is_leaf": (c_int64, "empty", (c_int64,), ("tensor",), "Whether no op recorded it: where gradients end and gather."),
    "rt_tensor_backward": (c_int64, "negative", (c_int64,), ("tensor",), "Adds to every leaf that the tensor, of one element, came from the gradient of this one by that leaf. The record is used up. A tensor that an op wrote in place after its values were needed is refused instead of giving a wrong gradient."),
    "rt_tensor_backward_with": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("tensor", "gradient", "retain_graph", "create_graph"), "As rt_tensor_backward. `gradient` is that of the tensor itself, of its shape and dtype, 0 for 1 where it has one element. `retain_graph` keeps the record for another call; `create_graph` keeps it too and also records this call, so that the gradients can be differentiated: each then leads back to its tensor, and both live until rt_tensor_zero_grad parts them."),
    "rt_tensor_gradient": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("tensor", "by", "gradient", "retain_graph", "create_graph"), "The gradient of `tensor` by `by`, as a new tensor; no tensor's own gradient changes. NOT_FOUND where the one does not come from the other. The other parameters are those of rt_tensor_backward_with."),
    "rt_tensor_grad": (c_int64, "zero", (c_int64,), ("tensor",), "The gradient gathered so far, as a new handle; NOT_FOUND when there is none. Later gradients do not change it."),
    "rt_tensor_set_grad": (c_int64, "negative", (c_int64, c_int64), ("tensor", "gradient"), "Sets the gradient, of the tensor's shape, dtype and device, without its record; 0 forgets it."),
    "rt_tensor_zero_grad": (c_int64, "negative", (c_int64,), ("tensor",), "Forgets the gradient."),
    "rt_tensor_retain_grad": (c_int64, "negative", (c_int64,), ("tensor",), "Keeps the gradient of a tensor that an op made; those of leaves are kept anyhow."),
    "rt_tensor_detach": (c_int64, "zero", (c_int64,), ("tensor",), "The same memory without a record: gradients end here."),
    "rt_no_grad_begin": (c_int64, "negative", (), (), "Stops recording on this thread until rt_no_grad_end; calls nest."),
    "rt_no_grad_end": (c_int64, "negative", (), (), "Ends one rt_no_grad_begin of this thread."),
    "rt_grad_enabled": (c_int64, "empty", (), (), "Whether this thread records."),
    "rt_module_free": (c_int64, "negative", (c_int64,), ("module",), "Frees a module's handle. Its parameters live on where other handles share them."),
    "rt_module_forward": (c_int64, "zero", (c_int64, c_int64), ("module", "input"), "The module's result for an input."),
    "rt_module_parameter_count": (c_int64, "negative", (c_int64,), ("module",), "How many parameters it has, those of modules in it included."),
    "rt_module_parameter": (c_int64, "zero", (c_int64, c_int64), ("module", "index"), "The parameter with this number, in a fixed order. Shares the memory and gathers the gradient."),
    "rt_module_parameter_named": (c_int64, "zero", (c_int64, c_char_p, c_int64), ("module", "name", "len"), "The parameter with this name, as `0.weight` for the weight of the first module of a sequence."),
    "rt_module_parameter_name": (c_char_p, "empty", (c_int64, c_int64), ("module", "index"), "The name of the parameter with this number."),
    "rt_module_parameter_name_copy": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("module", "index", "buffer", "capacity"), "As rt_module_parameter_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_module_buffer_named": (c_int64, "zero", (c_int64, c_char_p, c_int64), ("module", "name", "len"), "The buffer with this name: what is kept with the parameters but not learned, as the `running_mean` of a batch normalisation. Shares the memory."),
    "rt_module_train": (c_int64, "negative", (c_int64, c_int64), ("module", "training"), "Training or evaluation mode, for the modules in it too; a module starts in training mode."),
    "rt_module_is_training": (c_int64, "empty", (c_int64,), ("module",), "Whether it is in training mode."),
    "rt_module_zero_grad": (c_int64, "negative", (c_int64,), ("module",), "Forgets the gradients of all parameters."),
    "rt_nn_linear": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("inputs", "outputs", "bias", "dtype", "device"), "A fully connected layer: `input @ weight^T + bias`, the weight of shape `[outputs, inputs]`. Parameters start uniform between plus and minus one over the root of `inputs`."),
    "rt_nn_sequential": (c_int64, "zero", (c_void_p, c_int64), ("modules", "n"), "Modules one after another. They are shared, not copied. At most 64 of them within one another."),
    "rt_nn_conv2d": (c_int64, "zero", (c_int64, c_int64, c_void_p, c_int64, c_int64, c_int64, c_int64), ("channels_in", "channels_out", "spec", "n", "bias", "dtype", "device"), "The module of rt_tensor_conv2d. `spec` holds the kernel's height and width and then the options of that function. The weight has shape `[channels_out, channels_in / groups, height, width]`; parameters start as those of rt_nn_linear, the inputs being those of one output."),
    "rt_nn_max_pool2d": (c_int64, "zero", (c_void_p, c_int64), ("spec", "n"), "The module of rt_tensor_max_pool2d."),
    "rt_nn_avg_pool2d": (c_int64, "zero", (c_void_p, c_int64), ("spec", "n"), "The module of rt_tensor_avg_pool2d."),
    "rt_nn_batch_norm": (c_int64, "zero", (c_int64, c_double, c_double, c_int64, c_int64), ("features", "epsilon", "momentum", "dtype", "device"), "The module of rt_tensor_batch_norm over `[batch, features, …]`: parameters `weight` and `bias`, buffers `running_mean` and `running_var`. In training the batch's own statistics are used and go into the buffers; in evaluation the buffers are used."),
    "rt_nn_batch_norm_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("features", "epsilon", "momentum", "dtype", "device"), "As rt_nn_batch_norm, with doubles as IEEE bit patterns."),
    "rt_nn_layer_norm": (c_int64, "zero", (c_void_p, c_int64, c_double, c_int64, c_int64), ("dims", "n", "epsilon", "dtype", "device"), "The module of rt_tensor_layer_norm over last dimensions of these sizes, with parameters `weight` and `bias`."),
    "rt_nn_layer_norm_bits": (c_int64, "zero", (c_void_p, c_int64, c_int64, c_int64, c_int64), ("dims", "n", "epsilon", "dtype", "device"), "As rt_nn_layer_norm, with doubles as IEEE bit patterns."),
    "rt_nn_dropout": (c_int64, "zero", (c_double,), ("probability",), "The module of rt_tensor_dropout: in evaluation it changes nothing."),
    "rt_nn_dropout_bits": (c_int64, "zero", (c_int64,), ("probability",), "As rt_nn_dropout, with doubles as IEEE bit patterns."),
    "rt_nn_embedding": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("count", "features", "dtype", "device"), "The module of rt_tensor_embedding: its weight is `[count, features]` and starts normal."),
    "rt_nn_flatten": (c_int64, "zero", (c_int64, c_int64), ("start_dim", "end_dim"), "The module of rt_tensor_flatten: 1 and -1 make a row of each element of a batch."),
    "rt_nn_rnn": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("inputs", "hidden", "layers", "bias", "dtype", "device"), "Recurrent layers with tanh over `[steps, batch, inputs]`, from zeros on; rt_nn_rnn_forward takes and gives states. Parameters `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_ih_l1` and so on start uniform between plus and minus one over the root of `hidden`."),
    "rt_nn_lstm": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("inputs", "hidden", "layers", "bias", "dtype", "device"), "Long short-term memory, as rt_nn_rnn; rt_nn_lstm_forward takes and gives states. Gates lie in the order input, forget, candidate, output."),
    "rt_nn_gru": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("inputs", "hidden", "layers", "bias", "dtype", "device"), "Gated recurrent layers, as rt_nn_rnn; rt_nn_gru_forward takes and gives states. Gates lie in the order reset, update, new."),
    "rt_nn_multi_head_attention": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("features", "heads", "bias", "dtype", "device"), "Attention by several heads over `[steps, batch, features]`; `heads` divides the features. rt_module_forward lets the input ask itself, rt_nn_multi_head_attention_forward takes queries, keys, values and a mask. Parameters are `in_proj_weight`, `in_proj_bias`, `out_proj.weight` and `out_proj.bias`."),
    "rt_nn_rnn_forward": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p, c_void_p), ("module", "tensor", "hidden", "output", "hidden_out"), "rt_module_forward of what rt_nn_rnn made, with the states of rt_tensor_rnn."),
    "rt_nn_gru_forward": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p, c_void_p), ("module", "tensor", "hidden", "output", "hidden_out"), "rt_module_forward of what rt_nn_gru made, with the states of rt_tensor_rnn."),
    "rt_nn_lstm_forward": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p), ("module", "tensor", "hidden", "cell", "output", "hidden_out", "cell_out"), "rt_module_forward of what rt_nn_lstm made, with the states of rt_tensor_lstm."),
    "rt_nn_multi_head_attention_forward": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "query", "key", "value", "mask", "causal"), "What rt_nn_multi_head_attention made, over queries, keys and values `[steps, batch, features]`, the mask broadcast to `[batch, heads, queries, keys]`; see rt_tensor_scaled_dot_product_attention."),
    "rt_nn_relu": (c_int64, "zero", (), (), "The module of rt_tensor_relu."),
    "rt_nn_sigmoid": (c_int64, "zero", (), (), "The module of rt_tensor_sigmoid."),
    "rt_nn_tanh": (c_int64, "zero", (), (), "The module of rt_tensor_tanh."),
    "rt_nn_gelu": (c_int64, "zero", (), (), "The module of rt_tensor_gelu."),
    "rt_nn_silu": (c_int64, "zero", (), (), "The module of rt_tensor_silu."),
    "rt_nn_softplus": (c_int64, "zero", (), (), "The module of rt_tensor_softplus."),
    "rt_nn_leaky_relu": (c_int64, "zero", (c_double,), ("slope",), "The module of rt_tensor_leaky_relu."),
    "rt_nn_leaky_relu_bits": (c_int64, "zero", (c_int64,), ("slope",), "As rt_nn_leaky_relu, with doubles as IEEE bit patterns."),
    "rt_nn_elu": (c_int64, "zero", (c_double,), ("alpha",), "The module of rt_tensor_elu."),
    "rt_nn_elu_bits": (c_int64, "zero", (c_int64,), ("alpha",), "As rt_nn_elu, with doubles as IEEE bit patterns."),
    "rt_nn_softmax": (c_int64, "zero", (c_int64,), ("dim",), "The module of rt_tensor_softmax."),
    "rt_nn_log_softmax": (c_int64, "zero", (c_int64,), ("dim",), "The module of rt_tensor_log_softmax."),
    "rt_tensor_leaky_relu": (c_int64, "zero", (c_int64, c_double), ("tensor", "slope"), "The elements where they are above 0, else times `slope`. Integers and bools become f32."),
    "rt_tensor_leaky_relu_bits": (c_int64, "zero", (c_int64, c_int64), ("tensor", "slope"), "As rt_tensor_leaky_relu, with doubles as IEEE bit patterns."),
    "rt_tensor_elu": (c_int64, "zero", (c_int64, c_double), ("tensor", "alpha"), "The elements where they are above 0, else `alpha (e^x - 1)` (Clevert, 2015). Integers and bools become f32."),
    "rt_tensor_elu_bits": (c_int64, "zero", (c_int64, c_int64), ("tensor", "alpha"), "As rt_tensor_elu, with doubles as IEEE bit patterns."),
    "rt_tensor_pad": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_double), ("tensor", "padding", "n", "value"), "With `value` around it. `padding` holds how many before and how many behind, a pair for each dimension from the last on."),
    "rt_tensor_pad_bits": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64), ("tensor", "padding", "n", "value"), "As rt_tensor_pad, with doubles as IEEE bit patterns."),
    "rt_tensor_linear": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "weight", "bias"), "`tensor @ weight^T + bias` over `[…, inputs]`: weight `[outputs, inputs]`, bias `[outputs]` or 0; `[…, outputs]`."),
    "rt_tensor_conv2d": (c_int64, "zero", (c_int64, c_int64, c_int64, c_void_p, c_int64), ("tensor", "weight", "bias", "options", "n"), "A two-dimensional convolution of `[batch, channels, height, width]` with a weight `[outputs, channels / groups, height, width]` and, if not 0, a bias `[outputs]`. `options` are stride, padding and dilation, two numbers each, down and across, and groups; what the list leaves out is 1, 0, 1 and 1, and one number of a pair stands for both."),
    "rt_tensor_max_pool2d": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "spec", "n"), "The largest element of each window of `[batch, channels, height, width]`. `spec` are kernel, stride and padding, two numbers each, down and across; a stride left out is the kernel's size, a padding 0, and one number of a pair stands for both. Padding is at most half the kernel and never the largest. Elements that are equally large share the gradient."),
    "rt_tensor_avg_pool2d": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("tensor", "spec", "n"), "The mean of each window, as rt_tensor_max_pool2d; padding counts as zeros."),
    "rt_tensor_batch_norm": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64, c_double, c_double), ("tensor", "running_mean", "running_var", "weight", "bias", "training", "momentum", "epsilon"), "Each channel (dimension 1) less its mean, over the root of its variance plus `epsilon`, times the weight plus the bias. In training these are the batch's own over all other dimensions (Ioffe and Szegedy, 2015), at least two numbers a channel, and go with the share `momentum` into the running ones (the variance as of a sample); else they are the running ones. All tensors but the first have one number a channel."),
    "rt_tensor_batch_norm_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("tensor", "running_mean", "running_var", "weight", "bias", "training", "momentum", "epsilon"), "As rt_tensor_batch_norm, with doubles as IEEE bit patterns."),
    "rt_tensor_layer_norm": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64, c_int64, c_double), ("tensor", "dims", "n", "weight", "bias", "epsilon"), "Each element of the leading dimensions less its mean, over the root of its variance plus `epsilon`, both over the last dimensions, whose sizes are the `n` in `dims`; times the weight plus the bias, which have those sizes (Ba, 2016)."),
    "rt_tensor_layer_norm_bits": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64, c_int64, c_int64), ("tensor", "dims", "n", "weight", "bias", "epsilon"), "As rt_tensor_layer_norm, with doubles as IEEE bit patterns."),
    "rt_tensor_dropout": (c_int64, "zero", (c_int64, c_double, c_int64), ("tensor", "probability", "training"), "In training, each element is 0 with this probability, from the generator of rt_random_seed, and the others are divided by that of staying (Srivastava, 2014). Else the tensor itself."),
    "rt_tensor_dropout_bits": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "probability", "training"), "As rt_tensor_dropout, with doubles as IEEE bit patterns."),
    "rt_tensor_embedding": (c_int64, "zero", (c_int64, c_int64), ("indices", "weight"), "The rows of a weight `[count, features]` that an i64 or i32 tensor of any shape names: its shape, and the features behind. Negative indices count from the end; one outside is INVALID_ARGUMENT."),
    "rt_tensor_scaled_dot_product_attention": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("query", "key", "value", "mask", "causal"), "`softmax(query @ key^T / sqrt(features)) @ value` (Vaswani, 2017) over `[…, queries, features]`, `[…, keys, features]` and `[…, keys, values]`. A mask broadcasts to `[…, queries, keys]`: of bools it is true where a query sees a key, of numbers it is added before the softmax. With `causal`, query i sees no key after i. A query that sees nothing gives NaN."),
    "rt_tensor_multi_head_attention": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_void_p, c_int64, c_int64, c_int64), ("query", "key", "value", "mask", "tensors", "n", "heads", "causal"), "rt_tensor_scaled_dot_product_attention by several heads over `[steps, batch, features]`: queries, keys and values go through one weight each, every head sees its own part of the features, and a last weight joins what they found. `tensors` are the parameters of rt_nn_multi_head_attention in their order, four, or the two weights alone. The mask broadcasts to `[batch, heads, queries, keys]`."),
    "rt_tensor_rnn": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64, c_void_p, c_void_p), ("tensor", "hidden", "tensors", "n", "output", "hidden_out"), "Recurrent layers over `[steps, batch, inputs]`: `h = tanh(W x + b + V h + c)`. `tensors` are the weights of all layers in the order of rt_nn_rnn's parameters, four a layer, or two where there are no biases. `hidden` is the state before, `[layers, batch, hidden]`, 0 for zeros. Writes two new tensors on success, to different places: `[steps, batch, hidden]` of the last layer, and the state behind. All tensors are floats of one dtype, which integers in the first become; there is at least one step, row and hidden feature."),
    "rt_tensor_gru": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64, c_void_p, c_void_p), ("tensor", "hidden", "tensors", "n", "output", "hidden_out"), "As rt_tensor_rnn for gated layers (Cho, 2014), whose weights have the gates reset, update, new below one another: `h = (1 - u) n + u h`, where `r` and `u` are sigmoids of `W x + b + V h + c` and `n = tanh(W x + b + r (V h + c))`."),
    "rt_tensor_lstm": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_void_p), ("tensor", "hidden", "cell", "tensors", "n", "output", "hidden_out", "cell_out"), "As rt_tensor_rnn for long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, 2000), whose weights have the gates input, forget, candidate, output below one another, and which has a second state, its cells: `c = f c + i g` and `h = o tanh(c)`, where `i`, `f` and `o` are sigmoids of `W x + b + V h + c` and `g` its tanh."),
    "rt_tensor_mse_loss": (c_int64, "zero", (c_int64, c_int64, c_int64), ("input", "target", "reduction"), "The squared distance of input and target."),
    "rt_tensor_l1_loss": (c_int64, "zero", (c_int64, c_int64, c_int64), ("input", "target", "reduction"), "The distance of input and target."),
    "rt_tensor_huber_loss": (c_int64, "zero", (c_int64, c_int64, c_double, c_int64), ("input", "target", "delta", "reduction"), "Half the squared distance where it is below `delta`, else `delta (distance - delta / 2)` (Huber, 1964); `delta` is above 0."),
    "rt_tensor_huber_loss_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("input", "target", "delta", "reduction"), "As rt_tensor_huber_loss, with doubles as IEEE bit patterns."),
    "rt_tensor_cross_entropy": (c_int64, "zero", (c_int64, c_int64, c_int64), ("input", "target", "reduction"), "The negative logarithm of the softmax of `input`, `[batch, classes, …]` or `[classes]`, at the class that `target` names: i64 or i32 of the input's shape without the classes. Negative classes count from the end, one outside is INVALID_ARGUMENT."),
    "rt_tensor_nll_loss": (c_int64, "zero", (c_int64, c_int64, c_int64), ("input", "target", "reduction"), "As rt_tensor_cross_entropy, of an input that is the logarithm of probabilities already."),
    "rt_tensor_binary_cross_entropy": (c_int64, "zero", (c_int64, c_int64, c_int64), ("input", "target", "reduction"), "The negative logarithm of the probability `input` of what is true with the probability `target`. Logarithms end at -100, so that 0 and 1 give finite losses."),
    "rt_tensor_binary_cross_entropy_with_logits": (c_int64, "zero", (c_int64, c_int64, c_int64), ("input", "target", "reduction"), "rt_tensor_binary_cross_entropy of the sigmoid of `input`, computed without it, so that nothing is lost far from 0."),
    "rt_init_uniform_": (c_int64, "negative", (c_int64, c_double, c_double), ("tensor", "low", "high"), "Uniform random numbers between `low` and `high`."),
    "rt_init_uniform_bits_": (c_int64, "negative", (c_int64, c_int64, c_int64), ("tensor", "low", "high"), "As rt_init_uniform_, with doubles as IEEE bit patterns."),
    "rt_init_normal_": (c_int64, "negative", (c_int64, c_double, c_double), ("tensor", "mean", "std"), "Normal random numbers of this mean and standard deviation."),
    "rt_init_normal_bits_": (c_int64, "negative", (c_int64, c_int64, c_int64), ("tensor", "mean", "std"), "As rt_init_normal_, with doubles as IEEE bit patterns."),
    "rt_init_xavier_uniform_": (c_int64, "negative", (c_int64, c_double), ("tensor", "gain"), "Uniform between plus and minus `gain sqrt(6 / (inputs + outputs))`, of a weight `[outputs, inputs, …]`; a kernel's elements count for both (Glorot and Bengio, 2010)."),
    "rt_init_xavier_uniform_bits_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "gain"), "As rt_init_xavier_uniform_, with doubles as IEEE bit patterns."),
    "rt_init_kaiming_uniform_": (c_int64, "negative", (c_int64, c_double), ("tensor", "slope"), "Uniform between plus and minus `sqrt(6 / ((1 + slope^2) inputs))`, of a weight `[outputs, inputs, …]` before a leaky ReLU of this slope (He, 2015); 0 stands for a ReLU."),
    "rt_init_kaiming_uniform_bits_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "slope"), "As rt_init_kaiming_uniform_, with doubles as IEEE bit patterns."),
    "rt_init_xavier_normal_": (c_int64, "negative", (c_int64, c_double), ("tensor", "gain"), "Normal with the standard deviation `gain sqrt(2 / (inputs + outputs))`, as rt_init_xavier_uniform_."),
    "rt_init_xavier_normal_bits_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "gain"), "As rt_init_xavier_normal_, with doubles as IEEE bit patterns."),
    "rt_init_kaiming_normal_": (c_int64, "negative", (c_int64, c_double), ("tensor", "slope"), "Normal with the standard deviation `sqrt(2 / ((1 + slope^2) inputs))`, as rt_init_kaiming_uniform_."),
    "rt_init_kaiming_normal_bits_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "slope"), "As rt_init_kaiming_normal_, with doubles as IEEE bit patterns."),
    "rt_init_zeros_": (c_int64, "negative", (c_int64,), ("tensor",), "Zeros."),
    "rt_init_ones_": (c_int64, "negative", (c_int64,), ("tensor",), "Ones."),
    "rt_init_constant_": (c_int64, "negative", (c_int64, c_double), ("tensor", "value"), "One number everywhere."),
    "rt_init_constant_bits_": (c_int64, "negative", (c_int64, c_int64), ("tensor", "value"), "As rt_init_constant_, with doubles as IEEE bit patterns."),
    "rt_optim_sgd": (c_int64, "zero", (c_int64, c_double, c_double, c_double, c_double), ("module", "learning_rate", "momentum", "dampening", "weight_decay"), "Stochastic gradient descent over a module's parameters as they are now: `b = momentum b + (1 - dampening) g; p -= learning_rate b`, where g is the gradient with `weight_decay p` added. The first b is g; without momentum there is no dampening."),
    "rt_optim_sgd_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "momentum", "dampening", "weight_decay"), "As rt_optim_sgd, with doubles as IEEE bit patterns."),
    "rt_optim_sgd_nesterov": (c_int64, "zero", (c_int64, c_double, c_double, c_double), ("module", "learning_rate", "momentum", "weight_decay"), "As rt_optim_sgd with Nesterov's momentum, above 0: `p -= learning_rate (g + momentum b)`."),
    "rt_optim_sgd_nesterov_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "momentum", "weight_decay"), "As rt_optim_sgd_nesterov, with doubles as IEEE bit patterns."),
    "rt_optim_adam": (c_int64, "zero", (c_int64, c_double, c_double, c_double, c_double), ("module", "learning_rate", "beta1", "beta2", "epsilon"), "Adam (Kingma and Ba 2015): means of gradients and of their squares, with the shares `beta1` and `beta2` below 1; `epsilon` is added to the root of the second. PyTorch's defaults are 0.001, 0.9, 0.999, 1e-8."),
    "rt_optim_adam_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "beta1", "beta2", "epsilon"), "As rt_optim_adam, with doubles as IEEE bit patterns."),
    "rt_optim_adamw": (c_int64, "zero", (c_int64, c_double, c_double, c_double, c_double, c_double), ("module", "learning_rate", "beta1", "beta2", "epsilon", "weight_decay"), "Adam with decoupled weight decay (Loshchilov and Hutter 2019): each step first shrinks p by `learning_rate weight_decay` of it."),
    "rt_optim_adamw_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "beta1", "beta2", "epsilon", "weight_decay"), "As rt_optim_adamw, with doubles as IEEE bit patterns."),
    "rt_optim_rmsprop": (c_int64, "zero", (c_int64, c_double, c_double, c_double, c_double, c_double), ("module", "learning_rate", "alpha", "epsilon", "momentum", "weight_decay"), "RMSprop: `v = alpha v + (1 - alpha) g^2; b = momentum b + g / (sqrt(v) + epsilon); p -= learning_rate b`, where g is the gradient with `weight_decay p` added. PyTorch's defaults are 0.01, 0.99, 1e-8, 0, 0."),
    "rt_optim_rmsprop_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "alpha", "epsilon", "momentum", "weight_decay"), "As rt_optim_rmsprop, with doubles as IEEE bit patterns."),
    "rt_optim_rmsprop_centered": (c_int64, "zero", (c_int64, c_double, c_double, c_double, c_double, c_double), ("module", "learning_rate", "alpha", "epsilon", "momentum", "weight_decay"), "As rt_optim_rmsprop, centered: `m = alpha m + (1 - alpha) g`, and `v - m^2` in the place of v below the root."),
    "rt_optim_rmsprop_centered_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "alpha", "epsilon", "momentum", "weight_decay"), "As rt_optim_rmsprop_centered, with doubles as IEEE bit patterns."),
    "rt_optim_adagrad": (c_int64, "zero", (c_int64, c_double, c_double, c_double, c_double), ("module", "learning_rate", "rate_decay", "epsilon", "weight_decay"), "Adagrad: `s += g^2; p -= learning_rate / (1 + (t - 1) rate_decay) g / (sqrt(s) + epsilon)` in step t, where g is the gradient with `weight_decay p` added. PyTorch's defaults are 0.01, 0, 1e-10, 0."),
    "rt_optim_adagrad_bits": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("module", "learning_rate", "rate_decay", "epsilon", "weight_decay"), "As rt_optim_adagrad, with doubles as IEEE bit patterns."),
    "rt_optim_free": (c_int64, "negative", (c_int64,), ("optimizer",), "Frees an optimiser's handle. The parameters stay as they are."),
    "rt_optim_step": (c_int64, "negative", (c_int64,), ("optimizer",), "One step along the gradients that there are; a parameter without one stays as it is. Nothing is read back from the device."),
    "rt_optim_zero_grad": (c_int64, "negative", (c_int64,), ("optimizer",), "Forgets the gradients of all its parameters."),
    "rt_optim_learning_rate": (c_double, "nan", (c_int64,), ("optimizer",), "The learning rate of the next step, the schedules included."),
    "rt_optim_learning_rate_bits": (c_int64, "asked", (c_int64,), ("optimizer",), "As rt_optim_learning_rate, with doubles as IEEE bit patterns."),
    "rt_optim_set_learning_rate": (c_int64, "negative", (c_int64, c_double), ("optimizer", "learning_rate"), "Sets the learning rate, from which the schedules start where there are any."),
    "rt_optim_set_learning_rate_bits": (c_int64, "negative", (c_int64, c_int64), ("optimizer", "learning_rate"), "As rt_optim_set_learning_rate, with doubles as IEEE bit patterns."),
    "rt_optim_schedule_step": (c_int64, "negative", (c_int64, c_int64, c_double), ("optimizer", "step_size", "gamma"), "Adds a schedule: the learning rate times `gamma` after every `step_size` calls of rt_optim_schedule_advance. Several schedules work on the learning rate one after another, in the order in which they were added."),
    "rt_optim_schedule_step_bits": (c_int64, "negative", (c_int64, c_int64, c_int64), ("optimizer", "step_size", "gamma"), "As rt_optim_schedule_step, with doubles as IEEE bit patterns."),
    "rt_optim_schedule_cosine": (c_int64, "negative", (c_int64, c_int64, c_double), ("optimizer", "length", "least"), "Adds a schedule: along half a cosine down to `least` in `length` calls of rt_optim_schedule_advance; there it stays."),
    "rt_optim_schedule_cosine_bits": (c_int64, "negative", (c_int64, c_int64, c_int64), ("optimizer", "length", "least"), "As rt_optim_schedule_cosine, with doubles as IEEE bit patterns."),
    "rt_optim_schedule_warmup": (c_int64, "negative", (c_int64, c_int64, c_double), ("optimizer", "length", "start"), "Adds a schedule: from the share `start` of the learning rate up a straight line to all of it in `length` calls of rt_optim_schedule_advance."),
    "rt_optim_schedule_warmup_bits": (c_int64, "negative", (c_int64, c_int64, c_int64), ("optimizer", "length", "start"), "As rt_optim_schedule_warmup, with doubles as IEEE bit patterns."),
    "rt_optim_schedule_advance": (c_int64, "negative", (c_int64,), ("optimizer",), "Moves all schedules one on. rt_optim_step does not: call this after each step or after each epoch, as the lengths are meant."),
    "rt_optim_save": (c_int64, "negative", (c_int64, c_char_p, c_int64), ("optimizer", "path", "len"), "Writes what the optimiser has learned to a safetensors file, whole or not at all: what it remembers of each parameter, counts of steps, the learning rate, how far the schedules are. Its other numbers and the schedules themselves are the program's to set."),
    "rt_optim_load": (c_int64, "negative", (c_int64, c_char_p, c_int64), ("optimizer", "path", "len"), "Reads what rt_optim_save wrote for an optimiser of the same kind over the same parameters. BAD_FORMAT names what does not fit, and nothing has changed then."),
    "rt_optim_clip_grad_norm_": (c_double, "asked", (c_int64, c_double, c_double), ("optimizer", "max_norm", "p"), "Scales the gradients of all its parameters so that their p-norm, as if they were one vector, is at most `max_norm`. Returns the norm before, 0 without gradients, and so waits for the device. NaN is a result when a gradient is NaN: a failure is told by the last error; success clears it. Tensors that rt_tensor_grad gave before keep their values."),
    "rt_optim_clip_grad_norm_bits_": (c_int64, "asked", (c_int64, c_int64, c_int64), ("optimizer", "max_norm", "p"), "As rt_optim_clip_grad_norm_, with doubles as IEEE bit patterns."),
    "rt_optim_clip_grad_norm_into_": (c_int64, "asked", (c_int64, c_double, c_double, c_void_p), ("optimizer", "max_norm", "p", "out"), "As rt_optim_clip_grad_norm_, the result through a pointer; returns a status."),
    "rt_optim_clip_grad_value_": (c_int64, "negative", (c_int64, c_double), ("optimizer", "max_value"), "Cuts every element of the gradients of all its parameters to between minus and plus `max_value`. Tensors that rt_tensor_grad gave before keep their values."),
    "rt_optim_clip_grad_value_bits_": (c_int64, "negative", (c_int64, c_int64), ("optimizer", "max_value"), "As rt_optim_clip_grad_value_, with doubles as IEEE bit patterns."),
    "rt_dataset_from_tensors": (c_int64, "zero", (c_int64, c_int64), ("inputs", "targets"), "A dataset of two tensors that agree in their first dimension: row i of `targets` belongs to row i of `inputs`. They are shared, not copied."),
    "rt_dataset_from_csv": (c_int64, "zero", (c_char_p, c_int64, c_int64, c_int64, c_int64), ("path", "len", "header", "target", "device"), "A dataset of a CSV file of numbers: all columns but one are the inputs, `[rows, columns - 1]`, that one the targets, `[rows]`, both f32. `target` is the column's number from 0 on, negative from the end; with `header` the first line is names. BAD_FORMAT names file, line and column."),
    "rt_dataset_from_npy": (c_int64, "zero", (c_char_p, c_int64, c_char_p, c_int64, c_int64), ("inputs", "inputs_len", "targets", "targets_len", "device"), "A dataset of two `.npy` files, as rt_npy_load reads them."),
    "rt_dataset_free": (c_int64, "negative", (c_int64,), ("dataset",), "Frees a dataset's handle."),
    "rt_dataset_len": (c_int64, "negative", (c_int64,), ("dataset",), "How many rows it has."),
    "rt_dataset_inputs": (c_int64, "zero", (c_int64,), ("dataset",), "All its inputs, shared."),
    "rt_dataset_targets": (c_int64, "zero", (c_int64,), ("dataset",), "All its targets, shared."),
    "rt_dataset_narrow": (c_int64, "zero", (c_int64, c_int64, c_int64), ("dataset", "start", "len"), "The `len` rows from `start` on, shared."),
    "rt_dataset_select": (c_int64, "zero", (c_int64, c_int64), ("dataset", "rows"), "The rows whose numbers an integer tensor of rank 1 holds, in its order, copied."),
    "rt_npy_load": (c_int64, "zero", (c_char_p, c_int64, c_int64), ("path", "len", "device"), "Reads a tensor from a `.npy` file of NumPy: every dtype of ours but bf16, in C or Fortran order, of any byte order."),
    "rt_npy_save": (c_int64, "negative", (c_int64, c_char_p, c_int64), ("tensor", "path", "len"), "Writes a tensor to a `.npy` file, whole or not at all. UNSUPPORTED for bf16, which NumPy does not have."),
    "rt_dataloader_new": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("dataset", "batch", "shuffle", "seed", "drop_last"), "Gives batches of `batch` rows. With `shuffle` every epoch has an order of its own, drawn from `seed` and the number of the epoch alone. The last batch is smaller where the rows do not come out even, or with `drop_last` left out. A thread of the loader prepares two batches ahead; what is written into the dataset's tensors meanwhile is in some batches and not in others."),
    "rt_dataloader_free": (c_int64, "negative", (c_int64,), ("loader",), "Frees a loader's handle; with the last one its thread ends."),
    "rt_dataloader_len": (c_int64, "negative", (c_int64,), ("loader",), "How many batches an epoch has."),
    "rt_dataloader_next": (c_int64, "negative", (c_int64, c_void_p, c_void_p), ("loader", "inputs", "targets"), "Writes the handles of the next batch, two new tensors that are yours to free, and returns 1. At the end of the epoch it writes 0 twice and returns 0, again and again until rt_dataloader_reset."),
    "rt_dataloader_reset": (c_int64, "negative", (c_int64,), ("loader",), "Begins the next epoch, also before this one is at its end."),
    "rt_dataloader_set_progress": (c_int64, "negative", (c_int64, rt_progress_fn, c_void_p), ("loader", "callback", "user_data"), "Calls back for each batch that is done: from rt_dataloader_next, on the thread that asks for the next batch or learns of the end. `epoch` counts from 0, `batch` of its `batches` are done; `loss` is what rt_dataloader_report_loss told last in this epoch, NaN before; the rate counts from the epoch's first batch on. The callback may call any function, but must not unwind. NULL: nobody. Returns when no thread is inside the one before; from inside one that would be never: BUSY."),
    "rt_dataloader_report_loss": (c_int64, "negative", (c_int64, c_double), ("loader", "loss"), "Tells the loss that the progress callback gets. Reading it from a tensor waits for the device: not every batch needs to."),
    "rt_dataloader_report_loss_bits": (c_int64, "negative", (c_int64, c_int64), ("loader", "loss"), "As rt_dataloader_report_loss, with doubles as IEEE bit patterns."),
    "rt_model_save": (c_int64, "negative", (c_int64, c_char_p, c_int64), ("module", "path", "len"), "Writes all parameters and buffers of a module to a safetensors file, by the names of rt_module_parameter_name. The file appears whole, in the place of one that was there, or not at all. IO names the path and the reason."),
    "rt_model_load": (c_int64, "negative", (c_int64, c_char_p, c_int64), ("module", "path", "len"), "Reads all parameters and buffers of a module from a safetensors file, into their own memory. The file must hold exactly these, of the same shapes and dtypes; else BAD_FORMAT names what is missing, too much or different, and nothing has changed."),
    "rt_nn_parameter_list": (c_int64, "zero", (c_void_p, c_int64), ("tensors", "n"), "A module of tensors of one's own, named `0.value`, `1.value`, …, for optimisers and files. They are shared, and want gradients from now on. It computes nothing."),
    "rt_thread_spawn": (c_int64, "zero", (rt_thread_fn, c_void_p), ("body", "user_data"), "Starts a thread that runs `body(user_data)`. The body must not longjmp or end the thread; a panic of Rust that leaves it is caught, and rt_thread_join says PANIC. OUT_OF_MEMORY: the system gives no more threads."),
    "rt_thread_spawn_named": (c_int64, "zero", (rt_thread_fn, c_void_p, c_char_p, c_int64), ("body", "user_data", "name", "len"), "The same, with a name that debuggers show; Linux cuts it to 15 bytes there."),
    "rt_thread_join": (c_int64, "asked", (c_int64,), ("thread",), "Waits until a thread's body has returned, and gives its result; as often as asked, to any thread. A thread that waits for itself is refused with BUSY; two that wait for each other wait for ever. A negative result looks like a code: the last error, or rt_thread_join_into, tells them apart."),
    "rt_thread_join_into": (c_int64, "negative", (c_int64, c_void_p), ("thread", "out"), "As rt_thread_join, the result through a pointer; returns a status."),
    "rt_thread_join_timeout": (c_int64, "asked", (c_int64, c_int64), ("thread", "timeout_ns"), "The same, for at most `timeout_ns` nanoseconds until its body has returned: TIMEOUT. 0 does not wait: WOULD_BLOCK. -1 waits for ever. Destructors of thread-local values, which follow the body, are waited for without a limit."),
    "rt_thread_join_timeout_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("thread", "timeout_ns", "out"), "As rt_thread_join_timeout, the result through a pointer; returns a status."),
    "rt_thread_free": (c_int64, "negative", (c_int64,), ("thread",), "Frees a thread's handle. The thread goes on, and its result is nobody's."),
    "rt_thread_detach": (c_int64, "negative", (c_int64,), ("thread",), "Another name of rt_thread_free."),
    "rt_thread_is_done": (c_int64, "empty", (c_int64,), ("thread",), "Whether its body has returned."),
    "rt_thread_id": (c_int64, "negative", (c_int64,), ("thread",), "Its number, from 1 on: never used twice in a process, and what messages about locks call a thread."),
    "rt_thread_name": (c_char_p, "empty", (c_int64,), ("thread",), "Its name, empty where it was given none."),
    "rt_thread_name_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("thread", "buffer", "capacity"), "As rt_thread_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_thread_current_id": (c_int64, "negative", (), (), "The number of the calling thread, which need not have been started here."),
    "rt_thread_yield": (c_int64, "negative", (), (), "Lets other threads run first."),
    "rt_thread_sleep": (c_int64, "negative", (c_int64,), ("nanoseconds",), "Sleeps so many nanoseconds, or a little longer."),
    "rt_thread_available_parallelism": (c_int64, "negative", (), (), "How many threads this process can run at once, 1 where that is not known."),
    "rt_local_new": (c_int64, "zero", (c_int64,), ("initial",), "A number that every thread has of its own, at first this one."),
    "rt_local_free": (c_int64, "negative", (c_int64,), ("local",), "Frees its handle; with the last one what threads stored is forgotten."),
    "rt_local_get": (c_int64, "asked", (c_int64,), ("local",), "The calling thread's number."),
    "rt_local_get_into": (c_int64, "negative", (c_int64, c_void_p), ("local", "out"), "As rt_local_get, the result through a pointer; returns a status."),
    "rt_local_set": (c_int64, "negative", (c_int64, c_int64), ("local", "value"), "Stores the calling thread's number."),
    "rt_mutex_new": (c_int64, "zero", (c_int64,), ("value",), "A mutex with a number in it, for whoever wants one: a handle, a count, the address of what it guards."),
    "rt_mutex_lock": (c_int64, "asked", (c_int64,), ("mutex",), "Waits for the mutex, and gives the number in it. BUSY: this thread holds it already. What ends the wait is an unlock, or the end of the thread that holds it; rt_mutex_lock_timeout has a time limit."),
    "rt_mutex_lock_into": (c_int64, "negative", (c_int64, c_void_p), ("mutex", "out"), "As rt_mutex_lock, the result through a pointer; returns a status."),
    "rt_mutex_try_lock": (c_int64, "asked", (c_int64,), ("mutex",), "The same without waiting: WOULD_BLOCK names the thread that holds it."),
    "rt_mutex_try_lock_into": (c_int64, "negative", (c_int64, c_void_p), ("mutex", "out"), "As rt_mutex_try_lock, the result through a pointer; returns a status."),
    "rt_mutex_lock_timeout": (c_int64, "asked", (c_int64, c_int64), ("mutex", "timeout_ns"), "The same, for at most `timeout_ns` nanoseconds: TIMEOUT names the thread that holds it. 0 does not wait, -1 waits for ever."),
    "rt_mutex_lock_timeout_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("mutex", "timeout_ns", "out"), "As rt_mutex_lock_timeout, the result through a pointer; returns a status."),
    "rt_mutex_unlock": (c_int64, "negative", (c_int64, c_int64), ("mutex", "value"), "Stores a number and unlocks. INVALID_ARGUMENT: the calling thread does not hold the mutex; the message says who does."),
    "rt_mutex_value": (c_int64, "asked", (c_int64,), ("mutex",), "The number in it, for the thread that holds it."),
    "rt_mutex_value_into": (c_int64, "negative", (c_int64, c_void_p), ("mutex", "out"), "As rt_mutex_value, the result through a pointer; returns a status."),
    "rt_mutex_is_locked": (c_int64, "empty", (c_int64,), ("mutex",), "Whether somebody holds it at this moment."),
    "rt_mutex_is_abandoned": (c_int64, "empty", (c_int64,), ("mutex",), "Whether the last thread that held it ended without unlocking it, and nobody has unlocked it since: the number is then as that thread found it, and what the mutex guards may be half done."),
    "rt_mutex_free": (c_int64, "negative", (c_int64,), ("mutex",), "Frees its handle. The last one of a mutex that is held is refused: BUSY."),
    "rt_rwlock_new": (c_int64, "zero", (c_int64,), ("value",), "A lock for many readers or one writer, with a number in it. Readers do not overtake a writer that waits."),
    "rt_rwlock_read": (c_int64, "asked", (c_int64,), ("lock",), "Waits until nobody writes, and gives the number. BUSY: this thread holds the lock already, either way."),
    "rt_rwlock_read_into": (c_int64, "negative", (c_int64, c_void_p), ("lock", "out"), "As rt_rwlock_read, the result through a pointer; returns a status."),
    "rt_rwlock_try_read": (c_int64, "asked", (c_int64,), ("lock",), "The same without waiting: WOULD_BLOCK."),
    "rt_rwlock_try_read_into": (c_int64, "negative", (c_int64, c_void_p), ("lock", "out"), "As rt_rwlock_try_read, the result through a pointer; returns a status."),
    "rt_rwlock_read_timeout": (c_int64, "asked", (c_int64, c_int64), ("lock", "timeout_ns"), "The same, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever."),
    "rt_rwlock_read_timeout_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("lock", "timeout_ns", "out"), "As rt_rwlock_read_timeout, the result through a pointer; returns a status."),
    "rt_rwlock_write": (c_int64, "asked", (c_int64,), ("lock",), "Waits until nobody else holds the lock, and gives the number. BUSY: this thread holds it already, either way."),
    "rt_rwlock_write_into": (c_int64, "negative", (c_int64, c_void_p), ("lock", "out"), "As rt_rwlock_write, the result through a pointer; returns a status."),
    "rt_rwlock_try_write": (c_int64, "asked", (c_int64,), ("lock",), "The same without waiting: WOULD_BLOCK."),
    "rt_rwlock_try_write_into": (c_int64, "negative", (c_int64, c_void_p), ("lock", "out"), "As rt_rwlock_try_write, the result through a pointer; returns a status."),
    "rt_rwlock_write_timeout": (c_int64, "asked", (c_int64, c_int64), ("lock", "timeout_ns"), "The same, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever."),
    "rt_rwlock_write_timeout_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("lock", "timeout_ns", "out"), "As rt_rwlock_write_timeout, the result through a pointer; returns a status."),
    "rt_rwlock_unlock": (c_int64, "negative", (c_int64,), ("lock",), "Unlocks, whether this thread reads or writes; the number stays. INVALID_ARGUMENT: it does neither."),
    "rt_rwlock_unlock_write": (c_int64, "negative", (c_int64, c_int64), ("lock", "value"), "Stores a number and unlocks, for the thread that writes."),
    "rt_rwlock_is_abandoned": (c_int64, "empty", (c_int64,), ("lock",), "Whether the last thread that wrote ended without unlocking it, and no writer has unlocked it since."),
    "rt_rwlock_free": (c_int64, "negative", (c_int64,), ("lock",), "Frees its handle. The last one of a lock that is held is refused: BUSY."),
    "rt_condvar_new": (c_int64, "zero", (), (), "A condition variable."),
    "rt_condvar_wait": (c_int64, "asked", (c_int64, c_int64, c_int64), ("condvar", "mutex", "value"), "Stores a number in the mutex, which this thread holds, unlocks it, waits to be woken, locks it again, and gives the number that is in it then. However this ends, the mutex is held again; rt_mutex_value reads the number after a failure. CLOSED: the condition was freed. Nobody is woken without a cause, but what was waited for may have changed again: look, in a loop."),
    "rt_condvar_wait_into": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p), ("condvar", "mutex", "value", "out"), "As rt_condvar_wait, the result through a pointer; returns a status."),
    "rt_condvar_wait_timeout": (c_int64, "asked", (c_int64, c_int64, c_int64, c_int64), ("condvar", "mutex", "value", "timeout_ns"), "The same, for at most `timeout_ns` nanoseconds and the time that it takes to lock again: TIMEOUT. -1 waits for ever."),
    "rt_condvar_wait_timeout_into": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_void_p), ("condvar", "mutex", "value", "timeout_ns", "out"), "As rt_condvar_wait_timeout, the result through a pointer; returns a status."),
    "rt_condvar_notify_one": (c_int64, "empty", (c_int64,), ("condvar",), "Wakes the thread that has waited longest. Whether there was one."),
    "rt_condvar_notify_all": (c_int64, "negative", (c_int64,), ("condvar",), "Wakes all that wait, and says how many."),
    "rt_condvar_free": (c_int64, "negative", (c_int64,), ("condvar",), "Frees its handle; with the last one all that wait get CLOSED."),
    "rt_barrier_new": (c_int64, "zero", (c_int64,), ("parties",), "A barrier for so many threads, used again and again."),
    "rt_barrier_wait": (c_int64, "negative", (c_int64,), ("barrier",), "Waits until as many threads have come; 1 for one of them, which came last, and 0 for the others. CLOSED: the barrier was freed."),
    "rt_barrier_wait_timeout": (c_int64, "negative", (c_int64, c_int64), ("barrier", "timeout_ns"), "The same, for at most `timeout_ns` nanoseconds: TIMEOUT, and this thread no longer counts as one that came. -1 waits for ever."),
    "rt_barrier_free": (c_int64, "negative", (c_int64,), ("barrier",), "Frees its handle; with the last one all that wait get CLOSED."),
    "rt_semaphore_new": (c_int64, "zero", (c_int64,), ("permits",), "A semaphore with so many permits."),
    "rt_semaphore_acquire": (c_int64, "negative", (c_int64,), ("semaphore",), "Waits for a permit and takes it. CLOSED: the semaphore was freed."),
    "rt_semaphore_try_acquire": (c_int64, "negative", (c_int64,), ("semaphore",), "Takes a permit, or answers WOULD_BLOCK."),
    "rt_semaphore_acquire_timeout": (c_int64, "negative", (c_int64, c_int64), ("semaphore", "timeout_ns"), "Waits at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever."),
    "rt_semaphore_release": (c_int64, "negative", (c_int64, c_int64), ("semaphore", "permits"), "Gives so many permits, which this thread need not have taken."),
    "rt_semaphore_available": (c_int64, "negative", (c_int64,), ("semaphore",), "How many permits are free at this moment."),
    "rt_semaphore_free": (c_int64, "negative", (c_int64,), ("semaphore",), "Frees its handle; with the last one all that wait get CLOSED."),
    "rt_once_new": (c_int64, "zero", (), (), "Something to be done once."),
    "rt_once_call": (c_int64, "asked", (c_int64, rt_thread_fn, c_void_p), ("once", "body", "user_data"), "Runs `body(user_data)` on the first thread that comes; the others wait. All get its result, now and later. BUSY: the body calls this itself. PANIC: a panic left the body, and the next that comes runs it again. CLOSED: the object was freed meanwhile."),
    "rt_once_call_into": (c_int64, "negative", (c_int64, rt_thread_fn, c_void_p, c_void_p), ("once", "body", "user_data", "out"), "As rt_once_call, the result through a pointer; returns a status."),
    "rt_once_is_done": (c_int64, "empty", (c_int64,), ("once",), "Whether it is done."),
    "rt_once_free": (c_int64, "negative", (c_int64,), ("once",), "Frees its handle; with the last one all that wait get CLOSED."),
    "rt_atomic_new": (c_int64, "zero", (c_int64,), ("value",), "A number that threads change without a lock. Every operation is sequentially consistent."),
    "rt_atomic_load": (c_int64, "asked", (c_int64,), ("atomic",), "The number."),
    "rt_atomic_load_into": (c_int64, "negative", (c_int64, c_void_p), ("atomic", "out"), "As rt_atomic_load, the result through a pointer; returns a status."),
    "rt_atomic_store": (c_int64, "negative", (c_int64, c_int64), ("atomic", "value"), "Stores a number."),
    "rt_atomic_swap": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Stores a number; gives the one before."),
    "rt_atomic_swap_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_swap, the result through a pointer; returns a status."),
    "rt_atomic_add": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Adds, wrapping; gives the number before."),
    "rt_atomic_add_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_add, the result through a pointer; returns a status."),
    "rt_atomic_sub": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Subtracts, wrapping; gives the number before."),
    "rt_atomic_sub_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_sub, the result through a pointer; returns a status."),
    "rt_atomic_and": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Keeps the bits that both have; gives the number before."),
    "rt_atomic_and_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_and, the result through a pointer; returns a status."),
    "rt_atomic_or": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Keeps the bits that either has; gives the number before."),
    "rt_atomic_or_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_or, the result through a pointer; returns a status."),
    "rt_atomic_xor": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Keeps the bits that one of them has; gives the number before."),
    "rt_atomic_xor_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_xor, the result through a pointer; returns a status."),
    "rt_atomic_min": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Keeps the smaller; gives the number before."),
    "rt_atomic_min_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_min, the result through a pointer; returns a status."),
    "rt_atomic_max": (c_int64, "asked", (c_int64, c_int64), ("atomic", "value"), "Keeps the larger; gives the number before."),
    "rt_atomic_max_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("atomic", "value", "out"), "As rt_atomic_max, the result through a pointer; returns a status."),
    "rt_atomic_compare_exchange": (c_int64, "asked", (c_int64, c_int64, c_int64), ("atomic", "expected", "value"), "Stores `value` if the number is `expected`; gives the number before, which is `expected` exactly when it was stored."),
    "rt_atomic_compare_exchange_into": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p), ("atomic", "expected", "value", "out"), "As rt_atomic_compare_exchange, the result through a pointer; returns a status."),
    "rt_atomic_free": (c_int64, "negative", (c_int64,), ("atomic",), "Frees its handle."),
    "rt_channel_create": (c_int64, "zero", (c_int64,), ("capacity",), "A channel of numbers. Capacity -1 holds any number of messages, 0 none: a send waits for its receive."),
    "rt_channel_create_bytes": (c_int64, "zero", (c_int64,), ("capacity",), "A channel of messages of any length, with the same capacities."),
    "rt_channel_send": (c_int64, "negative", (c_int64, c_int64), ("channel", "value"), "Sends a number, once there is room for it. CLOSED: the channel is closed, and the message stays the caller's."),
    "rt_channel_try_send": (c_int64, "negative", (c_int64, c_int64), ("channel", "value"), "Sends a number if there is room, or somebody who waits for it: else WOULD_BLOCK."),
    "rt_channel_send_timeout": (c_int64, "negative", (c_int64, c_int64, c_int64), ("channel", "value", "timeout_ns"), "Waits for room, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever."),
    "rt_channel_recv": (c_int64, "asked", (c_int64,), ("channel",), "Receives a number, once there is one. CLOSED: the channel is closed and nothing is left in it. A negative number looks like a code: the last error, or rt_channel_recv_into, tells them apart."),
    "rt_channel_recv_into": (c_int64, "negative", (c_int64, c_void_p), ("channel", "out"), "As rt_channel_recv, the result through a pointer; returns a status."),
    "rt_channel_try_recv": (c_int64, "asked", (c_int64,), ("channel",), "Receives a number if there is one, or somebody who waits to send it: else WOULD_BLOCK."),
    "rt_channel_try_recv_into": (c_int64, "negative", (c_int64, c_void_p), ("channel", "out"), "As rt_channel_try_recv, the result through a pointer; returns a status."),
    "rt_channel_recv_timeout": (c_int64, "asked", (c_int64, c_int64), ("channel", "timeout_ns"), "Waits for a number, for at most `timeout_ns` nanoseconds: TIMEOUT. 0 does not wait, -1 waits for ever."),
    "rt_channel_recv_timeout_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("channel", "timeout_ns", "out"), "As rt_channel_recv_timeout, the result through a pointer; returns a status."),
    "rt_channel_send_bytes": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64), ("channel", "data", "len", "timeout_ns"), "Copies a message and sends it, waiting for room as the others do: 0 not at all, -1 for ever."),
    "rt_channel_recv_bytes": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64), ("channel", "buffer", "capacity", "timeout_ns"), "Receives a message into a buffer and gives its length. A length above `capacity` means that nothing was received: the message went back to the front, for whoever asks next with a buffer that is long enough. 0 does not wait, -1 waits for ever."),
    "rt_channel_select": (c_int64, "negative", (c_void_p, c_int64, c_int64, c_void_p, c_int64, c_int64, c_void_p, c_void_p), ("channels", "count", "sends", "values", "values_len", "timeout_ns", "received", "closed"), "Waits until one of up to 64 channels of numbers can go on, and does that one thing; its place in `channels`. Where bit i of `sends` is set, channel i would be sent `values[i]` (a bit from `count` on is refused); the others would be received from, into `received`. `closed` gets 0 when that was done, 1 when that channel is closed and nothing was done. Of several that can go on, any is chosen. TIMEOUT: none in `timeout_ns` nanoseconds; 0 does not wait, WOULD_BLOCK; -1 waits for ever."),
    "rt_channel_ready": (c_int64, "negative", (c_void_p, c_int64, c_int64, c_int64), ("channels", "count", "sends", "timeout_ns"), "Waits until one of up to 64 channels of any sort could go on or is closed, and does nothing; its place in `channels`. Another thread may be faster then."),
    "rt_channel_close": (c_int64, "empty", (c_int64,), ("channel",), "Closes a channel: nothing more can be sent, what is inside can be received. Everybody who waits to send, or to receive from an empty one, gets CLOSED. 1 where this call closed it, 0 where it was closed before."),
    "rt_channel_is_closed": (c_int64, "empty", (c_int64,), ("channel",), "Whether it is closed; messages may be left in it."),
    "rt_channel_len": (c_int64, "negative", (c_int64,), ("channel",), "How many messages are in it at this moment."),
    "rt_channel_capacity": (c_int64, "asked", (c_int64,), ("channel",), "How many messages it holds at most, -1 for any number. Ask the last error whether -1 is a failure."),
    "rt_channel_capacity_into": (c_int64, "negative", (c_int64, c_void_p), ("channel", "out"), "As rt_channel_capacity, the result through a pointer; returns a status."),
    "rt_channel_free": (c_int64, "negative", (c_int64,), ("channel",), "Frees its handle; with the last one the channel is closed and what is inside is dropped."),
    "rt_map_new": (c_int64, "zero", (), (), "An empty map of numbers to numbers, which threads use at once without waiting for one another."),
    "rt_map_insert": (c_int64, "empty", (c_int64, c_int64, c_int64), ("map", "key", "value"), "Puts a value to a key. Whether the key is new."),
    "rt_map_get": (c_int64, "asked", (c_int64, c_int64), ("map", "key"), "The value of a key. NOT_FOUND: it has none."),
    "rt_map_get_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("map", "key", "out"), "As rt_map_get, the result through a pointer; returns a status."),
    "rt_map_remove": (c_int64, "asked", (c_int64, c_int64), ("map", "key"), "Takes a key out and gives its value. NOT_FOUND: it has none."),
    "rt_map_remove_into": (c_int64, "negative", (c_int64, c_int64, c_void_p), ("map", "key", "out"), "As rt_map_remove, the result through a pointer; returns a status."),
    "rt_map_contains": (c_int64, "empty", (c_int64, c_int64), ("map", "key"), "Whether a key is there."),
    "rt_map_add": (c_int64, "asked", (c_int64, c_int64, c_int64), ("map", "key", "value"), "Adds to a key's value in one step, wrapping, where an absent one counts as 0; gives the sum."),
    "rt_map_add_into": (c_int64, "negative", (c_int64, c_int64, c_int64, c_void_p), ("map", "key", "value", "out"), "As rt_map_add, the result through a pointer; returns a status."),
    "rt_map_replace": (c_int64, "empty", (c_int64, c_int64, c_int64, c_int64), ("map", "key", "expected", "value"), "Puts `value` to a key whose value is `expected`, in one step. Whether it was."),
    "rt_map_len": (c_int64, "negative", (c_int64,), ("map",), "How many keys there are at this moment."),
    "rt_map_clear": (c_int64, "negative", (c_int64,), ("map",), "Takes all keys out."),
    "rt_map_keys": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("map", "keys", "capacity"), "Writes the keys in any order, as many as fit, and gives how many there are. What other threads put in or take out meanwhile may be seen or not."),
    "rt_map_free": (c_int64, "negative", (c_int64,), ("map",), "Frees its handle."),
    "rt_queue_new": (c_int64, "zero", (c_int64,), ("capacity",), "An empty queue of numbers, first in, first out, which no thread waits on. Capacity -1 holds any number."),
    "rt_queue_push": (c_int64, "negative", (c_int64, c_int64), ("queue", "value"), "Puts a number at the end. WOULD_BLOCK: it is full."),
    "rt_queue_pop": (c_int64, "asked", (c_int64,), ("queue",), "Takes the number at the front. WOULD_BLOCK: it is empty."),
    "rt_queue_pop_into": (c_int64, "negative", (c_int64, c_void_p), ("queue", "out"), "As rt_queue_pop, the result through a pointer; returns a status."),
    "rt_queue_len": (c_int64, "negative", (c_int64,), ("queue",), "How many numbers are in it at this moment."),
    "rt_queue_capacity": (c_int64, "asked", (c_int64,), ("queue",), "How many numbers it holds at most, -1 for any number. Ask the last error whether -1 is a failure."),
    "rt_queue_capacity_into": (c_int64, "negative", (c_int64, c_void_p), ("queue", "out"), "As rt_queue_capacity, the result through a pointer; returns a status."),
    "rt_queue_free": (c_int64, "negative", (c_int64,), ("queue",), "Frees its handle."),
    "rt_parallel_threads": (c_int64, "negative", (), (), "How many threads a loop uses here: the workers of the one pool, which tensors on the CPU use too. Inside a callback of a loop it is 1: loops and ops that a callback calls are done on its thread."),
    "rt_parallel_set_threads": (c_int64, "negative", (c_int64,), ("count",), "Makes the pool one of so many threads, 1 to 1024; 0 is what FFI_NUM_THREADS says, else one per core. Loops that are running finish on the threads they have. BUSY inside a callback of a loop."),
    "rt_parallel_cancel": (c_int64, "negative", (), (), "Inside a callback of a loop: no index that has not begun begins, and the loop fails with CLOSED. What its function returns still counts where that ends the loop."),
    "rt_parallel_for_each": (c_int64, "negative", (c_int64, c_int64, c_int64, rt_each_fn, c_void_p), ("first", "count", "grain", "body", "user_data"), "Calls `body` for `count` indices from `first` on, in any order, on this thread and the pool's; returns when all are done. There are fewer than 2^48, and `first + count` is an int64_t too.\n\n`grain` is the fewest indices that a thread takes at once, 0 is 1; a range of one grain runs on this thread alone. Up to 64 grains the workers are woken at once; else this thread begins and wakes them when some microseconds show that it pays.\n\nReturns 0 when every index ran. A body that returns something else ends the loop: no other index begins, and this function returns that number if it is positive; a code of the library (negative) becomes its own failure with the message of the body's thread, any other negative number INVALID_ARGUMENT. Of several the lowest index counts.\n\nA body may wait for another body of the loop with calls of this library: another thread then runs what has not begun, up to 2048 threads; a wait beyond is OUT_OF_MEMORY, and bodies that wait for that one go on when what they wait on is freed. A body that waits in any other way (a spin lock, a barrier of the system) for one that has not begun waits for ever: rt_parallel_scope runs its tasks at the same time. So does a body that waits for the caller itself: hold no lock that a body takes."),
    "rt_parallel_for_ranges": (c_int64, "negative", (c_int64, c_int64, c_int64, rt_range_fn, c_void_p), ("first", "count", "grain", "body", "user_data"), "Calls `body` for ranges that together are the `count` indices from `first` on: `body` loops from its `first` to below its `end` itself, so the loop is compiled in the caller's program. For bodies of a few nanoseconds, where a call for every index would take longer than the work.\n\nHow long a range is depends on the time, the threads and `grain`, the fewest indices of a range but the last; one inside a callback of another loop is whole. A range that has begun is the body's to finish: what ends the loop elsewhere, and rt_parallel_cancel, keep other ranges from beginning. Else as rt_parallel_for_each: results, of several that of the lowest range, and waits."),
    "rt_parallel_for_each_i64": (c_int64, "negative", (c_void_p, c_int64, c_int64, rt_item_i64_fn, c_void_p), ("data", "len", "grain", "body", "user_data"), "Calls `body` with the index and the value of every integer; else as rt_parallel_for_each."),
    "rt_parallel_for_each_f64": (c_int64, "negative", (c_void_p, c_int64, c_int64, rt_item_f64_fn, c_void_p), ("data", "len", "grain", "body", "user_data"), "Calls `body` with the index and the value of every double; else as rt_parallel_for_each."),
    "rt_parallel_scope": (c_int64, "negative", (c_int64, rt_each_fn, c_void_p), ("count", "body", "user_data"), "Runs `count` tasks, up to 1024, all at the same time, each on a thread of its own, so that they may wait for one another in any way. Task 0 runs on this thread. Returns when all have ended, what rt_parallel_for_each would; OUT_OF_MEMORY, before any task begins, where the threads cannot be had."),
    "rt_parallel_map": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64, rt_map_fn, c_void_p), ("first", "out", "count", "grain", "f", "user_data"), "Writes `f(first + i)` to every `out[i]`. The grain is that of rt_parallel_for_each. After a failure some are written."),
    "rt_parallel_map_i64": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_int64, rt_map_fn, c_void_p), ("data", "len", "out", "capacity", "grain", "f", "user_data"), "Writes `f(data[i])` to `out[i]` and returns how many. `out` may be `data`; overlaps of another kind are refused. The grain is that of rt_parallel_for_each. After a failure some are written."),
    "rt_parallel_map_f64": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_int64, rt_map_f64_fn, c_void_p), ("data", "len", "out", "capacity", "grain", "f", "user_data"), "The map of doubles, as rt_parallel_map_i64."),
    "rt_parallel_reduce": (c_int64, "asked", (c_int64, c_int64, c_int64, c_int64, rt_map_fn, rt_combine_i64_fn, c_void_p), ("first", "count", "grain", "initial", "map", "combine", "user_data"), "`combine(… combine(initial, map(first)) …, map(first + count - 1))`, grouped in blocks that depend on `count` and `grain` alone: any number of threads gives the same result, also where `combine` is not commutative. It must be associative for that result to be the one of a plain loop. `grain` is the fewest indices of a block, 0 is 16 of more than 64 indices and else 1.\n\nIts functions, as those of the other reductions, of scans and of sorts, cannot wait for another thread by a call of this library (BUSY): they may lock what is free in a moment."),
    "rt_parallel_reduce_into": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, rt_map_fn, rt_combine_i64_fn, c_void_p, c_void_p), ("first", "count", "grain", "initial", "map", "combine", "user_data", "out"), "As rt_parallel_reduce, the result through a pointer; returns a status."),
    "rt_parallel_reduce_i64": (c_int64, "asked", (c_void_p, c_int64, c_int64, c_int64, rt_combine_i64_fn, c_void_p), ("data", "len", "initial", "grain", "combine", "user_data"), "The reduction of an array, as rt_parallel_reduce. With no number it is `initial`."),
    "rt_parallel_reduce_i64_into": (c_int64, "negative", (c_void_p, c_int64, c_int64, c_int64, rt_combine_i64_fn, c_void_p, c_void_p), ("data", "len", "initial", "grain", "combine", "user_data", "out"), "As rt_parallel_reduce_i64, the result through a pointer; returns a status."),
    "rt_parallel_reduce_f64": (c_double, "asked", (c_void_p, c_int64, c_double, c_int64, rt_combine_f64_fn, c_void_p), ("data", "len", "initial", "grain", "combine", "user_data"), "The reduction of doubles, as rt_parallel_reduce_i64: the same bits with any number of threads."),
    "rt_parallel_reduce_f64_bits": (c_int64, "asked", (c_void_p, c_int64, c_int64, c_int64, rt_combine_f64_fn, c_void_p), ("data", "len", "initial", "grain", "combine", "user_data"), "As rt_parallel_reduce_f64, with doubles as IEEE bit patterns."),
    "rt_parallel_reduce_f64_into": (c_int64, "negative", (c_void_p, c_int64, c_double, c_int64, rt_combine_f64_fn, c_void_p, c_void_p), ("data", "len", "initial", "grain", "combine", "user_data", "out"), "As rt_parallel_reduce_f64, the result through a pointer; returns a status."),
    "rt_parallel_prefix_sum_i64": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_int64), ("data", "len", "out", "capacity", "exclusive"), "Running sums modulo 2^64: `out[i]` is the sum of `data[0]` to `data[i]`, without `data[i]` where `exclusive`. Returns how many. `out` may be `data`; overlaps of another kind are refused."),
    "rt_parallel_prefix_sum_f64": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_int64), ("data", "len", "out", "capacity", "exclusive"), "Running sums of doubles, as rt_parallel_prefix_sum_i64. Added up in blocks of a length that depends on `len` alone: the same bits with any number of threads, and of more than 4096 numbers other roundings than a plain loop's."),
    "rt_parallel_scan_i64": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_int64, c_int64, rt_combine_i64_fn, c_void_p), ("data", "len", "out", "capacity", "initial", "exclusive", "combine", "user_data"), "Running results of `combine`, which is associative: `out[i]` is `combine(… combine(initial, data[0]) …, data[i])`, without `data[i]` where `exclusive`. Grouped in blocks that depend on `len` alone; the arrays as in rt_parallel_prefix_sum_i64."),
    "rt_parallel_scan_f64": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_double, c_int64, rt_combine_f64_fn, c_void_p), ("data", "len", "out", "capacity", "initial", "exclusive", "combine", "user_data"), "Running results over doubles, as rt_parallel_scan_i64."),
    "rt_parallel_scan_f64_bits": (c_int64, "negative", (c_void_p, c_int64, c_void_p, c_int64, c_int64, c_int64, rt_combine_f64_fn, c_void_p), ("data", "len", "out", "capacity", "initial", "exclusive", "combine", "user_data"), "As rt_parallel_scan_f64, with doubles as IEEE bit patterns."),
    "rt_parallel_sort_i64": (c_int64, "negative", (c_void_p, c_int64), ("data", "len"), "Sorts integers in place, ascending. Takes as much memory again where several threads work."),
    "rt_parallel_sort_f64": (c_int64, "negative", (c_void_p, c_int64), ("data", "len"), "Sorts doubles in place, ascending by value; -0 comes before 0, and NaN of either sign last. Takes as much memory again where several threads work."),
    "rt_parallel_sort_by_i64": (c_int64, "negative", (c_void_p, c_int64, rt_compare_i64_fn, c_void_p), ("data", "len", "compare", "user_data"), "Sorts integers by a function that returns a positive number where its first argument belongs behind its second. Stable: equal ones keep their order. Written when it is done: after a failure the array is as it was. Takes twice as much memory again.\n\nA function that contradicts itself gives some order of the same numbers, or INVALID_ARGUMENT."),
    "rt_parallel_sort_by_f64": (c_int64, "negative", (c_void_p, c_int64, rt_compare_f64_fn, c_void_p), ("data", "len", "compare", "user_data"), "Sorts doubles by a function, as rt_parallel_sort_by_i64."),
    "rt_tensor_exp": (c_int64, "zero", (c_int64,), ("tensor",), "e to the power x."),
    "rt_tensor_log": (c_int64, "zero", (c_int64,), ("tensor",), "Natural logarithm; NaN below 0, minus infinity at 0."),
    "rt_tensor_exp2": (c_int64, "zero", (c_int64,), ("tensor",), "2 to the power x."),
    "rt_tensor_expm1": (c_int64, "zero", (c_int64,), ("tensor",), "e to the power x, less 1; good near 0."),
    "rt_tensor_log2": (c_int64, "zero", (c_int64,), ("tensor",), "Logarithm to base 2."),
    "rt_tensor_log10": (c_int64, "zero", (c_int64,), ("tensor",), "Logarithm to base 10."),
    "rt_tensor_log1p": (c_int64, "zero", (c_int64,), ("tensor",), "Natural logarithm of 1 + x; good near 0."),
    "rt_tensor_sqrt": (c_int64, "zero", (c_int64,), ("tensor",), "Square root; NaN below 0."),
    "rt_tensor_rsqrt": (c_int64, "zero", (c_int64,), ("tensor",), "1 over the square root."),
    "rt_tensor_sin": (c_int64, "zero", (c_int64,), ("tensor",), "Sine of x in radians, of any size."),
    "rt_tensor_cos": (c_int64, "zero", (c_int64,), ("tensor",), "Cosine of x in radians, of any size."),
    "rt_tensor_tan": (c_int64, "zero", (c_int64,), ("tensor",), "Tangent of x in radians."),
    "rt_tensor_asin": (c_int64, "zero", (c_int64,), ("tensor",), "Inverse sine; NaN outside -1 to 1."),
    "rt_tensor_acos": (c_int64, "zero", (c_int64,), ("tensor",), "Inverse cosine; NaN outside -1 to 1."),
    "rt_tensor_atan": (c_int64, "zero", (c_int64,), ("tensor",), "Inverse tangent."),
    "rt_tensor_sinh": (c_int64, "zero", (c_int64,), ("tensor",), "Hyperbolic sine."),
    "rt_tensor_cosh": (c_int64, "zero", (c_int64,), ("tensor",), "Hyperbolic cosine."),
    "rt_tensor_tanh": (c_int64, "zero", (c_int64,), ("tensor",), "Hyperbolic tangent."),
    "rt_tensor_sigmoid": (c_int64, "zero", (c_int64,), ("tensor",), "The logistic function, 1 / (1 + e^-x)."),
    "rt_tensor_silu": (c_int64, "zero", (c_int64,), ("tensor",), "x times its sigmoid (SiLU, swish)."),
    "rt_tensor_erf": (c_int64, "zero", (c_int64,), ("tensor",), "The error function, 2 over the square root of pi times the integral of e^(-t^2) from 0 to x."),
    "rt_tensor_gelu": (c_int64, "zero", (c_int64,), ("tensor",), "x times the standard normal distribution function at x (GELU by erf); 0 at minus infinity."),
    "rt_tensor_softplus": (c_int64, "zero", (c_int64,), ("tensor",), "ln(1 + e^x), without overflow."),
    "rt_tensor_reciprocal": (c_int64, "zero", (c_int64,), ("tensor",), "1 / x."),
    "rt_tensor_neg": (c_int64, "zero", (c_int64,), ("tensor",), "-x; the smallest integer and unsigned integers wrap."),
    "rt_tensor_abs": (c_int64, "zero", (c_int64,), ("tensor",), "Absolute value; the smallest integer stays as it is. Derivative 0 at 0."),
    "rt_tensor_sign": (c_int64, "zero", (c_int64,), ("tensor",), "-1, 0 or 1 by the sign of x; NaN stays."),
    "rt_tensor_square": (c_int64, "zero", (c_int64,), ("tensor",), "x times x."),
    "rt_tensor_relu": (c_int64, "zero", (c_int64,), ("tensor",), "max(x, 0); NaN stays. Derivative 0 at 0."),
    "rt_tensor_floor": (c_int64, "zero", (c_int64,), ("tensor",), "The largest integer not above x."),
    "rt_tensor_ceil": (c_int64, "zero", (c_int64,), ("tensor",), "The smallest integer not below x."),
    "rt_tensor_round": (c_int64, "zero", (c_int64,), ("tensor",), "The nearest integer, of two the even one."),
    "rt_tensor_trunc": (c_int64, "zero", (c_int64,), ("tensor",), "x without its fraction."),
    "rt_tensor_add": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a + b.\n\nBroadcasts and promotes."),
    "rt_tensor_add_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "a + b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_add_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_add_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_add_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a + b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_sub": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a - b.\n\nBroadcasts and promotes."),
    "rt_tensor_sub_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "a - b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_sub_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_sub_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_sub_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a - b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_mul": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a * b.\n\nBroadcasts and promotes."),
    "rt_tensor_mul_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "a * b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_mul_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_mul_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_mul_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a * b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_div": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a / b; integers give f32.\n\nBroadcasts and promotes."),
    "rt_tensor_div_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "a / b; integers give f32.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_div_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_div_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_div_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a / b; integers give f32.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_maximum": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The larger one; NaN if either is. Equal operands share the derivative.\n\nBroadcasts and promotes."),
    "rt_tensor_maximum_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "The larger one; NaN if either is. Equal operands share the derivative.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_maximum_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_maximum_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_maximum_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The larger one; NaN if either is. Equal operands share the derivative.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_minimum": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The smaller one; NaN if either is. Equal operands share the derivative.\n\nBroadcasts and promotes."),
    "rt_tensor_minimum_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "The smaller one; NaN if either is. Equal operands share the derivative.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_minimum_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_minimum_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_minimum_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The smaller one; NaN if either is. Equal operands share the derivative.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_pow": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1 or -1.\n\nBroadcasts and promotes."),
    "rt_tensor_pow_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1 or -1.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_pow_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_pow_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_pow_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a to the power b: floats as C's pow; integers wrap, and a negative exponent is an error unless the base is 1 or -1.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_atan2": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The angle of the point (b, a) in radians, -pi to pi; integers give f32.\n\nBroadcasts and promotes."),
    "rt_tensor_atan2_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "The angle of the point (b, a) in radians, -pi to pi; integers give f32.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_atan2_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_atan2_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_atan2_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "The angle of the point (b, a) in radians, -pi to pi; integers give f32.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_remainder": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.\n\nBroadcasts and promotes."),
    "rt_tensor_remainder_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_remainder_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_remainder_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_remainder_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "What a / b leaves, with the sign of b; an integer by 0 is an error, a float by 0 gives NaN.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_floor_divide": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.\n\nBroadcasts and promotes."),
    "rt_tensor_floor_divide_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_floor_divide_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_floor_divide_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_floor_divide_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a / b rounded down; an integer by 0 is an error, a float by 0 gives what a / b gives.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_bitwise_and": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Bits set in both; of bools, whether both are true.\n\nIntegers and bools. Broadcasts and promotes."),
    "rt_tensor_bitwise_and_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Bits set in both; of bools, whether both are true.\n\nb is an integer; bools become i64."),
    "rt_tensor_bitwise_or": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Bits set in any; of bools, whether any is true.\n\nIntegers and bools. Broadcasts and promotes."),
    "rt_tensor_bitwise_or_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Bits set in any; of bools, whether any is true.\n\nb is an integer; bools become i64."),
    "rt_tensor_bitwise_xor": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Bits set in exactly one; of bools, whether they differ.\n\nIntegers and bools. Broadcasts and promotes."),
    "rt_tensor_bitwise_xor_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Bits set in exactly one; of bools, whether they differ.\n\nb is an integer; bools become i64."),
    "rt_tensor_bitwise_invert": (c_int64, "zero", (c_int64,), ("tensor",), "Every bit inverted; of bools, not x."),
    "rt_tensor_bitwise_left_shift": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a moved b bits up; a count below 0 or not below the width moves all out.\n\nIntegers and bools. Broadcasts and promotes."),
    "rt_tensor_bitwise_left_shift_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a moved b bits up; a count below 0 or not below the width moves all out.\n\nb is an integer; bools become i64."),
    "rt_tensor_bitwise_right_shift": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a moved b bits down, keeping the sign; a count below 0 or not below the width moves all out.\n\nIntegers and bools. Broadcasts and promotes."),
    "rt_tensor_bitwise_right_shift_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "a moved b bits down, keeping the sign; a count below 0 or not below the width moves all out.\n\nb is an integer; bools become i64."),
    "rt_tensor_isnan": (c_int64, "zero", (c_int64,), ("tensor",), "Whether x is NaN; integers and bools never are."),
    "rt_tensor_isinf": (c_int64, "zero", (c_int64,), ("tensor",), "Whether x is an infinity; integers and bools never are."),
    "rt_tensor_isfinite": (c_int64, "zero", (c_int64,), ("tensor",), "Whether x is neither NaN nor an infinity; integers and bools always are."),
    "rt_tensor_eq": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a == b; NaN equals nothing.\n\nBroadcasts and promotes."),
    "rt_tensor_eq_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether a == b; NaN equals nothing.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_eq_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_eq_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_eq_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a == b; NaN equals nothing.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_ne": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a != b.\n\nBroadcasts and promotes."),
    "rt_tensor_ne_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether a != b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_ne_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_ne_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_ne_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a != b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_lt": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a < b.\n\nBroadcasts and promotes."),
    "rt_tensor_lt_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether a < b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_lt_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_lt_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_lt_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a < b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_le": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a <= b.\n\nBroadcasts and promotes."),
    "rt_tensor_le_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether a <= b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_le_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_le_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_le_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a <= b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_gt": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a > b.\n\nBroadcasts and promotes."),
    "rt_tensor_gt_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether a > b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_gt_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_gt_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_gt_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a > b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_ge": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a >= b.\n\nBroadcasts and promotes."),
    "rt_tensor_ge_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether a >= b.\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_ge_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_ge_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_ge_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether a >= b.\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_logical_not": (c_int64, "zero", (c_int64,), ("tensor",), "Whether x is false (0)."),
    "rt_tensor_logical_and": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether both are true (not 0).\n\nBroadcasts and promotes."),
    "rt_tensor_logical_and_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether both are true (not 0).\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_logical_and_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_logical_and_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_logical_and_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether both are true (not 0).\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_logical_or": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether any is true (not 0).\n\nBroadcasts and promotes."),
    "rt_tensor_logical_or_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether any is true (not 0).\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_logical_or_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_logical_or_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_logical_or_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether any is true (not 0).\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_logical_xor": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether exactly one is true (not 0).\n\nBroadcasts and promotes."),
    "rt_tensor_logical_xor_scalar": (c_int64, "zero", (c_int64, c_double), ("a", "b"), "Whether exactly one is true (not 0).\n\nb is a number; with a fraction, integers and bools become f32."),
    "rt_tensor_logical_xor_scalar_bits": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "As rt_tensor_logical_xor_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_logical_xor_scalar_i64": (c_int64, "zero", (c_int64, c_int64), ("a", "b"), "Whether exactly one is true (not 0).\n\nb is an integer, exact beyond 2^53."),
    "rt_tensor_lerp": (c_int64, "zero", (c_int64, c_int64, c_int64), ("start", "end", "weight"), "start + weight (end - start), exact at both ends, and finite between two finite ones however far they lie apart.\n\nBroadcasts and promotes; integers and bools become f32."),
    "rt_tensor_lerp_scalar": (c_int64, "zero", (c_int64, c_int64, c_double), ("start", "end", "weight"), "rt_tensor_lerp with one weight."),
    "rt_tensor_lerp_scalar_bits": (c_int64, "zero", (c_int64, c_int64, c_int64), ("start", "end", "weight"), "As rt_tensor_lerp_scalar, with doubles as IEEE bit patterns."),
    "rt_tensor_clamp": (c_int64, "zero", (c_int64, c_double, c_double), ("tensor", "low", "high"), "Every element, but no less than `low` and no more than `high`; `high` where `low` is above it. NaN stays, and bounds that are NaN give NaN. Integers and bools become f32; rt_tensor_clamp_i64 keeps them."),
    "rt_tensor_clamp_bits": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "low", "high"), "As rt_tensor_clamp, with doubles as IEEE bit patterns."),
    "rt_tensor_clamp_i64": (c_int64, "zero", (c_int64, c_int64, c_int64), ("tensor", "low", "high"), "As rt_tensor_clamp between integers, exact beyond 2^53."),
    "rt_tensor_where": (c_int64, "zero", (c_int64, c_int64, c_int64), ("condition", "a", "b"), "`a` where the condition is true (not 0), else `b`. Broadcasts; a and b promote."),
    "rt_cuda_device_count": (c_int64, "negative", (), (), "Planned: how many CUDA devices there are."),
    "rt_cuda_device_get": (c_int64, "negative", (), (), "Planned: the calling thread's device."),
    "rt_cuda_device_set": (c_int64, "negative", (c_int64,), ("ordinal",), "Planned: makes a device the calling thread's."),
    "rt_cuda_device_name": (c_char_p, "empty", (c_int64,), ("ordinal",), "Planned: a device's name."),
    "rt_cuda_device_name_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("ordinal", "buffer", "capacity"), "As rt_cuda_device_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_cuda_device_memory": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("ordinal", "out", "capacity"), "Planned: free and total bytes."),
    "rt_cuda_malloc": (c_int64, "zero", (c_int64,), ("len_bytes",), "Planned: device memory; its address, 0 on failure."),
    "rt_cuda_free": (c_int64, "negative", (c_int64,), ("address",), "Planned: frees device memory."),
    "rt_cuda_memcpy_h2d": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("destination", "source", "len_bytes"), "Planned: host to device."),
    "rt_cuda_memcpy_d2h": (c_int64, "negative", (c_void_p, c_int64, c_int64), ("destination", "len_bytes", "source"), "Planned: device to host."),
    "rt_cuda_memcpy_d2d": (c_int64, "negative", (c_int64, c_int64, c_int64), ("destination", "source", "len_bytes"), "Planned: device to device."),
    "rt_cuda_stream_create": (c_int64, "zero", (), (), "Planned: a stream."),
    "rt_cuda_stream_sync": (c_int64, "negative", (c_int64,), ("stream",), "Planned: waits for a stream."),
    "rt_cuda_stream_destroy": (c_int64, "negative", (c_int64,), ("stream",), "Planned: frees a stream."),
    "rt_cuda_event_create": (c_int64, "zero", (), (), "Planned: an event."),
    "rt_cuda_event_record": (c_int64, "negative", (c_int64, c_int64), ("event", "stream"), "Planned: records an event on a stream."),
    "rt_cuda_event_sync": (c_int64, "negative", (c_int64,), ("event",), "Planned: waits for an event."),
    "rt_cuda_event_elapsed": (c_double, "nan", (c_int64, c_int64), ("start", "end"), "Planned: milliseconds between two events."),
    "rt_cuda_event_elapsed_bits": (c_int64, "asked", (c_int64, c_int64), ("start", "end"), "As rt_cuda_event_elapsed, with doubles as IEEE bit patterns."),
    "rt_cuda_launch_kernel": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_void_p, c_int64, c_void_p), ("function", "grid", "grid_len", "block", "block_len", "args"), "Planned: launches a kernel function."),
    "rt_vk_instance_create": (c_int64, "zero", (c_char_p, c_int64, c_int64), ("name", "len", "validation"), "Loads the driver and makes an instance for a program of this name. `validation` turns on the Khronos validation layer, UNAVAILABLE where it is not installed; what layers say reaches the log callback at the end of the call that caused it. UNAVAILABLE names what was tried where there is no loader, no driver or no device, and in a child that was forked after the driver was loaded. Any thread, as all rows of this family."),
    "rt_vk_instance_destroy": (c_int64, "negative", (c_int64,), ("instance",), "Frees an instance's handle. The instance lives on while devices made of it do."),
    "rt_vk_physical_devices": (c_int64, "negative", (c_int64,), ("instance",), "How many physical devices the drivers offer. The rows below take an index under it, NOT_FOUND otherwise."),
    "rt_vk_physical_device_name": (c_char_p, "empty", (c_int64, c_int64), ("instance", "physical"), "The hardware's name, as its driver spells it."),
    "rt_vk_physical_device_name_copy": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("instance", "physical", "buffer", "capacity"), "As rt_vk_physical_device_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_physical_device_type": (c_int64, "negative", (c_int64, c_int64), ("instance", "physical"), "What it is: 1 part of the processor's chip, 2 a card of its own, 3 virtual, 4 software on the processor, 0 something else."),
    "rt_vk_physical_device_driver": (c_char_p, "empty", (c_int64, c_int64), ("instance", "physical"), "The driver's name and version."),
    "rt_vk_physical_device_driver_copy": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("instance", "physical", "buffer", "capacity"), "As rt_vk_physical_device_driver, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_physical_device_uuid": (c_char_p, "empty", (c_int64, c_int64), ("instance", "physical"), "32 hexadecimal digits that change with hardware, driver and driver version; what is compiled for one fits no other."),
    "rt_vk_physical_device_uuid_copy": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("instance", "physical", "buffer", "capacity"), "As rt_vk_physical_device_uuid, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_physical_device_api_version": (c_char_p, "empty", (c_int64, c_int64), ("instance", "physical"), "The driver's version of Vulkan, as `1.3.230`. Devices are opened from 1.2 on."),
    "rt_vk_physical_device_api_version_copy": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("instance", "physical", "buffer", "capacity"), "As rt_vk_physical_device_api_version, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_physical_device_vendor_id": (c_int64, "negative", (c_int64, c_int64), ("instance", "physical"), "The vendor's number."),
    "rt_vk_physical_device_device_id": (c_int64, "negative", (c_int64, c_int64), ("instance", "physical"), "The vendor's number of the hardware."),
    "rt_vk_physical_device_memory": (c_int64, "negative", (c_int64, c_int64), ("instance", "physical"), "Bytes of memory of the device's own."),
    "rt_vk_physical_device_limit": (c_int64, "negative", (c_int64, c_int64, c_char_p, c_int64), ("instance", "physical", "name", "len"), "A limit by the name that the Vulkan specification gives it, an element of an array as `maxComputeWorkGroupSize[0]`; also `maxMemoryAllocationSize` and `subgroupSize`. NOT_FOUND for names that are not known here."),
    "rt_vk_physical_device_timestamp_period": (c_double, "nan", (c_int64, c_int64), ("instance", "physical"), "Nanoseconds in one tick of a timestamp."),
    "rt_vk_physical_device_timestamp_period_bits": (c_int64, "asked", (c_int64, c_int64), ("instance", "physical"), "As rt_vk_physical_device_timestamp_period, with doubles as IEEE bit patterns."),
    "rt_vk_physical_device_has_feature": (c_int64, "empty", (c_int64, c_int64, c_char_p, c_int64), ("instance", "physical", "name", "len"), "Whether the device has a feature, by the name that the Vulkan specification gives it. A device is opened with all that it has."),
    "rt_vk_physical_device_has_extension": (c_int64, "empty", (c_int64, c_int64, c_char_p, c_int64), ("instance", "physical", "name", "len"), "Whether the device has an extension, as `VK_KHR_swapchain`."),
    "rt_vk_queue_family_count": (c_int64, "negative", (c_int64, c_int64), ("instance", "physical"), "How many families of queues the device has."),
    "rt_vk_queue_family_flags": (c_int64, "negative", (c_int64, c_int64, c_int64), ("instance", "physical", "family"), "What queues of a family do: the sum of 1 graphics, 2 compute, 4 transfer, and Vulkan's further bits."),
    "rt_vk_queue_family_queues": (c_int64, "negative", (c_int64, c_int64, c_int64), ("instance", "physical", "family"), "How many queues of a family a device opens, 4 at most."),
    "rt_vk_queue_family_timestamp_bits": (c_int64, "negative", (c_int64, c_int64, c_int64), ("instance", "physical", "family"), "How many bits of a timestamp count; 0 where queues of the family have none."),
    "rt_vk_queue_family_find": (c_int64, "negative", (c_int64, c_int64, c_int64), ("instance", "physical", "flags"), "The first family whose queues do all of `flags`, as above; NOT_FOUND when none does."),
    "rt_vk_device_create": (c_int64, "zero", (c_int64, c_int64), ("instance", "physical"), "Opens a physical device, by its index, with every feature it has. Accesses of shaders outside a buffer are harmless where the device has `robustBufferAccess`, as all do. UNSUPPORTED below Vulkan 1.2. It draws by dynamic rendering where the driver has it; the environment variable `FFI_VULKAN_RENDER_PASSES` has it use render passes there too."),
    "rt_vk_device_destroy": (c_int64, "negative", (c_int64,), ("device",), "Frees a device's handle. The device lives on while objects made of it do, so the order of freeing is free. After DEVICE_LOST everything on the device answers so, but frees work, and a new device may be created."),
    "rt_vk_device_wait": (c_int64, "negative", (c_int64, c_int64), ("device", "timeout_ns"), "Waits until all that was submitted to the device is done: 1, or 0 when so many nanoseconds passed first. 0 only looks, less than 0 waits for ever."),
    "rt_vk_queue_get": (c_int64, "zero", (c_int64, c_int64, c_int64), ("device", "family", "index"), "A queue of a family. The same queue may be had many times; each handle is freed once."),
    "rt_vk_queue_destroy": (c_int64, "negative", (c_int64,), ("queue",), "Frees a queue's handle; the last one waits for what was submitted through it."),
    "rt_vk_queue_family": (c_int64, "negative", (c_int64,), ("queue",), "The family that a queue is of."),
    "rt_vk_submit": (c_int64, "negative", (c_int64, c_int64, c_int64), ("queue", "commands", "fence"), "Submits a command buffer that was ended. The fence, 0 for none, is signalled when it is done; it must be new or reset. Until then the command buffer and all that it uses are held, and freeing, mapping or changing them answers BUSY; `rt_release` of them is deferred. Work of one queue runs in the order of submission and sees what was written before; work of different queues is ordered by waiting for a fence."),
    "rt_vk_submit_all": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64), ("queue", "commands", "count", "fence"), "Submits several command buffers at once, in this order; one fence for all, or 0."),
    "rt_vk_queue_wait": (c_int64, "negative", (c_int64, c_int64), ("queue", "timeout_ns"), "Waits until all that was submitted to the queue so far is done: 1, or 0 when so many nanoseconds passed first. 0 only looks, less than 0 waits for ever."),
    "rt_vk_fence_create": (c_int64, "zero", (c_int64,), ("device",), "A fence, not signalled."),
    "rt_vk_fence_destroy": (c_int64, "negative", (c_int64,), ("fence",), "Frees a fence's handle; BUSY while its submission is not done."),
    "rt_vk_fence_wait": (c_int64, "negative", (c_int64, c_int64), ("fence", "timeout_ns"), "Waits for the submission of a fence: 1 when it is done, 0 when so many nanoseconds passed first. 0 only looks, less than 0 waits for ever. INVALID_ARGUMENT for a fence that was not submitted, which would never be signalled; DEVICE_LOST."),
    "rt_vk_fence_reset": (c_int64, "negative", (c_int64,), ("fence",), "Makes a signalled fence new, to submit with it again; BUSY while its submission is not done."),
    "rt_vk_buffer_create": (c_int64, "zero", (c_int64, c_int64, c_int64), ("device", "len_bytes", "usage"), "A buffer of so many bytes, still without memory. `usage` is the sum of Vulkan's bits: 1 source and 2 destination of copies, 16 uniforms, 32 storage, 64 indices, 128 vertices, 256 arguments of indirect commands."),
    "rt_vk_buffer_destroy": (c_int64, "negative", (c_int64,), ("buffer",), "Frees a buffer's handle; BUSY while a submission that is not done uses it. A command buffer that was recorded with it holds it until recorded anew."),
    "rt_vk_buffer_size": (c_int64, "negative", (c_int64,), ("buffer",), "Its length in bytes."),
    "rt_vk_buffer_write": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("buffer", "offset", "data", "len_bytes"), "Copies bytes into a buffer whose memory the host sees. BUSY while a submission that is not done uses it."),
    "rt_vk_buffer_read": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("buffer", "offset", "out", "len_bytes"), "Copies bytes out of a buffer whose memory the host sees. BUSY while a submission that is not done uses it."),
    "rt_vk_memory_allocate": (c_int64, "zero", (c_int64, c_int64), ("buffer", "place"), "Allocates memory for a buffer and binds it, once. `place` is 0 for the device's own, which the host does not see, 1 for memory that the host writes, 2 for memory that the host reads. OUT_OF_MEMORY."),
    "rt_vk_memory_free": (c_int64, "negative", (c_int64,), ("memory",), "Frees memory's handle; BUSY while it is mapped or a submission that is not done uses it. The bytes go back when its buffer is gone too."),
    "rt_vk_memory_size": (c_int64, "negative", (c_int64,), ("memory",), "Its length in bytes, which is at least the buffer's."),
    "rt_vk_memory_map": (c_int64, "zero", (c_int64,), ("memory",), "The host's address of memory, valid until it is unmapped, 0 on failure. BUSY when it is mapped already, or while a submission that is not done uses it. Reading and writing there while a later submission runs is the caller's to order. No flush is needed."),
    "rt_vk_memory_unmap": (c_int64, "negative", (c_int64,), ("memory",), "Ends a mapping; its address is not to be used any more."),
    "rt_vk_image_create": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("device", "width", "height", "format", "usage"), "An image of two dimensions, in texels, with memory of the device's. `format` is Vulkan's number, as 37 for four bytes of red, green, blue, alpha, or 126 for depth; UNSUPPORTED lists those that are known. `usage` is the sum of Vulkan's bits: 1 source and 2 destination of copies, 4 sampled, 8 stored to, 16 drawn to, 32 depth. The library keeps track of its layout."),
    "rt_vk_image_destroy": (c_int64, "negative", (c_int64,), ("image",), "Frees an image's handle; BUSY while a submission that is not done uses it."),
    "rt_vk_image_width": (c_int64, "negative", (c_int64,), ("image",), "Texels in a row."),
    "rt_vk_image_height": (c_int64, "negative", (c_int64,), ("image",), "How many rows."),
    "rt_vk_image_format": (c_int64, "negative", (c_int64,), ("image",), "Its format, Vulkan's number."),
    "rt_vk_sampler_create": (c_int64, "zero", (c_int64, c_int64, c_int64), ("device", "linear", "repeat"), "A sampler: between texels linear or the nearest one, beyond the edge repeated or the edge's texel. OUT_OF_MEMORY where as many are alive as the device has."),
    "rt_vk_sampler_destroy": (c_int64, "negative", (c_int64,), ("sampler",), "Frees a sampler's handle; BUSY while a submission that is not done uses it."),
    "rt_vk_copy_buffer_to_image": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_void_p, c_int64), ("commands", "src", "src_offset", "dst", "region", "count"), "Copies texels from a buffer of usage 1, row after row without gaps, into an image of usage 2. `region` is x, y, width, height, or of no numbers for all. What wrote the buffer in the same command buffer needs a barrier before; the image needs none."),
    "rt_vk_copy_image_to_buffer": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64, c_int64, c_int64), ("commands", "src", "region", "count", "dst", "dst_offset"), "Copies texels from an image of usage 1 into a buffer of usage 2, as above. What wrote the image needs no barrier."),
    "rt_vk_image_layout": (c_int64, "negative", (c_int64, c_int64, c_int64), ("commands", "image", "layout"), "Brings an image into a layout by hand, which is needed only for an image that is sampled while rendering after it was stored to in the same command buffer: 1 stored to, 2 drawn to, 3 depth, 5 sampled, 6 source, 7 destination. Waits for what is before."),
    "rt_vk_shader_load": (c_int64, "zero", (c_int64, c_void_p, c_int64), ("device", "code", "len_bytes"), "A shader module from SPIR-V, little-endian words. It is read before the driver sees it: BAD_FORMAT for what is no SPIR-V, UNSUPPORTED with the capability that the device has not. That a module which reads is valid beyond that is the caller's promise, as `spirv-val` checks it."),
    "rt_vk_shader_destroy": (c_int64, "negative", (c_int64,), ("shader",), "Frees a module's handle. Pipelines made of it do not need it."),
    "rt_vk_shader_entry_count": (c_int64, "negative", (c_int64,), ("shader",), "How many entry points the module has."),
    "rt_vk_shader_entry_name": (c_char_p, "empty", (c_int64, c_int64), ("shader", "entry"), "The name of an entry point."),
    "rt_vk_shader_entry_name_copy": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("shader", "entry", "buffer", "capacity"), "As rt_vk_shader_entry_name, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_shader_entry_stage": (c_int64, "negative", (c_int64, c_int64), ("shader", "entry"), "The stage of an entry point: 1 vertex, 16 fragment, 32 compute, by Vulkan's bits."),
    "rt_vk_shader_workgroup_size": (c_int64, "negative", (c_int64, c_int64, c_int64), ("shader", "entry", "axis"), "Invocations of a compute shader's work-group along an axis, 0 to 2, with the constants that the module comes with."),
    "rt_vk_shader_push_constant_size": (c_int64, "negative", (c_int64, c_int64), ("shader", "entry"), "Bytes of push constants of an entry point, 0 where it has none."),
    "rt_vk_shader_binding_count": (c_int64, "negative", (c_int64, c_int64), ("shader", "entry"), "How many bindings an entry point uses. The rows below take an index under it, in the order of sets and bindings."),
    "rt_vk_shader_binding_set": (c_int64, "negative", (c_int64, c_int64, c_int64), ("shader", "entry", "index"), "The set that a binding is in."),
    "rt_vk_shader_binding_number": (c_int64, "negative", (c_int64, c_int64, c_int64), ("shader", "entry", "index"), "The number that a binding has in its set."),
    "rt_vk_shader_binding_kind": (c_int64, "negative", (c_int64, c_int64, c_int64), ("shader", "entry", "index"), "What it takes: 0 a sampler, 1 an image with its sampler, 2 an image to sample, 3 an image to store in, 6 a uniform buffer, 7 a storage buffer, by Vulkan's numbers; UNSUPPORTED for what is not bound here."),
    "rt_vk_shader_binding_length": (c_int64, "negative", (c_int64, c_int64, c_int64), ("shader", "entry", "index"), "How many of the kind, 1 where it is no array, 0 for an array without length."),
    "rt_vk_shader_constant_count": (c_int64, "negative", (c_int64,), ("shader",), "How many specialization constants the module has."),
    "rt_vk_shader_constant_id": (c_int64, "negative", (c_int64, c_int64), ("shader", "index"), "The id of a specialization constant, in ascending order."),
    "rt_vk_shader_constant_size": (c_int64, "negative", (c_int64, c_int64), ("shader", "index"), "Its bytes: 1, 2, 4 or 8."),
    "rt_vk_pipeline_compute": (c_int64, "zero", (c_int64, c_char_p, c_int64, c_void_p, c_int64), ("shader", "entry", "len", "constants", "count"), "A compute pipeline of a module's entry point; an empty name takes the only one. `constants` are pairs of a specialization constant's id and its value, floats as their bits; those not named keep the module's values. UNSUPPORTED where work-group, the memory that it shares, or bindings are beyond the device's limits. Compiles, so it may take long."),
    "rt_vk_pipeline_graphics": (c_int64, "zero", (c_int64, c_int64, c_void_p, c_int64), ("vertex", "fragment", "options", "count"), "A graphics pipeline of a vertex and a fragment shader, each the only one of its stage in its module. `options` are numbers, each followed by what it takes; formats are Vulkan's numbers. 1 format: draws to a colour, once for each. 2 format: has depth. 3 topology: 0 points, 1 lines, 2 line strip, 3 triangles (the default), 4 triangle strip, 5 fan. 4 culling: 0 none, 1 front, 2 back. 5 front face: 0 counter-clockwise, 1 clockwise. 6 blending: 0 off, 1 by alpha, 2 sum, 3 by alpha that is multiplied in. 7 comparison, write: compares depth, 0 never, 1 less, 2 equal, 3 less or equal, 4 greater, 5 not equal, 6 greater or equal, 7 always. 8 stride, by_instance: a vertex buffer, numbered from 0. 9 location, vertex buffer, format, offset: an attribute. 10 fill: 0 polygons, 1 lines, 2 points. 11 id, value: a specialization constant of either shader. Viewport and scissor are set while recording."),
    "rt_vk_pipeline_destroy": (c_int64, "negative", (c_int64,), ("pipeline",), "Frees a pipeline's handle; BUSY while a submission that is not done uses it."),
    "rt_vk_pipeline_cache_read": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("device", "out", "capacity"), "Copies out what the device compiled so far, to be given to another process; the length it needs, and nothing is written to a buffer that is shorter."),
    "rt_vk_pipeline_cache_load": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("device", "data", "len_bytes"), "Takes what another process compiled, so that the same pipelines are made quickly. BAD_FORMAT for bytes that are cut, damaged or of another device or driver version. The driver trusts the rest, so the bytes are to come from where nobody else writes."),
    "rt_vk_descriptor_set_create": (c_int64, "zero", (c_int64, c_int64), ("pipeline", "set"), "A descriptor set for a pipeline's set of this number. It fits every pipeline that binds the same."),
    "rt_vk_descriptor_set_destroy": (c_int64, "negative", (c_int64,), ("set",), "Frees a set's handle; BUSY while a submission that is not done uses it."),
    "rt_vk_bind_buffer": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("set", "binding", "element", "buffer", "offset", "len_bytes"), "Binds bytes of a buffer to an element of a binding, 0 where it is no array; a length of -1 means to the end. The set holds the buffer. BUSY while a submission that is not done uses the set; what was recorded with the set must be recorded again."),
    "rt_vk_bind_image": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64), ("set", "binding", "element", "image", "sampler"), "Binds an image, a sampler or both to an element of a binding, as its kind wants; 0 for the one that it does not take. UNSUPPORTED for a linear sampler with an image whose format has none; where shader and not binding joins the two, a dispatch or draw answers so. An image to store in has the format that the module declares, where it declares one. Otherwise as `rt_vk_bind_buffer`."),
    "rt_vk_command_pool": (c_int64, "zero", (c_int64, c_int64), ("device", "family"), "A command pool for queues of one family. Buffers of one pool are recorded one command at a time, whichever threads record."),
    "rt_vk_command_pool_destroy": (c_int64, "negative", (c_int64,), ("pool",), "Frees a pool's handle. The pool lives on while its command buffers do."),
    "rt_vk_command_buffer": (c_int64, "zero", (c_int64,), ("pool",), "A command buffer."),
    "rt_vk_command_buffer_destroy": (c_int64, "negative", (c_int64,), ("commands",), "Frees a command buffer's handle; BUSY while a submission of it is not done."),
    "rt_vk_command_begin": (c_int64, "negative", (c_int64,), ("commands",), "Forgets what was recorded and begins anew; BUSY while a submission of it is not done. Commands between begin and end hold the objects that they use; a command that is refused is not recorded, and those before it stay. Commands that depend on one another need `rt_vk_barrier` between them."),
    "rt_vk_command_end": (c_int64, "negative", (c_int64,), ("commands",), "Ends recording; the buffer may then be submitted, many times, each when the one before is done. What it writes is seen by the host and by what is submitted later to the same queue, without a barrier."),
    "rt_vk_barrier": (c_int64, "negative", (c_int64, c_int64, c_int64), ("commands", "from", "to"), "What the parts of `from` did is done, and seen by what the parts of `to` do next: sums of 1 compute, 2 copies and fills, 4 graphics, 8 the host; 0 is all."),
    "rt_vk_copy_buffer": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("commands", "src", "src_offset", "dst", "dst_offset", "len_bytes"), "Copies bytes between buffers, or within one where they do not overlap. A length of -1 means to the end of the source. The buffers have usage 1 and 2."),
    "rt_vk_fill_buffer": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64), ("commands", "dst", "offset", "len_bytes", "word"), "Fills bytes of a buffer of usage 2 with one 32-bit word. Offset and length are multiples of 4; -1 means to the end."),
    "rt_vk_bind_pipeline": (c_int64, "negative", (c_int64, c_int64), ("commands", "pipeline"), "Binds a pipeline for the dispatches, or draws, that follow in this command buffer."),
    "rt_vk_bind_descriptor_set": (c_int64, "negative", (c_int64, c_int64), ("commands", "set"), "Binds a descriptor set at its number for what follows."),
    "rt_vk_push_constants": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64), ("commands", "offset", "data", "len_bytes"), "Gives bytes of push constants for what follows, whole words of 4. All that a pipeline declares must be given before a dispatch or draw."),
    "rt_vk_dispatch": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("commands", "x", "y", "z"), "Records a dispatch of so many work-groups, 1 up to the device's limits. Pipeline, sets and push constants are checked to be complete before anything is recorded. Images that are bound get the layout they need."),
    "rt_vk_timestamp": (c_int64, "negative", (c_int64,), ("commands",), "Records the time when everything before is done; its number, from 0, at most 64 in a command buffer. UNSUPPORTED where the queue family has no timestamps."),
    "rt_vk_timestamp_elapsed": (c_int64, "negative", (c_int64, c_int64, c_int64), ("commands", "first", "second"), "Nanoseconds from one timestamp to another in the last submission, which must be done: BUSY otherwise."),
    "rt_vk_render_begin": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_int64, c_void_p, c_int64), ("commands", "colors", "count", "depth", "clear", "clear_count"), "Begins to draw to images of usage 16, by their handles, and depth of usage 32, or 0; all of one size. `clear` has 4 numbers for each colour and one for depth, or none: what is there then stays. Viewport and scissor become all of it. Between begin and end stand draws, binds and push constants alone."),
    "rt_vk_render_end": (c_int64, "negative", (c_int64,), ("commands",), "Ends drawing. Images of usage 4 can then be sampled."),
    "rt_vk_viewport": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("commands", "numbers", "count"), "Where the picture lies in the targets: x, y, width, height, and perhaps the nearest and farthest depth."),
    "rt_vk_scissor": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64), ("commands", "x", "y", "width", "height"), "Which part of the targets is drawn to, in texels."),
    "rt_vk_bind_vertex_buffer": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("commands", "index", "buffer", "offset"), "Binds a buffer of usage 128, from an offset on, as the vertex buffer of this number."),
    "rt_vk_bind_index_buffer": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64), ("commands", "buffer", "offset", "wide"), "Binds a buffer of usage 64, from an offset on, as indices of 4 bytes where `wide`, of 2 otherwise."),
    "rt_vk_draw": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64), ("commands", "vertices", "instances", "first_vertex", "first_instance"), "Draws. Refused unless pipeline, sets, push constants and vertex buffers are complete, fit the targets, and hold all that is read."),
    "rt_vk_draw_indexed": (c_int64, "negative", (c_int64, c_int64, c_int64, c_int64, c_int64, c_int64), ("commands", "indices", "instances", "first_index", "vertex_offset", "first_instance"), "Draws vertices by their indices, to each of which `vertex_offset` is added. The indices lie in their buffer; what they name beyond the vertex buffers reads as zero or another vertex of them."),
    "rt_vk_window_create": (c_int64, "zero", (c_char_p, c_int64, c_int64, c_int64), ("title", "len", "width", "height"), "A window of so many pixels inside its frame, 1 to 16384 each way, shown at once; 64 at most are open. It belongs to the calling thread: rows of windows refuse others. The first thread of a process that makes one is the only one that can, and on macOS it is the main thread. UNAVAILABLE names what was tried where there is no display; when the display goes away later, everything about windows answers so, the program goes on, and only a new process finds a display again."),
    "rt_vk_window_destroy": (c_int64, "negative", (c_int64,), ("window",), "Frees a window's handle; the window leaves the screen. A surface of it stays valid, and keeps what it needs."),
    "rt_vk_window_poll": (c_int64, "negative", (c_int64, c_int64), ("window", "timeout_ns"), "Takes the next event of the window and answers its kind, RT_WINDOW_EVENT_CLOSE or its like; 0 when none came in so many nanoseconds. 0 only looks, less than 0 waits for ever. Rows of events below tell of the event until the next poll. Poll all windows often: between polls a desktop takes a program for hung, and of more than 1024 events that wait the oldest are lost."),
    "rt_vk_window_event_x": (c_double, "nan", (c_int64,), ("window",), "Of RESIZE its width, of SCROLL lines across, of the pointer's events where it is, in pixels from the left. INVALID_ARGUMENT for events that have none, as in the rows below."),
    "rt_vk_window_event_x_bits": (c_int64, "asked", (c_int64,), ("window",), "As rt_vk_window_event_x, with doubles as IEEE bit patterns."),
    "rt_vk_window_event_y": (c_double, "nan", (c_int64,), ("window",), "Of RESIZE its height, of SCROLL lines, of the pointer's events where it is, in pixels from the top."),
    "rt_vk_window_event_y_bits": (c_int64, "asked", (c_int64,), ("window",), "As rt_vk_window_event_y, with doubles as IEEE bit patterns."),
    "rt_vk_window_event_key": (c_int64, "negative", (c_int64,), ("window",), "Of KEY_DOWN and KEY_UP the key, by its place on the keyboard: RT_KEY_A is where a US keyboard has A. These are the numbers of the USB HID keyboard page; 0 is a key that has none."),
    "rt_vk_window_event_repeats": (c_int64, "empty", (c_int64,), ("window",), "Of KEY_DOWN, whether the key was down before and repeats."),
    "rt_vk_window_event_text": (c_char_p, "empty", (c_int64,), ("window",), "Of KEY_DOWN, what the key types with the user's keyboard layout; empty for keys that type nothing."),
    "rt_vk_window_event_text_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("window", "buffer", "capacity"), "As rt_vk_window_event_text, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_window_event_button": (c_int64, "negative", (c_int64,), ("window",), "Of BUTTON_DOWN and BUTTON_UP the button: 1 left, 2 right, 3 middle, 4 back, 5 forward, others from 6 on."),
    "rt_vk_window_event_modifiers": (c_int64, "negative", (c_int64,), ("window",), "Of keys, buttons and SCROLL, the modifiers that were down: the sum of 1 shift, 2 control, 4 alt, 8 super."),
    "rt_vk_window_key_down": (c_int64, "empty", (c_int64, c_int64), ("window", "key"), "Whether a key, RT_KEY_A or its like, is down as far as events were polled."),
    "rt_vk_window_width": (c_int64, "negative", (c_int64,), ("window",), "Its width in pixels as far as the last poll heard; 0 when minimised, on some desktops."),
    "rt_vk_window_height": (c_int64, "negative", (c_int64,), ("window",), "Its height in pixels as far as the last poll heard; 0 when minimised, on some desktops."),
    "rt_vk_window_set_size": (c_int64, "negative", (c_int64, c_int64, c_int64), ("window", "width", "height"), "Asks for another size. The desktop decides; what it decided comes as an event."),
    "rt_vk_window_title": (c_char_p, "empty", (c_int64,), ("window",), "Its title, as the program set it."),
    "rt_vk_window_title_copy": (c_int64, "negative", (c_int64, c_void_p, c_int64), ("window", "buffer", "capacity"), "As rt_vk_window_title, the text into a buffer; returns the length needed without the NUL."),
    "rt_vk_window_set_title": (c_int64, "negative", (c_int64, c_char_p, c_int64), ("window", "title", "len"), "Changes its title."),
    "rt_vk_window_close": (c_int64, "negative", (c_int64,), ("window",), "Sends it RT_WINDOW_EVENT_CLOSE, as the desktop does when somebody wants it closed: for a program's own way to quit."),
    "rt_vk_surface_create": (c_int64, "zero", (c_int64, c_int64), ("instance", "window"), "A window as Vulkan shows images in it; on the thread that made the window. UNSUPPORTED names the extension that the driver lacks."),
    "rt_vk_surface_destroy": (c_int64, "negative", (c_int64,), ("surface",), "Frees a surface's handle, on any thread. The surface lives on while a swapchain of it does."),
    "rt_vk_surface_supports": (c_int64, "empty", (c_int64, c_int64, c_int64), ("surface", "physical", "family"), "Whether queues of a family of a physical device present to the surface."),
    "rt_vk_swapchain_create": (c_int64, "zero", (c_int64, c_int64, c_int64, c_int64, c_int64), ("device", "surface", "width", "height", "vsync"), "A swapchain: images that are shown in the window in turn. The size counts where the desktop leaves it to programs; otherwise it is the window's. With `vsync` images wait for the screen, without they come as fast as the driver lets them. BUSY when the surface has a swapchain that is not freed; WOULD_BLOCK while the window has no area, as when minimised: poll until it is told a size."),
    "rt_vk_swapchain_destroy": (c_int64, "negative", (c_int64,), ("swapchain",), "Frees a swapchain's handle; BUSY while a submission that is not done uses one of its images. Handles of its images and command buffers recorded with them may stay, and do not keep the surface from another swapchain; submitting these is INVALID_ARGUMENT."),
    "rt_vk_swapchain_recreate": (c_int64, "negative", (c_int64, c_int64, c_int64), ("swapchain", "width", "height"), "Makes the swapchain anew under the same handle, for the window as it is now: after OUT_OF_DATE, and when presenting answered 1. Its images are others then: free the handles of those before and ask for them again; what was recorded with them is to be recorded anew. WOULD_BLOCK while the window has no area: skip drawing, poll, try again."),
    "rt_vk_swapchain_width": (c_int64, "negative", (c_int64,), ("swapchain",), "The width of its images."),
    "rt_vk_swapchain_height": (c_int64, "negative", (c_int64,), ("swapchain",), "The height of its images."),
    "rt_vk_swapchain_format": (c_int64, "negative", (c_int64,), ("swapchain",), "The format of its images, by Vulkan's number: 44 is B8G8R8A8_UNORM, 37 is R8G8B8A8_UNORM; no other is used."),
    "rt_vk_swapchain_image_count": (c_int64, "negative", (c_int64,), ("swapchain",), "How many images it has."),
    "rt_vk_swapchain_image": (c_int64, "zero", (c_int64, c_int64), ("swapchain", "index"), "One of its images, by its index under that count: a new handle, to draw into as into any other image, or copy to or from where the surface allows. It can be recorded at any time, and submitted while it is acquired."),
    "rt_vk_swapchain_acquire": (c_int64, "negative", (c_int64, c_int64, c_int64), ("swapchain", "queue", "timeout_ns"), "Takes the next image to draw into, and answers its index. The queue, of a family that presents, waits by itself until the image is free: submit to it what draws; what the image held before is gone. TIMEOUT when no image became free in so many nanoseconds; 0 only looks, less than 0 waits for ever. OUT_OF_DATE: call rt_vk_swapchain_recreate and acquire again. BUSY when too many are acquired. CLOSED when the surface is lost."),
    "rt_vk_present": (c_int64, "negative", (c_int64, c_int64, c_int64), ("queue", "swapchain", "index"), "Shows an acquired image as soon as all that was submitted to the queue is done: 0, or 1 when a swapchain made anew would fit better, as after a poll that heard of another size. OUT_OF_DATE when the image is not shown because the window changed: call rt_vk_swapchain_recreate and draw again."),
    "rt_kernel_compile": (c_int64, "zero", (c_int64, c_void_p, c_int64, c_int64, c_char_p, c_int64), ("device", "source", "len", "language", "entry", "entry_len"), "Planned: compiles a kernel."),
    "rt_kernel_from_host": (c_int64, "zero", (rt_group_fn, c_void_p), ("function", "user_data"), "Planned: a kernel that is a function of the host."),
    "rt_kernel_launch": (c_int64, "negative", (c_int64, c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_int64), ("kernel", "grid", "grid_len", "block", "block_len", "args", "n"), "Planned: runs a kernel over tensors and scalars."),
    "rt_pipeline_new": (c_int64, "zero", (c_int64,), ("device",), "Planned: an empty pipeline."),
    "rt_pipeline_dispatch": (c_int64, "negative", (c_int64, c_int64, c_void_p, c_int64, c_void_p, c_int64), ("pipeline", "kernel", "grid", "grid_len", "args", "n"), "Planned: records a kernel."),
    "rt_pipeline_copy": (c_int64, "negative", (c_int64, c_int64, c_int64), ("pipeline", "source", "destination"), "Planned: records a copy."),
    "rt_pipeline_barrier": (c_int64, "negative", (c_int64,), ("pipeline",), "Planned: records a barrier."),
    "rt_pipeline_build": (c_int64, "negative", (c_int64,), ("pipeline",), "Planned: ends recording."),
    "rt_pipeline_submit": (c_int64, "zero", (c_int64,), ("pipeline",), "Planned: submits, with a fence to wait on."),
    "rt_fence_wait": (c_int64, "empty", (c_int64, c_int64), ("fence", "timeout_ns"), "Planned: 1 when done, 0 at the timeout."),
    "rt_fence_free": (c_int64, "negative", (c_int64,), ("fence",), "Planned: frees a fence."),
    "rt_gc_init": (c_int64, "negative", (), (), "Planned: starts the collector."),
    "rt_gc_malloc": (c_int64, "zero", (c_int64,), ("len_bytes",), "Planned: collected memory; the address, 0 on failure."),
    "rt_gc_free": (c_int64, "negative", (c_void_p,), ("address",), "Planned: gives collected memory back early."),
    "rt_gc_collect": (c_int64, "negative", (), (), "Planned: collects now."),
    "rt_gc_disable": (c_int64, "negative", (), (), "Planned: no collection until enabled again."),
    "rt_gc_enable": (c_int64, "negative", (), (), "Planned: undoes one rt_gc_disable."),
    "rt_gc_stats": (c_int64, "negative", (c_void_p, c_int64), ("out", "capacity"), "Planned: heap bytes, free bytes, collections."),
}
