//! DocumentReference, in the profile PDSm Comprehensive DocumentReference 3.1.1 (MHD 4.2, ITI TF-3 4.2.3.2).
//! Reading holds its cardinalities and names the element; what a metadata entry has no room for is said
//! in a note rather than dropped in silence.

mod attachment;
mod context;
mod encode;
mod unread;

use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{
    Author, Coding, Confidentiality, Description, EntryId, RecordId, RelationKind, SaidTraits, UniqueId,
    Visibility,
};

use super::datatypes::{self, codings, concept};
use super::date;
use super::id_pair;
use super::obj::Obj;
use super::outcome::{Issue, IssueCode, Outcome, Read};
use super::people::{self, Scope};
use super::subject::{self, PatientRef};
use super::urls;

pub use attachment::{Content, media_type};
pub use encode::{Context, encode, write};
pub use unread::{Unread, encode_unread};

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

/// The two profiles a document is fed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// With its Binary, in a bundle (ITI-65).
    Comprehensive,
    /// With its bytes inside, alone (ITI-105): what can be known otherwise may be left out.
    Simplified,
}

/// A DocumentReference as read, before its content is joined.
pub struct Fed {
    pub description: Description,
    pub visibility: Visibility,
    pub category: Option<Coding>,
    pub relates: Vec<(RelationKind, RelationTarget, String)>,
    pub patient: PatientRef,
    pub traits: SaidTraits,
    pub author_organisations: Vec<(String, String)>,
    pub content: Content,
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
pub(super) fn decode(obj: &Obj<'_>, outside: &[(String, Obj<'_>)], base: &str, shape: Shape) -> Read<Fed> {
    obj.only_resource(KNOWN)?;
    let mut notes = Vec::new();
    let scope = Scope::of(obj, outside)?;
    if shape == Shape::Comprehensive && !scope.contains_something() {
        return Err(Outcome::missing(obj.at("contained")));
    }
    extensions(obj, &mut notes)?;
    if obj.has("docStatus") {
        return Err(Outcome::rule(obj.at("docStatus"), "the profile does not allow this element"));
    }
    if obj.need_text("status")? != "current" {
        return Err(Outcome::rule(obj.at("status"), "what is fed is current"));
    }
    let unique_id = datatypes::unique_id(&obj.need_object("masterIdentifier")?)?;
    let type_code = first(&obj.need_object("type")?, &mut notes)?;
    let category = match shape {
        Shape::Simplified if !obj.has("category") => None,
        _ => Some(first(&obj.one_object("category")?, &mut notes)?),
    };
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
    let (confidentiality, visibility) = match shape {
        Shape::Simplified if !obj.has("securityLabel") => (Confidentiality::Normal, Visibility::default()),
        _ => security(obj)?,
    };
    let dated = match obj.text("date")? {
        Some(text) => Some(
            date::instant(text)
                .ok_or_else(|| Outcome::malformed(obj.at("date"), "an instant with its zone is expected"))?,
        ),
        None => None,
    };
    let attachment = attachment::read(&obj.one_object("content")?, shape, dated)?;
    let created = dated.unwrap_or(attachment.creation);
    if created != attachment.creation {
        notes.push(Issue::warning(
            IssueCode::Informational,
            attachment.creation_path.clone(),
            "the creation time kept is DocumentReference.date",
        ));
    }
    let named = subject::contained(&obj.need_object("subject")?, &scope)?;
    let around = match shape {
        Shape::Comprehensive => None,
        Shape::Simplified => Some(context::Around { patient: &patient, named, created }),
    };
    let context = context::read(&obj.need_object("context")?, &scope, around.as_ref(), &mut notes)?;
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
        traits: subject::agree(context.traits, said, &obj.at("subject"))?,
        author_organisations,
        content: attachment.content,
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

/// Only `isArchived: false` has a meaning here; other extensions have no room.
fn extensions(obj: &Obj<'_>, notes: &mut Vec<Issue>) -> Read<()> {
    for (url, extension) in datatypes::extensions(obj)? {
        if url == urls::IS_ARCHIVED {
            not_archived(&extension)?;
        } else {
            notes.push(unkept(&extension));
        }
    }
    Ok(())
}

/// Archiving is an act of its own.
pub(super) fn not_archived(extension: &Obj<'_>) -> Read<()> {
    match extension.boolean("valueBoolean")? {
        Some(false) => Ok(()),
        Some(true) => Err(Outcome::rule(extension.at("valueBoolean"), "what is fed is not archived")),
        None => Err(Outcome::missing(extension.at("valueBoolean"))),
    }
}

pub(super) fn unkept(obj: &Obj<'_>) -> Issue {
    Issue::warning(IssueCode::Informational, obj.path(), "this element is not kept")
}

/// The first coding of a concept; a note where there are more.
fn first(obj: &Obj<'_>, notes: &mut Vec<Issue>) -> Read<Coding> {
    if codings(obj)?.len() > 1 {
        notes.push(Issue::warning(IssueCode::Informational, obj.at("coding"), "the first coding is kept"));
    }
    concept(obj)
}

/// The producer's other identifiers. An official or secondary `urn:uuid:` is a logicalId or an entryUUID: the
/// registry sets its own.
fn identifiers(obj: &Obj<'_>, unique_id: &UniqueId) -> Read<Vec<(String, String)>> {
    let mut kept = Vec::new();
    for it in obj.objects("identifier")? {
        let found = datatypes::identifier(&it)?;
        let system = found.system.unwrap_or_default();
        let is_entry = matches!(found.use_.as_deref(), Some("official" | "secondary"))
            && found.value.starts_with("urn:uuid:");
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
