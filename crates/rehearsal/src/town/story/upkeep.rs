//! What goes along with all the rest: prescriptions and what is handed out, syntheses, reimbursements.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Event, Story, What};
use crate::town::drugs::{self, Drug};

impl Story<'_> {
    pub(super) fn treatments(&mut self) {
        let (doctor, pharmacist) = (self.life.doctor, self.life.pharmacy.1);
        let child = self.life.age_on(self.today) < 16;
        let lasting: Vec<Drug> =
            self.life.ills.iter().flat_map(|ill| drugs::lasting(*ill)).copied().collect();
        if !lasting.is_empty() {
            for day in self.every(self.dice.between(200, 1000), 260) {
                self.add(day, doctor, What::Prescription(lasting.clone()));
                for month in [1, 31] {
                    if self.dice.chance(40) {
                        let day = day.saturating_add(month.days());
                        self.add(day, pharmacist, What::Dispensation(lasting.clone()));
                    }
                }
            }
        }
        let (least, most) = if self.life.quiet {
            (0, 0)
        } else if self.life.attending.is_none() {
            (0, 1)
        } else {
            (0, 2)
        };
        for _ in 0..self.dice.between(least, most) {
            let drugs = drugs::passing(self.dice, child);
            let day = self.some_day();
            self.add(day, doctor, What::Prescription(drugs.clone()));
            if self.dice.chance(60) {
                self.add(day.saturating_add(1.days()), pharmacist, What::Dispensation(drugs));
            }
        }
    }

    /// The attending doctor's own, once a year, for those who have something to sum up.
    pub(super) fn summaries(&mut self) {
        let Some(doctor) = self.life.attending else { return };
        let lasting = self.life.ills.iter().filter(|ill| drugs::problem(**ill).is_some()).count();
        if lasting > 0 && doctor != "doctor-8" {
            for day in self.every(self.dice.between(40, 600), 365) {
                self.add(day, doctor, What::Summary);
            }
        }
    }

    /// One document for each past year in which something was paid back.
    pub(super) fn reimbursements(&mut self) {
        if !self.dice.chance(40) {
            return;
        }
        let year = self.today.year();
        for of in [year - 2, year - 1] {
            let mut lines: Vec<_> =
                self.events.iter().filter_map(paid).filter(|it| it.0.year() == of).collect();
            lines.sort();
            if let (false, Ok(day)) = (lines.is_empty(), Date::new(of + 1, 1, 20)) {
                self.add(day, "payer-1", What::Reimbursed(of, lines));
            }
        }
    }
}

/// What the fund paid back for it.
fn paid(event: &Event) -> Option<(Date, &'static str, i64)> {
    let (label, cents) = match &event.what {
        What::Script(script, ..) if script.kind == "11488-4" => ("Consultation", 2100),
        What::Script(script, ..) if script.kind == "18748-4" => ("Imagerie", 4620),
        What::Script(script, ..) if script.kind == "11506-3" => ("Soins d'auxiliaire médical", 1260),
        What::Labs(..) => ("Analyses de laboratoire", 1890),
        What::Dispensation(drugs) => ("Pharmacie", 640 * i64::try_from(drugs.len()).unwrap_or(1)),
        What::Vaccine(..) => ("Vaccin", 750),
        What::Electrocardiogram(_) => ("Acte de cardiologie", 990),
        _ => return None,
    };
    Some((event.at.in_paris().date(), label, cents))
}
