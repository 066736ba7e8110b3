//! A pipeline: shaders with their constants, compiled for one device.
#![forbid(unsafe_code)]

use super::device::Device;
use super::layout::{Description, Layout};
use super::raw::pipeline::{RawPipeline, Stage, cache_add, cache_data};
use super::resource::{Resource, Uses};
use super::shader::Shader;
use super::spirv::{Constant, Entry};
use ash::vk;
use ffi_base::{OutSlice, Result, error, fail};
use std::ffi::CString;
use std::sync::Arc;

/// A compute or graphics pipeline.
pub struct Pipeline {
    pub raw: RawPipeline,
    pub layout: Arc<Layout>,
    /// The images and samplers that its shaders join, by set and binding.
    pub joins: Vec<[Option<(u32, u32)>; 2]>,
    /// What a graphics pipeline was made for.
    pub graphics: Option<super::graphics::Fixed>,
    pub uses: Uses,
}

impl Resource for Pipeline {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        &self.raw.device
    }
    fn what(&self) -> &'static str {
        "pipeline"
    }
}

/// Specialization constants of one module: pairs of an id and bits, as rows take them.
#[derive(Default)]
pub struct Constants {
    pub entries: Vec<vk::SpecializationMapEntry>,
    pub data: Vec<u8>,
    /// What they say, by id.
    values: Vec<(u32, u64)>,
}

impl Constants {
    /// Those of `pairs` that the module has; `strict` refuses others.
    pub fn new(known: &[Constant], pairs: &[(i64, i64)], strict: bool) -> Result<Constants> {
        let mut all = Constants::default();
        for (id, bits) in pairs {
            let Some(constant) = known.iter().find(|c| i64::from(c.id) == *id) else {
                if strict {
                    let ids: Vec<u32> = known.iter().map(|c| c.id).collect();
                    fail!(NotFound, "the module has no specialization constant {id}; it has {ids:?}");
                }
                continue;
            };
            if all.values.iter().any(|(own, _)| *own == constant.id) {
                fail!(InvalidArgument, "specialization constant {id} is given twice");
            }
            let bits = if constant.is_bool { u64::from(*bits != 0) } else { *bits as u64 };
            let size = constant.size as usize;
            if !fits(bits, size) {
                fail!(InvalidArgument, "specialization constant {id} has {size} bytes, which {bits:#x} does not fit");
            }
            let entry = vk::SpecializationMapEntry { constant_id: constant.id, offset: all.data.len() as u32, size };
            all.entries.push(entry);
            all.data.extend(&bits.to_le_bytes()[..size]);
            all.values.push((constant.id, bits));
        }
        Ok(all)
    }

    /// What a constant is, given or by default.
    pub fn value(&self, id: u32) -> Option<u64> {
        self.values.iter().find(|(own, _)| *own == id).map(|(_, bits)| *bits)
    }
}

/// Whether a number fits so many bytes. Negative ones come with their sign in front.
fn fits(bits: u64, size: usize) -> bool {
    let spare = 64 - size as u32 * 8;
    let number = bits as i64;
    spare == 0 || bits << spare >> spare == bits || number << spare >> spare == number
}

/// The work-group that constants give an entry point, within the device's limits.
fn check_workgroup(
    limits: &vk::PhysicalDeviceLimits,
    entry: &Entry,
    known: &[Constant],
    constants: &Constants,
) -> Result<()> {
    let mut size = entry.workgroup;
    for (axis, id) in entry.workgroup_constants.iter().enumerate() {
        if let Some(value) = id.and_then(|id| constants.value(id)) {
            size[axis] = u32::try_from(value).unwrap_or(u32::MAX);
        }
    }
    let most = limits.max_compute_work_group_size;
    let count: u64 = size.iter().fold(1, |all, n| all.saturating_mul(u64::from(*n)));
    let fits = size.iter().zip(most).all(|(n, most)| (1..=most).contains(n));
    if !fits || count > u64::from(limits.max_compute_work_group_invocations) {
        let all = limits.max_compute_work_group_invocations;
        fail!(Unsupported, "a work-group of {size:?}; the device takes {most:?} and {all} together");
    }
    let value = |id: &u32| {
        let default = || known.iter().find(|own| own.id == *id).map_or(0, |own| own.bits);
        constants.value(*id).unwrap_or_else(default)
    };
    let bytes = |(bytes, ids): &(u64, Vec<u32>)| ids.iter().fold(*bytes, |all, id| all.saturating_mul(value(id)));
    let shared = entry.shared.iter().fold(0u64, |all, one| all.saturating_add(bytes(one)));
    let most = limits.max_compute_shared_memory_size;
    if shared > u64::from(most) {
        fail!(Unsupported, "a work-group that shares {shared} bytes; the device has {most} for one");
    }
    Ok(())
}

