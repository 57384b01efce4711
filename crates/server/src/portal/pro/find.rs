//! Finding a person by their INS, knowing whether they have a record and whether one is authorised (TD0.2), and
//! recording, by an explicit act, that the holder authorised (TD0.3; EX_0.3-1010; rules, W10).

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::{Grantee, Ins, InsAuthority, RecordId, RecordStatus};
use record::{AuthorisationStatus, StatusView, Target};

use super::context::Wanted;
use super::error::{ProError, ProWrong};
use super::frame::{Head, Patient, page, spaced};
use super::login::places;
use super::session::{PostedPro, Pro};
use super::sessions;
use crate::portal::layout::{Page, go};
use crate::portal::messages::messages;
use crate::portal::session::{capitals, shown_name};
use crate::portal::when;

/// People of the demo named on the page.
const PEOPLE_SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "pro/find.html")]
struct FindPage {
    page: Page,
    head: Head,
    typed: String,
    authorities: Vec<Choice>,
    error: Option<&'static str>,
    places: Vec<Choice>,
    people: Vec<(String, String)>,
    regulars: Vec<(String, String, &'static str)>,
}

pub struct Choice {
    pub value: String,
    pub word: String,
    pub is_on: bool,
}

pub async fn home(pro: Pro) -> Result<Response, ProError> {
    pro.is_active()?;
    Ok(find_page(&pro, String::new(), None, None))
}

fn find_page(
    pro: &Pro,
    typed: String,
    authority: Option<InsAuthority>,
    error: Option<&'static str>,
) -> Response {
    let (page, head) = page(pro, messages().t("pro.find.title"));
    let demo = pro.app.demo.is_some();
    let known = authorities(demo);
    let on = authority.or(known.first().copied());
    let choice = |it: &InsAuthority| Choice {
        value: it.fhir_type().to_owned(),
        word: authority_word(*it).to_owned(),
        is_on: Some(*it) == on,
    };
    let places = places(pro);
    Page::show(&FindPage {
        typed,
        authorities: known.iter().map(choice).collect(),
        error,
        places: if places.len() < 2 { Vec::new() } else { places.into_iter().map(place).collect() },
        people: if demo { invented() } else { Vec::new() },
        regulars: regulars(pro),
        page,
        head,
    })
}

fn place((id, word, is_on): (model::StructIdNat, String, bool)) -> Choice {
    Choice { value: id.to_string(), word, is_on }
}

/// The kinds of number one may type; those of tests in the demo alone.
pub fn authorities(demo: bool) -> Vec<InsAuthority> {
    if demo {
        vec![InsAuthority::Test, InsAuthority::Nir, InsAuthority::Nia, InsAuthority::Demo]
    } else {
        vec![InsAuthority::Nir, InsAuthority::Nia]
    }
}

fn authority_word(authority: InsAuthority) -> &'static str {
    let m = messages();
    match authority {
        InsAuthority::Nir => m.t("pro.ins.nir"),
        InsAuthority::Nia => m.t("pro.ins.nia"),
        InsAuthority::Test => m.t("pro.ins.test"),
        InsAuthority::Demo => m.t("pro.ins.demo"),
    }
}

/// People of the demo's town who let this professional in: name, number, as what.
fn regulars(pro: &Pro) -> Vec<(String, String, &'static str)> {
    let m = messages();
    let all = pro.app.demo.iter().flat_map(|demo| &demo.regulars);
    let mine = all.filter(|it| it.professional == pro.who.id).take(PEOPLE_SHOWN);
    mine.map(|it| {
        let as_what =
            if it.attending { m.t("pro.find.regular.attending") } else { m.t("pro.find.regular.authorised") };
        let (given, family) = it.name.split_once(' ').unwrap_or(("", &it.name));
        (format!("{} {family}", capitals(given)), it.ins.clone(), as_what)
    })
    .collect()
}

/// Names and numbers of people nobody is.
fn invented() -> Vec<(String, String)> {
    let people = rehearsal::people().into_iter().take(PEOPLE_SHOWN);
    people.map(|it| (shown_name(&it.identity.traits), it.identity.ins.matricule().to_owned())).collect()
}

/// The number never stands in an address: it is posted, and the record's opaque id takes over.
pub async fn find(PostedPro { pro, form }: PostedPro) -> Result<Response, ProError> {
    let typed: String = form.text("ins").chars().take(40).collect();
    let number: String = typed.chars().filter(|it| !it.is_whitespace() && *it != '.').collect();
    let kinds = authorities(pro.app.demo.is_some());
    let authority = kinds.iter().copied().find(|it| it.fhir_type() == form.text("authority"));
    let authority = authority.or(kinds.first().copied()).unwrap_or(InsAuthority::Nir);
    let ins = match Ins::new(authority, &number.to_uppercase()) {
        Ok(ins) => ins,
        Err(fault) => {
            pro.is_active()?;
            let words = match fault {
                model::ins::InsError::Key => messages().t("pro.find.error.key"),
                _ => messages().t("pro.find.error.shape"),
            };
            return Ok(find_page(&pro, typed, Some(authority), Some(words)));
        }
    };
    show(&pro, ins, Wanted::Record).await
}

