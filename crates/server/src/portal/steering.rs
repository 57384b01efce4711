//! The steering door as pages: emergencies by organisation, and those that wait for a reviewer, who sees nobody's
//! record (rules, A21). Who comes shows a certificate; a form counts only from a page of this very door.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use model::{Emergency, RecordId, RowId};
use record::{Call, Disclosed, ReasonCategory, ReviewFinding, ToReview};

use super::assets;
use super::errors::{PageError, Side, Wrong};
use super::form::{BYTES_MAX, Form, unread};
use super::home::person;
use super::layout::{Page, go};
use super::messages::messages;
use super::session::is_from_here;
use super::when;
use crate::api::steering::Steerer;
use crate::app::App;
use crate::blocking::act;

/// Who is at this door, and where in its pages.
struct Desk {
    name: String,
    /// A reviewer: who runs the service has no queue.
    reviews: bool,
    here: &'static str,
}

struct Waiting {
    /// Where the word on it is posted.
    path: String,
    who: String,
    as_what: String,
    house: String,
    when: String,
    kind: &'static str,
    why: &'static str,
    contested: bool,
    last: Option<&'static str>,
}

struct House {
    name: String,
    id: String,
    accesses: u64,
    emergencies: u64,
    rate: String,
}

#[derive(Template)]
#[template(path = "steering/reviews.html")]
struct ReviewsPage {
    page: Page,
    desk: Desk,
    waiting: Vec<Waiting>,
}

#[derive(Template)]
#[template(path = "steering/rates.html")]
struct RatesPage {
    page: Page,
    desk: Desk,
    from: String,
    houses: Vec<House>,
    service: Vec<String>,
}

/// Beside the routes of programs (`api::steering`): what only a browser asks for.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route(assets::STYLE_PATH.as_str(), get(assets::style))
        .route("/icon.svg", get(assets::icon))
        .route("/", get(start))
        .route("/reviews/{record}/{access}/word", post(word))
}

async fn start(Steerer { call, .. }: Steerer) -> Response {
    go(if is_reviewer(&call) { "/reviews" } else { "/emergencies" })
}

fn is_reviewer(call: &Call) -> bool {
    matches!(call.caller.person.proved(), Some(model::Person::Reviewer(_)))
}

fn desk(call: &Call, here: &'static str) -> Desk {
    let name = call.caller.official().map(|it| it.name.clone()).unwrap_or_default();
    Desk { name, reviews: is_reviewer(call), here }
}

fn wrong(app: &Arc<App>, call: &Call, what: impl Into<Wrong>) -> PageError {
    PageError::new(app, call.request, what.into()).among(Side::Steering)
}

/// The queue, the oldest first.
pub async fn reviews(steerer: Steerer, said: bool) -> Response {
    let Steerer { app, call } = steerer;
    let asked = call.clone();
    match act(&app, move |records| records.reviews(&asked)).await {
        Ok(waiting) => {
            let page = Page::open(&app, messages().t("steer.reviews"));
            let page = if said { page.done("steer.done") } else { page };
            let waiting = waiting.iter().map(Disclosed::get).map(|it| waits(&app, it, &page)).collect();
            Page::show(&ReviewsPage { desk: desk(&call, "reviews"), waiting, page })
        }
        Err(failure) => wrong(&app, &call, failure).into_response(),
    }
}

fn waits(app: &App, it: &ToReview, page: &Page) -> Waiting {
    let m = messages();
    let known = person(&app.directory, &it.person);
    let house = it.organisation.as_ref();
    let house = house.map(|id| app.directory.organisation(id).map_or_else(|| id.to_string(), |it| it.name));
    Waiting {
        path: format!("/reviews/{}/{}/word", it.record, it.access),
        who: it.name.clone(),
        as_what: known.profession,
        house: house.unwrap_or_default(),
        when: when::moment_from(it.at, page.now),
        kind: match it.kind {
            Emergency::BreakGlass => m.t("steer.kind.glass"),
            Emergency::Regulation => m.t("steer.kind.regulation"),
        },
        why: match it.category {
            ReasonCategory::Unconscious => m.t("pro.glass.category.unconscious"),
            ReasonCategory::Confused => m.t("pro.glass.category.confused"),
            ReasonCategory::VitalRisk => m.t("pro.glass.category.vital"),
            ReasonCategory::Regulation => m.t("steer.category.regulation"),
            ReasonCategory::Other => m.t("pro.glass.category.other"),
        },
        contested: it.contested,
        last: it.last.map(|it| match it {
            ReviewFinding::Justified => m.t("steer.finding.justified"),
            ReviewFinding::NotJustified => m.t("steer.finding.not"),
            ReviewFinding::Inquiry => m.t("steer.finding.inquiry"),
        }),
    }
}

