//! What is out of order is refused with a sentence: a table of what a program may get wrong, in the state where it would.

use crate::common::{Bench, DST, SRC, STORAGE, array, bytes, call, count, live, make, ok, refused, text};
use ffi_base::{Code, last_error, object};

/// Work that takes long enough to be in the middle of it.
struct Busy {
    bench: Bench,
    buffer: i64,
    memory: i64,
    pipeline: i64,
    set: i64,
    image: i64,
    fence: i64,
}

impl Busy {
    /// A recorded dispatch over a long buffer and a copy from an image, ended but not submitted.
    fn new() -> Option<Busy> {
        let mut bench = Bench::new()?;
        let buffer = bench.make("buffer_create", &[bench.device, 16 << 20, STORAGE | SRC | DST]);
        let memory = bench.make("memory_allocate", &[buffer, 1]);
        let pipeline = bench.compute(&shaders::DOUBLE, &[]);
        let set = bench.make("descriptor_set_create", &[pipeline, 0]);
        ok("bind_buffer", &[set, 0, 0, buffer, 0, -1]);
        let image = bench.make("image_create", &[bench.device, 64, 64, 37, 1 | 2]);
        let fence = bench.make("fence_create", &[bench.device]);
        let c = bench.commands;
        ok("command_begin", &[c]);
        ok("fill_buffer", &[c, buffer, 0, -1, 0]);
        ok("barrier", &[c, 2, 0]);
        ok("copy_buffer_to_image", &[c, buffer, 0, image, 0, 0]);
        ok("barrier", &[c, 0, 0]);
        ok("bind_pipeline", &[c, pipeline]);
        ok("bind_descriptor_set", &[c, set]);
        bench.push(0, &[4u32 << 20]);
        for _ in 0..40 {
            ok("dispatch", &[c, 1024, 1, 1]);
            ok("barrier", &[c, 1, 1]);
        }
        ok("command_end", &[c]);
        Some(Busy { bench, buffer, memory, pipeline, set, image, fence })
    }
}

#[test]
fn nothing_is_changed_or_freed_below_a_submission() {
    let Some(mut busy) = Busy::new() else { return };
    let (c, queue) = (busy.bench.commands, busy.bench.queue);
    let [data, len] = bytes(&[0u8; 4]);
    let Busy { buffer, memory, pipeline, set, image, fence, .. } = busy;
    let spare = busy.bench.buffer(256, STORAGE, 1);
    ok("submit", &[queue, c, fence]);
    let table: &[(&str, &[i64])] = &[
        ("command_begin", &[c]),
        ("submit", &[queue, c, 0]),
        ("submit", &[queue, c, fence]),
        ("command_buffer_destroy", &[c]),
        ("buffer_destroy", &[buffer]),
        ("buffer_write", &[buffer, 0, data, len]),
        ("buffer_read", &[buffer, 0, data, len]),
        ("memory_free", &[memory]),
        ("memory_map", &[memory]),
        ("pipeline_destroy", &[pipeline]),
        ("descriptor_set_destroy", &[set]),
        ("bind_buffer", &[set, 0, 0, spare, 0, -1]),
        ("image_destroy", &[image]),
        ("fence_destroy", &[fence]),
        ("fence_reset", &[fence]),
    ];
    for (name, words) in table {
        refused(Code::Busy, "not done", name, words);
    }
    assert_eq!(count("fence_wait", &[fence, 0]), 0, "the work was too short to be in the middle of it");
    assert_eq!(count("fence_wait", &[fence, -1]), 1);
    ok("buffer_write", &[buffer, 0, data, len]);
    ok("fence_reset", &[fence]);
    // A set that is bound anew makes what was recorded with it stale, also for a submission.
    ok("bind_buffer", &[set, 0, 0, spare, 0, -1]);
    refused(Code::InvalidArgument, "bound anew after it was recorded", "submit", &[queue, c, fence]);
    assert_eq!(count("queue_wait", &[queue, 0]), 1);
    // Also while recording: what was recorded is void, and is begun anew.
    ok("command_begin", &[c]);
    ok("bind_pipeline", &[c, pipeline]);
    ok("bind_descriptor_set", &[c, set]);
    busy.bench.push(0, &[1u32]);
    ok("dispatch", &[c, 1, 1, 1]);
    ok("bind_buffer", &[set, 0, 0, buffer, 0, -1]);
    refused(Code::InvalidArgument, "begin anew", "command_end", &[c]);
    refused(Code::InvalidArgument, "is empty", "submit", &[queue, c, 0]);
    ok("command_begin", &[c]);
    ok("command_end", &[c]);
    // The fence was not used up by what was refused.
    refused(Code::InvalidArgument, "no submission", "fence_wait", &[fence, 0]);
}

