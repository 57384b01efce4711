//! The floor: a bare handler that answers as many bytes, under the same TLS, to the same client. What is above
//! it is ours: deciding, opening, tracing durably.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::any;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::Stop;

/// Answers `bytes` to whatever is asked, once it is read, on a port of its own, until the runtime ends.
pub(super) async fn serve(config: Arc<ServerConfig>, bytes: Bytes) -> Result<u16, Stop> {
    let socket = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = socket.local_addr()?.port();
    let router = Router::new().fallback(any(move |_: Bytes| std::future::ready(bytes.clone())));
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(config);
        while let Ok((stream, _)) = socket.accept().await {
            let (acceptor, router) = (acceptor.clone(), router.clone());
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = TowerToHyperService::new(router);
                let served = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                let _ = served.await;
            });
        }
    });
    Ok(port)
}
