//! Opening a record: consent, a qualified identity, the two emergency answers, contacts (rules, W1).

use std::fmt;
use std::sync::Arc;

use model::{
    Act, Door, EmergencyChoices, Ins, Instant, Mandate, MandateActs, MandateKind, PsIdNat, QualifiedIdentity,
    RecordFacts, RecordId, RecordStatus, Request, Rights, RowId, RowKind, Traits,
};
use policy::{Detail, Verdict};
use store::Space;
use vault::FeedKeys;
use zeroize::ZeroizeOnDrop;

use crate::acts::credential::new_credential;
use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::circle::Circle;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Problem, RefusalKind};
use crate::records::{Records, ins_hash, new_key, traits_hash};
use crate::rows::{
    CREDENTIAL, Contacts, GateRow, GateStatus, IDENTITY, Identity, Opening, Quality, RIGHTS, Representative,
    RightsRow, STATUS,
};
use crate::upkeep::notices::{Notice, SecretsLetter};

/// What an opening brings. Answers not given stay none, so that the refusal can say which.
#[derive(Clone)]
pub struct OpenRequest {
    pub ins: Ins,
    pub traits: Traits,
    /// The identity is qualified (VALI or QUAL in the French profiles).
    pub qualified: bool,
    pub consent: bool,
    /// True = allowed.
    pub break_glass: Option<bool>,
    pub regulation: Option<bool>,
    /// titulaire, accueil, pharmacie, professionnel, etablissement: recorded, not tied to the caller.
    pub channel: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The lines of a postal address, where letters go.
    pub address: Vec<String>,
    /// The login the holder wishes for; where there is none, or it is taken, one is made.
    pub login: Option<String>,
    /// National identifiers of the holder, when they work in health themselves (rules, A17).
    pub kin: Vec<PsIdNat>,
    /// Who answers for the holder; none: the holder does.
    pub representative: Option<Representative>,
    pub letter: Letter,
}

/// How the holder gets the letter with the secrets, where the opener's person is proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Letter {
    /// Queued, sealed under the record's key, for the post.
    Posted,
    /// Given back once to the opener, who hands it over; stored nowhere.
    Handed,
}

/// What was opened.
#[derive(Debug)]
pub struct Opened {
    pub record: RecordId,
    pub identity: QualifiedIdentity,
    /// To a person who asked to hand the letter over, this once.
    pub secrets: Option<Secrets>,
    /// Of a child: the mandate of who answers for them.
    pub mandate: Option<RowId>,
}

/// A login and a temporary password in clear (requirements, R29). Does not print; erased when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Secrets {
    pub login: String,
    pub password: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// Of the claims an opening makes, the one of the login; the first is the INS, the last birth name and birth date.
const LOGIN_CLAIM: usize = 1;

/// The version of the wording holders are shown before they consent: the counter shows exactly this one's.
pub const WORDING: &str = "fr-2026-11";

impl Records {
    pub fn open_record(&self, call: &Call, request: &OpenRequest) -> Result<Disclosed<Opened>, Failure> {
        self.identity_tested(call, &request.ins)?;
        let mut made = None;
        let opened = self.attempt(|taken| {
            let wished = request.login.as_deref().filter(|_| taken != Some(LOGIN_CLAIM));
            self.decide_opening(call, request, wished, &mut made)
        });
        match (&opened, made) {
            (Ok(_), _) => self.inner().budgets.opened(&call.caller, self.now()),
            // somebody was faster: the key has sealed nothing that stays. After a fault nobody knows whether
            // the record is there: its key stays.
            (Err(Failure::Refused(_)), Some((record, _))) => {
                if let Err(fault) = self.parts().store.keys().remove(record) {
                    tracing::warn!(%record, %fault, "a key that opens nothing is not yet erased");
                }
            }
            (Err(_), _) => {}
        }
        opened
    }

