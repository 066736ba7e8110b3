//! Where elements lie in a buffer: dims, strides and offset, all counted in elements.

use ffi_base::{Result, fail};

/// The highest rank.
pub const MAX_RANK: usize = 8;

/// A view's shape. A stride of 0 broadcasts, a negative one walks back.
#[derive(Clone, Copy)]
pub struct Layout {
    rank: u8,
    /// 1 beyond the rank, so that two are compared whole, without a loop.
    dims: [i64; MAX_RANK],
    strides: [i64; MAX_RANK],
    offset: i64,
    /// The product of the dims, and whether the elements lie end to end: every op asks several times. Kept by `settled`,
    /// which ends every constructor.
    numel: i64,
    contiguous: bool,
}

impl PartialEq for Layout {
    #[inline]
    fn eq(&self, other: &Layout) -> bool {
        let same_strides = || (0..self.rank()).all(|i| self.strides[i] == other.strides[i]);
        self.offset == other.offset && self.same_dims(other) && same_strides()
    }
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} strides {:?} offset {}", self.dims(), self.strides(), self.offset)
    }
}

impl Layout {
    /// Row-major over a whole buffer. Refuses ranks above 8, negative sizes, and counts beyond memory.
    pub fn contiguous(dims: &[i64]) -> Result<Layout> {
        if dims.len() > MAX_RANK {
            fail!(InvalidArgument, "rank {} is above {MAX_RANK}", dims.len());
        }
        let mut layout = Layout { rank: dims.len() as u8, ..Layout::scalar() };
        let mut stride = 1i64;
        for (i, &dim) in dims.iter().enumerate().rev() {
            if dim < 0 {
                fail!(InvalidArgument, "size {dim} of dimension {i} is negative, dims {dims:?}");
            }
            layout.dims[i] = dim;
            layout.strides[i] = stride;
            // Eight bytes an element at most, so a count below 2^59 also has a byte count. A zero-size tensor must not hide
            // the overflow of its other dims, or a view of it could come out larger than memory.
            stride = match stride.checked_mul(dim.max(1)) {
                Some(stride) if stride < 1 << 59 => stride,
                _ => fail!(InvalidArgument, "dims {dims:?} hold more elements than memory"),
            };
        }
        layout.numel = dims.iter().product();
        Ok(layout)
    }

    /// A single element.
    pub const fn scalar() -> Layout {
        Layout { rank: 0, dims: [1; MAX_RANK], strides: [0; MAX_RANK], offset: 0, numel: 1, contiguous: true }
    }

    /// From parts, for devices and tests. The lengths agree and are at most 8.
    pub fn from_parts(dims: &[i64], strides: &[i64], offset: i64) -> Result<Layout> {
        let mut layout = Layout::contiguous(dims)?;
        if strides.len() != dims.len() {
            fail!(InvalidArgument, "{} strides for {} dims", strides.len(), dims.len());
        }
        layout.strides[..dims.len()].copy_from_slice(strides);
        layout.offset = offset;
        Ok(layout.settled())
    }

    /// Itself with the unused dims, `numel` and `contiguous` true to the rest.
    fn settled(mut self) -> Layout {
        self.dims[self.rank as usize..].fill(1);
        self.numel = self.dims().iter().product();
        let mut expected = 1;
        self.contiguous = self.numel == 0
            || (0..self.rank()).rev().all(|i| {
                let fits = self.dims[i] == 1 || self.strides[i] == expected;
                expected *= self.dims[i];
                fits
            });
        self
    }

    /// How many dimensions.
    #[inline(always)]
    pub fn rank(&self) -> usize {
        self.rank as usize
    }
    /// The sizes.
    #[inline(always)]
    pub fn dims(&self) -> &[i64] {
        &self.dims[..self.rank as usize]
    }
    /// The steps between neighbours.
    #[inline(always)]
    pub fn strides(&self) -> &[i64] {
        &self.strides[..self.rank as usize]
    }
    /// Where the first element lies.
    #[inline(always)]
    pub fn offset(&self) -> i64 {
        self.offset
    }

