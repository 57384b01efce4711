//! `carnet`: the one binary.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use server::chance::SystemClock;
use server::demo::post::Ways;
use server::demo::{self, Options, Running};
use server::directory::import;
use server::portal::viewer::Viewer;
use server::{bench, guard, kit, verify};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A request makes and lets go of some hundred small pieces on three threads: the system's allocator was a quarter
/// of what it cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An open, self-hostable shared medical record.
///
/// Start with `carnet demo`: it needs nothing, listens on this machine alone, and shows where to go
/// and with which certificates.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything in one process, with fictitious people and certificates.
    ///
    /// Four doors open on loopback: portal on N, care on N+1, feed on N+2, steer on N+3. The file
    /// demo.json in the data folder tells any client their addresses, the actors with their
    /// certificates and keys, and the people with their logins.
    ///
    /// Read it, then for example:
    ///
    ///   curl --cacert DIR/pki/ca.pem --cert DIR/pki/doctor-1.pem --key DIR/pki/doctor-1.key
    ///   https://localhost:8444/fhir/metadata
    ///
    /// RUST_LOG=info shows one line per request, without names or numbers.
    #[command(verbatim_doc_comment)]
    Demo {
        /// Keep the state in this folder; without it, a temporary one is used and removed at the end.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The portal's port N.
        #[arg(long, value_name = "N", default_value_t = 8443)]
        port_base: u16,
        /// How many people live in the town, beside the five of demo.json's `patients`: 0 for none.
        #[arg(long, value_name = "N", default_value_t = rehearsal::town::SIZE)]
        town: usize,
        /// Hand the e-mails over to a mail server on this machine too, in clear: localhost:1025.
        #[arg(long, value_name = "HOST:PORT")]
        smtp: Option<String>,
        /// Hand the text messages over to a gateway on this machine too, in clear: http://localhost:8025/messages.
        #[arg(long, value_name = "URL")]
        sms_gateway: Option<String>,
        /// Put the letters into this folder too, closed for the printer when the demo's day is over.
        #[arg(long, value_name = "DIR")]
        letters: Option<PathBuf>,
        /// Take access tokens of this identity provider at the care door too: {"issuer": "https://…", "jwks": {…}}.
        #[arg(long, value_name = "FILE")]
        issuer: Vec<PathBuf>,
        /// Send the trace to an audit repository too, by TLS, with the demo's certificates: localhost:6514.
        #[arg(long, value_name = "HOST:PORT")]
        audit_syslog: Option<String>,
        /// Open images in this viewer: https://viewer.example.org/open?study={study}. Without it the studies that a
        /// document points at are listed, and open nowhere.
        #[arg(long, value_name = "URL")]
        viewer: Option<Viewer>,
    },
    /// Read a store again, whole, and say what is wrong and where.
    ///
    /// Works on a stopped or running store. Exit status 0 only when all is whole: every trace line in
    /// its order, every sealed row where it was written, every document to its last byte, the log as
    /// its anchor has seen it.
    Verify {
        /// The data folder of a demo or a server.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Print one JSON object: records, documents, lines, accepted, refused, faults.
        #[arg(long)]
        json: bool,
    },
    /// The directory of professionals and organisations.
    Directory {
        #[command(subcommand)]
        command: DirectoryCommand,
    },
    /// Send documents to a feed door, from a house without software that does.
    ///
    /// Each document is checked here first, then waits in a queue until the door has acknowledged it: a cut line, a
    /// closed lid or a killed process lose nothing, and a file sent twice is one document. Documents of people whose
    /// identity is not qualified yet are held. What cannot go says why, and what cures it.
    ///
    ///   carnet send --example > letter.json       a model of what to say of letter.pdf
    ///   carnet send --to https://dmp.example:8445 --cert house.pem --key house.key --ca door.pem letter.pdf cda.xml
    ///   carnet send --list                        where every document stands
    ///   carnet send --to …                        what waits, and what was held
    ///
    /// Exit status 0 when everything named has been acknowledged, 1 when something needs a person, 2 for wrong use.
    #[command(verbatim_doc_comment)]
    Send(kit::cli::Send),
    /// Send every document that is put into a folder.
    ///
    /// A file is taken once it is whole. It moves to done/ when it has arrived, to held/ while its person's identity
    /// is not qualified (correct its NAME.json there, and it goes), or to rejected/; there NAME.why.txt says why and
    /// what to do. What still lies in the folder has not arrived. SIGTERM ends it; started again, it goes on.
    #[command(verbatim_doc_comment)]
    Watch(kit::cli::Watched),
    /// Measure this machine: feeding, searching and retrieving, with everything on.
    ///
    /// Starts a node of its own on loopback, fills it, and sends requests over mutual TLS from the same
    /// process, each durably traced before it is answered. Beside each figure stands its floor: a bare
    /// handler that answers as many bytes to the same client. Compare ratios within one run; other load
    /// on the machine moves both.
    ///
    ///   carnet bench                        two minutes, 1,000 documents
    ///   carnet bench --documents 100000     some minutes and about 5 GB of disk
    ///   carnet bench --json figures.json    the figures at 8 connections, for a program
    #[command(verbatim_doc_comment)]
    Bench {
        /// Documents of 30 kB the node holds, 20 for each patient.
        #[arg(long, value_name = "N", default_value_t = 1000)]
        documents: usize,
        /// How long each measure takes; there are ten for each number of connections.
        #[arg(long, value_name = "S", default_value_t = 3)]
        seconds: u64,
        /// Numbers of connections, each measured in its turn.
        #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1, 8, 32])]
        connections: Vec<usize>,
        /// Also write figures to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Use and keep this folder, absent or empty; without it, a temporary one is removed at the end.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum DirectoryCommand {
    /// Take over the public extracts, all or nothing; a running carnet follows within a second or two.
    Import {
        /// The data folder of a demo or a server.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// PS_LibreAcces_Personne_activite_….txt
        #[arg(long, value_name = "FILE")]
        persons: PathBuf,
        /// The FINESS extract of establishments.
        #[arg(long, value_name = "FILE")]
        organisations: PathBuf,
        /// The day of the extract of persons, where its file's name does not tell it: 2026-09-23.
        #[arg(long, value_name = "DAY")]
        extracted: Option<jiff::civil::Date>,
        /// Check and count, and keep nothing.
        #[arg(long)]
        dry_run: bool,
        /// Take an extract that lost much, or that has many wrong lines.
        #[arg(long)]
        force: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // a log that cannot be written (a full disk) would otherwise be told on stderr, and panic there
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.log_internal_errors(false).init();
    guard::quiet_panics();
    match run(cli.command) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("carnet: {fault}");
            let mut cause = fault.source();
            while let Some(it) = cause {
                eprintln!("  because: {it}");
                cause = it.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let options = match command {
        Command::Demo { data, port_base, town, smtp, sms_gateway, letters, issuer, audit_syslog, viewer } => {
            let post = Ways { smtp, sms_gateway, letters, audit_syslog };
            Options { data, port_base, town, post, issuers: issuer, viewer }
        }
        Command::Verify { data, json } => return run_verify(&data, json),
        Command::Directory { command } => return run_directory(command),
        Command::Send(asked) => return run_kit(kit::send(&asked, &SystemClock)),
        Command::Watch(asked) => return run_kit(kit::watch(&asked, &SystemClock)),
        Command::Bench { documents, seconds, connections, json, data } => {
            let time = Duration::from_secs(seconds);
            return run_bench(bench::Options { documents, time, connections, json, data });
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(run_demo(options));
    // whatever still blocks a thread does not hold up the end
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended.map(|()| ExitCode::SUCCESS)
}

fn run_verify(data: &Path, json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let report = verify::run(data)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        verify::print(&report, &mut std::io::stdout().lock())?;
    }
    Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_directory(command: DirectoryCommand) -> Result<ExitCode, Box<dyn Error>> {
    let DirectoryCommand::Import { data, persons, organisations, extracted, dry_run, force } = command;
    let options = import::Options { data, persons, organisations, extracted, dry_run, force };
    let report = import::import(&options, |lines| eprintln!("{lines} lines"))?;
    report.print(&mut std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn run_bench(options: bench::Options) -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(bench::run(options));
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(ended.map(|()| ExitCode::SUCCESS)?)
}

/// 0 all is well, 1 a person is needed, 2 wrong use.
fn run_kit(ended: Result<kit::Ended, kit::Fault>) -> Result<ExitCode, Box<dyn Error>> {
    match ended {
        Ok(kit::Ended::Well) => Ok(ExitCode::SUCCESS),
        Ok(kit::Ended::PersonNeeded) => Ok(ExitCode::FAILURE),
        Err(kit::Fault::Usage(wrong)) => {
            eprintln!("carnet: {wrong}");
            Ok(ExitCode::from(2))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn run_demo(options: Options) -> Result<(), Box<dyn Error>> {
    // before anything opens, so that no signal is missed
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let running = demo::start(options).await?;
    welcome(&running);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}

fn welcome(running: &Running) {
    let folder = running.folder.display();
    let door = |place: u32| format!("https://localhost:{}", u32::from(running.port_base) + place);
    println!("carnet, démonstration : données fictives, personne ici n’existe.");
    println!();
    println!("  portail       {}   (ouvrir dans un navigateur ; racine : {folder}/pki/ca.pem)", door(0));
    println!(
        "  soins         {}   FHIR, certificat d’une personne, ou d’une structure avec un jeton",
        door(1)
    );
    println!("  alimentation  {}   FHIR, certificat d’une structure ou d’une personne", door(2));
    println!("  pilotage      {}", door(3));
    println!("  envois        {}/demo/outbox", door(0));
    println!();
    println!("  qui, avec quels certificats et mots de passe : {}", running.file().display());
    for slug in ["doctor-1", "hospital-1"] {
        if let Some(actor) = running.cast.actor(slug) {
            println!("  par exemple {} : {folder}/pki/{slug}.pem", actor.shown(&running.cast));
        }
    }
    println!();
    println!("Ctrl-C termine.");
}
