//! What a document is called: as a human would, with the day that tells it from its like.

use jiff::civil::Date;

use super::story::{Event, What};

pub(super) fn title(event: &Event) -> String {
    let date = event.at.in_paris().date();
    let day = day(date);
    match &event.what {
        What::Script(script, ..) => format!("{}, {day}", script.title),
        What::Labs(title, _) => format!("{title}, {day}"),
        What::Prescription(_) => format!("Ordonnance du {day}"),
        What::Dispensation(_) => format!("Délivrance de médicaments, {day}"),
        What::Vaccine(vaccine, "dose annuelle") => format!("Vaccin : {vaccine}, {}", date.year()),
        What::Vaccine(vaccine, dose) => format!("Vaccin : {vaccine} ({dose})"),
        What::VaccineHistory(_) => format!("Historique des vaccinations au {day}"),
        What::Electrocardiogram(_) => format!("Électrocardiogramme, {day}"),
        What::Summary => format!("Volet de synthèse médicale, {day}"),
        What::Liaison => format!("Document de liaison d'urgence, {day}"),
        What::Reimbursed(year, _) => format!("Remboursements de l'année {year}"),
    }
}

/// `1er mai 2024`.
pub(super) fn day(date: Date) -> String {
    format!("{} {} {}", model::day::number(date), model::day::month(date), date.year())
}
