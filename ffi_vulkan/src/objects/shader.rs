//! A shader module of any origin, read before the driver sees it.
#![forbid(unsafe_code)]

use super::at;
use super::device::Device;
use super::raw::pipeline::RawModule;
use super::spirv::{Binding, Constant, Entry, Reflection};
use ffi_base::{Result, TextOut, fail};
use std::sync::Arc;

/// A shader module.
pub struct Shader {
    pub raw: RawModule,
    pub reflection: Reflection,
}

impl Shader {
    pub fn load(device: &Arc<Device>, code: &[u8]) -> Result<Arc<Shader>> {
        device.check()?;
        let reflection = Reflection::new(code)?;
        reflection.check(device.physical())?;
        Ok(Arc::new(Shader { raw: RawModule::create(device, code)?, reflection }))
    }

    pub fn device(&self) -> &Arc<Device> {
        &self.raw.device
    }

    fn entry(&self, index: i64) -> Result<&Entry> {
        Ok(&self.reflection.entries[at("entry point", index, self.reflection.entries.len())?])
    }
    fn binding(&self, entry: i64, index: i64) -> Result<&Binding> {
        let all = &self.entry(entry)?.bindings;
        Ok(&all[at("binding", index, all.len())?])
    }
    fn constant(&self, index: i64) -> Result<&Constant> {
        let all = &self.reflection.constants;
        Ok(&all[at("specialization constant", index, all.len())?])
    }
}

type S = Arc<Shader>;

// The rows that read a module.

pub fn entry_count(shader: &S) -> Result<i64> {
    Ok(shader.reflection.entries.len() as i64)
}
pub fn entry_name(shader: &S, entry: i64) -> Result<TextOut> {
    Ok(shader.entry(entry)?.name.clone().into())
}
pub fn entry_stage(shader: &S, entry: i64) -> Result<i64> {
    Ok(i64::from(shader.entry(entry)?.stage.as_raw()))
}
pub fn workgroup_size(shader: &S, entry: i64, axis: i64) -> Result<i64> {
    let found = shader.entry(entry)?;
    let axis = at("axis", axis, 3)?;
    if found.workgroup == [0; 3] {
        fail!(InvalidArgument, "entry point {:?} is no compute shader", found.name);
    }
    Ok(i64::from(found.workgroup[axis]))
}
pub fn push_constant_size(shader: &S, entry: i64) -> Result<i64> {
    Ok(i64::from(shader.entry(entry)?.push_bytes))
}
pub fn binding_count(shader: &S, entry: i64) -> Result<i64> {
    Ok(shader.entry(entry)?.bindings.len() as i64)
}
pub fn binding_set(shader: &S, entry: i64, index: i64) -> Result<i64> {
    Ok(i64::from(shader.binding(entry, index)?.set))
}
pub fn binding_number(shader: &S, entry: i64, index: i64) -> Result<i64> {
    Ok(i64::from(shader.binding(entry, index)?.binding))
}
pub fn binding_kind(shader: &S, entry: i64, index: i64) -> Result<i64> {
    let found = shader.binding(entry, index)?;
    if found.kind == super::spirv::BindingKind::Other {
        fail!(Unsupported, "binding {} of set {} takes what no row can bind", found.binding, found.set);
    }
    Ok(found.kind as i64)
}
pub fn binding_length(shader: &S, entry: i64, index: i64) -> Result<i64> {
    Ok(i64::from(shader.binding(entry, index)?.count))
}
pub fn constant_count(shader: &S) -> Result<i64> {
    Ok(shader.reflection.constants.len() as i64)
}
pub fn constant_id(shader: &S, index: i64) -> Result<i64> {
    Ok(i64::from(shader.constant(index)?.id))
}
pub fn constant_size(shader: &S, index: i64) -> Result<i64> {
    Ok(i64::from(shader.constant(index)?.size))
}
