//! Objects that are alive during the calls: some tensors, and one object of every other kind that can be made.

use super::choice::{Choice, plausible};
use super::memory::{CODE, Memory, OPTIONS, known};
use ffi_base::{KindRow, Row, Sort};
use ffi_core::{registry, tables};
use std::thread;
use std::time::Duration;

/// How many messages wait in the channel.
const PARTNERS: i64 = 10_000;

/// Finds a row.
pub fn row(name: &str) -> &'static Row {
    registry().row(i64::from(registry().find(name.as_bytes()).unwrap())).unwrap()
}

/// Calls a row whose words are no pointers.
pub fn call(name: &str, words: &[i64]) -> i64 {
    let row = row(name);
    assert_eq!(row.arity(), words.len(), "{name}");
    // SAFETY: one word per part; those rows take no pointers.
    unsafe { (row.call)(words) }
}

/// Live handles with the names of their kinds.
#[derive(Default)]
pub struct Live {
    objects: Vec<(i64, &'static str)>,
}

impl Live {
    /// Whatever this build can make. Nothing is no failure: a build without a device has no tensors.
    pub fn new() -> Live {
        let mut live = Live::default();
        let device = call("rt_device_default", &[]);
        live.keep(device, "device");
        for dtype in 1..=8 {
            live.keep(call("rt_tensor_ones_2d", &[2, 3, dtype, 1]), "tensor");
        }
        live.keep(call("rt_tensor_zeros_1d", &[0, 2, 1]), "tensor");
        live.keep(call("rt_tensor_ones_1d", &[3, 1, 1]), "tensor");
        live.keep(call("rt_tensor_ones_3d", &[1, 2, 2, 2, 1]), "tensor");
        let scalar = call("rt_tensor_ones_1d", &[1, 1, 1]);
        if scalar > 0 {
            live.keep(call("rt_tensor_squeeze", &[scalar, 0]), "tensor");
            call("rt_release", &[scalar]);
            let first = live.objects[live.of_kind("tensor")[1]].0;
            live.keep(call("rt_tensor_transpose", &[first, 0, 1]), "tensor");
        }
        live.vulkan();
        let kinds = tables::KINDS.iter().copied().flatten();
        for kind in kinds.filter(|kind| kind.owned && kind.name != "tensor") {
            if live.of_kind(kind.name).is_empty() {
                live.make(kind);
            }
        }
        live
    }

    /// Objects of Vulkan alone; nothing where there is no driver, which is a failure where one is demanded.
    pub fn of_vulkan() -> Live {
        let mut live = Live::default();
        live.vulkan();
        live
    }

