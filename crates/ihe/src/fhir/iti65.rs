//! ITI-65 Provide Document Bundle, in the profile PDSm Comprehensive Provide Document Bundle 3.1.1:
//! a transaction of one submission set, its document references and their binaries; all or nothing.

mod replacement;
mod response;

use aws_lc_rs::digest;
use model::{Coding, Description, RelationKind, SaidTraits, Visibility};

use super::datatypes;
use super::document_reference::{self, Content, Fed, RelationTarget, Shape, media_type};
use super::json;
use super::list::{self, ReadList};
use super::obj::Obj;
use super::outcome::{Issue, IssueCode, Outcome, Read};
use super::subject::{self, PatientRef};

pub use super::list::SetDraft;
pub use response::{Stored, response};

/// A whole submission, checked for form; sizes and hashes agree with the bytes.
pub struct Submission {
    pub patient: PatientRef,
    /// What the set and the patients of the bundle say of the strict traits (rules, W2).
    pub traits: SaidTraits,
    pub set: SetDraft,
    pub documents: Vec<DocumentDraft>,
    /// What each entry of the bundle was, in its order: the answer mirrors it.
    pub answers: Vec<Slot>,
    /// What was let pass and not kept. Warnings for the sender.
    pub notes: Vec<Issue>,
}

/// One document to be fed.
pub struct DocumentDraft {
    pub description: Description,
    pub visibility: Visibility,
    /// As the sender filed it; the registry files by type.
    pub category: Option<Coding>,
    pub relates: Vec<(RelationKind, RelationTarget)>,
    pub content: Vec<u8>,
    /// What its contained patient says of the strict traits (rules, W2).
    pub subject_traits: SaidTraits,
    /// Identifiers (system, value) of its authors' organisations (rules, W2).
    pub author_organisations: Vec<(String, String)>,
    /// Path of the resource in the bundle, for errors: `Bundle.entry[1].resource`.
    pub expression: String,
}

/// What an entry of the bundle asks for; documents by their place in [`Submission::documents`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    List,
    Document(usize),
    Binary(usize),
    Patient,
    /// The predecessor's status, set by the replacement anyway.
    Supersede(usize),
}

struct Entry<'t> {
    obj: Obj<'t>,
    full_url: Option<&'t str>,
    resource: Obj<'t>,
    kind: &'t str,
    request_url: &'t str,
}

/// Reads the body of `POST [base]`. `base` is this server's FHIR address, without a slash at its end.
/// Errors: 400 what is malformed or missing, 422 what breaks a rule; each names its element.
pub fn decode(body: &[u8], base: &str) -> Read<Submission> {
    let node = json::parse(body)?;
    let bundle = Obj::resource(&node, "Bundle")?;
    bundle.only_resource(&["identifier", "type", "timestamp", "total", "link", "entry", "signature"])?;
    if bundle.need_text("type")? != "transaction" {
        return Err(Outcome::rule(bundle.at("type"), "a transaction is expected"));
    }
    let entries = bundle.need_objects("entry")?.into_iter().map(entry).collect::<Read<Vec<_>>>()?;
    unique_urls(&entries)?;
    let patients: Vec<_> = entries
        .iter()
        .filter(|it| it.kind == "Patient")
        .flat_map(|it| it.names(base).into_iter().map(|url| (url, it.resource.clone())))
        .collect();

    let list = one_list(&bundle, &entries, &patients, base)?;
    let mut patient = list.patient.clone();
    let mut traits = list.traits.clone().unwrap_or_default();
    let mut notes = list.notes.clone();
    let documents = documents(&bundle, &entries, &patients, base)?;
    for (place, fed) in &documents {
        let path = entries.get(*place).map_or_else(String::new, |it| it.resource.at("subject"));
        patient.meet(fed.patient.clone(), &path)?;
        notes.extend(fed.notes.iter().cloned());
    }
    for it in entries.iter().filter(|it| it.kind == "Patient") {
        let ins = subject::ins_of(&it.resource)?;
        patient.meet(PatientRef { ins, record: None }, &it.resource.at("identifier"))?;
        traits = subject::agree(traits, Some(subject::traits(&it.resource)?), it.resource.path())?;
    }
    members(&list, &documents, &entries, base)?;

    let binaries = binaries(&documents, &entries, base)?;
    let answers = slots(&entries, &documents, &binaries, base)?;
    let mut drafts = Vec::new();
    for ((place, fed), binary) in documents.into_iter().zip(binaries) {
        let (Some(entry), Some(binary)) = (entries.get(place), entries.get(binary)) else { continue };
        drafts.push(join(fed, &entry.resource, &binary.resource)?);
    }
    Ok(Submission { patient, traits, set: list.set, documents: drafts, answers, notes })
}

