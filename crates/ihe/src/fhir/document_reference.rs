//! DocumentReference, in the profile PDSm Comprehensive DocumentReference 3.1.1 (MHD 4.2, ITI TF-3 4.2.3.2).
//! Reading holds its cardinalities and names the element; what a metadata entry has no room for is said
//! in a note rather than dropped in silence.

mod encode;

use base64::Engine as _;
use jiff::Timestamp;
use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{
    Author, Coding, Confidentiality, Description, EntryId, RecordId, ReferenceId, RelationKind, SaidTraits,
    UniqueId, Visibility,
};

use super::datatypes::{self, coding, codings, concept};
use super::date;
use super::id_pair;
use super::json::Obj;
use super::outcome::{Issue, IssueCode, Outcome, Read};
use super::people::{self, Scope};
use super::subject::{self, PatientRef};
use super::urls;

pub use encode::{Context, encode};

/// The document another one relates to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RelationTarget {
    /// By its FHIR id.
    Entry(RecordId, EntryId),
    /// By its producer's id, or by an entryUUID or logicalId written as `urn:uuid:`.
    Unique(UniqueId),
    /// By an id that is not one of ours: answers as an absent document.
    Unknown,
}

/// A DocumentReference as read, before its content is joined.
pub struct Fed {
    pub description: Description,
    pub visibility: Visibility,
    pub category: Coding,
    pub relates: Vec<(RelationKind, RelationTarget, String)>,
    pub patient: PatientRef,
    pub traits: SaidTraits,
    pub author_organisations: Vec<(String, String)>,
    /// `content[0].attachment.url`.
    pub url: String,
    pub notes: Vec<Issue>,
}

const KNOWN: &[&str] = &[
    "masterIdentifier",
    "identifier",
    "status",
    "docStatus",
    "type",
    "category",
    "subject",
    "date",
    "author",
    "authenticator",
    "custodian",
    "relatesTo",
    "description",
    "securityLabel",
    "content",
    "context",
];

/// Reads a DocumentReference to be fed. `base` is this server's FHIR address.
pub(super) fn decode(obj: &Obj<'_>, outside: &[(String, Obj<'_>)], base: &str) -> Read<Fed> {
    obj.only_resource(KNOWN)?;
    let mut notes = Vec::new();
    let scope = Scope::of(obj, outside)?;
    if !scope.contains_something() {
        return Err(Outcome::missing(obj.at("contained")));
    }
    not_archived(obj, &mut notes)?;
    if obj.has("docStatus") {
        return Err(Outcome::rule(obj.at("docStatus"), "the profile does not allow this element"));
    }
    if obj.need_text("status")? != "current" {
        return Err(Outcome::rule(obj.at("status"), "what is fed is current"));
    }
    let unique_id = datatypes::unique_id(&obj.need_object("masterIdentifier")?)?;
    let type_code = first(&obj.need_object("type")?, &mut notes)?;
    let category = first(&obj.one_object("category")?, &mut notes)?;
    let (mut patient, said) = subject::subject(&obj.need_object("subject")?, &scope, base)?;
    let authors =
        obj.need_objects("author")?.iter().map(|it| people::author(it, &scope)).collect::<Read<Vec<_>>>()?;
    let optional = |name: &str| -> Read<Option<Author>> {
        obj.object(name)?.map(|it| people::author(&it, &scope)).transpose()
    };
    let (authenticator, custodian) =
        (optional("authenticator")?, optional("custodian")?.map(as_organisation));
    let relates = obj.objects("relatesTo")?.iter().map(|it| relation(it, base)).collect::<Read<Vec<_>>>()?;
    let comments = obj.words("description", 10_000)?;
    let (confidentiality, visibility) = security(obj)?;
    let attachment = attachment(&obj.one_object("content")?)?;
    let created = match obj.text("date")? {
        Some(text) => date::instant(text)
            .ok_or_else(|| Outcome::malformed(obj.at("date"), "an instant with its zone is expected"))?,
        None => attachment.creation,
    };
    if created != attachment.creation {
        notes.push(Issue::warning(
            IssueCode::Informational,
            attachment.creation_path.clone(),
            "the creation time kept is DocumentReference.date",
        ));
    }
    let context = context(&obj.need_object("context")?, &scope, &mut notes)?;
    patient.meet(context.patient, &context.patient_path)?;
    let author_organisations = authors.iter().filter_map(|it: &Author| it.organisation_id.clone()).collect();
    let description = Description {
        identifiers: identifiers(obj, &unique_id)?,
        unique_id,
        type_code,
        format: attachment.format,
        mime_type: attachment.mime_type,
        language: attachment.language,
        title: attachment.title,
        comments,
        confidentiality,
        created,
        service_start: context.start,
        service_stop: context.stop,
        facility_type: context.facility_type,
        practice_setting: context.practice_setting,
        events: context.events,
        authors,
        authenticator,
        custodian,
        source_patient: context.source_patient,
        references: context.references,
        hash: attachment.hash,
        size: attachment.size,
    };
    Ok(Fed {
        description,
        visibility,
        category,
        relates,
        patient,
        traits: merge(context.traits, said),
        author_organisations,
        url: attachment.url,
        notes,
    })
}

