//! Writes every example document into a folder: `cargo run -p rehearsal --example write -- DIR`.

use std::path::PathBuf;
use std::{env, fs, io};

use rehearsal::{cast, examples, people};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "examples-out".to_owned()));
    fs::create_dir_all(&folder)?;
    let (cast, now) = (cast(), model::Instant::from_millis(1_795_262_400_000));
    for (seed, patient) in (1..).zip(people()) {
        for document in examples(&cast, &patient, seed, now) {
            let extension = if document.media_type == "text/xml" { "xml" } else { "pdf" };
            let name = format!("{}-{}.{extension}", patient.slug, document.kind.code);
            fs::write(folder.join(name), &document.bytes)?;
        }
    }
    Ok(())
}