fn entry(obj: Obj<'_>) -> Read<Entry<'_>> {
    obj.only(&["link", "fullUrl", "resource", "search", "request", "response"])?;
    for name in ["search", "response"] {
        if obj.has(name) {
            return Err(Outcome::malformed(obj.at(name), "not an element of a transaction"));
        }
    }
    let resource = obj.need_object("resource")?;
    let kind = resource.need_text("resourceType")?;
    let request = obj.need_object("request")?;
    request.only(&["method", "url", "ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist"])?;
    for name in ["ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist"] {
        if request.has(name) && !(name == "ifNoneExist" && kind == "Patient") {
            return Err(Outcome::unsupported(request.at(name), "conditions are not supported here"));
        }
    }
    let (method, request_url) = (request.need_text("method")?, request.need_text("url")?);
    let expected = match kind {
        "List" | "DocumentReference" | "Binary" => method == "POST" && request_url == kind,
        "Patient" => matches!(method, "POST" | "PUT") && request_url.starts_with("Patient"),
        "Parameters" => method == "PATCH",
        _ => {
            return Err(Outcome::unsupported(
                resource.at("resourceType"),
                "a submission holds a List, DocumentReferences and Binaries",
            ));
        }
    };
    if !expected {
        return Err(Outcome::unsupported(request.path(), "what is fed is created by POST of its type"));
    }
    Ok(Entry { full_url: obj.text("fullUrl")?, obj, resource, kind, request_url })
}

impl Entry<'_> {
    /// Every way other entries may refer to this one.
    fn names(&self, base: &str) -> Vec<String> {
        let mut names: Vec<String> = self.full_url.into_iter().map(str::to_owned).collect();
        if let Some(local) = self.full_url.and_then(|url| url.strip_prefix(base)?.strip_prefix('/')) {
            names.push(local.to_owned());
        }
        if let Ok(Some(id)) = self.resource.text("id") {
            names.push(format!("{}/{id}", self.kind));
        }
        names
    }

    fn is_named(&self, reference: &str, base: &str) -> bool {
        self.names(base).iter().any(|name| name == reference)
    }
}

