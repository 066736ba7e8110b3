//! Answers from a module's tables: stages, what each binds, its constants and the lanes between stages.
#![forbid(unsafe_code)]

use super::capability;
use super::parse::{EntryPoint, Tables, parse};
use super::types::Type;
use crate::objects::physical::Physical;
use ash::vk;
use ffi_base::{Result, error, fail};
use rspirv::spirv::{BuiltIn, ExecutionModel, ImageFormat, StorageClass};
use std::collections::HashSet;

/// More descriptors in one binding are refused before the device's own limits are asked.
const MOST_IN_BINDING: u64 = 1 << 20;

/// No real module comes near, and each is described by itself.
const MOST_ENTRIES: usize = 256;

/// Bindings are numbered below this. Drivers keep a row for every number up to the largest, and some count these in 32 bits.
const MOST_BINDINGS: u32 = 1 << 16;

/// What a binding takes; the numbers are those of `VkDescriptorType`, -1 for what no row can bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum BindingKind {
    Sampler = 0,
    ImageAndSampler = 1,
    SampledImage = 2,
    StorageImage = 3,
    UniformBuffer = 6,
    StorageBuffer = 7,
    Other = -1,
}

/// One binding of an entry point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Binding {
    pub set: u32,
    pub binding: u32,
    pub kind: BindingKind,
    /// How many of the kind, 0 where the module leaves it open.
    pub count: u32,
    /// Bytes that a buffer has at least.
    pub least_bytes: u64,
    /// What an image's texels are.
    pub numeric: Option<Numeric>,
    /// How the texels of an image to store in lie, where the module says so.
    pub format: Option<ImageFormat>,
}

/// What the numbers of a lane are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Numeric {
    Float,
    Signed,
    Unsigned,
    /// Of 64 bits, as no format here.
    Wide,
}

/// A numbered value that goes into or out of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    pub location: u32,
    pub numeric: Numeric,
}

/// One constant that may be specialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    pub id: u32,
    /// 1, 2, 4 or 8; a bool is 4.
    pub size: u32,
    pub is_bool: bool,
    pub bits: u64,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub stage: vk::ShaderStageFlags,
    /// Invocations of a work-group with the default constants; zeros for other stages than compute.
    pub workgroup: [u32; 3],
    /// The constants that decide it, where they do.
    pub workgroup_constants: [Option<u32>; 3],
    pub bindings: Vec<Binding>,
    /// The images and samplers that it joins, each by set and binding; `None` may be any.
    pub joins: Vec<[Option<(u32, u32)>; 2]>,
    /// What a work-group shares: bytes, times what these constants say.
    pub shared: Vec<(u64, Vec<u32>)>,
    /// 0 where it has none.
    pub push_bytes: u32,
    pub inputs: Vec<Lane>,
    pub outputs: Vec<Lane>,
}

/// A module as it describes itself.
pub struct Reflection {
    pub entries: Vec<Entry>,
    pub constants: Vec<Constant>,
    tables: Tables,
}

impl Reflection {
    /// Reads a module of any origin. What is not SPIR-V is BAD_FORMAT.
    pub fn new(code: &[u8]) -> Result<Reflection> {
        let tables = parse(code)?;
        if tables.entries.len() > MOST_ENTRIES {
            fail!(BadFormat, "the module has {} entry points; {MOST_ENTRIES} are the most", tables.entries.len());
        }
        let constants = constants(&tables)?;
        let entries = tables.entries.iter().map(|entry| describe(&tables, entry)).collect::<Result<Vec<_>>>()?;
        if entries.is_empty() {
            fail!(BadFormat, "the module has no entry point");
        }
        Ok(Reflection { entries, constants, tables })
    }

    /// Whether a device can run it; the reason where not.
    pub fn check(&self, physical: &Physical) -> Result<()> {
        capability::check(self.tables.version, &self.tables.capabilities, physical)
    }

