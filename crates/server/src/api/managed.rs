//! What a holder does with a document besides masking: archives it and takes it back, deletes and restores what is
//! their own, says that it is wrong, keeps it from representatives or shows it to them.

use axum::Json;
use axum::extract::Path;
use model::{DocumentStatus, EntryId, RecordId};
use record::{Call, Disclosed, Failure, Managed, Records};
use serde_json::{Value, json};

use super::answer::Problem;
use super::documents::read;
use super::signed_in::SignedIn;
use crate::blocking::act;

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident => $verb:expr;)*) => {
        $($(#[$doc])*
        pub(super) async fn $name(signed: SignedIn, id: Path<String>) -> Result<Json<Value>, Problem> {
            managed(signed, id, $verb).await
        })*
    };
}

verbs! {
    archive => Records::archive;
    unarchive => Records::unarchive;
    delete => Records::delete;
    restore => Records::restore;
    /// "Ce document est faux": its depositor is told.
    dispute => Records::dispute;
    /// By a minor, for themself: what only the depositor may say was asked for is not said here.
    hide => |records, call, record, id| records.hide_from_representatives(call, record, id, false);
    show => |records, call, record, id| records.make_visible_to_representatives(call, record, id, false);
}

type Verb = fn(&Records, &Call, RecordId, EntryId) -> Result<Disclosed<Managed>, Failure>;

async fn managed(
    SignedIn { app, call, record }: SignedIn,
    Path(id): Path<String>,
    verb: Verb,
) -> Result<Json<Value>, Problem> {
    let id = read(&id, &*app.dice);
    let managed = act(&app, move |records| verb(records, &call, record, id)).await?.into_inner();
    Ok(Json(json!({
        "id": managed.logical_id.to_string(),
        "version": managed.version,
        "archived": matches!(managed.status, DocumentStatus::Archived { .. }),
        "deleted": matches!(managed.status, DocumentStatus::Deleted { .. }),
        "hiddenFromRepresentatives": managed.visibility.hidden_from_representatives,
        "disputed": managed.disputed,
    })))
}
