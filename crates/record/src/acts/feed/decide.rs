//! One document of a lot: what it becomes, what it ends, and whether the rules let it in (rules, W2 to W5, W9).

use model::{
    Act, ClassCode, DocumentStatus, EntryId, Instant, Opposed, Relation, RelationKind, Request, RowId,
};
use policy::{Rule, Verdict};

use super::{NEUTRAL, NewDocument, RelatesTo, check, depositor};
use crate::account::{Fate, ObjectAccount, numbers};
use crate::attempt::refusal;
use crate::call::Call;
use crate::failure::{Failure, Problem, Refusal, RefusalKind};
use crate::gate::Gate;
use crate::records::Records;
use crate::rows::{DocumentState, GateRow};

/// A lot under way: what is decided of it so far.
pub(super) struct Feeding<'a> {
    pub(super) call: &'a Call,
    pub(super) gate: &'a Gate,
    pub(super) set: RowId,
    pub(super) now: Instant,
    pub(super) states: Vec<DocumentState>,
    /// The documents that end with this lot, as they will be.
    pub(super) replaced: Vec<DocumentState>,
}

/// Why a lot is not taken: the answer, and what the trace says.
pub(super) struct Unfed {
    pub(super) no: Refusal,
    /// Why nothing was decided; none for a refusal by rules.
    pub(super) account: Option<&'static str>,
    pub(super) object: Option<ObjectAccount>,
}

impl Records {
    /// Decides one document and notes what is to be written for it.
    pub(super) fn decide_one(
        &self,
        feeding: &mut Feeding<'_>,
        new: &NewDocument,
        checked: &check::Checked,
    ) -> Result<Result<(ObjectAccount, Vec<policy::Rule>), Unfed>, Failure> {
        let Feeding { call, gate, set, now, .. } = *feeding;
        let row = self.document_row(gate, &new.description.unique_id)?;
        let logical_id = EntryId::from_bytes(*row.as_bytes());
        let rejected = |why, no| Ok(Err(Unfed { no, account: Some(why), object: None }));
        if feeding.states.iter().any(|it| it.logical_id == logical_id) {
            let place = format!("{}.masterIdentifier", new.element);
            return rejected("twice", Refusal::because(place, "twice in one submission"));
        }
        if let Some(GateRow::Document(there)) = gate.base.gate(row)? {
            return rejected("unique id", collision(call, new, checked, &there));
        }
        let mut state = DocumentState {
            unique_id: new.description.unique_id.clone(),
            logical_id,
            entry: logical_id,
            earlier: Vec::new(),
            version: 1,
            status: DocumentStatus::Approved,
            visibility: new.visibility,
            hidden_since: now,
            type_code: new.description.type_code.clone(),
            class: checked.class,
            relations: Vec::new(),
            depositor: depositor(call),
            deposited: now,
            updated: now,
            submission: set,
            sha256: checked.sha256.clone(),
            dispute: None,
            before_deletion: None,
            recalled: None,
            minors_own: false,
            unnamed: false,
            reveals_hidden: false,
        };
        // what is fed of an act declared secret stays so (rules, A9 and W9)
        state.visibility.hidden_from_representatives |=
            is_secret(call, gate, new, &state) || self.names_protected_act(new, &state);
        let object = |fate, rules: &[policy::Rule]| ObjectAccount {
            document: (fate == Fate::Written).then_some(logical_id),
            type_code: new.description.type_code.code.clone(),
            fate,
            rules: numbers(rules),
        };
        // what it replaces comes first: the decision is about the document as it will be (rules, W5 and W9)
        if let Err(no) = self.relate(feeding, new, &mut state)? {
            let object = Some(object(Fate::Refused, &no.rules));
            return Ok(Err(Unfed { no, account: None, object }));
        }
        let mut facts = state.facts();
        facts.marks.opposed = gate.facts.rights.is_opposed(&Opposed::Document(state.unique_id.clone()), now);
        let decision = self.decision(call, Act::Feed, &gate.facts, Some(&facts), &agreed(), now);
        if decision.verdict == Verdict::Refuse {
            let object = Some(object(Fate::Refused, &decision.refused_by));
            // why a document is opposed is nobody's who feeds (rules, W3)
            let opposed = decision.refused_by.contains(&Rule::W3);
            let says = if opposed { NEUTRAL.to_owned() } else { words(&decision.refused_by) };
            let mut no = refusal(decision.refused_by, RefusalKind::Rule);
            no.problems = vec![Problem { element: new.element.clone(), says }];
            return Ok(Err(Unfed { no, account: None, object }));
        }
        feeding.states.push(state);
        Ok(Ok((object(Fate::Written, &[]), decision.allowed_by)))
    }

    /// A reimbursement with a protected act among its lines (rules, A9). Where the metadata says so, it need not be
    /// read; no metadata names each line.
    fn names_protected_act(&self, new: &NewDocument, state: &DocumentState) -> bool {
        let codes = &self.policy().profile.protected_acts;
        state.class == ClassCode::Reimbursement && new.content.names(codes)
    }

