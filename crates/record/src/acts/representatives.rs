//! Representatives: recorded on proof, restricted by a court, ended; the protected person's consent to a curator;
//! one who refuses what another would give (rules, A8 to A10 and W10).

use model::{
    Act, Disagreement, Ins, Instant, Mandate, MandateActs, MandateKind, Name, Person, RecordId, Request,
    Restriction, RowId, SignedForm,
};

use crate::acts::open_record::{Letter, Secrets};
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::Represented;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::Contacts;

/// A representative to be recorded. Who records it has seen the proof, and has the signed form.
#[derive(Clone)]
pub struct NewRepresentative {
    pub kind: MandateKind,
    pub family: Name,
    pub given: Name,
    /// None: from now on.
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub acts: MandateActs,
    /// What proves the quality: family record book, judgment.
    pub proved_by: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The representative's own record, where they have one: it lists the records they may act in.
    pub own: Option<Ins>,
    pub letter: Letter,
}

/// A mandate as it now stands.
#[derive(Debug)]
pub struct MandateView {
    pub record: RecordId,
    pub mandate: Mandate,
    pub at: Instant,
    /// The representative's own secrets, to an agent who hands them over, this once.
    pub secrets: Option<Secrets>,
}

/// What a court, or a paper, changes of a mandate.
#[derive(Clone, Debug)]
pub enum MandateChange {
    /// Until then, or until another decision.
    Restrict {
        until: Option<Instant>,
    },
    /// A court settled a disagreement that this representative recorded.
    Settle,
    End,
}

