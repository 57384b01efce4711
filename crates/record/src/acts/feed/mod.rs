//! Feeding a lot of documents (TD2, ITI-41, ITI-65; rules, W2 to W5): checked, decided and written all or
//! nothing, without reading anything that is there.

mod arrival;
mod check;
mod content;
mod decide;
mod store_body;

pub use arrival::{Arrival, ArrivalError, Arrived, Arriving};
pub use content::Content;

pub(super) use check::hex;
use decide::{Feeding, Unfed, agreed};
pub use decide::{OTHER_BYTES, THE_SAME};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use model::{
    Act, Author, Coding, Depositor, Description, Door, EntryId, Fact, Ins, Instant, Person, RecordId,
    RelationKind, RowId, RowKind, SaidTraits, SubmissionSet, UniqueId, Visibility,
};
use policy::Verdict;
use store::Space;
use vault::TagDomain;

use crate::account::{Account, Fate};
use crate::acts::rates::LEGACY_SIGNATURE;
use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Problem, Refusal, RefusalKind};
use crate::gate::Gate;
use crate::records::{Records, derived_row, unique_id_hash};
use crate::rows::{DocumentDetails, GateRow, LotSignature, MetadataRow, SubmissionState};
use crate::upkeep::clock::Due;
use crate::upkeep::notices::Notice;

/// A lot to be fed: its patient, its set, its documents. Form was checked where it was decoded.
#[derive(Clone)]
pub struct Submission {
    pub ins: Ins,
    /// What the lot as a whole says of the patient's traits.
    pub said: SaidTraits,
    /// The record's id, where the producer gave it besides the INS: they must meet.
    pub record: Option<RecordId>,
    /// None where the producer gave none: the lot then has no name to be repeated under.
    pub unique_id: Option<UniqueId>,
    pub source_id: UniqueId,
    pub content_type: Coding,
    pub title: Option<String>,
    pub comments: Option<String>,
    pub submitted: jiff::Timestamp,
    pub author: Author,
    pub recipients: Vec<Author>,
    pub documents: Vec<NewDocument>,
    /// SHA-256 of what was sent, to tell a repetition from another lot under the same name.
    pub digest: String,
}

/// A document to be fed.
#[derive(Clone)]
pub struct NewDocument {
    pub description: Description,
    pub visibility: Visibility,
    /// The class the producer wrote.
    pub category: Option<Coding>,
    pub relates: Vec<(RelationKind, RelatesTo)>,
    pub content: Content,
    /// What the metadata says of the patient.
    pub said: SaidTraits,
    /// Identifiers (system, value) of the organisations the metadata names as author's.
    pub author_organisations: Vec<(String, String)>,
    /// Where it stands in what was sent, for the words of an error.
    pub element: String,
}

/// How a document names the one it replaces or completes.
#[derive(Clone, Debug)]
pub enum RelatesTo {
    Entry(RecordId, EntryId),
    /// By whichever id of an entry of the same person's.
    Known(EntryId),
    Unique(UniqueId),
}

/// The signature of a lot, as it came.
pub struct Signed {
    pub bytes: Vec<u8>,
    /// Over SHA-1, which is tolerated for now, and counted.
    pub is_legacy: bool,
}

/// What was fed: the answer, the same each time the same lot is sent again.
#[derive(Clone, Debug)]
pub struct Fed {
    pub record: RecordId,
    pub set: RowId,
    /// Logical ids, in the order of the documents sent.
    pub documents: Vec<EntryId>,
    pub accepted: Instant,
    pub repeated: bool,
}

/// What is said wherever the depositor may not know why (rules, W3 and A1).
const NEUTRAL: &str = "the document was not accepted; ask the holder, or the service, about it";

/// What is wrong with a lot as far as it can be known without any record: for who sends it, before they do.
pub fn problems_before(call: &Call, lot: &Submission) -> Vec<Problem> {
    lot.documents.iter().filter_map(|it| check::document(it, &lot.ins, call).err()).flatten().collect()
}

impl Records {
    pub fn feed(&self, call: &Call, lot: &Submission) -> Result<Disclosed<Fed>, Failure> {
        self.feed_signed(call, lot, None)
    }