    /// The entry point of a name and stage; the only one where the name is empty.
    pub fn entry(&self, name: &str, stage: vk::ShaderStageFlags) -> Result<&Entry> {
        let mut fitting = self.entries.iter().filter(|e| e.stage == stage && (name.is_empty() || e.name == name));
        match (fitting.next(), fitting.next()) {
            (Some(entry), None) => Ok(entry),
            (Some(_), Some(_)) => fail!(InvalidArgument, "the module has several entry points of {stage:?}; name one"),
            (None, _) => {
                let all: Vec<_> = self.entries.iter().map(|e| format!("{} ({:?})", e.name, e.stage)).collect();
                fail!(NotFound, "no entry point {name:?} of {stage:?}; there are {}", all.join(", "))
            }
        }
    }
}

fn stage(model: ExecutionModel) -> vk::ShaderStageFlags {
    match model {
        ExecutionModel::Vertex => vk::ShaderStageFlags::VERTEX,
        ExecutionModel::TessellationControl => vk::ShaderStageFlags::TESSELLATION_CONTROL,
        ExecutionModel::TessellationEvaluation => vk::ShaderStageFlags::TESSELLATION_EVALUATION,
        ExecutionModel::Geometry => vk::ShaderStageFlags::GEOMETRY,
        ExecutionModel::Fragment => vk::ShaderStageFlags::FRAGMENT,
        ExecutionModel::GLCompute => vk::ShaderStageFlags::COMPUTE,
        _ => vk::ShaderStageFlags::empty(),
    }
}

fn constants(tables: &Tables) -> Result<Vec<Constant>> {
    let mut all = Vec::new();
    for (result, value) in tables.values.iter().filter(|(_, value)| value.specializes) {
        let Some(id) = tables.decorations.get(result).and_then(|d| d.spec_id) else { continue };
        let is_bool = matches!(tables.types.get(value.of), Some(Type::Bool));
        let size = tables.types.size(value.of);
        if !matches!(size, 1 | 2 | 4 | 8) {
            fail!(BadFormat, "specialization constant {id} has {size} bytes");
        }
        all.push(Constant { id, size: size as u32, is_bool, bits: value.bits });
    }
    all.sort_by_key(|constant| constant.id);
    if all.windows(2).any(|pair| pair[0].id == pair[1].id) {
        fail!(BadFormat, "two specialization constants have one id");
    }
    Ok(all)
}

/// The globals that a function and those it calls name, and these functions.
fn reached(tables: &Tables, entry: &EntryPoint) -> (HashSet<u32>, HashSet<u32>) {
    let (mut seen, mut globals) = (HashSet::from([entry.function]), HashSet::new());
    let mut left = vec![entry.function];
    while let Some(function) = left.pop() {
        for id in tables.uses.get(&function).into_iter().flatten() {
            if tables.variables.contains_key(id) {
                globals.insert(*id);
            } else if tables.uses.contains_key(id) && seen.insert(*id) {
                left.push(*id);
            }
        }
    }
    (globals, seen)
}

