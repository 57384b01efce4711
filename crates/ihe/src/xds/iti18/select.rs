//! What a query selects among the objects its caller may see. Pure: the same rules for every query by identifier.

use std::collections::HashSet;

use model::{DocumentEntry, EntryId, SubmissionSet};

use super::super::association::{Association, associations};
use super::super::set::set_id;
use super::{Ids, Query};

/// Everything in one record that the caller may see: entries of every status a rule lets through, and sets whose
/// members are those of `entries` (rules, A3). Relations to what is hidden have been taken out.
#[derive(Clone, Copy)]
pub struct Visible<'a> {
    pub entries: &'a [DocumentEntry],
    pub sets: &'a [SubmissionSet],
}

/// The objects of an answer.
#[derive(Default)]
pub struct Found<'a> {
    pub sets: Vec<&'a SubmissionSet>,
    pub documents: Vec<&'a DocumentEntry>,
    pub associations: Vec<Association>,
}

impl Ids {
    pub fn names_entry(&self, entry: &DocumentEntry) -> bool {
        match self {
            Self::Entry(ids) => ids.contains(&entry.id),
            Self::Unique(ids) => ids.contains(&entry.description.unique_id),
            Self::Logical(ids) => ids.contains(&entry.logical_id),
        }
    }

    pub fn names_set(&self, set: &SubmissionSet) -> bool {
        match self {
            Self::Entry(ids) | Self::Logical(ids) => ids.contains(&set_id(set)),
            Self::Unique(ids) => ids.contains(&set.unique_id),
        }
    }
}

impl Query {
    pub fn select<'a>(&self, visible: Visible<'a>) -> Found<'a> {
        let entries: Vec<_> = visible.entries.iter().collect();
        let sets: Vec<_> = visible.sets.iter().collect();
        let named = |ids: &Ids| entries.iter().copied().filter(|it| ids.names_entry(it)).collect::<Vec<_>>();
        match self {
            Self::FindDocuments(filter) | Self::FindDocumentsByReferenceId(filter) => Found {
                documents: entries.into_iter().filter(|it| filter.matches(it)).collect(),
                ..Found::default()
            },
            Self::FindSubmissionSets(filter) => {
                Found { sets: sets.into_iter().filter(|it| filter.matches(it)).collect(), ..Found::default() }
            }
            Self::FindFolders { .. }
            | Self::GetFolders
            | Self::GetFolderAndContents
            | Self::GetFoldersForDocument => Found::default(),
            Self::GetAll { documents, sets: of_sets, .. } => {
                let documents: Vec<_> = entries.into_iter().filter(|it| documents.matches(it)).collect();
                let sets: Vec<_> = sets.into_iter().filter(|it| of_sets.matches(it)).collect();
                let associations = associations(&documents, &sets);
                Found { sets, documents, associations }
            }
            Self::GetDocuments(ids) => Found { documents: named(ids), ..Found::default() },
            Self::GetAssociations(ids) => {
                let ids: HashSet<_> = ids.iter().collect();
                Found { associations: touching(associations(&entries, &sets), &ids), ..Found::default() }
            }
            Self::GetDocumentsAndAssociations(ids) => {
                let documents = named(ids);
                let ids: HashSet<_> = documents.iter().map(|it| &it.id).collect();
                let associations = touching(associations(&entries, &sets), &ids);
                Found { documents, associations, ..Found::default() }
            }
            Self::GetSubmissionSets(ids) => {
                let of: Vec<_> = entries.into_iter().filter(|it| ids.contains(&it.id)).collect();
                let has = |set: &&SubmissionSet| of.iter().any(|it| set.members.contains(&it.logical_id));
                let sets: Vec<_> = sets.into_iter().filter(has).collect();
                let associations = members(&of, &sets);
                Found { sets, associations, ..Found::default() }
            }
            Self::GetSubmissionSetAndContents { set, documents } => {
                let sets: Vec<_> = sets.into_iter().filter(|it| set.names_set(it)).collect();
                let of = |entry: &&DocumentEntry| {
                    sets.iter().any(|it| it.members.contains(&entry.logical_id)) && documents.matches(entry)
                };
                let documents: Vec<_> = entries.into_iter().filter(of).collect();
                let associations = members(&documents, &sets);
                Found { sets, documents, associations }
            }
            Self::GetRelatedDocuments { document, kinds } => related(&entries, document, kinds),
        }
    }
}

fn touching(mut all: Vec<Association>, ids: &HashSet<&EntryId>) -> Vec<Association> {
    all.retain(|it| ids.contains(&it.source) || ids.contains(&it.target));
    all
}

fn members(entries: &[&DocumentEntry], sets: &[&SubmissionSet]) -> Vec<Association> {
    let mut all = associations(entries, sets);
    all.retain(|it| it.kind == super::super::names::HAS_MEMBER);
    all
}

/// The document itself, those it is associated with by these kinds, and the associations; nothing where there is
/// none (ITI TF-2 3.18.4.1.2.3.7.11).
fn related<'a>(entries: &[&'a DocumentEntry], document: &Ids, kinds: &[String]) -> Found<'a> {
    let named: HashSet<_> = entries.iter().filter(|it| document.names_entry(it)).map(|it| &it.id).collect();
    let mut associations = touching(associations(entries, &[]), &named);
    associations.retain(|it| kinds.iter().any(|kind| kind == it.kind));
    let ends: HashSet<_> = associations.iter().flat_map(|it| [it.source, it.target]).collect();
    let documents = entries.iter().copied().filter(|it| ends.contains(&it.id)).collect();
    Found { documents, associations, ..Found::default() }
}
