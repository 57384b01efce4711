//! What every FHIR handler is given: the app, and the call as the one extractor proved it.

use std::mem::discriminant;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use ihe::fhir::negotiate::Form;
use ihe::fhir::{negotiate, search, xml};
use model::Purpose;
use record::Call;

use super::answer::Answer;
use crate::app::App;
use crate::caller::Calling;
use crate::guard::RequestId;
use crate::outcome::Outcome;

/// Why the caller reads (TRE_R248): `normal` where it is left out, `bris_de_glace`, `centre_15`. An emergency's
/// purpose gives nothing by itself: it must meet an open window of the same person and certificate.
const X_PURPOSE_OF_USE: HeaderName = HeaderName::from_static("x-purpose-of-use");

/// The most a search's form may weigh.
const FORM_BYTES_MAX: usize = 64 << 10;

/// A body in XML is held thrice while it is turned.
const XML_BYTES_MAX: usize = 32 << 20;

/// A request whose caller is proved.
pub(super) struct Incoming {
    pub(super) app: Arc<App>,
    pub(super) call: Call,
    pub(super) headers: HeaderMap,
    /// The query as sent; never logged.
    query: String,
}

impl FromRequestParts<Arc<App>> for Incoming {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Answer> {
        let calling = Calling::from_request_parts(parts, app).await.map_err(Answer::Unproved)?;
        let request = parts.extensions.get::<RequestId>().ok_or(Outcome::FAULT)?.0;
        let mut call = Call::new(calling.caller, request);
        call.purpose = purpose(&parts.headers, calling.purpose).map_err(Answer::Unproved)?;
        // nearer to the end of a budget, longer (rules, "Volume"): the same whatever is asked for
        tokio::time::sleep(app.records.slow_down(&call.caller)).await;
        call.address = Some(calling.peer.ip().to_string());
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self { app: Arc::clone(app), call, headers: parts.headers.clone(), query })
    }
}

/// A search and its parameters, whichever way it was sent.
pub(super) struct Sought {
    pub(super) incoming: Incoming,
    pub(super) pairs: search::Pairs,
}

impl FromRequest<Arc<App>> for Sought {
    type Rejection = Answer;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Answer> {
        let (mut parts, body) = request.into_parts();
        let incoming = Incoming::from_request_parts(&mut parts, app).await?;
        let posted = parts.method == Method::POST;
        let request = Request::from_parts(parts, body);
        let pairs = if posted { incoming.form(request).await? } else { incoming.pairs()? };
        Ok(Self { incoming, pairs })
    }
}

/// One that is not known is not taken for another; header and token do not contradict each other.
fn purpose(headers: &HeaderMap, proved: Option<Purpose>) -> Result<Purpose, Outcome> {
    let mut sent = headers.get_all(X_PURPOSE_OF_USE).iter();
    let (first, more) = (sent.next(), sent.next());
    let said = match (first.map(|it| it.as_bytes()), more) {
        (None, None) => return Ok(proved.unwrap_or_default()),
        (Some(b"normal"), None) => Purpose::Normal,
        // the reason was given when the window was opened
        (Some(b"bris_de_glace"), None) => Purpose::BreakGlass { reason: String::new() },
        (Some(b"centre_15"), None) => Purpose::Regulation,
        _ => return Err(PURPOSE),
    };
    match proved {
        None => Ok(said),
        Some(proved) if discriminant(&proved) == discriminant(&said) => Ok(proved),
        Some(_) => Err(ANOTHER_PURPOSE),
    }
}

const ANOTHER_PURPOSE: Outcome = Outcome::new(
    StatusCode::BAD_REQUEST,
    "value",
    "X-Purpose-Of-Use is not the purpose for which the token was given",
);

const PURPOSE: Outcome = Outcome::new(
    StatusCode::BAD_REQUEST,
    "value",
    "X-Purpose-Of-Use is normal, bris_de_glace or centre_15, once",
);

impl Incoming {
    /// The parameters of a GET.
    pub(super) fn pairs(&self) -> Result<search::Pairs, Answer> {
        self.wants_fhir()?;
        Ok(search::pairs(&self.query)?)
    }

    /// The parameters of a `POST _search`: those of the form, and those of the address.
    async fn form(&self, request: Request) -> Result<search::Pairs, Answer> {
        self.wants_fhir()?;
        negotiate::search_body(self.header(header::CONTENT_TYPE))?;
        let bytes = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX)
            .await
            .map_err(|_| Outcome::TOO_LARGE)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| ihe::fhir::Outcome::malformed("http.body", "the form is not in UTF-8"))?;
        let mut pairs = search::pairs(text)?;
        pairs.extend(search::pairs(&self.query)?);
        Ok(pairs)
    }

    /// A body that is a resource, whole, as JSON: one in XML is turned into what it would have been.
    pub(super) async fn json(&self, request: Request, most: usize) -> Result<axum::body::Bytes, Answer> {
        self.wants_fhir()?;
        let form = negotiate::body(self.header(header::CONTENT_TYPE))?;
        let body = axum::body::to_bytes(request.into_body(), most).await.map_err(|_| Outcome::TOO_LARGE)?;
        match form {
            Form::Json => Ok(body),
            // large, and all computing: on a thread of its own
            Form::Xml => tokio::task::spawn_blocking(move || xml::to_json(&body, most.min(XML_BYTES_MAX)))
                .await
                .map_err(|_| Outcome::FAULT)?
                .map(Into::into)
                .map_err(Answer::from),
        }
    }

    /// Whether an answer in JSON or XML is taken; which of them, the layer `forms` sees to.
    pub(super) fn wants_fhir(&self) -> Result<(), Answer> {
        negotiate::answer(self.header(header::ACCEPT))?;
        Ok(())
    }

    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