fn describe(tables: &Tables, entry: &EntryPoint) -> Result<Entry> {
    let mut found = Entry {
        name: entry.name.clone(),
        stage: stage(entry.model),
        workgroup: [0; 3],
        workgroup_constants: [None; 3],
        bindings: Vec::new(),
        joins: Vec::new(),
        shared: Vec::new(),
        push_bytes: 0,
        inputs: Vec::new(),
        outputs: Vec::new(),
    };
    if entry.model == ExecutionModel::GLCompute {
        workgroup(tables, entry, &mut found)?;
    }
    let (used, functions) = reached(tables, entry);
    for id in used.iter().chain(&entry.interface).copied().collect::<HashSet<u32>>() {
        let Some(variable) = tables.variables.get(&id) else { continue };
        let Some(Type::Pointer { to }) = tables.types.get(variable.pointer) else {
            fail!(BadFormat, "variable {id} is no pointer");
        };
        match variable.class {
            StorageClass::Uniform | StorageClass::StorageBuffer | StorageClass::UniformConstant
                if used.contains(&id) =>
            {
                found.bindings.push(binding(tables, id, variable.class, *to)?);
            }
            StorageClass::PushConstant if used.contains(&id) => {
                if tables.types.varies(*to) {
                    fail!(Unsupported, "a specialization constant says how long the push constants are");
                }
                let bytes = tables.types.size(*to);
                let fits = u32::try_from(bytes).ok().filter(|bytes| *bytes <= 1 << 16);
                let bytes = fits.ok_or_else(|| error!(BadFormat, "push constants of {bytes} bytes"))?;
                found.push_bytes = found.push_bytes.max(bytes.div_ceil(4) * 4);
            }
            StorageClass::Workgroup if used.contains(&id) => found.shared.push(shared(tables, *to)),
            StorageClass::Input => lanes(tables, id, *to, &mut found.inputs),
            StorageClass::Output => lanes(tables, id, *to, &mut found.outputs),
            _ => {}
        }
    }
    let place = |id: Option<u32>| {
        let own = tables.decorations.get(&id?)?;
        Some((own.set.unwrap_or(0), own.binding?))
    };
    let joins = functions.iter().filter_map(|function| tables.joins.get(function)).flatten();
    found.joins = joins.map(|(image, sampler)| [place(*image), place(*sampler)]).collect();
    found.joins.sort_unstable();
    found.joins.dedup();
    found.bindings.sort_by_key(|b| (b.set, b.binding));
    // Several variables may share a binding, where their kinds are one.
    found.bindings.dedup_by(|b, a| {
        let same = (a.set, a.binding, a.kind, a.count, a.numeric, a.format)
            == (b.set, b.binding, b.kind, b.count, b.numeric, b.format);
        if same {
            a.least_bytes = a.least_bytes.max(b.least_bytes);
        }
        same
    });
    if let Some(pair) = found.bindings.windows(2).find(|p| (p[0].set, p[0].binding) == (p[1].set, p[1].binding)) {
        fail!(Unsupported, "binding {} of set {} is of two kinds", pair[0].binding, pair[0].set);
    }
    found.inputs.sort_by_key(|lane| lane.location);
    found.outputs.sort_by_key(|lane| lane.location);
    Ok(found)
}

fn workgroup(tables: &Tables, entry: &EntryPoint, found: &mut Entry) -> Result<()> {
    let is_size = |id: &u32| tables.decorations.get(id).is_some_and(|d| d.built_in == Some(BuiltIn::WorkgroupSize));
    // The constant of that meaning wins over the mode, by SPIR-V's own rule.
    let constant = tables.composites.iter().find(|(id, parts)| is_size(id) && parts.len() == 3).map(|(_, parts)| parts);
    let ids = match (constant, tables.local_size.get(&entry.function)) {
        (Some(parts), _) => [parts[0], parts[1], parts[2]],
        (None, Some((sizes, false))) => {
            found.workgroup = *sizes;
            return Ok(());
        }
        (None, Some((ids, true))) => *ids,
        (None, None) => fail!(BadFormat, "entry point {:?} says nothing of its work-group", entry.name),
    };
    for (axis, id) in ids.into_iter().enumerate() {
        let value = tables.values.get(&id);
        let Some(value) = value.filter(|v| u32::try_from(v.bits).is_ok()) else {
            fail!(Unsupported, "the work-group of entry point {:?} is computed from other constants", entry.name);
        };
        found.workgroup[axis] = value.bits as u32;
        let spec_id = tables.decorations.get(&id).and_then(|d| d.spec_id);
        found.workgroup_constants[axis] = spec_id.filter(|_| value.specializes);
    }
    Ok(())
}

