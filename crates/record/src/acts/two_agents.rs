//! What takes two agents (rules, W14, A2 and W11): the first says what is wrong, and it waits in the record; a second,
//! another person, confirms it, and it is done, or refuses. The first may take their word back. Each word is a line of
//! the trace, decided as the act itself; nobody sees content.

use jiff::SignedDuration;
use model::{
    Act, DocumentFacts, EntryId, Ins, Instant, PsIdNat, RecordFacts, RecordId, Request, RowId, RowKind,
};
use policy::{Decision, Duty};
use vault::TagDomain;

use crate::account::{Account, Fate, ObjectAccount, numbers};
use crate::acts::document_change::{Reach, reached};
use crate::acts::feed::RelatesTo;
use crate::acts::recall::take_out;
use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::life::{Life, Release};
use crate::records::{Records, derived_row};
use crate::rows::{DocumentState, GateRow};
use crate::two_agents::{Correction, TwoAgents, Waiting};
use crate::upkeep::clock::Due;
use model::rights::ClosingReason;

/// So long the first word waits.
const WAITS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What an agent asks for that takes two. Documents are named by who fed them.
#[derive(Clone, Debug)]
pub enum TakesTwo {
    Recall(RelatesTo),
    /// Into the record of this INS.
    Merge(Ins),
    Split(Ins, Vec<RelatesTo>),
    /// By the heir's request.
    Release(RowId),
    Fraud,
}

