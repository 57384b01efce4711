//! Where people were born. The communes are real, since the number of a person holds their code; that is
//! all that is real about them.

use crate::chance::SeededDice;

type Place = (&'static str, &'static str);

const NEAR: &[Place] = &[
    ("29019", "BREST"),
    ("29232", "QUIMPER"),
    ("56121", "LORIENT"),
    ("56260", "VANNES"),
    ("22278", "SAINT-BRIEUC"),
    ("35238", "RENNES"),
    ("44109", "NANTES"),
];

const FAR: &[Place] = &[
    ("33063", "BORDEAUX"),
    ("31555", "TOULOUSE"),
    ("34172", "MONTPELLIER"),
    ("13205", "MARSEILLE 5E ARRONDISSEMENT"),
    ("69383", "LYON 3E ARRONDISSEMENT"),
    ("59350", "LILLE"),
    ("67482", "STRASBOURG"),
    ("06088", "NICE"),
    ("76540", "ROUEN"),
    ("37261", "TOURS"),
    ("45234", "ORLÉANS"),
    ("21231", "DIJON"),
    ("63113", "CLERMONT-FERRAND"),
    ("38185", "GRENOBLE"),
    ("51454", "REIMS"),
    ("54395", "NANCY"),
];

/// Codes that exist since 1976: Corsica's two departments, and where people came from of late.
const RECENT: &[Place] = &[
    ("2A004", "AJACCIO"),
    ("2B033", "BASTIA"),
    ("97411", "SAINT-DENIS"),
    ("97209", "FORT-DE-FRANCE"),
    ("99350", "MAROC"),
    ("99352", "ALGÉRIE"),
    ("99351", "TUNISIE"),
    ("99139", "PORTUGAL"),
    ("99341", "SÉNÉGAL"),
];

pub(super) fn birth(dice: &SeededDice, year: i16) -> Place {
    match dice.below(10) {
        0..=6 => dice.pick(NEAR),
        7 if year >= 1976 => dice.pick(RECENT),
        _ => dice.pick(FAR),
    }
}
