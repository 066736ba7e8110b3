//! What cannot be brought about from outside: a lost device, and many threads at once.

use super::resource::InUse;
use super::{Buffer, CommandPool, Commands, Device, Fence, Image, Instance, Memory, Queue, Sampler};
use super::{fence, queue, texels, transfer};
use ffi_base::Code;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// `None`, said aloud, where there is no driver.
fn open() -> Option<(Arc<Device>, Arc<Queue>, Arc<CommandPool>)> {
    let instance = match Instance::create("tests", false) {
        Ok(instance) => instance,
        Err(error) => {
            let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan: {error}");
            return None;
        }
    };
    let device = Device::create(&instance, 0).expect("a device");
    let queue = device.queue(0, 0).expect("a queue");
    let pool = CommandPool::create(&device, 0).expect("a pool");
    Some((device, queue, pool))
}

fn buffer(device: &Arc<Device>, len: i64) -> Arc<Buffer> {
    let buffer = Buffer::create(device, len, 3).expect("a buffer");
    Memory::allocate(&buffer, 2).expect("memory");
    buffer
}

#[test]
fn a_lost_device_says_so_of_everything_but_frees() {
    let Some((device, queue, pool)) = open() else { return };
    let (commands, there) = (Commands::create(&pool).expect("commands"), buffer(&device, 32 << 20));
    let (used, unused) = (Fence::create(&device).expect("a fence"), Fence::create(&device).expect("a fence"));
    commands.begin().expect("begins");
    for word in 0..20 {
        transfer::fill_buffer(&commands, &there, 0, -1, word).expect("fills");
        transfer::barrier(&commands, 0, 0).expect("a barrier");
    }
    commands.end().expect("ends");
    queue::submit(&queue, &commands, Some(&used)).expect("submits");
    device.pretend_lost();
    let errors = [
        commands.begin().err(),
        commands.end().err(),
        queue::submit(&queue, &commands, Some(&unused)).err(),
        used.wait(-1).err(),
        used.wait(0).err(),
        queue.wait(-1).err(),
        device.wait(-1).err(),
        Buffer::create(&device, 64, 3).err(),
        Fence::create(&device).err(),
        CommandPool::create(&device, 0).err(),
        device.queue(0, 0).err(),
        super::buffer::write(&there, 0, &[1]).err(),
    ];
    for (at, error) in errors.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("{at} was not refused"));
        assert_eq!(error.code(), Code::DeviceLost, "{at}: {error}");
        assert!(error.text().contains("is lost"), "{at}: {error}");
    }
    // A new one of the same instance works, before and after the old one's objects are gone.
    let again = Device::create(&device.raw.instance, 0).expect("a new device");
    buffer(&again, 64);
    // The driver goes on in truth, so what it uses must stay until it is done.
    assert!(queue.raw.wait(1, u64::MAX).expect("it is not lost in truth"));
    drop((commands, there, used, unused, queue, pool, device));
    buffer(&again, 64);
}

#[test]
fn threads_record_submit_and_free_side_by_side() {
    let Some((device, queue, pool)) = open() else { return };
    let shared = buffer(&device, 1 << 16);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (device, queue, pool, shared) = (&device, &queue, &pool, &shared);
            scope.spawn(move || {
                for round in 0..50 {
                    let (commands, own) = (Commands::create(pool).expect("commands"), buffer(device, 4096));
                    let fence = Fence::create(device).expect("a fence");
                    commands.begin().expect("begins");
                    transfer::fill_buffer(&commands, &own, 0, -1, thread * 1000 + round).expect("fills");
                    transfer::barrier(&commands, 2, 2).expect("a barrier");
                    transfer::copy_buffer(&commands, &own, 0, shared, thread * 4096, 4096).expect("copies");
                    commands.end().expect("ends");
                    queue::submit(queue, &commands, Some(&fence)).expect("submits");
                    if round % 3 == 0 {
                        // Released while it runs.
                        continue;
                    }
                    assert!(fence.wait(-1).expect("waits"));
                }
            });
        }
    });
    assert!(device.wait(-1).expect("waits"));
    let memory = shared.memory().expect("memory");
    super::resource::Resource::check_idle(&*memory, "read").expect("all is done");
    for thread in 0..4u32 {
        let mut word = [0u8; 4];
        memory.peek(u64::from(thread) * 4096, &mut word);
        assert_eq!(u32::from_ne_bytes(word), thread * 1000 + 49);
    }
    // Nothing refers back: what the submissions held is gone with them.
    assert_eq!(Arc::strong_count(&queue), 1);
    drop((queue, pool, shared, memory));
    assert_eq!(Arc::strong_count(&device), 1);
}

