//! What the device recorded, done again in Vulkan alone: same shaders, constants, memory and barriers, one command buffer
//! recorded and submitted each time. The plainest program that could stand in for the device.

use ash::vk;
use ffi_vulkan::{Traced, VulkanDevice};
use std::collections::HashMap;

/// A pipeline: its module, what was made of that for a program, and its constants.
type Name = (&'static str, Option<Vec<u32>>, Vec<u32>);

/// A command buffer of our own on the device's queue, which must be idle whenever this is used.
pub struct Raw {
    device: ash::Device,
    queue: vk::Queue,
    commands: vk::CommandBuffer,
    layout: vk::PipelineLayout,
    /// Where kernels have storage buffers.
    pusher: Option<ash::khr::push_descriptor::Device>,
    fence: vk::Fence,
    pipelines: HashMap<Name, vk::Pipeline>,
}

/// Where programs have their uniform buffer.
const UNIFORM: u32 = 9;

/// A buffer for plain copies.
pub struct Plain(vk::Buffer);

impl Raw {
    pub fn new(vulkan: &VulkanDevice) -> Raw {
        let (device, queue, family, pusher) = vulkan.driver();
        let range = [vk::PushConstantRange { stage_flags: vk::ShaderStageFlags::COMPUTE, offset: 0, size: 128 }];
        let binding = |i| {
            vk::DescriptorSetLayoutBinding::default()
                .binding(i)
                .descriptor_type(if i == UNIFORM {
                    vk::DescriptorType::UNIFORM_BUFFER
                } else {
                    vk::DescriptorType::STORAGE_BUFFER
                })
                .descriptor_count(1)
                .stage_flags(vk::ShaderStageFlags::COMPUTE)
        };
        let bindings: Vec<_> = (0..=UNIFORM).map(binding).collect();
        let set = vk::DescriptorSetLayoutCreateInfo::default()
            .flags(vk::DescriptorSetLayoutCreateFlags::PUSH_DESCRIPTOR_KHR)
            .bindings(&bindings);
        let pool = vk::CommandPoolCreateInfo::default()
            .queue_family_index(family)
            .flags(vk::CommandPoolCreateFlags::RESET_COMMAND_BUFFER);
        // SAFETY: the device lives as long as the process, and so does all that is made of it here; every structure lives
        // through its call.
        unsafe {
            let set = pusher.as_ref().map(|_| device.create_descriptor_set_layout(&set, None).unwrap());
            let sets: Vec<_> = set.into_iter().collect();
            let layout = vk::PipelineLayoutCreateInfo::default().push_constant_ranges(&range).set_layouts(&sets);
            let pool = device.create_command_pool(&pool, None).unwrap();
            let commands = vk::CommandBufferAllocateInfo::default().command_pool(pool).command_buffer_count(1);
            Raw {
                layout: device.create_pipeline_layout(&layout, None).unwrap(),
                commands: device.allocate_command_buffers(&commands).unwrap()[0],
                fence: device.create_fence(&vk::FenceCreateInfo::default(), None).unwrap(),
                pipelines: HashMap::new(),
                pusher,
                device,
                queue,
            }
        }
    }

    fn pipeline(
        &mut self,
        module: &'static shaders::Module,
        program: &Option<Vec<u32>>,
        constants: &[u32],
    ) -> vk::Pipeline {
        let key = (module.name, program.clone(), constants.to_vec());
        if let Some(pipeline) = self.pipelines.get(&key) {
            return *pipeline;
        }
        let words = || module.spirv.chunks_exact(4).map(|w| u32::from_le_bytes(w.try_into().unwrap())).collect();
        let code: Vec<u32> = program.clone().unwrap_or_else(words);
        let entry = |i| vk::SpecializationMapEntry { constant_id: i, offset: i * 4, size: 4 };
        let entries: Vec<_> = (0..constants.len() as u32).map(entry).collect();
        let data: Vec<u8> = constants.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let constants = vk::SpecializationInfo::default().map_entries(&entries).data(&data);
        // SAFETY: a checked-in module, whose entry is `main` and whose push constants are within the layout.
        let pipeline = unsafe {
            let module =
                self.device.create_shader_module(&vk::ShaderModuleCreateInfo::default().code(&code), None).unwrap();
            let stage = vk::PipelineShaderStageCreateInfo::default()
                .stage(vk::ShaderStageFlags::COMPUTE)
                .module(module)
                .name(c"main")
                .specialization_info(&constants);
            let info = [vk::ComputePipelineCreateInfo::default().stage(stage).layout(self.layout)];
            self.device.create_compute_pipelines(vk::PipelineCache::null(), &info, None).unwrap()[0]
        };
        self.pipelines.insert(key, pipeline);
        pipeline
    }

    /// Records, submits and waits for these.
    pub fn repeat(&mut self, list: &[Traced]) {
        let pipelines: Vec<Option<vk::Pipeline>> = list
            .iter()
            .map(|traced| match traced {
                Traced::Dispatch { module, program, constants, .. } => Some(self.pipeline(module, program, constants)),
                Traced::Barrier => None,
            })
            .collect();
        let (device, commands, layout, pusher) = (self.device.clone(), self.commands, self.layout, self.pusher.clone());
        self.submit(|| {
            for (traced, pipeline) in list.iter().zip(&pipelines) {
                // SAFETY: the command buffer is recording; addresses are of memory that the device still has.
                unsafe {
                    if let (Traced::Dispatch { push, groups, bindings, uniform, .. }, Some(pipeline)) =
                        (traced, pipeline)
                    {
                        let bytes: Vec<u8> = push.iter().flat_map(|word| word.to_ne_bytes()).collect();
                        device.cmd_bind_pipeline(commands, vk::PipelineBindPoint::COMPUTE, *pipeline);
                        let part = |&(buffer, offset, range)| [vk::DescriptorBufferInfo { buffer, offset, range }];
                        let parts: Vec<_> = bindings.iter().map(part).collect();
                        let write = |(i, part)| {
                            vk::WriteDescriptorSet::default()
                                .dst_binding(i as u32)
                                .descriptor_type(vk::DescriptorType::STORAGE_BUFFER)
                                .buffer_info(part)
                        };
                        let mut writes: Vec<_> = parts.iter().map(|part| &part[..]).enumerate().map(write).collect();
                        let table = uniform.as_ref().map(part);
                        writes.extend(table.as_ref().map(|table| {
                            let write = vk::WriteDescriptorSet::default().dst_binding(UNIFORM);
                            write.descriptor_type(vk::DescriptorType::UNIFORM_BUFFER).buffer_info(table)
                        }));
                        if let (Some(pusher), false) = (&pusher, writes.is_empty()) {
                            let point = vk::PipelineBindPoint::COMPUTE;
                            pusher.cmd_push_descriptor_set(commands, point, layout, 0, &writes);
                        }
                        device.cmd_push_constants(commands, layout, vk::ShaderStageFlags::COMPUTE, 0, &bytes);
                        device.cmd_dispatch(commands, groups[0], groups[1], 1);
                    } else {
                        let stage = vk::PipelineStageFlags::COMPUTE_SHADER;
                        let (made, seen) = (vk::AccessFlags::SHADER_WRITE, vk::AccessFlags::SHADER_READ);
                        let barrier = [vk::MemoryBarrier::default().src_access_mask(made).dst_access_mask(seen | made)];
                        let none = vk::DependencyFlags::empty();
                        device.cmd_pipeline_barrier(commands, stage, stage, none, &barrier, &[], &[]);
                    }
                }
            }
        });
    }

    fn submit(&self, record: impl FnOnce()) {
        let (device, buffers, fences) = (&self.device, [self.commands], [self.fence]);
        let once = vk::CommandBufferBeginInfo::default().flags(vk::CommandBufferUsageFlags::ONE_TIME_SUBMIT);
        // SAFETY: the command buffer is not pending, for each submission is waited for; nobody else uses the queue now.
        unsafe {
            device.begin_command_buffer(self.commands, &once).unwrap();
            record();
            device.end_command_buffer(self.commands).unwrap();
            let info = [vk::SubmitInfo::default().command_buffers(&buffers)];
            device.queue_submit(self.queue, &info, self.fence).unwrap();
            device.wait_for_fences(&fences, true, u64::MAX).unwrap();
            device.reset_fences(&fences).unwrap();
        }
    }

    /// A buffer with memory of its own, of the first type that suits.
    pub fn plain(&self, len_bytes: u64) -> Plain {
        let usage = vk::BufferUsageFlags::TRANSFER_SRC | vk::BufferUsageFlags::TRANSFER_DST;
        let info = vk::BufferCreateInfo::default().size(len_bytes).usage(usage);
        // SAFETY: as in `new`.
        unsafe {
            let buffer = self.device.create_buffer(&info, None).unwrap();
            let wants = self.device.get_buffer_memory_requirements(buffer);
            let kind = wants.memory_type_bits.trailing_zeros();
            let info = vk::MemoryAllocateInfo::default().allocation_size(wants.size).memory_type_index(kind);
            let memory = self.device.allocate_memory(&info, None).unwrap();
            self.device.bind_buffer_memory(buffer, memory, 0).unwrap();
            Plain(buffer)
        }
    }

    /// The roofline: a plain copy between two buffers that are at least so long.
    pub fn copy(&self, from: &Plain, to: &Plain, len_bytes: u64) {
        let region = [vk::BufferCopy { src_offset: 0, dst_offset: 0, size: len_bytes }];
        // SAFETY: the command buffer is recording, the buffers are alive.
        self.submit(|| unsafe { self.device.cmd_copy_buffer(self.commands, from.0, to.0, &region) });
    }
}
