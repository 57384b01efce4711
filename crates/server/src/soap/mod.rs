//! SOAP at the care and feed doors: XDS.b with VIHF. `ihe` decodes and encodes, `record` acts by the same verbs as
//! over FHIR, and each file here is one transaction that brings the two together.
//!
//! Read in this order: `exchange` (pieces in), `identity` (who calls), `operations` (the table of what is served where),
//! `talk` (one exchange from envelope to answer), then the transactions: `provide` (ITI-41), `query` (ITI-18), `retrieve`
//! (ITI-43), `update` (ITI-57), `services` (TD0.2, TD0.3), `candidates` (TD0.5), `patients` (TD1.1 to TD1.3), `access`
//! (TD1.5); `told` and `word` (refusals, as XDS and as the DMP says them), `answer` (out), `wsdl`.

mod access;
mod answer;
mod candidates;
mod exchange;
pub(crate) mod identity;
mod lists;
mod operations;
mod patients;
mod provide;
mod query;
mod register;
mod retrieve;
mod services;
mod signature;
mod talk;
mod told;
mod update;
mod word;
mod wsdl;

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ihe::soap::{Fault, Subcode};
use record::Call;
use tokio::time::timeout;

use crate::app::App;
use crate::caller;
use crate::connection::Connection;
use crate::guard::RequestId;
use crate::outcome::Outcome;
use crate::tls::Settings;
use answer::Answer;
use exchange::Pieces;
use talk::Talk;

/// `repositoryUniqueId` of this repository: an OID made from a UUID, the same for every node of a store.
pub const REPOSITORY: &str = "2.25.204514872630944187426309811207264471093";

/// What a submission may hold in memory, in MiB: its envelope and the documents that must be opened whole.
const MIB_HELD: u64 = 72;
const MIB: u64 = 1 << 20;
/// How long a submission waits for room before it is told to come back.
const WAIT: Duration = Duration::from_secs(5);
/// A request that is no submission, at a door that takes submissions and at one that takes none.
const BYTES_MAX: u64 = 6 << 20;
const BYTES_MAX_OF_CARE: u64 = 2 << 20;
/// Beyond its limit a message is still read for a while, so that its sender reads the answer.
pub(crate) const BEYOND: usize = 4 << 20;
/// A submission: a document of 2 GiB, its envelope and what surrounds them.
pub(crate) const SUBMISSION_BYTES_MAX: u64 = (2 << 30) + (16 << 20);

/// A service: a path at a door, and what it answers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Service {
    CareRegistry,
    CareRepository,
    FeedRegistry,
    FeedRepository,
    CarePatients,
    FeedPatients,
    CareAuthorisations,
}

impl Service {
    fn bytes_max(self) -> u64 {
        match self {
            Self::FeedRepository => SUBMISSION_BYTES_MAX,
            Self::FeedRegistry | Self::FeedPatients => BYTES_MAX,
            _ => BYTES_MAX_OF_CARE,
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::CareRegistry | Self::FeedRegistry => "/xds/registry",
            Self::CareRepository | Self::FeedRepository => "/xds/repository",
            Self::CarePatients | Self::FeedPatients => "/dmp/patients",
            Self::CareAuthorisations => "/dmp/authorisations",
        }
    }

    pub(super) fn address(self, app: &App) -> String {
        let fhir = match self {
            Self::FeedRegistry | Self::FeedRepository | Self::FeedPatients => &app.addresses.feed_fhir,
            _ => &app.addresses.care_fhir,
        };
        format!("{}{}", fhir.strip_suffix("/fhir").unwrap_or(fhir), self.path())
    }
}

/// Whether what is wrong with a message to this path is told in SOAP, its size included: by the services themselves.
pub(crate) fn answers(path: &str) -> bool {
    path.starts_with("/xds/") || path.starts_with("/dmp/")
}

