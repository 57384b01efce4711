//! A submission (ITI-41, ITI-42): the set, its entries and how they relate, whole or refused whole. All that is
//! wrong is said, one error for each object.

use std::collections::HashSet;

use model::{EntryId, Ins, RelationKind};

use super::attributes::entry_id;
use super::entry::{self, DocumentDraft, Role};
use super::error::{ErrorCode, Read, RegistryError, RegistryErrors};
use super::graph::{self, Graph, Link, Thing};
use super::names;
use super::set::{self, SetDraft};
use crate::ebrim::RegistryObjectList;

/// A whole submission, checked for form.
pub struct Submission {
    pub patient: Ins,
    pub set: SetDraft,
    /// In the order of the message, the signature left out.
    pub documents: Vec<DocumentDraft>,
    /// The document that signs the lot, where one does.
    pub signature: Option<SignatureDraft>,
    /// What was let pass and not kept. Warnings for the sender.
    pub notes: Vec<RegistryError>,
}

/// The document that signs the lot: XAdES, to be read by [`super::signature`].
pub struct SignatureDraft {
    pub document: DocumentDraft,
    /// Its `signs` association names the submission set.
    pub signs_set: bool,
    /// The ids, in the message, of the entries its associations name.
    pub signs: Vec<String>,
}

pub(super) fn read(list: &RegistryObjectList) -> Read<Submission> {
    let graph = graph::sort(list)?;
    let (set, patient, mut notes) = set::read(graph.set)?;
    if graph.entries.is_empty() {
        return Err(RegistryError::metadata("DocumentEntry", "at least one is required").into());
    }
    let mut drafts = Vec::new();
    let mut errors = Vec::new();
    for (place, object) in graph.entries.iter().enumerate() {
        match entry::read(object, &graph::entry_label(place), Role::Fed) {
            Ok((draft, warnings)) => {
                notes.extend(warnings);
                if draft.patient != patient {
                    errors.push(graph::of_another_patient(&draft.element));
                }
                drafts.push(draft);
            }
            Err(RegistryErrors(found)) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Err(RegistryErrors(errors));
    }
    unique_ids(&set, &drafts)?;
    let signs = associations(&graph, &mut drafts)?;
    let (signatures, documents): (Vec<_>, Vec<_>) =
        drafts.into_iter().partition(|it| entry::is_signature(&it.described.about().type_code));
    let signature = signature(signatures, signs)?;
    if documents.is_empty() {
        return Err(RegistryError::metadata("DocumentEntry", "a signature alone is no submission").into());
    }
    Ok(Submission { patient, set, documents, signature, notes })
}

/// No identifier stands twice (abuse case C11).
fn unique_ids(set: &SetDraft, drafts: &[DocumentDraft]) -> Read<()> {
    let mut seen: HashSet<_> = set.unique_id.iter().collect();
    match drafts.iter().find(|it| !seen.insert(&it.described.about().unique_id)) {
        Some(twice) => {
            let place = format!("{}.uniqueId", twice.element);
            let code = ErrorCode::XDSRegistryDuplicateUniqueIdInMessage;
            Err(RegistryError::at(code, place, "another object of the message has it").into())
        }
        None => Ok(()),
    }
}

/// What signs what: the id of the source, and of the target.
type Signs<'a> = Vec<(&'a str, Thing, &'a str)>;

/// Takes every association in: members, relations to what is there, signatures.
fn associations<'a>(graph: &Graph<'a>, drafts: &mut [DocumentDraft]) -> Read<Signs<'a>> {
    let mut members = HashSet::new();
    let mut signs = Vec::new();
    let mut seen = HashSet::new();
    for link in &graph.associations {
        if !seen.insert((link.kind, link.source, link.target)) {
            return Err(link.wrong("this association stands twice").into());
        }
        let source = *graph
            .ids
            .get(link.source)
            .ok_or_else(|| link.wrong("sourceObject is no object of the message"))?;
        match (link.kind, source) {
            (names::HAS_MEMBER, Thing::Set) => {
                members.insert(member(graph, link)?);
            }
            (names::SIGNS, Thing::Entry(place)) if is_signature(drafts.get(place)) => {
                signs.push((link.source, signed(graph, link)?, link.target));
            }
            (kind, Thing::Entry(place)) => {
                let kinds =
                    relation(kind).ok_or_else(|| link.wrong("an associationType that is not used here"))?;
                let target = existing(graph, link)?;
                if let Some(draft) = drafts.get_mut(place) {
                    draft.relates.extend(kinds.iter().map(|kind| (*kind, target)));
                }
            }
            _ => return Err(link.wrong("an associationType that its sourceObject does not have").into()),
        }
    }
    match drafts.iter().enumerate().find(|(place, _)| !members.contains(place)) {
        Some((_, draft)) => {
            Err(RegistryError::metadata(&draft.element, "the submission set does not have it as a member")
                .into())
        }
        None => Ok(signs),
    }
}

