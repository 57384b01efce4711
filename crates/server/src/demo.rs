//! `carnet demo`: everything in one process on loopback, with certificates, people and time of its own.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use model::{Clock, Dice, Door, Standing};
use policy::{Matrix, Policy, ProfileName};
use record::{Failure, Records};
use rehearsal::{Actor, ActorKind, Cast, Town, Who};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::api::sessions::Sessions;
use crate::app::{Addresses, App};
use crate::audit::{self, Sender};
use crate::chance::SystemDice;
use crate::connection::Anchor;
use crate::directory::watch::{Ages, Watch, Watching};
use crate::directory::{Directory, OrganisationEntry, PersonEntry, Role, Situation};
use crate::doors;
use crate::fhir::{self, cursor::Cursors};
use crate::guard::guarded;
use crate::limits::Limits;
use crate::listener::Listener;
use crate::node::{self, NodeError};
use crate::portal;
use crate::portal::pro::Professionals;
use crate::portal::viewer::Viewer;
use crate::post::SetupError;
use crate::proof::issuers::{Issuer, IssuerError, Issuers};
use crate::tls::{Tls, TlsError, TlsFiles};
use crate::upkeep::Upkeep;

pub mod clock;
pub mod file;
pub mod oidc;
pub mod outbox;
pub mod pki;
pub mod post;
pub mod regulars;
pub(crate) mod routes;
pub mod seed;
pub mod town;

use clock::DemoClock;
use file::DemoFile;
use outbox::Outbox;
use pki::{Client, Pki, PkiError};
use post::{DemoPost, Ways};

/// What only the demo has.
pub struct Demo {
    pub clock: Arc<DemoClock>,
    pub outbox: Arc<Outbox>,
    pub oidc: Arc<oidc::Provider>,
    pub regulars: Vec<regulars::Regular>,
}

#[derive(Debug, Clone)]
pub struct Options {
    /// Where the state is kept; without it, in a folder that is removed at the end.
    pub data: Option<PathBuf>,
    /// The portal's port; care, feed and steer follow.
    pub port_base: u16,
    /// How many people live in the town beside the first five.
    pub town: usize,
    /// Where messages leave besides the outbox.
    pub post: Ways,
    /// Where images open.
    pub viewer: Option<Viewer>,
    /// Files of identity providers whose tokens count at the care door, beside the demo's own.
    pub issuers: Vec<PathBuf>,
}

