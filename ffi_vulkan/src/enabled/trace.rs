//! What was recorded, told again: so that a bench can do the same work in Vulkan alone.
#![forbid(unsafe_code)]

use super::assemble::{Programs, assemble};
use super::device::VulkanDevice;
use super::plan::{Binding, MOST_VIEWS, Step};
use ash::vk;

/// A command as it went into a batch.
#[derive(Clone, Debug)]
pub enum Traced {
    /// One dispatch.
    Dispatch {
        /// Its module.
        module: &'static shaders::Module,
        /// For a program, the words of the module made for it.
        program: Option<Vec<u32>>,
        /// Its specialization constants, from number 0 on.
        constants: Vec<u32>,
        /// Its push constants.
        push: Vec<u32>,
        /// Its storage buffers, each with an offset and a length in bytes.
        bindings: Vec<(vk::Buffer, u64, u64)>,
        /// Its uniform buffer, of a program.
        uniform: Option<(vk::Buffer, u64, u64)>,
        /// Its work-groups in x and y.
        groups: [u32; 2],
    },
    /// A barrier between all before and all after.
    Barrier,
}

impl Traced {
    pub(super) fn dispatch(
        step: &Step,
        programs: &Programs,
        parts: &[Option<Binding>; MOST_VIEWS],
        uniform: Option<Binding>,
    ) -> Traced {
        let module = step.key.module.module();
        let program = uniform.and_then(|_| programs.code(step.key.constants[0]));
        let part = |b: Binding| (b.buffer, b.offset, b.len_bytes);
        Traced::Dispatch {
            module,
            program: program.and_then(|code| assemble(module.spirv, code).ok()),
            constants: step.key.constants.to_vec(),
            push: step.push.as_slice().to_vec(),
            bindings: parts.iter().flatten().copied().map(part).collect(),
            uniform: uniform.map(part),
            groups: step.groups,
        }
    }
}

impl VulkanDevice {
    /// What `work` records here. Addresses in it are of this device's memory and hold while that is not trimmed.
    #[doc(hidden)]
    pub fn traced(&self, work: impl FnOnce()) -> Vec<Traced> {
        self.set_trace(Some(Vec::new()));
        work();
        self.set_trace(None).unwrap_or_default()
    }

    /// The driver's own handles, with the queue's family. The queue is the device's: nobody may submit while it works.
    #[doc(hidden)]
    pub fn driver(&self) -> (ash::Device, vk::Queue, u32, Option<ash::khr::push_descriptor::Device>) {
        let gpu = self.gpu();
        (gpu.device.clone(), gpu.queue, gpu.family, gpu.push_descriptors.clone())
    }
}
