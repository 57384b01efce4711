//! Depositing by hand: a form, a file, and the record's own act of feeding. Needs no authorisation, and is open to
//! who is blocked (rules, W2).

use askama::Template;
use axum::extract::Path;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::http::StatusCode;
use axum::response::Response;
use model::chance::throw;
use model::{DocumentEntry, RecordId, RelationKind};
use record::{AuthorisationStatus, Failure, RefusalKind, StatusView};
use serde::Deserialize;

use super::draft::{Deposit, FILE_BYTES_MAX, Faults, Typed, kinds, refused, submission};
use super::error::{ProError, ProWrong};
use super::find::{found, record_id, record_path};
use super::frame::{Head, Patient, page as framed};
use super::session::Pro;
use crate::portal::content;
use crate::portal::layout::{Page, go};
use crate::portal::messages::messages;
use crate::portal::session::InQuery;
use crate::portal::when;

const TEXT_BYTES_MAX: usize = 8 << 10;
const FIELDS_MAX: usize = 16;

#[derive(Template)]
#[template(path = "pro/deposit.html")]
struct DepositPage {
    page: Page,
    head: Head,
    patient: Option<Patient>,
    path: String,
    back: String,
    groups: Vec<Group>,
    typed: Typed,
    faults: Faults,
    today: String,
    /// The title of the document that is replaced or completed.
    about: Option<String>,
}

/// From one's own document: to stand in for it, or to complete it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct About {
    replace: String,
    append: String,
}

/// The types of one class, as the form offers them.
struct Group {
    class: &'static str,
    kinds: Vec<Offered>,
}

struct Offered {
    code: &'static str,
    label: &'static str,
    is_on: bool,
}

pub async fn page(
    pro: Pro,
    Path(record): Path<String>,
    InQuery(about): InQuery<About>,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let view = status(&pro, record).await?;
    if !view.status.is_open() {
        return Ok(go(&format!("{}/access", record_path(record))));
    }
    let mut typed = Typed {
        lot: uuid::Builder::from_random_bytes(throw::<16>(&*pro.app.dice)).into_uuid().to_string(),
        date: pro.app.clock.now().in_paris().date().to_string(),
        who: "all".into(),
        ..Typed::default()
    };
    let (relation, target) = match (about.replace.is_empty(), about.append.is_empty()) {
        (false, _) => ("replace", about.replace),
        (true, false) => ("append", about.append),
        (true, true) => return Ok(deposit_page(&pro, record, &view, typed, Faults::default(), None)),
    };
    let entry = older(&pro, record, &target).await?;
    typed.relation = relation.to_owned();
    typed.target = entry.logical_id.to_string();
    typed.kind.clone_from(&entry.description.type_code.code);
    if relation == "replace" {
        typed.title.clone_from(&entry.description.title);
        typed.date = when::machine(entry.description.service_start);
    }
    let title = entry.description.title;
    Ok(deposit_page(&pro, record, &view, typed, Faults::default(), Some(title)))
}

/// The document a new one is about, as this professional reads it. Whether they may replace it, feeding says.
async fn older(pro: &Pro, record: RecordId, id: &str) -> Result<DocumentEntry, ProError> {
    let id = content::read(id, &pro.app);
    let (_, entry) = pro.act(move |records, call| records.read_entry(call, record, id)).await?.into_inner();
    Ok(entry)
}

/// The form again, with what is wrong.
async fn again(
    pro: &Pro,
    record: RecordId,
    view: &StatusView,
    typed: Typed,
    faults: Faults,
) -> Result<Response, ProError> {
    let about = match typed.related() {
        Some(_) => Some(older(pro, record, &typed.target).await?.description.title),
        None => None,
    };
    Ok(deposit_page(pro, record, view, typed, faults, about))
}

async fn status(pro: &Pro, record: RecordId) -> Result<StatusView, ProError> {
    let ins = found(pro, record)?.ins;
    Ok(pro.act(move |records, call| records.know_status(call, &ins)).await?.into_inner())
}

