//! One connection to the receiver. Syslog has no word for "received" (RFC 5425), so the connection's end says it: our
//! close_notify is the last thing sent, and a receiver that then closes, without a reset, has read all before it.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};

use super::{Settings, SetupError};

/// For each step that waits for the other side.
const PATIENCE: Duration = Duration::from_secs(5);
/// A reset comes this soon after the end it belongs to.
const RESET: Duration = Duration::from_millis(100);

/// Whom connections are made to.
pub struct Receiver {
    host: String,
    port: u16,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
}

pub(super) struct Channel(StreamOwned<ClientConnection, TcpStream>);

impl Receiver {
    pub fn new(settings: &Settings) -> Result<Self, SetupError> {
        let unusable = |_| SetupError::Tls;
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_file_iter(&settings.ca).map_err(unusable)? {
            roots.add(root.map_err(unusable)?).map_err(|_| SetupError::Tls)?;
        }
        let chain = CertificateDer::pem_file_iter(&settings.certificate).map_err(unusable)?;
        let chain = chain.collect::<Result<Vec<_>, _>>().map_err(unusable)?;
        let key = PrivateKeyDer::from_pem_file(&settings.key).map_err(unusable)?;
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .and_then(|it| it.with_root_certificates(roots).with_client_auth_cert(chain, key))
            .map_err(|_| SetupError::Tls)?;
        let name = ServerName::try_from(settings.host.clone()).map_err(|_| SetupError::Address)?;
        Ok(Self { host: settings.host.clone(), port: settings.port, name, config: Arc::new(config) })
    }

    pub(super) fn open(&self) -> io::Result<Channel> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(socket) => return self.greet(socket),
                Err(fault) => last = fault,
            }
        }
        Err(last)
    }

    fn greet(&self, mut socket: TcpStream) -> io::Result<Channel> {
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        socket.set_nodelay(true)?;
        let mut tls =
            ClientConnection::new(Arc::clone(&self.config), self.name.clone()).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        Ok(Channel(StreamOwned::new(tls, socket)))
    }
}

impl Channel {
    pub(super) fn send(&mut self, frames: &[u8]) -> io::Result<()> {
        self.0.write_all(frames)?;
        self.0.flush()
    }

    /// Waits, and finds out whether the other side is still there.
    pub(super) fn wait(&mut self, time: Duration) -> io::Result<()> {
        self.0.sock.set_read_timeout(Some(time))?;
        match self.0.read(&mut [0; 64]) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(()),
            Err(fault) if is_silence(&fault) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    /// Ends it; an error unless the other side has read everything.
    pub(super) fn close(mut self) -> io::Result<()> {
        // what it said meanwhile: that it goes away, that our certificate is none it knows
        self.wait(Duration::from_millis(1))?;
        self.0.conn.send_close_notify();
        self.0.flush()?;
        self.0.sock.set_read_timeout(Some(PATIENCE))?;
        loop {
            match self.0.read(&mut [0; 64]) {
                Ok(0) => break,
                // many close the socket and do not say it first
                Err(fault) if fault.kind() == io::ErrorKind::UnexpectedEof => break,
                Ok(_) => {}
                Err(fault) => return Err(fault),
            }
        }
        // closed before it had read all: the reset follows
        thread::sleep(RESET);
        self.0.sock.take_error()?.map_or(Ok(()), Err)
    }
}

fn is_silence(fault: &io::Error) -> bool {
    matches!(fault.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
