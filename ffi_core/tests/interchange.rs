//! Memory shared with other libraries, through the C symbols as such a library uses them: who owns what, and until when.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use ffi_backend::DType;
use ffi_base::{Code, last_error};
use ffi_core::rows::{create, device, elementwise as ops, handle, interchange as dl, shape, transfer};
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

const DEFAULT: i64 = 1;
const F32: i64 = DType::F32.number();

/// DLPack as its header has it, written down a second time: the library must agree with others, not with itself.
#[repr(C)]
struct Array {
    data: *mut c_void,
    device: [i32; 2],
    ndim: i32,
    code: u8,
    bits: u8,
    lanes: u16,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}
#[repr(C)]
struct Managed {
    array: Array,
    manager: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Managed)>,
}
#[repr(C)]
struct Versioned {
    version: [u32; 2],
    manager: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Versioned)>,
    flags: u64,
    array: Array,
}

/// Handles and live bytes are counted per process, so the tests here take turns.
static TURN: Mutex<()> = Mutex::new(());

fn counts() -> [i64; 2] {
    let mut stats = [0i64; 5];
    // SAFETY: room for five numbers.
    unsafe {
        assert_eq!(device::memory_stats(DEFAULT, stats.as_mut_ptr(), 5), 5);
        [handle::handle_live(0), stats[0]]
    }
}

fn leak_free(test: impl FnOnce()) {
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let before = counts();
    test();
    assert_eq!(counts(), before, "handles or bytes leaked");
}

fn free(tensor: i64) {
    // SAFETY: a number.
    assert_eq!(unsafe { shape::tensor_free(tensor) }, 0);
}

fn arange(dims: &[i64], dtype: i64) -> i64 {
    let values: Vec<f64> = (0..dims.iter().product::<i64>()).map(|i| i as f64).collect();
    // SAFETY: as many values as stated.
    unsafe {
        let count = values.len() as i64;
        let wide =
            create::tensor_from_data(values.as_ptr().cast(), count, dims.as_ptr(), dims.len() as i64, 1, DEFAULT);
        let tensor = transfer::tensor_to_dtype(wide, dtype);
        free(wide);
        assert!(tensor > 0, "{}", last_error::message());
        tensor
    }
}

fn values(tensor: i64) -> Vec<f64> {
    // SAFETY: room as stated.
    unsafe {
        let mut out = vec![0f64; shape::tensor_numel(tensor) as usize];
        let count = out.len() as i64;
        assert_eq!(
            transfer::tensor_copy_to(tensor, out.as_mut_ptr().cast(), count, 1),
            count,
            "{}",
            last_error::message()
        );
        out
    }
}

fn export(tensor: i64) -> *mut Managed {
    // SAFETY: a number.
    let address = unsafe { dl::tensor_to_dlpack(tensor) };
    assert!(address != 0, "{}", last_error::message());
    std::ptr::with_exposed_provenance_mut(address as usize)
}

fn refused(code: Code, part: &str, result: i64) {
    assert_eq!(result, 0);
    assert_eq!(
        (last_error::code(), true),
        (code.number(), last_error::message().contains(part)),
        "{}",
        last_error::message()
    );
}

