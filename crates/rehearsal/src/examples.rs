//! What the demo's houses write about its people: a discharge letter, a laboratory report, a
//! consultation, a scan. The same seed gives the same bytes.

use jiff::SignedDuration;
use model::{Coding, Instant, code};

use crate::cast::{Actor, Cast, House, Who};
use crate::cda::{self, Author, Body, Cda, Model, Section, Service};
use crate::chance::SeededDice;
use crate::pdf;
use crate::people::Patient;

/// A document with what its depositor says of it.
#[derive(Clone)]
pub struct Example {
    /// The feeding organisation and the author, by their slugs in the cast.
    pub feeder: Feeder,
    /// UUID: `ClinicalDocument/id/@root` where it is a CDA.
    pub unique_id: String,
    pub title: String,
    /// Of JDV_J07; its class follows from it.
    pub kind: Coding,
    /// The format by the template (ASS_A11), or the fallback.
    pub format: Coding,
    pub media_type: &'static str,
    pub facility: Coding,
    pub practice_setting: Coding,
    pub written: Instant,
    pub service_from: Instant,
    pub service_to: Option<Instant>,
    pub bytes: Vec<u8>,
}

/// Who brings a document, and who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feeder {
    /// An actor with an organisation's certificate.
    pub organisation: &'static str,
    /// One of that organisation; the organisation itself where its software wrote it.
    pub author: &'static str,
}

const HOSPITAL: Feeder = Feeder { organisation: "hospital-1", author: "doctor-4" };
const LABORATORY: Feeder = Feeder { organisation: "laboratory-1", author: "biologist-1" };
const PRACTICE: Feeder = Feeder { organisation: "practice-1", author: "doctor-1" };

const STAY: (&str, &str) = ("ETABLISSEMENT", "Etablissement de santé");
const VISIT: (&str, &str) = ("AMBULATOIRE", "Ambulatoire");