    /// How many elements.
    #[inline(always)]
    pub fn numel(&self) -> i64 {
        self.numel
    }

    /// Whether the elements lie one after another in row-major order.
    #[inline(always)]
    pub fn is_contiguous(&self) -> bool {
        self.contiguous
    }

    /// Whether the sizes are the same.
    #[inline]
    pub fn same_dims(&self, other: &Layout) -> bool {
        // A new result lies as its operand does; and without a branch for each, which `==` would hand to memcmp.
        if std::ptr::eq(self, other) {
            return true;
        }
        let differ = self.dims.iter().zip(&other.dims).fold(0, |differ, (a, b)| differ | (a ^ b));
        self.rank == other.rank && differ == 0
    }

    /// The first and last element touched, `None` when there are none or the arithmetic leaves i64.
    #[inline]
    pub fn extent(&self) -> Option<(i64, i64)> {
        if self.contiguous {
            let last = self.offset.checked_add(self.numel - 1)?;
            return if self.numel > 0 { Some((self.offset, last)) } else { None };
        }
        self.general_extent()
    }

    fn general_extent(&self) -> Option<(i64, i64)> {
        let (mut low, mut high) = (self.offset, self.offset);
        for (dim, stride) in self.dims().iter().zip(self.strides()) {
            if *dim == 0 {
                return None;
            }
            let reach = (dim - 1).checked_mul(*stride)?;
            if reach < 0 { low = low.checked_add(reach)? } else { high = high.checked_add(reach)? }
        }
        Some((low, high))
    }

    /// Whether no two indices can meet in one element. Exact for all layouts that views of tensors produce; a layout it
    /// cannot prove apart counts as overlapping.
    #[inline]
    pub fn is_injective(&self) -> bool {
        self.contiguous || self.is_injective_in_general()
    }

    fn is_injective_in_general(&self) -> bool {
        let mut steps: [(i64, i64); MAX_RANK] = [(0, 0); MAX_RANK];
        let mut n = 0;
        for (dim, stride) in self.dims().iter().zip(self.strides()) {
            if *dim > 1 {
                steps[n] = (stride.abs(), *dim);
                n += 1;
            }
        }
        steps[..n].sort_unstable();
        let mut span = 0i64;
        steps[..n].iter().all(|(stride, dim)| {
            let apart = *stride > span;
            span = span.saturating_add(stride.saturating_mul(dim - 1));
            apart
        })
    }

    /// Its dims stretched to `dims` after the broadcasting rules.
    pub fn broadcast_to(&self, dims: &[i64]) -> Result<Layout> {
        let mut wide = Layout { offset: self.offset, ..Layout::contiguous(dims)? };
        let Some(lead) = dims.len().checked_sub(self.rank()) else {
            fail!(ShapeMismatch, "shape {:?} does not broadcast to {dims:?}", self.dims());
        };
        for i in 0..dims.len() {
            wide.strides[i] = match i.checked_sub(lead) {
                None => 0,
                Some(from) if self.dims[from] == dims[i] => self.strides[from],
                Some(from) if self.dims[from] == 1 => 0,
                Some(_) => fail!(ShapeMismatch, "shape {:?} does not broadcast to {dims:?}", self.dims()),
            };
        }
        Ok(wide.settled())
    }

    /// Dimensions in another order, each once.
    pub fn permute(&self, order: &[usize]) -> Result<Layout> {
        let mut new = *self;
        let mut seen = 0u32;
        for (to, &from) in order.iter().enumerate().take(self.rank()) {
            if from >= self.rank() {
                fail!(InvalidArgument, "dimension {from} is outside rank {}", self.rank());
            }
            seen |= 1 << from;
            new.dims[to] = self.dims[from];
            new.strides[to] = self.strides[from];
        }
        if order.len() != self.rank() || seen.count_ones() as usize != self.rank() {
            fail!(InvalidArgument, "order {order:?} does not name each of {} dimensions once", self.rank());
        }
        Ok(new.settled())
    }

