//! Elements that lie in nested strides, moved to and from memory where they lie end to end. Rows are often shorter than a call takes:
//! everything is checked once for a whole nest, and rows of the commonest lengths are moved by code that knows them.

use crate::operand::{Destination, Source, with_bits};
use crate::plain::{Plain, typed, typed_mut};
use ffi_backend::MAX_RANK;

/// Dimensions with their strides, the innermost last; counted in elements of a buffer. No dimension is empty.
pub struct Nest<'a> {
    /// Where the first element lies.
    pub offset: i64,
    pub dims: &'a [i64],
    pub strides: &'a [i64],
}

/// Rows of one length, as far apart as one another.
#[derive(Clone, Copy)]
struct Plane {
    /// Where the first element lies.
    at: i64,
    /// Elements of a row.
    row: usize,
    rows: usize,
}

impl Nest<'_> {
    /// Whether every element lies in a buffer of so many, and there are `count` from number `at` on.
    fn is_inside(&self, elements: usize, at: usize, count: usize) -> bool {
        let (mut low, mut high, mut numel) = (i128::from(self.offset), i128::from(self.offset), 1i128);
        for (&dim, &stride) in self.dims.iter().zip(self.strides) {
            let reach = i128::from(dim - 1) * i128::from(stride);
            if reach < 0 {
                low += reach;
            } else {
                high += reach;
            }
            numel = numel.saturating_mul(i128::from(dim));
        }
        self.dims.len() <= MAX_RANK.min(self.strides.len())
            && self.dims.iter().all(|&dim| dim > 0)
            && low >= 0
            && high < elements as i128
            && at as i128 + count as i128 <= numel
    }

    /// Calls `body` for each plane of the elements from number `at` on, `count` of them, and with how many were before.
    #[inline(always)]
    fn planes(&self, at: usize, count: usize, mut body: impl FnMut(Plane, usize)) {
        let outer = self.dims.len().saturating_sub(1);
        let (row, stride) = self.dims.last().map_or((1, 0), |&dim| (dim as usize, self.strides[outer]));
        let (dims, strides) = (&self.dims[..outer], &self.strides[..outer]);
        let in_plane = dims.last().map_or(1, |&dim| dim as usize);
        // Divided once; from plane to plane it counts on.
        let (mut inner, mut rest) = (at % row, (at / row) as i64);
        let mut index = [0; MAX_RANK];
        let mut start = self.offset;
        for axis in (0..outer).rev() {
            index[axis] = rest % dims[axis];
            rest /= dims[axis];
            start += index[axis] * strides[axis];
        }
        let mut done = 0;
        while done < count {
            let (before, left) = (if outer == 0 { 0 } else { index[outer - 1] as usize }, count - done);
            // Whole rows of one plane, or what is left of a row, or the beginning of one.
            let whole = if inner == 0 { (left / row).min(in_plane - before) } else { 0 };
            let plane = Plane {
                at: start + inner as i64 * stride,
                row: if whole > 0 { row } else { (row - inner).min(left) },
                rows: whole.max(1),
            };
            body(plane, done);
            done += plane.row * plane.rows;
            inner = 0;
            let mut by = plane.rows as i64;
            for axis in (0..outer).rev() {
                index[axis] += by;
                start += by * strides[axis];
                if index[axis] < dims[axis] {
                    break;
                }
                start -= dims[axis] * strides[axis];
                index[axis] = 0;
                by = 1;
            }
        }
    }

    /// From row to row, and from element to element.
    fn steps(&self) -> [isize; 2] {
        let step = |from_end: usize| {
            self.strides[..self.dims.len()].iter().rev().nth(from_end).map_or(0, |&stride| stride as isize)
        };
        [step(1), step(0)]
    }

    /// Copies the elements from number `at` on to `out`, as many as it holds.
    pub fn gather(&self, at: usize, source: &Source, out: &mut [u8]) {
        with_bits!(source.dtype.size(), T => {
            let (base, elements) = source.memory::<T>();
            let out = typed_mut::<T>(out);
            if !self.is_inside(elements, at, out.len()) {
                return;
            }
            let (steps, to) = (self.steps(), out.as_mut_ptr());
            self.planes(at, out.len(), |plane, done| {
                // SAFETY: `is_inside` checked every element of the nest, whose planes these are, and `done` with the plane's elements
                // reaches no further than `out`, which is scratch, or elements of the destination that `door` keeps apart from the
                // source. The op's locks keep writers away.
                unsafe {
                    let (from, to) = (base.offset(plane.at as isize), to.add(done));
                    copy_plane(from, steps, to, [plane.row as isize, 1], plane);
                }
            });
        })
    }

    /// Copies `values` to the elements from number `at` on.
    ///
    /// # Safety
    /// As for [`Destination::run`] with these elements, during the call; `values` lie elsewhere.
    pub unsafe fn scatter(&self, at: usize, destination: &Destination, values: &[u8]) {
        with_bits!(destination.dtype.size(), T => {
            let (base, elements) = destination.memory::<T>();
            let values = typed::<T>(values);
            if !self.is_inside(elements, at, values.len()) {
                return;
            }
            let steps = self.steps();
            self.planes(at, values.len(), |plane, done| {
                // SAFETY: as in `gather`, with the sides changed; the caller keeps others away.
                unsafe {
                    let (from, to) = (values.as_ptr().add(done), base.offset(plane.at as isize));
                    copy_plane(from, [plane.row as isize, 1], to, steps, plane);
                }
            });
        })
    }
}

