//! One life of a swapchain: what it shows, in which size, and which of its images the program has. A new size is a new life.
#![forbid(unsafe_code)]

use super::surface::Surface;
use crate::objects::device::Device;
use crate::objects::image::{Image, Owner};
use crate::objects::queue::Queue;
use crate::objects::raw::desktop::surface::Abilities;
use crate::objects::raw::desktop::swapchain::{Raw, Semaphore};
use crate::objects::raw::desktop::system;
use crate::objects::raw::queue::{Order, Raw as Timeline};
use crate::objects::{lock, places};
use ash::vk;
use ffi_base::{Code, Result, fail};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A swapchain of one size.
pub struct Chain {
    /// Ends after the semaphores.
    pub raw: Raw,
    pub extent: vk::Extent2D,
    pub format: vk::Format,
    pub usage: vk::ImageUsageFlags,
    /// How many images a program has at most at once.
    most_acquired: usize,
    /// Which the program has. Asked by submissions, also those below the lock of the state.
    acquired: Vec<AtomicBool>,
    /// Whether another one took its place, and whether the program's swapchain was freed. Images that are held elsewhere count it
    /// still.
    over: AtomicBool,
    freed: AtomicBool,
    state: Mutex<State>,
}

struct State {
    /// One an image: signalled by the work before it is shown. And whether it still is, since showing failed before it began.
    drawn: Vec<(Semaphore, bool)>,
    /// Those that acquiring signals, with the submission that waits for each.
    arrived: Vec<(Semaphore, Option<Arc<Timeline>>, u64)>,
    /// An image with its semaphore that the driver gave and the program did not get, since the submission that waits for it failed.
    kept: Option<(u32, usize)>,
    /// Family and index of the queues that were used.
    queues: Vec<(u32, u32)>,
    /// Whether another one took its place.
    retired: bool,
}

const FORMATS: [vk::Format; 2] = [vk::Format::B8G8R8A8_UNORM, vk::Format::R8G8B8A8_UNORM];

impl Chain {
    /// Makes one of this size, where the desktop leaves that to programs, in the place of an old one.
    pub fn create(
        device: &Arc<Device>,
        surface: &Arc<Surface>,
        size: vk::Extent2D,
        vsync: bool,
        old: Option<&Arc<Chain>>,
    ) -> Result<Arc<Chain>> {
        let offered = surface.raw.abilities(device.physical().raw)?;
        let extent = extent(&offered.now, size)?;
        let Some(format) = format(&offered) else {
            fail!(Unsupported, "the surface takes none of {FORMATS:?}, but {:?}", offered.formats);
        };
        let wanted = vk::ImageUsageFlags::TRANSFER_SRC | vk::ImageUsageFlags::TRANSFER_DST;
        let usage = vk::ImageUsageFlags::COLOR_ATTACHMENT | (wanted & offered.now.supported_usage_flags);
        let most = if offered.now.max_image_count == 0 { u32::MAX } else { offered.now.max_image_count };
        let count = offered.now.min_image_count.saturating_add(1).min(most);
        let info = vk::SwapchainCreateInfoKHR::default()
            .min_image_count(count)
            .image_format(format.format)
            .image_color_space(format.color_space)
            .image_extent(extent)
            .image_array_layers(1)
            .image_usage(usage)
            .pre_transform(offered.now.current_transform)
            .composite_alpha(alpha(offered.now.supported_composite_alpha))
            .present_mode(mode(&offered.modes, vsync))
            .clipped(true);
        // As all images here: one family may draw what another one shows.
        let families: Vec<u32> = (0..device.physical().families.len() as u32).collect();
        let info = match families.len() {
            0 | 1 => info.image_sharing_mode(vk::SharingMode::EXCLUSIVE),
            _ => info.image_sharing_mode(vk::SharingMode::CONCURRENT).queue_family_indices(&families),
        };
        // Whatever becomes of the new one, the old one is retired.
        let living = old.filter(|old| !old.retire());
        let raw = Raw::create(device, surface, info, living.map(|old| &old.raw))?;
        let drawn = raw.images.iter().map(|_| Ok((Semaphore::create(device)?, false))).collect::<Result<Vec<_>>>()?;
        let images = raw.images.len();
        let acquired = raw.images.iter().map(|_| AtomicBool::new(false)).collect();
        let state = State { drawn, arrived: Vec::new(), kept: None, queues: Vec::new(), retired: false };
        let most_acquired = (images + 1).saturating_sub(offered.now.min_image_count as usize).max(1);
        let chain = Arc::new(Chain {
            raw,
            extent,
            format: format.format,
            usage,
            most_acquired,
            acquired,
            over: AtomicBool::new(false),
            freed: AtomicBool::new(false),
            state: Mutex::new(state),
        });
        *lock(&surface.chain) = Arc::downgrade(&chain);
        Ok(chain)
    }