    /// Elements `start, start + step, …` of one dimension, `count` of them. All must lie inside.
    pub fn slice(&self, axis: usize, start: i64, count: i64, step: i64) -> Result<Layout> {
        let dim = self.dims().get(axis).copied().unwrap_or(0);
        let last = count.checked_sub(1).and_then(|n| n.checked_mul(step)).and_then(|n| n.checked_add(start));
        let inside = |i: i64| (0..dim).contains(&i);
        if count < 0 || axis >= self.rank() || (count > 0 && !(inside(start) && last.is_some_and(inside))) {
            fail!(
                InvalidArgument,
                "slice start {start} step {step} count {count} leaves dimension {axis} of {:?}",
                self.dims()
            );
        }
        let mut new = *self;
        if count > 0 {
            new.offset += start * self.strides[axis];
        }
        new.dims[axis] = count;
        // A step that is not taken must not overflow.
        new.strides[axis] = if count > 1 { self.strides[axis] * step } else { self.strides[axis] };
        Ok(new.settled())
    }

    /// Without dimension `axis`, at its index 0. The dimension is not empty.
    pub fn drop_axis(&self, axis: usize) -> Layout {
        let mut new = *self;
        new.dims.copy_within(axis + 1.., axis);
        new.strides.copy_within(axis + 1.., axis);
        new.rank -= 1;
        new.settled()
    }

    /// With a dimension of size 1 before `axis`.
    pub fn insert_axis(&self, axis: usize) -> Result<Layout> {
        if self.rank() == MAX_RANK || axis > self.rank() {
            fail!(InvalidArgument, "cannot insert dimension {axis} into {:?}; rank is at most {MAX_RANK}", self.dims());
        }
        let mut new = *self;
        new.dims.copy_within(axis..MAX_RANK - 1, axis + 1);
        new.strides.copy_within(axis..MAX_RANK - 1, axis + 1);
        new.dims[axis] = 1;
        new.strides[axis] = 0;
        new.rank += 1;
        Ok(new.settled())
    }

    /// The same elements under other dims without a copy, `None` where only a copy can do it. The counts agree.
    pub fn reshape(&self, dims: &[i64]) -> Result<Option<Layout>> {
        let mut new = Layout { offset: self.offset, ..Layout::contiguous(dims)? };
        if new.numel() != self.numel() {
            fail!(ShapeMismatch, "shape {:?} of {} elements does not reshape to {dims:?}", self.dims(), self.numel());
        }
        if self.is_contiguous() {
            return Ok(Some(new));
        }
        // Walk both shapes from the right: a group of old dimensions that lie end to end can be cut anew at will.
        let (mut from, mut to) = (self.rank(), dims.len());
        while from > 0 {
            let (mut count, stride) = (self.dims[from - 1], self.strides[from - 1]);
            from -= 1;
            while from > 0 && (self.dims[from - 1] == 1 || self.strides[from - 1] == stride * count) {
                count *= self.dims[from - 1];
                from -= 1;
            }
            if count == 1 {
                continue;
            }
            let mut step = stride;
            while count > 1 {
                if to == 0 || count % dims[to - 1] != 0 {
                    return Ok(None);
                }
                to -= 1;
                new.strides[to] = step;
                step *= dims[to];
                count /= dims[to];
            }
        }
        Ok(Some(new.settled()))
    }
}