/// The same town at each start.
const TOWN_SEED: u64 = 1;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the data folder cannot be used")]
    Folder(#[source] io::Error),
    #[error("another demo runs on this data folder")]
    Taken,
    #[error("ports {0} to {0} + 3 do not exist: choose a port base between 1 and 65532")]
    NoPort(u16),
    #[error("port {port} cannot be had: choose another --port-base")]
    Port { port: u16, source: io::Error },
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error("the demo's people cannot be brought into the store: {0}")]
    Seed(String),
    #[error("messages cannot leave that way")]
    Post(#[from] SetupError),
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    #[error("the trace cannot be told to an audit repository")]
    Audit(#[from] audit::SetupError),
    #[error("demo.json cannot be written")]
    File(#[source] io::Error),
}

/// A demo that runs, until [`Running::stop`].
pub struct Running {
    pub app: Arc<App>,
    pub cast: Cast,
    /// Absolute.
    pub folder: PathBuf,
    pub port_base: u16,
    upkeep: Option<Upkeep>,
    audit: Option<Sender>,
    _directory: Watching,
    stop: watch::Sender<bool>,
    doors: Vec<JoinHandle<()>>,
    _lock: fs::File,
    /// Removed when dropped, after everything else.
    _temporary: Option<TempDir>,
}

impl Running {
    pub fn file(&self) -> PathBuf {
        self.folder.join(file::FILE)
    }

    /// Closes the doors, lets what is under way end within the limit of [`Limits::shutdown`].
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        for door in self.doors.drain(..) {
            let _ = door.await;
        }
        if let Some(upkeep) = self.upkeep.take() {
            upkeep.stop();
        }
        if let Some(audit) = self.audit.take() {
            audit.stop();
        }
    }
}

/// Starts the demo; when it returns, the doors are open and `demo.json` is there.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let base = options.port_base;
    if base == 0 || base > u16::MAX - 3 {
        return Err(StartError::NoPort(base));
    }
    let (folder, temporary) = data_folder(options.data.as_deref()).map_err(StartError::Folder)?;
    let lock = lock(&folder)?;
    forget_former(&folder).map_err(StartError::Folder)?;
    let first_start = FirstStart::begin(&folder).map_err(StartError::Folder)?;

    let clock = Arc::new(DemoClock::open(&folder).map_err(StartError::Folder)?);
    let born = town::born(&folder, clock.now()).map_err(StartError::Folder)?;
    let town = Town::new(TOWN_SEED, options.town, born);
    let cast = town.cast.clone();
    let pki = Pki::open(&folder.join("pki"), &clients(&cast), &SystemDice)?;
    let dice: Arc<dyn Dice> = Arc::new(SystemDice);
    let parts = node::open(&folder, Arc::clone(&clock) as _, Arc::clone(&dice), rules()?)?;
    let records = Records::start(parts).map_err(not_started)?;
    let people = seed::seed(&records, &cast, rehearsal::people()).map_err(StartError::Seed)?;
    town::settle(&records, &town).map_err(StartError::Seed)?;
    first_start.end(&folder).map_err(StartError::Folder)?;
    let outbox = Arc::new(Outbox::default());
    let door = |place: u16| format!("https://localhost:{}", base + place);
    let oidc = oidc::Provider::new(&door(0), &door(1), &cast).ok_or(NodeError::Cryptography)?;
    let told = options.issuers.iter().map(|file| Issuer::read(file)).collect::<Result<Vec<_>, _>>()?;
    let issuers = Issuers::new([vec![oidc.as_issuer()], told].concat());
    let directory = Arc::new(directory(&cast));
    // a way that cannot be used is told before any door opens
    let time: Arc<dyn Clock> = Arc::clone(&clock) as _;
    let post = DemoPost::new(&options.post, Arc::clone(&outbox), time, Arc::clone(&directory), door(0))?;
    let post = Arc::new(post);
    let audit = options.post.audit_syslog.as_deref().map(|to| auditor(to, &folder, &pki)).transpose()?;
    let audit =
        audit.map(|it| Sender::start(records.clone(), &it, Arc::clone(&clock) as _, Arc::clone(&dice)));
    let audit = audit.transpose()?;
    let app = Arc::new(App {
        directory,
        clock: Arc::clone(&clock) as _,
        cursors: Cursors::new(&*dice).ok_or(NodeError::Cryptography)?,
        dice,
        records: records.clone(),
        addresses: Addresses {
            portal: door(0),
            care_fhir: format!("{}/fhir", door(1)),
            feed_fhir: format!("{}/fhir", door(2)),
            steer: door(3),
        },
        sessions: Sessions::default(),
        issuers,
        pro: Professionals::default(),
        feed_room: Arc::new(Semaphore::new(fhir::MIB_AT_ONCE)),
        viewer: options.viewer.clone(),
        audit: audit.as_ref().map(|it| Arc::clone(&it.progress)),
        started: clock.now(),
        demo: Some(Demo {
            clock: Arc::clone(&clock),
            outbox,
            oidc: Arc::new(oidc),
            regulars: regulars::regulars(&town),
        }),
    });

    let (stop, stopped) = watch::channel(false);
    let mut ready = Vec::new();
    for (place, door, routes) in [
        (0, Door::Portal, doors::portal::router(Arc::clone(&app))),
        (1, Door::Care, doors::care::router(Arc::clone(&app))),
        (2, Door::Feed, doors::feed::router(Arc::clone(&app))),
        (3, Door::Steer, doors::steer::router(Arc::clone(&app))),
    ] {
        ready.push((listener(&app, &pki, door, routes)?, sockets(base + place).await?));
    }
    let doors = ready
        .into_iter()
        .map(|(listener, sockets)| tokio::spawn(listener.serve(sockets, stopped.clone())))
        .collect();
    let mut watch = Watch::new(&folder, Arc::clone(&app.directory), Arc::clone(&app.clock), Ages::default());
    watch.look();
    let watching = Watching::start(watch).map_err(StartError::Folder)?;
    let chore = {
        let post = Arc::clone(&post);
        move || post.posts.close_letters()
    };
    let upkeep = Upkeep::start(records, post, chore).map_err(StartError::Folder)?;
    DemoFile::new(base, &cast, &people, &town).write(&folder).map_err(StartError::File)?;
    Ok(Running {
        app,
        upkeep: Some(upkeep),
        audit,
        _directory: watching,
        cast,
        folder,
        port_base: base,
        stop,
        doors,
        _lock: lock,
        _temporary: temporary,
    })
}

