//! List, as a submission set (PDSm SubmissionSet Comprehensive 3.1.1; MHD 4.2). Folders come later.

use jiff::Timestamp;
use model::{Author, Coding, EntryId, Ins, RecordId, SaidTraits, SubmissionSet, UniqueId};
use serde_json::{Value, json};

use super::datatypes::{self, set, write_concept};
use super::date;
use super::document_reference::{not_archived, unkept};
use super::id_pair;
use super::obj::Obj;
use super::out::object;
use super::outcome::{Issue, IssueCode, Outcome, Read};
use super::people::{self, Scope};
use super::subject::{self, PatientRef, write_subject};
use super::urls;

/// A submission set as read.
pub struct SetDraft {
    /// None where the sender gave none: the server makes one.
    pub unique_id: Option<UniqueId>,
    pub source_id: UniqueId,
    pub content_type: Coding,
    pub title: Option<String>,
    pub comments: Option<String>,
    pub submitted: Timestamp,
    pub author: Author,
    pub recipients: Vec<Author>,
}

/// The set, its patient, and the references of its entries with their paths.
pub(super) struct ReadList {
    pub set: SetDraft,
    pub patient: PatientRef,
    pub traits: Option<SaidTraits>,
    pub items: Vec<(String, String)>,
    pub notes: Vec<Issue>,
}

const KNOWN: &[&str] = &[
    "identifier",
    "status",
    "mode",
    "title",
    "code",
    "subject",
    "encounter",
    "date",
    "source",
    "orderedBy",
    "note",
    "entry",
    "emptyReason",
];

pub(super) fn decode(obj: &Obj<'_>, outside: &[(String, Obj<'_>)], base: &str) -> Read<ReadList> {
    obj.only_resource(KNOWN)?;
    for name in ["encounter", "orderedBy", "emptyReason"] {
        if obj.has(name) {
            return Err(Outcome::rule(obj.at(name), "the profile does not allow this element"));
        }
    }
    kind(obj)?;
    fixed(obj, "status", "current")?;
    fixed(obj, "mode", "working")?;
    let scope = Scope::of(obj, outside)?;
    if !scope.contains_something() {
        return Err(Outcome::missing(obj.at("contained")));
    }
    let (mut patient, traits) = subject::subject(&obj.need_object("subject")?, &scope, base)?;
    let extensions = extensions(obj, &scope)?;
    if let Some(source) = extensions.source_patient {
        patient.meet(source, &obj.at("extension"))?;
    }
    let submitted = date::instant(obj.need_text("date")?)
        .ok_or_else(|| Outcome::malformed(obj.at("date"), "a date and time with its zone is expected"))?;
    let comments = match obj.objects("note")?.as_slice() {
        [] => None,
        [note] => {
            note.only(&["authorString", "authorReference", "time", "text"])?;
            note.words("text", 10_000)?
        }
        _ => return Err(Outcome::malformed(obj.at("note"), "at most one note is expected")),
    };
    let set = SetDraft {
        unique_id: unique_id(obj)?,
        source_id: extensions.source_id.ok_or_else(|| missing(obj, "sourceId"))?,
        content_type: extensions.content_type.ok_or_else(|| missing(obj, "designationType"))?,
        title: obj.words("title", 1_000)?,
        comments,
        submitted,
        author: source(&obj.need_object("source")?, &scope)?,
        recipients: extensions.recipients,
    };
    Ok(ReadList { set, patient, traits, items: items(obj)?, notes: extensions.notes })
}

fn missing(obj: &Obj<'_>, extension: &str) -> Outcome {
    Outcome::at(
        400,
        IssueCode::Required,
        obj.at("extension"),
        format!("the extension {extension} is required"),
    )
}

fn fixed(obj: &Obj<'_>, name: &str, value: &str) -> Read<()> {
    if obj.need_text(name)? == value {
        Ok(())
    } else {
        Err(Outcome::rule(obj.at(name), format!("{value} is expected")))
    }
}

fn kind(obj: &Obj<'_>) -> Read<()> {
    let code = obj.need_object("code")?;
    let found = datatypes::concept(&code)?;
    match (found.system.as_str(), found.code.as_str()) {
        (urls::LIST_TYPES, "submissionset") => Ok(()),
        (urls::LIST_TYPES, "folder") => Err(Outcome::unsupported(code.path(), "folders come later")),
        _ => Err(Outcome::rule(code.path(), "a submissionset is expected")),
    }
}

/// `use` tells the uniqueId (usual) from entryUUIDs (official); published examples give none: the first
/// that is not official is then taken.
fn unique_id(obj: &Obj<'_>) -> Read<Option<UniqueId>> {
    let mut found = None;
    for it in obj.objects("identifier")? {
        let use_ = datatypes::identifier(&it)?.use_;
        match (use_.as_deref(), &found) {
            (Some("usual"), _) => return datatypes::unique_id(&it).map(Some),
            (Some("official"), _) | (_, Some(_)) => {}
            (_, None) => found = Some(datatypes::unique_id(&it)?),
        }
    }
    Ok(found)
}

struct Extensions {
    source_id: Option<UniqueId>,
    content_type: Option<Coding>,
    recipients: Vec<Author>,
    source_patient: Option<PatientRef>,
    notes: Vec<Issue>,
}

