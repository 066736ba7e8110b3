//! What drivers take without a word and then do wrong by: pictures, clears, targets and vertices that do not fit.

use crate::common::{Bench, DST, SRC, STORAGE, UNIFORM, VERTEX, array, bytes, call, make, ok, refused, room, text};
use ffi_base::Code;

const RGBA: i64 = 37;
const R32_UINT: i64 = 98;
const R32_SINT: i64 = 99;
const RGBA_UINT: i64 = 41;
const RGB_FLOAT: i64 = 106;
const RGBA_HALF: i64 = 97;
const D32: i64 = 126;

#[test]
fn a_picture_of_whole_numbers_is_read_as_such() {
    let Some(mut bench) = Bench::new() else { return };
    let pipeline = bench.compute(&shaders::COUNTS, &[]);
    let set = bench.make("descriptor_set_create", &[pipeline, 0]);
    let picture = bench.make("image_create", &[bench.device, 16, 16, R32_UINT, 2 | 4]);
    let colours = bench.make("image_create", &[bench.device, 16, 16, RGBA, 2 | 4]);
    let nearest = bench.make("sampler_create", &[bench.device, 0, 0]);
    let linear = bench.make("sampler_create", &[bench.device, 1, 0]);
    refused(Code::InvalidArgument, "declares texels of Some(Unsigned)", "bind_image", &[set, 0, 0, colours, nearest]);
    refused(Code::Unsupported, "no linear sampler for images of R32_UINT", "bind_image", &[set, 0, 0, picture, linear]);
    ok("bind_image", &[set, 0, 0, picture, nearest]);
    let counts = bench.buffer(8 * 8 * 4, STORAGE, 2);
    ok("bind_buffer", &[set, 1, 0, counts, 0, -1]);
    let upload = bench.buffer(16 * 16 * 4, SRC, 1);
    bench.write(upload, &(0..256).map(|n| n * 16_777_259).collect::<Vec<u32>>());
    let c = bench.commands;
    ok("command_begin", &[c]);
    ok("copy_buffer_to_image", &[c, upload, 0, picture, 0, 0]);
    ok("bind_pipeline", &[c, pipeline]);
    ok("bind_descriptor_set", &[c, set]);
    bench.push(0, &[2u32, 1]);
    ok("dispatch", &[c, 1, 1, 1]);
    bench.run();
    let wanted: Vec<u32> = (0..64).map(|at| (at / 8 * 16 + at % 8 * 2) * 16_777_259).collect();
    assert_eq!(bench.read::<u32>(counts, 64), wanted);
}

#[test]
fn whole_numbers_are_cleared_to_whole_numbers() {
    let Some(mut bench) = Bench::new() else { return };
    for (format, clear, word) in [
        (R32_UINT, [4_294_967_295.0, 0.0, 0.0, 0.0], u32::MAX),
        (R32_UINT, [f64::NAN, 0.0, 0.0, 0.0], 0),
        (R32_SINT, [-7.0, 0.0, 0.0, 0.0], -7i32 as u32),
        (RGBA_UINT, [1.0, 2.0, 3.0, 255.0], 0xFF03_0201),
        (RGBA, [1.0, 0.0, 1.0, 0.0], 0x00FF_00FF),
    ] {
        let target = bench.make("image_create", &[bench.device, 4, 4, format, 1 | 16]);
        let back = bench.buffer(64, DST, 2);
        let ([colors, n], [numbers, _]) = (array(&[target]), bytes(&clear));
        ok("command_begin", &[bench.commands]);
        ok("render_begin", &[bench.commands, colors, n, 0, numbers, 4]);
        ok("render_end", &[bench.commands]);
        ok("copy_image_to_buffer", &[bench.commands, target, 0, 0, back, 0]);
        bench.run();
        assert_eq!(bench.read::<u32>(back, 16), [word; 16], "format {format}");
    }
}

#[test]
fn targets_and_vertices_fit_the_device() {
    let Some(mut bench) = Bench::new() else { return };
    let (v, f) = (bench.shader(&shaders::TRIANGLE_VERTEX), bench.shader(&shaders::TRIANGLE_FRAGMENT));
    for (options, code, says) in [
        (&[1, R32_UINT, 6, 1, 8, 20, 0][..], Code::Unsupported, "does not blend in R32_UINT"),
        (
            &[1, RGBA, 8, 21, 0, 9, 0, 0, 103, 0],
            Code::InvalidArgument,
            "offset 0 and stride 21 of R32G32_SFLOAT are no multiples of its 4 bytes",
        ),
        (&[1, RGBA, 8, 20, 0, 9, 0, 0, 103, 2], Code::InvalidArgument, "offset 2 and stride 20"),
        (&[1, RGBA, 8, 3, 0, 9, 0, 0, 83, 0], Code::InvalidArgument, "multiples of its 2 bytes"),
    ] {
        let [at, n] = array(options);
        refused(code, says, "pipeline_graphics", &[v, f, at, n]);
    }
    let [at, n] = array(&[1, RGBA, 8, 20, 0, 9, 0, 0, 103, 0, 9, 1, 0, RGB_FLOAT, 8]);
    let pipeline = bench.make("pipeline_graphics", &[v, f, at, n]);
    let target = bench.make("image_create", &[bench.device, 8, 8, RGBA, 16]);
    let vertices = bench.buffer(64, VERTEX, 1);
    let (c, [colors, n]) = (bench.commands, array(&[target]));
    ok("command_begin", &[c]);
    ok("render_begin", &[c, colors, n, 0, 0, 0]);
    ok("bind_pipeline", &[c, pipeline]);
    ok("bind_vertex_buffer", &[c, 0, vertices, 2]);
    bench.push(0, &[1f32, 0.0, 0.5]);
    refused(Code::InvalidArgument, "from byte 2 on, which is no multiple of 4", "draw", &[c, 3, 1, 0, 0]);
    ok("bind_vertex_buffer", &[c, 0, vertices, 4]);
    ok("draw", &[c, 3, 1, 0, 0]);
    let [at, _] = bytes(&[0f64, 0.0, 1e-60, 4.0]);
    refused(Code::InvalidArgument, "a viewport of 0 x 4", "viewport", &[c, at, 4]);
    ok("render_end", &[c]);
    ok("command_end", &[c]);
}