fn deposit_page(
    pro: &Pro,
    record: RecordId,
    view: &StatusView,
    typed: Typed,
    faults: Faults,
    about: Option<String>,
) -> Response {
    let m = messages();
    let title = match typed.related() {
        Some((RelationKind::Replaces, _)) => m.t("pro.deposit.replace"),
        Some(_) => m.t("pro.deposit.append"),
        None => m.t("pro.deposit.title"),
    };
    let (page, head) = framed(pro, title);
    let path = record_path(record);
    let readable = view.authorisation == AuthorisationStatus::Valid;
    let groups = kinds(view.attending)
        .into_iter()
        .map(|(class, kinds)| {
            let offered = |it: &model::code::DocumentType| Offered {
                code: it.code,
                label: it.label,
                is_on: it.code == typed.kind,
            };
            Group { class, kinds: kinds.into_iter().map(offered).collect() }
        })
        .collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Page::show_as(
        status,
        &DepositPage {
            patient: view.identity.as_ref().map(|it| Patient::of(it, page.now)),
            back: if readable { path.clone() } else { format!("{path}/access") },
            today: page.now.in_paris().date().to_string(),
            path,
            groups,
            typed,
            faults,
            about,
            page,
            head,
        },
    )
}

pub async fn deposit(
    pro: Pro,
    Path(record): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, ProError> {
    let multipart = multipart.map_err(|_| pro.wrong(ProWrong::Malformed))?;
    let (anti_forgery, typed) = read(multipart).await.ok_or_else(|| pro.wrong(ProWrong::Malformed))?;
    pro.owns(&anti_forgery)?;
    let record = record_id(&pro, &record);
    let view = status(&pro, record).await?;
    if !view.status.is_open() {
        return Ok(go(&format!("{}/access", record_path(record))));
    }
    let ins = found(&pro, record)?.ins;
    let by = Deposit {
        who: &pro.who,
        place: pro.place.as_ref(),
        record,
        ins: &ins,
        identity: view.identity.as_ref(),
        now: pro.app.clock.now(),
    };
    let mut lot = match submission(&typed, &by, view.attending) {
        Ok(lot) => lot,
        Err(faults) => return again(&pro, record, &view, typed, *faults).await,
    };
    // the record of the address and the one of the INS must be one
    lot.record = Some(record);
    match pro.try_act(move |records, call| records.feed(call, &lot)).await {
        Ok(_) if view.authorisation == AuthorisationStatus::Valid => {
            let path = record_path(record);
            Ok(match typed.related() {
                Some((RelationKind::Replaces, _)) => pro.done("pro.done.replaced", &path),
                Some(_) => pro.done("pro.done.appended", &path),
                None => pro.done("pro.done.deposited", &path),
            })
        }
        Ok(_) => Ok(pro.done("pro.done.deposited", &format!("{}/access", record_path(record)))),
        Err(Failure::Refused(no)) if matches!(no.kind, RefusalKind::Rule | RefusalKind::Conflict) => {
            again(&pro, record, &view, typed, refused(&no)).await
        }
        Err(failure) => Err(pro.wrong(failure)),
    }
}

/// The anti-forgery token and the fields; a file too large is read to its end and not kept. None where the body
/// is not a form of ours.
async fn read(mut multipart: Multipart) -> Option<(String, Typed)> {
    let (mut anti_forgery, mut typed) = (String::new(), Typed::default());
    for _ in 0..FIELDS_MAX {
        let Some(mut field) = multipart.next_field().await.ok()? else {
            return Some((anti_forgery, typed));
        };
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = name == "file";
        if is_file {
            typed.file_name = field.file_name().unwrap_or_default().chars().take(120).collect();
        }
        let most = if is_file { FILE_BYTES_MAX } else { TEXT_BYTES_MAX };
        let mut bytes = Vec::new();
        let mut is_too_large = false;
        while let Some(chunk) = field.chunk().await.ok()? {
            is_too_large |= bytes.len() + chunk.len() > most;
            if !is_too_large {
                bytes.extend_from_slice(&chunk);
            }
        }
        if is_file {
            typed.is_too_large = is_too_large;
            typed.file = if is_too_large { Vec::new() } else { bytes };
            continue;
        }
        let text = String::from_utf8(bytes).ok().filter(|_| !is_too_large)?;
        match name.as_str() {
            "anti_forgery" => anti_forgery = text,
            "lot" => typed.lot = text,
            "kind" => typed.kind = text,
            "title" => typed.title = text,
            "date" => typed.date = text,
            "who" => typed.who = text,
            "relation" => typed.relation = text,
            "target" => typed.target = text,
            _ => {}
        }
    }
    None
}
