//! Render passes with their framebuffers, for drivers without dynamic rendering.
#![allow(unsafe_code)]

use super::super::device::Device;
use super::super::resource::{Resource, Uses};
use super::pipeline::owner;
use ash::vk;
use ffi_base::Result;
use std::sync::Arc;

owner!(/// A render pass of one part.
    RawPass, pass: vk::RenderPass, destroy_render_pass);
owner!(/// The images of a render pass.
    RawFramebuffer, framebuffer: vk::Framebuffer, destroy_framebuffer);

pub const COLOR: vk::ImageLayout = vk::ImageLayout::COLOR_ATTACHMENT_OPTIMAL;
pub const DEPTH: vk::ImageLayout = vk::ImageLayout::DEPTH_STENCIL_ATTACHMENT_OPTIMAL;

impl RawPass {
    /// Images come and go in the layouts above; barriers around the pass order it with what is before and after. A depth of
    /// UNDEFINED is none.
    pub fn create(
        device: &Arc<Device>,
        colors: &[vk::Format],
        depth: vk::Format,
        load: vk::AttachmentLoadOp,
    ) -> Result<RawPass> {
        let attachment = |format, layout| {
            vk::AttachmentDescription::default()
                .format(format)
                .samples(vk::SampleCountFlags::TYPE_1)
                .load_op(load)
                .store_op(vk::AttachmentStoreOp::STORE)
                .stencil_load_op(vk::AttachmentLoadOp::DONT_CARE)
                .stencil_store_op(vk::AttachmentStoreOp::DONT_CARE)
                .initial_layout(layout)
                .final_layout(layout)
        };
        let mut attachments: Vec<_> = colors.iter().map(|format| attachment(*format, COLOR)).collect();
        let references: Vec<_> =
            (0..colors.len() as u32).map(|attachment| vk::AttachmentReference { attachment, layout: COLOR }).collect();
        let deep = vk::AttachmentReference { attachment: colors.len() as u32, layout: DEPTH };
        let mut part = vk::SubpassDescription::default().color_attachments(&references);
        if depth != vk::Format::UNDEFINED {
            attachments.push(attachment(depth, DEPTH));
            part = part.depth_stencil_attachment(&deep);
        }
        let parts = [part];
        let info = vk::RenderPassCreateInfo::default().attachments(&attachments).subpasses(&parts);
        // SAFETY: the device is alive; here and below structures live through the calls.
        let pass = unsafe { device.raw.device.create_render_pass(&info, None) }
            .map_err(|result| device.fault("vkCreateRenderPass", result))?;
        Ok(RawPass { device: device.clone(), pass })
    }
}

/// A render pass to certain images, which the command buffer holds beside it.
pub struct Pass {
    framebuffer: RawFramebuffer,
    pass: RawPass,
    uses: Uses,
}

impl Pass {
    pub fn create(pass: RawPass, views: &[vk::ImageView], extent: vk::Extent2D) -> Result<Arc<Pass>> {
        let device = pass.device.clone();
        let info = vk::FramebufferCreateInfo::default()
            .render_pass(pass.pass)
            .attachments(views)
            .width(extent.width)
            .height(extent.height)
            .layers(1);
        // SAFETY: as above; views and pass are alive and agree.
        let framebuffer = unsafe { device.raw.device.create_framebuffer(&info, None) }
            .map_err(|result| device.fault("vkCreateFramebuffer", result))?;
        Ok(Arc::new(Pass { framebuffer: RawFramebuffer { device, framebuffer }, pass, uses: Uses::default() }))
    }

    pub fn begin_info(&self) -> vk::RenderPassBeginInfo<'static> {
        vk::RenderPassBeginInfo::default().render_pass(self.pass.pass).framebuffer(self.framebuffer.framebuffer)
    }
}

impl Resource for Pass {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        &self.pass.device
    }
    fn what(&self) -> &'static str {
        "render pass"
    }
}