/// What another library exports: an array of f32 that counts its deletions.
struct Foreign {
    managed: Managed,
    shape: [i64; 9],
    strides: [i64; 9],
    data: [f32; 12],
    deleted: AtomicU32,
}
unsafe extern "C" fn count_deletion(managed: *mut Managed) {
    // SAFETY: the tests keep the array alive.
    unsafe { &*(*managed).manager.cast::<Foreign>() }.deleted.fetch_add(1, Relaxed);
}
impl Foreign {
    fn new(shape: &[i64], strides: &[i64]) -> Box<Foreign> {
        let array = Array {
            data: null_mut(),
            device: [1, 0],
            ndim: shape.len() as i32,
            code: 2,
            bits: 32,
            lanes: 1,
            shape: null_mut(),
            strides: null_mut(),
            byte_offset: 0,
        };
        let managed = Managed { array, manager: null_mut(), deleter: Some(count_deletion) };
        let data = std::array::from_fn(|i| i as f32);
        let mut own = Box::new(Foreign { managed, shape: [0; 9], strides: [0; 9], data, deleted: AtomicU32::new(0) });
        own.shape[..shape.len()].copy_from_slice(shape);
        own.strides[..strides.len()].copy_from_slice(strides);
        let place = &raw mut *own;
        // SAFETY: addresses of fields of the box.
        unsafe {
            own.managed.array.data = (&raw mut (*place).data).cast();
            own.managed.array.shape = (&raw mut (*place).shape).cast();
            own.managed.array.strides = (&raw mut (*place).strides).cast();
        }
        own.managed.manager = place.cast();
        own
    }
    fn import(&mut self) -> i64 {
        // SAFETY: a managed tensor that outlives the handle in these tests.
        unsafe { dl::tensor_from_dlpack((&raw mut self.managed).cast()) }
    }
    fn deletions(&self) -> u32 {
        self.deleted.load(Relaxed)
    }
}

#[test]
fn every_dtype_and_layout_is_exported_as_the_standard_says() {
    let types = [(1, 2, 64), (2, 2, 32), (3, 2, 16), (4, 4, 16), (5, 0, 64), (6, 0, 32), (7, 1, 8), (8, 6, 8)];
    assert_eq!(types.len(), DType::ALL.len());
    leak_free(|| {
        for (dtype, code, bits) in types {
            // Small ones live inside their buffer's object, large ones in a block.
            for columns in [3, 300] {
                let tensor = arange(&[2, columns], dtype);
                // SAFETY: numbers; then the export's fields, as its standard has them.
                unsafe {
                    let turned = shape::tensor_transpose(tensor, 0, 1);
                    let back = shape::tensor_slice(turned, 0, -1, i64::MIN, -1);
                    let (plain, view) = (export(tensor), export(back));
                    let (a, b) = (&(*plain).array, &(*view).array);
                    assert_eq!(
                        (a.device, a.ndim, a.code, a.bits, a.lanes, a.byte_offset),
                        ([1, 0], 2, code, bits, 1, 0)
                    );
                    assert_eq!(std::slice::from_raw_parts(a.shape, 2), [2, columns]);
                    assert_eq!(std::slice::from_raw_parts(a.strides, 2), [columns, 1]);
                    assert_eq!(std::slice::from_raw_parts(b.shape, 2), [columns, 2]);
                    assert_eq!(std::slice::from_raw_parts(b.strides, 2), [-1, columns]);
                    let last = (columns - 1) as usize * (usize::from(bits) / 8);
                    assert_eq!(b.data.addr() - a.data.addr(), last);
                    assert_eq!(a.data.addr() % 64, 0);
                    [tensor, turned, back].into_iter().for_each(free);
                    ((*plain).deleter.unwrap())(plain);
                    ((*view).deleter.unwrap())(view);
                }
            }
        }
    });
}

#[test]
fn an_export_outlives_its_tensor_and_is_deleted_on_any_thread() {
    leak_free(|| {
        for count in [5, 5000] {
            let tensor = arange(&[count], F32);
            let managed = export(tensor);
            // SAFETY: the export's fields; its memory while it is not deleted.
            unsafe {
                let data = (*managed).array.data.cast::<f32>();
                *data.add(1) = 41.0;
                assert_eq!(values(tensor)[1], 41.0, "one memory");
                ops::in_place::add::add_scalar(tensor, 1.0);
                free(tensor);
                let other = arange(&[count], F32);
                assert_eq!((*data.add(1), *data.add(count as usize - 1)), (42.0, count as f32));
                free(other);
            }
            let address = managed.expose_provenance();
            std::thread::spawn(move || {
                let managed: *mut Managed = std::ptr::with_exposed_provenance_mut(address);
                // SAFETY: handed over, deleted once.
                unsafe { ((*managed).deleter.unwrap())(managed) }
            })
            .join()
            .unwrap();
        }
    });
}

