//! DLPack: the structs that array libraries share, from version 0.2 (unversioned) and 1.x, made from tensors and back.
//!
//! Ownership, as that standard has it: whoever holds a managed tensor calls its deleter once. An export keeps the memory alive
//! until then. An import owns the managed tensor from its success on and calls the deleter when the last tensor over the
//! memory goes; a failed import leaves it with the caller.

use crate::device::{self, DeviceKind};
use ffi_backend::layout::MAX_RANK;
use ffi_backend::{DType, Layout, Offer, Result, error, fail};
use ffi_base::{Address, Call, Error, FromAbi, Part, Sort, guard_callback, object};
use ffi_torch::Tensor;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// The device type of memory that the host's own instructions reach.
const ON_THE_HOST: i32 = 1;
/// The version we write; readers accept any minor of a major they know.
const VERSION: [u32; 2] = [1, 1];
const READ_ONLY: u64 = 1;

/// `DLTensor`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Array {
    data: *mut c_void,
    device_type: i32,
    device_id: i32,
    ndim: i32,
    dtype: ElementType,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}

/// `DLDataType`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
struct ElementType {
    code: u8,
    bits: u8,
    lanes: u16,
}

/// `DLManagedTensor`.
#[repr(C)]
pub struct Unversioned {
    array: Array,
    manager: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Unversioned)>,
}

/// `DLManagedTensorVersioned`.
#[repr(C)]
pub struct Versioned {
    version: [u32; 2],
    manager: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Versioned)>,
    flags: u64,
    array: Array,
}

/// What the two managed tensors have in common.
pub trait Managed: Sized + 'static {
    /// Ours, with its deleter.
    fn ours(array: Array, manager: *mut c_void, deleter: unsafe extern "C" fn(*mut Self)) -> Self;
    /// Its tensor.
    fn array(&self) -> &Array;
    /// Who made it.
    fn manager(&self) -> *mut c_void;
    /// Its deleter.
    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)>;
    /// Whether it is one that we understand and may write to. Until then nothing behind its head is read.
    fn check(&self) -> Result<()>;
}

impl Managed for Unversioned {
    fn ours(array: Array, manager: *mut c_void, deleter: unsafe extern "C" fn(*mut Self)) -> Self {
        Unversioned { array, manager, deleter: Some(deleter) }
    }
    fn array(&self) -> &Array {
        &self.array
    }
    fn manager(&self) -> *mut c_void {
        self.manager
    }
    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)> {
        self.deleter
    }
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

impl Managed for Versioned {
    fn ours(array: Array, manager: *mut c_void, deleter: unsafe extern "C" fn(*mut Self)) -> Self {
        Versioned { version: VERSION, manager, deleter: Some(deleter), flags: 0, array }
    }
    fn array(&self) -> &Array {
        &self.array
    }
    fn manager(&self) -> *mut c_void {
        self.manager
    }
    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)> {
        self.deleter
    }
    fn check(&self) -> Result<()> {
        let [major, minor] = self.version;
        if major != VERSION[0] {
            fail!(Unsupported, "DLPack version {major}.{minor}; the library knows version {}", VERSION[0]);
        }
        if self.flags & READ_ONLY != 0 {
            fail!(Unsupported, "the memory is read-only, and any tensor may be written in place; import a copy of it");
        }
        Ok(())
    }
}

fn element_type(dtype: DType) -> ElementType {
    let code = match dtype {
        DType::I64 | DType::I32 => 0,
        DType::U8 => 1,
        DType::F64 | DType::F32 | DType::F16 => 2,
        DType::Bf16 => 4,
        DType::Bool => 6,
    };
    ElementType { code, bits: dtype.size() as u8 * 8, lanes: 1 }
}

/// What an export keeps alive. The managed tensor comes first, so its address is that of the whole.
#[repr(C)]
struct Export<M> {
    managed: M,
    shape: [i64; MAX_RANK],
    strides: [i64; MAX_RANK],
    tensor: Tensor,
}