    /// Objects of Vulkan, where there is a driver: plausible numbers alone make none. One command buffer is ready for dispatches,
    /// one for draws, one to be submitted.
    fn vulkan(&mut self) {
        let instance = call("rt_vk_instance_create", &[c"tests".as_ptr().expose_provenance() as i64, -1, 0]);
        if instance <= 0 {
            let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
            let built = call("rt_has_feature", &[c"vulkan".as_ptr().expose_provenance() as i64, -1]) == 1;
            assert!(!built || !required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan");
            return;
        }
        self.keep(instance, "vk instance");
        let mut make = |kind: &'static str, row: &str, words: &[i64]| {
            let handle = call(&format!("rt_vk_{row}"), words);
            assert!(handle > 0, "{row} made no {kind}");
            self.keep(handle, kind);
            handle
        };
        let ok = |row: &str, words: &[i64]| assert_eq!(call(&format!("rt_vk_{row}"), words), 0, "{row} {words:?}");
        let words = |list: &[i64]| [list.as_ptr().expose_provenance() as i64, list.len() as i64];
        let device = make("vk device", "device_create", &[instance, 0]);
        let queue = make("vk queue", "queue_get", &[device, 0, 0]);
        let [buffer, other] = [1, 2].map(|place| {
            let buffer = make("vk buffer", "buffer_create", &[device, 4096, 0x1F3]);
            make("vk memory", "memory_allocate", &[buffer, place]);
            buffer
        });
        // For whoever allocates its memory.
        make("vk buffer", "buffer_create", &[device, 256, 0x1F3]);
        let pool = make("vk command pool", "command_pool", &[device, 0]);
        let [computes, draws, ready] = [(); 3].map(|()| make("vk command buffer", "command_buffer", &[pool]));
        let image = make("vk image", "image_create", &[device, 16, 16, 37, 0x1F]);
        make("vk image", "image_create", &[device, 16, 16, 126, 0x27]);
        let sampler = make("vk sampler", "sampler_create", &[device, 1, 1]);
        let fences = [(); 2].map(|()| make("vk fence", "fence_create", &[device]));
        let mut shader = |code: &[u8]| {
            make("vk shader", "shader_load", &[device, code.as_ptr().expose_provenance() as i64, code.len() as i64])
        };
        let doubles = shader(CODE);
        let vertex = shader(include_bytes!("../../../shaders/spirv/TRIANGLE_VERTEX.spv"));
        let fragment = shader(include_bytes!("../../../shaders/spirv/TRIANGLE_FRAGMENT.spv"));
        let textured = shader(include_bytes!("../../../shaders/spirv/TEXTURED_FRAGMENT.spv"));
        let pipeline = make("vk pipeline", "pipeline_compute", &[doubles, 0, 0, 0, 0]);
        let [options, count] = words(OPTIONS);
        let triangle = make("vk pipeline", "pipeline_graphics", &[vertex, fragment, options, count]);
        let pictures = make("vk pipeline", "pipeline_graphics", &[vertex, textured, options, count]);
        let set = make("vk descriptor set", "descriptor_set_create", &[pipeline, 0]);
        let picture = make("vk descriptor set", "descriptor_set_create", &[pictures, 0]);
        ok("bind_buffer", &[set, 0, 0, buffer, 0, -1]);
        ok("bind_image", &[picture, 0, 0, image, sampler]);
        let push =
            |commands: i64| ok("push_constants", &[commands, 0, [0u32; 8].as_ptr().expose_provenance() as i64, 32]);
        ok("command_begin", &[computes]);
        ok("bind_pipeline", &[computes, pipeline]);
        ok("bind_descriptor_set", &[computes, set]);
        push(computes);
        ok("command_begin", &[draws]);
        let [colors, count] = words(&[image]);
        ok("render_begin", &[draws, colors, count, 0, 0, 0]);
        ok("bind_pipeline", &[draws, triangle]);
        ok("bind_vertex_buffer", &[draws, 0, buffer, 0]);
        ok("bind_index_buffer", &[draws, other, 0, 0]);
        push(draws);
        ok("command_begin", &[ready]);
        ok("fill_buffer", &[ready, other, 0, -1, 0]);
        assert!(call("rt_vk_timestamp", &[ready]) >= 0 && call("rt_vk_timestamp", &[ready]) >= 0);
        ok("command_end", &[ready]);
        ok("submit", &[queue, ready, fences[0]]);
        // Where there is a display, which windows want.
        let has_windows = call("rt_has_feature", &[c"window".as_ptr().expose_provenance() as i64, -1]) == 1;
        if has_windows && std::env::var_os("DISPLAY").is_some() {
            let title = c"tests".as_ptr().expose_provenance() as i64;
            let window = make("vk window", "window_create", &[title, -1, 64, 64]);
            let surface = make("vk surface", "surface_create", &[instance, window]);
            let swapchain = make("vk swapchain", "swapchain_create", &[device, surface, 64, 64, 0]);
            make("vk image", "swapchain_image", &[swapchain, 0]);
        }
    }

