//! Writes an event as the document its author's house would deposit.

use jiff::SignedDuration;
use model::{Coding, Instant, code};

use super::life::Life;
use super::papers;
use super::scripts::Form;
use super::story::{Event, What};
use super::titles;
use crate::cast::{Actor, Cast, House, Who};
use crate::cda::{self, Author, Body, Cda, Model, Service};
use crate::chance::SeededDice;
use crate::examples::{Example, Feeder, facility, kind, practice_setting};
use crate::pdf::{self, Block, Sheet};
use crate::people::Patient;

/// None only where a table of this crate is wrong; tests count the documents.
pub(super) fn document(
    cast: &Cast,
    patient: &Patient,
    life: &Life,
    event: &Event,
    dice: &SeededDice,
) -> Option<Example> {
    let author = cast.actor(event.by)?;
    let house = cast.house(author.organisation()?)?;
    let doctor = cast.actor(life.doctor).map_or_else(String::new, |it| it.shown(cast));
    let (unique_id, set_id) = (dice.uuid(), dice.uuid());
    let paper = papers::paper(life, event, &doctor, dice);
    let title = titles::title(event);
    let (service_from, service_to) = served(event);
    let file = |paper: &papers::Paper| printed(patient, author, cast, house, &title, event.at, paper);
    let (media_type, template, bytes) = match paper.form {
        Form::Bare => ("application/pdf", None, file(&paper)),
        form => {
            let enclosed = if form == Form::Enclosed { file(&paper) } else { Vec::new() };
            let (model, body) = match form {
                Form::Enclosed => (Model::LEVEL_1, Body::File("application/pdf", &enclosed)),
                _ => (Model::REHEARSAL, Body::Sections(paper.sections)),
            };
            let id = author_id(author, house);
            let document = Cda {
                id: &unique_id,
                set_id: &set_id,
                version: 1,
                model,
                kind: kind(paper.kind)?,
                title: &title,
                written: event.at,
                service: Service { from: service_from, to: Some(service_to), setting: paper.setting },
                patient: &patient.identity,
                birth_city: patient.birth_city,
                telecom: vec![format!("tel:{}", patient.phone), format!("mailto:{}", patient.email)],
                author: written_by(author, house, &id),
                house,
                body,
            };
            ("text/xml", Some(model.template), cda::write(&document).ok()?.into_bytes())
        }
    };
    let format = match (paper.form, template) {
        (Form::Enclosed, _) => code::level_1_format("application/pdf"),
        (_, Some(template)) => code::format_of_template(template),
        _ => None,
    };
    let (format_system, format) = format.unwrap_or((code::TRE_A06, code::FALLBACK_FORMAT));
    Some(Example {
        feeder: Feeder { organisation: depositor(cast, event)?, author: event.by },
        unique_id,
        title,
        kind: kind(paper.kind)?,
        format: Coding::new(format_system, format, None).ok()?,
        media_type,
        facility: facility(house)?,
        practice_setting: practice_setting(paper.setting)?,
        written: event.at,
        service_from,
        service_to: Some(service_to),
        bytes,
    })
}

/// Whose certificate brings it: the house's where it has one, else the author's; a synthesis is always the
/// doctor's own (rules, W4).
fn depositor(cast: &Cast, event: &Event) -> Option<&'static str> {
    let author = cast.actor(event.by)?;
    let house = cast
        .actors
        .iter()
        .find(|it| matches!(&it.who, Who::Organisation(id) if Some(id) == author.organisation()));
    match (&event.what, house) {
        (What::Summary, _) | (_, None) => cast.actors.iter().find(|it| it.slug == event.by).map(|it| it.slug),
        (_, Some(house)) => Some(house.slug),
    }
}

fn served(event: &Event) -> (Instant, Instant) {
    let days = |count: i64| SignedDuration::from_hours(24 * count);
    match &event.what {
        What::Script(_, stay, since) if *stay > 0 => {
            let left = event.at.minus(days(*since));
            (left.minus(days(*stay)), left)
        }
        What::Reimbursed(_, lines) => {
            let first = lines.first().map_or(0, |line| (event.at.in_paris().date() - line.0).get_days());
            (event.at.minus(days(first.into())), event.at)
        }
        What::Labs(..) => (event.at.minus(SignedDuration::from_hours(3)), event.at),
        _ => (event.at.minus(SignedDuration::from_mins(25)), event.at),
    }
}

/// A payer's software has a number of its own under the payer's.
fn author_id(author: &Actor, house: &House) -> String {
    match &author.who {
        Who::Person { id, .. } => id.to_string(),
        Who::Organisation(_) => format!("3{}/1", house.id.to_string().get(1..).unwrap_or_default()),
    }
}

fn written_by<'a>(author: &'a Actor, house: &'a House, id: &'a str) -> Author<'a> {
    let specialty = author.specialty();
    match &author.who {
        Who::Person { title, given, family, .. } => {
            Author { id, title, given, family, specialty, software: false }
        }
        Who::Organisation(_) => {
            Author { id, title: "", given: "", family: house.name, specialty, software: true }
        }
    }
}

fn printed(
    patient: &Patient,
    author: &Actor,
    cast: &Cast,
    house: &House,
    title: &str,
    at: Instant,
    paper: &papers::Paper,
) -> Vec<u8> {
    let traits = &patient.identity.traits;
    let born = traits.birth_date.strftime("%d/%m/%Y");
    let born_on = if traits.sex == model::Sex::Male { "né" } else { "née" };
    let mut blocks = Vec::new();
    for section in &paper.sections {
        blocks.push(Block::Heading(&section.title));
        blocks.extend(section.paragraphs.iter().map(|it| Block::Text(it)));
        blocks.extend(section.items.iter().map(|it| Block::Item(it)));
        blocks.extend(section.table.iter().skip(1).map(|row| Block::Row(row)));
    }
    if !paper.strips.is_empty() {
        blocks.push(Block::Strips(&paper.strips));
    }
    let signature = format!("{}, le {}", author.shown(cast), titles::day(at.in_paris().date()));
    pdf::document(&Sheet {
        head: &[
            house.name.to_owned(),
            format!("{} {}", house.city.0, house.city.1),
            format!("{}, {}", author.shown(cast), author.specialty().1),
        ],
        about: &format!("{}, {born_on} le {born}, INS {}", patient.shown(), patient.identity.ins.matricule()),
        title,
        blocks: &blocks,
        signature: &signature,
    })
}
