//! Caring for the holder: declared care, the attending doctor who leaves or hands over, who replaces them, and who
//! reads as they do (rules, A14, W10, W15).

use jiff::SignedDuration;
use jiff::civil::Date;
use model::care::UnitCode;
use model::code::is_vsm;
use model::{
    Act, Attending, CareDeclaration, DocumentStatus, Grantee, Ins, Instant, OrganisationKind, PsIdNat,
    ReplacementTold, Request, Rights, Team,
};

use crate::acts::rights_change::RightsView;
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::Successor;
use crate::upkeep::notices::Notice;

/// A declaration of care.
#[derive(Clone, Debug, Default)]
pub struct NewCare {
    /// The unit of the caller's house, where the directory places them in it.
    pub unit: Option<UnitCode>,
    /// On duty out of hours: shorter, and for the caller alone.
    pub out_of_hours: bool,
}

/// One patient of a practice, as its list shows them.
#[derive(Clone, Debug)]
pub struct InPractice {
    pub ins: Ins,
    /// The caller is the attending doctor in force.
    pub attending: bool,
    pub has_summary: bool,
    /// Very old or very young (choice).
    pub fragile: bool,
    /// Whom the caller proposed as successor, and what the holder answered.
    pub successor: Option<Successor>,
}

/// From that age, and below that one, a patient is fragile (choice).
const OLD: u8 = 75;
const YOUNG: u8 = 2;
/// Of a practice's list, so many at a time (design, "Storage").
pub const PRACTICE_AT_ONCE: usize = 50;

