//! Waiting that ends when the process is asked to end.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

/// How long the request under way may take to end by itself: what it leaves is taken up at the next start.
const PATIENCE: Duration = Duration::from_secs(8);

pub struct Stopping {
    asked: Receiver<()>,
}

impl Stopping {
    /// From now on SIGTERM and SIGINT are listened to.
    pub fn listen() -> std::io::Result<Self> {
        let (tell, asked) = mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (mut terminate, mut interrupt) = {
            let _inside = runtime.enter();
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
        };
        std::thread::Builder::new().name("signals".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            });
            let _ = tell.send(());
            std::thread::sleep(PATIENCE);
            std::process::exit(0);
        })?;
        Ok(Self { asked })
    }

    /// True when it was asked to end meanwhile.
    pub fn wait(&self, time: Duration) -> bool {
        !matches!(self.asked.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }
}
