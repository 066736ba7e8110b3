//! What the conformance table does not see of random numbers: every bit of wide integers, carries of the counter, and that
//! nothing beside the destination is written.

use crate::common::device;
use ffi_backend::philox::{integer, philox4x32_10, uniform};
use ffi_backend::{BufferRef, DType, Device, Layout, Op, RandomOp, View, run};
use ffi_vulkan::VulkanDevice;

const SEED: u64 = 0xfedc_ba98_7654_3210;
const COUNT: usize = 1001;
/// Elements of the buffer before and after those that are drawn.
const MARGIN: usize = 3;

/// The bytes of a buffer of sevens, in whose middle numbers were drawn.
fn drawn(device: &VulkanDevice, op: RandomOp, dtype: DType, offset: u64) -> Vec<u8> {
    let bytes = vec![7; (COUNT + 2 * MARGIN) * dtype.size()];
    let buffer: BufferRef = device.alloc(bytes.len() as u64).unwrap();
    device.upload(&bytes, &buffer, 0).unwrap();
    let layout = Layout::contiguous(&[(COUNT + 2 * MARGIN) as i64]).unwrap();
    let layout = layout.slice(0, MARGIN as i64, COUNT as i64, 1).unwrap();
    let draw = Op::Random { op, seed: SEED, offset };
    run(device, &draw, &[], &View { buffer: &buffer, dtype, layout: &layout }).unwrap();
    let mut bytes = vec![0; bytes.len()];
    device.download(&buffer, 0, &mut bytes).unwrap();
    let margin = MARGIN * dtype.size();
    let (first, rest) = bytes.split_at(margin);
    let (middle, last) = rest.split_at(COUNT * dtype.size());
    assert!(first.iter().chain(last).all(|byte| *byte == 7), "{op:?} {dtype} wrote beside its destination");
    middle.to_vec()
}

#[test]
fn integers_have_every_bit_and_the_counter_carries() {
    let Some(device) = device() else { return };
    for offset in [0, 0xffff_fff0, u64::MAX - 5] {
        for (low, high) in [(i64::MIN, i64::MAX), (-1, 1 << 40), (-5, 90), (i64::MAX - 1, i64::MAX)] {
            let got = drawn(device, RandomOp::Integers { low, high }, DType::I64, offset);
            for (i, got) in got.chunks_exact(8).enumerate() {
                let lanes = philox4x32_10(SEED, u128::from(offset) + i as u128 / 2);
                let want = integer(lanes[i % 2 * 2], lanes[i % 2 * 2 + 1], low, high);
                assert_eq!(got, want.to_ne_bytes(), "[{low}, {high}) from {offset} at {i}");
            }
        }
        for (dtype, low, high) in
            [(DType::I32, i64::from(i32::MIN), i64::from(i32::MAX) + 1), (DType::U8, 0, 256), (DType::Bool, 0, 2)]
        {
            let got = drawn(device, RandomOp::Integers { low, high }, dtype, offset);
            for (i, got) in got.chunks_exact(dtype.size()).enumerate() {
                let lanes = philox4x32_10(SEED, u128::from(offset) + i as u128 / 2);
                let want = integer(lanes[i % 2 * 2], lanes[i % 2 * 2 + 1], low, high);
                assert_eq!(got, &want.to_le_bytes()[..dtype.size()], "{dtype} from {offset} at {i}");
            }
        }
        let got = drawn(device, RandomOp::Uniform, DType::F32, offset);
        for (i, got) in got.chunks_exact(4).enumerate() {
            let want = uniform(philox4x32_10(SEED, u128::from(offset) + i as u128 / 4)[i % 4]) as f32;
            assert_eq!(got, want.to_ne_bytes(), "from {offset} at {i}");
        }
    }
}