fn unique_urls(entries: &[Entry<'_>]) -> Read<()> {
    let mut seen = std::collections::HashSet::new();
    match entries.iter().find(|it| it.full_url.is_some_and(|url| !seen.insert(url))) {
        Some(twice) => Err(Outcome::malformed(twice.obj.at("fullUrl"), "two entries have this fullUrl")),
        None => Ok(()),
    }
}

fn one_list(
    bundle: &Obj<'_>,
    entries: &[Entry<'_>],
    patients: &[(String, Obj<'_>)],
    base: &str,
) -> Read<ReadList> {
    let mut lists = entries.iter().filter(|it| it.kind == "List");
    let first = lists.next().ok_or_else(|| {
        Outcome::at(400, IssueCode::Required, bundle.at("entry"), "a List (the submission set) is required")
    })?;
    let list = list::decode(&first.resource, patients, base)?;
    match lists.next() {
        None => Ok(list),
        // a folder is said to be one
        Some(second) => Err(list::decode(&second.resource, patients, base)
            .err()
            .unwrap_or_else(|| Outcome::rule(second.resource.path(), "one submission set is expected"))),
    }
}

/// All documents, or the errors of all of them.
fn documents(
    bundle: &Obj<'_>,
    entries: &[Entry<'_>],
    patients: &[(String, Obj<'_>)],
    base: &str,
) -> Read<Vec<(usize, Fed)>> {
    let mut found = Vec::new();
    let mut wrong: Option<Outcome> = None;
    for (place, it) in entries.iter().enumerate().filter(|(_, it)| it.kind == "DocumentReference") {
        match document_reference::decode(&it.resource, patients, base, Shape::Comprehensive) {
            Ok(fed) => found.push((place, fed)),
            Err(outcome) => wrong = Some(wrong.map_or(outcome.clone(), |before| before.and(outcome))),
        }
    }
    match wrong {
        Some(outcome) => Err(outcome),
        None if found.is_empty() => Err(Outcome::at(
            400,
            IssueCode::Required,
            bundle.at("entry"),
            "at least one DocumentReference is required",
        )),
        None => unique_ids(found, entries),
    }
}

fn unique_ids(found: Vec<(usize, Fed)>, entries: &[Entry<'_>]) -> Read<Vec<(usize, Fed)>> {
    let mut seen = std::collections::HashSet::new();
    let twice = found.iter().find(|(_, fed)| !seen.insert(fed.description.unique_id.clone()));
    match twice.and_then(|(place, _)| entries.get(*place)) {
        Some(it) => {
            Err(Outcome::rule(it.resource.at("masterIdentifier"), "two documents have this identifier"))
        }
        None => Ok(found),
    }
}

/// The set names each document of the bundle, and nothing else.
fn members(list: &ReadList, documents: &[(usize, Fed)], entries: &[Entry<'_>], base: &str) -> Read<()> {
    let mut named = std::collections::HashSet::new();
    for (reference, path) in &list.items {
        let place = documents
            .iter()
            .map(|(place, _)| *place)
            .find(|place| entries.get(*place).is_some_and(|it| it.is_named(reference, base)))
            .ok_or_else(|| Outcome::rule(path.clone(), "this names no document of the bundle"))?;
        if !named.insert(place) {
            return Err(Outcome::rule(path.clone(), "this document is named twice"));
        }
    }
    match documents
        .iter()
        .find(|(place, _)| !named.contains(place))
        .and_then(|(place, _)| entries.get(*place))
    {
        Some(it) => Err(Outcome::rule(it.resource.path(), "the submission set does not name this document")),
        None => Ok(()),
    }
}

/// The place of each document's Binary.
fn binaries(documents: &[(usize, Fed)], entries: &[Entry<'_>], base: &str) -> Read<Vec<usize>> {
    let mut taken = Vec::new();
    for (place, fed) in documents {
        let path = entries
            .get(*place)
            .map_or_else(String::new, |it| format!("{}.content[0].attachment.url", it.resource.path()));
        let binary =
            entries.iter().position(|it| it.kind == "Binary" && is_at(&fed.content, it, base)).ok_or_else(
                || Outcome::rule(path.clone(), "this is no Binary of the bundle; nothing else is read"),
            )?;
        if taken.contains(&binary) {
            return Err(Outcome::rule(path, "this Binary is another document's"));
        }
        taken.push(binary);
    }
    Ok(taken)
}

fn slots(
    entries: &[Entry<'_>],
    documents: &[(usize, Fed)],
    binaries: &[usize],
    base: &str,
) -> Read<Vec<Slot>> {
    let mut slots = Vec::new();
    for (place, it) in entries.iter().enumerate() {
        slots.push(match it.kind {
            "DocumentReference" => {
                Slot::Document(documents.iter().position(|(at, _)| *at == place).unwrap_or(0))
            }
            "Binary" => Slot::Binary(
                binaries
                    .iter()
                    .position(|at| *at == place)
                    .ok_or_else(|| Outcome::rule(it.resource.path(), "no document refers to this Binary"))?,
            ),
            "Patient" => Slot::Patient,
            "Parameters" => Slot::Supersede(replacement::superseded(it, documents, base)?),
            _ => Slot::List,
        });
    }
    Ok(slots)
}

fn is_at(content: &Content, binary: &Entry<'_>, base: &str) -> bool {
    matches!(content, Content::Url(url) if binary.is_named(url, base))
}

/// Joins a document and its bytes, which must agree (abuse cases E11, D07).
fn join(fed: Fed, resource: &Obj<'_>, binary: &Obj<'_>) -> Read<DocumentDraft> {
    binary.only_resource(&["contentType", "securityContext", "data"])?;
    let attachment = |name: &str| format!("{}.content[0].attachment.{name}", resource.path());
    let path = binary.at("contentType");
    if media_type(binary.need_text("contentType")?, &path)? != fed.description.mime_type {
        return Err(Outcome::rule(path, "the attachment says another contentType"));
    }
    let content = datatypes::base64(binary, "data")?.ok_or_else(|| Outcome::missing(binary.at("data")))?;
    if u64::try_from(content.len()) != Ok(fed.description.size) {
        return Err(Outcome::rule(attachment("size"), "the Binary has another size"));
    }
    if digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &content).as_ref() != fed.description.hash {
        return Err(Outcome::rule(attachment("hash"), "the Binary has another SHA-1"));
    }
    Ok(DocumentDraft {
        description: fed.description,
        visibility: fed.visibility,
        category: fed.category,
        relates: fed.relates.into_iter().map(|(kind, target, _)| (kind, target)).collect(),
        content,
        subject_traits: fed.traits,
        author_organisations: fed.author_organisations,
        expression: resource.path().to_owned(),
    })
}
