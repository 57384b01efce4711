//! FHIR at the care and feed doors: `ihe` decodes and encodes, `record` acts, and each file here is one
//! transaction that brings the two together.

pub(crate) mod answer;
pub(crate) mod audit;
mod authorise;
mod binary;
mod break_glass;
mod care;
mod counter;
pub mod cursor;
mod forms;
mod incoming;
mod life;
mod lists;
mod locate;
mod manage;
mod metadata;
mod open_record;
mod paged;
mod patch;
mod read;
mod rejections;
mod representative;
mod search;
mod search_sets;
mod status;
mod submit;
mod subscription;
mod target;
mod two_agents;

pub(crate) use submit::{MIB_AT_ONCE, submission, submission_or_why};

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, patch, post};

use crate::app::App;

/// What reads: the care door.
pub fn care(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/fhir/metadata", get(metadata::care))
        .route("/fhir/OperationDefinition/{id}", get(metadata::operation))
        .route("/fhir/Patient", get(status::status))
        .route("/fhir/Patient/_search", post(status::status))
        .route("/fhir/Patient/$open-record", post(open_record::open_record))
        .route("/fhir/Patient/$open-records", post(open_record::open_records))
        .route("/fhir/Patient/$authorise", post(authorise::authorise))
        .route("/fhir/Patient/$break-glass", post(break_glass::break_glass))
        .route("/fhir/Patient/$regulate", post(break_glass::regulate))
        .route("/fhir/Patient/$oppose", post(life::oppose))
        .route("/fhir/Patient/$reopen", post(life::reopen))
        .route("/fhir/Patient/$notice-death", post(life::notice_death))
        .route("/fhir/Patient/$representative", post(representative::representative))
        .route("/fhir/Patient/$declare-care", post(care::declare_care))
        .route("/fhir/Patient/$attending", post(care::attending))
        .route("/fhir/Patient/$practice", post(care::practice))
        .route("/fhir/Patient/$my-patients", post(lists::my_patients))
        .route("/fhir/Patient/$authorised", post(lists::authorised))
        .route("/fhir/Patient/$trusted-person", post(care::trusted_person))
        .route("/fhir/Patient/$secret-act", post(care::secret_act))
        .route("/fhir/Patient/$counter", post(counter::accounts))
        .route("/fhir/Patient/$signed-form", post(counter::signed_form))
        .route("/fhir/Patient/$two-agents", post(two_agents::two_agents))
        .route("/fhir/Patient/$heir", post(two_agents::heir))
        .route("/fhir/Patient/$at-counter", post(two_agents::at_counter))
        .route("/fhir/Patient/$end-emergency", post(break_glass::end))
        .route("/fhir/DocumentReference/$manage", post(manage::manage))
        .route("/fhir/AuditEvent", get(audit::search))
        .route("/fhir/AuditEvent/_search", post(audit::search))
        .route("/fhir/DocumentReference", get(search::search).patch(patch::by_identifier))
        .route("/fhir/DocumentReference/_search", post(search::search))
        .route("/fhir/DocumentReference/{id}", get(read::document_reference).patch(patch::by_id))
        .route("/fhir/List", get(search_sets::search))
        .route("/fhir/List/_search", post(search_sets::search))
        .route("/fhir/List/{id}", get(read::list))
        .route("/fhir/Binary/{id}", get(binary::binary))
        .route("/fhir/Subscription", post(subscription::subscribe))
        .route("/fhir/Subscription/{id}", get(subscription::read))
        .route("/fhir/Subscription/{id}/$status", get(subscription::status))
        .route("/fhir/Subscription/{id}/$events", get(subscription::events))
        .layer(from_fn_with_state(Arc::clone(app), rejections::trace))
        .layer(from_fn(forms::answer))
}

/// What feeds: the feed door. No route here reads (design, invariant 6): a status (TD0.2), and the id of what
/// the caller fed itself (TD3.1b), are all it answers.
pub fn feed(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/fhir/metadata", get(metadata::feed))
        .route("/fhir/OperationDefinition/{id}", get(metadata::operation))
        .route("/fhir", post(submit::submit))
        .route("/fhir/", post(submit::submit))
        .route("/fhir/Patient", get(status::status))
        .route("/fhir/Patient/_search", post(status::status))
        .route("/fhir/Patient/$open-record", post(open_record::open_record))
        .route("/fhir/Patient/$open-records", post(open_record::open_records))
        .route("/fhir/Patient/$oppose", post(life::oppose))
        .route("/fhir/DocumentReference/$manage", post(manage::manage))
        .route("/fhir/DocumentReference", get(locate::locate).post(submit::publish))
        .route("/fhir/DocumentReference", patch(patch::by_identifier))
        .route("/fhir/DocumentReference/{id}", patch(patch::by_id))
        .route("/fhir/DocumentReference/_search", post(locate::locate))
        .layer(from_fn_with_state(Arc::clone(app), rejections::trace))
        .layer(from_fn(forms::answer))
}