fn binding(tables: &Tables, id: u32, class: StorageClass, of: u32) -> Result<Binding> {
    let decorations = tables.decorations.get(&id);
    let place = decorations.and_then(|d| Some((d.set.unwrap_or(0), d.binding?)));
    let Some((set, binding)) = place else { fail!(BadFormat, "variable {id} has no binding") };
    if binding >= MOST_BINDINGS {
        fail!(Unsupported, "binding {binding} of set {set}: bindings are numbered below {MOST_BINDINGS}");
    }
    let (mut of, mut count) = (of, 1u64);
    // Arrays of arrays are few; what nests deeper is made up.
    for _ in 0..8 {
        match tables.types.get(of) {
            // A layout is made before the constant is given.
            Some(Type::Array { constant: Some(_), .. }) => {
                fail!(
                    Unsupported,
                    "a specialization constant says how many descriptors binding {binding} of set {set} has"
                );
            }
            Some(Type::Array { of: inner, len, .. }) => {
                count = count.saturating_mul(len.map_or(0, u64::from));
                of = *inner;
            }
            _ => break,
        }
    }
    if count > MOST_IN_BINDING {
        fail!(BadFormat, "binding {binding} of set {set} has {count} descriptors");
    }
    let image = match tables.types.get(of) {
        Some(Type::SampledImage { image }) => tables.types.get(*image),
        other => other,
    };
    let (plain, sampled, numeric, format) = match image {
        Some(Type::Image { of, plain, sampled, format }) => (*plain, *sampled, numeric(tables, *of), *format),
        _ => (false, 0, None, None),
    };
    // Of what is sampled the module may say anything.
    let format = format.filter(|_| sampled == 2);
    let is_old_storage = tables.decorations.get(&of).is_some_and(|d| d.buffer_block);
    let kind = match (class, tables.types.get(of)) {
        (StorageClass::StorageBuffer, Some(Type::Struct)) => BindingKind::StorageBuffer,
        (StorageClass::Uniform, Some(Type::Struct)) if is_old_storage => BindingKind::StorageBuffer,
        (StorageClass::Uniform, Some(Type::Struct)) => BindingKind::UniformBuffer,
        (StorageClass::UniformConstant, Some(Type::Sampler)) => BindingKind::Sampler,
        // Views are plain, so nothing else can be bound.
        (StorageClass::UniformConstant, Some(Type::SampledImage { .. })) if plain => BindingKind::ImageAndSampler,
        (StorageClass::UniformConstant, Some(Type::Image { .. })) if plain && sampled == 1 => BindingKind::SampledImage,
        (StorageClass::UniformConstant, Some(Type::Image { .. })) if plain && sampled == 2 => BindingKind::StorageImage,
        _ => BindingKind::Other,
    };
    Ok(Binding { set, binding, kind, count: count as u32, least_bytes: tables.types.size(of), numeric, format })
}

/// Bytes of a variable that a work-group shares, and the constants that multiply them. Without padding, so it is no more than
/// the driver takes.
fn shared(tables: &Tables, of: u32) -> (u64, Vec<u32>) {
    let (mut of, mut bytes, mut constants) = (of, 1u64, Vec::new());
    for _ in 0..8 {
        let Some(Type::Array { of: inner, len: Some(len), constant }) = tables.types.get(of) else { break };
        match constant.and_then(|id| tables.decorations.get(&id)?.spec_id) {
            Some(id) => constants.push(id),
            None => bytes = bytes.saturating_mul(u64::from(*len)),
        }
        of = *inner;
    }
    (bytes.saturating_mul(tables.types.size(of)), constants)
}

/// What a scalar type is, where it is a number.
fn numeric(tables: &Tables, of: u32) -> Option<Numeric> {
    Some(match tables.types.get(of)? {
        Type::Float | Type::Int { .. } if tables.types.size(of) == 8 => Numeric::Wide,
        Type::Float => Numeric::Float,
        Type::Int { signed: true } => Numeric::Signed,
        Type::Int { .. } => Numeric::Unsigned,
        _ => return None,
    })
}

/// The lanes of a variable that has a location: one for each column of a matrix and element of an array.
fn lanes(tables: &Tables, id: u32, of: u32, out: &mut Vec<Lane>) {
    let Some(first) = tables.decorations.get(&id).and_then(|d| d.location) else { return };
    let (mut of, mut count) = (of, 1u32);
    for _ in 0..8 {
        match tables.types.get(of) {
            Some(Type::Array { of: inner, len: Some(len), .. }) => (of, count) = (*inner, count.saturating_mul(*len)),
            Some(Type::Matrix { column, columns }) => (of, count) = (*column, count.saturating_mul(*columns)),
            Some(Type::Vector { of: scalar, .. }) => of = *scalar,
            _ => break,
        }
    }
    let Some(numeric) = numeric(tables, of) else { return };
    // No device has more locations.
    out.extend((0..count.min(256)).map(|at| Lane { location: first.saturating_add(at), numeric }));
}