impl Records {
    /// "I, or my team, care for this person": where the profile presumes the team, they are let in, and for how
    /// long it says (rules, A14).
    pub fn declare_care(
        &self,
        call: &Call,
        target: &Target,
        care: &NewCare,
    ) -> Result<Disclosed<CareDeclaration>, Failure> {
        let act = if care.out_of_hours { Act::DeclareOutOfHours } else { Act::DeclareCare };
        let profile = &self.policy().profile;
        let hours = if care.out_of_hours { profile.out_of_hours_hours } else { 24 * profile.care_team_days };
        let length = SignedDuration::from_hours(i64::from(hours));
        let apply = |draft: &mut Draft<'_>| {
            let Some(me) = call.caller.professional() else { return no("person", "a professional declares") };
            let team = team(call, care)?;
            let now = draft.now;
            let declared =
                CareDeclaration { by: me.id.clone(), team, since: now, until: now.plus(length), ended: None };
            let all = &mut draft.rights().care;
            // a renewal replaces what was in force
            for it in all.iter_mut().filter(|it| it.by == me.id && it.team == declared.team) {
                it.ended = it.ended.or(Some(now));
            }
            all.push(declared.clone());
            Ok(declared)
        };
        self.settle(call, target, &Settling { act, request: Request::default(), note: None, apply })
    }

    /// The attending doctor's reading, without block or summary, for somebody the holder authorised (W10).
    pub fn give_same_reading(
        &self,
        call: &Call,
        target: &Target,
        to: &PsIdNat,
        given: bool,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let act = if given { Act::GiveSameReading } else { Act::EndSameReading };
        let apply = |draft: &mut Draft<'_>| {
            let has = draft.loaded.rights.rights.same_reading.contains(to);
            if has == given {
                return no("person", "it is so already");
            }
            let readers = &mut draft.rights().rights.same_reading;
            readers.retain(|it| it != to);
            if given {
                readers.push(to.clone());
            }
            Ok(view(draft))
        };
        let request = Request { about: Some(to.clone()), form: call.agent_s_form(), ..Request::default() };
        self.settle(call, target, &Settling { act, request, note: None, apply })
    }

    /// An attending doctor leaves of their own accord: a withdrawal, and for themself alone.
    pub fn leave_as_attending(&self, call: &Call, target: &Target) -> Result<Disclosed<RightsView>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let Some(me) = call.caller.professional() else { return no("person", "a doctor leaves") };
            let now = draft.now;
            if !end(&mut draft.rights().rights, &me.id, now) {
                return no("person", "you are not the attending doctor");
            }
            Ok(view(draft))
        };
        let request =
            Request { about: call.caller.professional().map(|it| it.id.clone()), ..Request::default() };
        let note = Some("leaves as attending doctor");
        self.settle(call, target, &Settling { act: Act::Revoke, request, note, apply })
    }

    /// An attending doctor proposes who follows them. Nothing moves until the holder agrees.
    pub fn hand_over(
        &self,
        call: &Call,
        target: &Target,
        to: &PsIdNat,
    ) -> Result<Disclosed<Successor>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let Some(me) = call.caller.professional() else { return no("person", "a doctor hands over") };
            if draft.loaded.rights.rights.is_blocked(to, draft.now) {
                return no("successor", "the holder has to name this one themself");
            }
            let one =
                Successor { leaving: me.id.clone(), proposed: to.clone(), at: draft.now, answered: None };
            let all = &mut draft.rights().successors;
            all.retain(|it| it.leaving != me.id || it.answered.is_some());
            all.push(one.clone());
            Ok(one)
        };
        let request = Request { about: Some(to.clone()), ..Request::default() };
        self.settle(call, target, &Settling { act: Act::HandOver, request, note: None, apply })
    }

    /// The holder agrees that the designation moves to the successor proposed, or not.
    pub fn answer_hand_over(
        &self,
        call: &Call,
        target: &Target,
        to: &PsIdNat,
        agrees: bool,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let act = if agrees { Act::ConfirmAttending } else { Act::EndAttending };
        let apply = |draft: &mut Draft<'_>| {
            let (now, by) = (draft.now, draft.by.clone());
            let row = draft.rights();
            let Some(proposed) =
                row.successors.iter_mut().find(|it| it.proposed == *to && it.answered.is_none())
            else {
                return no("successor", "nobody proposed this doctor");
            };
            proposed.answered = Some(now);
            let leaving = proposed.leaving.clone();
            if agrees {
                if row.rights.is_blocked(to, now) {
                    return no("successor", "this professional is blocked: lift the block first");
                }
                end(&mut row.rights, &leaving, now);
                row.rights.attending.push(Attending {
                    person: to.clone(),
                    declared: now,
                    by,
                    confirmed: Some(now),
                    ended: None,
                });
            }
            Ok(view(draft))
        };
        let request = Request { about: Some(to.clone()), form: call.agent_s_form(), ..Request::default() };
        let note = Some(if agrees { "agrees to the successor" } else { "refuses the successor" });
        self.settle(call, target, &Settling { act, request, note, apply })
    }

    /// The attending doctor lets the holder know who replaces them: only then has that doctor their rights (W15).
    pub fn tell_replacement(
        &self,
        call: &Call,
        target: &Target,
        replacement: &PsIdNat,
    ) -> Result<Disclosed<ReplacementTold>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let Some(me) = call.caller.professional() else { return no("person", "a doctor is replaced") };
            if !draft.loaded.rights.rights.is_attending(&me.id, draft.now) {
                return Err(Refusal::new(RefusalKind::Denied).into());
            }
            let told = ReplacementTold {
                replacement: replacement.clone(),
                replaced: me.id.clone(),
                told: draft.now,
            };
            let all = &mut draft.rights().replacements;
            all.retain(|it| it.replacement != told.replacement || it.replaced != told.replaced);
            all.push(told.clone());
            let contacts = draft.loaded.identity.contacts.clone();
            let by = me.name.clone();
            draft.tell(&Notice::RightsRecorded { contacts, by, act: Act::NameReplacement })?;
            Ok(told)
        };
        let request = Request { about: Some(replacement.clone()), ..Request::default() };
        self.settle(call, target, &Settling { act: Act::NameReplacement, request, note: None, apply })
    }

    /// A practice's list: of the patients its software names, those who designated the caller, who lacks a summary
    /// and who is fragile first. Each record is opened, decided and traced; who refuses the caller is not there.
    pub fn practice(&self, call: &Call, patients: &[Ins]) -> Result<Vec<InPractice>, Failure> {
        if patients.len() > PRACTICE_AT_ONCE {
            return no("patient", "at most fifty at a time");
        }
        let mut listed = Vec::new();
        for ins in patients {
            match self.one_in_practice(call, ins) {
                Ok(one) => listed.push(one.into_inner()),
                Err(Failure::Refused(no)) if no.kind != RefusalKind::TooMany => {}
                Err(failure) => return Err(failure),
            }
        }
        listed.sort_by_key(|it| (it.has_summary, !it.fragile));
        Ok(listed)
    }

    fn one_in_practice(&self, call: &Call, ins: &Ins) -> Result<Disclosed<InPractice>, Failure> {
        self.identity_tested(call, ins)?;
        self.attempt(|_| {
            let now = self.now();
            let (act, request) = (Act::Search, Request::default());
            let Some(loaded) = self.load(&Target::Ins(ins.clone()))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let change = Change::on(&loaded.readable.base);
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let mut account = self.account(call, act);
            account.note = Some("practice list".into());
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut has_summary = false;
            for state in self.states(&loaded)? {
                let current = matches!(state.status, DocumentStatus::Approved) && is_vsm(&state.type_code);
                has_summary |= current
                    && self
                        .decision(call, act, &loaded.facts, Some(&state.facts()), &request, now)
                        .is_allowed();
            }
            let me = call.caller.professional().map(|it| &it.id);
            let rights = &loaded.rights;
            let one = InPractice {
                ins: ins.clone(),
                attending: me.is_some_and(|it| rights.rights.is_attending(it, now)),
                has_summary,
                fragile: is_fragile(loaded.identity.identity.traits.birth_date, now),
                successor: rights.successors.iter().rfind(|it| Some(&it.leaving) == me).cloned(),
            };
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(one) })
        })
    }
}

