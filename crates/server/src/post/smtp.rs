//! E-mail by SMTP, over TLS. One message, one plain text, one address; the same Message-ID each time the same
//! message is handed over.

use std::path::Path;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Category;
use lettre::{Address, SmtpTransport, Transport};
use model::Instant;
use record::upkeep::notices::{Message, PostError};

use super::SetupError;

/// The server answers each command within this.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the connection is kept to ourselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// TLS after STARTTLS; without it nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// In clear: on loopback alone.
    Loopback,
}

/// Where e-mail is handed over.
#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Certificates that vouch for the server; without, those of the machine.
    pub ca: Option<std::path::PathBuf>,
    pub login: Option<(String, String)>,
    /// `carnet <ne-pas-repondre@carnet.example.org>`.
    pub from: String,
}

pub struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    pub fn new(settings: &SmtpSettings) -> Result<Self, SetupError> {
        let from: Mailbox = settings.from.parse().map_err(|_| SetupError::Sender)?;
        let tls = match settings.security {
            Security::Loopback if is_loopback(&settings.host) => Tls::None,
            Security::Loopback => return Err(SetupError::InClear),
            Security::StartTls => Tls::Required(parameters(&settings.host, settings.ca.as_deref())?),
            Security::Tls => Tls::Wrapper(parameters(&settings.host, settings.ca.as_deref())?),
        };
        let mut builder = SmtpTransport::builder_dangerous(settings.host.as_str())
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        if let Some((name, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// In clear, to a server on this machine: `localhost:1025`.
    pub fn on_loopback(relay: &str) -> Result<Self, SetupError> {
        let (host, port) = relay.rsplit_once(':').ok_or(SetupError::Relay)?;
        Self::new(&SmtpSettings {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.parse().map_err(|_| SetupError::Relay)?,
            security: Security::Loopback,
            ca: None,
            login: None,
            from: "carnet <ne-pas-repondre@carnet.example>".to_owned(),
        })
    }

    pub fn send(&self, message: &Message, now: Instant) -> Result<(), PostError> {
        // what is no address, or two, or ends a header, is none (abuse I03)
        let to: Address = message.to.parse().map_err(|_| PostError::Refused)?;
        let mail = self.mail(to, message, now).map_err(|_| PostError::Refused)?;
        let Err(fault) = self.transport.send(&mail) else { return Ok(()) };
        if fault.is_transient() {
            return Err(PostError::Later);
        }
        // a refusal is of this address (55x) only where the server takes us at all
        let of_the_address = fault.status().is_some_and(|it| it.category == Category::MailSystem);
        if fault.is_permanent() && of_the_address && self.transport.test_connection().unwrap_or(false) {
            return Err(PostError::Refused);
        }
        tracing::warn!(status = ?fault.status(), tls = fault.is_tls(), "the mail server does not take our mail");
        Err(PostError::Down)
    }

    fn mail(
        &self,
        to: Address,
        message: &Message,
        now: Instant,
    ) -> Result<lettre::Message, lettre::error::Error> {
        let since = u64::try_from(now.as_millis()).unwrap_or(0);
        let date = SystemTime::UNIX_EPOCH + Duration::from_millis(since);
        let subject: String = message.subject.chars().filter(|it| !it.is_control()).collect();
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(format!("<{}@{}>", message.id, self.from.email.domain())))
            .date(date)
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone()))?;
        mail.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
        Ok(mail)
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
}

fn parameters(host: &str, ca: Option<&Path>) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(ca) = ca {
        let pem = std::fs::read(ca).map_err(|_| SetupError::Tls)?;
        let root = Certificate::from_pem(&pem).map_err(|_| SetupError::Tls)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(root);
    }
    builder.build_rustls().map_err(|_| SetupError::Tls)
}
