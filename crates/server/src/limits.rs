//! How much a door takes (design, invariant 10). Every limit has its answer: 408 or a closed
//! connection for slowness, 413 for a body too large, 431 for headers, 503 when there is no room.

use std::time::Duration;

use model::Door;

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the whole handshake.
    pub handshake: Duration,
    /// From the first byte awaited to the end of the headers; an idle connection counts too.
    pub header: Duration,
    /// Between two pieces of a request's body.
    pub body_idle: Duration,
    /// Between two pieces of an answer the client takes.
    pub write_idle: Duration,
    /// For one request, its body included, until its answer begins.
    pub request: Duration,
    /// The same where a document of gigabytes may arrive: it goes on while something comes (`body_idle`).
    pub stream: Duration,
    /// For what is under way when the server stops.
    pub shutdown: Duration,
    /// Looked at each time more is awaited: one read of as many bytes may come on top.
    pub header_bytes_max: usize,
    pub headers_max: usize,
    /// Of SOAP, where each service has a limit of its own, a little more is read and let go.
    pub body_bytes_max: usize,
    pub connections_max: usize,
    /// Requests under way at once; others wait, then are told to come back.
    pub requests_max: usize,
    pub queue: Duration,
}

impl Limits {
    pub fn of(door: Door) -> Self {
        let body_bytes_max = match door {
            // a whole submission over SOAP, as a stream; each other request has a limit of its own
            Door::Feed => usize::try_from(crate::soap::SUBMISSION_BYTES_MAX).unwrap_or(usize::MAX),
            Door::Portal => 16 << 20,
            Door::Care | Door::Steer | Door::Upkeep => 2 << 20,
        };
        Self {
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(10),
            body_idle: Duration::from_secs(15),
            write_idle: Duration::from_secs(30),
            request: Duration::from_secs(120),
            stream: Duration::from_secs(30 * 60),
            shutdown: Duration::from_secs(6),
            header_bytes_max: 64 << 10,
            headers_max: 100,
            body_bytes_max,
            connections_max: connections_max(),
            requests_max: 128,
            queue: Duration::from_secs(2),
        }
    }
}

/// A fifth of the files this process may open, for each of four doors: the rest is the store's.
fn connections_max() -> usize {
    const USUAL: usize = 1024;
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let open = line.and_then(|line| line.split_whitespace().nth(3)).and_then(|word| word.parse().ok());
    (open.unwrap_or(USUAL) / 5).clamp(64, 8192)
}
