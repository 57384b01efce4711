//! A document of the holder's own: written as text, or a file; of the types kept for holders, and always shown as
//! theirs (rules, W4). Directives and wills are `EXPPAT_1`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use model::code::{self, FALLBACK_FORMAT, TRE_A06};
use model::{
    Author, ClassCode, Coding, Confidentiality, Description, EntryId, RecordId, SaidTraits, SourcePatient,
    UniqueId, Visibility,
};
use record::{Call, Failure, NewDocument, Submission};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Problem;
use super::signed_in::SignedIn;
use crate::app::App;
use crate::blocking::act;

const TITLE_CHARS_MAX: usize = 128;
const FILE_BYTES_MAX: usize = 1 << 20;
const SOURCE: &str = "urn:oid:1.2.250.1.213.1.999.3";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Own {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    #[serde(default)]
    text: Option<String>,
    /// Base64; a PDF, a JPEG image or text.
    #[serde(default)]
    file: Option<String>,
}

const EXPECTED: &str =
    "attendu : {\"type\", \"title\"} et \"text\", ou \"file\" (PDF, JPEG ou texte, en base64)";

pub(super) async fn add(
    SignedIn { app, call, record }: SignedIn,
    body: Result<Json<Own>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let malformed = || Problem::malformed(EXPECTED);
    let Json(Own { kind, title, text, file }) = body.map_err(|_| malformed())?;
    let content = match (text, file) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(file)) => BASE64_STANDARD.decode(file).map_err(|_| malformed())?,
        _ => return Err(malformed()),
    };
    let fed = feed(&app, call, record, &kind, &title, content).await;
    match fed {
        Ok(id) => Ok(Json(json!({ "id": id.map(|it| it.to_string()) }))),
        Err(Unfit::Said) => Err(malformed()),
        Err(Unfit::Failed(failure)) => Err(failure.into()),
    }
}

/// Why a document of one's own was not taken.
pub(crate) enum Unfit {
    /// What was said of it, or its content.
    Said,
    Failed(Failure),
}

/// Feeds a document of the holder's own, of one of the kinds kept for them.
pub(crate) async fn feed(
    app: &Arc<App>,
    call: Call,
    record: RecordId,
    kind: &str,
    title: &str,
    content: Vec<u8>,
) -> Result<Option<EntryId>, Unfit> {
    let title = title.trim().to_owned();
    let said = !title.is_empty()
        && title.chars().count() <= TITLE_CHARS_MAX
        && !title.chars().any(char::is_control)
        && !content.is_empty()
        && content.len() <= FILE_BYTES_MAX;
    let kinds = code::document_types();
    let kind = kinds.into_iter().find(|it| {
        let coding = Coding { system: it.system.into(), code: it.code.into(), display: None };
        it.code == kind && code::is_of_the_holder(&coding)
    });
    let kind = kind.filter(|_| said).ok_or(Unfit::Said)?;
    let now = app.clock.now().timestamp();
    let id = Uuid::from_bytes(model::chance::throw(&*app.dice));
    let document = document(kind, title, content, now, id).ok_or(Unfit::Said)?;
    let fed = act(app, move |records| {
        let overview = records.overview(&call, record)?.into_inner();
        let lot = lot(overview.identity.ins, document, now, id);
        let Some(lot) = lot else { return Err(record::Refusal::because("document", "unusable").into()) };
        records.feed(&call, &lot)
    })
    .await
    .map_err(Unfit::Failed)?;
    Ok(fed.get().documents.first().copied())
}

fn document(
    kind: &code::DocumentType,
    title: String,
    content: Vec<u8>,
    now: Timestamp,
    id: Uuid,
) -> Option<NewDocument> {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    let media = if content.starts_with(b"%PDF-") {
        "application/pdf"
    } else if content.starts_with(b"\xff\xd8\xff") {
        "image/jpeg"
    } else {
        "text/plain"
    };
    let description = Description {
        unique_id: UniqueId::Uuid(id),
        identifiers: Vec::new(),
        type_code: Coding::new(kind.system, kind.code, Some(kind.label)).ok()?,
        format: Coding::new(TRE_A06, FALLBACK_FORMAT, None).ok()?,
        mime_type: media.to_owned(),
        language: "fr-FR".into(),
        title,
        comments: None,
        confidentiality: Confidentiality::Normal,
        created: now,
        service_start: now,
        service_stop: None,
        facility_type: facility()?,
        practice_setting: Coding::new("1.2.250.1.213.1.1.4.9", "AMBULATOIRE", Some("Ambulatoire")).ok()?,
        events: Vec::new(),
        authors: vec![Author::default()],
        authenticator: None,
        custodian: None,
        source_patient: SourcePatient::default(),
        references: Vec::new(),
        hash: digest(&SHA1_FOR_LEGACY_USE_ONLY, &content).as_ref().try_into().ok()?,
        size: content.len() as u64,
    };
    Some(NewDocument {
        description,
        visibility: Visibility::default(),
        category: kind.class.map(ClassCode::coding),
        relates: Vec::new(),
        content: content.into(),
        said: SaidTraits::default(),
        author_organisations: Vec::new(),
        element: "document".into(),
    })
}

fn facility() -> Option<Coding> {
    Coding::new("1.2.250.1.71.4.2.4", "SA05", Some("Domicile")).ok()
}

fn lot(ins: model::Ins, document: NewDocument, now: Timestamp, id: Uuid) -> Option<Submission> {
    Some(Submission {
        ins,
        said: SaidTraits::default(),
        record: None,
        unique_id: None,
        source_id: UniqueId::from_urn(SOURCE).ok()?,
        content_type: facility()?,
        title: None,
        comments: None,
        submitted: now,
        author: Author::default(),
        recipients: Vec::new(),
        documents: vec![document],
        digest: id.to_string(),
    })
}