/// A custodian is an organisation, also where only an identifier or a name says who it is.
fn as_organisation(named: Author) -> Author {
    Author {
        organisation_id: named.organisation_id.or(named.person_id),
        organisation_name: named.organisation_name.or(named.family),
        ..Author::default()
    }
}

/// What the subject's own resource says wins over what the source patient's does not say.
fn merge(source: SaidTraits, subject: Option<SaidTraits>) -> SaidTraits {
    let Some(subject) = subject else { return source };
    SaidTraits {
        birth_name: source.birth_name.or(subject.birth_name),
        first_given: source.first_given.or(subject.first_given),
        birth_date: source.birth_date.or(subject.birth_date),
        sex: source.sex.or(subject.sex),
        birth_place: source.birth_place.or(subject.birth_place),
    }
}

/// Archiving is an act of its own; other extensions have no room here.
pub(super) fn not_archived(obj: &Obj<'_>, notes: &mut Vec<Issue>) -> Read<()> {
    for (url, extension) in datatypes::extensions(obj)? {
        if url != urls::IS_ARCHIVED {
            notes.push(unkept(&extension));
        } else if extension.boolean("valueBoolean")? != Some(false) {
            return Err(Outcome::rule(extension.at("valueBoolean"), "what is fed is not archived"));
        }
    }
    Ok(())
}

fn unkept(obj: &Obj<'_>) -> Issue {
    Issue::warning(IssueCode::Informational, obj.path(), "this element is not kept")
}

/// The first coding of a concept; a note where there are more.
fn first(obj: &Obj<'_>, notes: &mut Vec<Issue>) -> Read<Coding> {
    if codings(obj)?.len() > 1 {
        notes.push(Issue::warning(IssueCode::Informational, obj.at("coding"), "the first coding is kept"));
    }
    concept(obj)
}

/// The producer's other identifiers. An official `urn:uuid:` is an entryUUID: the registry sets its own.
fn identifiers(obj: &Obj<'_>, unique_id: &UniqueId) -> Read<Vec<(String, String)>> {
    let mut kept = Vec::new();
    for it in obj.objects("identifier")? {
        let found = datatypes::identifier(&it)?;
        let system = found.system.unwrap_or_default();
        let is_entry = found.use_.as_deref() == Some("official") && found.value.starts_with("urn:uuid:");
        let is_master = UniqueId::from_identifier(&system, &found.value).is_ok_and(|id| id == *unique_id);
        let pair = (system, found.value);
        if !is_entry && !is_master && !kept.contains(&pair) {
            kept.push(pair);
        }
    }
    Ok(kept)
}