/// A managed tensor that shares the memory of a tensor on a device whose memory the host can reach.
pub fn export<M: Managed>(tensor: &Tensor) -> Result<Address> {
    let layout = tensor.layout();
    let (mut shape, mut strides) = ([0; MAX_RANK], [0; MAX_RANK]);
    shape[..layout.rank()].copy_from_slice(layout.dims());
    strides[..layout.rank()].copy_from_slice(layout.strides());
    // The offset goes into the address, for readers that forget it.
    let data = tensor.address()?.cast();
    let mut place = Box::<Export<M>>::new_uninit();
    let whole = place.as_mut_ptr();
    // SAFETY: inside the new allocation; addresses are taken, nothing is read.
    let (shape_at, strides_at) = unsafe { (&raw mut (*whole).shape, &raw mut (*whole).strides) };
    let array = Array {
        data,
        device_type: ON_THE_HOST,
        device_id: 0,
        ndim: layout.rank() as i32,
        dtype: element_type(tensor.dtype()),
        shape: shape_at.cast(),
        strides: strides_at.cast(),
        byte_offset: 0,
    };
    let managed = M::ours(array, whole.cast(), delete::<M>);
    // SAFETY: a new allocation of this type, owned here alone.
    unsafe { whole.write(Export { managed, shape, strides, tensor: tensor.clone() }) };
    Ok(Address(Box::into_raw(place).expose_provenance()))
}

/// The deleter of our exports.
///
/// # Safety
/// `managed` is NULL or came from [`export`], and this is its only deletion.
unsafe extern "C" fn delete<M: Managed>(managed: *mut M) {
    if managed.is_null() {
        return;
    }
    let _ = guard_callback(|| {
        // SAFETY: the first field of a boxed `Export`, by this function's contract; nobody uses it any more.
        drop(unsafe { Box::from_raw(managed.cast::<Export<M>>()) });
        Ok(())
    });
}

/// `void*`: a managed tensor that the caller hands over.
pub struct Arrival<M>(PhantomData<M>);

/// See [`Arrival`]. The library's once its import succeeded.
pub struct Arrived<M>(NonNull<M>);

impl<M: Managed> FromAbi for Arrival<M> {
    type Wire = *mut c_void;
    type Held<'c> = Arrived<M>;
    type Value<'h> = &'h Arrived<M>;
    const PARTS: &'static [Part] = &[Part { c: "void*", sort: Sort::Address }];

    unsafe fn check(_: &Call, pointer: *mut c_void) -> Result<Arrived<M>> {
        let Some(managed) = NonNull::new(pointer.cast::<M>()) else { fail!(NullPointer, "the pointer is NULL") };
        if !managed.is_aligned() {
            fail!(InvalidArgument, "the pointer {pointer:?} is not aligned to {} bytes", align_of::<M>());
        }
        Ok(Arrived(managed))
    }
    fn lend<'h>(held: &'h Arrived<M>) -> &'h Arrived<M> {
        held
    }
    fn from_words(words: &[i64]) -> *mut c_void {
        std::ptr::with_exposed_provenance_mut(words[0] as usize)
    }
}

/// A tensor over a managed tensor's memory, without a copy, given to `keep`; only if that succeeds too is the managed tensor
/// ours. For each arrival once.
pub fn import<M: Managed>(arrived: &Arrived<M>, keep: impl FnOnce(Tensor) -> Result<i64>) -> Result<i64> {
    // SAFETY: not NULL and aligned (checked on arrival), and the caller of the row promises that it points to a managed tensor.
    let managed = unsafe { arrived.0.as_ref() };
    managed.check()?;
    let home = managed.manager() == arrived.0.as_ptr().cast()
        && managed.deleter().is_some_and(|it| std::ptr::fn_addr_eq(it, delete::<M> as unsafe extern "C" fn(*mut M)));
    if home {
        // What we exported comes home as the tensor it was, so that its locks are one again.
        // SAFETY: with our deleter and its own address as manager, it is the first field of an `Export` of ours.
        let handle = keep(unsafe { &arrived.0.cast::<Export<M>>().as_ref().tensor }.clone())?;
        // SAFETY: ours, handed over by the caller, and deleted here alone: it is not used from here on.
        unsafe { delete::<M>(arrived.0.as_ptr()) };
        return Ok(handle);
    }
    let array = managed.array();
    if array.device_type != ON_THE_HOST {
        fail!(
            DeviceMismatch,
            "memory of DLPack device type {}; only type {ON_THE_HOST}, the host's own, can be taken",
            array.device_type
        );
    }
    let Some(dtype) = DType::ALL.iter().copied().find(|dtype| element_type(*dtype) == array.dtype) else {
        let ElementType { code, bits, lanes } = array.dtype;
        fail!(DtypeMismatch, "DLPack type code {code} of {bits} bits in {lanes} lanes is no dtype of the library");
    };
    let (layout, start) = place(array, dtype)?;
    let len_bytes = layout.extent().map_or(0, |(_, high)| (high as u64 + 1) * dtype.size() as u64);
    let release = managed.deleter().map(|_| release::<M> as unsafe extern "C" fn(*mut c_void));
    // SAFETY: the caller of the row promises that the managed tensor holds its elements, until its deleter is called, which may
    // happen once and on any thread.
    let offer = unsafe { Offer::new(start, len_bytes, release, arrived.0.as_ptr().cast()) }?;
    keep(Tensor::over(offer, layout, dtype, object::borrow::<DeviceKind>(device::find("cpu")?)?.device)?)
}

