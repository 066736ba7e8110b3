//! Several tensors made one, and one made several.

use super::{TensorKind, borrow_all};
use ffi_base::{Array, Count, Handle, OutArray, OutSlice, Result, error, exports, fail, object};
use ffi_torch::Tensor;
use ffi_torch::join::{self, Cut};

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: joining and cutting", "rt_";
    /// The tensors of the `n` handles in `tensors` one after another along `dim`, in new memory. They have the same sizes but
    /// along `dim`; dtypes promote. There is at least one.
    fn tensor_cat(tensors & n: Array<i64>, dim: i64) -> T => cat;
    /// The tensors of the `n` handles in `tensors` one after another along a new dimension at this place, -1 being after the
    /// last, in new memory. They have the same sizes; dtypes promote. There is at least one.
    fn tensor_stack(tensors & n: Array<i64>, dim: i64) -> T => stack;
    /// Pieces of `size` along `dim`, the last of which may be shorter, as new handles that share the tensor's memory. Returns how
    /// many there are (an empty dimension is one empty piece); a capacity of 0 asks for that alone and makes none, any other
    /// that is too small is refused.
    fn tensor_split(tensor: T, size: i64, dim: i64, out & capacity: OutArray<i64>) -> Count => split;
    /// At most `chunks` pieces of one size along `dim`, the last of which may be shorter, handed out as rt_tensor_split does.
    fn tensor_chunk(tensor: T, chunks: i64, dim: i64, out & capacity: OutArray<i64>) -> Count => chunk;
    /// The tensor `repeats[i]` times over along dimension i, in new memory. A list longer than the rank counts for new
    /// dimensions in front.
    fn tensor_repeat(tensor: T, repeats & n: Array<i64>) -> T => join::repeat;
    /// As rt_tensor_repeat; a list shorter than the rank counts for the last dimensions.
    fn tensor_tile(tensor: T, repeats & n: Array<i64>) -> T => join::tile;
    /// Moved along `dim` by `shift` places, in new memory; what leaves at one end comes back at the other.
    fn tensor_roll(tensor: T, shift: i64, dim: i64) -> T => join::roll;
}

fn cat(tensors: &[i64], dim: i64) -> Result<Tensor> {
    join::cat(&borrow_all(tensors)?, dim)
}
fn stack(tensors: &[i64], dim: i64) -> Result<Tensor> {
    join::stack(&borrow_all(tensors)?, dim)
}
fn split(tensor: &Tensor, size: i64, dim: i64, out: OutSlice<'_, i64>) -> Result<i64> {
    give_pieces("split", tensor, join::split(tensor, size, dim)?, out)
}
fn chunk(tensor: &Tensor, chunks: i64, dim: i64, out: OutSlice<'_, i64>) -> Result<i64> {
    give_pieces("chunk", tensor, join::chunk(tensor, chunks, dim)?, out)
}

/// A new handle for each piece, or none at all.
fn give_pieces(what: &str, tensor: &Tensor, cut: Cut, out: OutSlice<'_, i64>) -> Result<i64> {
    if out.capacity() == 0 {
        return Ok(cut.count);
    }
    if cut.count as u64 > out.capacity() as u64 {
        fail!(InvalidArgument, "{what}: {} pieces, room for {}", cut.count, out.capacity());
    }
    let mut handles = Vec::new();
    let reserved = handles.try_reserve_exact(cut.count as usize);
    reserved.map_err(|_| error!(OutOfMemory, "{what}: no room for {} handles", cut.count))?;
    for number in 0..cut.count {
        match cut.piece(tensor, number).and_then(object::give::<TensorKind>) {
            Ok(handle) => handles.push(handle),
            Err(error) => {
                handles.into_iter().try_for_each(object::free)?;
                return Err(error);
            }
        }
    }
    out.write(&handles);
    Ok(cut.count)
}
