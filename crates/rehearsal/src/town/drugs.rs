//! What each illness is treated with: names by international denomination, the way they are taken, and what
//! the pharmacy hands out.

use super::ills::Ill;
use crate::chance::SeededDice;

/// Denomination with strength and form, how it is taken, boxes a month.
pub(super) type Drug = (&'static str, &'static str, i64);

/// The lasting treatment of an illness.
pub(super) fn lasting(ill: Ill) -> &'static [Drug] {
    match ill {
        Ill::Diabetes => &[
            ("Metformine 1000 mg, comprimé", "1 matin et soir au cours du repas", 2),
            ("Gliclazide 30 mg LM, comprimé", "2 le matin au petit-déjeuner", 2),
            ("Bandelettes de glycémie", "autosurveillance selon plan", 1),
        ],
        Ill::Hypertension => {
            &[("Amlodipine 5 mg, gélule", "1 le matin", 1), ("Ramipril 5 mg, comprimé", "1 le matin", 1)]
        }
        Ill::HeartFailure => &[
            ("Furosémide 40 mg, comprimé", "1 le matin", 1),
            ("Bisoprolol 2,5 mg, comprimé", "1 le matin", 1),
            ("Dapagliflozine 10 mg, comprimé", "1 le matin", 1),
            ("Spironolactone 25 mg, comprimé", "1 le midi", 1),
        ],
        Ill::Fibrillation => &[("Warfarine 2 mg, comprimé", "selon INR, le soir", 1)],
        Ill::Kidneys => &[("Cholécalciférol 100 000 UI, ampoule", "1 tous les trois mois", 1)],
        Ill::Asthma => &[
            ("Budésonide 200 µg / formotérol 6 µg, poudre pour inhalation", "1 bouffée matin et soir", 1),
            ("Salbutamol 100 µg, suspension pour inhalation", "2 bouffées en cas de gêne", 1),
        ],
        Ill::Copd => &[("Tiotropium 2,5 µg, solution pour inhalation", "2 bouffées le matin", 1)],
        Ill::Thyroid => &[("Lévothyroxine 75 µg, comprimé", "1 le matin à jeun", 1)],
        Ill::BreastCancer => &[("Létrozole 2,5 mg, comprimé", "1 par jour", 1)],
        Ill::Depression => &[("Sertraline 50 mg, gélule", "1 le matin", 1)],
        Ill::Memory => &[("Macrogol 10 g, poudre", "1 sachet le matin", 2)],
        Ill::Anaemia => &[("Fer (sulfate ferreux) 80 mg, comprimé", "1 le matin, loin du thé", 1)],
        Ill::Knee => &[("Paracétamol 1 g, comprimé", "1, trois fois par jour au plus", 3)],
        Ill::Hip => &[("Calcium 500 mg / vitamine D3 400 UI, comprimé", "1 matin et soir", 2)],
        _ => &[],
    }
}

/// What a passing illness is treated with.
pub(super) fn passing(dice: &SeededDice, child: bool) -> Vec<Drug> {
    const CHILD: &[Drug] = &[
        ("Paracétamol 2,4 %, suspension buvable", "1 dose-poids toutes les six heures si fièvre", 1),
        ("Sérum physiologique, unidoses", "lavage de nez plusieurs fois par jour", 1),
        ("Amoxicilline 250 mg/5 mL, poudre pour suspension", "1 dose-poids matin et soir, cinq jours", 1),
        ("Ibuprofène 20 mg/mL, suspension buvable", "1 dose-poids toutes les huit heures, trois jours", 1),
    ];
    const ADULT: &[Drug] = &[
        ("Paracétamol 1 g, comprimé", "1 toutes les six heures si douleur ou fièvre", 2),
        ("Oméprazole 20 mg, gélule", "1 le soir, quatre semaines", 1),
        ("Amoxicilline 1 g, comprimé", "1 matin et soir, sept jours", 1),
        ("Phloroglucinol 80 mg, lyophilisat", "2 en cas de douleur, six par jour au plus", 1),
        ("Cétirizine 10 mg, comprimé", "1 le soir", 1),
        ("Diosmectite 3 g, poudre", "1 sachet trois fois par jour, trois jours", 1),
        ("Fosfomycine 3 g, granulés", "1 prise unique", 1),
    ];
    let from = if child { CHILD } else { ADULT };
    let mut drugs: Vec<Drug> = Vec::new();
    for _ in 0..dice.between(1, 2) {
        let drug = dice.pick(from);
        if !drugs.iter().any(|known| known.0 == drug.0) {
            drugs.push(drug);
        }
    }
    drugs
}

/// The name a problem list gives an illness, with its code of CIM-10.
pub(super) fn problem(ill: Ill) -> Option<(&'static str, &'static str)> {
    Some(match ill {
        Ill::Diabetes => ("Diabète de type 2", "E11"),
        Ill::Hypertension => ("Hypertension artérielle", "I10"),
        Ill::HeartFailure => ("Insuffisance cardiaque", "I50"),
        Ill::Fibrillation => ("Fibrillation atriale", "I48"),
        Ill::Kidneys => ("Maladie rénale chronique", "N18"),
        Ill::Asthma => ("Asthme allergique", "J45"),
        Ill::Copd => ("Bronchopneumopathie chronique obstructive", "J44"),
        Ill::Thyroid => ("Hypothyroïdie", "E03"),
        Ill::BreastCancer => ("Cancer du sein traité", "C50"),
        Ill::ColonCancer => ("Cancer du côlon traité", "C18"),
        Ill::ProstateCancer => ("Cancer de la prostate", "C61"),
        Ill::Hip => ("Fracture du col du fémur opérée", "S72"),
        Ill::Knee => ("Gonarthrose", "M17"),
        Ill::Depression => ("Épisode dépressif", "F32"),
        Ill::Memory => ("Trouble neurocognitif", "F03"),
        Ill::Anaemia => ("Carence en fer", "D50"),
        _ => return None,
    })
}
