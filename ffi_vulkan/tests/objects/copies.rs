//! Instances, devices, buffers, copies and fences.

use crate::common::{Bench, DST, SRC, bytes, call, count, make, ok, refused, text};
use ffi_base::Code;

#[test]
fn devices_have_names_limits_and_queues() {
    let Some(bench) = Bench::new() else { return };
    let i = bench.instance;
    assert!(count("physical_devices", &[i]) >= 1);
    let lent = |name: &str| {
        let at = call(name, &[i, 0]);
        // SAFETY: the row lends a text that ends in NUL.
        let text = unsafe { std::ffi::CStr::from_ptr(std::ptr::with_exposed_provenance(at as usize)) };
        text.to_str().unwrap().to_owned()
    };
    for name in ["physical_device_name", "physical_device_driver", "physical_device_uuid"] {
        let text = lent(name);
        println!("{name}: {text}");
        assert!(text.len() >= 4 && text != "0", "{name}: {text:?}");
    }
    assert!(lent("physical_device_api_version").starts_with("1."));
    assert!(count("physical_device_memory", &[i, 0]) > 1 << 20);
    let limit = |name: &str| {
        let [at, len] = text(name);
        count("physical_device_limit", &[i, 0, at, len])
    };
    assert!(limit("maxComputeWorkGroupInvocations") >= 128);
    assert!(limit("maxPushConstantsSize") >= 128);
    assert!(limit("subgroupSize") >= 1);
    let [at, len] = text("maxPatience");
    refused(Code::NotFound, "maxPatience", "physical_device_limit", &[i, 0, at, len]);
    refused(Code::NotFound, "physical device 99 of", "device_create", &[i, 99]);
    refused(Code::NotFound, "queue family 99 of", "queue_get", &[bench.device, 99, 0]);
    let families = count("queue_family_count", &[i, 0]);
    assert!(bench.family < families);
    assert!(count("queue_family_flags", &[i, 0, bench.family]) & 3 == 3);
    assert!(count("queue_family_queues", &[i, 0, bench.family]) >= 1);
}

/// Also those that only copy or compute: the layers, which watch this too, know what their barriers may say. Each family brings a
/// picture up for the next one, whichever that is.
#[test]
fn every_family_of_queues_copies_pictures() {
    let Some(mut bench) = Bench::new() else { return };
    let image = bench.make("image_create", &[bench.device, 16, 16, 37, 1 | 2 | 4 | 8 | 16]);
    let (up, down) = (bench.buffer(1024, SRC, 1), bench.buffer(1024, DST, 2));
    let families = count("queue_family_count", &[bench.instance, 0]);
    for (family, layout) in (0..families).zip([5, 1, 2, 7].into_iter().cycle()) {
        let pool = call("command_pool", &[bench.device, family]);
        if pool == 0 {
            refused(Code::Unsupported, "of which no row records", "command_pool", &[bench.device, family]);
            continue;
        }
        let queue = bench.make("queue_get", &[bench.device, family, 0]);
        let c = bench.make("command_buffer", &[pool]);
        ok("command_pool_destroy", &[pool]);
        let data: Vec<u32> = (0..256).map(|at| at * 16_777_259 + family as u32).collect();
        bench.write(up, &data);
        ok("command_begin", &[c]);
        ok("copy_image_to_buffer", &[c, image, 0, 0, down, 0]);
        ok("barrier", &[c, 0, 0]);
        ok("copy_buffer_to_image", &[c, up, 0, image, 0, 0]);
        ok("copy_image_to_buffer", &[c, image, 0, 0, down, 0]);
        ok("image_layout", &[c, image, layout]);
        ok("command_end", &[c]);
        ok("submit", &[queue, c, 0]);
        assert_eq!(count("queue_wait", &[queue, -1]), 1);
        assert_eq!(bench.read::<u32>(down, 256), data, "family {family}");
        println!("family {family}: {:#x}", count("queue_family_flags", &[bench.instance, 0, family]));
    }
}