/// Whether there is a record, and to its page: the one that was wanted, where the person was let in.
pub async fn show(pro: &Pro, ins: Ins, wanted: Wanted) -> Result<Response, ProError> {
    let asked = ins.clone();
    let view = pro.act(move |records, call| records.know_status(call, &asked)).await?.into_inner();
    let Some(record) = view.record else {
        return Ok(access_page(pro, &view, &ins, None));
    };
    know(pro, record, ins, &view);
    let path = record_path(record);
    let open = view.status.is_open() && view.authorisation == AuthorisationStatus::Valid;
    Ok(go(&match wanted {
        Wanted::Emergency if view.status.is_open() => format!("{path}/emergency"),
        _ if !open => format!("{path}/access"),
        Wanted::Access => format!("{path}/access"),
        Wanted::Accesses => format!("{path}/accesses"),
        Wanted::Deposit => format!("{path}/deposit"),
        Wanted::Record | Wanted::Emergency => path,
    }))
}

/// What the session remembers of a record it asked about.
fn know(pro: &Pro, record: RecordId, ins: Ins, view: &StatusView) {
    let sessions = &pro.app.pro.sessions;
    let visited = sessions.patient(&pro.token, record).and_then(|it| it.visited);
    let used = pro.app.clock.now();
    sessions.know(&pro.token, record, sessions::Patient { ins, attending: view.attending, visited, used });
}

pub fn record_path(record: RecordId) -> String {
    format!("/pro/records/{record}")
}

/// The id of an address; a malformed one is one nobody has.
pub fn record_id(pro: &Pro, text: &str) -> RecordId {
    text.parse().unwrap_or_else(|_| RecordId::random(&*pro.app.dice))
}

/// The INS this session found the record by; without one, the person is to be looked for.
pub fn found(pro: &Pro, record: RecordId) -> Result<sessions::Patient, ProError> {
    let found = pro.app.pro.sessions.patient(&pro.token, record);
    found.ok_or_else(|| pro.wrong(ProWrong::Go("/pro".into())))
}

#[derive(Template)]
#[template(path = "pro/access.html")]
struct AccessPage {
    page: Page,
    head: Head,
    patient: Option<Patient>,
    /// `absent`, `closed`, `forbidden`, `none`, `expired`, `valid`.
    state: &'static str,
    number: String,
    closed: Option<String>,
    attending: bool,
    attending_pending: bool,
    is_doctor: bool,
    path: String,
    error: Option<&'static str>,
}

pub async fn access(pro: Pro, Path(record): Path<String>) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let ins = found(&pro, record)?.ins;
    let view = status(&pro, record, &ins).await?;
    Ok(access_page(&pro, &view, &ins, None))
}

async fn status(pro: &Pro, record: RecordId, ins: &Ins) -> Result<StatusView, ProError> {
    let asked = ins.clone();
    let view = pro.act(move |records, call| records.know_status(call, &asked)).await?.into_inner();
    know(pro, record, ins.clone(), &view);
    Ok(view)
}

fn access_page(pro: &Pro, view: &StatusView, ins: &Ins, error: Option<&'static str>) -> Response {
    let (page, head) = page(pro, messages().t("pro.access.title"));
    let (state, closed) = match &view.status {
        RecordStatus::Absent => ("absent", None),
        RecordStatus::Closed { at, .. } => ("closed", Some(when::day_of(at.timestamp()))),
        RecordStatus::Destroyed { .. } => ("closed", None),
        RecordStatus::Open { .. } => match view.authorisation {
            AuthorisationStatus::Forbidden => ("forbidden", None),
            AuthorisationStatus::Valid => ("valid", None),
            AuthorisationStatus::Expired => ("expired", None),
            AuthorisationStatus::None => ("none", None),
        },
    };
    Page::show(&AccessPage {
        patient: view.identity.as_ref().map(|it| Patient::of(it, page.now)),
        state,
        number: spaced(ins.matricule()),
        closed,
        attending: view.attending,
        attending_pending: view.attending_pending,
        is_doctor: pro.who.profession.is_doctor(),
        path: view.record.map(record_path).unwrap_or_default(),
        error,
        page,
        head,
    })
}

/// What the professional affirms, and nothing is recorded without it.
pub async fn authorise(
    Path(record): Path<String>,
    PostedPro { pro, form }: PostedPro,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    if !form.yes("affirm") {
        let ins = found(&pro, record)?.ins;
        let view = status(&pro, record, &ins).await?;
        return Ok(access_page(&pro, &view, &ins, Some(messages().t("pro.access.error.affirm"))));
    }
    let (me, target) = (pro.who.id.clone(), Target::Record(record));
    if form.yes("attending") {
        pro.act(move |records, call| records.declare_attending(call, &target, &me)).await?;
        Ok(pro.done("pro.done.attending", &record_path(record)))
    } else {
        pro.act(move |records, call| records.authorise(call, &target, &Grantee::Person(me))).await?;
        Ok(pro.done("pro.done.authorised", &record_path(record)))
    }
}

/// The professional withdraws: they no longer care for this person.
pub async fn revoke(
    Path(record): Path<String>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let (me, target) = (pro.who.id.clone(), Target::Record(record));
    pro.act(move |records, call| records.revoke(call, &target, &Grantee::Person(me))).await?;
    Ok(pro.done("pro.done.revoked", "/pro"))
}
