//! Shader modules, descriptor sets, dispatches, timestamps and the pipeline cache.

use crate::common::{Bench, DST, SRC, STORAGE, UNIFORM, array, bytes, call, count, make, ok, refused, room, text};
use ffi_base::Code;

impl Bench {
    #[track_caller]
    pub fn shader(&mut self, module: &shaders::Module) -> i64 {
        let [at, len] = bytes(module.spirv);
        self.make("shader_load", &[self.device, at, len])
    }

    /// A compute pipeline of a module with its own constants.
    #[track_caller]
    pub fn compute(&mut self, module: &shaders::Module, constants: &[i64]) -> i64 {
        let shader = self.shader(module);
        let ([name, len], [at, n]) = (text("main"), array(constants));
        self.make("pipeline_compute", &[shader, name, len, at, n])
    }

    #[track_caller]
    pub fn push<T>(&self, offset: i64, data: &[T]) {
        let [at, len] = bytes(data);
        ok("push_constants", &[self.commands, offset, at, len]);
    }
}

#[test]
fn a_shader_doubles_a_million_numbers() {
    let Some(mut bench) = Bench::new() else { return };
    const COUNT: usize = 1_000_000;
    let numbers: Vec<f32> = (0..COUNT).map(|i| i as f32 - 500_000.0).collect();
    let buffer = bench.buffer(COUNT as i64 * 4, STORAGE | SRC | DST, 1);
    bench.write(buffer, &numbers);
    let pipeline = bench.compute(&shaders::DOUBLE, &[]);
    let set = bench.make("descriptor_set_create", &[pipeline, 0]);
    ok("bind_buffer", &[set, 0, 0, buffer, 0, -1]);
    let c = bench.commands;
    ok("command_begin", &[c]);
    let first = call("timestamp", &[c]);
    ok("bind_pipeline", &[c, pipeline]);
    ok("bind_descriptor_set", &[c, set]);
    bench.push(0, &[COUNT as u32]);
    ok("dispatch", &[c, 256, 1, 1]);
    let second = call("timestamp", &[c]);
    ok("command_end", &[c]);
    if first >= 0 {
        refused(Code::InvalidArgument, "not submitted", "timestamp_elapsed", &[c, first, second]);
    }
    bench.run_again();
    let doubled: Vec<f32> = numbers.iter().map(|n| n * 2.0).collect();
    assert_eq!(bench.read::<f32>(buffer, COUNT), doubled);
    if first >= 0 {
        let took = count("timestamp_elapsed", &[c, first, second]);
        println!("a million doubled in {took} ns by the device's clock");
        assert!((1..10_000_000_000).contains(&took), "{took} ns");
        refused(Code::NotFound, "timestamp 9 of 2", "timestamp_elapsed", &[c, 0, 9]);
    }
    bench.run_again();
    assert_eq!(bench.read::<f32>(buffer, COUNT)[1], numbers[1] * 4.0);
}

#[test]
fn constants_change_the_work_group_and_the_factor() {
    let Some(mut bench) = Bench::new() else { return };
    let buffer = bench.buffer(4096, STORAGE, 1);
    bench.write(buffer, &[3.0f32; 1024]);
    let pipeline = bench.compute(&shaders::DOUBLE, &[0, 32, 1, i64::from((-0.5f32).to_bits())]);
    let set = bench.make("descriptor_set_create", &[pipeline, 0]);
    // Half of it, from the middle on.
    ok("bind_buffer", &[set, 0, 0, buffer, 2048, 2048]);
    let c = bench.commands;
    ok("command_begin", &[c]);
    ok("bind_pipeline", &[c, pipeline]);
    ok("bind_descriptor_set", &[c, set]);
    bench.push(0, &[512u32]);
    ok("dispatch", &[c, 16, 1, 1]);
    bench.run();
    let all = bench.read::<f32>(buffer, 1024);
    assert!(all[..512].iter().all(|n| *n == 3.0) && all[512..].iter().all(|n| *n == -1.5), "{:?}", &all[508..516]);
    let shader = bench.shader(&shaders::DOUBLE);
    let none = [0, 0];
    for (constants, code, says) in [
        (&[0i64, 1 << 20][..], Code::Unsupported, "a work-group of [1048576, 1, 1]"),
        (&[0, 0], Code::Unsupported, "a work-group of [0, 1, 1]"),
        (&[9, 1], Code::NotFound, "no specialization constant 9"),
        (&[0], Code::InvalidArgument, "no pairs"),
        (&[0, 8, 0, 8], Code::InvalidArgument, "given twice"),
        (&[0, 1 << 40], Code::InvalidArgument, "does not fit"),
    ] {
        let [at, n] = array(constants);
        refused(code, says, "pipeline_compute", &[shader, none[0], none[1], at, n]);
    }
    let [at, len] = text("missing");
    refused(Code::NotFound, "no entry point \"missing\"", "pipeline_compute", &[shader, at, len, 0, 0]);
    // What the module says of itself.
    assert_eq!(count("shader_entry_count", &[shader]), 1);
    assert_eq!(count("shader_entry_stage", &[shader, 0]), 32);
    assert_eq!([0, 1, 2].map(|axis| count("shader_workgroup_size", &[shader, 0, axis])), [64, 1, 1]);
    assert_eq!(count("shader_push_constant_size", &[shader, 0]), 4);
    assert_eq!(count("shader_binding_count", &[shader, 0]), 1);
    assert_eq!(count("shader_binding_kind", &[shader, 0, 0]), 7);
    assert_eq!(count("shader_constant_count", &[shader]), 2);
    assert_eq!([0, 1].map(|at| count("shader_constant_id", &[shader, at])), [0, 1]);
    refused(Code::NotFound, "binding 1 of 1", "shader_binding_set", &[shader, 0, 1]);
}

