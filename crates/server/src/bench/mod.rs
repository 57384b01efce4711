//! `carnet bench`: a node under a load that can be repeated, and the floors of the machine in the same run.
//!
//! Everything is in one process, client included, and everything is on: mutual TLS, sealing, the durable trace.
//! Read `letter` (what is fed), `fill`, `load` (the client), `floor`, `practice` and `openings` (over SOAP), `pure`,
//! `report`.

mod fill;
mod floor;
mod letter;
mod load;
mod machine;
mod openings;
mod practice;
mod pure;
mod report;

use std::io::{self, IsTerminal, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::Full;
use hyper::{Method, Request};
use ihe::fhir::id_pair;
use model::QualifiedIdentity;
use rehearsal::SeededDice;

use self::fill::{Actors, Filled, PER_RECORD};
use self::letter::House;
use self::load::{Client, Load};
use self::openings::Openings;
use self::practice::Practice;
use self::report::{Report, Round, Soap};
use crate::demo::{self, Running, StartError};
use crate::tls::{Tls, TlsFiles};

/// Who reads, and who feeds, by their names in the demo.
const DOCTOR: &str = "doctor-1";
const HOUSE: &str = "hospital-1";
/// Records that only feeding touches, so that what is searched stays the same.
const FED_RECORDS: usize = 500;
/// Documents of the one large record.
const LARGE: usize = 500;
/// Most documents that fit in a disk somebody would offer for this (40 GB).
const DOCUMENTS_MAX: usize = 1_000_000;

#[derive(Debug, Clone)]
pub struct Options {
    pub documents: usize,
    /// For each measure.
    pub time: Duration,
    pub connections: Vec<usize>,
    pub json: Option<PathBuf>,
    /// An empty or absent folder; without it, a temporary one.
    pub data: Option<PathBuf>,
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    #[error("{0}")]
    Asked(&'static str),
    #[error("the node does not start")]
    Start(#[from] StartError),
    #[error("a file or a connection")]
    Io(#[from] io::Error),
    #[error("TLS")]
    Tls(#[from] rustls::Error),
    #[error("HTTP")]
    Http(#[from] hyper::Error),
    #[error("the bench is broken: {0}")]
    Broken(String),
}

pub async fn run(options: Options) -> Result<(), Stop> {
    check(&options)?;
    let port_base = free_ports()?;
    let running = demo::start(demo::Options {
        data: options.data.clone(),
        port_base,
        town: 0,
        post: demo::post::Ways::default(),
        viewer: None,
        issuers: Vec::new(),
    })
    .await?;
    let outcome = Bench { options: &options, running: &running }.run().await;
    running.stop().await;
    let report = outcome?;
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&report.json()).unwrap_or_default();
        std::fs::write(file, text + "\n")?;
    }
    Ok(report.print(&mut io::stdout().lock())?)
}

fn check(options: &Options) -> Result<(), Stop> {
    if !(PER_RECORD..=DOCUMENTS_MAX).contains(&options.documents) {
        return Err(Stop::Asked("--documents is between 20 and 1,000,000"));
    }
    if options.time.is_zero() || options.time > Duration::from_secs(600) {
        return Err(Stop::Asked("--seconds is between 1 and 600"));
    }
    if options.connections.iter().any(|it| !(1..=256).contains(it)) {
        return Err(Stop::Asked("--connections are between 1 and 256 each"));
    }
    let occupied =
        options.data.as_ref().is_some_and(|it| it.read_dir().is_ok_and(|mut it| it.next().is_some()));
    if occupied {
        return Err(Stop::Asked("--data names a folder that is not empty: figures are of a fresh node"));
    }
    Ok(())
}

/// Four ports in a row that nobody has now.
fn free_ports() -> Result<u16, Stop> {
    for _ in 0..50 {
        let base = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let free = |place: u16| {
            base.checked_add(place).is_some_and(|it| TcpListener::bind(("127.0.0.1", it)).is_ok())
        };
        if base < u16::MAX - 3 && (0..4).all(free) {
            return Ok(base);
        }
    }
    Err(Stop::Asked("no four free ports in a row"))
}

struct Bench<'a> {
    options: &'a Options,
    running: &'a Running,
}

impl Bench<'_> {
    async fn run(&self) -> Result<Report, Stop> {
        let app = &self.running.app;
        let actors = Actors::of(self.running)?;
        let count = self.options.documents.div_ceil(PER_RECORD);
        phase("filling");
        let before = machine::weight(&self.running.folder);
        let begun = Instant::now();
        let filled = tokio::task::block_in_place(|| {
            actors.records(app, 0..count, PER_RECORD, |done| {
                progress("filling", done * PER_RECORD, count * PER_RECORD)
            })
        })?;
        let fill_per_second = (count * PER_RECORD) as f64 / begun.elapsed().as_secs_f64();
        let disk = machine::weight(&self.running.folder).saturating_sub(before);
        let fed = tokio::task::block_in_place(|| {
            actors.records(app, count..count + FED_RECORDS, 0, |done| progress("opening", done, FED_RECORDS))
        })?;
        let large = tokio::task::block_in_place(|| actors.record(app, count + FED_RECORDS, LARGE))?;

        tokio::task::block_in_place(|| fill::settle(app))?;

        let filled = Arc::new(filled);
        let loads = self.loads(Arc::clone(&filled), fed, &actors).await?;
        let mut rounds = Vec::new();
        for connections in &self.options.connections {
            rounds.push(loads.round(*connections, self.options.time).await?);
        }
        // before the messages of the openings are held ready
        let (rss_mb, rss_peak_mb) = machine::memory();
        let openings = self.openings(filled).await?;
        for round in &mut rounds {
            round.soap = openings.round(round.connections, self.options.time).await?;
        }
        let (query_bytes, soap_retrieve_bytes) = openings.bytes();
        phase("deciding");
        let pure = tokio::task::block_in_place(|| pure::measure(app, &actors, &large))?;
        progress("", 1, 1);
        Ok(Report {
            machine: machine::describe(),
            documents: count * PER_RECORD,
            search_bytes: loads.search_bytes,
            retrieve_bytes: loads.retrieve_bytes,
            query_bytes,
            soap_retrieve_bytes,
            fill_per_second,
            disk_bytes_per_document: disk as f64 / (count * PER_RECORD) as f64,
            rounds,
            pure,
            rss_mb,
            rss_peak_mb,
        })
    }

    async fn loads(
        &self,
        filled: Arc<Vec<Filled>>,
        fed: Vec<Filled>,
        actors: &Actors,
    ) -> Result<Loads, Stop> {
        let (care, feed) = (self.running.port_base + 1, self.running.port_base + 2);
        let pki = self.running.folder.join("pki");
        let (doctor, house) = (Client::of(&pki, DOCTOR)?, Client::of(&pki, HOUSE)?);

        let (of_search, of_retrieve) = (Arc::clone(&filled), filled);
        let search = move |number: u64| {
            let it = one_of(&of_search, number);
            it.map_or_else(Request::default, |it| get(&search_path(&it.person), "application/fhir+json"))
        };
        let retrieve = move |number: u64| {
            let it = one_of(&of_retrieve, number);
            let document = it.and_then(|it| Some((it, one_of(&it.documents, number / 7)?)));
            document.map_or_else(Request::default, |(it, document)| {
                get(&format!("/fhir/Binary/{}", id_pair::format(it.record, document)), "*/*")
            })
        };
        let house_name = House(actors.house_id.clone());
        let submit = move |number: u64| match fed.get(number as usize % fed.len().max(1)) {
            Some(it) => post("/fhir", house_name.bundle(&it.person)),
            None => Request::default(),
        };

        // the floors answer what was answered
        let search_answer = doctor.once(care, search(0)).await?;
        let shown = String::from_utf8_lossy(&search_answer).matches("\"masterIdentifier\"").count();
        if shown != PER_RECORD {
            return Err(Stop::Broken(format!("a search shows {shown} documents")));
        }
        let retrieve_answer = doctor.once(care, retrieve(0)).await?;
        let config = self.tls(&pki)?;
        let (search_bytes, retrieve_bytes) = (search_answer.len(), retrieve_answer.len());
        let floor_search = floor::serve(Arc::clone(&config), search_answer).await?;
        let floor_retrieve = floor::serve(config, retrieve_answer).await?;

        let load = |client: &Client, port, at_least, make: Make| {
            Arc::new(Load { client: client.clone(), port, make, at_least, most: u64::MAX })
        };
        let bare = || Box::new(|_| get("/", "*/*")) as Make;
        Ok(Loads {
            search_bytes,
            retrieve_bytes,
            floor_search: load(&doctor, floor_search, search_bytes, bare()),
            search: load(&doctor, care, search_bytes * 9 / 10, Box::new(search)),
            floor_retrieve: load(&doctor, floor_retrieve, retrieve_bytes, bare()),
            retrieve: load(&doctor, care, retrieve_bytes, Box::new(retrieve)),
            feed: load(&house, feed, 100, Box::new(submit)),
        })
    }

    async fn openings(&self, filled: Arc<Vec<Filled>>) -> Result<Openings, Stop> {
        let pki = self.running.folder.join("pki");
        let practice = Practice::of(&self.running.cast, &pki, DOCTOR)?;
        let care = self.running.port_base + 1;
        Openings::of(practice, Client::of(&pki, DOCTOR)?, filled, care, self.tls(&pki)?).await
    }

    /// The care door's own settings.
    fn tls(&self, pki: &std::path::Path) -> Result<Arc<rustls::ServerConfig>, Stop> {
        let files = TlsFiles {
            certificate: pki.join("server.pem"),
            key: pki.join("server.key"),
            anchors: vec![(
                crate::connection::Anchor::Persons,
                pki.join("persons.pem"),
                pki.join("persons.crl"),
            )],
            signers: Vec::new(),
        };
        let tls = Tls::open(files).map_err(|error| Stop::Broken(error.to_string()))?;
        Ok(Arc::clone(&tls.settings().config))
    }
}

type Make = Box<dyn Fn(u64) -> Request<Full<Bytes>> + Send + Sync>;

struct Loads {
    search_bytes: usize,
    retrieve_bytes: usize,
    floor_search: Arc<Load<Make>>,
    search: Arc<Load<Make>>,
    floor_retrieve: Arc<Load<Make>>,
    retrieve: Arc<Load<Make>>,
    feed: Arc<Load<Make>>,
}

impl Loads {
    /// Each floor right before what is held against it: both meet the same neighbours.
    async fn round(&self, connections: usize, time: Duration) -> Result<Round, Stop> {
        let run = async |what: &str, load: &Arc<Load<Make>>| {
            phase(&format!("{connections} connections: {what}"));
            Arc::clone(load).run(connections, time).await
        };
        Ok(Round {
            connections,
            floor_search: run("floor of search", &self.floor_search).await?,
            search: run("search", &self.search).await?,
            floor_retrieve: run("floor of retrieve", &self.floor_retrieve).await?,
            retrieve: run("retrieve", &self.retrieve).await?,
            feed: run("feed", &self.feed).await?,
            soap: Soap::default(),
        })
    }
}

/// Any of them, the same for the same number.
fn one_of<T>(among: &[T], number: u64) -> Option<&T> {
    among.get(SeededDice::new(number).below(among.len().max(1) as u64) as usize)
}

fn search_path(person: &QualifiedIdentity) -> String {
    let system = person.ins.system().replace(':', "%3A");
    format!("/fhir/DocumentReference?patient.identifier={system}%7C{}&status=current", person.ins.matricule())
}

fn get(path: &str, accept: &str) -> Request<Full<Bytes>> {
    request(Method::GET, path, &[("accept", accept)], Vec::new())
}

fn post(path: &str, body: Vec<u8>) -> Request<Full<Bytes>> {
    request(Method::POST, path, &[("content-type", "application/fhir+json")], body)
}

fn request(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // a request that cannot be built is answered 404 and ends the run
    request.body(Full::new(body.into())).unwrap_or_default()
}

/// What begins now: a line for each, where the output is kept.
fn phase(what: &str) {
    let mut out = io::stderr().lock();
    let _ = if out.is_terminal() { write!(out, "\r\x1b[K{what}") } else { writeln!(out, "{what}") };
    let _ = out.flush();
}

/// One line that is written over, where somebody looks.
fn progress(what: &str, done: usize, of: usize) {
    let mut out = io::stderr().lock();
    if out.is_terminal() {
        let _ = if what.is_empty() {
            write!(out, "\r\x1b[K")
        } else {
            write!(out, "\r\x1b[K{what}: {done} of {of}")
        };
        let _ = out.flush();
    }
}