#[test]
fn what_is_released_while_it_is_used_stays_until_it_is_done() {
    let Some(busy) = Busy::new() else { return };
    let Busy { mut bench, .. } = busy;
    ok("submit", &[bench.queue, bench.commands, busy.fence]);
    // rt_release asks nobody: everything goes, parents first, while the device works.
    for handle in bench.made() {
        object::free(handle).unwrap();
    }
    assert!(live().iter().all(|count| *count == 0));
}

#[test]
fn commands_stand_in_their_place() {
    let Some(mut busy) = Busy::new() else { return };
    let c = busy.bench.commands;
    let other = busy.bench.make("command_buffer", &[busy.bench.pool]);
    for (name, words) in [
        ("dispatch", &[c, 1, 1, 1][..]),
        ("bind_pipeline", &[c, busy.pipeline]),
        ("bind_descriptor_set", &[c, busy.set]),
        ("push_constants", &[c, 0, 0, 0]),
        ("barrier", &[c, 0, 0]),
        ("timestamp", &[c]),
        ("draw", &[c, 1, 1, 0, 0]),
        ("render_end", &[c]),
        ("command_end", &[c]),
        ("image_layout", &[c, busy.image, 6]),
    ] {
        refused(Code::InvalidArgument, "outside of begin and end", name, words);
    }
    refused(Code::InvalidArgument, "is empty", "submit", &[busy.bench.queue, other, 0]);
    ok("command_begin", &[other]);
    refused(Code::InvalidArgument, "is not ended", "submit", &[busy.bench.queue, other, 0]);
    let [at, n] = array(&[c, other]);
    refused(Code::InvalidArgument, "is not ended", "submit_all", &[busy.bench.queue, at, n, 0]);
    refused(Code::InvalidArgument, "no compute pipeline", "dispatch", &[other, 1, 1, 1]);
    ok("bind_pipeline", &[other, busy.pipeline]);
    refused(Code::InvalidArgument, "no descriptor set 0", "dispatch", &[other, 1, 1, 1]);
    let fresh = busy.bench.make("descriptor_set_create", &[busy.pipeline, 0]);
    ok("bind_descriptor_set", &[other, fresh]);
    refused(Code::InvalidArgument, "nothing is bound to element 0", "dispatch", &[other, 1, 1, 1]);
    ok("bind_descriptor_set", &[other, busy.set]);
    refused(Code::InvalidArgument, "byte 0 of 4", "dispatch", &[other, 1, 1, 1]);
    let [at, len] = bytes(&[4u32]);
    ok("push_constants", &[other, 0, at, len]);
    refused(Code::InvalidArgument, "[0, 1, 1] work-groups", "dispatch", &[other, 0, 1, 1]);
    refused(Code::InvalidArgument, "the device takes 1 to", "dispatch", &[other, 1 << 40, 1, 1]);
    refused(Code::InvalidArgument, "no words", "push_constants", &[other, 2, at, len]);
    refused(Code::InvalidArgument, "beyond", "push_constants", &[other, 1 << 20, at, len]);
    ok("dispatch", &[other, 1, 1, 1]);
    // A second pipeline with other bindings does not take the set.
    let mix = busy.bench.compute(&shaders::MIX, &[]);
    ok("bind_pipeline", &[other, mix]);
    refused(Code::InvalidArgument, "with other bindings", "dispatch", &[other, 1, 1, 1]);
    ok("command_end", &[other]);
    let [at, n] = array(&[other, other]);
    refused(Code::InvalidArgument, "stands twice", "submit_all", &[busy.bench.queue, at, n, 0]);
    refused(Code::InvalidArgument, "no command buffers", "submit_all", &[busy.bench.queue, at, 0, 0]);
    let [at, n] = array(&[c, busy.fence]);
    refused(Code::InvalidHandle, "commands[1]", "submit_all", &[busy.bench.queue, at, n, 0]);
    let [at, n] = array(&[c, other]);
    ok("submit_all", &[busy.bench.queue, at, n, busy.fence]);
    assert_eq!(count("device_wait", &[busy.bench.device, -1]), 1);
    assert_eq!(count("fence_wait", &[busy.fence, 0]), 1);
    refused(Code::InvalidArgument, "signalled by an earlier", "submit", &[busy.bench.queue, c, busy.fence]);
}