    /// The same, of a lot that came signed: the signature, which was checked, stays with it.
    pub fn feed_signed(
        &self,
        call: &Call,
        lot: &Submission,
        signature: Option<&Signed>,
    ) -> Result<Disclosed<Fed>, Failure> {
        let checked: Vec<Result<check::Checked, Vec<Problem>>> =
            lot.documents.iter().map(|it| check::document(it, &lot.ins, call)).collect();
        let problems: Vec<Problem> =
            checked.iter().filter_map(|it| it.as_ref().err()).flatten().cloned().collect();
        let documents: Vec<check::Checked> = checked.into_iter().filter_map(Result::ok).collect();
        self.identity_tested(call, &lot.ins)?;
        let fed = self.attempt(|taken| {
            let mut fed = self.decide_feeding(call, lot, &documents, &problems, taken)?;
            if let (Some(signed), Ok(new)) = (signature, &fed.outcome)
                && !new.repeated
            {
                // its row is the set's: nothing else of this kind is there
                let kept = LotSignature { signature: BASE64_STANDARD.encode(&signed.bytes) };
                fed.change.put(self, None, RowKind::Document, new.set, &kept)?;
                if signed.is_legacy {
                    fed.change.count(LEGACY_SIGNATURE);
                }
            }
            Ok(fed)
        });
        // what was written is the record's from here on; after a fault nobody knows, and it stays
        let kept = match &fed {
            Ok(fed) => !fed.get().repeated,
            Err(Failure::Refused(_)) => false,
            Err(Failure::Fault(_)) => true,
        };
        if kept {
            lot.documents.iter().for_each(|it| it.content.keep());
        }
        let fed = fed?;
        self.touched(call, fed.get().record);
        Ok(fed)
    }

    fn decide_feeding(
        &self,
        call: &Call,
        lot: &Submission,
        documents: &[check::Checked],
        problems: &[Problem],
        taken: Option<usize>,
    ) -> Result<Decided<Fed>, Failure> {
        let now = self.now();
        let account = self.account(call, Act::Feed);
        let gate = self.gate(&lot.ins)?;
        let change = gate.as_ref().map_or_else(|| Change::ledger(self), |gate| Change::on(&gate.base));
        let rejected = |change, account: Account, no: Refusal| {
            Ok(Decided {
                change,
                account: account.rejected("what was sent cannot be used"),
                outcome: Err(no),
            })
        };
        if !problems.is_empty() {
            return rejected(change, account, unusable(problems.to_vec()));
        }
        let gate = match self.may_feed(call, lot, gate, change, now)? {
            Ok(gate) => gate,
            Err(refused) => return Ok(refused),
        };
        let change = Change::on(&gate.base);
        if let Some(which) = taken {
            return rejected(change, account, neutral(&lot.documents, which));
        }
        let disagreements = check::with_record(lot, documents, &gate.status.identity.traits);
        if !disagreements.is_empty() {
            return rejected(change, account, unusable(disagreements));
        }
        if let Some(decided) = self.repetition(call, lot, &gate)? {
            return Ok(decided);
        }
        self.decide_new(call, lot, documents, &gate, now)
    }

    /// What is decided of a lot before its documents are looked at: the gate, or the refusal.
    fn may_feed(
        &self,
        call: &Call,
        lot: &Submission,
        gate: Option<Gate>,
        change: Change,
        now: Instant,
    ) -> Result<Result<Gate, Decided<Fed>>, Failure> {
        let named = |record: RecordId| lot.record.is_none_or(|it| it == record);
        let Some(gate) = gate.filter(|it| it.status.status.is_open() && named(it.base.record)) else {
            // absent, closed and destroyed answer feeding alike (rules, A2)
            let mut decided: Decided<Fed> = self.on_no_record(call, Act::Feed, &agreed(), now);
            decided.change = change;
            return Ok(Err(decided));
        };
        let gate = self.known_privately(call, gate)?;
        // who may not feed at all learns nothing more, of an earlier answer neither
        let mut whole = self.decision(call, Act::Feed, &gate.facts, None, &agreed(), now);
        if whole.verdict == Verdict::Allow && lot.documents.iter().any(is_directives) {
            whole = self.decision(call, Act::WriteDirectives, &gate.facts, None, &agreed(), now);
        }
        if whole.verdict == Verdict::Refuse {
            let account = self.account(call, Act::Feed).refused(&whole.refused_by);
            let outcome = Err(refusal(whole.refused_by, RefusalKind::Denied));
            return Ok(Err(Decided { change, account, outcome }));
        }
        Ok(Ok(gate))
    }