impl Records {
    /// Records a mandate with an account of its own; the letter with its secrets is the representative's.
    pub fn add_representative(
        &self,
        call: &Call,
        target: &Target,
        new: &NewRepresentative,
    ) -> Result<Disclosed<MandateView>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let mandate = Mandate {
                id: draft.new_id(),
                kind: new.kind,
                family: new.family.clone(),
                given: new.given.clone(),
                from: new.from.unwrap_or(draft.now),
                until: new.until,
                acts: new.acts.clone(),
                restrictions: Vec::new(),
                consented: None,
                proved_by: new.proved_by.trim().to_owned(),
            };
            let Ok(mandate) = mandate.checked() else {
                return no("mandate", "a mandate has dates in order, and is proved by something");
            };
            draft.identity().mandates.push(mandate.clone());
            let contacts = Contacts {
                email: new.email.clone(),
                phone: new.phone.clone(),
                trusted: true,
                ..Contacts::default()
            };
            draft.reach(mandate.id, contacts);
            let secrets = draft.new_secrets(mandate.id, new.letter)?;
            Ok(MandateView { record: draft.loaded.record(), mandate, at: draft.now, secrets })
        };
        let request = on_proof(call, &new.proved_by);
        let settling = Settling { act: Act::AddRepresentative, request, note: None, apply };
        let added = self.settle(call, target, &settling)?;
        if let Some(own) = &new.own {
            let view = added.get();
            self.list_at_the_representative_s(call, own, view.record, view.mandate.id, &new.proved_by)?;
        }
        Ok(added)
    }

    /// A hint in the representative's own record. It opens nothing: the mandate is looked at each time.
    fn list_at_the_representative_s(
        &self,
        call: &Call,
        own: &Ins,
        record: RecordId,
        mandate: RowId,
        proved_by: &str,
    ) -> Result<(), Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let represents = &mut draft.identity().circle.represents;
            represents.retain(|it| it.record != record);
            represents.push(Represented { record, mandate });
            Ok(())
        };
        let request = on_proof(call, proved_by);
        let note = Some("represents somebody");
        let settling = Settling { act: Act::AddRepresentative, request, note, apply };
        // without a record of their own they log in to the account of the mandate, and that is enough
        match self.settle(call, &Target::Ins(own.clone()), &settling) {
            Ok(_) | Err(Failure::Refused(_)) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    /// A court restricts a mandate or settles a disagreement, or a mandate ends; on proof.
    pub fn change_representative(
        &self,
        call: &Call,
        target: &Target,
        id: RowId,
        change: &MandateChange,
        proved_by: &str,
    ) -> Result<Disclosed<MandateView>, Failure> {
        let act = match change {
            MandateChange::Restrict { .. } | MandateChange::Settle => Act::RestrictRepresentative,
            MandateChange::End => Act::EndRepresentative,
        };
        let apply = |draft: &mut Draft<'_>| {
            let now = draft.now;
            if matches!(change, MandateChange::Settle) && !settled(draft, id) {
                return no("mandate", "this representative refuses nothing");
            }
            changed(draft, id, |mandate| match change {
                MandateChange::Restrict { until } => {
                    mandate.restrictions.push(Restriction { since: now, until: *until });
                }
                MandateChange::End => mandate.until = Some(now),
                MandateChange::Settle => {}
            })
        };
        self.settle(call, target, &Settling { act, request: on_proof(call, proved_by), note: None, apply })
    }

    /// The protected person consents to their curator's reading, or no longer does; nobody else can for them.
    pub fn consent_to_curator(
        &self,
        call: &Call,
        target: &Target,
        id: RowId,
        consents: bool,
    ) -> Result<Disclosed<MandateView>, Failure> {
        let act = if consents { Act::AddRepresentative } else { Act::EndRepresentative };
        let apply = |draft: &mut Draft<'_>| {
            let now = draft.now;
            let themself =
                matches!(call.caller.person.proved(), Some(Person::Holder { .. } | Person::Agent(_)));
            let curator = draft.loaded.facts.mandate(id).is_some_and(|it| it.kind == MandateKind::Curator);
            if !themself || !curator {
                return no("mandate", "the protected person consents, and to a curator alone");
            }
            changed(draft, id, |mandate| mandate.consented = consents.then_some(now))
        };
        // the quality was proved when the curator was recorded
        let request = Request { quality_proved: true, form: call.agent_s_form(), ..Request::default() };
        let note = Some(if consents { "consent to a curator" } else { "consent withdrawn" });
        self.settle(call, target, &Settling { act, request, note, apply })
    }

    /// A representative refuses access that another would give, or refuses no longer (rules, A10: refusing
    /// prevails). It takes away only, so it goes as a withdrawal does.
    pub fn refuse_as_representative(
        &self,
        call: &Call,
        target: &Target,
        refuses: bool,
    ) -> Result<Disclosed<MandateView>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let Some(Person::Representative { mandate: id, .. }) = call.caller.person.proved() else {
                return no("mandate", "representatives refuse; holders decide");
            };
            let stands =
                draft.loaded.facts.disagreements.iter().any(|it| it.by == *id && it.stands(draft.now));
            if stands == refuses {
                return no("mandate", "it is so already");
            }
            if refuses {
                let since = draft.now;
                let one = Disagreement { by: *id, since, settled: None };
                draft.identity().circle.disagreements.push(one);
            } else {
                settled(draft, *id);
            }
            changed(draft, *id, |_| ())
        };
        let note = Some(if refuses { "refuses access" } else { "no longer refuses access" });
        let settling = Settling { act: Act::Revoke, request: Request::default(), note, apply };
        self.settle(call, target, &settling)
    }
}

/// Proved: somebody of a counter has seen it, and says what. What a holder says of it is a claim.
fn on_proof(call: &Call, proved_by: &str) -> Request {
    let seen = call.caller.agent().is_some() && !proved_by.trim().is_empty();
    // what was seen is the paper
    Request { quality_proved: seen, form: seen.then_some(SignedForm::Plain), ..Request::default() }
}

fn changed(
    draft: &mut Draft<'_>,
    id: RowId,
    change: impl FnOnce(&mut Mandate),
) -> Result<MandateView, Failure> {
    let Some(mandate) = draft.identity().mandates.iter_mut().find(|it| it.id == id) else {
        return no("mandate", "there is no such mandate");
    };
    change(mandate);
    let mandate = mandate.clone();
    Ok(MandateView { record: draft.loaded.record(), mandate, at: draft.now, secrets: None })
}

/// Whether there was something to settle.
fn settled(draft: &mut Draft<'_>, by: RowId) -> bool {
    let now = draft.now;
    let mut found = false;
    for it in &mut draft.identity().circle.disagreements {
        if it.by == by && it.stands(now) {
            it.settled = Some(now);
            found = true;
        }
    }
    found
}
