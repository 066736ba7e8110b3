//! Images in a window: shown, made anew for another size, refused out of order.

use crate::common::{array, call, count, live, make, ok, refused, text};
use crate::server::{Server, User, wait_for};
use ffi_base::{Code, last_error, object};

/// What a program needs to show something.
struct Stage {
    instance: i64,
    window: i64,
    surface: i64,
    device: i64,
    queue: i64,
    commands: i64,
    swapchain: i64,
    made: Vec<i64>,
}

impl Stage {
    fn new(title: &str, width: i64, height: i64) -> Stage {
        crate::log::hear();
        let [at, len] = text(title);
        let instance = make("instance_create", &[at, len, 0]);
        let window = make("window_create", &[at, len, width, height]);
        let surface = make("surface_create", &[instance, window]);
        let device = make("device_create", &[instance, 0]);
        let family = count("queue_family_find", &[instance, 0, 1]);
        assert_eq!(call("surface_supports", &[surface, 0, family]), 1);
        let queue = make("queue_get", &[device, family, 0]);
        let pool = make("command_pool", &[device, family]);
        let commands = make("command_buffer", &[pool]);
        let swapchain = make("swapchain_create", &[device, surface, width, height, 1]);
        let made = vec![instance, window, surface, device, queue, pool, commands, swapchain];
        Stage { instance, window, surface, device, queue, commands, swapchain, made }
    }

    fn size(&self) -> (i64, i64) {
        (count("swapchain_width", &[self.swapchain]), count("swapchain_height", &[self.swapchain]))
    }

    /// Fills an image with a colour.
    fn paint(&self, image: i64, [red, green, blue]: [f64; 3]) {
        let color = [red, green, blue, 1.0];
        let [at, len] = array(&[image]);
        let clear = color.as_ptr().expose_provenance() as i64;
        ok("command_begin", &[self.commands]);
        ok("render_begin", &[self.commands, at, len, 0, clear, 4]);
        ok("render_end", &[self.commands]);
        ok("command_end", &[self.commands]);
        ok("submit", &[self.queue, self.commands, 0]);
    }

