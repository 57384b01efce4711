//! `carnet send` and `carnet watch` as they are typed.

use std::path::PathBuf;

use clap::Args;

/// Where to send, and as whom.
#[derive(Args)]
pub struct Connection {
    /// The feed door: https://dmp.example:8445
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// The certificate of your house, or of a professional, in PEM.
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Its private key, in PEM, which nobody else may read.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Who vouches for the door, in PEM.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Where documents wait and receipts are kept, for one user alone; without it, carnet/queue in the user's state
    /// folder ($XDG_STATE_HOME, else ~/.local/state).
    #[arg(long, value_name = "DIR")]
    pub queue: Option<PathBuf>,
    /// The kind of your establishment (table TRE_R02), where a document does not say it: SA17.
    #[arg(long, value_name = "CODE")]
    pub sector: Option<String>,
    /// The setting of practice (table TRE_A01), where a document does not say it.
    #[arg(long, value_name = "CODE", default_value = "ETABLISSEMENT")]
    pub setting: String,
}

#[derive(Args)]
pub struct Send {
    #[command(flatten)]
    pub connection: Connection,
    /// CDA (.xml), or .pdf, .jpg, .txt with a NAME.json beside; without any, what waits is sent.
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Say where every document stands, and send nothing. Exit status 1 where a person is needed.
    #[arg(long)]
    pub list: bool,
    /// With --list, for a program.
    #[arg(long, requires = "list")]
    pub json: bool,
    /// With --list, whose each document is too.
    #[arg(long, requires = "list")]
    pub names: bool,
    /// Look at rejected documents again too, now that the cause is cured.
    #[arg(long)]
    pub again: bool,
    /// Do not wait for a door that is away: what could not go stays in the queue.
    #[arg(long)]
    pub once: bool,
    /// Give these files up: they are taken out of the queue, and not sent.
    #[arg(long, requires = "files")]
    pub forget: bool,
    /// Print a model of NAME.json.
    #[arg(long)]
    pub example: bool,
    /// Print the types of document, each with its code.
    #[arg(long)]
    pub types: bool,
}

#[derive(Args)]
pub struct Watched {
    #[command(flatten)]
    pub connection: Connection,
    /// Where documents are put; done/, held/ and rejected/ are made in it.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// How often to look, in seconds.
    #[arg(long, value_name = "S", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
}
