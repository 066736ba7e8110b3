//! What the reference page says of whole groups: shapes, dtypes, errors, ownership, threads; and the dtypes of ops, by class.

use ffi_backend::{Class, MapOp};
use ffi_base::{Code, Row};

/// Headings and what stands under them.
pub fn of(group: &str) -> &'static [(&'static str, &'static str)] {
    match group {
        "Errors" => &[
            (
                "Threads",
                "Every thread has a last error of its own. Only failures set it; a success leaves it as it is, except where a function says so.",
            ),
            (
                "Ownership",
                "Texts are the library's: error names are static, messages valid until the 16th next text on the same thread.",
            ),
        ],
        "Handles" => &[(
            "Ownership",
            "What a function returns is yours, freed once with rt_<object>_free or rt_release; arguments are borrowed. A handle that is \
             0, freed, made up or of another kind is refused with INVALID_HANDLE, never followed; freeing 0 does nothing.",
        )],
        "Functions by name" => &[(
            "Errors",
            "NOT_FOUND names the function, INVALID_ARGUMENT the number of arguments it takes. Both concern the call itself: what the called \
             function has to say is in its result.",
        )],
        "Devices" => &[
            (
                "Ownership",
                "Devices are the library's and stay open until the process ends; freeing their handles does nothing.",
            ),
            (
                "Errors",
                "NOT_CONFIGURED: the feature is off in this build. UNAVAILABLE: no driver or no device. NOT_FOUND: no such name or place. DEVICE_LOST: it failed since.",
            ),
            (
                "Threads",
                "The default device is each thread's own; a new thread starts with the process's, which FFI_DEVICE names.",
            ),
        ],
        "Tensors: creation" => &[
            ("Shapes", "`dims[0..ndim]`, rank 0 to 8, sizes from 0 on; elements lie in row-major order."),
            ("dtypes", "Every one of the eight, where the function does not name some."),
            (
                "Errors",
                "INVALID_ARGUMENT: a negative size, more elements than any memory holds, a rank above 8, a number that is no dtype. OUT_OF_MEMORY: more than this device has.",
            ),
            (
                "Ownership",
                "The tensor is yours, to be freed with rt_tensor_free; `data` and `dims` are read during the call alone.",
            ),
        ],
        "Tensors: shape and views" => &[
            (
                "Ownership",
                "A view is a tensor of its own, freed like any other, and keeps the memory it shares alive. Writing into one shows in all.",
            ),
            (
                "Errors",
                "INVALID_ARGUMENT: no such dimension or position. SHAPE_MISMATCH: sizes that do not fit together.",
            ),
        ],
        "Tensors: transfer" => &[
            (
                "dtypes",
                "Any to any: floats to integers truncate and saturate, integers wrap among themselves, bool is `!= 0`.",
            ),
            (
                "Errors",
                "Work on a GPU may fail after the call that asked for it has returned: that failure comes out here.",
            ),
        ],
        "Tensors: elementwise" => &[
            (
                "Shapes",
                "Of two tensors, shapes broadcast as in NumPy: sizes agree from the last dimension on, or one of them is 1. Else SHAPE_MISMATCH.",
            ),
            (
                "dtypes",
                "Two dtypes promote as the Python array API standard says; a float beside an integer tensor gives that float. A scalar does not widen a tensor of its own family.",
            ),
            (
                "Errors",
                "DTYPE_MISMATCH: not defined for this dtype. DEVICE_MISMATCH: operands on two devices. UNSUPPORTED: this device has no kernel for it.",
            ),
            ("Ownership", "The result is new memory and yours to free."),
        ],
        "Tensors: in place" => &[
            ("Shapes", "The second operand broadcasts to the first, never the other way round."),
            (
                "dtypes",
                "The first operand keeps its own; what would lose the other's family (a float into integers) is DTYPE_MISMATCH.",
            ),
            ("Threads", "Two threads that write one memory give one order or the other, never a torn element."),
        ],
        "Tensors: reductions" => &[
            (
                "Shapes",
                "`_dims` forms take dimensions, negative ones from the end; with `keepdim` they stay as size 1. Over everything, the result has rank 0: rt_tensor_item reads it.",
            ),
            (
                "Errors",
                "INVALID_ARGUMENT: no such dimension, one named twice, no answer over nothing. SHAPE_MISMATCH: inner sizes of a product differ.",
            ),
            ("Ownership", "The result is new memory and yours to free."),
        ],
        "Tensors: networks" => &[
            ("dtypes", "Floats, where a function does not say otherwise; f16 and bf16 are normalised in f32."),
            (
                "Errors",
                "SHAPE_MISMATCH: shapes that do not fit together. INVALID_ARGUMENT: a size, a probability or an option out of its range.",
            ),
            (
                "Ownership",
                "Results are new tensors and yours to free; dropout that drops nothing and what is flat already share memory.",
            ),
        ],
        "Tensors: losses" => &[
            ("Shapes", "Input and target have the same shape, classes aside: nothing broadcasts."),
            ("dtypes", "Floats; integers and bools become f32. Classes are i64 or i32."),
            (
                "Errors",
                "SHAPE_MISMATCH: input and target do not fit together. INVALID_ARGUMENT: a number that is no RT_REDUCTION_*, a class outside.",
            ),
        ],
        "Tensors: initialisation" => &[
            ("dtypes", "Floats, but for the constant ones."),
            (
                "Errors",
                "SHAPE_MISMATCH: a bound by inputs and outputs wants rank 2 or more. INVALID_ARGUMENT: numbers that would not all be finite, \
                 bounds the wrong way round, a standard deviation below 0. What is refused leaves the tensor as it was.",
            ),
            ("Threads", "All draw from the generator of rt_random_seed: a seed gives the same network again."),
        ],
        "Modules" => &[
            (
                "Ownership",
                "A module shares its parameters with whoever asked for them, and a sequence its modules; each lives until its last holder \
                 has let go.",
            ),
            (
                "Threads",
                "Any thread may run a module. Training mode and running statistics are the module's own, so two threads that train one module \
                 see each other's.",
            ),
        ],
        "Modules: layers" | "Modules: activations" => &[(
            "Errors",
            "INVALID_ARGUMENT: a size that is not above 0 or does not divide, more than any memory holds, a probability outside 0 to 1. \
             OUT_OF_MEMORY: more than this device has.",
        )],
        "Optimisers" => &[
            (
                "Shapes",
                "Parameters keep theirs. What an optimiser remembers of each has the parameter's shape, and lies on its device.",
            ),
            ("dtypes", "Floats. Steps of f16 and bf16 parameters are computed in f32, and rounded once."),
            (
                "Errors",
                "INVALID_ARGUMENT: numbers that make no sense, a module without parameters. BAD_FORMAT: a file that is not this optimiser's; nothing has changed then.",
            ),
            (
                "Ownership",
                "An optimiser holds the parameters that its module had when it was made; the module may go. It is freed with rt_optim_free.",
            ),
        ],
        "Datasets" => &[
            (
                "Errors",
                "SHAPE_MISMATCH: unequal counts of rows. IO names the path and the reason, BAD_FORMAT the path and the place in the file.",
            ),
            (
                "Ownership",
                "A dataset holds its tensors: what is written into them shows in it. What it gives is yours to free.",
            ),
        ],
        "Data loaders" => &[
            (
                "Threads",
                "Any thread may ask for batches; each batch goes to one of them. The thread that prepares batches ends with the epoch, or with the loader.",
            ),
            (
                "Ownership",
                "Both tensors of a batch are yours to free. The callback is called by rt_dataloader_next alone.",
            ),
        ],
        "Model files" => &[
            (
                "Errors",
                "IO: the path, its permissions, the disk. BAD_FORMAT: no safetensors file, one that was cut off, or one of another network; every parameter that does not fit is named, and none has changed.",
            ),
            (
                "dtypes",
                "All eight, kept as they are. PyTorch and NumPy read and write the same files (the Python package safetensors).",
            ),
        ],
        "Threads" => &[
            (
                "Ownership",
                "A handle is yours to free; the thread goes on without one. `user_data` must stay valid until the body has returned.",
            ),
            (
                "Threads",
                "Each thread begins with the process's default device, an empty last error, no locks and its own thread-local values. \
                 Locks that it holds when it ends are given back, and a line in the log says so.",
            ),
            ("Forks", "A child has only the thread that forked: joining another that had not ended is UNAVAILABLE."),
        ],
        "Mutexes" | "Locks for readers and writers" => &[
            (
                "Errors",
                "BUSY: it would wait for itself, or is held and cannot be freed. INVALID_ARGUMENT: the calling thread does not hold it. Both say who does.",
            ),
            (
                "Threads",
                "A lock belongs to the thread that took it, by whichever of its handles, and is given back when that thread ends; \
                 rt_mutex_is_abandoned and rt_rwlock_is_abandoned tell. A wait for a lock ends with the lock or with its time, not with a free. \
                 A lock that another thread held at a fork stays locked in the child.",
            ),
        ],
        "Condition variables" | "Barriers" | "Semaphores" | "Once" => &[(
            "Threads",
            "Who waits when the last handle is freed gets CLOSED. TIMEOUT and WOULD_BLOCK leave the object as it was.",
        )],
        "Atomic numbers" | "Shared maps" | "Shared queues" => &[(
            "Threads",
            "No call waits for another thread. Memory written before a call that stores is seen after a call that reads what it stored.",
        )],
        "Thread-local values" => {
            &[("Threads", "What a thread stored goes with the thread. A number that is a handle is not freed by that.")]
        }
        "Channels" => &[
            (
                "Errors",
                "CLOSED: closed by rt_channel_close, or its last handle was freed while waiting. INVALID_ARGUMENT: the channel carries \
                 the other sort of messages, or a capacity above 16777216.",
            ),
            (
                "Threads",
                "Any number of threads send and receive. Messages of one sender to one receiver keep their order. Threads that \
                 use one channel in loops keep a borrow of it, so its memory may stay until they end or use others.",
            ),
            (
                "Ownership",
                "Numbers are copied, and so are bytes: a buffer is the caller's again when the call returns.",
            ),
        ],
        "Vulkan: windows (feature window)" => &[
            (
                "Threads",
                "The thread that makes the first window of a process makes all, and calls these rows; rt_release alone may come from another.",
            ),
            (
                "Errors",
                "INVALID_ARGUMENT: another thread, a size beyond sense, an event that has no such number. UNAVAILABLE: no display, with what was tried, \
                 or one that went away. NOT_CONFIGURED: a build without the feature.",
            ),
        ],
        "Vulkan: showing images (feature window)" => &[
            (
                "Threads",
                "Any, but for rt_vk_surface_create, which looks at the window. A swapchain takes one acquire, present or recreate at a time.",
            ),
            (
                "Ownership",
                "A surface keeps its window, a swapchain its surface, an image its swapchain: all may be freed in any order.",
            ),
        ],
        planned if planned.starts_with("Planned") || planned.starts_with("CUDA") => &[(
            "State",
            "These symbols are there so that programs link. They look at no argument and answer UNSUPPORTED, NOT_CONFIGURED, or UNAVAILABLE where a driver is missing.",
        )],
        vulkan if vulkan.starts_with("Vulkan") => &[
            (
                "Errors",
                "NOT_CONFIGURED: a build without the feature. UNAVAILABLE: no loader or driver, with the names tried, or a forked child. \
                 BUSY: a submission that is not done uses it. INVALID_ARGUMENT: out of order, of another device, or unlike what the shader says of itself.",
            ),
            (
                "Ownership",
                "Objects may be freed in any order: each keeps what it needs. A rt_vk_..._destroy of what a submission uses is BUSY; rt_release takes effect when it is done.",
            ),
        ],
        _ => &[],
    }
}