    /// An object of a kind, from the first function that gives one for plausible arguments.
    fn make(&mut self, kind: &KindRow) {
        let makes = |row: &&Row| row.twin_of.is_empty() && row.returns.sort == Sort::Handle(kind.name, false);
        for row in registry().rows().iter().copied().filter(makes) {
            let mut memory = Memory::new();
            let mut words = Vec::new();
            for (slot, param) in row.params.iter().enumerate() {
                let callback = callback_name(param.parts[0].sort);
                let pair = match plausible(param, self) {
                    // A bounded channel would be full one day.
                    Choice::Word(_) if kind.name == "channel" => (-1, 0),
                    Choice::Live(at) => (self.objects[at].0, 0),
                    Choice::Known => known(param.names[0]).unwrap(),
                    choice => memory.words(slot, choice, false, callback),
                };
                words.extend([pair.0, pair.1].into_iter().take(param.parts.len()));
            }
            // SAFETY: one word per part; the pointers are to memory of the stated lengths, alive during the call.
            let handle = unsafe { (row.call)(&words) };
            if handle > 0 {
                prepare(kind.name, handle);
                return self.keep(handle, kind.name);
            }
        }
    }

    fn keep(&mut self, handle: i64, kind: &'static str) {
        if handle > 0 {
            self.objects.push((handle, kind));
        }
    }

    pub fn len(&self) -> usize {
        self.objects.len()
    }

    pub fn handle(&self, at: usize) -> i64 {
        self.objects[at].0
    }

    pub fn is_live(&self, handle: i64) -> bool {
        self.objects.iter().any(|object| object.0 == handle)
    }

    /// The places of the live objects of a kind; any kind will do as "object".
    pub fn of_kind(&self, kind: &str) -> Vec<usize> {
        (0..self.len()).filter(|&at| kind == "object" || self.objects[at].1 == kind).collect()
    }

    /// Puts a tensor in the place of another, which is freed.
    pub fn replace_tensor(&mut self, random: &mut super::Random, tensor: i64) {
        let tensors = self.of_kind("tensor");
        let at = tensors[random.below(tensors.len())];
        call("rt_release", &[std::mem::replace(&mut self.objects[at].0, tensor)]);
    }

    /// Puts an object, of one of these kinds and now and then, in the place of another of its kind, which is freed.
    pub fn replace(&mut self, random: &mut super::Random, handle: i64, kinds: &[&str]) -> bool {
        let number = call("rt_handle_kind", &[handle]);
        let kind =
            tables::KINDS.iter().copied().flatten().find(|row| i64::from(row.number) == number).map(|row| row.name);
        let Some(kind) = kind.filter(|kind| kinds.contains(kind) && random.below(4) == 0) else { return false };
        let same = self.of_kind(kind);
        if same.is_empty() {
            return false;
        }
        let at = same[random.below(same.len())];
        call("rt_release", &[std::mem::replace(&mut self.objects[at].0, handle)]);
        true
    }

    pub fn free(&mut self) {
        for (handle, kind) in self.objects.drain(..) {
            // A held lock is not freed.
            match kind {
                "mutex" => call("rt_mutex_unlock", &[handle, 0]),
                "rwlock" => call("rt_rwlock_unlock", &[handle]),
                _ => 0,
            };
            assert_eq!(call("rt_release", &[handle]), 0, "a {kind} did not outlive the calls");
        }
    }
}

/// Calls that wait have no partner here, so what they wait for is there beforehand: more than they take between two free()s.
fn prepare(kind: &str, handle: i64) {
    match kind {
        "semaphore" => assert_eq!(call("rt_semaphore_release", &[handle, 1 << 40]), 0),
        "channel" => (0..PARTNERS).for_each(|i| assert_eq!(call("rt_channel_send", &[handle, i % 7 - 3]), 0)),
        "condvar" => {
            // Wakes whoever waits, until the condition is freed.
            thread::spawn(move || {
                while call("rt_condvar_notify_all", &[handle]) >= 0 {
                    thread::sleep(Duration::from_micros(200));
                }
            });
        }
        _ => {}
    }
}

/// The C type of a callback parameter.
pub fn callback_name(sort: Sort) -> Option<&'static str> {
    if let Sort::Callback(name) = sort { Some(name) } else { None }
}