/// Calls the deleter of a managed tensor that was imported.
///
/// # Safety
/// `context` is that managed tensor, and this is its only deletion.
unsafe extern "C" fn release<M: Managed>(context: *mut c_void) {
    let managed = context.cast::<M>();
    // SAFETY: alive until its deleter was called, which happens here.
    let deleter = unsafe { &*managed }.deleter();
    if let Some(deleter) = deleter {
        // SAFETY: the deleter of this very managed tensor, called once.
        unsafe { deleter(managed) }
    }
}

/// The layout of an array, counted from the lowest byte it touches, and the address of that byte.
fn place(array: &Array, dtype: DType) -> Result<(Layout, *mut u8)> {
    let beyond = || -> Error { error!(InvalidArgument, "the shape, strides and offset leave the address space") };
    let rank = usize::try_from(array.ndim).ok().filter(|rank| *rank <= MAX_RANK);
    let Some(rank) = rank else { fail!(InvalidArgument, "rank {} is outside 0..={MAX_RANK}", array.ndim) };
    let dims = numbers(array.shape, rank)?.ok_or_else(|| error!(NullPointer, "shape is NULL at rank {rank}"))?;
    let packed = Layout::contiguous(&dims[..rank])?;
    let data = array.data.cast::<u8>().wrapping_add(usize::try_from(array.byte_offset).map_err(|_| beyond())?);
    let layout = match numbers(array.strides, rank)? {
        Some(given) if packed.numel() > 0 => {
            let mut strides = given;
            // The step of a dimension that has none to take may be any number; ours must not overflow.
            for i in (0..rank).filter(|&i| dims[i] == 1) {
                strides[i] = packed.strides()[i];
            }
            Layout::from_parts(&dims[..rank], &strides[..rank], 0)?
        }
        _ => packed,
    };
    let Some((low, high)) = layout.extent() else {
        return if layout.numel() == 0 { Ok((layout, data)) } else { Err(beyond()) };
    };
    let size = dtype.size() as i128;
    let (first, last) = (data.addr() as i128 + i128::from(low) * size, data.addr() as i128 + i128::from(high) * size);
    if first < 0 || last + size > 1 << 57 {
        return Err(beyond());
    }
    let layout = Layout::from_parts(layout.dims(), layout.strides(), -low)?;
    Ok((layout, data.wrapping_offset((i128::from(low) * size) as isize)))
}

/// The shape or strides of an array; `None` where it has none.
fn numbers(pointer: *mut i64, rank: usize) -> Result<Option<[i64; MAX_RANK]>> {
    let mut own = [0; MAX_RANK];
    if rank == 0 {
        return Ok(Some(own));
    }
    if pointer.is_null() {
        return Ok(None);
    }
    if !pointer.is_aligned() {
        fail!(InvalidArgument, "shape or strides at {pointer:?} are not aligned to 8 bytes");
    }
    // SAFETY: not NULL, aligned, and of `rank` numbers, as the caller of the row promises of a managed tensor.
    own[..rank].copy_from_slice(unsafe { std::slice::from_raw_parts(pointer, rank) });
    Ok(Some(own))
}