impl Pipeline {
    /// A compute pipeline. `constants` are ids and bits in turn.
    pub fn compute(shader: &Arc<Shader>, name: &str, constants: &[i64]) -> Result<Arc<Pipeline>> {
        let device = shader.device();
        device.check()?;
        if !constants.len().is_multiple_of(2) {
            fail!(InvalidArgument, "{} numbers are no pairs of an id and a value", constants.len());
        }
        let pairs: Vec<(i64, i64)> = constants.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let constants = Constants::new(&shader.reflection.constants, &pairs, true)?;
        let entry = shader.reflection.entry(name, vk::ShaderStageFlags::COMPUTE)?;
        check_workgroup(device.limits(), entry, &shader.reflection.constants, &constants)?;
        let layout = Layout::create(device, Description::new(&[entry])?)?;
        let name = stage_name(entry)?;
        let stage = Stage {
            module: &shader.raw,
            name: &name,
            flags: entry.stage,
            entries: &constants.entries,
            data: &constants.data,
        };
        let raw = RawPipeline::compute(device, &stage, &layout.raw)?;
        Ok(Arc::new(Pipeline { raw, layout, joins: entry.joins.clone(), graphics: None, uses: Uses::default() }))
    }

    pub fn point(&self) -> vk::PipelineBindPoint {
        if self.graphics.is_some() { vk::PipelineBindPoint::GRAPHICS } else { vk::PipelineBindPoint::COMPUTE }
    }
}

pub fn stage_name(entry: &Entry) -> Result<CString> {
    CString::new(entry.name.clone()).map_err(|_| error!(BadFormat, "the entry point's name holds a NUL"))
}

/// What stands before the driver's bytes: a sum over them, since drivers trust what they get.
const SUM_BYTES: usize = 8;
/// The driver's own header: length, version, vendor, device, UUID.
const HEADER_BYTES: usize = 32;

fn sum(data: &[u8]) -> u64 {
    // FNV-1a: against decay, not against malice, which the row's docs say.
    data.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3))
}

/// What is compiled so far, for another process; the length it needs.
pub fn cache_read(device: &Arc<Device>, out: OutSlice<'_, u8>) -> Result<i64> {
    device.check()?;
    let data = cache_data(device)?;
    let all: Vec<u8> = sum(&data).to_le_bytes().into_iter().chain(data).collect();
    if out.capacity() >= all.len() {
        out.write(&all);
    }
    Ok(all.len() as i64)
}

/// Takes what another process compiled.
pub fn cache_load(device: &Arc<Device>, data: &[u8]) -> Result<()> {
    device.check()?;
    let Some((own, data)) = data.split_first_chunk::<SUM_BYTES>() else {
        fail!(BadFormat, "{} bytes are no pipeline cache", data.len());
    };
    if u64::from_le_bytes(*own) != sum(data) || data.len() < HEADER_BYTES {
        fail!(BadFormat, "the pipeline cache is cut or damaged");
    }
    let physical = device.physical().properties;
    let word = |at: usize| u32::from_le_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]]);
    let theirs = (word(8), word(12), &data[16..32]);
    if theirs != (physical.vendor_id, physical.device_id, &physical.pipeline_cache_uuid[..]) {
        fail!(BadFormat, "the pipeline cache is of another device or version of its driver");
    }
    cache_add(device, data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::spirv::Reflection;

    #[test]
    fn what_a_work_group_shares_is_counted_with_its_constants() {
        let mut limits = vk::PhysicalDeviceLimits {
            max_compute_work_group_size: [1024; 3],
            max_compute_work_group_invocations: 1024,
            max_compute_shared_memory_size: 1 << 15,
            ..Default::default()
        };
        let known = [Constant { id: 3, size: 4, is_bool: false, bits: 16 }];
        let mut entry = Reflection::new(shaders::DOUBLE.spirv).expect("ours").entries.remove(0);
        entry.shared = vec![(1024, vec![]), (4, vec![3, 3])];
        let given = |bits| Constants::new(&known, &[(3, bits)], true).expect("it has that");
        let asks = |limits: &_, constants: &Constants| check_workgroup(limits, &entry, &known, constants);
        asks(&limits, &Constants::default()).expect("1024 + 4 * 16 * 16");
        asks(&limits, &given(88)).expect("1024 + 4 * 88 * 88");
        let refused = asks(&limits, &given(90)).expect_err("too much");
        assert!(refused.text().contains("shares 33424 bytes; the device has 32768"), "{refused}");
        assert!(asks(&limits, &given(-1)).is_err());
        limits.max_compute_shared_memory_size = 2047;
        assert!(asks(&limits, &Constants::default()).is_err());
    }

    /// The invocations of a reduction share what each has found.
    #[test]
    fn modules_say_what_they_share() {
        let shared = |module: &shaders::Module| {
            let found = Reflection::new(module.spirv).expect("ours").entries.remove(0).shared;
            found.iter().map(|(bytes, _)| *bytes).sum::<u64>()
        };
        let reduce = shaders::MODULES.iter().find(|module| module.name.starts_with("reduce")).expect("there is one");
        assert!(shared(reduce) > 0);
        assert_eq!(shared(&shaders::DOUBLE), 0);
    }
}
