//! What people of the town are called: given names as each generation was given them, family names made
//! of syllables so that they are nobody's.

use model::Sex;

use crate::chance::SeededDice;

/// Up to which year of birth, girls, boys.
type Generation = (i16, &'static [&'static str], &'static [&'static str]);

const GENERATIONS: &[Generation] = &[
    (
        1945,
        &[
            "MARCELLE",
            "YVONNE",
            "SIMONE",
            "DENISE",
            "PAULETTE",
            "GERMAINE",
            "RAYMONDE",
            "HUGUETTE",
            "LUCIENNE",
            "JACQUELINE",
            "SUZANNE",
            "ODETTE",
            "GINETTE",
            "RENÉE",
            "ANDRÉE",
            "MADELEINE",
        ],
        &[
            "MARCEL", "RENÉ", "ROGER", "ANDRÉ", "RAYMOND", "LUCIEN", "MAURICE", "FERNAND", "GEORGES",
            "HENRI", "ROBERT", "LÉON", "EUGÈNE", "ARMAND", "GASTON", "JOSEPH",
        ],
    ),
    (
        1965,
        &[
            "FRANÇOISE",
            "MONIQUE",
            "ANNICK",
            "CHRISTIANE",
            "MICHÈLE",
            "DANIELLE",
            "NICOLE",
            "SYLVIE",
            "MARTINE",
            "BRIGITTE",
            "COLETTE",
            "ÉLIANE",
            "JOSIANE",
            "CATHERINE",
            "ANNE-MARIE",
            "SOLANGE",
        ],
        &[
            "JEAN-PIERRE",
            "MICHEL",
            "CLAUDE",
            "DANIEL",
            "GÉRARD",
            "BERNARD",
            "SERGE",
            "YVES",
            "GUY",
            "ALAIN",
            "PATRICK",
            "JEAN-LUC",
            "DOMINIQUE",
            "CHRISTIAN",
            "LOÏC",
            "ROLAND",
        ],
    ),
    (
        1985,
        &[
            "SANDRINE",
            "STÉPHANIE",
            "CÉLINE",
            "NATHALIE",
            "VALÉRIE",
            "KARINE",
            "DELPHINE",
            "VIRGINIE",
            "SÉVERINE",
            "GAËLLE",
            "FATIMA",
            "NADIA",
            "KARIMA",
            "ÉLODIE",
            "LAËTITIA",
            "AURÉLIE",
        ],
        &[
            "DAVID",
            "STÉPHANE",
            "LAURENT",
            "FRÉDÉRIC",
            "CHRISTOPHE",
            "SÉBASTIEN",
            "OLIVIER",
            "JÉRÔME",
            "KARIM",
            "RACHID",
            "YANN",
            "MICKAËL",
            "CÉDRIC",
            "BENOÎT",
            "ARNAUD",
            "FABRICE",
        ],
    ),
    (
        2005,
        &[
            "CAMILLE", "MARINE", "PAULINE", "LÉA", "MANON", "CHLOÉ", "ANAÏS", "LUCIE", "MORGANE", "INÈS",
            "SARAH", "MÉLISSA", "CLARA", "MATHILDE", "AMINA", "OCÉANE",
        ],
        &[
            "THOMAS",
            "NICOLAS",
            "ALEXANDRE",
            "MAXIME",
            "ANTOINE",
            "KÉVIN",
            "JULIEN",
            "HUGO",
            "ROMAIN",
            "MEHDI",
            "YANIS",
            "QUENTIN",
            "FLORIAN",
            "VALENTIN",
            "THÉO",
            "CORENTIN",
        ],
    ),
    (
        i16::MAX,
        &[
            "LOUISE", "JADE", "ALICE", "EMMA", "ROSE", "ALBA", "LINA", "MIA", "AGATHE", "JULIA", "LOU",
            "ADÈLE", "IRIS", "NOUR", "SAFIYA", "ROMY",
        ],
        &[
            "GABRIEL", "RAPHAËL", "LÉO", "ARTHUR", "NOAH", "ADAM", "JULES", "MALO", "SACHA", "ISAAC",
            "GABIN", "NAËL", "MARIUS", "SOHAN", "AARON", "ELIOTT",
        ],
    ),
];

