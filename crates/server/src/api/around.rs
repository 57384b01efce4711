//! Who is around the holder: representatives, those close, who reads as the attending doctor; and what the holder
//! says of themself and of how they are reached (rules, W4, W10, W15).

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use jiff::civil::Date;
use model::{Act, Name, PsIdNat, RowId, StructIdNat, TieKind};
use record::circle::{AccessNotices, AccountOf, Close, EmergencyContact, PersonalData, Preferences};
use record::{Around, DONATION_NOTICE, NewClose, NewSecretAct, NewTie, Target};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::rights::rights_json;
use super::signed_in::SignedIn;
use crate::blocking::act;

type Body<T> = Result<Json<T>, JsonRejection>;
type Answer = Result<Json<Value>, Problem>;

fn read<T>(body: Body<T>, expected: &str) -> Result<T, Problem> {
    body.map(|Json(it)| it).map_err(|_| Problem::malformed(&format!("attendu : {expected}")))
}

fn row(id: &str) -> Result<RowId, Problem> {
    id.parse().map_err(|_| Problem::malformed("cet identifiant ne se lit pas"))
}

fn name(text: &str) -> Result<Name, Problem> {
    Name::new(text).map_err(|_| Problem::malformed("un nom a de 1 à 100 caractères"))
}

fn contacts(
    email: Option<String>,
    phone: Option<String>,
) -> Result<(Option<String>, Option<String>), Problem> {
    reachable(email, phone)
        .ok_or_else(|| Problem::malformed("une adresse électronique, ou un numéro en chiffres"))
}

/// An e-mail address and a number, told by their looks; nothing where one is empty, and none where one is wrong.
pub(crate) fn reachable(
    email: Option<String>,
    phone: Option<String>,
) -> Option<(Option<String>, Option<String>)> {
    let email = email.filter(|it| !it.is_empty());
    let phone = phone.filter(|it| !it.is_empty());
    let is_email = |it: &String| {
        it.len() <= 254
            && it.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.'))
            && !it.chars().any(|it| it.is_whitespace() || it.is_control())
    };
    let is_phone = |it: &String| {
        (6..=16).contains(&it.len())
            && it.strip_prefix('+').unwrap_or(it).bytes().all(|it| it.is_ascii_digit())
    };
    if email.as_ref().is_some_and(|it| !is_email(it)) || phone.as_ref().is_some_and(|it| !is_phone(it)) {
        return None;
    }
    Some((email, phone))
}

pub(super) async fn around(SignedIn { app, call, record }: SignedIn) -> Answer {
    let it: Around = act(&app, move |records| records.around(&call, record)).await?.into_inner();
    let representatives: Vec<_> = it
        .mandates
        .iter()
        .map(|mandate| {
            let reached = it.reached.iter().find(|(id, _)| *id == mandate.id).map(|(_, it)| it);
            json!({
                "id": mandate.id.to_string(),
                "kind": mandate.kind,
                "family": mandate.family.as_str(),
                "given": mandate.given.as_str(),
                "from": mandate.from.to_string(),
                "until": mandate.until.map(|it| it.to_string()),
                "inForce": mandate.is_in_force(it.at),
                "restricted": mandate.is_restricted(it.at),
                "consented": mandate.consented.map(|it| it.to_string()),
                "refuses": it.disagreements.iter().any(|one| one.by == mandate.id && one.stands(it.at)),
                "email": reached.and_then(|it| it.email.clone()),
                "phone": reached.and_then(|it| it.phone.clone()),
            })
        })
        .collect();
    Ok(Json(json!({
        "representatives": representatives,
        "ownAccount": it.own_account,
        "close": it.close.iter().filter(|one| one.tie.is_in_force(it.at)).map(close_json).collect::<Vec<_>>(),
        "emergencyContacts": it
            .emergency_contacts
            .iter()
            .map(|it| json!({ "name": it.name.as_str(), "phone": it.phone }))
            .collect::<Vec<_>>(),
        "preferences": { "accesses": it.preferences.accesses, "noDigest": it.preferences.no_digest },
        "donation": {
            "agrees": it.donation.as_ref().map(|it| it.agrees),
            "said": it.donation.as_ref().map(|it| it.said.to_string()),
            "notice": DONATION_NOTICE,
        },
        "personal": personal_json(&it.personal),
        "notes": notes_json(&it.notes),
        "successors": it
            .successors
            .iter()
            .map(|it| json!({ "leaving": it.leaving.to_string(), "proposed": it.proposed.to_string() }))
            .collect::<Vec<_>>(),
        "sameReading": it.same_reading.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })))
}

fn close_json(one: &Close) -> Value {
    let (kind, signed, may_read, activated) = match &one.tie.kind {
        TieKind::TrustedPerson { signed, may_read, activated } => {
            ("trusted", Some(*signed), Some(*may_read), activated.map(|it| it.to_string()))
        }
        TieKind::Carer { .. } => ("carer", None, None, None),
        TieKind::Helper => ("helper", None, None, None),
    };
    json!({
        "id": one.tie.id.to_string(), "kind": kind, "name": one.name.as_str(),
        "email": one.contacts.email, "phone": one.contacts.phone,
        "signed": signed, "mayRead": may_read, "activated": activated,
        "until": one.tie.until.map(|it| it.to_string()),
    })
}