    /// Holders and who speaks for them come by the portal, where their record may be read: age and mandates count.
    fn known_privately(&self, call: &Call, mut gate: Gate) -> Result<Gate, Failure> {
        let private = matches!(
            call.caller.person.proved(),
            Some(Person::Holder { .. } | Person::Representative { .. } | Person::Relative { .. })
        );
        if private
            && call.caller.door == Door::Portal
            && let Some(loaded) = self.load(&Target::Record(gate.base.record))?
        {
            gate.facts = loaded.facts;
        }
        Ok(gate)
    }

    /// The same lot again gets the first answer again; another under its name is a conflict, which only its
    /// first depositor may know (rules, A1).
    fn repetition(
        &self,
        call: &Call,
        lot: &Submission,
        gate: &Gate,
    ) -> Result<Option<Decided<Fed>>, Failure> {
        let Some(unique_id) = &lot.unique_id else { return Ok(None) };
        let row = self.submission_row(gate, unique_id)?;
        let Some(GateRow::Submission(state)) = gate.base.gate(row)? else { return Ok(None) };
        let change = Change::on(&gate.base);
        let account = self.account(call, Act::Feed);
        if state.depositor != depositor(call) {
            let no = Refusal::because("Bundle", NEUTRAL);
            return Ok(Some(Decided { change, account: account.rejected("another's"), outcome: Err(no) }));
        }
        if state.digest != lot.digest {
            let mut no =
                Refusal::because("List.identifier", "another submission bears this unique id already");
            no.kind = RefusalKind::Conflict;
            return Ok(Some(Decided { change, account: account.rejected("conflict"), outcome: Err(no) }));
        }
        let fed = Fed {
            record: gate.base.record,
            set: state.set,
            documents: state.documents,
            accepted: state.accepted,
            repeated: true,
        };
        let mut account = account.accepted(&[]);
        account.note = Some("repeated".into());
        Ok(Some(Decided { change, account, outcome: Ok(fed) }))
    }

    fn decide_new(
        &self,
        call: &Call,
        lot: &Submission,
        documents: &[check::Checked],
        gate: &Gate,
        now: Instant,
    ) -> Result<Decided<Fed>, Failure> {
        let mut change = Change::on(&gate.base);
        let mut account = self.account(call, Act::Feed);
        let mut feeding = Feeding {
            call,
            gate,
            set: RowId::random(self.dice()),
            now,
            states: Vec::new(),
            replaced: Vec::new(),
        };
        let mut allowed_by = Vec::new();
        for (new, checked) in lot.documents.iter().zip(documents) {
            match self.decide_one(&mut feeding, new, checked)? {
                Ok((fate, allowed)) => {
                    account.objects.push(fate);
                    allowed_by = allowed;
                }
                // nothing of the lot is written: the change of a refusal is its line alone
                Err(Unfed { no, account: told, object }) => {
                    account.objects.extend(object);
                    for written in account.objects.iter_mut().filter(|it| it.fate == Fate::Written) {
                        (written.fate, written.document) = (Fate::Refused, None);
                    }
                    let account = match told {
                        Some(why) => account.rejected(why),
                        None => account.refused(&no.rules),
                    };
                    return Ok(Decided { change, account, outcome: Err(no) });
                }
            }
        }
        let Feeding { set, states, replaced, .. } = feeding;
        for before in replaced {
            let row = before.logical_id.into();
            // to replace what is said to be wrong is to answer
            if before.dispute.as_ref().and_then(|it| it.answered.as_ref()).is_some_and(|it| it.at == now) {
                change.tell(self, Notice::DisputeAnswered)?;
            }
            change.put(self, Some(&gate.base), RowKind::Gate, row, &GateRow::Document(Box::new(before)))?;
        }
        let members: Vec<EntryId> = states.iter().map(|it| it.logical_id).collect();
        self.tell_of_documents(&gate.base, &mut change, &states, now)?;
        for state in states.iter().filter(|it| it.visibility.hidden_from_holder) {
            let over = self.policy().profile.hidden_until(state.hidden_since);
            change.due(self, over, &Due::EndHiding { document: state.logical_id })?;
        }
        for (new, state) in lot.documents.iter().zip(states) {
            let row = state.logical_id.into();
            let Some(body) = self.body_of(&gate.base, &new.content, &mut change)? else {
                return Err(Refusal::new(RefusalKind::Busy).into());
            };
            let details = DocumentDetails { description: new.description.clone(), body };
            let (state, details) =
                (GateRow::Document(Box::new(state)), MetadataRow::Document(Box::new(details)));
            change.put(self, Some(&gate.base), RowKind::Gate, row, &state)?;
            change.put(self, Some(&gate.base), RowKind::Metadata, row, &details)?;
            let hash = unique_id_hash(&*self.parts().keeper, &new.description.unique_id)?;
            change.claim(Space::DocumentUniqueId, hash);
            change.count("documents fed");
        }
        self.write_set(call, lot, gate, set, &members, &mut change, now)?;
        change.bump();
        let fed = Fed { record: gate.base.record, set, documents: members, accepted: now, repeated: false };
        Ok(Decided { change, account: account.accepted(&allowed_by), outcome: Ok(fed) })
    }

