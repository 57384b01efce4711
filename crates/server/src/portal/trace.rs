//! Who looked: the trace as a timeline of sentences, with filters as plain links (rules, A22).

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::RowId;
use record::account::TraceEntry;
use record::{Failure, RefusalKind};
use serde::Deserialize;

use super::errors::{PageError, Wrong};
use super::layout::{Here, Page, in_query};
use super::messages::messages;
use super::session::{Holder, InQuery, Posted};
use super::space::Filter;
use super::tell::{Told, told};

/// Lines opened for one page.
const LINES: usize = 300;
const KINDS: [&str; 8] = ["others", "reads", "deposits", "rights", "emergency", "refused", "mine", "all"];
/// How far back one access is looked for.
const PAGES_SEARCHED: usize = 20;
/// Persons one can choose from.
const PERSONS_MAX: usize = 12;

#[derive(Template)]
#[template(path = "trace.html")]
struct TracePage {
    page: Page,
    kinds: Vec<Filter>,
    persons: Vec<Filter>,
    sentences: Vec<Told>,
    older: Option<String>,
    newest: Option<String>,
}

#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    before: Option<u64>,
}

pub async fn trace(holder: Holder, InQuery(wanted): InQuery<Wanted>) -> Result<Response, PageError> {
    let Wanted { kind, who, before } = wanted;
    let kind = KINDS.into_iter().find(|it| *it == kind).unwrap_or("others");
    let seen = holder
        .act(move |records, call, record| records.history(call, record, before, LINES))
        .await?
        .into_inner();
    let page = Page::of(&holder, Here::Trace, messages().t("trace.title"));
    let all = told(&seen.lines, page.now);
    let persons = persons(&all, kind, &who);
    let sentences: Vec<_> = all
        .into_iter()
        .filter(|it| it.is_of(kind) && (who.is_empty() || it.person.as_deref() == Some(&who)))
        .collect();
    let older = seen.next.map(|before| format!("{}&before={before}", path(kind, &who)));
    let newest = before.map(|_| path(kind, &who));
    let kinds = KINDS
        .into_iter()
        .map(|it| Filter {
            href: path(it, &who),
            word: messages().of("kind", it).unwrap_or_default().to_owned(),
            count: None,
            is_on: it == kind,
        })
        .collect();
    Ok(Page::show(&TracePage { page, kinds, persons, sentences, older, newest }))
}

fn path(kind: &str, who: &str) -> String {
    let who = if who.is_empty() { String::new() } else { format!("&who={}", in_query(who)) };
    format!("/trace?kind={kind}{who}")
}

/// Everybody who appears, each once, and "everybody".
fn persons(all: &[Told], kind: &str, who: &str) -> Vec<Filter> {
    let mut found: Vec<Filter> = vec![Filter {
        href: path(kind, ""),
        word: messages().t("trace.everybody").to_owned(),
        count: None,
        is_on: who.is_empty(),
    }];
    for it in all {
        let Some(id) = &it.person else { continue };
        if found.iter().all(|known| known.word != it.who) && found.len() <= PERSONS_MAX {
            found.push(Filter { href: path(kind, id), word: it.who.clone(), count: None, is_on: id == who });
        }
    }
    found
}

#[derive(Template)]
#[template(path = "not_me.html")]
struct NotMePage {
    page: Page,
    it: Told,
}

/// What to do about an access one does not recognise, named by its request: a line's place would tell how many
/// there are that may not be known (rules, A5).
pub async fn not_me(holder: Holder, Path(request): Path<String>) -> Result<Response, PageError> {
    let found = line_of(&holder, request).await?;
    let page = Page::of(&holder, Here::Trace, messages().t("notme.title"));
    let it = found.and_then(|it| told(&[it], page.now).pop()).ok_or_else(|| holder.wrong(Wrong::Missing))?;
    Ok(Page::show(&NotMePage { page, it }))
}

#[derive(Template)]
#[template(path = "contest.html")]
struct ContestPage {
    page: Page,
    it: Told,
}

/// "Ce n'était pas une urgence": what it does is said before it is done.
pub async fn contest_page(holder: Holder, Path(request): Path<String>) -> Result<Response, PageError> {
    let found = line_of(&holder, request).await?;
    let page = Page::of(&holder, Here::Trace, messages().t("contest.title"));
    let it = found.and_then(|it| told(&[it], page.now).pop()).filter(Told::is_contestable);
    let it = it.ok_or_else(|| holder.wrong(Wrong::Missing))?;
    Ok(Page::show(&ContestPage { page, it }))
}

pub async fn contest(
    Path(request): Path<String>,
    Posted { by: holder, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let access: RowId = request.parse().map_err(|_| holder.wrong(Wrong::Missing))?;
    let done =
        holder.try_act(move |records, call, record| records.contest_emergency(call, record, access)).await;
    match done {
        Ok(_) => Ok(holder.done("done.contested", "/trace?kind=emergency")),
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Rule => {
            Ok(holder.done("done.already", "/trace?kind=emergency"))
        }
        Err(failure) => Err(holder.wrong(failure)),
    }
}

/// The line of a request, as far back as one looks.
async fn line_of(holder: &Holder, request: String) -> Result<Option<TraceEntry>, PageError> {
    holder
        .act(move |records, call, record| {
            let mut before = None;
            for _ in 0..PAGES_SEARCHED {
                let seen = records.history(call, record, before, LINES)?.into_inner();
                let found = seen.lines.into_iter().find(|it| it.account.request.to_string() == request);
                before = seen.next;
                if found.is_some() || before.is_none() {
                    return Ok(found);
                }
            }
            Ok(None)
        })
        .await
}
