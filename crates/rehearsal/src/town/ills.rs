//! What people live with: the illnesses and events that make their documents, by age and sex. More than in
//! life, so that a small town has some of everything.

use jiff::civil::Date;
use model::Sex;

use super::homes::Soul;
use crate::chance::SeededDice;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ill {
    Diabetes,
    Hypertension,
    HeartFailure,
    /// Atrial fibrillation under a vitamin K antagonist: INR every few weeks.
    Fibrillation,
    Kidneys,
    Asthma,
    Copd,
    Thyroid,
    BreastCancer,
    ColonCancer,
    ProstateCancer,
    /// A wrist, an ankle: plaster, then physiotherapy.
    Fracture,
    /// The hip of an elder: an operation.
    Hip,
    Knee,
    Cataract,
    Depression,
    Memory,
    Anaemia,
    /// Under way at this moment.
    Expecting,
    Appendix,
    Language,
}

/// What this person has; many have nothing.
pub(super) fn of(soul: &Soul, dice: &SeededDice, today: Date) -> Vec<Ill> {
    let (age, woman) = (soul.age(today), soul.sex == Sex::Female);
    let mut has = Vec::new();
    let mut may = |ill, percent: u64, fits: bool| {
        // thrown in any case, so that one rule more does not change the others
        if dice.chance(percent) && fits {
            has.push(ill);
        }
    };
    may(Ill::Diabetes, 17, age >= 50);
    may(Ill::Diabetes, 4, (40..50).contains(&age));
    may(Ill::Hypertension, 36, age >= 55);
    may(Ill::HeartFailure, 20, age >= 72);
    may(Ill::Fibrillation, 15, age >= 68);
    may(Ill::Kidneys, 11, age >= 70);
    may(Ill::Asthma, 9, (4..55).contains(&age));
    may(Ill::Copd, 10, age >= 55);
    may(Ill::Thyroid, 10, woman && age >= 32);
    may(Ill::BreastCancer, 9, woman && age >= 54);
    may(Ill::ColonCancer, 6, age >= 56);
    may(Ill::ProstateCancer, 11, !woman && age >= 62);
    may(Ill::Fracture, 11, (6..72).contains(&age));
    may(Ill::Hip, 16, age >= 74);
    may(Ill::Knee, 9, (60..82).contains(&age));
    may(Ill::Cataract, 17, age >= 68);
    may(Ill::Depression, 10, (17..75).contains(&age));
    may(Ill::Memory, 65, soul.care_home);
    may(Ill::Memory, 8, age >= 78 && !soul.care_home);
    may(Ill::Anaemia, 12, woman && (16..50).contains(&age));
    may(Ill::Expecting, 18, woman && (22..40).contains(&age) && soul.partner.is_some());
    may(Ill::Appendix, 6, (8..45).contains(&age));
    may(Ill::Language, 16, (4..10).contains(&age));
    has.dedup();
    has
}
