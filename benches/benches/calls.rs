//! The call path, through the shared library as a C program takes it: guard, handle table, by-name registry, small tensors.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use libloading::{Library, Symbol};
use std::hint::black_box;

type Nullary = unsafe extern "C" fn() -> i64;
type Unary = unsafe extern "C" fn(i64) -> i64;
type Binary = unsafe extern "C" fn(i64, i64) -> i64;
type Ones1d = unsafe extern "C" fn(i64, i64, i64) -> i64;
type Call = unsafe extern "C" fn(*const u8, i64, *const i64, i64, *mut i64) -> i64;
type CallId = unsafe extern "C" fn(i64, *const i64, i64, *mut i64) -> i64;
type Find = unsafe extern "C" fn(*const u8, i64) -> i64;

const F32: i64 = 2;
const DEFAULT: i64 = 1;

fn calls(c: &mut Criterion) {
    let path = benches::shared_library();
    // SAFETY: the suite's own library; its initialisers do nothing. It is never unloaded.
    let library = unsafe { Library::new(&path) };
    let library: &'static Library = match library {
        Ok(library) => Box::leak(Box::new(library)),
        Err(failed) => panic!("{}: {failed}", path.display()),
    };
    fn get<T: Copy + 'static>(library: &'static Library, name: &str) -> T {
        // SAFETY: every type above is the C prototype of the symbol it is used for.
        let symbol: Result<Symbol<'static, T>, _> = unsafe { library.get(name.as_bytes()) };
        match symbol {
            Ok(symbol) => *symbol,
            Err(failed) => panic!("{name}: {failed}"),
        }
    }
    let abi_version: Nullary = get(library, "rt_abi_version");
    let ndim: Unary = get(library, "rt_tensor_ndim");
    let free: Unary = get(library, "rt_tensor_free");
    let retain: Unary = get(library, "rt_retain");
    let add: Binary = get(library, "rt_tensor_add");
    let ones: Ones1d = get(library, "rt_tensor_ones_1d");
    let call: Call = get(library, "rt_call");
    let call_id: CallId = get(library, "rt_call_id");
    let find: Find = get(library, "rt_function_find");

    // SAFETY: plain numbers and live handles; every pointer below is to a local of the stated length.
    unsafe {
        let tensor = ones(16, F32, DEFAULT);
        assert!(tensor > 0, "no tensor on the default device");
        c.bench_function("call/no-op/0", |b| b.iter(|| abi_version()));
        c.bench_function("call/one-handle/1", |b| b.iter(|| ndim(black_box(tensor))));
        let many: Vec<i64> = (0..1000).map(|_| ones(1, F32, DEFAULT)).collect();
        let mut at = 0;
        c.bench_function("call/one-handle/1000", |b| {
            b.iter(|| {
                at = (at + 1) % many.len();
                ndim(black_box(many[at]))
            })
        });
        c.bench_function("call/refused-handle/1", |b| b.iter(|| ndim(black_box(12345))));
        let name = b"rt_tensor_ndim";
        let id = find(name.as_ptr(), name.len() as i64);
        let mut result = 0;
        c.bench_function("call/by-name/1", |b| {
            b.iter(|| call(name.as_ptr(), name.len() as i64, &raw const tensor, 1, &raw mut result))
        });
        c.bench_function("call/by-id/1", |b| b.iter(|| call_id(black_box(id), &raw const tensor, 1, &raw mut result)));
        c.bench_function("call/retain-and-free/1", |b| b.iter(|| free(retain(black_box(tensor)))));
        c.bench_function("call/add-and-free/16", |b| b.iter(|| free(add(black_box(tensor), tensor))));
        many.iter().for_each(|&tensor| assert_eq!(free(tensor), 0));
        free(tensor);
    }
}

fn config() -> Criterion {
    Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2))
}
criterion_group! { name = benches; config = config(); targets = calls }
criterion_main!(benches);
