//! What a counter must know of a record to serve it, and no content (rules, W14): the mandates, so that one can be
//! ended or restricted; what waits for a second agent; what heirs asked for. The agent says why they look (abuse M08),
//! and the line keeps it.

use model::{Act, Instant, Mandate, RecordId, RecordStatus, Request};

use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::life::{HeirRequest, Life};
use crate::records::Records;
use crate::two_agents::Waiting;

/// What a counter may know.
pub struct CounterView {
    pub record: RecordId,
    pub status: RecordStatus,
    pub mandates: Vec<Mandate>,
    pub waiting: Vec<Waiting>,
    pub heirs: Vec<HeirRequest>,
    pub at: Instant,
}

/// Why an agent looks: each has somebody before them, or a colleague who asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhyAtCounter {
    HolderIsHere,
    RepresentativeIsHere,
    HeirIsHere,
    SecondAgent,
}

impl WhyAtCounter {
    pub const ALL: [(&'static str, Self); 4] = [
        ("holder", Self::HolderIsHere),
        ("representative", Self::RepresentativeIsHere),
        ("heir", Self::HeirIsHere),
        ("second-agent", Self::SecondAgent),
    ];

    fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }
}

impl Records {
    pub fn look_at_counter(
        &self,
        call: &Call,
        target: &Target,
        why: Option<WhyAtCounter>,
    ) -> Result<Disclosed<CounterView>, Failure> {
        self.target_tested(call, target)?;
        let seen = self.attempt(|_| {
            let (act, now) = (Act::LookAtCounter, self.now());
            let request = Request { legitimate_reason: why.is_some(), ..Request::default() };
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let mut account = self.account(call, act);
            account.note = why.map(|it| it.word().to_owned());
            let change = Change::on(&loaded.readable.base);
            if !decision.is_allowed() {
                let account = account.refused(&decision.refused_by);
                let outcome = Err(refusal(decision.refused_by, RefusalKind::Denied));
                return Ok(Decided { change, account, outcome });
            }
            let two = loaded.readable.two_agents()?;
            let view = CounterView {
                record: loaded.record(),
                status: loaded.status.status.clone(),
                mandates: loaded.identity.mandates.clone(),
                waiting: two.waiting.into_iter().filter(|it| now < it.until).collect(),
                heirs: Life::of(&loaded.readable.base)?.heirs,
                at: now,
            };
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(view) })
        })?;
        self.touched(call, seen.get().record);
        Ok(seen)
    }
}
