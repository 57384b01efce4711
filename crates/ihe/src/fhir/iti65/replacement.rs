//! The patch that MHD sends along with a replacement (UpdateDocumentRefs).

use model::RelationKind;

use super::super::document_reference::{Fed, RelationTarget, document_target};
use super::super::outcome::{Outcome, Read};
use super::Entry;

/// Which document's predecessor is patched. The only change taken here is the one a replacement makes anyway.
pub fn superseded(it: &Entry<'_>, documents: &[(usize, Fed)], base: &str) -> Read<usize> {
    let operation = it.resource.one_object("parameter")?;
    let mut said = (None, None, None);
    let wrong =
        || Outcome::unsupported(operation.path(), "only replacing DocumentReference.status by superseded");
    for part in operation.objects("part")? {
        match part.need_text("name")? {
            "type" => said.0 = part.text("valueCode")?,
            "path" => said.1 = part.text("valueString")?,
            "value" => said.2 = part.text("valueCode")?.or(part.text("valueString")?),
            _ => return Err(wrong()),
        }
    }
    if said != (Some("replace"), Some("DocumentReference.status"), Some("superseded"))
        || operation.need_text("name")? != "operation"
    {
        return Err(wrong());
    }
    let target = match it.request_url.strip_prefix("DocumentReference?identifier=") {
        Some(token) => token
            .replace("%7C", "|")
            .split_once('|')
            .and_then(|(system, value)| model::UniqueId::from_identifier(system, value).ok())
            .map(RelationTarget::Unique),
        None => document_target(it.request_url, base),
    };
    let replaces = |fed: &Fed| {
        fed.relates.iter().any(|(kind, to, _)| *kind == RelationKind::Replaces && Some(to) == target.as_ref())
    };
    documents
        .iter()
        .position(|(_, fed)| replaces(fed))
        .ok_or_else(|| Outcome::rule(it.obj.at("request.url"), "no document of the bundle replaces this one"))
}