/// A fence is made new while others submit with it: it never forgets a submission that is not done.
#[test]
fn a_fence_is_not_made_new_below_a_submission() {
    let Some((device, queue, pool)) = open() else { return };
    let (commands, there) = (Commands::create(&pool).expect("commands"), buffer(&device, 8 << 20));
    commands.begin().expect("begins");
    transfer::fill_buffer(&commands, &there, 0, -1, 7).expect("fills");
    commands.end().expect("ends");
    let fence = Fence::create(&device).expect("a fence");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let _ = fence::reset(&fence);
            }
        });
        let (mut caught, mut lost) = (0, 0);
        for _ in 0..100 {
            if queue::submit(&queue, &commands, Some(&fence)).is_err() {
                lost += 1;
                break;
            }
            loop {
                let known = fence.wait(0);
                // The order of the questions: what is not done now was not done then.
                if queue.wait(0).expect("looks") {
                    break;
                }
                caught += 1;
                lost += u32::from(known.is_err());
            }
            while fence.wait(0).is_ok() {
                std::thread::yield_now();
            }
        }
        // Asserted when the other thread may end.
        over.store(true, Ordering::Relaxed);
        assert!(caught > 0, "the work was too short to be in the middle of it");
        assert_eq!(lost, 0, "the fence lost its submission, of {caught} looks");
    });
}

#[test]
fn samplers_are_as_many_as_the_device_has() {
    let Some((device, ..)) = open() else { return };
    // Some drivers have millions: these are taken by name alone.
    let most = device.limits().max_sampler_allocation_count;
    device.samplers.store(most - 2, Ordering::Relaxed);
    let mut all: Vec<_> = (0..2).map(|_| Sampler::create(&device, true, true).expect("there are two")).collect();
    for _ in 0..2 {
        let refused = Sampler::create(&device, true, true).err().expect("one too many");
        assert_eq!(refused.code(), Code::OutOfMemory, "{refused}");
        all.pop();
        all.push(Sampler::create(&device, true, true).expect("one was freed"));
    }
}

/// Two objects stand for one queue of the driver here, so that a driver with a single one will do; a use that is counted by hand
/// for a submission that is not done.
#[test]
fn an_image_that_two_queues_read_keeps_its_layout_until_both_are_done() {
    let Some((device, first, pool)) = open() else { return };
    let second = Arc::new(Queue::new(&device, 0, 0).expect("the same queue"));
    let (image, there) = (Image::create(&device, 8, 8, 37, 3).expect("an image"), buffer(&device, 256));
    let recorded = |record: &dyn Fn(&Arc<Commands>)| {
        let commands = Commands::create(&pool).expect("commands");
        commands.begin().expect("begins");
        record(&commands);
        commands.end().expect("ends");
        commands
    };
    let reads = || recorded(&|c| texels::from_image(c, &image, &[], &there, 0).expect("copies"));
    let writes = || recorded(&|c| texels::to_image(c, &there, 0, &image, &[]).expect("copies"));
    queue::submit(&first, &reads(), None).expect("submits");
    assert!(first.wait(-1).expect("waits"));
    let pending = InUse::new(image.clone());
    // What fails to be submitted reads nothing: the first queue is alone with the image still.
    second.raw.scarce.store(true, Ordering::Relaxed);
    queue::submit(&second, &reads(), None).expect_err("the driver has no memory");
    for commands in [writes(), reads()] {
        queue::submit(&first, &commands, None).expect("nobody else reads");
        assert!(first.wait(-1).expect("waits"));
    }
    queue::submit(&second, &reads(), None).expect("both read");
    assert!(second.wait(-1).expect("waits"));
    for queue in [&first, &second] {
        let refused = queue::submit(queue, &writes(), None).expect_err("the other one reads");
        assert_eq!(refused.code(), Code::Busy, "{refused}");
    }
    drop(pending);
    for queue in [&second, &first] {
        queue::submit(queue, &writes(), None).expect("nobody reads");
        assert!(queue.wait(-1).expect("waits"));
    }
}
