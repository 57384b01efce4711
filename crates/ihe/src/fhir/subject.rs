//! Whom a resource is about: the forms a subject is written in, and what a contained patient says.
//! Every mention in one request must be of the same person (abuse cases B15, E03).

use model::person::normalise;
use model::{Ins, InsAuthority, RecordId, SaidTraits, Sex, SourcePatient};

use super::datatypes::{self, write_identifier};
use super::date;
use super::obj::Obj;
use super::out::{Out, object};
use super::outcome::{IssueCode, Outcome, Read};
use super::people::Scope;
use super::urls;

/// The patient as a request names them: by INS, by the id of their record, or both.
/// Where both are given the server checks that they meet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PatientRef {
    pub ins: Option<Ins>,
    pub record: Option<RecordRef>,
}

/// `Patient/<id>`. An id that is not ours is kept as such: it answers as an absent record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordRef {
    Id(RecordId),
    Unknown,
}

impl RecordRef {
    pub fn read(id: &str) -> Self {
        id.parse().map_or(Self::Unknown, Self::Id)
    }
}

impl PatientRef {
    /// Takes in another mention; 422 when it is of somebody else.
    pub fn meet(&mut self, other: PatientRef, path: &str) -> Read<()> {
        if let Some(ins) = other.ins {
            let known = self.ins.get_or_insert_with(|| ins.clone());
            if *known != ins {
                return Err(somebody_else(path));
            }
        }
        if let Some(record) = other.record
            && *self.record.get_or_insert(record) != record
        {
            return Err(somebody_else(path));
        }
        Ok(())
    }
}

fn somebody_else(path: &str) -> Outcome {
    Outcome::rule(path, "this names another patient than the rest of the request")
}

/// Reads `subject`. `base` is this server's FHIR address.
pub fn subject(reference: &Obj<'_>, scope: &Scope<'_>, base: &str) -> Read<(PatientRef, Option<SaidTraits>)> {
    reference.only(&["reference", "type", "identifier", "display"])?;
    let mut found = PatientRef::default();
    let mut said = None;
    if let Some(text) = reference.text("reference")? {
        let path = reference.at("reference");
        let local = text.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
        if let Some(patient) = scope.find(text) {
            found.ins = Some(ins_of(patient)?.ok_or_else(|| no_ins(&patient.at("identifier")))?);
            said = Some(traits(patient)?);
        } else if let Some(token) = local.strip_prefix("Patient?identifier=") {
            found.ins = Some(token_ins(&token.replace("%7C", "|").replace("%7c", "|"), &path)?);
        } else if let Some(id) = local.strip_prefix("Patient/") {
            found.record = Some(RecordRef::read(id));
        } else {
            return Err(Outcome::rule(
                path,
                "this is neither a patient of this service nor one of the request",
            ));
        }
    }
    if let Some(identifier) = reference.object("identifier")? {
        let it = datatypes::identifier(&identifier)?;
        let ins = read_ins(it.system.as_deref().unwrap_or_default(), &it.value, &identifier.at("value"))?;
        found.meet(PatientRef { ins: Some(ins), record: None }, identifier.path())?;
    }
    if found == PatientRef::default() {
        Err(Outcome::missing(reference.at("reference")))
    } else {
        Ok((found, said))
    }
}

/// The subject's own resource, where the request holds it.
pub fn contained<'s, 't>(reference: &Obj<'t>, scope: &'s Scope<'t>) -> Read<Option<&'s Obj<'t>>> {
    Ok(reference.text("reference")?.and_then(|text| scope.find(text)))
}

/// `system|value` as an INS.
pub fn token_ins(token: &str, path: &str) -> Read<Ins> {
    let (system, value) = token.split_once('|').unwrap_or_default();
    read_ins(system, value, path)
}

fn read_ins(system: &str, value: &str, path: &str) -> Read<Ins> {
    Ins::from_identifier(system, value).map_err(|error| Outcome::value(path, error.to_string()))
}

fn no_ins(path: &str) -> Outcome {
    Outcome::rule(path, "the patient is named by no INS")
}

/// The one INS among a patient's identifiers; other systems and old numbers are not looked at.
pub fn ins_of(patient: &Obj<'_>) -> Read<Option<Ins>> {
    let mut found: Option<Ins> = None;
    for it in patient.objects("identifier")? {
        let system = it.text("system")?.unwrap_or_default();
        let oid = system.strip_prefix("urn:oid:").unwrap_or(system);
        if InsAuthority::from_oid(oid).is_none() || it.text("use")? == Some("old") {
            continue;
        }
        let ins = read_ins(system, it.need_text("value")?, &it.at("value"))?;
        if *found.get_or_insert_with(|| ins.clone()) != ins {
            return Err(Outcome::rule(it.at("value"), "two different INS for one patient"));
        }
    }
    Ok(found)
}