    #[expect(clippy::too_many_arguments, reason = "the set is made of all that was decided about the lot")]
    fn write_set(
        &self,
        call: &Call,
        lot: &Submission,
        gate: &Gate,
        set: RowId,
        members: &[EntryId],
        change: &mut Change,
        now: Instant,
    ) -> Result<(), Failure> {
        let unique_id = match &lot.unique_id {
            Some(unique_id) => unique_id.clone(),
            None => UniqueId::Uuid(uuid::Uuid::from_bytes(*set.as_bytes())),
        };
        let state = SubmissionState {
            unique_id: unique_id.clone(),
            depositor: depositor(call),
            digest: lot.digest.clone(),
            set,
            documents: members.to_vec(),
            accepted: now,
        };
        let row = self.submission_row(gate, &unique_id)?;
        let whole = SubmissionSet {
            id: set,
            unique_id,
            source_id: lot.source_id.clone(),
            content_type: lot.content_type.clone(),
            title: lot.title.clone(),
            comments: lot.comments.clone(),
            submitted: lot.submitted,
            author: lot.author.clone(),
            recipients: lot.recipients.clone(),
            depositor: depositor(call),
            accepted: now,
            members: members.to_vec(),
        };
        let base = Some(&gate.base);
        change.put(self, base, RowKind::Gate, row, &GateRow::Submission(Box::new(state)))?;
        change.put(self, base, RowKind::Metadata, set, &MetadataRow::Set(Box::new(whole)))?;
        Ok(())
    }

    fn document_row(&self, gate: &Gate, id: &UniqueId) -> Result<RowId, Failure> {
        Ok(derived_row(&*self.parts().keeper, TagDomain::DocumentUniqueId, gate.base.record, id)?)
    }

    fn submission_row(&self, gate: &Gate, id: &UniqueId) -> Result<RowId, Failure> {
        Ok(derived_row(&*self.parts().keeper, TagDomain::Submission, gate.base.record, id)?)
    }
}

/// The depositor as proved: fixed when the document is accepted (rules, "Words"). The organisation is the
/// certificate's: what a person feeds with their own is theirs, and their organisation does not manage it (W5).
/// Whom an organisation's assertion names, and the directory places there, is noted beside it.
fn depositor(call: &Call) -> Depositor {
    let proved = matches!(call.caller.person, Fact::Proved(Person::Professional(_)));
    let person = match &call.caller.person {
        Fact::Proved(Person::Professional(it)) | Fact::Claimed(Person::Professional(it)) => {
            Some(it.id.clone())
        }
        _ => None,
    };
    let certificate = call.caller.organisation.proved().filter(|_| !proved);
    Depositor {
        organisation: certificate.map(|it| it.id.clone()),
        person,
        // always shown as theirs (rules, W4)
        holder: matches!(
            call.caller.person.proved(),
            Some(Person::Holder { .. } | Person::Representative { .. })
        ),
    }
}

/// What only the person themself writes, and no representative for them (rules, W4).
fn is_directives(new: &NewDocument) -> bool {
    new.description.type_code.code == "EXPPAT_1"
}

fn neutral(documents: &[NewDocument], which: usize) -> Refusal {
    Refusal::because(documents.get(which).map_or("Bundle", |it| it.element.as_str()), NEUTRAL)
}

fn unusable(problems: Vec<Problem>) -> Refusal {
    Refusal { kind: RefusalKind::Rule, rules: Vec::new(), problems }
}