fn notes_json(notes: &[record::circle::Note]) -> Vec<Value> {
    let note = |it: &record::circle::Note| {
        json!({
            "id": it.id.to_string(), "text": it.text, "written": it.written.to_string(),
            "byHolder": it.by == model::RecordedBy::Holder,
        })
    };
    notes.iter().map(note).collect()
}

fn personal_json(it: &PersonalData) -> Value {
    json!({
        "allergies": it.allergies, "bloodGroup": it.blood_group, "weightKg": it.weight_kg,
        "heightCm": it.height_cm, "more": it.more,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reach {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
}

/// A holder's own; of a representative, how they themself are reached.
pub(super) async fn set_contacts(SignedIn { app, call, record }: SignedIn, body: Body<Reach>) -> Answer {
    let Reach { email, phone } = read(body, "{\"email\", \"phone\"}")?;
    let (email, phone) = contacts(email, phone)?;
    let whose = AccountOf::of(&call.caller);
    let set = act(&app, move |records| {
        let target = Target::Record(record);
        records.set_contacts(&call, &target, whose, email.as_deref(), phone.as_deref())
    })
    .await?;
    Ok(Json(json!({ "email": set.get().email, "phone": set.get().phone })))
}

/// The lines of a postal address, without the name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    lines: Vec<String>,
}

/// Where the holder's letters go.
pub(super) async fn set_address(SignedIn { app, call, record }: SignedIn, body: Body<Lines>) -> Answer {
    let Lines { lines } = read(body, "{\"lines\": [\"…\"]}, six lignes de 38 caractères au plus")?;
    let set = act(&app, move |records| records.set_address(&call, &Target::Record(record), &lines)).await?;
    Ok(Json(json!({ "lines": set.get().address })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Wishes {
    accesses: AccessNotices,
    no_digest: bool,
}

pub(super) async fn set_preferences(SignedIn { app, call, record }: SignedIn, body: Body<Wishes>) -> Answer {
    let Wishes { accesses, no_digest } =
        read(body, "{\"accesses\": \"first\" | \"every\" | \"emergencies\", \"noDigest\": bool}")?;
    let wishes = Preferences { accesses, no_digest };
    let set =
        act(&app, move |records| records.set_preferences(&call, &Target::Record(record), wishes)).await?;
    Ok(Json(json!({ "accesses": set.get().accesses, "noDigest": set.get().no_digest })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToCall {
    contacts: Vec<OneToCall>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneToCall {
    name: String,
    phone: String,
}

pub(super) async fn set_emergency_contacts(
    SignedIn { app, call, record }: SignedIn,
    body: Body<ToCall>,
) -> Answer {
    let ToCall { contacts: said } = read(body, "{\"contacts\": [{\"name\", \"phone\"}]}")?;
    let mut all = Vec::new();
    for one in said {
        let (_, phone) = contacts(None, Some(one.phone))?;
        let phone = phone.ok_or_else(|| Problem::malformed("un numéro à appeler"))?;
        all.push(EmergencyContact { name: name(&one.name)?, phone });
    }
    act(&app, move |records| records.set_emergency_contacts(&call, &Target::Record(record), &all)).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Tied {
    kind: String,
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    signed: bool,
    #[serde(default)]
    may_read: bool,
    #[serde(default)]
    acts: BTreeSet<Act>,
}

fn kind(said: &str, signed: bool, may_read: bool, acts: BTreeSet<Act>) -> Result<NewTie, Problem> {
    match said {
        "trusted" => Ok(NewTie::TrustedPerson { signed, may_read }),
        "carer" => Ok(NewTie::Carer { acts }),
        "helper" => Ok(NewTie::Helper),
        _ => Err(Problem::malformed("kind : trusted, carer ou helper")),
    }
}

pub(super) async fn add_close(SignedIn { app, call, record }: SignedIn, body: Body<Tied>) -> Answer {
    let said = read(
        body,
        "{\"kind\": \"trusted\" | \"carer\" | \"helper\", \"name\"} et, au besoin, email, phone, signed, mayRead, acts",
    )?;
    let (email, phone) = contacts(said.email, said.phone)?;
    let kind = kind(&said.kind, said.signed, said.may_read, said.acts)?;
    let new = NewClose { name: name(&said.name)?, kind, email, phone, until: None };
    let view = act(&app, move |records| records.add_close(&call, &Target::Record(record), &new)).await?;
    let view = view.get();
    let ones: Vec<_> = view.ones.iter().filter(|it| it.tie.is_in_force(view.at)).map(close_json).collect();
    Ok(Json(json!({ "close": ones })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    id: String,
    kind: String,
}

pub(super) async fn end_close(SignedIn { app, call, record }: SignedIn, body: Body<Ended>) -> Answer {
    let Ended { id, kind: said } = read(body, "{\"id\", \"kind\"}")?;
    let (id, kind) = (row(&id)?, kind(&said, false, false, BTreeSet::new())?);
    act(&app, move |records| records.end_close(&call, &Target::Record(record), id, &kind)).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Consent {
    mandate: String,
    consents: bool,
}

pub(super) async fn consent(SignedIn { app, call, record }: SignedIn, body: Body<Consent>) -> Answer {
    let Consent { mandate, consents } = read(body, "{\"mandate\", \"consents\": bool}")?;
    let id = row(&mandate)?;
    let target = Target::Record(record);
    act(&app, move |records| records.consent_to_curator(&call, &target, id, consents)).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusing {
    refuses: bool,
}

pub(super) async fn refuse(SignedIn { app, call, record }: SignedIn, body: Body<Refusing>) -> Answer {
    let Refusing { refuses } = read(body, "{\"refuses\": bool}")?;
    let target = Target::Record(record);
    act(&app, move |records| records.refuse_as_representative(&call, &target, refuses)).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Same {
    person: PsIdNat,
    given: bool,
}

pub(super) async fn same_reading(SignedIn { app, call, record }: SignedIn, body: Body<Same>) -> Answer {
    let Same { person, given } = read(body, "{\"person\": \"8…\", \"given\": bool}")?;
    let target = Target::Record(record);
    let view = act(&app, move |records| records.give_same_reading(&call, &target, &person, given)).await?;
    Ok(Json(rights_json(view.get())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Following {
    person: PsIdNat,
    agrees: bool,
}

pub(super) async fn successor(SignedIn { app, call, record }: SignedIn, body: Body<Following>) -> Answer {
    let Following { person, agrees } = read(body, "{\"person\": \"8…\", \"agrees\": bool}")?;
    let target = Target::Record(record);
    let view = act(&app, move |records| records.answer_hand_over(&call, &target, &person, agrees)).await?;
    Ok(Json(rights_json(view.get())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    day: Date,
    #[serde(default)]
    organisation: Option<StructIdNat>,
}

pub(super) async fn secret_act(SignedIn { app, call, record }: SignedIn, body: Body<Secret>) -> Answer {
    let Secret { day, organisation: house } =
        read(body, "{\"day\": \"AAAA-MM-JJ\"} et, au besoin, organisation")?;
    let secret = NewSecretAct { day, house, agreed: true };
    act(&app, move |records| records.declare_secret_act(&call, &Target::Record(record), &secret)).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Donation {
    agrees: Option<bool>,
}

pub(super) async fn donation(SignedIn { app, call, record }: SignedIn, body: Body<Donation>) -> Answer {
    let Donation { agrees } = read(body, "{\"agrees\": bool ou null}")?;
    let target = Target::Record(record);
    act(&app, move |records| records.set_donation_position(&call, &target, agrees)).await?;
    Ok(Json(json!({ "agrees": agrees, "notice": DONATION_NOTICE })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct Personal {
    allergies: Option<String>,
    blood_group: Option<String>,
    weight_kg: Option<String>,
    height_cm: Option<String>,
    more: Option<String>,
}

pub(super) async fn personal(SignedIn { app, call, record }: SignedIn, body: Body<Personal>) -> Answer {
    let Personal { allergies, blood_group, weight_kg, height_cm, more } =
        read(body, "allergies, bloodGroup, weightKg, heightCm, more")?;
    let data = PersonalData { allergies, blood_group, weight_kg, height_cm, more };
    let set =
        act(&app, move |records| records.edit_personal_data(&call, &Target::Record(record), &data)).await?;
    Ok(Json(personal_json(set.get())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default)]
    id: Option<String>,
    text: String,
}

pub(super) async fn note(SignedIn { app, call, record }: SignedIn, body: Body<Written>) -> Answer {
    let Written { id, text } = read(body, "{\"text\"} et, pour une note déjà là, \"id\"")?;
    let id = id.as_deref().map(row).transpose()?;
    let target = Target::Record(record);
    let notes = act(&app, move |records| records.write_note(&call, &target, id, &text)).await?;
    Ok(Json(json!({ "notes": notes_json(notes.get()) })))
}

/// The list to print, with a code for each document.
pub(super) async fn printed_list(SignedIn { app, call, record }: SignedIn, _: Body<Value>) -> Answer {
    let list = act(&app, move |records| records.print_list(&call, &Target::Record(record))).await?;
    let lines: Vec<_> = list
        .get()
        .lines
        .iter()
        .map(|(code, entry)| {
            json!({
                "code": code,
                "title": entry.description.title,
                "date": entry.description.created.to_string(),
                "masked": entry.visibility.masked,
            })
        })
        .collect();
    Ok(Json(json!({ "printed": list.get().at.to_string(), "documents": lines })))
}
