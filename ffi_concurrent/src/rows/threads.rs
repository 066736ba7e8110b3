//! Threads, and the numbers each has of its own.

use crate::local::{self, LocalKind};
use crate::thread::{self, ThreadFn, ThreadKind};
use ffi_base::{Bool, Callback, Count, Freed, Handle, Hot, Status, Text, UserData, exports, object};

type T = Handle<ThreadKind>;

exports! { ROWS, "Threads", "rt_";
    /// Starts a thread that runs `body(user_data)`. The body must not longjmp or end the thread; a panic of Rust that leaves it is
    /// caught, and rt_thread_join says PANIC. OUT_OF_MEMORY: the system gives no more threads.
    fn thread_spawn(body: Callback<ThreadFn>, user_data: UserData) -> T => thread::spawn;
    /// The same, with a name that debuggers show; Linux cuts it to 15 bytes there.
    fn thread_spawn_named(body: Callback<ThreadFn>, user_data: UserData, name & len: Text) -> T => thread::spawn_named;
    /// Waits until a thread's body has returned, and gives its result; as often as asked, to any thread. A thread that waits for
    /// itself is refused with BUSY; two that wait for each other wait for ever. A negative result looks like a code: the last error, or
    /// rt_thread_join_into, tells them apart.
    #[mode(Waiting)]
    #[twins(into)]
    fn thread_join(thread: T) -> Count => thread::join;
    /// The same, for at most `timeout_ns` nanoseconds until its body has returned: TIMEOUT. 0 does not wait: WOULD_BLOCK. -1 waits for
    /// ever. Destructors of thread-local values, which follow the body, are waited for without a limit.
    #[mode(Waiting)]
    #[twins(into)]
    fn thread_join_timeout(thread: T, timeout_ns: i64) -> Count => thread::join_timeout;
    /// Frees a thread's handle. The thread goes on, and its result is nobody's.
    #[alias("rt_thread_detach")]
    fn thread_free(thread: Freed<ThreadKind>) -> Status => object::free;
    /// Whether its body has returned.
    fn thread_is_done(thread: T) -> Bool => thread::is_done;
    /// Its number, from 1 on: never used twice in a process, and what messages about locks call a thread.
    fn thread_id(thread: T) -> Count => thread::id;
    /// Its name, empty where it was given none.
    #[twins(copy)]
    fn thread_name(thread: T) -> Text => thread::name;
    /// The number of the calling thread, which need not have been started here.
    fn thread_current_id() -> Count => thread::current_id;
    /// Lets other threads run first.
    fn thread_yield() -> Status => thread::yield_now;
    /// Sleeps so many nanoseconds, or a little longer.
    #[mode(Blocking)]
    fn thread_sleep(nanoseconds: i64) -> Status => thread::sleep;
    /// How many threads this process can run at once, 1 where that is not known.
    fn thread_available_parallelism() -> Count => thread::available_parallelism;
}

exports! { LOCALS, "Thread-local values", "rt_";
    /// A number that every thread has of its own, at first this one.
    fn local_new(initial: i64) -> Handle<LocalKind> => local::new;
    /// Frees its handle; with the last one what threads stored is forgotten.
    fn local_free(local: Freed<LocalKind>) -> Status => object::free;
    /// The calling thread's number.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn local_get(local: Hot<LocalKind>) -> Count => local::get;
    /// Stores the calling thread's number.
    fn local_set(local: Hot<LocalKind>, value: i64) -> Status => local::set;
}
