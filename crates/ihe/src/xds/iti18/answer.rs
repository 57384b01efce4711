//! `AdhocQueryResponse`.

use model::EntryId;
use xml::Writer;

use super::super::error::{RegistryError, Severity, Status, write_errors};
use super::super::{Context, entry, set, set_id};
use super::{Found, Returns};
use crate::ebrim::{Item, QUERY, RS, RegistryObjectList};

/// The answer to a query that was done; `notes` are warnings.
pub fn answer(
    found: &Found<'_>,
    returns: Returns,
    context: &Context<'_>,
    notes: &[RegistryError],
) -> Result<String, xml::WriteError> {
    let items = match returns {
        Returns::ObjectRef => {
            let sets = found.sets.iter().map(|it| set_id(it));
            let documents = found.documents.iter().map(|it| it.id);
            sets.chain(documents).chain(found.associations.iter().map(|it| it.id)).map(reference).collect()
        }
        Returns::LeafClass => {
            let sets = found.sets.iter().map(|it| set::write(it, context.ins));
            let documents = found.documents.iter().map(|it| entry::write(it, context));
            let all = sets.chain(documents).chain(found.associations.iter().map(|it| it.object()));
            all.map(|it| Item::Object(Box::new(it))).collect()
        }
    };
    write(Status::Success, notes, RegistryObjectList(items))
}

/// The answer to a feeder that asked where its document is (TD3.1b): references alone.
pub fn answer_refs(ids: &[EntryId]) -> Result<String, xml::WriteError> {
    write(Status::Success, &[], RegistryObjectList(ids.iter().copied().map(reference).collect()))
}

/// The answer to a query that was not done.
pub fn failure(errors: &[RegistryError]) -> Result<String, xml::WriteError> {
    let failed = errors.iter().any(|it| it.severity() == Severity::Error);
    let status = if failed { Status::Failure } else { Status::Success };
    write(status, errors, RegistryObjectList::default())
}

fn reference(id: EntryId) -> Item {
    Item::ObjectRef { id: id.urn() }
}

fn write(
    status: Status,
    errors: &[RegistryError],
    list: RegistryObjectList,
) -> Result<String, xml::WriteError> {
    let mut out = Writer::new();
    out.start("query:AdhocQueryResponse")
        .attribute("xmlns:query", QUERY)
        .attribute("xmlns:rs", RS)
        .attribute("status", status.urn());
    write_errors(errors, &mut out);
    list.write(&mut out);
    out.end();
    out.finish()
}
