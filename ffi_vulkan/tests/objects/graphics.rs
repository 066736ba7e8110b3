//! Drawing off screen: colours, depth, blending, textures and indices, against what plain arithmetic says of each pixel.

use crate::common::{Bench, DST, INDEX, SRC, VERTEX, array, bytes, ok, refused};
use ffi_base::Code;

const RGBA: i64 = 37;
const DEPTH: i64 = 126;
const FLOAT2: i64 = 103;
const FLOAT3: i64 = 106;
const SIZE: i64 = 64;

/// One vertex: a place from -1 to 1, and a colour.
type Vertex = [f32; 5];

const TRIANGLE: [Vertex; 3] = [[0.0, -0.8, 1.0, 0.0, 0.0], [0.8, 0.8, 0.0, 1.0, 0.0], [-0.8, 0.8, 0.0, 0.0, 1.0]];

/// Options of a pipeline that draws such vertices to one colour.
const PLAIN: &[i64] = &[1, RGBA, 8, 20, 0, 9, 0, 0, FLOAT2, 0, 9, 1, 0, FLOAT3, 8];

/// The colour between three vertices at a pixel; `None` outside, or so near an edge that rounding decides.
fn shade(vertices: &[Vertex], x: i64, y: i64) -> Option<Option<[f32; 3]>> {
    let at = |pixel: i64| (pixel as f32 + 0.5) / SIZE as f32 * 2.0 - 1.0;
    let (x, y) = (at(x), at(y));
    let cross = |a: &Vertex, b: &Vertex| (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
    let parts =
        [cross(&vertices[1], &vertices[2]), cross(&vertices[2], &vertices[0]), cross(&vertices[0], &vertices[1])];
    let whole: f32 = parts.iter().sum();
    let parts = parts.map(|part| part / whole);
    if parts.iter().any(|part| part.abs() < 0.03) {
        return None;
    }
    if parts.iter().any(|part| *part < 0.0) {
        return Some(None);
    }
    let channel = |at: usize| (0..3).map(|v| parts[v] * vertices[v][2 + at]).sum();
    Some(Some([channel(0), channel(1), channel(2)]))
}

#[track_caller]
fn near(pixel: [u8; 4], wanted: [f32; 3], what: &str) {
    for (own, want) in pixel.iter().zip(wanted) {
        assert!((f32::from(*own) - want * 255.0).abs() <= 2.0, "{what}: {pixel:?} is not {wanted:?}");
    }
}

/// A bench with vertices, a target and what reads it back.
struct Scene {
    bench: Bench,
    target: i64,
    back: i64,
}

impl Scene {
    fn new() -> Option<Scene> {
        let mut bench = Bench::new()?;
        let target = bench.make("image_create", &[bench.device, SIZE, SIZE, RGBA, 1 | 4 | 16]);
        let back = bench.buffer(SIZE * SIZE * 4, DST, 2);
        Some(Scene { bench, target, back })
    }

    fn vertices<T: Copy>(&mut self, data: &[T], usage: i64) -> i64 {
        let buffer = self.bench.buffer(size_of_val(data) as i64, usage, 1);
        self.bench.write(buffer, data);
        buffer
    }

    fn pipeline(&mut self, fragment: &shaders::Module, options: &[i64]) -> i64 {
        let (v, f) = (self.bench.shader(&shaders::TRIANGLE_VERTEX), self.bench.shader(fragment));
        let [at, n] = array(options);
        self.bench.make("pipeline_graphics", &[v, f, at, n])
    }

    /// Begins recording and rendering, cleared to a colour, with a pipeline and one vertex buffer.
    fn begin(&self, pipeline: i64, vertices: i64, depth: i64, clear: &[f64]) {
        ok("command_begin", &[self.bench.commands]);
        self.begin_again(pipeline, vertices, depth, clear);
    }

    fn begin_again(&self, pipeline: i64, vertices: i64, depth: i64, clear: &[f64]) {
        let c = self.bench.commands;
        let ([colors, n], [at, _]) = (array(&[self.target]), bytes(clear));
        ok("render_begin", &[c, colors, n, depth, at, clear.len() as i64]);
        ok("bind_pipeline", &[c, pipeline]);
        ok("bind_vertex_buffer", &[c, 0, vertices, 0]);
        self.bench.push(0, &[1.0f32, 0.0, 0.5]);
    }

    fn pixels(&self) -> Vec<[u8; 4]> {
        ok("render_end", &[self.bench.commands]);
        ok("copy_image_to_buffer", &[self.bench.commands, self.target, 0, 0, self.back, 0]);
        self.bench.run();
        self.bench.read(self.back, (SIZE * SIZE) as usize)
    }
}

fn pixel(all: &[[u8; 4]], x: i64, y: i64) -> [u8; 4] {
    all[(y * SIZE + x) as usize]
}

#[test]
fn a_triangle_is_where_arithmetic_puts_it() {
    let Some(mut scene) = Scene::new() else { return };
    let pipeline = scene.pipeline(&shaders::TRIANGLE_FRAGMENT, PLAIN);
    let vertices = scene.vertices(&TRIANGLE, VERTEX);
    scene.begin(pipeline, vertices, 0, &[0.25, 0.25, 0.25, 1.0]);
    ok("draw", &[scene.bench.commands, 3, 1, 0, 0]);
    let all = scene.pixels();
    let (mut inside, mut outside) = (0, 0);
    for (x, y) in (0..SIZE * SIZE).map(|at| (at % SIZE, at / SIZE)) {
        match shade(&TRIANGLE, x, y) {
            Some(Some(color)) => {
                near(pixel(&all, x, y), color, &format!("{x}, {y}"));
                inside += 1;
            }
            Some(None) => {
                near(pixel(&all, x, y), [0.25; 3], &format!("{x}, {y}"));
                outside += 1;
            }
            None => {}
        }
    }
    assert!(inside > 800 && outside > 1500, "{inside} inside, {outside} outside");
}

#[test]
fn indices_depth_blending_and_scissors_do_their_part() {
    let Some(mut scene) = Scene::new() else { return };
    let depth = scene.bench.make("image_create", &[scene.bench.device, SIZE, SIZE, DEPTH, 32]);
    let deep: Vec<i64> = PLAIN.iter().copied().chain([2, DEPTH, 7, 1, 1]).collect();
    let pipeline = scene.pipeline(&shaders::TRIANGLE_FRAGMENT, &deep);
    // A square of two triangles, once red and once green behind four unused vertices.
    let corner = |x: f32, y: f32, color: [f32; 3]| [x, y, color[0], color[1], color[2]];
    let square = |color| {
        [corner(-0.5, -0.5, color), corner(0.5, -0.5, color), corner(0.5, 0.5, color), corner(-0.5, 0.5, color)]
    };
    let both: Vec<Vertex> = square([1.0, 0.0, 0.0]).into_iter().chain(square([0.0, 1.0, 0.0])).collect();
    let vertices = scene.vertices(&both, VERTEX);
    let indices = scene.vertices(&[0u16, 1, 2, 0, 2, 3], INDEX);
    let c = scene.bench.commands;
    scene.begin(pipeline, vertices, depth, &[0.0, 0.0, 0.0, 1.0, 1.0]);
    ok("bind_index_buffer", &[c, indices, 0, 0]);
    ok("draw_indexed", &[c, 6, 1, 0, 0, 0]);
    // Green comes later, but behind; in the left half in front.
    scene.bench.push(8, &[0.75f32]);
    ok("draw_indexed", &[c, 6, 1, 0, 4, 0]);
    ok("scissor", &[c, 0, 0, SIZE / 2, SIZE]);
    scene.bench.push(8, &[0.25f32]);
    ok("draw_indexed", &[c, 6, 1, 0, 4, 0]);
    let all = scene.pixels();
    near(pixel(&all, 40, 32), [1.0, 0.0, 0.0], "right");
    near(pixel(&all, 24, 32), [0.0, 1.0, 0.0], "left");
    near(pixel(&all, 4, 4), [0.0; 3], "outside");
    // Half of what is there and half of the new: the shader's alpha is 1, so sums tell.
    let sum: Vec<i64> = PLAIN.iter().copied().chain([6, 2]).collect();
    let sum = scene.pipeline(&shaders::TRIANGLE_FRAGMENT, &sum);
    scene.begin(sum, vertices, 0, &[]);
    let [at, _] = bytes(&[0.0f64, 0.0, 64.0, 32.0]);
    ok("viewport", &[c, at, 4]);
    ok("bind_index_buffer", &[c, indices, 0, 0]);
    ok("draw_indexed", &[c, 6, 1, 0, 0, 0]);
    let all = scene.pixels();
    near(pixel(&all, 24, 20), [1.0, 1.0, 0.0], "red on green");
    near(pixel(&all, 24, 40), [0.0, 1.0, 0.0], "what was there stays");
    near(pixel(&all, 40, 10), [1.0, 0.0, 0.0], "red on nothing");
    // Culled: the square turns the one way round only.
    for (culling, drawn) in [([4, 1], 0.0), ([4, 2], 1.0)] {
        let options: Vec<i64> = PLAIN.iter().copied().chain(culling).chain([5, 1]).collect();
        let culled = scene.pipeline(&shaders::TRIANGLE_FRAGMENT, &options);
        scene.begin(culled, vertices, 0, &[0.0; 4]);
        ok("bind_index_buffer", &[c, indices, 0, 0]);
        ok("draw_indexed", &[c, 6, 1, 0, 0, 0]);
        near(pixel(&scene.pixels(), 32, 32), [drawn, 0.0, 0.0], &format!("culling {culling:?}"));
    }
}

#[test]
fn a_picture_is_sampled_while_drawing() {
    let Some(mut scene) = Scene::new() else { return };
    let pipeline = scene.pipeline(&shaders::TEXTURED_FRAGMENT, PLAIN);
    let vertices = scene.vertices(&TRIANGLE.map(|v| [v[0], v[1], 1.0, 0.5, 1.0]), VERTEX);
    let picture = scene.bench.make("image_create", &[scene.bench.device, SIZE, SIZE, RGBA, 2 | 4]);
    let texels: Vec<[u8; 4]> =
        (0..SIZE * SIZE).map(|at| [(at % SIZE * 4) as u8, (at / SIZE * 4) as u8, 7, 255]).collect();
    let upload = scene.vertices(&texels, SRC);
    let sampler = scene.bench.make("sampler_create", &[scene.bench.device, 0, 0]);
    let set = scene.bench.make("descriptor_set_create", &[pipeline, 0]);
    ok("bind_image", &[set, 0, 0, picture, sampler]);
    let c = scene.bench.commands;
    ok("command_begin", &[c]);
    ok("copy_buffer_to_image", &[c, upload, 0, picture, 0, 0]);
    scene.begin_again(pipeline, vertices, 0, &[0.0; 4]);
    refused(Code::InvalidArgument, "no descriptor set 0", "draw", &[c, 3, 1, 0, 0]);
    ok("bind_descriptor_set", &[c, set]);
    ok("draw", &[c, 3, 1, 0, 0]);
    let all = scene.pixels();
    for (x, y) in [(32, 20), (28, 40), (40, 50)] {
        let texel = texels[(y * SIZE + x) as usize].map(|n| f32::from(n) / 255.0);
        near(pixel(&all, x, y), [texel[0], texel[1] * 0.5, texel[2]], &format!("{x}, {y}"));
    }
    // The target of one picture is the texture of the next, in another submission and without a word of layouts.
    let second = scene.bench.make("image_create", &[scene.bench.device, SIZE, SIZE, RGBA, 1 | 16]);
    let drawn = scene.target;
    ok("bind_image", &[set, 0, 0, drawn, sampler]);
    scene.target = second;
    scene.begin(pipeline, vertices, 0, &[0.0; 4]);
    ok("bind_descriptor_set", &[c, set]);
    ok("draw", &[c, 3, 1, 0, 0]);
    let again = scene.pixels();
    let texel = pixel(&all, 28, 40).map(|n| f32::from(n) / 255.0);
    near(pixel(&again, 28, 40), [texel[0], texel[1] * 0.5, texel[2]], "drawn from what was drawn");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let Some(mut scene) = Scene::new() else { return };
    let d = scene.bench.device;
    let (v, f) = (scene.bench.shader(&shaders::TRIANGLE_VERTEX), scene.bench.shader(&shaders::TRIANGLE_FRAGMENT));
    for (options, code, says) in [
        (&[][..], Code::InvalidArgument, "draws to nothing"),
        (&[1], Code::InvalidArgument, "option 1 takes 1 numbers"),
        (&[77, 1], Code::InvalidArgument, "option 77"),
        (&[1, 5], Code::Unsupported, "format 5 is none of"),
        (&[1, DEPTH], Code::InvalidArgument, "no colour format"),
        (&[1, RGBA, 3, 9], Code::InvalidArgument, "topology 9"),
        (&[1, RGBA], Code::InvalidArgument, "no attribute for location 0"),
        (&[1, RGBA, 9, 0, 0, FLOAT2, 0], Code::NotFound, "vertex buffer 0 of 0"),
        (&[1, RGBA, 8, 20, 0, 9, 0, 0, 98, 0, 9, 1, 0, FLOAT3, 8], Code::InvalidArgument, "attribute 0 is R32_UINT"),
        (&[1, 98, 8, 20, 0, 9, 0, 0, FLOAT2, 0, 9, 1, 0, FLOAT3, 8], Code::InvalidArgument, "colour 0 is R32_UINT"),
        (&[1, RGBA, 11, 5, 1, 8, 20, 0, 9, 0, 0, FLOAT2, 0, 9, 1, 0, FLOAT3, 8], Code::NotFound, "constant 5"),
        (
            &[1, RGBA, 7, 1, 1, 8, 20, 0, 9, 0, 0, FLOAT2, 0, 9, 1, 0, FLOAT3, 8],
            Code::InvalidArgument,
            "depth is compared",
        ),
    ] {
        let [at, n] = array(options);
        refused(code, says, "pipeline_graphics", &[v, f, at, n]);
    }
    let [at, n] = array(PLAIN);
    refused(Code::NotFound, "vertex: no entry point", "pipeline_graphics", &[f, v, at, n]);
    let pipeline = scene.pipeline(&shaders::TRIANGLE_FRAGMENT, PLAIN);
    let vertices = scene.vertices(&TRIANGLE, VERTEX);
    let c = scene.bench.commands;
    let small = scene.bench.make("image_create", &[d, 8, 8, RGBA, 16]);
    let sampled = scene.bench.make("image_create", &[d, 8, 8, RGBA, 4]);
    let other = scene.bench.make("image_create", &[d, SIZE, SIZE, 44, 16]);
    ok("command_begin", &[c]);
    refused(Code::InvalidArgument, "outside of rendering", "draw", &[c, 3, 1, 0, 0]);
    refused(Code::InvalidArgument, "without its begin", "render_end", &[c]);
    for (colors, clear, says) in [
        (&[][..], 0, "to no image"),
        (&[scene.target, small], 0, "and of 8 x 8"),
        (&[scene.target, scene.target], 0, "there twice"),
        (&[sampled], 0, "lacks COLOR_ATTACHMENT"),
        (&[scene.target], 3, "3 numbers to clear with"),
    ] {
        let ([at, n], [numbers, _]) = (array(colors), bytes(&[0f64; 8]));
        refused(Code::InvalidArgument, says, "render_begin", &[c, at, n, 0, numbers, clear]);
    }
    let [colors, n] = array(&[scene.target]);
    ok("render_begin", &[c, colors, n, 0, 0, 0]);
    refused(Code::InvalidArgument, "no graphics pipeline", "draw", &[c, 3, 1, 0, 0]);
    ok("bind_pipeline", &[c, pipeline]);
    refused(Code::InvalidArgument, "no vertex buffer 0", "draw", &[c, 3, 1, 0, 0]);
    ok("bind_vertex_buffer", &[c, 0, vertices, 0]);
    refused(Code::InvalidArgument, "push constants", "draw", &[c, 3, 1, 0, 0]);
    scene.bench.push(0, &[1f32, 0.0, 0.5]);
    refused(Code::InvalidArgument, "reads up to 80", "draw", &[c, 3, 1, 1, 0]);
    refused(Code::InvalidArgument, "count of vertices", "draw", &[c, -1, 1, 0, 0]);
    refused(Code::InvalidArgument, "no index buffer", "draw_indexed", &[c, 3, 1, 0, 0, 0]);
    refused(Code::InvalidArgument, "dispatch between", "dispatch", &[c, 1, 1, 1]);
    refused(Code::InvalidArgument, "end between", "command_end", &[c]);
    refused(Code::InvalidArgument, "barrier between", "barrier", &[c, 0, 0]);
    refused(Code::InvalidArgument, "copy between", "copy_image_to_buffer", &[c, scene.target, 0, 0, scene.back, 0]);
    let [at, _] = bytes(&[0f64, 0.0, 1e9, 4.0]);
    refused(Code::InvalidArgument, "a viewport of", "viewport", &[c, at, 4]);
    refused(Code::InvalidArgument, "3 numbers", "viewport", &[c, at, 3]);
    refused(Code::InvalidArgument, "a scissor", "scissor", &[c, -1, 0, 4, 4]);
    ok("render_end", &[c]);
    let [colors, n] = array(&[other]);
    ok("render_begin", &[c, colors, n, 0, 0, 0]);
    refused(Code::InvalidArgument, "the pipeline draws to [R8G8B8A8_UNORM]", "draw", &[c, 3, 1, 0, 0]);
    ok("render_end", &[c]);
    let [region, _] = array(&[60, 0, 8, 8]);
    refused(
        Code::InvalidArgument,
        "leave an image of 64 x 64",
        "copy_image_to_buffer",
        &[c, scene.target, region, 4, scene.back, 0],
    );
    refused(Code::InvalidArgument, "layout 4", "image_layout", &[c, scene.target, 4]);
    for (size, format, usage, code, says) in [
        ([0, 4], RGBA, 4, Code::InvalidArgument, "0 x 4"),
        ([1 << 30, 4], RGBA, 4, Code::Unsupported, "the device has"),
        ([4, 4], 1, 4, Code::Unsupported, "format 1"),
        ([4, 4], RGBA, 0, Code::InvalidArgument, "usage"),
        ([4, 4], RGBA, 32, Code::Unsupported, "has no images"),
    ] {
        refused(code, says, "image_create", &[d, size[0], size[1], format, usage]);
    }
}