fn extensions(obj: &Obj<'_>, scope: &Scope<'_>) -> Read<Extensions> {
    let mut found = Extensions {
        source_id: None,
        content_type: None,
        recipients: Vec::new(),
        source_patient: None,
        notes: Vec::new(),
    };
    for (url, it) in datatypes::extensions(obj)? {
        let twice = || Outcome::malformed(it.path(), "this extension stands twice");
        match url {
            urls::SOURCE_ID => {
                let id = datatypes::unique_id(&it.need_object("valueIdentifier")?)?;
                if found.source_id.replace(id).is_some() {
                    return Err(twice());
                }
            }
            urls::DESIGNATION_TYPE => {
                let coding = datatypes::concept(&it.need_object("valueCodeableConcept")?)?;
                if found.content_type.replace(coding).is_some() {
                    return Err(twice());
                }
            }
            urls::PDSM_RECIPIENT | urls::IHE_RECIPIENT => {
                found.recipients.push(people::author(&it.need_object("valueReference")?, scope)?);
            }
            urls::SOURCE_PATIENT_ID => {
                let reference = it.need_object("valueReference")?;
                if let Some(patient) = reference.text("reference")?.and_then(|target| scope.find(target)) {
                    found.source_patient = Some(PatientRef { ins: subject::ins_of(patient)?, record: None });
                }
            }
            urls::IS_ARCHIVED => not_archived(&it)?,
            _ => found.notes.push(unkept(&it)),
        }
    }
    Ok(found)
}

/// The author of the lot: a person, a device or the patient by reference, an organisation by `authorOrg`.
fn source(obj: &Obj<'_>, scope: &Scope<'_>) -> Read<Author> {
    let organisation = datatypes::extensions(obj)?
        .into_iter()
        .find(|(url, _)| *url == urls::AUTHOR_ORG)
        .map(|(_, it)| people::author(&it.need_object("valueReference")?, scope))
        .transpose()?;
    let mut author = match organisation {
        Some(_) if !obj.has("reference") && !obj.has("identifier") => Author::default(),
        _ => people::author(obj, scope)?,
    };
    if let Some(organisation) = organisation {
        author.organisation_id = organisation.organisation_id.or(author.organisation_id);
        author.organisation_name = organisation.organisation_name.or(author.organisation_name);
    }
    Ok(author)
}

fn items(obj: &Obj<'_>) -> Read<Vec<(String, String)>> {
    let mut items = Vec::new();
    for entry in obj.need_objects("entry")? {
        entry.only(&["flag", "deleted", "date", "item"])?;
        for name in ["flag", "deleted", "date"] {
            if entry.has(name) {
                return Err(Outcome::rule(entry.at(name), "the profile does not allow this element"));
            }
        }
        let item = entry.need_object("item")?;
        item.only(&["reference", "type", "identifier", "display"])?;
        items.push((item.need_text("reference")?.to_owned(), item.at("reference")));
    }
    Ok(items)
}

/// The set as a resource. `members`: the current ids of those of its documents the reader may see.
pub fn encode(set: &SubmissionSet, record: RecordId, ins: &Ins, members: &[EntryId]) -> Value {
    let mut contained = Vec::new();
    let mut source = people::write_author(&set.author, "source", &mut contained);
    let organisation = contained.iter().find(|it| it.text("resourceType") == Some("Organization"));
    let organisation = organisation.and_then(|it| it.text("id")).map(|id| {
        [object! { "url": urls::AUTHOR_ORG, "valueReference": object! { "reference": format!("#{id}") } }]
    });
    source.set("extension", organisation);
    let (system, value) = set.source_id.identifier();
    let mut extension = vec![
        json!({ "url": urls::DESIGNATION_TYPE, "valueCodeableConcept": write_concept(&set.content_type) }),
        json!({ "url": urls::SOURCE_ID, "valueIdentifier": { "system": system, "value": value } }),
    ];
    for (place, recipient) in set.recipients.iter().enumerate() {
        let reference = people::write_author(recipient, &format!("recipient-{}", place + 1), &mut contained);
        extension.push(json!({ "url": urls::PDSM_RECIPIENT, "valueReference": reference }));
    }
    let (system, value) = set.unique_id.identifier();
    let mut out = json!({
        "resourceType": "List",
        "id": id_pair::format(record, set.id),
        "meta": {
            "versionId": "1",
            "lastUpdated": set.accepted.to_string(),
            "profile": [urls::PDSM_SET],
        },
        "contained": contained,
        "extension": extension,
        "identifier": [
            { "use": "usual", "system": system, "value": value },
            {
                "use": "official",
                "system": model::oid::RFC_3986,
                "value": EntryId::from_bytes(*set.id.as_bytes()).urn(),
            },
        ],
        "status": "current",
        "mode": "working",
        "code": { "coding": [{ "system": urls::LIST_TYPES, "code": "submissionset" }] },
        "subject": write_subject(record, ins),
        "date": set.submitted.to_string(),
        "source": source,
    });
    set_members(&mut out, record, members);
    set_texts(&mut out, set);
    out
}

fn set_members(out: &mut Value, record: RecordId, members: &[EntryId]) {
    let entries: Vec<_> = members
        .iter()
        .map(|it| json!({ "item": { "reference": format!("DocumentReference/{}", id_pair::format(record, it)) } }))
        .collect();
    set(out, "entry", (!entries.is_empty()).then_some(entries));
}

fn set_texts(out: &mut Value, set_: &SubmissionSet) {
    set(out, "title", set_.title.clone());
    set(out, "note", set_.comments.as_ref().map(|text| json!([{ "text": text }])));
}
