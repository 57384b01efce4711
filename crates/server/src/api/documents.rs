//! The holder's documents: list, one, its bytes, mask and unmask.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use model::{Author, Dice, DocumentEntry, DocumentStatus, EntryId, code};
use record::{Asked, Target};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::signed_in::SignedIn;
use crate::blocking::act;
use crate::streaming;

/// Replaced and archived documents are shown when asked for (rules, A3).
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Also {
    replaced: bool,
    archived: bool,
}

pub(super) async fn list(
    SignedIn { app, call, record }: SignedIn,
    also: Result<Query<Also>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(also) = also.map_err(|_| Problem::malformed("paramètres connus : replaced, archived"))?;
    let asked = Asked { deprecated: also.replaced, archived: also.archived };
    let wanted = move |entry: &DocumentEntry| match entry.status {
        DocumentStatus::Approved => true,
        DocumentStatus::Deprecated { .. } => also.replaced,
        DocumentStatus::Archived { .. } => also.archived,
        DocumentStatus::Deleted { .. } => false,
    };
    let found = act(&app, move |records| {
        records.search(&call, &Target::Record(record), asked, |_, entry| wanted(entry))
    })
    .await?;
    let documents: Vec<_> = found.get().entries.iter().map(document).collect();
    Ok(Json(json!({ "documents": documents })))
}

pub(super) async fn entry(
    SignedIn { app, call, record }: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = read(&id, &*app.dice);
    let found = act(&app, move |records| records.read_entry(&call, record, id)).await?;
    Ok(Json(document(&found.get().1)))
}

pub(super) async fn content(
    SignedIn { app, call, record }: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = read(&id, &*app.dice);
    let document = act(&app, move |records| records.consult(&call, record, id)).await?.into_inner();
    let description = &document.entry.description;
    let (size, kind) = (description.size, HeaderValue::from_str(&description.mime_type));
    let mut response = Response::new(Body::from_stream(streaming::chunks(document)));
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}

pub(super) async fn mask(
    SignedIn { app, call, record }: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = read(&id, &*app.dice);
    let entry = act(&app, move |records| records.mask(&call, record, id)).await?;
    Ok(Json(document(entry.get())))
}

pub(super) async fn unmask(
    SignedIn { app, call, record }: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = read(&id, &*app.dice);
    let entry = act(&app, move |records| records.unmask(&call, record, id)).await?;
    Ok(Json(document(entry.get())))
}

pub(super) fn document(entry: &DocumentEntry) -> Value {
    let description = &entry.description;
    json!({
        "id": entry.logical_id.to_string(),
        "title": description.title,
        "type": code::document_type(&description.type_code)
            .map(|it| it.label)
            .or(description.type_code.display.as_deref())
            .unwrap_or("Autre document"),
        "typeCode": description.type_code.code,
        "class": entry.class.code(),
        "date": description.created.to_string(),
        "serviceStart": description.service_start.to_string(),
        "deposited": entry.deposited.to_string(),
        "authors": description.authors.iter().map(author).collect::<Vec<_>>(),
        "contentType": description.mime_type,
        "size": description.size,
        "masked": entry.visibility.masked,
        "replaced": matches!(entry.status, DocumentStatus::Deprecated { .. }),
        "archived": matches!(entry.status, DocumentStatus::Archived { .. }),
        "version": entry.version,
        // "ce document est faux": flagged until its depositor answers
        "disputed": entry.is_disputed(),
        "dispute": entry.dispute.as_ref().map(|it| json!({
            "since": it.since.to_string(),
            "answered": it.answered.map(|it| it.to_string()),
            "upheld": it.upheld,
            "word": it.word,
        })),
    })
}

fn author(author: &Author) -> String {
    let name = [&author.prefix, &author.given, &author.family, &author.device];
    let name: Vec<_> = name.into_iter().flatten().map(String::as_str).collect();
    match (name.is_empty(), &author.organisation_name) {
        (false, Some(organisation)) => format!("{}, {organisation}", name.join(" ")),
        (false, None) => name.join(" "),
        (true, Some(organisation)) => organisation.clone(),
        (true, None) => "auteur non nommé".to_owned(),
    }
}

/// A malformed id becomes one that nobody has: it is looked for and traced like any other.
pub(super) fn read(id: &str, dice: &dyn Dice) -> EntryId {
    id.parse().unwrap_or_else(|_| EntryId::random(dice))
}
