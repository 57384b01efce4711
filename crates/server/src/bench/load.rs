//! The client: HTTP/1.1 with keep-alive over mutual TLS, as many connections as asked, each sending its next
//! request when it has the whole answer to the last.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use super::Stop;
use super::machine;
use super::report::Figures;

/// No measure sends more than this, whatever its time.
const REQUESTS_MAX: u64 = 1_000_000;
/// Unmeasured time before each measure, for connections, caches and the processor's clock.
const WARM_UP: Duration = Duration::from_millis(300);

/// A certificate and its key, ready to open connections.
#[derive(Clone)]
pub(super) struct Client(TlsConnector);

impl Client {
    /// As the actor of this name in the demo's certificates.
    pub(super) fn of(pki: &Path, slug: &str) -> Result<Self, Stop> {
        let unread = |_| Stop::Broken(format!("the certificate of {slug} cannot be read"));
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(pki.join("ca.pem")).map_err(unread)?)?;
        let chain = vec![CertificateDer::from_pem_file(pki.join(format!("{slug}.pem"))).map_err(unread)?];
        let key = PrivateKeyDer::from_pem_file(pki.join(format!("{slug}.key"))).map_err(unread)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    async fn connect(&self, port: u16) -> Result<SendRequest<Full<Bytes>>, Stop> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost").map_err(|_| Stop::Broken("localhost".into()))?;
        let stream = self.0.connect(name, stream).await?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // ends when the sender is dropped
        tokio::spawn(connection);
        Ok(sender)
    }

    /// One request on a connection of its own; the answer must be 200.
    pub(super) async fn once(&self, port: u16, request: Request<Full<Bytes>>) -> Result<Bytes, Stop> {
        let mut sender = self.connect(port).await?;
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        match status {
            StatusCode::OK => Ok(body),
            _ => Err(Stop::Broken(format!("{status}: {}", String::from_utf8_lossy(&body)))),
        }
    }
}

/// What is asked, again and again: `make` is handed a number that is never the same.
pub(super) struct Load<F> {
    pub(super) client: Client,
    pub(super) port: u16,
    pub(super) make: F,
    /// The least bytes each answer must have: an answer that lost its content is no answer.
    pub(super) at_least: usize,
    /// How many requests there are: the measure ends with them.
    pub(super) most: u64,
}

impl<F: Fn(u64) -> Request<Full<Bytes>> + Send + Sync + 'static> Load<F> {
    /// Sends for this long over so many connections. The first answer that is not 200 and whole ends it.
    pub(super) async fn run(self: Arc<Self>, connections: usize, time: Duration) -> Result<Figures, Stop> {
        let mut senders = Vec::new();
        for _ in 0..connections {
            senders.push(self.client.connect(self.port).await?);
        }
        let begin = Instant::now() + WARM_UP;
        let number = Arc::new(AtomicU64::new(0));
        let mut tasks = Vec::new();
        for sender in senders {
            tasks.push(tokio::spawn(Arc::clone(&self).connection(sender, begin, time, Arc::clone(&number))));
        }
        tokio::time::sleep_until(begin).await;
        let used = machine::processor();
        let mut took = Vec::new();
        for task in tasks {
            took.extend(task.await.map_err(|_| Stop::Broken("a client panicked".into()))??);
        }
        // shorter where requests ran out
        Ok(Figures::of(took, time.min(begin.elapsed()), machine::processor() - used))
    }

    async fn connection(
        self: Arc<Self>,
        mut sender: SendRequest<Full<Bytes>>,
        begin: Instant,
        time: Duration,
        number: Arc<AtomicU64>,
    ) -> Result<Vec<u32>, Stop> {
        let mut took = Vec::new();
        loop {
            let which = number.fetch_add(1, Ordering::Relaxed);
            let request = (self.make)(which);
            // the answer before may have ended a moment ahead of its connection
            sender.ready().await?;
            let sent = Instant::now();
            if which >= self.most.min(REQUESTS_MAX) || sent >= begin + time {
                return Ok(took);
            }
            let answer = sender.send_request(request).await?;
            let status = answer.status();
            let mut body = answer.into_body();
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame?.data_ref().map_or(0, Bytes::len);
            }
            if status != StatusCode::OK || bytes < self.at_least {
                return Err(Stop::Broken(format!("an answer of {bytes} bytes with status {status}")));
            }
            if sent >= begin {
                took.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
        }
    }
}