    fn decide_opening(
        &self,
        call: &Call,
        asked: &OpenRequest,
        login: Option<&str>,
        made: &mut Option<(RecordId, Arc<FeedKeys>)>,
    ) -> Result<Decided<Opened>, Failure> {
        let now = self.now();
        let existing = self.load(&Target::Ins(asked.ins.clone()))?;
        let request = Request {
            consent: asked.consent,
            by_representative: asked.representative.is_some(),
            quality_proved: asked.representative.as_ref().is_some_and(|it| it.proved),
            qualified_identity: asked.qualified,
            emergency_answers: asked.break_glass.is_some() && asked.regulation.is_some(),
            // e-mail and telephone left out are the statement that there are none (requirements, R31)
            contacts_stated: true,
            ..Request::default()
        };
        let facts = existing.as_ref().map_or_else(RecordFacts::absent, |it| it.facts.clone());
        let decision = self.decision(call, Act::OpenRecord, &facts, None, &request, now);
        let account = self.account(call, Act::OpenRecord);
        if decision.verdict == Verdict::Refuse {
            let change =
                existing.as_ref().map_or_else(|| Change::ledger(self), |it| Change::on(&it.readable.base));
            let mut no = refusal(decision.refused_by.clone(), RefusalKind::Denied);
            if decision.details.contains(&Detail::DmpFound) {
                no.kind = RefusalKind::RecordFound;
            } else if !decision.details.is_empty() {
                no.kind = RefusalKind::Rule;
                no.problems = problems(asked);
            }
            return Ok(Decided { change, account: account.refused(&decision.refused_by), outcome: Err(no) });
        }
        let mut account = account.accepted(&decision.allowed_by);
        account.note = Some(asked.channel.clone());
        let (record, keys) = self.key_of_a_new_record(made)?;
        let (change, secrets, mandate) = self.opening(call, asked, login, record, &keys)?;
        let identity = QualifiedIdentity { ins: asked.ins.clone(), traits: asked.traits.clone() };
        Ok(Decided { change, account, outcome: Ok(Opened { record, identity, secrets, mandate }) })
    }

    /// The key is written and synced before its record, once, and only when there is to be a record.
    fn key_of_a_new_record(
        &self,
        made: &mut Option<(RecordId, Arc<FeedKeys>)>,
    ) -> Result<(RecordId, Arc<FeedKeys>), Failure> {
        if let Some(made) = made {
            return Ok(made.clone());
        }
        let record = RecordId::random(self.dice());
        let key = new_key(self.parts(), record)?;
        Ok(made.insert((record, Arc::new(key.keyring(record).for_feeding()))).clone())
    }