/// A sampler and an image that meet in the shader alone, and texels that a shader would store in another way.
#[test]
fn pictures_fit_what_the_shader_does_with_them() {
    let Some(mut bench) = Bench::new() else { return };
    let (device, pipeline) = (bench.device, bench.compute(&shaders::MIX, &[]));
    let sets = [0, 1].map(|set| bench.make("descriptor_set_create", &[pipeline, set]));
    let weights = bench.buffer(128, UNIFORM, 1);
    let sums = bench.buffer(128, STORAGE, 1);
    ok("bind_buffer", &[sets[0], 0, 0, weights, 0, -1]);
    ok("bind_buffer", &[sets[0], 2, 0, sums, 0, -1]);
    let mut image = |format: i64, usage: i64| bench.make("image_create", &[device, 8, 8, format, usage]);
    let (colours, depth) = (image(RGBA, 4), image(D32, 4 | 32));
    let stored = [image(RGBA, 8), image(RGBA, 8)];
    let wide = image(RGBA_HALF, 8);
    let [nearest, linear] = [0, 1].map(|linear| bench.make("sampler_create", &[device, linear, 0]));
    ok("bind_image", &[sets[1], 0, 0, colours, linear]);
    ok("bind_image", &[sets[1], 1, 0, depth, 0]);
    ok("bind_image", &[sets[1], 2, 0, 0, linear]);
    let says = "binding 3 stores texels as Rgba8, the image is of R16G16B16A16_SFLOAT";
    refused(Code::InvalidArgument, says, "bind_image", &[sets[1], 3, 0, wide, 0]);
    ok("bind_image", &[sets[1], 3, 0, stored[0], 0]);
    ok("bind_image", &[sets[1], 3, 1, stored[1], 0]);
    let c = bench.commands;
    let bind = || {
        ok("command_begin", &[c]);
        ok("bind_pipeline", &[c, pipeline]);
        sets.iter().for_each(|set| ok("bind_descriptor_set", &[c, *set]));
        bench.push(0, &[8i32, 8, 0, 0, 0, 0, 0, 0]);
    };
    bind();
    let says = "joins a linear sampler with an image of D32_SFLOAT";
    refused(Code::Unsupported, says, "dispatch", &[c, 1, 2, 1]);
    ok("command_end", &[c]);
    // The one that is joined with the image counts, not the other.
    ok("bind_image", &[sets[1], 2, 0, 0, nearest]);
    bind();
    ok("dispatch", &[c, 1, 2, 1]);
    ok("command_end", &[c]);
    ok("bind_image", &[sets[1], 2, 0, 0, linear]);
    ok("bind_image", &[sets[1], 1, 0, colours, 0]);
    bind();
    ok("dispatch", &[c, 1, 2, 1]);
    ok("command_end", &[c]);
}

/// Also where the driver has memory of one kind only, and could show it.
#[test]
fn the_devices_own_memory_is_not_the_hosts() {
    let Some(mut bench) = Bench::new() else { return };
    let buffer = bench.make("buffer_create", &[bench.device, 64, STORAGE]);
    let memory = bench.make("memory_allocate", &[buffer, 0]);
    let [data, len] = bytes(&[0u8; 4]);
    for (name, words) in [
        ("memory_map", &[memory][..]),
        ("buffer_write", &[buffer, 0, data, len]),
        ("buffer_read", &[buffer, 0, data, len]),
    ] {
        refused(Code::InvalidArgument, "does not see this memory", name, words);
    }
}

#[test]
fn pipelines_are_compiled_while_caches_are_merged() {
    let Some(mut bench) = Bench::new() else { return };
    let shader = bench.shader(&shaders::DOUBLE);
    let len = call("pipeline_cache_read", &[bench.device, 0, 0]);
    let mut kept = vec![0u8; len as usize];
    let [at, len] = room(&mut kept);
    assert_eq!(call("pipeline_cache_read", &[bench.device, at, len]), len);
    let (device, kept) = (bench.device, &kept);
    std::thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || {
                for round in 0..20 {
                    let ([name, len], [at, n]) = (text("main"), array(&[0, thread * 100 + round + 1]));
                    ok("pipeline_destroy", &[make("pipeline_compute", &[shader, name, len, at, n])]);
                    let [at, len] = bytes(kept);
                    ok("pipeline_cache_load", &[device, at, len]);
                }
            });
        }
    });
}