/// One to three, the first being the one used.
pub(super) fn given(dice: &SeededDice, born: i16, sex: Sex) -> Vec<&'static str> {
    let Some((_, girls, boys)) = GENERATIONS.iter().find(|(until, ..)| born <= *until) else {
        return Vec::new();
    };
    let from = if sex == Sex::Male { boys } else { girls };
    let mut names: Vec<&'static str> = Vec::new();
    for _ in 0..dice.between(1, 3) {
        let name = dice.pick(from);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

const FIRST: &[&str] = &[
    "TRÉ", "KER", "BAR", "CAL", "DOU", "FOUR", "GRI", "HAU", "LAN", "MOR", "NOI", "PEL", "QUIN", "ROU",
    "SAR", "TAL", "VAR", "BRU", "CHAN", "FAU", "GUE", "JAR", "LOU", "MAR", "PLE", "SOU", "VER", "BOIS",
];
/// With an apostrophe, which not every system bears.
const NOBLE: &[&str] = &["D'AR", "D'ES", "D'OR", "L'AU"];
const MIDDLE: &[&str] =
    &["BRI", "CA", "DE", "FLO", "GO", "LI", "MA", "NO", "PI", "RO", "SA", "TE", "VA", "ZE", "LA", "QUI"];
const LAST: &[&str] = &[
    "VENNEC",
    "GUIDOU",
    "BLARD",
    "CHOURT",
    "DRILLAC",
    "FRAND",
    "GNASSE",
    "LOUVIER",
    "MAZOUR",
    "NEUIL",
    "PORTIÈRE",
    "QUETTE",
    "RIGNOL",
    "SSANDON",
    "TTEAUX",
    "VELOUX",
    "ZARD",
    "BRUNEAU",
    "MERIC",
    "NZAC",
];

/// A family name in capitals, as a birth record writes it.
pub(super) fn family(dice: &SeededDice) -> String {
    let first = if dice.below(30) == 0 { dice.pick(NOBLE) } else { dice.pick(FIRST) };
    format!("{first}{}{}", dice.pick(MIDDLE), dice.pick(LAST))
}

const WORDS: &[&str] = &[
    "ajonc",
    "ancre",
    "bouleau",
    "bruyère",
    "cabane",
    "carrelet",
    "châtaigne",
    "coquille",
    "crépuscule",
    "dériveur",
    "écluse",
    "falaise",
    "figuier",
    "fougère",
    "galet",
    "girouette",
    "grelin",
    "hirondelle",
    "jonquille",
    "lanterne",
    "mésange",
    "mouette",
    "noisetier",
    "osier",
    "palourde",
    "passerelle",
    "pivoine",
    "ponton",
    "rivage",
    "sablier",
    "sentier",
    "sillage",
    "taillis",
    "tourbière",
    "vergue",
    "voilier",
];

/// Three words and a number: a password of the demo.
pub(super) fn password(dice: &SeededDice) -> String {
    let word = || dice.pick(WORDS);
    format!("{}-{}-{}-{}", word(), word(), word(), dice.between(11, 98))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PUBLIC_PERSONS: &str = include_str!("../../tests/public_persons.txt");

    #[test]
    fn no_syllables_make_a_family_name_everybody_knows() {
        let known: BTreeSet<_> = PUBLIC_PERSONS.lines().filter_map(|name| name.rsplit(' ').next()).collect();
        for first in FIRST.iter().chain(NOBLE) {
            for middle in MIDDLE {
                for last in LAST {
                    let name = model::person::normalise(&format!("{first}{middle}{last}"));
                    assert!(!known.contains(name.as_str()), "{name}");
                }
            }
        }
        assert!(known.len() >= 50);
    }

    #[test]
    fn every_year_has_its_names() {
        let dice = SeededDice::new(3);
        for year in 1915..2030 {
            for sex in [Sex::Female, Sex::Male] {
                assert!((1..=3).contains(&given(&dice, year, sex).len()));
            }
        }
    }
}
