//! Pipelines: one for each module and choice of its specialization constants, made when first used; compiled ones are kept on disk.
#![allow(unsafe_code)]

use super::assemble::{Programs, assemble};
use super::cache::Store;
use super::fault;
use super::gpu::{Features, Gpu};
use super::plan::{BINDINGS, MOST_VIEWS};
use super::queue::PUSH_BYTES;
use ash::vk;
use ffi_backend::{Result, fail};
use shaders::{Id, MODULES};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How many specialization constants a module has at most.
pub const CONSTANTS: usize = 6;

/// Pipelines are written to disk when none was made for so long, since whoever makes one makes more.
const QUIET: Duration = Duration::from_secs(1);

/// A pipeline's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub module: Id,
    pub constants: [u32; CONSTANTS],
}

/// The pipelines made so far.
pub struct Kernels {
    gpu: &'static Gpu,
    pub layout: vk::PipelineLayout,
    /// By program too, for those that are made from one.
    modules: HashMap<(Id, u32), vk::ShaderModule>,
    pipelines: HashMap<Key, vk::Pipeline>,
    /// The driver's own cache, and where it is kept between runs.
    cache: vk::PipelineCache,
    store: Store,
    /// What was read from there or written last.
    kept: Vec<u8>,
    /// When the last pipeline was made that is not written yet.
    unwritten: Option<Instant>,
}

/// Whether it is made for a program, whose number its first constant is.
fn is_program(module: Id) -> bool {
    matches!(module, Id::fused_f32_bound | Id::fused_f64_bound)
}

impl Kernels {
    pub fn new(gpu: &'static Gpu) -> Result<Kernels> {
        let range =
            vk::PushConstantRange { stage_flags: vk::ShaderStageFlags::COMPUTE, offset: 0, size: PUSH_BYTES as u32 };
        let ranges = [range];
        let sets = match gpu.push_descriptors {
            Some(_) => vec![buffers_layout(gpu)?],
            None => Vec::new(),
        };
        let info = vk::PipelineLayoutCreateInfo::default().push_constant_ranges(&ranges).set_layouts(&sets);
        // SAFETY: the device is never destroyed; here and below the structures live through the calls.
        let layout = unsafe { gpu.device.create_pipeline_layout(&info, None) }
            .map_err(|result| fault::driver("vkCreatePipelineLayout", result))?;
        let store = Store::new(gpu.owner);
        let mut kept = store.load().unwrap_or_default();
        let cache = match cache_of(gpu, &kept) {
            // The driver may refuse what our checks let pass.
            Err(_) if !kept.is_empty() => {
                kept.clear();
                cache_of(gpu, &[])?
            }
            made => made?,
        };
        let (modules, pipelines) = (HashMap::new(), HashMap::new());
        Ok(Kernels { gpu, layout, modules, pipelines, cache, store, kept, unwritten: None })
    }

    /// How many pipelines were made.
    pub fn made(&self) -> u64 {
        self.pipelines.len() as u64
    }

    /// Writes compiled pipelines to disk, if there are new ones and `now` or nobody has made one for a while.
    pub fn keep(&mut self, now: bool) {
        if self.unwritten.is_none_or(|last| !now && last.elapsed() < QUIET) {
            return;
        }
        self.unwritten = None;
        if !self.store.on() {
            return;
        }
        // Another process may have written what it compiled; both are kept.
        if let Some(others) = self.store.load().filter(|others| *others != self.kept)
            && let Ok(cache) = cache_of(self.gpu, &others)
        {
            // SAFETY: both caches are of this device; `&mut self` keeps other threads from ours, and nobody knows the other,
            // which is not used after this.
            unsafe {
                let _ = self.gpu.device.merge_pipeline_caches(self.cache, &[cache]);
                self.gpu.device.destroy_pipeline_cache(cache, None);
            }
        }
        // SAFETY: the cache is of this device.
        if let Ok(bytes) = unsafe { self.gpu.device.get_pipeline_cache_data(self.cache) } {
            self.store.store(&bytes);
            self.kept = bytes;
        }
    }

    /// The pipeline of this name.
    pub fn pipeline(&mut self, key: Key, programs: &Programs) -> Result<vk::Pipeline> {
        if let Some(pipeline) = self.pipelines.get(&key) {
            return Ok(*pipeline);
        }
        let module = self.module(key, programs)?;
        let entries: [vk::SpecializationMapEntry; CONSTANTS] = std::array::from_fn(|i| vk::SpecializationMapEntry {
            constant_id: i as u32,
            offset: i as u32 * 4,
            size: 4,
        });
        let mut words = key.constants;
        if is_program(key.module) {
            // No constant of the module, and another one in each process: a driver that keeps what it compiled would not find it again.
            words[0] = 0;
        }
        let data: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let constants = vk::SpecializationInfo::default().map_entries(&entries).data(&data);
        let stage = vk::PipelineShaderStageCreateInfo::default()
            .stage(vk::ShaderStageFlags::COMPUTE)
            .module(module)
            .name(c"main")
            .specialization_info(&constants);
        let info = [vk::ComputePipelineCreateInfo::default().stage(stage).layout(self.layout)];
        // SAFETY: the module is of this device and its `main` takes push constants within the layout's range and, where it is over storage buffers, those of the
        // layout, which then has them; constants
        // that a module does not have are ignored.
        let made = unsafe { self.gpu.device.create_compute_pipelines(self.cache, &info, None) };
        let pipeline = made
            .map_err(|(_, result)| fault::driver("vkCreateComputePipelines", result).at(key.module.module().name))?[0];
        self.pipelines.insert(key, pipeline);
        self.unwritten = Some(Instant::now());
        Ok(pipeline)
    }

