//! The system's own clock and dice: the only places that ask the system (design, invariant 10).

use model::{Clock, Dice, Instant};

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the wall clock is asked")]
    fn now(&self) -> Instant {
        jiff::Timestamp::now().into()
    }
}

/// The cryptographic generator of the machine.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemDice;

impl Dice for SystemDice {
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            // Without unpredictable bytes no key, salt or id may be made: end, rather than go on (invariant 9).
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_throws_differ() {
        assert_ne!(SystemDice.bytes::<32>(), SystemDice.bytes::<32>());
    }
}
