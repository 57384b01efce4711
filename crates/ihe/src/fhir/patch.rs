//! The patch of a DocumentReference (PDSm flow 3; TD3.3a to d): by JSON Patch (RFC 6902) or FHIRPath Patch.
//! Only `status`, `securityLabel` and the extension isArchived can change; anything else answers 405.
//!
//! What is said of the labels is kept as it was said, and resolved against those the document has.

mod fhirpath;
mod json_patch;
mod labels;

use model::{EntryId, UniqueId};

use super::obj::Obj;
use super::outcome::{IssueCode, Outcome, Read};
use super::search::Pairs;
use super::{json, negotiate, urls};

pub use labels::Labels;

/// A `status` that can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// What was deleted is put back.
    Current,
    /// Deleted (TD3.3c).
    EnteredInError,
}

/// What is to change. Parts that are none stay as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Patch {
    pub status: Option<Status>,
    pub archived: Option<bool>,
    pub labels: Labels,
}

/// How a patch is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    Json,
    /// A Parameters resource.
    FhirPath,
}

pub const JSON_PATCH: &str = "application/json-patch+json";

/// Errors: 415.
pub fn media(content_type: Option<&str>) -> Read<Media> {
    let bare = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if bare.eq_ignore_ascii_case(JSON_PATCH) {
        return Ok(Media::Json);
    }
    negotiate::body(content_type).map(|_| Media::FhirPath).map_err(|_| {
        let says = "application/json-patch+json, or a Parameters resource, is expected";
        Outcome::new(415, IssueCode::NotSupported, says)
    })
}

/// Operations of one patch.
const MOST: usize = 64;

/// Reads a patch. Errors: 400 what is malformed, 405 what cannot be changed, 422 what is against a rule.
pub fn decode(media: Media, body: &[u8]) -> Read<Patch> {
    let node = json::parse(body)?;
    let mut patch = Patch::default();
    let operations = match media {
        Media::Json => json_patch::operations(&node)?,
        Media::FhirPath => fhirpath::operations(&Obj::resource(&node, "Parameters")?)?,
    };
    if operations.len() > MOST {
        return Err(Outcome::new(422, IssueCode::TooCostly, format!("at most {MOST} operations")));
    }
    for operation in operations {
        patch.take(operation)?;
    }
    Ok(patch)
}

/// One operation, however it was written.
struct Operation<'t> {
    verb: Verb,
    place: Place,
    /// The object that holds the value, the key it has there, and its own key where it is an extension's.
    value: Option<(Obj<'t>, &'static str)>,
    path: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verb {
    Add,
    Replace,
    Remove,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Status,
    /// All labels.
    Labels,
    Label(usize),
    /// After the last.
    LabelEnd,
    LabelOfCode(String),
    /// The boolean of the extension isArchived.
    Archived,
    /// The list of extensions, to which one is added.
    Extension,
}

impl Patch {
    fn take(&mut self, it: Operation<'_>) -> Read<()> {
        let missing = || Outcome::missing(format!("{}.value", it.path));
        match (&it.place, it.verb, &it.value) {
            (Place::Status, Verb::Add | Verb::Replace, Some((obj, key))) => {
                let status = match obj.need_text(key)? {
                    "current" => Status::Current,
                    "entered-in-error" => Status::EnteredInError,
                    _ => return Err(Outcome::value(obj.at(key), "current or entered-in-error")),
                };
                once(&mut self.status, status, &it.path)
            }
            (Place::Archived, Verb::Add | Verb::Replace, Some((obj, key))) => {
                let value = obj.boolean(key)?.ok_or_else(missing)?;
                once(&mut self.archived, value, &it.path)
            }
            (Place::Archived, Verb::Remove, _) => once(&mut self.archived, false, &it.path),
            (Place::Extension, Verb::Add, Some((obj, key))) => {
                let extension = obj.need_object(key)?;
                extension.only(&["url", "valueBoolean"])?;
                if extension.need_text("url")? != urls::IS_ARCHIVED {
                    return Err(not_allowed(&it.path));
                }
                let value = extension.boolean("valueBoolean")?;
                let value = value.ok_or_else(|| Outcome::missing(extension.at("valueBoolean")))?;
                once(&mut self.archived, value, &it.path)
            }
            (Place::Status, Verb::Remove, _) => {
                Err(Outcome::unsupported(&it.path, "a document is never without status"))
            }
            (Place::Extension, _, Some(_)) => Err(not_allowed(&it.path)),
            (Place::Status | Place::Archived | Place::Extension, _, None) => Err(missing()),
            _ => self.labels.take(&it),
        }
    }
}

fn once<T>(into: &mut Option<T>, value: T, path: &str) -> Read<()> {
    match into.replace(value) {
        None => Ok(()),
        Some(_) => Err(Outcome::malformed(path, "this is changed twice")),
    }
}

/// 405, as the guide wants it.
fn not_allowed(path: &str) -> Outcome {
    let says = "only status, securityLabel and the extension isArchived can be changed";
    Outcome::at(405, IssueCode::NotSupported, path, says)
}

/// Which document a conditional patch names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whom {
    /// By its producer's id.
    Unique(UniqueId),
    /// By a `urn:uuid:`, which may be its producer's id, its logicalId or the entryUUID of a version.
    Uuid(UniqueId, EntryId),
}

/// `PATCH DocumentReference?identifier=system|value`, and where the software adds it the patient's INS.
pub fn target(pairs: &Pairs) -> Read<(Whom, Option<model::Ins>)> {
    let (mut whom, mut patient) = (None, None);
    for (name, value) in pairs {
        let twice = match name.as_str() {
            "identifier" => {
                let wrong = || Outcome::parameter(name, "system|value of one document is expected");
                let (system, value) = value.split_once('|').unwrap_or((model::oid::RFC_3986, value));
                let unique = UniqueId::from_identifier(system, value).map_err(|_| wrong())?;
                let found = match &unique {
                    UniqueId::Uuid(uuid) => Whom::Uuid(unique.clone(), EntryId::from_bytes(*uuid.as_bytes())),
                    _ => Whom::Unique(unique),
                };
                whom.replace(found).is_some()
            }
            "patient.identifier" | "patient:identifier" => {
                patient.replace(super::search::ins(name, value)?).is_some()
            }
            "_format" => {
                negotiate::format(value)?;
                false
            }
            _ => return Err(super::search::unknown(name)),
        };
        if twice {
            return Err(Outcome::parameter(name, "once"));
        }
    }
    let whom = whom.ok_or_else(|| {
        Outcome::at(400, IssueCode::Required, "http.identifier", "the identifier of a document is required")
    })?;
    Ok((whom, patient))
}