/// The dtypes that an op of the table takes and gives.
pub fn dtypes(row: &Row) -> Option<&'static str> {
    if !row.group.starts_with("Tensors: elementwise") {
        return None;
    }
    let name = row.name.strip_prefix("rt_tensor_")?;
    let name = name.strip_suffix("_scalar_i64").or(name.strip_suffix("_scalar")).unwrap_or(name);
    let op = MapOp::ALL.iter().find(|op| op.name() == name)?;
    match op.class() {
        Class::Float => Some("floats as they are; integers and bools become f32"),
        Class::Number => Some("floats and integers, which wrap; bools are refused"),
        Class::Compare => Some("any, promoted; the result is bool"),
        Class::Logic => Some("any, made bool first (`!= 0`); the result is bool"),
        _ => None,
    }
}

/// When a code comes, and what a program does then.
pub fn code(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument => {
            "A dimension that is not there, a negative size, a rank above 8, a step of 0, a pointer that is not aligned to its elements, \
             text that is not UTF-8. A fault of the program: correct the call, trying again will not help."
        }
        Code::NullPointer => "A NULL is fine where its count is 0. A fault of the program.",
        Code::InvalidHandle => {
            "The message tells the four cases apart. `0 means none`: most often an earlier call failed and its result was not looked at, so \
             check that one. `it was freed`: it is used after its free, or freed twice. `it is a device`: the wrong one of two arguments. `it \
             never was a handle`: the number comes from elsewhere. Nothing was touched in any of them."
        }
        Code::ShapeMismatch => {
            "Shapes broadcast from the last dimension on, where sizes agree or one is 1; the inner sizes of a matrix product agree; a reshape \
             keeps the count of elements. rt_tensor_unsqueeze, rt_tensor_reshape and rt_tensor_transpose make most shapes fit."
        }
        Code::DtypeMismatch => {
            "Arithmetic on bools, a float into an integer tensor in place, operands that do not promote. rt_tensor_to_dtype converts."
        }
        Code::DeviceMismatch => {
            "The message names both devices. Nothing moves by itself, since a copy between devices is slow: rt_tensor_to_device says where."
        }
        Code::Unsupported => {
            "The device has no kernel for this op and dtype (`no 64-bit floats on this device`), or the function is planned. Convert to \
             another dtype, or do this step on the CPU. `examples/c/devices.c` prints what each device takes."
        }
        Code::OutOfMemory => {
            "The message tells how much was asked and how much there is. rt_memory_stats tells what is alive and what is kept for reuse, \
             rt_handle_live(RT_KIND_TENSOR) whether tensors were forgotten. The library goes on; the call had no effect."
        }
        Code::NotConfigured => {
            "Every build has every symbol, so this comes at the call and not at link time. rt_has_feature asks beforehand; build with \
             `cargo build --release --features vulkan`, say."
        }
        Code::Unavailable => {
            "The build has the feature, the machine lacks what it needs. Install the driver named in the message, or choose another device by \
             FFI_DEVICE or rt_device_find. After a fork, a child's GPU devices answer so, too."
        }
        Code::DeviceLost => {
            "A crash or a reset of the GPU's driver. Everything on that device is gone, everything elsewhere stays; each further call on it \
             answers the same. rt_device_find opens it again as a new device; load there what the CPU still holds."
        }
        Code::CompileFailed => {
            "The source or module is at fault, or asks for more than the device has; the log names the line."
        }
        Code::Io => "The path, its permissions or the disk.",
        Code::BadFormat => "Another file type, a file that was cut off, or a newer version of the format.",
        Code::Timeout => {
            "What was waited for goes on: wait again, or longer. A Vulkan device that got nothing done for FFI_WAIT_SECONDS is given up; find it again."
        }
        Code::Closed => {
            "Another thread closed or freed it. Most often this is how a worker learns that its work is over."
        }
        Code::WouldBlock => "Nothing was there at that moment, and the caller asked not to wait.",
        Code::NotFound => "A name or an index outside what there is; the message tells which names there are.",
        Code::Busy => {
            "A callback asked for what its own caller holds: a kernel's tensor, the log callback itself, the pool from one of its workers. \
             Do it after the callback has returned."
        }
        Code::Panic => {
            "The call had no result, and the objects it worked on may hold anything; the rest of the process is sound."
        }
        Code::OutOfDate => {
            "A window has another size than when its swapchain was made, say. Nothing is broken: call what the message names, as \
             rt_vk_swapchain_recreate, and do the work again."
        }
        Code::Internal => "As for a panic: the process is sound, the answer is not there.",
    }
}