/// The dims two shapes broadcast to.
pub fn broadcast_dims(a: &[i64], b: &[i64]) -> Result<([i64; MAX_RANK], usize)> {
    let rank = a.len().max(b.len());
    let mut dims = [1; MAX_RANK];
    for (i, dim) in dims.iter_mut().enumerate().take(rank) {
        let of = |shape: &[i64]| (i + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
        *dim = match (of(a), of(b)) {
            (x, y) if x == y => x,
            (1, y) => y,
            (x, 1) => x,
            _ => fail!(ShapeMismatch, "shapes {a:?} and {b:?} do not broadcast"),
        };
    }
    Ok((dims, rank))
}

/// `N` layouts of the same dims with neighbouring dimensions merged wherever all of them allow it, and dimensions of size 1
/// left out. Kernels see the fewest loops: rank 1 when everything lies end to end.
#[derive(Clone, Copy, Debug)]
pub struct Joint<const N: usize> {
    /// The rank after merging.
    pub rank: usize,
    /// The sizes.
    pub dims: [i64; MAX_RANK],
    /// Per layout.
    pub strides: [[i64; MAX_RANK]; N],
    /// Per layout.
    pub offsets: [i64; N],
}

impl<const N: usize> Joint<N> {
    /// Merges. All layouts have the same dims; at most `N` of them, the others count as scalars.
    pub fn new(layouts: &[&Layout]) -> Joint<N> {
        let mut joint = Joint { rank: 0, dims: [1; MAX_RANK], strides: [[0; MAX_RANK]; N], offsets: [0; N] };
        for (at, layout) in layouts.iter().enumerate() {
            joint.offsets[at] = layout.offset;
        }
        let Some(first) = layouts.first() else { return joint };
        for i in 0..first.rank() {
            let dim = first.dims[i];
            if dim == 1 {
                continue;
            }
            let merges = joint.rank > 0
                && layouts
                    .iter()
                    .enumerate()
                    .all(|(at, l)| joint.strides[at][joint.rank - 1] == l.strides[i].wrapping_mul(dim));
            if !merges {
                joint.rank += 1;
            }
            let last = joint.rank - 1;
            joint.dims[last] = if merges { joint.dims[last] * dim } else { dim };
            for (at, layout) in layouts.iter().enumerate() {
                joint.strides[at][last] = layout.strides[i];
            }
        }
        joint
    }

    /// How many elements.
    pub fn numel(&self) -> i64 {
        self.dims[..self.rank].iter().product()
    }

    /// Some indices of one dimension.
    pub fn part(&self, axis: usize, start: i64, count: i64) -> Joint<N> {
        let mut part = *self;
        part.dims[axis] = count;
        for (offset, strides) in part.offsets.iter_mut().zip(&self.strides) {
            *offset += start * strides[axis];
        }
        part
    }

    /// Cut in two along the dimension that reaches farthest in memory; `None` of a single element.
    pub fn halves(&self) -> Option<[Joint<N>; 2]> {
        let reach = |axis: &usize| {
            let strides = self.strides.iter().map(|strides| strides[*axis].unsigned_abs());
            u128::from(strides.max().unwrap_or(0)) * (self.dims[*axis] as u128 - 1)
        };
        let axis = (0..self.rank).filter(|axis| self.dims[*axis] > 1).max_by_key(reach)?;
        let (dim, half) = (self.dims[axis], self.dims[axis] / 2);
        Some([self.part(axis, 0, half), self.part(axis, half, dim - half)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indices(layout: &Layout) -> Vec<i64> {
        let mut out = vec![layout.offset()];
        for (dim, stride) in layout.dims().iter().zip(layout.strides()) {
            out = out.iter().flat_map(|base| (0..*dim).map(move |i| base + i * stride)).collect();
        }
        out
    }

    #[test]
    fn halves_hold_every_element_once() {
        let layout = Layout::from_parts(&[3, 5, 2], &[40, -3, 1], 20).unwrap();
        let wide = Layout::from_parts(&[3, 5, 2], &[0, 7, 0], 4).unwrap();
        let mut open = vec![Joint::<3>::new(&[&layout, &wide])];
        let mut found = Vec::new();
        while let Some(joint) = open.pop() {
            match joint.halves() {
                Some(halves) => open.extend(halves),
                None => found.push((joint.offsets[0], joint.offsets[1])),
            }
        }
        let mut wanted: Vec<_> = indices(&layout).into_iter().zip(indices(&wide)).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
    }

    #[test]
    fn hostile_dims_are_refused() {
        assert!(Layout::contiguous(&[1; 9]).is_err());
        assert!(Layout::contiguous(&[2, -1]).is_err());
        assert!(Layout::contiguous(&[i64::MAX, i64::MAX]).is_err());
        assert!(Layout::contiguous(&[0, i64::MAX]).is_err(), "an empty shape does not hide an overflow");
        assert_eq!(Layout::contiguous(&[0, 5]).unwrap().numel(), 0);
    }

    #[test]
    fn views_touch_what_they_should() {
        let m = Layout::contiguous(&[3, 4]).unwrap();
        let t = m.permute(&[1, 0]).unwrap();
        assert_eq!((t.dims(), t.strides(), t.is_contiguous()), (&[4, 3][..], &[1, 4][..], false));
        assert!(m.permute(&[0, 0]).is_err() && m.permute(&[0]).is_err() && m.permute(&[0, 7]).is_err());
        assert_eq!(indices(&m.slice(1, 3, 2, -2).unwrap()), [3, 1, 7, 5, 11, 9]);
        assert!(m.slice(1, 0, 5, 1).is_err() && m.slice(0, 0, 2, i64::MAX).is_err() && m.slice(2, 0, 1, 1).is_err());
        assert_eq!(indices(&m.slice(0, 1, 1, 1).unwrap().drop_axis(0)), [4, 5, 6, 7]);
        assert_eq!(m.insert_axis(1).unwrap().dims(), [3, 1, 4]);
        assert_eq!(indices(&Layout::contiguous(&[3]).unwrap().broadcast_to(&[2, 3]).unwrap()), [0, 1, 2, 0, 1, 2]);
        assert!(m.broadcast_to(&[4]).is_err() && m.broadcast_to(&[3, 5]).is_err());
        assert_eq!(m.extent(), Some((0, 11)));
    }

    #[test]
    fn reshape_views_where_it_can_and_keeps_the_order() {
        let m = Layout::contiguous(&[4, 6]).unwrap();
        let cases: [(Layout, &[i64], bool); 6] = [
            (m, &[24], true),
            (m.permute(&[1, 0]).unwrap(), &[24], false),
            (m.permute(&[1, 0]).unwrap(), &[3, 2, 4], true),
            (m.slice(0, 0, 2, 2).unwrap(), &[2, 3, 2], true),
            (m.slice(1, 0, 3, 2).unwrap(), &[12], true),
            (m.slice(1, 5, 6, -1).unwrap(), &[4, 2, 3], true),
        ];
        for (layout, dims, viewable) in cases {
            let new = layout.reshape(dims).unwrap();
            assert_eq!(new.is_some(), viewable, "{layout:?} to {dims:?}");
            if let Some(new) = new {
                assert_eq!(indices(&new), indices(&layout), "{layout:?} to {dims:?}");
            }
        }
        assert!(m.reshape(&[5]).is_err());
    }

    #[test]
    fn joint_merges_what_all_allow() {
        let m = Layout::contiguous(&[3, 1, 4]).unwrap();
        let row = Layout::contiguous(&[4]).unwrap().broadcast_to(&[3, 1, 4]).unwrap();
        assert_eq!(Joint::<2>::new(&[&m, &m]).rank, 1);
        let joint = Joint::<2>::new(&[&m, &row]);
        assert_eq!((joint.rank, &joint.dims[..2], &joint.strides[1][..2]), (2, &[3, 4][..], &[0, 1][..]));
    }

    #[test]
    fn overlap_within_a_layout_is_noticed() {
        let m = Layout::contiguous(&[3, 4]).unwrap();
        assert!(m.permute(&[1, 0]).unwrap().is_injective());
        assert!(!Layout::contiguous(&[4]).unwrap().broadcast_to(&[3, 4]).unwrap().is_injective());
        assert!(!Layout::from_parts(&[3, 2], &[1, 1], 0).unwrap().is_injective());
    }
}
