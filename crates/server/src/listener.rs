//! A door's accept loop: TLS, then HTTP/1.1, then the router, with what the handshake proved in
//! each request's extensions.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http_body_util::Limited;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use model::Door;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::connection::{Connection, PeerCertificate};
use crate::limits::Limits;
use crate::patience::{PatientBody, PatientStream};
use crate::tls::Tls;

/// How often revocation lists are looked at: far within the minute abuse case A10 allows.
const REFRESH: Duration = Duration::from_secs(2);

/// One door, with everything its accept loop needs.
pub struct Listener {
    pub door: Door,
    pub tls: Arc<Tls>,
    pub router: Router,
    pub limits: Limits,
}

impl Listener {
    /// Serves until `stop` turns true, then lets what is under way end, within `limits.shutdown`.
    pub async fn serve(self, sockets: Vec<TcpListener>, stop: watch::Receiver<bool>) {
        let room = Arc::new(Semaphore::new(self.limits.connections_max));
        let door = Arc::new(self);
        let loops: Vec<_> = sockets
            .into_iter()
            .map(|socket| tokio::spawn(accept(Arc::clone(&door), socket, Arc::clone(&room), stop.clone())))
            .chain([tokio::spawn(refresh(Arc::clone(&door), stop.clone()))])
            .collect();
        for it in loops {
            // a panic there was told by the hook; the other loops go on to their end
            let _ = it.await;
        }
        let everything = u32::try_from(door.limits.connections_max).unwrap_or(u32::MAX);
        if timeout(door.limits.shutdown, room.acquire_many(everything)).await.is_err() {
            tracing::warn!(door = %door.door, "connections were cut at the end");
        }
    }
}

async fn accept(
    door: Arc<Listener>,
    socket: TcpListener,
    room: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            () = stopped(&mut stop) => return,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match Arc::clone(&room).try_acquire_owned() {
                Ok(permit) => {
                    tokio::spawn(connection(Arc::clone(&door), stream, peer, permit, stop.clone()));
                }
                Err(_) => tracing::warn!(door = %door.door, "no room for another connection"),
            },
            Err(fault) => {
                // most often no file handle is left: wait for one
                tracing::warn!(door = %door.door, kind = ?fault.kind(), "accept failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Ends when the server shall.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // an error means that the sender is gone: the end as well
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn refresh(door: Arc<Listener>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = tokio::time::sleep(REFRESH) => {}
        }
        match door.tls.refresh() {
            Ok(true) => tracing::info!(door = %door.door, "revocation lists read again"),
            Ok(false) => {}
            Err(fault) => tracing::error!(door = %door.door, %fault, "revocation lists cannot be read"),
        }
    }
}

async fn connection(
    door: Arc<Listener>,
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let settings = door.tls.settings();
    let acceptor = TlsAcceptor::from(Arc::clone(&settings.config));
    let handshake = timeout(door.limits.handshake, acceptor.accept(stream));
    let stream = tokio::select! {
        () = stopped(&mut stop) => return,
        shaken = handshake => match shaken {
            Ok(Ok(stream)) => stream,
            Ok(Err(fault)) => {
                tracing::debug!(door = %door.door, %fault, "handshake refused");
                return;
            }
            Err(_) => return,
        },
    };
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let certificate = match shown.map(|der| PeerCertificate::read(der, &settings.subjects)).transpose() {
        Ok(certificate) => certificate,
        Err(fault) => {
            tracing::debug!(door = %door.door, %fault, "certificate refused");
            return;
        }
    };
    let proved = Connection { peer, door: door.door, certificate };

    let service = service_fn(|request| answer(Arc::clone(&door), proved.clone(), request));
    let io = TokioIo::new(PatientStream::new(stream, door.limits.write_idle));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(door.limits.header)
        .max_buf_size(door.limits.header_bytes_max)
        .max_headers(door.limits.headers_max)
        .serve_connection(io, service);
    let mut served = std::pin::pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = stopped(&mut stop) => {
            served.as_mut().graceful_shutdown();
            timeout(door.limits.shutdown, served).await.unwrap_or(Ok(()))
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(door = %door.door, %fault, "connection ended");
    }
    drop(permit);
}

async fn answer(
    door: Arc<Listener>,
    mut proved: Connection,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    // A certificate revoked since the handshake proves nothing any more (abuse case A10).
    let settings = door.tls.settings();
    proved.certificate = proved.certificate.filter(|it| !settings.is_revoked(it.anchor, &it.id.serial));

    // these say themselves what is too large, and in their own words
    let more = if crate::soap::answers(request.uri().path()) { crate::soap::BEYOND } else { 0 };
    let most = door.limits.body_bytes_max.saturating_add(more);
    let mut request = request.map(|body| {
        let patient = PatientBody::new(body, door.limits.body_idle);
        Body::new(Limited::new(patient, most))
    });
    request.extensions_mut().insert(proved);
    request.extensions_mut().insert(settings);
    door.router.clone().call(request).await
}
