//! The objects of one request, sorted: one submission set, entries, associations. Everything is looked up by id in
//! a map, so that ten thousand associations cost ten thousand look-ups (abuse case C13).

use std::collections::HashMap;

use super::error::{ErrorCode, Read, RegistryError};
use super::names;
use crate::ebrim::{Item, Kind, Limits, RegistryObject, RegistryObjectList};

pub(super) struct Graph<'a> {
    pub set: &'a RegistryObject,
    pub entries: Vec<&'a RegistryObject>,
    pub associations: Vec<Link<'a>>,
    /// What each id of the request is.
    pub ids: HashMap<&'a str, Thing>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Set,
    /// By its place in [`Graph::entries`].
    Entry(usize),
    Association,
}

pub(super) struct Link<'a> {
    pub object: &'a RegistryObject,
    pub kind: &'a str,
    pub source: &'a str,
    pub target: &'a str,
    /// `Association[1]`.
    pub label: String,
}

impl Link<'_> {
    pub fn wrong(&self, says: &str) -> RegistryError {
        RegistryError::metadata(&self.label, says)
    }

    /// The one value of a slot of the association.
    pub fn slot(&self, name: &str) -> Option<&str> {
        match self.object.slot(name)?.values.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }
}

/// Reads the list and sorts it. `SubmitObjectsRequest` is `node`.
pub(super) fn list(node: &xml::Node<'_>) -> Read<RegistryObjectList> {
    if !node.is(crate::ebrim::LCM, "SubmitObjectsRequest") {
        return Err(RegistryError::metadata("SubmitObjectsRequest", "this element is expected").into());
    }
    let mut lists = node.children_named(crate::ebrim::RIM, "RegistryObjectList");
    match (lists.next(), lists.next()) {
        (Some(list), None) => Ok(RegistryObjectList::read(&list, &Limits::default())?),
        _ => {
            Err(RegistryError::metadata("SubmitObjectsRequest", "one RegistryObjectList is expected").into())
        }
    }
}

pub(super) fn entry_label(place: usize) -> String {
    format!("DocumentEntry[{}]", place + 1)
}

pub(super) fn sort(list: &RegistryObjectList) -> Read<Graph<'_>> {
    let mut set = None;
    let mut entries = Vec::new();
    let mut associations = Vec::new();
    let mut ids = HashMap::new();
    let outside = nodes(list)?;
    for object in list.objects() {
        let thing = match &object.kind {
            Kind::ExtrinsicObject { .. } => {
                entries.push(object);
                Thing::Entry(entries.len() - 1)
            }
            Kind::RegistryPackage => {
                package(object, outside.get(object.id.as_str()).copied())?;
                if set.replace(object).is_some() {
                    return Err(
                        RegistryError::metadata("SubmissionSet", "one submission set is expected").into()
                    );
                }
                Thing::Set
            }
            Kind::Association { kind, source, target } => {
                let label = format!("Association[{}]", associations.len() + 1);
                associations.push(Link { object, kind, source, target, label });
                Thing::Association
            }
        };
        if !object.id.is_empty() {
            ids.insert(object.id.as_str(), thing);
        }
    }
    let set = set.ok_or_else(|| RegistryError::metadata("SubmissionSet", "a submission set is required"))?;
    Ok(Graph { set, entries, associations, ids })
}

/// Classifications that stand beside their package: what each says its package is.
fn nodes(list: &RegistryObjectList) -> Read<HashMap<&str, &str>> {
    let mut found = HashMap::new();
    for item in &list.0 {
        let Item::Classification(it) = item else { continue };
        let wrong = |says| Err(RegistryError::metadata("Classification", says).into());
        let (Some(node), Some(object)) = (it.node.as_deref(), it.classified_object.as_deref()) else {
            return wrong("a classification outside its object is by a node, and names the object");
        };
        if ![names::SUBMISSION_SET, names::FOLDER].contains(&node) {
            return wrong("a classificationNode that is not used here");
        }
        if found.insert(object, node).is_some() {
            return wrong("two classifications of one object");
        }
    }
    let packages =
        |id: &str| list.objects().any(|it| it.id == id && matches!(it.kind, Kind::RegistryPackage));
    // few: a request has one set, and more than a few packages are refused by the first folder
    match found.len() > 50 || !found.keys().all(|id| packages(id)) {
        true => Err(RegistryError::metadata("Classification", "classifies no package of the message").into()),
        false => Ok(found),
    }
}

/// A package is a submission set; folders are not kept here, and said so rather than dropped.
fn package(object: &RegistryObject, outside: Option<&str>) -> Read<()> {
    let inside = object.classifications.iter().filter_map(|it| it.node.as_deref());
    let mut nodes = inside.chain(outside);
    match (nodes.next(), nodes.next()) {
        (Some(names::SUBMISSION_SET), None) => Ok(()),
        (Some(names::FOLDER), None) => {
            Err(RegistryError::metadata("Folder", "folders are not kept by this service").into())
        }
        (None, _) => {
            Err(RegistryError::metadata("RegistryPackage", "it is classified neither as set nor as folder")
                .into())
        }
        _ => {
            Err(RegistryError::metadata("RegistryPackage", "a classificationNode that is not used here")
                .into())
        }
    }
}

pub(super) fn of_another_patient(place: &str) -> RegistryError {
    let code = ErrorCode::XDSPatientIdDoesNotMatch;
    RegistryError::at(code, format!("{place}.patientId"), "not the patient of the submission set")
}
