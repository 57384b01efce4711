//! The feed door, from outside: one request over mutual TLS, and what its answer means for a document, for the
//! connection, or for later.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use record::{OTHER_BYTES, THE_SAME};
use rustls::Error as TlsError;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::{Agent, Error};

use super::Usage;
use super::cause::{Cause, Why};

/// To shake hands, and to send a whole document over a slow line.
const CONNECT: Duration = Duration::from_secs(15);
const WHOLE: Duration = Duration::from_secs(900);
/// An answer longer than this is none of a feed door's.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

pub struct Door {
    agent: Agent,
    base: String,
}

/// What became of one document.
pub enum Answer {
    /// `location`: none where it had been fed before, in another lot.
    Taken {
        location: Option<String>,
    },
    Refused(Vec<Cause>),
    Later(Later),
    Stop(Stop),
}

/// Nothing is wrong with the document: the door is away or busy.
pub struct Later {
    pub says: &'static str,
    /// As the door asks.
    pub after: Option<Duration>,
}

/// Nothing will go until a person sees to it.
pub struct Stop {
    pub says: &'static str,
    pub cure: &'static str,
}

const AWAY: Later = Later { says: "the door cannot be reached", after: None };

impl Door {
    pub fn new(to: &str, cert: &Path, key: &Path, ca: &Path) -> Result<Self, Usage> {
        let base = to.trim_end_matches('/').trim_end_matches("/fhir").to_owned();
        if !base.starts_with("https://") {
            return Err(Usage::NotHttps);
        }
        let chain = certificates(cert).ok_or(Usage::File("--cert", "is not a certificate in PEM"))?;
        let roots = certificates(ca).ok_or(Usage::File("--ca", "is not a certificate in PEM"))?;
        let unreadable = Usage::File("--key", "is not a private key in PEM");
        let key = std::fs::read(key).ok().and_then(|it| PrivateKey::from_pem(&it).ok()).ok_or(unreadable)?;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .client_cert(Some(ClientCert::new_with_certs(&chain, key)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .user_agent(concat!("carnet-send/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self { agent, base })
    }

    /// Is somebody there who takes our certificate? Asked before a document is handed over: a door that refuses a
    /// certificate closes while it is written to, and who writes does not hear why.
    pub fn knock(&self) -> Result<(), Answer> {
        let asked = self.agent.get(format!("{}/fhir/metadata", self.base)).call();
        match asked.map_err(|fault| silence(&fault))?.status().as_u16() {
            200 => Ok(()),
            401 | 403 => Err(Answer::Stop(CERTIFICATE)),
            429 | 500..=599 => Err(Answer::Later(AWAY)),
            _ => Err(Answer::Stop(NO_DOOR)),
        }
    }

    pub fn send(&self, body: &[u8]) -> Answer {
        let asked = self
            .agent
            .post(format!("{}/fhir", self.base))
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json")
            .send(body);
        let mut answer = match asked {
            Ok(answer) => answer,
            Err(fault) => return silence(&fault),
        };
        let status = answer.status().as_u16();
        let after = answer.headers().get("retry-after").and_then(|it| it.to_str().ok()?.parse().ok());
        let bytes = match answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec() {
            Ok(bytes) => bytes,
            Err(fault) => return silence(&fault),
        };
        read(status, after.map(Duration::from_secs), &bytes)
    }
}

fn certificates(file: &Path) -> Option<Vec<Certificate<'static>>> {
    let all: Option<Vec<_>> = CertificateDer::pem_file_iter(file)
        .ok()?
        .map(|it| Some(Certificate::from_der(it.ok()?.as_ref()).to_owned()))
        .collect();
    all.filter(|it| !it.is_empty())
}

const CERTIFICATE: Stop = Stop {
    says: "the door does not take this certificate",
    cure: "see whether it has expired or was revoked, and whether it is one for feeding; nothing waiting is lost",
};
const NO_DOOR: Stop = Stop {
    says: "what answers at this address is no feed door",
    cure: "correct --to: the address of the feed door, as https://dmp.example:8445",
};
const NOT_TRUSTED: Stop = Stop {
    says: "the door's certificate is not one that --ca vouches for",
    cure: "ask the service for its current certificate authority, or correct --to; nothing was sent",
};

/// No answer: because nobody is there, or because somebody refuses to talk.
fn silence(fault: &Error) -> Answer {
    let tls = match fault {
        Error::Rustls(fault) => Some(fault),
        Error::Io(fault) => fault.get_ref().and_then(|it| it.downcast_ref()),
        _ => None,
    };
    match (tls, fault) {
        (Some(TlsError::InvalidCertificate(_)), _) => Answer::Stop(NOT_TRUSTED),
        (Some(TlsError::AlertReceived(_)), _) => Answer::Stop(CERTIFICATE),
        (_, Error::BadUri(_) | Error::Http(_)) => Answer::Stop(NO_DOOR),
        _ => Answer::Later(AWAY),
    }
}

fn read(status: u16, after: Option<Duration>, body: &[u8]) -> Answer {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        200 | 201 => match json.pointer("/entry/1/response/location").and_then(Value::as_str) {
            Some(location) => Answer::Taken { location: Some(location.to_owned()) },
            None => Answer::Stop(NO_DOOR),
        },
        403 => Answer::Refused(vec![Why::NoOpenRecord.into()]),
        401 => Answer::Stop(CERTIFICATE),
        404 | 405 | 406 | 415 => Answer::Stop(NO_DOOR),
        413 => Answer::Refused(vec![Why::TooLarge.into()]),
        429 => Answer::Later(Later { says: "the house has used up its budget for now", after }),
        408 | 500..=599 => Answer::Later(Later { says: "the door is busy", after }),
        _ => refused(&json),
    }
}

fn refused(json: &Value) -> Answer {
    let issues = json["issue"].as_array().map(Vec::as_slice).unwrap_or_default();
    let errors = issues.iter().filter(|it| it["severity"] != "warning" && it["severity"] != "information");
    let mut causes = Vec::new();
    for issue in errors {
        let says = issue["diagnostics"].as_str().unwrap_or_default();
        let element = issue["expression"][0].as_str().unwrap_or_default();
        if says == THE_SAME {
            return Answer::Taken { location: None };
        }
        causes.push(cause(element, says, issue["code"] == "business-rule"));
    }
    if causes.is_empty() {
        causes.push(Why::NotUnderstood.into());
    }
    Answer::Refused(causes)
}

/// By the element an issue names, and for some by its words, which are ours.
fn cause(element: &str, says: &str, by_rule: bool) -> Cause {
    let place = element.rsplit_once("resource.").map_or("", |(_, place)| place);
    let why = match place {
        _ if says == OTHER_BYTES => Why::OtherDocument,
        _ if says.starts_with("the document was not accepted") => Why::NotAccepted,
        "context.sourcePatientInfo" => Why::TraitsDiffer,
        "content.attachment" if says.ends_with("not that of the record") => Why::TraitsDiffer,
        _ if element == "List.subject" => Why::TraitsDiffer,
        "relatesTo" => Why::ReplacedUnknown,
        "" if by_rule => Why::ByRule,
        "" => Why::NotUnderstood,
        _ => Why::NotItsDescription,
    };
    match why {
        Why::OtherDocument | Why::NotAccepted => why.into(),
        Why::NotItsDescription => Cause::with(why, format!("{place}: {says}")),
        _ => Cause::with(why, says),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use serde_json::json;

    use super::*;

    fn why(status: u16, element: &str, says: &str, code: &str) -> Why {
        let issue =
            json!({ "severity": "error", "code": code, "expression": [element], "diagnostics": says });
        match read(status, None, json!({ "issue": [issue] }).to_string().as_bytes()) {
            Answer::Refused(causes) => causes[0].why,
            _ => panic!("not refused"),
        }
    }

    #[test]
    fn each_answer_has_its_cause() {
        let at = |place: &str| format!("Bundle.entry[1].resource.{place}");
        let traits = "the patient's date of birth is not that of the record";
        for (status, element, says, code, expected) in [
            (403, "", "", "forbidden", Why::NoOpenRecord),
            (409, at("masterIdentifier").as_str(), OTHER_BYTES, "duplicate", Why::OtherDocument),
            (422, at("context.sourcePatientInfo").as_str(), traits, "business-rule", Why::TraitsDiffer),
            (422, at("content.attachment").as_str(), traits, "business-rule", Why::TraitsDiffer),
            (422, "List.subject", traits, "business-rule", Why::TraitsDiffer),
            (422, at("relatesTo").as_str(), "no document", "business-rule", Why::ReplacedUnknown),
            (422, at("type").as_str(), "not the code", "business-rule", Why::NotItsDescription),
            (422, "Bundle.entry[1].resource", "The payer feeds", "business-rule", Why::ByRule),
            (400, "", "no JSON", "structure", Why::NotUnderstood),
            (413, "", "", "too-long", Why::TooLarge),
        ] {
            assert_eq!(why(status, element, says, code), expected, "{status} {element} {says}");
        }
    }

    #[test]
    fn what_is_there_already_has_arrived_and_a_busy_door_is_asked_again() {
        let issue = json!({ "issue": [{ "severity": "error", "diagnostics": THE_SAME }] }).to_string();
        assert!(matches!(read(409, None, issue.as_bytes()), Answer::Taken { location: None }));
        for status in [408, 429, 500, 503, 507] {
            let later = matches!(read(status, Some(Duration::from_secs(7)), b""), Answer::Later(it) if it.after.is_some());
            assert!(later, "{status}");
        }
        // a page of something else is not a receipt
        assert!(matches!(read(200, None, b"<html>"), Answer::Stop(_)));
        assert!(matches!(read(404, None, b""), Answer::Stop(_)));
    }
}