/// A reviewer's word, from the page.
async fn word(
    Steerer { app, call }: Steerer,
    Path((record, access)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, PageError> {
    if !is_from_here(&headers, &app.addresses.steer) {
        return Err(wrong(&app, &call, Wrong::Foreign));
    }
    let bytes = to_bytes(request.into_body(), BYTES_MAX).await;
    let bytes = bytes.map_err(|fault| wrong(&app, &call, unread(&fault)))?;
    let form = Form::read(&bytes).ok_or_else(|| wrong(&app, &call, Wrong::Malformed))?;
    let finding = match form.text("finding") {
        "justified" => ReviewFinding::Justified,
        "not_justified" => ReviewFinding::NotJustified,
        "inquiry" => ReviewFinding::Inquiry,
        _ => return Err(wrong(&app, &call, Wrong::Malformed)),
    };
    let missing = || wrong(&app, &call, Wrong::Missing);
    let record = record.parse::<RecordId>().map_err(|_| missing())?;
    let access = access.parse::<RowId>().map_err(|_| missing())?;
    let asked = call.clone();
    act(&app, move |records| records.review_emergency(&asked, record, access, finding))
        .await
        .map_err(|failure| wrong(&app, &call, failure))?;
    Ok(go("/reviews?said=1"))
}

/// Emergencies among all accesses, by organisation.
pub async fn rates(steerer: Steerer) -> Response {
    let Steerer { app, call } = steerer;
    let asked = call.clone();
    match act(&app, move |records| records.emergency_rates(&asked)).await {
        Ok(rates) => {
            let rates = rates.into_inner();
            let house = |it: &record::HouseRate| House {
                name: app
                    .directory
                    .organisation(&it.organisation)
                    .map_or_else(|| it.organisation.to_string(), |it| it.name),
                id: it.organisation.to_string(),
                accesses: it.accesses,
                emergencies: it.emergencies,
                rate: percent(it.emergencies, it.accesses),
            };
            let page = Page::open(&app, messages().t("steer.rates"));
            let houses = rates.houses.iter().map(house).collect();
            let (desk, from, service) =
                (desk(&call, "rates"), when::day(rates.from), service(&app, rates.service));
            Page::show(&RatesPage { page, desk, from, houses, service })
        }
        Err(failure) => wrong(&app, &call, failure).into_response(),
    }
}

/// What concerns no house: the trace on its way to an audit repository, and signatures that are out of date.
fn service(app: &App, figures: record::ServiceFigures) -> Vec<String> {
    let m = messages();
    let waiting = app.audit.as_ref().map(|it| figures.lines.saturating_sub(it.standing().confirmed));
    let audit = match waiting {
        None => m.t("steer.audit.none").to_owned(),
        Some(0) => m.t("steer.audit.all").to_owned(),
        Some(waiting) => m.t1("steer.audit.waiting", waiting),
    };
    vec![audit, m.t1("steer.legacy", figures.legacy_signatures)]
}

/// "2,5 %".
fn percent(part: u64, of: u64) -> String {
    let tenths = (u128::from(part) * 2000 / u128::from(of.max(1))).div_ceil(2);
    format!("{},{}\u{a0}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_rate_is_said_as_one_says_it() {
        for (part, of, said) in
            [(0, 0, "0,0 %"), (1, 40, "2,5 %"), (1, 3, "33,3 %"), (2, 3, "66,7 %"), (7, 7, "100,0 %")]
        {
            assert_eq!(percent(part, of).replace('\u{a0}', " "), said);
        }
    }
}
