//! Emergencies among all accesses, by organisation, for those who review them and those who run the service (rules,
//! A21). Figures alone: no record, nobody.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use model::{Act, RecordFacts, RecordStatus, Request, StructIdNat};

use crate::attempt::Decided;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::Records;
use crate::steering::LISTED;
use crate::tally::Counted;

/// Days looked back, today included.
const DAYS: i32 = 30;

/// One organisation over the last thirty days. An access is one professional in one record on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HouseRate {
    pub organisation: StructIdNat,
    pub accesses: u64,
    /// Of them, those in an emergency.
    pub emergencies: u64,
}

#[derive(Clone, Debug)]
pub struct Rates {
    /// The first of the days.
    pub from: Date,
    /// The highest rate first.
    pub houses: Vec<HouseRate>,
    pub service: ServiceFigures,
}

/// What those who run the service are told of it as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceFigures {
    /// Lines of the trace, of all records together.
    pub lines: u64,
    /// Lots fed with a signature over SHA-1, which is tolerated for now.
    pub legacy_signatures: u64,
}

/// What counts them.
pub(super) const LEGACY_SIGNATURE: &str = "legacy_signature";

impl Records {
    pub fn emergency_rates(&self, call: &Call) -> Result<Disclosed<Rates>, Failure> {
        self.for_who_runs_it(call, |today| {
            let from = today.checked_sub((DAYS - 1).days()).unwrap_or(today);
            Ok(Rates { from, houses: self.rates_since(from)?, service: self.figures()? })
        })
    }

    pub fn service_figures(&self, call: &Call) -> Result<Disclosed<ServiceFigures>, Failure> {
        self.for_who_runs_it(call, |_| self.figures())
    }

    fn figures(&self) -> Result<ServiceFigures, Fault> {
        let snapshot = self.parts().store.snapshot()?;
        let counted = snapshot.counters()?.into_iter().find(|(name, _)| name == LEGACY_SIGNATURE);
        let legacy_signatures = counted.map_or(0, |(_, count)| u64::try_from(count).unwrap_or(0));
        Ok(ServiceFigures { lines: snapshot.leaf_count()?, legacy_signatures })
    }

    /// Figures of a day, with the line that they were asked for.
    fn for_who_runs_it<T>(
        &self,
        call: &Call,
        figures: impl Fn(Date) -> Result<T, Fault>,
    ) -> Result<Disclosed<T>, Failure> {
        self.attempt(|_| {
            let (now, request) = (self.now(), Request::default());
            let open = RecordFacts { status: RecordStatus::Open { since: now }, ..RecordFacts::absent() };
            let reviews = self.decision(call, Act::ReviewEmergency, &open, None, &request, now);
            // who may cut somebody off may know why
            let (act, decision) = match reviews.is_allowed() {
                true => (Act::ReviewEmergency, reviews),
                false => {
                    let act = Act::SwitchOff;
                    (act, self.decision(call, act, &RecordFacts::absent(), None, &request, now))
                }
            };
            let (change, mut account) = (Change::ledger(self), self.account(call, act));
            if !decision.is_allowed() {
                let account = account.refused(&decision.refused_by);
                // V1 also says who switches: its word is no spent budget here
                let outcome = Err(Refusal::by(RefusalKind::Denied, decision.refused_by));
                return Ok(Decided { change, account, outcome });
            }
            account.note = Some(LISTED.to_owned());
            let given = figures(now.in_paris().date())?;
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(given) })
        })
    }

    fn rates_since(&self, from: Date) -> Result<Vec<HouseRate>, Fault> {
        let mut houses: BTreeMap<String, HouseRate> = BTreeMap::new();
        let carried = self.parts().store.snapshot()?.counters()?;
        for (name, count) in carried.into_iter().chain(self.inner().tally.waiting()) {
            let Some(counted) = Counted::read(&name).filter(|it| it.day >= from) else { continue };
            let house = houses.entry(counted.house.to_string()).or_insert_with(|| HouseRate {
                organisation: counted.house.clone(),
                accesses: 0,
                emergencies: 0,
            });
            let count = u64::try_from(count).unwrap_or(0);
            if counted.emergency {
                house.emergencies += count;
            } else {
                house.accesses += count;
            }
        }
        let mut houses: Vec<_> = houses.into_values().collect();
        let parts = |it: &HouseRate| u128::from(it.emergencies) * 1_000_000 / u128::from(it.accesses.max(1));
        houses.sort_by_key(|it| std::cmp::Reverse((parts(it), it.emergencies, it.accesses)));
        Ok(houses)
    }
}
