//! Writes the documents of one person of the town, or lists everybody:
//! `cargo run -p rehearsal --example town -- [DIR PLACE]`.

use std::{env, fs, io};

use rehearsal::Town;
use rehearsal::town::SIZE;

fn main() -> io::Result<()> {
    let town = Town::new(1, SIZE, model::Instant::from_millis(1_795_262_400_000));
    let mut arguments = env::args().skip(1);
    let (Some(folder), Some(place)) = (arguments.next(), arguments.next()) else {
        for (place, citizen) in town.people.iter().enumerate() {
            let traits = &citizen.patient.identity.traits;
            println!(
                "{place:3} {} {:28} {:16} {:9} {:3} {:?} {:?}",
                traits.birth_date,
                citizen.patient.shown(),
                citizen.town.1,
                citizen.attending.unwrap_or("-"),
                citizen.documents,
                citizen.authorised,
                citizen.parents,
            );
        }
        return Ok(());
    };
    fs::create_dir_all(&folder)?;
    for document in town.documents_of(place.parse().unwrap_or_default()) {
        let example = document.example;
        let extension = if example.media_type == "text/xml" { "xml" } else { "pdf" };
        let day = example.written.in_paris().strftime("%Y-%m-%d-%H%M").to_string();
        let name = format!("{day}-{}.{extension}", example.title.replace(['/', ' ', ':'], "_"));
        println!("{day} {:60} {:12} {}", example.title, example.feeder.organisation, example.kind.code);
        fs::write(std::path::Path::new(&folder).join(name), &example.bytes)?;
    }
    Ok(())
}