/// An audit repository that knows the demo by its own root, and shows a certificate under it.
fn auditor(to: &str, folder: &Path, pki: &Pki) -> Result<audit::Settings, audit::SetupError> {
    let (host, port) = audit::Settings::address(to)?;
    Ok(audit::Settings {
        host,
        port,
        ca: pki.certificate("ca"),
        certificate: pki.certificate(pki::AUDIT),
        key: pki.key(pki::AUDIT),
        source: "carnet-demo".to_owned(),
        cursor: folder.join("audit-cursor"),
    })
}

/// The rules of `dmp-2018`, with the demo's wide quotas (design, "demo.json").
fn rules() -> Result<Policy, NodeError> {
    let mut profile: serde_json::Value =
        serde_json::from_str(ProfileName::Dmp2018.text()).map_err(|_| NodeError::Cryptography)?;
    for whose in ["person", "organisation", "software"] {
        if let Some(limits) =
            profile.pointer_mut(&format!("/budgets/{whose}")).and_then(|it| it.as_object_mut())
        {
            limits.values_mut().for_each(|limit| *limit = 100_000_000.into());
        }
    }
    Ok(Policy::from_text(&profile.to_string(), Matrix::PROVISIONAL)?)
}

fn not_started(failure: Failure) -> StartError {
    match failure {
        Failure::Fault(fault) => NodeError::Records(fault).into(),
        Failure::Refused(_) => StartError::Seed("the store is busy".into()),
    }
}

fn data_folder(asked: Option<&Path>) -> io::Result<(PathBuf, Option<TempDir>)> {
    let (folder, temporary) = match asked {
        Some(folder) => {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            (folder.to_owned(), None)
        }
        None => {
            let temporary = tempfile::Builder::new().prefix("carnet-demo-").tempdir()?;
            (temporary.path().to_owned(), Some(temporary))
        }
    };
    let folder = folder.canonicalize()?;
    Ok((folder, temporary))
}

/// Removes the `demo.json` of a former run: it would announce doors that are not open yet.
fn forget_former(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(file::FILE)) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        _ => Ok(()),
    }
}

/// From the first file of the store until its people are in: a mark says that nobody was ever shown what is there,
/// so that a first start that was cut off is done over. The secrets of a half seeded record are lost with the
/// process that made them.
struct FirstStart {
    mark: PathBuf,
}

