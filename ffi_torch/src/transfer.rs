//! Between host memory, devices and dtypes.

use crate::Tensor;
use crate::autograd::vertex::{Keep, record, record_if_tracked};
use crate::autograd::{refuse_in_place, tracks};
use ffi_backend::program::COPY;
use ffi_backend::{BufferRef, DType, DeviceRef, Element, Layout, Op, Result, Scalar, error, fail, with_element};

/// Memory of the host, of this capacity; a size from outside must not abort.
pub(crate) fn host_memory(len_bytes: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let len = usize::try_from(len_bytes).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(len).map_err(|_| error!(OutOfMemory, "no {len_bytes} bytes of host memory"))?;
    Ok(bytes)
}

impl Tensor {
    /// From host bytes of elements of dtype `from`, converted to `dtype` on the device.
    pub fn from_bytes(bytes: &[u8], dims: &[i64], from: DType, dtype: DType, device: DeviceRef) -> Result<Tensor> {
        let layout = Layout::contiguous(dims)?;
        let wanted = layout.numel() as u64 * from.size() as u64;
        if wanted != bytes.len() as u64 {
            let count = bytes.len() / from.size();
            fail!(ShapeMismatch, "shape {dims:?} wants {} elements, the data has {count}", layout.numel());
        }
        let tensor = Tensor::empty_like_layout(layout, from, device)?;
        if from == DType::Bool {
            // Whatever the caller takes for true must become 1, the only truth the devices know.
            let mut truths = host_memory(wanted)?;
            truths.extend(bytes.iter().map(|&b| u8::from(b != 0)));
            device.upload(&truths, &tensor.buffer, 0)?;
        } else if wanted > 0 {
            device.upload(bytes, &tensor.buffer, 0)?;
        }
        tensor.to_dtype(dtype)
    }

    /// Fills host memory with the elements in row-major order, in this tensor's dtype. The lengths agree.
    pub fn read_bytes(&self, out: &mut [u8]) -> Result<()> {
        let wanted = self.numel() as u64 * self.dtype.size() as u64;
        if out.len() as u64 != wanted {
            fail!(InvalidArgument, "room for {} bytes, the tensor has {wanted}", out.len());
        }
        if wanted == 0 {
            return Ok(());
        }
        let packed = self.contiguous()?;
        self.device.download(&packed.buffer, packed.layout.offset() as u64 * self.dtype.size() as u64, out)
    }

    /// The elements as bytes, in row-major order.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = host_memory(self.numel() as u64 * self.dtype.size() as u64)?;
        bytes.resize(self.numel() as usize * self.dtype.size(), 0);
        self.read_bytes(&mut bytes)?;
        Ok(bytes)
    }

    /// Overwrites the elements from host bytes of dtype `from`, in row-major order.
    pub fn write_bytes(&self, bytes: &[u8], from: DType) -> Result<()> {
        let source = Tensor::from_bytes(bytes, self.dims(), from, from, self.device)?;
        self.assign(&source)
    }

    /// Overwrites the elements with those of `source`, which broadcasts, converts, and may live elsewhere.
    pub fn assign(&self, source: &Tensor) -> Result<()> {
        refuse_in_place("copy", &[self, source])?;
        let source = source.to_device(self.device)?;
        let wide = source.layout.broadcast_to(self.dims())?;
        let mut source = Tensor { layout: wide, ..source };
        // Two views of one memory that are not the same view: read all before the first write.
        if BufferRef::ptr_eq(&source.buffer, &self.buffer) && source.layout != self.layout {
            source = source.copy()?;
        }
        self.run(&Op::Map { program: COPY, scalars: &[] }, &[source.view_of()])
    }

    /// The only element.
    pub fn item(&self) -> Result<Scalar> {
        if self.numel() != 1 {
            fail!(ShapeMismatch, "item: shape {:?} has {} elements, not 1", self.dims(), self.numel());
        }
        let mut word = [0; 8];
        // Converted on the host, for devices without 64-bit types.
        self.read_bytes(&mut word[..self.dtype.size()])?;
        Ok(with_element!(self.dtype, T => match self.dtype.is_float() {
            true => Scalar::Float(T::read(&word).to_real()),
            false => Scalar::Int(T::read(&word).to_whole()),
        }))
    }

    /// New memory with the same elements, row-major.
    pub fn copy(&self) -> Result<Tensor> {
        self.converted(self.dtype)
    }

    /// New memory with the same elements in this dtype, row-major.
    fn converted(&self, dtype: DType) -> Result<Tensor> {
        let copy = Op::Map { program: COPY, scalars: &[] };
        let out = Tensor::of_op(self.device, &copy, &[self.view_of()], dtype, &Layout::contiguous(self.dims())?)?;
        if !(dtype.is_float() && tracks(&[self])) {
            return Ok(out);
        }
        let from = self.dtype;
        Ok(record("copy", &[self], Keep::NOTHING, out, move |step| step.one(|| step.grad.to_dtype(from))))
    }

    /// Itself where the elements lie in row-major order, else a copy where they do.
    pub fn contiguous(&self) -> Result<Tensor> {
        if self.layout.is_contiguous() { Ok(self.clone()) } else { self.copy() }
    }

    /// Converted; shares the memory when the dtype is already that.
    pub fn to_dtype(&self, dtype: DType) -> Result<Tensor> {
        if dtype == self.dtype { Ok(self.clone()) } else { self.converted(dtype) }
    }

    /// On another device, through host memory; shares the memory when it is already there.
    pub fn to_device(&self, device: DeviceRef) -> Result<Tensor> {
        if device.info().id == self.device.info().id {
            return Ok(self.clone());
        }
        let new = Tensor::empty_like_layout(Layout::contiguous(self.dims())?, self.dtype, device)?;
        if self.numel() > 0 {
            device.upload(&self.to_bytes()?, &new.buffer, 0)?;
        }
        let from = self.device;
        Ok(record_if_tracked("to_device", &[self], Keep::NOTHING, new, move |step| {
            step.one(|| step.grad.to_device(from))
        }))
    }

    /// The elements as numbers of the host, in row-major order, converted on the host.
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        let bytes = self.to_bytes()?;
        Ok(with_element!(self.dtype, From => {
            let elements = bytes.chunks_exact(self.dtype.size()).map(From::read);
            match self.dtype.is_float() {
                true => elements.map(|e| T::from_real(e.to_real())).collect(),
                false => elements.map(|e| T::from_whole(e.to_whole())).collect(),
            }
        }))
    }
}
