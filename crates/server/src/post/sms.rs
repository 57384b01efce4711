//! Text messages by a gateway over HTTP; what it must do is in docs/operate/sms-gateway.md. Whatever is sold
//! speaks otherwise: a few lines in front of it speak this.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use record::upkeep::notices::{Message, PostError};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::SetupError;

const PATIENCE: Duration = Duration::from_secs(10);
/// What Debian and most others call the certificates they trust.
const MACHINE_S: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Where text messages are handed over.
#[derive(Clone)]
pub struct SmsSettings {
    /// `https://sms.example.org/messages`; without TLS on loopback alone.
    pub url: String,
    pub token: String,
    /// Certificates that vouch for the gateway; without, those of the machine.
    pub ca: Option<PathBuf>,
}

pub struct SmsGateway {
    agent: Agent,
    url: String,
    authorization: String,
}

impl SmsGateway {
    /// In clear, to a gateway on this machine: `http://localhost:8025/messages`.
    pub fn on_loopback(url: &str, token: &str) -> Result<Self, SetupError> {
        if !is_loopback(url) {
            return Err(SetupError::Elsewhere);
        }
        Self::new(&SmsSettings { url: url.to_owned(), token: token.to_owned(), ca: None })
    }

    pub fn new(settings: &SmsSettings) -> Result<Self, SetupError> {
        let in_clear = is_loopback(&settings.url);
        if !in_clear && !settings.url.starts_with("https://") {
            return Err(SetupError::InClear);
        }
        let mut tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        if !in_clear {
            let file = settings.ca.clone().unwrap_or_else(|| MACHINE_S.into());
            let roots: Vec<Certificate<'static>> = CertificateDer::pem_file_iter(&file)
                .map_err(|_| SetupError::Tls)?
                .filter_map(Result::ok)
                .map(|it| Certificate::from_der(&it).to_owned())
                .collect();
            tls = tls.root_certs(RootCerts::Specific(Arc::new(roots)));
        }
        let agent = Agent::config_builder()
            .tls_config(tls.build())
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build()
            .new_agent();
        Ok(Self { agent, url: settings.url.clone(), authorization: format!("Bearer {}", settings.token) })
    }

    pub fn send(&self, message: &Message) -> Result<(), PostError> {
        let body = json!({ "id": message.id, "to": message.to, "text": message.text });
        let asked = self
            .agent
            .post(&self.url)
            .header("Authorization", &self.authorization)
            .header("Idempotency-Key", &message.id)
            .send_json(&body);
        let status = asked.map_err(|_| PostError::Down)?.status().as_u16();
        match status {
            // 409: it has this one already
            200 | 201 | 202 | 409 => Ok(()),
            400 | 404 | 410 | 422 => Err(PostError::Refused),
            429 => Err(PostError::Later),
            _ => {
                tracing::warn!(status, "the gateway of text messages does not take ours");
                Err(PostError::Down)
            }
        }
    }
}

fn is_loopback(url: &str) -> bool {
    ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"].iter().any(|it| url.starts_with(it))
}