/// Copies a plane; the steps of either side are from row to row and from element to element.
///
/// # Safety
/// Every element of the plane can be read on the one side and written on the other, and the sides are apart.
#[inline(always)]
unsafe fn copy_plane<T: Plain>(from: *const T, read: [isize; 2], to: *mut T, write: [isize; 2], plane: Plane) {
    // SAFETY: as the caller promised, for all of these.
    unsafe {
        match plane.row {
            2 => fixed::<T, 2>(from, read, to, write, plane.rows),
            4 => fixed::<T, 4>(from, read, to, write, plane.rows),
            8 => fixed::<T, 8>(from, read, to, write, plane.rows),
            row => {
                for i in 0..plane.rows as isize {
                    let (from, to) = (from.offset(i * read[0]), to.offset(i * write[0]));
                    if read[1] == 1 && write[1] == 1 {
                        copy_run(from, to, row);
                    } else if read[1] == 0 && write[1] == 1 {
                        let value = from.read();
                        (0..row).for_each(|j| to.add(j).write(value));
                    } else {
                        (0..row as isize).for_each(|j| to.offset(j * write[1]).write(from.offset(j * read[1]).read()));
                    }
                }
            }
        }
    }
}

/// [`copy_plane`] of rows of N elements.
///
/// # Safety
/// As there.
#[inline(always)]
unsafe fn fixed<T: Plain, const N: usize>(
    from: *const T,
    read: [isize; 2],
    to: *mut T,
    write: [isize; 2],
    rows: usize,
) {
    for i in 0..rows as isize {
        // SAFETY: as the caller promised. An array of T is aligned as T is.
        unsafe {
            let (from, to) = (from.offset(i * read[0]), to.offset(i * write[0]));
            if read[1] == 1 && write[1] == 1 {
                to.cast::<[T; N]>().write(from.cast::<[T; N]>().read());
            } else {
                (0..N as isize).for_each(|j| to.offset(j * write[1]).write(from.offset(j * read[1]).read()));
            }
        }
    }
}

/// Copies few elements faster than a call takes, and many by one.
///
/// # Safety
/// `count` elements can be read at `from` and written at `to`, and they are apart.
#[inline(always)]
unsafe fn copy_run<T: Plain>(mut from: *const T, mut to: *mut T, mut count: usize) {
    // SAFETY: as the caller promised; pieces follow one another and come to `count` together. An array of T is aligned as T is.
    unsafe {
        if count > 32 {
            return std::ptr::copy_nonoverlapping(from, to, count);
        }
        // In pieces whose size the compiler knows.
        while count >= 4 {
            to.cast::<[T; 4]>().write(from.cast::<[T; 4]>().read());
            (from, to, count) = (from.add(4), to.add(4), count - 4);
        }
        if count >= 2 {
            to.cast::<[T; 2]>().write(from.cast::<[T; 2]>().read());
            (from, to, count) = (from.add(2), to.add(2), count - 2);
        }
        if count == 1 {
            to.write(from.read());
        }
    }
}