/// The team the directory places the caller in; a house small enough is one.
fn team(call: &Call, care: &NewCare) -> Result<Option<Team>, Failure> {
    let Some(house) = call.caller.organisation.proved().filter(|_| !care.out_of_hours) else {
        return Ok(None);
    };
    let large = matches!(house.kind, OrganisationKind::Hospital | OrganisationKind::Clinic);
    if care.unit.is_none() && large {
        return no("unit", "a whole hospital is no care team: name the unit");
    }
    let Ok(team) = Team::of(house, care.unit.clone()) else {
        return no("unit", "a whole hospital is no care team: name the unit");
    };
    if team.unit.is_some() && !call.caller.situation.teams.contains(&team) {
        return no("unit", "the directory does not place you in this unit");
    }
    Ok(Some(team))
}

fn is_fragile(born: Date, now: Instant) -> bool {
    policy::age_reached(born, OLD) <= now || now < policy::age_reached(born, YOUNG)
}

/// Ends a designation and the person's own authorisation; whether there was a designation.
fn end(rights: &mut Rights, person: &PsIdNat, now: Instant) -> bool {
    let mut found = false;
    for it in rights.attending.iter_mut().filter(|it| it.person == *person && it.ended.is_none()) {
        it.ended = Some(now);
        found = true;
    }
    let own = Grantee::Person(person.clone());
    for it in rights.authorisations.iter_mut().filter(|it| found && it.to == own && it.is_in_force(now)) {
        it.revoked = Some(now);
    }
    found
}

fn view(draft: &mut Draft<'_>) -> RightsView {
    let (record, at) = (draft.loaded.record(), draft.now);
    RightsView { record, rights: draft.rights().rights.clone(), at }
}
