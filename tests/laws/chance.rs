//! Chance from a seed: the same seed gives the same choices on every machine.

/// A small generator (xorshift64*).
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 to `bound - 1`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 33) % bound as u64) as usize
    }

    /// So many of the items, in their own order; fewer are a part of more.
    pub(super) fn some<T>(&mut self, items: Vec<T>, wanted: usize) -> Vec<T> {
        let mut order: Vec<usize> = (0..items.len()).collect();
        for place in 0..wanted.min(items.len()) {
            let other = place + self.below(items.len() - place);
            order.swap(place, other);
        }
        order.truncate(wanted);
        let chosen: std::collections::BTreeSet<usize> = order.into_iter().collect();
        items.into_iter().enumerate().filter(|(number, _)| chosen.contains(number)).map(|(_, item)| item).collect()
    }
}