    /// Gives nothing out any more; whether that was so before.
    fn retire(&self) -> bool {
        let mut state = lock(&self.state);
        self.over.store(true, Ordering::Relaxed);
        std::mem::replace(&mut state.retired, true)
    }

    /// The program's swapchain is no more.
    pub fn leave(&self) {
        self.freed.store(true, Ordering::Relaxed);
    }

    pub fn is_left(&self) -> bool {
        self.freed.load(Ordering::Relaxed)
    }

    /// The next image, for what is submitted to this queue from now on; `None` when the time passed first.
    pub fn acquire(&self, queue: &Arc<Queue>, timeout_ns: i64) -> Result<Option<u32>> {
        let mut state = lock(&self.state);
        state.check()?;
        let (index, at) = match state.kept {
            Some(kept) => kept,
            None => match self.next(&mut state, timeout_ns)? {
                Some(next) => *state.kept.insert(next),
                None => return Ok(None),
            },
        };
        let wait = [(state.arrived[at].0.raw, vk::PipelineStageFlags::ALL_COMMANDS)];
        // All that the queue gets later waits too: a wait of one submission holds for those after it. Where it fails the image is
        // the next one again.
        let ticket = queue.submit(&[], &Order { wait: &wait, signal: &[] }, &[])?;
        state.kept = None;
        state.arrived[at].1 = Some(queue.raw.clone());
        state.arrived[at].2 = ticket;
        state.remember(queue);
        self.acquired[index as usize].store(true, Ordering::Relaxed);
        Ok(Some(index))
    }

    /// The image that the driver gives next, and the semaphore that says when it is free.
    fn next(&self, state: &mut State, timeout_ns: i64) -> Result<Option<(u32, usize)>> {
        let acquired = self.acquired.iter().filter(|have| have.load(Ordering::Relaxed)).count();
        if acquired >= self.most_acquired {
            let most = self.most_acquired;
            fail!(Busy, "{acquired} images are acquired, and {most} can be at once; present one first");
        }
        let at = state.semaphore(&self.raw.device)?;
        let nanoseconds = u64::try_from(timeout_ns).unwrap_or(u64::MAX);
        let Some((index, _)) = self.raw.acquire(nanoseconds, &state.arrived[at].0)? else {
            // Without a display drivers may say that, and do not wait.
            if system::look_again() {
                fail!(Closed, "the surface is lost, with its window or the display");
            }
            return Ok(None);
        };
        Ok(Some((index, at)))
    }

    /// Shows an image when all that was submitted to the queue is done; whether a new swapchain would fit better.
    pub fn present(&self, queue: &Arc<Queue>, index: u32, image: &Arc<Image>) -> Result<bool> {
        let mut state = lock(&self.state);
        state.check()?;
        self.lends(self.raw.images[index as usize])?;
        if image.place().layout == vk::ImageLayout::UNDEFINED {
            fail!(InvalidArgument, "nothing was drawn into image {index} since it was acquired");
        }
        let last = places::expect(queue, image, vk::ImageLayout::PRESENT_SRC_KHR)?;
        let at = index as usize;
        let (drawn, signalled) = &state.drawn[at];
        // What is signalled from the time before is taken back first.
        let wait = signalled.then_some((drawn.raw, vk::PipelineStageFlags::ALL_COMMANDS));
        queue.submit(&[last], &Order { wait: wait.as_slice(), signal: &[drawn.raw] }, &[])?;
        state.remember(queue);
        let (drawn, signalled) = &mut state.drawn[at];
        let shown = queue.alone(|raw| self.raw.present(raw, index, drawn));
        // By Vulkan's rule nothing happened where memory was scarce: the image is the program's still, to be shown again.
        *signalled = shown.as_ref().is_err_and(|error| error.code() == Code::OutOfMemory);
        self.acquired[at].store(*signalled, Ordering::Relaxed);
        shown
    }
}

impl Owner for Chain {
    fn lends(&self, image: vk::Image) -> Result<()> {
        match self.raw.images.iter().position(|own| *own == image) {
            Some(index) if self.is_left() || self.over.load(Ordering::Relaxed) => fail!(
                InvalidArgument,
                "image {index} is of a swapchain that was made anew or freed since; record with an image that it has now"
            ),
            Some(index) if self.acquired[index].load(Ordering::Relaxed) => Ok(()),
            Some(index) => fail!(InvalidArgument, "image {index} of the swapchain is not acquired, or was shown since"),
            None => fail!(Internal, "the image is another swapchain's"),
        }
    }
}

