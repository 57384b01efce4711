//! TD0.2: does this person have a record, and in what state (`GET Patient?identifier=`), in the form of the
//! draft PDSm for the DMP; and the Patient of the French INS profile, read strictly and written.

use model::rights::ClosingReason;
use model::{BirthPlace, Ins, Name, PsIdNat, RecordId, RecordStatus, Sex, Traits};
use serde_json::{Value, json};

use super::datatypes::{self, set};
use super::date;
use super::obj::Obj;
use super::outcome::{IssueCode, Outcome, Read};
use super::people::{identifiers, is_system};
use super::search;
use super::subject::{self, gender};
use super::urls;

/// The one question of TD0.2. Errors: 400 naming the parameter.
pub fn query(pairs: &[(String, String)]) -> Read<Ins> {
    let mut found = None;
    for (name, value) in pairs {
        match name.as_str() {
            "identifier" if found.is_some() || value.contains(',') => {
                return Err(Outcome::parameter(name, "one patient, named once"));
            }
            "identifier" => found = Some(search::ins(name, value)?),
            "_format" => {
                super::negotiate::format(value)?;
            }
            "_count" if value.parse::<u32>().is_ok_and(|count| count > 0) => {}
            "_pretty" => {}
            _ => return Err(search::unknown(name)),
        }
    }
    found.ok_or_else(|| Outcome::at(400, IssueCode::Required, "http.identifier", "an INS is required"))
}

/// The caller's authorisation, as TD0.2 answers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorisationStatus {
    Valide,
    Expire,
    NonExiste,
    Interdit,
}

impl AuthorisationStatus {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valide => "VALIDE",
            Self::Expire => "EXPIRE",
            Self::NonExiste => "NON_EXISTE",
            Self::Interdit => "INTERDIT",
        }
    }
}

/// A holder as answered. What is None is not written.
pub struct PatientView<'a> {
    pub record: Option<RecordId>,
    pub ins: &'a Ins,
    pub status: &'a RecordStatus,
    /// Shown where the caller may know them.
    pub traits: Option<&'a Traits>,
    pub authorisation: Option<AuthorisationStatus>,
    /// The caller is an attending doctor.
    pub attending: Option<bool>,
}

pub fn encode(view: &PatientView<'_>) -> Value {
    let mut extension = Vec::new();
    if let RecordStatus::Closed { at, reason, .. } = view.status {
        extension.push(json!({
            "url": urls::DMP_CLOSING,
            "extension": [
                { "url": "dateFermeture", "valueDate": at.in_paris().date().to_string() },
                { "url": "motifFermeture", "valueCodeableConcept": {
                    "coding": [{ "system": urls::DMP_CLOSING_REASONS, "code": closing(*reason) }],
                }},
            ],
        }));
    }
    if let Some(attending) = view.attending {
        extension.push(json!({ "url": urls::DMP_ATTENDING, "valueBoolean": attending }));
    }
    if let Some(status) = view.authorisation {
        let url = format!("{}/StructureDefinition/authorisation-status", urls::OWN);
        extension.push(json!({ "url": url, "valueCode": status.code() }));
    }
    let mut out = json!({
        "resourceType": "Patient",
        "identifier": [identifier(view.ins)],
        "active": view.status.is_open(),
    });
    set(&mut out, "id", view.record.map(|id| id.to_string()));
    if let Some(traits) = view.traits {
        write_traits(&mut out, &mut extension, traits);
    }
    set(&mut out, "extension", (!extension.is_empty()).then_some(extension));
    out
}

const fn closing(reason: ClosingReason) -> &'static str {
    match reason {
        ClosingReason::Request => "patient-demande",
        ClosingReason::Death => "deces",
        ClosingReason::DeathInError => "deces-errone",
        ClosingReason::Fraud => "fraude",
        ClosingReason::Merged => "fusion",
    }
}

/// The INS with its French type.
fn identifier(ins: &Ins) -> Value {
    let use_ = if ins.authority() == model::InsAuthority::Nia { "temp" } else { "official" };
    json!({
        "use": use_,
        "type": { "coding": [{ "system": urls::FR_IDENTIFIER_TYPES, "code": ins.authority().fhir_type() }] },
        "system": ins.system(),
        "value": ins.matricule(),
    })
}

fn write_traits(out: &mut Value, extension: &mut Vec<Value>, traits: &Traits) {
    out["meta"] = json!({ "profile": [urls::FR_PATIENT_INS] });
    extension.push(json!({
        "url": urls::FR_RELIABILITY,
        "extension": [{ "url": "identityStatus", "valueCoding": { "system": urls::FR_RELIABILITY_CODES, "code": "QUAL" } }],
    }));
    extension.push(json!({
        "url": urls::BIRTH_PLACE,
        "valueAddress": { "extension": [{
            "url": urls::FR_INSEE_CODE,
            "valueCoding": { "system": urls::INSEE_CODES, "code": traits.birth_place.as_str() },
        }]},
    }));
    let given: Vec<_> = traits.given_names.iter().map(Name::as_str).collect();
    let mut names = vec![json!({
        "extension": [{ "url": urls::FR_BIRTH_GIVEN_NAMES, "valueString": given.join(" ") }],
        "use": "official",
        "family": traits.birth_name.as_str(),
        "given": [traits.first_given.as_str()],
    })];
    if traits.used_name.is_some() || traits.used_given.is_some() {
        let mut usual = json!({ "use": "usual" });
        set(&mut usual, "family", traits.used_name.as_ref().map(Name::as_str));
        set(&mut usual, "given", traits.used_given.as_ref().map(|it| json!([it.as_str()])));
        names.push(usual);
    }
    out["name"] = json!(names);
    out["gender"] = json!(gender(traits.sex));
    out["birthDate"] = json!(traits.birth_date.to_string());
}

