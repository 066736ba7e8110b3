//! What cannot be brought about from outside: memory that is scarce between acquiring an image and showing it.

#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a file of the tests outside, which uses all of it"
)]
#[path = "../../../tests/window/server.rs"]
mod server;

use super::{Surface, Window, swapchain, window};
use crate::objects::{CommandPool, Commands, Device, Image, Instance, Queue, queue, render};
use ffi_base::Code;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// In a process of its own, which has a display, below the validation layer where that is installed.
#[test]
fn an_image_is_not_lost_where_a_submission_fails() {
    let Some(server) = server::Server::start() else { return };
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["objects::desktop::tests::scarce", "--exact", "--ignored", "--nocapture"]);
    command.env_remove("WAYLAND_DISPLAY").env("DISPLAY", &server.display);
    let output = command.env("VK_INSTANCE_LAYERS", "VK_LAYER_KHRONOS_validation").output().expect("it runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{}\n{out}\n{err}", output.status);
}

fn drawn(pool: &Arc<CommandPool>, image: &Arc<Image>) -> Arc<Commands> {
    let commands = Commands::create(pool).expect("commands");
    let handle = ffi_base::object::give::<crate::rows::VkImageKind>(image.clone()).expect("a handle");
    commands.begin().expect("begins");
    render::begin(&commands, &[handle], None, &[0.0, 1.0, 0.0, 1.0]).expect("renders");
    render::end(&commands).expect("ends");
    commands.end().expect("ends");
    ffi_base::object::free(handle).expect("frees");
    commands
}

#[test]
#[ignore = "run by the test above, on a server"]
fn scarce() {
    let instance = match Instance::create("scarce", false) {
        Ok(instance) => instance,
        Err(why) => {
            let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan: {why}");
            return;
        }
    };
    let window: Arc<Window> = window::create("scarce", 64, 64).expect("a window");
    let surface = Surface::create(&instance, &window).expect("a surface");
    let device = Device::create(&instance, 0).expect("a device");
    let queue: Arc<Queue> = device.queue(0, 0).expect("a queue");
    let pool = CommandPool::create(&device, 0).expect("a pool");
    let shown = swapchain::create(&device, &surface, 64, 64, true).expect("a swapchain");
    let images = swapchain::image_count(&shown).expect("a count");
    // More often than there are images: each that got lost would be missed.
    for round in 0..4 * images {
        queue.raw.scarce.store(true, Ordering::Relaxed);
        let refused = swapchain::acquire(&shown, &queue, -1).expect_err("the submission failed");
        assert_eq!(refused.code(), Code::OutOfMemory, "{refused}");
        let index = swapchain::acquire(&shown, &queue, 0).unwrap_or_else(|why| panic!("round {round}: {why}"));
        let image = swapchain::image(&shown, index).expect("an image");
        let commands = drawn(&pool, &image);
        queue.raw.scarce.store(true, Ordering::Relaxed);
        queue::submit(&queue, &commands, None).expect_err("the submission failed");
        queue::submit(&queue, &commands, None).expect("the image is lent still");
        queue.raw.scarce.store(true, Ordering::Relaxed);
        swapchain::present(&queue, &shown, index).expect_err("the submission failed");
        shown.fail_to_show();
        let refused = swapchain::present(&queue, &shown, index).expect_err("showing failed");
        assert_eq!(refused.code(), Code::OutOfMemory, "{refused}");
        swapchain::present(&queue, &shown, index).unwrap_or_else(|why| panic!("round {round}: {why}"));
        assert!(queue.wait(-1).expect("waits"));
        drop((image, commands));
    }
    drop(shown);
    assert_eq!(crate::validation_messages(), 0);
}