#[test]
fn bytes_go_up_across_and_down() {
    let Some(mut bench) = Bench::new() else { return };
    let (up, there, down) = (bench.buffer(4096, SRC, 1), bench.buffer(4096, SRC | DST, 0), bench.buffer(4096, DST, 2));
    let data: Vec<u32> = (0..1024u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
    bench.write(up, &data);
    ok("command_begin", &[bench.commands]);
    ok("copy_buffer", &[bench.commands, up, 0, there, 0, -1]);
    ok("barrier", &[bench.commands, 2, 2]);
    ok("fill_buffer", &[bench.commands, there, 8, 4, 7]);
    ok("barrier", &[bench.commands, 0, 0]);
    ok("copy_buffer", &[bench.commands, there, 0, down, 0, 4096]);
    bench.run();
    let mut wanted = data.clone();
    wanted[2] = 7;
    assert_eq!(bench.read::<u32>(down, 1024), wanted);
    // The same commands again, with other bytes.
    bench.write(up, &vec![5u32; 1024]);
    bench.run_again();
    assert_eq!(bench.read::<u32>(down, 1024)[..4], [5, 5, 7, 5]);
    let memory = bench.make("buffer_create", &[bench.device, 64, DST]);
    let memory = bench.make("memory_allocate", &[memory, 2]);
    let address = call("memory_map", &[memory]);
    assert!(address != 0);
    refused(Code::Busy, "mapped already", "memory_map", &[memory]);
    refused(Code::Busy, "unmap", "memory_free", &[memory]);
    ok("memory_unmap", &[memory]);
    refused(Code::InvalidArgument, "not mapped", "memory_unmap", &[memory]);
}

#[test]
fn fences_keep_their_time() {
    let Some(mut bench) = Bench::new() else { return };
    let big = bench.buffer(64 << 20, SRC | DST, 0);
    let fence = bench.make("fence_create", &[bench.device]);
    refused(Code::InvalidArgument, "no submission signals", "fence_wait", &[fence, -1]);
    ok("command_begin", &[bench.commands]);
    for word in 0..40 {
        ok("fill_buffer", &[bench.commands, big, 0, -1, word]);
        ok("barrier", &[bench.commands, 2, 2]);
    }
    ok("command_end", &[bench.commands]);
    ok("submit", &[bench.queue, bench.commands, fence]);
    // 2.5 GiB are not written in a millisecond.
    let clock = std::time::Instant::now();
    assert_eq!(count("fence_wait", &[fence, 0]), 0, "a poll does not wait");
    assert_eq!(count("fence_wait", &[fence, 1_000_000]), 0);
    assert!(clock.elapsed().as_millis() < 500, "{:?}", clock.elapsed());
    refused(Code::Busy, "not done", "command_begin", &[bench.commands]);
    refused(Code::Busy, "not done", "submit", &[bench.queue, bench.commands, 0]);
    refused(Code::Busy, "not done", "command_buffer_destroy", &[bench.commands]);
    refused(Code::Busy, "not done", "buffer_destroy", &[big]);
    refused(Code::Busy, "not done", "fence_reset", &[fence]);
    refused(Code::Busy, "not done", "fence_destroy", &[fence]);
    assert_eq!(count("fence_wait", &[fence, -1]), 1);
    assert_eq!(count("fence_wait", &[fence, 0]), 1, "it stays signalled");
    refused(Code::InvalidArgument, "reset it first", "submit", &[bench.queue, bench.commands, fence]);
    ok("fence_reset", &[fence]);
    bench.free("buffer_destroy", big);
    // The recording still holds the buffer, so it runs; nobody waits, and all is released while it does.
    ok("submit", &[bench.queue, bench.commands, fence]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let Some(mut bench) = Bench::new() else { return };
    let (d, c) = (bench.device, bench.commands);
    refused(Code::InvalidArgument, "no bytes", "buffer_create", &[d, 0, 1]);
    refused(Code::InvalidArgument, "less than nothing", "buffer_create", &[d, -4, 1]);
    refused(Code::InvalidArgument, "usage", "buffer_create", &[d, 4, 0]);
    refused(Code::InvalidArgument, "usage", "buffer_create", &[d, 4, 1 << 20]);
    refused(Code::OutOfMemory, "at most", "buffer_create", &[d, i64::MAX, 1]);
    let (a, b) = (bench.buffer(64, SRC | DST, 1), bench.buffer(32, DST, 1));
    let bare = bench.make("buffer_create", &[d, 64, SRC]);
    refused(Code::InvalidArgument, "place 3", "memory_allocate", &[bare, 3]);
    refused(Code::Busy, "its memory already", "memory_allocate", &[a, 0]);
    refused(Code::InvalidArgument, "outside of begin", "copy_buffer", &[c, a, 0, b, 0, 32]);
    refused(Code::InvalidArgument, "outside of begin", "command_end", &[c]);
    refused(Code::InvalidArgument, "empty", "submit", &[bench.queue, c, 0]);
    ok("command_begin", &[c]);
    refused(Code::InvalidArgument, "already", "command_begin", &[c]);
    refused(Code::InvalidArgument, "not ended", "submit", &[bench.queue, c, 0]);
    refused(Code::InvalidArgument, "leave a buffer of 32 bytes", "copy_buffer", &[c, a, 0, b, 0, 64]);
    refused(Code::InvalidArgument, "lacks TRANSFER_SRC", "copy_buffer", &[c, b, 0, a, 0, 32]);
    refused(Code::InvalidArgument, "overlap", "copy_buffer", &[c, a, 0, a, 16, 32]);
    refused(Code::InvalidArgument, "no memory", "copy_buffer", &[c, bare, 0, b, 0, 32]);
    refused(Code::InvalidArgument, "whole words", "fill_buffer", &[c, a, 1, 4, 0]);
    refused(Code::InvalidArgument, "no sum", "barrier", &[c, 64, 0]);
    ok("command_end", &[c]);
    let [at, len] = bytes(&[0u8; 65]);
    refused(Code::InvalidArgument, "leave", "buffer_write", &[a, 0, at, len]);
    refused(Code::InvalidArgument, "no memory", "buffer_write", &[bare, 0, at, 4]);
    let hidden = bench.buffer(64, DST, 0);
    if call("memory_map", &[hidden]) == 0 {
        refused(Code::InvalidHandle, "it is a vk buffer", "memory_map", &[hidden]);
    }
    let other = bench.make("device_create", &[bench.instance, 0]);
    let foreign = bench.make("fence_create", &[other]);
    refused(Code::DeviceMismatch, "another device", "submit", &[bench.queue, c, foreign]);
    let queue = bench.make("queue_get", &[other, 0, 0]);
    refused(Code::DeviceMismatch, "another device", "submit", &[queue, c, 0]);
    let foreign = make("buffer_create", &[other, 64, SRC]);
    let memory = make("memory_allocate", &[foreign, 0]);
    ok("command_begin", &[c]);
    refused(Code::DeviceMismatch, "another device", "copy_buffer", &[c, foreign, 0, a, 0, 4]);
    // A buffer goes before its memory, or after.
    ok("buffer_destroy", &[foreign]);
    ok("memory_free", &[memory]);
    refused(Code::InvalidHandle, "", "memory_free", &[memory]);
}
