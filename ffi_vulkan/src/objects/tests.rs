//! What cannot be brought about from outside: a lost device, and many threads at once.

use super::{Buffer, CommandPool, Commands, Device, Fence, Instance, Memory, Queue, queue, transfer};
use ffi_base::Code;
use std::sync::Arc;

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