fn relation(obj: &Obj<'_>, base: &str) -> Read<(RelationKind, RelationTarget, String)> {
    obj.only(&["code", "target"])?;
    let kind = RelationKind::from_fhir(obj.need_text("code")?).ok_or_else(|| {
        Outcome::at(400, IssueCode::CodeInvalid, obj.at("code"), "replaces, appends, transforms or signs")
    })?;
    let reference = obj.need_object("target")?;
    reference.only(&["reference", "type", "identifier", "display"])?;
    let target = match reference.text("reference")? {
        Some(text) => document_target(text, base)
            .ok_or_else(|| Outcome::rule(reference.at("reference"), "not a document of this service"))?,
        None => RelationTarget::Unique(datatypes::unique_id(&reference.need_object("identifier")?)?),
    };
    Ok((kind, target, reference.path().to_owned()))
}

/// `DocumentReference/<id>`, the same under this server's address, or a `urn:`.
pub(super) fn document_target(text: &str, base: &str) -> Option<RelationTarget> {
    let local = text.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
    if let Some(id) = local.strip_prefix("DocumentReference/") {
        let id = id.split_once("/_history/").map_or(id, |(id, _)| id);
        return Some(
            id_pair::parse(id)
                .map_or(RelationTarget::Unknown, |(record, entry)| RelationTarget::Entry(record, entry)),
        );
    }
    UniqueId::from_urn(local).ok().map(RelationTarget::Unique)
}

/// The confidentiality (N, R, V; the highest said) and the visibility codes.
fn security(obj: &Obj<'_>) -> Read<(Confidentiality, Visibility)> {
    let mut level = Confidentiality::Normal;
    let mut visibility = Visibility::default();
    for label in obj.need_objects("securityLabel")? {
        for (place, found) in codings(&label)?.into_iter().enumerate() {
            let known = match found.system.as_str() {
                V3_CONFIDENTIALITY | TRE_A07 => match Confidentiality::from_code(&found.code) {
                    Some(said) => {
                        level = level.max(said);
                        true
                    }
                    None => found.system == TRE_A07 && visibility.add(&found.code),
                },
                _ => false,
            };
            if !known {
                let path = format!("{}.coding[{place}].code", label.path());
                return Err(Outcome::at(422, IssueCode::CodeInvalid, path, "not a code of JDV_J08"));
            }
        }
    }
    Ok((level, visibility))
}

struct Attachment {
    mime_type: String,
    language: String,
    url: String,
    size: u64,
    hash: [u8; 20],
    title: String,
    creation: Timestamp,
    creation_path: String,
    format: Coding,
}

fn attachment(content: &Obj<'_>) -> Read<Attachment> {
    content.only(&["attachment", "format"])?;
    let it = content.need_object("attachment")?;
    it.only(&["contentType", "language", "data", "url", "size", "hash", "title", "creation"])?;
    if it.has("data") {
        return Err(Outcome::rule(it.at("data"), "the content is a Binary of the bundle"));
    }
    let language = it.need_text("language")?;
    let is_tag = language.len() <= 35
        && language.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if !is_tag {
        return Err(Outcome::value(it.at("language"), "not a language tag"));
    }
    let creation = it.need_text("creation")?;
    Ok(Attachment {
        mime_type: media_type(it.need_text("contentType")?, &it.at("contentType"))?,
        language: language.to_owned(),
        url: it.need_text("url")?.to_owned(),
        size: it.unsigned("size")?.ok_or_else(|| Outcome::missing(it.at("size")))?,
        hash: hash(&it)?,
        title: it.words("title", 1_000)?.ok_or_else(|| Outcome::missing(it.at("title")))?,
        creation: date::date_time(creation)
            .ok_or_else(|| {
                Outcome::malformed(it.at("creation"), "a date and time with its zone is expected")
            })?
            .from,
        creation_path: it.at("creation"),
        format: coding(&content.need_object("format")?)?,
    })
}

/// SHA-1 as FHIR writes it: base64 of the 20 bytes.
fn hash(attachment: &Obj<'_>) -> Read<[u8; 20]> {
    let text = attachment.need_text("hash")?;
    let path = attachment.at("hash");
    if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Outcome::malformed(path, "this is hexadecimal: base64 of the 20 bytes is expected"));
    }
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Outcome::malformed(path, "base64 of the 20 bytes of a SHA-1 is expected"))
}

