//! "Voir comme…": exactly what a professional would see, and why. The same decision on the same facts as that
//! person's own search, less what the asker may not know of (rules, A5).

use model::{
    Act, ActingFor, Authorisation, Caller, DocumentEntry, Door, EntryId, Fact, Grantee, Instant, Person,
    Profession, Professional, PsIdNat, RecordFacts, RecordId, RecordedBy, Request, Standing, Strength,
};
use policy::{Decision, Reason};

use crate::account::ObjectAccount;
use crate::acts::search::{Asked, object};
use crate::attempt::{Decided, Loaded, Question, Target, refusal};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;
use crate::view::View;

/// As whom to see.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// A professional as the directory has them now, at the care door with their certificate.
    Person(Box<Caller>),
    /// Somebody of this profession whom the holder has just authorised.
    Profession { profession: Profession, specialty: Option<String> },
}

/// What somebody else would see.
#[derive(Clone, Debug)]
pub struct SeenAs {
    /// In the order of a search; empty where the viewer may not even ask.
    pub entries: Vec<DocumentEntry>,
    /// Why they may ask, or not.
    pub reasons: Vec<Reason>,
}

/// Why somebody sees a document or the record, or why not.
#[derive(Clone, Debug)]
pub struct Why {
    pub sees: bool,
    pub reasons: Vec<Reason>,
}

/// The national identifier nobody has: whoever stands for a profession.
const NOBODY: &str = "800000000000";

impl Records {
    pub fn see_as(
        &self,
        call: &Call,
        record: RecordId,
        viewer: &Viewer,
        asked: Asked,
    ) -> Result<Disclosed<SeenAs>, Failure> {
        self.as_another(call, record, Act::SeeAs, viewer, |their, view, facts, own, now| {
            let request = Request {
                asked_deprecated: asked.deprecated,
                asked_archived: asked.archived,
                ..Request::default()
            };
            let question = self.question(their, Act::Search, facts, &request, now).unhurried();
            let whole = self.decide(&question, None);
            let mut objects = Vec::new();
            let mut entries = Vec::new();
            if whole.is_allowed() {
                for (listed, decision) in self.look_over(their, view, &question, now)?.documents {
                    let mut entry = listed.into_entry()?;
                    if !own.knows(entry.logical_id) {
                        continue;
                    }
                    entry.relations.retain(|it| own.knows(it.target));
                    let shown = decision.is_allowed();
                    objects.push(object(
                        entry.logical_id,
                        &entry.description.type_code.code,
                        shown,
                        &decision,
                    ));
                    if shown {
                        entries.push(entry);
                    }
                }
            }
            entries.sort_by_key(|entry| std::cmp::Reverse((entry.deposited, entry.logical_id)));
            Ok(Some((SeenAs { entries, reasons: whole.why() }, objects)))
        })
    }

    /// Of one document, or of the record where none is named.
    pub fn why(
        &self,
        call: &Call,
        record: RecordId,
        viewer: &Viewer,
        document: Option<EntryId>,
    ) -> Result<Disclosed<Why>, Failure> {
        self.as_another(call, record, Act::Why, viewer, |their, view, facts, own, now| {
            let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
            let because = |decision: &Decision| Why { sees: decision.is_allowed(), reasons: decision.why() };
            let Some(id) = document else {
                let question = self.question(their, Act::Search, facts, &request, now).unhurried();
                return Ok(Some((because(&self.decide(&question, None)), Vec::new())));
            };
            let states = self.states(view.loaded()?)?;
            let Some(state) = states.iter().find(|it| it.is_known_as(id) && own.knows(it.logical_id)) else {
                return Ok(None);
            };
            let question = self.question(their, Act::Consult, facts, &request, now).unhurried();
            let decision = self.decide(&question, Some(&state.facts()));
            let object = object(state.logical_id, &state.type_code.code, decision.is_allowed(), &decision);
            Ok(Some((because(&decision), vec![object])))
        })
    }

    /// Decides the asker's own act, then hands `look` the other's call and what the asker may know of.
    fn as_another<T>(
        &self,
        call: &Call,
        record: RecordId,
        act: Act,
        viewer: &Viewer,
        look: impl Fn(
            &Call,
            &View,
            &RecordFacts,
            &Own,
            Instant,
        ) -> Result<Option<(T, Vec<ObjectAccount>)>, Failure>,
    ) -> Result<Disclosed<T>, Failure> {
        let seen = self.attempt(|_| {
            let (now, request) = (self.now(), Request::default());
            let Some(view) = self.fresh(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let mut facts = view.opened.facts.clone();
            let decision = self.decision(call, act, &facts, None, &request, now);
            let mut account = self.account(call, act);
            let change = view.change();
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let own = self.known_to(call, view.loaded()?, now)?;
            let their = Call { purpose: model::Purpose::Normal, ..call.clone() };
            let their = match viewer {
                Viewer::Person(caller) => {
                    account.about = caller.professional().map(|it| it.id.clone());
                    Call { caller: (**caller).clone(), ..their }
                }
                Viewer::Profession { profession, specialty } => {
                    account.note = Some(format!("profession {}", profession.code));
                    let somebody = somebody(profession, specialty.as_deref());
                    if let Some(it) = somebody.professional() {
                        facts.rights.authorisations.push(authorised(&it.id, now));
                    }
                    Call { caller: somebody, ..their }
                }
            };
            Ok(match look(&their, &view, &facts, &own, now)? {
                Some((given, objects)) => {
                    let mut account = account.accepted(&decision.allowed_by);
                    account.objects = objects;
                    Decided { change, account, outcome: Ok(given) }
                }
                None => {
                    let no = self.decision(call, Act::Consult, &facts, None, &request, now);
                    let account = account.refused(&no.refused_by);
                    let outcome = Err(refusal(no.refused_by, RefusalKind::NotFound));
                    Decided { change, account, outcome }
                }
            })
        })?;
        self.touched(call, record);
        Ok(seen)
    }

    /// What the asker may know of: each document decided as their own search decides it.
    fn known_to(&self, call: &Call, loaded: &Loaded, now: Instant) -> Result<Own, Failure> {
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let question: Question<'_> = self.question(call, Act::Search, &loaded.facts, &request, now);
        let mut known = Vec::new();
        for state in self.states(loaded)? {
            if self.decide(&question, Some(&state.facts())).is_allowed() {
                known.push(state.logical_id);
            }
        }
        Ok(Own(known))
    }
}

struct Own(Vec<EntryId>);

impl Own {
    fn knows(&self, id: EntryId) -> bool {
        self.0.contains(&id)
    }
}

/// Whoever is of this profession, at the care door, in a situation of care.
fn somebody(profession: &Profession, specialty: Option<&str>) -> Caller {
    let person = NOBODY.parse().ok().map(|id| {
        Person::Professional(Professional {
            id,
            name: profession.label().to_owned(),
            profession: profession.clone(),
            specialty: specialty.map(str::to_owned),
            acting_for: ActingFor::Care,
            standing: Standing::Active,
        })
    });
    Caller {
        strength: Strength::Certificate,
        person: person.map_or(Fact::Absent, Fact::Proved),
        ..Caller::nobody(Door::Care)
    }
}

fn authorised(to: &PsIdNat, now: Instant) -> Authorisation {
    Authorisation {
        to: Grantee::Person(to.clone()),
        from: now,
        until: now.plus(jiff::SignedDuration::from_hours(1)),
        by: RecordedBy::Holder,
        revoked: None,
    }
}
