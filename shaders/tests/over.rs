//! The arithmetic of `over.glsl`, done again: exact for every index below 2^31, though a driver's division is off by a few units.

/// As there; the quotient by so many units in the last place beside the nearest.
fn over(i: u32, dim: u32, units: i32) -> u32 {
    let nearest = 1.0 / dim as f32;
    let inverse = f32::from_bits(nearest.to_bits().wrapping_add_signed(units));
    let by = (i as i32 as f32 * inverse) as i32;
    let rest = (i as i32).wrapping_sub(by.wrapping_mul(dim as i32));
    let more = (rest as f32 * inverse).floor() as i32;
    let rest = rest.wrapping_sub(more.wrapping_mul(dim as i32));
    let last = if rest < 0 { -1 } else { i32::from(rest >= dim as i32) };
    (by + more + last) as u32
}

#[test]
fn every_index_is_divided_exactly() {
    const END: u32 = 1 << 31;
    let powers = (0..31).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 1]);
    let dims = (2..200).chain(powers).chain([4099, 1_000_003, END - 1]).filter(|dim| (1..END).contains(dim));
    for dim in dims {
        let whole = END / dim;
        // Around multiples, where a quotient that is nearly right is wrong; and wherever a walk of primes leads.
        let turns = [0, 1, 2, 3, whole / 3, whole / 2, whole - 1, whole];
        let edges = turns
            .into_iter()
            .flat_map(|turn| (0..5).map(move |off| (u64::from(turn) * u64::from(dim) + off).saturating_sub(2)));
        let walk = (0..2000).map(|step| step * 1_073_741_789 % u64::from(END));
        for i in edges.chain(walk).filter(|i| *i < u64::from(END)) {
            for units in -3..=3 {
                assert_eq!(over(i as u32, dim, units), i as u32 / dim, "{i} / {dim}, {units} units off");
            }
        }
    }
}