impl State {
    fn check(&self) -> Result<()> {
        if self.retired {
            fail!(OutOfDate, "making the swapchain anew failed; call rt_vk_swapchain_recreate again");
        }
        Ok(())
    }

    /// A semaphore that nothing waits for any more.
    fn semaphore(&mut self, device: &Arc<Device>) -> Result<usize> {
        let is_free = |(_, timeline, ticket): &(Semaphore, Option<Arc<Timeline>>, u64)| {
            timeline.as_ref().is_none_or(|timeline| timeline.completed().is_ok_and(|done| done >= *ticket))
        };
        if let Some(at) = self.arrived.iter().position(is_free) {
            return Ok(at);
        }
        self.arrived.push((Semaphore::create(device)?, None, 0));
        Ok(self.arrived.len() - 1)
    }

    fn remember(&mut self, queue: &Queue) {
        let place = (queue.family, queue.index);
        if !self.queues.contains(&place) {
            self.queues.push(place);
        }
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        // Without the lock, which in a forked child another thread of the parent may have held.
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let queues = std::mem::take(&mut state.queues);
        for (family, index) in queues {
            // A lost device has none, and nothing to wait for.
            if let Ok(queue) = self.raw.device.queue(i64::from(family), i64::from(index)) {
                queue.alone(|raw| self.raw.wait_idle(raw));
            }
        }
        state.arrived.clear();
        state.drawn.clear();
    }
}

/// The size: the desktop's where it says one, the program's within its bounds otherwise.
fn extent(now: &vk::SurfaceCapabilitiesKHR, wanted: vk::Extent2D) -> Result<vk::Extent2D> {
    let (least, most) = (now.min_image_extent, now.max_image_extent);
    let found = if now.current_extent.width == u32::MAX {
        let width = wanted.width.clamp(least.width, most.width.max(least.width));
        vk::Extent2D { width, height: wanted.height.clamp(least.height, most.height.max(least.height)) }
    } else {
        now.current_extent
    };
    if found.width == 0 || found.height == 0 {
        fail!(WouldBlock, "the window has no area now, as when minimised; wait until it is told a size");
    }
    Ok(found)
}

/// Eight bits a colour, taken as they are.
fn format(offered: &Abilities) -> Option<vk::SurfaceFormatKHR> {
    let is = |format: vk::Format| {
        move |own: &&vk::SurfaceFormatKHR| own.format == format && own.color_space == vk::ColorSpaceKHR::SRGB_NONLINEAR
    };
    FORMATS.iter().find_map(|format| offered.formats.iter().find(is(*format))).copied()
}

/// At the screen's pace, which every driver has, or as fast as images come.
fn mode(offered: &[vk::PresentModeKHR], vsync: bool) -> vk::PresentModeKHR {
    let fast = [vk::PresentModeKHR::MAILBOX, vk::PresentModeKHR::IMMEDIATE];
    let found = fast.into_iter().find(|mode| !vsync && offered.contains(mode));
    found.unwrap_or(vk::PresentModeKHR::FIFO)
}

fn alpha(offered: vk::CompositeAlphaFlagsKHR) -> vk::CompositeAlphaFlagsKHR {
    let all = [
        vk::CompositeAlphaFlagsKHR::OPAQUE,
        vk::CompositeAlphaFlagsKHR::INHERIT,
        vk::CompositeAlphaFlagsKHR::PRE_MULTIPLIED,
    ];
    all.into_iter().find(|one| offered.contains(*one)).unwrap_or(vk::CompositeAlphaFlagsKHR::POST_MULTIPLIED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> vk::Extent2D {
        vk::Extent2D { width, height }
    }

    #[test]
    fn the_size_is_the_desktops_or_within_its_bounds() {
        let mut now = vk::SurfaceCapabilitiesKHR {
            current_extent: size(640, 480),
            min_image_extent: size(1, 1),
            max_image_extent: size(1000, 900),
            ..Default::default()
        };
        assert_eq!(extent(&now, size(5, 5)).unwrap(), size(640, 480));
        now.current_extent = size(u32::MAX, u32::MAX);
        assert_eq!(extent(&now, size(0, 5000)).unwrap(), size(1, 900));
        now.current_extent = size(0, 0);
        assert!(extent(&now, size(5, 5)).unwrap_err().text().contains("minimised"));
    }

    #[test]
    fn the_pace_is_the_screens_unless_the_program_wants_and_the_driver_has_another() {
        let both = [vk::PresentModeKHR::FIFO, vk::PresentModeKHR::IMMEDIATE];
        assert_eq!(mode(&both, true), vk::PresentModeKHR::FIFO);
        assert_eq!(mode(&both, false), vk::PresentModeKHR::IMMEDIATE);
        assert_eq!(mode(&both[..1], false), vk::PresentModeKHR::FIFO);
    }
}