/// What reads: the care door.
pub fn care() -> Router<Arc<App>> {
    use Service::{CareAuthorisations, CarePatients, CareRegistry, CareRepository};
    Router::new()
        .route("/xds/registry", post(ask(CareRegistry)).get(tell(CareRegistry)))
        .route("/xds/repository", post(ask(CareRepository)).get(tell(CareRepository)))
        .route("/dmp/patients", post(ask(CarePatients)).get(tell(CarePatients)))
        .route("/dmp/authorisations", post(ask(CareAuthorisations)).get(tell(CareAuthorisations)))
}

/// What feeds, and manages what it fed. Nothing here reads (design, invariant 6).
pub fn feed() -> Router<Arc<App>> {
    use Service::{FeedPatients, FeedRegistry, FeedRepository};
    Router::new()
        .route("/xds/registry", post(ask(FeedRegistry)).get(tell(FeedRegistry)))
        .route("/xds/repository", post(ask(FeedRepository)).get(tell(FeedRepository)))
        .route("/dmp/patients", post(ask(FeedPatients)).get(tell(FeedPatients)))
}

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A message to this service.
fn ask(service: Service) -> impl Fn(State<Arc<App>>, Request) -> Answering + Clone + Send + Sync + 'static {
    move |State(app), request| Box::pin(serve(service, app, request))
}

/// Its `?wsdl`.
fn tell(
    service: Service,
) -> impl Fn(State<Arc<App>>, RawQuery) -> Ready<Response> + Clone + Send + Sync + 'static {
    move |State(app), query| ready(wsdl::answer(service, &app, query))
}

async fn serve(service: Service, app: Arc<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let of =
        |fault: &Fault, status| Answer::fault(fault, None, &*app.dice).with_status(status).into_response();
    let (connection, settings, id) = (
        parts.extensions.get::<Connection>().cloned(),
        parts.extensions.get::<Arc<Settings>>().cloned(),
        parts.extensions.get::<RequestId>().copied(),
    );
    // only the listener makes them: without, the server is put together wrongly
    let (Some(connection), Some(settings), Some(id)) = (connection, settings, id) else {
        return Outcome::FAULT.into_response();
    };
    let Ok(caller) = caller::caller(&connection, &parts.headers, &app.directory, app.clock.now()) else {
        let fault = Fault::security(Subcode::FailedAuthentication, Outcome::CERTIFICATE.diagnostics);
        return of(&fault, 401);
    };
    let call = Call { address: Some(connection.peer.ip().to_string()), ..Call::new(caller, id.0) };
    let declared =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let talk = Talk { service, app: Arc::clone(&app), connection, settings, call };
    if declared.is_some_and(|it| it > service.bytes_max()) {
        drop(Pieces::of(axum::body::Body::new(http_body_util::Limited::new(body, BEYOND))));
        return match tokio::task::spawn_blocking(move || talk.too_large()).await {
            Ok(answer) => answer.into_response(),
            Err(_) => of(&Fault::receiver(Outcome::FAULT.diagnostics), 500),
        };
    }
    let mut _room = None;
    if service == Service::FeedRepository {
        let weight = declared.map_or(MIB_HELD, |it| it.div_ceil(MIB).clamp(1, MIB_HELD));
        let room = Arc::clone(&app.feed_room).acquire_many_owned(u32::try_from(weight).unwrap_or(u32::MAX));
        let Ok(Ok(room)) = timeout(WAIT, room).await else {
            return of(&Fault::receiver("too many submissions at once: come back"), 503);
        };
        _room = Some(room);
    }
    let pieces = Pieces::of(axum::body::Body::new(http_body_util::Limited::new(
        body,
        usize::try_from(service.bytes_max()).unwrap_or(usize::MAX),
    )));
    // nearer to the end of a budget, longer (rules, "Volume"): the same whatever is asked for
    tokio::time::sleep(app.records.slow_down(&talk.call.caller)).await;
    let headers = parts.headers;
    match tokio::task::spawn_blocking(move || talk.run(&headers, pieces)).await {
        Ok(answer) => answer.into_response(),
        Err(_) => of(&Fault::receiver(Outcome::FAULT.diagnostics), 500),
    }
}