/// A media type in lower case without its parameters.
pub(super) fn media_type(text: &str, path: &str) -> Read<String> {
    let bare = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        (1..=127).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match bare.split_once('/') {
        Some((kind, name)) if token(kind) && token(name) => Ok(bare),
        _ => Err(Outcome::value(path, "not a media type")),
    }
}

struct DocumentContext {
    start: Timestamp,
    stop: Option<Timestamp>,
    facility_type: Coding,
    practice_setting: Coding,
    events: Vec<Coding>,
    references: Vec<ReferenceId>,
    source_patient: model::SourcePatient,
    traits: SaidTraits,
    patient: PatientRef,
    patient_path: String,
}

fn context(obj: &Obj<'_>, scope: &Scope<'_>, notes: &mut Vec<Issue>) -> Read<DocumentContext> {
    obj.only(&[
        "encounter",
        "event",
        "period",
        "facilityType",
        "practiceSetting",
        "sourcePatientInfo",
        "related",
    ])?;
    notes.extend(obj.objects("encounter")?.iter().map(unkept));
    let (start, stop) = period(&obj.need_object("period")?)?;
    let mut events = Vec::new();
    for event in obj.objects("event")? {
        events.extend(codings(&event)?);
    }
    let info = obj.need_object("sourcePatientInfo")?;
    let target = info.need_text("reference")?;
    let patient = scope
        .find(target)
        .filter(|it| matches!(it.text("resourceType"), Ok(Some("Patient"))))
        .ok_or_else(|| Outcome::rule(info.at("reference"), "the source patient must be contained"))?;
    Ok(DocumentContext {
        start,
        stop,
        facility_type: first(&obj.need_object("facilityType")?, notes)?,
        practice_setting: first(&obj.need_object("practiceSetting")?, notes)?,
        events,
        references: obj.objects("related")?.iter().map(related).collect::<Read<Vec<_>>>()?,
        source_patient: subject::source_patient(patient)?,
        traits: subject::traits(patient)?,
        patient: PatientRef { ins: subject::ins_of(patient)?, record: None },
        patient_path: info.at("reference"),
    })
}

fn period(obj: &Obj<'_>) -> Read<(Timestamp, Option<Timestamp>)> {
    obj.only(&["start", "end"])?;
    let read = |name: &str, text: &str| {
        date::date_time(text)
            .ok_or_else(|| Outcome::malformed(obj.at(name), "not a date, or a time without its zone"))
    };
    let start = read("start", obj.need_text("start")?)?.from;
    let stop = match obj.text("end")? {
        Some(text) => {
            let span = read("end", text)?;
            // a day includes all of it
            let last = span.until.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(span.from);
            Some(if span.timed { span.from } else { last })
        }
        None => None,
    };
    if stop.is_some_and(|stop| stop < start) {
        return Err(Outcome::rule(obj.at("end"), "the end lies before the start"));
    }
    Ok((start, stop))
}

/// An entry of XDS `referenceIdList`: kind in `identifier.type`, JDV_J231.
fn related(obj: &Obj<'_>) -> Read<ReferenceId> {
    obj.only(&["reference", "type", "identifier", "display"])?;
    let Some(identifier) = obj.object("identifier")? else {
        return Err(Outcome::unsupported(obj.path(), "what is related is named by an identifier"));
    };
    let found = datatypes::identifier(&identifier)?;
    let kind = match identifier.object("type")? {
        Some(concept) => {
            concept.only(&["coding", "text"])?;
            let coding = concept.one_object("coding")?;
            coding.only(&["system", "version", "code", "display"])?;
            coding.need_text("code")?.to_owned()
        }
        None => return Err(Outcome::missing(identifier.at("type"))),
    };
    Ok(ReferenceId { kind, system: found.system, value: found.value })
}
