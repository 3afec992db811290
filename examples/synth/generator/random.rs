//! Numbers from a seed, the same on every machine: integers only.

/// SplitMix64, by Sebastiano Vigna (public domain).
#[derive(Debug)]
pub(super) struct Random {
    state: u64,
}

/// Mixes all bits of a number into all bits of the result.
pub(super) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Random {
    /// Starts the numbers of a seed for one purpose; those of other purposes have nothing to do with them.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let state = purpose.bytes().fold(mix(seed), |state, byte| mix(state.wrapping_add(u64::from(byte) + 1)));
        Self { state }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// Returns a number below `limit`, each as likely as any other.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        // The high half of the product is below `limit`.
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// Returns a number below `limit`, smaller ones more often.
    pub(super) fn skewed(&mut self, limit: u64) -> u64 {
        let bound = self.below(limit) + 1;
        self.below(bound)
    }

    /// Returns true once in `count` times.
    pub(super) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Returns a number from 1 to below `2^(max_exponent + 1)`: at least `n` about once in `n` times.
    pub(super) fn heavy_tailed(&mut self, max_exponent: u32) -> u64 {
        let power = 1 << self.next().trailing_zeros().min(max_exponent);
        power + self.below(power)
    }
}
