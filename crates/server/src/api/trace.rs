//! Who looked, who wrote, who was refused: the trace as its holder reads it (rules, A22).

use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use model::{Person, code};
use record::account::{Account, ObjectAccount, TraceEntry};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::signed_in::SignedIn;
use crate::blocking::act;
use crate::portal::{in_one, messages, whoever};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    before: Option<u64>,
    limit: Option<usize>,
}

const USUAL: usize = 50;
const MOST: usize = 500;

pub(super) async fn trace(
    SignedIn { app, call, record }: SignedIn,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(Page { before, limit }) =
        page.map_err(|_| Problem::malformed("paramètres connus : before, limit"))?;
    let limit = limit.unwrap_or(USUAL).clamp(1, MOST);
    let seen = act(&app, move |records| records.history(&call, record, before, limit)).await?.into_inner();
    let lines: Vec<_> = seen.lines.iter().map(line).collect();
    Ok(Json(json!({ "lines": lines, "next": seen.next })))
}

pub(super) fn line(entry: &TraceEntry) -> Value {
    let TraceEntry { at, account, .. } = entry;
    json!({
        "at": at.to_string(),
        "text": in_one(account),
        "who": who(account),
        "act": account.act.to_string(),
        "verdict": account.verdict,
        "purpose": account.purpose,
        "about": account.about,
        "rules": account.rules.iter().map(|it| rule(it)).collect::<Vec<_>>(),
        "objects": account.objects.iter().map(object).collect::<Vec<_>>(),
        "request": account.request.to_string(),
    })
}

fn object(object: &ObjectAccount) -> Value {
    json!({
        "document": object.document.map(|id| id.to_string()),
        "typeCode": object.type_code,
        "type": code::document_types().into_iter().find(|it| it.code == object.type_code).map(|it| it.label),
        "fate": object.fate,
        "rules": object.rules.iter().map(|it| rule(it)).collect::<Vec<_>>(),
    })
}

fn rule(number: &str) -> Value {
    let words = number.parse::<policy::Rule>().ok().map(|rule| rule.words_fr());
    json!({ "number": number, "words": words })
}

fn who(account: &Account) -> Value {
    let caller = &account.caller;
    let person = match caller.person.proved() {
        Some(Person::Professional(it)) => {
            Some(json!({ "id": it.id.to_string(), "name": it.name, "profession": it.profession.label() }))
        }
        Some(Person::Agent(it)) => Some(
            json!({ "id": it.id.to_string(), "name": it.name, "profession": messages().t("tell.agent") }),
        ),
        Some(_) => Some(json!({ "name": whoever(account) })),
        None => None,
    };
    let organisation =
        caller.organisation.proved().map(|it| json!({ "id": it.id.to_string(), "name": it.name }));
    json!({ "person": person, "organisation": organisation, "door": caller.door })
}