    fn module(&mut self, key: Key, programs: &Programs) -> Result<vk::ShaderModule> {
        let id = key.module;
        let program = if is_program(id) {
            let Some(program) = programs.code(key.constants[0]) else {
                fail!(Internal, "program {} is not known", key.constants[0]);
            };
            Some(program)
        } else {
            None
        };
        let name = (id, program.map_or(0, |_| key.constants[0]));
        if let Some(module) = self.modules.get(&name) {
            return Ok(*module);
        }
        let code: Vec<u32> = match program {
            Some(program) => assemble(id.module().spirv, program)?,
            None => words(id).collect(),
        };
        let info = vk::ShaderModuleCreateInfo::default().code(&code);
        // SAFETY: the words are a module that spirv-val accepted, or made of the functions of one, and `refusals` found its capabilities
        // on this device.
        let module = unsafe { self.gpu.device.create_shader_module(&info, None) }
            .map_err(|result| fault::driver("vkCreateShaderModule", result).at(id.module().name))?;
        self.modules.insert(name, module);
        Ok(module)
    }
}

/// What kernels over storage buffers expect: a few of them, pushed; for programs more, and their uniform buffer.
fn buffers_layout(gpu: &Gpu) -> Result<vk::DescriptorSetLayout> {
    let of = |i: usize, kind: vk::DescriptorType| {
        vk::DescriptorSetLayoutBinding::default()
            .binding(i as u32)
            .descriptor_type(kind)
            .descriptor_count(1)
            .stage_flags(vk::ShaderStageFlags::COMPUTE)
    };
    let count = if gpu.fuses { MOST_VIEWS } else { BINDINGS };
    let mut bindings: Vec<_> = (0..count).map(|i| of(i, vk::DescriptorType::STORAGE_BUFFER)).collect();
    if gpu.fuses {
        bindings.push(of(MOST_VIEWS, vk::DescriptorType::UNIFORM_BUFFER));
    }
    let info = vk::DescriptorSetLayoutCreateInfo::default()
        .flags(vk::DescriptorSetLayoutCreateFlags::PUSH_DESCRIPTOR_KHR)
        .bindings(&bindings);
    // SAFETY: the device is never destroyed and has the extension that the flag is of.
    unsafe { gpu.device.create_descriptor_set_layout(&info, None) }
        .map_err(|result| fault::driver("vkCreateDescriptorSetLayout", result))
}

/// A cache of the driver that begins with these bytes, which were checked to be its own.
fn cache_of(gpu: &Gpu, bytes: &[u8]) -> Result<vk::PipelineCache> {
    let info = vk::PipelineCacheCreateInfo::default().initial_data(bytes);
    // SAFETY: the device is never destroyed; the bytes are none, or came from this driver and are whole, by their checksum.
    unsafe { gpu.device.create_pipeline_cache(&info, None) }
        .map_err(|result| fault::driver("vkCreatePipelineCache", result))
}

fn words(id: Id) -> impl Iterator<Item = u32> {
    id.module().spirv.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

/// Why a module cannot run on a device, read from the capabilities that its binary declares; by module.
pub fn refusals(features: &Features) -> Vec<Option<&'static str>> {
    const HEADER_WORDS: usize = 5;
    const OP_CAPABILITY: u32 = 17;
    let refusal = |capability: u32| match capability {
        10 if !features.float64 => Some("this device has no 64-bit floats"),
        11 if !features.int64 => Some("this device has no 64-bit integers"),
        4448 if !features.storage_8 => Some("this device cannot store single bytes"),
        4433 if !features.storage_16 => Some("this device cannot store 16-bit values"),
        _ => None,
    };
    let of = |code: Vec<u32>| {
        let mut at = HEADER_WORDS;
        // Capabilities come first in every module.
        while code.get(at).is_some_and(|word| word & 0xffff == OP_CAPABILITY) {
            if let Some(why) = code.get(at + 1).copied().and_then(refusal) {
                return Some(why);
            }
            at += 2;
        }
        None
    };
    MODULES
        .iter()
        .map(|module| of(module.spirv.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_features_still_computes_in_f32_and_says_why_not_in_others() {
        let refusals = refusals(&Features::default());
        for id in [
            Id::map_f32,
            Id::reduce_f32,
            Id::matmul_f32,
            Id::move_4,
            Id::move_8,
            Id::map_i32,
            Id::random_i64,
            Id::gather_8,
            Id::scatter_add_f32,
            Id::linalg_f32,
        ] {
            assert_eq!(refusals[id as usize], None, "{id:?}");
        }
        for id in [
            Id::map_i64,
            Id::map_f64,
            Id::map_f16,
            Id::compare_f32,
            Id::logic,
            Id::gather_1,
            Id::scan_f32,
            Id::reduce_i32,
            Id::cast,
            Id::linalg_f64,
        ] {
            assert!(refusals[id as usize].is_some(), "{id:?}");
        }
    }
}
