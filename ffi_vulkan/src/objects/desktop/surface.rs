//! A surface: the window's side of a swapchain.
#![forbid(unsafe_code)]

use super::chain::Chain;
use super::window::Window;
use crate::objects::instance::Instance;
use crate::objects::lock;
use crate::objects::raw::desktop::surface::Raw;
use crate::objects::resource::Held;
use ffi_base::Result;
use std::sync::{Arc, Mutex, Weak};

/// A window as an instance of Vulkan sees it.
pub struct Surface {
    pub raw: Raw,
    /// Ends after the surface, which stands before it.
    pub window: Arc<Window>,
    /// The one swapchain that shows images in it, while that or one of its images lives.
    pub chain: Mutex<Weak<Chain>>,
    /// Held while a swapchain is made: drivers take one at a time.
    pub alone: Mutex<()>,
}

impl Surface {
    pub fn create(instance: &Arc<Instance>, window: &Arc<Window>) -> Result<Arc<Surface>> {
        let raw = Raw::create(instance, window.raw()?)?;
        Ok(Arc::new(Surface { raw, window: window.clone(), chain: Mutex::default(), alone: Mutex::default() }))
    }

    /// The swapchain that shows in it, or did last and is held by what was recorded with its images.
    pub fn taken(&self) -> Option<Arc<Chain>> {
        lock(&self.chain).upgrade()
    }
}

impl Held for Arc<Surface> {
    fn may_go(&self) -> Result<()> {
        Ok(())
    }
}

/// Whether queues of a family of a physical device present to it.
pub fn supports(surface: &Arc<Surface>, physical: i64, family: i64) -> Result<bool> {
    let instance = &surface.raw.instance;
    instance.check()?;
    let physical = instance.physical(physical)?;
    physical.family(family)?;
    surface.raw.supports(physical.raw, family as u32)
}