/// What the agent has seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct SeenByAgent {
    /// Identity was verified.
    pub identified: bool,
    /// The quality, or the fraud, was proved by a document.
    pub proved: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondWord {
    Confirm,
    Refuse,
    /// By the first, of their own.
    Withdraw,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct TwoAgentsView {
    pub record: RecordId,
    pub id: RowId,
    pub act: Act,
    /// Until when it waits; none: it is done, refused or withdrawn.
    pub waits_until: Option<Instant>,
    pub at: Instant,
}

/// What is asked, found in the record.
struct Case {
    /// None where something it names is not there.
    what: Option<Correction>,
    other: Option<Loaded>,
    document: Option<DocumentState>,
    request: Request,
}

impl TakesTwo {
    fn act(&self) -> Act {
        match self {
            Self::Recall(_) => Act::Recall,
            Self::Merge(_) => Act::Merge,
            Self::Split(..) => Act::Split,
            Self::Release(_) => Act::ReleaseToHeir,
            Self::Fraud => Act::NoticeFraud,
        }
    }

    fn other(&self) -> Option<Target> {
        match self {
            Self::Merge(ins) | Self::Split(ins, _) => Some(Target::Ins(ins.clone())),
            _ => None,
        }
    }
}

impl Records {
    /// The first agent's word; done at once where the profile lets one correct.
    pub fn ask_two_agents(
        &self,
        call: &Call,
        target: &Target,
        asked: &TakesTwo,
        seen: SeenByAgent,
    ) -> Result<Disclosed<TwoAgentsView>, Failure> {
        self.target_tested(call, target)?;
        if let Some(other) = asked.other() {
            self.target_tested(call, &other)?;
        }
        let said = self.attempt(|_| {
            let (act, now) = (asked.act(), self.now());
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &seen.request(), now));
            };
            let case = self.asked_of_two(&loaded, asked, seen)?;
            let alone = self.decide_of_two(call, &loaded, act, &case, None, now);
            let supposed = Self::supposed_second();
            let (alone, decision) = match alone.is_allowed() {
                true => (true, alone),
                false => (false, self.decide_of_two(call, &loaded, act, &case, supposed.as_ref(), now)),
            };
            let account = self.account(call, act);
            let mut change = Change::on(&loaded.readable.base);
            let (true, Some(what), Some(by)) =
                (decision.is_allowed(), case.what.clone(), call.caller.agent().map(|it| it.id.clone()))
            else {
                return Ok(refused(change, account, decision, &case));
            };
            let mut two = loaded.readable.two_agents()?;
            let mut account = account.accepted(&decision.allowed_by);
            account.objects = self.objects_of_two(&loaded, &what)?;
            let id = call.request;
            let mut view = TwoAgentsView { record: loaded.record(), id, act, waits_until: None, at: now };
            if alone {
                self.carry_out(&loaded, &mut two, (id, &what), &mut change, (&by, None))?;
                self.told_of_two(call, &loaded, &decision, act, &mut change)?;
            } else {
                let until = now.plus(WAITS);
                account.note = Some("waits for a second agent".into());
                two.waiting.push(Waiting { id, what, by, since: now, until });
                view.waits_until = Some(until);
            }
            self.put_two_agents(&loaded.readable, &mut change, &two)?;
            Ok(Decided { change, account, outcome: Ok(view) })
        })?;
        self.touched(call, said.get().record);
        Ok(said)
    }

    /// The second agent's word, or the first's who takes theirs back.
    pub fn answer_two_agents(
        &self,
        call: &Call,
        target: &Target,
        request: RowId,
        word: SecondWord,
        seen: SeenByAgent,
    ) -> Result<Disclosed<TwoAgentsView>, Failure> {
        self.target_tested(call, target)?;
        let said = self.attempt(|_| {
            let now = self.now();
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, Act::LookAtCounter, &seen.request(), now));
            };
            let mut two = loaded.readable.two_agents()?;
            let mut change = Change::on(&loaded.readable.base);
            let Some(waiting) = two.waiting(request, now).cloned() else {
                return Ok(self.nothing_waits(call, &loaded, change, now));
            };
            let act = waiting.what.act();
            let case = self.waiting_of_two(&loaded, &waiting.what, seen)?;
            let second = match word {
                SecondWord::Confirm | SecondWord::Refuse => Some(waiting.by.clone()),
                SecondWord::Withdraw => Self::supposed_second(),
            };
            let decision = self.decide_of_two(call, &loaded, act, &case, second.as_ref(), now);
            let mut account = self.account(call, act);
            account.about = Some(waiting.by.clone());
            let by = call.caller.agent().map(|it| it.id.clone());
            let (true, Some(by)) = (decision.is_allowed(), by) else {
                return Ok(refused(change, account, decision, &case));
            };
            if word == SecondWord::Withdraw && by != waiting.by {
                let no = Refusal::because("action", "whoever said it takes it back: another refuses");
                return Ok(Decided { change, account: account.rejected("another's word"), outcome: Err(no) });
            }
            account = account.accepted(&decision.allowed_by);
            account.objects = self.objects_of_two(&loaded, &waiting.what)?;
            two.waiting.retain(|it| it.id != request);
            match word {
                SecondWord::Confirm => {
                    let (what, agents) = ((request, &waiting.what), (&waiting.by, Some(&by)));
                    self.carry_out(&loaded, &mut two, what, &mut change, agents)?;
                    self.told_of_two(call, &loaded, &decision, act, &mut change)?;
                    account.note = Some("confirmed by a second agent".into());
                }
                SecondWord::Refuse => account.note = Some("refused by a second agent".into()),
                SecondWord::Withdraw => account.note = Some("withdrawn".into()),
            }
            self.put_two_agents(&loaded.readable, &mut change, &two)?;
            let view =
                TwoAgentsView { record: loaded.record(), id: request, act, waits_until: None, at: now };
            Ok(Decided { change, account, outcome: Ok(view) })
        })?;
        self.touched(call, said.get().record);
        Ok(said)
    }

    /// Who may look learns that nothing waits under this id; another learns nothing.
    fn nothing_waits<T>(&self, call: &Call, loaded: &Loaded, change: Change, now: Instant) -> Decided<T> {
        let (act, request) = (Act::LookAtCounter, Request { legitimate_reason: true, ..Request::default() });
        let decision = self.decision(call, act, &loaded.facts, None, &request, now);
        let account = self.account(call, act);
        let kind = if decision.is_allowed() { RefusalKind::NotFound } else { RefusalKind::Denied };
        let account = match decision.is_allowed() {
            true => account.rejected("nothing waits under this id"),
            false => account.refused(&decision.refused_by),
        };
        Decided { change, account, outcome: Err(refusal(decision.refused_by, kind)) }
    }

    fn asked_of_two(&self, loaded: &Loaded, asked: &TakesTwo, seen: SeenByAgent) -> Result<Case, Failure> {
        let other = match asked.other() {
            Some(target) => self.load(&target)?,
            None => None,
        };
        // a record is not its own other
        let there = other.as_ref().map(Loaded::record).filter(|it| *it != loaded.record());
        let what = match asked {
            TakesTwo::Recall(name) => {
                let found = self.named_here(loaded, name)?;
                found.map(|it| Correction::Recall { document: it.logical_id })
            }
            TakesTwo::Merge(_) => there.map(|into| Correction::Merge { into }),
            TakesTwo::Split(_, names) => {
                let mut documents: Vec<EntryId> = Vec::new();
                let states = self.states(loaded)?;
                let mut all = there.is_some() && !names.is_empty();
                for name in names {
                    let Some(state) = self.named_here(loaded, name)? else {
                        all = false;
                        break;
                    };
                    // what replaced it, and what it replaced, go with it
                    for link in reached(&states, &state, Reach::Lineage) {
                        if !documents.contains(&link.logical_id) {
                            documents.push(link.logical_id);
                        }
                    }
                }
                there.filter(|_| all).map(|to| Correction::Split { to, documents })
            }
            TakesTwo::Release(asked) => Some(Correction::Release { asked: *asked }),
            TakesTwo::Fraud => Some(Correction::Fraud),
        };
        let mut case = match &what {
            Some(what) => self.waiting_of_two(loaded, what, seen)?,
            None => Case { what: None, other: None, document: None, request: seen.request() },
        };
        case.other = other;
        Ok(case)
    }

    fn waiting_of_two(&self, loaded: &Loaded, what: &Correction, seen: SeenByAgent) -> Result<Case, Failure> {
        let mut request = seen.request();
        let mut there = true;
        let document = match what {
            Correction::Recall { document } => self.here(loaded, *document)?,
            Correction::Release { asked } => {
                let life = Life::of(&loaded.readable.base)?;
                let found = life.heirs.iter().find(|it| it.id == *asked && it.released.is_none());
                request.heir_purpose = found.map(|it| it.purpose.into());
                match found {
                    Some(found) => self.here(loaded, found.document)?,
                    None => None,
                }
            }
            Correction::Split { documents, .. } => {
                for id in documents {
                    there &= self.here(loaded, *id)?.is_some();
                }
                None
            }
            Correction::Merge { .. } | Correction::Fraud => None,
        };
        let other = match what.other() {
            Some(record) => self.load(&Target::Record(record))?,
            None => None,
        };
        Ok(Case { what: Some(what.clone()).filter(|_| there), other, document, request })
    }

    /// A document that is here, and not on its way out.
    pub(crate) fn here(&self, loaded: &Loaded, id: EntryId) -> Result<Option<DocumentState>, Failure> {
        Ok(loaded.readable.base.state(id)?.filter(|it| it.recalled.is_none()))
    }

    pub(crate) fn named_here(
        &self,
        loaded: &Loaded,
        name: &RelatesTo,
    ) -> Result<Option<DocumentState>, Failure> {
        let record = loaded.record();
        match name {
            RelatesTo::Unique(id) => {
                let row = derived_row(&*self.parts().keeper, TagDomain::DocumentUniqueId, record, id)?;
                self.here(loaded, EntryId::from_bytes(*row.as_bytes()))
            }
            RelatesTo::Entry(of, _) if *of != record => Ok(None),
            RelatesTo::Entry(_, id) | RelatesTo::Known(id) => {
                let states = self.states(loaded)?;
                Ok(states.into_iter().find(|it| it.is_known_as(*id) && it.recalled.is_none()))
            }
        }
    }

    /// Decided as the act itself, on both records where there are two.
    fn decide_of_two(
        &self,
        call: &Call,
        loaded: &Loaded,
        act: Act,
        case: &Case,
        second: Option<&PsIdNat>,
        now: Instant,
    ) -> Decision {
        let request = Request { second: second.cloned(), ..case.request.clone() };
        let facts: Option<DocumentFacts> = case.document.as_ref().map(DocumentState::facts);
        let here = self.decision(call, act, &loaded.facts, facts.as_ref(), &request, now);
        if !here.is_allowed() || !matches!(act, Act::Merge | Act::Split) {
            return here;
        }
        let absent = RecordFacts::absent();
        let other = case.other.as_ref().map_or(&absent, |it| &it.facts);
        let there = self.decision(call, act, other, None, &request, now);
        if there.is_allowed() { here } else { there }
    }

    fn objects_of_two(&self, loaded: &Loaded, what: &Correction) -> Result<Vec<ObjectAccount>, Failure> {
        let of = match what {
            Correction::Recall { document } => vec![*document],
            Correction::Split { documents, .. } => documents.clone(),
            Correction::Release { asked } => {
                let life = Life::of(&loaded.readable.base)?;
                life.heirs.iter().filter(|it| it.id == *asked).map(|it| it.document).collect()
            }
            Correction::Merge { .. } | Correction::Fraud => Vec::new(),
        };
        let mut objects = Vec::new();
        for id in of {
            objects.extend(loaded.readable.base.state(id)?.map(|it| object(&it, Fate::Written, &[])));
        }
        Ok(objects)
    }

    /// Both words are there.
    fn carry_out(
        &self,
        loaded: &Loaded,
        two: &mut TwoAgents,
        (id, what): (RowId, &Correction),
        change: &mut Change,
        (first, second): (&PsIdNat, Option<&PsIdNat>),
    ) -> Result<(), Failure> {
        let now = self.now();
        let base = &loaded.readable.base;
        match what {
            Correction::Recall { document } => {
                let Some(mut state) = self.here(loaded, *document)? else { return Ok(()) };
                take_out(&mut state, now);
                state.next_version(EntryId::random(self.dice()), now);
                let row = GateRow::Document(Box::new(state));
                change.put(self, Some(base), RowKind::Gate, (*document).into(), &row)?;
                change.due(self, now, &Due::Erase { document: *document })?;
            }
            Correction::Merge { .. } | Correction::Split { .. } => {
                self.depart(loaded, two, (id, what), change)?;
            }
            Correction::Release { asked } => {
                let mut life = Life::of(base)?;
                let second = second.unwrap_or(first).clone();
                if let Some(found) = life.heirs.iter_mut().find(|it| it.id == *asked) {
                    found.released = Some(Release { at: now, first: first.clone(), second, copies: 0 });
                }
                self.write_life(loaded, change, &life, &loaded.status.status, None)?;
            }
            Correction::Fraud => {
                let mut life = Life::of(base)?;
                life.fraud_found = Some(now);
                change.due(self, now, &Due::Close { reason: ClosingReason::Fraud })?;
                self.write_life(loaded, change, &life, &loaded.status.status, None)?;
            }
        }
        Ok(())
    }

    fn told_of_two(
        &self,
        call: &Call,
        loaded: &Loaded,
        decision: &Decision,
        act: Act,
        change: &mut Change,
    ) -> Result<(), Failure> {
        if decision.duties.contains(&Duty::TellHolder) {
            self.tell_of(call, Some(&loaded.identity.contacts), act, change)?;
        }
        Ok(())
    }
}

impl SeenByAgent {
    fn request(self) -> Request {
        Request { qualified_identity: self.identified, quality_proved: self.proved, ..Request::default() }
    }
}

fn refused<T>(change: Change, account: Account, decision: Decision, case: &Case) -> Decided<T> {
    let mut account = account.refused(&decision.refused_by);
    let document = case.document.as_ref();
    account.objects =
        document.map(|it| object(it, Fate::Refused, &decision.refused_by)).into_iter().collect();
    // absent and forbidden are one
    Decided { change, account, outcome: Err(refusal(decision.refused_by, RefusalKind::Denied)) }
}

fn object(state: &DocumentState, fate: Fate, rules: &[policy::Rule]) -> ObjectAccount {
    ObjectAccount {
        document: Some(state.logical_id),
        type_code: state.type_code.code.clone(),
        fate,
        rules: numbers(rules),
    }
}