/// What a patient resource says of the strict traits. The birth name is the official name; a name
/// without use is taken for it when it is the only one.
pub fn traits(patient: &Obj<'_>) -> Read<SaidTraits> {
    let names = patient.objects("name")?;
    let of_use =
        |wanted: &str| names.iter().find(|name| matches!(name.text("use"), Ok(Some(use_)) if use_ == wanted));
    let only = match names.as_slice() {
        [only] if !only.has("use") => Some(only),
        _ => None,
    };
    let mut said = SaidTraits::default();
    if let Some(name) = of_use("official").or_else(|| of_use("maiden")).or(only) {
        said.birth_name = name.text("family")?.map(str::to_owned);
        said.first_given = name.texts("given")?.first().map(|it| (*it).to_owned());
    }
    said.birth_date = patient.text("birthDate")?.and_then(date::day);
    said.sex = sex(patient)?;
    said.birth_place = birth_place(patient)?;
    Ok(said)
}

/// Joins what two resources say of one person. Errors: 422 where they contradict each other.
pub fn agree(one: SaidTraits, other: Option<SaidTraits>, path: &str) -> Read<SaidTraits> {
    let Some(other) = other else { return Ok(one) };
    let words = |mine: &Option<String>, theirs: &Option<String>| match (mine, theirs) {
        (Some(mine), Some(theirs)) => normalise(mine) == normalise(theirs),
        _ => true,
    };
    let agrees = words(&one.birth_name, &other.birth_name)
        && words(&one.first_given, &other.first_given)
        && words(&one.birth_place, &other.birth_place)
        && one.birth_date.zip(other.birth_date).is_none_or(|(mine, theirs)| mine == theirs)
        && one.sex.zip(other.sex).is_none_or(|(mine, theirs)| mine == theirs);
    if !agrees {
        return Err(Outcome::rule(path, "two resources say different traits of the patient"));
    }
    Ok(SaidTraits {
        birth_name: one.birth_name.or(other.birth_name),
        first_given: one.first_given.or(other.first_given),
        birth_date: one.birth_date.or(other.birth_date),
        sex: one.sex.or(other.sex),
        birth_place: one.birth_place.or(other.birth_place),
    })
}

pub fn sex(patient: &Obj<'_>) -> Read<Option<Sex>> {
    match patient.text("gender")? {
        None => Ok(None),
        Some("female") => Ok(Some(Sex::Female)),
        Some("male") => Ok(Some(Sex::Male)),
        Some("unknown" | "other") => Ok(Some(Sex::Unknown)),
        Some(_) => {
            Err(Outcome::at(400, IssueCode::CodeInvalid, patient.at("gender"), "not an AdministrativeGender"))
        }
    }
}

pub const fn gender(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Unknown => "unknown",
    }
}

/// The INSEE code of the place of birth.
pub fn birth_place(patient: &Obj<'_>) -> Read<Option<String>> {
    for (url, extension) in datatypes::extensions(patient)? {
        if url != urls::BIRTH_PLACE {
            continue;
        }
        let address = extension.need_object("valueAddress")?;
        for (url, extension) in datatypes::extensions(&address)? {
            if url == urls::FR_INSEE_CODE {
                return Ok(Some(extension.need_object("valueCoding")?.need_text("code")?.to_owned()));
            }
        }
    }
    Ok(None)
}

/// The patient as the producer knew them.
pub fn source_patient(patient: &Obj<'_>) -> Read<SourcePatient> {
    let mut source = SourcePatient { ids: super::people::identifiers(patient)?, ..SourcePatient::default() };
    let names = patient.objects("name")?;
    let official = names.iter().find(|name| matches!(name.text("use"), Ok(Some("official"))));
    if let Some(name) = official.or(names.first()) {
        source.family = name.words("family", 200)?;
        source.given = name.texts("given")?.into_iter().map(str::to_owned).collect();
    }
    source.birth_date = match patient.text("birthDate")? {
        Some(text) if date::date_time(text).is_none() => {
            return Err(Outcome::malformed(patient.at("birthDate"), "not a date"));
        }
        Some(text) => date::day(text),
        None => None,
    };
    source.sex = sex(patient)?;
    Ok(source)
}

/// Writes the producer's patient as a contained resource.
pub fn write_source_patient<'a>(source: &'a SourcePatient, id: &'a str) -> Out<'a> {
    let mut out = object! { "resourceType": "Patient", "id": id };
    let ids: Vec<_> = source.ids.iter().map(write_identifier).collect();
    out.set("identifier", (!ids.is_empty()).then_some(ids));
    let mut name = object! {};
    name.set("family", source.family.as_deref());
    let given: Vec<_> = source.given.iter().map(String::as_str).collect();
    name.set("given", (!given.is_empty()).then_some(given));
    out.set("name", name.unless_empty().map(|it| [it]));
    out.set("gender", source.sex.map(gender));
    out.set("birthDate", source.birth_date.map(|it| it.to_string()));
    out
}

/// The subject of what is answered: the record and the INS.
pub fn write_subject(record: RecordId, ins: &Ins) -> Out<'_> {
    object! {
        "reference": format!("Patient/{record}"),
        "type": "Patient",
        "identifier": object! { "system": ins.system(), "value": ins.matricule() },
    }
}
