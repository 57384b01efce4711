//! Another profile or another matrix: proposed by one administrator, approved by a second, and traced with the
//! hashes of both (rules, P1). The choice is kept in the node's own record, and decides from the next start on,
//! so that no request is decided by two policies.

use policy::Policy;

use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::records::Records;
use crate::steering::{Proposal, Proposed};

impl Records {
    /// The texts of a profile and of the matrix it names; refused where either is unclear.
    pub fn propose_policy(
        &self,
        call: &Call,
        profile: &str,
        matrix: &str,
    ) -> Result<Disclosed<Proposal>, Failure> {
        let what = Proposed::Policy { profile: profile.to_owned(), matrix: matrix.to_owned() };
        self.propose(call, &what, |_| self.policy_change(profile, matrix))
    }

    /// From which hashes to which.
    pub(crate) fn policy_change(&self, profile: &str, matrix: &str) -> Result<String, Refusal> {
        let new = Policy::from_text(profile, matrix)
            .map_err(|error| Refusal::because("profile", error.to_string()))?
            .hashes();
        let old = &self.inner().hashes;
        Ok(format!("profile {} to {}, matrix {} to {}", old.0, new.0, old.1, new.1))
    }

    /// Hashes of the profile and the matrix this node decides by.
    pub fn policy_hashes(&self) -> (String, String) {
        self.inner().hashes.clone()
    }
}
