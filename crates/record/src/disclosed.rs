//! What may leave a record: a value behind the proof that its trace line is durable.

use crate::commit::Receipt;

/// Something an act gives, after its line is written. Only this crate makes one; `server` turns only this into
/// a response body (design, invariant 1).
#[derive(Debug)]
pub struct Disclosed<T> {
    value: T,
    seq: u64,
}

impl<T> Disclosed<T> {
    pub(crate) fn after(receipt: &Receipt, value: T) -> Self {
        Self { value, seq: receipt.seq }
    }

    pub fn get(&self) -> &T {
        &self.value
    }

    pub fn into_inner(self) -> T {
        self.value
    }

    /// The number of the trace line that tells of it.
    pub fn line(&self) -> u64 {
        self.seq
    }

    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> Disclosed<U> {
        Disclosed { value: f(self.value), seq: self.seq }
    }

    pub(crate) fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Disclosed<U>, E> {
        Ok(Disclosed { value: f(self.value)?, seq: self.seq })
    }
}