    /// Replacing and completing (rules, W5): only one's own, only what is approved.
    fn relate(
        &self,
        feeding: &mut Feeding<'_>,
        new: &NewDocument,
        state: &mut DocumentState,
    ) -> Result<Result<(), Refusal>, Failure> {
        let Feeding { call, gate, now, .. } = *feeding;
        for (kind, target) in &new.relates {
            let act = match kind {
                RelationKind::Replaces => Act::Replace,
                RelationKind::Transforms => Act::Transform,
                RelationKind::Appends | RelationKind::Signs => Act::Append,
            };
            let element = format!("{}.relatesTo", new.element);
            let unknown = || Refusal::because(&element, "no document of this patient that you may change");
            let Some(mut before) = self.related(gate, target)? else { return Ok(Err(unknown())) };
            if feeding.replaced.iter().any(|it| it.logical_id == before.logical_id) {
                return Ok(Err(Refusal::because(&element, "replaced already by this submission")));
            }
            let decision = self.decision(call, act, &gate.facts, Some(&before.facts()), &agreed(), now);
            if decision.verdict == Verdict::Refuse {
                return Ok(Err(Refusal { rules: decision.refused_by, ..unknown() }));
            }
            let relation = Relation { kind: *kind, target: before.logical_id };
            if *kind == RelationKind::Replaces {
                let hidden_until = self.policy().profile.hidden_until(before.hidden_since);
                let first = !state.relations.iter().any(|it| it.kind == RelationKind::Replaces);
                inherit(state, &before, first, now < hidden_until);
                before.gave_way(now);
                before.status = DocumentStatus::Deprecated { at: now, by: state.logical_id };
                before.next_version(EntryId::random(self.dice()), now);
                feeding.replaced.push(before);
            }
            state.relations.push(relation);
        }
        Ok(Ok(()))
    }

    /// The document a relation names, by whichever of its ids.
    fn related(&self, gate: &Gate, target: &RelatesTo) -> Result<Option<DocumentState>, Failure> {
        let row = match target {
            RelatesTo::Unique(unique_id) => self.document_row(gate, unique_id)?,
            RelatesTo::Entry(record, entry) if *record == gate.base.record => RowId::from(*entry),
            RelatesTo::Known(entry) => RowId::from(*entry),
            RelatesTo::Entry(..) => return Ok(None),
        };
        if let Some(GateRow::Document(state)) = gate.base.gate(row)? {
            return Ok(Some(*state));
        }
        let (RelatesTo::Entry(_, entry) | RelatesTo::Known(entry)) = target else { return Ok(None) };
        Ok(gate.base.states()?.into_iter().find(|state| state.is_known_as(*entry)))
    }
}

/// What was checked before: identity is qualified, and agrees everywhere (rules, W2).
pub(super) fn agreed() -> Request {
    Request { qualified_identity: true, identity_agrees: true, ..Request::default() }
}

/// A replacement is as hidden as what it replaces (rules, W5).
fn inherit(state: &mut DocumentState, before: &DocumentState, first: bool, may_be_hidden: bool) {
    state.visibility.masked |= before.visibility.masked;
    state.visibility.hidden_from_representatives |= before.visibility.hidden_from_representatives;
    let hidden = before.visibility.hidden_from_holder && may_be_hidden;
    state.visibility.hidden_from_holder = hidden || (state.visibility.hidden_from_holder && !first);
    if first || hidden {
        state.hidden_since = before.hidden_since;
    }
}

/// Of the day of a secret act, by the same house; of a reimbursement the day alone is enough to betray it.
fn is_secret(call: &Call, gate: &Gate, new: &NewDocument, state: &DocumentState) -> bool {
    let day = Instant::from(new.description.service_start).in_paris().date();
    let house = call.caller.organisation.proved().map(|it| &it.id);
    let house = house.filter(|_| state.class != ClassCode::Reimbursement);
    gate.status.secret_acts.iter().any(|it| it.covers(day, house))
}

/// A unique id that is taken: told to its first depositor alone.
pub const THE_SAME: &str = "you fed this very document under this unique id already, in another submission";
pub const OTHER_BYTES: &str =
    "you fed a document under this unique id already; to change it, feed a replacement under a new one";

fn collision(call: &Call, new: &NewDocument, checked: &check::Checked, there: &DocumentState) -> Refusal {
    if there.depositor != depositor(call) {
        return Refusal::because(&new.element, NEUTRAL);
    }
    let mut no = Refusal::because(
        format!("{}.masterIdentifier", new.element),
        if there.sha256 == checked.sha256 { THE_SAME } else { OTHER_BYTES },
    );
    no.kind = RefusalKind::Conflict;
    no
}

fn words(rules: &[policy::Rule]) -> String {
    rules.iter().map(|rule| rule.words_en()).collect::<Vec<_>>().join("; ")
}