fn is_signature(draft: Option<&DocumentDraft>) -> bool {
    draft.is_some_and(|it| entry::is_signature(&it.described.about().type_code))
}

/// The place of the entry that an association of the set has as a member.
fn member(graph: &Graph<'_>, link: &Link<'_>) -> Read<usize> {
    let Some(Thing::Entry(place)) = graph.ids.get(link.target) else {
        return Err(link.wrong("a set here has as members the entries of its message").into());
    };
    match link.slot("SubmissionSetStatus") {
        Some("Original") => Ok(*place),
        Some(_) => Err(link.wrong("SubmissionSetStatus of an entry of the message is Original").into()),
        None => Err(link.wrong("the slot SubmissionSetStatus is required").into()),
    }
}

fn signed(graph: &Graph<'_>, link: &Link<'_>) -> Read<Thing> {
    match graph.ids.get(link.target) {
        Some(thing @ (Thing::Set | Thing::Entry(_))) if link.source != link.target => Ok(*thing),
        _ => Err(link.wrong("a signature signs the set, or entries, of its message").into()),
    }
}

/// What an association between documents means.
pub(super) fn relation(kind: &str) -> Option<&'static [RelationKind]> {
    match kind {
        names::RPLC => Some(&[RelationKind::Replaces]),
        names::APND => Some(&[RelationKind::Appends]),
        names::XFRM => Some(&[RelationKind::Transforms]),
        names::XFRM_RPLC => Some(&[RelationKind::Transforms, RelationKind::Replaces]),
        names::SIGNS => Some(&[RelationKind::Signs]),
        _ => None,
    }
}

/// A document that is there already: so no two entries of a message relate to each other, in circles or otherwise.
fn existing(graph: &Graph<'_>, link: &Link<'_>) -> Read<EntryId> {
    if graph.ids.contains_key(link.target) {
        return Err(link.wrong("what is replaced or completed was there before the message").into());
    }
    entry_id(link.target).ok_or_else(|| link.wrong("targetObject is the entryUUID of a document").into())
}

fn signature(mut found: Vec<DocumentDraft>, signs: Signs<'_>) -> Read<Option<SignatureDraft>> {
    let Some(document) = found.pop() else { return Ok(None) };
    if !found.is_empty() {
        return Err(RegistryError::metadata(&document.element, "one signature of the lot is expected").into());
    }
    let of_it = || signs.iter().filter(|(source, ..)| *source == document.id);
    let signs_set = of_it().any(|(_, thing, _)| *thing == Thing::Set);
    let entries: Vec<String> = of_it()
        .filter(|(_, thing, _)| matches!(thing, Thing::Entry(_)))
        .map(|(.., target)| (*target).to_owned())
        .collect();
    if !signs_set && entries.is_empty() {
        let says = "an association signs, to the submission set, is required";
        return Err(RegistryError::metadata(&document.element, says).into());
    }
    if document.described.about().format.code != names::SIGNATURE_FORMAT {
        let place = format!("{}.formatCode", document.element);
        return Err(RegistryError::metadata(place, "not the format of a signature").into());
    }
    Ok(Some(SignatureDraft { document, signs_set, signs: entries }))
}