#[test]
fn every_kind_of_binding_reaches_its_shader() {
    let Some(mut bench) = Bench::new() else { return };
    let (w, h) = (20i64, 10i64);
    let texels = (w * h) as usize;
    let upload = bench.buffer(w * h * 4, SRC | DST, 1);
    let back = bench.buffer(w * h * 4, DST, 2);
    let weights = bench.buffer(256, UNIFORM, 1);
    let sums = bench.buffer(256, STORAGE | DST, 1);
    // The columns of a mat3 are 16 bytes apart: weight, the matrix, last.
    let mut uniform = [0f32; 64];
    uniform[..4].copy_from_slice(&[0.5, 0.25, 0.0, 0.0]);
    uniform[16] = 0.25;
    bench.write(weights, &uniform);
    bench.write(sums, &[0u32; 64]);
    // Sampled images of one colour, so that filtering has no say.
    bench.write(upload, &vec![[200u8, 100, 40, 20]; texels]);
    let image = |bench: &mut Bench, usage| bench.make("image_create", &[bench.device, w, h, 37, usage]);
    let (sampled, stored, result) = (image(&mut bench, 2 | 4), image(&mut bench, 2 | 8), image(&mut bench, 1 | 8));
    let sampler = bench.make("sampler_create", &[bench.device, 1, 0]);
    let pipeline = bench.compute(&shaders::MIX, &[]);
    let first = bench.make("descriptor_set_create", &[pipeline, 0]);
    let second = bench.make("descriptor_set_create", &[pipeline, 1]);
    ok("bind_buffer", &[first, 0, 0, weights, 0, -1]);
    ok("bind_buffer", &[first, 2, 0, sums, 0, -1]);
    ok("bind_image", &[second, 0, 0, sampled, sampler]);
    ok("bind_image", &[second, 1, 0, sampled, 0]);
    ok("bind_image", &[second, 2, 0, 0, sampler]);
    ok("bind_image", &[second, 3, 0, stored, 0]);
    let c = bench.commands;
    ok("command_begin", &[c]);
    ok("copy_buffer_to_image", &[c, upload, 0, sampled, 0, 0]);
    ok("copy_buffer_to_image", &[c, upload, 0, stored, 0, 0]);
    ok("bind_pipeline", &[c, pipeline]);
    ok("bind_descriptor_set", &[c, first]);
    ok("bind_descriptor_set", &[c, second]);
    bench.push(0, &[w as i32, h as i32, 0, 0]);
    refused(Code::InvalidArgument, "element 1 of binding 3 of set 1", "dispatch", &[c, 3, 3, 1]);
    ok("bind_image", &[second, 3, 1, result, 0]);
    refused(Code::InvalidArgument, "byte 16 of 32", "dispatch", &[c, 3, 3, 1]);
    bench.push(16, &[0.1f32, 0.0, 0.0, 0.0]);
    ok("dispatch", &[c, 3, 3, 1]);
    ok("copy_image_to_buffer", &[c, result, 0, 0, back, 0]);
    bench.run();
    let pixels = bench.read::<[u8; 4]>(back, texels);
    // sampled * weight + sampled * last + bias + stored, clamped to 255.
    let wanted = |texel: f32, weight: f32, bias: f32| ((texel * (weight + 0.25 + 1.0)) / 255.0 + bias).min(1.0) * 255.0;
    let wanted = [wanted(200.0, 0.5, 0.1), wanted(100.0, 0.25, 0.0), wanted(40.0, 0.0, 0.0), wanted(20.0, 0.0, 0.0)];
    for pixel in &pixels {
        let off = pixel.iter().zip(wanted).map(|(own, want)| (f32::from(*own) - want).abs()).fold(0.0, f32::max);
        assert!(off <= 1.0, "{pixel:?} is not {wanted:?}");
    }
    assert_eq!(bench.read::<u32>(sums, 1), [(w * h) as u32], "each texel was counted once");
    // Kinds and sizes that do not fit.
    refused(Code::NotFound, "no binding 1; it has [0, 2]", "bind_buffer", &[first, 1, 0, sums, 0, -1]);
    refused(Code::InvalidArgument, "lacks UNIFORM_BUFFER", "bind_buffer", &[first, 0, 0, sums, 0, -1]);
    refused(Code::InvalidArgument, "declares 68 bytes", "bind_buffer", &[first, 0, 0, weights, 0, 64]);
    refused(Code::InvalidArgument, "no multiple of", "bind_buffer", &[first, 2, 0, sums, 2, 4]);
    refused(Code::InvalidArgument, "not a buffer", "bind_buffer", &[second, 0, 0, sums, 0, -1]);
    refused(Code::InvalidArgument, "lacks STORAGE", "bind_image", &[second, 3, 0, sampled, 0]);
    refused(Code::InvalidArgument, "takes a SAMPLER", "bind_image", &[second, 2, 0, sampled, 0]);
    refused(Code::NotFound, "element 2 of 2", "bind_image", &[second, 3, 2, result, 0]);
    refused(Code::NotFound, "set 2 of 2", "descriptor_set_create", &[pipeline, 2]);
}