#[test]
fn what_was_exported_comes_home_as_the_tensor_it_was() {
    leak_free(|| {
        let tensor = arange(&[4], F32);
        // SAFETY: exports handed back once.
        unsafe {
            let home = dl::tensor_from_dlpack(export(tensor).cast());
            let address = dl::tensor_to_dlpack_versioned(tensor);
            let again = dl::tensor_from_dlpack_versioned(std::ptr::with_exposed_provenance_mut(address as usize));
            ops::in_place::mul::mul_scalar(home, 2.0);
            assert_eq!(values(again), [0.0, 2.0, 4.0, 6.0]);
            [tensor, home, again].into_iter().for_each(free);
        }
    });
}

#[test]
fn an_import_shares_the_memory_and_is_deleted_once_at_the_last_drop() {
    leak_free(|| {
        type Case = (&'static [i64], &'static [i64], usize, &'static [f64]);
        let layouts: [Case; 6] = [
            (&[2, 3], &[3, 1], 0, &[0., 1., 2., 3., 4., 5.]),
            (&[3, 2], &[1, 3], 4, &[1., 4., 2., 5., 3., 6.]),
            (&[2, 2], &[-4, -1], 7 * 4, &[7., 6., 3., 2.]),
            (&[2, 2], &[0, 5], 4, &[1., 6., 1., 6.]),
            (&[], &[], 8, &[2.]),
            (&[3, 0, 2], &[i64::MAX, i64::MIN, 7], 4, &[]),
        ];
        for (dims, strides, byte_offset, want) in layouts {
            let mut foreign = Foreign::new(dims, strides);
            foreign.managed.array.byte_offset = byte_offset as u64;
            let tensor = foreign.import();
            assert!(tensor > 0, "{dims:?}: {}", last_error::message());
            assert_eq!(values(tensor), want, "{dims:?} {strides:?}");
            // SAFETY: numbers.
            let (view, sum) = unsafe { (handle::retain(tensor), ops::add::_scalar(tensor, 1.0)) };
            free(tensor);
            assert_eq!(foreign.deletions(), 0);
            assert_eq!(values(sum), want.iter().map(|v| v + 1.0).collect::<Vec<f64>>());
            free(view);
            assert_eq!(foreign.deletions(), 1);
            free(sum);
            assert_eq!(foreign.deletions(), 1);
        }
        let mut foreign = Foreign::new(&[2, 3], &[]);
        foreign.managed.array.strides = null_mut();
        foreign.managed.array.byte_offset = 4;
        let tensor = foreign.import();
        assert_eq!(values(tensor), [1., 2., 3., 4., 5., 6.], "no strides are row-major ones");
        // SAFETY: numbers.
        assert_eq!(unsafe { ops::in_place::mul::mul_scalar(tensor, 10.0) }, 0);
        assert_eq!(foreign.data[..8], [0., 10., 20., 30., 40., 50., 60., 7.]);
        free(tensor);
        // A size of 1 may have any stride.
        let mut foreign = Foreign::new(&[1, 3, 1], &[i64::MAX, 1, i64::MIN]);
        let tensor = foreign.import();
        // SAFETY: numbers, dims of the stated length.
        let flat = unsafe { shape::tensor_reshape(tensor, [3i64].as_ptr(), 1) };
        assert_eq!(values(flat), [0., 1., 2.]);
        free(tensor);
        free(flat);
        assert_eq!(foreign.deletions(), 1);
    });
}

#[test]
fn a_refused_import_stays_its_owners() {
    leak_free(|| {
        type Change = fn(&mut Foreign);
        let cases: [(Code, &str, Change); 12] = [
            (Code::DeviceMismatch, "device type 2", |f| f.managed.array.device = [2, 0]),
            (Code::DtypeMismatch, "2 lanes", |f| f.managed.array.lanes = 2),
            (Code::DtypeMismatch, "code 5", |f| f.managed.array.code = 5),
            (Code::DtypeMismatch, "16 bits", |f| (f.managed.array.code, f.managed.array.bits) = (0, 16)),
            (Code::InvalidArgument, "rank 9", |f| f.managed.array.ndim = 9),
            (Code::InvalidArgument, "rank -1", |f| f.managed.array.ndim = -1),
            (Code::InvalidArgument, "negative", |f| f.shape[0] = -2),
            (Code::InvalidArgument, "more elements", |f| f.shape = [1 << 40; 9]),
            (Code::InvalidArgument, "address space", |f| f.strides[0] = i64::MAX / 2),
            (Code::InvalidArgument, "aligned", |f| f.managed.array.byte_offset = 2),
            (Code::NullPointer, "shape", |f| f.managed.array.shape = null_mut()),
            (Code::NullPointer, "NULL", |f| f.managed.array.data = null_mut()),
        ];
        for (code, part, change) in cases {
            let mut foreign = Foreign::new(&[2, 3], &[3, 1]);
            change(&mut foreign);
            refused(code, part, foreign.import());
            assert_eq!(foreign.deletions(), 0, "{part}");
        }
        // SAFETY: refused by the address alone.
        unsafe {
            refused(Code::NullPointer, "NULL", dl::tensor_from_dlpack(null_mut()));
            refused(Code::InvalidArgument, "aligned", dl::tensor_from_dlpack(std::ptr::without_provenance_mut(12)));
        }
        let inner = Foreign::new(&[2], &[1]);
        let with = |version, flags| Versioned {
            version,
            manager: null_mut(),
            deleter: None,
            flags,
            array: Array { ..Foreign::new(&[2], &[1]).managed.array },
        };
        for (version, flags, part) in [([2, 0], 0, "version 2.0"), ([0, 8], 0, "version 0.8"), ([1, 0], 1, "read-only")]
        {
            let mut managed = with(version, flags);
            // SAFETY: refused by its head.
            refused(Code::Unsupported, part, unsafe { dl::tensor_from_dlpack_versioned((&raw mut managed).cast()) });
        }
        // A copied one, of a later minor version, without a deleter.
        let mut managed = with([1, 9], 2);
        managed.array = inner.managed.array;
        // SAFETY: `inner` lives on.
        let tensor = unsafe { dl::tensor_from_dlpack_versioned((&raw mut managed).cast()) };
        assert_eq!(values(tensor), [0., 1.]);
        free(tensor);
    });
}

unsafe extern "C" fn count_release(user_data: *mut c_void) {
    // SAFETY: the tests pass a counter that outlives the tensor. Calling back in is allowed.
    unsafe {
        (*user_data.cast::<AtomicU32>()).fetch_add(1, Relaxed);
        assert!(handle::handle_live(0) >= 0);
        free(arange(&[3], F32));
    }
}

#[test]
fn memory_of_the_caller_is_used_in_place_and_released_once() {
    leak_free(|| {
        let released = AtomicU32::new(0);
        let mut data: Vec<f32> = (0..2000).map(|i| i as f32).collect();
        let base = data.as_mut_ptr();
        let lend = |at: usize, dims: &[i64], dtype: i64, device: i64| {
            // SAFETY: inside `data`, which outlives the tensors here.
            unsafe {
                let start = base.byte_add(at).cast();
                let (counter, count) = ((&raw const released).cast_mut().cast(), count_release as *const c_void);
                dl::tensor_from_external(start, dims.as_ptr(), dims.len() as i64, dtype, device, count, counter)
            }
        };
        // Off a cache line by one element: every kernel must do without that alignment.
        let (x, y) = (lend(4, &[999], F32, DEFAULT), lend(4004, &[999], F32, DEFAULT));
        // SAFETY: numbers.
        unsafe {
            assert_eq!(ops::in_place::add::add(x, y), 0, "{}", last_error::message());
            let sum = ops::add::add(x, y);
            assert_eq!(values(sum), (0..999).map(|i| f64::from(1 + i + 2 * (1001 + i))).collect::<Vec<f64>>());
            let exp = ops::exp::exp(sum);
            let mut all = vec![sum, exp];
            // Views of one memory, one element apart: refused, for they meet; equal ones are in place.
            let (near, same) = (lend(8, &[999], F32, DEFAULT), lend(4, &[999], F32, DEFAULT));
            assert_eq!(ops::in_place::add::add(x, near), Code::InvalidArgument.number());
            assert_eq!(ops::in_place::sub::sub(x, same), 0);
            assert!(values(x).iter().all(|v| *v == 0.0));
            // The memory itself is no place to copy it to.
            let into = transfer::tensor_copy_to(y, base.byte_add(4004).cast(), 999, F32);
            assert_eq!(into, Code::InvalidArgument.number());
            all.extend([x, y, near, same]);
            assert_eq!(released.load(Relaxed), 0);
            all.into_iter().for_each(free);
        }
        assert_eq!(released.swap(0, Relaxed), 4);
        refused(Code::InvalidArgument, "aligned to 4", lend(2, &[3], F32, DEFAULT));
        refused(Code::InvalidArgument, "negative", lend(0, &[-1], F32, DEFAULT));
        refused(Code::InvalidArgument, "address space", lend(0, &[1 << 57], F32, DEFAULT));
        refused(Code::InvalidHandle, "device", lend(0, &[1], F32, 0));
        assert_eq!(released.load(Relaxed), 0, "a refused call releases nothing");
        // SAFETY: refused, or empty, so nothing is read.
        unsafe {
            let external = |dims: &[i64]| {
                dl::tensor_from_external(null_mut(), dims.as_ptr(), 1, F32, DEFAULT, std::ptr::null(), null_mut())
            };
            refused(Code::NullPointer, "NULL", external(&[1]));
            free(external(&[0]));
        }
    });
}

#[test]
fn devices_without_host_memory_refuse_by_name() {
    leak_free(|| {
        // SAFETY: a text of its length, numbers.
        unsafe {
            let vulkan = device::device_find(c"vulkan".as_ptr(), -1);
            if vulkan <= 0 {
                println!("SKIPPED: no vulkan device ({})", last_error::message());
                return;
            }
            let mut data = [0f32; 4];
            let (at, dims) = (data.as_mut_ptr().cast(), [4i64]);
            let over = dl::tensor_from_external(at, dims.as_ptr(), 1, F32, vulkan, std::ptr::null(), null_mut());
            refused(Code::Unsupported, "vulkan:0 takes no memory of the host", over);
            let host = arange(&[4], F32);
            let there = transfer::tensor_to_device(host, vulkan);
            refused(Code::Unsupported, "vulkan:0 has no address", dl::tensor_to_dlpack(there));
            free(host);
            free(there);
        }
    });
}

/// `FFI_CYCLES` asks for more than the hundred thousand of every run.
#[test]
fn a_great_many_cycles_leave_nothing_behind() {
    let cycles = std::env::var("FFI_CYCLES").map_or(100_000, |text| text.parse().unwrap());
    leak_free(|| {
        let (tensor, mut foreign) = (arange(&[16], F32), Foreign::new(&[12], &[1]));
        let start = counts();
        for i in 0..cycles {
            let managed = export(tensor);
            // SAFETY: deleted once; the import's memory outlives it.
            unsafe { ((*managed).deleter.unwrap())(managed) };
            free(foreign.import());
            if i % 10_000 == 0 {
                assert_eq!(counts(), start, "after {i} cycles");
            }
        }
        assert_eq!((foreign.deletions(), counts()), (cycles, start));
        free(tensor);
        println!("interchange: {cycles} cycles");
    });
}
