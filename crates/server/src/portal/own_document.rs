//! A document the holder writes: of the kinds kept for them, and always shown as theirs (rules, W4).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use model::code;

use super::errors::PageError;
use super::layout::{Here, Page};
use super::messages::messages;
use super::session::{Holder, Posted};
use crate::api::own_document::{self, Unfit};

/// What one writes oneself, most asked for first; other kinds are files.
const KINDS: [&str; 3] = ["EXPPAT_1", "EXPPAT_3", "EXPPAT_2"];

#[derive(Template)]
#[template(path = "setting_document.html")]
struct WritePage {
    page: Page,
    kinds: Vec<(&'static str, &'static str)>,
    kind: String,
    title: String,
    text: String,
    error: Option<&'static str>,
}

pub async fn page(holder: Holder) -> Response {
    show(&holder, [String::new(), String::new(), String::new()], None)
}

fn show(holder: &Holder, [kind, title, text]: [String; 3], error: Option<&'static str>) -> Response {
    let label = |code: &'static str| {
        let found = code::document_types().into_iter().find(|it| it.code == code);
        (code, found.map_or(code, |it| it.label))
    };
    let page = Page::of(holder, Here::Elsewhere, messages().t("settings.document"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let kinds = KINDS.map(label).to_vec();
    Page::show_as(status, &WritePage { page, kinds, kind, title, text, error })
}

pub async fn write(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let [kind, title, text] = ["kind", "title", "text"].map(|it| form.text(it).to_owned());
    let (app, call, record) = (&holder.app, holder.call.clone(), holder.record);
    let content = text.clone().into_bytes();
    let fed = own_document::feed(app, call, record, &kind, &title, content).await;
    match fed {
        Ok(Some(id)) => Ok(holder.done("done.document", &format!("/documents/{id}"))),
        Ok(None) => Ok(holder.done("done.document", "/documents")),
        Err(Unfit::Said) => {
            Ok(show(&holder, [kind, title, text], Some(messages().t("settings.document.error"))))
        }
        Err(Unfit::Failed(failure)) => Err(holder.wrong(failure)),
    }
}
