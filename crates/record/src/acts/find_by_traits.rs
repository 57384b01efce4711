//! A patient sought by birth name and birth date (TD0.5): exact once normalised, one person or nobody, and told to who
//! may read their record alone. Whoever else asks learns what they would of somebody unknown (rules, A1; abuse A07).

use jiff::civil::Date;
use model::person::normalise;
use model::{Act, QualifiedIdentity, RecordId, Request, Traits};
use policy::Verdict;
use store::Space;

use crate::acts::know_status::{AuthorisationStatus, authorisation};
use crate::attempt::{Decided, Loaded, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, RefusalKind};
use crate::records::{Records, traits_hash};

/// So many of one name and one day have a finder; where there are as many, nobody is found by it **(choice)**.
const NAMESAKES: u8 = 16;

/// Who was sought.
#[derive(Clone)]
pub struct Sought {
    /// As written; of birth.
    pub family: String,
    pub birth_date: Date,
    /// Where they are said, they are the person's: the first given name, of birth or used.
    pub given: Option<String>,
    pub sex: Option<model::Sex>,
}

impl Sought {
    fn canonical(&self) -> String {
        format!("{}|{}", normalise(&self.family), self.birth_date)
    }

    fn is(&self, traits: &Traits) -> bool {
        use model::Sex::Unknown;
        let given = self.given.as_deref().map(normalise);
        let called = [Some(&traits.first_given), traits.used_given.as_ref()];
        let named = given.is_none_or(|it| called.into_iter().flatten().any(|mine| mine.normalised() == it));
        let sex = self.sex.is_none_or(|it| it == Unknown || traits.sex == Unknown || it == traits.sex);
        named && sex
    }
}

/// One whom the caller may know.
#[derive(Clone, Debug)]
pub struct FoundPerson {
    pub record: RecordId,
    pub identity: QualifiedIdentity,
}

impl Records {
    pub fn find_by_traits(
        &self,
        call: &Call,
        sought: &Sought,
    ) -> Result<Disclosed<Option<FoundPerson>>, Failure> {
        // what is tested is the name and the day: the same again costs nothing
        let hash = traits_hash(&*self.parts().keeper, &sought.canonical(), 0)?;
        self.inner().budgets.identity_tested(&call.caller, &hash, self.now());
        self.attempt(|_| self.decide_finding(call, sought))
    }

    fn decide_finding(&self, call: &Call, sought: &Sought) -> Result<Decided<Option<FoundPerson>>, Failure> {
        let (now, request) = (self.now(), Request::default());
        let loaded = self.the_one(sought)?;
        let facts = loaded.as_ref().map_or_else(model::RecordFacts::absent, |it| it.facts.clone());
        let decision = self.decision(call, Act::KnowStatus, &facts, None, &request, now);
        let mut account = self.account(call, Act::KnowStatus);
        account.note = Some("by name and date of birth".to_owned());
        let change = match &loaded {
            Some(it) => Change::on(&it.readable.base),
            None => {
                // opens what a record would open, so that absent and forbidden take alike
                let _cost = self.readable(self.inner().ledger.record);
                Change::ledger(self)
            }
        };
        if decision.verdict == Verdict::Refuse {
            return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
        }
        let known = authorisation(call, &facts, now) == AuthorisationStatus::Valid;
        let found = loaded
            .filter(|_| known)
            .map(|it| FoundPerson { record: it.record(), identity: it.identity.identity });
        Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(found) })
    }

    /// The one whose record is open, and who is all that is said; none where several are, or too many to tell.
    fn the_one(&self, sought: &Sought) -> Result<Option<Loaded>, Fault> {
        let canonical = sought.canonical();
        let bearers = self.bearers(&canonical)?;
        if bearers.iter().all(Option::is_some) {
            return Ok(None);
        }
        let mut one = None;
        for record in bearers.into_iter().flatten() {
            // a finder is a hint: the record says whose it is
            let theirs = |it: &Loaded| {
                let traits = &it.identity.identity.traits;
                it.status.status.is_open() && traits.canonical() == canonical && sought.is(traits)
            };
            let Some(loaded) = self.load(&Target::Record(record))?.filter(theirs) else { continue };
            if one.replace(loaded).is_some() {
                return Ok(None);
            }
        }
        Ok(one)
    }

    /// Whoever bears this name and day, each in their place; a record that ended left a gap.
    fn bearers(&self, canonical: &str) -> Result<Vec<Option<RecordId>>, Fault> {
        let snapshot = self.parts().store.snapshot()?;
        let find = |namesake| {
            let hash = traits_hash(&*self.parts().keeper, canonical, namesake)?;
            Ok(snapshot.find(Space::Traits, &hash)?)
        };
        (0..NAMESAKES).map(find).collect()
    }

    /// The first place that nobody of this name and day has.
    pub(crate) fn free_namesake(&self, traits: &Traits) -> Result<Option<u8>, Fault> {
        let free = self.bearers(&traits.canonical())?.iter().position(Option::is_none);
        Ok(free.and_then(|place| u8::try_from(place).ok()))
    }
}