    fn opening(
        &self,
        call: &Call,
        asked: &OpenRequest,
        login: Option<&str>,
        record: RecordId,
        keys: &Arc<FeedKeys>,
    ) -> Result<(Change, Option<Secrets>, Option<RowId>), Failure> {
        let now = self.now();
        let namesake = self.free_namesake(&asked.traits)?;
        let choices = EmergencyChoices {
            break_glass: asked.break_glass.unwrap_or(false),
            regulation: asked.regulation.unwrap_or(false),
        };
        let identity = QualifiedIdentity { ins: asked.ins.clone(), traits: asked.traits.clone() };
        // an organisation's certificate alone gives contacts that serve notices, never a login (rules, W1)
        let by_a_person = call.caller.person.proved().is_some();
        let contacts = Contacts {
            email: asked.email.clone(),
            phone: asked.phone.clone(),
            trusted: by_a_person,
            address: asked.address.clone(),
        };
        let opening = Opening {
            at: now,
            by: said_by(call),
            channel: asked.channel.clone(),
            consent: asked.consent,
            break_glass: choices.break_glass,
            regulation: choices.regulation,
            contacts: asked.email.is_some() || asked.phone.is_some() || !asked.address.is_empty(),
            wording: WORDING.into(),
            representative: asked.representative.clone(),
        };
        let status = GateStatus {
            status: RecordStatus::Open { since: now },
            identity: identity.clone(),
            attending: Vec::new(),
            secret_acts: Vec::new(),
        };
        let mut whole = Identity {
            identity,
            namesake,
            contacts: contacts.clone(),
            kin: asked.kin.clone(),
            mandates: Vec::new(),
            circle: Circle::default(),
        };
        let represented = representative_s_account(self, asked, now, &mut whole);
        let rights = RightsRow::new(Rights::new(choices), opening);
        let mut change = Change::new_record(record, Arc::clone(keys));
        change.bump();
        change.put(self, None, RowKind::Gate, STATUS, &GateRow::Status(Box::new(status)))?;
        change.put(self, None, RowKind::Identity, IDENTITY, &whole)?;
        change.put(self, None, RowKind::Rights, RIGHTS, &rights)?;
        change.claim(Space::Ins, ins_hash(&*self.parts().keeper, &asked.ins)?);
        let mut handed = None;
        if by_a_person && call.caller.door != Door::Feed {
            let (credential, password, login_hash) = new_credential(self, login)?;
            let login = credential.login.clone();
            // of a child, the one who answers for them logs in (rules, A7 and A10)
            change.put(self, None, RowKind::Credential, represented.unwrap_or(CREDENTIAL), &credential)?;
            change.claim(Space::Login, login_hash);
            match asked.letter {
                Letter::Handed => handed = Some(Secrets { login, password }),
                Letter::Posted => {
                    change.tell(self, Notice::Secrets(SecretsLetter { login, password }))?;
                }
            }
        }
        if let Some(namesake) = namesake {
            let canonical = asked.traits.canonical();
            change.claim(Space::Traits, traits_hash(&*self.parts().keeper, &canonical, namesake)?);
        }
        change.tell(self, Notice::Opened)?;
        change.count("records opened");
        Ok((change, handed, represented))
    }
}

/// The mandate of who answers for a child: the account that opening makes is theirs, where the opener proves it.
fn representative_s_account(
    records: &Records,
    asked: &OpenRequest,
    now: Instant,
    whole: &mut Identity,
) -> Option<RowId> {
    let of_age = policy::age_reached(asked.traits.birth_date, records.policy().profile.majority_age) <= now;
    let by = asked.representative.as_ref().filter(|it| it.quality == Quality::Parent && !of_age)?;
    let id = RowId::random(records.dice());
    whole.mandates.push(Mandate {
        id,
        kind: MandateKind::ParentalAuthority,
        family: by.name.clone(),
        given: by.given.clone().unwrap_or_else(|| by.name.clone()),
        from: now,
        until: None,
        acts: MandateActs::All,
        restrictions: Vec::new(),
        consented: None,
        proved_by: "vu à l'ouverture".into(),
    });
    whole.circle.reach(id, whole.contacts.clone());
    Some(id)
}

fn problems(asked: &OpenRequest) -> Vec<Problem> {
    let problem = |element: &str, says: &str| Problem { element: element.into(), says: says.into() };
    let mut found = Vec::new();
    if !asked.consent {
        found.push(problem("consent", "a record opens only with the holder's consent, given and recorded"));
    }
    if asked.representative.as_ref().is_some_and(|it| !it.proved) {
        found.push(problem("representative", "who answers for the holder proves in what quality"));
    }
    if !asked.qualified {
        found.push(problem(
            "patient",
            "the identity must be qualified: identity reliability VALI or QUAL, with the INS and its traits",
        ));
    }
    if asked.break_glass.is_none() {
        found.push(problem(
            "break-glass",
            "the holder's answer on emergency access is missing: true or false",
        ));
    }
    if asked.regulation.is_none() {
        found.push(problem(
            "regulation",
            "the holder's answer on regulation centres is missing: true or false",
        ));
    }
    found
}

/// Who recorded the answers, as proved.
pub(crate) fn said_by(call: &Call) -> String {
    let person = match call.caller.person.proved() {
        Some(model::Person::Professional(it)) => Some(it.id.to_string()),
        Some(model::Person::Agent(it)) => Some(it.id.to_string()),
        _ => None,
    };
    let organisation = call.caller.organisation.proved().map(|it| it.id.to_string());
    [person, organisation].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}