#[test]
fn modules_that_are_none_are_refused() {
    let Some(bench) = Bench::new() else { return };
    let good = shaders::DOUBLE.spirv;
    for (code, says) in [(&good[..10], "10 bytes are no SPIR-V"), (&good[4..], "first word"), (&good[..24], "left")] {
        let [at, len] = bytes(code);
        refused(Code::BadFormat, says, "shader_load", &[bench.device, at, len]);
    }
    let vertex = [bytes(shaders::TRIANGLE_VERTEX.spirv)];
    let shader = make("shader_load", &[bench.device, vertex[0][0], vertex[0][1]]);
    refused(Code::NotFound, "there are main (VERTEX)", "pipeline_compute", &[shader, 0, 0, 0, 0]);
    refused(Code::InvalidArgument, "no compute shader", "shader_workgroup_size", &[shader, 0, 0]);
    ok("shader_destroy", &[shader]);
    // A kernel of tensors follows addresses, which are not opened here.
    let [at, len] = bytes(shaders::MODULES[0].spirv);
    refused(Code::Unsupported, "PhysicalStorageBufferAddresses", "shader_load", &[bench.device, at, len]);
}

#[test]
fn a_pipeline_cache_goes_to_another_device() {
    let Some(mut bench) = Bench::new() else { return };
    bench.compute(&shaders::DOUBLE, &[]);
    let len = count("pipeline_cache_read", &[bench.device, 0, 0]);
    let mut data = vec![0u8; len as usize];
    let [at, cap] = room(&mut data);
    assert_eq!(count("pipeline_cache_read", &[bench.device, at, cap]), len);
    let other = bench.make("device_create", &[bench.instance, 0]);
    let [at, cap] = bytes(&data);
    ok("pipeline_cache_load", &[other, at, cap]);
    for (harm, says) in [(9, "damaged"), (3, "damaged"), (data.len() - 1, "damaged")] {
        let mut bad = data.clone();
        bad[harm] ^= 1;
        let [at, cap] = bytes(&bad);
        refused(Code::BadFormat, says, "pipeline_cache_load", &[other, at, cap]);
    }
    refused(Code::BadFormat, "no pipeline cache", "pipeline_cache_load", &[other, at, 7]);
    refused(Code::BadFormat, "damaged", "pipeline_cache_load", &[other, at, cap / 2]);
}