/// The documents about a person, written in the weeks before `now`, the oldest first.
pub fn examples(cast: &Cast, patient: &Patient, seed: u64, now: Instant) -> Vec<Example> {
    let dice = SeededDice::new(seed);
    [
        laboratory_report(cast, patient, &dice, before(now, 40)),
        consultation(cast, patient, &dice, before(now, 33)),
        scan(cast, &dice, before(now, 20)),
        discharge_letter(cast, patient, &dice, before(now, 12)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn before(now: Instant, days: i64) -> Instant {
    now.minus(SignedDuration::from_hours(24 * days))
}

fn laboratory_report(cast: &Cast, patient: &Patient, dice: &SeededDice, at: Instant) -> Option<Example> {
    let tenths = |low: u64, width: u64| {
        let value = low + dice.below(width);
        format!("{},{}", value / 10, value % 10)
    };
    let line = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let table = vec![
        line(["Examen", "Résultat", "Unité", "Référence"]),
        line(["Hémoglobine", &tenths(118, 40), "g/dL", "> 11,5 et < 16,0"]),
        line(["Glycémie à jeun", &tenths(42, 20), "mmol/L", "3,9 à 5,8"]),
        line(["Potassium", &tenths(36, 12), "mmol/L", "3,5 à 5,1"]),
    ];
    let section = Section {
        code: ("18723-7", "Hématologie"),
        title: "Résultats".to_owned(),
        paragraphs: vec!["Prélèvement veineux ; échantillon conforme.".to_owned()],
        table,
        ..Section::default()
    };
    sections(cast, patient, dice, LABORATORY, ("11502-2", "Bilan biologique"), at, VISIT, vec![section])
}

fn discharge_letter(cast: &Cast, patient: &Patient, dice: &SeededDice, at: Instant) -> Option<Example> {
    let days = (2 + dice.below(6)).to_string();
    let stay = format!("Séjour de {days} jours en médecine, sans complication.");
    let section = |code, title: &str, paragraphs: Vec<&str>| Section {
        code,
        title: title.to_owned(),
        paragraphs: paragraphs.into_iter().map(str::to_owned).collect(),
        ..Section::default()
    };
    let body = vec![
        section(
            ("42349-1", "Motif de recours"),
            "Motif",
            vec!["Douleur thoracique à l'effort, TA < 14/9 à l'entrée."],
        ),
        section(
            ("8648-8", "Évolution au cours du séjour"),
            "Synthèse",
            vec![&stay, "ECG & biologie sans anomalie."],
        ),
        section(
            ("18776-5", "Plan de soins"),
            "Suites",
            vec!["Contrôle chez le médecin traitant sous un mois."],
        ),
    ];
    sections(cast, patient, dice, HOSPITAL, ("11490-0", "Lettre de liaison de sortie"), at, STAY, body)
}

#[allow(clippy::too_many_arguments, reason = "each is one line of the document's head")]
fn sections(
    cast: &Cast,
    patient: &Patient,
    dice: &SeededDice,
    feeder: Feeder,
    (kind, title): (&str, &str),
    at: Instant,
    setting: (&'static str, &'static str),
    body: Vec<Section>,
) -> Option<Example> {
    let head = Head { feeder, kind, title, at, setting, model: Model::REHEARSAL, body: Body::Sections(body) };
    write(cast, patient, dice, head)
}

/// A header around a file, as much practice software still sends.
fn consultation(cast: &Cast, patient: &Patient, dice: &SeededDice, at: Instant) -> Option<Example> {
    let file = pdf::page(
        "Consultation",
        &[
            "Document fictif.",
            "",
            "Examen clinique sans particularité.",
            "Prochain rendez-vous dans six mois.",
        ],
    );
    let (kind, title) = ("11488-4", "Compte rendu de consultation");
    let body = Body::File("application/pdf", &file);
    let head = Head { feeder: PRACTICE, kind, title, at, setting: VISIT, model: Model::LEVEL_1, body };
    write(cast, patient, dice, head)
}

/// A bare PDF, without header.
fn scan(cast: &Cast, dice: &SeededDice, at: Instant) -> Option<Example> {
    let title = "Radiographie du genou (compte rendu)";
    let bytes = pdf::page(title, &["Document fictif.", "", "Pas de lésion osseuse récente visible."]);
    let (_, house) = written_by(cast, HOSPITAL)?;
    Some(Example {
        feeder: HOSPITAL,
        unique_id: dice.uuid(),
        title: title.to_owned(),
        kind: kind("18748-4")?,
        format: Coding::new(code::TRE_A06, code::FALLBACK_FORMAT, None).ok()?,
        media_type: "application/pdf",
        facility: facility(house)?,
        practice_setting: practice_setting(STAY)?,
        written: at,
        service_from: at,
        service_to: None,
        bytes,
    })
}

struct Head<'a> {
    feeder: Feeder,
    kind: &'a str,
    title: &'a str,
    at: Instant,
    setting: (&'static str, &'static str),
    model: Model,
    body: Body<'a>,
}

fn write(cast: &Cast, patient: &Patient, dice: &SeededDice, head: Head<'_>) -> Option<Example> {
    let (author, house) = written_by(cast, head.feeder)?;
    let Who::Person { title, given, family, .. } = &author.who else { return None };
    let (unique_id, set_id) = (dice.uuid(), dice.uuid());
    let service_from = head.at.minus(SignedDuration::from_hours(1));
    let format = match &head.body {
        Body::File(media_type, _) => code::level_1_format(media_type),
        Body::Sections(_) => code::format_of_template(head.model.template),
    };
    let (format_system, format) = format.unwrap_or((code::TRE_A06, code::FALLBACK_FORMAT));
    let document = Cda {
        id: &unique_id,
        set_id: &set_id,
        version: 1,
        model: head.model,
        kind: kind(head.kind)?,
        title: head.title,
        written: head.at,
        service: Service { from: service_from, to: Some(head.at), setting: head.setting },
        patient: &patient.identity,
        birth_city: patient.birth_city,
        telecom: vec![format!("tel:{}", patient.phone), format!("mailto:{}", patient.email)],
        author: Author {
            id: &author.id(),
            title,
            given,
            family,
            specialty: author.specialty(),
            software: false,
        },
        house,
        body: head.body,
    };
    let bytes = cda::write(&document).ok()?.into_bytes();
    Some(Example {
        feeder: head.feeder,
        title: head.title.to_owned(),
        kind: document.kind,
        format: Coding::new(format_system, format, None).ok()?,
        media_type: "text/xml",
        facility: facility(house)?,
        practice_setting: practice_setting(head.setting)?,
        written: head.at,
        service_from,
        service_to: Some(head.at),
        bytes,
        unique_id,
    })
}

pub(crate) fn written_by(cast: &Cast, feeder: Feeder) -> Option<(&Actor, &House)> {
    let house = cast.house(cast.actor(feeder.organisation)?.organisation()?)?;
    Some((cast.actor(feeder.author)?, house))
}

pub(crate) fn kind(of: &str) -> Option<Coding> {
    let bare = [code::LOINC, code::TRE_A05]
        .into_iter()
        .filter_map(|system| Coding::new(system, of, None).ok())
        .find(|it| code::document_type(it).is_some())?;
    let display = code::document_type(&bare).map(|it| it.label.to_owned());
    Some(Coding { display, ..bare })
}

pub(crate) fn facility(house: &House) -> Option<Coding> {
    Coding::new("1.2.250.1.71.4.2.4", house.facility.0, Some(house.facility.1)).ok()
}

pub(crate) fn practice_setting((setting, label): (&str, &str)) -> Option<Coding> {
    Coding::new("1.2.250.1.213.1.1.4.9", setting, Some(label)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use xml::{Document, Limits};

    use super::*;
    use crate::{cast, people};

    fn all(seed: u64) -> Vec<(Patient, Example)> {
        let (cast, now) = (cast(), "2026-11-21T12:00:00Z".parse().unwrap());
        let of = |(number, patient): (u64, Patient)| {
            examples(&cast, &patient, seed + number, now).into_iter().map(move |it| (patient.clone(), it))
        };
        (0..).zip(people()).flat_map(of).collect()
    }

    #[test]
    fn four_for_each_person_and_the_same_again() {
        let (first, again) = (all(1), all(1));
        assert_eq!(first.len(), 4 * people().len(), "a document that cannot be written is lost");
        assert!(first.iter().zip(&again).all(|(one, two)| one.1.bytes == two.1.bytes));
        assert!(first.iter().zip(&all(99)).all(|(one, two)| one.1.unique_id != two.1.unique_id));
        let ids: BTreeSet<_> = first.iter().map(|(_, it)| &it.unique_id).collect();
        assert_eq!(ids.len(), first.len());
    }

    #[test]
    fn types_formats_and_authors_are_known() {
        let cast = cast();
        for (_, it) in all(1) {
            assert!(code::document_type(&it.kind).is_some(), "{}", it.title);
            assert!(it.format.code == code::FALLBACK_FORMAT || it.format.system == code::IHE_FORMAT);
            let house = cast.actor(it.feeder.organisation).unwrap().organisation();
            assert_eq!(cast.actor(it.feeder.author).unwrap().organisation(), house, "{}", it.title);
        }
    }

    #[test]
    fn a_document_says_what_its_metadata_say_and_keeps_every_character() {
        for (patient, it) in all(1).into_iter().filter(|(_, it)| it.media_type == "text/xml") {
            let text = String::from_utf8(it.bytes.clone()).unwrap();
            Document::parse(&it.bytes, &Limits::default()).unwrap();
            let (ins, traits) = (&patient.identity.ins, &patient.identity.traits);
            for expected in [
                format!("<id root=\"{}\"/>", it.unique_id),
                format!("<id extension=\"{}\" root=\"1.2.250.1.213.1.4.10\"/>", ins.matricule()),
                format!("<birthTime value=\"{}\"/>", traits.birth_date.to_string().replace('-', "")),
                format!("<county>{}</county>", traits.birth_place.as_str()),
                format!("<title>{}</title>", it.title),
                format!("<effectiveTime value=\"{}\"/>", cda::hl7_time(it.written)),
            ] {
                assert!(text.contains(&expected), "{expected} in {}", it.title);
            }
        }
        let letter = all(1).into_iter().find(|(_, it)| it.kind.code == "11490-0").unwrap().1;
        let text = String::from_utf8(letter.bytes).unwrap();
        assert!(text.contains("TA &lt; 14/9") && text.contains("ECG &amp; biologie"));
    }
}
