//! One person of the town with what their documents draw from: who cares for them, what they have, how they
//! are built.

use jiff::ToSpan;
use jiff::civil::Date;
use model::Sex;

use super::homes::Soul;
use super::ills::{self, Ill};
use super::phrases::Facts;
use crate::chance::SeededDice;

pub(super) struct Life {
    pub born: Date,
    pub sex: Sex,
    pub care_home: bool,
    /// Born within the last years, of this mother.
    pub children: Vec<Date>,
    pub ills: Vec<Ill>,
    /// An actor's slug.
    pub attending: Option<&'static str>,
    /// Whom they see when they have no attending doctor, and whom letters name.
    pub doctor: &'static str,
    /// The house that feeds and the one who signs.
    pub pharmacy: (&'static str, &'static str),
    pub laboratory: (&'static str, &'static str),
    /// From when on documents reached the record.
    pub since: Date,
    /// Well, and hardly ever seen.
    pub quiet: bool,
    allergy: &'static str,
    tobacco: &'static str,
    /// Dependence, 1 to 6 (AGGIR).
    gir: i64,
    /// The year an old illness was found.
    found: i64,
    right: bool,
    /// At thirty.
    kilos: i64,
    centimetres: i64,
    pressure: i64,
}

const DOCTORS: [&str; 3] = ["doctor-5", "doctor-6", "doctor-7"];
const PHARMACIES: [(&str, &str); 2] = [("pharmacy-1", "pharmacist-1"), ("pharmacy-2", "pharmacist-2")];
const LABORATORIES: [(&str, &str); 2] = [("laboratory-1", "biologist-1"), ("laboratory-2", "biologist-2")];
const ALLERGIES: [&str; 5] = [
    "Piqûres de guêpe : œdème local étendu.",
    "Latex : prurit.",
    "Sparadrap : dermite.",
    "Codéine : vomissements.",
    "Pollens de graminées : rhinite.",
];

const TOBACCO: [&str; 4] = [
    "Tabac : jamais.",
    "Tabac arrêté.",
    "Tabac : jamais.",
    "Tabac : cinq cigarettes par jour, arrêt envisagé.",
];

impl Life {
    pub(super) fn new(who: usize, souls: &[Soul], dice: &SeededDice, today: Date) -> Option<Self> {
        let soul = souls.get(who)?;
        let age = soul.age(today);
        let of_town = DOCTORS.get(soul.town).copied().unwrap_or("doctor-5");
        let doctor = match age {
            0..8 if dice.chance(60) => "doctor-8",
            _ if soul.care_home && dice.chance(60) => "doctor-9",
            _ => of_town,
        };
        let has_one = dice.chance(if !(16..=55).contains(&age) { 96 } else { 82 });
        let near = |places: [(&'static str, &'static str); 2]| match soul.town {
            0 => places[0],
            1 => places[1],
            _ => dice.pick(&places),
        };
        let grown = if soul.sex == Sex::Male {
            (dice.between(64, 92), dice.between(167, 188))
        } else {
            (dice.between(52, 80), dice.between(155, 174))
        };
        let ills = ills::of(soul, dice, today);
        let higher = if ills.contains(&Ill::Hypertension) { 16 } else { 0 };
        let known = match dice.below(100) {
            // who lives in the care home was fed for from the day they came
            _ if soul.care_home => dice.between(300, 1500),
            0..80 if ills.len() >= 4 => 1826,
            0..12 => 1826,
            _ => dice.between(120, 1300),
        };
        Some(Self {
            born: soul.born,
            sex: soul.sex,
            care_home: soul.care_home,
            children: souls
                .iter()
                .filter(|child| child.parents.contains(&who) && soul.sex == Sex::Female)
                .map(|child| child.born)
                .collect(),
            attending: has_one.then_some(doctor),
            doctor,
            pharmacy: near(PHARMACIES),
            laboratory: near(LABORATORIES),
            since: today.saturating_sub(known.days()),
            quiet: ills.is_empty() && dice.chance(55),
            allergy: if dice.chance(14) { dice.pick(&ALLERGIES) } else { "Aucune connue." },
            tobacco: if ills.contains(&Ill::Copd) { TOBACCO[1] } else { dice.pick(&TOBACCO) },
            gir: dice.between(2, 4),
            found: i64::from(today.year()) - dice.between(7, 18),
            right: dice.chance(50),
            kilos: grown.0 + if ills.contains(&Ill::Diabetes) { 11 } else { 0 },
            centimetres: grown.1,
            pressure: 114 + higher + age.clamp(0, 80) / 5,
            ills,
        })
    }

    pub(super) fn has(&self, ill: Ill) -> bool {
        self.ills.contains(&ill)
    }

    pub(super) fn months_on(&self, day: Date) -> i64 {
        let months = (i64::from(day.year()) - i64::from(self.born.year())) * 12 + i64::from(day.month())
            - i64::from(self.born.month());
        months - i64::from(day.day() < self.born.day())
    }

    pub(super) fn age_on(&self, day: Date) -> i64 {
        self.months_on(day).div_euclid(12)
    }

    pub(super) fn allergy(&self) -> &'static str {
        self.allergy
    }

    /// What the texts of that day may say; `doctor` is the name behind [`Life::doctor`].
    pub(super) fn facts(&self, day: Date, doctor: &str, days: i64) -> Facts {
        let months = self.months_on(day);
        let (kilos, centimetres) = match months {
            0..=23 => (3 + months * 2 / 5, 50 + months * 3 / 2),
            24..=215 => {
                let grown = months - 24;
                (12 + (self.kilos - 12) * grown / 191, 86 + (self.centimetres - 86) * grown / 191)
            }
            _ => (self.kilos - i64::from(months > 80 * 12) * 6, self.centimetres),
        };
        let (count, unit) = match months {
            ..=0 => ((day - self.born).get_days().max(1).into(), "jours"),
            1..=23 => (months, "mois"),
            _ => (months / 12, "ans"),
        };
        Facts {
            woman: self.sex == Sex::Female,
            age: format!("{count} {unit}"),
            kilos,
            centimetres,
            doctor: doctor.to_owned(),
            pressure: if months < 180 { 96 + months / 12 } else { self.pressure },
            days,
            right: self.right,
            allergy: self.allergy,
            tobacco: self.tobacco,
            gir: self.gir,
            years: i64::from(day.year()) - self.found,
        }
    }
}
