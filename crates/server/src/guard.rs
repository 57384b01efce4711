//! What surrounds every request at every door: an id, limits, headers, one log line, and a net for
//! panics.
//!
//! The log line holds the door, the method, the template of the path (`/fhir/Patient/{id}`), the
//! status and the time taken. Never the path itself, a query, a header, a body or an address: an
//! INS can stand in any of them.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use model::{Dice, Door, RowId};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::limits::Limits;
use crate::outcome::Outcome;

/// The id of a request, in its trace line, in its extensions and in the answer's `X-Request-Id`. Ours alone: one sent
/// by the client is not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub RowId);

/// What stands in for an answer a browser cannot read: by the request, if at all.
pub type Pages = Arc<dyn Fn(&Request) -> Option<Finish> + Send + Sync>;
/// The answer as the person in front of the screen reads it.
pub type Finish = Box<dyn FnOnce(RowId, Response) -> Response + Send>;

/// Where documents of any size arrive.
const STREAMS: &str = "/xds/repository";

struct Guard {
    door: Door,
    limits: Limits,
    dice: Arc<dyn Dice>,
    room: Semaphore,
    pages: Option<Pages>,
}

/// Puts the guard around a door's routes; `pages` where people read its answers.
pub fn guarded(
    routes: Router,
    dice: Arc<dyn Dice>,
    door: Door,
    limits: Limits,
    pages: Option<Pages>,
) -> Router {
    let guard = Guard { door, limits, dice, room: Semaphore::new(limits.requests_max), pages };
    // the listener limits bodies, whoever reads them
    routes.layer(DefaultBodyLimit::disable()).layer(from_fn_with_state(Arc::new(guard), surround))
}

async fn surround(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RowId::random(guard.dice.as_ref());
    let method = known(request.method());
    let template = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(RequestId(id));

    let pages = guard.pages.as_ref();
    let finish = pages.and_then(|pages| pages(&request));
    let mut response = guard.answer(request, next).await;
    if let Some(finish) = finish {
        response = finish(id, response);
    }
    dress(response.headers_mut(), &id.to_string());
    tracing::info!(
        door = %guard.door,
        request = %id,
        method,
        path = template.as_ref().map_or("-", MatchedPath::as_str),
        status = response.status().as_u16(),
        ms = begun.elapsed().as_millis() as u64,
        "answered"
    );
    response
}

impl Guard {
    async fn answer(&self, request: Request, next: Next) -> Response {
        let length = declared_length(request.headers());
        if length.is_some_and(|it| it > self.limits.body_bytes_max as u64)
            && !crate::soap::answers(request.uri().path())
        {
            return Outcome::TOO_LARGE.into_response();
        }
        let Ok(Ok(_permit)) = timeout(self.limits.queue, self.room.acquire()).await else {
            return Outcome::BUSY.into_response();
        };
        let streams = request.extensions().get::<MatchedPath>().is_some_and(|it| it.as_str() == STREAMS);
        let patience = if streams { self.limits.stream } else { self.limits.request };
        match timeout(patience, netted(request, next)).await {
            Ok(response) => response,
            Err(_) => Outcome::SLOW.into_response(),
        }
    }
}

/// The answer, or 500 when the handler panicked. What it had not committed is lost, as after any fault.
async fn netted(request: Request, next: Next) -> Response {
    let mut answer = Box::pin(next.run(request));
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
        Ok(polled) => polled,
        Err(_) => Poll::Ready(Outcome::FAULT.into_response()),
    })
    .await
}

/// What every answer says, unless its handler said otherwise.
fn dress(headers: &mut HeaderMap, id: &str) {
    const USUAL: [(HeaderName, &str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in USUAL {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A method's name for the log; an invented one could say anything.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Tells of a panic by its place alone: its message may quote data.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower_service::Service;

    use super::*;
    use crate::chance::SystemDice;

    fn guarded_with(limits: Limits, routes: Router) -> Router {
        guarded(routes, Arc::new(SystemDice), Door::Care, limits, None)
    }

    async fn ask(router: &Router, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().call(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_the_next_request_served() {
        let routes = Router::new()
            .route(
                "/boom",
                get(|| async {
                    if true {
                        panic!("a name")
                    }
                }),
            )
            .route("/fine", get(|| async { "fine" }));
        let router = guarded_with(Limits { requests_max: 1, ..Limits::of(Door::Care) }, routes);
        let (status, body) = ask(&router, "/boom").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains("OperationOutcome") && !body.contains("a name"), "{body}");
        assert_eq!(ask(&router, "/fine").await, (StatusCode::OK, "fine".into()));
    }

    #[tokio::test]
    async fn where_people_read_an_answer_is_made_for_them_whoever_gave_it() {
        let routes = Router::new().route(
            "/boom",
            get(|| async {
                if true {
                    panic!("a name")
                }
            }),
        );
        let pages: Pages = Arc::new(|request| {
            (request.uri().path() != "/api").then(|| {
                Box::new(|id: RowId, answer: Response| {
                    (answer.status(), format!("page {id}")).into_response()
                }) as Finish
            })
        });
        let limits = Limits::of(Door::Portal);
        let router = guarded(routes, Arc::new(SystemDice), Door::Portal, limits, Some(pages));
        let request = Request::get("/boom").body(Body::empty()).unwrap();
        let response = router.clone().call(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, format!("page {id}"), "the number is the one in the log");
        let huge = Request::post("/boom").header("content-length", "999999999").body(Body::empty()).unwrap();
        let response = router.clone().call(huge).await.unwrap();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(response.into_body().collect().await.unwrap().to_bytes().starts_with(b"page "));
        assert_eq!(ask(&router, "/api").await, (StatusCode::NOT_FOUND, String::new()));
    }

    #[tokio::test]
    async fn what_is_too_slow_or_too_many_is_told_to_come_back() {
        let limits = Limits {
            requests_max: 1,
            queue: Duration::from_millis(20),
            request: Duration::from_secs(2),
            ..Limits::of(Door::Care)
        };
        let routes = Router::new().route("/never", get(std::future::pending::<()>));
        let router = guarded_with(limits, routes);
        let (slow, busy) = tokio::join!(ask(&router, "/never"), ask(&router, "/never"));
        assert_eq!(slow.0, StatusCode::SERVICE_UNAVAILABLE);
        assert!(slow.1.contains("timeout"), "{}", slow.1);
        assert_eq!(busy.0, StatusCode::SERVICE_UNAVAILABLE);
        assert!(busy.1.contains("throttled"), "{}", busy.1);
    }
}