/// One thread records with a set that another one binds anew: each command is recorded or refused, and what went stale is begun
/// anew. Below the layer this shows whether the driver thinks so too.
#[test]
fn a_set_is_bound_anew_while_it_is_recorded() {
    let Some(mut busy) = Busy::new() else { return };
    let spare = busy.bench.buffer(256, STORAGE, 1);
    let (c, set, pipeline) = (busy.bench.commands, busy.set, busy.pipeline);
    let (bench, over) = (&busy.bench, std::sync::atomic::AtomicBool::new(false));
    let (mut recorded, mut stale) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                ok("bind_buffer", &[set, 0, 0, spare, 0, -1]);
                std::thread::yield_now();
            }
        });
        // Judged when the other thread may end.
        for _ in 0..500 {
            let words: [(&str, &[i64]); 3] =
                [("command_begin", &[c]), ("bind_pipeline", &[c, pipeline]), ("bind_descriptor_set", &[c, set])];
            let bound = words.iter().all(|(name, words)| call(name, words) == 0);
            bench.push(0, &[1u32]);
            let many = (0..8).all(|_| call("dispatch", &[c, 1, 1, 1]) == 0);
            let ended = call("command_end", &[c]) == 0;
            if bound && many && ended { recorded += 1 } else { stale += 1 }
        }
        over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    println!("{recorded} recorded, {stale} stale");
    assert!(stale > 0);
    ok("command_begin", &[c]);
    ok("command_end", &[c]);
}

#[test]
fn objects_of_two_devices_do_not_mix() {
    let Some(mut busy) = Busy::new() else { return };
    let d = busy.bench.make("device_create", &[busy.bench.instance, 0]);
    let pool = busy.bench.make("command_pool", &[d, busy.bench.family]);
    let c = busy.bench.make("command_buffer", &[pool]);
    let queue = busy.bench.make("queue_get", &[d, busy.bench.family, 0]);
    let shader = busy.bench.shader(&shaders::TRIANGLE_VERTEX);
    let [at, len] = bytes(shaders::TRIANGLE_FRAGMENT.spirv);
    let foreign = busy.bench.make("shader_load", &[d, at, len]);
    let buffer = busy.bench.make("buffer_create", &[d, 64, STORAGE | SRC]);
    busy.bench.make("memory_allocate", &[buffer, 0]);
    let sampler = busy.bench.make("sampler_create", &[d, 0, 0]);
    let mix = busy.bench.compute(&shaders::MIX, &[]);
    let set = busy.bench.make("descriptor_set_create", &[mix, 1]);
    ok("command_begin", &[c]);
    let [colors, n] = array(&[busy.image]);
    for (name, words) in [
        ("bind_pipeline", &[c, busy.pipeline][..]),
        ("bind_descriptor_set", &[c, busy.set]),
        ("fill_buffer", &[c, busy.buffer, 0, -1, 0]),
        ("copy_buffer", &[c, busy.buffer, 0, buffer, 0, 4]),
        ("copy_buffer_to_image", &[c, buffer, 0, busy.image, 0, 0]),
        ("image_layout", &[c, busy.image, 6]),
        ("bind_buffer", &[busy.set, 0, 0, buffer, 0, -1]),
        ("bind_image", &[set, 2, 0, 0, sampler]),
        ("pipeline_graphics", &[shader, foreign, 0, 0]),
        ("submit", &[queue, busy.bench.commands, 0]),
        ("submit", &[busy.bench.queue, busy.bench.commands, make("fence_create", &[d])]),
    ] {
        let answer = call(name, words);
        assert!(answer <= 0, "{name} was not refused");
        let code = last_error::code();
        let message = last_error::message();
        assert!(code == Code::DeviceMismatch.number() || name == "copy_buffer", "{name}: {message}");
        if name == "submit" && words[2] != 0 {
            ok("fence_destroy", &[words[2]]);
        }
    }
    refused(Code::InvalidArgument, "lacks COLOR_ATTACHMENT", "render_begin", &[c, colors, n, 0, 0, 0]);
}

#[test]
fn a_forked_child_hears_why_not_and_frees() {
    let Some(mut busy) = Busy::new() else { return };
    let made = busy.bench.made();
    // SAFETY: the child calls the library, which is made for it, and `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let mut fine = call("fence_create", &[busy.bench.device]) == 0;
        fine &= last_error::code() == Code::Unavailable.number();
        fine &= call("submit", &[busy.bench.queue, busy.bench.commands, busy.fence]) == Code::Unavailable.number();
        let [name, len] = text("child");
        fine &= call("instance_create", &[name, len, 0]) == 0 && last_error::code() == Code::Unavailable.number();
        fine &= made.iter().all(|handle| object::free(*handle).is_ok());
        // SAFETY: ends the child at once, without the parent's destructors.
        unsafe { libc::_exit(i32::from(!fine)) };
    }
    let mut status = 0;
    // SAFETY: waits for the child just made.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "status {status:#x}");
    for handle in made {
        object::free(handle).unwrap();
    }
}