/// A Patient of the French INS profile as read.
pub struct Identity {
    pub ins: Ins,
    pub traits: Traits,
    /// Identity reliability says VALI or QUAL.
    pub qualified: bool,
    /// National identifiers of the holder as a professional (rules, A17).
    pub professional_ids: Vec<PsIdNat>,
}

const KNOWN: &[&str] = &[
    "identifier",
    "active",
    "name",
    "telecom",
    "gender",
    "birthDate",
    "deceasedBoolean",
    "deceasedDateTime",
    "address",
    "maritalStatus",
    "multipleBirthBoolean",
    "multipleBirthInteger",
    "photo",
    "contact",
    "communication",
    "generalPractitioner",
    "managingOrganization",
    "link",
];

/// Reads an identity to open a record with. Errors: 400 and 422 naming the element.
pub fn identity(patient: &Obj<'_>) -> Read<Identity> {
    patient.only_resource(KNOWN)?;
    patient.need_objects("identifier")?;
    let ins = subject::ins_of(patient)?
        .ok_or_else(|| Outcome::rule(patient.at("identifier"), "the patient is named by no INS"))?;
    let mut professional_ids = Vec::new();
    for (system, value) in identifiers(patient)? {
        if is_system(&system, model::people::PS_IDNAT_OID) {
            let id = value.parse().map_err(|error: model::people::IdNatError| {
                Outcome::value(patient.at("identifier"), error.to_string())
            })?;
            professional_ids.push(id);
        }
    }
    Ok(Identity { ins, traits: traits(patient)?, qualified: qualified(patient)?, professional_ids })
}

fn traits(patient: &Obj<'_>) -> Read<Traits> {
    let names = patient.need_objects("name")?;
    let of_use = |wanted: &str| -> Read<Option<&Obj<'_>>> {
        let mut found = names.iter().filter(|it| matches!(it.text("use"), Ok(Some(use_)) if use_ == wanted));
        match (found.next(), found.next()) {
            (_, Some(second)) => Err(Outcome::rule(second.path(), format!("one {wanted} name is expected"))),
            (first, None) => Ok(first),
        }
    };
    let official = of_use("official")?.ok_or_else(|| {
        Outcome::at(400, IssueCode::Required, patient.at("name"), "an official name (of birth) is required")
    })?;
    let birth_name = name(official.need_text("family")?, official.at("family"))?;
    let first_given = match official.texts("given")?.as_slice() {
        [] => return Err(Outcome::missing(official.at("given"))),
        [only] => name(only, official.at("given"))?,
        _ => return Err(Outcome::rule(official.at("given"), "the first given name alone is expected")),
    };
    let usual = of_use("usual")?;
    let (used_name, used_given) = match usual {
        Some(usual) => (
            usual.text("family")?.map(|it| name(it, usual.at("family"))).transpose()?,
            usual.texts("given")?.first().map(|it| name(it, usual.at("given"))).transpose()?,
        ),
        None => (None, None),
    };
    let born = patient.need_text("birthDate")?;
    let sex = subject::sex(patient)?.ok_or_else(|| Outcome::missing(patient.at("gender")))?;
    if sex == Sex::Unknown && patient.text("gender")? == Some("other") {
        return Err(Outcome::value(patient.at("gender"), "male, female or unknown"));
    }
    let place = subject::birth_place(patient)?.ok_or_else(|| {
        Outcome::at(
            400,
            IssueCode::Required,
            patient.at("extension"),
            "the INSEE code of the place of birth is required",
        )
    })?;
    Ok(Traits {
        given_names: given_names(official, &first_given)?,
        birth_name,
        first_given,
        used_name,
        used_given,
        birth_date: date::day(born)
            .ok_or_else(|| Outcome::malformed(patient.at("birthDate"), "a whole date is expected"))?,
        sex,
        birth_place: BirthPlace::new(&place)
            .map_err(|error| Outcome::value(patient.at("extension"), error.to_string()))?,
    })
}

fn name(text: &str, path: String) -> Read<Name> {
    Name::new(text).map_err(|error| Outcome::value(path, error.to_string()))
}

/// All given names of the birth record, the first included. Where the list is absent, the first alone.
fn given_names(official: &Obj<'_>, first: &Name) -> Read<Vec<Name>> {
    let mut all = vec![first.clone()];
    for (url, extension) in datatypes::extensions(official)? {
        if url != urls::FR_BIRTH_GIVEN_NAMES {
            continue;
        }
        let path = extension.at("valueString");
        let list = extension.need_text("valueString")?.replace(',', " ");
        let words: Vec<_> = list.split_whitespace().collect();
        // a first name may be of several words
        let taken = (1..=words.len()).find(|count| {
            words
                .get(..*count)
                .is_some_and(|it| model::person::normalise(&it.join(" ")) == first.normalised())
        });
        let Some(taken) = taken else {
            return Err(Outcome::rule(path, "the list does not begin with the first given name"));
        };
        for word in words.into_iter().skip(taken) {
            all.push(name(word, path.clone())?);
        }
    }
    Ok(all)
}

fn qualified(patient: &Obj<'_>) -> Read<bool> {
    for (url, extension) in datatypes::extensions(patient)? {
        if url != urls::FR_RELIABILITY {
            continue;
        }
        for (url, part) in datatypes::extensions(&extension)? {
            if url == "identityStatus" {
                let code = part.need_object("valueCoding")?.need_text("code")?;
                return Ok(matches!(code, "VALI" | "QUAL"));
            }
        }
    }
    Ok(false)
}