    /// Shows a colour, as a program would; how often the swapchain was made anew.
    fn frame(&self, color: [f64; 3]) -> u32 {
        let mut anew = 0;
        loop {
            let index = call("swapchain_acquire", &[self.swapchain, self.queue, -1]);
            if index >= 0 {
                let image = make("swapchain_image", &[self.swapchain, index]);
                self.paint(image, color);
                let shown = call("present", &[self.queue, self.swapchain, index]);
                assert_eq!(count("queue_wait", &[self.queue, -1]), 1);
                ok("image_destroy", &[image]);
                if shown == 0 {
                    return anew;
                }
                assert!(shown == 1 || shown == Code::OutOfDate.number(), "{}", last_error::message());
            } else {
                assert_eq!(index, Code::OutOfDate.number(), "{}", last_error::message());
            }
            anew += 1;
            assert!(anew < 20, "it never fits");
            let size = [count("window_width", &[self.window]), count("window_height", &[self.window])];
            ok("swapchain_recreate", &[self.swapchain, size[0], size[1]]);
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Parents first, which any order bears.
        self.made.drain(..).for_each(|handle| object::free(handle).unwrap());
        if !std::thread::panicking() {
            assert!(live().iter().all(|count| *count == 0), "handles leaked: {:?}", live());
        }
    }
}

/// Whether all of a window has this colour.
fn is_all(user: &User, window: u32, size: (u16, u16), color: [u8; 3]) -> Option<()> {
    let found = user.pixels(window);
    let fits = (found[0].len(), found.len()) == (usize::from(size.0), usize::from(size.1));
    (fits && found.iter().flatten().all(|pixel| *pixel == color)).then_some(())
}

const RED: [f64; 3] = [1.0, 0.0, 0.0];
const BLUE: [f64; 3] = [0.0, 0.2, 1.0];

#[test]
fn images_are_shown_and_follow_the_size() {
    crate::part_with_vulkan("show::follows");
}

#[test]
#[ignore = "run by the test above, on a server"]
fn follows() {
    let (stage, user) = (Stage::new("show", 300, 200), crate::user());
    let shown = user.window("show");
    assert_eq!(stage.size(), (300, 200));
    assert!([37, 44].contains(&count("swapchain_format", &[stage.swapchain])));
    for _ in 0..5 {
        assert_eq!(stage.frame(RED), 0);
    }
    wait_for("red", || is_all(&user, shown, (300, 200), [255, 0, 0]));
    user.resize(shown, 401, 153);
    wait_for("the size", || {
        let _ = count("window_poll", &[stage.window, 50_000_000]);
        (count("window_width", &[stage.window]) == 401).then_some(())
    });
    // Whatever this driver says of it, presenting does.
    assert!(stage.frame(BLUE) > 0);
    stage.frame(BLUE);
    assert_eq!(stage.size(), (401, 153));
    wait_for("blue", || is_all(&user, shown, (401, 153), [0, 51, 255]));
    println!("shown");
}

#[test]
fn what_is_out_of_order_is_refused() {
    crate::part_with_vulkan("show::order");
}

#[test]
#[ignore = "run by the test above, on a server"]
fn order() {
    let stage = Stage::new("order", 64, 64);
    let (s, q) = (stage.swapchain, stage.queue);
    refused(Code::Busy, "a swapchain shows images", "swapchain_create", &[stage.device, stage.surface, 64, 64, 0]);
    refused(Code::NotFound, "image 99", "swapchain_image", &[s, 99]);
    refused(Code::InvalidArgument, "width is -1", "swapchain_recreate", &[s, -1, 1]);
    refused(Code::InvalidArgument, "not acquired", "present", &[q, s, 0]);
    let images = count("swapchain_image_count", &[s]);
    let mut handles: Vec<i64> = (0..images).map(|index| make("swapchain_image", &[s, index])).collect();
    // Recorded at any time, submitted while acquired.
    let [at, len] = array(&handles[..1]);
    let clear = [1.0f64; 4];
    let paint = || {
        ok("command_begin", &[stage.commands]);
        ok("render_begin", &[stage.commands, at, len, 0, clear.as_ptr().expose_provenance() as i64, 4]);
        ok("render_end", &[stage.commands]);
        ok("command_end", &[stage.commands]);
    };
    paint();
    refused(Code::InvalidArgument, "image 0 of the swapchain is not acquired", "submit", &[q, stage.commands, 0]);
    let mut acquired = vec![count("swapchain_acquire", &[s, q, -1])];
    refused(Code::InvalidArgument, "nothing was drawn", "present", &[q, s, acquired[0]]);
    let refusal = loop {
        assert!(acquired.len() as i64 <= images, "{acquired:?}");
        match call("swapchain_acquire", &[s, q, 0]) {
            index @ 0.. => acquired.push(index),
            code => break code,
        }
    };
    assert_eq!(refusal, Code::Busy.number(), "{}", last_error::message());
    if acquired.contains(&0) {
        ok("submit", &[q, stage.commands, 0]);
        assert!(count("present", &[q, s, 0]) <= 1);
        refused(Code::InvalidArgument, "was shown since", "present", &[q, s, 0]);
        refused(Code::InvalidArgument, "was shown since", "submit", &[q, stage.commands, 0]);
    }
    // A new life of it: what was acquired is forgotten, what was recorded is not submitted any more.
    assert_eq!(count("queue_wait", &[q, -1]), 1);
    ok("swapchain_recreate", &[s, 64, 64]);
    refused(Code::InvalidArgument, "made anew or freed since", "submit", &[q, stage.commands, 0]);
    refused(Code::InvalidArgument, "not acquired", "present", &[q, s, acquired[0]]);
    assert!(count("swapchain_acquire", &[s, q, -1]) >= 0);
    // Another device's queue.
    let other = make("device_create", &[stage.instance, 0]);
    let queue = make("queue_get", &[other, 0, 0]);
    refused(Code::DeviceMismatch, "another device", "swapchain_acquire", &[s, queue, 0]);
    refused(Code::DeviceMismatch, "another device", "present", &[queue, s, 0]);
    handles.extend([other, queue]);
    // The old images outlive everything but themselves.
    handles.into_iter().for_each(|handle| object::free(handle).unwrap());
    // Work in flight keeps the swapchain.
    let index = count("swapchain_acquire", &[s, q, -1]);
    let image = make("swapchain_image", &[s, index]);
    for _ in 0..3 {
        stage.paint(image, RED);
        assert_eq!(count("queue_wait", &[q, -1]), 1);
    }
    ok("image_destroy", &[image]);
}

#[test]
fn what_was_recorded_keeps_no_surface() {
    crate::part_with_vulkan("show::replaced");
}

/// A command buffer for each image, recorded once: they outlive the swapchain, and are refused from then on.
#[test]
#[ignore = "run by the test above, on a server"]
fn replaced() {
    let mut stage = Stage::new("replaced", 64, 64);
    let pool = stage.made[5];
    for round in 0..3 {
        let (s, q) = (stage.swapchain, stage.queue);
        let image = make("swapchain_image", &[s, 0]);
        let commands = make("command_buffer", &[pool]);
        stage.made.extend([image, commands]);
        let ([at, len], clear) = (array(&[image]), [1.0f64; 4]);
        ok("command_begin", &[commands]);
        ok("render_begin", &[commands, at, len, 0, clear.as_ptr().expose_provenance() as i64, 4]);
        ok("render_end", &[commands]);
        ok("command_end", &[commands]);
        assert!(stage.frame(RED) <= 1);
        if round == 1 {
            // Let go of with an image acquired.
            assert!(count("swapchain_acquire", &[s, q, -1]) >= 0);
        }
        assert_eq!(count("queue_wait", &[q, -1]), 1);
        ok("swapchain_destroy", &[s]);
        stage.made.retain(|handle| *handle != s);
        stage.swapchain = make("swapchain_create", &[stage.device, stage.surface, 64, 64, 1]);
        stage.made.push(stage.swapchain);
        refused(Code::InvalidArgument, "made anew or freed since", "submit", &[q, commands, 0]);
        assert!(stage.frame(BLUE) <= 1);
    }
}

#[test]
fn a_surface_outlives_its_window() {
    crate::part_with_vulkan("show::outlives");
}

#[test]
#[ignore = "run by the test above, on a server"]
fn outlives() {
    let mut stage = Stage::new("outlive", 64, 64);
    let user = crate::user();
    user.window("outlive");
    stage.frame(RED);
    ok("window_destroy", &[stage.window]);
    assert!(user.windows("outlive").is_empty(), "it left the screen");
    stage.made.retain(|handle| *handle != stage.window);
    // Drawing goes on, into what nobody sees.
    for _ in 0..3 {
        let index = count("swapchain_acquire", &[stage.swapchain, stage.queue, -1]);
        let image = make("swapchain_image", &[stage.swapchain, index]);
        stage.paint(image, BLUE);
        count("present", &[stage.queue, stage.swapchain, index]);
        assert_eq!(count("queue_wait", &[stage.queue, -1]), 1);
        ok("image_destroy", &[image]);
    }
    ok("surface_destroy", &[stage.surface]);
    stage.made.retain(|handle| *handle != stage.surface);
    assert!(call("swapchain_acquire", &[stage.swapchain, stage.queue, -1]) >= 0);
}

/// The server goes while a program draws: every call answers, and all can be freed.
#[test]
fn drawing_survives_the_end_of_the_display() {
    crate::part("show::ends", &[]);
}

#[test]
#[ignore = "run by the test above, without a display"]
fn ends() {
    let Some(mut server) = Server::start() else { return };
    // SAFETY: no other thread of this process looks at the surroundings; Rust ignores SIGPIPE where C programs do not.
    unsafe {
        std::env::set_var("DISPLAY", &server.display);
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
    let stage = Stage::new("ends", 64, 64);
    for _ in 0..3 {
        stage.frame(RED);
    }
    server.kill();
    let mut refusals = 0;
    for _ in 0..10 {
        let index = call("swapchain_acquire", &[stage.swapchain, stage.queue, 1_000_000_000]);
        if index < 0 {
            println!("acquire: {}", last_error::message());
            refusals += 1;
            continue;
        }
        let image = make("swapchain_image", &[stage.swapchain, index]);
        stage.paint(image, BLUE);
        let shown = call("present", &[stage.queue, stage.swapchain, index]);
        if shown < 0 {
            println!("present: {}", last_error::message());
            refusals += 1;
        }
        assert_eq!(count("queue_wait", &[stage.queue, -1]), 1);
        ok("image_destroy", &[image]);
    }
    println!("{refusals} refusals");
    assert!(refusals > 0);
    let answer = call("swapchain_recreate", &[stage.swapchain, 64, 64]);
    println!("recreate: {answer} {}", last_error::message());
    refused(Code::Unavailable, "went away", "window_poll", &[stage.window, -1]);
}