impl FirstStart {
    fn begin(folder: &Path) -> io::Result<Self> {
        let mark = folder.join("demo.unfinished");
        let parts = ["store", "keys"].map(|part| folder.join(part));
        if mark.exists() {
            for part in parts.iter().filter(|part| part.exists()) {
                fs::remove_dir_all(part)?;
            }
        } else if !parts.iter().any(|part| part.exists()) {
            fs::File::create(&mark)?;
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(Self { mark })
    }

    /// Durable: a mark that came back would have the next start throw away what was acknowledged.
    fn end(self, folder: &Path) -> io::Result<()> {
        match fs::remove_file(self.mark) {
            Ok(()) => fs::File::open(folder)?.sync_all(),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(fault) => Err(fault),
        }
    }
}

/// Held as long as the demo runs; the system lets go of it at the end of the process, however it ends.
fn lock(folder: &Path) -> Result<fs::File, StartError> {
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("demo.lock"))
        .map_err(StartError::Folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(StartError::Taken),
        Err(fs::TryLockError::Error(fault)) => Err(StartError::Folder(fault)),
    }
}

fn listener(app: &Arc<App>, pki: &Pki, door: Door, routes: Router) -> Result<Listener, TlsError> {
    let anchors = match door {
        Door::Feed | Door::Care => vec![Anchor::Organisations, Anchor::Persons],
        _ => vec![Anchor::Persons],
    };
    // no browser is asked for an organisation's certificate; what one signed may come all the same
    let signers = if door == Door::Portal { vec![Anchor::Organisations] } else { Vec::new() };
    let (certificate, key) = pki.server();
    let files = |anchors: Vec<Anchor>| {
        let of = |anchor| {
            let (root, list) = pki.anchor(anchor);
            (anchor, root, list)
        };
        anchors.into_iter().map(of).collect()
    };
    let tls = TlsFiles { certificate, key, anchors: files(anchors), signers: files(signers) };
    let tls = Arc::new(Tls::open(tls)?);
    let limits = Limits::of(door);
    let pages = match door {
        Door::Portal => Some(portal::pages(Arc::clone(app))),
        Door::Steer => Some(portal::pages_of_steering(Arc::clone(app))),
        _ => None,
    };
    Ok(Listener { door, tls, router: guarded(routes, Arc::clone(&app.dice), door, limits, pages), limits })
}

/// On loopback alone; over IPv6 too where the machine has it.
async fn sockets(port: u16) -> Result<Vec<TcpListener>, StartError> {
    let four = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .map_err(|source| StartError::Port { port, source })?;
    let six = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await;
    Ok([Some(four), six.ok()].into_iter().flatten().collect())
}

fn clients(cast: &Cast) -> Vec<Client> {
    let client = |actor: &Actor| Client {
        slug: actor.slug.to_owned(),
        anchor: match actor.who {
            Who::Person { .. } => Anchor::Persons,
            Who::Organisation(_) => Anchor::Organisations,
        },
        common_name: actor.id(),
        revoked: actor.revoked,
    };
    cast.actors.iter().map(client).collect()
}

fn directory(cast: &Cast) -> Directory {
    let directory = Directory::default();
    for house in &cast.houses {
        directory.put_organisation(OrganisationEntry {
            id: house.id.clone(),
            name: house.name.to_owned(),
            kind: house.kind,
            standing: Standing::Active,
        });
    }
    for actor in cast.actors.iter().chain(&cast.colleagues) {
        let Who::Person { id, profession, specialty, situations, .. } = &actor.who else { continue };
        let role = match profession {
            Some(profession) => {
                Role::Professional { profession: profession.clone(), specialty: specialty.map(str::to_owned) }
            }
            None => match actor.kind {
                ActorKind::Administrator => Role::Administrator,
                ActorKind::Reviewer => Role::Reviewer,
                _ => Role::Agent,
            },
        };
        let situations = situations
            .iter()
            .map(|it| Situation {
                organisation: it.organisation.clone(),
                acting_for: it.acting_for,
                active: true,
            })
            .collect();
        directory.put_person(PersonEntry {
            id: id.clone(),
            name: actor.shown(cast),
            role,
            situations,
            standing: Standing::Active,
            email: Some(format!("{}@medecins.example", actor.slug)),
        });
    }
    directory
}
