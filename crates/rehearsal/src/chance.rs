//! Dice that fall the same way each time: for generators and simulations, never for keys.

use std::sync::atomic::{AtomicU64, Ordering};

use model::Dice;

/// SplitMix64 from a seed. Predictable on purpose.
#[derive(Debug)]
pub struct SeededDice(AtomicU64);

impl SeededDice {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit` (0 when there is no room). The slight bias does no harm here.
    pub fn below(&self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// One of them; the default where there is none.
    pub fn pick<T: Copy + Default>(&self, from: &[T]) -> T {
        let place = usize::try_from(self.below(from.len() as u64)).unwrap_or_default();
        from.get(place).copied().unwrap_or_default()
    }

    /// From `low` to `high`, both possible.
    pub fn between(&self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(width)).unwrap_or_default()
    }

    /// True `percent` times in a hundred.
    pub fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A UUID in the form of version 4, lower case.
    pub fn uuid(&self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}

impl Dice for SeededDice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            for (to, from) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *to = from;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_story() {
        let (one, two) = (SeededDice::new(7), SeededDice::new(7));
        let ids: Vec<_> = (0..100).map(|_| one.uuid()).collect();
        assert!(ids.iter().all(|id| *id == two.uuid()));
        assert!(ids.iter().all(|id| model::UniqueId::from_root(id, None).is_ok()), "each is read as a UUID");
        assert_ne!(SeededDice::new(8).uuid(), *ids.first().unwrap());
    }
}
